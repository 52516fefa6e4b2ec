/* lif_conductance.c — leaky integrate-and-fire cell driven by the conductances of its receptors.
 *
 *   C_m dV/dt = −g_L (V−E_L) + I_e − Σ g (V−E),   V ≥ V_th at the end of a step: spike, V ← V_reset for t_ref
 * In the form of Brette et al. 2007, doi:10.1007/s10827-007-0038-6 (benchmark 1).
 *
 * Method: the exponential step that is exact for conductances constant within it,
 *   V ← V + (V_∞ − V)(1 − e^(−h G/C_m)),   G = g_L + Σ g,   V_∞ = (g_L E_L + I_e + Σ g E)/G
 * Receptors give their mean over the step, which makes it order 2 in dt. Stable for every dt and conductance:
 * V goes towards V_∞ and never beyond. Threshold is looked for at ends of steps; t_ref is rounded to whole
 * ticks. */
#include "maths.h"
#include "mechanism.h"
#include "random.h"

#define LIF_CONDUCTANCE_FIELDS(X)                                                                            \
  X(float, V, "mV", STATE, 1, "membrane potential")                                                          \
  X(int32_t, hold, "tick", STATE, 1, "ticks of the refractory time that are left")

FIELDS_DEFINE(lif_conductance, LIF_CONDUCTANCE_FIELDS)

struct lif_conductance_params {
  double C_m, g_L, E_L, V_th, V_reset, t_ref, I_e;
  /* derived */
  double h_C;
  int32_t hold;
};

#define VOGELS "Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005"

static const struct param params[] = {
    PARAM_NUM(struct lif_conductance_params, C_m, "pF", 200, 1, 5000, PUBLISHED, VOGELS,
              "membrane capacitance"),
    PARAM_NUM(struct lif_conductance_params, g_L, "nS", 10, 0.01, 500, PUBLISHED, VOGELS, "leak conductance"),
    PARAM_NUM(struct lif_conductance_params, E_L, "mV", -60, -120, 30, PUBLISHED, VOGELS,
              "leak reversal potential"),
    PARAM_NUM(struct lif_conductance_params, V_th, "mV", -50, -90, 100, PUBLISHED, VOGELS, "threshold"),
    PARAM_NUM(struct lif_conductance_params, V_reset, "mV", -60, -150, 90, PUBLISHED, VOGELS,
              "reset potential"),
    PARAM_NUM(struct lif_conductance_params, t_ref, "ms", 5, 0, 100, PUBLISHED, VOGELS,
              "refractory time, in whole steps"),
    PARAM_NUM(struct lif_conductance_params, I_e, "pA", 0, -1e5, 1e5, SETTING, "", "constant current"),
};

static const char *fault(const void *own) {
  const struct lif_conductance_params *p = own;
  return p->V_reset < p->V_th ? NULL : "V_reset is not below V_th";
}

static void prepare(void *own, double dt_ms) {
  struct lif_conductance_params *p = own;
  p->h_C = dt_ms / p->C_m;
  p->hold = (int32_t)floor(p->t_ref / dt_ms + 0.5);
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  const struct lif_conductance_params *p = cells->params;
  struct lif_conductance s = lif_conductance_at(cells->column);
  s.V[i] = (float)(p->E_L + (p->V_th - p->E_L) * (0.999 * random_uniform(u[4])));
  s.hold[i] = 0;
}

static void advance(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct lif_conductance_params *p = cells->params;
  struct lif_conductance s = lif_conductance_at(cells->column);
  const float *restrict g = cells->g, *restrict g_E = cells->g_E;
  int32_t *restrict fired = cells->fired;
  const float h_C = (float)p->h_C, g_L = (float)p->g_L, E_L = (float)p->E_L, I_e = (float)p->I_e;
  const float V_th = (float)p->V_th, V_reset = (float)p->V_reset;
  const int32_t hold_ticks = p->hold;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float V = s.V[i], all = g_L + g[i];
    float current = __builtin_fmaf(-g[i], V, g_E[i]) + __builtin_fmaf(-g_L, V - E_L, I_e);
    float V_next = __builtin_fmaf(-maths_expm1_f32(-h_C * all), current / all, V);
    int32_t left = s.hold[i] - 1;
    V_next = left >= 0 ? V_reset : V_next;
    bool spike = V_next >= V_th;
    s.V[i] = spike ? V_reset : V_next;
    s.hold[i] = spike ? hold_ticks : left > 0 ? left : 0;
    fired[i] = spike ? 1 : 0;
  }
}

MECHANISM_DEFINE(lif_conductance, MECHANISM_CELL,
                 "leaky integrate-and-fire cell driven by receptor conductances",
                 "Brette et al. 2007, doi:10.1007/s10827-007-0038-6", lif_conductance_fields, params,
                 .exponentials = 1, .params_size = sizeof(struct lif_conductance_params), .fault = fault,
                 .prepare = prepare, .start = start, .advance = advance);
