/* statistics.c — distributions and evenly spread points, by the GNU Scientific Library. See statistics.h. */
#include "statistics.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_statistics_double.h>
#include <gsl/gsl_version.h>
#include <math.h>

double statistics_t_quantile(double p, double freedom) {
  return freedom >= 1 ? gsl_cdf_tdist_Pinv(p, freedom) : (double)NAN;
}

double statistics_t_tails(double t, double freedom) {
  return freedom >= 1 ? 2.0 * gsl_cdf_tdist_Q(fabs(t), freedom) : (double)NAN;
}

double statistics_normal(double z) { return gsl_cdf_ugaussian_P(z); }
double statistics_normal_quantile(double p) { return gsl_cdf_ugaussian_Pinv(p); }

double statistics_mean(const double *values, int n) {
  return n > 0 ? gsl_stats_mean(values, 1, (size_t)n) : (double)NAN;
}

double statistics_sd(const double *values, int n) {
  return n > 1 ? gsl_stats_sd(values, 1, (size_t)n) : (double)NAN;
}

enum status statistics_sobol(int dimension, int n, double *points) {
  if (dimension < 1 || dimension > STATISTICS_SOBOL_MAX)
    return status_fail(STATUS_FAULT, "a Sobol sequence in %d dimensions", dimension);
  gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)dimension);
  if (!sequence) return status_fail(STATUS_NO_MEMORY, "out of memory: a Sobol sequence");
  for (int i = 0; i < n; i++) gsl_qrng_get(sequence, points + (size_t)i * (size_t)dimension);
  gsl_qrng_free(sequence);
  return STATUS_OK;
}

const char *statistics_library_version(void) { return gsl_version; }
