/* test_gut.c — bacteria keep their number at rest; a lasting load of stress lowers them to what the gut
 * bears, within days; what suppresses inflammation of the gut gives them back; butyrate follows, and BDNF
 * and cytokines follow it. */
#include "whole_body.h"

/* A body under a load of stress that lasts. */
static struct body loaded(double load) {
  struct body one = body();
  one.systemic.stress.tau_load = 1e9;
  one.y[SYSTEMIC_STRESS] = load;
  return one;
}

static void test_bears(void **state) {
  (void)state;
  struct body one = loaded(0.5);
  double borne = 1 - one.systemic.gut.stress_loss * 0.5;
  body_advance(&one, 48);
  assert_between(one.y[SYSTEMIC_BUTYRICIMONAS], borne + 0.02, 0.95); /* turnover takes 2–10 days */
  body_advance(&one, 24 * 40);
  assert_near(one.y[SYSTEMIC_BUTYRICIMONAS], borne, 0.001);
  assert_near(one.y[SYSTEMIC_BUTYRATE], borne, 0.001);
  assert_between(one.y[SYSTEMIC_TNF], 1.2, 1.4); /* stress by itself, and less butyrate */
  one.in.gut_apart = true;
  body_advance(&one, 48);
  assert_near(one.y[SYSTEMIC_TNF], 1 + 0.5 * one.systemic.inflammation.stress_gain, 0.001);
  stiff_free(one.solver);
}

static void test_suppressed(void **state) {
  (void)state;
  struct body one = loaded(0.5);
  body_advance(&one, 24 * 20);
  double before = one.y[SYSTEMIC_BUTYRICIMONAS];
  one.in.suppressed = 1;
  body_advance(&one, 24 * 20);
  assert_between(one.y[SYSTEMIC_BUTYRICIMONAS], before + 0.2, 1);
  stiff_free(one.solver);
}

static void test_bdnf(void **state) {
  (void)state;
  struct body one = body();
  const struct gut *p = &one.systemic.gut;
  assert_true(gut_bdnf(p, 1) == 1);
  assert_near(gut_bdnf(p, 0), 1 - p->bdnf_gain, 1e-12);
  stiff_free(one.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_bears), cmocka_unit_test(test_suppressed),
                                     cmocka_unit_test(test_bdnf)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
