/* batch.c — the command `batch`: an experiment at every point of a design, with every seed, and what came out
 * in one table. See batch/batch_plan.h. */
#include "batch/batch_work.h"
#include "batch/gather.h"
#include "batch/slurm.h"
#include "command.h"
#include "directory.h"
#include "fields.h"
#include "memory.h"
#include "simulation/session.h"
#include "simulation/threads.h"
#include "terminal/progress.h"
#include "terminal/run_options.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { JOBS_MOST = 1024, CHECKED_MOST = 64 };

struct batch_options {
  const char *directory;
  struct texts overrides;
  int64_t jobs, threads, task;
  bool resume, overwrite, quick, slurm, gather;
  int progress;
};

/* ---- before anything runs ---- */

/* Are the values of a point such that the experiment can be read and placed? */
static enum status check_point(const struct arguments *arguments, const struct batch_work *work, int point) {
  const char **words = NULL, **set = NULL;
  struct experiment *experiment = NULL;
  struct simulation *simulation = NULL;
  int n = 0, sets = 0;
  enum status status;
  TRY(work_words(work, point, 1, &words));
  while (words[n]) n++;
  TRY_GOTO(memory_new("overrides", (size_t)n + 1, sizeof *set, &set), done);
  TRY_GOTO(memory_new("experiment", 1, sizeof *experiment, &experiment), done);
  TRY_GOTO(memory_new("simulation", 1, sizeof *simulation, &simulation), done);
  for (int k = 0; k + 1 < n; k++)
    if (strcmp(words[k], "-s") == 0) set[sets++] = words[++k];
  struct experiment_options read = {.overrides = set, .n_overrides = sets, .quick = work->quick};
  status = session_place(arguments, &read, experiment, simulation);
  simulation_free(simulation);
  experiment_free(experiment);
done:
  memory_free(simulation);
  memory_free(experiment);
  memory_free(set);
  memory_free((void *)(uintptr_t)words[0]);
  memory_free(words);
  return status;
}

/* All points, or as many evenly chosen ones, so that a wrong path or unit is told before hours have gone. */
static enum status check_points(const struct arguments *arguments, const struct batch_work *work) {
  int n = work->batch.n_points, step = (n + CHECKED_MOST - 1) / CHECKED_MOST;
  for (int point = 0; point < n; point += step) TRY(check_point(arguments, work, point));
  return STATUS_OK;
}

/* ---- a batch in its directory ---- */

static enum status refuse_other(const struct batch_work *work, const struct batch_options *options) {
  bool there = manifest_there(work->directory), goes_on = options->resume || options->gather;
  if (there && !goes_on && !options->overwrite)
    return status_fail(STATUS_CONFIG,
                       "%s: a batch is there; --resume makes what is missing, --overwrite begins again",
                       work->directory);
  if (there && goes_on && manifest_quick(work->directory) != work->quick)
    return status_fail(STATUS_CONFIG, "%s: the batch there was made %s --quick: go on in the same way",
                       work->directory, work->quick ? "without" : "with");
  if (!there && options->gather)
    return status_fail(STATUS_CONFIG, "%s: there is no " MANIFEST_NAME ": no batch to gather",
                       work->directory);
  return STATUS_OK;
}

struct show {
  struct progress *progress;
  int due;
};

static void show(void *context, int ended, double share) {
  const struct show *show = context;
  char detail[64];
  snprintf(detail, sizeof detail, "%d of %d runs", ended, show->due);
  progress_update(show->progress, share, "batch", detail);
}

static enum status make(struct batch_work *work, const struct batch_options *options) {
  int processors = options->threads > 0 ? (int)options->threads : threads_wanted(0);
  int jobs = options->jobs > 0 ? (int)options->jobs : processors;
  struct show told = {NULL, work_due(work)};
  if (told.due == 0) return manifest_write(&work->manifest);
  if (options->progress == PROGRESS_NONE)
    return work_make(work, jobs, processors, NULL, NULL); /* none looks */
  TRY(progress_open((enum progress_mode)options->progress, stderr, &told.progress));
  show(&told, 0, 0);
  enum status status = work_make(work, jobs, processors, show, &told);
  progress_close(told.progress);
  return status;
}

static enum status gather(struct batch_work *work, FILE *out) {
  struct gathered gathered;
  int n = batch_runs(&work->batch), due = work_due(work);
  if (due < n) {
    enum status status = gather_read(&work->batch, work->directory, work->complete, &gathered);
    if (status == STATUS_OK) status = gather_store(&gathered);
    if (status == STATUS_OK) status = gather_csv(&gathered);
    gather_free(&gathered);
    TRY(status);
    fprintf(out, "%d of %d runs are complete: %s/summary.h5, %s/summary.csv\n", n - due, n, work->directory,
            work->directory);
  }
  work_print_failed(work, out);
  if (due == 0) return STATUS_OK;
  return status_fail(STATUS_DIFFERS, "batch: %d of %d runs are not complete; --resume makes them", due, n);
}

/* One run, in the place of this process: what a task of a job array does. */
static enum status become_task(struct batch_work *work, const struct batch_options *options) {
  const char **words;
  if (options->task >= batch_runs(&work->batch))
    return status_fail(STATUS_USAGE, "batch: --task %lld: the batch has %d runs, from 0 on",
                       (long long)options->task, batch_runs(&work->batch));
  if (work->complete[options->task]) return STATUS_OK;
  TRY(work_words(work, (int)options->task, threads_wanted(options->threads), &words));
  execv(words[0], (char *const *)(uintptr_t)words);
  return status_fail(STATUS_WORLD, "%s: %s", words[0], strerror(errno));
}

static enum status begin_again(struct batch_work *work) {
  for (int run = 0; run < batch_runs(&work->batch); run++) {
    work->complete[run] = false;
    work->other[run] = true;
    work->manifest.state[run] = RUN_WAITING;
    work->manifest.code[run] = -1;
  }
  return STATUS_OK;
}

static enum status run_held(struct batch_work *work, const struct arguments *arguments) {
  const struct batch_options *options = arguments->options;
  if (options->gather) {
    TRY(manifest_write(&work->manifest));
    return gather(work, arguments->out);
  }
  if (options->overwrite) TRY(begin_again(work));
  if (options->slurm) {
    if (work_due(work) == 0) return gather(work, arguments->out);
    return slurm_submit(work, threads_wanted(options->threads), arguments->out);
  }
  TRY(make(work, options));
  return gather(work, arguments->out);
}

static enum status run_batch(struct batch_work *work, const struct arguments *arguments) {
  const struct batch_options *options = arguments->options;
  struct directory *directory = NULL;
  if (options->task >= 0) {
    TRY(work_find(work));
    return become_task(work, options);
  }
  TRY(refuse_other(work, options));
  if (!options->gather) TRY(check_points(arguments, work)); /* before anything is made */
  TRY(directory_open(work->directory, &directory));
  enum status status = work_find(work);
  if (status == STATUS_OK) status = run_held(work, arguments);
  directory_close(directory);
  return status;
}

/* The config without any axis says what arms there are; faults of the section `batch` are told with the
 * rest. */
static enum status body(const struct arguments *arguments, struct experiment *experiment,
                        struct simulation *simulation) {
  const struct batch_options *options = arguments->options;
  char standard[4096];
  struct batch_work work = {
      .config = arguments->words.text[0], .overrides = options->overrides, .quick = options->quick};
  struct experiment_options read = {
      .overrides = options->overrides.text, .n_overrides = options->overrides.n, .quick = options->quick};
  if (options->resume && options->overwrite)
    return status_fail(STATUS_USAGE, "batch: --resume and --overwrite exclude each other");
  run_default_directory(work.config, "", standard, sizeof standard);
  work.directory = options->directory ? options->directory : standard;
  TRY(experiment_read(work.config, &read, experiment));
  enum status status = batch_read(experiment->config, experiment->simulation.seed, &work.batch);
  if (status == STATUS_OK) status = simulation_place(experiment, simulation);
  if (status == STATUS_OK) status = config_finish(experiment->config);
  work.n_arms = experiment->n_arms;
  for (int a = 0; a < work.n_arms; a++) work.arm[a] = experiment->arm[a];
  work.manifest = (struct manifest){.directory = work.directory,
                                    .config = work.config,
                                    .overrides = options->overrides.lines,
                                    .quick = work.quick};
  if (status == STATUS_OK) status = run_batch(&work, arguments);
  work_free(&work);
  return status;
}

static enum status run(const struct arguments *arguments) { return session_run(arguments, body); }

static const struct option rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .offset = offsetof(struct batch_options, directory),
     .value = "DIR",
     .meaning = "directory of the batch (default: results/ and the config's name)"},
    {.name = "jobs",
     .letter = 'j',
     .type = OPTION_INTEGER,
     .offset = offsetof(struct batch_options, jobs),
     .value = "JOBS",
     .low = 1,
     .high = JOBS_MOST,
     .meaning = "runs side by side, which share the threads (default: one per thread)"},
    {.name = "threads",
     .letter = 't',
     .type = OPTION_INTEGER,
     .offset = offsetof(struct batch_options, threads),
     .value = "N",
     .low = 1,
     .high = THREADS_MOST,
     .meaning = "threads of all runs together; with --slurm, of each (default: one per processor)"},
    {.name = "set",
     .letter = 's',
     .type = OPTION_TEXTS,
     .offset = offsetof(struct batch_options, overrides),
     .value = "PATH=VALUE",
     .meaning = "put a value in the place of the config's in all runs; axes go before it"},
    {.name = "resume",
     .type = OPTION_FLAG,
     .offset = offsetof(struct batch_options, resume),
     .meaning = "make only the runs that are missing, and go on with those that were stopped"},
    {.name = "overwrite",
     .type = OPTION_FLAG,
     .offset = offsetof(struct batch_options, overwrite),
     .meaning = "make all runs again"},
    {.name = "quick",
     .type = OPTION_FLAG,
     .offset = offsetof(struct batch_options, quick),
     .meaning = "few and short windows: a look at what a batch does, not a result"},
    {.name = "gather",
     .type = OPTION_FLAG,
     .offset = offsetof(struct batch_options, gather),
     .meaning = "run nothing: put what is complete into summary.h5 and summary.csv"},
    {.name = "slurm",
     .type = OPTION_FLAG,
     .offset = offsetof(struct batch_options, slurm),
     .meaning = "submit the runs to Slurm as job arrays, and a job that gathers; partition, account and time "
                "limit as sbatch takes them from its variables"},
    {.name = "task",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct batch_options, task),
     .value = "RUN",
     .standard = -1,
     .low = 0,
     .high = BATCH_RUNS,
     .meaning = "make this run only, as a task of a job array does"},
    {.name = "progress",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct batch_options, progress),
     .value = PROGRESS_MODES,
     .meaning = "how to show how far it is, as in run (default: auto)"},
};

const struct command command_batch = {
    .name = "batch",
    .summary = "an experiment at many points and seeds, gathered into one table",
    .notes =
        "The section `batch` of the config names seeds, axes and design: grid, list, Latin hypercube, Sobol "
        "sequence, random draws (a cohort), or those of Saltelli and Morris for sensitivities. Run n lies in "
        "DIR/<n>; DIR/manifest.tsv lists all; DIR/summary.h5 and summary.csv hold measures, paired "
        "differences with intervals, and the smallest effect that the seeds could have shown. A run that "
        "fails is told at the end, and the others go on. Exit code 5 if some are not complete.",
    .example = "spinule batch configs/experiments/dose_response.cfg -o results/doses -j 2",
    .syntax = {.words = "CONFIG",
               .least = 1,
               .most = 1,
               .options = rows,
               .n_options = COUNT_OF(rows),
               .options_size = sizeof(struct batch_options)},
    .run = run,
};
