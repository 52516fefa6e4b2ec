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

enum { TABLE_BITS = 12, TABLE_QUANTILES = 1 << TABLE_BITS, LOG_BITS = 8 };

/* A site from which sources can come, by columns and rows from the target's own. The bound is that for
 * targets in the quarter of their site next to its corner (0, 0); for those in other quarters columns or
 * rows are mirrored. */
struct reached_site {
  double begin;      /* on the line */
  double per_length; /* 1 over that of each of its cells */
  double bound;
  int dx, dy;
};

struct wiring_tables {
  struct reached_site *site; /* and an end */
  int n_sites, most;         /* most source cells of a site: as many have room on the line */
  double total;
  int *guide; /* place on the line → a site that does not begin behind it */
  double guide_per_length;
  double *factor; /* Gaussian kernels: one-dimensional factor, at k / factor_per_um */
  int n_factors;
  double factor_per_um;
  uint16_t weight[TABLE_QUANTILES];
  double delay_ticks[TABLE_QUANTILES]; /* at distance 0 */
  double ticks_per_um, least_ticks;
  uint8_t *class; /* of delays up to m/2 ticks */
  int n_classes;
  double log[1 << LOG_BITS], inverse[1 << LOG_BITS]; /* of 1 + k/256 */
};

MUST_USE enum status tables_new(const struct wiring *wiring, struct wiring_tables **out);
void tables_free(struct wiring_tables *tables);

/* Probability that a source at (dx, dy) is connected. */
static inline double tables_factor(const struct wiring_tables *tables, double d_um) {
  double at = fabs(d_um) * tables->factor_per_um;
  int k = at < tables->n_factors ? (int)at : tables->n_factors; /* from there on 0 */
  return tables->factor[k] + (at - k) * (tables->factor[k + 1] - tables->factor[k]);
}
static inline double tables_probability(const struct wiring_tables *tables, const struct wiring *wiring,
                                        double dx_um, double dy_um) {
  if (!tables->factor) return wiring_probability(wiring, dx_um, dy_um);
  double p = wiring->p0 * tables_factor(tables, dx_um) * tables_factor(tables, dy_um);
  return p > 1.0 ? 1.0 : p;
}

/* Exponential variate of mean 1: −log of the uniform number, to 1e-12. */
static inline double tables_exponential(const struct wiring_tables *tables, uint32_t u) {
  double x = (double)u + 0.5;
  int64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int k = (int)(bits >> (52 - LOG_BITS)) & ((1 << LOG_BITS) - 1);
  double rest = maths_from_bits_f64((bits & 0xfffffffffffLL) | 0x3ff0000000000000LL) - 1.0; /* below 1/256 */
  double d = rest * tables->inverse[k];
  double log1 = d - d * d * (0.5 - d * (1.0 / 3.0 - d * (0.25 - d * 0.2)));
  double e = (32.0 - (double)((bits >> 52) - 1023)) * 0.693147180559945309417 - (tables->log[k] + log1);
  return e > 0.0 ? e : 0.0;
}

/* Delay class at a distance, from 12 bits. */
static inline int tables_class(const struct wiring_tables *tables, double r_um, uint32_t bits) {
  double ticks = tables->delay_ticks[bits] + r_um * tables->ticks_per_um;
  double halves = 2.0 * (ticks > tables->least_ticks ? ticks : tables->least_ticks);
  int m = (int)halves;
  m += halves > m;
  return tables->class[m < tables->n_classes ? m : tables->n_classes - 1];
}

#endif
