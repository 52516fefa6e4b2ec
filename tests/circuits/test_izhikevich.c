/* test_izhikevich.c — laws of both forms of Izhikevich's cell: where it rests, at what current rest is lost,
 * what a spike does to v and u, that the time after it is made up for, and that receptors act on it. */
#include "specimen.h"

static struct population cell(const char *model) {
  struct population population = specimen_of(specimen_build(""), model, 1);
  specimen_ready(&population, 0.1, 128);
  return population;
}

static int spikes(struct population *population, int64_t ticks, float last_pA) {
  int n = 0;
  for (int64_t t = 0; t < ticks; t++) {
    float pA = last_pA * fminf(2.0f * (float)t / (float)ticks, 1); /* slowly, so that u follows */
    specimen_tick(population, t, 0, pA);
    n += population->block[0].fired[0];
  }
  return n;
}

/* 0.04 v² + 5 v + 140 − b v = 0: −70 mV for b = 0.2; and v_r. */
static void test_rest(void **state) {
  (void)state;
  struct population first = cell("izhikevich"), second = cell("izhikevich_2007");
  assert_int_equal(spikes(&first, 20000, 0) + spikes(&second, 20000, 0), 0);
  assert_near(specimen_floats(&first, SPECIMEN_CELL, "V")[0], -70, 1e-3);
  assert_near(specimen_floats(&first, SPECIMEN_CELL, "u")[0], -14, 1e-3);
  assert_near(specimen_floats(&second, SPECIMEN_CELL, "V")[0], -60, 1e-3);
  population_free(&first);
  population_free(&second);
}

/* The parabola and the line of u part at (5 − b)²/0.16 = 140 + I; and, with b below 0, before that where rest
 * turns unstable at J = a (u follows too slowly to hold it). */
static void test_rheobase(void **state) {
  (void)state;
  /* 2003, b = 0.2, a = 0.02: lost at slope J = a, v = (a − 5)/0.08 = −62.25: I = −(0.04 v² + (5 − b) v + 140)
   * */
  double v = (0.02 - 5) / 0.08, rheobase = -(0.04 * v * v + 4.8 * v + 140);
  for (int above = 0; above <= 1; above++) {
    struct population population = cell("izhikevich");
    int n = spikes(&population, 200000, (float)(rheobase * (above ? 1.03 : 0.97)));
    assert_true(above ? n > 0 : n == 0);
    population_free(&population);
  }
  /* 2007, b = −2 nS: k (v + 60)(v + 40) + 2 (v + 60) + I = 0 has no root beyond its vertex */
  double far = -(0.7 * 100 + 2) / (2 * 0.7), vertex = 0.7 * (far + 60) * (far + 40) + 2 * (far + 60);
  for (int above = 0; above <= 1; above++) {
    struct population population = cell("izhikevich_2007");
    int n = spikes(&population, 200000, (float)(-vertex * (above ? 1.03 : 0.97)));
    assert_true(above ? n > 0 : n == 0);
    population_free(&population);
  }
}

/* From just under the peak: v at c, u raised by d, and the rest of the tick made up for in the next. */
static void test_reset(void **state) {
  (void)state;
  struct population population = cell("izhikevich");
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V"), *u = specimen_floats(&population, -1, "u");
  const float *late = specimen_floats(&population, SPECIMEN_CELL, "late");
  V[0] = 29.9f, u[0] = -10;
  specimen_tick(&population, 0, 0, 0);
  assert_int_equal(population.block[0].fired[0], 1);
  double rise = 0.1 / (0.04 * 30 * 30 + 150 + 140 + 10); /* ms to the peak */
  assert_true(V[0] == -65.0f);
  assert_near(late[0], 1 - rise * 10, 1e-4);
  assert_near(u[0], -2 + 0.02 * (0.2 * -65 + 2) * 0.1, 1e-3); /* a (b v − u) at the reset */
  double before = (double)u[0], f = 0.04 * 65 * 65 - 5 * 65 + 140 - before;
  specimen_tick(&population, 1, 0, 0);
  double ms = 0.1 + 0.1 * (1 - rise * 10);
  assert_near(V[0], -65 + f * ms * (1 + ms / 2 * (5 - 0.08 * 65) + 0.04 * f * ms * ms / 3), 0.005);
  assert_true(late[0] == 0.0f);
  population_free(&population);
}

/* A conductance of receptors pulls towards its reversal potential. */
static void test_receptors(void **state) {
  (void)state;
  static const char *const models[] = {"izhikevich", "izhikevich_2007"};
  for (int m = 0; m < 2; m++) {
    struct population population = specimen_of(specimen_build(""), models[m], 1);
    int r = specimen_receive(&population, specimen_build(""), "exponential");
    specimen_set(&population, r, "E_rev", -90);
    if (m == 0) specimen_set(&population, SPECIMEN_CELL, "C_m", 100);
    specimen_ready(&population, 0.1, 128);
    for (int t = 0; t < 3000; t++) {
      population.block[0].port[0][0] = 400 << 20; /* 20 µS at rest */
      specimen_tick(&population, t, 1u << r, 0);
      population.block[0].port[0][0] = 0;
    }
    assert_near(specimen_floats(&population, SPECIMEN_CELL, "V")[0], -90, 0.2);
    population_free(&population);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rest), cmocka_unit_test(test_rheobase),
                                     cmocka_unit_test(test_reset), cmocka_unit_test(test_receptors)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
