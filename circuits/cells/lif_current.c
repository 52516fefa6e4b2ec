/* lif_current.c — leaky integrate-and-fire cell with exponential synaptic currents, integrated exactly.
 *
 *   C_m dV/dt = −C_m/τ_m (V−E_L) + I_e + I_stimulus + I + I_inhibitory,   dI/dt = −I/τ_syn;  a spike of
 *   weight w: I ← I + w
 *   V ≥ V_th at the end of a step: spike, V ← V_reset, held for t_ref while the currents go on.
 * Rotter & Diesmann 1999, doi:10.1007/s004220050570; lif_cell.h has the propagators.
 *
 * Time: what arrives at tick k makes I jump at the start of the step from k to k+1, and acts on V throughout
 * it. A potential that reaches threshold by the end of that step makes a spike of tick k and stands at
 * V_reset from there. Weights are pA and have a sign: where both time constants are equal, one port can take
 * all. A port without synapses or background is not read.
 *
 * Method: exact on the grid for any dt (no error but roundings of single precision, no limit of stability),
 * also for τ_syn = τ_m; threshold is looked for at ends of steps. All cells have the same parameters. */
#include "cells/lif_cell.h"

#define LIF_CURRENT_FIELDS(X)                                                                                \
  X(float, V, "mV", STATE, 1, "membrane potential")                                                          \
  X(float, I, "pA", STATE, 1, "synaptic current through the port `current`")                                 \
  X(float, I_inhibitory, "pA", STATE, 1, "synaptic current through the port `inhibitory`")                   \
  X(int32_t, hold, "tick", STATE, 1, "ticks of the refractory time that are left")

FIELDS_DEFINE(lif_current, LIF_CURRENT_FIELDS)

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  struct lif_current s = lif_current_at(cells->column);
  s.V[i] = lif_start_V(cells->params, u[4]);
  s.I[i] = s.I_inhibitory[i] = 0.0f;
  s.hold[i] = 0;
}

static inline void run(const struct cells *cells, const struct inflow *first, const struct inflow *second,
                       int n_first, int n_second) {
  const struct lif_params *p = cells->params;
  const struct inflow in = *first, in_inhibitory = *second;
  struct lif_current s = lif_current_at(cells->column);
  const float *restrict g_E = cells->g_E;
  int32_t *restrict fired = cells->fired;
  const float leak = p->leak, constant = p->constant, base = p->base, E_L = (float)p->E_L;
  const float V_th = (float)p->V_th, V_reset = (float)p->V_reset;
  const float pulse = p->exponential[0], decay = p->decay[0];
  const float pulse_inhibitory = p->exponential[1], decay_inhibitory = p->decay[1];
  const int32_t hold_ticks = p->hold;
  for (int tile = 0; tile < cells->n; tile += MECHANISM_TILE) {
    int end = tile + MECHANISM_TILE < cells->n ? tile + MECHANISM_TILE : cells->n;
    int32_t any = 0;
#pragma omp simd reduction(| : any)
    for (int i = tile; i < end; i++) {
      float gain = __builtin_fmaf(constant, g_E[i], base), V = s.V[i];
      if (n_first > 0) {
        float I = s.I[i] + inflow_at(&in, n_first, i);
        gain = __builtin_fmaf(pulse, I, gain);
        s.I[i] = I * decay;
      }
      if (n_second > 0) {
        float I = s.I_inhibitory[i] + inflow_at(&in_inhibitory, n_second, i);
        gain = __builtin_fmaf(pulse_inhibitory, I, gain);
        s.I_inhibitory[i] = I * decay_inhibitory;
      }
      float V_next = V + __builtin_fmaf(-leak, V - E_L, gain);
      int32_t left = s.hold[i] - 1;
      V_next = left >= 0 ? V_reset : V_next;
      bool spike = V_next >= V_th;
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
  INFLOW_VARIANTS(run, cells);
}

MECHANISM_DEFINE(lif_current, MECHANISM_CELL,
                 "leaky integrate-and-fire cell with exponential synaptic currents, exact",
                 "Rotter & Diesmann 1999, doi:10.1007/s004220050570", lif_current_fields, lif_params,
                 .params_size = sizeof(struct lif_params), .ports = {"current", "inhibitory"},
                 .port_unit = "pA", .finds_tiles = true, .fault = lif_fault, .prepare = lif_prepare,
                 .start = start, .advance = advance);
