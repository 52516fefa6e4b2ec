/* test_tonic_gaba.c — the drug's part of the tonic GABA-A conductance: in proportion to concentration, pulled
 * to its reversal potential; without drug nothing is added, to the bit. */
#include "drugs/action.h"
#include "specimen.h"

enum { CELLS = 40 };

static const struct gaba_a_tonic drug = {.gain = 0.004}, other = {.gain = 0.002};

static void open_once(const struct population *population, int receptor, const struct exposure *exposures,
                      int n) {
  const struct block *block = &population->block[0];
  const struct step step = {.slow_dt_ms = 1, .exposures = exposures, .n_exposures = n};
  for (int i = 0; i < block->padded; i++) block->g[i] = 3, block->g_E[i] = -7;
  struct cells cells = population_cells(population, 0, receptor);
  population->receptor[receptor].mechanism->open(&cells, &step);
  population->receptor[receptor].mechanism->adapt(&cells, &step);
}

static void test_conductance(void **state) {
  (void)state;
  struct population population = specimen_of(specimen_build(""), "lif_conductance", CELLS);
  int tonic = specimen_receive(&population, specimen_build(""), "tonic_gaba");
  specimen_set(&population, tonic, "g_tonic", 0.5);
  specimen_ready(&population, 0.1, 128);
  const struct exposure exposures[] = {{ACTION_GABA_A_TONIC, 0, &drug, 50, NULL},
                                       {ACTION_GABA_A_TONIC, 1, &other, 50, NULL}};
  specimen_floats(&population, SPECIMEN_CELL, "V")[7] = -55;
  open_once(&population, tonic, exposures, 2);
  for (int i = 0; i < CELLS; i++) {
    assert_near(population.block[0].g[i], 3 + 0.5 * 0.3, 1e-6);
    assert_near(population.block[0].g_E[i], -7 - 75 * 0.5 * 0.3, 1e-5);
  }
  assert_near(specimen_floats(&population, tonic, "current")[7], 0.15 * 20, 1e-5);
  const struct exposure nothing[] = {{ACTION_GABA_A_TONIC, 0, &drug, 0, NULL}};
  for (int n = 0; n < 2; n++) {
    open_once(&population, tonic, nothing, n);
    assert_true(population.block[0].g[5] == 3 && population.block[0].g_E[5] == -7);
  }
  population_free(&population);
}

/* At each cell by the share of the concentration that reaches it. */
static void test_local(void **state) {
  (void)state;
  static const float reach[3] = {1, 0.25f, 0};
  struct population population = specimen_of(specimen_build(""), "lif_conductance", CELLS);
  int tonic = specimen_receive(&population, specimen_build(""), "tonic_gaba");
  specimen_ready(&population, 0.1, 128);
  assert_ok(memory_new("site", CELLS, sizeof(int32_t), &population.site));
  for (int i = 0; i < CELLS; i++) population.site[i] = i % 3;
  const struct exposure local[] = {{ACTION_GABA_A_TONIC, 0, &drug, 50, reach}};
  open_once(&population, tonic, local, 1);
  for (int i = 0; i < CELLS; i++) assert_near(population.block[0].g[i], 3 + 0.1 * (double)reach[i % 3], 1e-6);
  assert_true(population.block[0].g[2] == 3 && specimen_floats(&population, tonic, "current")[2] == 0);
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_conductance), cmocka_unit_test(test_local)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
