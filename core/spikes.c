/* spikes.c — how spikes get from the blocks that emit them to every rank's history: noted, packed, exchanged,
 * unpacked.
 *
 * A message holds, block after block of the sending rank that the other hears: the block's number, how many
 * spikes each tick of the interval has, the cells, and for each outgoing pathway the efficacies. Each rank
 * puts the blocks of all ranks together in the order of their numbers, so its lists are sorted by cell,
 * whoever owned what. */
#include "spikes.h"
#include "memory.h"
#include "routes.h"
#include <float.h>
#include <string.h>

enum status spikes_reserve(struct outbox *outbox, int n_out, int capacity) {
  if (capacity <= outbox->capacity) return STATUS_OK;
  int wanted = 2 * capacity + 64;
  float *efficacy = NULL;
  TRY(memory_new("spikes", (size_t)wanted * (size_t)n_out, sizeof *efficacy, &efficacy));
  for (int o = 0; o < n_out && outbox->n; o++) {
    memcpy(efficacy + (size_t)o * (size_t)wanted, outbox->efficacy + (size_t)o * (size_t)outbox->capacity,
           (size_t)outbox->n * sizeof *efficacy);
  }
  memory_free(outbox->efficacy);
  outbox->efficacy = efficacy;
  TRY(memory_resize("spikes", (size_t)outbox->capacity, (size_t)wanted, sizeof *outbox->cell, &outbox->cell));
  outbox->capacity = wanted;
  return STATUS_OK;
}

/* Product of the factors on release that a pathway heeds, at a cell. */
static float factor_on(const struct projection *projection, const struct block *block, int j) {
  float factor = 1.0f;
  for (int f = 0; f < RELEASE_FACTORS; f++) {
    if (projection->heeds >> f & 1u) factor *= block->release[f][j];
  }
  return factor;
}

/* Note the spikes of the lanes from i on. */
static enum status note_lanes(struct network *network, int number, int i, int64_t tick) {
  struct outbox *outbox = &network->outbox[number];
  const struct block *block = network->block[number];
  const struct pathway_list *out = &network->out[network->block_population[number]->index];
  TRY(spikes_reserve(outbox, out->n, outbox->n + MEMORY_LANES));
  for (int j = i; j < i + MEMORY_LANES && j < block->n; j++) {
    if (!block->fired[j]) continue;
    int at = outbox->n++;
    outbox->cell[at] = (uint32_t)(block->first + j);
    for (int o = 0; o < out->n; o++) {
      struct projection *projection = out->projection[o];
      outbox->efficacy[o * outbox->capacity + at] = projection_release(
          projection, block->first + j, tick, network->clock.dt_ms, factor_on(projection, block, j));
    }
  }
  return STATUS_OK;
}

/* Did any of so many cells fire? A multiple of MEMORY_LANES. The lanes are kept apart until the end, so
 * that loads do not wait for one another. */
static inline bool any_fired(const int32_t *restrict fired, int n) {
  int32_t lane[MEMORY_LANES] = {0}, any = 0;
  for (int i = 0; i < n; i += MEMORY_LANES) {
    for (int l = 0; l < MEMORY_LANES; l++) lane[l] |= fired[i + l];
  }
  for (int l = 0; l < MEMORY_LANES; l++) any |= lane[l];
  return any != 0;
}

/* Spikes are rare: most tiles have none. */
enum status spikes_note(struct network *network, int number, int k, int64_t tick) {
  struct outbox *outbox = &network->outbox[number];
  const struct block *block = network->block[number];
  bool found = network->block_population[number]->cell->finds_tiles;
  if (k == 0) outbox->n = 0;
  outbox->begin[k] = outbox->n;
  for (int tile = 0; tile < block->padded; tile += POPULATION_TILE) {
    int end = tile + POPULATION_TILE < block->padded ? tile + POPULATION_TILE : block->padded;
    if (found ? !block->tile_fired[tile / POPULATION_TILE] : !any_fired(block->fired + tile, end - tile))
      continue;
    for (int i = tile; i < end; i += MEMORY_LANES) {
      if (any_fired(block->fired + i, MEMORY_LANES)) TRY(note_lanes(network, number, i, tick + k));
    }
  }
  outbox->begin[k + 1] = outbox->n;
  return STATUS_OK;
}

static enum status put_block(const struct network *network, int b, struct message *message) {
  const struct outbox *outbox = &network->outbox[b];
  int32_t number = b, n_out = network->out[network->block_population[b]->index].n;
  TRY(message_put(message, &number, sizeof number));
  TRY(message_put(message, outbox->begin, ((size_t)network->interval + 1) * sizeof *outbox->begin));
  TRY(message_put(message, outbox->cell, (size_t)outbox->n * sizeof *outbox->cell));
  for (int o = 0; o < n_out && outbox->n > 0; o++) {
    TRY(message_put(message, outbox->efficacy + (size_t)o * (size_t)outbox->capacity,
                    (size_t)outbox->n * sizeof *outbox->efficacy));
  }
  return STATUS_OK;
}

/* Silent blocks are left out where there are several ranks. */
enum status spikes_pack(struct network *network, int rank) {
  int ranks = exchange_ranks(network->exchange);
  for (int to = 0; to < ranks; to++) {
    struct message *message = exchange_outgoing(network->exchange, rank, to);
    message->n = 0;
    for (int b = 0; b < network->n_blocks; b++) {
      if (network->block[b]->rank != rank) continue;
      if (ranks > 1 && (network->outbox[b].n == 0 || !routes_lead(network, b, to))) continue;
      TRY(put_block(network, b, message));
    }
  }
  return STATUS_OK;
}

/* Words of a block's section behind its number: begins, cells, efficacies. All are 4 bytes wide. */
static size_t section_words(const struct network *network, int number, const int32_t *begin) {
  int n_out = network->out[network->block_population[number]->index].n;
  return (size_t)network->interval + 1 + (size_t)begin[network->interval] * (size_t)(1 + n_out);
}

static void find_sections(struct network *network, int rank) {
  const unsigned char **sections = network->rank[rank - exchange_first(network->exchange)].section;
  if (network->n_blocks) memset(sections, 0, (size_t)network->n_blocks * sizeof *sections);
  for (int from = 0; from < exchange_ranks(network->exchange); from++) {
    const struct message *message = exchange_incoming(network->exchange, rank, from);
    for (size_t at = 0; at < message->n;) {
      const int32_t *section = (const int32_t *)(const void *)(message->bytes + at);
      sections[section[0]] = message->bytes + at + sizeof(int32_t);
      at += (1 + section_words(network, section[0], section + 1)) * sizeof(int32_t);
    }
  }
}

static enum status reserve_list(struct spike_list *list, int n_out, int n) {
  if (n <= list->capacity) return STATUS_OK;
  int capacity = 2 * n + 32;
  memory_free(list->cell);
  memory_free(list->efficacy);
  list->cell = NULL;
  list->efficacy = NULL;
  list->capacity = 0;
  TRY(memory_new("spikes", (size_t)capacity, sizeof *list->cell, &list->cell));
  TRY(memory_new("spikes", (size_t)capacity * (size_t)n_out, sizeof *list->efficacy, &list->efficacy));
  list->capacity = capacity;
  return STATUS_OK;
}

/* Spikes of one population in tick k of the interval, from the sections of its blocks. */
static enum status unpack_tick(struct network *network, int rank, int p, int k, int64_t tick) {
  const struct population *population = network->population[p];
  int n_out = network->out[p].n, n = 0, first = population->n_blocks ? population->block[0].number : 0;
  const struct rank *own = &network->rank[rank - exchange_first(network->exchange)];
  struct spike_list *list = &own->history[p * network->ring + (int)((tick + k) % network->ring)];
  for (int b = 0; b < population->n_blocks; b++) {
    const int32_t *begin = (const int32_t *)(const void *)own->section[first + b];
    n += begin ? begin[k + 1] - begin[k] : 0;
  }
  list->n = 0;
  if (n == 0) return STATUS_OK;
  TRY(reserve_list(list, n_out, n));
  for (int b = 0; b < population->n_blocks; b++) {
    const int32_t *begin = (const int32_t *)(const void *)own->section[first + b];
    if (!begin) continue;
    const uint32_t *cell = (const uint32_t *)(begin + network->interval + 1);
    size_t total = (size_t)begin[network->interval], some = (size_t)(begin[k + 1] - begin[k]);
    if (some == 0) continue;
    memcpy(list->cell + list->n, cell + begin[k], some * sizeof *cell);
    const float *efficacy = (const float *)(const void *)(cell + total);
    for (int o = 0; o < n_out; o++) {
      memcpy(list->efficacy + o * list->capacity + list->n, efficacy + (size_t)o * total + (size_t)begin[k],
             some * sizeof *efficacy);
    }
    list->n += (int)some;
  }
  return STATUS_OK;
}

enum status spikes_unpack(struct network *network, int rank, int64_t tick) {
  find_sections(network, rank);
  for (int p = 0; p < network->n_populations; p++) {
    for (int k = 0; k < network->interval; k++) TRY(unpack_tick(network, rank, p, k, tick));
  }
  return STATUS_OK;
}

/* How far reading goes ahead: spikes whose rows are asked for, and cache lines. */
enum { BEGINS_AHEAD = 16, ROWS_AHEAD = 8, LINES_AHEAD = 4 };

static bool more_visits(struct network *network, int number) {
  struct inbox *inbox = &network->inbox[number];
  uint32_t more = 2 * inbox->capacity + 64;
  if (memory_resize("visits", inbox->capacity, more, sizeof *inbox->visit, &inbox->visit) != STATUS_OK) {
    network->block[number]->no_memory = true;
    return false;
  }
  inbox->capacity = more;
  return true;
}

/* A spike reaches the lists of its row; its efficacy on outgoing pathway o is efficacy[o × stride]. */
static void call_lists(struct network *network, const struct rows *rows, uint32_t cell, const float *efficacy,
                       int stride, int32_t ago) {
  for (uint32_t k = rows->begin[cell]; k < rows->begin[cell + 1]; k++) {
    struct reach reach = rows->reach[k];
    const struct synapse_list *list = &rows->list[reach.list];
    struct inbox *inbox = &network->inbox[list->number];
    if (inbox->n == inbox->capacity && !more_visits(network, list->number)) continue;
    inbox->visit[inbox->n++] = (struct visit){.begin = reach.begin,
                                              .n = reach.n,
                                              .projection = (uint32_t)list->projection->index,
                                              .efficacy = efficacy[list->projection->out_index * stride],
                                              .ago = ago};
  }
}

/* Ask for the rows of the spikes that follow. */
static void ask_rows(const struct rows *rows, const uint32_t *cell, int left) {
  if (BEGINS_AHEAD < left) __builtin_prefetch(&rows->begin[cell[BEGINS_AHEAD]]);
  if (ROWS_AHEAD < left) {
    const char *row = (const char *)&rows->reach[rows->begin[cell[ROWS_AHEAD]]];
    for (int line = 0; line < LINES_AHEAD; line++) __builtin_prefetch(row + line * MEMORY_LINE);
  }
}

static const struct rank *rank_of(const struct network *network, int rank) {
  return &network->rank[rank - exchange_first(network->exchange)];
}

/* Spikes of a list that belong to `which`: all, or those before and behind the cells of the own rank, from
 * `before` to `behind`. */
struct stretch {
  int before, behind;
};

static inline struct stretch stretch_of(const struct spike_list *spikes, const struct cell_range *own,
                                        enum spikes_of which) {
  struct stretch stretch = {spikes->n, spikes->n};
  if (which == SPIKES_ALL) return stretch;
  stretch.before = 0;
  while (stretch.before < spikes->n && spikes->cell[stretch.before] < own->first) stretch.before++;
  stretch.behind = stretch.before;
  while (stretch.behind < spikes->n && spikes->cell[stretch.behind] < own->last) stretch.behind++;
  return stretch;
}

static void call_some(struct network *network, const struct rows *rows, const struct spike_list *spikes,
                      int from, int to, int32_t ago) {
  for (int s = from; s < to; s++) {
    ask_rows(rows, spikes->cell + s, to - s);
    call_lists(network, rows, spikes->cell[s], spikes->efficacy + s, spikes->capacity, ago);
  }
}

static void call_history(struct network *network, const struct owner *owner, int p, int64_t first,
                         int64_t last, enum spikes_of which) {
  const struct rank *rank = rank_of(network, owner->rank);
  const struct rows *rows = &owner->rows[p];
  for (int64_t tick = first < 0 ? 0 : first; tick <= last; tick++) {
    const struct spike_list *spikes = &rank->history[p * network->ring + (int)(tick % network->ring)];
    if (spikes->n == 0) continue;
    struct stretch stretch = stretch_of(spikes, &rank->own[p], which);
    call_some(network, rows, spikes, 0, stretch.before, (int32_t)(last - tick));
    call_some(network, rows, spikes, stretch.behind, spikes->n, (int32_t)(last - tick));
  }
}

static void call_outboxes(struct network *network, const struct owner *owner, int p) {
  const struct population *population = network->population[p];
  const struct rows *rows = &owner->rows[p];
  for (int b = 0; b < population->n_blocks; b++) {
    if (population->block[b].rank != owner->rank) continue;
    const struct outbox *outbox = &network->outbox[population->block[b].number];
    for (int k = 0; k < network->interval; k++) {
      for (int s = outbox->begin[k]; s < outbox->begin[k + 1]; s++) {
        ask_rows(rows, outbox->cell + s, outbox->n - s);
        call_lists(network, rows, outbox->cell[s], outbox->efficacy + s, outbox->capacity,
                   network->interval - 1 - k);
      }
    }
  }
}

void spikes_call(struct network *network, const struct owner *owner, int64_t first, int64_t last,
                 enum spikes_of which) {
  for (int p = 0; p < network->n_populations; p++) {
    if (owner->rows[p].n_lists == 0) continue;
    if (which == SPIKES_OWN)
      call_outboxes(network, owner, p);
    else
      call_history(network, owner, p, first, last, which);
  }
}

void spikes_deliver(struct network *network, int number, int64_t last, int64_t from) {
  struct inbox *inbox = &network->inbox[number];
  for (int k = 0, n = (int)inbox->n; k < n;) {
    const struct visit *visit = &inbox->visit[k];
    k += projection_deliver(network->projection[visit->projection], network->block_in_population[number],
                            visit, n - k, last, from);
  }
  inbox->n = 0;
}

enum { STATIC_ROWS_AHEAD = 8 };

static void send_some(struct arena *arena, const struct bundle *bundle, int k, const struct spike_list *list,
                      int begin, int end, int64_t tick, int64_t from) {
  for (int s = begin; s < end; s++) {
    if (s + STATIC_ROWS_AHEAD < end) arena_ask(arena, bundle, k, list->cell[s + STATIC_ROWS_AHEAD]);
    arena_send(arena, bundle, k, list->cell[s], tick, from);
  }
}

static void send_history(const struct network *network, struct arena *arena, int k, int64_t first,
                         int64_t last, int64_t from, enum spikes_of which) {
  const struct bundle *bundle = &network->bundle[k];
  const struct rank *rank = rank_of(network, arena->rank);
  int p = bundle->source->index;
  const struct spike_list *history = rank->history + p * network->ring;
  for (int64_t tick = first; tick <= last; tick++) {
    const struct spike_list *list = &history[(int)(tick % network->ring)];
    if (list->n == 0) continue;
    struct stretch stretch = stretch_of(list, &rank->own[p], which);
    send_some(arena, bundle, k, list, 0, stretch.before, tick, from);
    send_some(arena, bundle, k, list, stretch.behind, list->n, tick, from);
  }
}

static void send_outboxes(const struct network *network, struct arena *arena, int k, int64_t first,
                          int64_t from) {
  const struct bundle *bundle = &network->bundle[k];
  for (int b = 0; b < bundle->source->n_blocks; b++) {
    const struct block *block = &bundle->source->block[b];
    if (block->rank != arena->rank) continue;
    const struct outbox *outbox = &network->outbox[block->number];
    for (int tick = 0; tick < network->interval; tick++) {
      for (int s = outbox->begin[tick]; s < outbox->begin[tick + 1]; s++) {
        if (s + STATIC_ROWS_AHEAD < outbox->n)
          arena_ask(arena, bundle, k, outbox->cell[s + STATIC_ROWS_AHEAD]);
        arena_send(arena, bundle, k, outbox->cell[s], first + tick, from);
      }
    }
  }
}

void spikes_send(const struct network *network, struct arena *arena, int64_t first, int64_t last,
                 int64_t from, enum spikes_of which) {
  int64_t oldest = last - network->ring + 1;
  if (first < 0) first = 0;
  if (first < oldest) first = oldest;
  for (int k = 0; k < network->n_bundles; k++) {
    if (arena->synapses[k].n == 0) continue;
    if (which == SPIKES_OWN)
      send_outboxes(network, arena, k, first, from);
    else
      send_history(network, arena, k, first, last, from, which);
  }
}

enum status network_restore_spikes(struct network *network, int p, const uint32_t *count,
                                   const uint32_t *cell, size_t n, const float *efficacy,
                                   size_t n_efficacies) {
  int n_out = network->out[p].n, oldest = network->ring - 1;
  size_t total = 0;
  for (int k = 0; k < network->ring; k++) total += count[k];
  if (total != n || n_efficacies != n * (size_t)n_out) {
    return status_fail(STATUS_CONFIG, "checkpoint: %zu recent spikes of %s, %zu expected", n,
                       network->population[p]->name, total);
  }
  TRY(state_within("the efficacies of recent spikes", efficacy, n_efficacies, 0, FLT_MAX));
  for (int rank = 0; rank < exchange_held(network->exchange); rank++) {
    const uint32_t *from = cell;
    const float *factor = efficacy;
    for (int k = 0; k < network->ring; k++) {
      int64_t tick = network->tick - oldest + k;
      if (tick < 0) continue;
      struct spike_list *list = &network->rank[rank].history[p * network->ring + (int)(tick % network->ring)];
      TRY(reserve_list(list, n_out, (int)count[k]));
      list->n = (int)count[k];
      for (int s = 0; s < list->n; s++, from++, factor += n_out) {
        if (*from >= (uint32_t)network->population[p]->n) {
          return status_fail(STATUS_CONFIG, "checkpoint: spike of cell %u, which %s has not", *from,
                             network->population[p]->name);
        }
        list->cell[s] = *from;
        for (int o = 0; o < n_out; o++) list->efficacy[o * list->capacity + s] = factor[o];
      }
    }
  }
  return STATUS_OK;
}
