/* field.h — what the tables of the hippocampal fields have in common: how a cell and a pathway are written
 * down.
 *
 * Fields are sheets side by side, flat: no source gives coordinates of the fold that a patch of a millimetre
 * would feel. In-degree and kernel belong to the tissue. A projection that reaches far beyond a patch has as
 * many synapses of modelled cells as its published local probability gives within 1 mm², whatever the size of
 * the patch (its kernel is Gaussian, σ = 399 µm, 2πσ² = 1 mm²); what reaches further is background. */
#ifndef REGIONS_HIPPOCAMPUS_FIELD_H
#define REGIONS_HIPPOCAMPUS_FIELD_H

#include "region.h"
#include "tissue/presynaptic.h"

/* C pF, g_L nS, E_L, V_T, Δ_T mV, a nS, τ_w ms, b pA, V_reset mV, t_ref ms. */
#define FIELD_ADEX(C, gL, EL, VT, D, a_, tw, b_, Vr, tr)                                                     \
  {                                                                                                          \
    .C_m = C, .g_L = gL, .E_L = EL, .V_T = VT, .Delta_T = D, .a = a_, .tau_w = tw, .b = b_, .V_reset = Vr,   \
    .t_ref = tr                                                                                              \
  }

/* Subunits of NMDA receptors in synapses, and outside of them with the largest tonic conductance, nS. */
#define FIELD_SHARES(A, B, C, D)                                                                             \
  {"nmda", "share_2A", A}, {"nmda", "share_2B", B}, {"nmda", "share_2C", C}, { "nmda", "share_2D", D }
#define FIELD_EXTRASYNAPTIC(g, A, B, C, D)                                                                   \
  {"nmda_extrasynaptic", "g_max", g}, {"nmda_extrasynaptic", "share_2A", A},                                 \
      {"nmda_extrasynaptic", "share_2B", B}, {"nmda_extrasynaptic", "share_2C", C}, {                        \
    "nmda_extrasynaptic", "share_2D", D                                                                      \
  }

/* Receptors of the classes of interneurons, as in cortex: PV cells have few NMDA receptors, fast ones;
 * cells of the O-LM and HIPP kind more, with GluN2D (Perszyk et al. 2016,
 * doi:10.1124/mol.116.105130), CCK cells are taken between them. */
#define FIELD_PV_RECEPTORS(ampa_rise, ampa_decay)                                                            \
  {"ampa", "tau_rise", ampa_rise}, {"ampa", "tau_decay", ampa_decay}, {"nmda", "tau_decay", 45},             \
      FIELD_SHARES(.40, .35, .05, .20), FIELD_EXTRASYNAPTIC(.8, .15, .40, .05, .40),                         \
      {"gaba_a_fast", "tau_rise", .3}, {"gaba_a_fast", "tau_decay", 3}, {"gaba_a_fast", "E_rev", -65},       \
      {"gaba_a_slow", "tau_decay", 8}, {                                                                     \
    "gaba_a_slow", "E_rev", -70                                                                              \
  }
#define FIELD_SST_RECEPTORS(ampa_decay, g_h)                                                                 \
  {"ampa", "tau_decay", ampa_decay}, {"nmda", "tau_decay", 70}, FIELD_SHARES(.25, .40, .05, .30),            \
      FIELD_EXTRASYNAPTIC(1.6, .10, .35, .05, .50), {"gaba_a_fast", "E_rev", -70},                           \
      {"gaba_a_slow", "tau_decay", 10}, {"gaba_a_slow", "E_rev", -70}, {"hcn", "g_h", g_h}, {                \
    "hcn", "HCN1", .5                                                                                        \
  }
#define FIELD_CCK_RECEPTORS                                                                                  \
  {"ampa", "tau_decay", 3}, {"nmda", "tau_decay", 60}, FIELD_SHARES(.35, .40, .05, .20),                     \
      FIELD_EXTRASYNAPTIC(1.0, .15, .40, .05, .40), {"gaba_a_fast", "E_rev", -70},                           \
      {"gaba_a_slow", "tau_decay", 10}, {                                                                    \
    "gaba_a_slow", "E_rev", -70                                                                              \
  }

#define FIELD_WHEELER                                                                                        \
  "input resistance, time constant, threshold and rheobase of recordings (hippocampome.org, Wheeler et al. " \
  "2015, doi:10.7554/eLife.09960), AdEx chosen to meet them"

/* Width of the kernel of a far projection, µm. */
#define FIELD_FAR 398.94

/* One pathway of a field. Either the connection probability at distance 0 or the in-degree is given, the
 * other is 0. */
struct field_pathway {
  int from, to;
  const char *port;
  enum kernel_shape shape;
  double width_um, p0, in_degree;
  double mean_nS, cv, delay_ms, U, tau_rec_ms, tau_facil_ms;
  const char *source;
  unsigned heeds; /* HEEDS_… of tissue/presynaptic.h */
};

/* Which terminals of hippocampus have mGlu2/3 autoreceptors: mossy fibres and the perforant path to the
 * dentate gyrus and to CA1, not associational axons of CA3 nor Schaffer collaterals (Kamiya et al. 1996, J
 * Physiol 493:447; Kew et al. 2002, Neuropharmacology 43:215). Which answer to (2R,6R)-hydroxynorketamine:
 * Schaffer collaterals, not entorhinal axons beside them (Riggs et al. 2020, doi:10.1038/s41386-019-0443-3);
 * branches of the same CA3 axons are taken to, others, which nobody recorded, not to. */
#define FIELD_TERMINALS                                                                                      \
  "mGlu2/3: Kamiya et al. 1996, J Physiol 493:447, Kew et al. 2002, Neuropharmacology 43:215; drugs on "     \
  "release: Riggs et al. 2020, doi:10.1038/s41386-019-0443-3, others assumed"

/* Fills out->pathway from n rows; those of `out` that are described before must be complete. Pathways from
 * `principal` cells onto `spiny` ones are plastic. Fails: NO_MEMORY. */
MUST_USE enum status field_pathways(struct anatomy *out, const struct field_pathway *rows, int n,
                                    int principal, int spiny);

#endif
