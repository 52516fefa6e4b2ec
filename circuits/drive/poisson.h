/* poisson.h — background input: independent Poisson events on every cell, one event standing for a volley of
 * correlated afferent fibres. An event opens AMPA and NMDA receptors alike (its conductances are the
 * population's). */
#ifndef CIRCUITS_DRIVE_POISSON_H
#define CIRCUITS_DRIVE_POISSON_H

#include "population.h"

struct fluctuation;
struct theta_clock;

/* Give the population a drive of rate_Hz events per second and cell, without end; per-cell factors
 * (block.afferents) may go up to `spread`. May be called again to change the rate. Fails: NO_MEMORY; CONFIG
 * (rate outside 0 … 1 MHz, more than 100 events per tick); USAGE (SPINULE_ISA). Not in parallel. */
MUST_USE enum status poisson_set(struct population *population, double rate_Hz, double spread, double dt_ms);

/* From now on `factor` times the rate, of all cells: the same trains thinned, or thickened up to `spread`
 * times the rate with the cell's own factor, so that two runs that differ in it share their events. Nothing
 * for a population without drive. Not in parallel. */
void poisson_scale(struct population *population, double factor);

/* From now on the rate follows a rhythm (theta.h), with a depth, highest at a phase in turns; depth 0:
 * none. It multiplies what poisson_scale says, under the same bound, and a later poisson_set keeps it. For
 * a population that has a drive. Not in parallel. */
void poisson_rhythm(struct population *population, const struct theta_clock *clock, double depth,
                    double phase);

/* From now on the rate follows the fluctuation of the region (fluctuation.h). It multiplies all of the above,
 * also beyond `spread`, and a later poisson_set keeps it. For a population that has a drive; call it before
 * poisson_scale and poisson_until. Fails: CONFIG (more than 100 events per tick at its height). Not in
 * parallel. */
MUST_USE enum status poisson_fluctuate(struct population *population, const struct fluctuation *fluctuation);

/* Events end before this tick: a kick at the start of a run. For a population that has a drive; a later
 * poisson_set keeps it. */
void poisson_until(struct population *population, int64_t tick);

#endif
