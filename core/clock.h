/* clock.h — time as an integer. One tick is the time step of the spiking half; the tick counts from the start
 * of the protocol. Milliseconds, seconds and hours exist only at the edges, so nothing drifts and boundaries
 * compare exactly. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <math.h>
#include <stdint.h>

struct clock {
  double dt_ms; /* length of one tick */
};

static inline int64_t clock_ticks(const struct clock *clock, double ms) {
  return (int64_t)llround(ms / clock->dt_ms);
}
static inline double clock_ms(const struct clock *clock, int64_t tick) { return (double)tick * clock->dt_ms; }
static inline double clock_h(const struct clock *clock, int64_t tick) {
  return (double)tick * clock->dt_ms / 3.6e6;
}

#endif
