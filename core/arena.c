/* arena.c — drawing, grouping and delivery of static synapses. */
#include "arena.h"
#include "memory.h"
#include <string.h>

/* ---- bundles ---- */

static bool alike(const struct projection *a, const struct projection *b) {
  const struct static_pathway *p = a->fixed, *q = b->fixed;
  return a->source == b->source && a->port == b->port &&
         a->target->port[a->port].lanes == b->target->port[b->port].lanes && p->n_levels == q->n_levels &&
         memcmp(p->level, q->level, (size_t)p->n_levels * sizeof *p->level) == 0 && p->second == q->second &&
         a->n_classes == b->n_classes &&
         memcmp(a->delay_ticks, b->delay_ticks, (size_t)a->n_classes * sizeof *a->delay_ticks) == 0;
}

static enum status join(struct bundle *bundle, struct projection *projection) {
  size_t n = (size_t)bundle->n_projections;
  TRY(memory_resize("bundle", n, n + 1, sizeof *bundle->projection, &bundle->projection));
  bundle->projection[bundle->n_projections++] = projection;
  return STATUS_OK;
}

static enum status find_bundle(struct bundle **bundle, int *n, struct projection *projection) {
  for (int k = 0; k < *n; k++) {
    if (alike((*bundle)[k].projection[0], projection)) return join(&(*bundle)[k], projection);
  }
  TRY(memory_resize("bundles", (size_t)*n, (size_t)*n + 1, sizeof **bundle, bundle));
  (*bundle)[*n] = (struct bundle){.source = projection->source,
                                  .port = projection->port,
                                  .lanes = projection->target->port[projection->port].lanes,
                                  .shared = projection->fixed,
                                  .n_classes = projection->n_classes,
                                  .delay_ticks = projection->delay_ticks};
  return join(&(*bundle)[(*n)++], projection);
}

enum status bundles_make(struct projection *const *projection, int n, struct bundle **out, int *n_out) {
  *out = NULL;
  *n_out = 0;
  for (int p = 0; p < n; p++) {
    if (projection[p]->fixed) TRY(find_bundle(out, n_out, projection[p]));
  }
  return STATUS_OK;
}

void bundles_free(struct bundle *bundle, int n) {
  for (int k = 0; bundle && k < n; k++) memory_free(bundle[k].projection);
  memory_free(bundle);
}

/* ---- drawing ---- */

struct draw_job {
  struct arena *arena;
  const struct bundle *bundle;
  struct arena_synapses *synapses;
  struct block *const *block;
  struct population *const *block_population;
  struct fan_in fan_in;
};

/* Call each(job) with the synapses of every target of the bundle in the arena, targets ascending. */
static enum status each_target(struct draw_job *job, void (*each)(struct draw_job *job, int place)) {
  for (int k = 0; k < job->arena->n_blocks; k++) {
    int number = job->arena->block[k];
    const struct block *block = job->block[number];
    for (int p = 0; p < job->bundle->n_projections; p++) {
      const struct projection *projection = job->bundle->projection[p];
      if (projection->target != job->block_population[number]) continue;
      for (int i = 0; i < block->n; i++) {
        job->fan_in.n = 0;
        TRY(projection->fixed->draw(projection->fixed->rule, projection, (uint32_t)(block->first + i),
                                    &job->fan_in));
        each(job, job->arena->first[k] + i);
      }
    }
  }
  return STATUS_OK;
}

static size_t slot(const struct draw_job *job, size_t e) {
  return (size_t)job->fan_in.source[e] * (size_t)job->bundle->n_classes + job->fan_in.class[e];
}

static void count_synapses(struct draw_job *job, int place) {
  (void)place;
  uint32_t *count = job->synapses->begin + 1;
  for (size_t e = 0; e < job->fan_in.n; e++) count[slot(job, e)]++;
  job->synapses->n += job->fan_in.n;
}

static void place_synapses(struct draw_job *job, int place) {
  uint32_t *next = job->synapses->begin + 1;
  struct arena_synapses *synapses = job->synapses;
  for (size_t e = 0; e < job->fan_in.n; e++) {
    uint32_t at = next[slot(job, e)]++;
    synapses->place[at] = (uint16_t)place;
    if (synapses->level) synapses->level[at] = job->fan_in.level[e];
  }
}

/* Twice through all draws, first to count, then to place: cheaper than to keep and sort them. */
static enum status draw(struct draw_job *job) {
  struct arena_synapses *synapses = job->synapses;
  size_t slots = (size_t)job->bundle->source->n * (size_t)job->bundle->n_classes;
  TRY(memory_new("synapses", slots + 1, sizeof *synapses->begin, &synapses->begin));
  TRY(each_target(job, count_synapses));
  if (synapses->n >= UINT32_MAX) {
    return status_fail(STATUS_CONFIG,
                       "%s: %zu synapses onto the cells of one thread, at most 2^32; use more "
                       "threads",
                       job->bundle->source->name, synapses->n);
  }
  TRY(memory_new("synapses", synapses->n, sizeof *synapses->place, &synapses->place));
  if (job->bundle->shared->n_levels > 1)
    TRY(memory_new("synapses", synapses->n, sizeof *synapses->level, &synapses->level));
  uint32_t total = 0, *next = synapses->begin + 1;
  for (size_t s = 0; s < slots;
       s++) { /* next[s] becomes the begin of slot s, and its end when all are placed */
    uint32_t count = next[s];
    next[s] = total;
    total += count;
  }
  return each_target(job, place_synapses);
}

enum status arena_draw(struct arena *arena, const struct bundle *bundle, int k, struct block *const *block,
                       struct population *const *block_population) {
  struct draw_job job = {arena, bundle, &arena->synapses[k], block, block_population, {0}};
  enum status status = draw(&job);
  fan_in_free(&job.fan_in);
  return status;
}

void arena_free(struct arena *arena, int n_bundles) {
  for (int k = 0; arena->synapses && k < n_bundles; k++) {
    memory_free(arena->synapses[k].begin);
    memory_free(arena->synapses[k].place);
    memory_free(arena->synapses[k].level);
  }
  memory_free(arena->synapses);
  memory_free(arena->memory);
  memory_free(arena->block);
  memory_free(arena->first);
  *arena = (struct arena){0};
}

/* ---- delivery ---- */

/* A place in the concatenation of the segments that lies ahead of what is being added: lists that are read
 * from memory arrive at a third of the cost if they were asked for about 2 KiB before. */
struct ahead {
  const struct segment *segment;
  int n, s;
  size_t at;
};
enum { AHEAD_BYTES = 2048, CHUNK = 128 };

static void ask(struct ahead *ahead, size_t bytes, bool levels) {
  while (bytes > 0 && ahead->s < ahead->n) {
    const struct segment *segment = &ahead->segment[ahead->s];
    size_t left = segment->n * sizeof *segment->place - ahead->at, some = left < bytes ? left : bytes;
    const char *from = (const char *)segment->place + ahead->at;
    for (size_t line = 0; line < some; line += MEMORY_LINE) __builtin_prefetch(from + line);
    if (levels) __builtin_prefetch(segment->level + ahead->at / 2);
    ahead->at += some;
    bytes -= some;
    if (some < left) return;
    ahead->s++;
    ahead->at = 0;
  }
}

static inline void add_chunk(int32_t *restrict port, const uint16_t *restrict place,
                             const uint8_t *restrict level, size_t n, const int32_t *restrict count,
                             int32_t second, int levels, int lanes) {
  for (size_t e = 0; e < n; e++) {
    int32_t *at = port + (size_t)place[e] * (size_t)lanes;
    at[0] += levels ? count[level[e]] : count[0];
    if (lanes > 1) at[1] += second;
  }
}

/* `levels` and `lanes` are constants where this is called. */
static inline void add_all(int32_t *port, const struct bundle *bundle, const struct segment *segment, int n,
                           int levels, int lanes) {
  struct ahead ahead = {segment, n, 0, 0};
  ask(&ahead, AHEAD_BYTES, levels);
  for (int s = 0; s < n; s++) {
    for (size_t e = 0; e < segment[s].n; e += CHUNK) {
      size_t some = segment[s].n - e < CHUNK ? segment[s].n - e : CHUNK;
      ask(&ahead, some * sizeof(uint16_t), levels);
      add_chunk(port, segment[s].place + e, levels ? segment[s].level + e : NULL, some, bundle->count,
                bundle->second, levels, lanes);
    }
  }
}

void arena_add(struct arena *arena, const struct bundle *bundle, const struct segment *segment, int n) {
  int32_t *port = arena->port[bundle->port];
  bool levels = bundle->shared->n_levels > 1;
  if (bundle->lanes == 1) {
    levels ? add_all(port, bundle, segment, n, 1, 1) : add_all(port, bundle, segment, n, 0, 1);
  } else {
    levels ? add_all(port, bundle, segment, n, 1, 2) : add_all(port, bundle, segment, n, 0, 2);
  }
}
