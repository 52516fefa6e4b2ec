/* injection.h — currents, opsins and volleys that an experimenter gives to the cells of a population, in a
 * window of spikes.
 *
 *   current:   I_inj of each cell;    light: g (V − E) of an opsin, all cells alike
 *   volley:    at its tick each cell gets Poisson(m) events of its background, AMPA and NMDA as any other
 * Opsins are a conductance that is on or off: channelrhodopsin near 0 mV, anion channels near E_Cl. Their
 * kinetics of some milliseconds, desensitisation and light that falls off with depth are left out. */
#ifndef CIRCUITS_DRIVE_INJECTION_H
#define CIRCUITS_DRIVE_INJECTION_H

#include "population.h"

struct injection {
  double from_ms, to_ms; /* since the tick that is named beside it; a volley comes at from_ms */
  double current_pA;
  double conductance_nS, reversal_mV;
  double volleys; /* mean number of background events of a cell; 0: none */
};

/* Give a population n stimuli, with times from `tick` on, in place of those before; none: n = 0. The list is
 * copied. Volleys come from a stream of their own. Fails: NO_MEMORY. Not in parallel. */
MUST_USE enum status injection_set(struct population *population, const struct injection *stimuli, int n,
                                   int64_t tick, double dt_ms, uint64_t seed);

#endif
