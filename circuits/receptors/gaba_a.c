/* gaba_a.c — GABA-A receptors: difference of exponentials (two_exponential.h), I = g (V − E_rev), with
 * agonists and allosteric modulators. One instance is fast (perisomatic, from PV cells), another slow
 * (dendritic, from SST and VIP cells).
 *
 *   agonist:    g ← g + G e θ,  θ = Σx/(1 + Σx), x = (C/EC50)^n;  e the efficacy
 *   modulator:  τ_decay ← τ_decay (1 + (d − 1) θ),  peak ← peak (1 + (a − 1) θ),  θ = C/(C + K_d)
 * What synapses open is multiplied by the content of the cell's synapses, which is homeostatic
 * (tissue/scaling.c).
 * An agonist that is there for minutes opens receptors in and outside of synapses for as long: a tonic
 * conductance of at most G, what is left when receptors are desensitised. A benzodiazepine prolongs and
 * slightly enlarges what synapses open and opens nothing by itself (both: Mody et al. 1994, Trends Neurosci
 * 17:517). G is assumed: regions set 2.5 times a cell's leak in each of the two instances (20 nS elsewhere),
 * so that a saturating agonist silences pyramidal cells that recurrent excitation drives and no interneuron
 * holds any more, which is what it is given for. An agonist takes none of the synaptic conductance away here;
 * in tissue it does, by desensitisation. */
#include "drugs/action.h"
#include "maths.h"
#include "receptors/arrivals.h"
#include "receptors/two_exponential.h"

#define GABA_A_FIELDS(X)                                                                                     \
  X(float, rise, "nS", STATE, 1, "rising part of the conductance")                                           \
  X(float, decay, "nS", STATE, 1, "decaying part of the conductance")                                        \
  X(float, content, "1", STATE, 1, "GABA-A content of the cell's synapses relative to baseline")             \
  X(float, current, "pA", DERIVED, 1, "current at the last millisecond")

FIELDS_DEFINE(gaba_a, GABA_A_FIELDS)

struct gaba_a_params {
  double tau_rise, tau_decay, E_rev, tonic;
  /* derived */
  double dt_ms;
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
    PARAM_NUM(struct gaba_a_params, tonic, "nS", 20, 0, 1000, ASSUMED,
              "with both instances five times the leak of a cortical cell; no measured value was found",
              "largest conductance that an agonist holds open"),
};

static const char *fault(const void *own) {
  const struct gaba_a_params *p = own;
  return two_exponential_fault(p->tau_rise, p->tau_decay);
}

static void prepare(void *own, double dt_ms) {
  struct gaba_a_params *p = own;
  p->dt_ms = dt_ms;
  p->kernel = two_exponential(p->tau_rise, p->tau_decay, dt_ms);
}

static void start(const struct cells *cells, int i, const uint32_t u[8]) {
  (void)u;
  gaba_a_at(cells->column).content[i] = 1.0f;
}

/* What drugs make of the receptor. */
struct effect {
  double tonic_nS, decay, amplitude; /* held open by agonists; factors of modulators */
};

static struct effect effect_of(const struct gaba_a_params *p, const struct step *step, int site) {
  struct effect effect = {0, 1, 1};
  double taken = 0, opens = 0;
  for (int e = 0; e < step->n_exposures; e++) {
    const struct exposure *exposure = &step->exposures[e];
    const double uM = exposure_uM(exposure, site);
    if (exposure->action == ACTION_GABA_A_AGONIST) {
      const struct gaba_a_agonist *drug = exposure->properties;
      double x = maths_pow(uM / drug->EC50, drug->hill);
      taken += x;
      opens += x * drug->efficacy;
    } else if (exposure->action == ACTION_GABA_A_MODULATOR) {
      const struct gaba_a_modulator *drug = exposure->properties;
      double share = uM / (uM + drug->K_d);
      effect.decay *= 1 + (drug->decay - 1) * share;
      effect.amplitude *= 1 + (drug->amplitude - 1) * share;
    }
  }
  effect.tonic_nS = p->tonic * opens / (1 + taken);
  return effect;
}

/* The kernel under modulators: with its own peak of 1, which the factor on amplitude then scales. */
static struct two_exponential kernel_of(const struct gaba_a_params *p, const struct effect *effect) {
  if (effect->decay == 1) return p->kernel;
  return two_exponential(p->tau_rise, p->tau_decay * effect->decay, p->dt_ms);
}

/* Cells [from, end) see the drugs alike: those of one site, or all if no drug is local. */
static int end_of_stretch(const struct cells *cells, int from, bool local) {
  int to = local && cells->site ? from + 1 : cells->n;
  while (to < cells->n && cells->site[to] == cells->site[from]) to++;
  return to;
}

static inline void open_lanes(const struct cells *cells, const struct effect *effect, int from, int to,
                              int lanes) {
  const struct gaba_a_params *p = cells->params;
  struct gaba_a s = gaba_a_at(cells->column);
  const struct two_exponential kernel = kernel_of(p, effect);
  const float quantum = (float)(cells->quantum * effect->amplitude), E_rev = (float)p->E_rev;
  const float tonic = (float)effect->tonic_nS;
  const int32_t *restrict counts = cells->arrivals + cells->lane;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
#pragma omp simd
  for (int i = from; i < to; i++) {
    float opened = tonic + two_exponential_step(kernel, s.content[i] * arrivals_nS(counts, lanes, quantum, i),
                                                &s.rise[i], &s.decay[i]);
    g[i] += opened;
    g_E[i] = __builtin_fmaf(opened, E_rev, g_E[i]);
  }
}

static void open(const struct cells *cells, const struct step *step) {
  const bool local = action_is_local(step, ACTION_GABA_A_AGONIST, ACTION_GABA_A_MODULATOR);
  for (int from = 0, to; from < cells->n; from = to) {
    to = end_of_stretch(cells, from, local);
    const struct effect effect = effect_of(cells->params, step, local && cells->site ? cells->site[from] : 0);
    if (cells->lanes == 1) {
      open_lanes(cells, &effect, from, to, 1);
    } else {
      open_lanes(cells, &effect, from, to, 2);
    }
  }
}

static void adapt(const struct cells *cells, const struct step *step) {
  const struct gaba_a_params *p = cells->params;
  struct gaba_a s = gaba_a_at(cells->column);
  const bool local = action_is_local(step, ACTION_GABA_A_AGONIST, ACTION_GABA_A_MODULATOR);
  for (int from = 0, to; from < cells->n; from = to) {
    to = end_of_stretch(cells, from, local);
    const float tonic = (float)effect_of(p, step, local && cells->site ? cells->site[from] : 0).tonic_nS;
#pragma omp simd
    for (int i = from; i < to; i++)
      s.current[i] = receptor_current(tonic + (s.decay[i] - s.rise[i]), cells->V[i], (float)p->E_rev);
  }
}

MECHANISM_DEFINE(gaba_a, MECHANISM_RECEPTOR,
                 "GABA-A receptor, difference of exponentials, with agonists and modulators",
                 "Destexhe, Mainen & Sejnowski 1994, doi:10.1007/BF00961734 (kinetic forms)", gaba_a_fields,
                 params, .params_size = sizeof(struct gaba_a_params), .fault = fault, .prepare = prepare,
                 .start = start, .open = open, .adapt = adapt,
                 .answers = 1u << ACTION_GABA_A_AGONIST | 1u << ACTION_GABA_A_MODULATOR);
