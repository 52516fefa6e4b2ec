/* test_adex_patterns.c — published firing patterns (Naud et al. 2008, tonic and adapting, five currents each)
 * against their spike times to 1e-8 ms, as long as the current lasts, at steps of 0.1 ms. No spike is lost or
 * gained. The precise cell has each within a few thousandths of a tick. The fast one has every interval
 * within 2 % on the grid, which moves it by up to a tick; inside of ticks within a tenth of one, and every
 * spike within a tick, also the last of 98. Errors vanish with dt. */
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

static struct population make(const char *model, const char *pattern, double dt_ms) {
  static const char *const columns[] = {"C_pF", "gL_nS",    "EL_mV", "VT_mV", "DeltaT_mV",
                                        "a_nS", "tau_w_ms", "b_pA",  "Vr_mV"},
                           *const keys[] = {"C_m", "g_L",   "E_L", "V_T",    "Delta_T",
                                            "a",   "tau_w", "b",   "V_reset"};
  struct population population = specimen_of(specimen_build(""), model, 1);
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

/* Under a step of current from 50 ms: the ends of the ticks in which the cell fired, and when in them. */
struct train {
  int n;
  double tick[MOST], time[MOST];
};

static struct train simulate(const char *model, const char *pattern, double current_pA, double dt_ms) {
  struct population population = make(model, pattern, dt_ms);
  struct train train = {0};
  bool precise = strcmp(model, "adex_precise") == 0;
  const float *past = specimen_floats(&population, SPECIMEN_CELL, precise ? "since" : "hold");
  for (int64_t t = 0; t < llround(650 / dt_ms); t++) {
    specimen_tick(&population, t, 0, t >= llround(50 / dt_ms) ? (float)current_pA : 0);
    if (!population.block[0].fired[0]) continue;
    assert_true(train.n < MOST);
    train.tick[train.n] = (double)(t + 1) * dt_ms;
    train.time[train.n] = train.tick[train.n] + (double)past[0] * (precise ? -1 : dt_ms); /* no t_ref */
    train.n++;
  }
  population_free(&population);
  return train;
}

static const struct {
  const char *pattern;
  double current_pA;
} trains[] = {{"tonic", 250},    {"tonic", 300},    {"tonic", 400},    {"tonic", 500},    {"tonic", 700},
              {"adapting", 300}, {"adapting", 400}, {"adapting", 500}, {"adapting", 600}, {"adapting", 800}};

/* The precise cell: fourth order on the way, rounding of single precision in what is read out. */
static void test_precise(void **state) {
  (void)state;
  double wanted[MOST];
  for (int k = 0; k < COUNT_OF(trains); k++) {
    int n = published(trains[k].pattern, trains[k].current_pA, wanted);
    struct train found = simulate("adex_precise", trains[k].pattern, trains[k].current_pA, 0.1);
    assert_int_equal(found.n, n);
    for (int s = 0; s < n; s++) {
      assert_near(found.time[s], wanted[s], 2e-4);
      assert_between(found.tick[s] - found.time[s], 0, 0.1);
    }
  }
}

static void test_fast(void **state) {
  (void)state;
  double wanted[MOST];
  for (int k = 0; k < COUNT_OF(trains); k++) {
    int n = published(trains[k].pattern, trains[k].current_pA, wanted);
    struct train found = simulate("adex", trains[k].pattern, trains[k].current_pA, 0.1);
    assert_int_equal(found.n, n);
    for (int s = 0; s < n; s++) {
      assert_near(found.time[s], wanted[s], 0.1);
      if (s == 0) continue;
      double interval = wanted[s] - wanted[s - 1];
      assert_near((found.tick[s] - found.tick[s - 1]) / interval, 1, 0.02);
      /* the last steps of an upswing are off by up to 0.05 ticks at either end */
      assert_near(found.time[s] - found.time[s - 1], interval, 0.01);
    }
  }
}

/* Largest error of the fast cell over all trains, inside of ticks. */
static double largest_error(double dt_ms) {
  double wanted[MOST], error = 0;
  for (int k = 0; k < COUNT_OF(trains); k++) {
    int n = published(trains[k].pattern, trains[k].current_pA, wanted);
    struct train found = simulate("adex", trains[k].pattern, trains[k].current_pA, dt_ms);
    assert_int_equal(found.n, n);
    for (int s = 0; s < n; s++) error = fmax(error, fabs(found.time[s] - wanted[s]));
  }
  return error;
}

/* Between first order, that of the last step of an upswing, and second, that of all others: an eighth of the
 * step leaves at most a quarter of the error. */
static void test_finer_steps(void **state) {
  (void)state;
  double usual = largest_error(0.1), finer = largest_error(0.025), finest = largest_error(0.0125);
  assert_true(finer < 0.5 * usual);
  assert_true(finest < 0.25 * usual);
}

int main(void) {
  reference_read("adex_spikes", &spikes);
  reference_read("adex_parameters", &params);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_precise), cmocka_unit_test(test_fast),
                                     cmocka_unit_test(test_finer_steps)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
