/* threads.h — how many threads a command takes. */
#ifndef COMMANDS_THREADS_H
#define COMMANDS_THREADS_H

#include <stdint.h>

/* The number asked for, or one per processor that this process may use if it is 0. */
int threads_wanted(int64_t asked);

#endif
