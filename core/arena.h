/* arena.h — static synapses: those that neither change nor have short-term state, in the most compact form.
 *
 * An arena is a set of target blocks of one owner, at most 65,536 cells. Their arrivals lie together, one
 * array per port, so that a synapse names its target by two bytes, whatever population it belongs to. Large
 * networks have several arenas an owner: siblings, one after another in the network's list.
 *
 * Static pathways of one source population that agree in port, weight and delays form one bundle. Its
 * synapses stand source by source, within a source arena by arena, and there class of delay by class: a
 * segment, which is read in one stretch when its spike arrives, and whose counts stay in cache. Weights of a
 * bundle are all equal, or computed from source and target (struct static_pathway).
 *
 * At the start of an interval the segments of the spikes of the interval before are noted in lists by their
 * tick of arrival. Sums are of integers: neither arenas nor the order of spikes change a result. What is on
 * its way is no state: it follows from the recent spikes. */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include "projection.h"

enum { ARENA_CELLS = 65536 };

/* The synapses of one bundle in the arenas of one owner. */
struct arena_synapses {
  uint32_t *begin; /* source × arena × class → first synapse; one more at the end */
  uint16_t *place; /* target cell in its arena; NULL if rows of bits stand for it (struct arena) */
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

/* A segment on its way: it arrives when its slot comes up. Of a dense bundle: begin is the source, n is 0. */
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
  int sibling, siblings;           /* which of its owner's arenas it is, and how many there are */
  struct arena_synapses *synapses; /* one per bundle, of all siblings; kept by the first of them */
  uint64_t **bits;      /* per bundle, of this arena: a row per source if the bundle is dense, or NULL */
  struct segments *due; /* by tick of arrival mod slots */
  int slots;            /* a power of two above every delay and interval */
  bool dense;           /* some bundle has rows of bits here */
  bool no_memory;       /* a segment found no room: the run stops */
  bool loose;           /* any thread may advance it that has done its own: its block shares no scratch */
};

/* Group the static ones among n projections into bundles; *out from memory_new, to be freed with
 * bundles_free. Fails: NO_MEMORY. */
MUST_USE enum status bundles_make(struct projection *const *projection, int n, struct bundle **out,
                                  int *n_out);
void bundles_free(struct bundle *bundle, int n);

/* Draw the synapses of bundle k in an arena, the first of its siblings, and in all of these. May run in
 * parallel over owners and bundles. Fails: NO_MEMORY; CONFIG (more than 2³² of one owner). */
MUST_USE enum status arena_draw(struct arena *arena, const struct bundle *bundle, int k,
                                struct block *const *block, struct population *const *block_population);
void arena_free(struct arena *arena, int n_bundles);

/* Weight of the synapses from source cell j to target cell i of a pathway, in the port's unit. */
float arena_weight(const struct static_pathway *fixed, uint32_t j, uint32_t i);

/* Keep segments for up to `ticks` ahead; those on their way are dropped. Fails: NO_MEMORY. */
MUST_USE enum status arena_horizon(struct arena *arena, int ticks);
void arena_drop(struct arena *arena);

/* Ask for what arena_send will read of source j. */
void arena_ask(const struct arena *arena, const struct bundle *bundle, int k, uint32_t j);

/* Send the spike that source cell j of bundle k emitted in a tick on its way to an arena, the first of its
 * siblings, and to all of these; what arrives before `from` is left out. By the owner, as all below. */
void arena_send(struct arena *arena, const struct bundle *bundle, int k, uint32_t j, int64_t tick,
                int64_t from);

/* Add all that arrives in a tick to the ports. */
void arena_arrive(struct arena *arena, const struct bundle *bundle, int64_t tick);

#endif
