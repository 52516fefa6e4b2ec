/* sonata_pathways.c — synapses of SONATA files as pathways of a network. See sonata_circuit.h.
 *
 * Edges are read twice, some at a time: to find the pathways and count, and to fill the lists of each. A list
 * holds source and class of delay of every synapse of a target, and its weight where weights differ. A static
 * pathway keeps its list as the rule by which it is drawn; that of the others goes when it is wired. */
#include "fields.h"
#include "memory.h"
#include "sonata_edges.h"
#include "sonata_reader.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LISTED_MOST = 4096 };

/* The rule of a static pathway, in one piece: its synapses, target by target. */
struct listed_rule {
  size_t n_targets, n;
  uint64_t begin[]; /* n_targets + 1; then n sources, n classes */
};
static uint32_t *rule_sources(struct listed_rule *rule) {
  return (uint32_t *)(void *)(rule->begin + rule->n_targets + 1);
}
static uint8_t *rule_classes(struct listed_rule *rule) {
  return (uint8_t *)(void *)(rule_sources(rule) + rule->n);
}

/* A pathway of the files. */
struct listed {
  const struct edge_file *file;
  int row; /* of the table of types */
  const struct population *source, *target;
  int port;
  double sign; /* what a weight of the file becomes: 1 or −1 */
  uint64_t n;
  uint32_t *count;   /* per target: synapses; while filling: filled */
  float least, most; /* weights */
  int n_delays, delay_ticks[PROJECTION_CLASSES];
  bool many_delays, dynamic, ordered; /* ordered: no pair twice, as far as is known */
  double longest, shortest;           /* ticks */
  double weight_quantum, second, U, tau_rec, tau_facil, in_degree_most;
  struct projection *projection;
  struct listed_rule *rule;
  float *weight; /* NULL: all are equal */
};

void sonata_free_listed(struct sonata_circuit *circuit) {
  for (int k = 0; k < circuit->n_listed; k++) {
    struct listed *listed = &circuit->listed[k];
    bool kept = listed->projection && listed->projection->fixed;
    memory_free(listed->count);
    memory_free(listed->weight);
    if (!kept) memory_free(listed->rule);
  }
  memory_free(circuit->listed);
  circuit->listed = NULL;
  circuit->n_listed = 0;
}

/* ---- the pathway of an edge ---- */

static enum status find_row(const struct edge_reader *reader, int64_t id, int *row) {
  const struct sonata_table *table = &reader->file->types;
  for (*row = 0; *row < table->n_rows; ++*row) {
    double own;
    TRY(sonata_table_number(table, *row, "edge_type_id", &own));
    if (own == (double)id) return STATUS_OK;
  }
  return status_fail(STATUS_CONFIG, "%s: has no edge_type_id %" PRId64 ", which %s has", table->path, id,
                     reader->file->group);
}

/* The port of a pathway: the named one, or else by the sign of its weights, as NEST does. */
static enum status find_port(const struct edge_reader *reader, struct listed *listed, bool negative) {
  const struct population *target = listed->target;
  const char *name = sonata_table_text(&reader->file->types, listed->row, "port");
  listed->sign = 1.0;
  for (int p = 0; name && p < target->n_ports; p++) {
    listed->port = p;
    if (strcmp(target->port[p].name, name) == 0) return STATUS_OK;
  }
  if (name)
    return status_fail(STATUS_CONFIG, "%s: %s has no port %s", reader->file->types.path, target->name, name);
  if (target->n_ports == 0)
    return status_fail(STATUS_CONFIG, "%s: %s has no port", reader->circuit->path, target->name);
  listed->port = negative && target->n_ports > 1 ? 1 : 0;
  bool conductance = strcmp(sonata_port_unit(target, listed->port), "nS") == 0;
  if (negative && conductance) listed->sign = -1.0;
  return STATUS_OK;
}

static void note_delay(struct listed *listed, int ticks) {
  int at = 0;
  listed->longest = fmax(listed->longest, ticks);
  listed->shortest = fmin(listed->shortest, ticks);
  while (at < listed->n_delays && listed->delay_ticks[at] < ticks) at++;
  if (listed->many_delays || (at < listed->n_delays && listed->delay_ticks[at] == ticks)) return;
  listed->many_delays = listed->n_delays == PROJECTION_CLASSES;
  if (listed->many_delays) return;
  for (int k = listed->n_delays++; k > at; k--) listed->delay_ticks[k] = listed->delay_ticks[k - 1];
  listed->delay_ticks[at] = ticks;
}

static enum status read_row(const struct edge_reader *reader, struct listed *listed) {
  const struct sonata_table *table = &reader->file->types;
  const struct {
    const char *column;
    double *to, standard;
  } columns[] = {{"weight_quantum", &listed->weight_quantum, 0},
                 {"second", &listed->second, 0},
                 {"u_syn", &listed->U, 1},
                 {"depression_time", &listed->tau_rec, 0},
                 {"facilitation_time", &listed->tau_facil, 0},
                 {"in_degree_most", &listed->in_degree_most, 0}};
  for (int k = 0; k < COUNT_OF(columns); k++) {
    TRY(sonata_table_number(table, listed->row, columns[k].column, columns[k].to));
    if (isnan(*columns[k].to)) *columns[k].to = columns[k].standard;
    if (!(*columns[k].to >= 0))
      return status_fail(STATUS_CONFIG, "%s: %s: %g is below 0", table->path, columns[k].column,
                         *columns[k].to);
  }
  double range[2];
  TRY(sonata_table_number(table, listed->row, "delay_least", &range[0]));
  TRY(sonata_table_number(table, listed->row, "delay_most", &range[1]));
  for (int k = 0; k < 2; k++) /* classes of delay that no edge has */
    if (range[k] >= reader->dt_ms && range[k] < 1e5)
      note_delay(listed, (int)floor(range[k] / reader->dt_ms + 0.5));
  listed->dynamic = listed->tau_rec > 0 || listed->tau_facil > 0;
  if (listed->U > 0 && listed->U <= 1) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: u_syn: %g is not above 0 and at most 1", table->path, listed->U);
}

static enum status add_listed(struct edge_reader *reader, int row, int source, int target, bool negative,
                              int *out) {
  struct sonata_circuit *circuit = reader->circuit;
  if (circuit->n_listed == LISTED_MOST)
    return status_fail(STATUS_CONFIG, "%s: more than %d pathways", circuit->path, LISTED_MOST);
  if (circuit->n_listed == circuit->listed_room) {
    size_t room = (size_t)circuit->listed_room;
    TRY(memory_resize("pathways", room, 2 * room + 16, sizeof *circuit->listed, &circuit->listed));
    circuit->listed_room = (int)(2 * room + 16);
  }
  struct listed *listed = &circuit->listed[ *out = circuit->n_listed++];
  *listed = (struct listed){.file = reader->file,
                            .row = row,
                            .source = circuit->type[source].population,
                            .target = circuit->type[target].population,
                            .least = INFINITY,
                            .most = -INFINITY,
                            .ordered = true,
                            .shortest = INFINITY};
  TRY(memory_new("in-degrees", (size_t)listed->target->n, sizeof *listed->count, &listed->count));
  TRY(read_row(reader, listed));
  return find_port(reader, listed, negative);
}

/* Weight and delay of edge i, from its own columns or the table. */
static enum status complete(const struct edge_reader *reader, size_t i, int row, double *weight,
                            double *ticks) {
  const struct edge_piece *piece = &reader->piece;
  double delay_ms = piece->delay_ms[i];
  *weight = piece->weight[i];
  if (isnan(*weight)) TRY(sonata_table_number(&reader->file->types, row, "syn_weight", weight));
  if (isnan(delay_ms)) TRY(sonata_table_number(&reader->file->types, row, "delay", &delay_ms));
  if (!isnan(piece->copies[i])) *weight *= piece->copies[i];
  *ticks = floor(delay_ms / reader->dt_ms + 0.5);
  if (!isfinite(*weight) || !(*ticks >= 1 && *ticks < 1e6))
    return status_fail(STATUS_CONFIG,
                       "%s: %s: an edge of type %" PRId64
                       " has a weight of %g and a delay of %g ms, which is "
                       "no whole time step",
                       reader->file->path, reader->file->group, piece->type[i], *weight, delay_ms);
  return STATUS_OK;
}

/* Number of the pathway of edge i, whose row of the table is known. */
static enum status find_listed(struct edge_reader *reader, size_t i, int row, double weight, int *out) {
  size_t types = (size_t)reader->circuit->n_types;
  size_t source = reader->source->type[reader->piece.source[i]],
         target = reader->target->type[reader->piece.target[i]];
  bool named = sonata_table_text(&reader->file->types, row, "port") != NULL, negative = weight < 0 && !named;
  int *of = &reader->of[(((size_t)row * types + source) * types + target) * 2 + negative];
  if (*of < 0) TRY(add_listed(reader, row, (int)source, (int)target, negative, of));
  *out = *of;
  return STATUS_OK;
}

/* Call a function for every edge of a population. */
typedef void take_edge(struct edge_reader *reader, struct listed *listed, size_t i, double weight,
                       double ticks);

static enum status for_each_edge(struct edge_reader *reader, take_edge *take) {
  for (uint64_t first = 0; first < reader->n; first += EDGES_AT_ONCE) {
    int row = 0;
    TRY(sonata_reader_piece(reader, first));
    for (size_t i = 0; i < reader->piece.n; i++) {
      double weight, ticks;
      int k;
      if (i == 0 || reader->piece.type[i] != reader->piece.type[i - 1])
        TRY(find_row(reader, reader->piece.type[i], &row));
      TRY(complete(reader, i, row, &weight, &ticks));
      TRY(find_listed(reader, i, row, weight, &k));
      struct listed *listed = &reader->circuit->listed[k];
      take(reader, listed, i, listed->sign * weight, ticks);
    }
  }
  return STATUS_OK;
}

/* ---- counting ---- */

static void count_edge(struct edge_reader *reader, struct listed *listed, size_t i, double weight,
                       double ticks) {
  listed->n++;
  listed->count[reader->target->cell[reader->piece.target[i]]]++;
  listed->least = fminf(listed->least, (float)weight);
  listed->most = fmaxf(listed->most, (float)weight);
  note_delay(listed, (int)ticks);
}

static void fill_edge(struct edge_reader *reader, struct listed *listed, size_t i, double weight,
                      double ticks) {
  uint32_t target = reader->target->cell[reader->piece.target[i]],
           source = reader->source->cell[reader->piece.source[i]];
  uint32_t filled = listed->count[target]++;
  uint64_t at = listed->rule->begin[target] + filled;
  uint32_t *sources = rule_sources(listed->rule);
  sources[at] = source;
  rule_classes(listed->rule)[at] = (uint8_t)projection_class(listed->projection, ticks);
  if (listed->weight) listed->weight[at] = (float)weight;
  if (filled > 0 && sources[at - 1] >= source) listed->ordered = false;
}

/* ---- projections ---- */

static enum status draw_listed(const void *own, const struct projection *projection, uint32_t i,
                               struct fan_in *out) {
  struct listed_rule *rule = (struct listed_rule *)(uintptr_t)own;
  size_t begin = (size_t)rule->begin[i], n = (size_t)rule->begin[i + 1] - begin;
  TRY(fan_in_reserve(out, n, (size_t)projection->source->n));
  if (n == 0) return STATUS_OK;
  memcpy(out->source, rule_sources(rule) + begin, n * sizeof *out->source);
  memcpy(out->class, rule_classes(rule) + begin, n * sizeof *out->class);
  out->n = n;
  return STATUS_OK;
}

/* Room for the list, and where each target begins in it. */
static enum status make_list(struct listed *listed, bool weights) {
  size_t targets = (size_t)listed->target->n, n = (size_t)listed->n;
  struct listed_rule *rule;
  TRY(memory_new("synapses of a pathway", 1,
                 sizeof *rule + (targets + 1) * sizeof rule->begin[0] + n * (sizeof(uint32_t) + 1), &rule));
  listed->rule = rule;
  rule->n_targets = targets;
  rule->n = n;
  for (size_t i = 0; i < targets; i++) {
    rule->begin[i + 1] = rule->begin[i] + listed->count[i];
    listed->in_degree_most = fmax(listed->in_degree_most, listed->count[i]);
    listed->count[i] = 0;
  }
  return weights ? memory_new("weights of a pathway", n, sizeof(float), &listed->weight) : STATUS_OK;
}

static enum status set_delays(const struct listed *listed, const struct clock *clock,
                              struct projection *projection) {
  projection->dt_ms = clock->dt_ms;
  if (listed->many_delays)
    return projection_delays(projection, clock, listed->shortest * clock->dt_ms,
                             listed->longest * clock->dt_ms);
  projection->n_classes = listed->n_delays;
  memcpy(projection->delay_ticks, listed->delay_ticks, (size_t)listed->n_delays * sizeof(int));
  return STATUS_OK;
}

static enum status set_fixed(struct listed *listed, struct projection *projection) {
  TRY(memory_new("pathway", 1, sizeof *projection->fixed, &projection->fixed));
  *projection->fixed = (struct static_pathway){.draw = draw_listed,
                                               .rule = listed->rule,
                                               .most = (uint32_t)listed->in_degree_most,
                                               .n_weights = 1,
                                               .weight = {listed->least},
                                               .second = (float)listed->second};
  return STATUS_OK;
}

static enum status set_plain(const struct listed *listed, struct projection *projection) {
  double largest = fmax(fabs((double)listed->least), fabs((double)listed->most));
  if (listed->least < 0 && listed->most > 0)
    return status_fail(STATUS_CONFIG, "%s: weights of pathway %s have both signs", listed->file->path,
                       projection->name);
  projection->weight_quantum_nS = listed->weight_quantum > 0 ? listed->weight_quantum : largest / 65535.0;
  if (listed->least < 0) projection->weight_quantum_nS = -fabs(projection->weight_quantum_nS);
  projection->counted_nS = listed->second;
  projection->mean_nS = largest;
  projection->U = listed->U;
  projection->tau_rec_ms = listed->tau_rec;
  projection->tau_facil_ms = listed->tau_facil;
  return projection_divide(projection);
}

static enum status add_projection(struct listed *listed, struct network *network) {
  struct projection *projection;
  const char *name = sonata_table_text(&listed->file->types, listed->row, "pathway");
  bool plain = listed->dynamic || listed->least != listed->most;
  TRY(network_projection(network, (struct population *)(uintptr_t)listed->source,
                         (struct population *)(uintptr_t)listed->target, &projection));
  listed->projection = projection;
  snprintf(projection->name, sizeof projection->name, "%s", name ? name : "");
  if (!name)
    snprintf(projection->name, sizeof projection->name, "%s_to_%s", listed->source->name,
             listed->target->name);
  projection->port = listed->port;
  TRY(set_delays(listed, &network->clock, projection));
  TRY(make_list(listed, plain));
  return plain ? set_plain(listed, projection) : set_fixed(listed, projection);
}

/* The populations of the network that the types have become, under the names of the files. */
static enum status find_populations(struct sonata_circuit *circuit, struct network *network) {
  for (int t = 0; t < circuit->n_types; t++) {
    struct node_type *type = &circuit->type[t];
    for (int p = 0; p < network->n_populations; p++) {
      struct population *population = network->population[p];
      if (strcmp(population->name, type->name) != 0) continue;
      type->population = population;
      snprintf(population->region, sizeof population->region, "%s", type->region);
      snprintf(population->type, sizeof population->type, "%s", type->cell_type);
      snprintf(population->layer, sizeof population->layer, "%s", type->layer);
    }
    if (!type->population || (uint64_t)type->population->n != type->cells)
      return status_fail(STATUS_CONFIG,
                         "%s: %s has %" PRIu64
                         " cells in its files: neither `cells` nor another size can be asked for",
                         circuit->path, type->name, type->cells);
  }
  for (int p = 0; p < network->n_populations; p++) {
    struct population *population = network->population[p];
    population->first_node = 0;
    for (int q = 0; q < p; q++)
      if (strcmp(network->population[q]->region, population->region) == 0)
        population->first_node += (uint64_t)network->population[q]->n;
  }
  return STATUS_OK;
}

static enum status read_file(struct sonata_circuit *circuit, const struct edge_file *file,
                             struct network *network) {
  struct edge_reader reader;
  int first = circuit->n_listed;
  enum status status;
  TRY_GOTO(sonata_reader_open(circuit, file, network->clock.dt_ms, &reader), done);
  TRY_GOTO(for_each_edge(&reader, count_edge), done);
  for (int k = first; k < circuit->n_listed; k++)
    TRY_GOTO(add_projection(&circuit->listed[k], network), done);
  TRY_GOTO(for_each_edge(&reader, fill_edge), done);
  for (int k = first; k < circuit->n_listed; k++) {
    struct listed *listed = &circuit->listed[k];
    if (listed->projection->fixed) listed->projection->fixed->distinct = listed->ordered;
  }
done:
  sonata_reader_close(&reader);
  return status;
}

enum status sonata_circuit_pathways(struct sonata_circuit *circuit, struct network *network) {
  TRY(find_populations(circuit, network));
  for (int k = 0; k < circuit->n_edges; k++) TRY(read_file(circuit, &circuit->edges[k], network));
  return STATUS_OK;
}

/* ---- synapses that are not static ---- */

static enum status wire_block(void *context, struct projection *projection, int b) {
  const struct sonata_circuit *circuit = context;
  const struct block *block = &projection->target->block[b];
  struct listed *listed = NULL;
  struct edge *edge = NULL;
  for (int k = 0; k < circuit->n_listed; k++)
    if (circuit->listed[k].projection == projection) listed = &circuit->listed[k];
  if (!listed) return STATUS_OK;
  const uint64_t *begin = listed->rule->begin;
  const uint32_t *source = rule_sources(listed->rule);
  const uint8_t *class = rule_classes(listed->rule);
  size_t from = (size_t)begin[block->first], n = (size_t)begin[block->first + block->n] - from;
  TRY(memory_new("edges", n, sizeof *edge, &edge));
  for (int i = 0; i < block->n; i++) {
    for (uint64_t e = begin[block->first + i]; e < begin[block->first + i + 1]; e++) {
      double quanta = (double)listed->weight[e] / projection->weight_quantum_nS;
      quanta = floor(quanta + 0.5);
      edge[e - from] = (struct edge){.target = (uint32_t)(block->first + i),
                                     .source = source[e],
                                     .full = (uint16_t)(quanta > 65535.0 ? 65535.0 : quanta),
                                     .delay = class[e],
                                     .age = SYNAPSE_GROWN};
    }
  }
  enum status status = projection_set(projection, b, edge, n);
  memory_free(edge);
  return status;
}

enum status sonata_circuit_wire(struct sonata_circuit *circuit, struct network *network) {
  TRY(network_each_block(network, wire_block, circuit));
  sonata_free_listed(circuit);
  return STATUS_OK;
}
