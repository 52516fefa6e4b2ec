/* paired.c — paired comparison of an arm with the control. See paired.h. */
#include "paired.h"
#include "memory.h"
#include "statistics.h"
#include <math.h>

/* Half the width of the 95 % interval of a mean. */
static double half_width(double sd, int n) {
  return n > 1 ? statistics_t_quantile(0.975, n - 1) * sd / sqrt(n) : (double)NAN;
}

static void compare(const double *difference, const double *ratio, struct paired *out) {
  int n = out->n;
  double sd = statistics_sd(difference, n), half = half_width(sd, n);
  double ratio_half = half_width(statistics_sd(ratio, n), n);
  out->difference = statistics_mean(difference, n);
  out->low = out->difference - half;
  out->high = out->difference + half;
  out->ratio = statistics_mean(ratio, n);
  out->ratio_low = out->ratio - ratio_half;
  out->ratio_high = out->ratio + ratio_half;
  out->effect = sd > 0 ? out->difference / sd : (double)NAN;
  out->p = sd > 0 ? statistics_t_tails(out->difference / (sd / sqrt(n)), n - 1) : (double)NAN;
  out->detectable =
      n > 1
          ? (statistics_t_quantile(0.975, n - 1) + statistics_t_quantile(PAIRED_POWER, n - 1)) * sd / sqrt(n)
          : (double)NAN;
}

enum status paired_of(const double *control, const double *arm, int n, struct paired *out) {
  double *pairs = NULL;
  *out = (struct paired){0};
  TRY(memory_new("pairs", (size_t)n + 1, 4 * sizeof *pairs, &pairs));
  double *a = pairs, *b = a + n, *difference = b + n, *ratio = difference + n;
  for (int i = 0; i < n; i++) {
    if (!isfinite(control[i]) || !isfinite(arm[i])) continue;
    a[out->n] = control[i];
    b[out->n] = arm[i];
    difference[out->n] = arm[i] - control[i];
    ratio[out->n++] = arm[i] / control[i];
  }
  out->control = statistics_mean(a, out->n);
  out->mean = statistics_mean(b, out->n);
  out->sd = statistics_sd(b, out->n);
  compare(difference, ratio, out);
  memory_free(pairs);
  return STATUS_OK;
}
