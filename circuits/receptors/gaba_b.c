/* gaba_b.c — GABA-B receptors: a slow difference of exponentials (two_exponential.h), I = g (V − E_rev),
 * whose reversal potential is that of potassium, which carries the current.
 *
 * The rise stands for the G protein between receptor and channel. The cascade of Destexhe & Sejnowski 1995,
 * doi:10.1073/pnas.92.21.9515, in which four G proteins open a channel, so that a lone spike opens next to
 * nothing, is left out: conductance is in proportion to spikes. Method and stability are those of
 * two_exponential.h. */
#include "receptors/arrivals.h"
#include "receptors/two_exponential.h"

#define GABA_B_FIELDS(X)                                                                                     \
  X(float, rise, "nS", STATE, 1, "rising part of the conductance")                                           \
  X(float, decay, "nS", STATE, 1, "decaying part of the conductance")                                        \
  X(float, current, "pA", DERIVED, 1, "current at the last millisecond")

FIELDS_DEFINE(gaba_b, GABA_B_FIELDS)

struct gaba_b_params {
  double tau_rise, tau_decay, E_rev;
  struct two_exponential kernel;
};

static const struct param params[] = {
    PARAM_NUM(struct gaba_b_params, tau_rise, "ms", 90, 5, 500, ASSUMED,
              "models have 45-90 ms; 180 ms in Bezaire et al. 2016, doi:10.7554/eLife.18566",
              "rise time constant"),
    PARAM_NUM(struct gaba_b_params, tau_decay, "ms", 180, 20, 2000, ASSUMED,
              "models have 150-250 ms; 200 ms in Bezaire et al. 2016, doi:10.7554/eLife.18566",
              "decay time constant"),
    PARAM_NUM(struct gaba_b_params, E_rev, "mV", -95, -120, -60, ASSUMED,
              "near that of potassium; -90 mV in Bezaire et al. 2016, doi:10.7554/eLife.18566",
              "reversal potential"),
};

static const char *fault(const void *own) {
  const struct gaba_b_params *p = own;
  return two_exponential_fault(p->tau_rise, p->tau_decay);
}

static void prepare(void *own, double dt_ms) {
  struct gaba_b_params *p = own;
  p->kernel = two_exponential(p->tau_rise, p->tau_decay, dt_ms);
}

static inline void run(const struct cells *cells, int lanes, bool has_background) {
  const struct gaba_b_params *p = cells->params;
  struct gaba_b s = gaba_b_at(cells->column);
  const struct two_exponential kernel = p->kernel;
  const float quantum = (float)cells->quantum, event = (float)cells->background_nS, E_rev = (float)p->E_rev;
  const int32_t *restrict counts = cells->arrivals + cells->lane, *restrict background = cells->background;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float w = arrivals_and_background(counts, lanes, quantum, background, has_background, event, i);
    float opened = two_exponential_step(kernel, w, &s.rise[i], &s.decay[i]);
    g[i] += opened;
    g_E[i] = __builtin_fmaf(opened, E_rev, g_E[i]);
  }
}

static void open(const struct cells *cells, const struct step *step) {
  (void)step;
  ARRIVALS_VARIANTS(run, cells);
}

static void adapt(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct gaba_b_params *p = cells->params;
  struct gaba_b s = gaba_b_at(cells->column);
#pragma omp simd
  for (int i = 0; i < cells->n; i++)
    s.current[i] = receptor_current(s.decay[i] - s.rise[i], cells->V[i], (float)p->E_rev);
}

MECHANISM_DEFINE(gaba_b, MECHANISM_RECEPTOR, "GABA-B receptor, slow difference of exponentials",
                 "Bezaire et al. 2016, doi:10.7554/eLife.18566 (form and kinetics)", gaba_b_fields, params,
                 .params_size = sizeof(struct gaba_b_params), .port_unit = "nS", .fault = fault,
                 .prepare = prepare, .open = open, .adapt = adapt);
