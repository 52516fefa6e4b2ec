/* test_lif_conductance.c — laws of the leaky cell with conductances: where it rests, rate over current in
 * closed form with and without a conductance, refractory time in ticks, a reset above threshold is refused.
 * */
#include "specimen.h"

static struct population cell(double t_ref, double I_e) {
  struct population population = specimen_of(specimen_build(""), "lif_conductance", 1);
  specimen_set(&population, SPECIMEN_CELL, "t_ref", t_ref);
  specimen_set(&population, SPECIMEN_CELL, "I_e", I_e);
  specimen_ready(&population, 0.1, 128);
  specimen_floats(&population, SPECIMEN_CELL, "V")[0] = -60;
  return population;
}

static bool tick(struct population *population, double nS, double E_rev) {
  struct block *block = &population->block[0];
  struct cells cells = population_cells(population, 0, SPECIMEN_CELL);
  const struct step step = {0};
  block->g[0] = (float)nS, block->g_E[0] = (float)(nS * E_rev);
  population->cell->advance(&cells, &step);
  return block->fired[0];
}

static void test_rest(void **state) {
  (void)state;
  for (double nS = 0; nS < 300; nS = 3 * nS + 1) {
    struct population population = cell(5, 50);
    for (int t = 0; t < 3000; t++) assert_false(tick(&population, nS, -80));
    assert_near(specimen_floats(&population, SPECIMEN_CELL, "V")[0], (-600 + 50 - 80 * nS) / (10 + nS), 1e-3);
    population_free(&population);
  }
}

/* t_ref + τ ln((V_∞ − V_reset)/(V_∞ − V_th)) with τ and V_∞ under the conductance, rounded up to the grid. */
static void test_rate(void **state) {
  (void)state;
  for (double nS = 0; nS <= 40; nS += 13) {
    for (double pA = 900; pA <= 3000; pA += 523) {
      double end = (-600 + pA - 70 * nS) / (10 + nS), tau = 200 / (10 + nS);
      double interval = 5 + tau * log((end + 60) / (end + 50));
      int64_t last = -1;
      if (end < -49.5) continue;
      struct population population = cell(5, pA);
      for (int64_t t = 0; t < 3000; t++) {
        if (!tick(&population, nS, -70)) continue;
        if (last >= 0) assert_int_equal(t - last, (int64_t)ceil(interval * 10));
        last = t;
      }
      assert_true(last > 1000);
      population_free(&population);
    }
  }
}

static void test_refractory_time(void **state) {
  (void)state;
  static const double times[] = {0, 0.1, 2, 3.7};
  for (int k = 0; k < 4; k++) {
    struct population population = cell(times[k], 2000);
    const float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    while (!tick(&population, 0, 0)) assert_true(V[0] < -50.0f);
    assert_true(V[0] == -60.0f);
    int held = 0;
    for (; !tick(&population, 0, 0) && V[0] == -60.0f;) held++;
    assert_int_equal(held, (int)(times[k] * 10 + 0.5));
    population_free(&population);
  }
}

static void test_refused(void **state) {
  (void)state;
  struct population population = specimen_of(specimen_build(""), "lif_conductance", 1);
  assert_null(population.cell->fault(population.cell_params));
  specimen_set(&population, SPECIMEN_CELL, "V_reset", -40);
  assert_non_null(population.cell->fault(population.cell_params));
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rest), cmocka_unit_test(test_rate),
                                     cmocka_unit_test(test_refractory_time), cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
