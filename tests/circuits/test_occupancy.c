/* test_occupancy.c — a tracer is displaced by the share of channels that a drug holds: of state that is set,
 * weighted by how often channels open; of receptors that a drug has blocked at one potential, C over C plus
 * K_d at that potential times 1 + m, as the receptor's equation says; so each of two that compete has its own
 * half occupancy; synapses of fibres from outside count by their own mix. On membranes K_i is K_d at the
 * assay's potential and magnesium, half the tracer is displaced by it, and the ratio of two drugs that differ
 * in K_d alone is that of K_d, whatever the conditions. */
#include "drugs/action.h"
#include "signals/occupancy.h"
#include "specimen.h"

static const struct occupancy_assay membranes = {0, 0, 23};
static const struct nmda_channel drug = {.K_d_2A = 0.33,
                                         .K_d_2B = 0.33,
                                         .K_d_2C = 0.33,
                                         .K_d_2D = 0.33,
                                         .k_on = 0.01,
                                         .k_escape = 0,
                                         .z_delta = 0.55};

static struct population make(int n, int block_cells) {
  struct population population = specimen(specimen_build(""), n);
  specimen_ready(&population, 0.1, block_cells);
  return population;
}

static float *bind(const struct population *population, int s, int b) {
  return population_column(population, SPECIMEN_NMDA, "bind", s, b);
}
static float *unblocked(const struct population *population, int s, int b) {
  return population_column(population, SPECIMEN_NMDA, "unblocked", s, b);
}

static void test_weights(void **state) {
  (void)state;
  for (int block_cells = 128; block_cells <= 512; block_cells *= 2) {
    struct population population = make(300, block_cells);
    struct occupancy_sums sums = {0}, none = {0};
    double held = 0, all = 0;
    for (int c = 0; c < 300; c++) {
      int b = c / population.block_cells, i = c - population.block[b].first;
      for (int s = 0; s < 2; s++) {
        double share = s ? 0.4 : 0.6, peak = s ? 0.13 : 0.4, open = (1 + c % 7) * (s + 1),
               free = 0.1 * (1 + c % 5);
        bind(&population, s, b)[i] = (float)open;
        unblocked(&population, s, b)[i] = (float)(share * free);
        all += share / peak * open;
        held += share / peak * open * (1 - free);
      }
    }
    assert_true(isnan(occupancy_of(&none)));
    assert_ok(occupancy_add(&population, 0, &sums));
    assert_near(occupancy_of(&sums), held / all, 1e-6);
    assert_ok(occupancy_add(&population, 0, &sums)); /* twice as many alike */
    assert_near(occupancy_of(&sums), held / all, 1e-6);
    population_free(&population);
  }
}

/* Channels open at a steady conductance and potential until block stands still. */
static void test_receptor(void **state) {
  (void)state;
  static const double concentrations[] = {1, 5};
  for (int k = 0; k < 2; k++) {
    struct population population = make(64, 128);
    struct exposure exposure = {ACTION_NMDA_CHANNEL, 0, &drug, concentrations[k], NULL};
    struct step step = {.slow_dt_ms = 1000, .exposures = &exposure, .n_exposures = 1};
    struct cells cells = population_cells(&population, 0, SPECIMEN_NMDA);
    float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    for (int i = 0; i < cells.n; i++) {
      V[i] = -50;
      for (int class = 0; class < 2; class ++)
        ((float *)population_column(&population, SPECIMEN_NMDA, "decay", class, 0))[i] = 20;
    }
    for (int t = 0; t < 1000; t++) population.receptor[SPECIMEN_NMDA].mechanism->adapt(&cells, &step);
    struct occupancy_sums sums = {0};
    int slot;
    assert_ok(occupancy_add(&population, 0, &sums));
    double RT_F_mV = 8.314462618 * 310.15 / 96485.33212 * 1000, m = 1 / 3.57 * exp(0.062 * 50);
    double K = 0.33 * exp(0.55 * 16 / RT_F_mV) * (1 + m), C = concentrations[k];
    assert_near(occupancy_of(&sums), C / (C + K), 0.002);
    assert_true(occupancy_slot(&exposure, 1, &slot));
    assert_int_equal(slot, 0);
    assert_near(occupancy_half(&sums, &exposure), K, 0.005 * K);
    population_free(&population);
  }
}

/* Fibres from outside count by their own mix: a quarter of the synapses has GluN2B alone. */
static void test_fibres(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 64);
  specimen_set(&population, SPECIMEN_NMDA, "fibres_2B", 1);
  population.fibres_nS = 0.25 * population.synapses_nS;
  specimen_ready(&population, 0.1, 128);
  struct occupancy_sums sums = {0};
  for (int i = 0; i < 64; i++) {
    bind(&population, 0, 0)[i] = bind(&population, 1, 0)[i] = 1;
    unblocked(&population, 0, 0)[i] = 0.6f * 0.9f;
    unblocked(&population, 1, 0)[i] = 0.4f * 0.3f;
  }
  assert_ok(occupancy_add(&population, 0, &sums));
  double A = 0.75 * 0.6 / 0.4, B = (0.75 * 0.4 + 0.25) / 0.13; /* receptors, by what each carries */
  assert_near(occupancy_of(&sums), (0.1 * A + 0.7 * B) / (A + B), 1e-6);
  population_free(&population);
}

/* Of two that are there at once, and of different affinity, each has its own half; one that holds nothing,
 * or is not everywhere, has none. */
static void test_halves(void **state) {
  (void)state;
  static const float reach[1] = {1};
  struct nmda_channel weaker = drug;
  weaker.K_d_2A = weaker.K_d_2B = weaker.K_d_2C = weaker.K_d_2D = 10 * 0.33;
  struct exposure exposures[] = {{ACTION_NMDA_CHANNEL, 2, &weaker, 20, NULL},
                                 {ACTION_NMDA_CHANNEL, 1, &drug, 1, NULL},
                                 {ACTION_NMDA_CHANNEL, 0, &drug, 0, NULL}};
  struct population population = make(64, 128);
  struct step step = {.slow_dt_ms = 1000, .exposures = exposures, .n_exposures = 3};
  struct cells cells = population_cells(&population, 0, SPECIMEN_NMDA);
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  for (int i = 0; i < cells.n; i++) {
    V[i] = -50;
    for (int class = 0; class < 2; class ++)
      ((float *)population_column(&population, SPECIMEN_NMDA, "decay", class, 0))[i] = 20;
  }
  for (int t = 0; t < 1000; t++) population.receptor[SPECIMEN_NMDA].mechanism->adapt(&cells, &step);
  struct occupancy_sums sums = {0};
  assert_ok(occupancy_add(&population, 1, &sums));
  double RT_F_mV = 8.314462618 * 310.15 / 96485.33212 * 1000, m = 1 / 3.57 * exp(0.062 * 50);
  double K = 0.33 * exp(0.55 * 16 / RT_F_mV) * (1 + m);
  assert_near(occupancy_half(&sums, &exposures[1]), K, 0.005 * K);
  assert_near(occupancy_half(&sums, &exposures[0]), 10 * K, 0.05 * K);
  assert_true(isnan(occupancy_half(&sums, &exposures[2])));
  exposures[1].reach = reach;
  assert_true(isnan(occupancy_half(&sums, &exposures[1])));
  population_free(&population);
}

static void test_membranes(void **state) {
  (void)state;
  struct population population = make(10, 128);
  const struct population *const list[] = {&population};
  double RT_F_mV = 8.314462618 * 296.15 / 96485.33212 * 1000, K = 0.33 * exp(0.55 * 66 / RT_F_mV);
  assert_near(occupancy_K_i(&membranes, &drug, list, 1), K, 1e-6);
  assert_near(occupancy_displaced(&membranes, &drug, K, list, 1), 0.5, 1e-9);
  assert_near(occupancy_displaced(&membranes, &drug, 9 * K, list, 1), 0.9, 1e-9);
  const struct occupancy_assay cells = {-66, 1, 23};
  double m = 1 / 3.57 * exp(0.062 * 66);
  assert_near(occupancy_K_i(&cells, &drug, list, 1), 0.33 * (1 + m), 2e-5);
  struct nmda_channel weaker = drug;
  weaker.K_d_2A = weaker.K_d_2B = weaker.K_d_2C = weaker.K_d_2D = 0.33 * 4.7;
  assert_near(occupancy_K_i(&membranes, &weaker, list, 1) / K, 4.7, 1e-6);
  assert_near(occupancy_K_i(&cells, &weaker, list, 1) / occupancy_K_i(&cells, &drug, list, 1), 4.7, 1e-6);
  struct nmda_channel subtype = drug;
  subtype.K_d_2B = 1e7; /* spares two thirds of the receptors: 0.4/0.13 of 0.6/0.4 + 0.4/0.13 */
  double receptors = 0.6 / 0.4 + 0.4 / 0.13;
  assert_near(occupancy_displaced(&membranes, &subtype, 1e4, list, 1), 0.6 / 0.4 / receptors, 0.002);
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_weights), cmocka_unit_test(test_receptor),
                                     cmocka_unit_test(test_fibres), cmocka_unit_test(test_halves),
                                     cmocka_unit_test(test_membranes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
