/* hcn.c — what a drug takes away of the hyperpolarisation-activated current I_h.
 *
 *   I_h = g_max n_(V) (V − E_h),   n' = (n_∞(V) − n)/τ,   n_∞ = 1/(1 + exp((V − V_half)/k))
 *   with drug, on the share h of the channels that contain HCN1:  n_d towards n_∞(V + s),  left over 1 − q,
 *   s = Σ θ_k shift_k,  q = Σ θ_k block_k,  θ_k = (C_k/EC50_k)/(1 + Σ_j C_j/EC50_j)
 *   added to the cell:  −g_max h (n − (1 − q) n_d) min(1, n_0/n) (V − E_h),   n_0 = n_∞(−70 mV)
 * The leak, the rest and the slow subthreshold current of a cell are fitted to recordings in which I_h flows,
 * so the cell as calibrated has it already; what is added is the difference that a drug makes. Without drug
 * this is 0 for every cell at every moment, and nothing of the cell moves. A leak is linear and holds no more
 * of I_h than g_h = g_max n_0, what is open at −70 mV: below that potential the drug takes its share of this
 * much (the last factor), so a cell of a larger leak stays passive.
 * HCN1 gives the shift, which HCN2 alone lacks: Chen et al. 2009, doi:10.1523/JNEUROSCI.3481-08.2009. Gating:
 * Magee 1998, doi:10.1523/JNEUROSCI.18-19-07613.1998.
 *
 * Method: gating once a millisecond by the exact step at that potential; conductance added at every tick. */
#include "drugs/action.h"
#include "maths.h"
#include "population.h"

#define HCN_FIELDS(X)                                                                                        \
  X(float, open, "1", STATE, 1, "open share of the channels without drug")                                   \
  X(float, open_shifted, "1", STATE, 1, "the same at the drug's shift")                                      \
  X(float, current, "pA", DERIVED, 1, "what the drug adds to the current, at the last millisecond")

FIELDS_DEFINE(hcn, HCN_FIELDS)

struct hcn_params {
  double g_h, E_h, V_half, slope, tau, HCN1;
  /* derived */
  float g_max, rest, gain; /* nS; n_0; share of the way that gating goes in a millisecond */
};

#define MAGEE "Magee 1998, doi:10.1523/JNEUROSCI.18-19-07613.1998 (CA1 pyramidal cells)"
static const double REST_MV = -70.0; /* where g_h is given */

static const struct param params[] = {
    PARAM_NUM(struct hcn_params, g_h, "nS", 0, 0, 50, ASSUMED,
              "cells without I_h; regions give 0.15 of the leak, 1-2 nS of 10 nS, to those that have it",
              "conductance of I_h that is open at -70 mV"),
    PARAM_NUM(struct hcn_params, E_h, "mV", -35, -60, 0, PUBLISHED, "-30 to -40 mV: " MAGEE,
              "reversal potential"),
    PARAM_NUM(struct hcn_params, V_half, "mV", -82, -110, -50, PUBLISHED, MAGEE ", soma",
              "potential at which half of the channels are open"),
    PARAM_NUM(struct hcn_params, slope, "mV", 8, 2, 20, PUBLISHED, MAGEE, "slope factor of activation"),
    PARAM_NUM(struct hcn_params, tau, "ms", 50, 5, 5000, PUBLISHED,
              "tens of milliseconds where HCN1 dominates: " MAGEE, "time constant of gating"),
    PARAM_NUM(struct hcn_params, HCN1, "1", 1, 0, 1, ASSUMED,
              "forebrain pyramidal cells: Chen et al. 2009, doi:10.1523/JNEUROSCI.3481-08.2009",
              "share of the conductance that passes channels with HCN1"),
};

static float activation(const struct hcn_params *p, double V) {
  return (float)(1.0 / (1.0 + maths_exp((V - p->V_half) / p->slope)));
}

static void prepare(void *own, double dt_ms) {
  struct hcn_params *p = own;
  (void)dt_ms;
  p->rest = activation(p, REST_MV);
  p->g_max = (float)(p->g_h / (double)p->rest);
  p->gain = (float)(1.0 - maths_exp(-1.0 / p->tau));
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  (void)u;
  struct hcn f = hcn_at(cells->column);
  f.open[i] = f.open_shifted[i] = activation(cells->params, REST_MV);
}

/* Is any drug present, and does one not reach the whole sheet alike? */
struct presence {
  bool any, local;
};

static struct presence presence(const struct step *step) {
  struct presence out = {false, false};
  for (int e = 0; e < step->n_exposures; e++) {
    if (step->exposures[e].action != ACTION_HCN1) continue;
    out.any = true;
    out.local |= step->exposures[e].reach != NULL;
  }
  return out;
}

/* What the drugs do at cell i; where all reach the whole sheet, at any. */
struct hold {
  float shift_mV, left;
};

static struct hold hold(const struct cells *cells, const struct step *step, int i) {
  double occupied = 0, shift = 0, block = 0;
  for (int e = 0; e < step->n_exposures; e++) {
    if (step->exposures[e].action != ACTION_HCN1) continue;
    const struct hcn1 *drug = step->exposures[e].properties;
    double x = exposure_uM(&step->exposures[e], cells->site ? cells->site[i] : 0) / drug->EC50;
    occupied += x;
    shift += x * drug->shift;
    block += x * drug->block;
  }
  return (struct hold){(float)(shift / (1.0 + occupied)), (float)(1.0 - block / (1.0 + occupied))};
}

/* The same at each cell of a block. */
static void hold_each(const struct cells *cells, const struct step *step, float *restrict shift,
                      float *restrict left) {
  for (int i = 0; i < cells->n; i++) {
    struct hold drug = hold(cells, step, i);
    shift[i] = drug.shift_mV;
    left[i] = drug.left;
  }
}

/* The conductance that is added, of a cell whose gates stand so. */
static inline float added_nS(float g_max, float rest, float left, float open, float shifted) {
  float lost = g_max * __builtin_fmaf(-left, shifted, open);
  return open > rest ? -lost * (rest / open) : -lost;
}

/* One tick; drugs do the same to all cells (`alike`), or what `left` says of each. */
static inline void add(const struct cells *cells, struct hold alike, const float *restrict left, int local) {
  const struct hcn_params *p = cells->params;
  struct hcn f = hcn_at(cells->column);
  const float g_max = p->g_max * (float)p->HCN1, rest = p->rest, E_h = (float)p->E_h;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float added = added_nS(g_max, rest, local ? left[i] : alike.left, f.open[i], f.open_shifted[i]);
    g[i] += added;
    g_E[i] = __builtin_fmaf(added, E_h, g_E[i]);
  }
}

static void open(const struct cells *cells, const struct step *step) {
  const struct hcn_params *p = cells->params;
  const struct presence drugs = presence(step);
  if (p->g_h == 0.0 || !drugs.any) return;
  if (drugs.local) {
    float shift[POPULATION_BLOCK], left[POPULATION_BLOCK];
    hold_each(cells, step, shift, left);
    add(cells, (struct hold){0, 1}, left, 1);
    return;
  }
  add(cells, hold(cells, step, 0), NULL, 0);
}

/* A millisecond of gating. */
static inline void gate(const struct cells *cells, struct hold alike, const float *restrict shift,
                        const float *restrict left, int local) {
  const struct hcn_params *p = cells->params;
  struct hcn f = hcn_at(cells->column);
  const float half = (float)p->V_half, inverse = (float)(1.0 / p->slope), gain = p->gain, E_h = (float)p->E_h;
  const float g_max = p->g_max * (float)p->HCN1, rest = p->rest;
  const float *restrict V = cells->V;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float shifted = half - (local ? shift[i] : alike.shift_mV), here = local ? left[i] : alike.left;
    float free = 1.0f / (1.0f + maths_exp_f32((V[i] - half) * inverse));
    float held = 1.0f / (1.0f + maths_exp_f32((V[i] - shifted) * inverse));
    f.open[i] = __builtin_fmaf(free - f.open[i], gain, f.open[i]);
    f.open_shifted[i] = __builtin_fmaf(held - f.open_shifted[i], gain, f.open_shifted[i]);
    f.current[i] = added_nS(g_max, rest, here, f.open[i], f.open_shifted[i]) * (V[i] - E_h);
  }
}

static void adapt(const struct cells *cells, const struct step *step) {
  const struct hcn_params *p = cells->params;
  if (p->g_h == 0.0) return;
  if (presence(step).local) {
    float shift[POPULATION_BLOCK], left[POPULATION_BLOCK];
    hold_each(cells, step, shift, left);
    gate(cells, (struct hold){0, 1}, shift, left, 1);
    return;
  }
  gate(cells, hold(cells, step, 0), NULL, NULL, 0);
}

MECHANISM_DEFINE(hcn, MECHANISM_RECEPTOR, "what a drug takes away of the current I_h",
                 "Chen et al. 2009, doi:10.1523/JNEUROSCI.3481-08.2009; Magee 1998, "
                 "doi:10.1523/JNEUROSCI.18-19-07613.1998",
                 hcn_fields, params, .params_size = sizeof(struct hcn_params), .prepare = prepare,
                 .start = start, .open = open, .adapt = adapt, .answers = 1u << ACTION_HCN1);
