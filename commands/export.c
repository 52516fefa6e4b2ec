/* export.c — the command `export`: results as tidy tables or NWB files, circuits as SONATA files. */
#include "benchmark/bench_scene.h"
#include "command.h"
#include "csv.h"
#include "directory.h"
#include "findings/survey.h"
#include "invitro/invitro.h"
#include "memory.h"
#include "nwb.h"
#include "simulation/threads.h"
#include "sonata/sonata_write.h"
#include "terminal/layout.h"
#include "terminal/run_options.h"
#include "text_file.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum export_format { EXPORT_CSV, EXPORT_NWB, EXPORT_SONATA };
#define EXPORT_FORMATS "csv|nwb|sonata"

struct export_options {
  int format;
  const char *path;
  struct texts overrides;
  int64_t seed, threads;
  bool overwrite;
};

static const struct option option_rows[] = {
    {.name = "format",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct export_options, format),
     .value = EXPORT_FORMATS,
     .meaning = "csv: every table and time series of a result, one file each; nwb: spikes, windows, LFP and "
                "concentrations in the format of Neurodata Without Borders; sonata: cells and synapses of a "
                "circuit (default: csv)"},
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .offset = offsetof(struct export_options, path),
     .value = "PATH",
     .meaning = "where to: a directory; of one result as nwb, a file (default: beside the result)"},
    {.name = "overwrite",
     .type = OPTION_FLAG,
     .offset = offsetof(struct export_options, overwrite),
     .meaning = "replace what is there"},
    {.name = "set",
     .letter = 's',
     .type = OPTION_TEXTS,
     .offset = offsetof(struct export_options, overrides),
     .value = "PATH=VALUE",
     .meaning = "put a value in the place of the config's, of a CONFIG; may be repeated"},
    {.name = "seed",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct export_options, seed),
     .value = "N",
     .standard = -1,
     .low = 0,
     .high = SEED_MOST,
     .meaning = "seed of all random draws, of a CONFIG (default: the config's)"},
    {.name = "threads",
     .letter = 't',
     .type = OPTION_INTEGER,
     .offset = offsetof(struct export_options, threads),
     .value = "N",
     .low = 1,
     .high = THREADS_MOST,
     .meaning = "threads that build the circuit; changes no result (default: one per processor)"},
};

/* What is exported, and how. */
struct job {
  const struct export_options *options;
  FILE *out;
};

/* ---- places ---- */

/* A path without its ending .h5, and something behind it. */
static enum status beside(const char *path, const char *suffix, char out[PATH_MAX]) {
  size_t length = strlen(path), end = strlen(RESULT_SUFFIX);
  if (length > end && strcmp(path + length - end, RESULT_SUFFIX) == 0) length -= end;
  if (snprintf(out, PATH_MAX, "%.*s%s", (int)length, path, suffix) < PATH_MAX) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%.200s: too long a path", path);
}

static enum status below(const char *directory, const char *name, const char *suffix, char out[PATH_MAX]) {
  if (snprintf(out, PATH_MAX, "%s/%s%s", directory, name, suffix) < PATH_MAX) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%.200s: too long a path", directory);
}

static enum status spare(const struct job *job, const char *path) {
  if (job->options->overwrite || access(path, F_OK) != 0) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: is there already; --overwrite replaces it", path);
}

static void tell(const struct job *job, const char *path) {
  layout_print(job->out, path);
  fputc('\n', job->out);
}

/* ---- results ---- */

/* One result file to a path of its own. */
static enum status export_result(const struct job *job, const char *file, const char *arm, const char *path) {
  struct store *store = NULL;
  int n = 0;
  TRY(spare(job, path));
  TRY(store_open(file, false, &store));
  enum status status =
      job->options->format == EXPORT_NWB ? nwb_export(store, arm, path) : csv_export(store, path, &n);
  store_abandon(store);
  if (status == STATUS_OK) tell(job, path);
  return status;
}

static const char *suffix_of(const struct job *job) {
  return job->options->format == EXPORT_NWB ? ".nwb" : "_csv";
}

static enum status export_file(const struct job *job, const char *file) {
  struct surveyed found;
  char path[PATH_MAX];
  TRY(beside(file, suffix_of(job), path));
  enum status status = survey_file(file, &found);
  if (status != STATUS_OK && !(found.foreign && job->options->format == EXPORT_CSV)) return status;
  return export_result(job, file, found.arm, job->options->path ? job->options->path : path);
}

/* Every arm of a directory; an unfinished one only where there is no complete one of its name. */
static enum status export_arms(const struct job *job, const char *directory, const struct survey *survey) {
  const char *to = job->options->path ? job->options->path : directory;
  char path[PATH_MAX], summary[PATH_MAX];
  if (job->options->path) TRY(directory_make(to));
  for (int a = 0; a < survey->n; a++) {
    const struct surveyed *arm = &survey->arm[a];
    if (a > 0 && strcmp(arm->arm, survey->arm[a - 1].arm) == 0) continue;
    if (*arm->unreadable) return status_fail(STATUS_CONFIG, "%s", arm->unreadable);
    TRY(below(to, arm->arm, suffix_of(job), path));
    TRY(export_result(job, arm->path, arm->arm, path));
  }
  TRY(below(directory, "summary", RESULT_SUFFIX, summary));
  if (job->options->format != EXPORT_CSV || access(summary, F_OK) != 0) return STATUS_OK;
  TRY(below(to, "summary", suffix_of(job), path));
  return export_result(job, summary, "summary", path);
}

/* ---- circuits ---- */

/* End of the last window of a result, ms; 0 if it has none. */
static enum status last_stop(struct store *store, double *stop_ms) {
  static const char *const path = "/protocol/windows/stop_h";
  int64_t n = survey_rows(store, path);
  *stop_ms = 0;
  if (n <= 0) return STATUS_OK;
  TRY(store_read_rows(store, path, (uint64_t)n - 1, 1, stop_ms));
  *stop_ms *= 3.6e6;
  return STATUS_OK;
}

/* The result that a circuit comes from. */
struct origin_of {
  const char *path; /* "": none */
  double stop_ms;
  struct sonata_reports reports;
};

static enum status export_scene(const struct job *job, const char *config, int64_t seed,
                                const struct origin_of *result, const char *path) {
  struct bench_scene *scene;
  const struct bench_size size = {.threads = threads_wanted(job->options->threads),
                                  .ranks = 1,
                                  .block_cells = POPULATION_BLOCK,
                                  .seed = seed,
                                  .overrides = job->options->overrides.text,
                                  .n_overrides = job->options->overrides.n};
  TRY(memory_new("circuit", 1, sizeof *scene, &scene));
  enum status status = bench_scene_open(config, &size, scene);
  if (status == STATUS_OK) {
    double run_ms = 1000.0 * (scene->times.settle + scene->times.measure);
    const struct sonata_export export = {.network = scene->network,
                                         .config =
                                             scene->experiment ? scene->experiment->config : scene->config,
                                         .title = scene->title,
                                         .settle_s = scene->times.settle,
                                         .measure_s = scene->times.measure,
                                         .stop_ms = result->stop_ms > 0 ? result->stop_ms : run_ms,
                                         .result = result->path,
                                         .reports = &result->reports};
    status = sonata_write(&export, path);
  }
  bench_scene_close(scene);
  memory_free(scene);
  if (status == STATUS_OK) tell(job, path);
  return status;
}

/* The config of a result, as it was resolved, goes beside the circuit that is built from it again. */
static enum status write_config(struct store *store, const char *directory) {
  char *text = NULL;
  struct text_file file = {0};
  TRY(directory_make(directory));
  TRY(store_read_text(store, "/provenance/config_resolved", NULL, &text));
  enum status status = text_file_open(directory, "experiment.cfg", &file);
  if (status == STATUS_OK) fputs(text, file.stream);
  if (status == STATUS_OK) status = text_file_close(&file);
  text_file_abandon(&file);
  memory_free(text);
  return status;
}

static enum status export_circuit_of(const struct job *job, const char *result, const char *path) {
  struct store *store = NULL;
  char config[PATH_MAX];
  int64_t seed = -1;
  struct origin_of origin = {.path = result};
  if (job->options->overrides.n > 0 || job->options->seed >= 0)
    return status_fail(STATUS_USAGE, "export: %s is a result: -s and --seed are for a config", result);
  TRY(below(path, "experiment", ".cfg", config));
  TRY(spare(job, path));
  TRY(store_open(result, false, &store));
  enum status status = store_object(store, "/nodes") == STORE_GROUP
                           ? write_config(store, path)
                           : status_fail(STATUS_CONFIG, "%s: has no circuit", result);
  if (status == STATUS_OK) status = store_read(store, "/provenance/seed", NULL, STATE_I64, 1, &seed);
  if (status == STATUS_OK) status = last_stop(store, &origin.stop_ms);
  if (status == STATUS_OK) status = sonata_write_reports(store, path, &origin.reports);
  store_abandon(store);
  if (status == STATUS_OK) status = export_scene(job, config, seed, &origin, path);
  sonata_reports_free(&origin.reports);
  return status;
}

static enum status export_config(const struct job *job, const char *config) {
  char folder[PATH_MAX], standard[PATH_MAX];
  bool in_vitro;
  TRY(invitro_found(config, &job->options->overrides, &in_vitro));
  if (in_vitro) return status_fail(STATUS_CONFIG, "%s: an experiment in vitro has no circuit", config);
  run_default_directory(config, false, standard, sizeof standard - sizeof "_sonata");
  TRY(beside(standard, "_sonata", folder));
  const char *to = job->options->path ? job->options->path : folder;
  TRY(spare(job, to));
  const struct origin_of none = {.path = ""};
  return export_scene(job, config, job->options->seed, &none, to);
}

/* ---- which ---- */

static bool is_hdf5(const char *path) {
  static const unsigned char mark[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  unsigned char head[sizeof mark] = {0};
  FILE *file = text_file_read(path);
  if (!file) return false;
  size_t n = fread(head, 1, sizeof head, file);
  fclose(file);
  return n == sizeof head && memcmp(head, mark, sizeof mark) == 0;
}

static enum status export_directory(const struct job *job, const char *directory) {
  struct survey survey;
  char path[PATH_MAX];
  TRY(survey_directory(directory, &survey));
  enum status status;
  if (survey.n == 0) {
    status = status_fail(STATUS_CONFIG, "%s: there is no result yet", directory);
  } else if (job->options->format != EXPORT_SONATA) {
    status = export_arms(job, directory, &survey);
  } else { /* arms share their circuit */
    status = below(directory, "sonata", "", path);
    if (status == STATUS_OK)
      status = export_circuit_of(job, survey.arm[0].path, job->options->path ? job->options->path : path);
  }
  survey_free(&survey);
  return status;
}

static enum status run(const struct arguments *arguments) {
  const struct job job = {arguments->options, arguments->out};
  const char *word = arguments->words.text[0];
  bool directory = false, circuit = job.options->format == EXPORT_SONATA;
  char path[PATH_MAX];
  TRY(survey_kind(word, &directory));
  if (directory) return export_directory(&job, word);
  if (is_hdf5(word) && !circuit) return export_file(&job, word);
  if (is_hdf5(word)) {
    TRY(beside(word, "_sonata", path));
    return export_circuit_of(&job, word, job.options->path ? job.options->path : path);
  }
  if (circuit) return export_config(&job, word);
  return status_fail(STATUS_USAGE, "export: %s is no result: a config can be exported as sonata only", word);
}

const struct command command_export = {
    .name = "export",
    .summary = "results as CSV tables or NWB files, circuits as SONATA files",
    .notes =
        "Of a directory, every arm. csv: a directory <arm>_csv with one file for each table, plot and "
        "population, units in the headers. nwb: <arm>.nwb. sonata: the circuit of a config, or that of a "
        "result, as it was at the start, with circuit.cfg, which runs these files.",
    .example = "spinule export results/ketamine --format nwb",
    .syntax = {.words = "DIR|FILE|CONFIG",
               .least = 1,
               .most = 1,
               .options = option_rows,
               .n_options = COUNT_OF(option_rows),
               .options_size = sizeof(struct export_options)},
    .run = run,
};
