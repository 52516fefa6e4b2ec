/* network.h — populations and projections as one thing that can be advanced in time.
 *
 * Built once: populations and projections are added, then network_connect assigns blocks to ranks and threads
 * by their cost, sets the interval (the minimum delay, so that spikes need to meet only once in it) and the
 * length of the spike history. Time here is the count of simulated ticks, without the gaps between windows.
 */
#ifndef CORE_NETWORK_H
#define CORE_NETWORK_H

#include "arena.h"
#include "exchange.h"
#include "memory.h"
#include "rows.h"
#include "team.h"

enum { NETWORK_OUT = 64 }; /* outgoing projections of one population */

/* The spikes of one population in one tick, sorted by cell; efficacy of outgoing projection o at efficacy[o ×
 * capacity]. */
struct spike_list {
  int n, capacity;
  uint32_t *cell;
  float *efficacy;
};

/* What a block emitted in the present interval. */
struct outbox {
  int n, capacity;
  int begin[16 + 1]; /* spikes of tick k: begin[k] … begin[k+1]−1 */
  uint32_t *cell;
  float *efficacy; /* outgoing projection o of spike s: efficacy[o × capacity + s] */
};

/* What a block has to deliver: filled by its owner, emptied by the thread that advances it. */
struct inbox {
  _Alignas(MEMORY_LINE) uint32_t n;
  uint32_t capacity;
  struct visit *visit;
};

/* A thread of a rank of this process: what the spikes of each population reach among its blocks, and the
 * synapses there, block after block in one piece: so large pages can hold them, and a block's are near to
 * each other. */
struct owner {
  int rank, thread;
  struct rows *rows;
  struct synapse *pool;
};

struct pathway_list {
  int n;
  struct projection *projection[NETWORK_OUT];
};

/* Cells first … last − 1 of a population. */
struct cell_range {
  uint32_t first, last;
};

/* A rank of this process. What it does not hear (routes.h) is not in its history; rank 0 hears all. */
struct rank {
  struct spike_list *history;    /* population × ring + (tick mod ring) */
  const unsigned char **section; /* per block: its part of a message, while unpacking; NULL: none came */
  struct cell_range *own;        /* per population */
};

struct network {
  struct clock clock;
  uint64_t seed;
  struct population **population;
  int n_populations;
  struct projection **projection;
  int n_projections;
  /* set by network_connect */
  int n_blocks;
  struct block **block;
  struct population **block_population; /* per block */
  int *block_in_population;
  struct pathway_list *in, *out; /* per population; without the static ones */
  struct bundle *bundle;         /* the static ones, in groups */
  int n_bundles;
  struct arena *arena; /* every block lies in one, by itself unless it is a target of static pathways */
  int n_arenas;
  int *loose; /* numbers of the loose ones */
  int n_loose;
  int32_t *scratch;      /* of the threads, for what a block needs within a tick only */
  struct outbox *outbox; /* per block */
  struct inbox *inbox;   /* per block: empty between intervals */
  struct owner *owner;
  int n_owners;
  int interval; /* ticks between exchanges: at most the minimum delay, a divisor of a millisecond */
  int ms_ticks; /* ticks of one millisecond: receptors adapt, observers look */
  int ring;     /* ticks of spike history */
  struct team *team;
  struct exchange *exchange;
  struct rank *rank;    /* those of this process */
  unsigned char *heard; /* block × ranks + rank: does the rank hear it? Of the blocks of this process */
  bool own_sent;        /* spikes of the latest interval are on their way within their rank already */
  int64_t tick;         /* simulated so far */
};

MUST_USE enum status network_new(struct clock clock, uint64_t seed, struct network **out);
void network_free(struct network *network);

/* Take over a population or projection (zero-initialised by the network, to be described by the caller). */
MUST_USE enum status network_population(struct network *network, struct population **out);
MUST_USE enum status network_projection(struct network *network, struct population *source,
                                        struct population *target, struct projection **out);

/* Give blocks to n_ranks ranks, or the one of each process of a job (exchange.h), and to n_threads threads;
 * allocate the arrays of those that this process holds. Must follow the last population and precede the first
 * tick. What is marked "by all" from here on is a meeting of the processes. Fails: NO_MEMORY; CONFIG (too
 * many pathways, dt that does not divide a millisecond); WORLD (fewer threads). By all. */
MUST_USE enum status network_connect(struct network *network, int n_threads, int n_ranks);

/* Sums of arrivals cannot overflow: checks every port. Call after wiring and after each rebuild. Fails:
 * DIVERGED (growth went beyond the headroom). By all. */
MUST_USE enum status network_check_ports(const struct network *network);

/* Set the quanta of all ports: the largest possible sum, with room for growth by `headroom`, takes 31 bits.
 * Call once after wiring. By all. */
void network_set_quanta(struct network *network, double headroom);

/* Draw the synapses of all static pathways, in parallel, each by the owner of its targets. Before
 * network_set_quanta. By all. */
MUST_USE enum status network_draw(struct network *network);

/* Synapses of source cell j in a bundle that this process holds. */
size_t network_out_degree(const struct network *network, int bundle, size_t j);

/* Build function each(context, projection, block) for all blocks of all projections that this process holds,
 * in parallel; then the rows of what was built. First failure wins. By all. */
MUST_USE enum status network_each_block(struct network *network,
                                        enum status (*each)(void *context, struct projection *projection,
                                                            int b),
                                        void *context);

/* Run each(context, thread, number of block) for all blocks that this process holds, in parallel. */
void network_blocks(struct network *network, void (*each)(void *context, int thread, int number),
                    void *context);

/* Make the rows of all owners, in parallel, and the routes between ranks, after synapses were set. Fails:
 * NO_MEMORY; CONFIG (too many lists of synapses in one thread). By all. */
MUST_USE enum status network_make_rows(struct network *network);

/* Put the recent spikes of population p (from a checkpoint) into the history of every rank of this process.
 * Fails: CONFIG (out of range). */
MUST_USE enum status network_restore_spikes(struct network *network, int p, const uint32_t *count,
                                            const uint32_t *cell, size_t n, const float *efficacy,
                                            size_t n_efficacies);

/* Put the arrivals that are still to come on their way again, from the recent spikes and the synapses as they
 * are now: after a load, and after synapses changed, when ranks may hear what they did not hear before:
 * rank 0 tells them. Fails: NO_MEMORY. By all. */
MUST_USE enum status network_restore_arrivals(struct network *network);

/* Longest delay of the pathways onto population p that are not static, in ticks. */
int network_longest_delay(const struct network *network, int p);

/* Of all processes: by all. Bytes are those of this process. */
size_t network_synapses(const struct network *network);
size_t network_synapse_bytes(const struct network *network);
size_t network_bytes(const struct network *network);

/* Visit all state in canonical order: tick, populations, projections, spike history. */
MUST_USE enum status network_visit(struct network *network, struct visitor *visitor);

#endif
