/* test_nmda_plain.c — the plain receptor is the whole one with one subunit and no drug: equal conductance
 * at every tick, through one lane or two, with and without background. */
#include "specimen.h"

static struct population make(int lanes, bool background) {
  const struct mechanisms *build = specimen_build("");
  struct population population = specimen(build, 200);
  specimen_set(&population, SPECIMEN_NMDA, "share_2A", 1);
  specimen_set(&population, SPECIMEN_NMDA, "share_2B", 0);
  population.receptor[SPECIMEN_AMPA].mechanism = mechanism_find(build, "nmda_plain");
  memory_free(population.receptor[SPECIMEN_AMPA].params);
  population.receptor[SPECIMEN_AMPA].params = specimen_defaults(mechanism_find(build, "nmda_plain"));
  population.port[0].lanes = lanes;
  population.receptor[SPECIMEN_NMDA].lane = population.receptor[SPECIMEN_AMPA].lane = lanes - 1;
  population.background_port = background ? 0 : 1;
  specimen_ready(&population, 0.1, 1024);
  return population;
}

static void test_equals_one_subunit(void **state) {
  (void)state;
  for (int bits = 0; bits < 4; bits++) {
    const int lanes = 1 + (bits & 1);
    struct population population = make(lanes, bits & 2);
    struct block *block = &population.block[0];
    float *V = specimen_floats(&population, SPECIMEN_CELL, "V"), whole[256];
    double most = 0;
    for (int t = 0; t < 300; t++) {
      for (int i = 0; i < population.n; i++) {
        V[i] = -90.0f + 0.6f * (float)i + 0.1f * (float)t;
        block->background[i] = (i + t) % 50 == 0;
        block->port[0][i * lanes + lanes - 1] = (i * t) % 37 == 1 ? 1 << 20 : 0;
      }
      for (int r = SPECIMEN_AMPA; r <= SPECIMEN_NMDA; r++) {
        const struct step step = {.tick = t, .slow_dt_ms = 1};
        struct cells cells = population_cells(&population, 0, r);
        memset(block->g, 0, (size_t)block->padded * sizeof(float));
        memset(block->g_E, 0, (size_t)block->padded * sizeof(float));
        population.receptor[r].mechanism->open(&cells, &step);
        for (int i = 0; i < population.n && r == SPECIMEN_AMPA; i++) whole[i] = block->g[i];
      }
      for (int i = 0; i < population.n; i++) {
        assert_near(block->g[i], whole[i], 1e-6 * whole[i]);
        most = fmax(most, (double)whole[i]);
      }
    }
    assert_true(most > 0.5);
    population_free(&population);
  }
}

static void test_fault(void **state) {
  (void)state;
  struct population population = make(1, true);
  const struct receptor *plain = &population.receptor[SPECIMEN_AMPA];
  assert_null(plain->mechanism->fault(plain->params));
  specimen_set(&population, SPECIMEN_AMPA, "tau_rise", 75);
  assert_non_null(plain->mechanism->fault(plain->params));
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_equals_one_subunit), cmocka_unit_test(test_fault)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
