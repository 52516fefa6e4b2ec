/* poisson.h — background input: independent Poisson events on every cell, one event standing for a volley of
 * correlated afferent fibres. An event opens AMPA and NMDA receptors alike (its conductances are the
 * population's). */
#ifndef CIRCUITS_DRIVE_POISSON_H
#define CIRCUITS_DRIVE_POISSON_H

#include "population.h"

/* Give the population a drive of rate_Hz events per second and cell; per-cell factors (block.afferents) may
 * go up to `spread`. May be called again to change the rate. Fails: NO_MEMORY; CONFIG (rate outside 0 … 20
 * kHz). Not in parallel. */
MUST_USE enum status poisson_set(struct population *population, double rate_Hz, double spread, double dt_ms);

#endif
