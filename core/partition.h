/* partition.h — which rank and thread owns a block of cells, and which blocks are advanced together. */
#ifndef CORE_PARTITION_H
#define CORE_PARTITION_H

#include "network.h"

/* Give all blocks to ranks, by their place and expected cost, and those of this process's ranks to threads;
 * allocate the arrays of these. Fails: NO_MEMORY. */
MUST_USE enum status partition_blocks(struct network *network, int n_threads);

/* Lay the blocks that static pathways end on together in arenas, owner by owner. After that. Fails:
 * NO_MEMORY. */
MUST_USE enum status partition_arenas(struct network *network, int n_threads);

#endif
