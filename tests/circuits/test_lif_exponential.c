/* test_lif_exponential.c — the leaky cell with conductances of its own: postsynaptic potentials against a
 * table of high accuracy, of second order in dt; the same potentials as a lif_conductance cell with two
 * `exponential` receptors under the same random input; stable under any conductance; refractory time in
 * ticks; background at either port; a reset above threshold is refused. */
#include "random.h"
#include "reference.h"
#include "specimen.h"

enum { CELLS = 48, TICKS = 4000 };

static struct reference table;

static struct population make(const char *model, int n, double V_th) {
  static const struct {
    const char *key;
    double value;
  } set[] = {{"C_m", 250}, {"g_L", 16.6667}, {"E_L", -70}, {"V_reset", -100}};
  struct population population = specimen_of(specimen_build(""), model, n);
  for (int k = 0; k < COUNT_OF(set); k++) specimen_set(&population, SPECIMEN_CELL, set[k].key, set[k].value);
  specimen_set(&population, SPECIMEN_CELL, "V_th", V_th);
  return population;
}

/* One tick with the counts that stand at the ports. */
static void tick(struct population *population) {
  static const struct step step = {.dt_ms = 0.1, .slow_dt_ms = 1};
  struct block *block = &population->block[0];
  for (int i = 0; i < block->padded; i++) block->g[i] = block->g_E[i] = 0;
  for (int r = 0; r < population->n_receptors; r++) {
    struct cells own = population_cells(population, 0, r);
    population->receptor[r].mechanism->open(&own, &step);
  }
  struct cells cells = population_cells(population, 0, SPECIMEN_CELL);
  population->cell->advance(&cells, &step);
}

/* ---- potentials ---- */

/* Two events of 20 nS, 20 ms apart; largest error over the table, mV. */
static double psp_error(int port, const char *column, double dt_ms) {
  struct population population = make("lif_exponential", 1, 100);
  specimen_set(&population, SPECIMEN_CELL, "tau_exc", 2);
  specimen_set(&population, SPECIMEN_CELL, "tau_inh", 8);
  specimen_set(&population, SPECIMEN_CELL, "E_inh", -85);
  specimen_ready(&population, dt_ms, 128);
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  double error = 0;
  int row = 1, between = (int)llround(20 / dt_ms);
  V[0] = -70;
  for (int t = 0; row < table.n_rows; t++) {
    population.block[0].port[port][0] = t % between == 0 && t / between < 2 ? 20 << 20 : 0;
    tick(&population);
    if (llround(reference_value(&table, row, "t_after_first_ms") / dt_ms) != t + 1) continue;
    error = fmax(error, fabs((double)V[0] - reference_value(&table, row, column)));
    row++;
  }
  population_free(&population);
  return error;
}

/* The bound is that of test_conductance_order: the order in which conductance and leak act in a step. */
static void test_psps(void **state) {
  (void)state;
  reference_read("psp_iaf_cond_exp", &table);
  for (int port = 0; port < 2; port++) {
    double error[3], E_rev = port ? -85 : 0;
    static const double steps[] = {0.5, 0.25, 0.1};
    for (int k = 0; k < 3; k++) {
      error[k] = psp_error(port, port ? "V_inh_tau8_mV" : "V_exc_tau2_mV", steps[k]);
      assert_true(error[k] < 2 * steps[k] * steps[k] * 20 * 16.6667 * fabs(E_rev + 70) / (12 * 250 * 250));
    }
    assert_between(log2(error[0] / error[1]), 1.8, 2.2);
  }
}

/* Random counts, the same for both; rounding in single precision is all that may differ. */
static void test_like_receptors(void **state) {
  (void)state;
  struct population one = make("lif_exponential", CELLS, 0), two = make("lif_conductance", CELLS, 0);
  assert_int_equal(specimen_receive(&two, specimen_build(""), "exponential"), 0);
  assert_int_equal(specimen_receive(&two, specimen_build(""), "exponential"), 1);
  specimen_set(&two, 0, "tau", 5), specimen_set(&two, 0, "E_rev", 0);
  specimen_set(&two, 1, "tau", 10), specimen_set(&two, 1, "E_rev", -80);
  specimen_ready(&one, 0.1, 128);
  specimen_ready(&two, 0.1, 128);
  const float *V = specimen_floats(&one, SPECIMEN_CELL, "V"), *W = specimen_floats(&two, SPECIMEN_CELL, "V");
  for (int i = 0; i < CELLS; i++) specimen_floats(&two, SPECIMEN_CELL, "V")[i] = V[i];
  int spikes = 0;
  for (int t = 0; t < TICKS; t++) {
    for (int i = 0; i < CELLS; i++) {
      struct random_draw draw = random_draw(3, RANDOM_BACKGROUND, (uint64_t)i, (uint64_t)t, 0);
      for (int p = 0; p < 2; p++)
        one.block[0].port[p][i] = two.block[0].port[p][i] = draw.u[p] < 0x08000000u ? 25 << 20 : 0;
    }
    tick(&one);
    tick(&two);
    for (int i = 0; i < CELLS; i++) {
      assert_int_equal(one.block[0].fired[i], two.block[0].fired[i]);
      spikes += one.block[0].fired[i];
      assert_near(V[i], W[i], 1e-3);
    }
  }
  assert_int_equal(spikes,
                   0); /* a threshold of 0 mV is the reversal potential: potentials are compared throughout */
  population_free(&one);
  population_free(&two);
}

/* A deviation shrinks to between 0.07 and 1 of itself, whatever the conductance: V never leaves the reversal
 * potentials. */
static void test_stable(void **state) {
  (void)state;
  for (double nS = 1; nS < 1e6; nS *= 3) {
    struct population population = make("lif_exponential", 1, 100);
    specimen_set(&population, SPECIMEN_CELL, "tau_inh", 1000);
    specimen_ready(&population, 0.1, 128);
    float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    specimen_floats(&population, SPECIMEN_CELL, "g_inh")[0] = (float)nS;
    V[0] = -60;
    for (int t = 0; t < 300; t++) {
      tick(&population);
      assert_between(V[0], -80.001, -60);
    }
    population_free(&population);
  }
}

/* ---- spikes ---- */

static void test_refractory_time(void **state) {
  (void)state;
  static const double times[] = {0, 0.1, 2, 3.7};
  for (int k = 0; k < COUNT_OF(times); k++) {
    struct population population = make("lif_exponential", 1, -50);
    specimen_set(&population, SPECIMEN_CELL, "t_ref", times[k]);
    specimen_set(&population, SPECIMEN_CELL, "I_e", 3000);
    specimen_ready(&population, 0.1, 128);
    const float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    struct block *block = &population.block[0];
    do tick(&population);
    while (!block->fired[0]);
    assert_true(V[0] == -100.0f && block->tile_fired[0]);
    int held = -1;
    do {
      tick(&population);
      assert_false(block->fired[0]);
      held++;
    } while (V[0] == -100.0f);
    assert_int_equal(held, (int)(times[k] * 10 + 0.5));
    population_free(&population);
  }
}

static void test_background(void **state) {
  (void)state;
  for (int port = 0; port < 2; port++) {
    struct population population = make("lif_exponential", 1, 100);
    population.background_port = port;
    population.background_nS[0] = 3;
    specimen_ready(&population, 0.1, 128);
    population.block[0].background[0] = 4;
    tick(&population);
    double tau = port ? 10 : 5;
    assert_near(specimen_floats(&population, SPECIMEN_CELL, port ? "g_inh" : "g_exc")[0],
                12 * exp(-0.1 / tau), 1e-5);
    assert_true(specimen_floats(&population, SPECIMEN_CELL, port ? "g_exc" : "g_inh")[0] == 0);
    population_free(&population);
  }
}

static void test_refused(void **state) {
  (void)state;
  struct population population = make("lif_exponential", 1, -50);
  assert_null(population.cell->fault(population.cell_params));
  specimen_set(&population, SPECIMEN_CELL, "V_reset", -40);
  assert_non_null(population.cell->fault(population.cell_params));
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_psps),       cmocka_unit_test(test_like_receptors),
      cmocka_unit_test(test_stable),     cmocka_unit_test(test_refractory_time),
      cmocka_unit_test(test_background), cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
