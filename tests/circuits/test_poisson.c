/* test_poisson.c — background events of every cell are a Poisson train of its own rate: counts follow the
 * distribution (χ²), cells and ticks are independent, also in a last tile that is not full; a cell's factor
 * thins its train without moving another draw; nothing depends on blocks, no statistics on the step; rates
 * beyond what can be drawn are refused. Bounds are 5 standard errors, seeds are fixed. */
#include "drive/poisson.h"
#include "specimen.h"

static struct population make(int n, double rate_Hz, double spread, int block_cells) {
  struct population population = specimen(specimen_build(""), n);
  specimen_ready(&population, 0.1, block_cells);
  assert_ok(poisson_set(&population, rate_Hz, spread, 0.1));
  return population;
}

/* Events of one tick of all cells, in id order. */
static void draw(const struct population *population, int64_t tick, int32_t *events) {
  for (int b = 0; b < population->n_blocks; b++) {
    struct block *block = &population->block[b];
    memset(block->background, 0, sizeof(int32_t) * (size_t)block->padded);
    population->drive(population, b, 33, tick);
    memcpy(events + block->first, block->background, sizeof(int32_t) * (size_t)block->n);
  }
}

enum { CELLS = 300, MOST = 40 };

/* χ² of the counts per cell and tick against the Poisson distribution; counts of which fewer than 20 are due
 * are taken together with the next. */
static void check_distribution(const int64_t *seen, double mean, double n) {
  double chi2 = 0, p = exp(-mean), due = 0, found = 0;
  int classes = 0;
  for (int k = 0; k < MOST; k++) {
    due += p * n, found += (double)seen[k];
    p *= mean / (k + 1);
    if (due < 20) continue;
    chi2 += (found - due) * (found - due) / due;
    classes++;
    due = found = 0;
  }
  assert_true(classes >= 2);
  assert_near(chi2, classes - 1, 5 * sqrt(2.0 * classes));
}

static void test_counts(void **state) {
  (void)state;
  /* from an event in ten seconds to the largest rate; 300 cells: two full tiles and one of 44 */
  static const double rates[] = {0.1, 30, 800, 6000, 20000};
  for (int r = 0; r < COUNT_OF(rates); r++) {
    struct population population = make(CELLS, rates[r], 1.0, 512);
    int32_t events[CELLS];
    int64_t seen[2][MOST] = {{0}};
    double sum[2] = {0};
    const int ticks = 20000;
    for (int t = 0; t < ticks; t++) {
      draw(&population, t, events);
      for (int i = 0; i < CELLS; i++) {
        assert_true(events[i] < MOST);
        seen[i >= 256][events[i]]++;
        sum[i >= 256] += events[i];
      }
    }
    for (int part = 0; part < 2; part++) {
      double n = (double)ticks * (part ? 44 : 256), mean = rates[r] * 1e-4;
      assert_near(sum[part], n * mean, 5 * sqrt(n * mean));
      if (mean * n > 1000) check_distribution(seen[part], mean, n);
    }
    population_free(&population);
  }
}

/* Covariances of neighbours in a tile, of cells of different tiles, and of a cell with itself a tick
 * later. */
static void test_independence(void **state) {
  (void)state;
  struct population population = make(CELLS, 2000, 1.0, 512);
  int32_t last[CELLS] = {0}, now[CELLS];
  double near = 0, far = 0, later = 0, n = 0, mean = 0.2;
  for (int t = 0; t < 10000; t++) {
    draw(&population, t, now);
    for (int i = 0; i < 100; i++, n++) {
      near += (now[i] - mean) * (now[i + 1] - mean);
      far += (now[i] - mean) * (now[i + 128] - mean);
      if (t) later += (now[i] - mean) * (last[i] - mean);
    }
    memcpy(last, now, sizeof now);
  }
  assert_near(near, 0, 5 * mean * sqrt(n));
  assert_near(far, 0, 5 * mean * sqrt(n));
  assert_near(later, 0, 5 * mean * sqrt(n));
  population_free(&population);
}

/* A cell of factor f has rate f; the others keep every event. */
static void test_afferents_thin(void **state) {
  (void)state;
  struct population plain = make(CELLS, 500, 1.5, 512), changed = make(CELLS, 500, 1.5, 512);
  changed.block[0].afferents[7] = 0.5f;
  changed.block[0].afferents[200] = 1.5f;
  changed.block[0].afferents[290] = 0;
  double sum[4] = {0};
  const int ticks = 100000;
  int32_t a[CELLS], b[CELLS];
  for (int t = 0; t < ticks; t++) {
    draw(&plain, t, a);
    draw(&changed, t, b);
    sum[0] += a[7], sum[1] += b[7], sum[2] += b[200], sum[3] += b[290];
    assert_true(b[7] <= a[7] && b[200] >= a[200]); /* thinned from the same draws */
    a[7] = b[7], a[200] = b[200], a[290] = b[290];
    assert_memory_equal(a, b, sizeof a);
  }
  double mean = ticks * 500 * 1e-4;
  assert_near(sum[0], mean, 5 * sqrt(mean));
  assert_near(sum[1], 0.5 * mean, 5 * sqrt(0.5 * mean));
  assert_near(sum[2], 1.5 * mean, 5 * sqrt(1.5 * mean));
  assert_true(sum[3] == 0);
  population_free(&plain);
  population_free(&changed);
}

static void test_blocks_do_not_matter(void **state) {
  (void)state;
  int32_t first[1000], events[1000];
  for (int64_t tick = 0; tick < 500; tick += 7) {
    for (int block_cells = 128; block_cells <= 1024; block_cells *= 2) {
      struct population population = make(1000, 900, 1.2, block_cells);
      draw(&population, tick, block_cells == 128 ? first : events);
      if (block_cells > 128) assert_memory_equal(first, events, sizeof first);
      population_free(&population);
    }
  }
}

/* Counts in windows of 10 ms are the same Poisson variable whatever the step: mean and variance of n windows
 * within 5 standard errors, √(m/n) and √((m + 2 m²)/n). A deviation of 1 % in the mean (n m = 2.1e6 events)
 * or of 2 % in the variance would be found with a power above 0.99. */
static void test_step_does_not_matter(void **state) {
  (void)state;
  static const double steps[] = {0.05, 0.1, 0.5, 1};
  enum { WINDOWS = 1000 };
  for (int k = 0; k < 4; k++) {
    struct population population = specimen(specimen_build(""), CELLS);
    specimen_ready(&population, steps[k], 512);
    assert_ok(poisson_set(&population, 700, 1.0, steps[k]));
    int ticks = (int)(10 / steps[k] + 0.5);
    double sum = 0, square = 0, n = (double)WINDOWS * CELLS, m = 7;
    int32_t events[CELLS];
    for (int w = 0; w < WINDOWS; w++) {
      int32_t counts[CELLS] = {0};
      for (int t = 0; t < ticks; t++) {
        draw(&population, (int64_t)w * ticks + t, events);
        for (int i = 0; i < CELLS; i++) counts[i] += events[i];
      }
      for (int i = 0; i < CELLS; i++) sum += counts[i], square += (double)counts[i] * counts[i];
    }
    double mean = sum / n;
    assert_near(mean, m, 5 * sqrt(m / n));
    assert_near(square / n - mean * mean, m, 5 * sqrt((m + 2 * m * m) / n));
    population_free(&population);
  }
}

/* Changing the rate again and again holds one piece of memory. */
static void test_rate_can_change(void **state) {
  (void)state;
  struct population population = make(CELLS, 100, 1.5, 512);
  size_t held = memory_in_use();
  int32_t events[CELLS];
  assert_ok(poisson_set(&population, 0, 1.5, 0.1));
  for (int t = 0; t < 1000; t++) {
    draw(&population, t, events);
    for (int i = 0; i < CELLS; i++) assert_int_equal(events[i], 0);
  }
  assert_ok(poisson_set(&population, 3000, 1.5, 0.1));
  assert_int_equal(memory_in_use(), held);
  population_free(&population);
}

static void test_refused(void **state) {
  (void)state;
  struct population population = make(CELLS, 100, 1.5, 512);
  assert_fails(poisson_set(&population, -1, 1.5, 0.1), STATUS_CONFIG, "test/cells");
  assert_fails(poisson_set(&population, NAN, 1.5, 0.1), STATUS_CONFIG, "out of range");
  assert_fails(poisson_set(&population, 20001, 1.5, 0.1), STATUS_CONFIG, "20001");
  assert_fails(poisson_set(&population, 20000, 1.5, 1.0), STATUS_CONFIG, "per tick and cell");
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts),
                                     cmocka_unit_test(test_independence),
                                     cmocka_unit_test(test_afferents_thin),
                                     cmocka_unit_test(test_blocks_do_not_matter),
                                     cmocka_unit_test(test_step_does_not_matter),
                                     cmocka_unit_test(test_rate_can_change),
                                     cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
