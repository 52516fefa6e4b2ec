/* circuit_run.c — `run` and `check` of an experiment with a circuit without space: a file for each arm, a
 * table of all arms, and the same on standard output. See circuit_experiment.h. */
#include "circuit_arm.h"
#include "fields.h"
#include "job.h"
#include "memory.h"
#include "simulation/arm_files.h"
#include "simulation/stop.h"
#include "simulation/wall.h"
#include "summary.h"
#include "terminal/layout.h"
#include <math.h>
#include <stdio.h>

enum { TEXT_BYTES = 4096 };

struct run {
  struct circuit_session session;
  const char *arm[CIRCUIT_ARMS];
  enum result_mode mode[CIRCUIT_ARMS];
  uint32_t wanted, complete; /* arms: of the table; of these, what was there before */
  struct layout *table;
  /* of all arms */
  struct circuit_value *value;
  int *arm_of;
  int64_t seed;
  int n_values;
};

/* ---- the table of all arms ---- */

static enum status add_heads(struct layout *table) {
  static const char *const heads[] = {"arm", "window",      "population", "cells",        "rate Hz",
                                      "CV",  "correlation", "peak Hz",    "30-80 Hz, Hz2"};
  for (int k = 0; k < COUNT_OF(heads); k++) TRY(layout_cell(table, "%s", heads[k]));
  return STATUS_OK;
}

static enum status add_row(struct run *run, const struct circuit_experiment *experiment,
                           const struct circuit_value *value, int w, int p) {
  static const enum circuit_measure columns[] = {CIRCUIT_rate, CIRCUIT_cv, CIRCUIT_correlation, CIRCUIT_peak,
                                                 CIRCUIT_gamma};
  const struct network *network = experiment->network;
  TRY(layout_cell(run->table, "%s", run->arm[experiment->arm]));
  TRY(layout_cell(run->table, "%s", experiment->window[w].label));
  TRY(layout_cell(run->table, "%s", network->population[p]->name));
  TRY(layout_cell(run->table, "%d", network->population[p]->n));
  for (int c = 0; c < COUNT_OF(columns); c++) {
    int row = w * CIRCUIT_MEASURE_COUNT + (int)columns[c];
    double shown = value[row * network->n_populations + p].value;
    TRY(layout_cell(run->table, isnan(shown) ? "-" : "%.4g", shown));
  }
  return STATUS_OK;
}

/* Take what the file of an arm holds, which is complete. */
static enum status take(struct run *run, const struct circuit_experiment *experiment) {
  size_t old = (size_t)run->n_values, n = (size_t)circuit_values_count(experiment);
  char *path = NULL;
  TRY(memory_resize("values", old, old + n, sizeof *run->value, &run->value));
  TRY(memory_resize("values", old, old + n, sizeof *run->arm_of, &run->arm_of));
  TRY(directory_file(run->session.directory, run->arm[experiment->arm], RESULT_SUFFIX, &path));
  enum status status = circuit_values_read(experiment, path, run->value + old);
  memory_free(path);
  TRY(status);
  for (size_t k = old; k < old + n; k++) run->arm_of[k] = experiment->arm;
  run->n_values += (int)n;
  run->seed = experiment->settings.seed;
  for (int w = 0; w < experiment->n_windows; w++) {
    for (int p = 0; p < experiment->network->n_populations; p++)
      TRY(add_row(run, experiment, run->value + old, w, p));
  }
  return STATUS_OK;
}

static enum status take_arm(struct run *run, int a) {
  struct circuit_experiment *experiment = NULL;
  TRY(memory_new("experiment", 1, sizeof *experiment, &experiment));
  enum status status = circuit_read(&run->session.read, &run->session.plan, a, experiment);
  if (status == STATUS_OK) status = take(run, experiment);
  circuit_free(experiment);
  memory_free(experiment);
  return status;
}

static enum status write_summary(const struct run *run) {
  struct summary_value *found = NULL;
  char path[TEXT_BYTES];
  int n = 0;
  TRY(memory_new("values", (size_t)run->n_values, sizeof *found, &found));
  for (int k = 0; k < run->n_values; k++) {
    const struct circuit_value *value = &run->value[k];
    if (value->found)
      found[n++] = (struct summary_value){.measure = value->id,
                                          .unit = value->unit,
                                          .meaning = value->meaning,
                                          .arm = run->arm[run->arm_of[k]],
                                          .seed = (uint64_t)run->seed,
                                          .value = value->value};
  }
  snprintf(path, sizeof path, "%s/summary.h5", directory_path(run->session.directory));
  bool control = run->session.plan.n_arms > 1 && (run->wanted & 1u);
  enum status status = summary_write(path, control ? run->arm[0] : NULL, found, n);
  memory_free(found);
  return status;
}

/* ---- all arms ---- */

/* What becomes of what there is of the arms. */
static enum status find(struct run *run) {
  const struct run_options *options = run->session.options;
  struct directory *directory = run->session.directory;
  int n_arms = run->session.plan.n_arms;
  if (!options->resume && !options->overwrite) TRY(arm_files_spare(directory, run->arm, n_arms, run->wanted));
  for (int a = 0; a < n_arms; a++) {
    enum result_found found;
    bool saved = false;
    run->mode[a] = options->overwrite ? RESULT_OVERWRITE : RESULT_NEW;
    TRY(arm_files_find(directory, run->arm[a], &found, &saved));
    if (!options->resume || !(run->wanted >> a & 1u)) continue;
    if (found == RESULT_FOUND_COMPLETE) run->complete |= 1u << a;
    if (found == RESULT_FOUND_PARTIAL && saved) run->mode[a] = RESULT_RESUME;
  }
  return STATUS_OK;
}

/* Which arms. */
static enum status choose(struct run *run) {
  int n_arms = run->session.plan.n_arms;
  for (int a = 0; a < n_arms; a++) run->arm[a] = run->session.plan.arm[a].name;
  return arm_files_choose(&run->session.options->arms, run->arm, n_arms, &run->wanted);
}

/* How: the first process has the directory, and tells the others what it found there. */
static enum status look(struct run *run) {
  TRY(job_agree(job_rank() == 0 ? find(run) : STATUS_OK));
  TRY(job_tell(run->mode, sizeof run->mode));
  TRY(job_tell(&run->complete, sizeof run->complete));
  run->session.n_chosen = __builtin_popcount(run->wanted & ~run->complete);
  return STATUS_OK;
}

static enum status run_each(struct run *run) {
  for (int a = 0; a < run->session.plan.n_arms; a++) {
    if (!(run->wanted >> a & 1u)) continue;
    if (!(run->complete >> a & 1u)) TRY(circuit_arm_run(&run->session, a, run->mode[a]));
    TRY(job_agree(job_rank() == 0 ? take_arm(run, a) : STATUS_OK));
  }
  return STATUS_OK;
}

static enum status run_arms(struct run *run, FILE *out) {
  bool first = job_rank() == 0;
  TRY(look(run));
  if (first)
    TRY(progress_open((enum progress_mode)run->session.options->progress, stderr, &run->session.progress));
  stop_watch(run->session.options->time_limit_s);
  enum status status = run_each(run);
  stop_forget();
  progress_close(run->session.progress);
  TRY(status);
  if (!first) return STATUS_OK;
  TRY(write_summary(run));
  fprintf(out, "%s\n", run->session.plan.title);
  layout_table(run->table, 2, out);
  fprintf(out, "results: %s; a file for each arm, summary.h5 has these numbers of all\n",
          directory_path(run->session.directory));
  return STATUS_OK;
}

static enum status open_directory(struct circuit_session *session, const char *path) {
  static const struct log log = {.level = LOG_WARNING};
  TRY(directory_open(path, &session->directory));
  return session->options->live ? live_open(session->directory, &log, &session->live) : STATUS_OK;
}

/* Options that mean nothing here. */
static enum status refuse(const struct run_options *options) {
  if (options->pk_only)
    return status_fail(STATUS_USAGE, "run: --pk-only: a circuit without space has no body");
  if (options->profile)
    return status_fail(STATUS_USAGE, "run: --profile: `spinule bench CONFIG --profile` times such a circuit");
  if (options->coupling_check)
    return status_fail(STATUS_USAGE, "run: --coupling-check: a circuit without space has no slow half");
  return STATUS_OK;
}

static enum status run_circuit(struct run *run, const struct arguments *arguments) {
  struct circuit_session *session = &run->session;
  const struct run_options *options = session->options;
  char directory[TEXT_BYTES];
  TRY(refuse(options));
  run_default_directory(arguments->words.text[0], "", directory, sizeof directory);
  session->read = (struct circuit_options){.path = arguments->words.text[0],
                                           .overrides = &options->overrides,
                                           .seed = options->seed,
                                           .quick = options->quick};
  session->begin_s = wall_s();
  session->line = arguments->line;
  session->overrides = options->overrides.lines;
  TRY(circuit_plan_read(&session->read, &session->plan));
  TRY(layout_open("lllrrrrrr", &run->table));
  TRY(add_heads(run->table));
  TRY(choose(run));
  const char *where = options->directory ? options->directory : directory;
  TRY(job_agree(job_rank() == 0 ? open_directory(session, where) : STATUS_OK));
  return run_arms(run, arguments->out);
}

enum status circuit_run(const struct arguments *arguments) {
  struct run *run = NULL;
  TRY(memory_new("run", 1, sizeof *run, &run));
  run->session.options = arguments->options;
  enum status status = run_circuit(run, arguments);
  layout_close(run->table);
  live_close(run->session.live);
  directory_close(run->session.directory);
  memory_free(run->value);
  memory_free(run->arm_of);
  circuit_plan_free(&run->session.plan);
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
