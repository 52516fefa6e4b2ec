/* test_izhikevich_spikes.c — both forms of Izhikevich's cell: spike times of the exact equation of 2003 (a
 * table) and of 2007 (Runge–Kutta steps of 0.1 µs per tick), inside of ticks and on the grid; second order
 * below threshold and in the times of spikes; no limit of stability where the membrane is passive. */
#include "reference.h"
#include "specimen.h"
#include "stiff.h"

enum { MOST = 120 };

static struct reference table;

struct train {
  int n;
  double tick[MOST], time[MOST];
};

static struct train simulate(struct population *population, double V, double u, double current_pA, double ms,
                             double dt_ms) {
  struct train train = {0};
  specimen_ready(population, dt_ms, 128);
  specimen_floats(population, SPECIMEN_CELL, "V")[0] = (float)V;
  specimen_floats(population, SPECIMEN_CELL, "u")[0] = (float)u;
  const float *late = specimen_floats(population, SPECIMEN_CELL, "late");
  for (int64_t t = 0; t < llround(ms / dt_ms); t++) {
    specimen_tick(population, t, 0, (float)current_pA);
    if (!population->block[0].fired[0]) continue;
    assert_true(train.n < MOST);
    train.tick[train.n] = (double)(t + 1) * dt_ms;
    train.time[train.n] = train.tick[train.n] - (double)late[0] * dt_ms;
    train.n++;
  }
  population_free(population);
  return train;
}

/* ---- 2003 ---- */

static const struct {
  const char *type;
  double current;
} trains[] = {{"RS", 5}, {"RS", 10}, {"RS", 15}, {"FS", 5}, {"FS", 10}, {"FS", 15}};

static int published(int k, double times[MOST]) {
  int n = 0;
  for (int row = 0; row < table.n_rows; row++) {
    if (strcmp(reference_text(&table, row, "type"), trains[k].type) != 0) continue;
    if (reference_value(&table, row, "I") == trains[k].current)
      times[n++] = reference_value(&table, row, "t_ms");
  }
  assert_true(n > 0 && n <= MOST);
  return n;
}

static struct train simulate_2003(int k, double dt_ms) {
  struct population population = specimen_of(specimen_build(""), "izhikevich", 1);
  if (strcmp(trains[k].type, "FS") == 0) {
    specimen_set(&population, SPECIMEN_CELL, "a", 0.1);
    specimen_set(&population, SPECIMEN_CELL, "d", 2);
  }
  return simulate(&population, -65, -13, trains[k].current, 500, dt_ms);
}

/* Every spike within a tick of the exact one, inside of ticks and so on the grid within two; the first,
 * before any reset, within a thousandth of a tick or two. */
static void test_table(void **state) {
  (void)state;
  double wanted[MOST];
  for (int k = 0; k < COUNT_OF(trains); k++) {
    int n = published(k, wanted);
    struct train found = simulate_2003(k, 0.1);
    assert_int_equal(found.n, n);
    assert_near(found.time[0], wanted[0], 2e-4);
    for (int s = 0; s < n; s++) {
      assert_near(found.time[s], wanted[s], 0.1);
      assert_between(found.tick[s] - found.time[s], 0, 0.1);
      if (s) assert_near(found.tick[s] - found.tick[s - 1], wanted[s] - wanted[s - 1], 0.11);
    }
  }
}

static double largest_error(double dt_ms) {
  double wanted[MOST], error = 0;
  for (int k = 0; k < COUNT_OF(trains); k++) {
    int n = published(k, wanted);
    struct train found = simulate_2003(k, dt_ms);
    assert_int_equal(found.n, n);
    for (int s = 0; s < n; s++) error = fmax(error, fabs(found.time[s] - wanted[s]));
  }
  return error;
}

static void test_order_of_spikes(void **state) {
  (void)state;
  double usual = largest_error(0.1), half = largest_error(0.05), quarter = largest_error(0.025);
  assert_between(log2(usual / half), 1.7, 2.4);
  assert_between(log2(half / quarter), 1.7, 2.4);
}

/* ---- 2007: the defaults, 200 pA ---- */

static void rates(const double y[2], double dydt[2], double current_pA) {
  dydt[0] = (0.7 * (y[0] + 60) * (y[0] + 40) - y[1] + current_pA) / 100;
  dydt[1] = 0.03 * (-2 * (y[0] + 60) - y[1]);
}

static void runge_kutta(double y[2], double h, double current_pA) {
  double k[4][2], z[2];
  rates(y, k[0], current_pA);
  for (int s = 1; s < 4; s++) {
    for (int i = 0; i < 2; i++) z[i] = y[i] + (s < 3 ? 0.5 : 1) * h * k[s - 1][i];
    rates(z, k[s], current_pA);
  }
  for (int i = 0; i < 2; i++) y[i] += h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
}

/* Steps of 1e-4 ms; the crossing of 35 mV by a line, 1e-6 ms off. */
static int exact_2007(double current_pA, double times[MOST]) {
  const double h = 1e-4;
  double y[2] = {-60, 0};
  int n = 0;
  for (int64_t t = 0; t < 3000000; t++) {
    double before = y[0];
    runge_kutta(y, h, current_pA);
    if (y[0] < 35) continue;
    double share = (35 - before) / (y[0] - before);
    times[n++] = ((double)t + share) * h;
    y[0] = -50, y[1] += 100;
    runge_kutta(y, (1 - share) * h, current_pA);
  }
  return n;
}

static void test_2007(void **state) {
  (void)state;
  double wanted[MOST];
  for (double current_pA = 80; current_pA <= 320; current_pA += 80) {
    int n = exact_2007(current_pA, wanted);
    struct population population = specimen_of(specimen_build(""), "izhikevich_2007", 1);
    struct train found = simulate(&population, -60, 0, current_pA, 300, 0.1);
    assert_true(n > 2);
    assert_int_equal(found.n, n);
    for (int s = 0; s < n; s++) assert_near(found.time[s], wanted[s], 0.05);
  }
}

/* ---- below threshold ---- */

static const double TAU = 6.283185307179586;
static double current(double ms) { return 30 + 40 * sin(TAU * ms / 17); }
static double conductance(double ms) { return 3 + 2.5 * sin(TAU * ms / 7.3); }

static void equations(double ms, const double *y, double *dydt, void *context) {
  (void)context;
  rates(y, dydt, current(ms) - conductance(ms) * y[0] + conductance(ms) * -50);
}

/* Largest deviation at full milliseconds over 60 ms. */
static double deviation(double dt_ms) {
  struct population population = specimen_of(specimen_build(""), "izhikevich_2007", 1);
  struct stiff *stiff;
  double y[2] = {-60, 0}, error = 0;
  specimen_ready(&population, dt_ms, 128);
  struct block *block = &population.block[0];
  struct cells cells = population_cells(&population, 0, SPECIMEN_CELL);
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  V[0] = -60;
  assert_ok(stiff_new(2, 1e-11, 1e-11, &stiff));
  int per_ms = (int)(1 / dt_ms + 0.5);
  for (int t = 0; t < 60 * per_ms; t++) {
    double now = t * dt_ms, then = now + dt_ms;
    const struct step step = {0};
    block->g[0] = (float)(0.5 * (conductance(now) + conductance(then)));
    block->g_E[0] =
        (float)(0.5 * (current(now) + current(then)) + 0.5 * (conductance(now) + conductance(then)) * -50);
    population.cell->advance(&cells, &step);
    assert_int_equal(block->fired[0], 0);
    if ((t + 1) % per_ms) continue;
    assert_ok(stiff_advance(stiff, equations, NULL, "izhikevich", then - 1, then, y));
    error = fmax(error, fabs((double)V[0] - y[0]));
  }
  stiff_free(stiff);
  population_free(&population);
  return error;
}

static void test_second_order(void **state) {
  (void)state;
  double coarse = deviation(1), middle = deviation(0.5), fine = deviation(0.25), usual = deviation(0.1);
  assert_between(log2(coarse / middle), 1.7, 2.4);
  assert_between(log2(middle / fine), 1.8, 2.2);
  assert_true(usual < 1e-3);
}

/* Towards a strong reversal potential: from one side, at any conductance and step; u is out of it (a small).
 * */
static void test_no_limit_of_stability(void **state) {
  (void)state;
  static const char *const models[] = {"izhikevich", "izhikevich_2007"};
  for (int m = 0; m < 2; m++) {
    for (double dt_ms = 0.1; dt_ms <= 1000; dt_ms *= 10) {
      for (double nS = 10; nS <= 1e7; nS *= 10) {
        struct population population = specimen_of(specimen_build(""), models[m], 1);
        specimen_set(&population, SPECIMEN_CELL, "a", 1e-4);
        specimen_set(&population, SPECIMEN_CELL, "b", 0);
        specimen_ready(&population, dt_ms, 128);
        struct block *block = &population.block[0];
        struct cells cells = population_cells(&population, 0, SPECIMEN_CELL);
        const struct step step = {0};
        float *V = specimen_floats(&population, SPECIMEN_CELL, "V"), last = V[0] = -55;
        specimen_floats(&population, SPECIMEN_CELL, "u")[0] = 0;
        for (int t = 0; t < 100; t++) {
          block->g[0] = (float)nS, block->g_E[0] = (float)(-80 * nS);
          population.cell->advance(&cells, &step);
          assert_true(V[0] <= last + 1e-4f && V[0] > -81.5f);
          last = V[0];
        }
        population_free(&population);
      }
    }
  }
}

int main(void) {
  reference_read("izhikevich_spikes", &table);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_order_of_spikes),
                                     cmocka_unit_test(test_2007), cmocka_unit_test(test_second_order),
                                     cmocka_unit_test(test_no_limit_of_stability)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
