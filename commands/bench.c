/* bench.c — the command `bench`: how fast circuits run on this machine, beside what the machine allows. */
#include "benchmark/bench.h"
#include "benchmark/bench_limit.h"
#include "command.h"
#include "experiment/configs_folder.h"
#include "host.h"
#include "job.h"
#include "memory.h"
#include "params.h"
#include "simulation/wall.h"
#include "terminal/run_options.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bench_options {
  const char *cells, *threads, *json;
  struct texts files;
  int64_t repeat, seed, block, virtual_ranks;
  double settle_s, measure_s;
  int machine; /* index into MACHINE_EFFORTS */
  bool profile;
};
#define MACHINE_EFFORTS "full|quick|none"
static const double machine_effort[] = {1.0, 0.05, 0.0};

static const struct option option_rows[] = {
    {.name = "cells",
     .type = OPTION_TEXT,
     .offset = offsetof(struct bench_options, cells),
     .value = "LIST",
     .meaning = "sizes to build, such as 1k,10k,100k,1M (default: the config's own)"},
    {.name = "threads",
     .letter = 't',
     .type = OPTION_TEXT,
     .offset = offsetof(struct bench_options, threads),
     .value = "LIST",
     .meaning = "numbers of threads, such as 1,2 (default: 1)"},
    {.name = "repeat",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct bench_options, repeat),
     .value = "N",
     .standard = 5,
     .low = 1,
     .high = 1000,
     .meaning = "stretches that are timed; the median counts (default: 5)"},
    {.name = "settle",
     .type = OPTION_DURATION,
     .offset = offsetof(struct bench_options, settle_s),
     .value = "DURATION",
     .meaning = "biological time before the first stretch (default: the config's)"},
    {.name = "measure",
     .type = OPTION_DURATION,
     .offset = offsetof(struct bench_options, measure_s),
     .value = "DURATION",
     .meaning = "biological time of a stretch (default: the config's)"},
    {.name = "machine",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct bench_options, machine),
     .value = MACHINE_EFFORTS,
     .meaning = "how carefully the machine's constants are measured, for the limit: full takes seconds per "
                "number of threads; none leaves the limit out (default: full)"},
    {.name = "json",
     .type = OPTION_TEXT,
     .offset = offsetof(struct bench_options, json),
     .value = "FILE",
     .meaning = "write the table as JSON"},
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXTS,
     .offset = offsetof(struct bench_options, files),
     .value = "FILE",
     .meaning = "write the table too: .json, .csv, or .svg for a picture of the scaling; may be "
                "repeated"},
    {.name = "profile",
     .type = OPTION_FLAG,
     .offset = offsetof(struct bench_options, profile),
     .meaning = "print where the time goes, in one stretch more"},
    {.name = "seed",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct bench_options, seed),
     .value = "N",
     .standard = -1,
     .low = 0,
     .high = SEED_MOST,
     .meaning = "seed of all random draws (default: the config's)"},
    {.name = "block",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct bench_options, block),
     .value = "N",
     .standard = POPULATION_BLOCK,
     .low = POPULATION_TILE,
     .high = POPULATION_BLOCK,
     .meaning = "cells of a block; changes no result"},
    {.name = "virtual-ranks",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct bench_options, virtual_ranks),
     .value = "R",
     .standard = 1,
     .low = 1,
     .high = RANKS_MOST,
     .meaning = "parts that meet by messages alone; changes no result"},
};

/* ---- what is asked ---- */

enum { LIST_MOST = 16, ROWS_MOST = 256, STRETCHES_MOST = 1000 };

/* "1k,10k,1M" → whole numbers. Fails: USAGE. */
static enum status read_list(const char *text, const char *option, double high, double *out, int *n) {
  const char *at = text;
  for (*n = 0; *n < LIST_MOST; at++) {
    char *end;
    double value = strtod(at, &end);
    double unit = *end == 'k' ? 1e3 : *end == 'M' ? 1e6 : 1;
    value *= unit;
    if (end == at || !(value >= 1 && value <= high) || value != floor(value)) break;
    out[(*n)++] = value;
    at = unit > 1 ? end + 1 : end;
    if (*at == '\0') return STATUS_OK;
    if (*at != ',') break;
  }
  return status_fail(STATUS_USAGE,
                     "bench: --%s=%s: not a list of at most %d whole numbers from 1 to %g, such as %s",
                     option, text, LIST_MOST, high, high > 1e6 ? "1k,10k" : "1,2");
}

/* Windows end at full milliseconds. */
static bool whole_ms(double seconds) {
  double ms = floor(seconds * 1e3 + 0.5);
  return seconds == 0 || (ms >= 1 && fabs(seconds * 1e3 - ms) < 1e-6);
}

/* The times that were asked for; 0 where none was. Fails: USAGE. */
static enum status check_durations(const struct bench_options *options) {
  bool settle = whole_ms(options->settle_s);
  if (settle && whole_ms(options->measure_s)) return STATUS_OK;
  return status_fail(STATUS_USAGE, "bench: --%s: %.9g ms are no whole number of milliseconds",
                     settle ? "measure" : "settle", 1e3 * (settle ? options->measure_s : options->settle_s));
}

/* A word is a config file, or the name of one in configs/circuits. */
static enum status find_scene(const char *word, const struct config_files *files, const char **path) {
  const char *names[64];
  int n = 0;
  *path = word;
  if (strchr(word, '/') || strstr(word, ".cfg")) return STATUS_OK;
  for (int k = 0; k < files->n; k++) {
    if (n < COUNT_OF(names)) names[n++] = files->file[k].name;
    if (strcmp(files->file[k].name, word) != 0) continue;
    *path = files->file[k].path;
    return STATUS_OK;
  }
  const char *near = nearest_word(word, names, n);
  return status_fail(STATUS_USAGE,
                     "bench: there is no scene \"%s\"%s%s%s; `spinule list circuits` names them", word,
                     near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* ---- one row ---- */

static double cpu_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b) {
  double p = *(const double *)a, q = *(const double *)b;
  return p < q ? -1 : p > q;
}

static double median(double *value, int n) {
  qsort(value, (size_t)n, sizeof *value, by_value);
  return n % 2 ? value[n / 2] : 0.5 * (value[n / 2 - 1] + value[n / 2]);
}

static void describe_populations(const struct bench_scene *scene, double seconds, struct bench_row *row) {
  for (int p = 0; p < scene->network->n_populations && p < BENCH_POPULATIONS; p++) {
    const struct population *population = scene->network->population[p];
    struct bench_population *out = &row->population[row->n_populations++];
    snprintf(out->name, sizeof out->name, "%s", population->name);
    out->cells = population->n;
    out->rate_Hz =
        population->n ? (double)irregularity_spikes(&scene->irregularity, p) / population->n / seconds : 0;
    out->cv = irregularity_cv(&scene->irregularity, p, &out->cv_cells);
  }
}

/* Stretches of `seconds`; the first is counted, and its end is the state that is hashed. */
static enum status time_stretches(struct bench_scene *scene, double seconds, int repeats,
                                  const struct machine *machine, struct bench_row *row) {
  double wall[STRETCHES_MOST], cpu[STRETCHES_MOST], segments = 0;
  for (int k = 0; k < repeats; k++) {
    double begin = wall_s(), cpu_begin = cpu_s();
    TRY(bench_scene_advance(scene, seconds, NULL));
    wall[k] = (wall_s() - begin) / seconds;
    cpu[k] = (cpu_s() - cpu_begin) / seconds;
    if (k > 0) continue;
    row->events_Hz = bench_scene_events(scene, &segments) / seconds;
    describe_populations(scene, seconds, row);
    TRY(bench_scene_hash(scene, &row->hash));
  }
  row->repeats = repeats;
  row->wall_s = median(wall, repeats);
  row->wall_best_s = wall[0];
  row->wall_worst_s = wall[repeats - 1];
  row->cpu_s = median(cpu, repeats);
  if (!machine) return STATUS_OK;
  struct machine_limit limit;
  TRY(bench_limit(scene, machine, row->events_Hz, segments / seconds, &limit));
  row->limit_s = limit.total_s;
  row->bound = machine_term_names[limit.binds];
  return STATUS_OK;
}

/* Memory is that of the process that held most; messages are those of the stretches that were timed. */
static void describe_ranks(const struct network *network, const struct traffic *before, double wall_s,
                           struct bench_row *row) {
  struct exchange *exchange = network->exchange;
  struct traffic now = exchange_traffic(exchange);
  int64_t sums[] = {now.messages - before->messages, now.bytes - before->bytes,
                    (int64_t)((now.wait_s - before->wait_s) * 1e9)};
  double intervals = (double)(now.intervals - before->intervals);
  row->ranks = job_ranks();
  exchange_sum(exchange, sums, COUNT_OF(sums));
  exchange_most(exchange, &row->peak_MB, 1);
  if (row->ranks == 1) return;
  row->messages = (double)sums[0] / intervals / row->ranks;
  row->message_bytes = (double)sums[1] / intervals / row->ranks;
  row->wait = (double)sums[2] * 1e-9 / wall_s / row->ranks;
}

static enum status profile_stretch(struct bench_scene *scene, double seconds, struct bench_row *row) {
  struct profile *profile;
  TRY(profile_new(row->threads, &profile));
  enum status status = bench_scene_advance(scene, seconds, profile);
  for (int k = 0; k < PROFILE_PHASE_COUNT; k++)
    row->phase_s[k] = profile_s(profile, (enum profile_phase)k) / seconds;
  row->profiled = true;
  profile_free(profile);
  return status;
}

static enum status measure(struct bench_scene *scene, const struct bench_options *options,
                           const struct machine *machine, struct bench_row *row) {
  const struct network *network = scene->network;
  double settle = options->settle_s > 0 ? options->settle_s : scene->times.settle;
  double seconds = options->measure_s > 0 ? options->measure_s : scene->times.measure;
  if (!whole_ms(settle) || !whole_ms(seconds)) {
    return status_fail(STATUS_CONFIG,
                       "%s: bench: settle and measure are whole milliseconds, not %.9g and %.9g", scene->name,
                       1e3 * settle, 1e3 * seconds);
  }
  snprintf(row->scene, sizeof row->scene, "%s", scene->name);
  for (int p = 0; p < network->n_populations; p++)
    row->cells += network->population[p]->outside ? 0 : network->population[p]->n;
  row->synapses = (double)network_synapses(network);
  row->build_s = scene->build_s;
  int64_t bytes = (int64_t)network_synapse_bytes(network);
  exchange_sum(network->exchange, &bytes, 1);
  row->bytes_per_synapse = row->synapses > 0 ? (double)bytes / row->synapses : 0;
  TRY(bench_scene_advance(scene, settle, NULL));
  irregularity_clear(&scene->irregularity);
  const struct traffic before = exchange_traffic(network->exchange);
  double begin = wall_s();
  TRY(time_stretches(scene, seconds, (int)options->repeat, machine, row));
  row->peak_MB = 1e-6 * (double)host_peak_bytes();
  describe_ranks(network, &before, wall_s() - begin, row);
  if (options->profile) TRY(profile_stretch(scene, seconds, row));
  return STATUS_OK;
}

/* The largest memory that was held counts from here on. */
static void forget_peak(void) {
  FILE *file = fopen("/proc/self/clear_refs", "w");
  if (!file) return; /* then the peak is that of the whole run */
  fputs("5", file);
  fclose(file);
}

static enum status run_row(const struct bench_options *options, const char *path, double cells, int threads,
                           const struct machine *machine, struct bench_row *row) {
  struct bench_size size = {.cells = (int64_t)cells,
                            .threads = threads,
                            .ranks = (int)options->virtual_ranks,
                            .block_cells = (int)options->block,
                            .seed = options->seed};
  struct bench_scene *scene;
  TRY(memory_new("scene", 1, sizeof *scene, &scene));
  *row = (struct bench_row){.threads = threads};
  forget_peak();
  enum status status = bench_scene_open(path, &size, scene);
  if (status == STATUS_OK) status = measure(scene, options, machine, row);
  bench_scene_close(scene);
  memory_free(scene);
  return status;
}

/* ---- all rows ---- */

/* Every scene at every size with every number of threads. */
struct plan {
  int n_scenes, n_cells, n_threads;
  const char **scene; /* paths */
  double cells[LIST_MOST], threads[LIST_MOST];
  struct machine machine[LIST_MOST]; /* measured with each number of threads */
};

/* What can be wrong with the command line is found before anything runs. Fails: USAGE, WORLD (a file cannot
 * be written). */
static enum status make_plan(const struct arguments *arguments, const struct config_files *files,
                             struct plan *plan) {
  const struct bench_options *options = arguments->options;
  plan->n_cells = plan->n_threads = 1;
  plan->threads[0] = 1;
  TRY(check_durations(options));
  if (options->cells) TRY(read_list(options->cells, "cells", 2e9, plan->cells, &plan->n_cells));
  if (options->threads)
    TRY(read_list(options->threads, "threads", THREADS_MOST, plan->threads, &plan->n_threads));
  plan->n_scenes = arguments->words.n ? arguments->words.n : files->n;
  if (plan->n_scenes > ROWS_MOST / (plan->n_cells * plan->n_threads))
    return status_fail(STATUS_USAGE, "bench: more than %d rows", ROWS_MOST);
  TRY(memory_new("scenes", (size_t)plan->n_scenes, sizeof *plan->scene, &plan->scene));
  for (int s = 0; s < plan->n_scenes; s++) {
    plan->scene[s] = arguments->words.n ? NULL : files->file[s].path;
    if (arguments->words.n) TRY(find_scene(arguments->words.text[s], files, &plan->scene[s]));
  }
  for (int f = 0; f < options->files.n; f++) {
    if (bench_format(options->files.text[f]) == BENCH_UNKNOWN)
      return status_fail(STATUS_USAGE, "bench: %s: the file ends in none of .json, .csv, .svg",
                         options->files.text[f]);
    if (job_rank() == 0) TRY(bench_check_file(options->files.text[f]));
  }
  if (options->json && job_rank() == 0) TRY(bench_check_file(options->json));
  return STATUS_OK;
}

/* Fails: NO_MEMORY, WORLD (fewer threads). */
static enum status measure_machine(double effort, struct plan *plan) {
  for (int t = 0; t < plan->n_threads && effort > 0; t++)
    TRY(machine_measure((int)plan->threads[t], effort, &plan->machine[t]));
  return STATUS_OK;
}

static enum status run_all(const struct arguments *arguments, const struct plan *plan, struct bench_row *row,
                           int *n) {
  const struct bench_options *options = arguments->options;
  bool limits = machine_effort[options->machine] > 0 && job_ranks() == 1; /* the limit is of one process */
  int rows = plan->n_scenes * plan->n_cells * plan->n_threads, left_out = 0;
  bench_print_header(arguments->out);
  for (int s = 0; s < plan->n_scenes; s++) {
    for (int c = 0; c < plan->n_cells; c++) {
      for (int t = 0; t < plan->n_threads; t++) {
        enum status status = run_row(options, plan->scene[s], plan->cells[c], (int)plan->threads[t],
                                     limits ? &plan->machine[t] : NULL, &row[*n]);
        if (status == STATUS_CONFIG && rows > 1) { /* this one cannot be built so; the others may */
          fprintf(arguments->out, "%s: left out\n", status_message());
          left_out++;
          continue;
        }
        TRY(status);
        bench_print_row(&row[*n], arguments->out);
        fflush(arguments->out);
        ++*n;
      }
    }
  }
  if (left_out == 0) return STATUS_OK;
  return status_fail(STATUS_DIFFERS, "bench: %d of %d rows could not be built", left_out, rows);
}

static enum status write_files(const struct bench_options *options, const struct bench_table *table) {
  if (options->json) TRY(bench_write(options->json, BENCH_JSON, table));
  for (int f = 0; f < options->files.n; f++)
    TRY(bench_write(options->files.text[f], bench_format(options->files.text[f]), table));
  return STATUS_OK;
}

static enum status run(const struct arguments *arguments) {
  const struct bench_options *options = arguments->options;
  struct config_files files = {0};
  struct plan *plan = NULL;
  struct bench_row *row = NULL;
  int n = 0;
  TRY(configs_folder_list("circuits", &files));
  enum status status = memory_new("plan", 1, sizeof *plan, &plan);
  if (status == STATUS_OK) status = make_plan(arguments, &files, plan);
  if (status == STATUS_OK) status = memory_new("rows", ROWS_MOST, sizeof *row, &row);
  if (status == STATUS_OK && job_ranks() == 1)
    status = measure_machine(machine_effort[options->machine], plan);
  if (status == STATUS_OK) status = run_all(arguments, plan, row, &n);
  int machines = plan && machine_effort[options->machine] > 0 && job_ranks() == 1 ? plan->n_threads : 0;
  const struct bench_table table = {row, n, plan ? plan->machine : NULL, machines};
  if (n > 0 && job_rank() == 0) { /* also what was measured before a failure */
    enum status written = write_files(options, &table);
    status = status == STATUS_OK ? written : status;
  }
  memory_free(row);
  if (plan) memory_free(plan->scene);
  memory_free(plan);
  configs_folder_free(&files);
  return status;
}

const struct command command_bench = {
    .name = "bench",
    .summary = "how fast circuits run on this machine",
    .notes =
        "A scene is a config, or the name of one in configs/circuits; without any, all of these run. Every "
        "row of the table is one scene at one size with one number of threads: time to build it, wall and "
        "CPU "
        "time per biological second, synaptic events per wall second, bytes per synapse, peak memory, the "
        "machine's own limit over the time taken, and a hash of the state, which depends on scene, size, "
        "seed "
        "and times alone.",
    .example = "spinule bench coba adex --cells 1k,10k --threads 1,2 -o scaling.svg",
    .syntax = {.words = "[SCENE...]",
               .least = 0,
               .most = -1,
               .options = option_rows,
               .n_options = COUNT_OF(option_rows),
               .options_size = sizeof(struct bench_options)},
    .ranks = true,
    .run = run,
};
