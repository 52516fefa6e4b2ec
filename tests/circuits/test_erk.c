/* test_erk.c — ERK follows TrkB and calcium by its curve, exponentially; either alone moves it, a scavenger
 * of BDNF leaves the calcium part, an inhibitor of mTORC1 leaves all. */
#include "slow_site.h"

static double hill(double x) { return (1 + 2.25) * x * x / (2.25 + x * x); }

static double rate(const struct slow_site *site, double trkb, double calcium, double K) {
  double y[SIGNALLING_COUNT], dydt[SIGNALLING_COUNT];
  signalling_rest(y);
  y[SIGNALLING_ERK] = K;
  erk_rates(&site->signalling.erk, trkb, calcium, y, dydt);
  return dydt[SIGNALLING_ERK];
}

static void test_rates(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  for (double T = 0; T < 3; T += 0.5) {
    for (double F = 0; F < 3; F += 0.5) {
      for (double K = 0; K < 2; K += 0.7)
        assert_near(rate(&site, T, F, K), (hill(0.5 * T + 0.5 * F) - K) * 60 / 10, 1e-12);
    }
  }
  assert_near(rate(&site, 1, 1, 1), 0, 1e-12);
  stiff_free(site.solver);
}

static void test_arrows(void **state) {
  (void)state;
  struct slow_site site = slow_site(), inhibited = slow_site(), scavenged = slow_site();
  site.in = inhibited.in = scavenged.in = slow_input(1.5, 0, 1, 1, 1);
  inhibited.in.mtorc1_left = 0;
  scavenged.in.bdnf_left = 0;
  slow_advance(&site, 0.5);
  slow_advance(&inhibited, 0.5);
  slow_advance(&scavenged, 0.5);
  assert_true(site.y[SIGNALLING_ERK] > 1.3);
  assert_near(inhibited.y[SIGNALLING_ERK], site.y[SIGNALLING_ERK], 1e-5);
  assert_between(scavenged.y[SIGNALLING_ERK], 0.5, 1.1);
  stiff_free(site.solver);
  stiff_free(inhibited.solver);
  stiff_free(scavenged.solver);
}

/* A drive that stays: ERK peaks, and comes back to where K (1 + 1.5 (K − 1)) is the drive's. */
static void test_phosphatases_end_it(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double peak = 0, driven = hill(2);
  double y[SIGNALLING_COUNT], dydt[SIGNALLING_COUNT], h = 0.001;
  signalling_rest(y);
  for (int k = 0; k < 24000; k++) {
    erk_rates(&site.signalling.erk, 2, 2, y, dydt);
    y[SIGNALLING_ERK] += h * dydt[SIGNALLING_ERK];
    y[SIGNALLING_PHOSPHATASE] += h * dydt[SIGNALLING_PHOSPHATASE];
    if (y[SIGNALLING_ERK] > peak) peak = y[SIGNALLING_ERK];
    if (k == 1000) assert_true(peak > 1.3);
  }
  double K = y[SIGNALLING_ERK];
  assert_near(K * (1 + 1.5 * (K - 1)), driven, 1e-3);
  assert_true(K < 1 + 0.8 * (peak - 1));
  stiff_free(site.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rates), cmocka_unit_test(test_arrows),
                                     cmocka_unit_test(test_phosphatases_end_it)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
