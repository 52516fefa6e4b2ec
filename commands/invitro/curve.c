/* curve.c — Hill curve and exponential through points. See curve.h.
 *
 * Hill: Gauss-Newton steps in (ln half, slope), damped until the sum of squares falls (Levenberg 1944,
 * Marquardt 1963), from the point where the data pass one half. Exponential: for each tau the best a and b
 * are a linear problem; the best tau is bracketed over six decades and refined by the golden section. */
#include "curve.h"
#include <math.h>

enum { HILL_STEPS = 200, TAU_GRID = 60, TAU_STEPS = 80 };

/* ---- Hill ---- */

static double hill(double x, double ln_half, double slope) {
  return 1.0 / (1.0 + exp(slope * (log(x) - ln_half)));
}

static double hill_error(const double *x, const double *y, int n, double ln_half, double slope) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    double e = y[i] - hill(x[i], ln_half, slope);
    sum += e * e;
  }
  return sum;
}

/* One damped step of (ln half, slope); false when no damping makes the error smaller. */
static bool hill_step(const double *x, const double *y, int n, double p[2], double *damping) {
  double a00 = 0, a01 = 0, a11 = 0, b0 = 0, b1 = 0, error = hill_error(x, y, n, p[0], p[1]);
  for (int i = 0; i < n; i++) {
    double f = hill(x[i], p[0], p[1]), g = f * (1.0 - f), e = y[i] - f;
    double j0 = p[1] * g, j1 = -(log(x[i]) - p[0]) * g;
    a00 += j0 * j0;
    a01 += j0 * j1;
    a11 += j1 * j1;
    b0 += j0 * e;
    b1 += j1 * e;
  }
  for (; *damping < 1e12; *damping *= 4.0) {
    double d00 = a00 * (1.0 + *damping) + 1e-300, d11 = a11 * (1.0 + *damping) + 1e-300;
    double det = d00 * d11 - a01 * a01;
    double next0 = p[0] + (b0 * d11 - b1 * a01) / det, next1 = p[1] + (b1 * d00 - b0 * a01) / det;
    if (!(next1 > 0.05 && next1 < 20.0) || !(hill_error(x, y, n, next0, next1) < error)) continue;
    bool moved = fabs(next0 - p[0]) > 1e-10 || fabs(next1 - p[1]) > 1e-10;
    p[0] = next0;
    p[1] = next1;
    *damping *= 0.1;
    return moved;
  }
  return false;
}

bool curve_hill(const double *x, const double *y, int n, double *half, double *slope) {
  int above = -1, below = -1;
  for (int i = 0; i < n; i++) {
    if (y[i] >= 0.5 && (above < 0 || x[i] > x[above])) above = i;
    if (y[i] <= 0.5 && (below < 0 || x[i] < x[below])) below = i;
  }
  *half = *slope = (double)NAN;
  if (n < 2 || above < 0 || below < 0) return false;
  double p[2] = {0.5 * (log(x[above]) + log(x[below])), 1.0}, damping = 1e-3;
  for (int k = 0; k < HILL_STEPS && hill_step(x, y, n, p, &damping); k++) continue;
  *half = exp(p[0]);
  *slope = p[1];
  return true;
}

/* ---- exponential ---- */

/* Sum of squares that the best a and b leave at this tau. */
static double left_over(const double *t, const double *y, int n, double tau) {
  double s = 0, sq = 0, sy = 0, sqy = 0, syy = 0;
  for (int i = 0; i < n; i++) {
    double q = exp(-(t[i] - t[0]) / tau);
    s += q;
    sq += q * q;
    sy += y[i];
    sqy += q * y[i];
    syy += y[i] * y[i];
  }
  double var = sq - s * s / n, cov = sqy - s * sy / n;
  return syy - sy * sy / n - (var > 0 ? cov * cov / var : 0.0);
}

bool curve_exponential(const double *t, const double *y, int n, double *tau) {
  const double golden = 0.6180339887498949;
  double low = 0, high = 0, span = n > 1 ? t[n - 1] - t[0] : 0, best = INFINITY;
  double least = INFINITY, most = -INFINITY;
  *tau = (double)NAN;
  for (int i = 0; i < n; i++) {
    least = fmin(least, y[i]);
    most = fmax(most, y[i]);
  }
  if (n < 4 || !(span > 0) || !(most > least)) return false;
  double from = log(span * 1e-4), step = log(1e6) / TAU_GRID;
  for (int k = 0; k <= TAU_GRID; k++) {
    double error = left_over(t, y, n, exp(from + k * step));
    if (!(error < best)) continue;
    best = error;
    low = from + (k - 1) * step;
    high = from + (k + 1) * step;
  }
  for (int k = 0; k < TAU_STEPS; k++) {
    double a = high - golden * (high - low), b = low + golden * (high - low);
    if (left_over(t, y, n, exp(a)) < left_over(t, y, n, exp(b)))
      high = b;
    else
      low = a;
  }
  *tau = exp(0.5 * (low + high));
  return true;
}
