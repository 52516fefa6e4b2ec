/* projection.h — the synapses of one pathway, grouped by target block, then source cell.
 *
 * A synapse is 4 bytes: target cell in its block (10 bits), class of its delay (6 bits), and weight as a
 * 16-bit multiple of the projection's weight quantum. A plastic projection keeps 3 bytes more (weight when
 * full-grown, age and state), under 8 in all. An event adds integers to the target's port, so sums are exact
 * and free of any order. A block holds only the sources that have synapses there, each with one unbroken
 * stretch of them; rows.h finds the stretches of a spike. Each synapse puts an event into the list of its
 * tick of arrival (docs/numerics.md has what was measured). Synapses change only between windows, in time
 * proportional to their number.
 *
 * Short-term plasticity lives at the source, one state per source cell and pathway: Tsodyks, Pawelzik &
 * Markram 1998, doi:10.1162/089976698300017502, in the form without a separate synaptic-time-course variable:
 *   at a spike: u ← u e^(−Δt/τ_facil), u ← u + U(1−u);  x ← 1 − (1−x) e^(−Δt/τ_rec);
 *   release = u x;  x ← x − u x
 * Weights are those of the first spike (w₁ = U·A), so the efficacy of an event is u x / U. Receptors at the
 * terminals may change the release probability: in u ← u + U(1−u) stands f U for U, at most 1, f the factor
 * of the source cell at that spike, so depression and facilitation follow. */
#ifndef CORE_PROJECTION_H
#define CORE_PROJECTION_H

#include "clock.h"
#include "population.h"

enum { PROJECTION_CLASSES = 64, PROJECTION_WEIGHT_RANGE = 16 };

/* A spike lies at the end of the tick in which its cell fires, and what arrives at a tick acts from its
 * start: from the one tick to the other it is the delay and one more. */
enum { PROJECTION_LAG = 1 };

/* The target's place in its block and the class of the delay in 10 and 6 bits, and the weight. */
struct synapse {
  uint16_t place, weight;
};
static inline int synapse_cell(struct synapse synapse) { return synapse.place % POPULATION_BLOCK; }
static inline int synapse_class(struct synapse synapse) { return synapse.place / POPULATION_BLOCK; }

/* Age of a plastic synapse: low 7 bits hours since it was formed (127: 127 or more), high bit: young (not yet
 * persistent). */
enum { SYNAPSE_YOUNG = 0x80, SYNAPSE_GROWN = 0x7f };

/* One synapse in the open: for building, saving, counting. Target and source are cell numbers in their
 * populations. */
struct edge {
  uint32_t target, source;
  uint16_t full; /* weight when grown, in quanta; an edge that is set starts with it */
  uint8_t delay; /* delay class */
  uint8_t age;
};

struct synapse_block {
  size_t n;
  struct synapse *synapse;
  bool pooled;            /* they lie in the pool of the block's owner (owners.c) */
  uint16_t *full;         /* plastic only */
  uint8_t *age;           /* plastic only */
  uint64_t most_weight;   /* of any one cell: the sum of its weights when grown, in quanta, */
  uint32_t most_synapses; /* and how many it has */
  uint32_t n_sources;
  uint32_t *source; /* cells that have synapses here, ascending */
  uint32_t *begin;  /* of the synapses of each; one more at the end */
};

/* The synapses of one target cell, as a rule draws them: source and class of delay. */
struct fan_in {
  size_t n, capacity;
  uint32_t *source;
  uint8_t *class;
  size_t sources;
  uint64_t *seen; /* scratch of rules: one bit per source cell, all 0 between draws */
};
/* Room for n synapses, and the scratch for so many source cells. Fails: NO_MEMORY. */
MUST_USE enum status fan_in_reserve(struct fan_in *fan_in, size_t n, size_t sources);
void fan_in_free(struct fan_in *fan_in);

enum { STATIC_WEIGHTS = 1024 };

struct projection;

/* A pathway whose synapses never change and have no short-term state: they are drawn by a rule, target by
 * target, and kept in arenas (arena.h). */
struct static_pathway {
  /* Draw the synapses of target cell i. Depends on nothing but the rule and i; may run in parallel. Fails:
   * NO_MEMORY. */
  enum status (*draw)(const void *rule, const struct projection *projection, uint32_t i, struct fan_in *out);
  void *rule;    /* from memory_new, in one piece */
  uint32_t most; /* no cell has more synapses */
  bool distinct; /* no cell has two synapses from one source */
  /* Weights, in the port's unit: all are weight[0]; or these are the quantiles of their distribution in
   * random order, and the synapse from source j to target i has weight[(i + hash(salt, j)) mod
   * STATIC_WEIGHTS]: a fixed number for every pair, which need not be stored. Targets whose numbers agree
   * modulo STATIC_WEIGHTS have equal weights from a source. */
  int n_weights;
  float weight[STATIC_WEIGHTS];
  uint32_t salt;
  float second; /* what an event brings to lane 1 */
};

/* Short-term plasticity of some of the source cells of a pathway. */
enum { PROJECTION_RELEASE = 4 };
struct release_class {
  double share, U, tau_rec_ms, tau_facil_ms;
};

struct projection {
  char name[64]; /* "PYR_L23->PV_L23" */
  int index;     /* among all projections: keys random draws */
  int out_index; /* among the outgoing projections of the source: set by the network */
  struct population *source, *target;
  int port; /* of the target */
  /* weights: first-spike peak conductance */
  double mean_nS, cv;       /* lognormal over synapses, cut at PROJECTION_WEIGHT_RANGE means */
  double counted_nS;        /* what one event adds to lane 1 of a two-lane port */
  double weight_quantum_nS; /* of struct synapse.weight; below 0 where the pathway inhibits by a current */
  double reserve_nS;        /* ports have room for so much in a tick, beside what is there: for growth */
  /* delays */
  double dt_ms;
  int n_classes;
  int delay_ticks[PROJECTION_CLASSES];
  /* short-term plasticity */
  double U, tau_rec_ms, tau_facil_ms;
  struct release_class class[PROJECTION_RELEASE]; /* of source cells, if they differ */
  int n_release;                                  /* 0: all have the three above */
  uint8_t *release_of;                            /* per source cell: its class */
  double release_most; /* largest factor on U that can occur; 0: none above 1 does */
  /* of source cells first_source … first_source + n_sources − 1, which this process holds */
  uint32_t first_source, n_sources;
  float *u, *x;       /* after the last spike of each */
  int64_t *last_tick; /* of that spike; −1: none yet */
  unsigned heeds;     /* bit f: its terminals heed factor f on the release of their cell (struct block) */
  bool plastic;
  double expected; /* synapses, before they are drawn: for network_connect to ask whether they fit */
  struct synapse_block *block;  /* one per block of the target population; NULL if static */
  struct static_pathway *fixed; /* NULL: synapses with short-term state, in `block` */
};

/* Make the target blocks, without synapses. Description up to `plastic` must be complete. Fails:
 * NO_MEMORY. */
MUST_USE enum status projection_divide(struct projection *projection);
/* Allocate the state of n source cells from `first` on, those that this process holds. Fails: NO_MEMORY. */
MUST_USE enum status projection_hold(struct projection *projection, uint32_t first, uint32_t n);
/* Both, for all source cells. */
MUST_USE enum status projection_allocate(struct projection *projection);
void projection_free(struct projection *projection);

/* Give source cells classes of short-term plasticity, by shares that sum to 1: which one depends on seed,
 * cell and pathway alone. After projection_allocate. Fails: NO_MEMORY. */
MUST_USE enum status projection_classes(struct projection *projection, const struct release_class *classes,
                                        int n, uint64_t seed);

/* Delay classes of 0.1 ms up to 1 ms, 0.2 ms up to 3 ms, 0.5 ms above, from low_ms to high_ms: the error of a
 * delay is at most half a class. Fills n_classes and delay_ticks. Fails: CONFIG (more than
 * PROJECTION_CLASSES). */
MUST_USE enum status projection_delays(struct projection *projection, const struct clock *clock,
                                       double low_ms, double high_ms);
/* The class nearest to a delay. */
int projection_class(const struct projection *projection, double ticks);

/* Replace the synapses of target block b by n edges whose targets lie in that block (any order; they are
 * sorted by source, then target, and their array is scratch). May run in parallel over blocks. The rows of
 * the network must be made again before the next spike (network_make_rows). Fails: NO_MEMORY. */
MUST_USE enum status projection_set(struct projection *projection, int b, struct edge *edges, size_t n);

/* The synapses of block b move to a place in a pool that somebody else frees. */
void projection_move(struct projection *projection, int b, struct synapse *pool);

/* The edges of block b in storage order (source, then as they were set); *edges from memory_new. */
MUST_USE enum status projection_edges(const struct projection *projection, int b, struct edge **edges,
                                      size_t *n);

/* Recompute the weights of a plastic block: full weight times the share that its age in hours has reached. */
void projection_grow(struct projection *projection, int b, const float share[SYNAPSE_GROWN + 1]);

/* A spike of source cell i at a tick, at a factor on its release probability: advances the short-term state
 * and gives the efficacy u x / U. */
float projection_release(struct projection *projection, int source, int64_t tick, double dt_ms, float factor);

/* A spike that comes by a block: its synapses there, of which pathway, how strong it is (u x / U), and how
 * many ticks before the last of its interval it was emitted. */
struct visit {
  uint32_t begin;
  uint32_t n : 12, projection : 20;
  float efficacy;
  int32_t ago;
};
enum { VISIT_SYNAPSES = (1 << 12) - 1, VISIT_PROJECTIONS = 1 << 20 };

/* The first synapses of a source cell in block b, up to VISIT_SYNAPSES; n = 0 if there are none. */
struct visit projection_find(const struct projection *projection, int b, uint32_t source);

/* Put the events of n spikes of an interval that ended with tick `last` on their way to block b: those in
 * front that come by the pathway of the first; gives how many. Arrivals before `from` are left out; usually
 * none are. By the thread that advances the block. */
int projection_deliver(const struct projection *projection, int b, const struct visit *visit, int n,
                       int64_t last, int64_t from);

/* The most that one tick can bring to a target cell, nS: largest sum of weights over cells times the largest
 * efficacy. A meeting (exchange.h), of pathways that are not static. */
double projection_peak_nS(const struct projection *projection, int lane);

/* Synapses and bytes of the blocks that are held here; those of a static pathway lie in arenas and are
 * counted there. */
size_t projection_count(const struct projection *projection);
size_t projection_bytes(const struct projection *projection);

/* Visit state: short-term state, and the synapses if plastic. Loaded synapses have their full weights, like
 * those that are set: call projection_grow after loading, and network_restore_arrivals after that. */
MUST_USE enum status projection_visit(struct projection *projection, struct visitor *visitor);
/* The synapses alone, of a plastic one. */
MUST_USE enum status projection_visit_edges(struct projection *projection, struct visitor *visitor);

#endif
