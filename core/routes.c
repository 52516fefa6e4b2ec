/* routes.c — which blocks' spikes go to which ranks. See routes.h. */
#include "routes.h"
#include <string.h>

enum status routes_new(struct network *network) {
  size_t n = (size_t)network->n_blocks * (size_t)exchange_ranks(network->exchange);
  TRY(memory_new("routes", n, 1, &network->heard));
  if (n) memset(network->heard, 1, n);
  return STATUS_OK;
}

/* The blocks of a population to which marked cells belong. */
static void mark_block(const struct population *population, uint32_t cell, unsigned char *hears) {
  hears[population->block[cell / (uint32_t)population->block_cells].number] = 1;
}

static void mark_projection(const struct network *network, const struct projection *projection, int rank,
                            unsigned char *hears) {
  (void)network;
  for (int b = 0; b < projection->target->n_blocks; b++) {
    const struct synapse_block *synapses = &projection->block[b];
    if (projection->target->block[b].rank != rank) continue;
    for (uint32_t k = 0; k < synapses->n_sources; k++)
      mark_block(projection->source, synapses->source[k], hears);
  }
}

static void mark_arena(const struct network *network, const struct arena *arena, unsigned char *hears) {
  for (int k = 0; k < network->n_bundles && arena->sibling == 0; k++) {
    const struct bundle *bundle = &network->bundle[k];
    const uint32_t *begin = arena->synapses ? arena->synapses[k].begin : NULL;
    size_t row = (size_t)bundle->n_classes * (size_t)arena->siblings;
    for (int j = 0; begin && j < bundle->source->n; j++) {
      if (begin[(size_t)(j + 1) * row] > begin[(size_t)j * row])
        mark_block(bundle->source, (uint32_t)j, hears);
    }
  }
}

/* The blocks that a rank of this process hears. */
static void find_heard(const struct network *network, int rank, unsigned char *hears) {
  memset(hears, rank == 0, (size_t)network->n_blocks);
  for (int p = 0; p < network->n_projections; p++) {
    if (!network->projection[p]->fixed) mark_projection(network, network->projection[p], rank, hears);
  }
  for (int a = 0; a < network->n_arenas; a++) {
    if (network->arena[a].rank == rank) mark_arena(network, &network->arena[a], hears);
  }
  for (int b = 0; b < network->n_blocks; b++) hears[b] |= network->block[b]->rank == rank;
}

static void tell_exchange(struct network *network, const unsigned char *all, bool *heard_by, bool *hears) {
  size_t n = (size_t)network->n_blocks, me = (size_t)exchange_first(network->exchange);
  for (size_t b = 0; b < n; b++) {
    size_t rank = (size_t)network->block[b]->rank;
    /* exchange_agree has said that there was memory: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    hears[rank] |= all[me * n + b] != 0;
    for (int to = 0; rank == me && to < exchange_ranks(network->exchange); to++)
      heard_by[to] |= all[(size_t)to * n + b] != 0;
  }
  exchange_route(network->exchange, heard_by, hears);
}

enum status routes_make(struct network *network) {
  struct exchange *exchange = network->exchange;
  size_t n = (size_t)network->n_blocks, ranks = (size_t)exchange_ranks(exchange);
  unsigned char *all = NULL;
  bool *heard_by = NULL, *hears = NULL;
  if (ranks == 1 || n == 0) return STATUS_OK;
  enum status status = memory_new("routes", n * ranks, 1, &all);
  if (status == STATUS_OK) status = memory_new("routes", ranks, 1, &heard_by);
  if (status == STATUS_OK) status = memory_new("routes", ranks, 1, &hears);
  TRY_GOTO(exchange_agree(exchange, status), done);
  for (int k = 0; k < exchange_held(exchange); k++) {
    int rank = exchange_first(exchange) + k;
    find_heard(network, rank, all + (size_t)rank * n);
  }
  exchange_unite(exchange, all, n * ranks);
  for (size_t b = 0; b < n; b++) {
    for (size_t to = 0; to < ranks; to++) network->heard[b * ranks + to] = all[to * n + b];
  }
  if (!exchange_whole(exchange)) tell_exchange(network, all, heard_by, hears);
done:
  memory_free(all);
  memory_free(heard_by);
  memory_free(hears);
  return status;
}
