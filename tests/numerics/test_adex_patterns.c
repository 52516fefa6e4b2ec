/* test_adex_patterns.c — published firing patterns (Naud et al. 2008, tonic and adapting, five currents each)
 * against their spike times to 1e-8 ms. At 0.1 ms every train has the right number of spikes. The first is
 * off by at most a step; an interval by at most half of one, since a regular train meets the grid in the same
 * phase again and again: up to 3 ms over 98 spikes, 0.6 % of the rate. The errors vanish with dt. */
#include "reference.h"
#include "specimen.h"

enum { MOST = 120 };

static struct reference spikes, params;

static int published(const char *pattern, double current_pA, double times[MOST]) {
  int n = 0;
  for (int row = 0; row < spikes.n_rows; row++) {
    if (strcmp(reference_text(&spikes, row, "pattern"), pattern) != 0) continue;
    if (reference_value(&spikes, row, "I_pA") == current_pA)
      times[n++] = reference_value(&spikes, row, "t_ms");
  }
  assert_true(n > 0 && n <= MOST);
  return n;
}

static struct population make(const char *pattern, double dt_ms) {
  static const char *const columns[] = {"C_pF", "gL_nS",    "EL_mV", "VT_mV", "DeltaT_mV",
                                        "a_nS", "tau_w_ms", "b_pA",  "Vr_mV"},
                           *const keys[] = {"C_m", "g_L",   "E_L", "V_T",    "Delta_T",
                                            "a",   "tau_w", "b",   "V_reset"};
  struct population population = specimen(specimen_build(""), 1);
  int row = strcmp(reference_text(&params, 0, "pattern"), pattern) == 0 ? 0 : 1;
  assert_string_equal(reference_text(&params, row, "pattern"), pattern);
  for (int k = 0; k < COUNT_OF(keys); k++)
    specimen_set(&population, SPECIMEN_CELL, keys[k], reference_value(&params, row, columns[k]));
  specimen_set(&population, SPECIMEN_CELL, "t_ref", 0);
  specimen_no_spread(&population);
  specimen_ready(&population, dt_ms, 128);
  specimen_floats(&population, SPECIMEN_CELL, "V")[0] = -70;
  return population;
}

/* Spike times under a step of current from 50 to 650 ms: the ends of the ticks in which the cell fired. */
static int simulated(const char *pattern, double current_pA, double dt_ms, double times[MOST]) {
  struct population population = make(pattern, dt_ms);
  int n = 0;
  for (int64_t t = 0; t < llround(700 / dt_ms); t++) {
    bool on = t >= llround(50 / dt_ms) && t < llround(650 / dt_ms);
    specimen_tick(&population, t, 0, on ? (float)current_pA : 0);
    if (population.block[0].fired[0]) times[n++] = (double)(t + 1) * dt_ms;
    assert_true(n < MOST);
  }
  population_free(&population);
  return n;
}

static const struct {
  const char *pattern;
  double current_pA;
} trains[] = {{"tonic", 250},    {"tonic", 300},    {"tonic", 400},    {"tonic", 500},    {"tonic", 700},
              {"adapting", 300}, {"adapting", 400}, {"adapting", 500}, {"adapting", 600}, {"adapting", 800}};

static void test_usual_step(void **state) {
  (void)state;
  double wanted[MOST], found[MOST];
  for (int k = 0; k < COUNT_OF(trains); k++) {
    int n = published(trains[k].pattern, trains[k].current_pA, wanted);
    assert_int_equal(simulated(trains[k].pattern, trains[k].current_pA, 0.1, found), n);
    for (int s = 0; s < n; s++) assert_near(found[s], wanted[s], 0.1 + 0.05 * s);
    assert_near((found[n - 1] - found[0]) / (wanted[n - 1] - wanted[0]), 1, 0.006);
  }
}

/* Largest error over all trains. */
static double largest_error(double dt_ms) {
  double wanted[MOST], found[MOST], error = 0;
  for (int k = 0; k < COUNT_OF(trains); k++) {
    int n = published(trains[k].pattern, trains[k].current_pA, wanted);
    assert_int_equal(simulated(trains[k].pattern, trains[k].current_pA, dt_ms, found), n);
    for (int s = 0; s < n; s++) error = fmax(error, fabs(found[s] - wanted[s]));
  }
  return error;
}

/* First order, as spikes on a grid are: an eighth of the step leaves less than a fifth of the error. */
static void test_finer_steps(void **state) {
  (void)state;
  double usual = largest_error(0.1), fine = largest_error(0.025), finest = largest_error(0.0125);
  assert_true(fine < 0.3 * usual);
  assert_true(finest < 0.2 * usual);
}

int main(void) {
  reference_read("adex_spikes", &spikes);
  reference_read("adex_parameters", &params);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_usual_step), cmocka_unit_test(test_finer_steps)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
