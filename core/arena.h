/* arena.h — static synapses: those that neither change nor have short-term state, in the most compact form.
 *
 * An arena is a set of target blocks of one owner, at most 65,536 cells. Their arrivals lie together, one
 * array per port, so that a synapse names its target by two bytes, whatever population it belongs to.
 * Static pathways of one source population that agree in port, weight and delays form one bundle. Its
 * synapses in an arena stand source by source and, within a source, class of delay by class: a spike that
 * arrives after d ticks reads one unbroken stretch and adds to counts that stay in cache. Weights of a
 * bundle are all equal, or one of 256 quantiles of their distribution (one byte a synapse more).
 *
 * Delivery is at the tick of arrival, from the recent spikes: nothing is on its way, so nothing has to be
 * saved or sent again after a resume. Sums are of integers; neither arenas nor the order of spikes change a
 * result.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include "projection.h"

enum { ARENA_CELLS = 65536 };

/* The synapses of one bundle in one arena; those of one source and class are a segment. */
struct arena_synapses {
  uint32_t *begin; /* source × class → first synapse; one more at the end */
  uint16_t *place; /* target cell in the arena */
  size_t n;
};

/* What static pathways of one source population share. */
struct bundle {
  const struct population *source;
  int port, lanes;
  int n_projections;
  struct projection **projection;
  const struct static_pathway *shared; /* of the first: weights; the others have equal ones */
  int n_classes;
  const int *delay_ticks;
  int32_t count[STATIC_WEIGHTS]; /* weights in counts of the port */
  int32_t second;                /* what an event adds to lane 1 */
};

/* A segment on its way: it arrives when its slot comes up. */
struct segment {
  uint32_t begin;
  uint16_t n, bundle;
  uint32_t key; /* of its weights: hash of the source */
};
struct segments {
  uint32_t n, capacity;
  struct segment *segment;
};

struct arena {
  int rank, thread; /* owner */
  int n_blocks;
  int *block;   /* their numbers in the network, ascending */
  int *first;   /* place of the first cell of each block: equal to its number, modulo STATIC_WEIGHTS */
  int n_places; /* cells, with padding */
  int32_t *port[POPULATION_PORTS];
  void *memory;
  struct arena_synapses *synapses; /* one per bundle */
  struct segments *due;            /* by tick of arrival mod slots */
  int slots;                       /* a power of two above every delay and interval */
  bool no_memory;                  /* a segment found no room: the run stops */
};

/* Group the static ones among n projections into bundles; *out from memory_new, to be freed with
 * bundles_free. Fails: NO_MEMORY. */
MUST_USE enum status bundles_make(struct projection *const *projection, int n, struct bundle **out,
                                  int *n_out);
void bundles_free(struct bundle *bundle, int n);

/* Draw the synapses of bundle k in an arena. May run in parallel over arenas and bundles. Fails: NO_MEMORY;
 * CONFIG (more than 2³² in one arena). */
MUST_USE enum status arena_draw(struct arena *arena, const struct bundle *bundle, int k,
                                struct block *const *block, struct population *const *block_population);
void arena_free(struct arena *arena, int n_bundles);

/* Keep segments for up to `ticks` ahead; those on their way are dropped. Fails: NO_MEMORY. */
MUST_USE enum status arena_horizon(struct arena *arena, int ticks);
void arena_drop(struct arena *arena);

/* Send the spike that source cell j of bundle k emitted in a tick on its way; what arrives before `from` is
 * left out. By the owner, as all below. */
void arena_send(struct arena *arena, const struct bundle *bundle, int k, uint32_t j, int64_t tick,
                int64_t from);

/* Add all that arrives in a tick to the ports. */
void arena_arrive(struct arena *arena, const struct bundle *bundle, int64_t tick);

#endif
