/* test_step.c — a step of current is on from its first to its last moment, for all cells alike; a tick that
 * an edge divides gets its share, so the charge is exact; a later step replaces it; cells move as the closed
 * form says. */
#include "drive/step.h"
#include "specimen.h"

static double injected(const struct population *population, int64_t tick) {
  struct block *block = &population->block[0];
  for (int i = 0; i < block->padded; i++) block->g_E[i] = 1;
  population->inject(population, 0, tick);
  for (int i = 1; i < block->n; i++) assert_true(block->g_E[i] == block->g_E[0]);
  return (double)block->g_E[0] - 1;
}

static void test_edges(void **state) {
  (void)state;
  struct population population = specimen_of(specimen_build(""), "lif_conductance", 50);
  specimen_ready(&population, 0.1, 128);
  assert_ok(
      step_set(&population, 120, 0.3, 0.7, 0.1)); /* none of which is a whole number of ticks in binary */
  for (int t = 0; t < 10; t++) assert_near(injected(&population, t), t >= 3 && t < 7 ? 120 : 0, 1e-4);
  assert_ok(step_set(&population, -80, 0.325, 0.51, 0.1));
  static const double shares[] = {0, 0, 0, 0.75, 1, 0.1, 0};
  for (int t = 0; t < 7; t++) assert_near(injected(&population, t), -80 * shares[t], 1e-4);
  assert_ok(step_set(&population, 50, 0.42, 0.45, 0.1)); /* within one tick */
  assert_near(injected(&population, 4), 15, 1e-4);
  population_free(&population);
}

/* V − E_L = I/g_L (1 − e^(−t/τ)) from the start of the step on. */
static void test_response(void **state) {
  (void)state;
  struct population population = specimen_of(specimen_build(""), "lif_conductance", 1);
  specimen_ready(&population, 0.1, 128);
  struct block *block = &population.block[0];
  struct cells cells = population_cells(&population, 0, SPECIMEN_CELL);
  const struct step step = {0};
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  V[0] = -60;
  assert_ok(step_set(&population, 60, 5, 1e9, 0.1));
  for (int t = 0; t < 500; t++) {
    block->g[0] = block->g_E[0] = 0;
    population.inject(&population, 0, t);
    population.cell->advance(&cells, &step);
    double on = fmax(0.1 * (t + 1) - 5, 0);
    assert_near(V[0], -60 + 6 * (1 - exp(-on / 20)), 1e-3);
  }
  population_free(&population);
}

static void test_refused(void **state) {
  (void)state;
  struct population population = specimen_of(specimen_build(""), "lif_conductance", 1);
  assert_fails(step_set(&population, NAN, 0, 1, 0.1), STATUS_CONFIG, "test/cells");
  assert_fails(step_set(&population, 10, 2, 1, 0.1), STATUS_CONFIG, "from 2 to 1 ms");
  assert_fails(step_set(&population, 10, NAN, 1, 0.1), STATUS_CONFIG, "nan");
  assert_null(population.inject);
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_edges), cmocka_unit_test(test_response),
                                     cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
