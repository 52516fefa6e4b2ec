/* ca3.c — field CA3 of the rat: pyramidal cells, PV cells, O-LM cells and CCK cells.
 *
 * Densities under 1 mm²: 12,000 pyramidal (228,000 cells, hippocampome.org, over about 18.5 mm², a volume
 * of 12.2 mm³ of Ropireddy et al. 2012, doi:10.1016/j.neuroscience.2011.12.037, 0.66 mm deep); PV 360 (3 %
 * of them: 1.9 % in Ecker et al. 2022, doi:10.7554/eLife.71850, 9.5 % in hippocampome's mouse network),
 * O-LM 240 (2 %: O-LM and SO-SO cells of hippocampome.org), CCK 107 (665 to 74,366, the mouse network).
 * Depths are those of CA1 (assumed).
 *
 * Cells: capacitance and leak of pyramidal cells are near those of Ecker et al. 2022 (180 pF, 4.3 nS), all
 * of PV cells is theirs; their voltages of pyramidal cells reproduce spike times, not potentials (threshold
 * −24 mV), and block by magnesium and drugs depends on the potential, so voltages are those of recordings
 * (rest −65 to −75, threshold −42 to −50 mV, hippocampome.org).
 *
 * Connections. Pyramidal cells among each other: 11 % within 50 µm, 5.5 % at 250 µm (Sammons et al. 2024,
 * doi:10.1073/pnas.2312281120), an exponential of 360 µm, against 0.9 % (Guzman et al. 2016,
 * doi:10.1126/science.aaf1836) and 1 % of all CA3 cells (hippocampome.org). At 11 % a cell of an unbounded
 * sheet has 1,075 such synapses, and CA3 by itself a second state above 90 Hz, into which it falls at the
 * background that its rate needs; so it does at 5 %, 490 synapses, of the measured potential. At 4 % it runs
 * away under 30 mg/kg of ketamine. 2 %, 195 synapses, between the two that were measured, does not. The rest
 * of the 1,900 is background. Onto PV
 * cells 7 %, onto O-LM and CCK cells 5 % (10 % in Ecker et al. 2022; hippocampome.org: 1,607, 1,012, 1,222
 * of 184,000). Interneurons by Gaussians of 200 µm (Ecker et al. 2022, 25 % of a slice; hippocampome.org);
 * those of CCK cells as in CA1. Weights: potentials of 0.6 mV between pyramidal cells (0.5–0.7, Guzman et
 * al. 2016), 1 mV onto PV cells, −0.6 mV from them; O-LM → PYR is the conductance at the dendrite, 1.43 nS
 * (hippocampome.org), as in CA1. The background of pyramidal cells is entorhinal layer 2 (some 100
 * synapses of 0.14 nS), CA3 beyond, and, where the dentate gyrus is not simulated, mossy fibres: an event
 * is the size of one of these, 1.4 nS. */
#include "hippocampus/field.h"

enum { PYR, PV, OLM, CCK, N };

#define CA3_PYR_RECEPTORS                                                                                    \
  {"ampa", "tau_rise", 1.3}, {"ampa", "tau_decay", 9.5}, {"nmda", "tau_rise", 3.5},                          \
      {"nmda", "tau_decay", 65}, FIELD_SHARES(.60, .40, 0, 0), FIELD_EXTRASYNAPTIC(.5, .30, .70, 0, 0),      \
      {"gaba_a_fast", "E_rev", -70}, {"gaba_a_slow", "E_rev", -70}, {                                        \
    "hcn", "g_h", .75                                                                                        \
  }

static const struct population_row population[N] = {
    [PYR] = {.name = "CA3_PYR",
             .type = "PYR",
             .layer = "SP",
             .cell = "adex",
             .adex = FIELD_ADEX(200, 5, -71, -52.5, 1.5, .5, 120, 90, -57, 3),
             .density_per_mm2 = 12000,
             .top_um = 168,
             .bottom_um = 227,
             .target_Hz = .5,
             .background_Hz = 40,
             .event_nS = 1.4,
             .afferents = 240,
             .nmda_ratio = .5,
             .preset = {CA3_PYR_RECEPTORS},
             .source =
                 "near Ecker et al. 2022, doi:10.7554/eLife.71850 (C, g_L); voltages: hippocampome.org"},
    [PV] = {.name = "CA3_PV",
            .type = "PV",
            .layer = "SP",
            .cell = "adex",
            .adex = FIELD_ADEX(118.5, 7.515, -74.7, -57.7, 4.58, 3.06, 178.6, .92, -65, 1.16),
            .density_per_mm2 = 360,
            .top_um = 168,
            .bottom_um = 227,
            .target_Hz = 12,
            .background_Hz = 150,
            .event_nS = 1.2,
            .afferents = 525,
            .nmda_ratio = .15,
            .preset = {FIELD_PV_RECEPTORS(1, 4.1)},
            .source = "Ecker et al. 2022, doi:10.7554/eLife.71850"},
    [OLM] = {.name = "CA3_OLM",
             .type = "OLM",
             .layer = "SO",
             .cell = "adex",
             .adex = FIELD_ADEX(115, 2.6, -63, -49, 1, 1.2, 120, 16, -57, 1.5),
             .density_per_mm2 = 240,
             .top_um = 0,
             .bottom_um = 168,
             .target_Hz = 10,
             .background_Hz = 150,
             .event_nS = .64,
             .afferents = 600,
             .nmda_ratio = .5,
             .preset = {FIELD_SST_RECEPTORS(3, .53)},
             .source = FIELD_WHEELER},
    [CCK] = {.name = "CA3_CCK",
             .type = "CCK",
             .layer = "SR",
             .cell = "adex",
             .adex = FIELD_ADEX(117, 4.6, -63, -45.5, 1, .8, 105, 40, -56, 2),
             .density_per_mm2 = 107,
             .top_um = 227,
             .bottom_um = 506,
             .target_Hz = 8,
             .background_Hz = 200,
             .event_nS = .8,
             .afferents = 800,
             .nmda_ratio = .4,
             .preset = {FIELD_CCK_RECEPTORS},
             .source = "as CA1 CCK cells: " FIELD_WHEELER},
};

/* Entorhinal layer 2 fires most at the trough (Mizuseki et al. 2009, doi:10.1016/j.neuron.2009.08.037), CA3 a
 * little before; septal fibres as in ca1.c. */
static const struct theta_row theta[] = {
    {"CA3_PYR", {.depth = .4, .phase = 350}},
    {"CA3_PV", {.depth = .4, .phase = 350, .fibres = 20, .conductance = .8, .septal_phase = 40}},
    {"CA3_OLM", {.fibres = 10, .conductance = .8, .septal_phase = 150}},
    {"CA3_CCK", {.depth = .2, .phase = 0, .fibres = 20, .conductance = .8, .septal_phase = 310}},
};

#define RECURRENT                                                                                            \
  "Sammons et al. 2024, doi:10.1073/pnas.2312281120; weight: Guzman et al. 2016, "                           \
  "doi:10.1126/science.aaf1836; short-term plasticity: hippocampome.org"
#define ECKER                                                                                                \
  "Ecker et al. 2022, doi:10.7554/eLife.71850; hippocampome.org (Wheeler et al. 2015, "                      \
  "doi:10.7554/eLife.09960)"
#define AS_CA1 "as in CA1: Bezaire et al. 2016, doi:10.7554/eLife.18566; hippocampome.org"

/* from, to, p₀ or in-degree, weight nS, U, τ_rec, τ_facil ms */
#define EXCITE(to, in_degree, nS, U, rec, facil, source)                                                     \
  {                                                                                                          \
    PYR, to, "glutamate", KERNEL_GAUSSIAN, FIELD_FAR, 0, in_degree, nS, .8, .6, U, rec, facil, source,       \
        HEEDS_DRUGS                                                                                          \
  }
#define INHIBIT(from, to, port, p0, nS, U, rec, facil, source)                                               \
  { from, to, port, KERNEL_GAUSSIAN, 200, p0, 0, nS, .6, .7, U, rec, facil, source, 0 }

static const struct field_pathway rows[] = {
    {PYR, PYR, "glutamate", KERNEL_EXPONENTIAL, 360, .02, 0, .19, .8, 1.5, .28, 319, 21, RECURRENT,
     HEEDS_DRUGS},
    EXCITE(PV, 840, .40, .19, 526, 23, ECKER),
    EXCITE(OLM, 600, .10, .18, 415, 32, ECKER),
    EXCITE(CCK, 600, .20, .25, 170, 200, AS_CA1),
    INHIBIT(PV, PYR, "gaba_fast", .40, 1.66, .20, 416, 21, ECKER),
    INHIBIT(PV, PV, "gaba_fast", .40, 2.86, .20, 416, 21, ECKER),
    INHIBIT(PV, OLM, "gaba_fast", .10, .6, .20, 416, 21, ECKER),
    INHIBIT(PV, CCK, "gaba_fast", .40, 1.5, .20, 416, 21, AS_CA1),
    INHIBIT(OLM, PYR, "gaba_slow", .35, 1.43, .20, 478, 25, ECKER),
    INHIBIT(OLM, PV, "gaba_slow", .30, .5, .20, 478, 25, ECKER),
    INHIBIT(OLM, OLM, "gaba_slow", .10, .3, .20, 478, 25, ECKER),
    INHIBIT(OLM, CCK, "gaba_slow", .30, .5, .20, 478, 25, AS_CA1),
    INHIBIT(CCK, PYR, "gaba_slow", .43, 1.8, .23, 659, 56, AS_CA1),
    INHIBIT(CCK, PV, "gaba_slow", .34, .8, .23, 659, 56, AS_CA1),
    INHIBIT(CCK, OLM, "gaba_slow", .34, .5, .23, 659, 56, AS_CA1),
    INHIBIT(CCK, CCK, "gaba_slow", .60, 1.0, .23, 659, 56, AS_CA1),
};

/* Mossy fibres. 11–15 pyramidal cells to a granule cell (Acsády et al. 1998, J Neurosci 18:3386), 46–50
 * fibres on a pyramidal cell (Amaral, Ishizuka & Claiborne 1990, Prog Brain Res 83:1); filopodia on PV
 * cells, a weight of 0.7 mV against 3 mV. They facilitate more than hippocampome.org has it (pairs of 2–3:
 * U 0.08, 300, 300 ms), filopodia do not (as granule → PV in the dentate gyrus). NMDA:AMPA 0.15–0.3 onto
 * pyramidal cells. Path of 1–2 mm at 0.3 m/s, terminals within 200 µm of their place along the long axis
 * (assumed to hold across as well). */
#define MOSSY "Acsady et al. 1998, J Neurosci 18:3386; hippocampome.org; docs/model.md, hippocampus"
static const struct afferent_row afferent[] = {
    {.name = "mossy",
     .title = "mossy fibres of the dentate gyrus",
     .region = "DG",
     .population = "DG_GC",
     .rate_Hz = .3,
     .density_per_mm2 = 35000,
     .share = 1,
     .width_um = 200,
     .delay_ms = 4,
     .delay_sd_ms = 1,
     .delay_low_ms = 1.5,
     .delay_high_ms = 8,
     .U = .08,
     .tau_rec_ms = 300,
     .tau_facil_ms = 300,
     .cv = .8,
     .target = {{"CA3_PYR", 50, 1.45}},
     .nmda_ratio = .25,
     .theta_depth = .5,
     .theta_phase = 0,
     .heeds = HEEDS_MGLUR2,
     .source = MOSSY},
    {.name = "filopodia",
     .title = "filopodia of mossy fibres",
     .region = "DG",
     .population = "DG_GC",
     .rate_Hz = .3,
     .density_per_mm2 = 35000,
     .share = 1,
     .width_um = 200,
     .delay_ms = 4,
     .delay_sd_ms = 1,
     .delay_low_ms = 1.5,
     .delay_high_ms = 8,
     .U = .20,
     .tau_rec_ms = 151,
     .tau_facil_ms = 62,
     .cv = .8,
     .target = {{"CA3_PV", 150, .28}},
     .theta_depth = .5,
     .theta_phase = 0,
     .heeds = HEEDS_MGLUR2,
     .source = MOSSY},
};

enum status ca3_anatomy(struct anatomy *out) {
  *out =
      (struct anatomy){.name = "CA3",
                       .title = "hippocampal field CA3 (rat)",
                       .side_um = 700,
                       /* entorhinal layer 2 and mossy fibres; CA3 beyond the patch: halves, assumed */
                       .entorhinal = .5,
                       .background_mglur2 = .5,
                       .background_potentiated = .5,
                       .terminals_source = FIELD_TERMINALS,
                       .serotonin = 1,
                       .serotonin_source = "5-HT1A binding and mRNA as high as in CA1, Chalmers & Watson "
                                           "1991, doi:10.1016/0006-8993(91)90748-K",
                       .population = population,
                       .n_populations = N,
                       .afferent = afferent,
                       .n_afferents = COUNT_OF(afferent),
                       .stress = 1,
                       .stress_source = "apical dendrites of CA3 shrink under weeks of restraint as those of "
                                        "mPFC do: Watanabe, Gould & McEwen 1992, "
                                        "doi:10.1016/0006-8993(92)90597-8; the same size is assumed",
                       .theta = theta,
                       .n_theta = COUNT_OF(theta)};
  return field_pathways(out, rows, COUNT_OF(rows), PYR, PYR);
}
