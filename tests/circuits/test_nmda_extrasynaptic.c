/* test_nmda_extrasynaptic.c — ambient glutamate opens receptors outside synapses as binding and magnesium
 * say, little at rest; their block has a state and an open probability of its own, which synapses do not
 * touch; drugs reach them by the share they are exposed; and they alone have the allosteric site. */
#include "drugs/action.h"
#include "specimen.h"

enum { SUBUNITS = 4 };
static const double EC50[SUBUNITS] = {4, 2.2, 1, 0.45}, K0[SUBUNITS] = {3.57, 3.57, 45, 23},
                    peak[SUBUNITS] = {0.4, 0.13, 0.01, 0.02};
static const struct nmda_channel ketamine_like = {.K_d_2A = 0.33,
                                                  .K_d_2B = 0.31,
                                                  .K_d_2C = 0.51,
                                                  .K_d_2D = 0.83,
                                                  .k_on = 0.01,
                                                  .k_escape = 1.3e-6,
                                                  .z_delta = 0.55};
static int receptor;

static struct population make(const double share[SUBUNITS], double g_max) {
  static const char *const keys[] = {"share_2A", "share_2B", "share_2C", "share_2D"};
  struct population population = specimen(specimen_build(""), 40);
  receptor = specimen_extrasynaptic(&population, specimen_build(""));
  for (int s = 0; s < SUBUNITS; s++) specimen_set(&population, receptor, keys[s], share[s]);
  specimen_set(&population, receptor, "g_max", g_max);
  return population;
}

static const double quarters[SUBUNITS] = {0.25, 0.25, 0.25, 0.25};

static void set_cell(struct population *population, int i, double V, double uM) {
  specimen_floats(population, SPECIMEN_CELL, "V")[i] = (float)V;
  population->block[0].ambient[i] = (float)uM;
}

static void adapt(struct population *population, const struct exposure *exposures, int n, double dt_ms,
                  int times) {
  const struct step step = {.slow_dt_ms = dt_ms, .exposures = exposures, .n_exposures = n};
  struct cells cells = population_cells(population, 0, receptor);
  for (int k = 0; k < times; k++) population->receptor[receptor].mechanism->adapt(&cells, &step);
}

/* Conductance of the next tick. */
static double opened(struct population *population, int i) {
  const struct step step = {.slow_dt_ms = 1};
  struct cells cells = population_cells(population, 0, receptor);
  population->block[0].g[i] = 0;
  population->receptor[receptor].mechanism->open(&cells, &step);
  return (double)population->block[0].g[i];
}

static double conductance(const double share[SUBUNITS], double g_max, double V, double uM) {
  double sum = 0;
  for (int s = 0; s < SUBUNITS; s++) sum += share[s] * uM / (uM + EC50[s]) / (1 + exp(-0.062 * V) / K0[s]);
  return g_max * sum;
}

static void test_conductance(void **state) {
  (void)state;
  struct population population = make(quarters, 2);
  specimen_ready(&population, 0.1, 128);
  assert_true(opened(&population, 0) == 0); /* no glutamate, before the first look and after */
  adapt(&population, NULL, 0, 1, 3);
  assert_true(opened(&population, 0) == 0);
  for (double uM = 0.001; uM < 1000; uM *= 10) {
    for (double V = -90; V <= 40; V += 13) {
      set_cell(&population, 7, V, uM);
      population_clear_sums(&population, 0);
      adapt(&population, NULL, 0, 1, 1);
      double wanted = conductance(quarters, 2, V, uM), carried = 0;
      assert_near(opened(&population, 7), wanted, 3e-6 * wanted);
      assert_near(specimen_floats(&population, receptor, "current")[7], wanted * V, 1e-5 * fabs(wanted * V));
      for (int s = 0; s < SUBUNITS; s++) {
        const double *charge = population_column(&population, receptor, "charge", s, 0),
                     *without = population_column(&population, receptor, "charge_without", s, 0);
        assert_true(charge[7] == without[7]);
        carried -= charge[7];
      }
      assert_near(carried, wanted * V, 1e-5 * fabs(wanted * V));
    }
  }
  population_free(&population);
}

/* At 25-90 nM and -60 mV: under 1 pA in a pyramidal cell, under 5 pA in an SST cell, and more in the
 * latter. */
static void test_small_at_rest(void **state) {
  (void)state;
  static const double pyramidal[SUBUNITS] = {0.3, 0.7, 0, 0}, SST[SUBUNITS] = {0.1, 0.35, 0.05, 0.5};
  struct population first = make(pyramidal, 0.5), second = make(SST, 1.6);
  specimen_ready(&first, 0.1, 128);
  specimen_ready(&second, 0.1, 128);
  for (double uM = 0.025; uM < 0.1; uM += 0.065) {
    set_cell(&first, 0, -60, uM);
    set_cell(&second, 0, -60, uM);
    adapt(&first, NULL, 0, 1, 1);
    adapt(&second, NULL, 0, 1, 1);
    double a = 60 * opened(&first, 0), b = 60 * opened(&second, 0);
    assert_between(a, 1e-3, 1);
    assert_between(b, 0.3, 5);
    assert_true(b > 5 * a);
  }
  population_free(&first);
  population_free(&second);
}

/* Block follows the exact solution at the open probability P_peak G/(G + EC50); what synapses do is no
 * matter. */
static void test_block(void **state) {
  (void)state;
  const struct exposure here = {ACTION_NMDA_CHANNEL, 1, &ketamine_like, 3, NULL};
  struct population population = make(quarters, 2);
  specimen_ready(&population, 0.1, 128);
  set_cell(&population, 5, -50, 0.2);
  specimen_floats(&population, SPECIMEN_NMDA, "decay")[5] = 50;
  adapt(&population, &here, 1, 20, 3000);
  double wanted_g = 0;
  for (int s = 0; s < SUBUNITS; s++) {
    const double K_d[SUBUNITS] = {0.33, 0.31, 0.51, 0.83};
    double P = peak[s] * 0.2 / (0.2 + EC50[s]), m = exp(0.062 * 50) / K0[s];
    double on = P * 0.01 * 3 / (1 + m), off = P * 0.01 * K_d[s] * exp(0.55 * 16 / 26.7268) + 1.3e-6;
    double b = on / (on + off) * (1 - exp(-6e4 * (on + off)));
    double found = ((double *)population_column(&population, receptor, "blocked", SUBUNITS + s, 0))[5];
    assert_near(found, b, 3e-5 * b);
    wanted_g += 2 * 0.25 * 0.2 / (0.2 + EC50[s]) * (1 - b) / (1 + m);
  }
  assert_near(opened(&population, 5), wanted_g, 1e-4 * wanted_g);
  assert_true(((double *)population_column(&population, receptor, "blocked", SUBUNITS, 0))[6] == 0);
  population_free(&population);
}

static void test_rest(void **state) {
  (void)state;
  const struct exposure here = {ACTION_NMDA_CHANNEL, 0, &ketamine_like, 1, NULL};
  const struct step step = {.slow_dt_ms = 1, .exposures = &here, .n_exposures = 1};
  struct population resting = make(quarters, 2), looking = make(quarters, 2);
  specimen_ready(&resting, 0.1, 128);
  specimen_ready(&looking, 0.1, 128);
  set_cell(&resting, 0, -60, 0.05);
  set_cell(&looking, 0, -60, 0.05);
  adapt(&resting, &here, 1, 1, 10);
  adapt(&looking, &here, 1, 1, 10);
  adapt(&looking, &here, 1, 1000, 600);
  struct cells cells = population_cells(&resting, 0, receptor);
  resting.receptor[receptor].mechanism->rest(&cells, &step, 6e5);
  for (int s = 0; s < SUBUNITS; s++) {
    const double *a = population_column(&resting, receptor, "blocked", s, 0),
                 *b = population_column(&looking, receptor, "blocked", s, 0);
    assert_near(a[0], b[0], 1e-4 * b[0]);
  }
  population_free(&resting);
  population_free(&looking);
}

/* Not exposed: neither blockers nor antagonists change anything, by no bit. */
static void test_exposed(void **state) {
  (void)state;
  static const struct nmda_subunit antagonist = {1, 1, 1, 1, 1, 1, 1, 1};
  static const struct nmda_allosteric site = {0.1, 0.4};
  const struct exposure all[] = {{ACTION_NMDA_CHANNEL, 0, &ketamine_like, 10, NULL},
                                 {ACTION_NMDA_SUBUNIT, 0, &antagonist, 10, NULL},
                                 {ACTION_NMDA_ALLOSTERIC, 0, &site, 10, NULL}};
  for (double exposed = 0; exposed <= 1; exposed += 0.5) {
    struct population population = make(quarters, 2);
    specimen_set(&population, receptor, "exposed", exposed);
    specimen_set(&population, receptor, "allosteric", 1);
    specimen_ready(&population, 0.1, 128);
    set_cell(&population, 0, -50, 0.2);
    adapt(&population, NULL, 0, 1, 1);
    double before = opened(&population, 0);
    adapt(&population, all + 1, 2, 1, 1);
    double left = 1 / (1 + 10 * exposed) * (1 - 0.4 * 10 * exposed / (10 * exposed + 0.1));
    assert_near(opened(&population, 0) / before, left, 1e-6);
    adapt(&population, all, 3, 1, 1000);
    assert_true(exposed > 0 || opened(&population, 0) == before);
    population_free(&population);
  }
}

/* Two drugs at that site are one of their sum: a racemate takes no more than its halves could. */
static void test_allosteric_pair(void **state) {
  (void)state;
  static const struct nmda_allosteric site = {0.1, 0.4};
  const struct exposure one = {ACTION_NMDA_ALLOSTERIC, 0, &site, 5, NULL},
                        two[] = {{ACTION_NMDA_ALLOSTERIC, 0, &site, 2, NULL},
                                 {ACTION_NMDA_ALLOSTERIC, 1, &site, 3, NULL}};
  struct population population = make(quarters, 2);
  specimen_set(&population, receptor, "allosteric", 1);
  specimen_ready(&population, 0.1, 128);
  set_cell(&population, 0, -50, 0.06);
  adapt(&population, &one, 1, 1, 1);
  double wanted = opened(&population, 0);
  adapt(&population, two, 2, 1, 1);
  assert_near(opened(&population, 0), wanted, 1e-6 * wanted);
  population_free(&population);
}

/* The allosteric site: nanomolar, incomplete, and only where receptors have it. */
static void test_allosteric(void **state) {
  (void)state;
  static const struct nmda_allosteric site = {0.1, 0.4};
  for (double share = 0; share <= 1; share += 0.5) {
    struct population population = make(quarters, 2);
    specimen_set(&population, receptor, "allosteric", share);
    specimen_ready(&population, 0.1, 128);
    set_cell(&population, 0, -50, 0.06);
    adapt(&population, NULL, 0, 1, 1);
    double before = opened(&population, 0);
    for (double uM = 0.001; uM < 200; uM *= 10) {
      const struct exposure here = {ACTION_NMDA_ALLOSTERIC, 0, &site, uM, NULL};
      adapt(&population, &here, 1, 1, 1);
      assert_near(opened(&population, 0) / before, 1 - share * 0.4 * uM / (uM + 0.1), 1e-6);
    }
    population_free(&population);
  }
}

/* The conductance is held for a millisecond: against magnesium that follows at once, the mean current is
 * 2 % off while the potential moves by 5 mV at 20 Hz. */
static void test_holding(void **state) {
  (void)state;
  struct population population = make(quarters, 2);
  specimen_ready(&population, 0.1, 128);
  double held = 0, exact = 0;
  for (int t = 0; t < 10000; t++) {
    double V = -55 + 5 * sin(2 * 3.14159265 * 20 * t * 1e-4);
    set_cell(&population, 0, V, 0.1);
    if (t % 10 == 0) adapt(&population, NULL, 0, 1, 1);
    held += opened(&population, 0) * V;
    exact += conductance(quarters, 2, V, 0.1) * V;
  }
  assert_near(held / exact, 1, 0.02);
  population_free(&population);
}

static void test_fault(void **state) {
  (void)state;
  struct population population = make(quarters, 1);
  const struct receptor *r = &population.receptor[receptor];
  assert_null(r->mechanism->fault(r->params));
  specimen_set(&population, receptor, "share_2D", 0.3);
  assert_non_null(strstr(r->mechanism->fault(r->params), "do not sum to 1"));
  specimen_set(&population, receptor, "share_2A", 0.2);
  assert_null(r->mechanism->fault(r->params));
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_conductance),
                                     cmocka_unit_test(test_small_at_rest),
                                     cmocka_unit_test(test_block),
                                     cmocka_unit_test(test_rest),
                                     cmocka_unit_test(test_exposed),
                                     cmocka_unit_test(test_allosteric),
                                     cmocka_unit_test(test_allosteric_pair),
                                     cmocka_unit_test(test_holding),
                                     cmocka_unit_test(test_fault)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
