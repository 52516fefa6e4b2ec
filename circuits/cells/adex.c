/* adex.c — adaptive exponential integrate-and-fire cell. Brette & Gerstner 2005, doi:10.1152/jn.00686.2005.
 *
 *   C_m dV/dt = −g_L (V−E_L) + g_L Δ_T exp((V−V_T)/Δ_T) − w − Σ g (V−E)      τ_w dw/dt = a (V−E_L) − w
 *   at V → ∞: spike, V ← V_reset, w ← w + b, V held for t_ref while w goes on.
 *
 * Method: exponential Rosenbrock–Euler step (Hochbruck & Ostermann 2010, doi:10.1017/S0962492910000048) for
 * V,
 *   V ← V + h f(V, w at mid-step)/D,  D = 1 − z/2 + z²/12 − k (1/6 + z/12),  z = hJ,  J = ∂f/∂V,
 *   k = h² f ∂J/∂V;
 * exact exponential step for w at the mean potential of the step. For a leak k = 0 and D is z/(e^z − 1) up to
 * z²; for a pure exponential k = z² and D is −z/ln(1 − z) up to z², the last term standing for all that
 * follow (it makes the error in the time to infinity vanish on average over the phase of the grid). Order 2
 * in dt where input is smooth. Stable for every dt on the passive side: where z < 0 a deviation is multiplied
 * by 1 + z/D, which lies between 0.07 and 1. On the upswing z and k are cut at 1.
 *
 * Spikes. With the other currents R held, an upswing U = g_L exp((V−V_T)/Δ_T) reaches infinity after
 *   C_m/U · ln(1+y)/y,  y = R/(Δ_T U).
 * Where that is within the step, the cell fires, and the rest of the step passes after the reset: `hold`
 * counts the refractory time from the crossing, in ticks and parts of a tick, and runs below 0 if that time
 * is over before the tick is; the next step then begins at the reset and is longer. A spike is sent in its
 * tick, but intervals do not meet the grid; right after it the crossing lies `hold` − t_ref/dt before the
 * tick's end, in ticks. One spike a tick at most; at most one tick is made up for. tests/numerics shows
 * order, limit and spike times. */
#include "cells/adex_cell.h"
#include "cells/clamp.h"
#include "memory.h"

#define ADEX_FIELDS(X)                                                                                       \
  X(float, V, "mV", STATE, 1, "membrane potential")                                                          \
  X(float, w, "pA", STATE, 1, "adaptation current")                                                          \
  X(float, hold, "tick", STATE, 1, "refractory time that is left; below 0: time still to be made up")        \
  X(float, V_peak, "mV", DERIVED, 1, "potential beyond which a step goes to infinity")                       \
  X(float, h_C, "ms/pF", DERIVED, 1, "time step over capacitance")                                           \
  ADEX_VARIED(X)

FIELDS_DEFINE(adex, ADEX_FIELDS)

/* Added to the potential of a cell that spikes, from one pass to the next. */
static const float SPIKE = 1024.0f;

/* Above V_T, in slope factors: where a step ends that began where the rest of the upswing takes a tick, since
 * D is 1/3 there. Not below 3, from where no inhibition that cells meet holds an upswing back. */
static double peak(double C_m, double g_L, double dt_ms) {
  double slopes = maths_log(C_m / (g_L * dt_ms));
  return 3.0 + (slopes > 0.0 ? slopes : 0.0);
}

static void derive(const struct cells *cells, int i) {
  const struct adex_params *p = cells->params;
  struct adex s = adex_at(cells->column);
  double V_peak = (double)s.V_T[i] + p->Delta_T * peak((double)s.C_m[i], (double)s.g_L[i], p->dt_ms);
  double held = p->V_reset + p->Delta_T; /* a cell that is held does not spike */
  s.V_peak[i] = (float)(V_peak > held ? V_peak : held);
  s.h_C[i] = (float)(p->dt_ms / (double)s.C_m[i]);
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  const struct adex_params *p = cells->params;
  struct adex s = adex_at(cells->column);
  adex_vary(p, u, &s.C_m[i], &s.g_L[i], &s.E_L[i], &s.V_T[i]);
  derive(cells, i);
  s.V[i] = adex_start_V(p, u[4]);
  s.w[i] = 0.0f;
  s.hold[i] = 0.0f;
}

/* What a tick's potentials become; those of cells that spike stay and are marked. */
static void move(const struct cells *cells) {
  const struct adex_params *p = cells->params;
  struct adex s = adex_at(cells->column);
  const float *restrict g = cells->g, *restrict g_E = cells->g_E;
  const float slope = (float)p->Delta_T, inverse_slope = (float)(1.0 / p->Delta_T), a = (float)p->a;
  const float w_gain = (float)p->w_gain, half = (float)(0.5 * p->dt_ms / p->tau_w);
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float V = s.V[i], w = s.w[i], g_L = s.g_L[i], above_rest = V - s.E_L[i], ticks = 1.0f - s.hold[i];
    float h_C = s.h_C[i] * clamp_below(ticks), h_leak = h_C * g_L;
    float w_mid = __builtin_fmaf(half, __builtin_fmaf(a, above_rest, -w), w);
    float rest = __builtin_fmaf(-g_L, above_rest, __builtin_fmaf(-g[i], V, g_E[i])) - w_mid;
    /* in slope factors: h ∂f/∂V of the exponential, which is also its h f, and h f of all */
    float upswing = h_leak * maths_exp_f32((V - s.V_T[i]) * inverse_slope);
    float euler = __builtin_fmaf(h_C * inverse_slope, rest, upswing);
    float z = upswing - __builtin_fmaf(h_C, g[i], h_leak), bend = upswing * euler;
    z = clamp_above(z, 1.0f);
    bend = clamp_below(clamp_above(bend, 1.0f));
    float divisor = __builtin_fmaf(z, __builtin_fmaf(z, 1.0f / 12.0f, -0.5f), 1.0f);
    divisor = __builtin_fmaf(bend, __builtin_fmaf(z, -1.0f / 12.0f, -1.0f / 6.0f), divisor);
    float move = slope * (euler / divisor);
    bool spike = V + move >= s.V_peak[i];
    float w_far = a * (above_rest + (spike ? 0.0f : 0.5f * move));
    s.w[i] = __builtin_fmaf(w_far - w, w_gain, w);
    s.V[i] = V + (spike ? SPIKE : move);
  }
}

/* Ticks from the start of the step to infinity, from the potential V at which the step began. */
static double ticks_to_infinity(const struct adex_params *p, const struct cells *cells, const struct adex *s,
                                int i, double V) {
  double exponent = (V - (double)s->V_T[i]) / p->Delta_T;
  double rising = p->Delta_T * (double)s->g_L[i] * maths_exp(exponent < 40.0 ? exponent : 40.0);
  double rest = (double)cells->g_E[i] - (double)cells->g[i] * V -
                (double)s->g_L[i] * (V - (double)s->E_L[i]) - (double)s->w[i];
  double y = rest / rising;
  y = y > -0.9 ? y : -0.9;
  double ratio = fabs(y) < 1e-4 ? 1.0 - 0.5 * y : maths_log(1.0 + y) / y;
  return p->Delta_T * ratio / (rising * (double)s->h_C[i]);
}

/* The reset at its time, for the few cells that spike. */
static void reset(const struct cells *cells, const struct adex *s, int i) {
  const struct adex_params *p = cells->params;
  double V = (double)(s->V[i] - SPIKE), ticks = 1.0 - (double)s->hold[i];
  double until = ticks_to_infinity(p, cells, s, i, V);
  until = until < ticks ? until : ticks;
  double left = ticks - until, hold = p->hold_ticks - left;
  double mean = V + p->Delta_T - p->V_reset; /* of the upswing, above reset; V was taken for the whole tick */
  double w = (double)s->w[i] + p->a * p->w_gain * (until * mean + p->V_reset - V);
  s->V[i] = (float)p->V_reset;
  s->w[i] = (float)(w + p->b * (1.0 - left * p->dt_ms / p->tau_w));
  s->hold[i] = (float)(hold > -1.0 ? hold : -1.0);
}

static void advance(const struct cells *cells, const struct step *step) {
  (void)step;
  struct adex s = adex_at(cells->column);
  int32_t *restrict fired = cells->fired;
  move(cells);
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    bool spike = s.V[i] >= 0.5f * SPIKE;
    float left = s.hold[i] - 1.0f;
    s.hold[i] = spike ? s.hold[i] : clamp_below(left);
    fired[i] = spike ? 1 : 0;
  }
  for (int i = 0; i < cells->n; i += MEMORY_LANES) {
    int32_t any = 0;
    for (int j = i; j < i + MEMORY_LANES; j++) any |= fired[j];
    for (int j = i; any && j < i + MEMORY_LANES; j++) {
      if (fired[j]) reset(cells, &s, j);
    }
  }
}

MECHANISM_DEFINE(adex, MECHANISM_CELL, "adaptive exponential integrate-and-fire cell",
                 "Brette & Gerstner 2005, doi:10.1152/jn.00686.2005", adex_fields, adex_params,
                 .exponentials = 1, .params_size = sizeof(struct adex_params), .prepare = adex_prepare,
                 .start = start, .derive = derive, .advance = advance);
