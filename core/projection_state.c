/* projection_state.c — the state of a pathway: short-term states of source cells, and synapses that change.
 * Each process has those of its own cells; they are gathered to be shown, and dealt out when loaded. */
#include "exchange.h"
#include "memory.h"
#include "projection.h"
#include <stdio.h>
#include <string.h>

/* Edges of a block in canonical order, by target, then source: by counting, since they come by source. */
static enum status by_target(const struct projection *projection, int b, struct edge *out, size_t *n) {
  const struct block *block = &projection->target->block[b];
  struct edge *some = NULL;
  uint32_t *next = NULL;
  enum status status;
  TRY(projection_edges(projection, b, &some, n));
  TRY_GOTO(memory_new("edges", (size_t)block->n + 1, sizeof *next, &next), done);
  for (size_t e = 0; e < *n; e++) next[some[e].target - (uint32_t)block->first + 1]++;
  for (int i = 0; i < block->n; i++) next[i + 1] += next[i];
  for (size_t e = 0; e < *n; e++) out[next[some[e].target - (uint32_t)block->first]++] = some[e];
done:
  memory_free(some);
  memory_free(next);
  return status;
}

static enum status save_edges(struct projection *projection, struct visitor *visitor, const char *name) {
  struct exchange *exchange = projection->target->exchange;
  size_t total = projection_count(projection), at = 0, words = 0, bytes = 0;
  struct edge *own = NULL, *all = NULL;
  enum status status = STATUS_OK;
  bool gather = exchange && !visitor->own;
  if (visitor->counts && (!gather || exchange_whole(exchange))) {
    words = total * (sizeof *own / 4);
    return visitor->list(visitor, name, STATE_U32, &words, (void **)&own);
  }
  TRY(memory_new("edges", total, sizeof *own, &own));
  for (int b = 0; b < projection->target->n_blocks; b++) {
    size_t n = 0;
    if (!population_holds(projection->target, b)) continue;
    TRY_GOTO(by_target(projection, b, own + at, &n), done);
    at += n;
  }
  if (gather) TRY_GOTO(exchange_collect(exchange, own, total * sizeof *own, (void **)&all, &bytes), done);
  words = (gather ? bytes : total * sizeof *own) / 4;
  visitor->first = true;
  status = visitor->list(visitor, name, STATE_U32, &words, (void **)(gather ? &all : &own));
  visitor->first = false;
done:
  memory_free(own);
  memory_free(all);
  return status;
}

/* Are they edges of this pathway, in order of targets? */
static enum status check_edges(const struct projection *projection, const struct edge *all, size_t words) {
  size_t total = words / (sizeof(struct edge) / 4);
  if (words % (sizeof(struct edge) / 4) != 0)
    return status_fail(STATUS_CONFIG, "checkpoint: the synapses of %s are cut short", projection->name);
  for (size_t e = 0; e < total; e++) {
    if (all[e].target < (uint32_t)projection->target->n && all[e].source < (uint32_t)projection->source->n &&
        all[e].delay < projection->n_classes && (e == 0 || all[e - 1].target <= all[e].target))
      continue;
    return status_fail(STATUS_CONFIG, "checkpoint: synapse %zu of %s is out of range", e, projection->name);
  }
  return STATUS_OK;
}

/* Of edges in order of targets, those of each rank go to its process. */
static enum status deal_edges(const struct projection *projection, struct exchange *exchange,
                              struct edge **edges, size_t *n) {
  const struct population *target = projection->target;
  size_t *begin = NULL, ranks = (size_t)exchange_ranks(exchange), at = 0, bytes = 0;
  struct edge *own = NULL;
  TRY(exchange_agree(exchange, memory_new("edges", ranks + 1, sizeof *begin, &begin)));
  for (size_t r = 0; r < ranks; r++) {
    uint32_t last = 0;
    for (int b = 0; b < target->n_blocks; b++) {
      if ((size_t)target->block[b].rank <= r) last = (uint32_t)(target->block[b].first + target->block[b].n);
    }
    while (at < *n && (*edges)[at].target < last) at++;
    begin[r + 1] = at * sizeof **edges;
  }
  enum status status = exchange_deal(exchange, *edges, begin, (void **)&own, &bytes);
  memory_free(begin);
  memory_free(*edges);
  *edges = own;
  *n = bytes / sizeof *own;
  return status;
}

static enum status load_edges(struct projection *projection, struct visitor *visitor, const char *name) {
  struct exchange *exchange = visitor->own ? NULL : projection->target->exchange;
  size_t words = 0, begin = 0, total;
  struct edge *all = NULL;
  enum status status;
  visitor->first = true;
  status = visitor->list(visitor, name, STATE_U32, &words, (void **)&all);
  visitor->first = false;
  if (status == STATUS_OK) status = exchange_agree(exchange, check_edges(projection, all, words));
  if (status != STATUS_OK) goto done;
  total = words / (sizeof(struct edge) / 4);
  if (exchange) TRY_GOTO(deal_edges(projection, exchange, &all, &total), done);
  for (int b = 0; b < projection->target->n_blocks; b++) {
    size_t stop = begin;
    uint32_t last = (uint32_t)(projection->target->block[b].first + projection->target->block[b].n);
    if (!population_holds(projection->target, b)) continue;
    while (stop < total && all[stop].target < last) stop++;
    TRY_GOTO(projection_set(projection, b, all + begin, stop - begin), done);
    begin = stop;
  }
done:
  memory_free(all);
  return status;
}

/* One array of the source cells, of which this process holds some: whole where it holds all, or where the
 * visitor keeps what each process holds; else gathered, and what is loaded goes to who holds it. */
static enum status visit_sources(const struct projection *projection, struct visitor *visitor,
                                 const char *what, enum state_type type, void *data) {
  struct exchange *exchange = projection->source->exchange;
  size_t n = (size_t)projection->source->n, held = projection->n_sources, size = state_type_size(type);
  char name[128], *all = NULL;
  snprintf(name, sizeof name, "%d:%s/%s", projection->index, projection->name, what);
  if (visitor->own || exchange_whole(exchange)) return visitor->array(visitor, name, type, held, data);
  TRY(exchange_agree(exchange, memory_new(name, n, size, &all)));
  char *own = all + projection->first_source * size;
  if (!visitor->loading) {
    if (held) memcpy(own, data, held * size);
    exchange_unite(exchange, all, n * size);
  }
  enum status status = visitor->array(visitor, name, type, n, all);
  if (status == STATUS_OK && visitor->loading && held) memcpy(data, own, held * size);
  memory_free(all);
  return status;
}

/* A short-term state that is loaded: a share. */
static enum status visit_share(const struct projection *projection, struct visitor *visitor, const char *what,
                               float *data) {
  TRY(visit_sources(projection, visitor, what, STATE_F32, data));
  char name[128];
  snprintf(name, sizeof name, "%d:%s/%s", projection->index, projection->name, what);
  if (!visitor->loading) return STATUS_OK;
  return exchange_agree(visitor->own ? NULL : projection->source->exchange,
                        state_within(name, data, projection->n_sources, 0, 1));
}

/* Below a quarter of their range, as the network's own, differences cannot overflow. */
static enum status check_ticks(const struct projection *projection) {
  for (size_t i = 0; i < projection->n_sources; i++) {
    if (projection->last_tick[i] < -INT64_MAX / 4 || projection->last_tick[i] > INT64_MAX / 4)
      return status_fail(STATUS_CONFIG, "checkpoint: %s has no spike of cell %zu at tick %lld",
                         projection->name, projection->first_source + i, (long long)projection->last_tick[i]);
  }
  return STATUS_OK;
}

enum status projection_visit_edges(struct projection *projection, struct visitor *visitor) {
  char name[128];
  snprintf(name, sizeof name, "%d:%s/edges", projection->index, projection->name);
  return visitor->loading ? load_edges(projection, visitor, name) : save_edges(projection, visitor, name);
}

enum status projection_visit(struct projection *projection, struct visitor *visitor) {
  if (projection->fixed) return STATUS_OK; /* nothing of it ever changes */
  TRY(visit_share(projection, visitor, "u", projection->u));
  TRY(visit_share(projection, visitor, "x", projection->x));
  TRY(visit_sources(projection, visitor, "last_tick", STATE_I64, projection->last_tick));
  if (visitor->loading)
    TRY(exchange_agree(visitor->own ? NULL : projection->source->exchange, check_ticks(projection)));
  return projection->plastic ? projection_visit_edges(projection, visitor) : STATUS_OK;
}
