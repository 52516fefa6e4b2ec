/* test_stress_events.c — sessions of stress: their share of any stretch of time is exact, repeats and ends
 * included; drives add up to the largest response and no further; those that come alike stand apart. */
#include "check.h"
#include "experiment/stress_events.h"
#include "fields.h"

static struct stress_sessions daily[] = {
    {.at_h = 2, .over_h = 6, .every_h = 24, .count = 3, .drive = 0.8, .predictable = true},
    {.at_h = 5, .over_h = 1, .every_h = 24, .count = 1, .drive = 0.5, .predictable = false}};

static void test_share_of_time(void **state) {
  (void)state;
  const struct arm_doses doses = {.n_stress = 1, .stress = daily};
  static const struct {
    double from, to, share;
  } cases[] = {{0, 2, 0},   {2, 8, 1},          {0, 24, 0.25}, {7, 9, 0.5}, {3, 4, 1},  {8, 26, 0},
               {26, 27, 1}, {0, 72, 18 / 72.0}, {50, 56, 1},   {74, 80, 0}, {72, 96, 0}};
  for (int k = 0; k < COUNT_OF(cases); k++) {
    struct stress_drive drive = stress_drive(&doses, cases[k].from, cases[k].to);
    assert_near(drive.predictable, 0.8 * cases[k].share, 1e-12);
    assert_true(drive.other == 0);
  }
}

/* However a stretch is cut, the parts sum to the whole. */
static void test_parts_sum(void **state) {
  (void)state;
  const struct arm_doses doses = {.n_stress = 2, .stress = daily};
  double sum = 0, other = 0;
  for (int k = 0; k < 800; k++) {
    struct stress_drive drive = stress_drive(&doses, k * 0.1, (k + 1) * 0.1);
    sum += 0.1 * drive.predictable;
    other += 0.1 * drive.other;
  }
  assert_near(other, 0.5, 1e-9);
  assert_near(sum, 0.8 * 18 - 0.3, 1e-9); /* within the hour of both, 0.5 of 1 are left for 0.8 */
}

static void test_begun(void **state) {
  (void)state;
  const struct arm_doses doses = {.n_stress = 2, .stress = daily}, none = {.n_stress = 0};
  assert_false(stress_begun(&doses, 1.9));
  assert_true(stress_begun(&doses, 2));
  assert_true(stress_begun(&doses, 1000));
  assert_false(stress_begun(&none, 1000));
  assert_true(stress_drive(&none, 0, 1).predictable == 0 && stress_drive(&none, 0, 1).other == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_share_of_time), cmocka_unit_test(test_parts_sum),
                                     cmocka_unit_test(test_begun)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
