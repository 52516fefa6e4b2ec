/* test_bdnf.c — synthesis, release and TrkB against their closed forms: a block of the NMDA current of rest
 * lowers phospho-eEF2 and raises the supply, throughput moves release along its Hill curve, as much as
 * calcium channels let it, a scavenger takes it away; TrkB falls under lasting BDNF with the time constant
 * that its loss gives, and the signal fades to rest; whatever is scavenged, for however long, no receptor is
 * there in excess afterwards; serotonin raises supply and receptors, inflammation lowers supply, by the
 * shares that the table names. */
#include "slow_site.h"

static void test_supply(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  site.in.resting_blocked = 0.5;
  /* eEF2 goes to 1 − lost in 5 min (test_eef2.c), the supply to 1 + 1.1 lost after it in 40 min */
  const double lost = 0.5 * (1 - 1.49 * 0.25 / (0.49 + 0.25));
  for (int k = 1; k <= 20; k++) {
    slow_advance(&site, 0.1);
    double t = k * 0.1 * 60, gone = (40 * exp(-t / 40) - 5 * exp(-t / 5)) / 35;
    assert_near(site.y[SIGNALLING_EEF2], 1 - lost * (1 - exp(-t / 5)), 1e-6);
    assert_near(site.y[SIGNALLING_BDNF_SUPPLY], 1 + 1.1 * lost * (1 - gone), 1e-6);
  }
  stiff_free(site.solver);
}

/* At constant throughput, supply at rest: B → F(a), exponentially in 25 min. */
static void test_release(void **state) {
  (void)state;
  static const double throughputs[] = {0, 0.3, 1, 1.5, 4};
  for (int k = 0; k < COUNT_OF(throughputs); k++) {
    struct slow_site site = slow_site();
    double a = throughputs[k], F = (1 + 1.5 * 1.5) * a * a / (1.5 * 1.5 + a * a);
    site.in.throughput = a;
    slow_advance(&site, 0.5);
    assert_near(site.y[SIGNALLING_BDNF], F + (1 - F) * exp(-0.5 * 60 / 10), 1e-6);
    stiff_free(site.solver);
  }
}

/* Release sees throughput and the calcium channels that are left as one product. */
static void test_calcium_channels(void **state) {
  (void)state;
  struct slow_site blocked = slow_site(), less = slow_site();
  blocked.in.throughput = 1.6;
  blocked.in.calcium_blocked = 0.25;
  less.in.throughput = 1.2;
  slow_advance(&blocked, 2);
  slow_advance(&less, 2);
  assert_near(blocked.y[SIGNALLING_BDNF], less.y[SIGNALLING_BDNF], 1e-9);
  assert_true(blocked.y[SIGNALLING_BDNF] > 1.1);
  stiff_free(blocked.solver);
  stiff_free(less.solver);
}

static void test_scavenger(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  site.in.bdnf_left = 0.2;
  slow_advance(&site, 6);
  assert_near(site.y[SIGNALLING_BDNF], 0.2 + 0.8 * exp(-6 * 60 / 25.0), 1e-6);
  assert_near(bdnf_trkb_signal(&site.signalling.bdnf, site.y), 0.2 / 9.2 / 0.1, 1e-6);
  assert_near(site.y[SIGNALLING_BDNF_SUPPLY], 1, 1e-9);
  stiff_free(site.solver);
}

static double occupied(double bdnf) { return bdnf / (bdnf + 9); }

/* With BDNF held: R → θ(1)/θ(B), exponentially at k θ(B), so the signal ends where it began. */
static void test_trkb_fades(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  const struct bdnf *p = &site.signalling.bdnf;
  double y[SIGNALLING_COUNT], dydt[SIGNALLING_COUNT], rate = 0.2857 * occupied(4);
  signalling_rest(y);
  y[SIGNALLING_BDNF] = 4;
  assert_near(bdnf_trkb_signal(p, y), occupied(4) / 0.1, 1e-12);
  for (double t_h = 0; t_h < 100; t_h += 0.5) {
    double end = 0.1 / occupied(4), R = end + (1 - end) * exp(-rate * t_h);
    y[SIGNALLING_TRKB] = R;
    bdnf_rates(p, &site.in, y, dydt);
    assert_near(dydt[SIGNALLING_TRKB], -rate * (R - end), 1e-12);
  }
  y[SIGNALLING_TRKB] = 0.1 / occupied(4);
  assert_near(bdnf_trkb_signal(p, y), 1, 1e-12);
  /* half in 2–3 h where nearly all are occupied */
  assert_between(log(2) / (0.2857 * occupied(1e6)), 2, 3);
  stiff_free(site.solver);
}

/* Three days of a scavenger, then none: TrkB signals no more than at rest, at any time, and without
 * adaptation (test_adaptation.c) nor does mTORC1. So does a day of silent synapses. And what was lost returns
 * over days. */
static void test_no_rebound(void **state) {
  (void)state;
  for (int silent = 0; silent < 2; silent++) {
    struct slow_site site = slow_site();
    double most = 0;
    site.signalling.adaptation = false;
    (silent ? &site.in.throughput : &site.in.bdnf_left)[0] = 0;
    slow_advance(&site, 72);
    assert_near(site.y[SIGNALLING_TRKB], 1, 1e-6);
    site.in = slow_input(1, 0, 1, 1, 1);
    for (int k = 0; k < 1000; k++) {
      slow_advance(&site, 0.1);
      most = fmax(most, bdnf_trkb_signal(&site.signalling.bdnf, site.y));
      assert_true(site.y[SIGNALLING_MTORC1] < 1 + 1e-5);
    }
    assert_near(most, 1, 1e-5);
    stiff_free(site.solver);
  }
}

static void test_return(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  site.y[SIGNALLING_TRKB] = 0.5;
  slow_advance(&site, 48); /* 1/(k θ(1)) = 35 h */
  assert_near(site.y[SIGNALLING_TRKB], 1 - 0.5 * exp(-48 * 0.02857), 1e-5);
  stiff_free(site.solver);
}

/* Weeks at full adaptation to serotonin: mRNA and protein x1.5; the signal stays raised by what TrkB gains,
 * since receptors adapt to BDNF itself; mTORC1 is raised by little. */
static void test_serotonin(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  site.in.serotonin = 1;
  slow_advance(&site, 24 * 30);
  assert_near(site.y[SIGNALLING_BDNF_SUPPLY], 1.5, 1e-6);
  assert_near(site.y[SIGNALLING_BDNF], 1.5, 1e-6);
  assert_near(bdnf_trkb_signal(&site.signalling.bdnf, site.y), 1.1, 1e-5);
  assert_between(site.y[SIGNALLING_MTORC1], 1.05, 1.3);
  stiff_free(site.solver);
}

static void test_inflammation(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  site.in.inflamed = 0.5;
  site.in.resting_blocked = 0.5;
  slow_advance(&site, 24);
  double made = 1 + 1.1 * 0.5 * (1 - 1.49 * 0.25 / (0.49 + 0.25));
  assert_near(site.y[SIGNALLING_BDNF_SUPPLY], made * (1 - 0.5 * 0.35), 1e-6);
  stiff_free(site.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_supply),           cmocka_unit_test(test_release),
      cmocka_unit_test(test_calcium_channels), cmocka_unit_test(test_scavenger),
      cmocka_unit_test(test_trkb_fades),       cmocka_unit_test(test_no_rebound),
      cmocka_unit_test(test_return),           cmocka_unit_test(test_serotonin),
      cmocka_unit_test(test_inflammation)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
