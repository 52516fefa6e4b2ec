/* ca1.c — field CA1 of the rat: pyramidal cells, PV cells (basket, axo-axonic, bistratified), O-LM cells
 * and CCK cells (basket, Schaffer-associated).
 *
 * Densities under 1 mm²: 14,000 pyramidal (388,637 cells, hippocampome.org, over 28.9 mm²: Ropireddy et al.
 * 2012, doi:10.1016/j.neuroscience.2011.12.037); PV 410, CCK 180 by their ratio to pyramidal cells in
 * Bezaire et al. 2016, doi:10.7554/eLife.18566; O-LM 120 with the oriens–retrohippocampal cells of
 * hippocampome.org, 74 of Bezaire's alone. In-degrees within CA1: the same and
 * hippocampome.org, by kernels exp(−(d/250 µm)²), σ = 177 µm, of the same. CA3 (about 6,000 fibres per
 * pyramidal cell at 0.6 Hz) and entorhinal input (1,300 at 6 Hz) beyond what the tract from CA3 brings is
 * background: independent events that each stand for a volley of eight fibres. O-LM cells get their
 * excitation from CA1 pyramidal cells, some Schaffer collaterals and the background.
 *
 * Theta. The background of pyramidal cells is CA3 (highest 20° before the trough) and entorhinal layer 3
 * (highest at the peak, Mizuseki et al. 2009, doi:10.1016/j.neuron.2009.08.037), each with a depth of 0.5;
 * at the equal rates of Bezaire et al. 2016 (0.65 Hz a fibre) and by weight they leave 0.4 at 337°, 0.33
 * at 335° of CCK cells; PV cells hear CA3. At 6 Hz of entorhinal fibres they would all but cancel: rates
 * of 2 to 10 Hz are reported. Septal fibres: phases assumed, chosen so that PV, O-LM and CCK cells of
 * CA1 fire at their phases in the animal (270°, 10°, 170°: Klausberger & Somogyi 2008,
 * doi:10.1126/science.1149381); those of pyramidal cells and of gamma follow. */
#include "hippocampus/field.h"

enum { PYR, PV, OLM, CCK, N };

#define CA1_PYR_RECEPTORS                                                                                    \
  {"ampa", "tau_decay", 4}, {"nmda", "tau_rise", 3.5}, {"nmda", "tau_decay", 65},                            \
      FIELD_SHARES(.60, .40, 0, 0), FIELD_EXTRASYNAPTIC(.5, .30, .70, 0, 0), {"gaba_a_fast", "E_rev", -70},  \
      {"gaba_a_slow", "E_rev", -70}, {                                                                       \
    "hcn", "g_h", 1.43                                                                                       \
  }

static const struct population_row population[N] = {
    [PYR] = {.name = "CA1_PYR",
             .type = "PYR",
             .layer = "SP",
             .cell = "adex",
             .adex = FIELD_ADEX(188, 9.5, -68, -52, 1, 1.1, 125, 61, -58, 2),
             .density_per_mm2 = 14000,
             .top_um = 168,
             .bottom_um = 227,
             .target_Hz = 1.2,
             .background_Hz = 200,
             .event_nS = 1.4,
             .afferents = 800,
             .nmda_ratio = .8,
             .preset = {CA1_PYR_RECEPTORS},
             .source = FIELD_WHEELER},
    [PV] = {.name = "CA1_PV",
            .type = "PV",
            .layer = "SP",
            .cell = "adex",
            .adex = FIELD_ADEX(99, 10.5, -67, -47, 1, 0, 20, 4, -60, 1),
            .density_per_mm2 = 410,
            .top_um = 168,
            .bottom_um = 227,
            .target_Hz = 15,
            .background_Hz = 300,
            .event_nS = 1.2,
            .afferents = 525,
            .nmda_ratio = .15,
            .preset = {FIELD_PV_RECEPTORS(.3, 2)},
            .source = FIELD_WHEELER},
    [OLM] = {.name = "CA1_OLM",
             .type = "OLM",
             .layer = "SO",
             .cell = "adex",
             .adex = FIELD_ADEX(115, 2.6, -63, -49, 1, 1.2, 120, 16, -57, 1.5),
             .density_per_mm2 = 120,
             .top_um = 0,
             .bottom_um = 168,
             .target_Hz = 15,
             .background_Hz = 150,
             .event_nS = .64,
             .afferents = 600,
             .nmda_ratio = .5,
             .preset = {FIELD_SST_RECEPTORS(3, .48)},
             .source = FIELD_WHEELER},
    [CCK] = {.name = "CA1_CCK",
             .type = "CCK",
             .layer = "SR",
             .cell = "adex",
             .adex = FIELD_ADEX(117, 4.6, -63, -45.5, 1, .8, 105, 40, -56, 2),
             .density_per_mm2 = 180,
             .top_um = 227,
             .bottom_um = 506,
             .target_Hz = 8,
             .background_Hz = 200,
             .event_nS = .8,
             .afferents = 800,
             .nmda_ratio = .4,
             .preset = {FIELD_CCK_RECEPTORS},
             .source = FIELD_WHEELER},
};

static const struct theta_row theta[] = {
    {"CA1_PYR", {.depth = .4, .phase = 337}},
    {"CA1_PV", {.depth = .5, .phase = 340, .fibres = 20, .conductance = .8, .septal_phase = 40}},
    {"CA1_OLM", {.fibres = 10, .conductance = .8, .septal_phase = 150}},
    {"CA1_CCK", {.depth = .33, .phase = 335, .fibres = 20, .conductance = .8, .septal_phase = 310}},
};

#define BEZAIRE                                                                                              \
  "Bezaire et al. 2016, doi:10.7554/eLife.18566; hippocampome.org (Wheeler et al. 2015, "                    \
  "doi:10.7554/eLife.09960)"

/* A pathway of the kernel of all: from, to, port, p₀, weight nS, CV, delay ms, U, τ_rec, τ_facil ms. O-LM →
 * PYR is the conductance at the dendrite, 0.3 nS × 10 contacts (Bezaire et al. 2016), unlike SST cells in
 * mpfc.c, which have what is seen at the soma. */
#define LOCAL(from, to, port, p0, nS, cv, delay, U, rec, facil)                                              \
  { from, to, port, KERNEL_GAUSSIAN, 176.8 /* 250/√2 */, p0, 0, nS, cv, delay, U, rec, facil, BEZAIRE, 0 }

static const struct field_pathway rows[] = {
    LOCAL(PYR, PYR, "glutamate", .022, .58, .8, 1.2, .22, 802, 19),
    LOCAL(PYR, PV, "glutamate", .13, 1.32, .8, .6, .20, 327, 77),
    LOCAL(PYR, OLM, "glutamate", .18, .15, .8, .6, .09, 202, 107),
    LOCAL(PYR, CCK, "glutamate", .036, .2, .8, .6, .25, 170, 200),
    LOCAL(PV, PYR, "gaba_fast", .41, 2.68, .6, .7, .28, 637, 12),
    LOCAL(PV, PV, "gaba_fast", .485, 2.45, .6, .7, .28, 637, 12),
    LOCAL(PV, OLM, "gaba_fast", .12, .6, .6, .7, .28, 637, 12),
    LOCAL(PV, CCK, "gaba_fast", .47, 1.5, .6, .7, .28, 637, 12),
    LOCAL(OLM, PYR, "gaba_slow", .43, 3.0, .6, .7, .23, 783, 12),
    LOCAL(OLM, PV, "gaba_slow", .34, .6, .6, .7, .23, 783, 12),
    LOCAL(OLM, OLM, "gaba_slow", .25, .3, .6, .7, .23, 783, 12),
    LOCAL(OLM, CCK, "gaba_slow", .60, .5, .6, .7, .23, 783, 12),
    LOCAL(CCK, PYR, "gaba_slow", .43, 1.8, .6, .7, .23, 659, 56),
    LOCAL(CCK, PV, "gaba_slow", .34, .8, .6, .7, .23, 659, 56),
    LOCAL(CCK, OLM, "gaba_slow", .34, .5, .6, .7, .23, 659, 56),
    LOCAL(CCK, CCK, "gaba_slow", .60, 1.0, .6, .7, .23, 659, 56),
};

/* Schaffer collaterals: 7 % of the pyramidal cells of a CA3 of the same area end on a pyramidal or PV cell
 * (Bezaire et al. 2016 of all of CA3; Romani et al. 2024, doi:10.1371/journal.pbio.3002861: mean probability
 * 0.072), fewer on CCK and O-LM cells, with potentials of 0.25 mV (0.5 on PV cells). Axons cross all of a
 * patch. Path of 1–2 mm at 0.3 m/s (assumed). */
static const struct afferent_row afferent[] = {
    {.name = "schaffer",
     .title = "Schaffer collaterals of CA3",
     .region = "CA3",
     .population = "CA3_PYR",
     .rate_Hz = .5,
     .density_per_mm2 = 12000,
     .share = 1,
     .delay_ms = 5,
     .delay_sd_ms = 1,
     .delay_low_ms = 2,
     .delay_high_ms = 9,
     .U = .20,
     .tau_rec_ms = 724,
     .tau_facil_ms = 18,
     .cv = .8,
     .target = {{"CA1_PYR", 840, .174}, {"CA1_PV", 840, .34}, {"CA1_CCK", 300, .132}, {"CA1_OLM", 120, .08}},
     .theta_depth = .5,
     .theta_phase = 340,
     .heeds = HEEDS_DRUGS,
     .source = BEZAIRE "; Romani et al. 2024, doi:10.1371/journal.pbio.3002861"},
};

/* One pool, young spines as lasting as old ones: λ_y = λ_m of a mean lifetime of ten days. */
#define ATTARDO                                                                                              \
  "basal dendrites of CA1: one pool of spines with a mean lifetime of 1-2 weeks, Attardo et al. 2015, "      \
  "PMC4648621"
static const struct preset spine[] = {{"young_loss", .1, PUBLISHED, ATTARDO},
                                      {"mature_loss", .1, PUBLISHED, ATTARDO}};

enum status ca1_anatomy(struct anatomy *out) {
  *out = (struct anatomy){
      .name = "CA1",
      .title = "hippocampal field CA1 (rat)",
      .side_um = 700,
      /* entorhinal layer 3; CA3 beyond the patch: halves, assumed */
      .entorhinal = .5,
      .background_mglur2 = .5,
      .background_potentiated = .5,
      .terminals_source = FIELD_TERMINALS,
      .serotonin = 1,
      .serotonin_source = "the measure of the others: 5-HT1A binding and mRNA are high in "
                          "CA1, CA3 and dentate gyrus, Chalmers & Watson 1991, "
                          "doi:10.1016/0006-8993(91)90748-K",
      .population = population,
      .n_populations = N,
      .afferent = afferent,
      .n_afferents = COUNT_OF(afferent),
      .stress = 0.6,
      .stress_source = "CA1 cells shrink less surely than those of CA3 and mPFC: PMC3020251, "
                       "basal dendrites alone in PMC5767942; the size is assumed",
      .spine = spine,
      .n_spine = COUNT_OF(spine),
      .theta = theta,
      .n_theta = COUNT_OF(theta)};
  return field_pathways(out, rows, COUNT_OF(rows), PYR, PYR);
}
