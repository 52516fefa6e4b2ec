/* run.c — the command `run`: an experiment (simulation/run_plan.h), or one of another kind, by what its
 * config holds. */
#include "circuit/circuit_experiment.h"
#include "command.h"
#include "findings/refinement.h"
#include "invitro/invitro.h"
#include "job.h"
#include "memory.h"
#include "probe/probe.h"
#include "simulation/run_plan.h"
#include "terminal/run_options.h"
#include <stdio.h>

/* ---- the coupling check ---- */

/* Their summaries would hide the table. */
static enum status run_silently(const struct arguments *arguments, const char *directory, int k,
                                int64_t seed) {
  char path[4096];
  snprintf(path, sizeof path, "%.4000s/%s", directory, refinement_runs[k]);
  FILE *nowhere = fopen("/dev/null", "w");
  if (!nowhere) return status_fail(STATUS_WORLD, "/dev/null cannot be opened");
  const struct run_plan plan = {path, k < 2 ? seed : seed + k - 1, k == 1, nowhere};
  enum status status = run_plan_make(arguments, &plan);
  fclose(nowhere);
  return status;
}

static enum status check_coupling(const struct arguments *arguments, const char *directory) {
  const struct run_options *options = arguments->options;
  struct experiment *read[2] = {NULL, NULL};
  enum status status = STATUS_OK;
  if (options->arms.n || options->pk_only)
    return status_fail(STATUS_USAGE, "run: --coupling-check takes all arms, and their spikes");
  for (int k = 0; k < 2 && status == STATUS_OK; k++) {
    const struct run_plan plan = {directory, options->seed, k == 1, NULL};
    struct experiment_options how = run_plan_reading(arguments, &plan);
    status = memory_new("experiment", 1, sizeof *read[k], &read[k]);
    if (status == STATUS_OK) status = experiment_read(arguments->words.text[0], &how, read[k]);
  }
  for (int k = 0; k < REFINEMENT_RUNS && status == STATUS_OK; k++)
    status = run_silently(arguments, directory, k, read[0]->simulation.seed);
  if (status == STATUS_OK) status = refinement_table(arguments->out, directory, read[0], read[1]);
  for (int k = 0; k < 2; k++) {
    if (read[k]) experiment_free(read[k]);
    memory_free(read[k]);
  }
  return status;
}

/* What is no work for several processes. */
static enum status check_job(const struct run_options *options, bool in_vitro, bool probed) {
  if (job_ranks() == 1) return STATUS_OK;
  const char *what = in_vitro                  ? "an experiment in vitro"
                     : probed                  ? "a probe of the circuits"
                     : options->coupling_check ? "--coupling-check"
                     : options->pk_only        ? "--pk-only"
                                               : NULL;
  if (!what) return STATUS_OK;
  return status_fail(STATUS_USAGE, "run: %s is work for one process: start it without mpirun", what);
}

static enum status run(const struct arguments *arguments) {
  const struct run_options *options = arguments->options;
  char standard[4096];
  bool in_vitro, probed, without_space;
  if (options->resume && options->overwrite)
    return status_fail(STATUS_USAGE, "run: --resume and --overwrite exclude each other");
  TRY(invitro_found(arguments->words.text[0], &options->overrides, &in_vitro));
  TRY(probe_found(arguments->words.text[0], &options->overrides, &probed));
  TRY(circuit_found(arguments->words.text[0], &options->overrides, &without_space));
  TRY(check_job(options, in_vitro, probed));
  if (in_vitro) return invitro_run(arguments);
  if (probed) return probe_run(arguments);
  if (without_space) return circuit_run(arguments);
  if (options->resume && options->pk_only)
    return status_fail(STATUS_USAGE, "run: --pk-only takes no time that --resume could spare");
  if (options->live && (options->pk_only || options->coupling_check))
    return status_fail(STATUS_USAGE,
                       "run: --live shows one run of spikes: not with --pk-only or --coupling-check");
  const char *ending = options->pk_only ? "_pk" : options->coupling_check ? "_coupling" : "";
  run_default_directory(arguments->words.text[0], ending, standard, sizeof standard);
  const char *directory = options->directory ? options->directory : standard;
  if (options->coupling_check) return check_coupling(arguments, directory);
  const struct run_plan plan = {directory, options->seed, false, arguments->out};
  return run_plan_make(arguments, &plan);
}

const struct command command_run = {
    .name = "run",
    .summary = "simulate every arm of an experiment",
    .notes =
        "CONFIG is a file, or the name of an experiment of `spinule list experiments`. Writes DIR/<arm>.h5; "
        "while an arm runs its file is DIR/<arm>.partial.h5, beside DIR/<arm>.ckpt, "
        "from which --resume goes on after a stop. Ctrl-C, SIGTERM, SIGUSR1 and --time-limit leave both.",
    .example = "spinule run configs/experiments/ketamine.cfg -o results/ketamine -s "
               "'protocol.events.[0].dose=\"30 mg/kg\"'",
    .syntax = {.words = "CONFIG",
               .least = 1,
               .most = 1,
               .options = run_option_rows,
               .n_options = RUN_OPTION_ROWS,
               .options_size = sizeof(struct run_options)},
    .ranks = true,
    .run = run,
};
