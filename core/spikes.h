/* spikes.h — the way of spikes from the blocks that emit them to the history of every rank (spikes.c). */
#ifndef CORE_SPIKES_H
#define CORE_SPIKES_H

#include "network.h"

/* Note the cells of a block that fired in tick k of the interval that begins at `tick`, and the efficacy of
 * each on its pathways. By the block's owner. Fails: NO_MEMORY. */
MUST_USE enum status spikes_note(struct network *network, int number, int k, int64_t tick);

/* Write what the blocks of a rank emitted in the interval as its message; after a barrier, unpack the
 * messages of all ranks into the rank's history. By one thread per rank. Fails: NO_MEMORY. */
MUST_USE enum status spikes_pack(struct network *network, int rank);
MUST_USE enum status spikes_unpack(struct network *network, int rank, int64_t tick);

/* The spikes of population p in a tick of the history. */
static inline const struct spike_list *spikes_at(const struct network *network, int rank, int p,
                                                 int64_t tick) {
  return &network->rank[rank].history[p * network->ring + (int)(tick % network->ring)];
}

/* Put the spikes of ticks first … last of a population's sources on their way to its block b, those that
 * arrive before `from` left out. By the owner of the block. */
void spikes_deliver(const struct network *network, const struct population *population, int b, int64_t first,
                    int64_t last, int64_t from);

/* Send the spikes of ticks first … last on their way to an arena and its siblings by static synapses,
 * arrivals before `from` left out. By its owner. */
void spikes_send(const struct network *network, struct arena *arena, int64_t first, int64_t last,
                 int64_t from);

/* Room for n spikes in an outbox. Fails: NO_MEMORY. */
MUST_USE enum status spikes_reserve(struct outbox *outbox, int n_out, int capacity);

#endif
