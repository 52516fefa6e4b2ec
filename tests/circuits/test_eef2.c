/* test_eef2.c — phospho-eEF2 follows what is left of the NMDA current of rest, exponentially, down to the
 * part that does not hang on it, and comes back; nothing else moves it. */
#include "slow_site.h"

static void test_closed_form(void **state) {
  (void)state;
  for (double blocked = 0; blocked < 1.01; blocked += 0.25) {
    struct slow_site site = slow_site();
    double held = 1 - 0.5 * blocked;
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
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_closed_form), cmocka_unit_test(test_nothing_else),
                                     cmocka_unit_test(test_synthesis)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
