/* sonata_edges.c — the synapses of a built network as SONATA edges. See sonata_edges.h.
 *
 * Static pathways are drawn again, target by target: a draw depends on nothing but its rule and the target.
 * Others are read from their blocks. So at any moment the synapses of one block of targets are held beside
 * the network, whatever its size. */
#include "sonata_edges.h"
#include "arena.h"
#include "edges.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A synapse of a block of targets. */
struct spot {
  uint32_t target, source; /* cell in the block; in its region */
  float weight;
  uint16_t pathway, delay_ticks;
};

struct gathering {
  const struct network *network;
  const char *source, *target; /* regions */
  struct fan_in fan_in;
  struct spot *spot, *sorted;
  size_t n, room, sorted_room;
  struct edges *edges;
};

/* ---- regions and pathways ---- */

int sonata_region(const struct sonata_regions *regions, const char *name) {
  int r = 0;
  while (r < regions->n && strcmp(regions->name[r], name) != 0) r++;
  return r;
}

enum status sonata_list_regions(const struct network *network, struct sonata_regions *out) {
  *out = (struct sonata_regions){0};
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    if (population->outside) continue; /* fibres that stand for cells elsewhere are no nodes */
    int r = sonata_region(out, population->region);
    if (r == SONATA_REGIONS) return status_fail(STATUS_CONFIG, "more than %d regions", SONATA_REGIONS);
    if (r == out->n) out->name[out->n++] = population->region;
    out->cells[r] += (uint64_t)population->n;
  }
  return STATUS_OK;
}

void sonata_edges_name(const char *source, const char *target, char *name, size_t size) {
  snprintf(name, size, "%s__%s__chemical", source, target);
}

static bool between(const struct projection *projection, const char *source, const char *target) {
  if (projection->source->outside) return false;
  return strcmp(projection->source->region, source) == 0 && strcmp(projection->target->region, target) == 0;
}

bool sonata_connected(const struct network *network, const char *source, const char *target) {
  for (int k = 0; k < network->n_projections; k++)
    if (between(network->projection[k], source, target)) return true;
  return false;
}

bool sonata_dynamic(const struct projection *projection) {
  return !projection->fixed && (projection->tau_rec_ms > 0 || projection->tau_facil_ms > 0);
}

/* The port whose receptors answer: a port that joins another has none of its own. */
int sonata_port(const struct projection *projection) {
  int joins = projection->target->port[projection->port].joins;
  return joins ? joins - 1 : projection->port;
}

const char *sonata_port_unit(const struct population *population, int port) {
  for (int r = 0; r < population->n_receptors; r++) {
    const char *unit = population->receptor[r].mechanism->port_unit;
    if (population->receptor[r].port == port && population->receptor[r].lane == 0) return unit ? unit : "nS";
  }
  return population->cell->port_unit ? population->cell->port_unit : "nS";
}

/* ---- the synapses of a block ---- */

static enum status make_room(struct gathering *g, size_t n) {
  if (g->n + n <= g->room) return STATUS_OK;
  size_t room = g->room + g->room / 2 + n + 65536;
  TRY(memory_resize("edges of a block", g->n, room, sizeof *g->spot, &g->spot));
  g->room = room;
  return STATUS_OK;
}

static void put(struct gathering *g, const struct projection *projection, uint32_t target, uint32_t source,
                int class, float weight) {
  g->spot[g->n++] = (struct spot){target, (uint32_t)projection->source->first_node + source, weight,
                                  (uint16_t)projection->index, (uint16_t)projection->delay_ticks[class]};
}

static enum status draw_block(struct gathering *g, const struct projection *projection,
                              const struct block *block) {
  const struct static_pathway *fixed = projection->fixed;
  for (int i = 0; i < block->n; i++) {
    uint32_t target = (uint32_t)(block->first + i);
    g->fan_in.n = 0;
    TRY(fixed->draw(fixed->rule, projection, target, &g->fan_in));
    TRY(make_room(g, g->fan_in.n));
    for (size_t e = 0; e < g->fan_in.n; e++) {
      uint32_t source = g->fan_in.source[e];
      put(g, projection, (uint32_t)i, source, g->fan_in.class[e], arena_weight(fixed, source, target));
    }
  }
  return STATUS_OK;
}

static enum status read_block(struct gathering *g, const struct projection *projection, int b) {
  const struct synapse_block *block = &projection->block[b];
  TRY(make_room(g, block->n));
  for (uint32_t k = 0; k < block->n_sources; k++) {
    for (uint32_t e = block->begin[k]; e < block->begin[k + 1]; e++) {
      struct synapse synapse = block->synapse[e];
      put(g, projection, (uint32_t)synapse_cell(synapse), block->source[k], synapse_class(synapse),
          (float)(synapse.weight * projection->weight_quantum_nS));
    }
  }
  return STATUS_OK;
}

static int by_source(const void *a, const void *b) {
  const struct spot *p = a, *q = b;
  if (p->source != q->source) return p->source < q->source ? -1 : 1;
  if (p->pathway != q->pathway) return p->pathway < q->pathway ? -1 : 1;
  if (p->delay_ticks != q->delay_ticks) return p->delay_ticks < q->delay_ticks ? -1 : 1;
  return p->weight < q->weight ? -1 : p->weight > q->weight;
}

/* Into the order of target, then source. */
static enum status sort_spots(struct gathering *g, int cells) {
  size_t begin[POPULATION_BLOCK + 1] = {0};
  if (g->n > g->sorted_room) {
    TRY(memory_resize("edges of a block", 0, g->room, sizeof *g->sorted, &g->sorted));
    g->sorted_room = g->room;
  }
  for (size_t e = 0; e < g->n; e++) begin[g->spot[e].target + 1]++;
  for (int i = 0; i < cells; i++) begin[i + 1] += begin[i];
  for (size_t e = 0; e < g->n; e++) g->sorted[begin[g->spot[e].target]++] = g->spot[e];
  for (int i = 0; i < cells; i++) { /* begin has become the end of each */
    size_t from = i ? begin[i - 1] : 0;
    qsort(g->sorted + from, begin[i] - from, sizeof *g->sorted, by_source);
  }
  return STATUS_OK;
}

static enum status send(struct gathering *g, uint64_t first_target) {
  enum { PIECE = 1024 };
  struct edge_row row[PIECE];
  for (size_t at = 0; at < g->n; at += PIECE) {
    size_t n = g->n - at < PIECE ? g->n - at : PIECE;
    for (size_t i = 0; i < n; i++) {
      const struct spot *spot = &g->sorted[at + i];
      const struct projection *projection = g->network->projection[spot->pathway];
      bool dynamic = sonata_dynamic(projection);
      row[i] = (struct edge_row){
          .source = spot->source,
          .target = first_target + spot->target,
          .type = SONATA_FIRST_EDGE_TYPE + spot->pathway,
          .weight = spot->weight,
          .delay_ms = (float)clock_ms(&g->network->clock, spot->delay_ticks),
          .U = dynamic ? (float)projection->U : 1.0f,
          .tau_rec_ms = dynamic ? (float)projection->tau_rec_ms : 0.0f,
          .tau_facil_ms = dynamic ? (float)projection->tau_facil_ms : 0.0f,
      };
    }
    TRY(edges_append(g->edges, row, n));
  }
  return STATUS_OK;
}

static enum status write_block(struct gathering *g, const struct population *population, int b) {
  const struct block *block = &population->block[b];
  g->n = 0;
  for (int k = 0; k < g->network->n_projections; k++) {
    const struct projection *projection = g->network->projection[k];
    if (projection->target != population || !between(projection, g->source, g->target)) continue;
    TRY(projection->fixed ? draw_block(g, projection, block) : read_block(g, projection, b));
  }
  if (g->n == 0) return STATUS_OK;
  TRY(sort_spots(g, block->n));
  return send(g, population->first_node + (uint64_t)block->first);
}

/* ---- all ---- */

/* What the columns of a population have to hold. */
static void describe(const struct gathering *g, struct edges_form *form) {
  for (int k = 0; k < g->network->n_projections; k++) {
    const struct projection *projection = g->network->projection[k];
    if (!between(projection, g->source, g->target)) continue;
    const char *unit = sonata_port_unit(projection->target, sonata_port(projection));
    bool first = !form->unit;
    form->dynamic |= sonata_dynamic(projection);
    if (first)
      form->unit = unit;
    else if (strcmp(form->unit, unit) != 0)
      form->unit = "";
  }
  if (form->unit && !*form->unit) form->unit = NULL;
}

static enum status write_pair(struct gathering *g, struct store *store, const struct sonata_regions *regions,
                              int from, int to) {
  const struct network *network = g->network;
  g->source = regions->name[from];
  g->target = regions->name[to];
  struct edges_form form = {.source = g->source,
                            .target = g->target,
                            .n_source = regions->cells[from],
                            .n_target = regions->cells[to]};
  describe(g, &form);
  TRY(edges_create(store, &form, &g->edges));
  enum status status = STATUS_OK;
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    if (population->outside || strcmp(population->region, g->target) != 0) continue;
    for (int b = 0; b < population->n_blocks && status == STATUS_OK; b++)
      status = write_block(g, population, b);
  }
  if (status == STATUS_OK) status = edges_end(g->edges);
  edges_free(g->edges);
  g->edges = NULL;
  return status;
}

enum status sonata_write_edges(struct store *store, const struct network *network,
                               const struct sonata_regions *regions) {
  struct gathering g = {.network = network};
  enum status status = store_group(store, "/edges");
  for (int from = 0; from < regions->n; from++) {
    for (int to = 0; to < regions->n && status == STATUS_OK; to++) {
      if (sonata_connected(network, regions->name[from], regions->name[to]))
        status = write_pair(&g, store, regions, from, to);
    }
  }
  fan_in_free(&g.fan_in);
  memory_free(g.spot);
  memory_free(g.sorted);
  return status;
}
