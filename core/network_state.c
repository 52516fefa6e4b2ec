/* network_state.c — size and state of a network, and what ranks tell each other of its recent spikes. */
#include "arena_dense.h"
#include "memory.h"
#include "network.h"
#include "owners.h"

/* ---- size and state ---- */

size_t network_synapses(const struct network *network) {
  size_t count = 0;
  for (int p = 0; p < network->n_projections; p++) count += projection_count(network->projection[p]);
  for (int a = 0; a < network->n_arenas; a++) {
    for (int k = 0; k < network->n_bundles && network->arena[a].sibling == 0; k++)
      count += network->arena[a].synapses[k].n;
  }
  int64_t all = (int64_t)count;
  exchange_sum(network->exchange, &all, 1);
  return (size_t)all;
}

static size_t arena_bytes(const struct network *network, const struct arena *arena) {
  size_t bytes = 0;
  for (int k = 0; k < network->n_bundles; k++) {
    const struct bundle *bundle = &network->bundle[k];
    size_t row = (size_t)bundle->n_classes * (size_t)arena->siblings;
    if (arena->bits[k]) bytes += (size_t)bundle->source->n * dense_words((size_t)arena->n_places) * 8;
    if (arena->sibling > 0 || !arena->synapses[k].begin) continue;
    if (arena->synapses[k].place) bytes += arena->synapses[k].n * sizeof(uint16_t);
    bytes += ((size_t)bundle->source->n * row + 1) * sizeof(uint32_t);
  }
  return bytes;
}

size_t network_synapse_bytes(const struct network *network) {
  size_t bytes = 0;
  for (int p = 0; p < network->n_projections; p++) bytes += projection_bytes(network->projection[p]);
  for (int a = 0; a < network->n_arenas; a++) bytes += arena_bytes(network, &network->arena[a]);
  return bytes + owners_bytes(network);
}

size_t network_bytes(const struct network *network) {
  size_t bytes = 0;
  for (int p = 0; p < network->n_populations; p++) bytes += population_bytes(network->population[p]);
  return bytes + network_synapse_bytes(network);
}

/* The recent spikes of one population, oldest tick first: how many in each tick, then cells and
 * efficacies. */
struct recent {
  uint32_t *count, *cell;
  float *efficacy;
  size_t total, factors;
};

static void free_recent(struct recent *recent) {
  memory_free(recent->count);
  memory_free(recent->cell);
  memory_free(recent->efficacy);
}

/* From the history of this process's first rank. */
static enum status list_recent(const struct network *network, int p, struct recent *out) {
  int n_out = network->out[p].n, oldest = network->ring - 1;
  const struct spike_list *history = network->rank[0].history + p * network->ring;
  size_t at = 0;
  *out = (struct recent){0};
  TRY(memory_new("spikes", (size_t)network->ring, sizeof *out->count, &out->count));
  for (int k = 0; k < network->ring; k++) {
    int64_t tick = network->tick - oldest + k;
    out->count[k] = tick < 0 || k == oldest ? 0 : (uint32_t)history[tick % network->ring].n;
    out->total += out->count[k];
  }
  out->factors = out->total * (size_t)n_out;
  TRY(memory_new("spikes", out->total, sizeof *out->cell, &out->cell));
  TRY(memory_new("spikes", out->factors, sizeof *out->efficacy, &out->efficacy));
  for (int k = 0; k < network->ring; k++) {
    const struct spike_list *list =
        out->count[k] ? &history[(network->tick - oldest + k) % network->ring] : NULL;
    for (uint32_t s = 0; s < out->count[k]; s++, at++) {
      out->cell[at] = list->cell[s];
      for (int o = 0; o < n_out; o++)
        out->efficacy[at * (size_t)n_out + (size_t)o] = list->efficacy[o * list->capacity + (int)s];
    }
  }
  return STATUS_OK;
}

static enum status visit_spikes(struct network *network, struct visitor *visitor, int p) {
  struct recent recent;
  enum status status;
  TRY_GOTO(list_recent(network, p, &recent), done);
  TRY_GOTO(visitor->array(visitor, "spikes/count", STATE_U32, (size_t)network->ring, recent.count), done);
  TRY_GOTO(visitor->list(visitor, "spikes/cell", STATE_U32, &recent.total, (void **)&recent.cell), done);
  TRY_GOTO(visitor->list(visitor, "spikes/efficacy", STATE_F32, &recent.factors, (void **)&recent.efficacy),
           done);
  if (visitor->loading)
    status = network_restore_spikes(network, p, recent.count, recent.cell, recent.total, recent.efficacy,
                                    recent.factors);
done:
  free_recent(&recent);
  return status;
}

/* What rank 0 has heard of one population goes to all ranks. */
static enum status tell_spikes(struct network *network, int p) {
  struct exchange *exchange = network->exchange;
  struct recent recent;
  enum status status = list_recent(network, p, &recent);
  uint64_t total = recent.total, factors = 0;
  TRY_GOTO(exchange_agree(exchange, status), done);
  exchange_tell(exchange, &total, sizeof total);
  factors = total * (uint64_t)network->out[p].n;
  if (exchange_first(exchange) > 0) {
    status = memory_resize("spikes", recent.total, (size_t)total, sizeof *recent.cell, &recent.cell);
    if (status == STATUS_OK)
      status = memory_resize("spikes", recent.factors, (size_t)factors, sizeof(float), &recent.efficacy);
  }
  TRY_GOTO(exchange_agree(exchange, status), done);
  exchange_tell(exchange, recent.count, (size_t)network->ring * sizeof *recent.count);
  exchange_tell(exchange, recent.cell, (size_t)total * sizeof *recent.cell);
  exchange_tell(exchange, recent.efficacy, (size_t)factors * sizeof *recent.efficacy);
  status = network_restore_spikes(network, p, recent.count, recent.cell, (size_t)total, recent.efficacy,
                                  (size_t)factors);
  status = exchange_agree(exchange, status);
done:
  free_recent(&recent);
  return status;
}

enum status network_restore_arrivals(struct network *network) {
  for (int p = 0; p < network->n_populations && exchange_ranks(network->exchange) > 1; p++)
    TRY(tell_spikes(network, p));
  owners_restore_arrivals(network);
  return STATUS_OK;
}

enum status network_visit(struct network *network, struct visitor *visitor) {
  TRY(visitor->array(visitor, "tick", STATE_I64, 1, &network->tick));
  if (network->tick < 0 || network->tick > INT64_MAX / 4 || network->tick % network->ms_ticks != 0) {
    return status_fail(STATUS_CONFIG, "checkpoint: tick %lld is not at a full millisecond",
                       (long long)network->tick);
  }
  for (int p = 0; p < network->n_populations; p++) TRY(population_visit(network->population[p], visitor));
  for (int p = 0; p < network->n_projections; p++) TRY(projection_visit(network->projection[p], visitor));
  for (int p = 0; p < network->n_populations; p++) TRY(visit_spikes(network, visitor, p));
  if (!visitor->loading) return STATUS_OK;
  TRY(network_make_rows(network));
  return network_restore_arrivals(network);
}
