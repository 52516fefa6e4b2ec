/* partition.h — which rank and thread owns a block of cells, and which blocks are advanced together. */
#ifndef CORE_PARTITION_H
#define CORE_PARTITION_H

#include "network.h"

/* Give all blocks to owners by their expected cost, and lay those that static pathways end on together in
 * arenas. Fails: NO_MEMORY. */
MUST_USE enum status partition_blocks(struct network *network, int n_threads, int n_ranks);

#endif
