/* test_proteins.c — synthesis is switch-like in mTORC1 and, by less, in ERK: closed form at a held activity,
 * nothing at rest and below it, proteins that stay raised for days after a pulse of an hour, nothing left of
 * noise of 5 %, and their part in the AMPA content. */
#include "slow_site.h"

static double above(double M) {
  double m = fmax(M - 1, 0), power = m * m * m * m * m;
  return 100 * power / (power + 0.03125);
}

/* P with mTORC1 held at M for some hours, by the equation's closed form through its own rates. */
static double rate(const struct slow_site *site, double M, double P) {
  double y[SIGNALLING_COUNT], dydt[SIGNALLING_COUNT];
  signalling_rest(y);
  y[SIGNALLING_MTORC1] = M;
  y[SIGNALLING_PROTEINS] = P;
  proteins_rates(&site->signalling.proteins, 1, y, dydt);
  return dydt[SIGNALLING_PROTEINS];
}

/* What ERK adds does not hang on mTORC1. */
static void test_erk(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double y[SIGNALLING_COUNT], dydt[SIGNALLING_COUNT];
  signalling_rest(y);
  for (double M = 0; M < 3; M += 0.5) {
    y[SIGNALLING_MTORC1] = M;
    for (double K = 0; K < 3; K += 0.25) {
      proteins_rates(&site.signalling.proteins, K, y, dydt);
      assert_near(dydt[SIGNALLING_PROTEINS], (above(M) + 6.0 / 100 * above(K)) / 72, 1e-12);
    }
  }
  stiff_free(site.solver);
}

static void test_rates(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  for (double M = 0; M < 4; M += 0.1) {
    for (double P = 0; P < 20; P += 1.7)
      assert_near(rate(&site, M, P), (1 + above(M) * fmax(2.5 - P, 0) / 1.5 - P) / 72, 1e-12);
  }
  assert_true(rate(&site, 0, 1) == 0 && rate(&site, 0.4, 1) == 0 && rate(&site, 1, 1) == 0);
  stiff_free(site.solver);
}

/* An hour of mTORC1 at x2, the response to a dose: x1.4–2 a day later and still up after three (Li et al.
 * 2010). */
static void test_pulse(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double P = 1;
  const double h = 0.002;
  for (int k = 0; k < 500; k++) P += h * rate(&site, 2, P);
  double A = above(2), end = (1 + 2.5 / 1.5 * A) / (1 + A / 1.5);
  assert_near(P, end + (1 - end) * exp(-(1 + A / 1.5) / 72), 2e-3);
  assert_between(P, 1.4, 2);
  for (int k = 0; k < 11500; k++) P += h * rate(&site, 1, P);
  assert_between(P, 1.4, 2); /* a day after the pulse began */
  for (int k = 0; k < 24000; k++) P += h * rate(&site, 1, P);
  assert_between(P, 1.1, 1.4);
  stiff_free(site.solver);
}

/* However long mTORC1 stays up, synapses do not hold more than they have room for. */
static void test_room(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double P = 1;
  for (int k = 0; k < 20000; k++) P += 0.05 * rate(&site, 5, P);
  assert_near(P, (1 + 2.5 / 1.5 * above(5)) / (1 + above(5) / 1.5), 1e-6);
  assert_between(P, 2.25, 2.5);
  stiff_free(site.solver);
}

/* Noise of 5 % that changes every half hour, for twelve weeks, leaves 0.3 % on average and 1 % at most; a
 * linear synthesis of the same gain would leave 40 %. */
static void test_noise(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double P = 1, most = 1, mean = 0;
  const int steps = 2 * 24 * 84;
  uint32_t lcg = 12345;
  for (int k = 0; k < steps; k++) {
    double sum = 0;
    for (int j = 0; j < 12; j++) {
      lcg = lcg * 1664525u + 1013904223u;
      sum += lcg * 0x1p-32;
    }
    P += 0.5 * rate(&site, 1 + 0.05 * (sum - 6), P);
    most = fmax(most, P);
    mean += P / steps;
  }
  assert_between(most, 1, 1.01);
  assert_between(mean, 1, 1.004);
  stiff_free(site.solver);
}

static void test_ampa_content(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double y[SIGNALLING_COUNT];
  signalling_rest(y);
  assert_true(proteins_ampa_content(&site.signalling.proteins, y) == 1);
  y[SIGNALLING_PROTEINS] = 1.6;
  assert_near(proteins_ampa_content(&site.signalling.proteins, y), 1.06, 1e-12);
  y[SIGNALLING_SCALE] = 0.8;
  assert_near(proteins_ampa_content(&site.signalling.proteins, y), 0.8 * 1.06, 1e-12);
  stiff_free(site.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rates), cmocka_unit_test(test_erk),
                                     cmocka_unit_test(test_pulse), cmocka_unit_test(test_room),
                                     cmocka_unit_test(test_noise), cmocka_unit_test(test_ampa_content)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
