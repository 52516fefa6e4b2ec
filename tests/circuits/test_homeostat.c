/* test_homeostat.c — the controller of the background: its step is the law of the header, with its clip and
 * its least drive; the drive that is kept is the geometric mean of the last part; populations without a
 * target are left alone, a drive that cannot be drawn is refused; and in a network of cells that excite and
 * inhibit each other it finds the drives at which both populations fire at their targets, from far off. */
#include "drive/homeostat.h"
#include "signals/activity.h"
#include "small_patch.h"
#include "window.h"

static struct small_patch *make(double target_Hz, double other_Hz) {
  struct small_plan plan = small_plan;
  struct spine_params spines = small_spine_params();
  plan.cells[0] = 400;
  plan.cells[1] = 200;
  plan.block_cells = 512;
  struct small_patch *patch = small_patch_new(&plan, &spines);
  patch->population[0]->target_Hz = target_Hz;
  patch->population[1]->target_Hz = other_Hz;
  return patch;
}

/* ln ν grows by κ times the relative error of the smoothed rate, which is cut at ±1. */
static void test_step(void **state) {
  (void)state;
  struct small_patch *patch = make(4, 4);
  struct homeostat homeostat;
  double smooth = 4, log_drive = log(100), other = log(100), other_rate = 4;
  assert_ok(homeostat_new(&homeostat, patch->network));
  for (int k = 0; k < 60; k++) {
    double rates[2] = {k % 2 ? 6 : 1, 50};
    smooth += (1 - exp(-50.0 / 400)) * (rates[0] - smooth);
    other_rate += (1 - exp(-50.0 / 400)) * (rates[1] - other_rate);
    log_drive += 0.05 * (4 - smooth) / 4;
    other += 0.05 * fmax((4 - other_rate) / 4, -1);
    assert_ok(homeostat_step(&homeostat, rates, 0.05, false));
    assert_near(patch->population[0]->background_Hz, exp(log_drive), 1e-9 * exp(log_drive));
    assert_near(patch->population[1]->background_Hz, exp(other), 1e-9 * exp(other));
  }
  homeostat_free(&homeostat);
  small_patch_free(patch);
}

static void test_least_drive(void **state) {
  (void)state;
  struct small_patch *patch = make(4, 0);
  struct homeostat homeostat;
  assert_ok(homeostat_new(&homeostat, patch->network));
  double rates[2] = {400, 400};
  for (int k = 0; k < 300; k++) assert_ok(homeostat_step(&homeostat, rates, 0.1, true));
  assert_near(patch->population[0]->background_Hz, 0.1, 1e-9);
  assert_true(patch->population[1]->background_Hz == 100); /* it has no target */
  assert_ok(homeostat_freeze(&homeostat));
  assert_true(patch->population[1]->background_Hz == 100);
  homeostat_free(&homeostat);
  small_patch_free(patch);
}

static void test_too_much(void **state) {
  (void)state;
  struct small_patch *patch = make(4, 4);
  struct homeostat homeostat;
  enum status status = STATUS_OK;
  double rates[2] = {0, 4};
  assert_ok(homeostat_new(&homeostat, patch->network));
  for (int k = 0; k < 200 && status == STATUS_OK; k++) status = homeostat_step(&homeostat, rates, 0.1, false);
  assert_int_equal(status, STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "test/first"));
  homeostat_free(&homeostat);
  small_patch_free(patch);
}

static void test_freeze(void **state) {
  (void)state;
  struct small_patch *patch = make(4, 4);
  struct homeostat homeostat;
  double sum = 0;
  assert_ok(homeostat_new(&homeostat, patch->network));
  assert_ok(homeostat_freeze(&homeostat)); /* of nothing: as it was */
  assert_near(patch->population[0]->background_Hz, 100, 1e-9);
  for (int k = 0; k < 40; k++) {
    double rates[2] = {k, 4};
    assert_ok(homeostat_step(&homeostat, rates, 0.05, k >= 20));
    if (k >= 20) sum += log(patch->population[0]->background_Hz);
  }
  assert_ok(homeostat_freeze(&homeostat));
  assert_near(log(patch->population[0]->background_Hz), sum / 20, 1e-12);
  assert_near(patch->population[1]->background_Hz, 100, 1e-9); /* at its target all the time */
  homeostat_free(&homeostat);
  small_patch_free(patch);
}

static void test_schedule(void **state) {
  (void)state;
  assert_near(homeostat_kappa(0), 0.1, 1e-12);
  assert_near(homeostat_kappa(0.3), 0.065, 1e-12);
  assert_near(homeostat_kappa(0.6), 0.04, 1e-12);
  assert_near(homeostat_kappa(1), 0.015, 1e-12);
  for (double share = 0; share < 1; share += 0.01) {
    assert_between(homeostat_kappa(share), 0.015, 0.1); /* above 0.15 it rings */
    assert_true(homeostat_averages(share) == (share >= 0.75));
  }
}

/* ---- in a network ---- */

static void advance(struct small_patch *patch, struct activity *activity, int ms, double *rates) {
  struct observer observer = activity_observer(activity);
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = &observer, .n_observers = 1};
  struct recorder nobody = {0};
  assert_ok(window_run(patch->network, &window, 10 * ms));
  assert_ok(activity_flush(activity, &nobody, false, rates));
  for (int p = 0; p < 2; p++) rates[p] *= (double)ACTIVITY_BIN_MS / ms;
}

/* 16 s of search from drives that are far off, then 6 s with what was found: the sampling error of the rates
 * is 1.5 %. */
static void test_finds_the_drive(void **state) {
  (void)state;
  struct small_patch *patch = make(2, 8);
  struct homeostat homeostat;
  struct activity activity;
  double rates[2];
  const int steps = 320, check_s = 6;
  assert_ok(poisson_set(patch->population[0], 400, 1, 0.1));
  assert_ok(poisson_set(patch->population[1], 5, 1, 0.1));
  assert_ok(activity_new(&activity, patch->network));
  assert_ok(homeostat_new(&homeostat, patch->network));
  for (int k = 0; k < steps; k++) {
    double share = (double)k / steps;
    advance(patch, &activity, HOMEOSTAT_STEP_MS, rates);
    assert_ok(homeostat_step(&homeostat, rates, homeostat_kappa(share), homeostat_averages(share)));
  }
  assert_ok(homeostat_freeze(&homeostat));
  advance(patch, &activity, 500, rates);
  activity_clear(&activity);
  for (int k = 0; k < 10 * check_s; k++) advance(patch, &activity, 100, rates);
  for (int p = 0; p < 2; p++) {
    double rate = (double)activity_spikes(&activity, p) / patch->population[p]->n / check_s;
    assert_near(rate, patch->population[p]->target_Hz, 0.06 * patch->population[p]->target_Hz);
  }
  homeostat_free(&homeostat);
  activity_free(&activity);
  small_patch_free(patch);
}

/* A mean that is begun anew knows nothing of the one before; fibres from outside keep their rate. */
static void test_again(void **state) {
  (void)state;
  struct small_patch *patch = make(4, 4);
  struct homeostat homeostat;
  double rates[2] = {0, 0};
  patch->population[1]->outside = true;
  assert_ok(homeostat_new(&homeostat, patch->network));
  for (int k = 0; k < 20; k++) assert_ok(homeostat_step(&homeostat, rates, 0.1, true));
  homeostat_forget(&homeostat);
  assert_ok(homeostat_step(&homeostat, rates, 0, true));
  double now = patch->population[0]->background_Hz;
  assert_ok(homeostat_freeze(&homeostat));
  assert_near(patch->population[0]->background_Hz, now, 1e-9 * now);
  assert_true(patch->population[1]->background_Hz == 100);
  homeostat_free(&homeostat);
  small_patch_free(patch);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_again),          cmocka_unit_test(test_step),
                                     cmocka_unit_test(test_least_drive),    cmocka_unit_test(test_too_much),
                                     cmocka_unit_test(test_freeze),         cmocka_unit_test(test_schedule),
                                     cmocka_unit_test(test_finds_the_drive)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
