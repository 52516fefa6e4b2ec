/* experiment.h — one experiment as its config says it: settings, subject, drugs, protocol, arms. */
#ifndef COMMANDS_EXPERIMENT_H
#define COMMANDS_EXPERIMENT_H

#include "body/temperature.h"
#include "drive/afferents.h"
#include "drugs/drug.h"
#include "drugs/local.h"
#include "params.h"
#include "probe_settings.h"
#include "recording/record_settings.h"
#include "region.h"
#include "signals/bursts.h"
#include "signals/electrode.h"
#include "signals/microdialysis.h"
#include "synapses/calcium_entry.h"
#include "synapses/spines.h"
#include "tissue/heteroreceptors.h"
#include "tissue/mglur2.h"
#include "tissue/signalling.h"
#include "tissue/systemic.h"

enum { EXPERIMENT_ARMS = 16, EXPERIMENT_EVENTS = 64, EXPERIMENT_WINDOWS = 256, EXPERIMENT_REGIONS = 4 };
enum { EXPERIMENT_LABEL = 48 }; /* bytes of a window's label that the program gives */
enum { EXPERIMENT_STRESSORS = 8, EXPERIMENT_ROWS = 64 };

struct simulation_settings {
  double dt, settle, macro_step, remodel_step, drug_step; /* ms, s, h, h, h */
  double kinetics_step;                                   /* ms */
  double rate_limit;                                      /* Hz */
  int64_t seed, block;
};

enum subject_sex { SEX_MALE, SEX_FEMALE };
struct subject_settings {
  const char *species, *condition, *from; /* condition, from: "" in health */
  bool warmed;
  int sex;
  double body_mass, bmi;          /* kg, kg/m²; 0: those of the species */
  double inflammation, clearance; /* factors */
};
struct species_settings {
  const char *name, *latin;
  double body_mass, temperature, bmi; /* kg, °C, kg/m² */
};

/* What may lie behind a subject at time 0: sessions of a stressor. */
struct condition_settings {
  const char *title, *stressor;
  double intensity, over, every; /* 1, h, h */
  int64_t count;
  bool goes_on;
};

struct stressor { /* stress_events.h */
  const char *name, *title;
  double drive;
  bool predictable;
};

/* A dose, given once or count times every every_h, or a bath (bath.h), or a stimulus (stimuli.h),
 * or stress (stress_events.h); to the arms of the set. */
struct dose_event {
  const char *kind, *drug;
  const char *stressor;   /* of stress; "": none */
  double intensity;       /* factor on its drive */
  double at, over, every; /* h */
  double dose, amount;    /* mg/kg, or mg for the whole body; one of them is 0 */
  double concentration;   /* µM: of a bath */
  int64_t count;
  int route;
  /* into tissue: */
  const char *region;  /* "": another route */
  double volume;       /* µL */
  double radius, x, y; /* µm; −1: not given */
  int region_index;    /* among the regions of the experiment */
  /* onto cells: */
  const char *population;                         /* or a cell type; "": all of the region */
  double current, conductance, reversal, volleys; /* pA, nS, mV, 1 */
  uint32_t arms;                                  /* bit a: arm a gets it */
};

/* A window of spikes: settles before `at`, is measured for `duration` from there. */
struct window_plan {
  double at, duration; /* h, s */
  const char *label;
};

/* Windows that the program places (windows.h). */
struct automatic_windows {
  bool on;
  int64_t count;
  double duration, baseline; /* s */
};

struct experiment {
  struct config *config;
  const char *title, *source;
  struct simulation_settings simulation;
  struct subject_settings subject;
  struct species_settings species;
  struct condition_settings condition; /* of the subject; stressor NULL in health */
  struct stressor stressor[EXPERIMENT_STRESSORS];
  int n_stressors;
  double body_rest[SYSTEMIC_COUNT]; /* of the subject, before its condition */
  struct record_settings record;
  struct probe_settings probe;
  struct drugs drugs;
  struct signalling signalling;
  struct systemic systemic;
  struct spine_params spines;
  struct glutamate_params glutamate;
  struct presynaptic_params mglur2;
  struct heteroreceptor_params heteroreceptors;
  struct dialysis_params dialysis;
  struct electrode_params electrode;
  struct bursts_params bursts;
  struct afferents afferents;
  struct theta_settings theta;
  struct calcium_entry calcium_entry;
  struct temperature temperature;
  struct anatomy anatomy[EXPERIMENT_REGIONS];
  int n_regions;
  const char *arm[EXPERIMENT_ARMS];
  int n_arms;
  struct dose_event event[EXPERIMENT_EVENTS];
  int n_events;
  struct window_plan window[EXPERIMENT_WINDOWS];
  int n_windows;
  struct automatic_windows automatic;
  char automatic_label[EXPERIMENT_WINDOWS][EXPERIMENT_LABEL];
  double end_h;
  bool quick, refined;
  const char *command_line, *override_text; /* for provenance; owned by the caller */
};

/* What the command line changes. */
struct experiment_options {
  const char *const *overrides;
  int n_overrides;
  bool quick;  /* shorter windows, fewer of them: to see that all works */
  bool refine; /* twice the windows, half the steps between them (windows.h) */
  bool has_seed;
  int64_t seed;
  const char *command_line, *override_text; /* for provenance; "" if unknown */
};

/* Read everything but the regions' cells and pathways (region_build reads those). Faults are collected in the
 * config; call config_finish when the regions were built. Fails: CONFIG (file, syntax), NO_MEMORY. Free with
 * experiment_free, also after a failure. */
MUST_USE enum status experiment_read(const char *path, const struct experiment_options *options,
                                     struct experiment *out);
void experiment_free(struct experiment *experiment);

struct bath { /* bath.h */
  int substance;
  double at_h, until_h, uM;
};

/* What an event gives each time, per body mass. */
double event_mg_per_kg(const struct experiment *experiment, const struct dose_event *event);

struct stress_sessions { /* stress_events.h */
  double at_h, over_h, every_h, drive;
  int64_t count;
  bool predictable;
};

/* What one arm is given. Doses are split into doses of substances: substance i gets dose[i], in order of
 * time; those into tissue, baths and stress stand apart. Arrays from memory_new. Fails: NO_MEMORY. */
struct arm_doses {
  bool carried[DRUG_SUBSTANCES]; /* in the body at time 0 */
  int n[DRUG_SUBSTANCES];
  struct kinetics_dose *dose[DRUG_SUBSTANCES];
  int n_baths;
  struct bath *bath;
  int n_local;
  struct local_dose *local;
  int n_stress;
  struct stress_sessions *stress;
};
MUST_USE enum status experiment_doses(const struct experiment *experiment, int arm, struct arm_doses *out);
void experiment_free_doses(struct arm_doses *doses);

/* The time from which arms differ, h: that of the first event that not all of `arms` (bits) share, or of the
 * window that feels it; INFINITY if none. */
double experiment_divergence_h(const struct experiment *experiment, uint32_t arms);

/* The latest event at or before t, −INFINITY if there is none, and the earliest after t, INFINITY: of any
 * arm, repeats included, sessions of stress left out, at which nothing jumps. */
double experiment_event_before_h(const struct experiment *experiment, double t_h);
double experiment_event_after_h(const struct experiment *experiment, double t_h);

/* The regions this program has. */
struct known_region {
  const char *name;
  enum status (*anatomy)(struct anatomy *out);
};
extern const struct known_region known_regions[];
extern const int n_known_regions;

/* What stands at the top of a config. */
struct experiment_settings {
  const char *title, *source;
};

/* The ids of the rows of configs/validation by which an experiment is judged, from its list `rows`; gives
 * their number. Rows that are no texts are faults of the config. */
int experiment_rows(struct config *config, const char *out[EXPERIMENT_ROWS]);

/* The tables, for explain and the documentation. */
extern const struct param simulation_params[], subject_params[], species_params[], event_params[],
    window_params[], experiment_params[], protocol_params[], arm_params[];
extern const int n_simulation_params, n_subject_params, n_species_params, n_event_params, n_window_params,
    n_experiment_params, n_protocol_params, n_arm_params;

#endif
