/* threads.c — one thread per processor that this process may use, unless another number is asked for. */
#include "threads.h"
#include "host.h"

int threads_wanted(int64_t asked) {
  if (asked > 0) return (int)asked;
  struct host host;
  host_describe(&host);
  return host.processors > 0 ? host.processors : 1;
}
