/* test_static_weights.c — the weights of static synapses, as a spike of each source brings them to each
 * target, are the same numbers whatever the threads, ranks and blocks, and are what source and target give
 * by the law of projection.h. Their quantiles have the mean and SD that are asked for and stand in an order
 * without correlation; no weight changes its sign. Over the targets of a source mean and SD are exact; over
 * the sources of a target, and between two targets or two sources, weights are as independent as drawn ones
 * (targets whose numbers agree modulo 1,024 have equal ones). Bounds are 5 standard errors, seeds fixed. */
#include "core/fixed_pathway.h"
#include "synapses/random_wiring.h"
#include <stdlib.h>

enum { SOURCES = 700, SINGLE = 2100, PAIR = 500, TARGETS = SINGLE + PAIR, DELAY = 15 };

static const double MEAN = -351.24, SD = 35.124, SECOND = 12.5;

struct shape {
  int threads, ranks, block_cells;
};
static const struct shape shapes[] = {{1, 1, 1024}, {1, 1, 128}, {2, 1, 256}, {3, 1, 128},
                                      {1, 3, 512},  {3, 2, 384}, {2, 3, 128}};

/* ---- what spikes bring ---- */

static void pathway(struct network *network, struct population *source, struct population *target) {
  struct projection *projection;
  const struct random_wiring wiring = {.rule = RULE_PAIRWISE,
                                       .p = 1,
                                       .weight = MEAN,
                                       .weight_sd = SD,
                                       .second = SECOND,
                                       .delay_ms = 0.1 * DELAY};
  assert_ok(network_projection(network, source, target, &projection));
  snprintf(projection->name, sizeof projection->name, "%s_to_%s", source->name, target->name);
  assert_ok(random_wiring_set(projection, &wiring, &network->clock, network->seed));
}

/* Every source on every target; targets with one lane and with two, so every owner has two arenas. */
static struct network *make(const struct shape *shape, uint64_t seed) {
  struct network *network;
  assert_ok(network_new((struct clock){0.1}, seed, &network));
  struct population *source = deaf_population(network, "source", SOURCES, 1, shape->block_cells),
                    *single = deaf_population(network, "single", SINGLE, 1, shape->block_cells),
                    *pair = deaf_population(network, "pair", PAIR, 2, shape->block_cells);
  pathway(network, source, single);
  pathway(network, source, pair);
  assert_ok(network_connect(network, shape->threads, shape->ranks));
  assert_ok(network_draw(network));
  network_set_quanta(network, 1);
  return network;
}

/* Take what stands at the ports of a population. */
static void take(const struct population *population, int32_t *out) {
  int lanes = population->port[0].lanes;
  for (int i = 0; i < population->n; i++) {
    const struct block *block = &population->block[i / population->block_cells];
    int32_t *port = block->port[0] + lanes * (i % population->block_cells);
    out[i] = port[0];
    port[0] = 0;
    if (lanes == 1) continue;
    assert_near(port[1] * population->port[0].quantum[1], SECOND, population->port[0].quantum[1]);
    port[1] = 0;
  }
}

/* Counts that source j brings to target i: out[j × TARGETS + i]. */
static int32_t *counts_of(struct network *network) {
  int32_t *out;
  assert_ok(memory_new("counts", (size_t)SOURCES * TARGETS, sizeof *out, &out));
  for (uint32_t j = 0; j < SOURCES; j++) {
    for (int a = 0; a < network->n_arenas; a++) {
      struct arena *arena = &network->arena[a];
      for (int k = 0; arena->sibling == 0 && k < network->n_bundles; k++) {
        if (arena->synapses[k].n) arena_send(arena, &network->bundle[k], k, j, 0, 0);
      }
    }
    for (int a = 0; a < network->n_arenas; a++) {
      if (network->arena[a].slots) arena_arrive(&network->arena[a], network->bundle, DELAY + PROJECTION_LAG);
    }
    take(network->population[1], out + (size_t)j * TARGETS);
    take(network->population[2], out + (size_t)j * TARGETS + SINGLE);
  }
  return out;
}

/* The weights that were asked for, [source][target]. */
static double *weights_of(struct network *network) {
  double *out;
  int32_t *counts = counts_of(network);
  assert_ok(memory_new("weights", (size_t)SOURCES * TARGETS, sizeof *out, &out));
  for (size_t e = 0; e < (size_t)SOURCES * TARGETS; e++) {
    const struct population *population = network->population[e % TARGETS < SINGLE ? 1 : 2];
    out[e] = counts[e] * population->port[0].quantum[0];
  }
  memory_free(counts);
  return out;
}

static void test_shapes(void **state) {
  (void)state;
  int32_t *wanted = NULL;
  for (int s = 0; s < COUNT_OF(shapes); s++) {
    struct network *network = make(&shapes[s], 17);
    int32_t *counts = counts_of(network);
    if (wanted)
      assert_memory_equal(counts, wanted, sizeof *counts * SOURCES * TARGETS);
    else
      wanted = counts;
    if (counts != wanted) memory_free(counts);
    network_free(network);
  }
  memory_free(wanted);
  assert_int_equal(memory_in_use(), 0);
}

static void test_law(void **state) {
  (void)state;
  struct network *network = make(&shapes[2], 17);
  double *weight = weights_of(network);
  for (uint32_t j = 0; j < SOURCES; j++) {
    for (uint32_t i = 0; i < TARGETS; i++) {
      const struct population *target = network->population[i < SINGLE ? 1 : 2];
      const struct static_pathway *fixed = network->projection[i < SINGLE ? 0 : 1]->fixed;
      int w = fixed_weight(fixed, j, i < SINGLE ? i : i - SINGLE);
      assert_near(weight[j * TARGETS + i], (double)fixed->weight[w], 0.5001 * target->port[0].quantum[0]);
      assert_true(weight[j * TARGETS + i] < 0);
    }
  }
  memory_free(weight);
  network_free(network);
}

/* ---- statistics ---- */

struct moments {
  double mean, sd;
};

static struct moments moments_of(const double *value, int n, int stride) {
  double sum = 0, square = 0;
  for (int k = 0; k < n; k++) sum += value[(size_t)k * (size_t)stride];
  for (int k = 0; k < n; k++) square += pow(value[(size_t)k * (size_t)stride] - sum / n, 2);
  return (struct moments){sum / n, sqrt(square / n)};
}

static double correlation(const double *a, const double *b, int n, int stride) {
  struct moments p = moments_of(a, n, stride), q = moments_of(b, n, stride);
  double sum = 0;
  for (size_t k = 0; k < (size_t)n * (size_t)stride; k += (size_t)stride)
    sum += (a[k] - p.mean) * (b[k] - q.mean);
  return sum / n / p.sd / q.sd;
}

/* 1,024 targets in a row have every quantile once; so any two sources differ in nothing but the order. */
static void test_of_a_source(void **state) {
  (void)state;
  struct network *network = make(&shapes[0], 17);
  double *weight = weights_of(network);
  int alike = 0, pairs = 0;
  for (int j = 0; j < SOURCES; j++) {
    const double *own = weight + (size_t)j * TARGETS;
    for (int first = 0; first + STATIC_WEIGHTS <= SINGLE; first += 500) {
      struct moments moments = moments_of(own + first, STATIC_WEIGHTS, 1);
      assert_near(moments.mean, MEAN, 1e-5 * fabs(MEAN));
      assert_near(moments.sd, SD, 1e-5 * SD);
    }
    for (int other = 0; other < j; other += 7, pairs++) {
      double r = correlation(own, weight + (size_t)other * TARGETS, STATIC_WEIGHTS, 1);
      bool same = r > 0.999; /* the same shift, by chance */
      alike += same;
      if (!same) assert_near(r, 0, 5 / sqrt(STATIC_WEIGHTS));
    }
  }
  double due = pairs / (double)STATIC_WEIGHTS;
  assert_near(alike, due, 5 * sqrt(due));
  memory_free(weight);
  network_free(network);
}

/* Weights of one target come from quantiles that are picked independently; those of two targets are pairs of
 * a random order, so beside the error of 700 sources stands that of the order itself, 1/√1,024. */
static void test_of_a_target(void **state) {
  (void)state;
  struct network *network = make(&shapes[0], 17);
  double *weight = weights_of(network), mean = 0, square = 0;
  double below[8] = {0}, error = sqrt(1.0 / SOURCES + 1.0 / STATIC_WEIGHTS);
  int pairs = 0;
  for (int i = 0; i < TARGETS; i++) {
    struct moments moments = moments_of(weight + i, SOURCES, TARGETS);
    assert_near(moments.mean, MEAN, 5 * SD / sqrt(SOURCES));
    assert_near(moments.sd, SD, 5 * SD / sqrt(2.0 * SOURCES));
  }
  static const int steps[] = {1, 2, 3, 16, 128, 511, 512, 1000, 1023, 1025, 1500};
  for (int s = 0; s < COUNT_OF(steps); s++) {
    for (int i = 0; i + steps[s] < SINGLE; i += 97, pairs++) {
      double r = correlation(weight + i, weight + i + steps[s], SOURCES, TARGETS);
      assert_near(r, 0, 5 * error);
      mean += r, square += r * r;
    }
  }
  assert_near(mean / pairs, 0, 5 / sqrt(STATIC_WEIGHTS * (double)COUNT_OF(steps)));
  assert_between(sqrt(square / pairs), 0.5 * error, 1.5 * error);
  /* octiles of a normal distribution, over the sources of one target */
  static const double octile[7] = {-1.15035, -0.67449, -0.31864, 0, 0.31864, 0.67449, 1.15035};
  for (int j = 0; j < SOURCES; j++) {
    int bin = 0;
    while (bin < 7 && weight[(size_t)j * TARGETS + 77] > MEAN + SD * octile[bin]) bin++;
    below[bin]++;
  }
  for (int bin = 0; bin < 8; bin++) assert_near(below[bin], SOURCES / 8.0, 5 * sqrt(SOURCES * 7.0 / 64));
  memory_free(weight);
  network_free(network);
}

/* ---- quantiles ---- */

static struct static_pathway fixed_of(double weight, double sd, uint64_t seed) {
  static const struct clock clock = {0.1};
  struct population cells = {.name = "cells", .n = 10};
  struct projection projection = {.name = "a", .source = &cells, .target = &cells};
  const struct random_wiring wiring = {
      .rule = RULE_IN_DEGREE, .weight = weight, .weight_sd = sd, .second = 0.25, .delay_ms = 1.5};
  assert_ok(random_wiring_set(&projection, &wiring, &clock, seed));
  struct static_pathway fixed = *projection.fixed;
  projection_free(&projection);
  return fixed;
}

static int by_value(const void *a, const void *b) {
  double p = *(const double *)a, q = *(const double *)b;
  return p < q ? -1 : p > q;
}

static void test_quantiles(void **state) {
  (void)state;
  static const double rows[][2] = {{0.5, 0.05}, {-351.24, 35.124}, {87.81, 8.781}};
  for (int k = 0; k < COUNT_OF(rows); k++) {
    struct static_pathway fixed = fixed_of(rows[k][0], rows[k][1], 17), other = fixed_of(rows[k][0], 1, 18);
    double value[2 * STATIC_WEIGHTS];
    assert_int_equal(fixed.n_weights, STATIC_WEIGHTS);
    assert_true((double)fixed.second == 0.25 && fixed.salt != other.salt);
    for (int w = 0; w < 2 * STATIC_WEIGHTS; w++) {
      value[w] = ((double)fixed.weight[w % STATIC_WEIGHTS] - rows[k][0]) / rows[k][1];
      assert_true((double)fixed.weight[w % STATIC_WEIGHTS] * rows[k][0] > 0);
    }
    struct moments moments = moments_of(value, STATIC_WEIGHTS, 1);
    assert_near(moments.mean, 0, 1e-5);
    assert_near(moments.sd, 1, 1e-5);
    for (int lag = 1; lag < STATIC_WEIGHTS; lag++) /* around the ring */
      assert_near(correlation(value, value + lag, STATIC_WEIGHTS, 1), 0, 5 / sqrt(STATIC_WEIGHTS));
    qsort(value, STATIC_WEIGHTS, sizeof *value, by_value);
    for (int w = 0; w < STATIC_WEIGHTS; w++) { /* 0.3 %: spread to make the SD exact */
      double share = 0.5 * erfc(-value[w] / sqrt(2));
      assert_near(share, (w + 0.5) / STATIC_WEIGHTS, 1e-3);
      if (w) assert_true(value[w] > value[w - 1]);
    }
  }
  assert_int_equal(memory_in_use(), 0);
}

/* A spread as large as the mean: what would change its sign is nothing. Without spread: one weight. */
static void test_sign(void **state) {
  (void)state;
  for (int sign = -1; sign <= 1; sign += 2) {
    struct static_pathway fixed = fixed_of(2.0 * sign, 2, 17);
    int silent = 0;
    for (int w = 0; w < STATIC_WEIGHTS; w++) {
      assert_true(fixed.weight[w] * (float)sign >= 0);
      silent += fixed.weight[w] == 0;
    }
    assert_near(silent, 0.1587 * STATIC_WEIGHTS, 1); /* a normal number is below −1 SD */
    fixed = fixed_of(2.0 * sign, 0, 17);
    assert_int_equal(fixed.n_weights, 1);
    assert_true(fixed.weight[0] == 2.0f * (float)sign);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shapes),      cmocka_unit_test(test_law),
                                     cmocka_unit_test(test_of_a_source), cmocka_unit_test(test_of_a_target),
                                     cmocka_unit_test(test_quantiles),   cmocka_unit_test(test_sign)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
