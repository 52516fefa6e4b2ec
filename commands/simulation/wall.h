/* wall.h — the wall clock, for progress and provenance; it never feeds a result. */
#ifndef COMMANDS_WALL_H
#define COMMANDS_WALL_H

#include <time.h>

/* Seconds since some moment of this boot. */
static inline double wall_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
