/* statistics.h — distributions for tests and intervals, and evenly spread points. The only header of the one
 * file that knows GSL. Nothing here feeds the state of a network. */
#ifndef CORE_STATISTICS_H
#define CORE_STATISTICS_H

#include "status.h"

/* t with P(T ≤ t) = p, of Student's distribution; NAN if freedom < 1. */
double statistics_t_quantile(double p, double freedom);
/* P(|T| ≥ |t|), two-sided. */
double statistics_t_tails(double t, double freedom);

/* Standard normal: P(Z ≤ z), and z from it. */
double statistics_normal(double z);
double statistics_normal_quantile(double p);

/* Mean, and standard deviation of a sample (n − 1); NAN where there are too few. */
double statistics_mean(const double *values, int n);
double statistics_sd(const double *values, int n);

/* n points of the Sobol sequence in (0, 1)^dimension, point after point: equal for equal arguments. dimension
 * from 1 to STATISTICS_SOBOL_MAX. Fails: NO_MEMORY. */
enum { STATISTICS_SOBOL_MAX = 40 };
MUST_USE enum status statistics_sobol(int dimension, int n, double *points);

/* GSL's version at run time, "2.7". */
const char *statistics_library_version(void);

#endif
