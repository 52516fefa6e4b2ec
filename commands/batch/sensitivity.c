/* sensitivity.c — Sobol indices and Morris' elementary effects. See sensitivity.h. */
#include "sensitivity.h"
#include "memory.h"
#include "random.h"
#include "statistics.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { RESAMPLES = 1000 };

/* ---- Sobol ---- */

/* Base points that can be used: `row` of them, each with axes + 2 outcomes, centred. */
struct base {
  int axes, n;
  const double **row;
  double mean;
};

/* First-order and total index of an axis over the base points that pick names (NULL: all). */
static void indices(const struct base *base, int axis, const int *pick, double *first, double *total) {
  double sum = 0, squares = 0, one = 0, all = 0;
  for (int i = 0; i < base->n; i++) {
    const double *y = base->row[pick ? pick[i] : i];
    double a = y[0] - base->mean, b = y[1] - base->mean, mixed = y[axis + 2] - base->mean;
    sum += a + b;
    squares += a * a + b * b;
    one += b * (mixed - a);
    all += (a - mixed) * (a - mixed);
  }
  double mean = sum / (2 * base->n), variance = squares / (2 * base->n) - mean * mean;
  *first = variance > 0 ? one / (base->n * variance) : (double)NAN;
  *total = variance > 0 ? all / (2 * base->n * variance) : (double)NAN;
}

static int by_size(const void *a, const void *b) {
  double p = *(const double *)a, q = *(const double *)b;
  return (p > q) - (p < q);
}

static void interval(double *values, double *low, double *high) {
  qsort(values, RESAMPLES, sizeof *values, by_size);
  *low = values[(int)(0.025 * RESAMPLES)];
  *high = values[(int)(0.975 * RESAMPLES)];
}

static enum status resample(const struct base *base, int axis, struct sensitivity *out) {
  double *first = NULL, *total = NULL;
  int *pick = NULL;
  enum status status;
  TRY_GOTO(memory_new("resamples", RESAMPLES, sizeof *first, &first), done);
  TRY_GOTO(memory_new("resamples", RESAMPLES, sizeof *total, &total), done);
  TRY_GOTO(memory_new("resamples", (size_t)base->n, sizeof *pick, &pick), done);
  for (int r = 0; r < RESAMPLES; r++) {
    for (int i = 0; i < base->n; i++) {
      uint32_t u = random_draw(0, RANDOM_SWEEP, (uint64_t)r, (uint64_t)i, 3).u[0];
      pick[i] = (int)random_below(u, (uint32_t)base->n);
    }
    indices(base, axis, pick, &first[r], &total[r]);
  }
  interval(first, &out->first_low, &out->first_high);
  interval(total, &out->total_low, &out->total_high);
done:
  memory_free(first);
  memory_free(total);
  memory_free(pick);
  return status;
}

static bool all_finite(const double *values, int n) {
  for (int i = 0; i < n; i++)
    if (!isfinite(values[i])) return false;
  return true;
}

static enum status sobol(int axes, int n, const double *outcome, struct sensitivity *out) {
  struct base base = {.axes = axes};
  TRY(memory_new("base points", (size_t)n + 1, sizeof *base.row, &base.row));
  for (int i = 0; i < n; i++) {
    const double *row = outcome + (size_t)i * (size_t)(axes + 2);
    if (!all_finite(row, axes + 2)) continue;
    base.row[base.n++] = row;
    base.mean += (row[0] + row[1]) / 2;
  }
  base.mean /= base.n ? base.n : 1;
  enum status status = STATUS_OK;
  for (int a = 0; a < axes && base.n > 1 && status == STATUS_OK; a++) {
    indices(&base, a, NULL, &out[a].first, &out[a].total);
    if (isfinite(out[a].first)) status = resample(&base, a, &out[a]);
  }
  memory_free(base.row);
  return status;
}

/* ---- Morris ---- */

static enum status morris(int axes, int n, const double *points, const double *outcome,
                          struct sensitivity *out) {
  double *effect = NULL, *size = NULL;
  int count = 0;
  TRY(memory_new("elementary effects", (size_t)n, 2 * sizeof *effect, &effect));
  size = effect + n;
  for (int a = 0; a < axes; a++, count = 0) {
    for (int i = 0; i < n; i++) {
      const double *y = outcome + (size_t)i * (size_t)(axes + 1);
      const double *u = points + (size_t)i * (size_t)(axes + 1) * (size_t)axes;
      if (!all_finite(y, axes + 1)) continue;
      for (int step = 0; step < axes; step++) {
        double moved = u[(step + 1) * axes + a] - u[step * axes + a];
        if (moved == 0) continue;
        effect[count] = (y[step + 1] - y[step]) / moved;
        size[count] = fabs(effect[count]);
        count++;
        break;
      }
    }
    if (count < 2) continue;
    out[a].mu = statistics_mean(effect, count);
    out[a].mu_star = statistics_mean(size, count);
    out[a].sigma = statistics_sd(effect, count);
  }
  memory_free(effect);
  return STATUS_OK;
}

enum status sensitivity_of(enum design design, int axes, int n, const double *points, const double *outcome,
                           struct sensitivity *out) {
  const double none = (double)NAN;
  for (int a = 0; a < axes; a++)
    out[a] = (struct sensitivity){none, none, none, none, none, none, none, none, none};
  if (design == DESIGN_SALTELLI) return sobol(axes, n, outcome, out);
  return morris(axes, n, points, outcome, out);
}
