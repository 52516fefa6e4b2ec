/* test_theta.c — theta from outside: the phase belongs to protocol time, also across a time without
 * spikes, and its frequency has the mean and the spread that were asked for; background follows it with
 * its depth, keeps its mean, and without depth its bits; septal fibres bring events of their size, rate
 * and phase to their port, whatever the blocks; without fibres nothing is injected. Bounds are 5 standard
 * errors. */
#include "drive/poisson.h"
#include "drive/theta.h"
#include "specimen.h"

enum { CELLS = 300, TICKS = 20000, BINS = 8 };

static const struct theta_settings usual = {8, 0.5, 1, 20, 0.9};
static const struct theta_settings steady = {8, 0, 1, 20, 0.9};

static void test_clock(void **state) {
  (void)state;
  struct theta_clock clock, again;
  theta_clock_set(&clock, &usual, 7, 0.1);
  again = clock;
  theta_clock_begin(&again, 500, 3.6e6); /* an hour on, after 500 ticks */
  for (int64_t k = 0; k < 1000; k++)
    assert_near(theta_turns(&again, 500 + k), theta_turns(&clock, 36000000 + k), 1e-6);
  theta_clock_set(&again, &usual, 8, 0.1); /* another seed wanders otherwise */
  assert_true(fabs(theta_turns(&again, 100000) - theta_turns(&clock, 100000)) > 1e-3);
  double sum = 0, squares = 0;
  const int n = 20000;
  for (int k = 0; k < n; k++) { /* 0.1 s each */
    double f = (theta_turns(&clock, 1000 * (k + 1)) - theta_turns(&clock, 1000 * k)) / 0.1;
    sum += f, squares += f * f;
  }
  assert_near(sum / n, 8, 0.01);
  assert_near(sqrt(squares / n - sum * sum / n / n), 0.5, 0.03);
  theta_clock_set(&clock, &steady, 7, 0.1);
  assert_near(theta_turns(&clock, 10000), 8, 1e-12);
}

static struct population make(int block_cells, const struct theta_clock *clock,
                              const struct theta_settings *settings, const struct theta_inputs *inputs) {
  struct population population = specimen(specimen_build(""), CELLS);
  specimen_ready(&population, 0.1, block_cells);
  population.inject = NULL;
  assert_ok(poisson_set(&population, 500, theta_most(settings, inputs), 0.1));
  assert_ok(theta_equip(&population, clock, settings, inputs, 2, 33));
  return population;
}

/* Events of all cells in a tick, of the background or at port 2 in units of an event. */
static int64_t events(const struct population *population, bool septal, int64_t tick, int32_t *each) {
  int64_t sum = 0;
  for (int b = 0; b < population->n_blocks; b++) {
    struct block *block = &population->block[b];
    memset(block->background, 0, sizeof(int32_t) * (size_t)block->padded);
    memset(block->port[2], 0, sizeof(int32_t) * (size_t)block->padded);
    if (septal)
      population->inject(population, b, tick);
    else
      population->drive(population, b, 33, tick);
    for (int i = 0; i < block->n; i++) {
      each[block->first + i] = septal ? block->port[2][i] : block->background[i];
      sum += each[block->first + i];
    }
  }
  return sum;
}

/* Counts by the phase of their tick follow 1 + depth cos 2π(φ − phase), around `mean` a cell and tick. */
static void check_phases(const int64_t seen[BINS], const int64_t ticks[BINS], double mean, double depth,
                         double phase) {
  for (int k = 0; k < BINS; k++) {
    double width = M_PI / BINS, middle = 2 * M_PI * ((k + 0.5) / BINS - phase);
    double due = (double)ticks[k] * CELLS * mean * (1 + depth * cos(middle) * sin(width) / width);
    assert_near((double)seen[k], due, 5 * sqrt(due) + 0.004 * due);
  }
}

static void test_background(void **state) {
  (void)state;
  struct theta_clock clock;
  theta_clock_set(&clock, &steady, 7, 0.1);
  const struct theta_inputs inputs = {.depth = 0.5, .phase = 90}, none = {0};
  struct population rhythmic = make(512, &clock, &steady, &inputs), plain = make(512, &clock, &steady, &none);
  struct population bare = specimen(specimen_build(""), CELLS);
  specimen_ready(&bare, 0.1, 512);
  assert_ok(poisson_set(&bare, 500, 1, 0.1));
  int64_t seen[BINS] = {0}, ticks[BINS] = {0};
  int32_t a[CELLS], b[CELLS];
  assert_null(rhythmic.inject); /* no fibres */
  for (int64_t t = 0; t < TICKS; t++) {
    double turns = theta_turns(&clock, t);
    int k = (int)((turns - floor(turns)) * BINS);
    seen[k] += events(&rhythmic, false, t, a);
    ticks[k]++;
    events(&plain, false, t, a);
    events(&bare, false, t, b);
    assert_memory_equal(a, b, sizeof a);
  }
  check_phases(seen, ticks, 0.05, 0.5, 0.25);
  population_free(&rhythmic), population_free(&plain), population_free(&bare);
}

/* Where counts are drawn by inversion (above 15 kHz with cells of their own factor) it is the same rhythm. */
static void test_many(void **state) {
  (void)state;
  struct theta_clock clock;
  theta_clock_set(&clock, &steady, 7, 0.1);
  const struct theta_inputs inputs = {.depth = 0.5};
  struct population population = make(512, &clock, &steady, &inputs);
  assert_ok(poisson_set(&population, 20000, 1.5, 0.1));
  int64_t seen[BINS] = {0}, ticks[BINS] = {0};
  int32_t a[CELLS];
  for (int64_t t = 0; t < TICKS / 8; t++) {
    double turns = theta_turns(&clock, t);
    int k = (int)((turns - floor(turns)) * BINS);
    seen[k] += events(&population, false, t, a);
    ticks[k]++;
  }
  check_phases(seen, ticks, 2, 0.5, 0);
  population_free(&population);
}

static void test_septum(void **state) {
  (void)state;
  struct theta_clock clock;
  theta_clock_set(&clock, &steady, 7, 0.1);
  const struct theta_inputs inputs = {.fibres = 20, .conductance = 0.8, .septal_phase = -90};
  struct population population = make(512, &clock, &steady, &inputs);
  struct population small = make(128, &clock, &steady, &inputs);
  const int32_t one = (int32_t)lround(0.8 / population.port[2].quantum[0]);
  int64_t seen[BINS] = {0}, ticks[BINS] = {0};
  int32_t a[CELLS], b[CELLS];
  assert_true(population.port[2].injected_nS >= 0.8);
  for (int64_t t = 0; t < TICKS; t++) {
    double turns = theta_turns(&clock, t);
    int k = (int)((turns - floor(turns)) * BINS);
    int64_t counts = events(&population, true, t, a);
    assert_true(counts % one == 0);
    seen[k] += counts / one;
    ticks[k]++;
    events(&small, true, t, b);
    assert_memory_equal(a, b, sizeof a);
  }
  check_phases(seen, ticks, 20 * 20 * 1e-4, 0.9, -0.25);
  population_free(&population), population_free(&small);
}

/* No depth: septal fibres keep their mean, whatever the phase. No rate: none. */
static void test_off(void **state) {
  (void)state;
  struct theta_clock clock;
  const struct theta_settings tonic = {8, 0, 0, 20, 0.9}, silent = {8, 0, 1, 0, 0.9};
  theta_clock_set(&clock, &tonic, 7, 0.1);
  const struct theta_inputs inputs = {.fibres = 20, .conductance = 0.8};
  struct population population = make(512, &clock, &tonic, &inputs);
  const int32_t one = (int32_t)lround(0.8 / population.port[2].quantum[0]);
  int64_t seen[BINS] = {0}, ticks[BINS] = {0};
  int32_t a[CELLS];
  for (int64_t t = 0; t < TICKS; t++) {
    double turns = theta_turns(&clock, t);
    int k = (int)((turns - floor(turns)) * BINS);
    seen[k] += events(&population, true, t, a) / one;
    ticks[k]++;
  }
  check_phases(seen, ticks, 0.04, 0, 0);
  population_free(&population);
  population = make(512, &clock, &silent, &inputs);
  assert_null(population.inject);
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_clock), cmocka_unit_test(test_background),
                                     cmocka_unit_test(test_many), cmocka_unit_test(test_septum),
                                     cmocka_unit_test(test_off)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
