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

/* The same with the background of receptors that may have one; a kernel is built with and without. */
static inline float arrivals_and_background(const int32_t *counts, int lanes, float quantum,
                                            const int32_t *background, bool has_background, float event,
                                            int i) {
  float spikes = arrivals_nS(counts, lanes, quantum, i);
  return has_background ? __builtin_fmaf((float)background[i], event, spikes) : spikes;
}

/* The kernel `run(cells, lanes, has_background)` for what this population's port has. */
#define ARRIVALS_VARIANTS(run, cells)                                                                        \
  do {                                                                                                       \
    bool has_background = (cells)->background_nS != 0.0;                                                     \
    if ((cells)->lanes == 1 && !has_background) run(cells, 1, false);                                        \
    if ((cells)->lanes == 1 && has_background) run(cells, 1, true);                                          \
    if ((cells)->lanes != 1 && !has_background) run(cells, 2, false);                                        \
    if ((cells)->lanes != 1 && has_background) run(cells, 2, true);                                          \
  } while (0)

/* Conductance of a receptor at this moment from its two parts, and the current it carries. */
static inline float receptor_current(float g, float V, float E_rev) { return g * (V - E_rev); }

#endif
