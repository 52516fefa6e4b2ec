/* hippocampus.c — CA1 of the rat: pyramidal cells, PV cells (basket, axo-axonic, bistratified) and O-LM
 * cells.
 *
 * Densities under 1 mm²: 14,000 pyramidal (388,637 cells, hippocampome.org, over 28.9 mm²: Ropireddy et al.
 * 2012, doi:10.1016/j.neuroscience.2011.12.037), PV 410 and O-LM 120 (Bezaire et al. 2016,
 * doi:10.7554/eLife.18566, ratios to pyramidal cells). In-degrees within CA1: Bezaire et al. 2016 and
 * hippocampome.org, by kernels exp(−(d/250 µm)²), σ = 177 µm, of Bezaire et al. 2016. CA3 (about 6,000 fibres
 * per pyramidal cell at 0.6 Hz) and entorhinal input (1,300 at 6 Hz) are not cells here but background:
 * independent events that each stand for a volley of eight fibres. O-LM cells get their excitation from CA1
 * pyramidal cells and the background. */
#include "memory.h"
#include "region.h"

enum { CA1_PYR, CA1_PV, CA1_OLM, N };

#define CELL_SOURCE                                                                                          \
  "input resistance, time constant, threshold and rheobase of CA1 recordings (hippocampome.org, Wheeler et " \
  "al. 2015, "                                                                                               \
  "doi:10.7554/eLife.09960), AdEx chosen to meet them"

#define ADEX(C, gL, EL, VT, D, a_, tw, b_, Vr, tr)                                                           \
  {                                                                                                          \
    .C_m = C, .g_L = gL, .E_L = EL, .V_T = VT, .Delta_T = D, .a = a_, .tau_w = tw, .b = b_, .V_reset = Vr,   \
    .t_ref = tr                                                                                              \
  }

static const struct population_row population[N] = {
    [CA1_PYR] = {"CA1_PYR",
                 "PYR",
                 "SP",
                 "adex",
                 ADEX(180, 9, -68, -50, 2, 1, 120, 50, -58, 2),
                 14000,
                 168,
                 227,
                 1.2,
                 200,
                 1.4,
                 800,
                 .8,
                 {{"ampa", "tau_decay", 4},
                  {"nmda", "tau_rise", 3.5},
                  {"nmda", "tau_decay", 65},
                  {"nmda", "share_2A", .60},
                  {"nmda", "share_2B", .40},
                  {"nmda_extrasynaptic", "g_max", .5},
                  {"nmda_extrasynaptic", "share_2A", .30},
                  {"nmda_extrasynaptic", "share_2B", .70},
                  {"gaba_a_fast", "E_rev", -70},
                  {"gaba_a_slow", "E_rev", -70},
                  {"hcn", "g_h", 1.35}},
                 CELL_SOURCE},
    [CA1_PV] = {"CA1_PV",
                "PV",
                "SP",
                "adex",
                ADEX(95, 10, -67, -47, 1, 0, 20, 4, -60, 1),
                410,
                168,
                227,
                18,
                300,
                1.2,
                525,
                .15,
                {{"ampa", "tau_rise", .3},
                 {"ampa", "tau_decay", 2},
                 {"nmda", "tau_decay", 45},
                 {"nmda", "share_2A", .40},
                 {"nmda", "share_2B", .35},
                 {"nmda", "share_2C", .05},
                 {"nmda", "share_2D", .20},
                 {"nmda_extrasynaptic", "g_max", .8},
                 {"nmda_extrasynaptic", "share_2A", .15},
                 {"nmda_extrasynaptic", "share_2B", .40},
                 {"nmda_extrasynaptic", "share_2C", .05},
                 {"nmda_extrasynaptic", "share_2D", .40},
                 {"gaba_a_fast", "tau_rise", .3},
                 {"gaba_a_fast", "tau_decay", 3},
                 {"gaba_a_fast", "E_rev", -65},
                 {"gaba_a_slow", "tau_decay", 8},
                 {"gaba_a_slow", "E_rev", -70}},
                CELL_SOURCE},
    [CA1_OLM] = {"CA1_OLM",
                 "OLM",
                 "SO",
                 "adex",
                 ADEX(95, 3.2, -62, -48, 2, 4, 120, 18, -57, 1.5),
                 120,
                 0,
                 168,
                 15,
                 150,
                 .64,
                 600,
                 .5,
                 {{"ampa", "tau_decay", 3},
                  {"nmda", "tau_decay", 70},
                  {"nmda", "share_2A", .25},
                  {"nmda", "share_2B", .40},
                  {"nmda", "share_2C", .05},
                  {"nmda", "share_2D", .30},
                  {"nmda_extrasynaptic", "g_max", 1.6},
                  {"nmda_extrasynaptic", "share_2A", .10},
                  {"nmda_extrasynaptic", "share_2B", .35},
                  {"nmda_extrasynaptic", "share_2C", .05},
                  {"nmda_extrasynaptic", "share_2D", .50},
                  {"gaba_a_fast", "E_rev", -70},
                  {"gaba_a_slow", "tau_decay", 10},
                  {"gaba_a_slow", "E_rev", -70},
                  {"hcn", "g_h", .48},
                  {"hcn", "HCN1", .5}},
                 CELL_SOURCE},
};

#define BEZAIRE                                                                                              \
  "Bezaire et al. 2016, doi:10.7554/eLife.18566; hippocampome.org (Wheeler et al. 2015, "                    \
  "doi:10.7554/eLife.09960)"

/* O-LM → PYR is the conductance at the dendrite, 0.3 nS × 10 contacts (Bezaire et al. 2016), as for SST cells
 * in mpfc.c. from, to, port, p₀, weight nS, CV, synaptic delay ms, U, τ_rec, τ_facil ms */
static const struct {
  int from, to;
  const char *port;
  double p0, mean_nS, cv, delay_ms, U, tau_rec_ms, tau_facil_ms;
} rows[] = {
    {CA1_PYR, CA1_PYR, "glutamate", .022, .489, .8, 1.2, .22, 802, 19},
    {CA1_PYR, CA1_PV, "glutamate", .153, 1.03, .8, .6, .20, 327, 77},
    {CA1_PYR, CA1_OLM, "glutamate", .18, .15, .8, .6, .09, 202, 107},
    {CA1_PV, CA1_PYR, "gaba_fast", .41, 2.68, .6, .7, .28, 637, 12},
    {CA1_PV, CA1_PV, "gaba_fast", .485, 2.45, .6, .7, .28, 637, 12},
    {CA1_PV, CA1_OLM, "gaba_fast", .12, .6, .6, .7, .28, 637, 12},
    {CA1_OLM, CA1_PYR, "gaba_slow", .43, 3.0, .6, .7, .23, 783, 12},
    {CA1_OLM, CA1_PV, "gaba_slow", .34, .6, .6, .7, .23, 783, 12},
    {CA1_OLM, CA1_OLM, "gaba_slow", .25, .3, .6, .7, .23, 783, 12},
};

enum status hippocampus_anatomy(struct anatomy *out) {
  *out = (struct anatomy){
      .name = "CA1",
      .title = "hippocampal field CA1 (rat)",
      .side_um = 700,
      .serotonin = 1,
      .serotonin_source = "the measure of the others: 5-HT1A binding and mRNA are high in "
                          "CA1, CA3 and dentate gyrus, Chalmers & Watson 1991, "
                          "doi:10.1016/0006-8993(91)90748-K",
      .stress = 0.6,
      .stress_source = "CA1 cells shrink less surely than those of CA3 and mPFC: PMC3020251, "
                       "basal dendrites alone in PMC5767942; the size is assumed",
      .population = population,
      .n_populations = N};
  TRY(memory_new("pathways", COUNT_OF(rows), sizeof *out->pathway, &out->pathway));
  for (int k = 0; k < COUNT_OF(rows); k++) {
    out->pathway[out->n_pathways++] =
        (struct pathway_row){.from = rows[k].from,
                             .to = rows[k].to,
                             .port = rows[k].port,
                             .shape = KERNEL_GAUSSIAN,
                             .width_um = 176.8 /* 250/√2 */,
                             .p0 = rows[k].p0,
                             .mean_nS = rows[k].mean_nS,
                             .cv = rows[k].cv,
                             .delay_ms = rows[k].delay_ms,
                             .delay_sd_ms = 0.2,
                             .U = rows[k].U,
                             .tau_rec_ms = rows[k].tau_rec_ms,
                             .tau_facil_ms = rows[k].tau_facil_ms,
                             .plastic = rows[k].from == CA1_PYR && rows[k].to == CA1_PYR,
                             .source = BEZAIRE};
  }
  return STATUS_OK;
}
