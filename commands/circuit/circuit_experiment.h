/* circuit_experiment.h — an experiment with a circuit without space (circuits/random_circuit.h): windows
 * that are measured, drugs in a bath, and arms, each of which may change any value of the config.
 *
 * Time is that of the circuit alone, from its first tick on; there is no tissue, no body and no slow half.
 * Every arm is built and run from the start. */
#ifndef COMMANDS_CIRCUIT_EXPERIMENT_H
#define COMMANDS_CIRCUIT_EXPERIMENT_H

#include "drugs/drug.h"
#include "observer.h"
#include "random_circuit.h"
#include "signals/activity.h"
#include "signals/rhythm.h"
#include "signals/spiking.h"
#include "sonata/sonata_circuit.h"
#include "terminal/options.h"

enum { CIRCUIT_ARMS = 32, CIRCUIT_SETS = 16, CIRCUIT_WINDOWS = 64, CIRCUIT_BATHS = 32 };

struct circuit_arm {
  const char *name;
  const char *set[CIRCUIT_SETS]; /* overrides of this arm */
  int n_sets;
};

/* What is measured, s of the circuit's time. */
struct circuit_window {
  double at, duration;
  const char *label;
};

/* A drug at a free concentration for a time. */
struct circuit_bath {
  const char *drug;
  double concentration, at, over; /* µM, s, s (0: to the end) */
  uint32_t arms;
};

struct circuit_record {
  bool spikes;
  double segment, count_bin, synchrony_bin, burst_interval; /* s, ms, ms, ms */
};

struct circuit_common {
  double dt; /* ms */
  int64_t seed;
};

/* The experiment as its config says it, before any arm. */
struct circuit_plan {
  struct config *config;
  const char *title;
  struct circuit_arm arm[CIRCUIT_ARMS];
  int n_arms;
};

/* One arm, built. */
struct circuit_experiment {
  struct config *config;
  const struct circuit_plan *plan;
  int arm;
  struct circuit_common settings;
  struct circuit_record record;
  struct drugs drugs;
  struct circuit_window window[CIRCUIT_WINDOWS];
  int n_windows;
  struct circuit_bath bath[CIRCUIT_BATHS];
  int n_baths;
  struct network *network;
  struct random_circuit circuit;
  struct sonata_circuit *sonata; /* NULL: the config alone says what the circuit is */
};

struct circuit_options {
  const char *path;
  const struct texts *overrides;
  int64_t seed; /* −1: the config's */
  bool quick;   /* a tenth of every window */
};

/* Is this config of such an experiment? Fails: CONFIG (it cannot be read), NO_MEMORY. */
MUST_USE enum status circuit_found(const char *path, const struct texts *overrides, bool *out);

/* Read title and arms. Fails: CONFIG, NO_MEMORY. Free with circuit_plan_free, also after a failure. */
MUST_USE enum status circuit_plan_read(const struct circuit_options *options, struct circuit_plan *out);
void circuit_plan_free(struct circuit_plan *plan);

/* Read an arm and make its populations and pathways, without synapses. Fails: CONFIG (all faults, each with
 * file and line), NO_MEMORY. Free with circuit_free, also after a failure. */
MUST_USE enum status circuit_read(const struct circuit_options *options, const struct circuit_plan *plan,
                                  int arm, struct circuit_experiment *out);
/* Draw all synapses and start the cells. Fails: CONFIG, NO_MEMORY, WORLD. */
MUST_USE enum status circuit_wire(struct circuit_experiment *experiment, int threads, int ranks);
void circuit_free(struct circuit_experiment *experiment);

/* When the last window ends, s. */
double circuit_end_s(const struct circuit_experiment *experiment);

/* Exposures to the baths at a time; `out` holds DRUG_SUBSTANCES × ACTION_COUNT. Gives their number. */
int circuit_exposures(const struct circuit_experiment *experiment, double t_s, struct exposure *out);

/* ---- what it writes ---- */

/* What looks on, and where it goes. */
struct circuit_recording {
  const struct circuit_experiment *experiment;
  struct recorder *to;
  struct activity activity;
  struct spiking spiking;
  struct rhythm rhythm;
  struct spectrum *spectrum;
  double *samples, *density, *spectra;                            /* room */
  int rates, summary, statistics, spectra_group, bands, elements; /* handles */
};

/* Fails: NO_MEMORY, as the recorder does. Free with circuit_recording_close. */
MUST_USE enum status circuit_recording_open(const struct circuit_experiment *experiment, struct recorder *to,
                                            struct circuit_recording *out);
void circuit_recording_close(struct circuit_recording *recording);

/* Fills at most 3 observers: `measured` within a window. Gives their number. */
int circuit_observers(struct circuit_recording *recording, bool measured, struct observer *out);

/* A window begins now; a bin has passed; window w has ended. */
void circuit_begin(struct circuit_recording *recording, int w);
MUST_USE enum status circuit_bin(struct circuit_recording *recording, bool measured);
MUST_USE enum status circuit_end(struct circuit_recording *recording, int w);

/* Visit what the instruments hold between two bins. */
MUST_USE enum status circuit_recording_visit(struct circuit_recording *recording, struct visitor *visitor);

/* ---- what it found, for the table of all arms ---- */

/* name in the file and in the table, unit, group of the file, meaning */
#define CIRCUIT_MEASURES(X)                                                                                  \
  X(rate, "Hz", "summary", "firing rate")                                                                    \
  X(blocked, "1", "summary", "blocked share of NMDA charge")                                                 \
  X(cv, "1", "spiking", "CV of interspike intervals")                                                        \
  X(correlation, "1", "spiking", "correlation of spike counts of a pair")                                    \
  X(synchrony, "1", "spiking", "correlation of a pair at a short bin")                                       \
  X(peak, "Hz", "bands", "frequency with most power of the population's rate, from 4 to 400 Hz")             \
  X(gamma, "Hz2", "bands", "power of the population's rate, 30-80 Hz")
#define CIRCUIT_MEASURE_ENUM(name, unit, group, meaning) CIRCUIT_##name,
enum circuit_measure { CIRCUIT_MEASURES(CIRCUIT_MEASURE_ENUM) CIRCUIT_MEASURE_COUNT };
#undef CIRCUIT_MEASURE_ENUM

/* A measure of one population in one window; of several windows each has its label in the id. */
struct circuit_value {
  char id[96];
  const char *unit, *meaning;
  bool found; /* false: such a population has no such measure */
  double value;
};

/* Read the values of a complete result, windows × CIRCUIT_MEASURE_COUNT × populations, into `out`, which has
 * room for them. Fails: CONFIG (no such result), WORLD, NO_MEMORY. */
MUST_USE enum status circuit_values_read(const struct circuit_experiment *experiment, const char *path,
                                         struct circuit_value *out);
int circuit_values_count(const struct circuit_experiment *experiment);

/* ---- commands ---- */

/* `run` and `check` of such a config. */
MUST_USE enum status circuit_run(const struct arguments *arguments);
MUST_USE enum status circuit_check(const struct arguments *arguments, const struct texts *overrides);

/* The tables, for documentation. */
extern const struct param circuit_window_params[], circuit_bath_params[], circuit_record_params[],
    circuit_run_params[];
extern const int n_circuit_window_params, n_circuit_bath_params, n_circuit_record_params,
    n_circuit_run_params;

#endif
