/* exponential.c — a conductance that jumps with a spike and decays exponentially.
 *
 *   dG/dt = −G/τ,   a spike of weight w: G ← G + w;   I = G (V − E_rev)
 * The form of network models (Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005). A weight is the
 * jump.
 *
 * Method: exact from tick to tick. The cell gets the mean over the step, G₀ τ/h (1 − e^(−h/τ)), G₀ right
 * after the jump, which makes the cell's step second order in dt. Stable for any dt. */
#include "maths.h"
#include "receptors/arrivals.h"

#define EXPONENTIAL_FIELDS(X)                                                                                \
  X(float, open, "nS", STATE, 1, "conductance")                                                              \
  X(float, current, "pA", DERIVED, 1, "current at the last millisecond")

FIELDS_DEFINE(exponential, EXPONENTIAL_FIELDS)

struct exponential_params {
  double tau, E_rev;
  /* derived */
  double decay, mean; /* of one tick */
};

#define VOGELS "Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005 (excitatory)"

static const struct param params[] = {
    PARAM_NUM(struct exponential_params, tau, "ms", 5, 0.01, 1000, PUBLISHED, VOGELS,
              "time constant of decay"),
    PARAM_NUM(struct exponential_params, E_rev, "mV", 0, -120, 60, PUBLISHED, VOGELS, "reversal potential"),
};

static void prepare(void *own, double dt_ms) {
  struct exponential_params *p = own;
  p->decay = maths_exp(-dt_ms / p->tau);
  p->mean = p->tau / dt_ms * (1.0 - p->decay);
}

static inline void run(const struct cells *cells, int lanes, bool has_background) {
  const struct exponential_params *p = cells->params;
  struct exponential s = exponential_at(cells->column);
  const float decay = (float)p->decay, mean = (float)p->mean, E_rev = (float)p->E_rev;
  const float quantum = (float)cells->quantum, event = (float)cells->background_nS;
  const int32_t *restrict counts = cells->arrivals + cells->lane, *restrict background = cells->background;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float open =
        s.open[i] + arrivals_and_background(counts, lanes, quantum, background, has_background, event, i);
    float through = mean * open;
    s.open[i] = open * decay;
    g[i] += through;
    g_E[i] = __builtin_fmaf(through, E_rev, g_E[i]);
  }
}

static void open(const struct cells *cells, const struct step *step) {
  (void)step;
  ARRIVALS_VARIANTS(run, cells);
}

static void adapt(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct exponential_params *p = cells->params;
  struct exponential s = exponential_at(cells->column);
#pragma omp simd
  for (int i = 0; i < cells->n; i++) s.current[i] = receptor_current(s.open[i], cells->V[i], (float)p->E_rev);
}

MECHANISM_DEFINE(exponential, MECHANISM_RECEPTOR, "conductance that jumps and decays exponentially",
                 "Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005", exponential_fields, params,
                 .params_size = sizeof(struct exponential_params), .port_unit = "nS", .prepare = prepare,
                 .open = open, .adapt = adapt);
