/* probe_pairs.h — connected pairs of cells: found in the built network, chosen, and what recordings of them
 * add up to. See probe_pathways.c. */
#ifndef COMMANDS_PROBE_PAIRS_H
#define COMMANDS_PROBE_PAIRS_H

#include "probe.h"

/* What one pair showed; NAN where it was not read. */
#define PROBE_PAIR(X)                                                                                        \
  X(psp)                                                                                                     \
  X(psp_held)                                                                                                \
  X(rise)                                                                                                    \
  X(half_width)                                                                                              \
  X(decay)                                                                                                   \
  X(latency)                                                                                                 \
  X(current)                                                                                                 \
  X(conductance) X(current_rise) X(current_decay) X(ppr_train) X(ppr_pair) X(train) X(nmda) X(ampa)          \
      X(nmda_charge) X(ampa_charge)
#define PROBE_PAIR_MEMBER(name) double name;
struct probe_pair {
  int pathway;             /* in the probe */
  uint32_t source, target; /* in their populations */
  int delay;               /* ticks from the spike to its arrival */
  PROBE_PAIR(PROBE_PAIR_MEMBER)
};
#undef PROBE_PAIR_MEMBER

struct probe_source {
  int population, cell;
};

struct probe_pairs {
  struct probe_source *source;
  int n_sources;
  struct probe_pair *pair; /* by pathway and target */
  int n;
};

/* The sources of a round, excitatory or inhibitory cells, and pairs with targets that hear exactly one of
 * them and are none themselves. Fails: NO_MEMORY. Free with probe_pairs_free, also after a failure. */
MUST_USE enum status probe_pairs_choose(const struct probe *probe, int round, bool excitatory,
                                        struct probe_pairs *out);
void probe_pairs_free(struct probe_pairs *pairs);

/* Add the pairs of a round to all. Fails: NO_MEMORY. */
MUST_USE enum status probe_pairs_join(struct probe_pairs *all, const struct probe_pairs *more);

/* Reversal potential of what a pair's synapse opens at its target, mV. */
double probe_pair_reversal(const struct probe_pair *pair, const struct probe *probe);

/* Put means over pairs into the pathways of the probe; a first current below the share `failure` of its
 * pathway's mean is a failure. Fails: NO_MEMORY. */
MUST_USE enum status probe_pairs_summarise(const struct probe_pairs *all, struct probe *probe,
                                           double failure);

#endif
