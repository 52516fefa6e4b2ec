/* arrivals.h — the conductance (nS) that a tick brings to cell i through a receptor's lane: spikes and
 * background events. */
#ifndef CIRCUITS_RECEPTORS_ARRIVALS_H
#define CIRCUITS_RECEPTORS_ARRIVALS_H

#include "mechanism.h"

static inline float arrivals_from_spikes(const int32_t *arrivals, int lanes, int lane, float quantum, int i) {
  return (float)arrivals[i * lanes + lane] * quantum;
}

/* Conductance of a receptor at this moment from its two parts, and the current it carries. */
static inline float receptor_current(float g, float V, float E_rev) { return g * (V - E_rev); }

#endif
