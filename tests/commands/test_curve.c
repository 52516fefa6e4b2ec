/* test_curve.c — curves that points lie on are found again, over the range that receptors have; where points
 * do not pass one half, or do not change, nothing is made up. */
#include "check.h"
#include "invitro/curve.h"

enum { POINTS = 9, SAMPLES = 200 };

static void hill_points(double half, double slope, double error, double *x, double *y) {
  for (int i = 0; i < POINTS; i++) {
    x[i] = half * pow(10.0, (i - 4) * 0.5);
    y[i] = 1 / (1 + pow(x[i] / half, slope)) + (i % 2 ? error : -error);
  }
}

static void test_hill(void **state) {
  (void)state;
  double x[POINTS], y[POINTS], half, slope;
  for (double wanted = 1e-4; wanted < 1e5; wanted *= 7) {
    for (double steep = 0.5; steep <= 4; steep *= 2) {
      hill_points(wanted, steep, 0, x, y);
      assert_true(curve_hill(x, y, POINTS, &half, &slope));
      assert_near(half, wanted, 1e-6 * wanted);
      assert_near(slope, steep, 1e-6 * steep);
    }
  }
  hill_points(3, 1, 0.02, x, y); /* with errors of 2 % */
  assert_true(curve_hill(x, y, POINTS, &half, &slope));
  assert_near(half, 3, 0.15);
  assert_near(slope, 1, 0.06);
}

static void test_hill_refuses(void **state) {
  (void)state;
  double x[POINTS], y[POINTS], half, slope;
  hill_points(1, 1, 0, x, y);
  assert_false(curve_hill(x, y, 3, &half, &slope)); /* all above one half */
  assert_true(isnan(half) && isnan(slope));
  assert_false(curve_hill(x + 6, y + 6, 3, &half, &slope));
  assert_false(curve_hill(x, y, 1, &half, &slope));
}

static void test_exponential(void **state) {
  (void)state;
  double t[SAMPLES], y[SAMPLES], tau;
  for (double wanted = 0.05; wanted <= 5; wanted *= 10) {
    for (int sign = -1; sign <= 1; sign += 2) {
      for (int i = 0; i < SAMPLES; i++) {
        t[i] = 10 + 0.02 * i;
        y[i] = -300 + sign * 250 * exp(-(t[i] - 10) / wanted);
      }
      assert_true(curve_exponential(t, y, SAMPLES, &tau));
      assert_near(tau, wanted, 1e-4 * wanted);
    }
  }
  for (int i = 0; i < SAMPLES; i++) y[i] = 4;
  assert_false(curve_exponential(t, y, SAMPLES, &tau));
  assert_true(isnan(tau));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_hill), cmocka_unit_test(test_hill_refuses),
                                     cmocka_unit_test(test_exponential)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
