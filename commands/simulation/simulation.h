/* simulation.h — an experiment that runs: circuits, tissue and drugs on one clock.
 *
 * The protocol is a list of stages, the same for every arm: a window of spikes, or a step of the slow half. A
 * window at t_k sees the drug of t_k and the tissue as it stands; what it measures drives the slow half over
 * the interval around t_k, from midway to the window before to midway to the next (cut at events).
 * Heterogeneous multiscale method, E & Engquist 2003, doi:10.4310/CMS.2003.v1.n1.a8; sampling in the middle
 * keeps the error of the decaying drug of second order. */
#ifndef COMMANDS_SIMULATION_H
#define COMMANDS_SIMULATION_H

#include "body_course.h"
#include "instruments.h"
#include "result.h"
#include "signals/activity.h"

enum stage_kind { STAGE_WINDOW, STAGE_SLOW };

struct stage {
  enum stage_kind kind;
  int window;        /* the window that runs, or the one whose measures drive the slow step */
  double t0_h, t1_h; /* a window measures from t0_h on */
  bool may_remodel;  /* slow: structure may change at t1_h though remodel_step has not passed */
};

/* What a window measured at each site, or its value at baseline. */
#define SITE_MEASURES(X)                                                                                     \
  X(throughput, "Hz", "recurrent AMPA throughput: presynaptic rate, weighted by synapse")                    \
  X(rate, "Hz", "firing rate of cells with spines")                                                          \
  X(blocked, "1", "blocked share of the NMDA charge of cells with spines")                                   \
  X(resting_blocked, "1", "the same of receptors that ambient glutamate keeps open: the current of rest")    \
  X(scale, "1", "homeostatic factor on AMPA receptors")                                                      \
  X(gaba_scale, "1", "homeostatic factor on GABA-A receptors")                                               \
  X(excitation, "1", "AMPA of the synapses of cells with spines, of the start, without scaling")             \
  X(glutamate, "uM", "extracellular glutamate")                                                              \
  X(ambient, "uM", "glutamate at receptors outside of synapses")                                             \
  X(release, "1", "factor of autoreceptors on release, of rest")                                             \
  X(gate, "1", "factor of GABA-B receptors on release, of rest")
#define SITE_MEASURE_ENUM(name, unit, meaning) SITE_##name,
enum site_measure { SITE_MEASURES(SITE_MEASURE_ENUM) SITE_MEASURE_COUNT };
#undef SITE_MEASURE_ENUM

enum { SIMULATION_WHOLES = 8 }; /* most measures of a region as a whole */

struct tissue {
  struct region *region;
  int n_sites;
  double *y[SIGNALLING_COUNT];          /* per site */
  double *measured[SITE_MEASURE_COUNT]; /* latest window, per site */
  double *baseline[SITE_MEASURE_COUNT];
  struct spines spines;
  double *elimination_factor, *formation_factor, *dendrite_target; /* not state: per site, structure.h */
  struct glutamate glutamate;
  struct mglur2 mglur2;
  struct heteroreceptors heteroreceptors;
  struct dialysis dialysis;
  struct electrode electrode;
  struct bursts bursts;
  double extracellular[SIMULATION_WHOLES]; /* not state: measures of the latest window, extracellular.h */
};

struct simulation {
  const struct experiment *experiment;
  struct network *network;
  struct theta_clock theta; /* follows from the time of the window; populations point to it */
  struct region region[EXPERIMENT_REGIONS];
  struct tissue tissue[EXPERIMENT_REGIONS];
  int n_regions;
  struct activity activity;
  struct instruments instruments;
  struct stiff **solver; /* per thread: signalling */
  struct stiff *systemic_solver;
  int arm; /* of the experiment */
  struct arm_doses doses;
  struct places places; /* room for concentrations over the sheets */
  struct stage *stage;
  int n_stages;
  /* state */
  int64_t position;     /* stage that runs or comes next */
  int64_t window_ticks; /* of a window that runs: done so far */
  int64_t remodels;
  double remodelled_h, window_end_h; /* latest structural change; end of the latest window */
  struct course fast, slow;          /* drug as windows and as the tissue see it */
  struct afferents_block afferents;  /* along the fast course, in the areas that background comes from */
  /* not state, of a subject that is kept or was: which circuits (kept_subject.h), the run that kept it, drugs
   * in its body at time 0 */
  uint64_t wired;
  char parent[RESULT_UUID_MAX];
  bool carried[DRUG_SUBSTANCES];
  /* not state */
  struct profile *profile; /* of the windows; NULL: none is kept; freed with the simulation */
  double build_wall_s, spike_wall_s, slow_wall_s, remodel_wall_s, biology_s;
};

/* Read the regions' tables and place all cells; no synapses yet. Then faults of the config are complete: call
 * config_finish. Fails: CONFIG, NO_MEMORY. Free with simulation_free, also after a failure. */
MUST_USE enum status simulation_place(const struct experiment *experiment, struct simulation *out);
/* Draw synapses, prepare the tissue and the list of stages. Fails: CONFIG, NO_MEMORY. */
MUST_USE enum status simulation_wire(struct simulation *simulation, int threads, int ranks);
/* Set up what looks on in windows; of a wired simulation that is to be recorded. Fails: NO_MEMORY, FAULT. */
MUST_USE enum status simulation_instruments(struct simulation *simulation);
void simulation_free(struct simulation *simulation);

/* From now on the doses are those of this arm. Fails: NO_MEMORY. */
MUST_USE enum status simulation_arm(struct simulation *simulation, int arm);

/* First stage at which arms that diverge at t_h differ; n_stages if they never do. */
int simulation_divergence(const struct simulation *simulation, double t_h);

/* Visit all state. After a load, what follows from it is recomputed. */
MUST_USE enum status simulation_visit(struct simulation *simulation, struct visitor *visitor);

/* A hash over all state: the process of rank 0 gets it. By all (exchange.h). Fails: NO_MEMORY. */
MUST_USE enum status simulation_hash(struct simulation *simulation, uint64_t *hash);

/* Protocol time reached, h. */
double simulation_time_h(const struct simulation *simulation);
/* Share of the work done, by biological time of spikes; 1 at the end. */
double simulation_share(const struct simulation *simulation);
/* Biological time of spikes in all windows, s. */
double simulation_biology_s(const struct experiment *experiment);

/* Mean over sites. */
double tissue_mean(const struct tissue *tissue, const double *per_site);
/* Measure relative to its baseline at a site, 1 where there is no baseline. */
double tissue_relative(const struct tissue *tissue, enum site_measure measure, int site);

/* What the body at a course does to region r. */
struct body_effects simulation_body(const struct simulation *simulation, const struct course *course, int r);
/* AMPA content of a synapse at a site, of that at the start. */
double simulation_ampa_content(const struct simulation *simulation, int r, int site);

/* Advance a course to t_h (not before its time), with the doses of the present arm, and with the fast one the
 * block in afferent areas (NULL with the other). Fails: DIVERGED. */
MUST_USE enum status course_advance(const struct simulation *simulation, struct course *course,
                                    struct afferents_block *block, double t_h);
/* Exposures of region r to a course (−1: of the body, without doses into tissue); `out` holds DRUG_SUBSTANCES
 * × ACTION_COUNT and is good until the next call for this region. Gives their number. */
int course_exposures(const struct simulation *simulation, const struct course *course, int r,
                     struct exposure *out);

#endif
