/* invitro.h — an experiment in vitro: patches of receptors under a voltage clamp, agonists and drugs washed
 * on and off, and what is read off the currents. The group `clamp` of a config says so; circuits/patch.h has
 * the receptors.
 *
 * A protocol is run without drugs (run 0, the control) and with them: once, or once for each concentration of
 * the series. Where drugs with a series stand beside others, the control has the others. */
#ifndef COMMANDS_INVITRO_H
#define COMMANDS_INVITRO_H

#include "drugs/drug.h"
#include "patch.h"
#include "terminal/options.h"

enum { INVITRO_PATCHES = 32, INVITRO_STEPS = 64, INVITRO_RUNS = 33, INVITRO_MEASURES = 32 };

struct invitro_settings {
  double dt, V, temperature, conductance; /* ms, mV, °C, nS */
  double duration, sample, settle;        /* s */
  double stride;                          /* ms */
};

/* A solution with an agonist, a drug, or another potential, for a time (s); for the patches of the set. */
struct invitro_agonist {
  const char *name;
  double concentration, EC50, hill;
  double at, until;
  uint32_t patches;
};
struct invitro_drug {
  const char *drug;
  double concentration; /* µM */
  bool series;          /* takes the run's concentration of the series */
  double at, until;
  uint32_t patches;
};
struct invitro_voltage {
  double V, at, until;
  uint32_t patches;
};

#define INVITRO_KINDS "current|blocked|bound|time_constant|trapped|IC50|Ki"
enum invitro_kind {
  INVITRO_CURRENT,       /* mean current, pA */
  INVITRO_BLOCKED,       /* share of the control's current that is missing */
  INVITRO_BOUND,         /* share of channels that hold the drug */
  INVITRO_TIME_CONSTANT, /* of an exponential through the current, s */
  INVITRO_TRAPPED,       /* blocked share in the later time over that in the first */
  INVITRO_IC50, /* Hill curve over the series through current, or binding of `drug`, over the control's */
  INVITRO_KI    /* IC50 of binding, corrected for the binding of the ligand itself */
};
struct invitro_measure {
  const char *id, *drug; /* drug: "" where none is meant */
  int kind;
  bool binding;                     /* IC50: of the binding of `drug`, not of the current */
  double from, to, later, later_to; /* s */
  uint32_t patches;
};

struct invitro_patch {
  const char *name, *cell; /* cell: "" or region.population, whose values replace the defaults */
  double V;                /* mV */
  struct patch_receptor receptor[PATCH_RECEPTORS];
  int n_receptors;
};

struct invitro {
  struct config *config;
  const char *title;
  struct invitro_settings settings;
  struct drugs drugs;
  struct invitro_patch patch[INVITRO_PATCHES];
  int n_patches;
  struct invitro_agonist agonist[INVITRO_STEPS];
  int n_agonists;
  struct invitro_drug drug[INVITRO_STEPS];
  int n_drugs;
  struct invitro_voltage voltage[INVITRO_STEPS];
  int n_voltages;
  double series[INVITRO_RUNS]; /* µM */
  int n_series;
  struct invitro_measure measure[INVITRO_MEASURES];
  int n_measures;
};

/* Is this config an experiment in vitro? Fails: CONFIG (it cannot be read), NO_MEMORY. */
MUST_USE enum status invitro_found(const char *path, const struct texts *overrides, bool *out);

/* Read it. `quick` keeps every other concentration of a series. Fails: CONFIG (all faults, each with file and
 * line), NO_MEMORY. Free with invitro_free, also after a failure. */
MUST_USE enum status invitro_read(const char *path, const struct texts *overrides, bool quick,
                                  struct invitro *out);
void invitro_free(struct invitro *invitro);

/* ---- traces ---- */

/* What one patch did: per run, at every sample, the current and the binding of every substance that sits in
 * channels (NAN where no receptor has channels). */
struct invitro_traces {
  int n_runs, n_samples, n_bound;
  int substance[DRUG_SUBSTANCES]; /* of bound trace i */
  double *time_s;
  double *current;                /* run × samples */
  double *bound[DRUG_SUBSTANCES]; /* run × samples */
};
/* Runs of patch p. The patch's receptors are used up. Fails: NO_MEMORY, CONFIG. Free with
 * invitro_free_traces, also after a failure. */
MUST_USE enum status invitro_trace(struct invitro *invitro, int p, struct invitro_traces *out);
void invitro_free_traces(struct invitro_traces *traces);

/* ---- readings ---- */

/* One value of one measure; `concentration` is NAN where it belongs to the whole series. */
struct invitro_value {
  char id[64];
  const char *unit, *meaning;
  double concentration, value;
};
enum { INVITRO_VALUES = 512 };

/* All measures of patch p from its traces; gives their number. */
int invitro_values(const struct invitro *invitro, int p, const struct invitro_traces *traces,
                   struct invitro_value out[INVITRO_VALUES]);

/* ---- commands ---- */

/* `run` and `check` of such a config. */
MUST_USE enum status invitro_run(const struct arguments *arguments);
MUST_USE enum status invitro_check(const struct arguments *arguments, const struct texts *overrides);

/* The tables, for documentation. */
extern const struct param invitro_params[], invitro_patch_params[], invitro_agonist_params[],
    invitro_drug_params[], invitro_voltage_params[], invitro_measure_params[];
extern const int n_invitro_params, n_invitro_patch_params, n_invitro_agonist_params, n_invitro_drug_params,
    n_invitro_voltage_params, n_invitro_measure_params;

#endif
