/* design.c — the points of a sweep. See design.h. */
#include "design.h"
#include "memory.h"
#include "random.h"
#include "statistics.h"
#include <string.h>

enum { AXES_MOST = 64, MORRIS_LEVELS = 4 };

int64_t design_count(enum design design, int axes, int64_t n) {
  if (design == DESIGN_SALTELLI) return n * (axes + 2);
  if (design == DESIGN_MORRIS) return n * (axes + 1);
  return n;
}

int design_most_axes(enum design design) {
  if (design == DESIGN_SOBOL) return STATISTICS_SOBOL_MAX;
  if (design == DESIGN_SALTELLI) return STATISTICS_SOBOL_MAX / 2;
  return AXES_MOST;
}

static uint32_t draw(uint64_t seed, int axis, int64_t i, uint32_t use) {
  return random_draw(seed, RANDOM_SWEEP, (uint64_t)axis, (uint64_t)i, use).u[0];
}

static void latin_hypercube(int axes, int n, uint64_t seed, double *points) {
  for (int a = 0; a < axes; a++) {
    for (int i = 0; i < n; i++) points[i * axes + a] = (i + random_uniform(draw(seed, a, i, 0))) / n;
    for (int i = n - 1; i > 0; i--) { /* Fisher and Yates */
      int other = (int)random_below(draw(seed, a, i, 1), (uint32_t)i + 1);
      double held = points[i * axes + a];
      points[i * axes + a] = points[other * axes + a];
      points[other * axes + a] = held;
    }
  }
}

/* Base point i: A, B, and A with axis 1, 2, … of B. */
static enum status saltelli(int axes, int n, double *points) {
  double *pair = NULL;
  TRY(memory_new("pairs of points", (size_t)n * 2 * (size_t)axes, sizeof *pair, &pair));
  enum status status = statistics_sobol(2 * axes, n, pair);
  size_t bytes = (size_t)axes * sizeof *points;
  for (int i = 0; i < n && status == STATUS_OK; i++) {
    const double *a = pair + (size_t)i * 2 * (size_t)axes, *b = a + axes;
    double *out = points + (size_t)i * (size_t)(axes + 2) * (size_t)axes;
    memcpy(out, a, bytes);
    memcpy(out + axes, b, bytes);
    for (int k = 0; k < axes; k++) {
      double *mixed = out + (size_t)(k + 2) * (size_t)axes;
      memcpy(mixed, a, bytes);
      mixed[k] = b[k];
    }
  }
  memory_free(pair);
  return status;
}

/* Trajectory i: a start on the lower or upper half of the levels of each axis, then one axis after the other,
 * in an order that is drawn, moved across. */
static void morris(int axes, int n, uint64_t seed, double *points) {
  int order[AXES_MOST];
  for (int i = 0; i < n; i++) {
    double *at = points + (size_t)i * (size_t)(axes + 1) * (size_t)axes;
    for (int a = 0; a < axes; a++) {
      at[a] = random_below(draw(seed, a, i, 0), MORRIS_LEVELS) / (MORRIS_LEVELS - 1.0);
      order[a] = a;
    }
    for (int a = axes - 1; a > 0; a--) {
      int other = (int)random_below(draw(seed, a, i, 1), (uint32_t)a + 1), held = order[a];
      order[a] = order[other];
      order[other] = held;
    }
    for (int step = 0; step < axes; step++, at += axes) {
      memcpy(at + axes, at, (size_t)axes * sizeof *at);
      int a = order[step];
      at[axes + a] += at[a] < 0.5 ? DESIGN_MORRIS_STEP : -DESIGN_MORRIS_STEP;
    }
  }
}

enum status design_points(enum design design, int axes, int n, uint64_t seed, double *points) {
  if (axes > design_most_axes(design))
    return status_fail(STATUS_FAULT, "a design of %d axes, at most %d", axes, design_most_axes(design));
  if (design == DESIGN_SOBOL) return statistics_sobol(axes, n, points);
  if (design == DESIGN_SALTELLI) return saltelli(axes, n, points);
  if (design == DESIGN_MORRIS) morris(axes, n, seed, points);
  if (design == DESIGN_LATIN_HYPERCUBE) latin_hypercube(axes, n, seed, points);
  for (int i = 0; design == DESIGN_RANDOM && i < n; i++)
    for (int a = 0; a < axes; a++) points[i * axes + a] = random_uniform(draw(seed, a, i, 2));
  return STATUS_OK;
}
