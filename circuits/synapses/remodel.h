/* remodel.h — the turnover of spines: what spines.c and its tests need of remodel.c. */
#ifndef CIRCUITS_SYNAPSES_REMODEL_H
#define CIRCUITS_SYNAPSES_REMODEL_H

#include "synapses/spines.h"

/* What happens in a step of some hours: chances that a young and a persistent spine are lost, that a young
 * one which stays becomes persistent, and spines formed per spine of the start. The last two follow from the
 * first two and the share of persistent spines, so that a tissue at rest keeps number and share whatever the
 * length of a step. `loss` is a factor on the rates of loss, 1 at rest, that leaves the other two alone. */
struct remodel_chances {
  double young_lost, mature_lost, matured, formed;
};
struct remodel_chances remodel_chances(const struct spine_params *p, double loss, double hours);

/* Chance that a vacant element becomes a spine in the step, at proteins of so many times rest; `factor` is
 * one on the rate of formation. */
double remodel_formed_share(const struct spine_params *p, const struct remodel_chances *chances,
                            double proteins, double factor);

/* Elements of a cell that are vacant: of (1 + v) times its spines at the start, on dendrites of a length. */
int32_t remodel_vacant(const struct spine_params *p, int32_t start, double length, int32_t now);
/* The same relative to the start, 1 there; 0 where all are taken. */
double remodel_free_share(const struct spine_params *p, int32_t start, int32_t now);

/* Length of dendrites after some hours, of the start. */
double remodel_dendrite(const struct spine_params *p, double length, double target, double hours);

/* Number of successes in n trials (n ≤ 100,000) of probability p, by jumps from success to success; draws
 * keyed by cell and by `when`, step and purpose. */
int32_t remodel_binomial(int32_t n, double p, uint64_t seed, uint64_t id, uint64_t when);

/* Share of its AMPA that a synapse has at each age in hours. */
void remodel_growth(const struct spine_params *p, float share[SYNAPSE_GROWN + 1]);
/* Mean over afferent spines at rest. */
double remodel_growth_at_rest(const struct spine_params *p);

/* Count synapses and weights of every cell, and set the cells' background. */
void spines_recount(struct spines *spines);
struct spine_cells *spines_cells_of(const struct spines *spines, const struct population *population);
struct spine_sources *spines_sources_of(const struct spines *spines, const struct population *population);

#endif
