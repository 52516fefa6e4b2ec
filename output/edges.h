/* edges.h — synapses as a SONATA edge population: /edges/<source>__<target>__chemical (docs/formats.md).
 *
 * Edges come in order of target, then source, and go to the file as they come: what is held is two numbers
 * per cell, and while the index by source is made a bounded part of it. */
#ifndef OUTPUT_EDGES_H
#define OUTPUT_EDGES_H

#include "store.h"

struct edges_form {
  const char *source, *target; /* node populations */
  uint64_t n_source, n_target; /* their cells */
  const char *unit;            /* of weights, if all have the same: "nS"; else NULL */
  bool dynamic;                /* some have short-term plasticity: columns for it */
};

/* One synapse. */
struct edge_row {
  uint64_t source, target;
  int64_t type;
  float weight, delay_ms;
  float U, tau_rec_ms, tau_facil_ms; /* of dynamic synapses; others 1, 0, 0 */
};

struct edges;

/* Begin a population. Fails: WORLD, NO_MEMORY, FAULT. */
MUST_USE enum status edges_create(struct store *store, const struct edges_form *form, struct edges **out);
/* Add n edges; targets never go back, nor sources within a target. Fails: WORLD, FAULT (out of order, no such
 * cell). */
MUST_USE enum status edges_append(struct edges *edges, const struct edge_row *row, size_t n);
/* Write the last of them and both indices. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status edges_end(struct edges *edges);
/* Edges so far. */
uint64_t edges_count(const struct edges *edges);
/* NULL is accepted. Free before the store is closed. */
void edges_free(struct edges *edges);

#endif
