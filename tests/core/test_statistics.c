/* test_statistics.c — quantiles and tails against printed tables, means and deviations of small samples,
 * and a Sobol sequence that fills the square more evenly than chance can. */
#include "check.h"
#include "statistics.h"

static void test_student_against_tables(void **state) {
  (void)state;
  assert_near(statistics_t_quantile(0.975, 1), 12.7062, 1e-4);
  assert_near(statistics_t_quantile(0.975, 4), 2.77645, 1e-5);
  assert_near(statistics_t_quantile(0.8, 9), 0.883404, 1e-6);
  assert_near(statistics_t_tails(2.77645, 4), 0.05, 1e-6);
  assert_near(statistics_t_tails(-2.77645, 4), 0.05, 1e-6);
  assert_true(isnan(statistics_t_quantile(0.975, 0)));
}

static void test_normal_against_tables(void **state) {
  (void)state;
  assert_near(statistics_normal(1.959964), 0.975, 1e-7);
  assert_near(statistics_normal_quantile(0.975), 1.959964, 1e-6);
}

static void test_small_samples(void **state) {
  (void)state;
  const double values[] = {1, 2, 3, 4, 5};
  assert_near(statistics_mean(values, 5), 3, 1e-12);
  assert_near(statistics_sd(values, 5), 1.58113883, 1e-8);
  assert_true(isnan(statistics_sd(values, 1)));
  assert_true(isnan(statistics_mean(values, 0)));
}

/* Of 256 points of 1,024 in a quarter: random ones would be off by 14. */
static void test_sobol_fills_evenly(void **state) {
  (void)state;
  static double points[1024 * 2];
  int quarter = 0;
  assert_int_equal(statistics_sobol(2, 1024, points), STATUS_OK);
  for (int i = 0; i < 1024; i++) {
    assert_true(points[2 * i] > 0 && points[2 * i] < 1 && points[2 * i + 1] > 0 && points[2 * i + 1] < 1);
    quarter += points[2 * i] < 0.5 && points[2 * i + 1] < 0.5;
  }
  assert_in_range(quarter, 254, 258);
  assert_int_equal(statistics_sobol(STATISTICS_SOBOL_MAX + 1, 1, points), STATUS_FAULT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_student_against_tables),
      cmocka_unit_test(test_normal_against_tables),
      cmocka_unit_test(test_small_samples),
      cmocka_unit_test(test_sobol_fills_evenly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
