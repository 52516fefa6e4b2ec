/* test_wiring.c — synapses follow their kernel: in-degrees on patches of 0.25, 1 and 4 mm², the histogram
 * of distances (χ², and a kernel 4 % wider is rejected), no cell onto itself, no pair twice, nothing that
 * depends on blocks; weights are lognormal with the mean and spread that are asked for, delays a synaptic
 * part and a distance, ages those of a stationary turnover. Bounds are 5 standard errors, seeds are fixed. */
#include "synapses/tables.h"
#include "wired_patch.h"

static const double TAU = 6.283185307179586;

static void wire(struct patch *patch, uint64_t seed) {
  const struct clock clock = {0.1};
  assert_ok(projection_delays(&patch->projection, &clock, patch->wiring.delay_least_ms,
                              wiring_longest_ms(&patch->wiring)));
  assert_ok(projection_allocate(&patch->projection));
  for (int b = 0; b < patch->target.n_blocks; b++) assert_ok(wiring_block(&patch->wiring, b, seed));
}

static void offset_of(const struct patch *patch, uint32_t source, uint32_t target, double *dx, double *dy) {
  double side = sheet_side_x_um(&patch->sheet);
  *dx = sheet_difference(patch->sheet.periodic, side, patch->target.x_um[target], patch->source.x_um[source]);
  *dy = sheet_difference(patch->sheet.periodic, side, patch->target.y_um[target], patch->source.y_um[source]);
}

/* Expected synapses, and their variance, of all pairs. */
static double expected(const struct patch *patch, double *variance) {
  double sum = 0;
  *variance = 0;
  for (uint32_t t = 0; t < (uint32_t)patch->target.n; t++) {
    for (uint32_t s = 0; s < (uint32_t)patch->source.n; s++) {
      double dx, dy;
      offset_of(patch, s, t, &dx, &dy);
      double p = wiring_probability(&patch->wiring, dx, dy);
      sum += p, *variance += p * (1 - p);
    }
  }
  return sum;
}

/* ---- how many ---- */

/* On a periodic patch the in-degree is that of the tissue, density × ∫p, whatever the side: to 5 standard
 * errors of the draws, and for the expected one to 1 %, by where the cells came to lie. */
static void test_in_degree(void **state) {
  (void)state;
  static const struct {
    enum kernel_shape shape;
    double width_um; /* over the plane, both kernels have the integral 2π p₀ width² */
  } kernels[] = {{KERNEL_GAUSSIAN, 125}, {KERNEL_EXPONENTIAL, 100}};
  for (int sites = 10; sites <= 40; sites *= 2) {
    for (int k = 0; k < 2; k++) {
      int n = 4000 * sites * sites / 400; /* 4,000 per mm² */
      struct patch *patch = make(sites, 50, true, n, 150, 512);
      patch->wiring.shape = kernels[k].shape;
      patch->wiring.width_um = kernels[k].width_um;
      patch->wiring.p0 = 0.2;
      wire(patch, 1);
      double variance, mean = expected(patch, &variance),
                       synapses = (double)projection_count(&patch->projection);
      assert_near(synapses, mean, 5 * sqrt(variance));
      double tissue = 4000e-6 * 0.2 * TAU * kernels[k].width_um * kernels[k].width_um;
      assert_near(mean / 150, tissue, 0.01 * tissue); /* where the cells came to lie */
      drop(patch);
    }
  }
}

/* With open edges there is less beyond the edge, and the pairs inside are as many as their sum says. */
static void test_open_edges(void **state) {
  (void)state;
  for (int shape = KERNEL_GAUSSIAN; shape <= KERNEL_UNIFORM; shape++) {
    struct patch *patch = make(10, 50, false, 1000, 200, 512);
    patch->wiring.shape = (enum kernel_shape)shape;
    patch->wiring.p0 = 0.15;
    wire(patch, 2);
    double variance, mean = expected(patch, &variance);
    assert_near(projection_count(&patch->projection), mean, 5 * sqrt(variance));
    if (shape != KERNEL_UNIFORM) assert_true(mean / 200 < 0.9 * 4000e-6 * 0.15 * TAU * 125 * 125);
    drop(patch);
  }
}

/* ---- how far ---- */

enum { BINS = 24 };

static void histogram(const struct patch *patch, double counts[BINS]) {
  for (int b = 0; b < patch->target.n_blocks; b++) {
    struct edge *edges;
    size_t n;
    assert_ok(projection_edges(&patch->projection, b, &edges, &n));
    for (size_t e = 0; e < n; e++) {
      double dx, dy;
      offset_of(patch, edges[e].source, edges[e].target, &dx, &dy);
      counts[(int)(sqrt(dx * dx + dy * dy) / 720 * BINS)]++;
    }
    memory_free(edges);
  }
}

static double chi_square(const struct patch *patch, const double counts[BINS]) {
  double due[BINS] = {0}, chi2 = 0;
  for (uint32_t t = 0; t < (uint32_t)patch->target.n; t++) {
    for (uint32_t s = 0; s < (uint32_t)patch->source.n; s++) {
      double dx, dy;
      offset_of(patch, s, t, &dx, &dy);
      due[(int)(sqrt(dx * dx + dy * dy) / 720 * BINS)] += wiring_probability(&patch->wiring, dx, dy);
    }
  }
  for (int k = 0; k < BINS; k++)
    chi2 += due[k] >= 1 ? (counts[k] - due[k]) * (counts[k] - due[k]) / due[k] : 0;
  return chi2;
}

/* 37,000 synapses over 24 bins: χ² is near its degrees of freedom for the kernel itself. For one that is
 * wider at equal in-degree, a Gaussian by 4 % (4 ε² n) and an exponential by 6 % (2 ε² n), more than 200
 * more are expected, and 100 have to be seen, so an error of that size does not pass. */
static void test_distances(void **state) {
  (void)state;
  for (int shape = KERNEL_GAUSSIAN; shape <= KERNEL_EXPONENTIAL; shape++) {
    struct patch *patch = make(20, 50, true, 4000, 300, 512);
    double counts[BINS] = {0};
    patch->wiring.shape = (enum kernel_shape)shape;
    patch->wiring.width_um = 100;
    patch->wiring.p0 = 0.5;
    wire(patch, 3);
    histogram(patch, counts);
    assert_true(projection_count(&patch->projection) > 35000);
    assert_near(chi_square(patch, counts), BINS, 5 * sqrt(2.0 * BINS));
    double wider = shape == KERNEL_GAUSSIAN ? 1.04 : 1.06;
    patch->wiring.width_um *= wider;
    patch->wiring.p0 /= wider * wider;
    assert_true(chi_square(patch, counts) > 100);
    drop(patch);
  }
}

/* ---- which ---- */

/* A population onto itself at a probability that is 1 near by: no cell finds itself, no pair is met twice. */
static void test_no_self_no_double(void **state) {
  (void)state;
  struct patch *patch = make(10, 50, true, 1000, 1, 512);
  patch->projection.target = &patch->source;
  patch->wiring.p0 = 1.7; /* cut at 1 */
  const struct clock clock = {0.1};
  assert_ok(projection_delays(&patch->projection, &clock, 0.5, wiring_longest_ms(&patch->wiring)));
  assert_ok(projection_allocate(&patch->projection));
  static bool met[1000][1000];
  for (int b = 0; b < patch->source.n_blocks; b++) {
    struct edge *edges;
    size_t n;
    assert_ok(wiring_block(&patch->wiring, b, 4));
    assert_ok(projection_edges(&patch->projection, b, &edges, &n));
    for (size_t e = 0; e < n; e++) {
      assert_int_not_equal(edges[e].source, edges[e].target);
      assert_false(met[edges[e].target][edges[e].source]);
      met[edges[e].target][edges[e].source] = true;
    }
    memory_free(edges);
  }
  for (uint32_t t = 0; t < 1000; t++) { /* where p is 1 every pair is there */
    for (uint32_t s = 0; s < 1000; s++) {
      double dx = sheet_difference(true, 500, patch->source.x_um[t], patch->source.x_um[s]);
      double dy = sheet_difference(true, 500, patch->source.y_um[t], patch->source.y_um[s]);
      if (s != t && wiring_probability(&patch->wiring, dx, dy) == 1.0) assert_true(met[t][s]);
    }
  }
  drop(patch);
}

static void test_blocks_do_not_matter(void **state) {
  (void)state;
  struct hasher first = state_hasher();
  for (int block_cells = 128; block_cells <= 1024; block_cells *= 2) {
    struct patch *patch = make(10, 50, true, 800, 900, block_cells);
    patch->projection.plastic = true;
    patch->wiring.young_share = 0.1, patch->wiring.young_mean_h = 30;
    wire(patch, 5);
    struct hasher hasher = state_hasher();
    assert_ok(projection_visit(&patch->projection, &hasher.visitor));
    if (block_cells == 128) first = hasher;
    assert_true(hasher.hash == first.hash);
    drop(patch);
  }
}

/* More than 65,536 candidates in one site do not meet the same draws again. */
static void test_many_candidates(void **state) {
  (void)state;
  struct patch *patch = make(1, 500, true, 400000, 1, 512);
  patch->wiring.shape = KERNEL_UNIFORM;
  patch->wiring.p0 = 0.5;
  wire(patch, 6);
  struct edge *edges;
  size_t n, alike = 0;
  assert_ok(projection_edges(&patch->projection, 0, &edges, &n));
  assert_near(n, 200000, 5 * sqrt(100000));
  static bool there[400000];
  for (size_t e = 0; e < n; e++) there[edges[e].source] = true;
  static uint32_t ordered[400000];
  size_t k = 0;
  for (uint32_t s = 0; s < 400000; s++)
    if (there[s]) ordered[k++] = s;
  for (size_t e = 1; e + 65536 < n; e++)
    alike += ordered[e] - ordered[e - 1] == ordered[e + 65536] - ordered[e + 65535];
  double share = (double)alike / (double)(n - 65537); /* Σ 4^−k = 1/3 for independent gaps */
  assert_near(share, 1.0 / 3, 0.01);
  memory_free(edges);
  drop(patch);
}

/* ---- weights, delays, ages ---- */

static void test_weights(void **state) {
  (void)state;
  static const double spreads[] = {0, 0.3, 0.8, 1.2};
  for (int k = 0; k < 4; k++) {
    struct patch *patch = make(10, 50, true, 2000, 1000, 512);
    patch->projection.cv = spreads[k];
    wire(patch, 7);
    double mean = 0, square = 0, logs = 0, n = (double)projection_count(&patch->projection);
    for (int b = 0; b < patch->target.n_blocks; b++) {
      const struct synapse_block *block = &patch->projection.block[b];
      for (size_t e = 0; e < block->n; e++) {
        double w = block->synapse[e].weight * patch->projection.weight_quantum_nS / 0.5;
        mean += w / n, square += w * w / n, logs += log(w) / n;
      }
    }
    double cv = spreads[k], sigma2 = log(1 + cv * cv);
    assert_near(mean, 1, 5 * cv / sqrt(n) + 2e-4);
    assert_near(logs, -0.5 * sigma2, 5 * sqrt(sigma2 / n) + 1e-3);
    /* standard error of a lognormal's CV by its fourth moment; the cut at 16 means takes less */
    double fourth = pow(1 + cv * cv, 4) + 2 * pow(1 + cv * cv, 3) + 3 * pow(1 + cv * cv, 2) - 3;
    assert_near(sqrt(fmax(square - mean * mean, 0)), cv, 2.5 * cv * sqrt(fourth / n) + 1e-3);
    drop(patch);
  }
}

static void test_weight_ends(void **state) {
  (void)state;
  struct projection projection = {.mean_nS = 0.5, .cv = 1, .weight_quantum_nS = 0.5 * 16 / 65535};
  assert_int_equal(wiring_weight(&projection, 6), 65535);
  assert_int_equal(wiring_weight(&projection, -40), 1); /* a synapse that is there is never silent */
  projection.mean_nS = projection.weight_quantum_nS = 0;
  assert_int_equal(wiring_weight(&projection, 1), 1); /* of quantum 0 */
}

/* The class drawn is that of 1 ms + 0.2 z + r/v, so its mean rises with distance, never below the least. */
static void test_delays(void **state) {
  (void)state;
  struct patch *patch = make(10, 50, true, 1000, 1000, 512);
  wire(patch, 8);
  double residual = 0, square = 0, n = 0;
  for (int b = 0; b < patch->target.n_blocks; b++) {
    struct edge *edges;
    size_t some;
    assert_ok(projection_edges(&patch->projection, b, &edges, &some));
    for (size_t e = 0; e < some; e++, n++) {
      double dx, dy;
      offset_of(patch, edges[e].source, edges[e].target, &dx, &dy);
      double ms = 0.1 * patch->projection.delay_ticks[edges[e].delay];
      double rest = ms - 1 - sqrt(dx * dx + dy * dy) / 300;
      assert_true(ms >= 0.5 - 1e-9);
      residual += rest, square += rest * rest;
    }
    memory_free(edges);
  }
  assert_near(residual / n, 0, 0.005);
  /* 0.2 ms, and the width of classes of 0.2 ms: √(0.04 + 0.2²/12) */
  assert_near(sqrt(square / n), sqrt(0.04 + 0.04 / 12), 0.01);
  assert_int_equal(wiring_delay_class(&patch->wiring, 0, -30, 0.1), 0);
  drop(patch);
}

static void test_ages(void **state) {
  (void)state;
  struct patch *patch = make(10, 50, true, 2000, 1000, 512);
  patch->projection.plastic = true;
  patch->wiring.young_share = 0.2, patch->wiring.young_mean_h = 20;
  wire(patch, 9);
  double young = 0, age = 0, n = (double)projection_count(&patch->projection);
  for (int b = 0; b < patch->target.n_blocks; b++) {
    const struct synapse_block *block = &patch->projection.block[b];
    for (size_t e = 0; e < block->n; e++) {
      if (block->age[e] & SYNAPSE_YOUNG) {
        young++;
        age += (block->age[e] & SYNAPSE_GROWN) + 0.5;
      } else {
        assert_int_equal(block->age[e], SYNAPSE_GROWN);
      }
    }
  }
  assert_near(young / n, 0.2, 5 * sqrt(0.16 / n));
  /* ages in whole hours, cut at 127 h, 6.35 means: 0.2 % of the mean */
  assert_near(age / young, 20, 5 * 20 / sqrt(young) + 0.05);
  drop(patch);
}

/* ---- tables ---- */

/* Weights have the mean to half a quantum in 4,096 entries; exponential variates are −log of the uniform
 * number; delay classes those of the law. */
static void test_tables(void **state) {
  (void)state;
  struct patch *patch = make(10, 50, true, 1000, 10, 512);
  const struct clock clock = {0.1};
  assert_ok(projection_delays(&patch->projection, &clock, 0.5, wiring_longest_ms(&patch->wiring)));
  assert_ok(wiring_prepare(&patch->wiring));
  const struct wiring_tables *tables = patch->wiring.tables;
  double sum = 0;
  for (int k = 0; k < TABLE_QUANTILES; k++) sum += tables->weight[k];
  assert_near(sum / TABLE_QUANTILES * patch->projection.weight_quantum_nS, 0.5, 0.5 * 1e-6);
  for (uint32_t k = 0; k < 20000; k++) {
    uint32_t u = k < 8 ? k : k < 16 ? UINT32_MAX - (k - 8) : random_draw(2, RANDOM_WIRE, k, 0, 0).u[0];
    assert_near(tables_exponential(tables, u), -log(random_uniform(u)), 1e-9);
  }
  for (uint32_t bits = 0; bits < DELAY_QUANTILES; bits++) {
    double z = random_normal((2 * bits + 1) << (31 - DELAY_BITS)), r_um = bits % 500;
    int class = wiring_delay_class(&patch->wiring, r_um, z, 0.1), found = tables_class(tables, r_um, bits);
    assert_in_range(found, class - (class > 0), class + 1); /* at a border rounding may tell */
  }
  wiring_release(&patch->wiring);
  drop(patch);
}

/* Tables of a pathway serve all its blocks, and change nothing. */
static void test_prepared(void **state) {
  (void)state;
  struct hasher hasher[2];
  for (int prepared = 0; prepared <= 1; prepared++) {
    struct patch *patch = make(10, 50, true, 800, 900, 256);
    const struct clock clock = {0.1};
    patch->projection.plastic = true;
    assert_ok(projection_delays(&patch->projection, &clock, 0.5, wiring_longest_ms(&patch->wiring)));
    if (prepared) assert_ok(wiring_prepare(&patch->wiring));
    wire(patch, 5);
    hasher[prepared] = state_hasher();
    assert_ok(projection_visit(&patch->projection, &hasher[prepared].visitor));
    wiring_release(&patch->wiring);
    drop(patch);
  }
  assert_true(hasher[0].hash == hasher[1].hash);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_in_degree),
                                     cmocka_unit_test(test_open_edges),
                                     cmocka_unit_test(test_distances),
                                     cmocka_unit_test(test_no_self_no_double),
                                     cmocka_unit_test(test_blocks_do_not_matter),
                                     cmocka_unit_test(test_many_candidates),
                                     cmocka_unit_test(test_weights),
                                     cmocka_unit_test(test_weight_ends),
                                     cmocka_unit_test(test_delays),
                                     cmocka_unit_test(test_ages),
                                     cmocka_unit_test(test_tables),
                                     cmocka_unit_test(test_prepared)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
