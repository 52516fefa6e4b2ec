/* invitro_run.c — `run` and `check` of an experiment in vitro: a file of traces and readings for each patch,
 * a table of all readings, and the same on standard output. See invitro.h. */
#include "fields.h"
#include "invitro.h"
#include "log.h"
#include "memory.h"
#include "provenance.h"
#include "recording/origin.h"
#include "result.h"
#include "simulation/wall.h"
#include "summary.h"
#include "terminal/layout.h"
#include "terminal/progress.h"
#include "terminal/run_options.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SIGNALS = INVITRO_RUNS * (1 + DRUG_SUBSTANCES), NAME_BYTES = 64, PATH_BYTES = 4096 };

struct bench {
  struct invitro invitro;
  struct directory *directory;
  struct layout *table;
  struct invitro_traces traces;
  struct invitro_value value[INVITRO_VALUES];
  struct summary_value *found; /* of all patches */
  char (*id)[NAME_BYTES];
  int n_found;
  const char *line, *overrides;
  double begin_s;
};

/* ---- a patch's file ---- */

static enum status write_traces(const struct bench *bench, struct recorder *to) {
  const struct invitro_traces *traces = &bench->traces;
  struct signal signal[SIGNALS];
  char name[SIGNALS][NAME_BYTES];
  const double *trace[SIGNALS];
  double row[SIGNALS];
  int n = 0, handle;
  for (int run = 0; run < traces->n_runs; run++) {
    size_t at = (size_t)run * (size_t)traces->n_samples;
    snprintf(name[n], NAME_BYTES, "current_%d", run);
    signal[n] = (struct signal){name[n], "pA", "current"};
    trace[n++] = traces->current + at;
    for (int b = 0; b < traces->n_bound; b++) {
      snprintf(name[n], NAME_BYTES, "bound_%.40s_%d",
               bench->invitro.drugs.substance[traces->substance[b]].name, run);
      signal[n] = (struct signal){name[n], "1", "share of channels that hold the substance"};
      trace[n++] = traces->bound[b] + at;
    }
  }
  const struct signal_group group = {.path = "traces",
                                     .title = "runs of the patch; run 0 is the control",
                                     .axis = "time",
                                     .axis_unit = "s",
                                     .axis_label = "time",
                                     .signals = signal,
                                     .n_signals = n};
  TRY(to->group(to, &group, &handle));
  for (int i = 0; i < traces->n_samples; i++) {
    for (int k = 0; k < n; k++) row[k] = trace[k][i];
    TRY(to->append(to, handle, traces->time_s[i], row));
  }
  return STATUS_OK;
}

static enum status write_runs(const struct bench *bench, struct recorder *to) {
  int64_t run[INVITRO_RUNS];
  double uM[INVITRO_RUNS];
  for (int k = 0; k < bench->traces.n_runs; k++) {
    run[k] = k;
    uM[k] = bench->invitro.n_series == 0 ? (double)NAN : k == 0 ? 0.0 : bench->invitro.series[k - 1];
  }
  const struct column columns[] = {
      {"run", COLUMN_I64, "1", "number of the run in the names of traces", run},
      {"concentration_uM", COLUMN_F64, "uM", "of the series; NaN: the config's own", uM}};
  const struct table table = {"runs", "runs of the patch", bench->traces.n_runs, columns, COUNT_OF(columns)};
  return to->table(to, &table);
}

static enum status write_values(const struct bench *bench, int n, struct recorder *to) {
  const char *id[INVITRO_VALUES], *unit[INVITRO_VALUES], *meaning[INVITRO_VALUES];
  double uM[INVITRO_VALUES], value[INVITRO_VALUES];
  for (int k = 0; k < n; k++) {
    id[k] = bench->value[k].id;
    unit[k] = bench->value[k].unit;
    meaning[k] = bench->value[k].meaning;
    uM[k] = bench->value[k].concentration;
    value[k] = bench->value[k].value;
  }
  const struct column columns[] = {{"measure", COLUMN_TEXT, "", "", id},
                                   {"concentration_uM", COLUMN_F64, "uM", "NaN: of the whole series", uM},
                                   {"value", COLUMN_F64, "1", "in its own unit", value},
                                   {"unit", COLUMN_TEXT, "", "", unit},
                                   {"meaning", COLUMN_TEXT, "", "", meaning}};
  const struct table table = {"readings", "what was read off the traces", n, columns, COUNT_OF(columns)};
  return to->table(to, &table);
}

static enum status write_origin(const struct bench *bench, int p, struct store *store) {
  const char *works[PATCH_RECEPTORS];
  int n = 0;
  for (; n < PATCH_RECEPTORS && bench->invitro.patch[p].receptor[n].mechanism; n++)
    works[n] = bench->invitro.patch[p].receptor[n].mechanism->citation;
  const struct origin origin = {.config = bench->invitro.config,
                                .command_line = bench->line,
                                .overrides = bench->overrides,
                                .rng = "none",
                                .threads = 1,
                                .work = works,
                                .n_works = n};
  return origin_begin(store, &origin);
}

static uint64_t hash_of(const struct invitro_traces *traces) {
  struct hasher hasher = state_hasher();
  size_t n = (size_t)traces->n_runs * (size_t)traces->n_samples;
  enum status status = hasher.visitor.array(&hasher.visitor, "current", STATE_F64, n, traces->current);
  return status == STATUS_OK ? hasher.hash : 0;
}

static enum status write_file(struct bench *bench, int p, int n, enum result_mode mode, double wall) {
  struct log log = {.level = LOG_WARNING};
  struct result *result = NULL;
  TRY(result_open(bench->directory, bench->invitro.patch[p].name, bench->invitro.title, mode, &log, &result));
  struct recorder *to = result_recorder(result);
  struct store *store = result_store(result);
  double time_s = bench->invitro.settings.duration * bench->traces.n_runs;
  const struct provenance_phase phase = {"receptors", wall, (double)NAN};
  enum status status;
  TRY_GOTO(store_attribute_text(store, "/", "default", "traces"), failed);
  TRY_GOTO(write_origin(bench, p, store), failed);
  TRY_GOTO(write_traces(bench, to), failed);
  TRY_GOTO(write_runs(bench, to), failed);
  TRY_GOTO(write_values(bench, n, to), failed);
  TRY_GOTO(result_progress(result, time_s, wall_s() - bench->begin_s, 1.0), failed);
  TRY_GOTO(provenance_end(store, hash_of(&bench->traces), &phase, 1, 0.0, 0.0), failed);
  return result_finish(result);
failed:
  result_fail(result);
  return status;
}

/* ---- all patches ---- */

static enum status keep(struct bench *bench, int p, int n) {
  const char *name = bench->invitro.patch[p].name;
  for (int k = 0; k < n; k++) {
    const struct invitro_value *value = &bench->value[k];
    char *id = bench->id[bench->n_found];
    snprintf(id, NAME_BYTES, "%s", value->id);
    bench->found[bench->n_found++] = (struct summary_value){
        .measure = id, .unit = value->unit, .meaning = value->meaning, .arm = name, .value = value->value};
    TRY(layout_cell(bench->table, "%s", name));
    TRY(layout_cell(bench->table, "%s", value->id));
    if (isnan(value->concentration))
      TRY(layout_cell(bench->table, "%s", ""));
    else
      TRY(layout_cell(bench->table, "%.4g uM", value->concentration));
    TRY(layout_cell(bench->table, "%.4g", value->value));
    TRY(layout_cell(bench->table, "%s", strcmp(value->unit, "1") == 0 ? "" : value->unit));
    TRY(layout_cell(bench->table, "%s", value->meaning));
  }
  return STATUS_OK;
}

static enum status run_patch(struct bench *bench, int p, const struct run_options *options) {
  double begin = wall_s();
  TRY(invitro_trace(&bench->invitro, p, &bench->traces));
  int n = invitro_values(&bench->invitro, p, &bench->traces, bench->value);
  TRY(write_file(bench, p, n, options->overwrite ? RESULT_OVERWRITE : RESULT_NEW, wall_s() - begin));
  TRY(keep(bench, p, n));
  invitro_free_traces(&bench->traces);
  return STATUS_OK;
}

/* The patches that are asked for. */
static enum status choose(const struct bench *bench, const struct run_options *options, uint32_t *set) {
  const struct invitro *invitro = &bench->invitro;
  const char *names[INVITRO_PATCHES];
  for (int p = 0; p < invitro->n_patches; p++) names[p] = invitro->patch[p].name;
  *set = options->arms.n ? 0 : ~0u;
  for (int k = 0; k < options->arms.n; k++) {
    int p = 0;
    while (p < invitro->n_patches && strcmp(names[p], options->arms.text[k]) != 0) p++;
    if (p == invitro->n_patches) {
      const char *near = nearest_word(options->arms.text[k], names, invitro->n_patches);
      return status_fail(STATUS_USAGE, "--arm %s: there is no such patch%s%s%s", options->arms.text[k],
                         near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    }
    *set |= 1u << p;
  }
  return STATUS_OK;
}

/* Results that are there are left alone, without a word on what is to become of them. */
static enum status spare(const struct bench *bench, const struct run_options *options, uint32_t set) {
  const struct invitro *invitro = &bench->invitro;
  for (int p = 0; p < invitro->n_patches && !options->overwrite; p++) {
    enum result_found found = RESULT_FOUND_NONE;
    if (set >> p & 1u) TRY(result_find(bench->directory, invitro->patch[p].name, &found));
    if (found == RESULT_FOUND_COMPLETE)
      return status_fail(STATUS_CONFIG, "%s: a complete result of patch %s is there; --overwrite replaces it",
                         directory_path(bench->directory), invitro->patch[p].name);
  }
  return STATUS_OK;
}

static enum status run_patches(struct bench *bench, const struct run_options *options, uint32_t set,
                               FILE *out) {
  struct progress *progress = NULL;
  char path[PATH_BYTES];
  enum status status = STATUS_OK;
  TRY(spare(bench, options, set));
  TRY(progress_open((enum progress_mode)options->progress, stderr, &progress));
  for (int p = 0; p < bench->invitro.n_patches && status == STATUS_OK; p++) {
    progress_update(progress, (double)p / bench->invitro.n_patches, bench->invitro.patch[p].name, "");
    if (set >> p & 1u) status = run_patch(bench, p, options);
  }
  progress_close(progress);
  TRY(status);
  fprintf(out, "%s\n", bench->invitro.title);
  layout_table(bench->table, 2, out);
  fprintf(out, "results: %s; a file for each patch, summary.h5 has the readings of all\n",
          directory_path(bench->directory));
  snprintf(path, sizeof path, "%s/summary.h5", directory_path(bench->directory));
  return bench->n_found ? summary_write(path, NULL, bench->found, bench->n_found) : STATUS_OK;
}

/* Options that mean nothing where there are neither draws nor windows. */
static enum status refuse(const struct run_options *options) {
  const struct {
    bool given;
    const char *name;
  } none[] = {{options->seed >= 0, "--seed"},
              {options->threads > 0, "--threads"},
              {options->resume, "--resume"},
              {options->profile, "--profile"},
              {options->pk_only, "--pk-only"},
              {options->coupling_check, "--coupling-check"},
              {options->live, "--live"},
              {options->time_limit_s > 0, "--time-limit"},
              {options->virtual_ranks != 1, "--virtual-ranks"}};
  for (int k = 0; k < COUNT_OF(none); k++) {
    if (none[k].given)
      return status_fail(STATUS_USAGE,
                         "run: %s means nothing in an experiment with a clamp: it draws nothing, takes "
                         "seconds, and is begun again",
                         none[k].name);
  }
  return STATUS_OK;
}

static enum status run_bench(struct bench *bench, const struct arguments *arguments) {
  const struct run_options *options = arguments->options;
  char directory[PATH_BYTES];
  uint32_t set;
  TRY(refuse(options));
  run_default_directory(arguments->words.text[0], "", directory, sizeof directory);
  bench->begin_s = wall_s();
  bench->line = arguments->line;
  bench->overrides = options->overrides.lines;
  TRY(invitro_read(arguments->words.text[0], &options->overrides, options->quick, &bench->invitro));
  size_t most = (size_t)bench->invitro.n_patches * INVITRO_VALUES;
  TRY(memory_new("readings", most, sizeof *bench->found, &bench->found));
  TRY(memory_new("readings", most, sizeof *bench->id, &bench->id));
  TRY(layout_open("lllrll", &bench->table));
  TRY(choose(bench, options, &set));
  TRY(directory_open(options->directory ? options->directory : directory, &bench->directory));
  return run_patches(bench, options, set, arguments->out);
}

enum status invitro_run(const struct arguments *arguments) {
  struct bench *bench = NULL;
  TRY(memory_new("bench", 1, sizeof *bench, &bench));
  enum status status = run_bench(bench, arguments);
  invitro_free_traces(&bench->traces);
  layout_close(bench->table);
  directory_close(bench->directory);
  memory_free(bench->found);
  memory_free(bench->id);
  invitro_free(&bench->invitro);
  memory_free(bench);
  return status;
}

/* ---- check ---- */

static void print_patches(FILE *out, uint32_t set, const struct invitro *invitro) {
  bool all = true;
  for (int p = 0; p < invitro->n_patches; p++) all &= set >> p & 1u;
  for (int p = 0; p < invitro->n_patches && !all; p++) {
    if (set >> p & 1u) fprintf(out, " %s", invitro->patch[p].name);
  }
  fprintf(out, "%s\n", all ? " all patches" : "");
}

static void print_invitro(FILE *out, const struct invitro *invitro) {
  const struct invitro_settings *s = &invitro->settings;
  fprintf(out, "%s\nvoltage clamp, %g s a run, %d concentrations, %g °C\n", invitro->title, s->duration,
          invitro->n_series, s->temperature);
  for (int p = 0; p < invitro->n_patches; p++) {
    fprintf(out, "  patch %s at %g mV:", invitro->patch[p].name, invitro->patch[p].V);
    for (int r = 0; r < invitro->patch[p].n_receptors; r++)
      fprintf(out, " %s", invitro->patch[p].receptor[r].mechanism->name);
    fprintf(out, "%s%s\n", *invitro->patch[p].cell ? " of " : "", invitro->patch[p].cell);
  }
  for (int k = 0; k < invitro->n_agonists; k++) {
    const struct invitro_agonist *a = &invitro->agonist[k];
    fprintf(out, "  %g s to %g s: %s %g uM,", a->at, a->until, a->name, a->concentration);
    print_patches(out, a->patches, invitro);
  }
  for (int k = 0; k < invitro->n_drugs; k++) {
    const struct invitro_drug *d = &invitro->drug[k];
    fprintf(out, "  %g s to %g s: %s", d->at, d->until, d->drug);
    if (d->series)
      fprintf(out, " %g ... %g uM,", invitro->series[0], invitro->series[invitro->n_series - 1]);
    else
      fprintf(out, " %g uM,", d->concentration);
    print_patches(out, d->patches, invitro);
  }
  for (int k = 0; k < invitro->n_voltages; k++) {
    const struct invitro_voltage *v = &invitro->voltage[k];
    fprintf(out, "  %g s to %g s: %g mV,", v->at, v->until, v->V);
    print_patches(out, v->patches, invitro);
  }
}

enum status invitro_check(const struct arguments *arguments, const struct texts *overrides) {
  struct invitro *invitro = NULL;
  TRY(memory_new("experiment", 1, sizeof *invitro, &invitro));
  enum status status = invitro_read(arguments->words.text[0], overrides, false, invitro);
  if (status == STATUS_OK) print_invitro(arguments->out, invitro);
  invitro_free(invitro);
  memory_free(invitro);
  return status;
}
