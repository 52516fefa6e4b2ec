/* seeded.c — a config with the seed of the command line. See seeded.h. */
#include "seeded.h"
#include "memory.h"
#include <stdio.h>

enum status seeded_load(const char *path, const char *const *set, int n, int64_t seed, struct config **out) {
  char last[64];
  const char **all = NULL;
  TRY(memory_new("overrides", (size_t)n + 1, sizeof *all, &all));
  for (int k = 0; k < n; k++) all[k] = set[k];
  snprintf(last, sizeof last, "simulation.seed=%lld", (long long)seed);
  all[n] = last;
  enum status status = config_load(path, all, n + (seed >= 0), out);
  memory_free(all);
  return status;
}
