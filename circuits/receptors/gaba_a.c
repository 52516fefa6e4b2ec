/* gaba_a.c — GABA-A receptors: difference of exponentials (two_exponential.h), I = g (V − E_rev). One
 * instance is fast (perisomatic, from PV cells), another slow (dendritic, from SST and VIP cells). */
#include "receptors/arrivals.h"
#include "receptors/two_exponential.h"

#define GABA_A_FIELDS(X)                                                                                     \
  X(float, rise, "nS", STATE, 1, "rising part of the conductance")                                           \
  X(float, decay, "nS", STATE, 1, "decaying part of the conductance")                                        \
  X(float, current, "pA", DERIVED, 1, "current at the last millisecond")

FIELDS_DEFINE(gaba_a, GABA_A_FIELDS)

struct gaba_a_params {
  double tau_rise, tau_decay, E_rev;
  struct two_exponential kernel;
};

static const struct param params[] = {
    PARAM_NUM(struct gaba_a_params, tau_rise, "ms", 0.5, 0.05, 50, PUBLISHED,
              "Markram et al. 2015, doi:10.1016/j.cell.2015.09.029", "rise time constant"),
    PARAM_NUM(struct gaba_a_params, tau_decay, "ms", 6, 0.5, 300, PUBLISHED,
              "Markram et al. 2015 (8.3 ms, basket to pyramidal); Bezaire et al. 2016, "
              "doi:10.7554/eLife.18566 (6.2 ms)",
              "decay time constant"),
    PARAM_NUM(struct gaba_a_params, E_rev, "mV", -75, -100, -40, PUBLISHED,
              "-70 mV in Hass et al. 2016, doi:10.1371/journal.pcbi.1004930; -75 mV in slices at "
              "physiological chloride",
              "reversal potential"),
};

static const char *fault(const void *own) {
  const struct gaba_a_params *p = own;
  return two_exponential_fault(p->tau_rise, p->tau_decay);
}

static void prepare(void *own, double dt_ms) {
  struct gaba_a_params *p = own;
  p->kernel = two_exponential(p->tau_rise, p->tau_decay, dt_ms);
}

static inline void open_lanes(const struct cells *cells, int lanes) {
  const struct gaba_a_params *p = cells->params;
  struct gaba_a s = gaba_a_at(cells->column);
  const struct two_exponential kernel = p->kernel;
  const float quantum = (float)cells->quantum, E_rev = (float)p->E_rev;
  const int32_t *restrict counts = cells->arrivals + cells->lane;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float opened =
        two_exponential_step(kernel, arrivals_nS(counts, lanes, quantum, i), &s.rise[i], &s.decay[i]);
    g[i] += opened;
    g_E[i] = __builtin_fmaf(opened, E_rev, g_E[i]);
  }
}

static void open(const struct cells *cells, const struct step *step) {
  (void)step;
  if (cells->lanes == 1) {
    open_lanes(cells, 1);
  } else {
    open_lanes(cells, 2);
  }
}

static void adapt(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct gaba_a_params *p = cells->params;
  struct gaba_a s = gaba_a_at(cells->column);
#pragma omp simd
  for (int i = 0; i < cells->n; i++)
    s.current[i] = receptor_current(s.decay[i] - s.rise[i], cells->V[i], (float)p->E_rev);
}

MECHANISM_DEFINE(gaba_a, MECHANISM_RECEPTOR, "GABA-A receptor, difference of exponentials",
                 "Destexhe, Mainen & Sejnowski 1994, doi:10.1007/BF00961734 (kinetic forms)", gaba_a_fields,
                 params, .params_size = sizeof(struct gaba_a_params), .fault = fault, .prepare = prepare,
                 .open = open, .adapt = adapt);
