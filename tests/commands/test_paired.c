/* test_paired.c — a paired comparison against one worked out by hand, and what is missing left out in
 * pairs. */
#include "batch/paired.h"
#include "check.h"

/* Differences 1 … 5: mean 3, deviation 1.5811, t = 4.2426 with 4 degrees of freedom. */
static void test_by_hand(void **state) {
  (void)state;
  const double control[] = {10, 20, 30, 40, 50}, arm[] = {11, 22, 33, 44, 55};
  struct paired of;
  assert_int_equal(paired_of(control, arm, 5, &of), STATUS_OK);
  assert_int_equal(of.n, 5);
  assert_near(of.difference, 3, 1e-12);
  assert_near(of.low, 3 - 1.96324, 1e-4);
  assert_near(of.high, 3 + 1.96324, 1e-4);
  assert_near(of.effect, 3 / 1.58114, 1e-4);
  assert_near(of.p, 0.013236, 1e-5);
  assert_near(of.ratio, 1.1, 1e-12);
  assert_near(of.detectable, (2.776445 + 0.940965) * 1.581139 / sqrt(5), 1e-4);
}

static void test_missing_values_drop_their_pair(void **state) {
  (void)state;
  const double control[] = {1, (double)NAN, 3, 4}, arm[] = {2, 3, (double)INFINITY, 6};
  struct paired of;
  assert_int_equal(paired_of(control, arm, 4, &of), STATUS_OK);
  assert_int_equal(of.n, 2);
  assert_near(of.difference, 1.5, 1e-12);
}

static void test_one_pair_has_no_interval(void **state) {
  (void)state;
  const double control[] = {1}, arm[] = {2};
  struct paired of;
  assert_int_equal(paired_of(control, arm, 1, &of), STATUS_OK);
  assert_near(of.difference, 1, 1e-12);
  assert_true(isnan(of.low) && isnan(of.p) && isnan(of.effect) && isnan(of.detectable));
  assert_int_equal(paired_of(control, arm, 0, &of), STATUS_OK);
  assert_true(isnan(of.difference));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_missing_values_drop_their_pair),
      cmocka_unit_test(test_one_pair_has_no_interval),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
