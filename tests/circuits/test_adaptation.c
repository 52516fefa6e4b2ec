/* test_adaptation.c — the level from which TrkB's arms count: it falls to a signal that stays low, and
 * returns, along the exponentials that its time constants give, no lower than its least and never above 1;
 * after weeks at any level the same fold change of BDNF gives mTORC1 the same peak, as it does not without
 * adaptation; hours cost next to nothing; what is raised for weeks is not forgotten. */
#include "slow_site.h"

static double signal_of(const struct slow_site *site) {
  return bdnf_trkb_signal(&site->signalling.bdnf, site->y);
}

/* BDNF is at its end within hours; what the level has lost by then follows from the signal's own course. */
static void test_exponentials(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  site.in.bdnf_left = 0.4;
  slow_advance(&site, 12);
  double start = site.y[SIGNALLING_LEVEL], low = 0.4 / 9.4 / 0.1;
  assert_between(start, 0.95, 0.98);
  assert_near(signal_of(&site), low, 1e-6);
  for (int day = 1; day <= 21; day++) {
    slow_advance(&site, 24);
    assert_near(site.y[SIGNALLING_LEVEL], low + (start - low) * exp(-day * 24 / 168.0), 1e-5);
  }
  site.in.bdnf_left = 1;
  slow_advance(&site, 12);
  start = site.y[SIGNALLING_LEVEL];
  slow_advance(&site, 48);
  assert_near(site.y[SIGNALLING_LEVEL], 1 + (start - 1) * exp(-2), 1e-5);
  stiff_free(site.solver);
}

static void test_least(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  site.in.bdnf_left = 0;
  slow_advance(&site, 24 * 90);
  assert_near(site.y[SIGNALLING_LEVEL], 0.3, 1e-5);
  stiff_free(site.solver);
}

/* The peak of mTORC1 within three hours of a release that is 1.8 times what it was for two months. */
static double peak_after(double bdnf_left, bool adaptation) {
  struct slow_site site = slow_site();
  site.signalling.adaptation = adaptation;
  site.in.bdnf_left = bdnf_left;
  slow_advance(&site, 24 * 60);
  site.in.bdnf_left = 1.8 * bdnf_left;
  double peak = 0;
  for (int k = 0; k < 60; k++) {
    slow_advance(&site, 0.05);
    peak = fmax(peak, site.y[SIGNALLING_MTORC1]);
  }
  stiff_free(site.solver);
  return peak;
}

/* Occupancy saturates the less, the less BDNF there is, by a tenth at most of what is seen here. */
static void test_fold_change(void **state) {
  (void)state;
  double healthy = peak_after(1, true);
  assert_true(healthy > 1.5);
  assert_near(peak_after(1, false), healthy, 1e-5);
  for (double left = 0.4; left < 0.9; left += 0.2) {
    assert_between(peak_after(left, true), healthy, 1 + 1.25 * (healthy - 1));
    assert_true(peak_after(left, false) < 1 + 0.75 * (healthy - 1));
  }
  assert_true(peak_after(0.4, false) < 1);
}

/* Ten hours in which nothing is released take a twenty-fifth; the rise of mTORC1 that follows is a twentieth
 * of what a dose makes, and proteins do not feel it. */
static void test_hours_cost_little(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  site.in.throughput = 0;
  slow_advance(&site, 10);
  assert_between(site.y[SIGNALLING_LEVEL], 0.955, 0.97);
  site.in.throughput = 1;
  double peak = 0;
  for (int k = 0; k < 480; k++) {
    slow_advance(&site, 0.1);
    peak = fmax(peak, site.y[SIGNALLING_MTORC1]);
  }
  assert_between(peak, 1.01, 1.08);
  assert_near(site.y[SIGNALLING_PROTEINS], 1, 2e-3);
  stiff_free(site.solver);
}

/* A month at full adaptation to serotonin: to the bit what it is without. */
static void test_a_raised_signal_stays(void **state) {
  (void)state;
  struct slow_site on = slow_site(), off = slow_site();
  on.in.serotonin = off.in.serotonin = 1;
  off.signalling.adaptation = false;
  for (int day = 0; day < 30; day++) {
    slow_advance(&on, 24);
    slow_advance(&off, 24);
  }
  assert_true(on.y[SIGNALLING_LEVEL] == 1);
  assert_true(on.y[SIGNALLING_MTORC1] > 1.05);
  assert_memory_equal(on.y, off.y, sizeof on.y);
  stiff_free(on.solver);
  stiff_free(off.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exponentials), cmocka_unit_test(test_least), cmocka_unit_test(test_fold_change),
      cmocka_unit_test(test_hours_cost_little), cmocka_unit_test(test_a_raised_signal_stays)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
