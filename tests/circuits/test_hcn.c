/* test_hcn.c — I_h and a drug: without drug nothing is added to a cell, to the bit, whatever it does; at a
 * held potential what is added goes exponentially to the closed form; two drugs compete for the channels;
 * channels without HCN1 are left alone, and cells that the drug does not reach; a cell of usual size is
 * hyperpolarised by what is known of it. */
#include "drugs/action.h"
#include "specimen.h"

enum { CELLS = 64 };

static const struct hcn1 drug = {.EC50 = 6, .shift = 12, .block = 0.6};

static double activation(double V) { return 1 / (1 + exp((V + 82) / 8)); }

static struct population make(const char *cell, int *hcn, double g_h, double HCN1) {
  struct population population = specimen_of(specimen_build(""), cell, CELLS);
  *hcn = specimen_receive(&population, specimen_build(""), "hcn");
  specimen_set(&population, *hcn, "g_h", g_h);
  specimen_set(&population, *hcn, "HCN1", HCN1);
  specimen_set(&population, SPECIMEN_CELL, "E_L", -70);
  specimen_ready(&population, 0.1, 128);
  return population;
}

static void call(const struct population *population, int hcn, const struct exposure *exposures, int n,
                 bool millisecond) {
  const struct block *block = &population->block[0];
  const struct step step = {.slow_dt_ms = 1, .exposures = exposures, .n_exposures = n};
  struct cells cells = population_cells(population, 0, hcn);
  for (int i = 0; i < block->padded; i++) block->g[i] = 2, block->g_E[i] = -5;
  if (millisecond) population->receptor[hcn].mechanism->adapt(&cells, &step);
  population->receptor[hcn].mechanism->open(&cells, &step);
}

/* Nobody there, and nothing given, with potentials that move. */
static void test_without_drug(void **state) {
  (void)state;
  int hcn;
  struct population population = make("lif_conductance", &hcn, 1.5, 1);
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  const struct exposure nothing[] = {{ACTION_HCN1, 0, &drug, 0, NULL}};
  for (int ms = 0; ms < 300; ms++) {
    for (int i = 0; i < CELLS; i++) V[i] = (float)(-95 + (ms * 37 + i * 11) % 60);
    call(&population, hcn, nothing, ms % 2, true);
    for (int i = 0; i < CELLS; i++)
      assert_true(population.block[0].g[i] == 2 && population.block[0].g_E[i] == -5);
  }
  population_free(&population);
}

/* What is lost with n and n_d on their way to rest at V and at V + shift, in 50 ms. */
static void test_closed_form(void **state) {
  (void)state;
  static const double potentials[] = {-90, -75, -60};
  for (int k = 0; k < 3; k++) {
    int hcn;
    struct population population = make("lif_conductance", &hcn, 1.5, 0.5);
    float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    const struct exposure one[] = {{ACTION_HCN1, 0, &drug, 18, NULL}}; /* three quarters of the channels */
    double start = activation(-70), g_max = 1.5 / start;
    for (int i = 0; i < CELLS; i++) V[i] = (float)potentials[k];
    for (int ms = 1; ms <= 400; ms++) {
      call(&population, hcn, one, 1, true);
      double fade = exp(-ms / 50.0);
      double n = activation(potentials[k]) + (start - activation(potentials[k])) * fade;
      double held = activation(potentials[k] + 9);
      double n_d = held + (start - held) * fade, added = g_max * 0.5 * ((1 - 0.45) * n_d - n);
      added *= fmin(1, start / n);
      assert_near(population.block[0].g[3], 2 + added, 2e-5);
      assert_near(population.block[0].g_E[3], -5 - 35 * added, 1e-3);
    }
    assert_true(population.block[0].g[3] < 2);
    population_free(&population);
  }
}

/* The same drug as two, half of each, is one; a weak one beside it takes channels from it. */
static void test_competition(void **state) {
  (void)state;
  int hcn;
  struct population population = make("lif_conductance", &hcn, 1.5, 1);
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  static const struct hcn1 idle = {.EC50 = 6, .shift = 0, .block = 0};
  const struct exposure whole[] = {{ACTION_HCN1, 0, &drug, 10, NULL}};
  const struct exposure halves[] = {{ACTION_HCN1, 0, &drug, 5, NULL}, {ACTION_HCN1, 1, &drug, 5, NULL}};
  const struct exposure beside[] = {{ACTION_HCN1, 0, &drug, 10, NULL}, {ACTION_HCN1, 1, &idle, 100, NULL}};
  float at[3];
  const struct exposure *const cases[] = {whole, halves, beside};
  static const int n[] = {1, 2, 2};
  for (int c = 0; c < 3; c++) {
    for (int i = 0; i < CELLS; i++) V[i] = -72;
    for (int ms = 0; ms < 1000; ms++) call(&population, hcn, cases[c], n[c], true);
    at[c] = population.block[0].g[0];
  }
  assert_near(at[1], at[0], 1e-5);
  assert_true(at[2] > at[0] + 0.1f && at[2] < 2);
  population_free(&population);
}

/* A drug that reaches part of the sheet does at each cell what its share of the concentration does there; it
 * takes nothing where it is not. */
static void test_local(void **state) {
  (void)state;
  static const float reach[3] = {1, 0.25f, 0};
  const struct exposure local[] = {{ACTION_HCN1, 0, &drug, 20, reach}};
  const struct exposure whole[] = {{ACTION_HCN1, 0, &drug, 20, NULL}},
                        less[] = {{ACTION_HCN1, 0, &drug, 5, NULL}};
  int hcn;
  struct population part = make("lif_conductance", &hcn, 1.5, 1), all = make("lif_conductance", &hcn, 1.5, 1),
                    quarter = make("lif_conductance", &hcn, 1.5, 1);
  assert_ok(memory_new("site", CELLS, sizeof(int32_t), &part.site));
  for (int i = 0; i < CELLS; i++) part.site[i] = i % 3;
  for (int ms = 0; ms < 60; ms++) {
    struct population *const each[] = {&part, &all, &quarter};
    for (int k = 0; k < 3; k++) {
      float *V = specimen_floats(each[k], SPECIMEN_CELL, "V");
      for (int i = 0; i < CELLS; i++) V[i] = (float)(-80 + ms % 20);
    }
    call(&part, hcn, local, 1, true);
    call(&all, hcn, whole, 1, true);
    call(&quarter, hcn, less, 1, true);
    assert_true(part.block[0].g[3] == all.block[0].g[3]);
    assert_true(part.block[0].g[4] == quarter.block[0].g[4]);
    assert_true(part.block[0].g[5] == 2 && part.block[0].g_E[5] == -5);
  }
  assert_true(part.block[0].g[3] < part.block[0].g[4] && part.block[0].g[4] < 2);
  population_free(&part);
  population_free(&all);
  population_free(&quarter);
}

/* A cell of 10 nS at -70 mV with 1 nS of I_h, half of which goes: below there it has a leak of 9.5 nS, and
 * lies 35 mV × 0.5/9.5 lower. With all of it gone, and more that a shift would take, it still is passive. */
static void test_hyperpolarises(void **state) {
  (void)state;
  static const struct hcn1 half = {.EC50 = 1, .shift = 0, .block = 0.5};
  static const struct hcn1 all = {.EC50 = 1, .shift = 50, .block = 1};
  for (int k = 0; k < 2; k++) {
    int hcn;
    const struct exposure one[] = {{ACTION_HCN1, 0, k ? &all : &half, 1e9, NULL}};
    struct population population = make("lif_conductance", &hcn, k ? 5.0 : 1.0, 1);
    float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    struct block *block = &population.block[0];
    const struct step step = {.slow_dt_ms = 1, .exposures = one, .n_exposures = 1};
    struct cells cells = population_cells(&population, 0, hcn),
                 self = population_cells(&population, 0, SPECIMEN_CELL);
    for (int i = 0; i < CELLS; i++) V[i] = -70;
    for (int t = 0; t < 10000; t++) {
      for (int i = 0; i < block->padded; i++) block->g[i] = block->g_E[i] = 0;
      population.receptor[hcn].mechanism->open(&cells, &step);
      population.cell->advance(&self, &step);
      if (t % 10 == 9) population.receptor[hcn].mechanism->adapt(&cells, &step);
    }
    assert_near(V[0], k ? -70 - 35 * 5.0 / 5.0 : -70 - 35 * 0.5 / 9.5, 0.01);
    population_free(&population);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_without_drug), cmocka_unit_test(test_closed_form),
                                     cmocka_unit_test(test_competition), cmocka_unit_test(test_local),
                                     cmocka_unit_test(test_hyperpolarises)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
