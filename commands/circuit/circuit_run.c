/* circuit_run.c — `run` and `check` of an experiment with a circuit without space: a file for each arm, a
 * table of all arms, and the same on standard output. See circuit_experiment.h. */
#include "circuit_experiment.h"
#include "fields.h"
#include "log.h"
#include "memory.h"
#include "provenance.h"
#include "recording/origin.h"
#include "result.h"
#include "simulation/stop.h"
#include "simulation/threads.h"
#include "simulation/wall.h"
#include "summary.h"
#include "synapses/elements.h"
#include "terminal/layout.h"
#include "terminal/progress.h"
#include "terminal/run_options.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 4096, NAME_BYTES = 96 };

struct run {
  struct circuit_options read;
  const struct run_options *options;
  struct circuit_plan plan;
  struct directory *directory;
  struct progress *progress;
  struct layout *table;
  struct summary_value *found; /* of all arms */
  char (*id)[NAME_BYTES];
  int n_found;
  const char *line, *overrides;
  int n_chosen, n_done;
  double begin_s;
};

/* An arm while it runs. */
struct arm {
  struct run *run;
  struct circuit_experiment experiment;
  struct circuit_recording recording;
  struct result *result;
  double build_s, spikes_s;
};

/* ---- where it comes from ---- */

static enum status write_origin(const struct arm *arm, struct store *store) {
  const struct network *network = arm->experiment.network;
  const struct circuit_arm *plan = &arm->run->plan.arm[arm->experiment.arm];
  const char *works[CIRCUIT_POPULATIONS * (1 + POPULATION_RECEPTORS)];
  char overrides[TEXT_BYTES];
  int n = 0;
  size_t at = (size_t)snprintf(overrides, sizeof overrides, "%s", arm->run->overrides);
  for (int k = 0; k < plan->n_sets && at < sizeof overrides; k++)
    at += (size_t)snprintf(overrides + at, sizeof overrides - at, "%s%s", at ? "\n" : "", plan->set[k]);
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    works[n++] = population->cell->citation;
    for (int r = 0; r < population->n_receptors; r++)
      works[n++] = population->receptor[r].mechanism->citation;
  }
  const struct origin origin = {.config = arm->experiment.config,
                                .whole = arm->run->plan.config,
                                .command_line = arm->run->line,
                                .overrides = overrides,
                                .rng = "Philox4x32-10, key = seed, counter = (id, stream and index, when)",
                                .seed = (uint64_t)arm->experiment.settings.seed,
                                .threads = team_size(network->team),
                                .work = works,
                                .n_works = n};
  return origin_begin(store, &origin);
}

static enum status write_end(struct arm *arm, struct store *store) {
  struct hasher hasher = state_hasher();
  double end_s = circuit_end_s(&arm->experiment);
  TRY(random_circuit_visit(&arm->experiment.circuit, &hasher.visitor));
  const struct provenance_phase phase[] = {{"build", arm->build_s, (double)NAN},
                                           {"spikes", arm->spikes_s, (double)NAN}};
  return provenance_end(store, hasher.hash, phase, COUNT_OF(phase), end_s, arm->spikes_s);
}

/* ---- the windows ---- */

/* The window that a bin lies in, from its first tick on; −1: none. */
static int window_at(const struct circuit_experiment *experiment, double t_s) {
  for (int w = 0; w < experiment->n_windows; w++) {
    const struct circuit_window *window = &experiment->window[w];
    if (t_s > window->at - 1e-6 && t_s < window->at + window->duration - 1e-6) return w;
  }
  return -1;
}

static void show(const struct arm *arm, double t_s) {
  const struct run *run = arm->run;
  double end_s = circuit_end_s(&arm->experiment);
  char detail[64];
  snprintf(detail, sizeof detail, "%.1f of %.1f s", t_s, end_s);
  progress_update(run->progress, (run->n_done + t_s / end_s) / run->n_chosen,
                  run->plan.arm[arm->experiment.arm].name, detail);
}

/* A run is begun again, not gone on with: say so where it stops. */
static enum status stopped(void) {
  char message[128];
  enum status status = stop_wanted();
  if (status == STATUS_OK) return status;
  snprintf(message, sizeof message, "%s", status_message());
  char *hint = strchr(message, ';');
  if (hint) *hint = '\0';
  return status_fail(status, "%s; an arm of a circuit without space is begun again with --overwrite",
                     message);
}

static enum status advance_bin(struct arm *arm, int64_t bin, int64_t bin_ticks) {
  const struct circuit_experiment *experiment = &arm->experiment;
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  struct observer observers[3];
  double from_s = (double)bin * ACTIVITY_BIN_MS * 1e-3, to_s = from_s + ACTIVITY_BIN_MS * 1e-3;
  int w = window_at(experiment, from_s);
  bool begins = w >= 0 && window_at(experiment, from_s - ACTIVITY_BIN_MS * 1e-3) != w;
  bool ends = w >= 0 && window_at(experiment, to_s) != w;
  if (begins) circuit_begin(&arm->recording, w);
  struct window window = {
      .step = {.dt_ms = experiment->settings.dt, .slow_dt_ms = 1.0, .exposures = exposures},
      .observers = observers};
  window.step.n_exposures = circuit_exposures(experiment, from_s, exposures);
  window.n_observers = circuit_observers(&arm->recording, w >= 0, observers);
  TRY(random_circuit_advance(&arm->experiment.circuit, &window, bin_ticks));
  TRY(circuit_bin(&arm->recording, w >= 0));
  return ends ? circuit_end(&arm->recording, w) : STATUS_OK;
}

static enum status advance(struct arm *arm) {
  const struct circuit_experiment *experiment = &arm->experiment;
  int64_t bin_ticks = ACTIVITY_BIN_MS * (int64_t)experiment->network->ms_ticks;
  int64_t bins = (int64_t)floor(circuit_end_s(experiment) * 1000.0 / ACTIVITY_BIN_MS + 0.5);
  double begin = wall_s();
  activity_begin(&arm->recording.activity, 0, 0);
  for (int64_t bin = 0; bin < bins; bin++) {
    TRY(advance_bin(arm, bin, bin_ticks));
    show(arm, (double)(bin + 1) * ACTIVITY_BIN_MS * 1e-3);
    TRY(stopped());
  }
  arm->spikes_s = wall_s() - begin;
  return STATUS_OK;
}

/* ---- an arm ---- */

static enum status record_arm(struct arm *arm) {
  struct store *store = result_store(arm->result);
  TRY(store_attribute_text(store, "/", "default", "rates"));
  TRY(write_origin(arm, store));
  TRY(circuit_recording_open(&arm->experiment, result_recorder(arm->result), &arm->recording));
  TRY(advance(arm));
  TRY(result_progress(arm->result, circuit_end_s(&arm->experiment), wall_s() - arm->run->begin_s, 1.0));
  return write_end(arm, store);
}

static enum status add_row(struct run *run, const struct circuit_recording *recording, int w, int p) {
  static const char *const columns[] = {"rate", "cv", "correlation", "peak", "gamma"};
  const struct circuit_experiment *experiment = recording->experiment;
  const struct population *population = experiment->network->population[p];
  TRY(layout_cell(run->table, "%s", run->plan.arm[experiment->arm].name));
  TRY(layout_cell(run->table, "%s", experiment->window[w].label));
  TRY(layout_cell(run->table, "%s", population->name));
  TRY(layout_cell(run->table, "%d", population->n));
  int per_window = recording->n_values / experiment->n_windows;
  for (int c = 0; c < COUNT_OF(columns); c++) {
    char id[NAME_BYTES];
    double value = NAN;
    int length = snprintf(id, sizeof id, "%s_%.30s", columns[c], population->name);
    for (int k = w * per_window; k < (w + 1) * per_window; k++) {
      const char *own = recording->value[k].id;
      bool same = strncmp(own, id, (size_t)length) == 0 && (own[length] == '\0' || own[length] == '_');
      if (same && isnan(value)) value = recording->value[k].value;
    }
    TRY(layout_cell(run->table, isnan(value) ? "-" : "%.4g", value));
  }
  return STATUS_OK;
}

static enum status keep(struct run *run, const struct circuit_recording *recording) {
  const struct circuit_experiment *experiment = recording->experiment;
  size_t old = (size_t)run->n_found, more = old + (size_t)recording->n_values;
  TRY(memory_resize("values", old, more, sizeof *run->found, &run->found));
  TRY(memory_resize("values", old, more, sizeof *run->id, &run->id));
  for (int k = 0; k < recording->n_values; k++) {
    const struct circuit_value *value = &recording->value[k];
    snprintf(run->id[run->n_found], NAME_BYTES, "%s", value->id);
    run->found[run->n_found++] = (struct summary_value){.unit = value->unit,
                                                        .meaning = value->meaning,
                                                        .arm = run->plan.arm[experiment->arm].name,
                                                        .seed = (uint64_t)experiment->settings.seed,
                                                        .value = value->value};
  }
  for (int w = 0; w < experiment->n_windows; w++) {
    for (int p = 0; p < experiment->network->n_populations; p++) TRY(add_row(run, recording, w, p));
  }
  return STATUS_OK;
}

static enum status build(struct arm *arm, int a) {
  const struct run_options *options = arm->run->options;
  double begin = wall_s();
  TRY(circuit_read(&arm->run->read, &arm->run->plan, a, &arm->experiment));
  TRY(circuit_wire(&arm->experiment, threads_wanted(options->threads), (int)options->virtual_ranks));
  arm->build_s = wall_s() - begin;
  return STATUS_OK;
}

static enum status run_arm(struct run *run, int a) {
  struct arm *arm = NULL;
  struct log log = {.level = LOG_WARNING};
  enum status status;
  TRY(memory_new("arm", 1, sizeof *arm, &arm));
  arm->run = run;
  progress_update(run->progress, (double)run->n_done / run->n_chosen, run->plan.arm[a].name, "building");
  TRY_GOTO(build(arm, a), done);
  TRY_GOTO(result_open(run->directory, run->plan.arm[a].name, run->plan.title,
                       run->options->overwrite ? RESULT_OVERWRITE : RESULT_NEW, &log, &arm->result),
           done);
  TRY_GOTO(record_arm(arm), done);
  struct result *result = arm->result;
  arm->result = NULL;
  TRY_GOTO(result_finish(result), done);
  status = keep(run, &arm->recording);
  run->n_done++;
done:
  result_fail(arm->result);
  circuit_recording_close(&arm->recording);
  circuit_free(&arm->experiment);
  memory_free(arm);
  return status;
}

/* ---- all arms ---- */

static enum status choose(struct run *run, uint32_t *set) {
  const struct circuit_plan *plan = &run->plan;
  const struct texts *wanted = &run->options->arms;
  const char *names[CIRCUIT_ARMS];
  for (int a = 0; a < plan->n_arms; a++) names[a] = plan->arm[a].name;
  *set = wanted->n ? 0 : (uint32_t)(((uint64_t)1 << plan->n_arms) - 1);
  for (int k = 0; k < wanted->n; k++) {
    int a = 0;
    while (a < plan->n_arms && strcmp(names[a], wanted->text[k]) != 0) a++;
    if (a == plan->n_arms) {
      const char *near = nearest_word(wanted->text[k], names, plan->n_arms);
      return status_fail(STATUS_USAGE, "--arm %s: there is no such arm%s%s%s", wanted->text[k],
                         near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    }
    *set |= 1u << a;
  }
  for (int a = 0; a < plan->n_arms && !run->options->overwrite; a++) {
    enum result_found found = RESULT_FOUND_NONE;
    if (*set >> a & 1u) TRY(result_find(run->directory, names[a], &found));
    if (found == RESULT_FOUND_COMPLETE)
      return status_fail(STATUS_CONFIG, "%s: a complete result of arm %s is there; --overwrite replaces it",
                         directory_path(run->directory), names[a]);
  }
  run->n_chosen = __builtin_popcount(*set);
  return STATUS_OK;
}

static enum status add_heads(struct layout *table) {
  static const char *const heads[] = {"arm", "window",      "population", "cells",        "rate Hz",
                                      "CV",  "correlation", "peak Hz",    "30-80 Hz, Hz2"};
  for (int k = 0; k < COUNT_OF(heads); k++) TRY(layout_cell(table, "%s", heads[k]));
  return STATUS_OK;
}

static enum status write_summary(struct run *run, uint32_t set) {
  char path[TEXT_BYTES];
  for (int k = 0; k < run->n_found; k++) run->found[k].measure = run->id[k];
  snprintf(path, sizeof path, "%s/summary.h5", directory_path(run->directory));
  bool control = run->plan.n_arms > 1 && (set & 1u);
  return summary_write(path, control ? run->plan.arm[0].name : NULL, run->found, run->n_found);
}

static enum status run_arms(struct run *run, FILE *out) {
  enum status status = STATUS_OK;
  uint32_t set;
  TRY(choose(run, &set));
  TRY(progress_open((enum progress_mode)run->options->progress, stderr, &run->progress));
  stop_watch(run->options->time_limit_s);
  for (int a = 0; a < run->plan.n_arms && status == STATUS_OK; a++) {
    if (set >> a & 1u) status = run_arm(run, a);
  }
  stop_forget();
  progress_close(run->progress);
  TRY(status);
  TRY(write_summary(run, set));
  fprintf(out, "%s\n", run->plan.title);
  layout_table(run->table, 2, out);
  fprintf(out, "results: %s; a file for each arm, summary.h5 has these numbers of all\n",
          directory_path(run->directory));
  return STATUS_OK;
}

/* Options that mean nothing here. */
static enum status refuse(const struct run_options *options) {
  if (options->resume)
    return status_fail(STATUS_USAGE,
                       "run: a circuit without space keeps no checkpoints: --resume finds none; "
                       "--overwrite begins again");
  if (options->pk_only)
    return status_fail(STATUS_USAGE, "run: --pk-only: a circuit without space has no body");
  if (options->profile)
    return status_fail(STATUS_USAGE, "run: --profile: `spinule bench CONFIG --profile` times such a circuit");
  return STATUS_OK;
}

static enum status run_circuit(struct run *run, const struct arguments *arguments) {
  char directory[TEXT_BYTES], overrides[TEXT_BYTES];
  TRY(refuse(run->options));
  run_default_directory(arguments->words.text[0], "", directory, sizeof directory);
  run_join_overrides(&run->options->overrides, overrides, sizeof overrides);
  run->read = (struct circuit_options){.path = arguments->words.text[0],
                                       .overrides = &run->options->overrides,
                                       .seed = run->options->seed,
                                       .quick = run->options->quick};
  run->begin_s = wall_s();
  run->line = arguments->line;
  run->overrides = overrides;
  TRY(circuit_plan_read(&run->read, &run->plan));
  TRY(layout_open("lllrrrrrr", &run->table));
  TRY(add_heads(run->table));
  const char *where = run->options->directory ? run->options->directory : directory;
  TRY(directory_open(where, &run->directory));
  return run_arms(run, arguments->out);
}

enum status circuit_run(const struct arguments *arguments) {
  struct run *run = NULL;
  TRY(memory_new("run", 1, sizeof *run, &run));
  run->options = arguments->options;
  enum status status = run_circuit(run, arguments);
  layout_close(run->table);
  directory_close(run->directory);
  memory_free(run->found);
  memory_free(run->id);
  circuit_plan_free(&run->plan);
  memory_free(run);
  return status;
}

/* ---- check ---- */

static void print_arm(const struct circuit_experiment *experiment, FILE *out) {
  const struct network *network = experiment->network;
  const struct circuit_plan *plan = experiment->plan;
  double cells = 0;
  fprintf(out, "%s (seed %lld)\n", plan->title, (long long)experiment->settings.seed);
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    fprintf(out, "  %-12s %8d cells, %s", population->name, population->n, population->cell->name);
    for (int r = 0; r < population->n_receptors; r++)
      fprintf(out, "%s %s", r ? "," : ";", population->receptor[r].name);
    if (population->drive) fprintf(out, "; background %g /s", population->background_Hz);
    fprintf(out, "\n");
    cells += population->n;
  }
  fprintf(out, "in all: %.0f cells, %d pathways%s; %d windows to %g s; arms:", cells, network->n_projections,
          experiment->circuit.elements ? ", some of which grow" : "", experiment->n_windows,
          circuit_end_s(experiment));
  for (int a = 0; a < plan->n_arms; a++) fprintf(out, " %s", plan->arm[a].name);
  fprintf(out, "\n");
}

static enum status check_all(const struct circuit_options *read, struct circuit_plan *plan,
                             struct circuit_experiment *experiment, FILE *out) {
  TRY(circuit_plan_read(read, plan));
  for (int a = 0; a < plan->n_arms; a++) {
    enum status status = circuit_read(read, plan, a, experiment);
    if (status == STATUS_OK && a == 0) print_arm(experiment, out);
    circuit_free(experiment);
    TRY(status);
  }
  return STATUS_OK;
}

enum status circuit_check(const struct arguments *arguments, const struct texts *overrides) {
  const struct circuit_options read = {.path = arguments->words.text[0], .overrides = overrides, .seed = -1};
  struct circuit_experiment *experiment = NULL;
  struct circuit_plan plan = {0};
  TRY(memory_new("experiment", 1, sizeof *experiment, &experiment));
  enum status status = check_all(&read, &plan, experiment, arguments->out);
  circuit_plan_free(&plan);
  memory_free(experiment);
  return status;
}
