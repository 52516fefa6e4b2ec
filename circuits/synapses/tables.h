/* tables.h — what drawing the synapses of a pathway looks up: where sources can be, the kernel, weights,
 * delays.
 *
 * Seen from a target cell, all source cells that its kernel reaches stand in one line, site after site.
 * Each has a stretch of the line, −log(1 − b) long, where b bounds its connection probability, so that a
 * Poisson process of rate 1 meets it with probability b. A guide finds the cell at a point of the line,
 * at the same cost in a large patch as in a small one. */
#ifndef CIRCUITS_SYNAPSES_TABLES_H
#define CIRCUITS_SYNAPSES_TABLES_H

#include "maths.h"
#include "synapses/wiring.h"

/* Together the tables of a pathway stay in the nearest cache. */
enum {
  TABLE_BITS = 12,
  TABLE_QUANTILES = 1 << TABLE_BITS,
  DELAY_BITS = 10,
  DELAY_QUANTILES = 1 << DELAY_BITS,
  LOG_BITS = 8
};

/* A site from which sources can come, by columns and rows from the target's own. The bound is that for
 * targets in the quarter of their site next to its corner (0, 0); for those in other quarters columns or
 * rows are mirrored. */
struct reached_site {
  double begin;      /* on the line */
  double per_length; /* 1 over that of each of its cells */
  double bound;
  int dx, dy;
};

/* The one-dimensional factor of a Gaussian kernel at k / per_um, 0 at the end. */
struct kernel_table {
  double p0, per_um;
  int n;
  double *factor;
};

struct wiring_tables {
  struct reached_site *site; /* and an end */
  int n_sites, most;         /* most source cells of a site: as many have room on the line */
  double total;
  int *guide; /* place on the line → a site that does not begin behind it */
  double guide_per_length;
  struct kernel_table kernel; /* of Gaussian kernels */
  uint16_t weight[TABLE_QUANTILES];
  double delay_ticks[DELAY_QUANTILES]; /* at distance 0 */
  double ticks_per_um, least_ticks;
  uint8_t *class; /* of delays up to m/2 ticks */
  int n_classes;
  double log[1 << LOG_BITS], inverse[1 << LOG_BITS]; /* of 1 + k/256 */
};

MUST_USE enum status tables_new(const struct wiring *wiring, struct wiring_tables **out);
void tables_free(struct wiring_tables *tables);

static inline double kernel_factor(const struct kernel_table *kernel, double d_um) {
  double at = fabs(d_um) * kernel->per_um;
  at = at < kernel->n ? at : kernel->n;
  int k = (int)at;
  return kernel->factor[k] + (at - k) * (kernel->factor[k + 1] - kernel->factor[k]);
}

/* Probability that a source at (dx, dy) is connected; may be above 1. */
static inline double kernel_probability(const struct kernel_table *kernel, double dx_um, double dy_um) {
  return kernel->p0 * kernel_factor(kernel, dx_um) * kernel_factor(kernel, dy_um);
}

/* Exponential variate of mean 1: −log of the uniform number, to 1e-10. */
static inline double tables_exponential(const struct wiring_tables *tables, uint32_t u) {
  double x = (double)u + 0.5;
  int64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int k = (int)(bits >> (52 - LOG_BITS)) & ((1 << LOG_BITS) - 1);
  double rest = maths_from_bits_f64((bits & 0xfffffffffffLL) | 0x3ff0000000000000LL) - 1.0; /* below 1/256 */
  double d = rest * tables->inverse[k];
  double log1 = d - d * d * (0.5 - d * (1.0 / 3.0));
  return (32.0 - (double)((bits >> 52) - 1023)) * 0.693147180559945309417 - (tables->log[k] + log1);
}

/* Delay class at a distance, from 10 bits. */
static inline int tables_class(const struct wiring_tables *tables, double r_um, uint32_t bits) {
  double ticks = tables->delay_ticks[bits] + r_um * tables->ticks_per_um;
  double halves = 2.0 * (ticks > tables->least_ticks ? ticks : tables->least_ticks);
  int m = (int)halves;
  m += halves > m;
  return tables->class[m < tables->n_classes ? m : tables->n_classes - 1];
}

#endif
