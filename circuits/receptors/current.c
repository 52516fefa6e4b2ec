/* current.c — an exponential synaptic current, on any cell: it does not depend on the potential.
 *
 *   dI/dt = −I/τ,   a spike of weight w (pA, of either sign): I ← I + w
 * Method: exact from tick to tick. The cell gets the mean over the step, I₀ τ/h (1 − e^(−h/τ)), I₀ right
 * after the jump, which makes the cell's step second order in dt; lif_current solves membrane and current
 * together, without an error. Stable for any dt. */
#include "maths.h"
#include "receptors/arrivals.h"

#define CURRENT_FIELDS(X) X(float, current, "pA", STATE, 1, "current into the cell")

FIELDS_DEFINE(current, CURRENT_FIELDS)

struct current_params {
  double tau;
  /* derived */
  double decay, mean; /* of one tick */
};

static const struct param params[] = {
    PARAM_NUM(struct current_params, tau, "ms", 0.5, 0.01, 1000, PUBLISHED,
              "Potjans & Diesmann 2014, doi:10.1093/cercor/bhs358", "time constant of decay"),
};

static void prepare(void *own, double dt_ms) {
  struct current_params *p = own;
  p->decay = maths_exp(-dt_ms / p->tau);
  p->mean = p->tau / dt_ms * (1.0 - p->decay);
}

static inline void run(const struct cells *cells, int lanes, bool has_background) {
  const struct current_params *p = cells->params;
  struct current s = current_at(cells->column);
  const float decay = (float)p->decay, mean = (float)p->mean;
  const float quantum = (float)cells->quantum, event = (float)cells->background_nS;
  const int32_t *restrict counts = cells->arrivals + cells->lane, *restrict background = cells->background;
  float *restrict g_E = cells->g_E;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float I =
        s.current[i] + arrivals_and_background(counts, lanes, quantum, background, has_background, event, i);
    g_E[i] = __builtin_fmaf(mean, I, g_E[i]);
    s.current[i] = I * decay;
  }
}

static void open(const struct cells *cells, const struct step *step) {
  (void)step;
  ARRIVALS_VARIANTS(run, cells);
}

MECHANISM_DEFINE(current, MECHANISM_RECEPTOR, "synaptic current that jumps and decays exponentially",
                 "Potjans & Diesmann 2014, doi:10.1093/cercor/bhs358", current_fields, params,
                 .params_size = sizeof(struct current_params), .port_unit = "pA", .prepare = prepare,
                 .open = open);
