/* random_circuit.c — a circuit without space: its populations from the group `circuit` of a config, and its
 * running. random_circuit_pathways.c reads its pathways. */
#include "circuit.h"
#include "drive/poisson.h"
#include "drive/step.h"
#include "drive/stimulus.h"
#include "memory.h"
#include "random.h"
#include "random_circuit_reader.h"
#include "synapses/elements.h"
#include "synapses/random_wiring.h"
#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

void reader_join(char out[PATH_BYTES], const char *path, const char *key) {
  if (snprintf(out, PATH_BYTES, "%s.%s", path, key) >= PATH_BYTES) out[PATH_BYTES - 1] = '\0';
}

void reader_with_unit(struct config *config, const char *path, const struct param *table, int n,
                      const char *unit, void *out) {
  struct param own[16];
  for (int k = 0; k < n; k++) {
    own[k] = table[k];
    if (table[k].unit && strcmp(table[k].unit, "nS") == 0) own[k].unit = unit;
  }
  params_read(config, path, own, n, NULL, 0, out);
}

int reader_port(const struct population *population, const char *name) {
  for (int p = 0; p < population->n_ports; p++) {
    if (strcmp(population->port[p].name, name) == 0) return p;
  }
  return -1;
}

int reader_find_port(struct reader *reader, const char *path, const struct population *population,
                     const char *name) {
  const char *known[POPULATION_PORTS];
  int p = name ? reader_port(population, name) : -1;
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
  reader_join(place, path, "mechanism");
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
  int port = reads ? reader_port(population, port_name) : 0;
  if (port < 0) port = add_port(reader, population, path, port_name, mechanism->port_unit);
  if (reads && population->port[port].lanes == 2)
    config_fault(reader->config, path, "more than two receptors at the port %s", port_name);
  struct receptor *receptor = &population->receptor[population->n_receptors++];
  *receptor = (struct receptor){mechanism, name, NULL, port, reads ? population->port[port].lanes++ : 0};
  TRY(circuit_read_params(mechanism, reader->config, path, NULL, 0, &receptor->params));
  circuit_no_fibres(mechanism, receptor->params, reader->config, path);
  return STATUS_OK;
}

static enum status read_receptors(struct reader *reader, struct population *population, const char *path) {
  char group[PATH_BYTES], sub[PATH_BYTES];
  reader_join(group, path, "receptors");
  int n = config_count(reader->config, group);
  for (int k = 0; k < n; k++) {
    const char *name = config_child(reader->config, group, k);
    if (!name) continue;
    reader_join(sub, group, name);
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

void reader_lose_current(struct reader *reader, const char *path, const struct population *to, double weight,
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
  reader_lose_current(reader, path, population, row->weight, row->rate);
  row->rate *= reader->factor;
  row->weight /= sqrt(reader->factor);
}

/* Rate of an afferent fibre, where a background does not say how many it stands for. */
static const double AFFERENT_HZ = 2.0;

static enum status read_background(struct reader *reader, struct population *population, const char *path) {
  struct background_row row;
  char sub[PATH_BYTES], place[PATH_BYTES];
  population->background_port = -1;
  reader_join(sub, path, "background");
  reader_join(place, sub, "port");
  if (!config_has(reader->config, sub)) return STATUS_OK;
  params_read(reader->config, sub, circuit_background_params, 1, NULL, 0, &row); /* its port: for the unit */
  int port = reader_find_port(reader, place, population, row.port);
  reader_with_unit(reader->config, sub, circuit_background_params, n_circuit_background_params,
                   port < 0 ? "nS" : reader->unit[population->index][port], &row);
  if (port < 0) return STATUS_OK;
  population->background_port = port;
  if (reader->keep_probability) scale_background(reader, sub, population, &row);
  population->background_nS[0] = row.weight;
  population->background_nS[1] = row.second;
  double afferents = row.afferents > 0 ? row.afferents : row.rate / AFFERENT_HZ;
  reader->released[population->index][port][0] += afferents * row.weight;
  reader->released[population->index][port][1] += afferents * row.second;
  TRY(poisson_set(population, row.rate, 1.0, reader->circuit->network->clock.dt_ms));
  if (row.until > 0) poisson_until(population, clock_ticks(&reader->circuit->network->clock, row.until));
  return STATUS_OK;
}

static enum status read_stimuli(struct reader *reader, struct population *population, const char *path) {
  struct stimulus stimuli[STIMULUS_MOST];
  char list[PATH_BYTES], sub[PATH_BYTES + 16];
  reader_join(list, path, "stimuli");
  if (!config_has(reader->config, list)) return STATUS_OK;
  int n = config_count(reader->config, list);
  for (int k = 0; k < n; k++) {
    snprintf(sub, sizeof sub, "%s.[%d]", list, k);
    params_read(reader->config, sub, stimulus_params, n_stimulus_params, NULL, 0,
                &stimuli[k < STIMULUS_MOST ? k : 0]);
  }
  enum status status = stimulus_set(population, stimuli, n, reader->circuit->network->clock.dt_ms);
  if (status != STATUS_CONFIG) return status;
  config_fault(reader->config, list, "%s", status_message());
  return STATUS_OK;
}

static void read_start(struct reader *reader, const char *path, struct circuit_start *start) {
  struct start_row row;
  char sub[PATH_BYTES], low[PATH_BYTES], high[PATH_BYTES], mean[PATH_BYTES];
  reader_join(sub, path, "start");
  reader_join(low, sub, "V_low");
  reader_join(high, sub, "V_high");
  reader_join(mean, sub, "V_mean");
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
  reader_join(sub, path, "step");
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
  reader_join(path, "circuit.populations", name);
  TRY(network_population(network, &population));
  params_read(reader->config, path, circuit_population_params, n_circuit_population_params, NULL, 0, &row);
  snprintf(population->name, sizeof population->name, "%s", name);
  snprintf(population->region, sizeof population->region, "circuit");
  snprintf(population->type, sizeof population->type, "%s", name);
  reader->cells[population->index] = row.cells;
  population->n = (int)((double)row.cells * reader->factor + 0.5);
  population->substances = reader->settings->substances;
  population->target_Hz = row.rate;
  if (strlen(name) >= sizeof population->name)
    config_fault(reader->config, path, "the name is longer than %zu bytes", sizeof population->name - 1);
  reader_join(sub, path, "cell");
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
  TRY(read_stimuli(reader, population, path));
  TRY(read_step(reader, population, path));
  read_start(reader, path, &reader->circuit->start[population->index]);
  return STATUS_OK;
}

/* ---- elements that grow ---- */

/* One kind at a path; what is wrong with it becomes a fault. */
static enum status read_kind(struct reader *reader, int p, const char *path, const char *type, bool axon) {
  struct elements *elements = reader->circuit->elements;
  struct growth growth;
  params_read(reader->config, path, growth_params, n_growth_params, NULL, 0, &growth);
  enum status status =
      axon ? elements_axon(elements, p, type, &growth) : elements_dendrites(elements, p, type, &growth);
  if (status != STATUS_CONFIG) return status;
  config_fault(reader->config, path, "%s", status_message());
  return STATUS_OK;
}

static enum status read_kinds(struct reader *reader, int p) {
  struct config *config = reader->config;
  char path[PATH_BYTES], group[PATH_BYTES], sub[PATH_BYTES];
  struct axon_row axon;
  reader_join(path, "circuit.populations", reader->circuit->network->population[p]->name);
  reader_join(group, path, "axon");
  if (config_has(config, group)) {
    params_read(config, group, circuit_axon_params, n_circuit_axon_params, NULL, 0, &axon);
    if (axon.type) TRY(read_kind(reader, p, group, axon.type, true));
  }
  reader_join(group, path, "dendrites");
  int n = config_count(config, group);
  for (int k = 0; k < n; k++) {
    const char *type = config_child(config, group, k);
    if (!type) continue;
    reader_join(sub, group, type);
    TRY(read_kind(reader, p, sub, type, false));
  }
  return STATUS_OK;
}

static enum status read_elements(struct reader *reader) {
  struct network *network = reader->circuit->network;
  struct elements_settings settings;
  if (!config_has(reader->config, "circuit.elements")) return STATUS_OK;
  params_read(reader->config, "circuit.elements", elements_params, n_elements_params, NULL, 0, &settings);
  enum status status = elements_new(&settings, network, &reader->circuit->elements);
  if (status == STATUS_CONFIG) {
    config_fault(reader->config, "circuit.elements", "%s", status_message());
    elements_free(reader->circuit->elements);
    reader->circuit->elements = NULL;
    config_skip(reader->config, "circuit");
    return STATUS_OK;
  }
  for (int p = 0; p < network->n_populations && status == STATUS_OK; p++) status = read_kinds(reader, p);
  return status;
}

static void check_elements(struct reader *reader) {
  const struct elements *elements = reader->circuit->elements;
  const char *type;
  int from, to;
  if (!elements || !elements_unmatched(elements, &type, &from, &to)) return;
  config_fault(reader->config, "circuit.pathways",
               "axons of %s and dendrites of %s are both of the type %s, but no pathway with the rule grown "
               "leads from the one to the other",
               reader->circuit->network->population[from]->name,
               reader->circuit->network->population[to]->name, type);
}

/* ---- all ---- */

static enum status find_factor(struct reader *reader, int64_t wanted) {
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
    reader_join(path, "circuit.populations", name ? name : "");
    params_read(reader->config, path, circuit_population_params, 1, NULL, 0, &row);
    total += row.cells;
  }
  reader->factor = 1.0;
  if (reader->settings->cells > 0) wanted = reader->settings->cells;
  if (wanted > 0 && total > 0) reader->factor = (double)wanted / (double)total;
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
    TRY(population_divide(population, reader->settings->block_cells));
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
  TRY(find_factor(&reader, row.cells));
  int n = config_count(config, "circuit.populations");
  for (int k = 0; k < n; k++) {
    const char *name = config_child(config, "circuit.populations", k);
    if (name) TRY(read_population(&reader, name));
  }
  uint64_t first = 0; /* ids come first: they key the draws of pathways */
  for (int p = 0; p < network->n_populations; first += (uint64_t)network->population[p++]->n)
    network->population[p]->first_node = network->population[p]->first_id = first;
  n = config_count(config, "circuit.pathways");
  TRY(read_elements(&reader));
  for (int i = 0; i < n; i++) TRY(reader_pathway(&reader, i));
  check_elements(&reader);
  TRY(finish_populations(&reader));
  return reader_finish_pathways(&reader);
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

static enum status draw_block(void *context, struct projection *projection, int b) {
  const struct random_circuit *circuit = context;
  for (int k = 0; k < circuit->n_dynamic; k++) {
    if (circuit->dynamic[k].projection == projection)
      return random_wiring_block(projection, circuit->dynamic[k].drawn, b);
  }
  if (!circuit->elements) return STATUS_OK;      /* its synapses were set already: files say them */
  return projection_set(projection, b, NULL, 0); /* it grows */
}

enum status random_circuit_wire(struct random_circuit *circuit) {
  struct network *network = circuit->network;
  if (circuit->elements && !exchange_whole(network->exchange))
    return status_fail(STATUS_CONFIG, "circuit.elements: a circuit that wires itself grows in one process: "
                                      "start it without mpirun");
  TRY(network_draw(network));
  TRY(network_each_block(network, draw_block, circuit));
  network_set_quanta(network, 1.0);
  network_blocks(network, start_block, circuit);
  return STATUS_OK;
}

void random_circuit_free(struct random_circuit *circuit) {
  for (int k = 0; k < circuit->n_dynamic; k++) {
    memory_free(circuit->dynamic[k].drawn->rule);
    memory_free(circuit->dynamic[k].drawn);
  }
  memory_free(circuit->dynamic);
  elements_free(circuit->elements);
  *circuit = (struct random_circuit){0};
}

/* ---- running ---- */

enum { OBSERVERS_MOST = 16 };

/* Ticks until something changes. */
static int64_t until_change(const struct random_circuit *circuit, int64_t left) {
  if (!circuit->elements) return left;
  int64_t interval = circuit->elements->interval_ticks, next = interval - circuit->network->tick % interval;
  return next < left ? next : left;
}

enum status random_circuit_advance(struct random_circuit *circuit, const struct window *window,
                                   int64_t ticks) {
  struct observer observers[OBSERVERS_MOST];
  struct window own = *window;
  if (!circuit->elements) return window_run(circuit->network, window, ticks);
  if (window->n_observers >= OBSERVERS_MOST)
    return status_fail(STATUS_FAULT, "more than %d observers", OBSERVERS_MOST - 1);
  for (int o = 0; o < window->n_observers; o++) observers[o] = window->observers[o];
  observers[own.n_observers++] = elements_observer(circuit->elements);
  own.observers = observers;
  for (int64_t left = ticks; left > 0;) {
    int64_t some = until_change(circuit, left);
    TRY(window_run(circuit->network, &own, some));
    left -= some;
    if (elements_due(circuit->elements, circuit->network->tick))
      TRY(elements_change(circuit->elements, circuit->network));
  }
  return STATUS_OK;
}

enum status random_circuit_visit(struct random_circuit *circuit, struct visitor *visitor) {
  if (circuit->elements) TRY(elements_visit(circuit->elements, visitor));
  return network_visit(circuit->network, visitor);
}
