/* test_maths.c — the errors of the elementary functions over their whole ranges, as maths.h promises them,
 * against the long double functions of the C library; what they do outside of the ranges; symmetry of the
 * normal quantile. That scalar and vector code agree is shown by the kernels (identity/test_isa.c). */
#include "check.h"
#include "maths.h"
#include "random.h"

/* A number spread evenly over [low, high]; the golden ratio fills the interval without a period. */
static double spread(int k, double low, double high) {
  double share = fmod(k * 0.6180339887498949, 1.0);
  return low + (high - low) * share;
}

static void test_exp_f32_error(void **state) {
  (void)state;
  double worst = 0;
  for (int k = 0; k < 4000000; k++) {
    float x = (float)spread(k, -87, 88);
    double wanted = exp((double)x), error = fabs((double)maths_exp_f32(x) / wanted - 1.0);
    worst = error > worst ? error : worst;
  }
  assert_true(worst < 3e-7);
  assert_true(worst > 3e-8); /* the comparison sees errors of single precision */
}

/* Near 0, where an upswing begins, every float. */
static void test_exp_f32_near_zero(void **state) {
  (void)state;
  assert_true(maths_exp_f32(0.0f) == 1.0f && maths_exp_f32(-0.0f) == 1.0f);
  for (float x = 0.0078125f; x < 0.015625f; x = nextafterf(x, 1.0f)) {
    assert_true(fabs((double)maths_exp_f32(x) / exp((double)x) - 1.0) < 3e-7);
    assert_true(fabs((double)maths_exp_f32(-x) / exp((double)-x) - 1.0) < 3e-7);
  }
}

static void test_expm1_f32_error(void **state) {
  (void)state;
  double worst = 0;
  for (int k = 0; k < 4000000; k++) {
    float x = (float)(k % 2 ? spread(k, -87, 87) : spread(k, -1, 1) * pow(10, -(k % 30)));
    if (x == 0) continue;
    double wanted = expm1((double)x);
    worst = fmax(worst, fabs((double)maths_expm1_f32(x) / wanted - 1.0));
  }
  assert_true(worst < 7e-7);
  assert_true(worst > 3e-8);
  assert_true(maths_expm1_f32(0.0f) == 0.0f && maths_expm1_f32(-1000.0f) == -1.0f);
}

static void test_exp_f32_beyond(void **state) {
  (void)state;
  for (int k = 0; k < 1000000; k++) {
    float high = maths_exp_f32((float)spread(k, 88.01, 2.9e6)),
          low = maths_exp_f32((float)spread(k, -2.9e6, -87));
    assert_true(high >= 1e38f && high <= 3e38f);
    assert_true(low >= 0.0f && low <= 2e-38f);
  }
  assert_true(isnan(maths_exp_f32(NAN)));
}

static void test_exp_error(void **state) {
  (void)state;
  long double worst = 0;
  for (int k = 0; k < 2000000; k++) {
    double x = k % 2 ? spread(k, -708, 709) : spread(k, -2, 2);
    long double error = fabsl((long double)maths_exp(x) / expl((long double)x) - 1.0L);
    worst = error > worst ? error : worst;
  }
  assert_true(worst < 1e-15L);
  assert_true(maths_exp(0.0) == 1.0);
  assert_true(maths_exp(800.0) == maths_exp(709.0) && maths_exp(-800.0) == maths_exp(-708.0));
}

static void test_log_error(void **state) {
  (void)state;
  long double worst = 0;
  for (int k = 0; k < 2000000; k++) {
    /* all binades, and the neighbourhood of 1, where the logarithm vanishes */
    double x = k % 2 ? exp2(spread(k, -1022, 1023)) : 1.0 + spread(k, -0.5, 1.0) * exp2(-(k % 50));
    if (x == 1.0) continue;
    long double error = fabsl((long double)maths_log(x) / logl((long double)x) - 1.0L);
    worst = error > worst ? error : worst;
  }
  assert_true(worst < 1e-15L);
  assert_true(maths_log(1.0) == 0.0);
}

/* The error of a power grows with the exponent of e that stands for it. */
/* Against the long double cosine over a turn, and periodic to the bit where turns are exact. */
static void test_cos_turns(void **state) {
  (void)state;
  double worst = 0;
  for (int k = 0; k < 1000000; k++) {
    double x = spread(k, -1.5, 1.5);
    long double wanted = cosl(2.0L * 3.14159265358979323846264338327950288L * (long double)x);
    worst = fmax(worst, (double)fabsl((long double)maths_cos_turns(x) - wanted));
  }
  assert_true(worst < 4e-16);
  assert_true(maths_cos_turns(0) == 1.0 && maths_cos_turns(0.5) == -1.0 &&
              fabs(maths_cos_turns(0.25)) < 1e-16);
  for (int k = -4; k < 4; k++) assert_true(maths_cos_turns(0.125 + ldexp(k, 40)) == maths_cos_turns(0.125));
}

static void test_pow_error(void **state) {
  (void)state;
  for (int k = 0; k < 200000; k++) {
    double x = exp2(spread(k, -30, 30)), y = spread(k * 7, -20, 20), exponent = fabs(y * log(x));
    if (exponent > 690) continue;
    long double wanted = powl((long double)x, (long double)y);
    assert_true(fabsl((long double)maths_pow(x, y) / wanted - 1.0L) < 1e-15L * (long double)(1.0 + exponent));
  }
  assert_true(maths_pow(0.0, 2.5) == 0.0 && maths_pow(7.0, 0.0) == 1.0);
}

/* Error of z against Φ⁻¹(p), by one Newton step: (Φ(z) − p)/φ(z), from the side where Φ does not cancel. */
static long double quantile_error(double p, double z) {
  const long double root2 = 1.41421356237309504880L, root2pi = 2.50662827463100050242L;
  long double below = 0.5L * erfcl(-(long double)z / root2);
  long double density = expl(-0.5L * (long double)z * (long double)z) / root2pi;
  return (below - (long double)p) / density;
}

static void test_normal_quantile_error(void **state) {
  (void)state;
  long double worst = 0;
  for (int k = 1; k < 200000; k++) {
    /* lower half in equal steps, then tails as far as doubles go; the upper half follows by symmetry */
    double p = k % 2 ? k * 2.5e-6 : exp2(-(k % 1000) - spread(k, 0.1, 1.0));
    double z = maths_normal_quantile(p);
    long double error = fabsl(quantile_error(p, z) / (long double)z);
    worst = error > worst ? error : worst;
  }
  assert_true(worst < 1e-15L);
}

static void test_normal_quantile_is_odd(void **state) {
  (void)state;
  assert_true(maths_normal_quantile(0.5) == 0.0);
  double last = -40;
  for (uint32_t u = 0; u < 4294000000u; u += 66666) {
    double p = random_uniform(u), z = maths_normal_quantile(p);
    assert_true(maths_normal_quantile(1.0 - p) == -z);
    assert_true(z > last);
    last = z;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exp_f32_error),
      cmocka_unit_test(test_exp_f32_near_zero),
      cmocka_unit_test(test_expm1_f32_error),
      cmocka_unit_test(test_exp_f32_beyond),
      cmocka_unit_test(test_exp_error),
      cmocka_unit_test(test_cos_turns),
      cmocka_unit_test(test_log_error),
      cmocka_unit_test(test_pow_error),
      cmocka_unit_test(test_normal_quantile_error),
      cmocka_unit_test(test_normal_quantile_is_odd),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
