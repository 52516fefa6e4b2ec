/* random_circuit_pathways.c — the pathways of a circuit without space, from the list `circuit.pathways` of a
 * config: static ones, those with a short-term state, and those that grow. */
#include "drugs/action.h"
#include "fields.h"
#include "memory.h"
#include "random_circuit_reader.h"
#include "synapses/elements.h"
#include "synapses/random_wiring.h"
#include <stdio.h>
#include <string.h>

/* ---- at another size ---- */

/* In-degrees shrink by the factor, weights grow by its square root, which keeps the variance of the input:
 * van Albada, Helias & Diesmann 2015, doi:10.1371/journal.pcbi.1004490. */
static void lose_input(struct reader *reader, const char *path, const struct population *from,
                       const struct population *to, const struct random_wiring *whole) {
  double n_to = (double)reader->cells[to->index];
  if (from->target_Hz <= 0)
    config_fault(reader->config, path, "scaling needs the `rate` of %s, to replace the input that is lost",
                 from->name);
  double in_degree =
      n_to > 0 ? random_wiring_expected(whole, (int)reader->cells[from->index], (int)n_to) / n_to : 0;
  reader_lose_current(reader, path, to, whole->weight, in_degree * from->target_Hz);
}

/* The rule at the size that is built. */
static void scale(struct reader *reader, const char *path, const struct population *from,
                  const struct population *to, const struct pathway_row *row, struct random_wiring *wiring) {
  double factor = reader->factor;
  int64_t full_from = reader->cells[from->index], full_to = reader->cells[to->index];
  wiring->total = random_wiring_total(row->p, (int)full_from, (int)full_to);
  if (factor == 1.0) return;
  if (reader->keep_probability) {
    lose_input(reader, path, from, to, wiring);
    wiring->in_degree = (uint32_t)((double)wiring->in_degree * factor + 0.5);
    wiring->total = random_wiring_total(row->p, from->n, to->n);
    wiring->weight /= sqrt(factor);
    wiring->weight_sd /= sqrt(factor);
  } else {
    wiring->p = row->p / factor;
    wiring->total = (uint64_t)((double)wiring->total * factor + 0.5);
    if (row->rule == PATHWAY_ALL) wiring->weight /= factor; /* the mean input stays */
  }
}

/* ---- one pathway ---- */

/* What is wrong becomes one fault among others, with its place. */
static enum status told(struct reader *reader, const char *path, enum status status) {
  if (status != STATUS_CONFIG) return status;
  config_fault(reader->config, path, "%s", status_message());
  return STATUS_OK;
}

/* Synapses of equal weight with a short-term state at the source. */
static enum status add_dynamic(struct reader *reader, const char *path, struct projection *projection,
                               const struct random_wiring *wiring, const struct pathway_row *row) {
  struct random_circuit *circuit = reader->circuit;
  size_t n = (size_t)circuit->n_dynamic;
  if (wiring->weight_sd > 0)
    config_fault(reader->config, path, "synapses with a short-term state (U) have one weight: no weight_sd");
  TRY(memory_resize("pathways", n, n + 1, sizeof *circuit->dynamic, &circuit->dynamic));
  struct static_pathway *drawn =
      projection->fixed; /* from here on its rule alone, by which blocks are drawn */
  projection->fixed = NULL;
  circuit->dynamic[circuit->n_dynamic++] = (struct random_dynamic){projection, drawn};
  projection->mean_nS = wiring->weight;
  projection->counted_nS = wiring->second;
  projection->weight_quantum_nS = wiring->weight / RANDOM_WIRING_FULL;
  projection->U = row->U;
  projection->tau_rec_ms = row->tau_rec;
  projection->tau_facil_ms = row->tau_facil;
  return STATUS_OK;
}

static enum status add_grown(struct reader *reader, const char *path, struct projection *projection,
                             const struct random_wiring *wiring, const struct pathway_row *row) {
  struct elements *elements = reader->circuit->elements;
  memory_free(projection->fixed->rule); /* nothing is drawn: only the delay was wanted */
  memory_free(projection->fixed);
  projection->fixed = NULL;
  if (!row->type || !*row->type)
    config_fault(reader->config, path, "the rule grown needs the `type` of its elements");
  if (!elements) config_fault(reader->config, path, "the rule grown needs a group `circuit.elements`");
  if (wiring->weight == 0) config_fault(reader->config, path, "the rule grown needs a weight");
  if (wiring->weight_sd > 0 || wiring->delay_sd_ms > 0 || row->U > 0)
    config_fault(reader->config, path,
                 "synapses that grow have one weight, one delay and no short-term state");
  if (!elements || !row->type || wiring->weight == 0) return STATUS_OK;
  return told(reader, path, elements_pathway(elements, projection, row->type, wiring->weight, row->autapses));
}

static struct random_wiring wiring_of(const struct reader *reader, const struct population *from,
                                      const struct population *to, const struct pathway_row *row) {
  bool all = row->rule == PATHWAY_ALL, grown = row->rule == PATHWAY_GROWN;
  int sources = from->n - (from == to && !row->autapses);
  return (struct random_wiring){.rule = all || grown ? RULE_IN_DEGREE : (enum wiring_rule)row->rule,
                                .p = row->p,
                                .in_degree = (uint32_t)(all     ? sources
                                                        : grown ? 0
                                                                : row->in_degree),
                                .autapses = row->autapses,
                                .weight = row->weight,
                                .weight_sd = row->weight_sd,
                                .second = row->second,
                                .delay_ms = row->delay,
                                .delay_sd_ms = row->delay_sd,
                                .delay_step_ms = reader->delay_step_ms};
}

static enum status add_pathway(struct reader *reader, const char *path, struct population *from,
                               struct population *to, const struct pathway_row *row) {
  struct network *network = reader->circuit->network;
  struct projection *projection;
  struct random_wiring wiring = wiring_of(reader, from, to, row);
  if (row->rule != PATHWAY_GROWN) scale(reader, path, from, to, row, &wiring);
  TRY(network_projection(network, from, to, &projection));
  snprintf(projection->name, sizeof projection->name, "%s_to_%s", from->name, to->name);
  projection->port = reader_port(to, row->port);
  projection->expected = random_wiring_expected(&wiring, from->n, to->n);
  double in_degree = to->n > 0 ? projection->expected / to->n : 0;
  reader->released[to->index][projection->port][0] += in_degree * wiring.weight;
  reader->released[to->index][projection->port][1] += in_degree * wiring.second;
  enum status status = random_wiring_set(projection, &wiring, &network->clock, network->seed);
  if (status != STATUS_OK) return told(reader, path, status);
  if (row->rule == PATHWAY_GROWN) return add_grown(reader, path, projection, &wiring, row);
  return row->U > 0 ? add_dynamic(reader, path, projection, &wiring, row) : STATUS_OK;
}

/* ---- the list ---- */

static struct population *find_population(struct reader *reader, const char *path, int i) {
  struct network *network = reader->circuit->network;
  const char *name = config_text_at(reader->config, path, i), *known[CIRCUIT_POPULATIONS];
  for (int p = 0; name && p < network->n_populations; p++) {
    known[p] = network->population[p]->name;
    if (strcmp(known[p], name) == 0) return network->population[p];
  }
  if (name) config_unknown(reader->config, path, name, known, network->n_populations);
  return NULL;
}

enum status reader_pathway(struct reader *reader, int i) {
  char path[PATH_BYTES], from_path[PATH_BYTES], to_path[PATH_BYTES];
  struct pathway_row row;
  snprintf(path, sizeof path, "circuit.pathways.[%d]", i);
  reader_join(from_path, path, "from");
  reader_join(to_path, path, "to");
  int n_from = config_count(reader->config, from_path), n_to = config_count(reader->config, to_path);
  if (n_from == 0 || n_to == 0) config_fault(reader->config, path, "`from` and `to` name no populations");
  params_read(reader->config, path, circuit_pathway_params, 1, NULL, 0, &row); /* its port: for the unit */
  for (int k = 0; k < n_to; k++) {
    struct population *to = find_population(reader, to_path, k);
    int port = to && to->cell ? reader_find_port(reader, path, to, row.port) : -1;
    reader_with_unit(reader->config, path, circuit_pathway_params, n_circuit_pathway_params,
                     port < 0 ? "nS" : reader->unit[to->index][port], &row);
    for (int j = 0; j < n_from; j++) {
      struct population *from = find_population(reader, from_path, j);
      if (from && port >= 0) TRY(add_pathway(reader, path, from, to, &row));
    }
  }
  return STATUS_OK;
}

/* What opens NMDA channels at most: block by use depends on the share of them that is open. */
static void count_receptors(struct reader *reader) {
  struct network *network = reader->circuit->network;
  for (int p = 0; p < network->n_populations; p++) {
    struct population *population = network->population[p];
    for (int r = 0; r < population->n_receptors; r++) {
      const struct receptor *receptor = &population->receptor[r];
      if (receptor->mechanism->answers >> ACTION_NMDA_CHANNEL & 1u)
        population->synapses_nS = reader->released[p][receptor->port][receptor->lane];
    }
  }
}

enum status reader_finish_pathways(struct reader *reader) {
  struct network *network = reader->circuit->network;
  count_receptors(reader);
  for (int k = 0; k < network->n_projections; k++) {
    struct projection *projection = network->projection[k];
    if (projection->fixed) continue;
    if (!projection->source->cell || !projection->target->cell) continue; /* told already */
    TRY(projection_divide(projection));
  }
  return STATUS_OK;
}
