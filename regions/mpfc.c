/* mpfc.c — prelimbic medial prefrontal cortex of the rat: layers 2/3, 5 and 6 (no layer 4 in rodents).
 *
 * Densities: 57,328 neurons under 1 mm² of pia (Gabbott et al. 1997, J Comp Neurol 377:465), 55,000
 * without layer 1; inhibitory share 15 % (Gabbott 1997; Hass et al. 2016,
 * doi:10.1371/journal.pcbi.1004930); classes between Gabbott 1997 (PV first) and Kim et al. 2017,
 * doi:10.1016/j.cell.2017.09.020 (SST first). VIP stands for VIP and the other 5HT3aR cells. Connection
 * probabilities: Campagnola et al. 2022, doi:10.1126/science.abj5861, within layers; Billeh et al. 2020,
 * doi:10.1016/j.neuron.2020.01.040, and Hass et al. 2016 between layers; Gaussian kernels, σ 125 µm from
 * PYR and 100 µm from interneurons (85–114 µm in Levy & Reyes 2012, doi:10.1523/JNEUROSCI.5158-11.2012;
 * the wider value stands for the tail of PYR axons). Where prefrontal or frontal cortex was measured, its
 * values go before those of visual cortex: PYR → SST from Hass et al. 2016 (.08–.16, against .2–.3 in
 * mouse V1; .175 at no distance gives .15 within 100 µm), SST → PYR in layer 2/3 from Fino & Yuste 2011,
 * doi:10.1016/j.neuron.2011.02.025 (nearly every SST cell reaches every PYR cell within 200 µm). VIP_L23 →
 * SST_L23 (.23) is half of what was measured between VIP and SST cells (.457), since half of the population
 * are 5HT3aR cells without VIP (Rudy et al. 2011, doi:10.1002/dneu.20853), which are not known to seek SST
 * cells. */
#include "fields.h"
#include "memory.h"
#include "region.h"
#include "tissue/presynaptic.h"

enum { E23, E5, E6, PV23, PV5, PV6, SST23, SST5, SST6, VIP23, VIP5, VIP6, N };
enum { PYR, PV, SST, VIP };

#define PYR_SOURCE                                                                                           \
  "membrane: van Aerde & Feldmeyer 2015, doi:10.1093/cercor/bht278; spread: Hass et al. 2016; voltages so "  \
  "that "                                                                                                    \
  "rheobase, f-I slope and adaptation fit them"
#define INTERNEURON_SOURCE                                                                                   \
  "membrane: barrel L2/3 recordings as in Avermann et al. 2012, doi:10.1152/jn.00917.2011, and Lee et al. "  \
  "2010, "                                                                                                   \
  "doi:10.1523/JNEUROSCI.2831-10.2010 (VIP); Hass et al. 2016"

/* Receptor kinetics by class of target cell (rise, decay in ms): AMPA between synapse and soma; NMDA Myme et
 * al. 2003; GABA-A fast from PV cells, slow from SST and VIP cells. Subunit shares: assumed, consistent with
 * Yi et al. 2019, PMC6858497 (interneurons have 2B/2D triheteromers) and Perszyk et al. 2016. */
#define TONIC(g_max)                                                                                         \
  { "nmda_extrasynaptic", "g_max", g_max }
#define TONIC_SHARES(A, B, C, D)                                                                             \
  {"nmda_extrasynaptic", "share_2A", A}, {"nmda_extrasynaptic", "share_2B", B},                              \
      {"nmda_extrasynaptic", "share_2C", C}, {                                                               \
    "nmda_extrasynaptic", "share_2D", D                                                                      \
  }
#define PYR_RECEPTORS(nmda_decay, g_h_nS)                                                                    \
  {"cell", "sd_E_L", 4.2}, {"ampa", "tau_decay", 3}, {"nmda", "tau_decay", nmda_decay},                      \
      {"nmda", "share_2A", .60}, {"nmda", "share_2B", .40}, {"hcn", "g_h", g_h_nS}, TONIC(.5),               \
      {"nmda_extrasynaptic", "share_2A", .30}, {                                                             \
    "nmda_extrasynaptic", "share_2B", .70                                                                    \
  }
#define PV_RECEPTORS                                                                                         \
  {"ampa", "tau_rise", .3}, {"ampa", "tau_decay", 2.1}, {"nmda", "tau_decay", 45},                           \
      {"nmda", "share_2A", .40}, {"nmda", "share_2B", .35}, {"nmda", "share_2C", .05},                       \
      {"nmda", "share_2D", .20}, TONIC(.8), TONIC_SHARES(.15, .40, .05, .40),                                \
      {"gaba_a_fast", "tau_rise", .3}, {"gaba_a_fast", "tau_decay", 3}, {                                    \
    "gaba_a_slow", "tau_decay", 8                                                                            \
  }
#define SST_RECEPTORS                                                                                        \
  {"nmda", "tau_decay", 70}, {"nmda", "share_2A", .25}, {"nmda", "share_2B", .40},                           \
      {"nmda", "share_2C", .05}, {"nmda", "share_2D", .30}, TONIC(1.6), TONIC_SHARES(.10, .35, .05, .50), {  \
    "gaba_a_slow", "tau_decay", 10                                                                           \
  }
#define VIP_RECEPTORS                                                                                        \
  {"nmda", "tau_decay", 60}, {"nmda", "share_2A", .35}, {"nmda", "share_2B", .45},                           \
      {"nmda", "share_2C", .05}, {"nmda", "share_2D", .15}, TONIC(.7), TONIC_SHARES(.20, .50, .05, .25), {   \
    "gaba_a_slow", "tau_decay", 10                                                                           \
  }

/* AdEx of a class: C pF, g_L nS, E_L, V_T, Δ_T mV, a nS, τ_w ms, b pA, V_reset mV, t_ref ms. */
#define ADEX(C, gL, EL, VT, D, a_, tw, b_, Vr, tr)                                                           \
  {                                                                                                          \
    .C_m = C, .g_L = gL, .E_L = EL, .V_T = VT, .Delta_T = D, .a = a_, .tau_w = tw, .b = b_, .V_reset = Vr,   \
    .t_ref = tr                                                                                              \
  }

static const struct population_row population[N] = {
    [E23] = {"PYR_L23",
             "PYR",
             "L23",
             "adex",
             ADEX(119, 5.9, -76, -44.5, 1, .5, 190, 80, -58, 2),
             16800,
             190,
             470,
             1.0,
             70,
             2.72,
             280,
             .7,
             {PYR_RECEPTORS(75, .885)},
             PYR_SOURCE},
    [E5] = {"PYR_L5",
            "PYR",
            "L5",
            "adex",
            ADEX(177, 8, -70, -52, 1, 1, 145, 43, -58, 2),
            15960,
            470,
            850,
            3.5,
            32,
            4.48,
            128,
            .8,
            {PYR_RECEPTORS(80, 1.2)},
            PYR_SOURCE},
    [E6] = {"PYR_L6",
            "PYR",
            "L6",
            "adex",
            ADEX(100, 3.5, -71, -49, 1, .2, 105, 36, -58, 2),
            13760,
            850,
            1130,
            1.5,
            19,
            3.2,
            76,
            .7,
            {PYR_RECEPTORS(75, .525)},
            PYR_SOURCE},
    [PV23] = {"PV_L23",
              "PV",
              "L23",
              "adex",
              ADEX(85, 8.5, -70, -48, 1, 0, 20, 4, -60, 1),
              1000,
              190,
              470,
              12,
              26,
              2.4,
              81,
              .25,
              {PV_RECEPTORS},
              INTERNEURON_SOURCE},
    [PV5] = {"PV_L5",
             "PV",
             "L5",
             "adex",
             ADEX(85, 8.5, -70, -48, 1, 0, 20, 4, -60, 1),
             1200,
             470,
             850,
             12,
             126,
             2.4,
             391,
             .25,
             {PV_RECEPTORS},
             INTERNEURON_SOURCE},
    [PV6] = {"PV_L6",
             "PV",
             "L6",
             "adex",
             ADEX(85, 8.5, -70, -48, 1, 0, 20, 4, -60, 1),
             850,
             850,
             1130,
             12,
             76,
             2.4,
             236,
             .25,
             {PV_RECEPTORS},
             INTERNEURON_SOURCE},
    [SST23] = {"SST_L23",
               "SST",
               "L23",
               "adex",
               ADEX(105, 3.4, -60, -45, 1, .6, 100, 14, -58, 1.5),
               1000,
               190,
               470,
               6,
               20,
               .8,
               80,
               .3,
               {SST_RECEPTORS},
               INTERNEURON_SOURCE},
    [SST5] = {"SST_L5",
              "SST",
              "L5",
              "adex",
              ADEX(105, 3.4, -60, -45, 1, .6, 100, 14, -58, 1.5),
              1440,
              470,
              850,
              6,
              41,
              .8,
              164,
              .3,
              {SST_RECEPTORS},
              INTERNEURON_SOURCE},
    [SST6] = {"SST_L6",
              "SST",
              "L6",
              "adex",
              ADEX(105, 3.4, -60, -45, 1, .6, 100, 14, -58, 1.5),
              1100,
              850,
              1130,
              6,
              55,
              .8,
              220,
              .3,
              {SST_RECEPTORS},
              INTERNEURON_SOURCE},
    [VIP23] = {"VIP_L23",
               "VIP",
               "L23",
               "adex",
               ADEX(60, 2.5, -63, -44, 1, .3, 100, 20, -58, 1.5),
               1200,
               190,
               470,
               6,
               38,
               .9,
               116,
               .5,
               {VIP_RECEPTORS},
               INTERNEURON_SOURCE},
    [VIP5] = {"VIP_L5",
              "VIP",
              "L5",
              "adex",
              ADEX(60, 2.5, -63, -44, 1, .3, 100, 20, -58, 1.5),
              400,
              470,
              850,
              6,
              37,
              .9,
              113,
              .5,
              {VIP_RECEPTORS},
              INTERNEURON_SOURCE},
    [VIP6] = {"VIP_L6",
              "VIP",
              "L6",
              "adex",
              ADEX(60, 2.5, -63, -44, 1, .3, 100, 20, -58, 1.5),
              290,
              850,
              1130,
              6,
              86,
              .9,
              262,
              .5,
              {VIP_RECEPTORS},
              INTERNEURON_SOURCE},
};

/* p₀, from row to column. */
static const double p0[N][N] = {
    [E23] = {.13, .10, .01, .50, .08, 0, .175, .08, 0, .20, .05, 0},
    [E5] = {.03, .08, .05, .08, .20, .10, .092, .08, .05, .05, .08, .02},
    [E6] = {.005, .015, .03, 0, .01, .40, 0, .01, .10, 0, 0, .05},
    [PV23] = {.60, .10, 0, .60, .05, 0, .15, 0, 0, .10, 0, 0},
    [PV5] = {.10, .40, .03, .05, .48, .05, 0, .12, .03, 0, .10, 0},
    [PV6] = {0, .10, .55, 0, .05, .60, 0, .03, .06, 0, 0, .06},
    [SST23] = {.70, .02, 0, .40, .02, 0, .10, 0, 0, .60, .02, 0},
    [SST5] = {.17, .25, .03, .05, .29, .05, .05, .10, .03, .15, .33, 0},
    [SST6] = {0, .03, .15, 0, .05, .34, 0, .02, .16, 0, 0, .60},
    [VIP23] = {.10, 0, 0, .05, 0, 0, .23, .05, 0, .05, 0, 0},
    [VIP5] = {0, .02, 0, 0, .02, 0, .05, .19, .05, 0, .15, 0},
    [VIP6] = {0, 0, 0, 0, 0, .14, 0, .05, .19, 0, 0, 0},
};

/* Peak conductance of the first spike, nS, from class to (E23, E5, E6, PV, SST, VIP): so that unitary PSPs
 * are those of Billeh et al. 2020 and, for PYR to interneurons, the resting-state amplitudes of Campagnola et
 * al. 2022 (PV 0.60, VIP 0.45 mV). PYR → SST and SST → VIP facilitate and are smaller at first, so that what
 * was measured, a mean, is met in a train: at the second spike of a pair for SST → VIP. SST → PYR gives the
 * IPSP that is seen at the soma, 0.35 mV, as everywhere: the cell has one compartment, in which the
 * conductance at the dendrite (3 nS, Markram et al. 2015) would be ten times as strong as it is measured. */
static const double weight_nS[4][6] = {
    [PYR] = {.34, .56, .40, .385, .055, .148},
    [PV] = {2.0, 3.2, 1.8, 1.6, .384, .352},
    [SST] = {.331, .437, .233, .444, .133, .16},
    [VIP] = {.286, .38, .2, .176, .259, .19},
};
/* Coefficient of variation of the weights: σ of the logarithm 0.7 from pyramidal, 0.55 and 0.63 from SST and
 * VIP cells; from PV cells onto pyramidal cells 0.89, onto interneurons 0.7 (mean over median of Avermann et
 * al. 2012, doi:10.1152/jn.00917.2011: 1.1 and 0.7). */
static double weight_cv(int source, int target) {
  static const double from[4] = {.8, .8, .6, .7};
  return source == PV && target == PYR ? 1.1 : from[source];
}

/* Tsodyks–Markram U, τ_rec, τ_facil (ms) from class to class: Markram et al. 2015,
 * doi:10.1016/j.cell.2015.09.029 (PYR to PYR, PV, SST); Hass et al. 2016 after Wang et al. 2006
 * (interneurons); Campagnola et al. 2022 for sign and size (VIP). */
static const double plasticity[4][4][3] = {
    [PYR] = {{.42, 500, 20}, {.40, 400, 15}, {.09, 138, 670}, {.25, 200, 120}},
    [PV] = {{.25, 706, 21}, {.25, 706, 21}, {.25, 706, 21}, {.25, 706, 21}},
    [SST] = {{.32, 144, 62}, {.32, 144, 62}, {.32, 144, 62}, {.16, 45, 376}},
    [VIP] = {{.32, 144, 62}, {.32, 144, 62}, {.20, 100, 100}, {.20, 100, 100}},
};

/* PV cells differ in what they release (Hass et al. 2016 after Gupta et al. 2000,
 * doi:10.1126/science.287.5451.273): onto pyramidal cells 25, 50 and 25 % facilitate, depress and recover
 * soon, onto interneurons 29, 58 and 13 %. Where all depress, a steady rate of PV cells inhibits alike at
 * any rate. */
static const struct release_class onto_pyramidal[] = {
    {.25, .16, 45, 376}, {.50, .25, 706, 21}, {.25, .32, 144, 62}};
static const struct release_class onto_interneurons[] = {
    {.29, .16, 45, 376}, {.58, .25, 706, 21}, {.13, .32, 144, 62}};

static int class_of(int row) { return row <= E6 ? PYR : row <= PV6 ? PV : row <= SST6 ? SST : VIP; }

static struct pathway_row pathway(int from, int to) {
  int source = class_of(from), target = class_of(to), column = target == PYR ? to : 2 + target;
  const double *stp = plasticity[source][target];
  return (struct pathway_row){
      .from = from,
      .to = to,
      .port = source == PYR  ? "glutamate"
              : source == PV ? "gaba_fast"
                             : "gaba_slow",
      .shape = KERNEL_GAUSSIAN,
      .width_um = source == PYR ? 125 : 100,
      .p0 = p0[from][to],
      .reciprocity = from == E5 && to == E5 ? 4 : 0, /* Song et al. 2005, doi:10.1371/journal.pbio.0030068 */
      .mean_nS = weight_nS[source][column],
      .cv = weight_cv(source, target),
      /* synaptic part of the delay: Hass et al. 2016 */
      .delay_ms = source == PYR ? (target == PYR ? 1.2 : 0.6) : 0.7,
      .delay_sd_ms = 0.2,
      .U = stp[0],
      .tau_rec_ms = stp[1],
      .tau_facil_ms = stp[2],
      .classes = source != PV    ? NULL
                 : target == PYR ? onto_pyramidal
                                 : onto_interneurons,
      .n_classes = source == PV ? COUNT_OF(onto_pyramidal) : 0,
      .plastic = source == PYR && target == PYR,
      .heeds = source != PYR                    ? 0
               : target == PYR || target == SST ? HEEDS_MGLUR2 | HEEDS_DRUGS | HEEDS_GABA_B
                                                : HEEDS_MGLUR2 | HEEDS_DRUGS,
      .source = "p: Campagnola 2022, doi:10.1126/science.abj5861, and Billeh 2020, "
                "doi:10.1016/j.neuron.2020.01.040; "
                "weight: Billeh 2020; delay: Hass 2016; short-term plasticity: Markram 2015, Hass 2016"};
}

/* Mediodorsal thalamus and ventral hippocampus, apart from the background. Every layer 2/3 pyramidal cell
 * hears both; PV cells are driven more by the thalamus, VIP cells more by the hippocampus (Canetta et al.
 * 2020, PMC7750130). MD: 100 fibres at 5 Hz, of 0.244 nS (0.7 of local excitation), 1.7 times as much onto
 * PV cells (assumed); sustained in trains (Canetta et al. 2020; Cruikshank et al. 2012, J Neurosci 32:17813),
 * so that U and recovery are assumed to be mild. vHPC: latency 12–22 ms, mean 15–18 (Dégenètais et al.
 * 2003, doi:10.1093/cercor/13.7.782), deep layers more than L2/3, PV cells more and SST cells less than
 * pyramidal cells (Liu et al. 2020, doi:10.7554/eLife.55267), facilitating in vivo (Laroche et al. 1990,
 * PubMed 2395531). That 20 % of ventral CA1 project here (of 10–25 %), in-degrees (1–3 % of the spines)
 * and the size of one fibre (0.35 mV) are assumed: nobody has recorded pairs. */
static const struct afferent_row afferent[] = {
    {.name = "MD",
     .title = "mediodorsal thalamus",
     .thalamic = true,
     .rate_Hz = 5,
     .density_per_mm2 = 4000,
     .share = 1,
     .width_um = 250,
     .delay_ms = 3,
     .delay_sd_ms = .5,
     .delay_low_ms = 1.5,
     .delay_high_ms = 6,
     .U = .25,
     .tau_rec_ms = 200,
     .tau_facil_ms = 20,
     .cv = .8,
     .heeds = HEEDS_MGLUR2 | HEEDS_DRUGS,
     .target = {{"PYR_L23", 100, .244}, {"PV_L23", 100, .413}},
     .source = "Canetta et al. 2020, PMC7750130; Delevich et al. 2015, doi:10.1523/JNEUROSCI.4565-14.2015; "
               "docs/model.md, mpfc"},
    {.name = "vHPC",
     .title = "ventral CA1",
     .region = "CA1",
     .population = "CA1_PYR",
     .rate_Hz = 1.2,
     .density_per_mm2 = 2800,
     .share = .2,
     .delay_ms = 16,
     .delay_sd_ms = 2.5,
     .delay_low_ms = 8,
     .delay_high_ms = 26,
     .U = .20,
     .tau_rec_ms = 150,
     .tau_facil_ms = 200,
     .cv = .8,
     .heeds = HEEDS_MGLUR2 | HEEDS_DRUGS,
     .target = {{"PYR_L23", 40, .19},
                {"PYR_L5", 80, .27},
                {"PYR_L6", 80, .13},
                {"PV_L23", 80, .385},
                {"PV_L5", 80, .385},
                {"PV_L6", 80, .385},
                {"SST_L23", 30, .06},
                {"SST_L5", 30, .06},
                {"SST_L6", 30, .06},
                {"VIP_L23", 80, .15},
                {"VIP_L5", 80, .15},
                {"VIP_L6", 80, .15}},
     .source = "Degenetais et al. 2003, doi:10.1093/cercor/13.7.782; Canetta et al. 2020, PMC7750130; Liu et "
               "al. 2020, doi:10.7554/eLife.55267; docs/model.md, mpfc"},
};

enum status mpfc_anatomy(struct anatomy *out) {
  *out = (struct anatomy){
      .name = "mPFC",
      .title = "prelimbic medial prefrontal cortex (rat)",
      .thalamic = 1.0 / 3, /* thalamus, hippocampus, cortex */
      .fluctuation = {.depth = 0.25, .tau = 50},
      .fluctuation_source = "Mazzoni et al. 2008, doi:10.1371/journal.pcbi.1000239, has the process; depth "
                            "and time were calibrated to the fall of the LFP's spectrum, the correlation of "
                            "excitation and inhibition, and weak correlations of spike counts: docs/model.md",
      .side_um = 500,
      .labile = "SST_L23", /* docs/results.md, size of a patch */
      .labile_cv = 0.17,
      .background_mglur2 = 1,
      .background_potentiated = 1,
      .terminals_source =
          "mGlu2/3: all terminals, as tissue.mglur2 was measured here (Hascup et al. 2010); drugs: "
          "assumed, nobody told terminals apart",
      .serotonin = 0.3,
      .serotonin_source = "lower in neocortex than in hippocampus, Chalmers & Watson 1991, "
                          "doi:10.1016/0006-8993(91)90748-K; the size is assumed",
      .stress = 1,
      .stress_source = "the measure of the others: apical dendrites x0.71-0.82 after three "
                       "weeks of restraint, Cook & Wellman 2004, doi:10.1002/neu.20025",
      .population = population,
      .n_populations = N,
      .afferent = afferent,
      .n_afferents = COUNT_OF(afferent)};
  TRY(memory_new("pathways", (size_t)N * N, sizeof *out->pathway, &out->pathway));
  for (int from = 0; from < N; from++) {
    for (int to = 0; to < N; to++) {
      if (p0[from][to] > 0) out->pathway[out->n_pathways++] = pathway(from, to);
    }
  }
  return STATUS_OK;
}
