/* routes.h — which blocks' spikes go to which ranks. */
#ifndef CORE_ROUTES_H
#define CORE_ROUTES_H

#include "network.h"

/* All spikes to all ranks: until it is known where synapses are. Fails: NO_MEMORY. */
MUST_USE enum status routes_new(struct network *network);

/* From the synapses as they are: a rank hears the blocks from which a synapse comes to one of its own; rank 0
 * hears all, since it records. By all (exchange.h). Fails: NO_MEMORY. */
MUST_USE enum status routes_make(struct network *network);

/* Does rank `to` hear block b, which is of this process? */
static inline bool routes_lead(const struct network *network, int b, int to) {
  return network->heard[(size_t)b * (size_t)exchange_ranks(network->exchange) + (size_t)to];
}

#endif
