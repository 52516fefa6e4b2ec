/* lif_alpha.c — leaky integrate-and-fire cell with alpha-shaped synaptic currents, integrated exactly.
 *
 *   C_m dV/dt = −C_m/τ_m (V−E_L) + I_e + I_stimulus + I + I_inhibitory,   V ≥ V_th: spike, V ← V_reset for
 *   t_ref
 *   dI/dt = y − I/τ_syn,  dy/dt = −y/τ_syn;  a spike of weight w: y ← y + w e/τ_syn,
 * so that I = w (t/τ_syn) e^(1 − t/τ_syn): the weight is the peak of the current, reached after τ_syn.
 * Rotter & Diesmann 1999, doi:10.1007/s004220050570; lif_cell.h has the propagators, lif_current.c says what
 * the times mean: what arrives at tick k acts from the start of the step from k to k+1.
 *
 * Method: exact on the grid for any dt, also for τ_syn = τ_m; threshold is looked for at ends of steps. */
#include "cells/lif_cell.h"

#define LIF_ALPHA_FIELDS(X)                                                                                  \
  X(float, V, "mV", STATE, 1, "membrane potential")                                                          \
  X(float, I, "pA", STATE, 1, "synaptic current through the port `current`")                                 \
  X(float, rise, "pA/ms", STATE, 1, "its rate of rise without decay")                                        \
  X(float, I_inhibitory, "pA", STATE, 1, "synaptic current through the port `inhibitory`")                   \
  X(float, rise_inhibitory, "pA/ms", STATE, 1, "its rate of rise without decay")                             \
  X(int32_t, hold, "tick", STATE, 1, "ticks of the refractory time that are left")

FIELDS_DEFINE(lif_alpha, LIF_ALPHA_FIELDS)

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  struct lif_alpha s = lif_alpha_at(cells->column);
  s.V[i] = lif_start_V(cells->params, u[4]);
  s.I[i] = s.rise[i] = s.I_inhibitory[i] = s.rise_inhibitory[i] = 0.0f;
  s.hold[i] = 0;
}

/* One tick of one cell's current through a port: gives what it adds to V, mV. */
static inline float flow(const struct lif_params *p, int port, float arrived, float *I, float *rise) {
  float y = __builtin_fmaf(arrived, p->jump[port], *rise), current = *I;
  *I = __builtin_fmaf(p->dt_ms, y, current) * p->decay[port];
  *rise = y * p->decay[port];
  return __builtin_fmaf(p->alpha[port], y, p->exponential[port] * current);
}

static inline void run(const struct cells *cells, const struct inflow *first, const struct inflow *second,
                       int n_first, int n_second) {
  const struct lif_params p = *(const struct lif_params *)cells->params;
  const struct inflow in = *first, in_inhibitory = *second;
  struct lif_alpha s = lif_alpha_at(cells->column);
  const float *restrict g_E = cells->g_E;
  int32_t *restrict fired = cells->fired;
  const float E_L = (float)p.E_L, V_th = (float)p.V_th, V_reset = (float)p.V_reset;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float gain = __builtin_fmaf(p.constant, g_E[i], p.base), V = s.V[i];
    if (n_first > 0) gain += flow(&p, 0, inflow_at(&in, n_first, i), &s.I[i], &s.rise[i]);
    if (n_second > 0)
      gain += flow(&p, 1, inflow_at(&in_inhibitory, n_second, i), &s.I_inhibitory[i], &s.rise_inhibitory[i]);
    float V_next = V + __builtin_fmaf(-p.leak, V - E_L, gain);
    int32_t left = s.hold[i] - 1;
    V_next = left >= 0 ? V_reset : V_next;
    bool spike = V_next >= V_th;
    s.V[i] = spike ? V_reset : V_next;
    s.hold[i] = spike ? p.hold : left > 0 ? left : 0;
    fired[i] = spike ? 1 : 0;
  }
}

static void advance(const struct cells *cells, const struct step *step) {
  (void)step;
  INFLOW_VARIANTS(run, cells);
}

MECHANISM_DEFINE(lif_alpha, MECHANISM_CELL,
                 "leaky integrate-and-fire cell with alpha-shaped synaptic currents, exact",
                 "Rotter & Diesmann 1999, doi:10.1007/s004220050570", lif_alpha_fields, lif_params,
                 .params_size = sizeof(struct lif_params), .ports = {"current", "inhibitory"},
                 .port_unit = "pA", .fault = lif_fault, .prepare = lif_prepare, .start = start,
                 .advance = advance);
