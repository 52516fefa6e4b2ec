/* test_gaba_a.c — inhibition opens a difference of exponentials of unit peak for each spike, adds up, and
 * pulls towards its reversal potential; the fast and the slow instance are independent; events of the
 * background open nothing here; one lane and two are read alike. Agonists hold a conductance open by their
 * occupancy and touch nothing else; modulators stretch and enlarge what spikes open and open nothing;
 * a local drug acts where it is. */
#include "drugs/action.h"
#include "specimen.h"

static double kernel(double t_ms, double rise, double decay) {
  double peak_ms = log(decay / rise) * decay * rise / (decay - rise);
  double peak = exp(-peak_ms / decay) - exp(-peak_ms / rise);
  return t_ms < 0 ? 0 : (exp(-t_ms / decay) - exp(-t_ms / rise)) / peak;
}

static void open_with(const struct population *population, int receptor, const struct exposure *exposures,
                      int n) {
  struct block *block = &population->block[0];
  const struct step step = {.slow_dt_ms = 1, .exposures = exposures, .n_exposures = n};
  for (int i = 0; i < block->padded; i++) block->g[i] = block->g_E[i] = 0;
  struct cells cells = population_cells(population, 0, receptor);
  population->receptor[receptor].mechanism->open(&cells, &step);
}

static void open_once(const struct population *population, int receptor) {
  open_with(population, receptor, NULL, 0);
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

/* ---- drugs ---- */

/* Two agonists share the receptors: G Σ e x/(1 + Σx), x = (C/EC50)^n, steady, beside what spikes open. */
static void test_agonists(void **state) {
  (void)state;
  const struct gaba_a_agonist full = {.EC50 = 5, .hill = 1.3, .efficacy = 1};
  const struct gaba_a_agonist partial = {.EC50 = 20, .hill = 1, .efficacy = 0.4};
  const struct exposure one[] = {{ACTION_GABA_A_AGONIST, 0, &full, 5, NULL}};
  const struct exposure two[] = {{ACTION_GABA_A_AGONIST, 0, &full, 10, NULL},
                                 {ACTION_GABA_A_AGONIST, 1, &partial, 40, NULL}};
  struct population drug = specimen(specimen_build(""), 32), plain = specimen(specimen_build(""), 32);
  specimen_ready(&drug, 0.1, 128);
  specimen_ready(&plain, 0.1, 128);
  double x = pow(2, 1.3), tonic = 20 * (x + 0.4 * 2) / (1 + x + 2);
  for (int t = 0; t < 60; t++) {
    drug.block[0].port[1][5] = plain.block[0].port[1][5] = t % 20 ? 0 : 3 << 20;
    open_once(&plain, SPECIMEN_GABA_FAST);
    double without = (double)plain.block[0].g[5];
    open_with(&drug, SPECIMEN_GABA_FAST, t < 30 ? one : two, t < 30 ? 1 : 2);
    assert_near(drug.block[0].g[5], without + (t < 30 ? 10 : tonic), 1e-5);
    assert_near(drug.block[0].g_E[5], -75 * drug.block[0].g[5], 1e-3);
  }
  const struct step step = {.slow_dt_ms = 1, .exposures = one, .n_exposures = 1};
  struct cells cells = population_cells(&drug, 0, SPECIMEN_GABA_FAST);
  specimen_floats(&drug, SPECIMEN_CELL, "V")[7] = -65;
  drug.receptor[SPECIMEN_GABA_FAST].mechanism->adapt(&cells, &step);
  assert_near(specimen_floats(&drug, SPECIMEN_GABA_FAST, "current")[7], 10 * 10, 1e-3);
  population_free(&drug);
  population_free(&plain);
}

/* At saturation a spike opens `amplitude` times the unit peak, and it decays `decay` times as slowly; half of
 * both at K_d. Without spikes nothing is open. */
static void test_modulator(void **state) {
  (void)state;
  const struct gaba_a_modulator modulator = {.K_d = 0.25, .decay = 2, .amplitude = 1.2};
  static const struct { double uM, decay_ms, peak; } cases[] = {{0.25, 9, 1.1}, {250, 12, 1.2}};
  for (int k = 0; k < COUNT_OF(cases); k++) {
    const struct exposure exposure = {ACTION_GABA_A_MODULATOR, 0, &modulator, cases[k].uM, NULL};
    struct population population = specimen(specimen_build(""), 32);
    specimen_ready(&population, 0.1, 128);
    for (int t = 0; t < 600; t++) {
      double now = 0.1 * t - 5 + 1e-9, then = now + 0.1;
      population.block[0].port[1][5] = t == 50 ? 2 << 20 : 0;
      open_with(&population, SPECIMEN_GABA_FAST, &exposure, 1);
      double due =
          cases[k].peak * (kernel(now, 0.5, cases[k].decay_ms) + kernel(then, 0.5, cases[k].decay_ms));
      if (t == 49) continue; /* the spike lies between its ends */
      assert_near(population.block[0].g[5], t < 50 ? 0 : due, 0.02);
      assert_true(population.block[0].g[6] == 0);
    }
    population_free(&population);
  }
}

/* Drugs that reach part of the sheet act on a cell with the concentration of its site. */
static void test_local_drugs(void **state) {
  (void)state;
  static const float reach[3] = {1, 0.25f, 0};
  const struct gaba_a_agonist agonist = {.EC50 = 5, .hill = 1, .efficacy = 1};
  const struct gaba_a_modulator modulator = {.K_d = 0.5, .decay = 2, .amplitude = 1.2};
  const struct exposure local[] = {{ACTION_GABA_A_AGONIST, 0, &agonist, 10, reach},
                                   {ACTION_GABA_A_MODULATOR, 1, &modulator, 0.5, reach}};
  for (int site = 0; site < 3; site++) {
    struct exposure even[] = {local[0], local[1]};
    struct population held = specimen(specimen_build(""), 40), all = specimen(specimen_build(""), 40);
    assert_int_equal(memory_new("site", 40, sizeof(int32_t), &held.site), STATUS_OK);
    for (int i = 0; i < 40; i++) held.site[i] = i / 7 % 3; /* stretches of seven */
    specimen_ready(&held, 0.1, 128);
    specimen_ready(&all, 0.1, 128);
    for (int e = 0; e < 2; e++) even[e].free_uM *= (double)reach[site], even[e].reach = NULL;
    for (int t = 0; t < 50; t++) {
      for (int i = 0; i < 40; i++)
        held.block[0].port[1][i] = all.block[0].port[1][i] = t < 3 ? (i * 7919) % 1000003 : 0;
      open_with(&held, SPECIMEN_GABA_FAST, local, 2);
      open_with(&all, SPECIMEN_GABA_FAST, even, 2);
      for (int i = 0; i < 40; i++) {
        if (held.site[i] == site) assert_true(held.block[0].g[i] == all.block[0].g[i]);
      }
    }
    population_free(&held);
    population_free(&all);
  }
}

/* A drug that is gone leaves every bit as it was. */
static void test_no_concentration(void **state) {
  (void)state;
  const struct gaba_a_modulator modulator = {.K_d = 0.25, .decay = 2, .amplitude = 1.2};
  const struct gaba_a_agonist agonist = {.EC50 = 5, .hill = 1.3, .efficacy = 1};
  const struct exposure gone[] = {{ACTION_GABA_A_MODULATOR, 0, &modulator, 0, NULL},
                                  {ACTION_GABA_A_AGONIST, 0, &agonist, 0, NULL}};
  struct population drug = specimen(specimen_build(""), 40), plain = specimen(specimen_build(""), 40);
  specimen_ready(&drug, 0.1, 128);
  specimen_ready(&plain, 0.1, 128);
  for (int t = 0; t < 50; t++) {
    for (int i = 0; i < 40; i++)
      drug.block[0].port[1][i] = plain.block[0].port[1][i] = (i * t * 7919) % 1000003;
    open_once(&plain, SPECIMEN_GABA_FAST);
    open_with(&drug, SPECIMEN_GABA_FAST, gone, 2);
    assert_memory_equal(drug.block[0].g, plain.block[0].g, 40 * sizeof(float));
    assert_memory_equal(drug.block[0].g_E, plain.block[0].g_E, 40 * sizeof(float));
  }
  population_free(&drug);
  population_free(&plain);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_conductance),     cmocka_unit_test(test_pulls_to_reversal),
      cmocka_unit_test(test_lanes),           cmocka_unit_test(test_agonists),
      cmocka_unit_test(test_modulator),       cmocka_unit_test(test_local_drugs),
      cmocka_unit_test(test_no_concentration)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
