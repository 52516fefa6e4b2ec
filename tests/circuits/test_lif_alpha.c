/* test_lif_alpha.c — laws of the leaky cell with alpha-shaped currents: a weight is the peak of the current,
 * after τ_syn; the charge is that of the closed form; both ports; rate over current in closed form; an unused
 * port changes no bit. */
#include "specimen.h"

static struct population cell(double tau_syn) {
  struct population population = specimen_of(specimen_build(""), "lif_alpha", 1);
  specimen_set(&population, SPECIMEN_CELL, "tau_syn", tau_syn);
  specimen_set(&population, SPECIMEN_CELL, "tau_syn_inhibitory", 3);
  specimen_ready(&population, 0.1, 128);
  specimen_floats(&population, SPECIMEN_CELL, "V")[0] = -65;
  return population;
}

static void test_shape(void **state) {
  (void)state;
  for (int port = 0; port < 2; port++) {
    struct population population = cell(2);
    double tau = port ? 3 : 2;
    const float *I = specimen_floats(&population, SPECIMEN_CELL, port ? "I_inhibitory" : "I");
    for (int t = 0; t < 300; t++) {
      population.block[0].port[port][0] = t == 0 ? -(40 << 20) : 0;
      specimen_tick(&population, t, 0, 0);
      double ms = 0.1 * (t + 1);
      assert_near(I[0], -40 * ms / tau * exp(1 - ms / tau), 1e-3);
      if (t + 1 == (int)(tau * 10 + 0.5)) assert_near(I[0], -40, 1e-3);
    }
    population_free(&population);
  }
}

/* Σ (V − E_L) dt = w e τ_syn τ_m/C_m, far below threshold; the sum over ticks of a smooth course is its
 * integral. */
static void test_charge(void **state) {
  (void)state;
  struct population population = cell(2);
  const float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  double sum = 0;
  for (int t = 0; t < 2000; t++) {
    population.block[0].port[0][0] = t == 0 ? 200 << 20 : 0;
    specimen_tick(&population, t, 0, 0);
    sum += 0.1 * ((double)V[0] + 65);
  }
  assert_near(sum, 200 * exp(1) * 2 * 10 / 250, 0.01 * sum);
  population_free(&population);
}

static void test_rate(void **state) {
  (void)state;
  for (float pA = 400; pA <= 2000; pA += 147) {
    struct population population = cell(0.5);
    double drive = (double)pA / 25, interval = 2 + 10 * log(drive / (drive - 15));
    int64_t last = -1;
    for (int64_t t = 0; t < 3000; t++) {
      specimen_tick(&population, t, 0, pA);
      if (!population.block[0].fired[0]) continue;
      if (last >= 0) assert_int_equal(t - last, (int64_t)ceil(interval * 10));
      last = t;
    }
    assert_true(last > 1000);
    population_free(&population);
  }
}

static void test_unused_port(void **state) {
  (void)state;
  struct population both = cell(2), one = cell(2);
  one.port[1].unused = true;
  for (int t = 0; t < 300; t++) {
    both.block[0].port[0][0] = one.block[0].port[0][0] = t % 13 == 0 ? 300 << 20 : 0;
    specimen_tick(&both, t, 0, 100);
    specimen_tick(&one, t, 0, 100);
    assert_true(specimen_floats(&both, SPECIMEN_CELL, "V")[0] ==
                specimen_floats(&one, SPECIMEN_CELL, "V")[0]);
  }
  population_free(&both);
  population_free(&one);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shape), cmocka_unit_test(test_charge),
                                     cmocka_unit_test(test_rate), cmocka_unit_test(test_unused_port)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
