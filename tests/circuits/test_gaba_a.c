/* test_gaba_a.c — inhibition opens a difference of exponentials of unit peak for each spike, adds up, and
 * pulls towards its reversal potential; the fast and the slow instance are independent; events of the
 * background open nothing here; one lane and two are read alike. */
#include "specimen.h"

static double kernel(double t_ms, double rise, double decay) {
  double peak_ms = log(decay / rise) * decay * rise / (decay - rise);
  double peak = exp(-peak_ms / decay) - exp(-peak_ms / rise);
  return t_ms < 0 ? 0 : (exp(-t_ms / decay) - exp(-t_ms / rise)) / peak;
}

static void open_once(const struct population *population, int receptor) {
  struct block *block = &population->block[0];
  const struct step step = {.slow_dt_ms = 1};
  for (int i = 0; i < block->padded; i++) block->g[i] = block->g_E[i] = 0;
  struct cells cells = population_cells(population, 0, receptor);
  population->receptor[receptor].mechanism->open(&cells, &step);
}

static void test_conductance(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 32);
  specimen_set(&population, SPECIMEN_GABA_SLOW, "tau_rise", 1);
  specimen_set(&population, SPECIMEN_GABA_SLOW, "tau_decay", 12);
  specimen_ready(&population, 0.1, 128);
  struct block *block = &population.block[0];
  for (int t = 0; t < 800; t++) {
    block->port[1][5] = t == 0 ? 3 << 20 : t == 100 ? 1 << 20 : 0;
    block->port[2][5] = t == 20 ? 2 << 20 : 0;
    block->background[5] = 40;
    double now = 0.1 * t, then = now + 0.1, late = 10 - 1e-9, early = 2 - 1e-9;
    open_once(&population, SPECIMEN_GABA_FAST);
    double a = 3 * kernel(now, 0.5, 6) + kernel(now - late, 0.5, 6);
    double b = 3 * kernel(then, 0.5, 6) + kernel(then - late, 0.5, 6);
    assert_near(block->g[5], 0.5 * (a + b), 1e-5);
    assert_near(block->g_E[5], -75 * block->g[5], 1e-4);
    open_once(&population, SPECIMEN_GABA_SLOW);
    assert_near(block->g[5], kernel(now - early, 1, 12) + kernel(then - early, 1, 12), 1e-5);
  }
  population_free(&population);
}

/* A cell between excitation at rest and the reversal potential is pulled down; at the reversal it is held. */
static void test_pulls_to_reversal(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 32);
  specimen_no_spread(&population);
  specimen_ready(&population, 0.1, 128);
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  V[0] = -58, V[1] = -90;
  for (int t = 0; t < 300; t++) {
    for (int i = 0; i < 2; i++) population.block[0].port[1][i] = t % 10 ? 0 : 500 << 20;
    specimen_tick(&population, t, 1u << SPECIMEN_GABA_FAST, 0);
  }
  assert_near(V[0], -75, 0.3);
  assert_near(V[1], -75, 0.3);
  struct cells cells = population_cells(&population, 0, SPECIMEN_GABA_FAST);
  const struct step step = {.slow_dt_ms = 1};
  V[0] = -65;
  population.receptor[SPECIMEN_GABA_FAST].mechanism->adapt(&cells, &step);
  double g = (double)(specimen_floats(&population, SPECIMEN_GABA_FAST, "decay")[0] -
                      specimen_floats(&population, SPECIMEN_GABA_FAST, "rise")[0]);
  assert_near(specimen_floats(&population, SPECIMEN_GABA_FAST, "current")[0], 10 * g, 1e-4 * g);
  population_free(&population);
}

/* On a port of two lanes the receptor reads its own. */
static void test_lanes(void **state) {
  (void)state;
  struct population one = specimen(specimen_build(""), 40), two = specimen(specimen_build(""), 40);
  two.port[1] = (struct port){.name = "pair", .lanes = 2, .quantum = {0x1p-20, 0x1p-20}};
  two.receptor[SPECIMEN_GABA_FAST].lane = 1;
  specimen_ready(&one, 0.1, 128);
  specimen_ready(&two, 0.1, 128);
  for (int t = 0; t < 50; t++) {
    for (int i = 0; i < 40; i++) {
      one.block[0].port[1][i] = two.block[0].port[1][2 * i + 1] = (i * t * 7919) % 1000003;
      two.block[0].port[1][2 * i] = 77777777;
    }
    open_once(&one, SPECIMEN_GABA_FAST);
    open_once(&two, SPECIMEN_GABA_FAST);
    assert_memory_equal(one.block[0].g, two.block[0].g, 40 * sizeof(float));
  }
  assert_true(one.block[0].g[39] > 0);
  population_free(&one);
  population_free(&two);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_conductance),
                                     cmocka_unit_test(test_pulls_to_reversal), cmocka_unit_test(test_lanes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
