/* owners.h — the threads of the ranks, each with rows for its blocks. */
#ifndef CORE_OWNERS_H
#define CORE_OWNERS_H

#include "network.h"

/* The owners in this process of a network whose blocks are given to ranks and threads; without rows yet.
 * Fails: NO_MEMORY. */
MUST_USE enum status owners_new(struct network *network, int n_threads);
void owners_free(struct network *network);
size_t owners_bytes(const struct network *network);

/* The part of network_restore_arrivals that is each owner's. */
void owners_restore_arrivals(struct network *network);

#endif
