/* tonic_gaba.c — what a drug adds to the tonic conductance of extrasynaptic GABA-A receptors.
 *
 *   I = g_tonic (Σ_k gain_k C_k) (V − E_rev)
 * The tonic conductance at rest flows in every recording to which a cell's leak and rest were fitted, so the
 * cell as calibrated has it already, as with I_h (hcn.c): what is added is the drug's part, and without drug
 * nothing. Linear in C: only one concentration was measured (docs/pharmacology.md). */
#include "drugs/action.h"
#include "population.h"

#define TONIC_GABA_FIELDS(X)                                                                                 \
  X(float, current, "pA", DERIVED, 1, "what the drug adds to the current, at the last millisecond")

FIELDS_DEFINE(tonic_gaba, TONIC_GABA_FIELDS)

struct tonic_gaba_params {
  double g_tonic, E_rev;
};

static const struct param params[] = {
    PARAM_NUM(struct tonic_gaba_params, g_tonic, "nS", 0.5, 0, 50, ASSUMED,
              "tonic currents of cortical and CA1 cells in slices are worth a few tenths of a nS to 1 nS: "
              "Farrant & Nusser 2005, doi:10.1038/nrn1625",
              "tonic conductance at rest, part of the leak"),
    PARAM_NUM(struct tonic_gaba_params, E_rev, "mV", -75, -100, -40, ASSUMED,
              "as the synaptic receptors of cortical cells", "reversal potential"),
};

/* At cell i. */
static float added_nS(const struct cells *cells, const struct step *step, int i) {
  const struct tonic_gaba_params *p = cells->params;
  double rise = 0;
  for (int e = 0; e < step->n_exposures; e++) {
    if (step->exposures[e].action != ACTION_GABA_A_TONIC) continue;
    const struct gaba_a_tonic *drug = step->exposures[e].properties;
    rise += drug->gain * exposure_uM(&step->exposures[e], cells->site ? cells->site[i] : 0);
  }
  return (float)(p->g_tonic * rise);
}

static bool is_local(const struct step *step) {
  bool local = false;
  for (int e = 0; e < step->n_exposures; e++)
    local |= step->exposures[e].action == ACTION_GABA_A_TONIC && step->exposures[e].reach;
  return local;
}

/* One tick; the same is added to all cells (`alike`), or what `each` says. */
static inline void add(const struct cells *cells, float alike, const float *restrict each, int local) {
  const struct tonic_gaba_params *p = cells->params;
  const float E_rev = (float)p->E_rev;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    float added = local ? each[i] : alike;
    g[i] += added;
    g_E[i] += added * E_rev;
  }
}

static void open(const struct cells *cells, const struct step *step) {
  if (is_local(step)) {
    float each[POPULATION_BLOCK];
    for (int i = 0; i < cells->n; i++) each[i] = added_nS(cells, step, i);
    add(cells, 0.0f, each, 1);
    return;
  }
  float added = added_nS(cells, step, 0);
  if (added != 0.0f) add(cells, added, NULL, 0);
}

static void adapt(const struct cells *cells, const struct step *step) {
  const struct tonic_gaba_params *p = cells->params;
  struct tonic_gaba f = tonic_gaba_at(cells->column);
  float added = added_nS(cells, step, 0), E_rev = (float)p->E_rev;
  bool local = is_local(step);
  for (int i = 0; i < cells->n; i++) {
    if (local) added = added_nS(cells, step, i);
    f.current[i] = added * (cells->V[i] - E_rev);
  }
}

MECHANISM_DEFINE(tonic_gaba, MECHANISM_RECEPTOR, "what a drug adds to the tonic GABA-A conductance",
                 "Farrant & Nusser 2005, doi:10.1038/nrn1625", tonic_gaba_fields, params,
                 .params_size = sizeof(struct tonic_gaba_params), .open = open, .adapt = adapt,
                 .answers = 1u << ACTION_GABA_A_TONIC);
