/* curve.h — the two curves that receptor experiments are read by, fitted to points by least squares. */
#ifndef COMMANDS_CURVE_H
#define COMMANDS_CURVE_H

#include <stdbool.h>

/* y = 1/(1 + (x/half)^slope) through n points, x > 0. False where the points do not pass one half: the value
 * would be an extrapolation. */
bool curve_hill(const double *x, const double *y, int n, double *half, double *slope);

/* y = a + b exp(−t/tau) through n points in order of t; false where y does not change. */
bool curve_exponential(const double *t, const double *y, int n, double *tau);

#endif
