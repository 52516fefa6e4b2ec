/* spines.h — spines of pyramidal cells: formed between real partners, maturing, lost; between windows.
 *
 * Every synapse of a plastic pathway sits on a spine of its target, that of a tract or of fibres from outside
 * too, and so does every afferent synapse that the background stands for. A new spine is young: it is lost at
 * λ_y or becomes persistent at μ; a persistent one is lost at λ_m. A cell has (1 + v) n₀ elements that can
 * carry a spine, n₀ its number at the start; each vacant one becomes a spine at f₀ G(P)/v, G a Hill curve of
 * the site's synaptic proteins. So the cell gains f₀ n₀ G(P) a day at its start, less as vacancies run out,
 * and cannot have more than (1 + v) n₀. f₀ and μ are no parameters: they follow from λ_y, λ_m and the share s
 * of persistent spines, which a tissue at rest keeps:
 *   f₀ = (1 − s) λ_y + s λ_m,   μ = λ_m s/(1 − s)
 * A new spine falls to the pathways onto the cell, and to its afferents, as the spines of the start did. Its
 * partner is drawn by the pathway's distance kernel (partners.h) among source cells with a free element;
 * pairs already connected are passed over. A new synapse has its NMDA receptors at once and its AMPA grows
 * from a low start over a day (projection_grow). Afferent spines are counted per cell and scale the cell's
 * background by their AMPA, which at the start is that of rest.
 *
 * The tissue of a site moves this by factors on the rates of loss and of formation, and by the length to
 * which dendrites go. The length L of a cell's dendrites, of the start, follows that target D,
 *   L' = (D − L)/τ,  τ = τ_retract where D < L, else τ_regrow
 * and the elements with it: a cell has (1 + v) n₀ L. What stands on a stretch of dendrite that goes, goes
 * too. At a lasting L a cell thus keeps its spines per length, and has fewer. Spines of cells whose activity
 * A, their firing over the past day, is below a part h of baseline are lost faster, × (1 + k (1 − A/h)). Less
 * of a fall is met by scaling: if it cost spines as well, each spine lost would take others along.
 *
 * Draws are keyed by cell, pathway, partner and step: they depend on nothing else (docs/identity.md). */
#ifndef CIRCUITS_SYNAPSES_SPINES_H
#define CIRCUITS_SYNAPSES_SPINES_H

#include "network.h"
#include "synapses/partners.h"
#include "synapses/tract.h"

enum { SPINES_STEPS = 65536 };

struct spine_params {
  double young_loss, mature_loss, persistent; /* 1/d, 1/d, share */
  double vacancies;                           /* free elements per spine, at the start */
  double gain_half, gain_hill;                /* G(P) = (1 + K) Pⁿ/(Pⁿ + K) */
  double ampa_start, ampa_growth;             /* share of AMPA of a new synapse; h until it is full */
  double density;                             /* spines per µm of dendrite at the start */
  double retract, regrow;                     /* h: time constants of the length of dendrites */
  double inactivity_loss, inactive_below;     /* rise of the rates of loss on silent cells; activity */
  /* derived */
  double formation, maturation; /* 1/d */
};
extern const struct param spine_params[];
extern const int n_spine_params;

/* Read the group synapses.spines and derive. */
void spines_read(struct config *config, struct spine_params *out);
/* Those of one region, the group at `group`: what the config says there, else what it says in synapses.spines
 * (`general`), else what the region's n presets say, else the general defaults. */
void spines_read_region(struct config *config, const char *group, const struct spine_params *general,
                        const struct preset *presets, int n, struct spine_params *out);
/* Mean age of a young spine at rest, h. */
double spines_young_mean_h(const struct spine_params *p);

/* The spines of one population's cells, by cell. */
struct spine_cells {
  struct population *population;
  int32_t *start, *afferents_start; /* n₀, all and afferent: counted at the start, no state */
  int32_t *recurrent;               /* now: counted from the synapses */
  float *weight_nS, *start_nS; /* summed weights of its plastic synapses, now and at the start: counted */
  int32_t *young, *mature;     /* afferent spines */
  float *grown;                /* afferent spines weighted by their share of AMPA */
  float *dendrite;             /* length of the cell's dendrites, of the start */
  float *bared;                /* share of it that the latest step took away: within that step only */
};

/* What the tissue of each site does to spines: arrays of sheet_sites values, NULL: 1 everywhere. */
struct spine_sites {
  const double *proteins;           /* synaptic proteins, of rest */
  const double *elimination_factor; /* on the rates of loss */
  const double *formation_factor;   /* on the rate of formation */
  const double *dendrite_target;    /* length to which dendrites go, of the start */
  const double *activity;           /* firing over the past day, of baseline */
};

/* The output synapses of one population's cells, by cell. */
struct spine_sources {
  const struct population *population;
  int32_t *start, *bound; /* plastic synapses at the start and now */
};

/* A plastic pathway: within the sheet, or of a tract from elsewhere; the other of the two is NULL. */
struct spine_pathway {
  struct projection *projection;
  const struct wiring *wiring;
  const struct tract_wiring *tract;
  double peak; /* the largest connection probability of a tract */
};

struct turnover {
  int64_t formed, removed, alive;
};

struct spines {
  struct spine_params params;
  const struct sheet *sheet;
  uint64_t seed;
  struct spine_cells *cells;
  struct spine_sources *sources;
  int n_cells, n_sources;
  struct spine_pathway *pathway; /* the plastic ones */
  struct partners *partners;     /* of each that lies within the sheet */
  int32_t **onto;                /* of each, per target cell: synapses at the start */
  struct turnover *turnover;     /* of each, in the latest step */
  int n_pathways;
  struct turnover afferents;
};

/* What ends in a region: of its wirings and tracts the plastic ones count, of its own populations the spiny
 * ones, which may have afferent spines alone. Arrays without members may be NULL. */
struct spine_inputs {
  const struct wiring *wiring;
  const struct tract_wiring *tract;
  struct population *const *own;
  int n_wirings, n_tract, n_own;
};

/* Take up the spines of a wired region, whose populations have their places. Weights are set to their growth.
 * Fails: NO_MEMORY. Free with spines_free (accepts a zeroed one). */
MUST_USE enum status spines_new(struct spines *spines, const struct spine_params *params,
                                const struct sheet *sheet, const struct spine_inputs *inputs, uint64_t seed);
void spines_free(struct spines *spines);

/* One step of structural change from t0_h to t1_h; `step` numbers the steps of a run (below SPINES_STEPS).
 * Afterwards synapse weights, counts and the cells' background are up to date. By all (exchange.h), as
 * spines_new and spines_restore. Fails: NO_MEMORY, DIVERGED
 * (the sum of arrivals at a cell could overflow). */
MUST_USE enum status spines_remodel(struct spines *spines, struct network *network,
                                    const struct spine_sites *sites, double t0_h, double t1_h, uint32_t step);

/* Over the cells of each site: spines per µm; spines per cell, recurrent and afferent; length of dendrites,
 * of the start; number of plastic synapses; mean AMPA weight of one of them, relative to the start. NAN where
 * there are none. Arrays of sheet_sites values; any may be NULL. */
struct spine_maps {
  double *density_per_um, *per_cell, *dendrite, *synapses, *weight;
};
void spines_map(const struct spines *spines, const struct spine_maps *maps);

/* AMPA of all spines of the cells of a site, recurrent and afferent, each by how far it has grown: relative
 * to the start, 1 without spines. */
double spines_ampa(const struct spines *spines, int site);

/* Means over the cells of one population: spines per µm of dendrite and per cell, length of dendrites, of the
 * start. NAN without cells. */
struct spine_means {
  double density_per_um, per_cell, dendrite;
};
struct spine_means spines_means(const struct spines *spines, const struct spine_cells *cells);

/* After synapses and afferent spines were loaded: set weights by age, recount, set the cells' background. */
void spines_restore(struct spines *spines);

/* Visit state: afferent spines, length of dendrites. */
MUST_USE enum status spines_visit(struct spines *spines, struct visitor *visitor);

#endif
