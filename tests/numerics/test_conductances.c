/* test_conductances.c — receptors and the potentials they cause against tables of high accuracy: unit-peak
 * kernels, magnesium's block from −100 to +60 mV, and the postsynaptic potentials of a passive cell (AdEx
 * whose exponential is out of reach) through AMPA, GABA-A and NMDA receptors with the block following the
 * potential. */
#include "reference.h"
#include "specimen.h"

static struct reference table;

/* C_m 250 pF, g_L 16.6667 nS, E_L −70 mV; the exponential begins at 0 mV, with a slope of 0.1 mV. */
static struct population passive(void) {
  static const struct {
    const char *key;
    double value;
  } set[] = {{"C_m", 250}, {"g_L", 16.6667}, {"E_L", -70}, {"V_T", 0}, {"Delta_T", 0.1}, {"a", 0}, {"b", 0}};
  struct population population = specimen(specimen_build(""), 1);
  specimen_no_spread(&population);
  for (int k = 0; k < COUNT_OF(set); k++) specimen_set(&population, SPECIMEN_CELL, set[k].key, set[k].value);
  specimen_one_decay(&population);
  return population;
}

static void kinetics(struct population *population, int receptor, double rise_ms, double decay_ms) {
  specimen_set(population, receptor, "tau_rise", rise_ms);
  specimen_set(population, receptor, "tau_decay", decay_ms);
}

/* One event of 1 nS, without magnesium: what is open at full milliseconds, by the two parts of the kernel. */
static void check_kernel(int receptor, double rise_ms, double decay_ms, const char *column) {
  struct population population = passive();
  kinetics(&population, receptor, rise_ms, decay_ms);
  specimen_ready(&population, 0.1, 128);
  const struct receptor *r = &population.receptor[receptor];
  const float *rise = specimen_floats(&population, receptor, "rise");
  const float *decay = specimen_floats(&population, receptor, "decay");
  int row = 1;
  for (int t = 0; row < table.n_rows; t++) {
    int32_t *count = population.block[0].port[r->port] + r->lane;
    *count = t == 0 ? 1 << 20 : 0;
    specimen_tick(&population, t, 1u << receptor, 0);
    if (llround(reference_value(&table, row, "t_ms") * 10) != t + 1) continue;
    double wanted = reference_value(&table, row, column);
    /* a tick's factor is rounded to single precision, by up to 3e-8, and each product again */
    assert_near(decay[0] - rise[0], wanted, 5e-7 + 5e-8 * (t + 1) * wanted);
    row++;
  }
  assert_int_equal(row, table.n_rows);
  population_free(&population);
}

static void test_kernels(void **state) {
  (void)state;
  reference_read("conductance_kernels", &table);
  check_kernel(SPECIMEN_AMPA, 0.5, 3, "beta_rise0.5_decay3");
  check_kernel(SPECIMEN_NMDA, 3, 80, "beta_rise3_decay80");
  check_kernel(SPECIMEN_GABA_FAST, 0.5, 8, "beta_rise0.5_decay8");
  check_kernel(SPECIMEN_GABA_SLOW, 0.5, 8, "beta_rise0.5_decay8");
}

/* Open share of the default pyramidal mix (GluN2A and 2B, 1 mM), and the current it carries. */
static void test_magnesium(void **state) {
  (void)state;
  reference_read("nmda_mg_block", &table);
  struct population population = passive();
  specimen_ready(&population, 0.1, 128);
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  struct cells cells = population_cells(&population, 0, SPECIMEN_NMDA);
  const struct mechanism *nmda = population.receptor[SPECIMEN_NMDA].mechanism;
  const struct step step = {.slow_dt_ms = 1};
  for (int row = 0; row < table.n_rows; row++) {
    double wanted = reference_value(&table, row, "fraction_unblocked_Mg1.0mM");
    double current = reference_value(&table, row, "chord_current_pA_per_nS_Erev0");
    V[0] = (float)reference_value(&table, row, "V_mV");
    specimen_floats(&population, SPECIMEN_NMDA, "rise")[0] = 0;
    specimen_floats(&population, SPECIMEN_NMDA, "decay")[0] = 1;
    nmda->adapt(&cells, &step);
    assert_near(specimen_floats(&population, SPECIMEN_NMDA, "current")[0], current, 1e-6 * fabs(current));
    population.block[0].g[0] = 0;
    nmda->open(&cells, &step);
    double kernel = 0.5 * (1 + (double)specimen_floats(&population, SPECIMEN_NMDA, "decay")[0]);
    assert_near(population.block[0].g[0] / kernel, wanted, 1e-6 * wanted);
  }
  population_free(&population);
}

/* Potentials at the times of the table after events of `nS` at the given ticks; gives the largest error. */
static double psp_error(struct population *population, int receptor, double nS, int n_events, double dt_ms,
                        const char *time, const char *column) {
  specimen_ready(population, dt_ms, 128);
  const struct receptor *r = &population->receptor[receptor];
  float *V = specimen_floats(population, SPECIMEN_CELL, "V");
  double error = 0;
  int row = 1, between = (int)llround(20 / dt_ms);
  V[0] = -70;
  for (int t = 0; row < table.n_rows; t++) {
    bool event = t % between == 0 && t / between < n_events;
    population->block[0].port[r->port][r->lane] = event ? (int32_t)(nS * 0x1p20 + 0.5) : 0;
    specimen_tick(population, t, 1u << receptor, 0);
    if (llround(reference_value(&table, row, time) / dt_ms) != t + 1) continue;
    error = fmax(error, fabs((double)V[0] - reference_value(&table, row, column)));
    row++;
  }
  assert_int_equal(row, table.n_rows);
  population_free(population);
  return error;
}

/* Two events of 20 nS, 20 ms apart, which move the potential by more than 10 mV. Second order in the step. */
static void test_fast_psps(void **state) {
  (void)state;
  reference_read("psp_iaf_cond_beta", &table);
  for (int inhibitory = 0; inhibitory <= 1; inhibitory++) {
    static const double steps[] = {0.25, 0.1, 0.05};
    double error[3];
    for (int k = 0; k < 3; k++) {
      struct population population = passive();
      int receptor = inhibitory ? SPECIMEN_GABA_FAST : SPECIMEN_AMPA;
      kinetics(&population, receptor, 0.5, inhibitory ? 8 : 3);
      if (inhibitory) specimen_set(&population, receptor, "E_rev", -85);
      error[k] = psp_error(&population, receptor, 20, 2, steps[k], "t_after_first_ms",
                           inhibitory ? "V_inh_rise0.5_decay8_mV" : "V_exc_rise0.5_decay3_mV");
    }
    assert_true(error[1] < 0.015); /* mV, at 0.1 ms */
    assert_between(log(error[0] / error[1]) / log(2.5), 1.8, 2.2);
    assert_between(log2(error[1] / error[2]), 1.8, 2.2);
  }
}

/* One NMDA event of 2 nS under 1 mM of magnesium, whose block gives way as the potential rises. */
static void test_nmda_psp(void **state) {
  (void)state;
  reference_read("nmda_epsp_passive", &table);
  struct population population = passive();
  kinetics(&population, SPECIMEN_NMDA, 3, 80);
  double error = psp_error(&population, SPECIMEN_NMDA, 2, 1, 0.1, "t_after_arrival_ms", "V_from-70_Mg1_mV");
  assert_true(error < 1e-3);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_kernels), cmocka_unit_test(test_magnesium),
                                     cmocka_unit_test(test_fast_psps), cmocka_unit_test(test_nmda_psp)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
