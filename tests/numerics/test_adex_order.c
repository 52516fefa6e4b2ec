/* test_adex_order.c — the AdEx step against a tight CVODE solution: second order in dt under input that
 * changes smoothly, up to the foot of an upswing; and no limit of stability where the membrane is passive. */
#include "specimen.h"
#include "stiff.h"

static const double TAU = 6.283185307179586;

/* Current, pA, and excitatory conductance, nS, reversal potential 0, at a time. */
static double current(double ms) { return 118 + 90 * sin(TAU * ms / 17); }
static double conductance(double ms) { return 1.6 + 1.2 * sin(TAU * ms / 7.3); }

/* The equations as published, for the default cell. */
static void equations(double ms, const double *y, double *dydt, void *context) {
  (void)context;
  double V = y[0], w = y[1];
  dydt[0] = (-10 * (V + 70) + 10 * 2 * exp((V + 50) / 2) - w - conductance(ms) * V + current(ms)) / 200;
  dydt[1] = (2 * (V + 70) - w) / 30;
}

enum { SAMPLES = 60, SAMPLE_MS = 1 };

static void solve(double V[SAMPLES]) {
  struct stiff *stiff;
  double y[2] = {-70, 0};
  assert_ok(stiff_new(2, 1e-11, 1e-11, &stiff));
  for (int k = 0; k < SAMPLES; k++) {
    assert_ok(stiff_advance(stiff, equations, NULL, "adex", k * SAMPLE_MS, (k + 1) * SAMPLE_MS, y));
    V[k] = y[0];
  }
  stiff_free(stiff);
}

/* Largest deviation at full milliseconds. Input is given as the mean over the ends of a step, as receptors
 * do. */
static double largest_error(double dt_ms, const double V[SAMPLES]) {
  struct population population = specimen(specimen_build(""), 1);
  specimen_no_spread(&population);
  specimen_ready(&population, dt_ms, 128);
  struct block *block = &population.block[0];
  struct cells cells = population_cells(&population, 0, SPECIMEN_CELL);
  const struct step step = {.dt_ms = dt_ms};
  float *V_now = specimen_floats(&population, SPECIMEN_CELL, "V");
  double error = 0;
  V_now[0] = -70;
  int per_sample = (int)(SAMPLE_MS / dt_ms + 0.5);
  for (int t = 0; t < SAMPLES * per_sample; t++) {
    double now = t * dt_ms, then = now + dt_ms;
    block->g[0] = (float)(0.5 * (conductance(now) + conductance(then)));
    block->g_E[0] = (float)(0.5 * (current(now) + current(then)));
    population.cell->advance(&cells, &step);
    assert_int_equal(block->fired[0], 0);
    if ((t + 1) % per_sample == 0) error = fmax(error, fabs((double)V_now[0] - V[t / per_sample]));
  }
  population_free(&population);
  return error;
}

/* At the usual step the error is below a thousandth of a millivolt. */
static void test_second_order(void **state) {
  (void)state;
  double V[SAMPLES], highest = -100;
  solve(V);
  for (int k = 0; k < SAMPLES; k++) highest = fmax(highest, V[k]);
  assert_between(highest, -51, -48); /* the exponential takes part */
  double coarse = largest_error(1.0, V), middle = largest_error(0.5, V), fine = largest_error(0.25, V);
  double usual = largest_error(0.1, V);
  assert_between(log2(coarse / middle), 1.7, 2.5);
  assert_between(log2(middle / fine), 1.8, 2.2);
  assert_between(log(fine / usual) / log(2.5), 1.8, 2.2);
  assert_true(usual < 1e-3);
}

/* Steps of 0.1 ms to 1 s from far away: the potential never leaves the interval between start and end. */
static void test_no_limit_of_stability(void **state) {
  (void)state;
  for (double dt_ms = 0.1; dt_ms <= 1000; dt_ms *= 3) {
    for (double nS = 0; nS <= 1000; nS = nS * 10 + 1) {
      struct population population = specimen(specimen_build(""), 1);
      specimen_no_spread(&population);
      specimen_set(&population, SPECIMEN_CELL, "a", 0);
      specimen_ready(&population, dt_ms, 128);
      struct block *block = &population.block[0];
      struct cells cells = population_cells(&population, 0, SPECIMEN_CELL);
      const struct step step = {.dt_ms = dt_ms};
      float *V = specimen_floats(&population, SPECIMEN_CELL, "V"), last = V[0] = -120;
      for (int t = 0; t < 20000; t++) {
        block->g[0] = (float)nS, block->g_E[0] = (float)(-75 * nS);
        population.cell->advance(&cells, &step);
        assert_true(V[0] >= last - 1e-4f && V[0] < -69.9f);
        last = V[0];
      }
      double end = (10 * -70 + nS * -75) / (10 + nS);
      assert_near(V[0], end, 0.01);
      population_free(&population);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_second_order),
                                     cmocka_unit_test(test_no_limit_of_stability)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
