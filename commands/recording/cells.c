/* cells.c — the cells of a region of a network as SONATA nodes. See cells.h. */
#include "cells.h"
#include "memory.h"
#include "nodes.h"
#include <math.h>
#include <string.h>

/* Synapses that reverse below this inhibit, mV: between the potentials of GABA and glutamate receptors. */
static const double INHIBITS_BELOW_mV = -40.0;

const char *cells_template(const struct mechanism *cell) {
  static const struct {
    const char *cell, *template;
  } rows[] = {{"adex", "nest:aeif_cond_exp"},           {"adex_precise", "nest:aeif_cond_exp"},
              {"lif_current", "nest:iaf_psc_exp"},      {"lif_alpha", "nest:iaf_psc_alpha"},
              {"lif_exponential", "nest:iaf_cond_exp"}, {"lif_conductance", "nest:iaf_cond_exp"},
              {"izhikevich", "nest:izhikevich"}};
  for (int k = 0; k < COUNT_OF(rows); k++)
    if (strcmp(rows[k].cell, cell->name) == 0) return rows[k].template;
  return "";
}

bool cells_port_inhibits(const struct population *population, int port, double weight) {
  const struct mechanism *cell = population->cell;
  double reversal = NAN;
  for (int r = 0; r < population->n_receptors; r++) {
    const struct receptor *receptor = &population->receptor[r];
    if (receptor->port == port && receptor->lane == 0 && isnan(reversal))
      reversal = mechanism_number(receptor->mechanism, receptor->params, "E_rev");
  }
  if (isnan(reversal) && port < MECHANISM_PORTS && cell->ports[port])
    reversal = mechanism_number(cell, population->cell_params, port == 0 ? "E_exc" : "E_inh");
  return isnan(reversal) ? weight < 0 : reversal < INHIBITS_BELOW_mV;
}

const char *cells_class(const struct network *network, const struct population *population) {
  for (int k = 0; k < network->n_projections; k++) {
    const struct projection *projection = network->projection[k];
    double weight = projection->fixed ? (double)projection->fixed->weight[0] : projection->weight_quantum_nS;
    if (projection->source == population &&
        !cells_port_inhibits(projection->target, projection->port, weight))
      return "EXC";
  }
  return "INH";
}

enum { FIELDS_MOST = 8, POPULATIONS_MOST = 64 };

/* What differs between cells of a model, in the order of its fields. Gives their number. */
static int fill_parameters(const struct population *population, struct node_parameter *parameter,
                           double *room, float *single) {
  const struct mechanism *cell = population->cell;
  int n = 0;
  for (int f = 0; f < cell->n_fields && n < FIELDS_MOST; f++) {
    const struct field *field = &cell->fields[f];
    if (field->role != FIELD_VARIED || field->type != STATE_F32 || field->rows != 1) continue;
    double *value = room + (size_t)n * (size_t)population->n;
    parameter[n++] = (struct node_parameter){field->name, field->unit, value};
    population_gather(population, -1, field->name, 0, single);
    for (int i = 0; i < population->n; i++) value[i] = (double)single[i];
  }
  return n;
}

/* A region's cells on their way to the file. */
struct region_cells {
  struct node_population node[POPULATIONS_MOST];
  struct node_parameter parameter[POPULATIONS_MOST][FIELDS_MOST];
  double *room[POPULATIONS_MOST];
  int n;
};

static enum status add_population(struct region_cells *cells, const struct network *network,
                                  const struct population *population, bool models) {
  if (cells->n == POPULATIONS_MOST)
    return status_fail(STATUS_CONFIG, "%s: more than %d populations", population->region, POPULATIONS_MOST);
  int k = cells->n++;
  TRY(memory_new("cells", (size_t)population->n * FIELDS_MOST, sizeof(double), &cells->room[k]));
  cells->node[k] =
      (struct node_population){.name = population->name,
                               .cell_type = population->type,
                               .layer = population->layer,
                               .synapse_class = cells_class(network, population),
                               .model_template = models ? cells_template(population->cell) : NULL,
                               .n = (uint64_t)population->n,
                               .x_um = population->x_um,
                               .y_um = population->y_um,
                               .z_um = population->z_um,
                               .parameter = cells->parameter[k]};
  float *single = NULL;
  TRY(memory_new("cells", (size_t)population->n, sizeof *single, &single));
  cells->node[k].n_parameters = fill_parameters(population, cells->parameter[k], cells->room[k], single);
  memory_free(single);
  return STATUS_OK;
}

enum status cells_write(struct store *store, const struct network *network, const char *region, bool models) {
  struct region_cells *cells = NULL;
  TRY(memory_new("cells", 1, sizeof *cells, &cells));
  enum status status = STATUS_OK;
  for (int p = 0; p < network->n_populations && status == STATUS_OK; p++) {
    const struct population *population = network->population[p];
    if (!population->outside && strcmp(population->region, region) == 0)
      status = add_population(cells, network, population, models);
  }
  if (status == STATUS_OK && store) status = nodes_write(store, region, cells->node, cells->n);
  for (int k = 0; k < cells->n; k++) memory_free(cells->room[k]);
  memory_free(cells);
  return status;
}
