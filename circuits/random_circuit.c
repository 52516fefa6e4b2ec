/* random_circuit.c — populations and random pathways from the group `circuit` of a config. */
#include "circuit.h"
#include "drive/poisson.h"
#include "drive/step.h"
#include "memory.h"
#include "random.h"
#include "random_circuit_rows.h"
#include "synapses/random_wiring.h"
#include <stdio.h>
#include <string.h>
enum { PATH_BYTES = 160 };

/* ---- reading ---- */

struct reader {
  struct config *config;
  const struct mechanisms *mechanisms;
  const struct circuit_settings *settings;
  struct random_circuit *circuit;
  bool keep_probability;
  double delay_step_ms;
  double factor;                      /* cells over the config's */
  int64_t cells[CIRCUIT_POPULATIONS]; /* in the config */
  double lost[CIRCUIT_POPULATIONS];   /* mean current that scaling takes away, pA */
  const char *unit[CIRCUIT_POPULATIONS][POPULATION_PORTS];
};

/* path.key; what is too long for a config's paths is cut. */
static void join(char out[PATH_BYTES], const char *path, const char *key) {
  if (snprintf(out, PATH_BYTES, "%s.%s", path, key) >= PATH_BYTES) out[PATH_BYTES - 1] = '\0';
}

/* A table with its weights in the unit of a port. */
static void read_with_unit(struct config *config, const char *path, const struct param *table, int n,
                           const char *unit, void *out) {
  struct param own[16];
  for (int k = 0; k < n; k++) {
    own[k] = table[k];
    if (table[k].unit && strcmp(table[k].unit, "nS") == 0) own[k].unit = unit;
  }
  params_read(config, path, own, n, NULL, 0, out);
}

static int port_of(const struct population *population, const char *name) {
  for (int p = 0; p < population->n_ports; p++) {
    if (strcmp(population->port[p].name, name) == 0) return p;
  }
  return -1;
}

/* The port of a name, if there is one; a fault if not. */
static int find_port(struct reader *reader, const char *path, const struct population *population,
                     const char *name) {
  const char *known[POPULATION_PORTS];
  int p = name ? port_of(population, name) : -1;
  for (int k = 0; k < population->n_ports; k++) known[k] = population->port[k].name;
  if (name && p < 0) config_unknown(reader->config, path, name, known, population->n_ports);
  return p;
}

static int add_port(struct reader *reader, struct population *population, const char *path, const char *name,
                    const char *unit) {
  if (population->n_ports == POPULATION_PORTS) {
    config_fault(reader->config, path, "more than %d ports", POPULATION_PORTS);
    return 0;
  }
  reader->unit[population->index][population->n_ports] = unit ? unit : "nS";
  population->port[population->n_ports] = (struct port){.name = name};
  return population->n_ports++;
}

static const struct mechanism *find_model(struct reader *reader, const char *path, const char *name,
                                          enum mechanism_kind kind) {
  const char *known[64];
  int n = 0;
  for (int k = 0; k < reader->mechanisms->n && n < COUNT_OF(known); k++) {
    if (reader->mechanisms->list[k]->kind == kind) known[n++] = reader->mechanisms->list[k]->name;
  }
  const struct mechanism *found = name ? mechanism_find(reader->mechanisms, name) : NULL;
  if (found && found->kind == kind) return found;
  if (name) config_unknown(reader->config, path, name, known, n);
  return NULL;
}

static enum status read_receptor(struct reader *reader, struct population *population, const char *path,
                                 const char *name) {
  struct receptor_row row;
  char place[PATH_BYTES];
  params_read(reader->config, path, circuit_receptor_params, n_circuit_receptor_params, NULL, 0, &row);
  join(place, path, "mechanism");
  const struct mechanism *mechanism = find_model(reader, place, row.mechanism, MECHANISM_RECEPTOR);
  if (!mechanism) {
    config_skip(reader->config, path);
    return STATUS_OK;
  }
  if (population->n_receptors == POPULATION_RECEPTORS) {
    config_fault(reader->config, path, "more than %d receptors", POPULATION_RECEPTORS);
    return STATUS_OK;
  }
  const char *port_name = *row.port ? row.port : name;
  bool reads = strcmp(port_name, "none") != 0;
  int port = reads ? port_of(population, port_name) : 0;
  if (port < 0) port = add_port(reader, population, path, port_name, mechanism->port_unit);
  if (reads && population->port[port].lanes == 2)
    config_fault(reader->config, path, "more than two receptors at the port %s", port_name);
  struct receptor *receptor = &population->receptor[population->n_receptors++];
  *receptor = (struct receptor){mechanism, name, NULL, port, reads ? population->port[port].lanes++ : 0};
  return circuit_read_params(mechanism, reader->config, path, NULL, 0, &receptor->params);
}

static enum status read_receptors(struct reader *reader, struct population *population, const char *path) {
  char group[PATH_BYTES], sub[PATH_BYTES];
  join(group, path, "receptors");
  int n = config_count(reader->config, group);
  for (int k = 0; k < n; k++) {
    const char *name = config_child(reader->config, group, k);
    if (!name) continue;
    join(sub, group, name);
    TRY(read_receptor(reader, population, sub, name));
  }
  return STATUS_OK;
}

static double *number_of(const struct population *population, const char *key) {
  const struct mechanism *cell = population->cell;
  for (int k = 0; k < cell->n_params; k++) {
    if (strcmp(cell->params[k].key, key) == 0)
      return (double *)(void *)((char *)population->cell_params + cell->params[k].offset);
  }
  return NULL;
}

/* A mean input that scaling takes away comes back as a constant current. */
static void lose_current(struct reader *reader, const char *path, const struct population *to, double weight,
                         double events_Hz) {
  const double *tau = to->cell ? number_of(to, "tau_syn") : NULL;
  if (!tau || !number_of(to, "I_e") || strcmp(to->port[0].name, "current") != 0) {
    config_fault(reader->config, path, "only cells with synaptic currents can be scaled by probability");
    return;
  }
  reader->lost[to->index] += (1.0 - sqrt(reader->factor)) * weight * events_Hz * *tau * 1e-3;
}

/* Afferents from outside shrink like those inside. */
static void scale_background(struct reader *reader, const char *path, const struct population *population,
                             struct background_row *row) {
  if (reader->factor == 1.0) return;
  lose_current(reader, path, population, row->weight, row->rate);
  row->rate *= reader->factor;
  row->weight /= sqrt(reader->factor);
}

static enum status read_background(struct reader *reader, struct population *population, const char *path) {
  struct background_row row;
  char sub[PATH_BYTES], place[PATH_BYTES];
  population->background_port = -1;
  join(sub, path, "background");
  join(place, sub, "port");
  if (!config_has(reader->config, sub)) return STATUS_OK;
  params_read(reader->config, sub, circuit_background_params, 1, NULL, 0, &row); /* its port: for the unit */
  int port = find_port(reader, place, population, row.port);
  read_with_unit(reader->config, sub, circuit_background_params, n_circuit_background_params,
                 port < 0 ? "nS" : reader->unit[population->index][port], &row);
  if (port < 0) return STATUS_OK;
  population->background_port = port;
  if (reader->keep_probability) scale_background(reader, sub, population, &row);
  population->background_nS[0] = row.weight;
  population->background_nS[1] = row.second;
  TRY(poisson_set(population, row.rate, 1.0, reader->circuit->network->clock.dt_ms));
  if (row.until > 0) poisson_until(population, clock_ticks(&reader->circuit->network->clock, row.until));
  return STATUS_OK;
}

static void read_start(struct reader *reader, const char *path, struct circuit_start *start) {
  struct start_row row;
  char sub[PATH_BYTES], low[PATH_BYTES], high[PATH_BYTES], mean[PATH_BYTES];
  join(sub, path, "start");
  join(low, sub, "V_low");
  join(high, sub, "V_high");
  join(mean, sub, "V_mean");
  *start = (struct circuit_start){.given = config_has(reader->config, sub)};
  if (!start->given) return;
  params_read(reader->config, sub, circuit_start_params, n_circuit_start_params, NULL, 0, &row);
  start->normal = config_has(reader->config, mean);
  bool from = config_has(reader->config, low), to = config_has(reader->config, high);
  if (start->normal && (from || to))
    config_fault(reader->config, sub, "both V_mean and V_%s are given: normal or uniform?",
                 from ? "low" : "high");
  if (!start->normal && !(from && to))
    config_fault(reader->config, sub, "neither V_mean nor both of V_low and V_high are given");
  else if (!start->normal && row.V_low > row.V_high)
    config_fault(reader->config, sub, "V_low is above V_high");
  start->low_mV = start->normal ? row.V_mean : row.V_low;
  start->spread_mV = start->normal ? row.V_sd : row.V_high - row.V_low;
}

static enum status read_step(struct reader *reader, struct population *population, const char *path) {
  struct step_row row;
  char sub[PATH_BYTES];
  join(sub, path, "step");
  if (!config_has(reader->config, sub)) return STATUS_OK;
  params_read(reader->config, sub, circuit_step_params, n_circuit_step_params, NULL, 0, &row);
  if (row.to < row.from) {
    config_fault(reader->config, sub, "the step ends before it begins");
    return STATUS_OK;
  }
  return step_set(population, row.current, row.from, row.to, reader->circuit->network->clock.dt_ms);
}

static enum status read_population(struct reader *reader, const char *name) {
  struct network *network = reader->circuit->network;
  struct population *population;
  struct population_row row;
  char path[PATH_BYTES], sub[PATH_BYTES];
  join(path, "circuit.populations", name);
  TRY(network_population(network, &population));
  params_read(reader->config, path, circuit_population_params, n_circuit_population_params, NULL, 0, &row);
  snprintf(population->name, sizeof population->name, "%s", name);
  snprintf(population->region, sizeof population->region, "circuit");
  snprintf(population->type, sizeof population->type, "%s", name);
  reader->cells[population->index] = row.cells;
  population->n = (int)((double)row.cells * reader->factor + 0.5);
  population->target_Hz = row.rate;
  if (strlen(name) >= sizeof population->name)
    config_fault(reader->config, path, "the name is longer than %zu bytes", sizeof population->name - 1);
  join(sub, path, "cell");
  population->cell = find_model(reader, sub, row.cell, MECHANISM_CELL);
  if (!population->cell) {
    config_skip(reader->config, path);
    return STATUS_OK;
  }
  for (int p = 0; p < MECHANISM_PORTS && population->cell->ports[p]; p++)
    population
        ->port[add_port(reader, population, path, population->cell->ports[p], population->cell->port_unit)]
        .lanes = 1;
  TRY(circuit_read_params(population->cell, reader->config, path, NULL, 0, &population->cell_params));
  TRY(read_receptors(reader, population, path));
  TRY(read_background(reader, population, path));
  TRY(read_step(reader, population, path));
  read_start(reader, path, &reader->circuit->start[population->index]);
  return STATUS_OK;
}

/* ---- pathways ---- */

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
  lose_current(reader, path, to, whole->weight, in_degree * from->target_Hz);
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
  }
}

static enum status add_pathway(struct reader *reader, const char *path, struct population *from,
                               struct population *to, const struct pathway_row *row) {
  struct network *network = reader->circuit->network;
  struct projection *projection;
  struct random_wiring wiring = {.rule = (enum wiring_rule)row->rule,
                                 .p = row->p,
                                 .in_degree = (uint32_t)row->in_degree,
                                 .autapses = row->autapses,
                                 .weight = row->weight,
                                 .weight_sd = row->weight_sd,
                                 .second = row->second,
                                 .delay_ms = row->delay,
                                 .delay_sd_ms = row->delay_sd,
                                 .delay_step_ms = reader->delay_step_ms};
  scale(reader, path, from, to, row, &wiring);
  TRY(network_projection(network, from, to, &projection));
  snprintf(projection->name, sizeof projection->name, "%s_to_%s", from->name, to->name);
  projection->port = port_of(to, row->port);
  enum status status = random_wiring_set(projection, &wiring, &network->clock, network->seed);
  if (status == STATUS_CONFIG) { /* one fault among others, with its place */
    config_fault(reader->config, path, "%s", status_message());
    return STATUS_OK;
  }
  return status;
}

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

/* One entry of the list: from each of its sources to each of its targets. */
static enum status read_pathway(struct reader *reader, int i) {
  char path[PATH_BYTES], from_path[PATH_BYTES], to_path[PATH_BYTES];
  struct pathway_row row;
  snprintf(path, sizeof path, "circuit.pathways.[%d]", i);
  join(from_path, path, "from");
  join(to_path, path, "to");
  int n_from = config_count(reader->config, from_path), n_to = config_count(reader->config, to_path);
  if (n_from == 0 || n_to == 0) config_fault(reader->config, path, "`from` and `to` name no populations");
  params_read(reader->config, path, circuit_pathway_params, 1, NULL, 0, &row); /* its port: for the unit */
  for (int k = 0; k < n_to; k++) {
    struct population *to = find_population(reader, to_path, k);
    int port = to && to->cell ? find_port(reader, path, to, row.port) : -1;
    read_with_unit(reader->config, path, circuit_pathway_params, n_circuit_pathway_params,
                   port < 0 ? "nS" : reader->unit[to->index][port], &row);
    for (int j = 0; j < n_from; j++) {
      struct population *from = find_population(reader, from_path, j);
      if (from && port >= 0) TRY(add_pathway(reader, path, from, to, &row));
    }
  }
  return STATUS_OK;
}

/* ---- all ---- */

static enum status find_factor(struct reader *reader) {
  int n = config_count(reader->config, "circuit.populations");
  int64_t total = 0;
  if (n == 0) config_fault(reader->config, "circuit.populations", "no population");
  if (n > CIRCUIT_POPULATIONS) {
    return status_fail(STATUS_CONFIG, "circuit.populations: %d populations, at most %d", n,
                       CIRCUIT_POPULATIONS);
  }
  for (int k = 0; k < n; k++) {
    struct population_row row;
    char path[PATH_BYTES];
    const char *name = config_child(reader->config, "circuit.populations", k);
    join(path, "circuit.populations", name ? name : "");
    params_read(reader->config, path, circuit_population_params, 1, NULL, 0, &row);
    total += row.cells;
  }
  reader->factor = 1.0;
  if (reader->settings->cells > 0 && total > 0)
    reader->factor = (double)reader->settings->cells / (double)total;
  if ((double)total * reader->factor > 2e9)
    return status_fail(STATUS_CONFIG, "circuit.populations: %g cells in all are more than 2e9",
                       (double)total * reader->factor);
  return STATUS_OK;
}

/* Give every population its derived constants and storage. */
static enum status finish_populations(struct reader *reader) {
  struct network *network = reader->circuit->network;
  for (int p = 0; p < network->n_populations; p++) {
    struct population *population = network->population[p];
    if (!population->cell) continue;
    if (reader->lost[p] != 0) *number_of(population, "I_e") += reader->lost[p];
    if (population->cell->prepare) population->cell->prepare(population->cell_params, network->clock.dt_ms);
    for (int r = 0; r < population->n_receptors; r++) {
      if (population->receptor[r].mechanism->prepare)
        population->receptor[r].mechanism->prepare(population->receptor[r].params, network->clock.dt_ms);
    }
    TRY(population_allocate(population, reader->settings->block_cells));
  }
  return STATUS_OK;
}

enum status random_circuit_read(struct config *config, const struct mechanisms *mechanisms,
                                const struct circuit_settings *settings, struct network *network,
                                struct random_circuit *out) {
  *out = (struct random_circuit){.network = network};
  struct reader reader = {.config = config, .mechanisms = mechanisms, .settings = settings, .circuit = out};
  struct circuit_row row;
  struct circuit_source source; /* read before; here it becomes a known name */
  params_read(config, "circuit", circuit_params, n_circuit_params, NULL, 0, &row);
  params_read(config, "circuit", circuit_source_params, n_circuit_source_params, NULL, 0, &source);
  params_read(config, "bench", circuit_times_params, n_circuit_times_params, NULL, 0, &out->times);
  reader.keep_probability = row.scaling == 1;
  reader.delay_step_ms = row.delay_step;
  TRY(find_factor(&reader));
  int n = config_count(config, "circuit.populations");
  for (int k = 0; k < n; k++) {
    const char *name = config_child(config, "circuit.populations", k);
    if (name) TRY(read_population(&reader, name));
  }
  uint64_t first = 0; /* ids come first: they key the draws of pathways */
  for (int p = 0; p < network->n_populations; first += (uint64_t)network->population[p++]->n)
    network->population[p]->first_node = network->population[p]->first_id = first;
  n = config_count(config, "circuit.pathways");
  for (int i = 0; i < n; i++) TRY(read_pathway(&reader, i));
  return finish_populations(&reader);
}

static void start_block(void *context, int thread, int number) {
  (void)thread;
  const struct random_circuit *circuit = context;
  struct network *network = circuit->network;
  struct population *population = network->block_population[number];
  const struct block *block = network->block[number];
  const struct circuit_start *start = &circuit->start[population->index];
  population_start(population, network->block_in_population[number], network->seed);
  float *V = block->cell_column[0];
  for (int i = 0; i < block->n && start->given; i++) {
    uint64_t id = population->first_id + (uint64_t)(block->first + i);
    struct random_draw draw = random_draw(network->seed, RANDOM_START, id, 0, 1);
    double share = start->normal ? random_normal(draw.u[0]) : random_uniform(draw.u[0]);
    V[i] = (float)(start->low_mV + start->spread_mV * share);
  }
}

enum status random_circuit_wire(struct random_circuit *circuit) {
  struct network *network = circuit->network;
  TRY(network_draw(network));
  network_set_quanta(network, 1.0);
  team_each(network->team, network->n_blocks, start_block, circuit);
  return STATUS_OK;
}
