/* sonata_model.h — models of cells as other programs name them: parameters as JSON, ours with their units and
 * those of the NEST model with the same membrane. */
#ifndef COMMANDS_SONATA_MODEL_H
#define COMMANDS_SONATA_MODEL_H

#include "population.h"
#include <stdio.h>

/* A parameter of a NEST model and ours; of a key in `receptors`, "excitatory.tau". */
struct nest_key {
  const char *nest, *own;
};

struct nest_model {
  const char *template, *cell; /* "nest:iaf_psc_exp", "lif_current" */
  const struct nest_key *key;
  int n;
  bool receptors; /* its synapses are receptors of ours, not ports of the cell */
};

/* The first NEST model with this cell model or this template (the other NULL); NULL if there is none. */
const struct nest_model *sonata_nest_model(const char *template, const char *cell);

/* The group that `circuit.populations` would hold of a population, as JSON: cell model, its keys,
 * receptors. */
void sonata_write_model(const struct population *population, FILE *out);

/* What the NEST model is given; receptors that have no place in it are left out. */
void sonata_write_nest(const struct population *population, FILE *out);

#endif
