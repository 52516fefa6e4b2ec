/* test_fluctuation.c — the fluctuation that the background of a region shares: the process has the mean,
 * variance and correlation time of an Ornstein–Uhlenbeck process, also where its halving begins, and belongs
 * to protocol time; the factor averages to one; counts of background have the mean that they had, the
 * variance and correlation of the theory, across populations of a region and not across regions; it
 * multiplies theta and leaves every bit alone at depth 0; nothing depends on blocks or instruction sets.
 * Bounds are 5 standard errors, seeds are fixed. */
#include "drive/fluctuation.h"
#include "drive/poisson.h"
#include "specimen.h"

enum { CELLS = 300 };

static const struct theta_clock clock = {.dt_ms = 0.1};

static struct fluctuation fluctuation_of(double depth, double tau, uint64_t region) {
  struct fluctuation fluctuation;
  const struct fluctuation_settings settings = {depth, tau};
  fluctuation_set(&fluctuation, &settings, &clock, 7, region);
  return fluctuation;
}

/* ---- the process ---- */

/* Residuals of one step, in units of their SD, are white and normal; where halving begins too, at the end of
 * each whole. */
static void check_residuals(double tau, int steps) {
  const struct fluctuation fluctuation = fluctuation_of(0.3, tau, 0);
  const double rho = exp(-1 / tau), sd = sqrt(1 - rho * rho);
  double squares = 0, fourth = 0, with_x = 0, with_last = 0, last = 0, border = 0, n_border = 0;
  struct steps_held held = {0};
  double x = fluctuation_x(&fluctuation, (uint64_t)(-steps / 2), &held);
  for (int64_t k = -steps / 2; k < steps / 2; k++) { /* across time 0 */
    double next = fluctuation_x(&fluctuation, (uint64_t)(k + 1), &held), e = (next - rho * x) / sd;
    squares += e * e, fourth += e * e * e * e;
    with_x += e * x, with_last += e * last;
    if (((k + 1) & ((1 << fluctuation.halvings) - 1)) == 0) border += e * e, n_border++;
    last = e, x = next;
  }
  assert_near(squares / steps, 1, 5 * sqrt(2.0 / steps));
  assert_near(fourth / steps, 3, 5 * sqrt(96.0 / steps));
  assert_near(with_x / steps, 0, 5 / sqrt(steps));
  assert_near(with_last / steps, 0, 5 / sqrt(steps));
  assert_true(n_border > 100);
  assert_near(border / n_border, 1, 5 * sqrt(2 / n_border));
}

static void test_process(void **state) {
  (void)state;
  check_residuals(5, 1000000);
  check_residuals(50, 400000);
  const int n = 1000000, tau = 5;
  const struct fluctuation fluctuation = fluctuation_of(0.3, tau, 0);
  static const int lags[] = {0, 1, 5, 10, 40};
  static double x[1000000];
  double sum = 0;
  struct steps_held held = {0};
  for (int k = 0; k < n; k++) sum += x[k] = fluctuation_x(&fluctuation, (uint64_t)k, &held);
  assert_near(sum / n, 0, 5 * sqrt(2.0 * tau / n));
  for (int l = 0; l < COUNT_OF(lags); l++) {
    double product = 0;
    for (int k = 0; k + lags[l] < n; k++) product += x[k] * x[k + lags[l]];
    assert_near(product / n, exp(-(double)lags[l] / tau), 5 * sqrt(2.0 * tau / n));
  }
}

/* Another seed or region is another process; the longest correlation time has its halvings. */
static void test_own(void **state) {
  (void)state;
  const int n = 200000, tau = 5;
  struct fluctuation here = fluctuation_of(0.3, tau, 0), there = fluctuation_of(0.3, tau, 1), seed = here;
  seed.seed++;
  double region = 0, other = 0;
  struct steps_held held[3] = {0};
  for (uint64_t k = 0; k < n; k++) {
    double x = fluctuation_x(&here, k, &held[0]);
    region += x * fluctuation_x(&there, k, &held[1]), other += x * fluctuation_x(&seed, k, &held[2]);
  }
  assert_near(region / n, 0, 5 * sqrt((double)tau / n));
  assert_near(other / n, 0, 5 * sqrt((double)tau / n));
  struct fluctuation slow = fluctuation_of(0.3, 10000, 0);
  assert_true(ldexp(1, slow.halvings) >= 37e4 && slow.halvings <= FLUCTUATION_HALVINGS);
}

/* What is held spares draws and changes no bit, in whatever order steps are asked for. */
static void test_held(void **state) {
  (void)state;
  static const double taus[] = {5, 50, 10000};
  for (int t = 0; t < COUNT_OF(taus); t++) {
    const struct fluctuation fluctuation = fluctuation_of(0.3, taus[t], 0);
    struct steps_held held = {0};
    for (uint64_t k = 0; k < 20000; k++) {
      const struct random_draw draw = random_draw_threefry(3, RANDOM_START, k, 0, 0);
      const uint64_t step = k % 3 ? k - 10000 : draw.u[0] % 100000; /* in order, and in between anywhere */
      struct steps_held none = {0};
      assert_true(fluctuation_x(&fluctuation, step, &held) == fluctuation_x(&fluctuation, step, &none));
      assert_true(fluctuation_factor(&fluctuation, step, &held) ==
                  fluctuation_factor(&fluctuation, step, &none));
    }
  }
}

/* Steps belong to protocol time, before its beginning and after weeks, whatever the tick. */
static void test_time(void **state) {
  (void)state;
  static const double starts[] = {0, -2000, -0.3, 3.6e6, 7.2576e9};
  for (int s = 0; s < COUNT_OF(starts); s++) {
    struct theta_clock begun = clock;
    theta_clock_begin(&begun, 777, starts[s]);
    for (int64_t k = 0; k < 2000; k++) {
      int64_t tenths = (int64_t)floor(starts[s] * 10 + 0.5) + k;
      int64_t step = tenths >= 0 ? tenths / 10 : -((9 - tenths) / 10);
      assert_true((int64_t)fluctuation_step(&begun, 777 + k) == step);
    }
  }
}

static void test_factor(void **state) {
  (void)state;
  static const double depths[] = {0.05, 0.3, 0.5, 1};
  const int n = 1000000, tau = 5;
  for (int d = 0; d < COUNT_OF(depths); d++) {
    const struct fluctuation fluctuation = fluctuation_of(depths[d], tau, 0);
    double sum = 0, least = 9, most = 0;
    struct steps_held held = {0};
    for (uint64_t k = 0; k < n; k++) {
      double f = fluctuation_factor(&fluctuation, k, &held);
      sum += f, least = fmin(least, f), most = fmax(most, f);
    }
    assert_near(sum / n, 1, 5 * depths[d] * sqrt(2.0 * tau / n));
    assert_true(most == fluctuation_most(&fluctuation));
    assert_near(most, 1 + 3 * depths[d], 0.09 * most);
    assert_true(depths[d] < 0.2 ? least > 0.5 : least == 0);
  }
}

/* ---- the background ---- */

static struct population make(double rate_Hz, const struct fluctuation *fluctuation, int block_cells) {
  struct population population = specimen(specimen_build(""), CELLS);
  specimen_ready(&population, 0.1, block_cells);
  assert_ok(poisson_set(&population, rate_Hz, 1.5, 0.1));
  if (fluctuation) assert_ok(poisson_fluctuate(&population, fluctuation));
  return population;
}

/* Events of one tick of all cells, in id order, and their sum. */
static int draw(const struct population *population, int64_t tick, int32_t *events) {
  int sum = 0;
  for (int b = 0; b < population->n_blocks; b++) {
    struct block *block = &population->block[b];
    memset(block->background, 0, sizeof(int32_t) * (size_t)block->padded);
    population->drive(population, b, 33, tick);
    memcpy(events + block->first, block->background, sizeof(int32_t) * (size_t)block->n);
  }
  for (int i = 0; i < population->n; i++) sum += events[i];
  return sum;
}

/* Counts N of populations in windows of W, u = W/τ, m their mean:
 *   var N = m + (m d)² 2 (u − 1 + e⁻ᵘ)/u²,   cov of one window and the next, (m d)² (1 − e⁻ᵘ)²/u²
 * and of two populations of a region the product of both m in the place of m², without the first term. */
static void test_counts(void **state) {
  (void)state;
  enum { WINDOWS = 5000, TICKS = 200, KINDS = 3 };
  const double depth = 0.3, u = TICKS * 0.1 / 10, v = 2 * (u - 1 + exp(-u)) / (u * u),
               next = (1 - exp(-u)) * (1 - exp(-u)) / (u * u), slack = 5 * sqrt(1.3 / WINDOWS);
  const struct fluctuation here = fluctuation_of(depth, 10, 0), there = fluctuation_of(depth, 10, 1);
  static const double rates[KINDS] = {200, 500, 500};
  struct population population[KINDS];
  static double count[KINDS][WINDOWS];
  int32_t events[CELLS];
  for (int p = 0; p < KINDS; p++) {
    population[p] = make(rates[p], p < 2 ? &here : &there, 512);
    population[p].first_id = 1000 * (uint64_t)p;
    for (int64_t t = 0; t < (int64_t)WINDOWS * TICKS; t++)
      count[p][t / TICKS] += draw(&population[p], t, events);
    population_free(&population[p]);
  }
  double m[KINDS], shared[KINDS], var[KINDS], same = 0, apart = 0;
  for (int p = 0; p < KINDS; p++) {
    double sum = 0, squares = 0, product = 0;
    m[p] = CELLS * rates[p] * 1e-4 * TICKS;
    shared[p] = (m[p] * depth) * (m[p] * depth);
    var[p] = m[p] + shared[p] * v;
    for (int w = 0; w < WINDOWS; w++) {
      sum += count[p][w] -= m[p];
      squares += count[p][w] * count[p][w];
      if (w) product += count[p][w] * count[p][w - 1];
    }
    assert_near(sum / WINDOWS, 0, 5 * sqrt(2 * shared[p] / u / WINDOWS));
    assert_near(squares / WINDOWS, var[p], slack * sqrt(2) * var[p]);
    assert_near(product / WINDOWS, shared[p] * next, slack * sqrt(2) * var[p]);
  }
  for (int w = 0; w < WINDOWS; w++) same += count[0][w] * count[1][w], apart += count[1][w] * count[2][w];
  assert_near(same / WINDOWS, sqrt(shared[0] * shared[1]) * v, slack * sqrt(2 * var[0] * var[1]));
  assert_near(apart / WINDOWS, 0, slack * sqrt(var[1] * var[2]));
}

/* Depth 0 is no fluctuation, to the bit, with theta and without. */
static void test_off(void **state) {
  (void)state;
  static const double rates[] = {500, 20000};
  const struct fluctuation none = fluctuation_of(0, 50, 0);
  assert_null(none.clock);
  for (int r = 0; r < COUNT_OF(rates); r++) {
    for (int rhythm = 0; rhythm < 2; rhythm++) {
      struct population plain = make(rates[r], NULL, 512), off = make(rates[r], &none, 512);
      poisson_rhythm(&plain, &clock, 0.4 * rhythm, 0.2);
      poisson_rhythm(&off, &clock, 0.4 * rhythm, 0.2);
      int32_t a[CELLS], b[CELLS];
      for (int64_t t = 0; t < 2000; t++) {
        draw(&plain, t, a);
        draw(&off, t, b);
        assert_memory_equal(a, b, sizeof a);
      }
      population_free(&plain), population_free(&off);
    }
  }
}

/* With theta, and the rate scaled: events follow the product of all factors, by both ways of drawing, also
 * above the spread of cells; a rate set again keeps it. */
static void test_product(void **state) {
  (void)state;
  static const double rates[] = {500, 20000};
  const struct theta_settings steady = {8, 0, 1, 20, 0.9};
  struct theta_clock rhythm;
  theta_clock_set(&rhythm, &steady, 7, 0.1);
  const struct fluctuation fluctuation = fluctuation_of(1, 20, 0);
  for (int r = 0; r < COUNT_OF(rates); r++) {
    struct population population = make(100, &fluctuation, 512);
    poisson_rhythm(&population, &rhythm, 0.4, 0.2);
    assert_ok(poisson_set(&population, rates[r], 1.5, 0.1));
    poisson_scale(&population, 0.9);
    const int ticks = r ? 5000 : 60000;
    struct steps_held held = {0};
    double due = 0, seen = 0, due_theta = 0, theta = 0, due_shared = 0, shared = 0, highest = 0;
    int32_t events[CELLS];
    for (int64_t t = 0; t < ticks; t++) {
      double a = theta_factor(&rhythm, 0.4, 0.2, t),
             f = fluctuation_factor(&fluctuation, fluctuation_step(&clock, t), &held);
      double mean = CELLS * rates[r] * 1e-4 * 0.9 * a * f, count = draw(&population, t, events);
      due += mean, due_theta += mean * a, due_shared += mean * f;
      seen += count, theta += count * a, shared += count * f;
      highest = fmax(highest, a * f);
    }
    assert_true(highest > 2.5);
    assert_near(seen, due, 5 * sqrt(due));
    assert_near(theta, due_theta, 5 * sqrt(1.4 * due_theta));
    assert_near(shared, due_shared, 5 * sqrt(highest * due_shared));
    population_free(&population);
  }
}

static void test_same_bits(void **state) {
  (void)state;
  static const double rates[] = {500, 20000};
  static const char *const builds[] = {"base", "v3", "v4"};
  const struct fluctuation fluctuation = fluctuation_of(0.5, 20, 0);
  int32_t first[CELLS], events[CELLS];
  for (int r = 0; r < COUNT_OF(rates); r++) {
    struct population whole = make(rates[r], &fluctuation, 512), parts = make(rates[r], &fluctuation, 128);
    for (int k = 0; k < COUNT_OF(builds); k++) {
      if (!specimen_build(builds[k])) continue;
      setenv("SPINULE_ISA", builds[k], 1);
      struct population other = make(rates[r], &fluctuation, 512);
      unsetenv("SPINULE_ISA");
      for (int64_t t = 0; t < 400; t++) { /* and in any order of time */
        draw(&whole, t * 7, first);
        draw(&parts, t * 7, events);
        assert_memory_equal(first, events, sizeof first);
        draw(&other, (399 - t) * 7, events);
        draw(&whole, (399 - t) * 7, first);
        assert_memory_equal(first, events, sizeof first);
      }
      population_free(&other);
    }
    population_free(&whole), population_free(&parts);
  }
}

static void test_refused(void **state) {
  (void)state;
  const struct fluctuation fluctuation = fluctuation_of(1, 20, 0);
  struct population population = make(500000, NULL, 512);
  assert_fails(poisson_fluctuate(&population, &fluctuation), STATUS_CONFIG, "per tick and cell");
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_process),   cmocka_unit_test(test_own),
                                     cmocka_unit_test(test_held),      cmocka_unit_test(test_time),
                                     cmocka_unit_test(test_factor),    cmocka_unit_test(test_counts),
                                     cmocka_unit_test(test_off),       cmocka_unit_test(test_product),
                                     cmocka_unit_test(test_same_bits), cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
