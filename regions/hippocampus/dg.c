/* dg.c — dentate gyrus of the rat: granule cells, mossy cells, PV basket cells and HIPP cells.
 *
 * Densities under 1 mm²: 35,000 granule cells (962,200 and 163,633 semilunar, hippocampome.org, over about
 * 33 mm²: 15.3 mm³ of Ropireddy et al. 2012, doi:10.1016/j.neuroscience.2011.12.037, 0.46 mm deep with half
 * of the hilus; 635,000 in Seress & Pokorny 1981, J Anat 133:181), mossy 930 (30,779 by the same), PV 180
 * (one to 190 granule cells, Seress & Pokorny 1981; hippocampome.org has a third of that), HIPP 185
 * (6,006). Depths from the fissure: molecular layer 250, granule layer 60 µm (assumed).
 *
 * Connections. Granule → PV 11.3 % with a space constant of 144 µm, PV → granule 28.8 % with 215 µm, PV →
 * PV 17 % (Espinoza et al. 2018, doi:10.1038/s41467-018-06899-3: lateral inhibition is ten times
 * recurrent). A granule cell reaches 7–12 mossy cells (Acsády et al. 1998, J Neurosci 18:3386), so 300 of
 * them one mossy cell; 100–150 filopodial contacts on interneurons (the same) give HIPP cells 600. What
 * overlaps of axons and dendrites give (hippocampome.org) is ten times that and not used there, but it is
 * from mossy, HIPP and basket cells: mossy → granule 61, HIPP → granule 36. Mossy cells project along the
 * long axis of the hippocampus, beyond a patch (Amaral & Witter 1989, doi:10.1016/0306-4522(89)90424-7).
 * Weights: unitary potentials of 0.5 (mossy → granule), 1.5 (granule → PV), 1.0 (granule → mossy), −1.2 mV
 * (PV → granule); HIPP → granule is the conductance at the dendrite, 2.0 nS (hippocampome.org), as O-LM →
 * pyramidal in CA1. Short-term plasticity: hippocampome.org. Entorhinal layer 2 (some 1,000 fibres at 3 Hz
 * on a granule cell, 0.08 nS) is background, in volleys of eight. */
#include "hippocampus/field.h"

enum { GC, MC, PV, HIPP, N };

#define GRANULE_RECEPTORS                                                                                    \
  {"ampa", "tau_rise", .8}, {"ampa", "tau_decay", 5}, {"nmda", "tau_rise", 4}, {"nmda", "tau_decay", 70},    \
      FIELD_SHARES(.60, .40, 0, 0), FIELD_EXTRASYNAPTIC(.2, .30, .70, 0, 0), {"gaba_a_fast", "E_rev", -70},  \
  {                                                                                                          \
    "gaba_a_slow", "E_rev", -70                                                                              \
  }
#define MOSSY_RECEPTORS                                                                                      \
  {"ampa", "tau_decay", 5}, {"nmda", "tau_decay", 65}, FIELD_SHARES(.60, .40, 0, 0),                         \
      FIELD_EXTRASYNAPTIC(.5, .30, .70, 0, 0), {"gaba_a_fast", "E_rev", -70}, {"gaba_a_slow", "E_rev", -70}, \
  {                                                                                                          \
    "hcn", "g_h", .9                                                                                         \
  }

static const struct population_row population[N] = {
    [GC] = {.name = "DG_GC",
            .type = "GC",
            .layer = "GL",
            .cell = "adex",
            .adex = FIELD_ADEX(81, 2.9, -78, -49.5, 1, .5, 80, 25, -62, 2),
            .density_per_mm2 = 35000,
            .top_um = 250,
            .bottom_um = 310,
            .target_Hz = .3,
            .background_Hz = 250,
            .event_nS = .63,
            .afferents = 1000,
            .nmda_ratio = .8,
            .preset = {GRANULE_RECEPTORS},
            .source = FIELD_WHEELER},
    [MC] = {.name = "DG_MC",
            .type = "MC",
            .layer = "H",
            .cell = "adex",
            .adex = FIELD_ADEX(264, 5.9, -64, -49.5, 1.2, 0, 100, 40, -55, 2),
            .density_per_mm2 = 930,
            .top_um = 310,
            .bottom_um = 460,
            .target_Hz = 2,
            .background_Hz = 120,
            .event_nS = .8,
            .afferents = 480,
            .nmda_ratio = .3,
            .preset = {MOSSY_RECEPTORS},
            .source = FIELD_WHEELER},
    [PV] = {.name = "DG_PV",
            .type = "PV",
            .layer = "GL",
            .cell = "adex",
            .adex = FIELD_ADEX(94, 10.5, -68, -46, 1, 0, 20, 4, -60, 1),
            .density_per_mm2 = 180,
            .top_um = 300,
            .bottom_um = 320,
            .target_Hz = 15,
            .background_Hz = 300,
            .event_nS = 1.2,
            .afferents = 900,
            .nmda_ratio = .15,
            .preset = {FIELD_PV_RECEPTORS(.3, 2)},
            .source = FIELD_WHEELER},
    [HIPP] = {.name = "DG_HIPP",
              .type = "HIPP",
              .layer = "H",
              .cell = "adex",
              .adex = FIELD_ADEX(88, 3.2, -62, -49, 1, 1, 120, 18, -57, 1.5),
              .density_per_mm2 = 185,
              .top_um = 310,
              .bottom_um = 460,
              .target_Hz = 6,
              .background_Hz = 120,
              .event_nS = .64,
              .afferents = 480,
              .nmda_ratio = .4,
              .preset = {FIELD_SST_RECEPTORS(4, .53)},
              .source = FIELD_WHEELER},
};

/* Entorhinal layer 2 fires most at the trough, depth 0.5 (Mizuseki et al. 2009,
 * doi:10.1016/j.neuron.2009.08.037); septal fibres as in ca1.c. */
static const struct theta_row theta[] = {
    {"DG_GC", {.depth = .5, .phase = 0}},
    {"DG_PV", {.depth = .5, .phase = 0, .fibres = 20, .conductance = .8, .septal_phase = 40}},
    {"DG_HIPP", {.fibres = 10, .conductance = .8, .septal_phase = 150}},
};

#define ESPINOZA                                                                                             \
  "Espinoza et al. 2018, doi:10.1038/s41467-018-06899-3; weight and short-term plasticity: hippocampome.org"
#define ACSADY "Acsady et al. 1998, J Neurosci 18:3386; weight and short-term plasticity: hippocampome.org"
#define HIPPOCAMPOME "hippocampome.org, Wheeler et al. 2015, doi:10.7554/eLife.09960"

#define GAUSSIAN(from, to, port, width, p0, nS, cv, delay, U, rec, facil, source)                            \
  {                                                                                                          \
    from, to, port, KERNEL_GAUSSIAN, width, p0, 0, nS, cv, delay, U, rec, facil, source,                     \
        (from) == GC ? HEEDS_MGLUR2 : 0                                                                      \
  }
#define ALONG(to, in_degree, nS, delay)                                                                      \
  {                                                                                                          \
    MC, to, "glutamate", KERNEL_GAUSSIAN, FIELD_FAR, 0, in_degree, nS, .8, delay, .30, 166, 20,              \
        HIPPOCAMPOME, 0                                                                                      \
  }

static const struct field_pathway rows[] = {
    GAUSSIAN(GC, MC, "glutamate", 200, .034, .8, .8, 1.2, .15, 429, 73, ACSADY),
    {GC, PV, "glutamate", KERNEL_EXPONENTIAL, 144, .113, 0, 1.30, .8, .6, .20, 151, 62, ESPINOZA,
     HEEDS_MGLUR2},
    GAUSSIAN(GC, HIPP, "glutamate", 200, .07, .15, .8, .6, .15, 463, 49, ACSADY),
    ALONG(GC, 60, .096, 1.2),
    ALONG(MC, 30, .096, 1.2),
    ALONG(PV, 120, .30, .6),
    ALONG(HIPP, 60, .12, .6),
    {PV, GC, "gaba_fast", KERNEL_EXPONENTIAL, 215, .288, 0, 1.32, .6, .7, .33, 434, 6, ESPINOZA, 0},
    GAUSSIAN(PV, MC, "gaba_fast", 200, .22, 1.5, .6, .7, .33, 434, 6, HIPPOCAMPOME),
    {PV, PV, "gaba_fast", KERNEL_EXPONENTIAL, 215, .17, 0, 3.24, .6, .7, .31, 196, 7, ESPINOZA, 0},
    GAUSSIAN(HIPP, GC, "gaba_slow", 250, .50, 2.0, .6, .7, .28, 559, 8, HIPPOCAMPOME),
    GAUSSIAN(HIPP, MC, "gaba_slow", 250, .14, .6, .6, .7, .28, 559, 8, HIPPOCAMPOME),
    GAUSSIAN(HIPP, PV, "gaba_slow", 250, .41, .5, .6, .7, .28, 559, 8, HIPPOCAMPOME),
};

enum status dg_anatomy(struct anatomy *out) {
  *out = (struct anatomy){.name = "DG",
                          .title = "dentate gyrus (rat)",
                          .side_um = 500,
                          .entorhinal = 1, /* layer 2 */
                          .background_mglur2 = 1,
                          .terminals_source = FIELD_TERMINALS,
                          .serotonin = 1,
                          .serotonin_source = "5-HT1A binding and mRNA as high as in CA1, Chalmers & Watson "
                                              "1991, doi:10.1016/0006-8993(91)90748-K",
                          .population = population,
                          .n_populations = N,
                          .stress = 0.6,
                          .stress_source = "granule cells shrink less than cells of CA3: Sousa et al. 2000, "
                                           "doi:10.1016/S0306-4522(00)00028-2; the size is assumed",
                          .theta = theta,
                          .n_theta = COUNT_OF(theta)};
  return field_pathways(out, rows, COUNT_OF(rows), MC, GC);
}
