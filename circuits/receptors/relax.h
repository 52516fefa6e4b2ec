/* relax.h — blockers that compete for a channel, over a time without spikes, in many cells at once.
 *
 *   b_k' = on_k (1 − Σ_j b_j) − off_k b_k,   k = 1 … n, constant on and off
 * Rates may be far slower or far faster than 1/time. The first step is short against the fastest rate of the
 * cells taken together, and steps grow with the time gone by. Each is an implicit Euler step, in closed form:
 * given Σb, each b_k is explicit, and Σb follows from their sum; a step against two halves makes it second
 * order, and stable for any length. No part of b relaxes more slowly than at the smallest off_k (off + on 1ᵀ
 * is off and a positive matrix of rank one); where even that is over, only the balance of all is left.
 * Errors: tests/numerics/test_block_kinetics.c. */
#ifndef CIRCUITS_RECEPTORS_RELAX_H
#define CIRCUITS_RECEPTORS_RELAX_H

#include "drugs/action.h"
#include <math.h>
#include <stdbool.h>

enum { RELAX_CELLS = 16, RELAX_PARTS = 4, RELAX_OCTAVES = 64 };

/* [blocker][cell] */
typedef double relax_rows[ACTION_SLOTS][RELAX_CELLS];

/* What a step of h needs: the shares 1/(1 + h off) that stay, h on of them, and one more than their sum. */
struct relax_rates {
  relax_rows stay, bound;
  double taken[RELAX_CELLS];
};

static inline void relax_prepare(double (*on)[RELAX_CELLS], double (*off)[RELAX_CELLS], int n, double h,
                                 struct relax_rates *out) {
  for (int i = 0; i < RELAX_CELLS; i++) out->taken[i] = 1.0;
  for (int k = 0; k < n; k++) {
    const double *restrict binds = on[k], *restrict leaves = off[k];
    double *restrict stay = out->stay[k], *restrict bound = out->bound[k], *restrict taken = out->taken;
#pragma omp simd
    for (int i = 0; i < RELAX_CELLS; i++) {
      double kept = 1.0 / (1.0 + h * leaves[i]), held = h * binds[i] * kept;
      stay[i] = kept;
      bound[i] = held;
      taken[i] += held;
    }
  }
}

static inline void relax_once(const struct relax_rates *rates, int n, double (*b)[RELAX_CELLS],
                              double (*out)[RELAX_CELLS]) {
  double left[RELAX_CELLS];
  for (int i = 0; i < RELAX_CELLS; i++) left[i] = 1.0;
  for (int k = 0; k < n; k++) {
#pragma omp simd
    for (int i = 0; i < RELAX_CELLS; i++) left[i] -= b[k][i] * rates->stay[k][i];
  }
#pragma omp simd
  for (int i = 0; i < RELAX_CELLS; i++) left[i] /= rates->taken[i];
  for (int k = 0; k < n; k++) {
#pragma omp simd
    for (int i = 0; i < RELAX_CELLS; i++)
      out[k][i] = b[k][i] * rates->stay[k][i] + rates->bound[k][i] * left[i];
  }
}

static inline void relax_step(const struct relax_rates *whole, const struct relax_rates *half, int n,
                              double (*b)[RELAX_CELLS]) {
  relax_rows once, first, second;
  relax_once(whole, n, b, once);
  relax_once(half, n, b, first);
  relax_once(half, n, first, second);
  for (int k = 0; k < n; k++) {
#pragma omp simd
    for (int i = 0; i < RELAX_CELLS; i++) {
      double better = 2.0 * second[k][i] - once[k][i];
      b[k][i] = better > 0.0 ? better : 0.0;
    }
  }
}

/* After so many time constants 10⁻⁹ of what was is left. */
static const double RELAX_OVER = 20.0;

/* Is nothing left of the beginning in any cell? */
static inline bool relax_is_over(double (*off)[RELAX_CELLS], int n, double time) {
  double slowest = INFINITY;
  for (int k = 0; k < n; k++) {
    for (int i = 0; i < RELAX_CELLS; i++) slowest = off[k][i] < slowest ? off[k][i] : slowest;
  }
  return slowest * time > RELAX_OVER;
}

/* Called, not inlined: GCC would try to make the loop over blockers vector code, and say that it cannot. */
static __attribute__((noinline)) void relax_balance(const double *restrict on, const double *restrict off,
                                                    double *restrict b, double *restrict all) {
#pragma omp simd
  for (int i = 0; i < RELAX_CELLS; i++) {
    double over = on[i] / off[i];
    b[i] = over;
    all[i] += over;
  }
}

/* All are in balance with what is free; no off is 0. */
static inline void relax_end(double (*on)[RELAX_CELLS], double (*off)[RELAX_CELLS], int n,
                             double (*b)[RELAX_CELLS]) {
  double all[RELAX_CELLS];
  for (int i = 0; i < RELAX_CELLS; i++) all[i] = 1.0;
  for (int k = 0; k < n; k++) relax_balance(on[k], off[k], b[k], all);
  for (int k = 0; k < n; k++) {
    for (int i = 0; i < RELAX_CELLS; i++) b[k][i] /= all[i];
  }
}

/* Advance RELAX_CELLS cells with n blockers by `time`. */
static inline void relax_cells(double (*on)[RELAX_CELLS], double (*off)[RELAX_CELLS], int n, double time,
                               double (*b)[RELAX_CELLS]) {
  double fastest = 0, span = time;
  int octaves = 0;
  if (relax_is_over(off, n, time)) {
    relax_end(on, off, n, b);
    return;
  }
  for (int i = 0; i < RELAX_CELLS; i++) {
    double sum = 0;
    for (int k = 0; k < n; k++) sum += on[k][i] + off[k][i];
    fastest = sum > fastest ? sum : fastest;
  }
  for (; octaves < RELAX_OCTAVES && span * fastest > 0.25; octaves++) span *= 0.5;
  for (int o = 0; o <= octaves; o++) {
    struct relax_rates whole, half;
    relax_prepare(on, off, n, span / RELAX_PARTS, &whole);
    relax_prepare(on, off, n, 0.5 * span / RELAX_PARTS, &half);
    for (int part = 0; part < RELAX_PARTS; part++) relax_step(&whole, &half, n, b);
    if (o > 0) span *= 2.0;
  }
}

#endif
