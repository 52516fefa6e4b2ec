/* quadratic.h — the step that both forms of Izhikevich's cell share.
 *
 *   dv/dt = q₂ v² + q₁ v + q₀ − r u + (I − Σ g (v−E))/C,   du/dt = a (b (v−v₀) − u)
 *   v ≥ v_peak: spike, v ← c, u ← u + d
 * Method: with u at the middle of the step held, the equation for v is solved exactly: from v, where it has
 * the value f and the slope J,
 *   v ← v + f T/(1 − J T/2),   T = tanh(ωh)/ω,   ω² = J²/4 − q₂ f   (tan where that is negative),
 * tanh by its Padé form (105 + 10 y)/(105 + 45 y + y²), y = ω²h², which is exact where h is short against the
 * membrane; u by its exact exponential step at the mean of v (trapezium with its correction by the slopes at
 * both ends). Order 2 in dt where input is smooth. Stable for any
 * dt on the passive side: a deviation is multiplied by (1 − ωT)/(1 + ωT), between 0 and 1.
 *
 * Spikes: the time at which v reaches v_peak follows from the same solution, as does the mean of v until
 * then. The rest of the tick is made up for in the next step, which begins at the reset (`late`), so
 * intervals do not meet the grid. One spike a tick at most. */
#ifndef CIRCUITS_CELLS_QUADRATIC_H
#define CIRCUITS_CELLS_QUADRATIC_H

#include "cells/clamp.h"
#include "mechanism.h"
#include "memory.h"

#define QUADRATIC_FIELDS(X, unit)                                                                            \
  X(float, V, "mV", STATE, 1, "membrane potential")                                                          \
  X(float, u, unit, STATE, 1, "recovery variable")                                                           \
  X(float, late, "tick", STATE, 1, "time since the last spike that is to be made up")

/* The equation in numbers: 1/(mV ms), 1/ms, mV/ms, mV/ms of one unit of u and of 1 pA. */
struct quadratic {
  double q2, q1, q0, per_u, per_pA;
  double a, b, v0, c, d, peak;
  double dt_ms, gain; /* gain: share by which u goes to its end in a tick */
};

struct quadratic_state {
  float *restrict V, *restrict u, *restrict late;
};

/* Added to the potential of a cell that spikes, from one pass to the next. */
static const float QUADRATIC_SPIKE = 1024.0f;

/* The same in single precision, for the loop over cells. */
struct quadratic_step {
  float q2, q1, q0, per_u, per_pA, b, v0, peak, h, half, gain;
};

static inline struct quadratic_step quadratic_step(const struct quadratic *q) {
  return (struct quadratic_step){.q2 = (float)q->q2,
                                 .q1 = (float)q->q1,
                                 .q0 = (float)q->q0,
                                 .per_u = (float)q->per_u,
                                 .per_pA = (float)q->per_pA,
                                 .b = (float)q->b,
                                 .v0 = (float)q->v0,
                                 .peak = (float)q->peak,
                                 .h = (float)q->dt_ms,
                                 .gain = (float)q->gain,
                                 .half = (float)(0.5 * q->a * q->dt_ms)};
}

/* One tick of one cell at conductance g and current g_E; a cell that spikes stays, and is marked. */
static inline void quadratic_move(const struct quadratic_step *q, float g, float g_E, float late, float *V_at,
                                  float *u_at) {
  float V = *V_at, u = *u_at, t = __builtin_fmaf(q->h, late, q->h);
  float u_mid = __builtin_fmaf(q->half, __builtin_fmaf(q->b, V - q->v0, -u), u);
  float square = __builtin_fmaf(q->q2, V, __builtin_fmaf(-q->per_pA, g, q->q1));
  float f =
      __builtin_fmaf(square, V, __builtin_fmaf(q->per_pA, g_E, __builtin_fmaf(-q->per_u, u_mid, q->q0)));
  float J_half = __builtin_fmaf(0.5f, square, 0.5f * q->q2 * V); /* J/2 */
  float y = __builtin_fmaf(J_half, J_half, -q->q2 * f) * (t * t);
  y = y > -2.4f ? y : -2.4f; /* tan goes to infinity at −2.467 */
  float above = t * __builtin_fmaf(y, 10.0f, 105.0f), below = __builtin_fmaf(y, y + 45.0f, 105.0f);
  float divisor = __builtin_fmaf(-J_half, above, below), rise = f * above;
  bool spike = rise >= (q->peak - V) * divisor;
  float move = rise / divisor;
  float mean = __builtin_fmaf(t * (-1.0f / 12.0f), __builtin_fmaf(q->q2, move, 2.0f * J_half), 0.5f);
  mean = clamp_below(clamp_above(mean, 1.0f)) * move;
  float u_far = q->b * (V - q->v0 + (spike ? 0.0f : mean));
  *u_at = __builtin_fmaf(u_far - u, q->gain, u);
  *V_at = V + (spike ? QUADRATIC_SPIKE : move);
}

/* Time (ms) until v has climbed by `climb`, and the mean of v − v(0) until then. */
static inline double quadratic_time(double q2, double f, double J, double climb, double *mean) {
  double T = climb / (f + 0.5 * J * climb), s = 0.25 * J * J - q2 * f, y = s * T * T;
  double t = T / (1.0 - y / (3.0 - 4.0 * y / (5.0 - 9.0 * y / (7.0 - 16.0 * y / 9.0)))); /* artanh(ωT)/ω */
  double x = s * t * t, log_cosh = x * (0.5 - x * (1.0 / 12.0 - x / 45.0));
  *mean = -(0.5 * J * t + log_cosh + maths_log(1.0 - 0.5 * J * T)) / (q2 * t);
  return t;
}

/* The reset at its time, for the few cells that spike. */
static inline void quadratic_reset(const struct cells *cells, const struct quadratic *q,
                                   const struct quadratic_state *s, int i) {
  double V = (double)(s->V[i] - QUADRATIC_SPIKE), u = (double)s->u[i], g = (double)cells->g[i];
  double linear = q->q1 - q->per_pA * g, J = 2.0 * q->q2 * V + linear, ticks = 1.0 + (double)s->late[i];
  double f = (q->q2 * V + linear) * V + q->q0 - q->per_u * u + q->per_pA * (double)cells->g_E[i], mean = 0.0;
  double until = V < q->peak ? quadratic_time(q->q2, f, J, q->peak - V, &mean) / q->dt_ms : 0.0;
  until = until < ticks ? until : ticks;
  double left = ticks - until;
  left = left < 1.0 ? left : 1.0;
  /* u was moved as if v stood still for the whole tick */
  u += q->b * q->gain * (until * mean + left * (q->c - V));
  s->u[i] = (float)(u + q->d * (1.0 - left * q->a * q->dt_ms));
  s->V[i] = (float)q->c;
  s->late[i] = (float)left;
}

/* All cells that spike. */
static inline void quadratic_resets(const struct cells *cells, const struct quadratic *q,
                                    const struct quadratic_state *s) {
  for (int i = 0; i < cells->n; i += MEMORY_LANES) {
    int32_t any = 0;
    for (int j = i; j < i + MEMORY_LANES; j++) any |= cells->fired[j];
    for (int j = i; any && j < i + MEMORY_LANES; j++) {
      if (cells->fired[j]) quadratic_reset(cells, q, s, j);
    }
  }
}

#endif
