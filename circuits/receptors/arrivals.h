/* arrivals.h — what spikes bring to a receptor: the conductance (nS) of cell i in a tick, through one of the
 * interleaved lanes of its port. `counts` begins at the lane that is read. A kernel is built once for each
 * number of lanes, one or two: if the compiler does not know it, it loads the counts one by one, which takes
 * longer than all the rest. */
#ifndef CIRCUITS_RECEPTORS_ARRIVALS_H
#define CIRCUITS_RECEPTORS_ARRIVALS_H

#include "mechanism.h"

static inline float arrivals_nS(const int32_t *counts, int lanes, float quantum, int i) {
  return (float)counts[i * lanes] * quantum;
}

/* Conductance of a receptor at this moment from its two parts, and the current it carries. */
static inline float receptor_current(float g, float V, float E_rev) { return g * (V - E_rev); }

#endif
