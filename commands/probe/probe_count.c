/* probe_count.c — the anatomy of a built circuit, counted: cells by layer and class, synapses by target, by
 * distance, by partner. All sums are of whole numbers, or in the order of cells, so that they do not depend
 * on how the network is divided. See probe.h. */
#include "memory.h"
#include "probe.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Connection probability is counted in rings of lateral distance. Pairs of a pathway that are looked at, at
 * most: beyond that every so many targets only. Distances count in steps of 1/64 µm. */
enum { RINGS = 128, WEIGHTS = 1 << 16 };
static const double RING_UM = 10, FIT_UM = 200, PAIRS = 4e6, DISTANCE_STEPS = 64;

/* What the synapses of one pathway add up to. */
struct tally {
  int64_t n, autapses, doubles;
  int64_t connected[RINGS],
      possible[RINGS];               /* among the targets that are looked at; the last ring is the rest */
  int64_t near[3], near_possible[3]; /* within 50, 100, 200 µm */
  int64_t distances, distance, distance2, delay, delay2, distance_delay; /* sums; delays in ticks */
  uint32_t *weight;                                                      /* histogram */
  uint32_t *in_degree;
  int every; /* targets that are looked at */
};

static const double near_um[3] = {50, 100, 200};

/* ---- places ---- */

struct place {
  const struct probe *probe;
  const struct sheet *sheet; /* NULL between regions */
  double side_x, side_y;
};

static struct place place_of(const struct probe *probe, const struct projection *projection) {
  struct place place = {.probe = probe};
  if (projection->source->region_index != projection->target->region_index) return place;
  if (!projection->source->x_um || !projection->target->x_um) return place; /* cells without a place */
  place.sheet = &probe->simulation->region[projection->source->region_index].sheet;
  place.side_x = sheet_side_x_um(place.sheet);
  place.side_y = sheet_side_y_um(place.sheet);
  return place;
}

static double distance_um(const struct place *place, const struct projection *projection, uint32_t source,
                          uint32_t target) {
  const struct population *from = projection->source, *to = projection->target;
  double dx = sheet_difference(place->sheet->periodic, place->side_x, (double)from->x_um[source],
                               (double)to->x_um[target]);
  double dy = sheet_difference(place->sheet->periodic, place->side_y, (double)from->y_um[source],
                               (double)to->y_um[target]);
  return sqrt(dx * dx + dy * dy);
}

static int ring_of(double um) { return um < RING_UM * (RINGS - 1) ? (int)(um / RING_UM) : RINGS - 1; }

/* ---- counting ---- */

static void add_edge(const struct place *place, const struct projection *projection, const struct edge *edge,
                     struct tally *tally) {
  tally->n++;
  tally->weight[edge->full]++;
  tally->in_degree[edge->target]++;
  tally->autapses += projection->source == projection->target && edge->source == edge->target;
  int64_t delay = projection->delay_ticks[edge->delay];
  tally->delay += delay;
  tally->delay2 += delay * delay;
  if (!place->sheet) return;
  double um = distance_um(place, projection, edge->source, edge->target);
  int64_t steps = (int64_t)floor(um * DISTANCE_STEPS + 0.5);
  tally->distances++;
  tally->distance += steps;
  tally->distance2 += steps * steps;
  tally->distance_delay += steps * delay;
  if (edge->target % (uint32_t)tally->every != 0) return;
  tally->connected[ring_of(um)]++;
  for (int k = 0; k < 3; k++) tally->near[k] += um < near_um[k];
}

static void add_pairs(const struct place *place, const struct projection *projection, struct tally *tally) {
  bool same = projection->source == projection->target;
  for (uint32_t j = 0; j < (uint32_t)projection->target->n; j += (uint32_t)tally->every) {
    for (uint32_t i = 0; i < (uint32_t)projection->source->n; i++) {
      if (same && i == j) continue;
      double um = distance_um(place, projection, i, j);
      tally->possible[ring_of(um)]++;
      for (int k = 0; k < 3; k++) tally->near_possible[k] += um < near_um[k];
    }
  }
}

static int by_target(const void *a, const void *b) {
  const struct edge *p = a, *q = b;
  if (p->target != q->target) return p->target < q->target ? -1 : 1;
  return p->source < q->source ? -1 : p->source > q->source;
}

static enum status count_block(const struct place *place, const struct projection *projection, int b,
                               struct tally *tally) {
  struct edge *edges = NULL;
  size_t n;
  TRY(projection_edges(projection, b, &edges, &n));
  for (size_t e = 0; e < n; e++) add_edge(place, projection, &edges[e], tally);
  qsort(edges, n, sizeof *edges, by_target);
  for (size_t e = 1; e < n; e++)
    tally->doubles += edges[e].target == edges[e - 1].target && edges[e].source == edges[e - 1].source;
  memory_free(edges);
  return STATUS_OK;
}

static enum status count_pathway(const struct probe *probe, const struct projection *projection,
                                 struct tally *tally) {
  struct place place = place_of(probe, projection);
  double pairs = (double)projection->source->n * projection->target->n;
  tally->every = (int)ceil(fmax(1.0, pairs / PAIRS));
  TRY(memory_new("weights", WEIGHTS, sizeof *tally->weight, &tally->weight));
  TRY(memory_new("in-degrees", (size_t)projection->target->n + 1, sizeof *tally->in_degree,
                 &tally->in_degree));
  for (int b = 0; b < projection->target->n_blocks && projection->block; b++)
    TRY(count_block(&place, projection, b, tally));
  if (place.sheet) add_pairs(&place, projection, tally);
  return STATUS_OK;
}

/* ---- what follows from the counts ---- */

static double ratio(double a, double b) { return b > 0 ? a / b : NAN; }

static double deviation(double n, double sum, double squares) {
  return n > 1 ? sqrt(fmax(0, squares - sum * sum / n) / (n - 1)) : NAN;
}

static void put_weights(const struct projection *projection, const struct tally *tally,
                        struct probe_pathway *out) {
  double n = 0, sum = 0, squares = 0, log_n = 0, log_sum = 0, log_squares = 0, cubes = 0;
  for (int w = 0; w < WEIGHTS; w++) {
    double count = tally->weight[w], nS = w * projection->weight_quantum_nS;
    n += count;
    sum += count * nS;
    squares += count * nS * nS;
    if (w == 0 || count == 0) continue;
    log_n += count;
    log_sum += count * log(nS);
    log_squares += count * log(nS) * log(nS);
  }
  out->weight = ratio(sum, n);
  out->weight_cv = deviation(n, sum, squares) / out->weight;
  out->weight_sigma = deviation(log_n, log_sum, log_squares);
  for (int w = 1; w < WEIGHTS; w++) {
    if (tally->weight[w] == 0) continue;
    double z = (log(w * projection->weight_quantum_nS) - log_sum / log_n) / out->weight_sigma;
    cubes += tally->weight[w] * z * z * z;
  }
  out->weight_skew = ratio(cubes, log_n);
}

static void put_degrees(const struct projection *projection, const struct tally *tally,
                        struct probe_pathway *out) {
  double squares = 0, targets = projection->target->n;
  for (int i = 0; i < projection->target->n; i++)
    squares += (double)tally->in_degree[i] * (double)tally->in_degree[i];
  out->synapses = (double)tally->n;
  out->in_degree = ratio((double)tally->n, targets);
  out->in_degree_cv = ratio(deviation(targets, (double)tally->n, squares), out->in_degree);
  out->out_degree = ratio((double)tally->n, projection->source->n);
  out->autapses = (double)tally->autapses;
  out->doubles = (double)tally->doubles;
}

static void put_delays(const struct probe *probe, const struct tally *tally, struct probe_pathway *out) {
  double dt_ms = probe->network->clock.dt_ms, n = (double)tally->n, m = (double)tally->distances;
  out->delay = ratio((double)tally->delay * dt_ms, n);
  out->delay_sd = deviation(n, (double)tally->delay, (double)tally->delay2) * dt_ms;
  double d = (double)tally->distance,
         covariance = (double)tally->distance_delay - ratio(d, m) * (double)tally->delay,
         variance = (double)tally->distance2 - ratio(d, m) * d;
  double ms_per_um = ratio(covariance, variance) * dt_ms * DISTANCE_STEPS;
  out->velocity = ms_per_um > 0 ? 1e-3 / ms_per_um : NAN;
}

/* A line through ln p against r² over the rings up to FIT_UM, weighted by connections; where p does not fall
 * there is no width. */
static double kernel_width(const struct tally *tally) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (int k = 0; (k + 1) * RING_UM <= FIT_UM; k++) {
    double c = (double)tally->connected[k], inner = k * RING_UM, outer = inner + RING_UM;
    double r2 = 0.5 * (inner * inner + outer * outer); /* mean over the ring */
    if (c < 5) continue;
    double log_p = log(c / (double)tally->possible[k]);
    n += c;
    x += c * r2;
    y += c * log_p;
    xx += c * r2 * r2;
    xy += c * r2 * log_p;
  }
  double slope = ratio(xy - ratio(x, n) * y, xx - ratio(x, n) * x);
  return slope < 0 ? sqrt(-0.5 / slope) : NAN;
}

static void put_distances(const struct tally *tally, struct probe_pathway *out) {
  double far = 0, far_possible = 0;
  for (int k = (int)(200 / RING_UM); k < (int)(300 / RING_UM); k++) {
    far += (double)tally->connected[k];
    far_possible += (double)tally->possible[k];
  }
  double *within[3] = {&out->p_50um, &out->p_100um, &out->p_200um};
  for (int k = 0; k < 3; k++) *within[k] = ratio((double)tally->near[k], (double)tally->near_possible[k]);
  out->p_far = ratio(far, far_possible);
  out->kernel_width = kernel_width(tally);
}

/* ---- pairs that are connected both ways ---- */

struct both {
  int64_t n, reciprocal;
  double expected;
  uint8_t *reverse; /* one bit per pair: target i of the pathway is connected to its source j */
};

static bool bit_of(const uint8_t *bits, size_t k) { return bits[k / 8] >> (k % 8) & 1; }

static enum status mark_reverse(const struct projection *reverse, size_t row, uint8_t *bits) {
  for (int b = 0; b < reverse->target->n_blocks; b++) {
    struct edge *edges = NULL;
    size_t n;
    TRY(projection_edges(reverse, b, &edges, &n));
    for (size_t e = 0; e < n; e++) {
      size_t k = (size_t)edges[e].source * row + edges[e].target;
      bits[k / 8] |= (uint8_t)(1u << (k % 8));
    }
    memory_free(edges);
  }
  return STATUS_OK;
}

static enum status compare(const struct probe *probe, const struct projection *projection,
                           const struct tally *back, struct both *both) {
  struct place place = place_of(probe, projection);
  int64_t per_ring[RINGS] = {0};
  size_t row = (size_t)projection->source->n;
  for (int b = 0; b < projection->target->n_blocks; b++) {
    struct edge *edges = NULL;
    size_t n;
    TRY(projection_edges(projection, b, &edges, &n));
    for (size_t e = 0; e < n; e++) {
      both->reciprocal += bit_of(both->reverse, (size_t)edges[e].target * row + edges[e].source);
      per_ring[ring_of(distance_um(&place, projection, edges[e].source, edges[e].target))]++;
    }
    both->n += (int64_t)n;
    memory_free(edges);
  }
  for (int k = 0; k < RINGS; k++) {
    if (back->possible[k] > 0)
      both->expected += (double)per_ring[k] * (double)back->connected[k] / (double)back->possible[k];
  }
  return STATUS_OK;
}

static enum status put_reciprocal(struct probe *probe, int k, const struct tally *tallies) {
  const struct projection *projection = probe->network->projection[k], *reverse = NULL;
  struct probe_pathway *out = &probe->pathway[k];
  struct both both = {0};
  out->reciprocal = out->reciprocal_excess = NAN;
  for (int j = 0; j < probe->network->n_projections; j++) {
    const struct projection *other = probe->network->projection[j];
    if (other->source == projection->target && other->target == projection->source) reverse = other;
  }
  bool local = place_of(probe, projection).sheet != NULL;
  if (!reverse || !reverse->block || !projection->block || !local) return STATUS_OK;
  size_t pairs = (size_t)projection->source->n * (size_t)projection->target->n;
  TRY(memory_new("pairs", pairs / 8 + 1, 1, &both.reverse));
  enum status status = mark_reverse(reverse, (size_t)projection->source->n, both.reverse);
  if (status == STATUS_OK) status = compare(probe, projection, &tallies[reverse->index], &both);
  memory_free(both.reverse);
  out->reciprocal = ratio((double)both.reciprocal, (double)both.n);
  out->reciprocal_excess = ratio((double)both.reciprocal, both.expected);
  return status;
}

static enum status count_pathways(struct probe *probe, struct tally *tallies) {
  for (int k = 0; k < probe->network->n_projections; k++) {
    const struct projection *projection = probe->network->projection[k];
    if (!probe->pathway[k].chosen) continue;
    TRY(count_pathway(probe, projection, &tallies[k]));
    put_degrees(projection, &tallies[k], &probe->pathway[k]);
    put_weights(projection, &tallies[k], &probe->pathway[k]);
    put_delays(probe, &tallies[k], &probe->pathway[k]);
    put_distances(&tallies[k], &probe->pathway[k]);
  }
  for (int k = 0; k < probe->network->n_projections; k++) {
    if (probe->pathway[k].chosen) TRY(put_reciprocal(probe, k, tallies));
  }
  return STATUS_OK;
}

enum status probe_count(struct probe *probe) {
  struct tally *tallies = NULL;
  size_t n = (size_t)probe->network->n_projections;
  probe_count_cells(probe);
  TRY(memory_new("tallies", n + 1, sizeof *tallies, &tallies));
  enum status status = count_pathways(probe, tallies);
  for (size_t k = 0; k < n; k++) {
    memory_free(tallies[k].weight);
    memory_free(tallies[k].in_degree);
  }
  memory_free(tallies);
  return status;
}
