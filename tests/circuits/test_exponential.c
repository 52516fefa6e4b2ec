/* test_exponential.c — the receptors that jump and decay, a conductance and a current, and the slow GABA-B:
 * events add up, background is as so many events, lanes are read alike, and the current at a millisecond is g
 * (V − E). */
#include "specimen.h"

static struct population make(const char *receptor, int n) {
  struct population population = specimen_of(specimen_build(""), "lif_conductance", n);
  specimen_receive(&population, specimen_build(""), receptor);
  return population;
}

static void open_once(const struct population *population) {
  struct block *block = &population->block[0];
  const struct step step = {.slow_dt_ms = 1};
  for (int i = 0; i < block->padded; i++) block->g[i] = block->g_E[i] = 0;
  struct cells cells = population_cells(population, 0, 0);
  population->receptor[0].mechanism->open(&cells, &step);
}

static double opened(const struct population *population, int i) {
  const struct block *block = &population->block[0];
  return (double)(population->receptor[0].mechanism->adapt ? block->g[i] : block->g_E[i]);
}

static const char *const receptors[] = {"exponential", "current", "gaba_b"};

/* The response to two trains is the sum of the responses. */
static void test_events_add_up(void **state) {
  (void)state;
  for (int k = 0; k < 3; k++) {
    struct population population = make(receptors[k], 3);
    specimen_ready(&population, 0.1, 128);
    for (int t = 0; t < 500; t++) {
      int32_t *counts = population.block[0].port[0];
      counts[0] = t == 0 ? 3 << 20 : 0;
      counts[1] = t == 40 ? 2 << 20 : 0;
      counts[2] = counts[0] + counts[1];
      open_once(&population);
      double sum = opened(&population, 0) + opened(&population, 1);
      /* parts of up to 20 nS are rounded in every tick */
      assert_near(opened(&population, 2), sum, 6e-8 * 20 * (t + 1));
    }
    assert_true(opened(&population, 2) > 0);
    population_free(&population);
  }
}

static void nothing(const struct population *population, int b, uint64_t seed, int64_t tick) {
  (void)population, (void)b, (void)seed, (void)tick;
}

static void test_background(void **state) {
  (void)state;
  for (int k = 0; k < 3; k++) {
    struct population spikes = make(receptors[k], 40), events = make(receptors[k], 40);
    events.drive = nothing;
    events.background_port = 0;
    events.background_nS[0] = 0.5;
    specimen_ready(&spikes, 0.1, 128);
    specimen_ready(&events, 0.1, 128);
    for (int t = 0; t < 100; t++) {
      for (int i = 0; i < 40; i++) {
        events.block[0].background[i] = (i + t) % 4;
        spikes.block[0].port[0][i] = (i + t) % 4 * (1 << 19);
      }
      open_once(&spikes);
      open_once(&events);
      for (int i = 0; i < 40; i++) assert_near(opened(&events, i), opened(&spikes, i), 1e-5);
    }
    population_free(&spikes);
    population_free(&events);
  }
}

static void test_lanes(void **state) {
  (void)state;
  for (int k = 0; k < 3; k++) {
    struct population one = make(receptors[k], 40), two = make(receptors[k], 40);
    two.port[0] = (struct port){.name = "pair", .lanes = 2, .quantum = {1, 0x1p-20}};
    two.receptor[0].lane = 1;
    specimen_ready(&one, 0.1, 128);
    specimen_ready(&two, 0.1, 128);
    for (int t = 0; t < 50; t++) {
      for (int i = 0; i < 40; i++) {
        one.block[0].port[0][i] = two.block[0].port[0][2 * i + 1] = (i * t * 7919) % 1000003;
        two.block[0].port[0][2 * i] = 77777777;
      }
      open_once(&one);
      open_once(&two);
      assert_memory_equal(one.block[0].g, two.block[0].g, 40 * sizeof(float));
      assert_memory_equal(one.block[0].g_E, two.block[0].g_E, 40 * sizeof(float));
    }
    assert_true(opened(&one, 39) > 0);
    population_free(&one);
    population_free(&two);
  }
}

/* At its reversal potential a receptor carries nothing; 20 mV beside it, 20 g. */
static void test_current(void **state) {
  (void)state;
  for (int k = 0; k < 3; k += 2) {
    struct population population = make(receptors[k], 2);
    specimen_ready(&population, 0.1, 128);
    float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    double E_rev = k == 0 ? 0 : -95;
    V[0] = (float)E_rev, V[1] = (float)(E_rev + 20);
    for (int t = 0; t < 300; t++) {
      population.block[0].port[0][0] = population.block[0].port[0][1] = t < 10 ? 1 << 20 : 0;
      open_once(&population);
    }
    struct cells cells = population_cells(&population, 0, 0);
    const struct step step = {.slow_dt_ms = 1};
    population.receptor[0].mechanism->adapt(&cells, &step);
    const float *current = specimen_floats(&population, 0, "current");
    assert_near(current[0], 0, 1e-4);
    assert_near(current[1], 20 * opened(&population, 1), 0.02 * fabs((double)current[1]));
    assert_near(population.block[0].g_E[1], E_rev * opened(&population, 1), 1e-4);
    population_free(&population);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_events_add_up), cmocka_unit_test(test_background),
                                     cmocka_unit_test(test_lanes), cmocka_unit_test(test_current)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
