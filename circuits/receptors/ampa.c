/* ampa.c — AMPA receptors, with competitive antagonists, potentiators and a homeostatic factor.
 *
 *   g(t): difference of exponentials (two_exponential.h);  I = s g (V − E_rev), s the AMPA content of the
 * cell's synapses A competitive antagonist of concentration C occupies C/(C + K_B) of the receptors at the
 * brief glutamate pulse of a synapse (Gaddum 1937 with agonist and antagonist not re-equilibrating within the
 * pulse; its unbinding takes longer than that), so each event opens the share 1/(1 + C/K_B). A potentiator
 * multiplies what an event opens by 1 + (c − 1) θ, θ = x/(1 + x), x = (C/EC50)^n.
 * Throughput is what recurrent release opens (background and what comes from outside the region, the part of
 * the port, excluded), before the factor s; docs/model.md says
 * why. */
#include "drugs/action.h"
#include "maths.h"
#include "population.h"
#include "receptors/arrivals.h"
#include "receptors/two_exponential.h"

#define AMPA_FIELDS(X)                                                                                       \
  X(float, rise, "nS", STATE, 1, "rising part of the conductance")                                           \
  X(float, decay, "nS", STATE, 1, "decaying part of the conductance")                                        \
  X(float, content, "1", STATE, 1, "AMPA content of the cell's synapses relative to baseline")               \
  X(double, throughput, "nS", SUM, 1, "conductance opened by recurrent release in the window")               \
  X(float, arrived, "nS", DERIVED, 1, "the same since the last full millisecond")                            \
  X(float, current, "pA", DERIVED, 1, "current at the last millisecond")

FIELDS_DEFINE(ampa, AMPA_FIELDS)

struct ampa_params {
  double tau_rise, tau_decay, E_rev;
  struct two_exponential kernel;
};

static const struct param params[] = {
    PARAM_NUM(struct ampa_params, tau_rise, "ms", 0.5, 0.05, 20, PUBLISHED,
              "Markram et al. 2015, doi:10.1016/j.cell.2015.09.029, and soma-filtered values of PFC models",
              "rise time constant"),
    PARAM_NUM(struct ampa_params, tau_decay, "ms", 3, 0.2, 50, PUBLISHED,
              "between 1.7 ms at the synapse (Markram et al. 2015) and 10 ms at the soma (Hass et al. 2016)",
              "decay time constant"),
    PARAM_NUM(struct ampa_params, E_rev, "mV", 0, -20, 20, PUBLISHED,
              "Hass et al. 2016, doi:10.1371/journal.pcbi.1004930", "reversal potential"),
};

static const char *fault(const void *own) {
  const struct ampa_params *p = own;
  return two_exponential_fault(p->tau_rise, p->tau_decay);
}

static void prepare(void *own, double dt_ms) {
  struct ampa_params *p = own;
  p->kernel = two_exponential(p->tau_rise, p->tau_decay, dt_ms);
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  (void)u;
  ampa_at(cells->column).content[i] = 1.0f;
}

/* What an event opens at a cell, of what it opens without drug: the share that competitive antagonists leave,
 * 1/(1 + Σ C/K_B), times the factors of potentiators. Where all reach the whole sheet it is that of any. */
static float open_share(const struct cells *cells, const struct step *step, int i) {
  double occupied = 0, raised = 1;
  for (int e = 0; e < step->n_exposures; e++) {
    const struct exposure *exposure = &step->exposures[e];
    const double uM = exposure_uM(exposure, cells->site ? cells->site[i] : 0);
    if (exposure->action == ACTION_AMPA_COMPETITIVE) {
      const struct ampa_competitive *site = exposure->properties;
      occupied += uM / site->K_B;
    } else if (exposure->action == ACTION_AMPA_POTENTIATOR) {
      const struct ampa_potentiator *site = exposure->properties;
      double x = maths_pow(uM / site->EC50, site->hill);
      raised *= 1 + (site->current - 1) * x / (1 + x);
    }
  }
  return (float)(raised / (1.0 + occupied));
}

/* One tick; `left` is the share that is open at each cell, and 1 if it is `alike` for all. */
static inline void open_lanes(const struct cells *cells, float alike, const float *restrict left, int lanes,
                              int local, int parts) {
  const struct ampa_params *p = cells->params;
  struct ampa s = ampa_at(cells->column);
  const struct two_exponential kernel = p->kernel;
  const float quantum = (float)cells->quantum * alike, E_rev = (float)p->E_rev;
  const float event = (float)cells->background_nS * alike;
  const int32_t *restrict counts = cells->arrivals + cells->lane, *restrict background = cells->background;
  const int32_t *restrict part = parts ? cells->part + cells->lane : counts;
  const float *restrict factor = cells->background_release;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float here = local ? left[i] : 1.0f, recurrent = here * arrivals_nS(counts, lanes, quantum, i);
    float w = __builtin_fmaf(here * ((float)background[i] * factor[i]), event, recurrent);
    float opened = s.content[i] * two_exponential_step(kernel, w, &s.rise[i], &s.decay[i]);
    s.arrived[i] += parts ? here * ((float)(counts[i * lanes] - part[i * lanes]) * quantum) : recurrent;
    g[i] += opened;
    g_E[i] = __builtin_fmaf(opened, E_rev, g_E[i]);
  }
}

static void open(const struct cells *cells, const struct step *step) {
  if (action_is_local(step, ACTION_AMPA_COMPETITIVE, ACTION_AMPA_POTENTIATOR)) {
    float left[POPULATION_BLOCK];
    for (int i = 0; i < cells->n; i++) left[i] = open_share(cells, step, i);
    if (cells->part)
      open_lanes(cells, 1.0f, left, 2, 1, 1);
    else
      cells->lanes == 1 ? open_lanes(cells, 1.0f, left, 1, 1, 0) : open_lanes(cells, 1.0f, left, 2, 1, 0);
    return;
  }
  float share = open_share(cells, step, 0);
  if (cells->part)
    open_lanes(cells, share, NULL, 2, 0, 1);
  else
    cells->lanes == 1 ? open_lanes(cells, share, NULL, 1, 0, 0) : open_lanes(cells, share, NULL, 2, 0, 0);
}

static void adapt(const struct cells *cells, const struct step *step) {
  (void)step;
  const struct ampa_params *p = cells->params;
  struct ampa s = ampa_at(cells->column);
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    s.current[i] = receptor_current(s.content[i] * (s.decay[i] - s.rise[i]), cells->V[i], (float)p->E_rev);
    s.throughput[i] += (double)s.arrived[i];
    s.arrived[i] = 0.0f;
  }
}

MECHANISM_DEFINE(ampa, MECHANISM_RECEPTOR, "AMPA receptor, difference of exponentials",
                 "Destexhe, Mainen & Sejnowski 1994, doi:10.1007/BF00961734 (kinetic forms)", ampa_fields,
                 params, .params_size = sizeof(struct ampa_params), .fault = fault, .prepare = prepare,
                 .start = start, .open = open, .adapt = adapt,
                 .answers = 1u << ACTION_AMPA_COMPETITIVE | 1u << ACTION_AMPA_POTENTIATOR);
