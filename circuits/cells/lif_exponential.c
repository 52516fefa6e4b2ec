/* lif_exponential.c — leaky integrate-and-fire cell with two exponential synaptic conductances of its own.
 *
 *   C_m dV/dt = −g_L (V−E_L) + I_e − g_e (V−E_e) − g_i (V−E_i),   τ dg/dt = −g,   g ← g + weight at a spike
 *   V ≥ V_th at the end of a step: spike, V ← V_reset for t_ref
 * Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005; Brette et al. 2007, doi:10.1007/s10827-007-0038-6
 * (benchmark 1). The same as a lif_conductance cell with two `exponential` receptors, in one pass over
 * memory, which takes about half the time.
 *
 * Method: with conductances at their mean over the step,
 *   V ← V + h f(V)/D,   D = 1 + z/2 + z²/12,   z = h G/C_m,   G = g_L + g_e + g_i
 * which is the exponential step (1 − e^(−z) = z/D up to z⁵/720). Order 2 in dt. Stable for every dt: a
 * deviation is multiplied by 1 − z/D, which lies between 0.07 and 1. Conductances decay exactly. Threshold is
 * looked for at ends of steps; t_ref is rounded to whole ticks. */
#include "maths.h"
#include "mechanism.h"
#include "random.h"

#define LIF_EXPONENTIAL_FIELDS(X)                                                                            \
  X(float, V, "mV", STATE, 1, "membrane potential")                                                          \
  X(float, g_exc, "nS", STATE, 1, "excitatory conductance")                                                  \
  X(float, g_inh, "nS", STATE, 1, "inhibitory conductance")                                                  \
  X(int32_t, hold, "tick", STATE, 1, "ticks of the refractory time that are left")

FIELDS_DEFINE(lif_exponential, LIF_EXPONENTIAL_FIELDS)

struct lif_exponential_params {
  double C_m, g_L, E_L, V_th, V_reset, t_ref, I_e;
  double tau_exc, E_exc, tau_inh, E_inh;
  /* derived */
  double h_C;
  double decay[2], mean[2]; /* of a conductance: factor of a tick, and its mean over the tick */
  int32_t hold;
};

#define VOGELS "Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005"

static const struct param params[] = {
    PARAM_NUM(struct lif_exponential_params, C_m, "pF", 200, 1, 5000, PUBLISHED, VOGELS,
              "membrane capacitance"),
    PARAM_NUM(struct lif_exponential_params, g_L, "nS", 10, 0.01, 500, PUBLISHED, VOGELS, "leak conductance"),
    PARAM_NUM(struct lif_exponential_params, E_L, "mV", -60, -120, 30, PUBLISHED, VOGELS,
              "leak reversal potential"),
    PARAM_NUM(struct lif_exponential_params, V_th, "mV", -50, -90, 100, PUBLISHED, VOGELS, "threshold"),
    PARAM_NUM(struct lif_exponential_params, V_reset, "mV", -60, -150, 90, PUBLISHED, VOGELS,
              "reset potential"),
    PARAM_NUM(struct lif_exponential_params, t_ref, "ms", 5, 0, 100, PUBLISHED, VOGELS,
              "refractory time, in whole steps"),
    PARAM_NUM(struct lif_exponential_params, I_e, "pA", 0, -1e5, 1e5, SETTING, "", "constant current"),
    PARAM_NUM(struct lif_exponential_params, tau_exc, "ms", 5, 0.01, 1000, PUBLISHED, VOGELS,
              "decay time constant of excitation"),
    PARAM_NUM(struct lif_exponential_params, E_exc, "mV", 0, -120, 100, PUBLISHED, VOGELS,
              "reversal potential of excitation"),
    PARAM_NUM(struct lif_exponential_params, tau_inh, "ms", 10, 0.01, 1000, PUBLISHED, VOGELS,
              "decay time constant of inhibition"),
    PARAM_NUM(struct lif_exponential_params, E_inh, "mV", -80, -150, 100, PUBLISHED, VOGELS,
              "reversal potential of inhibition"),
};

static const char *fault(const void *own) {
  const struct lif_exponential_params *p = own;
  return p->V_reset < p->V_th ? NULL : "V_reset is not below V_th";
}

static void prepare(void *own, double dt_ms) {
  struct lif_exponential_params *p = own;
  const double tau[2] = {p->tau_exc, p->tau_inh};
  p->h_C = dt_ms / p->C_m;
  p->hold = (int32_t)floor(p->t_ref / dt_ms + 0.5);
  for (int k = 0; k < 2; k++) {
    p->decay[k] = maths_exp(-dt_ms / tau[k]);
    p->mean[k] = tau[k] / dt_ms * (1.0 - p->decay[k]);
  }
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  const struct lif_exponential_params *p = cells->params;
  struct lif_exponential s = lif_exponential_at(cells->column);
  s.V[i] = (float)(p->E_L + (p->V_th - p->E_L) * (0.999 * random_uniform(u[4])));
  s.g_exc[i] = s.g_inh[i] = 0.0f;
  s.hold[i] = 0;
}

/* Where the background comes in is a constant where this is called: 0 nowhere, 1 and 2 the ports. */
static inline void run(const struct cells *cells, int background_at) {
  const struct lif_exponential_params *p = cells->params;
  struct lif_exponential s = lif_exponential_at(cells->column);
  const int32_t *restrict exc = cells->own[0].arrivals, *restrict inh = cells->own[1].arrivals;
  const int32_t *restrict background = cells->background;
  const float *restrict injected = cells->g_E;
  int32_t *restrict fired = cells->fired;
  const float quantum_exc = (float)cells->own[0].quantum, quantum_inh = (float)cells->own[1].quantum;
  const float event = (float)(background_at == 2 ? cells->own[1].background : cells->own[0].background);
  const float decay_exc = (float)p->decay[0], decay_inh = (float)p->decay[1];
  const float mean_exc = (float)p->mean[0], mean_inh = (float)p->mean[1];
  const float h_C = (float)p->h_C, g_L = (float)p->g_L, E_exc = (float)p->E_exc, E_inh = (float)p->E_inh;
  const float base = (float)(p->g_L * p->E_L + p->I_e);
  const float V_th = (float)p->V_th, V_reset = (float)p->V_reset;
  const int32_t hold_ticks = p->hold;
  for (int tile = 0; tile < cells->n; tile += MECHANISM_TILE) {
    int end = tile + MECHANISM_TILE < cells->n ? tile + MECHANISM_TILE : cells->n;
    int32_t any = 0;
#pragma omp simd reduction(| : any)
    for (int i = tile; i < end; i++) {
      float V = s.V[i];
      float open_exc = __builtin_fmaf((float)exc[i], quantum_exc, s.g_exc[i]);
      float open_inh = __builtin_fmaf((float)inh[i], quantum_inh, s.g_inh[i]);
      if (background_at == 1) open_exc = __builtin_fmaf((float)background[i], event, open_exc);
      if (background_at == 2) open_inh = __builtin_fmaf((float)background[i], event, open_inh);
      float g_exc = open_exc * mean_exc, g_inh = open_inh * mean_inh, all = g_L + (g_exc + g_inh);
      float drive = __builtin_fmaf(g_exc, E_exc, __builtin_fmaf(g_inh, E_inh, injected[i] + base));
      float z = h_C * all, divisor = __builtin_fmaf(z, __builtin_fmaf(z, 1.0f / 12.0f, 0.5f), 1.0f);
      float V_next = V + h_C * __builtin_fmaf(-all, V, drive) / divisor;
      int32_t left = s.hold[i] - 1;
      V_next = left >= 0 ? V_reset : V_next;
      bool spike = V_next >= V_th;
      s.g_exc[i] = open_exc * decay_exc;
      s.g_inh[i] = open_inh * decay_inh;
      s.V[i] = spike ? V_reset : V_next;
      s.hold[i] = spike ? hold_ticks : left > 0 ? left : 0;
      int32_t now = spike ? 1 : 0;
      fired[i] = now;
      any |= now;
    }
    cells->tile_fired[tile / MECHANISM_TILE] = any;
  }
}

static void advance(const struct cells *cells, const struct step *step) {
  (void)step;
  if (cells->own[0].background != 0.0)
    run(cells, 1);
  else if (cells->own[1].background != 0.0)
    run(cells, 2);
  else
    run(cells, 0);
}

MECHANISM_DEFINE(lif_exponential, MECHANISM_CELL,
                 "leaky integrate-and-fire cell with exponential conductances of its own", VOGELS,
                 lif_exponential_fields, params, .params_size = sizeof(struct lif_exponential_params),
                 .ports = {"excitatory", "inhibitory"}, .port_unit = "nS", .finds_tiles = true,
                 .fault = fault, .prepare = prepare, .start = start, .advance = advance);
