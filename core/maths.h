/* maths.h — elementary functions with the same bits at every vector width and on every instruction set.
 *
 * Only additions, multiplications, divisions, explicit fused multiply-adds and integer shifts are used, in a
 * fixed order, so a loop over any of these gives equal results scalar, SSE2, AVX2 or AVX-512
 * (docs/identity.md). libm is not used where a value feeds state: its variants differ between CPU models.
 * Single precision: Cody-Waite reduction and polynomial of degree 6, relative error < 3e-7 (e^x − 1: 7e-7).
 * Double precision: exp < 1e-15, log < 1e-15, cos < 4e-16 absolute (tests/core/test_maths.c). */
#ifndef CORE_MATHS_H
#define CORE_MATHS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline float maths_from_bits_f32(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
static inline double maths_from_bits_f64(int64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* e^x in single precision. The power of two is clamped instead of x, as integers: two instructions where a
 * clamp between float constants takes six. So below -87 the result stays within 0 … 2e-38, above 88 within
 * 1e38 … 3e38, as long as |x| < 2.9e6. */
static inline float maths_exp_f32(float x) {
  const float magic = 12582912.0f; /* 1.5 × 2^23: adding it rounds to the nearest integer, n */
  const int32_t zero = 0x4b400000; /* its bits: those of magic + n are zero + n */
  float shifted = __builtin_fmaf(x, 1.44269504089f, magic);
  float n = shifted - magic;
  float r = __builtin_fmaf(n, -0.693359375f, x);
  r = __builtin_fmaf(n, 2.12194440e-4f, r);
  float p = 1.3981999507e-3f;
  p = __builtin_fmaf(p, r, 8.3334519073e-3f);
  p = __builtin_fmaf(p, r, 4.1665795894e-2f);
  p = __builtin_fmaf(p, r, 1.6666665459e-1f);
  p = __builtin_fmaf(p, r, 0.5f);
  p = __builtin_fmaf(p, r * r, r) + 1.0f;
  int32_t power;
  memcpy(&power, &shifted, sizeof power);
  power = power < zero - 126 ? zero - 126 : power;
  power = power > zero + 127 ? zero + 127 : power;
  return p * maths_from_bits_f32((int32_t)((uint32_t)(power - zero + 127) << 23));
}

/* e^x − 1 in single precision, for x below 88: relative error below 7e-7, also near 0. */
static inline float maths_expm1_f32(float x) {
  const float magic = 12582912.0f;
  const int32_t zero = 0x4b400000;
  float shifted = __builtin_fmaf(x, 1.44269504089f, magic);
  float n = shifted - magic;
  float r = __builtin_fmaf(n, -0.693359375f, x);
  r = __builtin_fmaf(n, 2.12194440e-4f, r);
  float p = 1.3981999507e-3f;
  p = __builtin_fmaf(p, r, 8.3334519073e-3f);
  p = __builtin_fmaf(p, r, 4.1665795894e-2f);
  p = __builtin_fmaf(p, r, 1.6666665459e-1f);
  p = __builtin_fmaf(p, r, 0.5f);
  p = __builtin_fmaf(p, r * r, r);
  int32_t power;
  memcpy(&power, &shifted, sizeof power);
  power = power < zero - 126 ? zero - 126 : power;
  power = power > zero + 127 ? zero + 127 : power;
  float scale = maths_from_bits_f32((int32_t)((uint32_t)(power - zero + 127) << 23));
  return __builtin_fmaf(scale, p, scale - 1.0f);
}

/* e^x in double precision, argument clamped to [-708, 709]. */
static inline double maths_exp(double x) {
  x = x < -708.0 ? -708.0 : x > 709.0 ? 709.0 : x;
  const double magic = 6755399441055744.0; /* 1.5 × 2^52 */
  double shifted = x * 1.4426950408889634074 + magic, n = shifted - magic;
  double r = x - n * 6.93145751953125e-1;
  r = r - n * 1.42860682030941723212e-6;
  double p = 1.0 / 6227020800.0; /* Taylor to degree 13: |r| < 0.35, remainder 4e-18 */
  static const double inverse_factorial[] = {1.0 / 479001600.0,
                                             1.0 / 39916800.0,
                                             1.0 / 3628800.0,
                                             1.0 / 362880.0,
                                             1.0 / 40320.0,
                                             1.0 / 5040.0,
                                             1.0 / 720.0,
                                             1.0 / 120.0,
                                             1.0 / 24.0,
                                             1.0 / 6.0,
                                             0.5,
                                             1.0,
                                             1.0};
  for (int k = 0; k < 13; k++) p = p * r + inverse_factorial[k];
  uint64_t bits; /* those of magic + n are those of magic, plus n: AVX2 has no conversion to int64 */
  memcpy(&bits, &shifted, sizeof bits);
  return p * maths_from_bits_f64((int64_t)((bits - 0x4338000000000000u + 1023u) << 52));
}

/* Natural logarithm of a positive, normal number. */
static inline double maths_log(double x) {
  int64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int64_t exponent = ((bits >> 52) & 0x7ff) - 1023;
  double m = maths_from_bits_f64((bits & 0xfffffffffffffLL) | 0x3ff0000000000000LL); /* in [1, 2) */
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  double s = (m - 1.0) / (m + 1.0), s2 = s * s; /* log m = 2 atanh s, |s| < 0.172 */
  double sum = 1.0 / 21.0;
  for (int k = 19; k >= 3; k -= 2) sum = sum * s2 + 1.0 / k;
  double n = (double)exponent;
  return n * 6.93147180369123816490e-1 + (2.0 * s + (2.0 * s * (s2 * sum) + n * 1.90821492927058770002e-10));
}

/* x^y for positive x. */
static inline double maths_pow(double x, double y) { return x <= 0.0 ? 0.0 : maths_exp(y * maths_log(x)); }

/* cos 2πx, x in turns, |x| below 2^50: error < 4e-16 in the turn's fraction. */
static inline double maths_cos_turns(double x) {
  const double magic = 6755399441055744.0; /* 1.5 × 2^52 */
  double r = x - ((x + magic) - magic), q = r < 0 ? -r : r;
  double sign = q > 0.25 ? -1.0 : 1.0, turn = 6.28318530717958647693 * (q > 0.25 ? 0.5 - q : q);
  double z = turn * turn, sum = 0;
  for (int k = 22; k >= 2; k -= 2) sum = (1.0 - sum) * z / (k * (k - 1.0)); /* Taylor, Horner's way */
  return sign * (1.0 - sum);
}

/* Quantile of the standard normal distribution, 0 < p < 1, error < 1e-15 relative: Wichura 1988,
 * doi:10.2307/2347330 (AS 241, PPND16). */
double maths_normal_quantile(double p);

#endif
