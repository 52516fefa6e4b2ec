/* region.h — a brain region: tables of populations and pathways with their sources, turned into placed, wired
 * cells.
 *
 * Each region is one file (mpfc.c, hippocampus/ca1.c) that fills these rows. Every number of a row is default
 * of a config key (regions.<region>.populations.<name>.<key>,
 * regions.<region>.pathways.<from>_to_<to>.<key>), so that any of them can be changed, and enters the result
 * with its standing and source. */
#ifndef REGIONS_REGION_H
#define REGIONS_REGION_H

#include "circuit.h"
#include "drive/fluctuation.h"
#include "drive/theta.h"
#include "network.h"
#include "synapses/spines.h"
#include "synapses/tract.h"
#include "synapses/wiring.h"

enum {
  REGION_POPULATIONS = 24,
  REGION_PRESETS = 28,
  REGION_SOURCE = 96,
  REGION_STREAMS = 8, /* named afferents of one region */
  REGION_ALL_PRESETS = REGION_PRESETS + 20
};

/* Largest factor on a cell's afferent number that can occur; fibres of one background volley; room that port
 * sums have for growth. */
static const double REGION_AFFERENT_SPREAD = 1.5, REGION_VOLLEY = 8.0, REGION_HEADROOM = 4.0;

/* Values that a table puts over the defaults of a mechanism: "nmda", "tau_decay". */
struct anatomy_preset {
  const char *mechanism, *key;
  double value;
};

/* The membrane of an AdEx cell: pF, nS, mV, ms, pA. */
struct adex_row {
  double C_m, g_L, E_L, V_T, Delta_T, a, tau_w, b, V_reset, t_ref;
};

struct population_row {
  const char *name, *type, *layer, *cell; /* "PV_L5", "PV", "L5", mechanism "adex" */
  struct adex_row adex;
  double density_per_mm2;
  double top_um, bottom_um;       /* depth range */
  double target_Hz;               /* published mean rate */
  double background_Hz, event_nS; /* start value of the drive, AMPA peak of one background event */
  double afferents;               /* afferent synapses that the background stands for */
  double nmda_ratio;              /* NMDA : AMPA peak conductance without Mg */
  struct anatomy_preset preset[REGION_PRESETS];
  const char *source; /* of the cell's numbers */
  bool spines; /* excitatory synapses sit on spines that come and go: also where none is of the patch */
};

/* What a row says of the cell and its receptors. Gives the number of presets. */
int region_presets(const struct population_row *row, struct circuit_preset out[REGION_ALL_PRESETS]);

struct pathway_row {
  int from, to;     /* rows of the population table */
  const char *port; /* "glutamate", "gaba_fast", "gaba_slow" */
  enum kernel_shape shape;
  double width_um, p0;
  double reciprocity; /* pairs connected both ways over chance, of a population onto itself; 0: chance */
  double mean_nS, cv;
  double delay_ms, delay_sd_ms;
  double U, tau_rec_ms, tau_facil_ms;
  const struct release_class *classes; /* n_classes of source cells in the place of the three; NULL: none */
  int n_classes;
  bool plastic;
  unsigned heeds; /* what its terminals answer to: HEEDS_… of tissue/presynaptic.h */
  const char *source;
};

/* Fibres from outside that are told apart from the background: where the experiment has the cells that they
 * come from, these are wired to the targets (tracts.h); else Poisson fibres stand for them, wired alike. */
struct afferent_row {
  const char *name, *title;
  const char *region, *population; /* the cells that they come from; NULL: never here */
  bool thalamic;                   /* their rate goes with the thalamus, else with cortex elsewhere */
  double rate_Hz, density_per_mm2; /* of a fibre; fibres under 1 mm² of the region */
  double share;                    /* of those cells that project here */
  double width_um;                 /* σ of a fibre's terminals; 0: they go everywhere alike */
  double delay_ms, delay_sd_ms, delay_low_ms, delay_high_ms;
  double U, tau_rec_ms, tau_facil_ms, cv;
  struct afferent_target {
    const char *to; /* population */
    double in_degree, mean_nS;
  } target[REGION_POPULATIONS];    /* up to the first without a name */
  double nmda_ratio;               /* onto all of them; 0: each target's own */
  double theta_depth, theta_phase; /* of Poisson fibres (drive/theta.h) */
  unsigned heeds;                  /* as of a pathway, but for GABA-B receptors */
  const char *source;
};

/* What theta does to the afferents of a population (drive/theta.h). */
struct theta_row {
  const char *population;
  struct theta_inputs inputs;
};

struct anatomy {
  const char *name, *title;
  double thalamic; /* share of the background that comes from the thalamus, where no stream of its own does */
  double entorhinal; /* share of it that comes from entorhinal cortex */
  double side_um;    /* default side of the square patch: the smallest that holds its kernels */
  /* A patch is one draw of its cells and synapses: the population whose rate differs most between patches,
   * and its SD over its mean, in patches of 1 mm²; it falls as the root of the area. NULL: not measured. */
  const char *labile;
  double labile_cv;
  /* Terminals of glutamatergic axons: share of those of the background that have autoreceptors, and that
   * answer to drugs on release; of pathways, their rows say it. */
  double background_mglur2, background_potentiated;
  const char *terminals_source;
  double serotonin; /* postsynaptic 5-HT1A receptors, of those of CA1 */
  const char *serotonin_source;
  double stress; /* load of stress that it feels, of that of mPFC */
  const char *stress_source;
  const struct population_row *population;
  int n_populations;
  const struct theta_row *theta; /* n_theta populations that theta reaches */
  int n_theta;
  struct fluctuation_settings fluctuation; /* of the background, calibrated; tau 0: the defaults */
  const char *fluctuation_source;
  const struct preset *spine; /* n_spine keys in which its spines differ from the general ones */
  int n_spine;
  struct pathway_row *pathway; /* n_pathways rows, from memory_new, made by the region's file */
  int n_pathways;
  const struct afferent_row *afferent; /* n_afferents rows */
  int n_afferents;
  struct population_row
      *selected; /* those of `population` that are left (selection.h); freed with the rest */
};

/* The regions this program has; each function fills *out (free the pathways with memory_free). Fails:
 * NO_MEMORY. */
MUST_USE enum status mpfc_anatomy(struct anatomy *out);
MUST_USE enum status ca1_anatomy(struct anatomy *out);
MUST_USE enum status ca3_anatomy(struct anatomy *out);
MUST_USE enum status dg_anatomy(struct anatomy *out);

/* Source of a default that stands in the rows of a region. */
#define BY_REGION "the region's table"

/* What a run sets for a region as a whole. */
struct region_settings {
  double side, side_y, pitch, velocity, delay_least, serotonin, stress;
  int edges;
};

/* What a population's keys set beside its mechanisms. */
struct population_settings {
  double density, top, bottom, target_rate, background_rate, event, afferents, nmda_ratio;
  double thalamic, entorhinal;     /* shares of the background, by origin */
  double stress_loss;              /* of release of GABA under the whole load of stress */
  double mglur2, ampa_potentiator; /* shares of the background's terminals */
};

struct pathway_settings {
  double width, p0, reciprocity, weight, cv, delay, delay_sd, U, tau_rec, tau_facil;
  double nmda_ratio; /* glutamatergic pathways only, as what follows: what terminals answer to */
  bool mglur2, ampa_potentiator, gaba_b;
};

/* Cells that project, and the fibres that they are, if these were made for this region. */
struct tract_source {
  struct population *population;
  bool fibres, thalamic;
  const char *title;
  uint32_t *projecting;
  int n_projecting;
};

struct region {
  const char *name;
  struct anatomy anatomy;
  struct region_settings settings;
  struct fluctuation fluctuation; /* of its background */
  struct spine_params spines;
  struct sheet sheet;
  struct population *population[REGION_POPULATIONS];
  struct population_settings own[REGION_POPULATIONS];
  struct wiring *wiring; /* one per projection of the region, in order */
  int n_wirings;
  struct tract_wiring *tract; /* what comes from outside (tracts.h) */
  int n_tracts;
  struct tract_source *source; /* where from */
  int n_sources;
  uint64_t n_cells, first_id;
  char calibrated_source[REGION_POPULATIONS][REGION_SOURCE]; /* what the resolved list points to */
};

/* What a region is built from and into. */
struct region_context {
  struct config *config;
  const struct mechanisms *mechanisms;
  struct network *network;
  int block_cells;
  const struct spine_params *spines;          /* of all regions, where none has its own */
  double temperature_C;                       /* of the body */
  const struct theta_settings *theta;         /* NULL: no rhythm comes from outside */
  const struct theta_clock *clock;            /* its phase, and of protocol time; outlives the network */
  int substances;                             /* that can act at one site: rows for their state */
  bool extrasynaptic, allosteric_site;        /* switches: drugs reach these receptors; they have this site */
  bool interneurons_spared, pyramidal_spared; /* switches off: no drug at NMDA receptors of interneurons; at
                                               * those in synapses of cells that release glutamate */
  int index;                                  /* of the region among those of the network */
};

/* Read the settings of a region and add its cells and pathways (without synapses yet) to the network. Faults
 * go to the config. Fails: NO_MEMORY, CONFIG. */
MUST_USE enum status region_build(struct region *region, const struct anatomy *anatomy,
                                  const struct region_context *context);

/* Draw all synapses of all regions, those of tracts included, set port quanta, start the cells. Call after
 * network_connect. */
MUST_USE enum status region_wire(struct region *const *regions, int n, struct network *network);

void region_free(struct region *region);
/* The same, but for the rows of its anatomy, which belong to somebody else. */
void region_release(struct region *region);

/* Mean in-degree of a pathway over the cells of the patch; at open edges less than in tissue. */
double region_expected_in_degree(const struct region *region, int wiring);

/* Peak NMDA conductance of a mean cell if every synapse released once, and that of one synapse: of all
 * populations, from in-degrees, tracts and the number of afferents. */
void region_count_receptors(struct region *region);

/* The tables of settings, for documentation. */
extern const struct param region_params[], population_params[], pathway_params[], calibrated_params[];
extern const int n_region_params, n_population_params, n_pathway_params, n_calibrated_params;

#endif
