/* validation_plan.c — which runs the rows need, and which of them are there. See validation.h. */
#include "experiment/configs_folder.h"
#include "fields.h"
#include "findings/made.h"
#include "memory.h"
#include "state.h"
#include "validation.h"
#include "version.h"
#include <stdio.h>
#include <string.h>

/* ---- runs ---- */

static bool same_run(const struct target *a, const struct target *b) {
  if (strcmp(a->experiment, b->experiment) != 0 || a->pk_only != b->pk_only || a->n_sets != b->n_sets)
    return false;
  for (int k = 0; k < a->n_sets; k++) {
    if (strcmp(a->set[k], b->set[k]) != 0) return false;
  }
  return true;
}

const struct validation_run *validation_run_of(const struct validation *validation, const struct target *row,
                                               int k) {
  for (int r = 0; r < validation->n_runs; r++) {
    const struct validation_run *run = &validation->run[r];
    if ((run->seed < 0 || run->seed == row->seed[k]) && same_run(run->like, row)) return run;
  }
  return NULL;
}

/* Eight letters that differ where overrides do; "" without any. */
static void name_sets(const struct target *row, char out[16]) {
  struct hasher hasher = state_hasher();
  enum status status = STATUS_OK;
  for (int k = 0; k < row->n_sets && status == STATUS_OK; k++) {
    status = hasher.visitor.array(&hasher.visitor, "set", STATE_U8, strlen(row->set[k]),
                                  (void *)(uintptr_t)row->set[k]);
  }
  snprintf(out, 16, row->n_sets ? "-%08llx" : "", (unsigned long long)(hasher.hash & 0xffffffffu));
}

static enum status name_run(const struct validation *validation, struct validation_run *run) {
  char sets[16], seed[32] = "", path[4096];
  name_sets(run->like, sets);
  if (run->seed >= 0) snprintf(seed, sizeof seed, "-seed%lld", (long long)run->seed);
  int length =
      snprintf(path, sizeof path, "%s/%s%s%s%s%s", validation->manner.directory, run->like->experiment, sets,
               run->like->pk_only ? "-pk" : "", validation->manner.quick ? "-quick" : "", seed);
  if (length + 8 >= (int)sizeof path) return status_fail(STATUS_CONFIG, "%s: too long a path", path);
  TRY(memory_text(path, &run->directory));
  snprintf(path + length, sizeof path - (size_t)length, ".log");
  return memory_text(path, &run->log);
}

static enum status add_run(struct validation *validation, const struct target *row, int64_t seed,
                           const char *config, struct validation_run **out) {
  for (int k = 0; k < validation->n_runs; k++) {
    *out = &validation->run[k];
    if ((*out)->seed == seed && same_run((*out)->like, row)) return STATUS_OK;
  }
  size_t old = (size_t)validation->n_runs;
  TRY(memory_resize("runs", old, old + 1, sizeof *validation->run, &validation->run));
  *out = &validation->run[validation->n_runs++];
  **out = (struct validation_run){.like = row, .seed = seed};
  TRY(memory_text(config, &(*out)->config));
  TRY(memory_new("arms", (size_t)3 * TARGET_CHECKS * (size_t)validation->targets.n, sizeof *(*out)->arm,
                 &(*out)->arm));
  return name_run(validation, *out);
}

static void add_arms(struct validation_run *run, const struct target *row) {
  const char *arm[3 * TARGET_CHECKS];
  int n = target_arms(row, arm);
  for (int k = 0; k < n; k++) {
    int j = 0;
    while (j < run->n_arms && strcmp(run->arm[j], arm[k]) != 0) j++;
    if (j == run->n_arms) run->arm[run->n_arms++] = arm[k];
  }
}

/* Does the experiment draw random numbers? One in vitro does not, nor do concentrations alone. */
static enum status draws(const struct target *row, const char *config, bool *out) {
  struct config *read = NULL;
  *out = !row->pk_only;
  TRY(config_load(config, row->set, row->n_sets, &read));
  if (config_has(read, "clamp")) *out = false;
  config_free(read);
  return STATUS_OK;
}

static bool chosen(const struct validation *validation, const struct target *row) {
  for (int k = 0; k < validation->n_rows; k++) {
    if (validation->row[k].target == row) return true;
  }
  return false;
}

int validation_seeds(const struct validation *validation, const struct target *row) {
  int most = validation->manner.quick ? 1 : validation->manner.seeds;
  return most > 0 && most < row->n_seeds ? most : row->n_seeds;
}

/* Runs of a row: those of rows that were not chosen count for the arms alone, so that a choice of rows never
 * changes what a directory holds. */
static enum status plan_row(struct validation *validation, const struct target *row, const char *config) {
  bool random;
  TRY(draws(row, config, &random));
  int n = random ? validation_seeds(validation, row) : 1;
  for (int k = 0; k < n; k++) {
    struct validation_run *run;
    TRY(add_run(validation, row, random ? row->seed[k] : -1, config, &run));
    add_arms(run, row);
    run->wanted |= chosen(validation, row);
  }
  return STATUS_OK;
}

/* ---- what is there ---- */

static enum status find_run(struct validation_run *run, const struct version *version) {
  const struct wanted_run wanted = {.config = run->config,
                                    .directory = run->directory,
                                    .set = run->like->set,
                                    .n_sets = run->like->n_sets,
                                    .arm = run->arm,
                                    .n_arms = run->n_arms,
                                    .seed = run->seed,
                                    .has_summary = !run->like->pk_only};
  enum made found;
  TRY(made_find(&wanted, version, &found));
  run->again = found == MADE_OTHER;
  run->complete = found == MADE_COMPLETE;
  return STATUS_OK;
}

/* ---- all ---- */

static const char *config_of(const struct config_files *experiments, const char *name) {
  for (int k = 0; k < experiments->n; k++) {
    if (strcmp(experiments->file[k].name, name) == 0) return experiments->file[k].path;
  }
  return name;
}

/* Experiments that draw nothing take seconds: they come first. */
static void put_short_first(struct validation *validation) {
  for (int k = 1; k < validation->n_runs; k++) {
    struct validation_run run = validation->run[k];
    int j = k;
    for (; j > 0 && run.seed < 0 && validation->run[j - 1].seed >= 0; j--)
      validation->run[j] = validation->run[j - 1];
    validation->run[j] = run;
  }
}

enum status validation_suppose(struct validation *validation, const char *const *sets, int n) {
  struct config_files experiments;
  TRY(configs_folder_list("experiments", &experiments));
  enum status status = STATUS_OK;
  for (int k = 0; k < validation->targets.n && status == STATUS_OK; k++) {
    struct target *row = &validation->targets.row[k];
    bool random = false;
    if (!*row->not_built) status = draws(row, config_of(&experiments, row->experiment), &random);
    for (int s = 0; s < n && random && status == STATUS_OK; s++) {
      if (row->n_sets == TARGET_SETS)
        status = status_fail(STATUS_CONFIG, "%s: more than %d overrides", row->id, TARGET_SETS);
      else
        row->set[row->n_sets++] = sets[s];
    }
  }
  configs_folder_free(&experiments);
  return status;
}

enum status validation_plan(struct validation *validation, bool again) {
  struct config_files experiments;
  struct version version;
  TRY(version_describe(&version));
  TRY(configs_folder_list("experiments", &experiments));
  enum status status = STATUS_OK;
  for (int k = 0; k < validation->targets.n && status == STATUS_OK; k++) {
    const struct target *row = &validation->targets.row[k];
    if (!*row->not_built) status = plan_row(validation, row, config_of(&experiments, row->experiment));
  }
  configs_folder_free(&experiments);
  put_short_first(validation);
  for (int k = 0; k < validation->n_runs && status == STATUS_OK; k++) {
    if (validation->run[k].wanted) status = find_run(&validation->run[k], &version);
    if (again) validation->run[k].again = true;
    if (again) validation->run[k].complete = false;
  }
  return status;
}

/* Is a run in this directory listed, among those of the validations before v and the runs of v before r? */
static bool is_listed(const struct validation *of, int v, int r) {
  const struct validation_run *wanted = &of[v].run[r];
  for (int u = 0; u <= v; u++) {
    for (int q = 0; q < (u < v ? of[u].n_runs : r); q++) {
      const struct validation_run *run = &of[u].run[q];
      if (run->wanted && !run->complete && strcmp(run->directory, wanted->directory) == 0) return true;
    }
  }
  return false;
}

int validation_due(const struct validation *of, int n_of, struct validation_run **due) {
  int n = 0;
  for (int v = 0; v < n_of; v++) {
    for (int r = 0; r < of[v].n_runs; r++) {
      struct validation_run *run = &of[v].run[r];
      if (!run->wanted || run->complete || is_listed(of, v, r)) continue;
      if (due) due[n] = run;
      n++;
    }
  }
  return n;
}
