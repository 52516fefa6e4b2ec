/* adex.c — adaptive exponential integrate-and-fire cell. Brette & Gerstner 2005, doi:10.1152/jn.00686.2005.
 *
 *   C_m dV/dt = −g_L (V−E_L) + g_L Δ_T exp((V−V_T)/Δ_T) − w − Σ g (V−E)      τ_w dw/dt = a (V−E_L) − w
 *   at V → ∞: spike, V ← V_reset, w ← w + b, V held for t_ref while w goes on.
 *
 * From V_peak on the upswing is not followed: the rest of it, up to infinity, takes C_m/g_L e^(−(V_peak −
 * V_T)/Δ_T). A spike falls on the next full tick, on average half a tick late, so V_peak lies where the rest
 * takes half a tick, and intervals keep their mean length. A fixed number of Δ_T made every interval 0.1 ms
 * too short or too long.
 *
 * Method: exponential Rosenbrock–Euler step (Hochbruck & Ostermann 2010, doi:10.1017/S0962492910000048) for
 * V,
 *   V ← V + h φ₁(hJ) f(V, w at mid-step),  J = ∂f/∂V,  φ₁(z) = (e^z − 1)/z by its Padé form 1/(1 − z/2 +
 * z²/12); exact exponential step for w at the mean potential of the step. Order 2 in dt where input is
 * smooth; spikes fall on the grid. Stable for every dt on the passive side: where z < 0 a deviation is
 * multiplied by 1 + zφ₁(z), which lies between 0.07 and 1. On the upswing z is cut at 2. tests/numerics shows
 * order and limit. Cells differ in C_m and g_L (lognormal) and in E_L and V_T (normal, cut at 3 standard
 * deviations). */
#include "cells/start.h"
#include "maths.h"

#define ADEX_FIELDS(X)                                                                                       \
  X(float, V, "mV", STATE, 1, "membrane potential")                                                          \
  X(float, w, "pA", STATE, 1, "adaptation current")                                                          \
  X(int32_t, hold, "tick", STATE, 1, "ticks of the refractory time that are left")                           \
  X(float, C_m, "pF", VARIED, 1, "membrane capacitance")                                                     \
  X(float, g_L, "nS", VARIED, 1, "leak conductance")                                                         \
  X(float, E_L, "mV", VARIED, 1, "leak reversal potential")                                                  \
  X(float, V_T, "mV", VARIED, 1, "threshold of the exponential")                                             \
  X(float, V_peak, "mV", DERIVED, 1, "potential at which the upswing is cut")

FIELDS_DEFINE(adex, ADEX_FIELDS)

struct adex_params {
  double C_m, g_L, E_L, V_T, Delta_T, a, tau_w, b, V_reset, t_ref;
  double cv_C_m, cv_g_L, sd_E_L, sd_V_T;
  /* derived */
  double dt_ms, w_decay, hold_ticks;
};

#define NAUD "Naud et al. 2008, doi:10.1007/s00422-008-0264-7 (tonic pattern); populations give their own"
#define SPREAD                                                                                               \
  "Hass, Hertaeg & Durstewitz 2016, doi:10.1371/journal.pcbi.1004930, has 0.11-0.34 and 4-9 mV with "        \
  "fitting noise"

static const struct param params[] = {
    PARAM_NUM(struct adex_params, C_m, "pF", 200, 5, 5000, PUBLISHED, NAUD, "membrane capacitance, mean"),
    PARAM_NUM(struct adex_params, g_L, "nS", 10, 0.1, 500, PUBLISHED, NAUD, "leak conductance, mean"),
    PARAM_NUM(struct adex_params, E_L, "mV", -70, -120, -30, PUBLISHED, NAUD,
              "leak reversal potential, mean"),
    PARAM_NUM(struct adex_params, V_T, "mV", -50, -90, 0, PUBLISHED, NAUD,
              "threshold of the exponential, mean"),
    PARAM_NUM(struct adex_params, Delta_T, "mV", 2, 0.1, 40, PUBLISHED, NAUD,
              "slope factor of the exponential"),
    PARAM_NUM(struct adex_params, a, "nS", 2, -20, 200, PUBLISHED, NAUD,
              "adaptation: coupling to the potential"),
    PARAM_NUM(struct adex_params, tau_w, "ms", 30, 0.5, 5000, PUBLISHED, NAUD, "adaptation: time constant"),
    PARAM_NUM(struct adex_params, b, "pA", 0, 0, 5000, PUBLISHED, NAUD, "adaptation: step at a spike"),
    PARAM_NUM(struct adex_params, V_reset, "mV", -58, -150, 0, PUBLISHED, NAUD, "reset potential"),
    PARAM_NUM(struct adex_params, t_ref, "ms", 2, 0, 100, ASSUMED,
              "absolute refractory time of cortical cells, 1-3 ms", "refractory time"),
    PARAM_NUM(struct adex_params, cv_C_m, "1", 0.2, 0, 1, ASSUMED, SPREAD,
              "coefficient of variation of C_m over cells"),
    PARAM_NUM(struct adex_params, cv_g_L, "1", 0.2, 0, 1, ASSUMED, SPREAD,
              "coefficient of variation of g_L over cells"),
    PARAM_NUM(struct adex_params, sd_E_L, "mV", 3, 0, 20, ASSUMED, SPREAD,
              "standard deviation of E_L over cells"),
    PARAM_NUM(struct adex_params, sd_V_T, "mV", 2.5, 0, 20, ASSUMED, SPREAD,
              "standard deviation of V_T over cells"),
};

static void prepare(void *own, double dt_ms) {
  struct adex_params *p = own;
  p->dt_ms = dt_ms;
  p->w_decay = maths_exp(-dt_ms / p->tau_w);
  p->hold_ticks = floor(p->t_ref / dt_ms + 0.5);
}

/* Where the rest of the upswing takes half a tick, in slope factors above V_T; at least 3, from where no
 * inhibition that cells meet holds it back. */
static double peak(double C_m, double g_L, double dt_ms) {
  double slopes = maths_log(2.0 * C_m / (g_L * dt_ms));
  return slopes > 3.0 ? slopes : 3.0;
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  const struct adex_params *p = cells->params;
  struct adex s = adex_at(cells->column);
  s.C_m[i] = start_lognormal(u[0], p->C_m, p->cv_C_m);
  s.g_L[i] = start_lognormal(u[1], p->g_L, p->cv_g_L);
  s.E_L[i] = start_normal(u[2], p->E_L, p->sd_E_L);
  s.V_T[i] = start_normal(u[3], p->V_T, p->sd_V_T);
  s.V_peak[i] = (float)((double)s.V_T[i] + p->Delta_T * peak((double)s.C_m[i], (double)s.g_L[i], p->dt_ms));
  /* between rest and a little under threshold, so that the first spikes do not coincide */
  s.V[i] = (float)(p->E_L + (p->V_T - 2.0 - p->E_L) * random_uniform(u[4]));
  s.w[i] = 0.0f;
  s.hold[i] = 0;
}

static void advance(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct adex_params *p = cells->params;
  struct adex s = adex_at(cells->column);
  const float *restrict g = cells->g, *restrict g_E = cells->g_E;
  int32_t *restrict fired = cells->fired;
  const float h = (float)p->dt_ms, slope = (float)p->Delta_T, inverse_slope = (float)(1.0 / p->Delta_T);
  const float a = (float)p->a, b = (float)p->b, V_reset = (float)p->V_reset;
  const float w_decay = (float)p->w_decay, half = (float)(0.5 * p->dt_ms / p->tau_w);
  const int32_t hold_ticks = (int32_t)p->hold_ticks;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float V = s.V[i], w = s.w[i], g_L = s.g_L[i], above_rest = V - s.E_L[i], h_C = h / s.C_m[i];
    float upswing =
        g_L * maths_exp_f32((V - s.V_T[i]) * inverse_slope); /* its slope; times Δ_T: its current */
    float w_mid = __builtin_fmaf(half, __builtin_fmaf(a, above_rest, -w), w);
    float current = __builtin_fmaf(-g_L, above_rest, __builtin_fmaf(-g[i], V, g_E[i]));
    current = __builtin_fmaf(slope, upswing, current) - w_mid;
    float z = h_C * (upswing - (g_L + g[i])); /* hJ */
    z = z > 2.0f ? 2.0f : z;
    float V_next = V + h_C * current / __builtin_fmaf(z, __builtin_fmaf(z, 1.0f / 12.0f, -0.5f), 1.0f);
    V_next = s.hold[i] > 0 ? V_reset : V_next;
    float V_mid = V_next >= s.V_peak[i] ? V : 0.5f * (V + V_next);
    float w_far = a * (V_mid - s.E_L[i]);
    s.w[i] = __builtin_fmaf(w - w_far, w_decay, w_far);
    s.V[i] = V_next;
  }
  /* spikes in a second pass, which keeps integers away from the long loop of floats */
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    bool spike = s.V[i] >= s.V_peak[i];
    int32_t left = s.hold[i];
    s.V[i] = spike ? V_reset : s.V[i];
    s.w[i] += spike ? b : 0.0f;
    s.hold[i] = spike ? hold_ticks : left > 0 ? left - 1 : 0;
    fired[i] = spike ? 1 : 0;
  }
}

MECHANISM_DEFINE(adex, MECHANISM_CELL, "adaptive exponential integrate-and-fire cell",
                 "Brette & Gerstner 2005, doi:10.1152/jn.00686.2005", adex_fields, params,
                 .params_size = sizeof(struct adex_params), .prepare = prepare, .start = start,
                 .advance = advance);
