/* test_adex_precise.c — laws of the precise AdEx cell: the same spikes at any step, since its input is
 * constant; the refractory time to the last digit; it agrees with the fast cell where both are smooth; a
 * strong conductance holds it. Spike times against a table are in numerics. */
#include "specimen.h"

enum { MOST = 64 };

static struct population cell(const char *model, double dt_ms, double t_ref, double b) {
  struct population population = specimen_of(specimen_build(""), model, 1);
  specimen_no_spread(&population);
  specimen_set(&population, SPECIMEN_CELL, "t_ref", t_ref);
  specimen_set(&population, SPECIMEN_CELL, "b", b);
  specimen_ready(&population, dt_ms, 128);
  specimen_floats(&population, SPECIMEN_CELL, "V")[0] = -70;
  return population;
}

static int spikes(double dt_ms, double t_ref, double b, double times[MOST]) {
  struct population population = cell("adex_precise", dt_ms, t_ref, b);
  const float *since = specimen_floats(&population, SPECIMEN_CELL, "since");
  int n = 0;
  for (int64_t t = 0; t < llround(100 / dt_ms); t++) {
    specimen_tick(&population, t, 0, 900);
    if (population.block[0].fired[0]) times[n++] = (double)(t + 1) * dt_ms - (double)since[0];
    assert_true(n < MOST);
  }
  population_free(&population);
  return n;
}

static void test_any_step(void **state) {
  (void)state;
  double wanted[MOST], found[MOST];
  static const double steps[] = {0.025, 0.1, 0.25, 1};
  int n = spikes(0.05, 0.7, 30, wanted);
  assert_true(n > 8);
  for (int k = 0; k < 4; k++) {
    assert_int_equal(spikes(steps[k], 0.7, 30, found), n);
    /* ticks cut its own steps in other places */
    for (int s = 0; s < n; s++) assert_near(found[s], wanted[s], 1e-4);
  }
}

/* Without adaptation an interval grows by the refractory time. */
static void test_refractory_time(void **state) {
  (void)state;
  double free[MOST], held[MOST];
  static const double times[] = {0.03, 0.1, 1.234, 5};
  struct population population = cell("adex_precise", 0.1, 0, 0);
  population_free(&population);
  for (int k = 0; k < 4; k++) {
    assert_true(spikes(0.1, 0, 0, free) > 2 && spikes(0.1, times[k], 0, held) > 2);
    /* w goes on while V is held: it is 2 nS × 12 mV there and moves an interval by less than 0.1 ms */
    assert_near(held[1] - held[0], free[1] - free[0] + times[k], 0.1);
    assert_near(held[0], free[0], 1e-9);
  }
}

/* Below threshold the fast cell is 1e-3 mV off at most. */
static void test_agrees_with_fast(void **state) {
  (void)state;
  struct population precise = cell("adex_precise", 0.1, 2, 0), fast = cell("adex", 0.1, 2, 0);
  const float *a = specimen_floats(&precise, SPECIMEN_CELL, "V");
  const float *b = specimen_floats(&fast, SPECIMEN_CELL, "V");
  for (int64_t t = 0; t < 2000; t++) {
    float pA = (float)(150 + 60 * sin(0.02 * (double)t));
    specimen_tick(&precise, t, 0, pA);
    specimen_tick(&fast, t, 0, pA);
    assert_near(a[0], b[0], 1e-3);
  }
  population_free(&precise);
  population_free(&fast);
}

/* From one side up to 1e4 C_m/dt, 2e7 nS; beyond that within a slope factor. */
static void test_strong_conductance(void **state) {
  (void)state;
  for (double nS = 1; nS < 2e8; nS *= 10) {
    struct population population = cell("adex_precise", 0.1, 2, 0);
    struct block *block = &population.block[0];
    struct cells cells = population_cells(&population, 0, SPECIMEN_CELL);
    const struct step step = {0};
    float *V = specimen_floats(&population, SPECIMEN_CELL, "V"), last = V[0] = -55;
    for (int t = 0; t < 50; t++) {
      block->g[0] = (float)nS, block->g_E[0] = (float)(-80 * nS);
      population.cell->advance(&cells, &step);
      if (nS < 2e7) assert_true(V[0] <= last + 1e-3f && V[0] > -80.001f);
      assert_true(V[0] <= last + 2 && V[0] > -82);
      last = V[0];
    }
    population_free(&population);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_step), cmocka_unit_test(test_refractory_time),
                                     cmocka_unit_test(test_agrees_with_fast),
                                     cmocka_unit_test(test_strong_conductance)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
