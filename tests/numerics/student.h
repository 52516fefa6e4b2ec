/* student.h — Student's t: tails, critical values and power, by one integral.
 *
 * With s² = χ²/ν, the scatter of an estimated variance, T = (δ + Z)/s lies outside of ±t with probability
 *   P(t, ν, δ) = ∫ [Φ(δ − t s) + Φ(−δ − t s)] f(s) ds,  f(s) ∝ s^(ν−1) exp(−ν s²/2),
 * at δ = 0 the false alarms of a two-sided test, else its power against a difference of δ standard errors.
 * ν need not be whole. Midpoints, normalised by the same sum; decreasing in t, so bisected. */
#ifndef TESTS_STUDENT_H
#define TESTS_STUDENT_H

#include <math.h>

static inline double student_normal(double x) { return 0.5 * erfc(-x * sqrt(0.5)); }

static inline double student_beyond(double t, double df, double shift) {
  enum { POINTS = 4000 };
  double step = (1 + 9 / sqrt(df)) / POINTS, sum = 0, whole = 0;
  for (int k = 0; k < POINTS; k++) {
    double s = (k + 0.5) * step, density = exp((df - 1) * log(s) - 0.5 * df * (s * s - 1));
    whole += density;
    sum += density * (student_normal(shift - t * s) + student_normal(-shift - t * s));
  }
  return sum / whole;
}

/* The t beyond which a share `alpha` lies, in both tails together. */
static inline double student_critical(double alpha, double df) {
  double low = 0, high = 1e4;
  for (int k = 0; k < 60; k++) {
    double middle = 0.5 * (low + high);
    *(student_beyond(middle, df, 0) > alpha ? &low : &high) = middle;
  }
  return high;
}

/* The difference, in standard errors, that a test with this critical value finds with probability `power`. */
static inline double student_detectable(double critical, double df, double power) {
  double low = 0, high = 10 * critical;
  for (int k = 0; k < 60; k++) {
    double middle = 0.5 * (low + high);
    *(student_beyond(critical, df, middle) < power ? &low : &high) = middle;
  }
  return high;
}

#endif
