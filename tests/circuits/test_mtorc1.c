/* test_mtorc1.c — activation by TrkB against its closed form, the feedback that ends it while TrkB goes on,
 * an inhibitor in proportion, and bounds. */
#include "slow_site.h"

static const double TAU_H = 15.0 / 60, FEEDBACK_H = 3;

static double hill(double T) { return 28 * T * T * T / (27 + T * T * T); }

/* Drive below rest: a tenth of what the Hill curve loses. */
static double falling(double T) { return 0.9 + 0.1 * hill(T); }

/* Euler steps of the two equations at a held TrkB signal. */
static void advance(const struct slow_site *site, double signal, double hours, double *y) {
  const double h = 1e-4;
  for (int k = (int)(hours / h + 0.5); k > 0; k--) {
    double dydt[SIGNALLING_COUNT];
    mtorc1_rates(&site->signalling.mtorc1, &site->in, signal, y, dydt);
    y[SIGNALLING_MTORC1] += h * dydt[SIGNALLING_MTORC1];
    y[SIGNALLING_FEEDBACK] += h * dydt[SIGNALLING_FEEDBACK];
  }
}

/* Below rest no feedback arises: M follows its drive exponentially in 15 min. */
static void test_falls_as_its_drive(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  static const double signals[] = {0, 0.3, 0.8};
  for (int k = 0; k < COUNT_OF(signals); k++) {
    double y[SIGNALLING_COUNT], H = falling(signals[k]);
    signalling_rest(y);
    advance(&site, signals[k], 0.4, y);
    assert_near(y[SIGNALLING_MTORC1], H + (1 - H) * exp(-0.4 / TAU_H), 1e-4);
    assert_true(y[SIGNALLING_FEEDBACK] == 0);
  }
  stiff_free(site.solver);
}

/* A lasting signal: up first by the drive alone, then down to the fixed point M (1 + w (M − 1)) = H. */
static void test_feedback(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double y[SIGNALLING_COUNT], H = hill(2), peak = 0;
  signalling_rest(y);
  advance(&site, 2, 0.005, y);
  assert_near(y[SIGNALLING_MTORC1], H + (1 - H) * exp(-0.005 / TAU_H), 1e-3);
  for (int k = 0; k < 400; k++) {
    advance(&site, 2, 0.05, y);
    peak = fmax(peak, y[SIGNALLING_MTORC1]);
  }
  double M = y[SIGNALLING_MTORC1];
  assert_near(M, (4 + sqrt(16 + 20 * H)) / 10, 1e-4); /* w = 5: 5 M² − 4 M = H */
  assert_near(y[SIGNALLING_FEEDBACK], M - 1, 1e-4);
  assert_true(peak > 1.05 * M);
  advance(&site, 1, 1, y); /* over: below rest while the feedback lasts, at what other inputs hold up */
  assert_between(y[SIGNALLING_MTORC1], 0.9, 0.92);
  double X = y[SIGNALLING_FEEDBACK];
  advance(&site, 1, 1, y);
  assert_near(y[SIGNALLING_FEEDBACK], X * exp(-1 / FEEDBACK_H), 1e-4);
  advance(&site, 1, 40, y);
  assert_near(y[SIGNALLING_MTORC1], 1, 1e-5);
  stiff_free(site.solver);
}

static void test_inhibitor(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  for (double left = 0; left < 1; left += 0.25) {
    double y[SIGNALLING_COUNT];
    signalling_rest(y);
    site.in.mtorc1_left = left;
    advance(&site, 1, 4, y);
    assert_near(y[SIGNALLING_MTORC1], left, 1e-5);
  }
  stiff_free(site.solver);
}

/* However strong the signal, M stays below 1 + K³ and above 0. */
static void test_bounds(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double y[SIGNALLING_COUNT];
  signalling_rest(y);
  for (int k = 0; k < 200; k++) {
    site.in.mtorc1_left = k % 7 ? 1 : 0;
    advance(&site, k % 3 ? 1e6 : 0, 0.1, y);
    assert_between(y[SIGNALLING_MTORC1], 0, 28);
    assert_between(y[SIGNALLING_FEEDBACK], 0, 27);
  }
  double dydt[SIGNALLING_COUNT]; /* a solver's error below 0 does no harm */
  y[SIGNALLING_FEEDBACK] = -1e-9;
  y[SIGNALLING_MTORC1] = 1;
  site.in.mtorc1_left = 1;
  mtorc1_rates(&site.signalling.mtorc1, &site.in, 1, y, dydt);
  assert_near(dydt[SIGNALLING_MTORC1], 0, 1e-12);
  stiff_free(site.solver);
}

/* An hour of TrkB at x1.7: mTORC1 at x2–2.5 on the mean of 30–60 min, falling, and at rest an hour later,
 * TrkB still above. */
static void test_pulse(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double y[SIGNALLING_COUNT], mean = 0, before;
  signalling_rest(y);
  advance(&site, 1.7, 0.5, y);
  before = y[SIGNALLING_MTORC1];
  for (int k = 0; k < 50; k++) {
    advance(&site, 1.7, 0.01, y);
    mean += y[SIGNALLING_MTORC1] / 50;
  }
  assert_between(mean, 2, 2.5);
  assert_true(y[SIGNALLING_MTORC1] < before);
  advance(&site, 1.1, 1, y);
  assert_between(y[SIGNALLING_MTORC1], 0.9, 1.1);
  stiff_free(site.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_falls_as_its_drive),
                                     cmocka_unit_test(test_feedback), cmocka_unit_test(test_inhibitor),
                                     cmocka_unit_test(test_bounds), cmocka_unit_test(test_pulse)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
