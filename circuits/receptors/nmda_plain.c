/* nmda_plain.c — NMDA receptors of one kind under magnesium, without subunits or drugs: what most published
 * circuits have, and the measure of what the whole receptor costs.
 *
 *   I = g (V − E_rev) / (1 + [Mg]/K0 exp(−0.062 V)),   g: difference of exponentials (two_exponential.h)
 * Jahr & Stevens 1990, doi:10.1523/JNEUROSCI.10-09-03178.1990. Method: exact from tick to tick. */
#include "receptors/arrivals.h"
#include "receptors/magnesium.h"
#include "receptors/two_exponential.h"

#define NMDA_PLAIN_FIELDS(X)                                                                                 \
  X(float, rise, "nS", STATE, 1, "rising part of the conductance")                                           \
  X(float, decay, "nS", STATE, 1, "decaying part of the conductance")

FIELDS_DEFINE(nmda_plain, NMDA_PLAIN_FIELDS)

struct nmda_plain_params {
  double tau_rise, tau_decay, E_rev, Mg, K0;
  struct two_exponential kernel;
};

#define JAHR "Jahr & Stevens 1990, doi:10.1523/JNEUROSCI.10-09-03178.1990"

static const struct param params[] = {
    PARAM_NUM(struct nmda_plain_params, tau_rise, "ms", 3, 0.05, 50, PUBLISHED, "2-5 ms at 35 C",
              "rise time constant"),
    PARAM_NUM(struct nmda_plain_params, tau_decay, "ms", 75, 1, 3000, PUBLISHED,
              "Myme et al. 2003, doi:10.1152/jn.00070.2003", "decay time constant"),
    PARAM_NUM(struct nmda_plain_params, E_rev, "mV", 0, -20, 20, PUBLISHED, JAHR, "reversal potential"),
    PARAM_NUM(struct nmda_plain_params, Mg, "mM", 1, 0, 10, ASSUMED, "usual in slices",
              "extracellular magnesium"),
    PARAM_NUM(struct nmda_plain_params, K0, "mM", 3.57, 0.01, 1000, PUBLISHED, JAHR, "K_Mg at 0 mV"),
};

static const char *fault(const void *own) {
  const struct nmda_plain_params *p = own;
  return two_exponential_fault(p->tau_rise, p->tau_decay);
}

static void prepare(void *own, double dt_ms) {
  struct nmda_plain_params *p = own;
  p->kernel = two_exponential(p->tau_rise, p->tau_decay, dt_ms);
}

static inline void open_lanes(const struct cells *cells, int lanes, bool has_background) {
  const struct nmda_plain_params *p = cells->params;
  struct nmda_plain f = nmda_plain_at(cells->column);
  const struct two_exponential kernel = p->kernel;
  const float quantum = (float)cells->quantum, event = (float)cells->background_nS, E_rev = (float)p->E_rev;
  const float mg = (float)(p->Mg / p->K0);
  const int32_t *restrict counts = cells->arrivals + cells->lane, *restrict background = cells->background;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
  const float *restrict V = cells->V;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float w = arrivals_and_background(counts, lanes, quantum, background, has_background, event, i);
    float opened = two_exponential_step(kernel, w, &f.rise[i], &f.decay[i]);
    opened = opened / __builtin_fmaf(mg, magnesium_voltage(V[i]), 1.0f);
    g[i] += opened;
    g_E[i] = __builtin_fmaf(opened, E_rev, g_E[i]);
  }
}

static void open(const struct cells *cells, const struct step *step) {
  (void)step;
  ARRIVALS_VARIANTS(open_lanes, cells);
}

MECHANISM_DEFINE(nmda_plain, MECHANISM_RECEPTOR, "NMDA receptor of one kind under magnesium, without drugs",
                 JAHR, nmda_plain_fields, params, .exponentials = 1,
                 .params_size = sizeof(struct nmda_plain_params), .fault = fault, .prepare = prepare,
                 .open = open);
