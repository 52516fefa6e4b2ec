/* test_serotonin.c — rest stays rest; at constant occupancy both lags follow their closed form; a day does
 * next to nothing and three weeks do most of it, as BDNF mRNA in hippocampus; after the last dose all
 * returns; cytokines do not feel it. */
#include "whole_body.h"

static void test_rest(void **state) {
  (void)state;
  struct body one = body();
  double rest[SYSTEMIC_COUNT];
  systemic_rest(rest);
  for (int day = 0; day < 30; day++) body_advance(&one, 24);
  assert_memory_equal(one.y, rest, sizeof rest);
  stiff_free(one.solver);
}

/* N → 1 − d o with one lag; W → o² with that lag and one more, equal: 1 − (1 + t/τ) e^(−t/τ). */
static void test_closed_form(void **state) {
  (void)state;
  static const double occupancies[] = {0.3, 0.8, 1};
  for (int k = 0; k < COUNT_OF(occupancies); k++) {
    struct body one = body();
    double o = one.in.transporter = occupancies[k];
    for (int day = 1; day <= 60; day++) {
      body_advance(&one, 24);
      double x = day / 7.0;
      assert_near(one.y[SYSTEMIC_AUTORECEPTORS], 1 - 0.7 * o * (1 - exp(-x)), 2e-5);
      assert_near(one.y[SYSTEMIC_SEROTONIN], o * o * (1 - (1 + x) * exp(-x)), 2e-5);
    }
    stiff_free(one.solver);
  }
}

/* BDNF mRNA of hippocampus, 1 + q W: within 1.2–1.6 after 21 days, not changed after one. */
static void test_weeks_not_days(void **state) {
  (void)state;
  struct body one = body();
  one.in.transporter = 0.95;
  body_advance(&one, 24);
  assert_between(1 + 0.5 * one.y[SYSTEMIC_SEROTONIN], 1, 1.01);
  body_advance(&one, 20 * 24);
  assert_between(1 + 0.5 * one.y[SYSTEMIC_SEROTONIN], 1.2, 1.6);
  one.in.transporter = 0;
  body_advance(&one, 90 * 24);
  assert_near(one.y[SYSTEMIC_SEROTONIN], 0, 1e-4);
  assert_near(one.y[SYSTEMIC_AUTORECEPTORS], 1, 1e-4);
  stiff_free(one.solver);
}

static void test_moves_nothing_else(void **state) {
  (void)state;
  struct body one = body();
  double rest[SYSTEMIC_COUNT];
  systemic_rest(rest);
  one.in.transporter = 1;
  body_advance(&one, 24 * 21);
  for (int k = 0; k < SYSTEMIC_AUTORECEPTORS; k++) assert_near(one.y[k], rest[k], 1e-12);
  stiff_free(one.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rest), cmocka_unit_test(test_closed_form),
                                     cmocka_unit_test(test_weeks_not_days),
                                     cmocka_unit_test(test_moves_nothing_else)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
