/* arena.c — drawing, grouping and delivery of static synapses. */
#include "arena.h"
#include "arena_dense.h"
#include "memory.h"
#include <string.h>

/* ---- bundles ---- */

static bool alike(const struct projection *a, const struct projection *b) {
  const struct static_pathway *p = a->fixed, *q = b->fixed;
  return a->source == b->source && a->port == b->port &&
         a->target->port[a->port].lanes == b->target->port[b->port].lanes && p->n_weights == q->n_weights &&
         memcmp(p->weight, q->weight, (size_t)p->n_weights * sizeof *p->weight) == 0 && p->salt == q->salt &&
         p->second == q->second && a->n_classes == b->n_classes &&
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
  const struct bundle *bundle;
  struct block *const *block;
  struct population *const *block_population;
  struct fan_in fan_in;
  /* of one arena. Of each target, in order: its place and number of synapses; of each synapse: its segment */
  struct drawn {
    uint32_t place, n;
  } * drawn;
  size_t n_drawn, drawn_capacity;
  uint32_t *slot;
  size_t slot_capacity;
};

static enum status keep(struct draw_job *job, struct arena_synapses *synapses, uint32_t place) {
  size_t n = job->fan_in.n, total = synapses->n;
  if (job->n_drawn == job->drawn_capacity) {
    size_t capacity = 2 * job->drawn_capacity + 1024;
    TRY(memory_resize("targets", job->drawn_capacity, capacity, sizeof *job->drawn, &job->drawn));
    job->drawn_capacity = capacity;
  }
  if (total + n > job->slot_capacity) {
    size_t capacity = job->slot_capacity + job->slot_capacity / 2 + n + 65536;
    TRY(memory_resize("synapses", total, capacity, sizeof *job->slot, &job->slot));
    job->slot_capacity = capacity;
  }
  uint32_t *slot = job->slot + total, *count = synapses->begin + 1;
  uint32_t classes = (uint32_t)job->bundle->n_classes;
  for (size_t e = 0; e < n; e++) {
    slot[e] = job->fan_in.source[e] * classes + job->fan_in.class[e];
    count[slot[e]]++;
  }
  job->drawn[job->n_drawn++] = (struct drawn){place, (uint32_t)n};
  synapses->n += n;
  return STATUS_OK;
}

/* Draw the synapses of every target of the bundle in an arena, and count those of every segment. */
static enum status draw_targets(struct draw_job *job, const struct arena *arena,
                                struct arena_synapses *synapses) {
  job->n_drawn = 0;
  for (int k = 0; k < arena->n_blocks; k++) {
    int number = arena->block[k];
    const struct block *block = job->block[number];
    for (int p = 0; p < job->bundle->n_projections; p++) {
      const struct projection *projection = job->bundle->projection[p];
      if (projection->target != job->block_population[number]) continue;
      for (int i = 0; i < block->n; i++) {
        job->fan_in.n = 0;
        TRY(projection->fixed->draw(projection->fixed->rule, projection, (uint32_t)(block->first + i),
                                    &job->fan_in));
        TRY(keep(job, synapses, (uint32_t)(arena->first[k] + i)));
      }
    }
  }
  return STATUS_OK;
}

static enum status too_many(const struct bundle *bundle, const char *what, size_t n) {
  return status_fail(STATUS_CONFIG, "%s: %zu %s of one thread are more than 2^32; use more threads",
                     bundle->source->name, n, what);
}

/* The synapses of one arena, source by source and class by class; places ascend in each segment. */
static enum status draw(struct draw_job *job, const struct arena *arena, struct arena_synapses *synapses) {
  size_t slots = (size_t)job->bundle->source->n * (size_t)job->bundle->n_classes;
  if (slots >= UINT32_MAX) return too_many(job->bundle, "cells times classes of delay", slots);
  TRY(memory_new("synapses", slots + 1, sizeof *synapses->begin, &synapses->begin));
  TRY(draw_targets(job, arena, synapses));
  if (synapses->n >= UINT32_MAX) return too_many(job->bundle, "synapses", synapses->n);
  TRY(memory_new("synapses", synapses->n, sizeof *synapses->place, &synapses->place));
  uint32_t total = 0, *next = synapses->begin + 1;
  for (size_t s = 0; s < slots;
       s++) { /* next[s] becomes the begin of segment s, and its end when it is full */
    uint32_t count = next[s];
    next[s] = total;
    total += count;
  }
  const uint32_t *slot = job->slot;
  for (size_t t = 0; t < job->n_drawn; t++) {
    uint16_t place = (uint16_t)job->drawn[t].place;
    for (uint32_t e = 0; e < job->drawn[t].n; e++) synapses->place[next[*slot++]++] = place;
  }
  return STATUS_OK;
}

static void free_synapses(struct arena_synapses *synapses) {
  memory_free(synapses->begin);
  memory_free(synapses->place);
  *synapses = (struct arena_synapses){0};
}

/* Of the arenas' synapses, those of a source come together. */
static enum status merge(const struct bundle *bundle, const struct arena_synapses *part, int n,
                         struct arena_synapses *out) {
  size_t sources = (size_t)bundle->source->n, classes = (size_t)bundle->n_classes, rows = sources * (size_t)n;
  for (int a = 0; a < n; a++) out->n += part[a].n;
  if (out->n >= UINT32_MAX) return too_many(bundle, "synapses", out->n);
  TRY(memory_new("synapses", rows * classes + 1, sizeof *out->begin, &out->begin));
  TRY(memory_new("synapses", out->n, sizeof *out->place, &out->place));
  uint32_t *begin = out->begin, total = 0;
  for (size_t j = 0; j < sources; j++) {
    for (int a = 0; a < n; a++) {
      const uint32_t *from = part[a].begin + j * classes;
      memcpy(out->place + total, part[a].place + from[0], (from[classes] - from[0]) * sizeof *out->place);
      for (size_t c = 0; c < classes; c++) {
        *begin++ = total;
        total += from[c + 1] - from[c];
      }
    }
  }
  *begin = total;
  return STATUS_OK;
}

/* Of several arenas each is drawn and sorted apart, in its own stretch of memory. */
static enum status draw_all(struct draw_job *job, const struct arena *arena, struct arena_synapses *out) {
  int n = arena->siblings;
  struct arena_synapses *part = NULL;
  if (n == 1) return draw(job, arena, out);
  TRY(memory_new("synapses of arenas", (size_t)n, sizeof *part, &part));
  enum status status = STATUS_OK;
  for (int a = 0; a < n && status == STATUS_OK; a++) status = draw(job, arena + a, &part[a]);
  if (status == STATUS_OK) status = merge(job->bundle, part, n, out);
  for (int a = 0; a < n; a++) free_synapses(&part[a]);
  memory_free(part);
  return status;
}

/* Share of the cells that a source must reach for rows of bits to be worth while. */
static const double DENSE_FROM = 0.04;

static bool is_dense(const struct bundle *bundle, const struct arena_synapses *synapses,
                     const struct arena *arena) {
  double pairs = 0;
  for (int a = 0; a < arena->siblings; a++)
    pairs += arena[a].port[bundle->port] ? (double)bundle->source->n * arena[a].n_places : 0.0;
  for (int p = 0; p < bundle->n_projections; p++) {
    if (!bundle->projection[p]->fixed->distinct) return false;
    for (int q = 0; q < p; q++) { /* a pair of populations that two pathways connect */
      if (bundle->projection[q]->target == bundle->projection[p]->target) return false;
    }
  }
  return dense_supported() && bundle->shared->n_weights == 1 && bundle->lanes == 1 &&
         bundle->n_classes == 1 && (double)synapses->n >= DENSE_FROM * pairs && pairs > 0;
}

/* Rows of bits in the place of lists, arena by arena. */
static enum status make_rows(struct arena *arena, const struct bundle *bundle, int k,
                             struct arena_synapses *synapses) {
  size_t sources = (size_t)bundle->source->n, siblings = (size_t)arena->siblings;
  for (size_t a = 0; a < siblings; a++) {
    size_t words = dense_words((size_t)arena[a].n_places);
    uint64_t *bits;
    if (!arena[a].port[bundle->port]) continue; /* none of its cells is a target */
    TRY(memory_new("synapses", sources, words * sizeof *bits, &arena[a].bits[k]));
    bits = arena[a].bits[k];
    for (size_t j = 0; j < sources; j++, bits += words) {
      uint32_t from = synapses->begin[j * siblings + a], to = synapses->begin[j * siblings + a + 1];
      for (uint32_t e = from; e < to; e++) bits[synapses->place[e] / 64] |= 1ull << synapses->place[e] % 64;
    }
    arena[a].dense = true;
  }
  memory_free(synapses->place);
  synapses->place = NULL;
  return STATUS_OK;
}

enum status arena_draw(struct arena *arena, const struct bundle *bundle, int k, struct block *const *block,
                       struct population *const *block_population) {
  struct draw_job job = {.bundle = bundle, .block = block, .block_population = block_population};
  struct arena_synapses *synapses = &arena->synapses[k];
  enum status status = draw_all(&job, arena, synapses);
  if (status == STATUS_OK && is_dense(bundle, synapses, arena))
    status = make_rows(arena, bundle, k, synapses);
  memory_free(job.drawn);
  memory_free(job.slot);
  fan_in_free(&job.fan_in);
  return status;
}

static void free_segments(struct arena *arena) {
  for (int s = 0; s < arena->slots; s++) memory_free(arena->due[s].segment);
  memory_free(arena->due);
}

void arena_free(struct arena *arena, int n_bundles) {
  bool keeper = arena->sibling == 0;
  for (int k = 0; keeper && arena->synapses && k < n_bundles; k++) free_synapses(&arena->synapses[k]);
  for (int k = 0; arena->bits && k < n_bundles; k++) memory_free(arena->bits[k]);
  memory_free(arena->bits);
  free_segments(arena);
  if (keeper) memory_free(arena->synapses);
  memory_free(arena->memory);
  memory_free(arena->block);
  memory_free(arena->first);
  *arena = (struct arena){0};
}

/* ---- segments on their way ---- */

enum status arena_horizon(struct arena *arena, int ticks) {
  int slots = 1;
  while (slots < ticks) slots *= 2;
  free_segments(arena);
  arena->due = NULL;
  arena->slots = 0;
  TRY(memory_new("segments", (size_t)slots, sizeof *arena->due, &arena->due));
  arena->slots = slots;
  return STATUS_OK;
}

void arena_drop(struct arena *arena) {
  for (int s = 0; s < arena->slots; s++) arena->due[s].n = 0;
}

static bool more_room(struct arena *arena, struct segments *due) {
  uint32_t more = 2 * due->capacity + 64;
  if (memory_resize("segments", due->capacity, more, sizeof *due->segment, &due->segment) != STATUS_OK) {
    arena->no_memory = true;
    return false;
  }
  due->capacity = more;
  return true;
}

static void push(struct arena *arena, int64_t arrival, struct segment segment) {
  struct segments *due = &arena->due[arrival & (arena->slots - 1)];
  if (due->n == due->capacity && !more_room(arena, due)) return;
  due->segment[due->n++] = segment;
}

/* Mixes all bits: the finaliser of MurmurHash3. */
static uint32_t hash(uint32_t x) {
  x = (x ^ x >> 16) * 0x85ebca6bu;
  x = (x ^ x >> 13) * 0xc2b2ae35u;
  return x ^ x >> 16;
}

/* Number of the weights of a source cell, to which that of the target is added. */
static uint32_t weight_key(const struct static_pathway *fixed, uint32_t j) {
  return hash(fixed->salt ^ hash(j));
}

float arena_weight(const struct static_pathway *fixed, uint32_t j, uint32_t i) {
  return fixed->weight[fixed->n_weights > 1 ? (i + weight_key(fixed, j)) % STATIC_WEIGHTS : 0];
}

void arena_ask(const struct arena *arena, const struct bundle *bundle, int k, uint32_t j) {
  size_t row = (size_t)bundle->n_classes * (size_t)arena->siblings;
  const uint32_t *begin = arena->synapses[k].begin + j * row;
  for (size_t at = 0; at <= row; at += MEMORY_LINE / sizeof *begin) __builtin_prefetch(begin + at);
}

void arena_send(struct arena *arena, const struct bundle *bundle, int k, uint32_t j, int64_t tick,
                int64_t from) {
  const uint32_t *begin =
      arena->synapses[k].begin + (size_t)j * (size_t)bundle->n_classes * (size_t)arena->siblings;
  uint32_t key = weight_key(bundle->shared, j);
  for (int a = 0; a < arena->siblings && !arena->synapses[k].place; a++) { /* dense: one class */
    int64_t arrival = tick + bundle->delay_ticks[0] + PROJECTION_LAG;
    if (arrival >= from) push(arena + a, arrival, (struct segment){j, 0, (uint16_t)k, 0});
  }
  for (int a = 0; a < arena->siblings && arena->synapses[k].place; a++) {
    for (int c = 0; c < bundle->n_classes; c++, begin++) {
      int64_t arrival = tick + bundle->delay_ticks[c] + PROJECTION_LAG;
      if (arrival < from) continue;
      /* pairs may be connected more than once, so a segment may be longer than an arena has cells */
      for (uint32_t at = begin[0], end = begin[1]; at < end; at += UINT16_MAX) {
        uint32_t n = end - at < UINT16_MAX ? end - at : UINT16_MAX;
        push(arena + a, arrival, (struct segment){at, (uint16_t)n, (uint16_t)k, key});
      }
    }
  }
}

/* ---- arrival ---- */

/* A place in the concatenation of the segments that lies ahead of what is being added: lists that are read
 * from memory arrive at a third of the cost if they were asked for about 2 KiB before. */
struct ahead {
  const struct arena_synapses *synapses;
  const struct segments *due;
  uint32_t s;
  size_t at;
};
enum { AHEAD_BYTES = 4096, CHUNK = 128, SECOND_CACHE = 2 };

static inline void ask(struct ahead *ahead, size_t bytes) {
  while (bytes > 0 && ahead->s < ahead->due->n) {
    const struct segment *segment = &ahead->due->segment[ahead->s];
    if (segment->n == 0) { /* of a dense bundle */
      ahead->s++;
      continue;
    }
    const char *from = (const char *)(ahead->synapses[segment->bundle].place + segment->begin) + ahead->at;
    size_t left = segment->n * sizeof(uint16_t) - ahead->at, some = left < bytes ? left : bytes;
    for (size_t line = 0; line < some; line += MEMORY_LINE) __builtin_prefetch(from + line, 0, SECOND_CACHE);
    __builtin_prefetch(from + some - 1, 0, SECOND_CACHE);
    ahead->at += some;
    bytes -= some;
    if (some < left) return;
    ahead->s++;
    ahead->at = 0;
  }
}

/* `weights` (do they differ?) and `lanes` are constants where this is called. */
static inline void add_segment(const struct arena *arena, const struct bundle *bundle,
                               const struct segment *segment, struct ahead *ahead, int weights, int lanes) {
  const uint16_t *restrict place = arena->synapses[segment->bundle].place + segment->begin;
  int32_t *restrict port = arena->port[bundle->port];
  const int32_t *restrict count = bundle->count;
  const int32_t shared = bundle->count[0], second = bundle->second;
  const uint32_t key = segment->key;
  size_t n = segment->n;
  for (size_t first = 0; first < n; first += CHUNK) {
    size_t end = n - first < CHUNK ? n : first + CHUNK;
    ask(ahead, (end - first) * sizeof *place);
    for (size_t e = first; e < end; e++) {
      uint32_t cell = place[e];
      port[cell * (uint32_t)lanes] += weights ? count[(cell + key) % STATIC_WEIGHTS] : shared;
      if (lanes > 1) port[cell * (uint32_t)lanes + 1] += second;
    }
  }
}

/* What dense bundles bring: of each, all rows that are due. */
static void add_rows(struct arena *arena, const struct bundle *bundle, const struct segments *due) {
  size_t words = dense_words((size_t)arena->n_places);
  for (uint32_t s = 0; s < due->n;) {
    uint32_t row[DENSE_ROWS];
    int n = 0, k = due->segment[s].bundle;
    for (; s < due->n && n < DENSE_ROWS && due->segment[s].bundle == k; s++) row[n++] = due->segment[s].begin;
    if (arena->bits[k])
      dense_add(arena->port[bundle[k].port], arena->bits[k], words, row, n, bundle[k].count[0]);
  }
}

void arena_arrive(struct arena *arena, const struct bundle *bundle, int64_t tick) {
  struct segments *due = &arena->due[tick & (arena->slots - 1)];
  struct ahead ahead = {arena->synapses, due, 0, 0};
  ask(&ahead, AHEAD_BYTES);
  for (uint32_t s = 0; s < due->n; s++) {
    const struct segment *segment = &due->segment[s];
    const struct bundle *own = &bundle[segment->bundle];
    if (segment->n == 0) continue;
    int weights = own->shared->n_weights > 1;
    if (own->lanes == 1)
      weights ? add_segment(arena, own, segment, &ahead, 1, 1)
              : add_segment(arena, own, segment, &ahead, 0, 1);
    else
      weights ? add_segment(arena, own, segment, &ahead, 1, 2)
              : add_segment(arena, own, segment, &ahead, 0, 2);
  }
  if (arena->dense) add_rows(arena, bundle, due);
  due->n = 0;
}
