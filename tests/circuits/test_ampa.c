/* test_ampa.c — what arrives opens a difference of exponentials of unit peak, exactly from tick to tick,
 * and adds up; the AMPA content scales it, competitive antagonists leave 1/(1 + ΣC/K_B), potentiators
 * raise it by their Hill curve; throughput counts what comes from recurrent spikes and nothing else, no
 * part that came from outside; a factor on the release of background scales its events. */
#include "drugs/action.h"
#include "memory.h"
#include "specimen.h"

enum { RECEPTOR = SPECIMEN_AMPA };

static struct population make(void) {
  struct population population = specimen(specimen_build(""), 32);
  specimen_ready(&population, 0.1, 128);
  return population;
}

/* Open once: conductance g, nS, and g E_rev, pA, of cell i. */
static void open_once(const struct population *population, const struct step *step) {
  struct block *block = &population->block[0];
  for (int i = 0; i < block->padded; i++) block->g[i] = block->g_E[i] = 0;
  struct cells cells = population_cells(population, 0, RECEPTOR);
  population->receptor[RECEPTOR].mechanism->open(&cells, step);
}

static void arrive(const struct population *population, int i, int32_t counts, int32_t events) {
  population->block[0].port[0][2 * i] = counts;
  population->block[0].port[0][2 * i + 1] = 12345; /* the other lane does not count here */
  population->block[0].background[i] = events;
}

/* The kernel of rise 0.5 and decay 3 ms, with unit peak at t = ln 6 · 0.6 ms. */
static double kernel(double t_ms) {
  double peak_ms = log(3 / 0.5) * 3 * 0.5 / 2.5;
  double peak = exp(-peak_ms / 3) - exp(-peak_ms / 0.5);
  return t_ms < 0 ? 0 : (exp(-t_ms / 3) - exp(-t_ms / 0.5)) / peak;
}

/* Two spikes and a background event on three cells; the tick's conductance is the mean of its two ends. */
static void test_conductance(void **state) {
  (void)state;
  struct population population = make();
  struct step step = {.slow_dt_ms = 1};
  double most = 0;
  for (int t = 0; t < 400; t++) {
    for (int i = 0; i < 32; i++) arrive(&population, i, 0, 0);
    if (t == 0) arrive(&population, 3, 5 << 20, 0); /* 5 nS */
    if (t == 50) arrive(&population, 3, 2 << 20, 0);
    if (t == 50) arrive(&population, 20, 0, 3); /* 3 × 1 nS */
    open_once(&population, &step);
    const float *g = population.block[0].g;
    double now = 0.1 * t, then = now + 0.1;
    double a = 5 * kernel(now) + 2 * kernel(now - 5 + 1e-9), b = 5 * kernel(then) + 2 * kernel(then - 5);
    assert_near(g[3], 0.5 * (a + b), 2e-6 * 7);
    assert_near(g[20], 1.5 * (kernel(now - 5 + 1e-9) + kernel(then - 5)), 2e-6 * 3);
    assert_true(g[4] == 0.0f && population.block[0].g_E[3] == 0.0f); /* E_rev is 0 */
    most = fmax(most, (double)g[20]);
  }
  assert_near(most, 3, 0.01); /* unit peak */
  population_free(&population);
}

static void test_reversal(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 32);
  specimen_set(&population, RECEPTOR, "E_rev", -7);
  specimen_ready(&population, 0.1, 128);
  struct step step = {.slow_dt_ms = 1};
  arrive(&population, 7, 1 << 20, 0);
  open_once(&population, &step);
  arrive(&population, 7, 0, 0);
  open_once(&population, &step);
  const struct block *block = &population.block[0];
  assert_true(block->g[7] > 0);
  assert_near(block->g_E[7], -7 * block->g[7], 1e-6);
  struct cells cells = population_cells(&population, 0, RECEPTOR);
  specimen_floats(&population, SPECIMEN_CELL, "V")[7] = -57;
  population.receptor[RECEPTOR].mechanism->adapt(&cells, &step);
  double g = (double)(specimen_floats(&population, RECEPTOR, "decay")[7] -
                      specimen_floats(&population, RECEPTOR, "rise")[7]);
  assert_near(specimen_floats(&population, RECEPTOR, "current")[7], -50 * g, 1e-5);
  population_free(&population);
}

static void test_content_and_antagonists(void **state) {
  (void)state;
  const struct ampa_competitive strong = {.K_B = 0.1}, weak = {.K_B = 5}, other = {.K_B = 1e-9};
  const struct exposure exposures[] = {{ACTION_AMPA_COMPETITIVE, 0, &strong, 0.3, NULL},
                                       {ACTION_MTORC1_INHIBITOR, 0, &other, 1.0, NULL}, /* acts elsewhere */
                                       {ACTION_AMPA_COMPETITIVE, 1, &weak, 10, NULL}};
  struct population free = make(), held = make();
  struct step without = {.slow_dt_ms = 1}, with = {.slow_dt_ms = 1, .exposures = exposures, .n_exposures = 3};
  specimen_floats(&held, RECEPTOR, "content")[9] = 0.4f;
  for (int t = 0; t < 30; t++) {
    for (int i = 0; i < 32; i++) {
      arrive(&free, i, t < 3 ? 1 << 20 : 0, t % 2);
      arrive(&held, i, t < 3 ? 1 << 20 : 0, t % 2);
    }
    open_once(&free, &without);
    open_once(&held, &with);
    /* 1/(1 + 3 + 2) */
    assert_near(held.block[0].g[8], free.block[0].g[8] / 6, 1e-6);
    assert_near(held.block[0].g[9], free.block[0].g[9] * 0.4f / 6, 1e-6);
  }
  population_free(&free);
  population_free(&held);
}

/* An antagonist that reaches part of the sheet acts at each cell by its share there, beside one that reaches
 * all of it. */
static void test_local_antagonist(void **state) {
  (void)state;
  static const float reach[3] = {1, 0.25f, 0};
  const struct ampa_competitive site = {.K_B = 0.1};
  const struct exposure exposures[] = {{ACTION_AMPA_COMPETITIVE, 0, &site, 0.4, reach},
                                       {ACTION_AMPA_COMPETITIVE, 1, &site, 0.1, NULL}};
  struct population free = make(), held = make();
  struct step without = {.slow_dt_ms = 1}, with = {.slow_dt_ms = 1, .exposures = exposures, .n_exposures = 2};
  assert_int_equal(memory_new("site", 32, sizeof(int32_t), &held.site), STATUS_OK);
  for (int i = 0; i < 32; i++) held.site[i] = i % 3;
  for (int t = 0; t < 30; t++) {
    for (int i = 0; i < 32; i++) {
      arrive(&free, i, t < 3 ? 1 << 20 : 0, t % 2);
      arrive(&held, i, t < 3 ? 1 << 20 : 0, t % 2);
    }
    open_once(&free, &without);
    open_once(&held, &with);
    assert_near(held.block[0].g[9], free.block[0].g[9] / 6, 1e-6); /* 1/(1 + 4 + 1) */
    assert_near(held.block[0].g[10], free.block[0].g[10] / 3, 1e-6);
    assert_near(held.block[0].g[11], free.block[0].g[11] / 2, 1e-6);
  }
  population_free(&free);
  population_free(&held);
}

/* Half of the effect at EC50, with an antagonist beside it; at no concentration nothing, to the bit. */
static void test_potentiator(void **state) {
  (void)state;
  const struct ampa_potentiator drug = {.EC50 = 3, .hill = 2, .current = 1.5, .release = 4};
  const struct ampa_competitive antagonist = {.K_B = 0.1};
  struct exposure exposures[] = {{ACTION_AMPA_POTENTIATOR, 0, &drug, 3, NULL},
                                 {ACTION_AMPA_COMPETITIVE, 0, &antagonist, 0.1, NULL}};
  struct population none = make(), half = make(), both = make(), gone = make();
  const struct exposure nothing = {ACTION_AMPA_POTENTIATOR, 0, &drug, 0, NULL};
  struct step step[] = {{.slow_dt_ms = 1},
                        {.slow_dt_ms = 1, .exposures = exposures, .n_exposures = 1},
                        {.slow_dt_ms = 1, .exposures = exposures, .n_exposures = 2},
                        {.slow_dt_ms = 1, .exposures = &nothing, .n_exposures = 1}};
  struct population *each[] = {&none, &half, &both, &gone};
  for (int t = 0; t < 30; t++) {
    for (int k = 0; k < 4; k++) {
      for (int i = 0; i < 32; i++) arrive(each[k], i, t < 3 ? 1 << 20 : 0, t % 2);
      open_once(each[k], &step[k]);
    }
    assert_near(half.block[0].g[8], 1.25 * none.block[0].g[8], 1e-5);
    assert_near(both.block[0].g[8], 0.625 * none.block[0].g[8], 1e-5);
    assert_memory_equal(gone.block[0].g, none.block[0].g, 32 * sizeof(float));
  }
  for (int k = 0; k < 4; k++) population_free(each[k]);
}

static void test_throughput(void **state) {
  (void)state;
  struct population population = make();
  struct step step = {.slow_dt_ms = 1};
  struct cells cells = population_cells(&population, 0, RECEPTOR);
  specimen_floats(&population, RECEPTOR, "content")[2] = 3; /* throughput is before the content */
  double wanted = 0;
  for (int t = 0; t < 200; t++) {
    arrive(&population, 2, t % 7 ? 0 : 1000 * t, 5);
    wanted += t % 7 ? 0 : 1000 * t * 0x1p-20;
    open_once(&population, &step);
    if (t % 10 == 9) population.receptor[RECEPTOR].mechanism->adapt(&cells, &step);
  }
  double *throughput = population_column(&population, RECEPTOR, "throughput", 0, 0);
  assert_near(throughput[2], wanted, 1e-6 * wanted);
  assert_true(throughput[3] == 0);
  population_clear_sums(&population, 0);
  assert_true(throughput[2] == 0);
  population_free(&population);
}

/* Receptors at the terminals of the background scale its events, and nothing that recurrent spikes bring. */
static void test_release_of_background(void **state) {
  (void)state;
  struct population population = make();
  struct step step = {.slow_dt_ms = 1};
  for (int i = 0; i < 32; i++) {
    arrive(&population, i, i % 2 ? 3 << 20 : 0, i % 2 ? 0 : 3);
    population.block[0].afferent_release[i] = i < 4 ? 1.0f : 0.5f;
  }
  open_once(&population, &step);
  const float *g = population.block[0].g;
  assert_true(g[0] == g[1]); /* 3 nS of either */
  assert_true(g[5] == g[1]);
  assert_near(g[4], 0.5 * (double)g[0], 1e-7);
  population_free(&population);
}

static void test_fault(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 1);
  const struct receptor *ampa = &population.receptor[RECEPTOR];
  assert_null(ampa->mechanism->fault(ampa->params));
  specimen_set(&population, RECEPTOR, "tau_rise", 3);
  assert_non_null(strstr(ampa->mechanism->fault(ampa->params), "tau_rise"));
  population_free(&population);
}

/* What came by a port that joins the receptor's opens it as all does, and is no part of the throughput. */
static void test_part(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 32);
  population.n_ports = 4;
  population.port[3] = (struct port){.name = "part", .lanes = 2, .quantum = {0x1p-20, 0x1p-20}, .joins = 1};
  specimen_ready(&population, 0.1, 128);
  struct step step = {.slow_dt_ms = 1};
  arrive(&population, 5, 5 << 20, 0);
  population.block[0].port[3][2 * 5] = 2 << 20;
  arrive(&population, 6, 5 << 20, 0);
  open_once(&population, &step);
  const struct block *block = &population.block[0];
  assert_true(block->g[5] > 0 && block->g[5] == block->g[6]);
  struct cells cells = population_cells(&population, 0, RECEPTOR);
  population.receptor[RECEPTOR].mechanism->adapt(&cells, &step);
  const double *throughput = population_column(&population, RECEPTOR, "throughput", 0, 0);
  assert_near(throughput[5], 3, 1e-6);
  assert_near(throughput[6], 5, 1e-6);
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_part),        cmocka_unit_test(test_conductance),
      cmocka_unit_test(test_reversal),    cmocka_unit_test(test_content_and_antagonists),
      cmocka_unit_test(test_potentiator), cmocka_unit_test(test_local_antagonist),
      cmocka_unit_test(test_throughput),  cmocka_unit_test(test_release_of_background),
      cmocka_unit_test(test_fault)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
