/* spikes.h — the way of spikes from the blocks that emit them to the history of every rank (spikes.c). */
#ifndef CORE_SPIKES_H
#define CORE_SPIKES_H

#include "network.h"

/* Note the cells of a block that fired in tick k of the interval that begins at `tick`, and the efficacy of
 * each on its pathways. By the thread that advances it. Fails: NO_MEMORY. */
MUST_USE enum status spikes_note(struct network *network, int number, int k, int64_t tick);

/* Write what the blocks of a rank emitted in the interval as its messages to those that hear them; when all
 * have come, unpack the messages of all ranks into the rank's history. By one thread per rank. Fails:
 * NO_MEMORY. */
MUST_USE enum status spikes_pack(struct network *network, int rank);
MUST_USE enum status spikes_unpack(struct network *network, int rank, int64_t tick);

/* The spikes of population p in a tick of the history of a rank of this process, the first of which is 0:
 * whole in the process of rank 0. */
static inline const struct spike_list *spikes_at(const struct network *network, int rank, int p,
                                                 int64_t tick) {
  return &network->rank[rank].history[p * network->ring + (int)(tick % network->ring)];
}

/* Spikes of the history, whoever emitted them; those that the blocks of the own rank have just emitted, from
 * their outboxes, while messages travel; those of the history that came from other ranks. */
enum spikes_of { SPIKES_ALL, SPIKES_OWN, SPIKES_FOREIGN };

/* Put the spikes of ticks first … last into the inboxes of the blocks of one owner that they reach; then,
 * block by block, what is in the inbox on its way, arrivals before `from` left out. `last` is the same for
 * both. The first by the owner, the second by the thread that advances the block. */
void spikes_call(struct network *network, const struct owner *owner, int64_t first, int64_t last,
                 enum spikes_of which);
void spikes_deliver(struct network *network, int number, int64_t last, int64_t from);

/* Send the spikes of ticks first … last on their way to an arena and its siblings by static synapses,
 * arrivals before `from` left out. By its owner. */
void spikes_send(const struct network *network, struct arena *arena, int64_t first, int64_t last,
                 int64_t from, enum spikes_of which);

/* Room for n spikes in an outbox. Fails: NO_MEMORY. */
MUST_USE enum status spikes_reserve(struct outbox *outbox, int n_out, int capacity);

#endif
