/* test_scaling.c — scaling follows its closed form whatever the steps, in the direction that brings a rate
 * back, and ends at its bounds exactly. */
#include "slow_site.h"

static void test_closed_form(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  static const double rates[] = {0.9, 1, 1.05};
  for (int k = 0; k < COUNT_OF(rates); k++) {
    double whole, parts = 1;
    site.in.rate = rates[k];
    whole = scaling_advance(&site.signalling.scaling, &site.in, 48, 1);
    double left = rates[k] + (1 - rates[k]) * exp(-2 * 48 / 60.0);
    assert_near(whole, 1 / sqrt(left), 1e-14);
    for (int step = 0; step < 96; step++)
      parts = scaling_advance(&site.signalling.scaling, &site.in, 0.5, parts);
    assert_near(parts, whole, 1e-13);
  }
  stiff_free(site.solver);
}

/* A rate that goes with the scale returns to 1 in 2–3 days: with rate = 1.3 α, 1 − 1/e of the way in 60 h. */
static void test_brings_rate_back(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double scale = 1;
  for (int step = 0; step < 600; step++) {
    site.in.rate = 1.3 * scale;
    site.in.scale_then = scale;
    scale = scaling_advance(&site.signalling.scaling, &site.in, 0.1, scale);
  }
  /* the logistic equation α' = α (1 − 1.3 α)/τ */
  assert_near(scale, 1 / (1.3 + (1 - 1.3) * exp(-1)), 2e-4);
  stiff_free(site.solver);
}

/* Windows a month apart, each telling a rate that goes with the scale by some power: below 2 γ it is brought
 * to rest, without overshoot up to γ. */
static void test_rare_windows(void **state) {
  (void)state;
  for (double power = 0.5; power < 3.6; power += 0.5) {
    struct slow_site site = slow_site();
    double scale = 1;
    for (int window = 0; window < 24; window++) {
      double rate = 1.25 * pow(scale, power);
      site.in.rate = rate;
      site.in.scale_then = scale;
      for (int step = 0; step < 120; step++)
        scale = scaling_advance(&site.signalling.scaling, &site.in, 6, scale);
      if (power <= 2) assert_true(1.25 * pow(scale, power) > 1 - 1e-9);
    }
    assert_near(1.25 * pow(scale, power), 1, 0.05);
    stiff_free(site.solver);
  }
}

static void test_bounds(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  const struct scaling *p = &site.signalling.scaling;
  double scale = 1;
  for (int step = 0; step < 50; step++) {
    site.in.rate = 10;
    site.in.scale_then = 0;
    scale = scaling_advance(p, &site.in, 5, scale);
    assert_true(scale >= 0.7);
  }
  assert_true(scale == 0.7);
  site.in.rate = 0;
  assert_true(scaling_advance(p, &site.in, 6, scale) > 0.7); /* and leaves it again at once */
  for (int step = 0; step < 50; step++) {
    scale = scaling_advance(p, &site.in, 5, scale);
    assert_true(scale <= 1.4);
  }
  assert_true(scale == 1.4);
  site.in.rate = 1e9;
  assert_true(scaling_advance(p, &site.in, 1e6, scale) == 0.7);
  stiff_free(site.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_closed_form),
                                     cmocka_unit_test(test_brings_rate_back),
                                     cmocka_unit_test(test_rare_windows), cmocka_unit_test(test_bounds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
