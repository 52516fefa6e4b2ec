/* nodes.h — the cells of a region as a SONATA node population: /nodes/<region> (docs/formats.md). */
#ifndef OUTPUT_NODES_H
#define OUTPUT_NODES_H

#include "store.h"

/* A per-cell parameter, n values in id order. */
struct node_parameter {
  const char *name, *unit;
  const double *value;
};

/* The cells of one population; populations of a region follow one another in id order from 0 without gaps. */
struct node_population {
  const char *name, *cell_type, *layer, *synapse_class; /* "PV_L5", "PV", "L5", "INH" */
  const char *model_template; /* "nest:aeif_cond_exp" or ""; NULL in all: the table of types says it */
  uint64_t n;
  const float *x_um, *y_um, *z_um;        /* NULL in all populations: cells without place */
  const struct node_parameter *parameter; /* a parameter that a population lacks is NaN in its rows */
  int n_parameters;
};

/* Type of the nodes of population p in the region that is number `place` in the file. */
int64_t nodes_type(int place, int p);

/* Write the nodes of one region. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status nodes_write(struct store *store, const char *region,
                                 const struct node_population *populations, int n_populations);

#endif
