/* test_eef2.c — phospho-eEF2 follows what calcium of the NMDA current of rest leaves of its kinase,
 * exponentially, down to the part that does not hang on it, and comes back; the kinase goes with the square
 * of calcium and is on by two thirds at rest, so that little block does less than in proportion; nothing else
 * moves it. */
#include "slow_site.h"

/* The kinase at a share of calcium, of rest. */
static double kinase(double calcium) { return 1.49 * calcium * calcium / (0.49 + calcium * calcium); }

static void test_closed_form(void **state) {
  (void)state;
  for (double blocked = 0; blocked < 1.01; blocked += 0.25) {
    struct slow_site site = slow_site();
    double held = 0.5 + 0.5 * kinase(1 - blocked);
    site.in.resting_blocked = blocked;
    for (int k = 1; k < 10; k++) {
      slow_advance(&site, 0.05);
      assert_near(site.y[SIGNALLING_EEF2], held + (1 - held) * exp(-k * 0.05 * 60 / 5), 1e-6);
    }
    slow_advance(&site, 8);
    assert_near(site.y[SIGNALLING_EEF2], held, 1e-6);
    site.in.resting_blocked = 0;
    slow_advance(&site, 8);
    assert_near(site.y[SIGNALLING_EEF2], 1, 1e-6);
    stiff_free(site.solver);
  }
}

/* Rest is two thirds of all that calcium can do; where a tenth is blocked, six hundredths are lost. */
static void test_cooperative(void **state) {
  (void)state;
  assert_between(1 / kinase(1e9), 0.66, 0.68);
  assert_between(1 - kinase(0.9), 0.06, 0.08);
  assert_between(1 - kinase(0.3), 0.7, 0.8);
  struct slow_site few = slow_site(), many = slow_site();
  few.in.resting_blocked = 0.1;
  many.in.resting_blocked = 0.7;
  slow_advance(&few, 8);
  slow_advance(&many, 8);
  assert_true(few.y[SIGNALLING_EEF2] > 1 - 0.5 * 0.1);
  assert_true(many.y[SIGNALLING_EEF2] < 1 - 0.5 * 0.7);
  stiff_free(few.solver);
  stiff_free(many.solver);
}

/* Throughput, rate, scavenger, inhibitor, inflammation: none of their business. */
static void test_nothing_else(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  site.in = slow_input(2, 0, 3, 0.2, 0.1);
  site.in.inflamed = site.in.serotonin = site.in.calcium_blocked = 0.5;
  slow_advance(&site, 12);
  assert_near(site.y[SIGNALLING_EEF2], 1, 1e-9);
  stiff_free(site.solver);
}

/* Protein in proportion: x1.3-1.6 of BDNF where phospho-eEF2 is x0.5-0.7. */
static void test_synthesis(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  site.in.resting_blocked = 0.7;
  slow_advance(&site, 24);
  assert_between(site.y[SIGNALLING_EEF2], 0.5, 0.7);
  assert_between(site.y[SIGNALLING_BDNF_SUPPLY], 1.3, 1.6);
  stiff_free(site.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_closed_form), cmocka_unit_test(test_cooperative),
                                     cmocka_unit_test(test_nothing_else), cmocka_unit_test(test_synthesis)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
