/* stimulus.h — events that come for a time, beside the background and like it: a stimulus to a population. */
#ifndef CIRCUITS_DRIVE_STIMULUS_H
#define CIRCUITS_DRIVE_STIMULUS_H

#include "params.h"
#include "population.h"

enum { STIMULUS_MOST = 8 }; /* of one population */

/* Its course: see stimulus.c. */
struct stimulus {
  double rate, sd;               /* Hz: of every cell; of the rate that all cells share */
  double from, to, ramp, redraw; /* ms */
  double every;                  /* ms; 0: once */
};

/* Add stimuli to a population that has a background (poisson_set, whose port and sizes of events hold for
 * them too; its rate may be 0). Once, and after poisson_until. Fails: NO_MEMORY; CONFIG (no background, too
 * many, a course that contradicts itself). Not in parallel. */
MUST_USE enum status stimulus_set(struct population *population, const struct stimulus *stimuli, int n,
                                  double dt_ms);

/* Rate of every cell at a time, Hz, as the seed has it. */
double stimulus_rate_Hz(const struct population *population, uint64_t seed, double t_ms);

/* The table, for configs and documentation. */
extern const struct param stimulus_params[];
extern const int n_stimulus_params;

#endif
