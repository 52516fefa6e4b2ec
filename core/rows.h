/* rows.h — synapse lists from the side of the spikes: where among the blocks of one owner the synapses of a
 * source cell are.
 *
 * The synapses themselves lie with their target blocks (projection.h). An owner, a thread of a rank, has one
 * row for every source cell of the network: 8 bytes for each list of its own that holds synapses of the cell.
 * So a spike costs time by what it reaches, and not by how many blocks there are. Rows follow from the lists
 * and are made again when those have changed. */
#ifndef CORE_ROWS_H
#define CORE_ROWS_H

#include "projection.h"

/* Synapses of a source cell that follow one another in a list. */
struct reach {
  uint32_t begin;
  uint32_t n : 12, list : 20;
};
enum { REACH_LISTS = 1 << 20 };

/* The synapses of one pathway in one block. */
struct synapse_list {
  const struct projection *projection;
  int b;      /* block of its target */
  int number; /* of that block in the network */
};

/* The rows of all cells of one source population. */
struct rows {
  struct synapse_list *list;
  int n_lists, capacity;
  uint32_t *begin; /* cell → its first reach; one more at the end */
  struct reach *reach;
};

/* One more list of the population; then the rows of all its lists. Fails: NO_MEMORY; CONFIG (too many). */
MUST_USE enum status rows_add(struct rows *rows, struct synapse_list list);
MUST_USE enum status rows_make(struct rows *rows, const struct population *source);
void rows_free(struct rows *rows);
size_t rows_bytes(const struct rows *rows, const struct population *source);

#endif
