/* test_temperature.c — depth is a Hill curve of the sum of potencies; temperature goes exponentially to what
 * depth says, with the time constant of its direction, and steps may be cut anywhere; rates follow Q10; no
 * drug, no change, to the bit. */
#include "body/temperature.h"
#include "check.h"
#include "drugs/action.h"

static const struct temperature body = {.fall = 5, .steepness = 3, .cooling = 1, .rewarming = 2, .Q10 = 2.5};
static const struct anaesthetic strong = {.EC50 = 3}, weak = {.EC50 = 9};

static void test_depth(void **state) {
  (void)state;
  struct exposure two[] = {{ACTION_ANAESTHETIC, 0, &strong, 1.5, NULL},
                           {ACTION_ANAESTHETIC, 1, &weak, 4.5, NULL}};
  assert_near(temperature_depth(&body, two, 2), 0.5, 1e-12); /* two halves are one whole */
  assert_near(temperature_depth(&body, two, 1), 0.125 / 1.125, 1e-12);
  two[0].free_uM = two[1].free_uM = 0;
  assert_true(temperature_depth(&body, two, 2) == 0 && temperature_depth(&body, NULL, 0) == 0);
  two[0].free_uM = 1e6;
  assert_near(temperature_depth(&body, two, 2), 1, 1e-12);
}

static void test_course(void **state) {
  (void)state;
  double x = 0, cut = 0;
  for (int k = 1; k <= 12; k++) {
    x = temperature_advance(&body, 0.8, 0.25, x);
    for (int part = 0; part < 10; part++) cut = temperature_advance(&body, 0.8, 0.025, cut);
    assert_near(x, -4 * (1 - exp(-0.25 * k)), 1e-12);
    assert_near(cut, x, 1e-12);
  }
  double coldest = x;
  for (int k = 1; k <= 12; k++) {
    x = temperature_advance(&body, 0, 0.5, x);
    assert_near(x, coldest * exp(-0.25 * k), 1e-12);
  }
  assert_true(temperature_advance(&body, 0, 1, 0) == 0);
}

static void test_rate(void **state) {
  (void)state;
  assert_true(temperature_rate(&body, 0) == 1);
  assert_near(temperature_rate(&body, -10), 1 / 2.5, 1e-12);
  assert_near(temperature_rate(&body, -4) * temperature_rate(&body, -6), 1 / 2.5, 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_depth), cmocka_unit_test(test_course),
                                     cmocka_unit_test(test_rate)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
