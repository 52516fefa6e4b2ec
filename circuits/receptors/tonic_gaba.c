/* tonic_gaba.c — what a drug adds to the tonic conductance of extrasynaptic GABA-A receptors.
 *
 *   I = g_tonic (Σ_k gain_k C_k) (V − E_rev)
 * The tonic conductance at rest flows in every recording to which a cell's leak and rest were fitted, so the
 * cell as calibrated has it already, as with I_h (hcn.c): what is added is the drug's part, and without drug
 * nothing. Linear in C: only one concentration was measured (docs/pharmacology.md). */
#include "drugs/action.h"
#include "fields.h"

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

static float added_nS(const struct cells *cells, const struct step *step) {
  const struct tonic_gaba_params *p = cells->params;
  double rise = 0;
  for (int e = 0; e < step->n_exposures; e++) {
    if (step->exposures[e].action != ACTION_GABA_A_TONIC) continue;
    const struct gaba_a_tonic *drug = step->exposures[e].properties;
    rise += drug->gain * step->exposures[e].free_uM;
  }
  return (float)(p->g_tonic * rise);
}

static void open(const struct cells *cells, const struct step *step) {
  const struct tonic_gaba_params *p = cells->params;
  const float added = added_nS(cells, step), current = added * (float)p->E_rev;
  float *restrict g = cells->g, *restrict g_E = cells->g_E;
  if (added == 0.0f) return;
#pragma omp simd
  for (int i = 0; i < cells->n; i++) {
    g[i] += added;
    g_E[i] += current;
  }
}

static void adapt(const struct cells *cells, const struct step *step) {
  const struct tonic_gaba_params *p = cells->params;
  const float added = added_nS(cells, step), E_rev = (float)p->E_rev;
  struct tonic_gaba f = tonic_gaba_at(cells->column);
#pragma omp simd
  for (int i = 0; i < cells->n; i++) f.current[i] = added * (cells->V[i] - E_rev);
}

MECHANISM_DEFINE(tonic_gaba, MECHANISM_RECEPTOR, "what a drug adds to the tonic GABA-A conductance",
                 "Farrant & Nusser 2005, doi:10.1038/nrn1625", tonic_gaba_fields, params,
                 .params_size = sizeof(struct tonic_gaba_params), .open = open, .adapt = adapt);
