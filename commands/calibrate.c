/* calibrate.c — the command `calibrate`: background drive per population, found by the controller of
 * drive/homeostat.h and written as a config that an experiment includes. Nothing else is calibrated. */
#include "command.h"
#include "drive/homeostat.h"
#include "experiment/experiment.h"
#include "fields.h"
#include "memory.h"
#include "simulation/session.h"
#include "simulation/threads.h"
#include "terminal/run_options.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Biological time of the search and of the check with frozen drive, s. */
static const double SEARCH_S = 24.0, CHECK_S = 8.0;

/* Advance 10 ms at a time for `ms`; spikes per population are in activity.binned afterwards. */
static enum status advance(struct simulation *simulation, int ms, double *rates) {
  struct observer observers[1 + EXPERIMENT_REGIONS] = {activity_observer(&simulation->activity)};
  for (int r = 0; r < simulation->n_regions; r++) /* at the tone of rest: no autoreceptors */
    observers[1 + r] = glutamate_observer(&simulation->tissue[r].glutamate);
  struct window window = {.step = {.dt_ms = simulation->network->clock.dt_ms, .slow_dt_ms = 1.0},
                          .observers = observers,
                          .n_observers = 1 + simulation->n_regions};
  TRY(window_run(simulation->network, &window, (int64_t)ms * simulation->network->ms_ticks));
  struct recorder nobody = {0};
  TRY(activity_flush(&simulation->activity, &nobody, false, rates));
  for (int p = 0; p < simulation->network->n_populations; p++) rates[p] *= (double)ACTIVITY_BIN_MS / ms;
  return STATUS_OK;
}

static enum status search(struct simulation *simulation, struct homeostat *homeostat,
                          struct progress *progress, double *rates) {
  const int steps = (int)(SEARCH_S * 1000 / HOMEOSTAT_STEP_MS);
  for (int k = 0; k < steps; k++) {
    double share = (double)k / steps;
    TRY(advance(simulation, HOMEOSTAT_STEP_MS, rates));
    TRY(homeostat_step(homeostat, rates, homeostat_kappa(share), homeostat_averages(share)));
    progress_update(progress, share * SEARCH_S / (SEARCH_S + CHECK_S), "search", "");
  }
  return homeostat_freeze(homeostat);
}

/* Mean rates with the drive that was found. */
static enum status check(struct simulation *simulation, struct progress *progress, double *rates) {
  TRY(advance(simulation, 1000, rates));
  activity_clear(&simulation->activity);
  const int steps = (int)(CHECK_S * 10);
  for (int k = 0; k < steps; k++) {
    TRY(advance(simulation, 100, rates));
    progress_update(progress, (SEARCH_S + 0.1 * k) / (SEARCH_S + CHECK_S), "check", "");
  }
  for (int p = 0; p < simulation->network->n_populations; p++) {
    rates[p] =
        (double)activity_spikes(&simulation->activity, p) / simulation->network->population[p]->n / CHECK_S;
  }
  return STATUS_OK;
}

static void write_drives(FILE *file, const struct simulation *simulation, const double *rates,
                         const char *config) {
  char today[32];
  time_t now = time(NULL);
  struct tm utc;
  gmtime_r(&now, &utc);
  strftime(today, sizeof today, "%Y-%m-%d", &utc);
  fprintf(file, "// Background drive per population, found by `spinule calibrate %s` on %s (seed %lld,\n",
          config, today, (long long)simulation->experiment->simulation.seed);
  fprintf(file,
          "// %g s of search, rates over %g s with frozen drive). Include at the top level of a "
          "config.\ncalibrated = {\n",
          SEARCH_S, CHECK_S);
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct region *region = &simulation->region[r];
    fprintf(file, "  %s = {\n", region->name);
    for (int k = 0; k < region->anatomy.n_populations; k++) {
      const struct population *population = region->population[k];
      fprintf(file,
              "    %s = { background_rate = \"%.5g Hz\"; target = \"%.4g Hz\"; reached = \"%.4g Hz\"; date = "
              "\"%s\"; };\n",
              population->name, population->background_Hz, population->target_Hz, rates[population->index],
              today);
    }
    fprintf(file, "  };\n");
  }
  fprintf(file, "};\n");
}

static enum status write_file(const struct arguments *arguments, const struct simulation *simulation,
                              const double *rates) {
  const struct calibrate_options *options = arguments->options;
  if (!options->file) {
    write_drives(arguments->out, simulation, rates, arguments->words.text[0]);
    return STATUS_OK;
  }
  FILE *file = fopen(options->file, "w");
  if (!file) return status_fail(STATUS_WORLD, "%s: cannot be written: %s", options->file, strerror(errno));
  write_drives(file, simulation, rates, arguments->words.text[0]);
  bool good = !ferror(file);
  if (fclose(file) != 0 || !good)
    return status_fail(STATUS_WORLD, "%s: cannot be written: %s", options->file, strerror(errno));
  fprintf(arguments->out, "%s\n", options->file);
  return STATUS_OK;
}

static enum status calibrate(const struct arguments *arguments, struct experiment *experiment,
                             struct simulation *simulation) {
  const struct calibrate_options *options = arguments->options;
  struct experiment_options read = {.overrides = options->overrides.text,
                                    .n_overrides = options->overrides.n,
                                    .has_seed = options->seed >= 0,
                                    .seed = options->seed};
  struct homeostat homeostat = {0};
  struct progress *progress = NULL;
  double *rates = NULL;
  enum status status;
  TRY(session_place(arguments, &read, experiment, simulation));
  TRY(simulation_wire(simulation, threads_wanted(options->threads), 1));
  TRY(memory_new("rates", (size_t)simulation->network->n_populations, sizeof *rates, &rates));
  TRY_GOTO(progress_open(PROGRESS_AUTO, stderr, &progress), done);
  TRY_GOTO(homeostat_new(&homeostat, simulation->network), done);
  TRY_GOTO(search(simulation, &homeostat, progress, rates), done);
  TRY_GOTO(check(simulation, progress, rates), done);
  status = write_file(arguments, simulation, rates);
done:
  progress_close(progress);
  homeostat_free(&homeostat);
  memory_free(rates);
  return status;
}

static enum status run(const struct arguments *arguments) { return session_run(arguments, calibrate); }

const struct command command_calibrate = {
    .name = "calibrate",
    .summary = "find the background drive at which every population fires at its published rate",
    .notes = "Runs the circuits of an experiment without drug and lets a controller set the rate of "
             "background events per "
             "population. The config that is written is included by experiments: @include "
             "\"../calibrated/NAME.cfg\".",
    .example = "spinule calibrate configs/experiments/ketamine.cfg -o configs/calibrated/ketamine.cfg",
    .syntax = {.words = "CONFIG",
               .least = 1,
               .most = 1,
               .options = calibrate_option_rows,
               .n_options = CALIBRATE_OPTION_ROWS,
               .options_size = sizeof(struct calibrate_options)},
    .run = run,
};
