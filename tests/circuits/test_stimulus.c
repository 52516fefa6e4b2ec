/* test_stimulus.c — events of stimuli come at the rate that their course says, on every cell alike, and
 * leave the background's events as they are; the shared rate of a stimulus with sd has this spread and one
 * value for every redraw; nothing depends on blocks; what makes no sense is refused. Bounds are 5 standard
 * errors. */
#include "drive/poisson.h"
#include "drive/stimulus.h"
#include "specimen.h"

enum { CELLS = 300, SEED = 33 };

static struct population make(double background_Hz, const struct stimulus *stimuli, int n, int block_cells) {
  struct population population = specimen_of(specimen_build(""), "lif_current", CELLS);
  population.background_port = 0;
  population.background_nS[0] = 1;
  specimen_ready(&population, 0.1, block_cells);
  assert_ok(poisson_set(&population, background_Hz, 1, 0.1));
  assert_ok(stimulus_set(&population, stimuli, n, 0.1));
  return population;
}

/* Events of one tick of all cells, in id order. */
static void draw(const struct population *population, int64_t tick, int32_t *events) {
  for (int b = 0; b < population->n_blocks; b++) {
    struct block *block = &population->block[b];
    memset(block->background, 0, sizeof(int32_t) * (size_t)block->padded);
    population->drive(population, b, SEED, tick);
    memcpy(events + block->first, block->background, sizeof(int32_t) * (size_t)block->n);
  }
}

/* Events per second and cell from one time to another. */
static double measured_Hz(const struct population *population, double from_ms, double to_ms) {
  double sum = 0;
  int32_t events[CELLS];
  for (int64_t t = (int64_t)(from_ms * 10); t < (int64_t)(to_ms * 10); t++) {
    draw(population, t, events);
    for (int i = 0; i < CELLS; i++) sum += events[i];
  }
  return sum / CELLS / (to_ms - from_ms) * 1e3;
}

static double error_Hz(double rate_Hz, double ms) { return 5 * sqrt(rate_Hz / (CELLS * ms * 1e-3)) + 1e-9; }

#define assert_rate(population, from, to, Hz)                                                                \
  assert_near(measured_Hz(population, from, to), Hz, error_Hz(Hz, (to) - (from)))

/* A trapezium that comes again, on a background: mean rates of its parts. */
static void test_course(void **state) {
  (void)state;
  const struct stimulus stimulus = {
      .rate = 400, .from = 100, .to = 200, .ramp = 20, .redraw = 50, .every = 300};
  struct population population = make(50, &stimulus, 1, 128);
  assert_rate(&population, 0, 100, 50);
  assert_rate(&population, 100, 120, 50 + 200);
  assert_rate(&population, 120, 180, 50 + 400);
  assert_rate(&population, 180, 200, 50 + 200);
  assert_rate(&population, 200, 400, 50);
  assert_rate(&population, 420, 480, 50 + 400);
  assert_near(stimulus_rate_Hz(&population, SEED, 105), 100, 1e-9);
  assert_near(stimulus_rate_Hz(&population, SEED, 495), 100, 1e-9);
  assert_near(stimulus_rate_Hz(&population, SEED, 500), 0, 0);
  population_free(&population);
}

/* Two at once add up; the trains of cells differ. */
static void test_several(void **state) {
  (void)state;
  const struct stimulus stimuli[] = {{.rate = 300, .from = 0, .to = 1000, .redraw = 50},
                                     {.rate = 100, .from = 50, .to = 100, .redraw = 50}};
  struct population population = make(0, stimuli, 2, 128);
  int32_t events[CELLS], first = 0, last = 0, both = 0;
  assert_rate(&population, 0, 50, 300);
  assert_rate(&population, 50, 100, 400);
  for (int t = 0; t < 10000; t++) {
    draw(&population, t, events);
    first += events[0] > 0;
    last += events[CELLS - 1] > 0;
    both += events[0] > 0 && events[CELLS - 1] > 0;
  }
  assert_between(first, 250, 370);
  assert_between(last, 250, 370);
  assert_between(both, 2, 25); /* 9.5 by chance */
  population_free(&population);
}

static void test_background_stays(void **state) {
  (void)state;
  const struct stimulus stimulus = {.rate = 100, .from = 50, .to = 60, .redraw = 50};
  struct population with = make(200, &stimulus, 1, 128), without = make(200, NULL, 0, 128);
  int32_t a[CELLS], b[CELLS];
  int more = 0;
  for (int t = 0; t < 1000; t++) {
    draw(&with, t, a);
    draw(&without, t, b);
    for (int i = 0; i < CELLS; i++) {
      assert_true(t >= 500 && t < 600 ? a[i] >= b[i] : a[i] == b[i]);
      more += a[i] - b[i];
    }
  }
  assert_near(more, 300, 5 * sqrt(300));
  population_free(&with);
  population_free(&without);
}

/* One rate for 5 ms, another for the next, of the wanted mean and spread; below 0 there is none. */
static void test_fluctuation(void **state) {
  (void)state;
  enum { EPOCHS = 400 };
  const struct stimulus stimulus = {.rate = 100, .sd = 20, .from = 0, .to = 1e9, .redraw = 5};
  struct population population = make(0, &stimulus, 1, 128);
  double sum = 0, squares = 0;
  for (int k = 0; k < EPOCHS; k++) {
    double rate = stimulus_rate_Hz(&population, SEED, 5 * k + 0.1);
    assert_true(stimulus_rate_Hz(&population, SEED, 5 * k + 4.9) == rate);
    sum += rate;
    squares += rate * rate;
  }
  double mean = sum / EPOCHS, sd = sqrt(squares / EPOCHS - mean * mean);
  assert_near(mean, 100, 5 * 20 / sqrt(EPOCHS));
  assert_near(sd, 20, 5 * 20 / sqrt(2.0 * EPOCHS));
  assert_true(stimulus_rate_Hz(&population, SEED + 1, 0.1) != stimulus_rate_Hz(&population, SEED, 0.1));
  population_free(&population);
  const struct stimulus wild = {.rate = 1, .sd = 100, .from = 0, .to = 1e9, .redraw = 5};
  population = make(0, &wild, 1, 128);
  for (int k = 0; k < EPOCHS; k++) assert_true(stimulus_rate_Hz(&population, SEED, 5 * k) >= 0);
  population_free(&population);
}

static void test_blocks(void **state) {
  (void)state;
  const struct stimulus stimulus = {.rate = 900, .sd = 100, .from = 0, .to = 50, .ramp = 5, .redraw = 3};
  struct population one = make(100, &stimulus, 1, 1024), many = make(100, &stimulus, 1, 128);
  int32_t a[CELLS], b[CELLS];
  for (int t = 0; t < 600; t++) {
    draw(&one, t, a);
    draw(&many, t, b);
    assert_memory_equal(a, b, sizeof a);
  }
  population_free(&one);
  population_free(&many);
}

static void test_refused(void **state) {
  (void)state;
  struct population population = specimen_of(specimen_build(""), "lif_current", CELLS);
  struct stimulus s = {.rate = 10, .from = 0, .to = 100, .redraw = 50};
  struct stimulus many[STIMULUS_MOST + 1] = {{0}};
  assert_fails(stimulus_set(&population, &s, 1, 0.1), STATUS_CONFIG, "group `background`");
  assert_ok(poisson_set(&population, 0, 1, 0.1));
  assert_fails(stimulus_set(&population, many, COUNT_OF(many), 0.1), STATUS_CONFIG, "at most 8");
  s.to = 0;
  assert_fails(stimulus_set(&population, &s, 1, 0.1), STATUS_CONFIG, "ends before it begins");
  s.to = 100, s.every = 50;
  assert_fails(stimulus_set(&population, &s, 1, 0.1), STATUS_CONFIG, "comes again");
  s.every = 0, s.ramp = 60;
  assert_fails(stimulus_set(&population, &s, 1, 0.1), STATUS_CONFIG, "two ramps");
  s.ramp = 0, s.rate = 1e5;
  assert_fails(stimulus_set(&population, &s, 1, 0.1), STATUS_CONFIG, "events per cell and tick");
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_course),      cmocka_unit_test(test_several),
      cmocka_unit_test(test_fluctuation), cmocka_unit_test(test_background_stays),
      cmocka_unit_test(test_blocks),      cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
