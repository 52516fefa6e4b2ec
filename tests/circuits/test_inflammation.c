/* test_inflammation.c — a challenge sets off one burst of TNF, then IL-6, with the peaks and half-lives of
 * the literature; a second one soon after finds little; tissue is inflamed for a day or two, microglia for
 * weeks; uptake and elimination follow; serotonin does not feel it. */
#include "whole_body.h"

enum { STEPS_PER_H = 20 };

/* Highest value of a state within some hours, and when. */
static double peak(struct body *one, enum systemic_state state, double hours, double *at_h) {
  double most = one->y[state], begin_h = one->time_h;
  *at_h = 0;
  for (int k = 0; k < (int)(hours * STEPS_PER_H + 0.5); k++) {
    body_advance(one, 1.0 / STEPS_PER_H);
    if (one->y[state] <= most) continue;
    most = one->y[state];
    *at_h = one->time_h - begin_h;
  }
  return most;
}

/* TNF peaks within 60–90 min of a lasting challenge, give or take absorption, and is nearly gone at 6 h
 * though the challenge goes on; its half-life by itself is 27 min. */
static void test_tnf_is_one_burst(void **state) {
  (void)state;
  struct body one = body();
  double at_h, most;
  one.in.challenged = 1;
  most = peak(&one, SYSTEMIC_TNF, 3, &at_h);
  assert_between(most, 30, 200);
  assert_between(at_h, 0.5, 1.5);
  body_advance(&one, 6);
  assert_between(one.y[SYSTEMIC_TNF], 1, 0.05 * most);
  one = (stiff_free(one.solver), body());
  one.y[SYSTEMIC_TNF] = 101;
  body_advance(&one, 27 / 60.0);
  assert_near(one.y[SYSTEMIC_TNF], 51, 1);
  stiff_free(one.solver);
}

static void test_il6_follows(void **state) {
  (void)state;
  struct body one = body();
  double at_h, most;
  one.in.challenged = 1;
  most = peak(&one, SYSTEMIC_IL6, 6, &at_h);
  assert_between(most, 20, 100);
  assert_between(at_h, 1.5, 4);
  one.in.challenged = 0;
  body_advance(&one, 18);
  assert_near(one.y[SYSTEMIC_IL6], 1, 0.2);
  stiff_free(one.solver);
}

/* Two days later: about 15 % of the first peak (within a factor of two). */
static void test_second_challenge(void **state) {
  (void)state;
  struct body one = body();
  double at_h, first, second;
  one.in.challenged = 1;
  first = peak(&one, SYSTEMIC_TNF, 4, &at_h);
  one.in.challenged = 0;
  body_advance(&one, 48);
  one.in.challenged = 1;
  second = peak(&one, SYSTEMIC_TNF, 4, &at_h);
  assert_between((second - 1) / (first - 1), 0.075, 0.3);
  stiff_free(one.solver);
}

/* Four hours of challenge: transporters −15 … −25 % at 4 h; half calm after a day, calm after four; spines
 * lost in 28 days twice as many (Kondo et al. 2011: 11.0 against 5.5 %). */
static void test_tissue(void **state) {
  (void)state;
  struct body one = body();
  const struct inflammation *p = &one.systemic.inflammation;
  assert_true(inflammation_uptake(p, 0) == 1 && inflammation_elimination(p, 0) == 1);
  one.in.challenged = 1;
  body_advance(&one, 4);
  one.in.challenged = 0;
  assert_between(inflammation_uptake(p, one.y[SYSTEMIC_INFLAMED]), 0.75, 0.85);
  body_advance(&one, 24);
  assert_between(one.y[SYSTEMIC_INFLAMED], 0.2, 0.6);
  body_advance(&one, 72);
  assert_between(one.y[SYSTEMIC_INFLAMED], 0, 0.05);
  double lost = 0;
  for (int day = 4; day < 28; day++) {
    lost += inflammation_elimination(p, one.y[SYSTEMIC_MICROGLIA]);
    body_advance(&one, 24);
  }
  assert_between(lost / 24, 1.7, 2.4);
  stiff_free(one.solver);
}

/* Levels of depression, IL-6 x1.5, do little. */
static void test_small_levels(void **state) {
  (void)state;
  struct body one = body();
  double dydt[SYSTEMIC_COUNT];
  one.y[SYSTEMIC_IL6] = 1.5;
  inflammation_rates(&one.systemic.inflammation, &one.in, one.y, dydt);
  double steady = dydt[SYSTEMIC_INFLAMED] * 24;
  assert_between(inflammation_uptake(&one.systemic.inflammation, steady), 0.85, 0.999);
  stiff_free(one.solver);
}

static void test_moves_nothing_else(void **state) {
  (void)state;
  struct body one = body();
  one.in.challenged = 1;
  body_advance(&one, 24);
  assert_near(one.y[SYSTEMIC_AUTORECEPTORS], 1, 1e-12);
  assert_near(one.y[SYSTEMIC_SEROTONIN], 0, 1e-12);
  stiff_free(one.solver);
}

/* Any input keeps shares within 0 … 1 and cytokines at or above rest. */
static void test_bounds(void **state) {
  (void)state;
  struct body one = body();
  uint32_t lcg = 7;
  for (int step = 0; step < 400; step++) {
    lcg = lcg * 1664525u + 1013904223u;
    one.in = (struct systemic_input){.challenged = lcg >> 31, .transporter = lcg >> 30 & 1};
    body_advance(&one, 0.1 + (lcg >> 20 & 31));
    for (int k = SYSTEMIC_TOLERANCE; k < SYSTEMIC_COUNT; k++) assert_between(one.y[k], -1e-6, 1 + 1e-6);
    assert_true(one.y[SYSTEMIC_TNF] > 1 - 1e-6 && one.y[SYSTEMIC_IL6] > 1 - 1e-6);
  }
  stiff_free(one.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_tnf_is_one_burst),
                                     cmocka_unit_test(test_il6_follows),
                                     cmocka_unit_test(test_second_challenge),
                                     cmocka_unit_test(test_tissue),
                                     cmocka_unit_test(test_small_levels),
                                     cmocka_unit_test(test_moves_nothing_else),
                                     cmocka_unit_test(test_bounds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
