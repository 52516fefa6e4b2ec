/* projection.c — synapse lists, short-term plasticity and delivery of one pathway. */
#include "projection.h"
#include "maths.h"
#include "memory.h"
#include <stdio.h>
#include <stdlib.h>

enum status projection_allocate(struct projection *projection) {
  size_t n = (size_t)projection->source->n;
  TRY(memory_new("short-term state", n, sizeof(float), &projection->u));
  TRY(memory_new("short-term state", n, sizeof(float), &projection->x));
  TRY(memory_new("short-term state", n, sizeof(int64_t), &projection->last_tick));
  for (size_t i = 0; i < n; i++) {
    projection->x[i] = 1.0f;
    projection->last_tick[i] = -1;
  }
  return memory_new("synapse blocks", (size_t)projection->target->n_blocks, sizeof(struct synapse_block),
                    &projection->block);
}

static void free_block(struct synapse_block *block) {
  memory_free(block->synapse);
  memory_free(block->full);
  memory_free(block->age);
  memory_free(block->segment);
  *block = (struct synapse_block){0};
}

void projection_free(struct projection *projection) {
  for (int b = 0; projection->block && b < projection->target->n_blocks; b++)
    free_block(&projection->block[b]);
  memory_free(projection->block);
  memory_free(projection->u);
  memory_free(projection->x);
  memory_free(projection->last_tick);
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
  int best = 0;
  for (int c = 1; c < projection->n_classes; c++) {
    if (fabs(projection->delay_ticks[c] - ticks) < fabs(projection->delay_ticks[best] - ticks)) best = c;
  }
  return best;
}

/* ---- building ---- */

static int by_place(const void *a, const void *b) {
  const struct edge *p = a, *q = b;
  if (p->source != q->source) return p->source < q->source ? -1 : 1;
  if (p->delay != q->delay) return p->delay < q->delay ? -1 : 1;
  return p->target < q->target ? -1 : p->target > q->target;
}

/* Sort edges that come grouped by ascending target into (source, class, target) by counting; stable, so
 * targets stay ascending. */
static void place_edges(const struct projection *projection, struct synapse_block *block,
                        const struct edge *edges, size_t n, int first) {
  int classes = projection->n_classes;
  uint32_t *next = block->segment + 1;
  for (size_t e = 0; e < n; e++) next[edges[e].source * (uint32_t)classes + edges[e].delay]++;
  size_t slots = (size_t)projection->source->n * (size_t)classes;
  uint32_t total = 0;
  for (size_t s = 0; s < slots; s++) { /* next[s] becomes the begin of segment s, and its end while filling */
    uint32_t count = next[s];
    next[s] = total;
    total += count;
  }
  for (size_t e = 0; e < n; e++) {
    uint32_t at = next[edges[e].source * (uint32_t)classes + edges[e].delay]++;
    block->synapse[at] = (struct synapse){(uint16_t)(edges[e].target - (uint32_t)first), edges[e].full};
    if (!projection->plastic) continue;
    block->full[at] = edges[e].full;
    block->age[at] = edges[e].age;
  }
}

enum status projection_set(struct projection *projection, int b, struct edge *edges, size_t n) {
  struct synapse_block *block = &projection->block[b];
  free_block(block);
  size_t slots = (size_t)projection->source->n * (size_t)projection->n_classes;
  TRY(memory_new("synapses", n, sizeof(struct synapse), &block->synapse));
  TRY(memory_new("segments", slots + 1, sizeof(uint32_t), &block->segment));
  if (projection->plastic) {
    TRY(memory_new("synapses", n, sizeof(uint16_t), &block->full));
    TRY(memory_new("synapses", n, sizeof(uint8_t), &block->age));
  }
  block->n = n;
  bool ascending = true;
  for (size_t e = 1; e < n && ascending; e++) ascending = edges[e - 1].target <= edges[e].target;
  if (!ascending) qsort(edges, n, sizeof *edges, by_place);
  place_edges(projection, block, edges, n, projection->target->block[b].first);
  return STATUS_OK;
}

enum status projection_edges(const struct projection *projection, int b, struct edge **edges, size_t *n) {
  const struct synapse_block *block = &projection->block[b];
  int first = projection->target->block[b].first, classes = projection->n_classes;
  TRY(memory_new("edges", block->n, sizeof **edges, edges));
  *n = block->n;
  uint32_t slots = block->n ? (uint32_t)projection->source->n * (uint32_t)classes : 0;
  for (uint32_t s = 0; s < slots; s++) {
    for (uint32_t e = block->segment[s]; e < block->segment[s + 1]; e++) {
      (*edges)[e] = (struct edge){.target = (uint32_t)(first + block->synapse[e].cell),
                                  .source = s / (uint32_t)classes,
                                  .full = projection->plastic ? block->full[e] : block->synapse[e].weight,
                                  .delay = (uint8_t)(s % (uint32_t)classes),
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

float projection_release(struct projection *projection, int source, int64_t tick, double dt_ms) {
  double u = projection->u[source], x = projection->x[source];
  if (projection->last_tick[source] >= 0) {
    double elapsed = (double)(tick - projection->last_tick[source]) * dt_ms;
    u = projection->tau_facil_ms > 0 ? u * maths_exp(-elapsed / projection->tau_facil_ms) : 0.0;
    x = projection->tau_rec_ms > 0 ? 1.0 - (1.0 - x) * maths_exp(-elapsed / projection->tau_rec_ms) : 1.0;
  } else {
    u = 0.0;
  }
  u += projection->U * (1.0 - u);
  double release = u * x;
  projection->u[source] = (float)u;
  projection->x[source] = (float)(x - release);
  projection->last_tick[source] = tick;
  return (float)(release / projection->U);
}

/* The factor from weight quanta to port quanta is a fixed-point number of 24 fractional bits. */
enum { FACTOR_BITS = 24 };

static int64_t fixed_factor(double factor) { return (int64_t)(factor * (double)(1 << FACTOR_BITS) + 0.5); }

static void deliver_one_lane(const struct synapse *synapse, uint32_t n, int64_t factor,
                             int32_t *restrict port) {
  for (uint32_t e = 0; e < n; e++) {
    port[synapse[e].cell] +=
        (int32_t)((synapse[e].weight * factor + (1 << (FACTOR_BITS - 1))) >> FACTOR_BITS);
  }
}

static void deliver_two_lanes(const struct synapse *synapse, uint32_t n, int64_t factor, int32_t counted,
                              int32_t *restrict port) {
  for (uint32_t e = 0; e < n; e++) {
    int32_t *lanes = port + 2 * synapse[e].cell;
    lanes[0] += (int32_t)((synapse[e].weight * factor + (1 << (FACTOR_BITS - 1))) >> FACTOR_BITS);
    lanes[1] += counted;
  }
}

void projection_deliver(const struct projection *projection, int b, int c, const uint32_t *source,
                        const float *efficacy, int n) {
  const struct synapse_block *block = &projection->block[b];
  if (block->n == 0) return;
  const struct port *port = &projection->target->port[projection->port];
  int32_t *into = projection->target->block[b].port[projection->port];
  double scale = projection->weight_quantum_nS / port->quantum[0];
  for (int k = 0; k < n; k++) {
    const uint32_t *segment = &block->segment[source[k] * (uint32_t)projection->n_classes + (uint32_t)c];
    uint32_t count = segment[1] - segment[0];
    if (count == 0) continue;
    int64_t factor = fixed_factor(scale * (double)efficacy[k]);
    const struct synapse *first = block->synapse + segment[0];
    if (port->lanes == 1) {
      deliver_one_lane(first, count, factor, into);
    } else {
      double counted = projection->counted_nS * (double)efficacy[k] / port->quantum[1];
      deliver_two_lanes(first, count, factor, (int32_t)(counted + 0.5), into);
    }
  }
}

double projection_peak_nS(const struct projection *projection, int lane) {
  /* u is at most 1 where it facilitates, and U at every spike where it does not */
  double most = 0, efficacy = projection->tau_facil_ms > 0 ? 1.0 / projection->U : 1.0;
  for (int b = 0; b < projection->target->n_blocks; b++) {
    const struct synapse_block *block = &projection->block[b];
    double *sum = NULL;
    if (memory_new("sums", (size_t)projection->target->block[b].n, sizeof *sum, &sum)) return INFINITY;
    for (size_t e = 0; e < block->n; e++) {
      uint16_t full = projection->plastic ? block->full[e] : block->synapse[e].weight;
      sum[block->synapse[e].cell] += lane ? projection->counted_nS : full * projection->weight_quantum_nS;
    }
    for (int i = 0; i < projection->target->block[b].n; i++) most = sum[i] > most ? sum[i] : most;
    memory_free(sum);
  }
  return most * efficacy;
}

/* ---- size and state ---- */

size_t projection_count(const struct projection *projection) {
  size_t count = 0;
  for (int b = 0; b < projection->target->n_blocks; b++) count += projection->block[b].n;
  return count;
}

size_t projection_bytes(const struct projection *projection) {
  size_t segments = (size_t)projection->source->n * (size_t)projection->n_classes + 1;
  return projection_count(projection) * (sizeof(struct synapse) + (projection->plastic ? 3 : 0)) +
         (size_t)projection->target->n_blocks * segments * sizeof(uint32_t) +
         (size_t)projection->source->n * 16;
}

/* All edges in canonical order: target, then source, then class. */
static int by_target(const void *a, const void *b) {
  const struct edge *p = a, *q = b;
  if (p->target != q->target) return p->target < q->target ? -1 : 1;
  return by_place(a, b);
}

static enum status save_edges(struct projection *projection, struct visitor *visitor, const char *name) {
  size_t total = projection_count(projection), at = 0;
  struct edge *all = NULL;
  TRY(memory_new("edges", total, sizeof *all, &all));
  enum status status = STATUS_OK;
  for (int b = 0; b < projection->target->n_blocks; b++) {
    struct edge *some = NULL;
    size_t n = 0;
    TRY_GOTO(projection_edges(projection, b, &some, &n), done);
    if (n) memcpy(all + at, some, n * sizeof *some);
    qsort(all + at, n, sizeof *all, by_target);
    at += n;
    memory_free(some);
  }
  size_t words = total * (sizeof(struct edge) / 4);
  status = visitor->list(visitor, name, STATE_U32, &words, (void **)&all);
done:
  memory_free(all);
  return status;
}

static enum status load_edges(struct projection *projection, struct visitor *visitor, const char *name) {
  size_t words = 0, begin = 0;
  struct edge *all = NULL;
  TRY(visitor->list(visitor, name, STATE_U32, &words, (void **)&all));
  size_t total = words / (sizeof(struct edge) / 4);
  enum status status = STATUS_OK;
  if (words % (sizeof(struct edge) / 4) != 0) {
    status = status_fail(STATUS_CONFIG, "checkpoint: the synapses of %s are cut short", projection->name);
    goto done;
  }
  for (size_t e = 0; e < total; e++) {
    if (all[e].target < (uint32_t)projection->target->n && all[e].source < (uint32_t)projection->source->n &&
        all[e].delay < projection->n_classes && (e == 0 || all[e - 1].target <= all[e].target))
      continue;
    status = status_fail(STATUS_CONFIG, "checkpoint: synapse %zu of %s is out of range", e, projection->name);
    goto done;
  }
  for (int b = 0; b < projection->target->n_blocks; b++) {
    size_t stop = begin;
    uint32_t last = (uint32_t)(projection->target->block[b].first + projection->target->block[b].n);
    while (stop < total && all[stop].target < last) stop++;
    TRY_GOTO(projection_set(projection, b, all + begin, stop - begin), done);
    begin = stop;
  }
done:
  memory_free(all);
  return status;
}

enum status projection_visit(struct projection *projection, struct visitor *visitor) {
  char name[128];
  size_t n = (size_t)projection->source->n;
  snprintf(name, sizeof name, "%d:%s/u", projection->index, projection->name);
  TRY(visitor->array(visitor, name, STATE_F32, n, projection->u));
  snprintf(name, sizeof name, "%d:%s/x", projection->index, projection->name);
  TRY(visitor->array(visitor, name, STATE_F32, n, projection->x));
  snprintf(name, sizeof name, "%d:%s/last_tick", projection->index, projection->name);
  TRY(visitor->array(visitor, name, STATE_I64, n, projection->last_tick));
  if (!projection->plastic) return STATUS_OK;
  snprintf(name, sizeof name, "%d:%s/edges", projection->index, projection->name);
  return visitor->loading ? load_edges(projection, visitor, name) : save_edges(projection, visitor, name);
}
