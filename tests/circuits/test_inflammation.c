/* test_inflammation.c — a challenge sets off one burst of TNF, then IL-6, with the peaks and half-lives of
 * the literature; a second one soon after finds little; tissue is inflamed for a day or two, microglia for
 * weeks; uptake and elimination follow; serotonin does not feel it. Body mass raises what is there at rest,
 * and suppression lowers it, for days; resistin, C-reactive protein and kynurenine follow. */
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
  assert_between(inflammation_uptake(&one.systemic.inflammation, steady), 0.9, 0.9999);
  one.in.raised = 0.5; /* for months: next to no microglia */
  assert_ok(systemic_settle(&one.systemic, &one.in, one.solver, one.y));
  assert_between(inflammation_elimination(&one.systemic.inflammation, one.y[SYSTEMIC_MICROGLIA]), 1, 1.2);
  stiff_free(one.solver);
}

/* Body-mass index 35 against 25: IL-6 +30–60 %, hardly any inflammation of tissue; 18 against 25: less. */
static void test_body_mass(void **state) {
  (void)state;
  struct body one = body();
  one.in.adiposity = 1;
  assert_ok(systemic_settle(&one.systemic, &one.in, one.solver, one.y));
  assert_between(one.y[SYSTEMIC_IL6], 1.3, 1.6);
  assert_between(one.y[SYSTEMIC_TNF], 1.1, 1.3);
  assert_near(one.y[SYSTEMIC_CRP], one.y[SYSTEMIC_IL6], 1e-3);
  assert_between(one.y[SYSTEMIC_RESISTIN], 1.05, 1.2);
  assert_between(inflammation_uptake(&one.systemic.inflammation, one.y[SYSTEMIC_INFLAMED]), 0.98, 1);
  double settled = one.y[SYSTEMIC_IL6];
  body_advance(&one, 24 * 30);
  assert_near(one.y[SYSTEMIC_IL6], settled, 1e-4);
  one.in.adiposity = -0.7;
  assert_ok(systemic_settle(&one.systemic, &one.in, one.solver, one.y));
  assert_between(one.y[SYSTEMIC_IL6], 0.5, 0.8);
  assert_near(one.y[SYSTEMIC_INFLAMED], 0, 1e-6);
  one.in = (struct systemic_input){.raised = 0.5};
  assert_ok(systemic_settle(&one.systemic, &one.in, one.solver, one.y));
  assert_near(one.y[SYSTEMIC_TNF], 1.5, 1e-3);
  stiff_free(one.solver);
}

/* Two hours of a drug that holds NF-kappaB: TNF and IL-6 lower at once, resistin after some hours, all for
 * days; never by more than the share that can be held, and back after weeks. */
static void test_suppression(void **state) {
  (void)state;
  struct body one = body();
  double most = one.systemic.inflammation.suppressed;
  one.in.suppressed = 0.5;
  body_advance(&one, 2);
  one.in.suppressed = 0;
  assert_between(one.y[SYSTEMIC_TNF], 1 - most, 0.9);
  body_advance(&one, 2);
  assert_between(one.y[SYSTEMIC_RESISTIN], 0.75, 0.98); /* 230 min after an infusion */
  body_advance(&one, 20);
  assert_between(one.y[SYSTEMIC_IL6], 1 - most, 0.9);
  body_advance(&one, 24 * 30);
  assert_near(one.y[SYSTEMIC_IL6], 1, 1e-3);
  stiff_free(one.solver);
}

static void test_challenge_reaches_markers(void **state) {
  (void)state;
  struct body one = body();
  double at_h;
  one.in.challenged = 1;
  assert_between(peak(&one, SYSTEMIC_RESISTIN, 12, &at_h), 1.5, 5);
  one.in.challenged = 0;
  assert_between(peak(&one, SYSTEMIC_CRP, 36, &at_h), 3, 40);
  assert_between(one.y[SYSTEMIC_KYNURENINE], 1.02, 2);
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
  static const int shares[] = {SYSTEMIC_TOLERANCE,   SYSTEMIC_INFLAMED,      SYSTEMIC_MICROGLIA,
                               SYSTEMIC_SUPPRESSION, SYSTEMIC_HABITUATION,   SYSTEMIC_EXPRESSION,
                               SYSTEMIC_STRESS,      SYSTEMIC_AUTORECEPTORS, SYSTEMIC_SEROTONIN};
  uint32_t lcg = 7;
  for (int step = 0; step < 400; step++) {
    lcg = lcg * 1664525u + 1013904223u;
    one.in = (struct systemic_input){.challenged = lcg >> 31, .transporter = lcg >> 30 & 1};
    body_advance(&one, 0.1 + (lcg >> 20 & 31));
    for (int k = 0; k < COUNT_OF(shares); k++) assert_between(one.y[shares[k]], -1e-6, 1 + 1e-6);
    assert_true(one.y[SYSTEMIC_TNF] > 1 - 1e-6 && one.y[SYSTEMIC_IL6] > 1 - 1e-6);
  }
  stiff_free(one.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tnf_is_one_burst),   cmocka_unit_test(test_il6_follows),
      cmocka_unit_test(test_second_challenge),   cmocka_unit_test(test_tissue),
      cmocka_unit_test(test_small_levels),       cmocka_unit_test(test_body_mass),
      cmocka_unit_test(test_suppression),        cmocka_unit_test(test_challenge_reaches_markers),
      cmocka_unit_test(test_moves_nothing_else), cmocka_unit_test(test_bounds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
