/* projection.c — synapse lists, short-term plasticity and delivery of one pathway. */
#include "projection.h"
#include "exchange.h"
#include "maths.h"
#include "memory.h"
#include "random.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status fan_in_reserve(struct fan_in *fan_in, size_t n, size_t sources) {
  if (fan_in->seen && n <= fan_in->capacity && sources <= fan_in->sources) return STATUS_OK;
  fan_in_free(fan_in);
  TRY(memory_new("synapses of a cell", n, sizeof *fan_in->source, &fan_in->source));
  TRY(memory_new("synapses of a cell", n, sizeof *fan_in->class, &fan_in->class));
  TRY(memory_new("sources of a cell", sources / 64 + 1, sizeof *fan_in->seen, &fan_in->seen));
  fan_in->capacity = n;
  fan_in->sources = sources;
  return STATUS_OK;
}

void fan_in_free(struct fan_in *fan_in) {
  memory_free(fan_in->source);
  memory_free(fan_in->class);
  memory_free(fan_in->seen);
  *fan_in = (struct fan_in){0};
}

enum status projection_divide(struct projection *projection) {
  if (projection->fixed) return STATUS_OK;
  return memory_new("synapse blocks", (size_t)projection->target->n_blocks, sizeof(struct synapse_block),
                    &projection->block);
}

enum status projection_hold(struct projection *projection, uint32_t first, uint32_t n) {
  if (projection->fixed || projection->u) return STATUS_OK;
  TRY(memory_new("short-term state", n, sizeof(float), &projection->u));
  TRY(memory_new("short-term state", n, sizeof(float), &projection->x));
  TRY(memory_new("short-term state", n, sizeof(int64_t), &projection->last_tick));
  projection->first_source = first;
  projection->n_sources = n;
  for (uint32_t i = 0; i < n; i++) {
    projection->x[i] = 1.0f;
    projection->last_tick[i] = -1;
  }
  return STATUS_OK;
}

enum status projection_allocate(struct projection *projection) {
  TRY(projection_hold(projection, 0, (uint32_t)projection->source->n));
  return projection_divide(projection);
}

/* Index of the draw that says a cell's class: no wiring of the cell's own uses it. */
enum { RELEASE_CLASS = 0xfffe };

enum status projection_classes(struct projection *projection, const struct release_class *classes, int n,
                               uint64_t seed) {
  const struct population *source = projection->source;
  memory_free(projection->release_of);
  projection->release_of = NULL;
  projection->n_release = n < PROJECTION_RELEASE ? n : PROJECTION_RELEASE;
  memcpy(projection->class, classes, (size_t)projection->n_release * sizeof *classes);
  TRY(memory_new("classes of release", (size_t)source->n, 1, &projection->release_of));
  for (int j = 0; j < source->n; j++) {
    uint64_t when = (uint64_t)projection->index << 32;
    struct random_draw draw =
        random_draw(seed, RANDOM_VARY, source->first_id + (uint64_t)j, when, RELEASE_CLASS);
    double left = random_uniform(draw.u[0]);
    int k = 0;
    while (k < projection->n_release - 1 && (left -= classes[k].share) > 0) k++;
    projection->release_of[j] = (uint8_t)k;
  }
  return STATUS_OK;
}

static struct release_class release_of(const struct projection *projection, int source) {
  if (projection->release_of) return projection->class[projection->release_of[source]];
  return (struct release_class){1, projection->U, projection->tau_rec_ms, projection->tau_facil_ms};
}

static void free_block(struct synapse_block *block) {
  if (!block->pooled) memory_free(block->synapse);
  memory_free(block->full);
  memory_free(block->age);
  memory_free(block->source);
  memory_free(block->begin);
  *block = (struct synapse_block){0};
}

void projection_free(struct projection *projection) {
  for (int b = 0; projection->block && b < projection->target->n_blocks; b++)
    free_block(&projection->block[b]);
  memory_free(projection->block);
  memory_free(projection->release_of);
  memory_free(projection->u);
  memory_free(projection->x);
  memory_free(projection->last_tick);
  if (projection->fixed) memory_free(projection->fixed->rule);
  memory_free(projection->fixed);
  *projection = (struct projection){0};
}

/* ---- delay classes ---- */

static double class_step_ms(double ms) { return ms < 1.0 - 1e-9 ? 0.1 : ms < 3.0 - 1e-9 ? 0.2 : 0.5; }

enum status projection_delays(struct projection *projection, const struct clock *clock, double low_ms,
                              double high_ms) {
  projection->n_classes = 0;
  projection->dt_ms = clock->dt_ms;
  for (double ms = floor(low_ms * 10.0 + 1e-9) / 10.0;; ms += class_step_ms(ms)) {
    int64_t ticks = clock_ticks(clock, ms);
    int n = projection->n_classes;
    if (ticks < 1) ticks = 1;
    if (n == 0 || projection->delay_ticks[n - 1] < ticks) {
      if (n == PROJECTION_CLASSES) {
        return status_fail(STATUS_CONFIG, "%s: delays of %g to %g ms need more than %d delay classes",
                           projection->name, low_ms, high_ms, PROJECTION_CLASSES);
      }
      projection->delay_ticks[projection->n_classes++] = (int)ticks;
    }
    if (ms >= high_ms) return STATUS_OK;
  }
}

int projection_class(const struct projection *projection, double ticks) {
  int low = 0, high = projection->n_classes - 1; /* the nearest is between them */
  while (low < high) {
    int middle = (low + high) / 2;
    double border = 0.5 * (projection->delay_ticks[middle] + projection->delay_ticks[middle + 1]);
    if (ticks <= border)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* ---- building ---- */

static int by_target_and_source(const void *a, const void *b) {
  const struct edge *p = a, *q = b;
  if (p->target != q->target) return p->target < q->target ? -1 : 1;
  return p->source < q->source ? -1 : p->source > q->source;
}

/* Sort by source, some bits at a time from the lowest: stable, so targets stay ascending, and in time that
 * goes with n and not with the number of sources. *edges and *other change places with every pass. */
enum { DIGIT_BITS = 11 };

static void sort_by_source(struct edge **edges, struct edge **other, size_t n) {
  uint32_t all = 0, begin[1 << DIGIT_BITS];
  for (size_t e = 0; e < n; e++) all |= (*edges)[e].source;
  int bits = all ? 32 - __builtin_clz(all) : 0, passes = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
  int width = passes ? (bits + passes - 1) / passes : 0;
  for (int pass = 0; pass < passes; pass++) {
    int shift = pass * width;
    uint32_t mask = (1u << width) - 1, total = 0;
    struct edge *from = *edges, *to = *other;
    for (uint32_t d = 0; d <= mask; d++) begin[d] = 0;
    for (size_t e = 0; e < n; e++) begin[from[e].source >> shift & mask]++;
    for (uint32_t d = 0; d <= mask; d++) {
      uint32_t count = begin[d];
      begin[d] = total;
      total += count;
    }
    for (size_t e = 0; e < n; e++) to[begin[from[e].source >> shift & mask]++] = from[e];
    *edges = to;
    *other = from;
  }
}

/* The sources of sorted edges, and where the synapses of each begin. */
static enum status list_sources(struct synapse_block *block, const struct edge *edges, size_t n) {
  uint32_t sources = 0;
  for (size_t e = 0; e < n; e++) sources += e == 0 || edges[e].source != edges[e - 1].source;
  TRY(memory_new("sources", sources, sizeof(uint32_t), &block->source));
  TRY(memory_new("sources", (size_t)sources + 1, sizeof(uint32_t), &block->begin));
  for (size_t e = 0; e < n; e++) {
    if (e > 0 && edges[e].source == edges[e - 1].source) continue;
    block->source[block->n_sources] = edges[e].source;
    block->begin[block->n_sources++] = (uint32_t)e;
  }
  block->begin[sources] = (uint32_t)n;
  return STATUS_OK;
}

static enum status place_edges(const struct projection *projection, struct synapse_block *block,
                               const struct edge *edges, size_t n, int first) {
  TRY(list_sources(block, edges, n));
  TRY(memory_new("synapses", n, sizeof(struct synapse), &block->synapse));
  if (projection->plastic) {
    TRY(memory_new("synapses", n, sizeof(uint16_t), &block->full));
    TRY(memory_new("synapses", n, sizeof(uint8_t), &block->age));
  }
  uint64_t weight[POPULATION_BLOCK] = {0};
  uint32_t synapses[POPULATION_BLOCK] = {0};
  for (size_t e = 0; e < n; e++) {
    uint32_t cell = edges[e].target - (uint32_t)first;
    weight[cell] += edges[e].full;
    synapses[cell]++;
    block->synapse[e] = (struct synapse){(uint16_t)(edges[e].delay * POPULATION_BLOCK + cell), edges[e].full};
    if (!projection->plastic) continue;
    block->full[e] = edges[e].full;
    block->age[e] = edges[e].age;
  }
  for (int i = 0; i < POPULATION_BLOCK; i++) {
    block->most_weight = weight[i] > block->most_weight ? weight[i] : block->most_weight;
    block->most_synapses = synapses[i] > block->most_synapses ? synapses[i] : block->most_synapses;
  }
  block->n = n;
  return STATUS_OK;
}

enum status projection_set(struct projection *projection, int b, struct edge *edges, size_t n) {
  struct synapse_block *block = &projection->block[b];
  struct edge *sorted = edges, *other = NULL;
  free_block(block);
  bool ascending = true;
  for (size_t e = 1; e < n && ascending; e++) ascending = edges[e - 1].target <= edges[e].target;
  if (!ascending) qsort(edges, n, sizeof *edges, by_target_and_source);
  struct edge *room = NULL;
  TRY(memory_new("edges", n, sizeof *room, &room));
  other = room;
  sort_by_source(&sorted, &other, n);
  enum status status = place_edges(projection, block, sorted, n, projection->target->block[b].first);
  memory_free(room);
  return status;
}

void projection_move(struct projection *projection, int b, struct synapse *pool) {
  struct synapse_block *block = &projection->block[b];
  if (block->n) memcpy(pool, block->synapse, block->n * sizeof *pool);
  if (!block->pooled) memory_free(block->synapse);
  block->synapse = pool;
  block->pooled = true;
}

enum status projection_edges(const struct projection *projection, int b, struct edge **edges, size_t *n) {
  const struct synapse_block *block = &projection->block[b];
  uint32_t first = (uint32_t)projection->target->block[b].first;
  TRY(memory_new("edges", block->n, sizeof **edges, edges));
  *n = block->n;
  for (uint32_t k = 0; k < block->n_sources; k++) {
    for (uint32_t e = block->begin[k]; e < block->begin[k + 1]; e++) {
      (*edges)[e] = (struct edge){.target = first + (uint32_t)synapse_cell(block->synapse[e]),
                                  .source = block->source[k],
                                  .full = projection->plastic ? block->full[e] : block->synapse[e].weight,
                                  .delay = (uint8_t)synapse_class(block->synapse[e]),
                                  .age = projection->plastic ? block->age[e] : SYNAPSE_GROWN};
    }
  }
  return STATUS_OK;
}

void projection_grow(struct projection *projection, int b, const float share[SYNAPSE_GROWN + 1]) {
  struct synapse_block *block = &projection->block[b];
  for (size_t e = 0; e < block->n; e++) {
    block->synapse[e].weight =
        (uint16_t)(share[block->age[e] & SYNAPSE_GROWN] * (float)block->full[e] + 0.5f);
  }
}

/* ---- spikes ---- */

float projection_release(struct projection *projection, int source, int64_t tick, double dt_ms,
                         float factor) {
  const struct release_class own = release_of(projection, source);
  uint32_t held = (uint32_t)source - projection->first_source;
  double u = projection->u[held], x = projection->x[held];
  if (projection->last_tick[held] >= 0) {
    double elapsed = (double)(tick - projection->last_tick[held]) * dt_ms;
    u = own.tau_facil_ms > 0 ? u * maths_exp(-elapsed / own.tau_facil_ms) : 0.0;
    x = own.tau_rec_ms > 0 ? 1.0 - (1.0 - x) * maths_exp(-elapsed / own.tau_rec_ms) : 1.0;
  } else {
    u = 0.0;
  }
  double U = own.U * (double)factor * (1.0 - projection->source->release_lost);
  u += (U < 1.0 ? U : 1.0) * (1.0 - u);
  double release = u * x;
  projection->u[held] = (float)u;
  projection->x[held] = (float)(x - release);
  projection->last_tick[held] = tick;
  return (float)(release / own.U);
}

/* The factor from weight quanta to port quanta is a fixed-point number of 24 fractional bits. */
enum { FACTOR_BITS = 24 };

/* No factor makes a weight more than 32 bits: a factor beyond that is none that a model means. */
static double bounded(double factor, double most) {
  return factor > -most ? (factor < most ? factor : most) : -most;
}

static int64_t fixed_factor(double factor) {
  return (int64_t)(bounded(factor, 1 << 15) * (double)(1 << FACTOR_BITS) + 0.5);
}

static inline int32_t scaled(struct synapse synapse, int64_t factor) {
  return (int32_t)((synapse.weight * factor + (1 << (FACTOR_BITS - 1))) >> FACTOR_BITS);
}

struct visit projection_find(const struct projection *projection, int b, uint32_t source) {
  const struct synapse_block *block = &projection->block[b];
  struct visit visit = {.projection = (uint32_t)projection->index};
  uint32_t low = 0, high = block->n_sources;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (block->source[middle] < source)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == block->n_sources || block->source[low] != source) return visit;
  uint32_t n = block->begin[low + 1] - block->begin[low];
  visit.begin = block->begin[low];
  visit.n = n < VISIT_SYNAPSES ? n : VISIT_SYNAPSES;
  return visit;
}

/* How far reading goes ahead: visits, and in each of them synapses of four cache lines. */
enum { VISITS_AHEAD = 12, LINE_SYNAPSES = 16, SYNAPSES_AHEAD = 4 * LINE_SYNAPSES };

static inline void read_ahead(const struct synapse *synapses, const struct visit *visit) {
  const struct synapse *first = synapses + visit->begin;
  __builtin_prefetch(first);
  for (uint32_t e = LINE_SYNAPSES; e < visit->n && e < SYNAPSES_AHEAD; e += LINE_SYNAPSES)
    __builtin_prefetch(first + e);
  __builtin_prefetch(first + visit->n - 1);
}

/* An event for each synapse, into the list of its tick of arrival. */
static inline void deliver_visit(struct block *block, struct arrivals *due, int64_t slots, const int *delay,
                                 const struct synapse *synapse, uint32_t n, int64_t factor, int32_t count,
                                 int64_t tick, int64_t from) {
  for (uint32_t e = 0; e < n; e++) {
    int64_t arrival = tick + delay[synapse_class(synapse[e])] + PROJECTION_LAG;
    struct arrivals *list = &due[arrival & slots];
    if (arrival < from || (list->n == list->capacity && !population_more_room(block, list))) continue;
    list->event[list->n++] =
        (struct arrival){(uint32_t)synapse_cell(synapse[e]), {scaled(synapse[e], factor), count}};
  }
}

int projection_deliver(const struct projection *projection, int b, const struct visit *visit, int n,
                       int64_t last, int64_t from) {
  const struct population *target = projection->target;
  const struct synapse *synapses = projection->block[b].synapse;
  const struct port *port = &target->port[projection->port];
  struct block *block = &target->block[b];
  struct arrivals *due = block->due[projection->port];
  double counted = port->lanes > 1 ? projection->counted_nS : 0,
         unit = port->lanes > 1 ? port->quantum[1] : 1;
  double counts = projection->weight_quantum_nS / port->quantum[0];
  uint32_t pathway = visit->projection;
  for (int k = 0; k < n && k < VISITS_AHEAD; k++) {
    if (visit[k].projection == pathway) read_ahead(synapses, &visit[k]);
  }
  int k = 0;
  for (; k < n && visit[k].projection == pathway; k++) {
    if (k + VISITS_AHEAD < n && visit[k + VISITS_AHEAD].projection == pathway)
      read_ahead(synapses, &visit[k + VISITS_AHEAD]);
    double efficacy = (double)visit[k].efficacy;
    deliver_visit(block, due, port->slots - 1, projection->delay_ticks, synapses + visit[k].begin, visit[k].n,
                  fixed_factor(counts * efficacy),
                  (int32_t)(bounded(counted * efficacy / unit, 1 << 30) + 0.5), last - visit[k].ago, from);
  }
  return k;
}

/* Of a static pathway: its largest in-degree at its largest weight. */
static double fixed_peak(const struct static_pathway *fixed, int lane) {
  double largest = lane ? fabs((double)fixed->second) : 0;
  for (int k = 0; k < fixed->n_weights && lane == 0; k++)
    largest = fmax(largest, fabs((double)fixed->weight[k]));
  return fixed->most * largest;
}

static double largest_efficacy(double U, double tau_facil_ms, double factor) {
  return tau_facil_ms > 0 ? 1.0 / U : fmin(factor, 1.0 / U);
}

double projection_peak_nS(const struct projection *projection, int lane) {
  if (projection->fixed) return fixed_peak(projection->fixed, lane);
  /* u is at most 1 where it facilitates, and where it does not U at every spike, times its factor */
  double most = 0, factor = fmax(1.0, projection->release_most);
  double efficacy = largest_efficacy(projection->U, projection->tau_facil_ms, factor);
  for (int k = 0; k < projection->n_release; k++)
    efficacy = fmax(k ? efficacy : 0,
                    largest_efficacy(projection->class[k].U, projection->class[k].tau_facil_ms, factor));
  for (int b = 0; b < projection->target->n_blocks; b++) {
    const struct synapse_block *block = &projection->block[b];
    most = fmax(most, lane ? block->most_synapses * fabs(projection->counted_nS)
                           : (double)block->most_weight * fabs(projection->weight_quantum_nS));
  }
  exchange_most(projection->target->exchange, &most, 1);
  return fmax(most * efficacy, lane ? 0 : projection->reserve_nS);
}

/* ---- size ---- */

size_t projection_count(const struct projection *projection) {
  size_t count = 0;
  for (int b = 0; !projection->fixed && b < projection->target->n_blocks; b++)
    count += projection->block[b].n;
  return count;
}

size_t projection_bytes(const struct projection *projection) {
  if (projection->fixed) return sizeof *projection->fixed;
  size_t bytes = projection_count(projection) * (sizeof(struct synapse) + (projection->plastic ? 3 : 0)) +
                 (size_t)projection->n_sources * 16;
  for (int b = 0; b < projection->target->n_blocks; b++)
    bytes += (2 * (size_t)projection->block[b].n_sources + 1) * sizeof(uint32_t);
  return bytes;
}
