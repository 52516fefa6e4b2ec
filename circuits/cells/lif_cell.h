/* lif_cell.h — what leaky integrate-and-fire cells with synaptic currents have in common: parameters, exact
 * propagators of a step, what arrives, and the fate of a potential.
 *
 *   C_m dV/dt = −C_m/τ_m (V−E_L) + I_e + I_stimulus + I_syn,   V ≥ V_th at the end of a step: spike, V ←
 *   V_reset
 * for t_ref (rounded to whole ticks)
 * Exact integration (Rotter & Diesmann 1999, doi:10.1007/s004220050570): over a step h, with x = h/τ_m −
 * h/τ_syn,
 *   a current that decays from I₀ brings   h/C_m e^(−h/τ_m) φ(x) I₀,   φ(x) = ∫₀¹ e^(xs) ds;
 *   one that is s e^(−s/τ_syn) brings      h²/C_m e^(−h/τ_m) ψ(x),     ψ(x) = ∫₀¹ s e^(xs) ds;
 * both are smooth where τ_syn = τ_m. A potential is moved by what it gains, not multiplied by e^(−h/τ_m): so
 * the factor's rounding does not act on τ_m. */
#ifndef CIRCUITS_CELLS_LIF_CELL_H
#define CIRCUITS_CELLS_LIF_CELL_H

#include "maths.h"
#include "mechanism.h"
#include "random.h"

struct lif_params {
  double C_m, tau_m, E_L, V_th, V_reset, t_ref, tau_syn, tau_syn_inhibitory, I_e;
  /* derived: of one tick */
  float leak;           /* share of V − E_L that is lost */
  float constant;       /* mV per pA of a constant current */
  float base;           /* mV, of I_e */
  float exponential[2]; /* mV per pA of a decaying current, by port */
  float alpha[2];       /* mV per pA/ms of its rising part */
  float decay[2];       /* of the currents */
  float jump[2];        /* pA/ms of a rising part whose current peaks at 1 pA: e/τ_syn */
  float dt_ms;
  int32_t hold;
};

#define POTJANS "Potjans & Diesmann 2014, doi:10.1093/cercor/bhs358 (cortical microcircuit)"

static const struct param lif_params[] = {
    PARAM_NUM(struct lif_params, C_m, "pF", 250, 1, 5000, PUBLISHED, POTJANS, "membrane capacitance"),
    PARAM_NUM(struct lif_params, tau_m, "ms", 10, 0.1, 1000, PUBLISHED, POTJANS, "membrane time constant"),
    PARAM_NUM(struct lif_params, E_L, "mV", -65, -120, 30, PUBLISHED, POTJANS, "leak reversal potential"),
    PARAM_NUM(struct lif_params, V_th, "mV", -50, -90, 100, PUBLISHED, POTJANS, "threshold"),
    PARAM_NUM(struct lif_params, V_reset, "mV", -65, -150, 90, PUBLISHED, POTJANS, "reset potential"),
    PARAM_NUM(struct lif_params, t_ref, "ms", 2, 0, 100, PUBLISHED, POTJANS,
              "refractory time, in whole steps"),
    PARAM_NUM(struct lif_params, tau_syn, "ms", 0.5, 0.01, 1000, PUBLISHED, POTJANS,
              "time constant of currents through the port `current`"),
    PARAM_NUM(struct lif_params, tau_syn_inhibitory, "ms", 0.5, 0.01, 1000, PUBLISHED, POTJANS,
              "time constant of currents through the port `inhibitory`"),
    PARAM_NUM(struct lif_params, I_e, "pA", 0, -1e5, 1e5, SETTING, "", "constant current"),
};

static const char *lif_fault(const void *own) {
  const struct lif_params *p = own;
  return p->V_reset < p->V_th ? NULL : "V_reset is not below V_th";
}

/* ∫₀¹ e^(xs) ds and ∫₀¹ s e^(xs) ds: the series near 0, where the closed form cancels. */
static inline double lif_phi(double x) {
  if (fabs(x) > 1.0) return (maths_exp(x) - 1.0) / x;
  double sum = 0.0, term = 1.0;
  for (int k = 0; k < 20; k++, term *= x / k) sum += term / (k + 1);
  return sum;
}
static inline double lif_psi(double x) {
  if (fabs(x) > 1.0) return (maths_exp(x) * (x - 1.0) + 1.0) / (x * x);
  double sum = 0.0, term = 1.0;
  for (int k = 0; k < 20; k++, term *= x / k) sum += term / (k + 2);
  return sum;
}

static void lif_prepare(void *own, double dt_ms) {
  struct lif_params *p = own;
  const double tau[2] = {p->tau_syn, p->tau_syn_inhibitory};
  double kept = maths_exp(-dt_ms / p->tau_m), lost = (dt_ms / p->tau_m) * lif_phi(-dt_ms / p->tau_m);
  p->leak = (float)lost;
  p->constant = (float)(p->tau_m / p->C_m * lost);
  p->base = (float)(p->tau_m / p->C_m * lost * p->I_e);
  for (int k = 0; k < 2; k++) {
    double x = dt_ms / p->tau_m - dt_ms / tau[k];
    p->exponential[k] = (float)(dt_ms / p->C_m * kept * lif_phi(x));
    p->alpha[k] = (float)(dt_ms * dt_ms / p->C_m * kept * lif_psi(x));
    p->decay[k] = (float)maths_exp(-dt_ms / tau[k]);
    p->jump[k] = (float)(2.71828182845904523536 / tau[k]);
  }
  p->dt_ms = (float)dt_ms;
  p->hold = (int32_t)floor(p->t_ref / dt_ms + 0.5);
}

static inline float lif_start_V(const struct lif_params *p, uint32_t u) {
  return (float)(p->E_L + (p->V_th - p->E_L) * (0.999 * random_uniform(u)));
}

/* What arrives through one port: spikes, background or both, as pairs of counts and what one brings. */
struct inflow {
  int n;
  const int32_t *counts[2];
  float unit[2];
};

static inline struct inflow inflow_of(const struct cells *cells, int port) {
  const struct inlet *inlet = &cells->own[port];
  struct inflow in = {0};
  if (!inlet->unused) {
    in.counts[in.n] = inlet->arrivals;
    in.unit[in.n++] = (float)inlet->quantum;
  }
  if (inlet->background != 0.0) {
    in.counts[in.n] = cells->background;
    in.unit[in.n++] = (float)inlet->background;
  }
  return in;
}

/* n is in->n, as a constant where this is inlined. */
static inline float inflow_at(const struct inflow *in, int n, int i) {
  float sum = n > 0 ? (float)in->counts[0][i] * in->unit[0] : 0.0f;
  return n > 1 ? __builtin_fmaf((float)in->counts[1][i], in->unit[1], sum) : sum;
}

/* The kernel `run(cells, first, second, …)` for every number of sources at the two ports; only one port can
 * have background beside spikes. A port without any costs nothing. */
#define INFLOW_VARIANTS(run, cells)                                                                          \
  do {                                                                                                       \
    const struct inflow first = inflow_of(cells, 0), second = inflow_of(cells, 1);                           \
    switch (3 * first.n + second.n) {                                                                        \
    case 0:                                                                                                  \
      run(cells, &first, &second, 0, 0);                                                                     \
      break;                                                                                                 \
    case 1:                                                                                                  \
      run(cells, &first, &second, 0, 1);                                                                     \
      break;                                                                                                 \
    case 2:                                                                                                  \
      run(cells, &first, &second, 0, 2);                                                                     \
      break;                                                                                                 \
    case 3:                                                                                                  \
      run(cells, &first, &second, 1, 0);                                                                     \
      break;                                                                                                 \
    case 4:                                                                                                  \
      run(cells, &first, &second, 1, 1);                                                                     \
      break;                                                                                                 \
    case 5:                                                                                                  \
      run(cells, &first, &second, 1, 2);                                                                     \
      break;                                                                                                 \
    case 6:                                                                                                  \
      run(cells, &first, &second, 2, 0);                                                                     \
      break;                                                                                                 \
    case 7:                                                                                                  \
      run(cells, &first, &second, 2, 1);                                                                     \
      break;                                                                                                 \
    default:                                                                                                 \
      run(cells, &first, &second, 2, 2);                                                                     \
    }                                                                                                        \
  } while (0)

#endif
