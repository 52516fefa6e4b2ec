/* test_lif_current.c — laws of the leaky cell with exponential currents: rest, rheobase, rate over current in
 * closed form, refractory time in ticks; what arrives acts from its own tick on; weights of either sign
 * through either port; a port that is not used changes no bit; background; a reset above threshold is
 * refused. */
#include "specimen.h"

static struct population cell(double I_e) {
  struct population population = specimen_of(specimen_build(""), "lif_current", 1);
  specimen_set(&population, SPECIMEN_CELL, "I_e", I_e);
  specimen_ready(&population, 0.1, 128);
  specimen_floats(&population, SPECIMEN_CELL, "V")[0] = -65;
  return population;
}

static int spikes(struct population *population, int64_t ticks, float current_pA) {
  int n = 0;
  for (int64_t t = 0; t < ticks; t++) {
    specimen_tick(population, t, 0, current_pA);
    n += population->block[0].fired[0];
  }
  return n;
}

/* V ends at E_L + I τ_m/C_m, whether the current is the cell's own or a stimulus; from 375 pA on it fires. */
static void test_rest_and_rheobase(void **state) {
  (void)state;
  for (int stimulus = 0; stimulus <= 1; stimulus++) {
    for (double pA = -200; pA <= 374; pA += 82) {
      struct population population = cell(stimulus ? 0 : pA);
      assert_int_equal(spikes(&population, 5000, stimulus ? (float)pA : 0), 0);
      assert_near(specimen_floats(&population, SPECIMEN_CELL, "V")[0], -65 + pA * 10 / 250, 4e-4);
      population_free(&population);
    }
    struct population above = cell(stimulus ? 0 : 376);
    assert_true(spikes(&above, 5000, stimulus ? 376 : 0) > 0);
    population_free(&above);
  }
}

/* t_ref + τ_m ln((I τ_m/C_m)/(I τ_m/C_m − 15 mV)), rounded up to the grid, between every two spikes. */
static void test_rate(void **state) {
  (void)state;
  for (double pA = 400; pA <= 2000; pA += 147) {
    struct population population = cell(pA);
    double drive = pA / 25, interval = 2 + 10 * log(drive / (drive - 15));
    int64_t last = -1;
    for (int64_t t = 0; t < 3000; t++) {
      specimen_tick(&population, t, 0, 0);
      if (!population.block[0].fired[0]) continue;
      if (last >= 0) assert_int_equal(t - last, (int64_t)ceil(interval * 10));
      last = t;
    }
    assert_true(last > 1000);
    population_free(&population);
  }
}

static void test_refractory_time(void **state) {
  (void)state;
  static const double times[] = {0, 0.1, 2, 3.7};
  for (int k = 0; k < 4; k++) {
    struct population population = specimen_of(specimen_build(""), "lif_current", 1);
    specimen_set(&population, SPECIMEN_CELL, "t_ref", times[k]);
    specimen_ready(&population, 0.1, 128);
    float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    V[0] = -50.01f;
    specimen_tick(&population, 0, 0, 1000);
    assert_true(population.block[0].fired[0] && V[0] == -65.0f);
    int held = 0;
    for (;; held++) {
      specimen_tick(&population, held, 0, 1000);
      if (V[0] != -65.0f) break;
    }
    assert_int_equal(held, (int)(times[k] * 10 + 0.5));
    population_free(&population);
  }
}

/* A spike at tick 3 moves V in that step: the current jumps at its start. It goes on while the cell is held.
 * */
static void test_when_arrivals_act(void **state) {
  (void)state;
  struct population population = cell(0);
  const float *V = specimen_floats(&population, SPECIMEN_CELL, "V"),
              *I = specimen_floats(&population, SPECIMEN_CELL, "I");
  for (int t = 0; t < 6; t++) {
    population.block[0].port[0][0] = t == 3 ? 50 << 20 : 0;
    specimen_tick(&population, t, 0, 0);
    assert_true(t < 3 ? V[0] == -65.0f : V[0] > -65.0f);
    assert_near(I[0], t < 3 ? 0 : 50 * exp(-0.1 * (t - 2) / 0.5), 1e-4);
  }
  *(int32_t *)population_column(&population, SPECIMEN_CELL, "hold", 0, 0) = 20;
  double before = (double)I[0];
  specimen_tick(&population, 6, 0, 0);
  assert_near(I[0], before * exp(-0.2), 1e-4);
  population_free(&population);
}

/* Both ports with equal time constants are one; signs are those of the weights; an unused port changes no
 * bit. */
static void test_ports(void **state) {
  (void)state;
  struct population both = cell(0), one = cell(0), negative = cell(0);
  one.port[1].unused = true;
  for (int t = 0; t < 100; t++) {
    both.block[0].port[0][0] = one.block[0].port[0][0] = t % 7 == 0 ? 30 << 20 : 0;
    negative.block[0].port[0][0] = 0;
    negative.block[0].port[1][0] = t % 7 == 0 ? -(30 << 20) : 0;
    specimen_tick(&both, t, 0, 0);
    specimen_tick(&one, t, 0, 0);
    specimen_tick(&negative, t, 0, 0);
    double V = (double)specimen_floats(&both, SPECIMEN_CELL, "V")[0];
    assert_true(V == (double)specimen_floats(&one, SPECIMEN_CELL, "V")[0]);
    assert_near(specimen_floats(&negative, SPECIMEN_CELL, "V")[0] + 65, -(V + 65), 4e-4);
  }
  population_free(&both);
  population_free(&one);
  population_free(&negative);
}

static void nothing(const struct population *population, int b, uint64_t seed, int64_t tick) {
  (void)population, (void)b, (void)seed, (void)tick;
}

/* Background alone, or beside spikes, is as so many spikes of its weight. */
static void test_background(void **state) {
  (void)state;
  struct population spikes_only = cell(0), beside = cell(0), alone = cell(0);
  beside.drive = alone.drive = nothing;
  beside.background_port = 0, alone.background_port = 1;
  beside.background_nS[0] = alone.background_nS[0] = 25;
  alone.port[0].unused = alone.port[1].unused = true;
  for (int t = 0; t < 200; t++) {
    int32_t events = t % 5 == 0 ? 3 : 0;
    spikes_only.block[0].port[0][0] = events * (25 << 20);
    beside.block[0].background[0] = alone.block[0].background[0] = events;
    specimen_tick(&spikes_only, t, 0, 0);
    specimen_tick(&beside, t, 0, 0);
    specimen_tick(&alone, t, 0, 0);
    float V = specimen_floats(&spikes_only, SPECIMEN_CELL, "V")[0];
    assert_near(specimen_floats(&beside, SPECIMEN_CELL, "V")[0], V, 1e-4);
    assert_near(specimen_floats(&alone, SPECIMEN_CELL, "V")[0], V, 1e-4);
  }
  assert_true(specimen_floats(&alone, SPECIMEN_CELL, "V")[0] > -64.0f);
  population_free(&spikes_only);
  population_free(&beside);
  population_free(&alone);
}

static void test_refused(void **state) {
  (void)state;
  struct population population = specimen_of(specimen_build(""), "lif_current", 1);
  assert_null(population.cell->fault(population.cell_params));
  specimen_set(&population, SPECIMEN_CELL, "V_reset", -50);
  assert_non_null(population.cell->fault(population.cell_params));
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rest_and_rheobase),
                                     cmocka_unit_test(test_rate),
                                     cmocka_unit_test(test_refractory_time),
                                     cmocka_unit_test(test_when_arrivals_act),
                                     cmocka_unit_test(test_ports),
                                     cmocka_unit_test(test_background),
                                     cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
