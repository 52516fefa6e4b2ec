/* test_poisson.c — background events of every cell are a Poisson train of its own rate: counts follow the
 * distribution (χ²), cells and ticks are independent, also in a last tile that is not full; a cell's factor
 * thins its train without moving another draw; nothing depends on blocks or instruction sets, no
 * statistics on the step; events end
 * where they should; rates beyond what can be drawn are refused. Bounds are 5 standard errors, seeds are
 * fixed. */
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

enum { CELLS = 300, MOST = 64 };

/* χ² of the counts per cell and tick against the Poisson distribution; counts of which fewer than 20 are due
 * are taken together with the next, or with the last. */
static double chi_square(const int64_t *seen, double mean, double n, int *classes) {
  double chi2 = 0, p = exp(-mean), due = 0, found = 0, all = 0;
  *classes = 0;
  for (int k = 0; k < MOST; k++) {
    due += p * n, found += (double)seen[k], all += p;
    p *= mean / (k + 1);
    if (due < 20 || (1 - all) * n < 20) continue;
    chi2 += (found - due) * (found - due) / due;
    ++*classes;
    due = found = 0;
  }
  due += (1 - all) * n;
  return chi2 + (found - due) * (found - due) / due;
}

/* Mean, variance and distribution; false if the χ² test rejects at 5 standard deviations. */
static bool is_poisson(const int64_t *seen, double mean, double n) {
  int classes;
  double chi2 = chi_square(seen, mean, n, &classes);
  assert_true(classes >= 1);
  return fabs(chi2 - classes) <= 5 * sqrt(2.0 * classes);
}

/* From an event in ten seconds to the most that is drawn by superposition, and by inversion: 300 cells, two
 * full tiles and one of 44, which is no full group of 64 either. A rate that is 1 % off would be refused,
 * and is shown to be, wherever 1 % is ten standard errors of the mean. */
static void test_counts(void **state) {
  (void)state;
  static const double per_tick[] = {1e-5, 0.003, 0.05, 0.2, 0.39, 0.5, 0.7, 1.6, 2, 5, 20};
  for (int r = 0; r < COUNT_OF(per_tick); r++) {
    struct population population = make(CELLS, per_tick[r] * 1e4, 1.0, 512);
    int32_t events[CELLS];
    int64_t seen[2][MOST] = {{0}};
    double sum[2] = {0}, square[2] = {0}, mean = per_tick[r];
    const int ticks = 20000;
    for (int t = 0; t < ticks; t++) {
      draw(&population, t, events);
      for (int i = 0; i < CELLS; i++) {
        assert_true(events[i] >= 0 && events[i] < MOST);
        seen[i >= 256][events[i]]++;
        sum[i >= 256] += events[i];
        square[i >= 256] += (events[i] - mean) * (events[i] - mean);
      }
    }
    for (int part = 0; part < 2; part++) {
      double n = (double)ticks * (part ? 44 : 256);
      assert_near(sum[part], n * mean, 5 * sqrt(n * mean));
      assert_near(square[part], n * mean, 5 * sqrt(n * (mean + 2 * mean * mean)));
      if (mean * n > 1000) assert_true(is_poisson(seen[part], mean, n));
      if (mean * n * 1e-4 > 100) assert_false(is_poisson(seen[part], mean * 1.01, n));
    }
    population_free(&population);
  }
}

/* Every cell has the same rate: none is favoured by the place in its group or tile. χ² over cells. */
static void test_cells_alike(void **state) {
  (void)state;
  static const double per_tick[] = {0.05, 0.7, 2};
  for (int r = 0; r < COUNT_OF(per_tick); r++) {
    struct population population = make(CELLS, per_tick[r] * 1e4, 1.0, 512);
    int32_t events[CELLS];
    double sum[CELLS] = {0}, chi2 = 0, due = 20000 * per_tick[r];
    for (int t = 0; t < 20000; t++) {
      draw(&population, t, events);
      for (int i = 0; i < CELLS; i++) sum[i] += events[i];
    }
    for (int i = 0; i < CELLS; i++) chi2 += (sum[i] - due) * (sum[i] - due) / due;
    assert_near(chi2, CELLS, 5 * sqrt(2.0 * CELLS));
    population_free(&population);
  }
}

/* Covariances of neighbours, of cells that share a draw (16 apart), of cells of different tiles, and of a
 * cell with itself a tick later, both ways of drawing. */
static void test_independence(void **state) {
  (void)state;
  static const double per_tick[] = {0.2, 1.5};
  static const int apart[] = {1, 2, 4, 16, 32, 64, 128};
  for (int r = 0; r < COUNT_OF(per_tick); r++) {
    double mean = per_tick[r], with[COUNT_OF(apart)] = {0}, later = 0, n = 0;
    struct population population = make(CELLS, mean * 1e4, 1.0, 512);
    int32_t last[CELLS] = {0}, now[CELLS];
    for (int t = 0; t < 10000; t++) {
      draw(&population, t, now);
      for (int i = 0; i < 100; i++, n++) {
        for (int k = 0; k < COUNT_OF(apart); k++) with[k] += (now[i] - mean) * (now[i + apart[k]] - mean);
        if (t) later += (now[i] - mean) * (last[i] - mean);
      }
      memcpy(last, now, sizeof now);
    }
    for (int k = 0; k < COUNT_OF(apart); k++) assert_near(with[k], 0, 5 * mean * sqrt(n));
    assert_near(later, 0, 5 * mean * sqrt(n));
    population_free(&population);
  }
}

/* A cell of factor f has rate f, and its counts are Poisson; the others keep every event. */
static void check_afferents(double per_tick, int ticks) {
  struct population plain = make(CELLS, per_tick * 1e4, 1.5, 512);
  struct population changed = make(CELLS, per_tick * 1e4, 1.5, 512);
  static const int cell[] = {7, 200, 290, 270};
  static const float factor[] = {0.5f, 1.5f, 0, 0.9f};
  for (int k = 0; k < 4; k++) changed.block[0].afferents[cell[k]] = factor[k];
  double sum[4] = {0}, square[4] = {0};
  int32_t a[CELLS], b[CELLS];
  for (int t = 0; t < ticks; t++) {
    draw(&plain, t, a);
    draw(&changed, t, b);
    for (int k = 0; k < 4; k++) {
      double mean = per_tick * (double)factor[k], events = b[cell[k]];
      assert_true(factor[k] <= 1 ? events <= a[cell[k]] : events >= a[cell[k]]); /* from the same draws */
      sum[k] += events, square[k] += (events - mean) * (events - mean);
      a[cell[k]] = b[cell[k]];
    }
    assert_memory_equal(a, b, sizeof a);
  }
  for (int k = 0; k < 4; k++) {
    double mean = per_tick * (double)factor[k];
    assert_near(sum[k], ticks * mean, 5 * sqrt(ticks * mean));
    assert_near(square[k], ticks * mean, 5 * sqrt(ticks * (mean + 2 * mean * mean)));
  }
  population_free(&plain);
  population_free(&changed);
}

static void test_afferents_thin(void **state) {
  (void)state;
  check_afferents(0.05, 100000); /* by superposition */
  check_afferents(2, 20000);     /* by inversion */
}

/* The rate of all cells scaled: a tenth of the events is gone or there are more, of the same draws; with the
 * cell's own factor it multiplies, up to the spread; back at 1 every event is back. */
static void check_scaled(double per_tick, int ticks, double scale) {
  struct population plain = make(CELLS, per_tick * 1e4, 1.5, 512);
  struct population scaled = make(CELLS, per_tick * 1e4, 1.5, 512);
  int32_t a[CELLS], b[CELLS];
  double sum = 0, square = 0, own = 0, n = (double)ticks * (CELLS - 1), mean = per_tick * scale;
  scaled.block[0].afferents[77] = 0.5f;
  poisson_scale(&scaled, scale);
  for (int t = 0; t < ticks; t++) {
    draw(&plain, t, a);
    draw(&scaled, t, b);
    own += b[77];
    for (int i = 0; i < CELLS; i++) {
      if (i == 77) continue;
      assert_true(scale <= 1 ? b[i] <= a[i] : b[i] >= a[i]);
      sum += b[i], square += (b[i] - mean) * (b[i] - mean);
    }
  }
  assert_near(sum, n * mean, 5 * sqrt(n * mean));
  assert_near(square, n * mean, 5 * sqrt(n * (mean + 2 * mean * mean)));
  assert_near(own, ticks * 0.5 * mean, 5 * sqrt(ticks * 0.5 * mean));
  scaled.block[0].afferents[77] = 1;
  poisson_scale(&scaled, 1);
  for (int t = 0; t < 100; t++) {
    draw(&plain, t, a);
    draw(&scaled, t, b);
    assert_memory_equal(a, b, sizeof a);
  }
  population_free(&plain);
  population_free(&scaled);
}

static void test_scaled(void **state) {
  (void)state;
  static const double scales[] = {0, 0.6, 0.9, 1.2, 1.5};
  for (int k = 0; k < COUNT_OF(scales); k++) {
    check_scaled(0.05, 4000, scales[k]); /* by superposition */
    check_scaled(2, 1000, scales[k]);    /* by inversion */
  }
}

/* Equal bits on every instruction set: both ways, with factors, in a last group that is not full, and where
 * the ids pass 2³². */
static void test_builds_agree(void **state) {
  (void)state;
  static const double per_tick[] = {0.003, 0.1, 0.9, 2, 5};
  static int32_t first[1000], events[1000];
  for (int r = 0; r < COUNT_OF(per_tick); r++) {
    for (int varied = 0; varied < 2; varied++) {
      for (int64_t tick = 0; tick < 200; tick++) {
        static const char *const builds[] = {"base", "v3", "v4"};
        for (int k = 0; k < COUNT_OF(builds); k++) {
          if (!specimen_build(builds[k])) continue;
          setenv("SPINULE_ISA", builds[k], 1);
          struct population population = make(1000, per_tick[r] * 1e4, 1.2, 512);
          unsetenv("SPINULE_ISA");
          population.first_id = 0xffffff00;
          for (int i = 0; varied && i < 1000; i += 3)
            population.block[i / 512].afferents[i % 512] = (float)(i % 11) / 10;
          draw(&population, tick * 7, k ? events : first);
          if (k) assert_memory_equal(first, events, sizeof first);
          population_free(&population);
        }
      }
    }
  }
}

static void test_end(void **state) {
  (void)state;
  static const double per_tick[] = {0.1, 2};
  for (int r = 0; r < COUNT_OF(per_tick); r++) {
    struct population population = make(CELLS, per_tick[r] * 1e4, 1.0, 512),
                      endless = make(CELLS, per_tick[r] * 1e4, 1.0, 512);
    int32_t a[CELLS], b[CELLS], none[CELLS] = {0};
    poisson_until(&population, 50);
    for (int t = 0; t < 100; t++) {
      if (t == 20) assert_ok(poisson_set(&population, per_tick[r] * 1e4, 1.0, 0.1)); /* keeps the end */
      draw(&population, t, a);
      draw(&endless, t, b);
      assert_memory_equal(a, t < 50 ? b : none, sizeof a);
    }
    population_free(&population);
    population_free(&endless);
  }
}

static void test_blocks_do_not_matter(void **state) {
  (void)state;
  static const double per_tick[] = {0.09, 2};
  static int32_t first[1000], events[1000];
  for (int r = 0; r < COUNT_OF(per_tick); r++) {
    for (int64_t tick = 0; tick < 500; tick += 7) {
      for (int block_cells = 128; block_cells <= 1024; block_cells *= 2) {
        struct population population = make(1000, per_tick[r] * 1e4, 1.2, block_cells);
        for (int i = 0; i < 1000; i += 37)
          population.block[i / population.block_cells].afferents[i % population.block_cells] = 0.8f;
        draw(&population, tick, block_cells == 128 ? first : events);
        if (block_cells > 128) assert_memory_equal(first, events, sizeof first);
        population_free(&population);
      }
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
  assert_fails(poisson_set(&population, 1000001, 1.5, 0.1), STATUS_CONFIG, "out of range");
  assert_fails(poisson_set(&population, 100000, 1.5, 1.0), STATUS_CONFIG, "per tick and cell");
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts),
                                     cmocka_unit_test(test_cells_alike),
                                     cmocka_unit_test(test_builds_agree),
                                     cmocka_unit_test(test_end),
                                     cmocka_unit_test(test_independence),
                                     cmocka_unit_test(test_afferents_thin),
                                     cmocka_unit_test(test_scaled),
                                     cmocka_unit_test(test_blocks_do_not_matter),
                                     cmocka_unit_test(test_step_does_not_matter),
                                     cmocka_unit_test(test_rate_can_change),
                                     cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
