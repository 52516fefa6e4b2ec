/* test_conductance_order.c — the leaky cell with conductances, and receptors that jump and decay:
 * postsynaptic potentials against a table of high accuracy, second order in dt; exact where conductances are
 * constant; no limit of stability. Receptors give the mean of their step exactly, and the slow one its
 * difference of exponentials. */
#include "reference.h"
#include "specimen.h"

static struct reference table;

/* The passive cell of the table, which never reaches threshold, with one receptor. */
static struct population make(const char *receptor) {
  static const struct {
    const char *key;
    double value;
  } set[] = {{"C_m", 250}, {"g_L", 16.6667}, {"E_L", -70}, {"V_th", 100}, {"V_reset", -100}};
  struct population population = specimen_of(specimen_build(""), "lif_conductance", 1);
  for (int k = 0; k < COUNT_OF(set); k++) specimen_set(&population, SPECIMEN_CELL, set[k].key, set[k].value);
  if (receptor) assert_int_equal(specimen_receive(&population, specimen_build(""), receptor), 0);
  return population;
}

/* Two events of 20 nS, 20 ms apart; largest error over the table, mV. */
static double psp_error(double tau, double E_rev, const char *column, double dt_ms) {
  struct population population = make("exponential");
  specimen_set(&population, 0, "tau", tau);
  specimen_set(&population, 0, "E_rev", E_rev);
  specimen_ready(&population, dt_ms, 128);
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  double error = 0;
  int row = 1, between = (int)llround(20 / dt_ms);
  V[0] = -70;
  for (int t = 0; row < table.n_rows; t++) {
    population.block[0].port[0][0] = t % between == 0 && t / between < 2 ? 20 << 20 : 0;
    specimen_tick(&population, t, 1, 0);
    if (llround(reference_value(&table, row, "t_after_first_ms") / dt_ms) != t + 1) continue;
    error = fmax(error, fabs((double)V[0] - reference_value(&table, row, column)));
    row++;
  }
  population_free(&population);
  return error;
}

/* The mean being exact, a step leaves out the order in which conductance and leak act: h³/12 · g/(C τ) ·
 * g_L/C · |E − E_L|, which sums to h² g g_L |E − E_L|/(12 C²) over an event, whatever its τ. */
static void test_psps(void **state) {
  (void)state;
  reference_read("psp_iaf_cond_exp", &table);
  for (int inhibitory = 0; inhibitory <= 1; inhibitory++) {
    double tau = inhibitory ? 8 : 2, E_rev = inhibitory ? -85 : 0, error[3];
    static const double steps[] = {0.5, 0.25, 0.1};
    for (int k = 0; k < 3; k++) {
      error[k] = psp_error(tau, E_rev, inhibitory ? "V_inh_tau8_mV" : "V_exc_tau2_mV", steps[k]);
      double event = steps[k] * steps[k] * 20 * 16.6667 * fabs(E_rev + 70) / (12 * 250 * 250);
      assert_true(error[k] < 2 * event); /* two events */
    }
    assert_between(log2(error[0] / error[1]), 1.8, 2.2);
    if (!inhibitory) assert_between(log(error[1] / error[2]) / log(2.5), 1.8, 2.2); /* else rounding */
  }
}

/* A constant conductance and current: the closed form at any step, and never beyond its end. */
static void test_constant(void **state) {
  (void)state;
  for (double dt_ms = 0.025; dt_ms <= 1000; dt_ms *= 10) {
    for (double nS = 0; nS <= 1e7; nS = nS * 30 + 1) {
      struct population population = make(NULL);
      specimen_ready(&population, dt_ms, 128);
      struct block *block = &population.block[0];
      struct cells cells = population_cells(&population, 0, SPECIMEN_CELL);
      const struct step step = {0};
      float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
      double start = V[0] = -40, all = 16.6667 + nS, end = (16.6667 * -70 + nS * -85) / all;
      for (int t = 0; t < 100; t++) {
        block->g[0] = (float)nS, block->g_E[0] = (float)(-85 * nS);
        population.cell->advance(&cells, &step);
        double wanted = end + (start - end) * exp(-dt_ms * (t + 1) * all / 250);
        /* each step rounds V, and currents of size nS V, by half a last place: 4e-6 mV and 1e-7 of V */
        assert_near(V[0], wanted, 8e-6 * fmin(t + 2, 4 + 250 / (all * dt_ms)) + 2e-5);
      }
      population_free(&population);
    }
  }
}

/* What a receptor gives in a tick: the exact mean of its conductance or current, from the jump on. */
static void test_means(void **state) {
  (void)state;
  static const double steps[] = {0.05, 0.1, 1};
  for (int k = 0; k < 3; k++) {
    for (int as_current = 0; as_current <= 1; as_current++) {
      struct population population = make(as_current ? "current" : "exponential");
      specimen_set(&population, 0, "tau", 3);
      specimen_ready(&population, steps[k], 128);
      for (int t = 0; t < 50; t++) {
        population.block[0].port[0][0] = t == 0 ? 7 << 20 : 0;
        specimen_tick(&population, t, 1, 0);
        double now = 7 * exp(-t * steps[k] / 3), then = now * exp(-steps[k] / 3);
        const struct block *block = &population.block[0];
        double mean = (now - then) * 3 / steps[k], given = (double)(as_current ? block->g_E[0] : block->g[0]);
        assert_near(given, mean, 1e-7 * (t + 3) * mean);
        assert_true((as_current ? block->g[0] : block->g_E[0]) == 0); /* E_rev is 0 mV */
      }
      population_free(&population);
    }
  }
}

/* The slow receptor against its closed form over a second; the mean over a tick is that of its ends. */
static void test_slow(void **state) {
  (void)state;
  struct population population = make("gaba_b");
  specimen_ready(&population, 0.1, 128);
  double peak_ms = log(2) * 180, peak = exp(-peak_ms / 180) - exp(-peak_ms / 90), highest = 0;
  for (int t = 0; t < 10000; t++) {
    population.block[0].port[0][0] = t == 0 ? 1 << 20 : 0;
    specimen_tick(&population, t, 1, 0);
    double now = 0.1 * t, then = now + 0.1;
    double a = exp(-now / 180) - exp(-now / 90), b = exp(-then / 180) - exp(-then / 90);
    double given = (double)population.block[0].g[0];
    /* both parts, up to 4 nS each, are rounded once a tick */
    assert_near(given, 0.5 * (a + b) / peak, 6e-8 * 4 * (t + 2));
    highest = fmax(highest, given);
  }
  assert_near(highest, 1, 1e-3);
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_psps), cmocka_unit_test(test_constant),
                                     cmocka_unit_test(test_means), cmocka_unit_test(test_slow)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
