/* trapping_rest.h — the block of trapping_block.h over a time without spikes, at the mean rates of the last
 * window: one blocker or two exactly, more by relax.h. Errors: tests/numerics/test_block_kinetics.c. */
#ifndef CIRCUITS_RECEPTORS_TRAPPING_REST_H
#define CIRCUITS_RECEPTORS_TRAPPING_REST_H

#include "maths.h"
#include "receptors/relax.h"
#include "receptors/trapping_drugs.h"

/* Two blockers, exactly: b' = on − M b with M = [[off_0 + on_0, on_0], [on_1, off_1 + on_1]], whose
 * eigenvalues s ± q are real and not negative. */
static inline void trapping_pair(const double *on, const double *off, double time, double *b) {
  double m00 = off[0] + on[0], m11 = off[1] + on[1], s = 0.5 * (m00 + m11), d = 0.5 * (m00 - m11);
  double q = sqrt(d * d + on[0] * on[1]), det = m00 * m11 - on[0] * on[1];
  if (!(det > 0)) return; /* nothing binds and nothing leaves */
  double steady0 = (on[0] * m11 - on[0] * on[1]) / det, steady1 = (on[1] * m00 - on[0] * on[1]) / det;
  double slow = maths_exp(-(det / (s + q)) * time), fast = maths_exp(-(s + q) * time);
  double even = 0.5 * (slow + fast), odd = q > 0 ? 0.5 * (slow - fast) / q : time * slow;
  double x0 = b[0] - steady0, x1 = b[1] - steady1;
  b[0] = steady0 + even * x0 - odd * (d * x0 + on[0] * x1);
  b[1] = steady1 + even * x1 - odd * (on[1] * x0 - d * x1);
  for (int k = 0; k < 2; k++) b[k] = b[k] > 0.0 ? b[k] : 0.0;
}

/* Rates of blocker k in cell i, as in the mean of its last window of `looks` milliseconds. */
static inline void trapping_mean_rates(const struct trapping_drugs *drugs, int k, const double *looks, int i,
                                       double *on, double *off) {
  const struct trapping_blocker *blocker = &drugs->blocker[k];
  double n_looks = looks[i] > 0 ? looks[i] : 1.0;
  *on = blocker->bind[i] / n_looks * (double)(blocker->on * trapping_here(drugs, blocker->reach, i));
  *off = blocker->unbind[i] / n_looks * (double)blocker->off + (double)blocker->escape;
}

/* One blocker or two, exactly. */
static inline void trapping_rest_few(const struct cells *cells, const struct trapping_drugs *drugs,
                                     const double *looks, double time) {
  for (int i = 0; i < cells->n; i++) {
    double on[2], off[2], b[2];
    for (int k = 0; k < drugs->n; k++) {
      trapping_mean_rates(drugs, k, looks, i, &on[k], &off[k]);
      b[k] = drugs->blocker[k].blocked[i];
    }
    if (drugs->n == 1)
      b[0] += (on[0] / (on[0] + off[0] + 1e-300) - b[0]) * (1.0 - maths_exp(-(on[0] + off[0]) * time));
    else if (drugs->n == 2)
      trapping_pair(on, off, time, b);
    for (int k = 0; k < drugs->n; k++) drugs->blocker[k].blocked[i] = b[k];
  }
}

static inline void trapping_rest_many(const struct cells *cells, const struct trapping_drugs *drugs,
                                      const double *looks, double time) {
  for (int first = 0; first < cells->n; first += RELAX_CELLS) {
    relax_rows on, off, b;
    for (int k = 0; k < drugs->n; k++) {
      for (int i = 0; i < RELAX_CELLS; i++) {
        trapping_mean_rates(drugs, k, looks, first + i, &on[k][i], &off[k][i]);
        b[k][i] = drugs->blocker[k].blocked[first + i];
      }
    }
    relax_cells(on, off, drugs->n, time, b);
    for (int k = 0; k < drugs->n; k++) {
      for (int i = 0; i < RELAX_CELLS; i++) drugs->blocker[k].blocked[first + i] = b[k][i];
    }
  }
}

/* Subunit s of all cells over `time` ms at the mean rates of their last window, of `looks` milliseconds each;
 * fills the factor on the conductance times `share`. */
static inline void trapping_rest(const struct cells *cells, const struct trapping_drugs *drugs,
                                 const double *looks, float share, float *unblocked, double time) {
  drugs->n <= 2 ? trapping_rest_few(cells, drugs, looks, time)
                : trapping_rest_many(cells, drugs, looks, time);
  for (int i = 0; i < cells->n; i++) {
    double held = 0;
    for (int k = 0; k < drugs->n; k++) held += drugs->blocker[k].blocked[i];
    unblocked[i] = (float)((double)(share * trapping_active(drugs, i)) * (1.0 - held));
  }
}

#endif
