/* test_lif_exact.c — leaky cells with synaptic currents are exact at any step: against tables and closed
 * forms, exponential and alpha-shaped currents, also where both time constants are equal or nearly so. What
 * is left is rounding: half of the last place of V in each step, forgotten within τ_m. No step is too long.
 * */
#include "reference.h"
#include "specimen.h"
#include "stiff.h"

static struct reference table;

static struct population make(const char *model, double E_L, double tau_syn, double dt_ms) {
  struct population population = specimen_of(specimen_build(""), model, 1);
  specimen_set(&population, SPECIMEN_CELL, "E_L", E_L);
  specimen_set(&population, SPECIMEN_CELL, "V_reset", E_L - 1);
  specimen_set(&population, SPECIMEN_CELL, "V_th", E_L + 90);
  specimen_set(&population, SPECIMEN_CELL, "tau_syn", tau_syn);
  specimen_set(&population, SPECIMEN_CELL, "tau_syn_inhibitory", tau_syn);
  specimen_ready(&population, dt_ms, 128);
  specimen_floats(&population, SPECIMEN_CELL, "V")[0] = (float)E_L;
  return population;
}

/* Half the last place of a potential in every step, for as long as it is remembered (10 ms) or the run lasts;
 * the synaptic parts carry 1e-7 of themselves a step. */
static double rounding(double E_L, double V, double ms, double dt_ms) {
  double steps = fmin(ms, 10) / dt_ms + 1;
  return steps * (0x1p-25 * (fabs(E_L) > 0 ? 128 : 2) + 1.2e-7 * fabs(V));
}

/* One event of `weight` pA through a port: the deflection at every row of a table or of a closed form. */
static void check_psc(double E_L, double tau_syn, int port, double dt_ms, const char *column) {
  struct population population = make("lif_current", E_L, tau_syn, dt_ms);
  const float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  int row = 1;
  for (int t = 0; row < table.n_rows; t++) {
    population.block[0].port[port][0] = t == 0 ? 100 << 20 : 0;
    specimen_tick(&population, t, 0, 0);
    double ms = reference_value(&table, row, "t_after_arrival_ms");
    if (llround(ms / dt_ms) != t + 1) continue;
    double wanted = reference_value(&table, row, column);
    assert_near((double)V[0] - E_L, wanted, rounding(E_L, wanted, ms, dt_ms) + 1e-9);
    row++;
  }
  population_free(&population);
}

static void test_table(void **state) {
  (void)state;
  reference_read("psp_iaf_psc_exp", &table);
  static const double steps[] = {0.5, 0.1, 0.05};
  for (int k = 0; k < 3; k++) {
    for (int port = 0; port < 2; port++) {
      for (double E_L = 0; E_L >= -65; E_L -= 65) {
        check_psc(E_L, 0.5, port, steps[k], "V_tau0.5_mV");
        check_psc(E_L, 2, port, steps[k], "V_tau2_mV");
        check_psc(E_L, 5, port, steps[k], "V_tau5_mV");
      }
    }
  }
}

/* τ_syn from τ_m/100 to 100 τ_m, equal, and a billionth, a thousandth and a tenth beside it. */
static void test_time_constants(void **state) {
  (void)state;
  static const double ratios[] = {0.01, 0.3, 0.9, 0.999, 1 - 1e-9, 1, 1 + 1e-9, 1.001, 1.1, 3, 100};
  for (int k = 0; k < COUNT_OF(ratios); k++) {
    double tau = 10 * ratios[k], rate = 1 / tau - 0.1;
    struct population population = make("lif_current", 0, tau, 0.25);
    const float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    for (int t = 0; t < 200; t++) {
      population.block[0].port[0][0] = t == 0 ? 100 << 20 : 0;
      specimen_tick(&population, t, 0, 0);
      double ms = 0.25 * (t + 1), x = rate * ms;
      double wanted = 100 / 250.0 * exp(-ms / 10) * (fabs(x) < 1e-7 ? ms : -expm1(-x) / rate);
      assert_near(V[0], wanted, rounding(0, wanted, ms, 0.25));
    }
    population_free(&population);
  }
}

struct alpha {
  double tau;
};

/* V, I, y of lif_alpha.c: τ_m 10, C_m 250. */
static void equations(double ms, const double *y, double *dydt, void *context) {
  const struct alpha *alpha = context;
  (void)ms;
  dydt[0] = -y[0] / 10 + y[1] / 250;
  dydt[1] = y[2] - y[1] / alpha->tau;
  dydt[2] = -y[2] / alpha->tau;
}

static void test_alpha(void **state) {
  (void)state;
  static const double taus[] = {0.3, 2, 9.99, 10, 30}, steps[] = {0.5, 0.1};
  for (int k = 0; k < COUNT_OF(taus); k++) {
    for (int d = 0; d < 2; d++) {
      struct population population = make("lif_alpha", 0, taus[k], steps[d]);
      const float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
      struct alpha alpha = {taus[k]};
      double y[3] = {0, 0, 100 * exp(1) / taus[k]};
      struct stiff *stiff;
      assert_ok(stiff_new(3, 1e-11, 1e-11, &stiff));
      for (int t = 0; t < 100; t++) {
        population.block[0].port[t ? 0 : 1][0] = 0;
        population.block[0].port[0][0] = t == 0 ? 100 << 20 : 0;
        specimen_tick(&population, t, 0, 0);
        assert_ok(stiff_advance(stiff, equations, &alpha, "alpha", t * steps[d], (t + 1) * steps[d], y));
        assert_near(V[0], y[0], rounding(0, fmax(y[0], 1), steps[d] * (t + 1), steps[d]));
      }
      stiff_free(stiff);
      population_free(&population);
    }
  }
}

/* Steps of up to a second from 80 mV below: never beyond the end, whatever the step. */
static void test_no_limit_of_stability(void **state) {
  (void)state;
  static const char *const models[] = {"lif_current", "lif_alpha"};
  for (int m = 0; m < 2; m++) {
    for (double dt_ms = 0.1; dt_ms <= 1000; dt_ms *= 10) {
      struct population population = make(models[m], -65, 2, dt_ms);
      float *V = specimen_floats(&population, SPECIMEN_CELL, "V"), last = V[0] = -145;
      for (int t = 0; t < 2000; t++) {
        specimen_tick(&population, t, 0, 250);
        assert_true(V[0] >= last && V[0] < -54.99f);
        last = V[0];
      }
      assert_near(V[0], -55, rounding(-65, 10, 10, dt_ms));
      population_free(&population);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_time_constants),
                                     cmocka_unit_test(test_alpha),
                                     cmocka_unit_test(test_no_limit_of_stability)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
