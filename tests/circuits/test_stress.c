/* test_stress.c — a session raises corticosterone for an hour or two and leaves little behind; three weeks of
 * sessions build up a load whose effects lie within the published ranges, and which is gone two weeks later;
 * the same stressor again calls for less; the hormone from outside does the same; without either nothing
 * moves. */
#include "whole_body.h"

/* Daily sessions of some hours. */
static void sessions(struct body *one, int days, double hours, double *drive, double strength) {
  for (int day = 0; day < days; day++) {
    *drive = strength;
    body_advance(one, hours);
    *drive = 0;
    body_advance(one, 24 - hours);
  }
}

static void test_session(void **state) {
  (void)state;
  struct body one = body();
  one.in.stressed = 1;
  body_advance(&one, 0.5);
  assert_between(one.y[SYSTEMIC_GLUCOCORTICOID], 4, 9); /* half an hour: 300–500 ng/mL over some 50 */
  one.in.stressed = 0;
  body_advance(&one, 1.5);
  assert_between(one.y[SYSTEMIC_GLUCOCORTICOID], 1, 1.4); /* back by 90 min */
  body_advance(&one, 22);
  assert_between(one.y[SYSTEMIC_STRESS], 0.001, 0.15);
  stiff_free(one.solver);
}

/* Restraint for 6 h a day, 21 days: dendrites of mPFC 0.71–0.82 in males, next to unchanged in females, BDNF
 * 0.6–0.8, uptake 0.7–0.9, AMPA after a week 0.5–0.85; back two weeks later. */
static void test_weeks(void **state) {
  (void)state;
  struct body one = body();
  const struct stress *p = &one.systemic.stress;
  sessions(&one, 7, 6, &one.in.predictable, 0.8);
  assert_between(stress_factors(p, one.y[SYSTEMIC_STRESS], false).ampa, 0.5, 0.85);
  sessions(&one, 14, 6, &one.in.predictable, 0.8);
  struct stress_factors male = stress_factors(p, one.y[SYSTEMIC_STRESS], false);
  struct stress_factors female = stress_factors(p, one.y[SYSTEMIC_STRESS], true);
  assert_between(male.dendrites, 0.71, 0.82);
  assert_between(female.dendrites, 0.93, 0.99);
  assert_between(male.bdnf, 0.6, 0.8);
  assert_between(male.uptake, 0.7, 0.9);
  assert_true(male.elimination > 1.2 && male.formation < 0.9);
  assert_true(female.elimination == male.elimination);
  body_advance(&one, 24 * 10);
  assert_between(stress_factors(p, one.y[SYSTEMIC_STRESS], false).dendrites, 0.95, 1);
  body_advance(&one, 24 * 90);
  assert_near(one.y[SYSTEMIC_STRESS], 0, 1e-4);
  stiff_free(one.solver);
}

/* Two weeks of the same: the response is that much lower; of changing stressors it is not. */
static void test_habituation(void **state) {
  (void)state;
  struct body same = body(), changing = body();
  sessions(&same, 14, 6, &same.in.predictable, 1);
  sessions(&changing, 14, 6, &changing.in.stressed, 1);
  same.in.predictable = changing.in.stressed = 1;
  body_advance(&same, 6);
  body_advance(&changing, 6);
  double rest = 1,
         ratio = (same.y[SYSTEMIC_GLUCOCORTICOID] - rest) / (changing.y[SYSTEMIC_GLUCOCORTICOID] - rest);
  assert_between(ratio, 0.5, 0.75);
  assert_near(changing.y[SYSTEMIC_HABITUATION], 0, 1e-9);
  stiff_free(same.solver);
  stiff_free(changing.solver);
}

/* Receptors: at rest nothing is above rest, full they are all; a drug counts as the hormone does. */
static void test_receptors(void **state) {
  (void)state;
  struct body one = body();
  const struct stress *p = &one.systemic.stress;
  assert_true(stress_occupied(p, 1, 0) == 0);
  assert_near(stress_occupied(p, 1e9, 0), 1, 1e-6);
  assert_true(stress_occupied(p, 0, 0) < 0);
  double rest = p->rest_occupancy / (1 - p->rest_occupancy);
  assert_near(stress_occupied(p, 1, 3 * rest), stress_occupied(p, 4, 0), 1e-12);
  one.in.agonists = 1;
  body_advance(&one, 24 * 21);
  assert_between(one.y[SYSTEMIC_STRESS], 0.5, 1);
  assert_near(one.y[SYSTEMIC_GLUCOCORTICOID], 1, 1e-9);
  stiff_free(one.solver);
}

/* No load: every factor is 1, to the bit. */
static void test_no_load(void **state) {
  (void)state;
  struct body one = body();
  struct stress_factors f = stress_factors(&one.systemic.stress, 0, false);
  const double all[] = {f.dendrites, f.elimination, f.formation, f.ampa, f.bdnf, f.uptake};
  for (int k = 0; k < COUNT_OF(all); k++) assert_true(all[k] == 1);
  stiff_free(one.solver);
}

/* Cytokines and the gut feel the load, unless they are kept apart; serotonin never does. */
static void test_what_feels_it(void **state) {
  (void)state;
  struct body one = body(), apart = body();
  apart.in.stress_apart = true;
  sessions(&one, 21, 6, &one.in.stressed, 1);
  sessions(&apart, 21, 6, &apart.in.stressed, 1);
  assert_between(one.y[SYSTEMIC_IL6], 1.2, 1.6); /* depression: half a standard deviation */
  assert_between(one.y[SYSTEMIC_BUTYRICIMONAS], 0.3, 0.8);
  assert_near(apart.y[SYSTEMIC_IL6], 1, 1e-9);
  assert_near(apart.y[SYSTEMIC_BUTYRICIMONAS], 1, 1e-9);
  assert_near(apart.y[SYSTEMIC_STRESS], one.y[SYSTEMIC_STRESS], 1e-6);
  for (int k = SYSTEMIC_AUTORECEPTORS; k < SYSTEMIC_COUNT; k++)
    assert_near(one.y[k], k == SYSTEMIC_AUTORECEPTORS, 1e-12);
  stiff_free(one.solver);
  stiff_free(apart.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_session),   cmocka_unit_test(test_weeks),   cmocka_unit_test(test_habituation),
      cmocka_unit_test(test_receptors), cmocka_unit_test(test_no_load), cmocka_unit_test(test_what_feels_it)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
