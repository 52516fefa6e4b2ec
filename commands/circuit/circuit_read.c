/* circuit_read.c — reading an experiment with a circuit without space. See circuit_experiment.h. */
#include "circuit.h"
#include "circuit_experiment.h"
#include "directory.h"
#include "experiment/experiment.h"
#include "experiment/seeded.h"
#include "experiment/sites.h"
#include "fields.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- tables ---- */

const struct param circuit_run_params[] = {
    PARAM_NUM(struct circuit_common, dt, "ms", 0.1, 0.001, 1, SETTING, "", "time step; divides 1 ms"),
    PARAM_INT(struct circuit_common, seed, 1, 0, 9007199254740992, SETTING, "", "seed of all random draws"),
};
const int n_circuit_run_params = COUNT_OF(circuit_run_params);

const struct param circuit_window_params[] = {
    PARAM_NUM(struct circuit_window, at, "s", PARAM_REQUIRED, 0, 1e6, SETTING, "",
              "when measurement begins, a multiple of 10 ms"),
    PARAM_NUM(struct circuit_window, duration, "s", 1, 0.01, 1e6, SETTING, "",
              "time that is measured, a multiple of 10 ms"),
    PARAM_STR(struct circuit_window, label, "", SETTING, "", "name of the window in results"),
};
const int n_circuit_window_params = COUNT_OF(circuit_window_params);

const struct param circuit_bath_params[] = {
    PARAM_STR(struct circuit_bath, drug, NULL, SETTING, "", "name of a child of `drugs`"),
    PARAM_NUM(struct circuit_bath, concentration, "uM", PARAM_REQUIRED, 0, 1e5, SETTING, "",
              "free at every receptor; of a mixture, of all its parts together"),
    PARAM_NUM(struct circuit_bath, at, "s", 0, 0, 1e6, SETTING, "", "when it comes"),
    PARAM_NUM(struct circuit_bath, over, "s", 0, 0, 1e6, SETTING, "", "how long it stays; 0: to the end"),
};
const int n_circuit_bath_params = COUNT_OF(circuit_bath_params);

const struct param circuit_record_params[] = {
    PARAM_BOOL(struct circuit_record, spikes, 1, SETTING, "", "record every spike"),
    PARAM_NUM(struct circuit_record, segment, "s", 0.5, 0.02, 60, SETTING, "resolves 2 Hz",
              "segments of spectra, at most the shortest window"),
    PARAM_NUM(struct circuit_record, count_bin, "ms", 50, 1, 10000, SETTING, "usual for spike counts",
              "bin of Fano factor and correlation"),
    PARAM_NUM(struct circuit_record, synchrony_bin, "ms", 5, 0.1, 1000, SETTING,
              "about the time constant of a membrane", "bin of synchrony"),
    PARAM_NUM(struct circuit_record, burst_interval, "ms", 10, 0.1, 1000, ASSUMED,
              "spikes of a burst follow one another within 10 ms",
              "largest interval between two spikes of a burst"),
};
const int n_circuit_record_params = COUNT_OF(circuit_record_params);

/* ---- the plan ---- */

enum status circuit_found(const char *path, const struct texts *overrides, bool *out) {
  struct config *config = NULL;
  *out = false;
  TRY(config_load(path, overrides->text, overrides->n, &config));
  *out = config_has(config, "circuit");
  config_free(config);
  return STATUS_OK;
}

static void read_sets(struct config *config, const char *of, struct circuit_arm *arm) {
  char path[64];
  snprintf(path, sizeof path, "%.40s.set", of);
  int n = config_has(config, path) ? config_count(config, path) : 0;
  if (n > CIRCUIT_SETS) config_fault(config, path, "%d overrides, at most %d", n, CIRCUIT_SETS);
  for (int k = 0; k < n && k < CIRCUIT_SETS; k++) {
    const char *text = config_text_at(config, path, k);
    if (text) arm->set[arm->n_sets++] = text;
  }
}

static void read_arms(struct circuit_plan *plan) {
  struct config *config = plan->config;
  int n = config_has(config, "arms") ? config_count(config, "arms") : 0;
  if (n > CIRCUIT_ARMS) config_fault(config, "arms", "%d arms, at most %d", n, CIRCUIT_ARMS);
  for (int a = 0; a < n && a < CIRCUIT_ARMS; a++) {
    struct circuit_arm *arm = &plan->arm[plan->n_arms++];
    char path[32];
    snprintf(path, sizeof path, "arms.[%d]", a);
    params_read(config, path, arm_params, n_arm_params, NULL, 0, &arm->name);
    if (!arm->name) arm->name = "";
    if (*arm->name && (!directory_names_arm(arm->name) || strcmp(arm->name, "summary") == 0))
      config_fault(config, path, "\"%s\" cannot name an arm, which names a file", arm->name);
    for (int k = 0; k < a; k++) {
      if (strcmp(plan->arm[k].name, arm->name) == 0)
        config_fault(config, path, "arm \"%s\" is there already", arm->name);
    }
    read_sets(config, path, arm);
  }
  if (n == 0) plan->arm[plan->n_arms++] = (struct circuit_arm){.name = "run"};
}

/* Here only title and arms are read; what else there is, an arm reads. */
enum status circuit_plan_read(const struct circuit_options *options, struct circuit_plan *out) {
  static const char *const others[] = {"simulation", "circuit", "bench", "drugs"};
  struct experiment_settings top;
  *out = (struct circuit_plan){0};
  TRY(seeded_load(options->path, options->overrides->text, options->overrides->n, options->seed,
                  &out->config));
  params_read(out->config, "", experiment_params, n_experiment_params, NULL, 0, &top);
  out->title = top.title;
  read_arms(out);
  for (int k = 0; k < COUNT_OF(others); k++) config_skip(out->config, others[k]);
  return config_finish(out->config);
}

void circuit_plan_free(struct circuit_plan *plan) {
  config_free(plan->config);
  *plan = (struct circuit_plan){0};
}

/* ---- windows ---- */

static bool whole_bins(double s) {
  double bins = s * 1000.0 / ACTIVITY_BIN_MS;
  return fabs(bins - floor(bins + 0.5)) < 1e-6;
}

static double in_bins(double s) { return floor(s * 1000.0 / ACTIVITY_BIN_MS + 0.5) * ACTIVITY_BIN_MS * 1e-3; }

static void check_window(struct circuit_experiment *experiment, const char *path, int w) {
  const struct circuit_window *window = &experiment->window[w];
  if (!whole_bins(window->at) || !whole_bins(window->duration))
    config_fault(experiment->config, path, "at %g s and duration %g s are multiples of %d ms", window->at,
                 window->duration, ACTIVITY_BIN_MS);
  if (w > 0 && window->at < window[-1].at + window[-1].duration - 1e-9)
    config_fault(experiment->config, path, "the window at %g s begins before the one before it has ended",
                 window->at);
}

/* A tenth of every window, and no time between them: to see that all works. */
static void shorten(struct circuit_experiment *experiment) {
  double end = fmin(experiment->window[0].at, 0.1);
  for (int w = 0; w < experiment->n_windows; w++) {
    struct circuit_window *window = &experiment->window[w];
    window->at = in_bins(end);
    window->duration = in_bins(fmax(0.1, 0.1 * window->duration));
    end = window->at + window->duration;
  }
}

static void read_windows(struct circuit_experiment *experiment) {
  struct config *config = experiment->config;
  int n = config_has(config, "circuit.windows") ? config_count(config, "circuit.windows") : 0;
  if (n > CIRCUIT_WINDOWS)
    config_fault(config, "circuit.windows", "%d windows, at most %d", n, CIRCUIT_WINDOWS);
  for (int w = 0; w < n && w < CIRCUIT_WINDOWS; w++) {
    char path[48];
    snprintf(path, sizeof path, "circuit.windows.[%d]", w);
    params_read(config, path, circuit_window_params, n_circuit_window_params, NULL, 0,
                &experiment->window[experiment->n_windows++]);
    check_window(experiment, path, w);
  }
  if (n == 0) {
    const struct circuit_times *times = &experiment->circuit.times;
    experiment->window[experiment->n_windows++] =
        (struct circuit_window){in_bins(times->settle), in_bins(times->measure), "run"};
  }
}

double circuit_end_s(const struct circuit_experiment *experiment) {
  const struct circuit_window *last = &experiment->window[experiment->n_windows - 1];
  return last->at + last->duration;
}

/* ---- baths ---- */

static uint32_t read_bath_arms(struct circuit_experiment *experiment, const char *of) {
  const struct circuit_plan *plan = experiment->plan;
  const char *names[CIRCUIT_ARMS];
  char path[64];
  uint32_t set = 0;
  snprintf(path, sizeof path, "%.48s.arms", of);
  if (!config_has(experiment->config, path)) return ~0u;
  for (int a = 0; a < plan->n_arms; a++) names[a] = plan->arm[a].name;
  int n = config_count(experiment->config, path);
  for (int k = 0; k < n; k++) {
    const char *name = config_text_at(experiment->config, path, k);
    int a = 0;
    while (name && a < plan->n_arms && strcmp(names[a], name) != 0) a++;
    if (name && a < plan->n_arms)
      set |= 1u << a;
    else if (name)
      config_unknown(experiment->config, path, name, names, plan->n_arms);
  }
  return set;
}

/* The drug is there, and something that it acts on. */
static enum status check_bath(struct circuit_experiment *experiment, const char *path,
                              const struct circuit_bath *bath) {
  const char *names[DRUG_SUBSTANCES + DRUG_MIXTURES];
  const struct drugs *drugs = &experiment->drugs;
  const struct mechanisms *mechanisms;
  struct drug_share share[DRUG_PARTS];
  int n = 0, parts = bath->drug ? drugs_split(drugs, bath->drug, 1.0, share) : 0;
  bool acts = false;
  if (!bath->drug) return STATUS_OK;
  TRY(circuit_mechanisms(&mechanisms));
  for (int s = 0; s < drugs->n_substances; s++) names[n++] = drugs->substance[s].name;
  for (int m = 0; m < drugs->n_mixtures; m++) names[n++] = drugs->mixture[m].name;
  if (parts == 0) config_unknown(experiment->config, path, bath->drug, names, n);
  for (int k = 0; k < parts; k++) {
    for (int action = 0; action < ACTION_COUNT; action++) {
      if (!drugs->substance[share[k].substance].acts[action]) continue;
      bool answered = false;
      for (int m = 0; m < mechanisms->n; m++) answered |= mechanisms->list[m]->answers >> action & 1u;
      acts |= answered && !sites_lack(mechanisms, experiment->network, action);
    }
  }
  if (parts > 0 && !acts)
    config_fault(experiment->config, path,
                 "%s acts at no receptor of this circuit: a receptor whose mechanism answers to drugs is "
                 "needed, such as nmda (not nmda_plain) or ampa",
                 bath->drug);
  return STATUS_OK;
}

static enum status read_baths(struct circuit_experiment *experiment) {
  struct config *config = experiment->config;
  int n = config_has(config, "circuit.baths") ? config_count(config, "circuit.baths") : 0;
  if (n > CIRCUIT_BATHS) config_fault(config, "circuit.baths", "%d baths, at most %d", n, CIRCUIT_BATHS);
  for (int k = 0; k < n && k < CIRCUIT_BATHS; k++) {
    struct circuit_bath *bath = &experiment->bath[experiment->n_baths++];
    char path[48];
    snprintf(path, sizeof path, "circuit.baths.[%d]", k);
    params_read(config, path, circuit_bath_params, n_circuit_bath_params, NULL, 0, bath);
    bath->arms = read_bath_arms(experiment, path);
    TRY(check_bath(experiment, path, bath));
  }
  return STATUS_OK;
}

int circuit_exposures(const struct circuit_experiment *experiment, double t_s, struct exposure *out) {
  double brain_uM[DRUG_SUBSTANCES] = {0};
  bool given[DRUG_SUBSTANCES] = {false};
  for (int k = 0; k < experiment->n_baths; k++) {
    const struct circuit_bath *bath = &experiment->bath[k];
    struct drug_share share[DRUG_PARTS];
    double all = 0;
    if (!(bath->arms >> experiment->arm & 1u) || t_s < bath->at - 1e-9) continue;
    bool over = bath->over > 0 && t_s >= bath->at + bath->over - 1e-9;
    int n = drugs_split(&experiment->drugs, bath->drug, 1.0, share);
    for (int i = 0; i < n; i++) all += share[i].umol_per_kg;
    for (int i = 0; i < n; i++) {
      given[share[i].substance] = true;
      if (!over) brain_uM[share[i].substance] += bath->concentration * share[i].umol_per_kg / all;
    }
  }
  return drugs_exposures(&experiment->drugs, brain_uM, given, NULL, out);
}

/* ---- an arm ---- */

/* With what the arm sets, and a seed of the command line last, as in seeded_load. */
static enum status load(const struct circuit_options *options, const struct circuit_arm *arm,
                        struct circuit_experiment *out) {
  const char **set = NULL;
  char room[SEEDED_ROOM];
  int n = 0;
  TRY(memory_new("overrides", (size_t)(options->overrides->n + arm->n_sets + 1), sizeof *set, &set));
  for (int k = 0; k < options->overrides->n; k++) set[n++] = options->overrides->text[k];
  for (int k = 0; k < arm->n_sets; k++) set[n++] = arm->set[k];
  if (options->seed >= 0) set[n++] = seeded_override(options->seed, room);
  enum status status = config_load(options->path, set, n, &out->config);
  if (status == STATUS_OK) status = sonata_circuit_open(options->path, set, n, &out->config, &out->sonata);
  memory_free(set);
  return status;
}

enum status circuit_read(const struct circuit_options *options, const struct circuit_plan *plan, int arm,
                         struct circuit_experiment *out) {
  const struct mechanisms *mechanisms;
  struct experiment_settings top;
  *out = (struct circuit_experiment){.plan = plan, .arm = arm};
  TRY(load(options, &plan->arm[arm], out));
  params_read(out->config, "", experiment_params, n_experiment_params, NULL, 0, &top);
  params_read(out->config, "simulation", circuit_run_params, n_circuit_run_params, NULL, 0, &out->settings);
  params_read(out->config, "circuit.record", circuit_record_params, n_circuit_record_params, NULL, 0,
              &out->record);
  config_skip(out->config, "arms"); /* the plan has them */
  TRY(drugs_read(out->config, NULL, &out->drugs));
  TRY(circuit_mechanisms(&mechanisms));
  TRY(network_new((struct clock){out->settings.dt}, (uint64_t)out->settings.seed, &out->network));
  const struct circuit_settings settings = {.block_cells = POPULATION_BLOCK,
                                            .substances = drugs_slots(&out->drugs, ACTION_NMDA_CHANNEL)};
  TRY(random_circuit_read(out->config, mechanisms, &settings, out->network, &out->circuit));
  read_windows(out);
  TRY(read_baths(out));
  TRY(config_finish(out->config));
  if (options->quick) shorten(out);
  return out->sonata ? sonata_circuit_pathways(out->sonata, out->network) : STATUS_OK;
}

enum status circuit_wire(struct circuit_experiment *experiment, int threads, int ranks) {
  struct network *network = experiment->network;
  TRY(network_connect(network, threads, ranks));
  if (experiment->sonata) TRY(sonata_circuit_wire(experiment->sonata, network));
  TRY(random_circuit_wire(&experiment->circuit));
  return experiment->sonata ? sonata_circuit_vary(experiment->sonata, network) : STATUS_OK;
}

void circuit_free(struct circuit_experiment *experiment) {
  sonata_circuit_close(experiment->sonata);
  random_circuit_free(&experiment->circuit);
  if (experiment->network) network_free(experiment->network);
  config_free(experiment->config);
  *experiment = (struct circuit_experiment){0};
}
