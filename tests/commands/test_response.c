/* test_response.c — responses of known shape: amplitude with its sign, onset, rise, width and decay are
 * those of the closed form; a second response on the tail of the first is told from it; where there is none,
 * nothing is told. */
#include "check.h"
#include "probe/response.h"
#include <math.h>

enum { N = 4000, SPIKE = 500 };
static const double DT_MS = 0.1;

static double bracket(double t, double rise, double decay) {
  double peak = log(decay / rise) * decay * rise / (decay - rise);
  double norm = exp(-peak / decay) - exp(-peak / rise);
  return t > 0 ? (exp(-t / decay) - exp(-t / rise)) / norm : 0;
}

static void add(float *y, double at_ms, double amplitude, double rise, double decay) {
  for (int k = 0; k < N; k++) y[k] += (float)(amplitude * bracket(k * DT_MS - at_ms, rise, decay));
}

static void rest(float *y) {
  for (int k = 0; k < N; k++) y[k] = -70;
}

/* A pure exponential with a short rise: times are known well enough. */
static void test_shape(void **state) {
  (void)state;
  static const double amplitudes[] = {0.8, -2};
  static float y[N];
  for (int a = 0; a < 2; a++) {
    struct response r;
    rest(y);
    add(y, SPIKE * DT_MS + 1.5, amplitudes[a], 1, 20);
    response_read(y, SPIKE, N, DT_MS, &r);
    assert_near(r.baseline, -70, 1e-4);
    assert_near(r.amplitude, amplitudes[a], 0.005 * fabs(amplitudes[a]));
    assert_near(r.onset_ms, 1.5, 0.2); /* the rise bends, and the line meets the baseline earlier */
    double t20 = 0, t80 = 0, t50 = 0, down50 = 0, down37 = 0, peak = log(20.0) * 20 / 19;
    for (double t = 0; t < 120; t += 0.001) {
      double z = bracket(t, 1, 20);
      if (t < peak && z < 0.2) t20 = t;
      if (t < peak && z < 0.5) t50 = t;
      if (t < peak && z < 0.8) t80 = t;
      if (z > 0.5) down50 = t;
      if (z > exp(-1)) down37 = t;
    }
    assert_near(r.rise_ms, t80 - t20, 0.05);
    assert_near(r.width_ms, down50 - t50, 0.05);
    assert_near(r.decay_ms, down37 - peak, 0.1);
  }
}

static void test_second(void **state) {
  (void)state;
  static const double ratios[] = {0.4, 1, 1.7};
  static float y[N];
  for (int k = 0; k < 3; k++) {
    struct response r;
    int second = SPIKE + 200;
    rest(y);
    add(y, (SPIKE - 1) * DT_MS, -30, 0.5, 12);              /* a fifth of it is left at the second */
    add(y, (second - 1) * DT_MS, -30 * ratios[k], 0.5, 12); /* which shows with its first sample */
    response_read(y, SPIKE, second, DT_MS, &r);
    assert_near(response_later(y, &r, second, N, DT_MS) / r.amplitude, ratios[k], 0.02);
  }
}

static void test_nothing(void **state) {
  (void)state;
  static float y[N];
  struct response r;
  rest(y);
  response_read(y, SPIKE, N, DT_MS, &r);
  assert_near(r.amplitude, 0, 0);
  assert_true(isnan(r.onset_ms) && isnan(r.rise_ms) && isnan(r.decay_ms));
  response_read(y, 3, N, DT_MS, &r); /* no time before the spike */
  assert_true(isnan(r.amplitude));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shape), cmocka_unit_test(test_second),
                                     cmocka_unit_test(test_nothing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
