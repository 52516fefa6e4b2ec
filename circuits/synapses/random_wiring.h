/* random_wiring.h — connection without space: the rules by which network models of the literature are
 * defined. */
#ifndef CIRCUITS_SYNAPSES_RANDOM_WIRING_H
#define CIRCUITS_SYNAPSES_RANDOM_WIRING_H

#include "projection.h"

enum wiring_rule {
  RULE_PAIRWISE,  /* every ordered pair with probability p */
  RULE_IN_DEGREE, /* every target has the same number of different sources */
  RULE_TOTAL      /* so many synapses, source and target of each drawn with replacement */
};

/* How one static pathway is drawn. */
struct random_wiring {
  enum wiring_rule rule;
  double p;
  uint32_t in_degree;
  uint64_t total;
  bool autapses;                    /* may a cell connect to itself? (RULE_TOTAL: always) */
  double weight, weight_sd, second; /* in the port's unit; normal, no weight changes its sign */
  double delay_ms, delay_sd_ms;     /* normal, redrawn below half a tick */
  double delay_step_ms; /* classes of spread delays are its multiples; 0: those of projection_delays */
};

/* Make a projection, whose source, target, port and name are set, static, with delay classes and weights; its
 * synapses are drawn with the network's (network_draw). Draws are keyed by seed, pathway, target cell and
 * count, so they depend on nothing else. Fails: NO_MEMORY; CONFIG (an in-degree that the source population
 * cannot give, too many delay classes). */
MUST_USE enum status random_wiring_set(struct projection *projection, const struct random_wiring *wiring,
                                       const struct clock *clock, uint64_t seed);

/* A synapse of a pathway with a short-term state weighs so many quanta. */
enum { RANDOM_WIRING_FULL = 32768 };

/* Draw the synapses of target block b of a pathway that is not static, by the rule of a static one: each of
 * RANDOM_WIRING_FULL quanta. May run in parallel over blocks. Fails: NO_MEMORY. */
MUST_USE enum status random_wiring_block(struct projection *projection, const struct static_pathway *drawn,
                                         int b);

/* Synapses that a pathway is expected to have. */
double random_wiring_expected(const struct random_wiring *wiring, int n_source, int n_target);

/* ln(1 − p) / ln(1 − 1/(N_source N_target)): how many synapses, drawn with replacement, connect a pair with
 * probability p. Potjans & Diesmann 2014, doi:10.1093/cercor/bhs358. */
uint64_t random_wiring_total(double p, int n_source, int n_target);

#endif
