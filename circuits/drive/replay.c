/* replay.c — what a network sent is kept and sent again. See replay.h. */
#include "drive/replay.h"
#include "memory.h"
#include <string.h>

enum { BITS = 8 };

static void keep(const struct block *block, uint8_t *sent) {
  for (int i = 0; i < block->n; i++) sent[i / BITS] |= (uint8_t)((block->fired[i] ? 1u : 0u) << (i % BITS));
}

static void play(const struct replay *replay, const struct population *population, const struct block *block,
                 const uint8_t *sent) {
  for (int i = 0; i < block->n; i++) {
    int32_t before = sent[i / BITS] >> (i % BITS) & 1;
    if (pipettes_pulsed(replay->pipettes, population->index, block->first + i)) continue;
    block->fired[i] = before;
    if (before && population->cell->finds_tiles) block->tile_fired[i / POPULATION_TILE] = 1;
  }
}

static void replay_tick(void *context, int thread, const struct population *population, int b, int64_t tick) {
  const struct replay *replay = context;
  const struct block *block = &population->block[b];
  int64_t at = tick - replay->pipettes->begin;
  (void)thread;
  if (at < 0 || at >= replay->pipettes->ticks) return;
  uint8_t *sent = replay->sent[block->number] + (size_t)at * replay->row[block->number];
  if (replay->plays) {
    play(replay, population, block, sent);
  } else {
    memset(sent, 0, replay->row[block->number]);
    keep(block, sent);
  }
}

struct observer replay_observer(struct replay *replay) {
  return (struct observer){.context = replay, .tick = replay_tick};
}

enum status replay_new(const struct pipettes *pipettes, struct replay *out) {
  const struct network *network = pipettes->network;
  size_t n = (size_t)network->n_blocks;
  *out = (struct replay){.pipettes = pipettes};
  TRY(memory_new("replay", n, sizeof *out->row, &out->row));
  TRY(memory_new("replay", n, sizeof *out->sent, &out->sent));
  for (size_t b = 0; b < n; b++) {
    out->row[b] = (size_t)network->block[b]->n / BITS + 1;
    TRY(memory_new("replay", (size_t)pipettes->ticks * out->row[b], 1, &out->sent[b]));
  }
  return STATUS_OK;
}

void replay_free(struct replay *replay) {
  int n = replay->sent ? replay->pipettes->network->n_blocks : 0;
  for (int b = 0; b < n; b++) memory_free(replay->sent[b]);
  memory_free(replay->sent);
  memory_free(replay->row);
  *replay = (struct replay){0};
}
