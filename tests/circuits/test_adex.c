/* test_adex.c — laws of the exponential cell: rest, rheobase, reset and refractory time, adaptation;
 * potentials stay between reversal potentials at any conductance; cells differ as their parameters say. Order
 * and firing patterns are in numerics. */
#include "specimen.h"

static struct population cell(double dt_ms, const char *key, double value) {
  struct population population = specimen(specimen_build(""), 1);
  specimen_no_spread(&population);
  specimen_set(&population, SPECIMEN_CELL, "t_ref", 0);
  if (key) specimen_set(&population, SPECIMEN_CELL, key, value);
  specimen_ready(&population, dt_ms, 128);
  specimen_floats(&population, SPECIMEN_CELL, "V")[0] = -70;
  return population;
}

/* A step goes to infinity where it passes the end of one that began a tick before infinity. */
static void test_peak(void **state) {
  (void)state;
  static const double steps[] = {0.025, 0.1, 0.5};
  for (int k = 0; k < 3; k++) {
    struct population population = cell(steps[k], NULL, 0);
    assert_near(specimen_floats(&population, SPECIMEN_CELL, "V_peak")[0], -50 + 2 * (log(20 / steps[k]) + 3),
                1e-5);
    population_free(&population);
  }
  struct population brief = cell(0.5, "C_m", 5); /* 0.5 ms: not below three slope factors */
  assert_near(specimen_floats(&brief, SPECIMEN_CELL, "V_peak")[0], -44, 1e-5);
  population_free(&brief);
  struct population high = cell(0.1, "V_reset", -20); /* not below where a cell is held */
  assert_near(specimen_floats(&high, SPECIMEN_CELL, "V_peak")[0], -18, 1e-5);
  population_free(&high);
}

static int spikes(struct population *population, int64_t ticks, float current_pA) {
  int n = 0;
  for (int64_t t = 0; t < ticks; t++) {
    specimen_tick(population, t, 0, current_pA);
    n += population->block[0].fired[0];
  }
  return n;
}

/* Without input the potential ends where the currents cancel: a little above E_L. */
static void test_rest(void **state) {
  (void)state;
  struct population population = cell(0.1, NULL, 0);
  assert_int_equal(spikes(&population, 20000, 0), 0);
  double V = (double)specimen_floats(&population, SPECIMEN_CELL, "V")[0];
  double w = (double)specimen_floats(&population, SPECIMEN_CELL, "w")[0];
  assert_near(-10 * (V + 70) + 10 * 2 * exp((V + 50) / 2) - w, 0, 1e-3);
  assert_near(w, 2 * (V + 70), 1e-4);
  assert_between(V, -70, -69.9);
  population_free(&population);
}

/* With a/g_L below τ_m/τ_w rest is lost in a saddle-node (Touboul & Brette 2008,
 * doi:10.1007/s00422-008-0267-4) at (g_L + a)(V_T − E_L − Δ_T + Δ_T ln(1 + a/g_L)). The current rises slowly
 * to just below it, or just above. */
static void test_rheobase(void **state) {
  (void)state;
  for (double a = 0; a <= 6; a += 2) {
    double rheobase = (10 + a) * (20 - 2 + 2 * log(1 + a / 10));
    for (int above = 0; above <= 1; above++) {
      struct population population = cell(0.1, "a", a);
      double last = rheobase * (above ? 1.005 : 0.995);
      int n = 0;
      for (int64_t t = 0; t < 60000; t++) {
        specimen_tick(&population, t, 0, (float)(last * fmin(t / 40000.0, 1)));
        n += population.block[0].fired[0];
      }
      if (above) {
        assert_true(n > 0);
      } else {
        assert_int_equal(n, 0);
      }
      population_free(&population);
    }
  }
}

/* Times of the first two spikes under a strong current, inside their ticks. */
static void two_spikes(struct population *population, double t_ref, double times[2]) {
  const float *hold = specimen_floats(population, SPECIMEN_CELL, "hold");
  int n = 0;
  for (int64_t t = 0; n < 2; t++) {
    specimen_tick(population, t, 0, 2000);
    if (population->block[0].fired[0]) times[n++] = 0.1 * (double)(t + 1) + 0.1 * (double)hold[0] - t_ref;
    assert_true(t < 1000);
  }
}

/* The refractory time counts from the crossing inside the tick, and need not be whole ticks: an interval is
 * as much longer. Until it is over the potential stands at reset. */
static void test_refractory_time(void **state) {
  (void)state;
  static const double times[] = {0, 0.03, 0.1, 0.57, 2, 3.7};
  double free = 0;
  for (int k = 0; k < 6; k++) {
    struct population population = cell(0.1, "a", 0);
    specimen_set(&population, SPECIMEN_CELL, "t_ref", times[k]);
    population.cell->prepare(population.cell_params, 0.1);
    double spike[2];
    two_spikes(&population, times[k], spike);
    if (k == 0) free = spike[1] - spike[0];
    assert_near(spike[1] - spike[0], free + times[k], 0.01); /* a tenth of a tick */
    const float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    assert_true(V[0] == -58.0f);
    int held = 0;
    for (int64_t t = 1000;; held++) {
      specimen_tick(&population, t++, 0, 2000);
      assert_int_equal(population.block[0].fired[0], 0);
      if (V[0] != -58.0f) break;
    }
    assert_between(held, times[k] * 10 - 1.001, times[k] * 10);
    population_free(&population);
  }
}

/* w jumps by b at the spike; while the cell is held it tends to a (V_reset − E_L) exactly. */
static void test_adaptation(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 1);
  specimen_no_spread(&population);
  specimen_set(&population, SPECIMEN_CELL, "t_ref", 50);
  specimen_set(&population, SPECIMEN_CELL, "b", 60);
  specimen_ready(&population, 0.1, 128);
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V"), *w = specimen_floats(&population, -1, "w");
  V[0] = -38.2f; /* within a tick of infinity */
  w[0] = 5;
  specimen_tick(&population, 0, 0, 500);
  assert_int_equal(population.block[0].fired[0], 1);
  /* relaxation towards a (V − E_L), V one slope factor above its start on average until the spike and at
   * reset from there, and the jump, which decays with what is left of the tick */
  double left = 500 - (double)specimen_floats(&population, SPECIMEN_CELL, "hold")[0];
  double far = 2 * ((1 - left) * (-36.2 + 70) + left * 12);
  double after = far + (5 - far) * exp(-0.1 / 30) + 60 * (1 - left * 0.1 / 30);
  assert_between(left, 0, 1);
  assert_near(w[0], after, 1e-4);
  for (int t = 1; t <= 400; t++) {
    specimen_tick(&population, t, 0, 500);
    double wanted = 2 * 12.0 + (after - 2 * 12.0) * exp(-0.1 * t / 30);
    assert_near(w[0], wanted, 2e-4);
  }
  population_free(&population);
}

/* However large the conductance, against the smallest capacitance, the potential goes to the reversal
 * potential from one side. */
static void test_stable_at_any_conductance(void **state) {
  (void)state;
  for (double nS = 1; nS <= 1e8; nS *= 3) {
    struct population population = specimen(specimen_build(""), 1);
    specimen_no_spread(&population);
    specimen_set(&population, SPECIMEN_CELL, "C_m", 5);
    specimen_set(&population, SPECIMEN_CELL, "a", 0); /* adaptation would let it swing */
    specimen_ready(&population, 0.1, 128);
    struct block *block = &population.block[0];
    struct step step = {0};
    float *V = specimen_floats(&population, SPECIMEN_CELL, "V"), last = V[0] = -55;
    struct cells cells = population_cells(&population, 0, -1);
    for (int t = 0; t < 200; t++) {
      block->g[0] = (float)nS;
      block->g_E[0] = (float)(-80 * nS);
      population.cell->advance(&cells, &step);
      assert_true(V[0] <= last + 1e-4f && V[0] >= -80.001f);
      last = V[0];
    }
    population_free(&population);
  }
}

/* Mean and spread over 40,000 cells; standard errors are 0.5 % of a deviation. */
static void test_cells_differ(void **state) {
  (void)state;
  enum { CELLS = 40000 };
  struct population population = specimen(specimen_build(""), CELLS);
  specimen_set(&population, SPECIMEN_CELL, "cv_C_m", 0.3);
  specimen_ready(&population, 0.1, 1024);
  static const struct {
    const char *field;
    double mean, deviation;
  } wanted[] = {{"C_m", 200, 60}, {"g_L", 10, 2}, {"E_L", -70, 3}, {"V_T", -50, 2.5}};
  for (int k = 0; k < COUNT_OF(wanted); k++) {
    double mean = 0, square = 0, low = 1e9, high = -1e9;
    for (int i = 0; i < CELLS; i++) {
      const float *x = population_column(&population, -1, wanted[k].field, 0, i / population.block_cells);
      double d = ((double)x[i % population.block_cells] - wanted[k].mean) / wanted[k].deviation;
      mean += d / CELLS, square += d * d / CELLS;
      low = fmin(low, d), high = fmax(high, d);
    }
    assert_near(mean, 0, 0.025);
    assert_near(sqrt(square - mean * mean), 1, 0.025); /* the cut takes 1.3 % */
    if (k >= 2) assert_true(low >= -3.00001 && high <= 3.00001 && low < -2.9 && high > 2.9);
    if (k < 2) assert_true(low > -wanted[k].mean / wanted[k].deviation);
  }
  for (int b = 0; b < population.n_blocks; b++) {
    const float *V = population_column(&population, SPECIMEN_CELL, "V", 0, b);
    for (int i = 0; i < population.block[b].n; i++) assert_between(V[i], -70, -52);
  }
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_peak),         cmocka_unit_test(test_rest),
      cmocka_unit_test(test_rheobase),     cmocka_unit_test(test_refractory_time),
      cmocka_unit_test(test_adaptation),   cmocka_unit_test(test_stable_at_any_conductance),
      cmocka_unit_test(test_cells_differ),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
