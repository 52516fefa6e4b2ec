/* remodel.h — the turnover of spines: what spines.c and its tests need of remodel.c. */
#ifndef CIRCUITS_SYNAPSES_REMODEL_H
#define CIRCUITS_SYNAPSES_REMODEL_H

#include "synapses/spines.h"

/* Number of successes in n trials of probability p, by jumps from success to success; draws keyed by cell,
 * step and `purpose` (below 256), the first of which is `u`. */
int32_t remodel_binomial(int32_t n, double p, uint64_t seed, uint64_t id, uint64_t step_and_purpose,
                         uint32_t u);

/* Poisson number of the given mean (below 500), by inversion. */
int remodel_poisson(double mean, uint32_t u);

/* Share of its AMPA that a synapse has at each age in hours. */
void remodel_growth(const struct spine_params *p, float share[SYNAPSE_GROWN + 1]);

/* Share of vacant elements that are free, 1 at the start, within 0 and 1 + 1/v. */
double remodel_free_share(const struct spine_params *p, int32_t start, int32_t now);

/* Count synapses and weights of every cell, and set the cells' background. */
void spines_recount(struct spines *spines);
struct spine_cells *spines_cells_of(const struct spines *spines, const struct population *population);
struct spine_sources *spines_sources_of(const struct spines *spines, const struct population *population);

#endif
