/* test_scaling.c — scaling follows its closed form whatever the steps, in the direction that brings a rate
 * back, meets what was published of silence, and ends at its bounds exactly, where the other factor goes
 * on. */
#include "slow_site.h"

struct factors {
  double ampa, gaba;
};

/* A step at a firing rate that a window tells in which the factors were `then`; 0: the present ones. */
static void step(struct slow_site *site, double rate, double then, double hours, struct factors *x) {
  site->in.rate = rate;
  site->in.scale_then = then;
  scaling_advance(&site->signalling.scaling, &site->in, hours, &x->ampa, &x->gaba);
}

static void test_closed_form(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  static const double rates[] = {0.9, 1, 1.05};
  const double pace = 1 / 120.0 + 1 / 69.25;
  for (int k = 0; k < COUNT_OF(rates); k++) {
    struct factors whole = {1, 1}, parts = {1, 1};
    step(&site, rates[k], 1, 48, &whole);
    double left = rates[k] + (1 - rates[k]) * exp(-2 * 48 * pace);
    assert_near(whole.ampa / whole.gaba, 1 / sqrt(left), 1e-14);
    assert_near(log(whole.ampa) * 120, -log(whole.gaba) * 69.25, 1e-13);
    for (int n = 0; n < 96; n++) step(&site, rates[k], 1, 0.5, &parts);
    assert_near(parts.ampa, whole.ampa, 1e-13);
    assert_near(parts.gaba, whole.gaba, 1e-13);
  }
  stiff_free(site.solver);
}

/* After two days without a spike half of the GABA-A receptors are gone (Kilman et al. 2002), and AMPA
 * currents stand at 1.2 to 1.5 after one to two (Turrigiano 2008). */
static void test_silence(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  struct factors x = {1, 1};
  for (int n = 0; n < 2400; n++) step(&site, 0, 0, 0.01, &x);
  assert_between(x.ampa, 1.2, 1.3);
  for (int n = 0; n < 2400; n++) step(&site, 0, 0, 0.01, &x);
  assert_near(x.gaba, 0.5, 1e-3);
  assert_between(x.ampa, 1.38, 1.5);
  stiff_free(site.solver);
}

/* A rate that goes with the ratio returns to 1: the logistic equation s' = s (1 − 1.3 s) k. */
static void test_brings_rate_back(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  struct factors x = {1, 1};
  const double pace = 1 / 120.0 + 1 / 69.25;
  for (int n = 0; n < 600; n++) step(&site, 1.3 * x.ampa / x.gaba, x.ampa / x.gaba, 0.1, &x);
  assert_near(x.ampa / x.gaba, 1 / (1.3 + (1 - 1.3) * exp(-60 * pace)), 2e-4);
  stiff_free(site.solver);
}

/* Cells that lost two fifths of their firing, and fire in proportion to the ratio, are back within tenths
 * after two to three days, not after one (Hengen et al. 2013). */
static void test_days_of_return(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  struct factors x = {1, 1};
  double rate[4] = {0};
  for (int n = 0; n < 720; n++) {
    step(&site, 0.6 * x.ampa / x.gaba, x.ampa / x.gaba, 0.1, &x);
    if ((n + 1) % 240 == 0) rate[(n + 1) / 240] = 0.6 * x.ampa / x.gaba;
  }
  assert_between(rate[1], 0.65, 0.8);
  assert_between(rate[3], 0.87, 1);
  stiff_free(site.solver);
}

/* Windows a month apart, each telling a rate that goes with the ratio by some power: below 2 γ it is brought
 * to rest, without overshoot up to γ. */
static void test_rare_windows(void **state) {
  (void)state;
  for (double power = 0.5; power < 3.6; power += 0.5) {
    struct slow_site site = slow_site();
    struct factors x = {1, 1};
    for (int window = 0; window < 24; window++) {
      double then = x.ampa / x.gaba, rate = 1.25 * pow(then, power);
      for (int n = 0; n < 120; n++) step(&site, rate, then, 6, &x);
      if (power <= 2) assert_true(1.25 * pow(x.ampa / x.gaba, power) > 1 - 1e-9);
    }
    assert_near(1.25 * pow(x.ampa / x.gaba, power), 1, 0.05);
    stiff_free(site.solver);
  }
}

static void test_bounds(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  struct factors x = {1, 1};
  for (int n = 0; n < 60; n++) {
    step(&site, 10, 0, 1, &x);
    assert_true(x.ampa >= 0.7 && x.gaba <= 2);
  }
  assert_true(x.ampa == 0.7 && x.gaba == 2);
  struct factors left = x;
  step(&site, 0, 0, 6, &left); /* and they leave them again at once */
  assert_true(left.ampa > 0.7 && left.gaba < 2);
  for (int n = 0; n < 60; n++) step(&site, 0, 0, 5, &x);
  assert_true(x.ampa == 1.4 && x.gaba == 0.5);
  step(&site, 1e9, 0, 1e6, &x);
  assert_true(x.ampa == 0.7 && x.gaba == 2);
  x = (struct factors){0.7, 1}; /* AMPA at its bound: GABA-A goes on by its own time constant */
  step(&site, 1.05, 0.7, 48, &x);
  assert_near(x.gaba, sqrt(1.05 + (1 - 1.05) * exp(-2 * 48 / 69.25)), 1e-14);
  assert_true(x.ampa == 0.7);
  stiff_free(site.solver);
}

/* Spines that grew since the window raise the rate as the factors do, so scaling takes what they brought:
 * s e comes to 1, whichever way. */
static void test_sees_spines(void **state) {
  (void)state;
  static const double grown[] = {0.8, 1, 1.25};
  for (int k = 0; k < COUNT_OF(grown); k++) {
    struct slow_site site = slow_site(), other = slow_site();
    struct factors x = {1, 1}, y = {1, 1};
    site.in.excitation = grown[k];
    for (int n = 0; n < 24; n++) {
      step(&site, 1, 1, 1, &x);
      step(&other, grown[k] * grown[k], 1, 1, &y);
    }
    assert_near(x.ampa, y.ampa, 1e-13);
    assert_near(x.gaba, y.gaba, 1e-13);
    for (int n = 0; n < 400; n++) step(&site, 1, 1, 6, &x);
    assert_near(x.ampa / x.gaba * grown[k], 1, 1e-9);
    stiff_free(site.solver);
    stiff_free(other.solver);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_closed_form),
                                     cmocka_unit_test(test_silence),
                                     cmocka_unit_test(test_brings_rate_back),
                                     cmocka_unit_test(test_days_of_return),
                                     cmocka_unit_test(test_rare_windows),
                                     cmocka_unit_test(test_sees_spines),
                                     cmocka_unit_test(test_bounds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
