/* calibrate.c — the command `calibrate`: background drive per population, found by the controller of
 * drive/homeostat.h, checked with frozen drive and on networks of other seeds, and written as a config
 * that an experiment includes. Nothing else is calibrated. */
#include "command.h"
#include "drive/homeostat.h"
#include "drive/poisson.h"
#include "fields.h"
#include "memory.h"
#include "simulation/session.h"
#include "simulation/threads.h"
#include "terminal/run_options.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Biological time of the search, of one more if a rate is off by more than the tolerance, at most so many
 * more, and of each check, s. */
static const double SEARCH_S = 24.0, MORE_S = 12.0, CHECK_S = 8.0, TOLERANCE = 0.1;
enum { MORE = 2, SETTLE_MS = 1000 };
/* One more search begins where the first one slows down. */
static const double MORE_FROM = 0.6;
/* A drive as small as this is none; intervals shorter than this are of bursts, ms. */
static const double NO_DRIVE_HZ = 0.2;
static const struct spiking_settings SPIKING = {{[SPIKING_COUNT] = 50, [SPIKING_SYNCHRONY] = 5}, 10};

/* What the checks of all seeds found of a population. */
struct found {
  double rate, square, cv, correlation, drive; /* sums over seeds; drive: in Hz */
};

struct calibration {
  const struct arguments *arguments;
  struct experiment *experiment;
  struct simulation *simulation;
  struct progress *progress;
  struct homeostat homeostat;
  struct spiking spiking;
  double *rates; /* of the latest check or step */
  struct found *found;
  int n_populations, seeds, more;
  double done_s, all_s;
};

/* ---- running ---- */

/* Advance for `ms`; spikes per population are in activity.binned afterwards. */
static enum status advance(struct calibration *c, int ms) {
  struct simulation *simulation = c->simulation;
  struct observer observers[2 + EXPERIMENT_REGIONS] = {activity_observer(&simulation->activity)};
  int n = 1;
  for (int r = 0; r < simulation->n_regions; r++) /* at the tone of rest: no autoreceptors */
    observers[n++] = glutamate_observer(&simulation->tissue[r].glutamate);
  if (c->spiking.network) observers[n++] = spiking_observer(&c->spiking);
  struct window window = {.step = {.dt_ms = simulation->network->clock.dt_ms, .slow_dt_ms = 1.0},
                          .observers = observers,
                          .n_observers = n};
  TRY(window_run(simulation->network, &window, (int64_t)ms * simulation->network->ms_ticks));
  struct recorder nobody = {0};
  TRY(activity_flush(&simulation->activity, &nobody, false, c->rates));
  for (int p = 0; p < c->n_populations; p++) c->rates[p] *= (double)ACTIVITY_BIN_MS / ms;
  c->done_s += 1e-3 * ms;
  return STATUS_OK;
}

static enum status search(struct calibration *c, double seconds, double from) {
  const int steps = (int)(seconds * 1000 / HOMEOSTAT_STEP_MS);
  homeostat_forget(&c->homeostat);
  for (int k = 0; k < steps; k++) {
    double share = from + (1.0 - from) * k / steps;
    TRY(advance(c, HOMEOSTAT_STEP_MS));
    TRY(homeostat_step(&c->homeostat, c->rates, homeostat_kappa(share), homeostat_averages(share)));
    progress_update(c->progress, c->done_s / c->all_s, "search", "");
  }
  return homeostat_freeze(&c->homeostat);
}

/* Mean rates with the drive that was found, and the statistics of spikes. */
static enum status check(struct calibration *c) {
  const struct network *network = c->simulation->network;
  const int steps = (int)(CHECK_S * 10);
  TRY(advance(c, SETTLE_MS));
  activity_clear(&c->simulation->activity);
  TRY(spiking_new(&c->spiking, &SPIKING, network));
  spiking_begin(&c->spiking, network->tick, (int64_t)(CHECK_S * 1000) * network->ms_ticks);
  for (int k = 0; k < steps; k++) {
    TRY(advance(c, 100));
    progress_update(c->progress, c->done_s / c->all_s, "check", "");
  }
  for (int p = 0; p < c->n_populations; p++)
    c->rates[p] = (double)activity_spikes(&c->simulation->activity, p) / network->population[p]->n / CHECK_S;
  return STATUS_OK;
}

static void end_check(struct calibration *c) { spiking_free(&c->spiking); }

static bool is_searched(const struct population *population) {
  return population->target_Hz > 0 && !population->outside;
}

/* The largest share by which a rate misses its target, of populations whose drive is not at its end. */
static double worst(const struct calibration *c) {
  double most = 0;
  for (int p = 0; p < c->n_populations; p++) {
    const struct population *population = c->simulation->network->population[p];
    if (!is_searched(population) || population->background_Hz < NO_DRIVE_HZ) continue;
    most = fmax(most, fabs(c->rates[p] / population->target_Hz - 1.0));
  }
  return most;
}

static void gather(struct calibration *c) {
  for (int p = 0; p < c->n_populations; p++) {
    struct spiking_measures measures;
    spiking_measure(&c->spiking, p, &measures);
    c->found[p].rate += c->rates[p];
    c->found[p].square += c->rates[p] * c->rates[p];
    c->found[p].cv += measures.cv;
    c->found[p].correlation += measures.correlation;
  }
  c->seeds++;
}

/* ---- one seed ---- */

static enum status open(struct calibration *c, int64_t more_seed) {
  const struct calibrate_options *options = c->arguments->options;
  int64_t seed = more_seed ? c->experiment->simulation.seed + more_seed : options->seed;
  struct experiment_options read = {.overrides = options->overrides.text,
                                    .n_overrides = options->overrides.n,
                                    .has_seed = seed >= 0,
                                    .seed = seed};
  if (more_seed) {
    simulation_free(c->simulation);
    experiment_free(c->experiment);
  }
  TRY(session_place(c->arguments, &read, c->experiment, c->simulation));
  TRY(simulation_wire(c->simulation, threads_wanted(options->threads), 1));
  c->n_populations = c->simulation->network->n_populations;
  return STATUS_OK;
}

static enum status find(struct calibration *c) {
  TRY(homeostat_new(&c->homeostat, c->simulation->network));
  TRY(search(c, SEARCH_S, 0));
  TRY(check(c));
  for (; worst(c) > TOLERANCE && c->more < MORE; c->more++) {
    end_check(c);
    TRY(search(c, MORE_S, MORE_FROM));
    TRY(check(c));
  }
  for (int p = 0; p < c->n_populations; p++)
    c->found[p].drive = c->simulation->network->population[p]->background_Hz;
  gather(c);
  end_check(c);
  return STATUS_OK;
}

/* The same drive in a network of another seed. */
static enum status confirm(struct calibration *c, int64_t more_seed) {
  TRY(open(c, more_seed));
  for (int p = 0; p < c->n_populations; p++) {
    struct population *population = c->simulation->network->population[p];
    if (is_searched(population))
      TRY(poisson_set(population, c->found[p].drive, population->background_spread,
                      c->simulation->network->clock.dt_ms));
  }
  TRY(check(c));
  gather(c);
  end_check(c);
  return STATUS_OK;
}

/* ---- writing ---- */

static void write_population(FILE *file, const struct calibration *c, const struct population *population,
                             const char *today) {
  const struct found *found = &c->found[population->index];
  double mean = found->rate / c->seeds;
  double spread = c->seeds > 1 ? sqrt(fmax(0, found->square - c->seeds * mean * mean) / (c->seeds - 1)) : 0;
  double off = population->target_Hz > 0 ? fabs(mean / population->target_Hz - 1.0) : 0;
  if (found->drive < NO_DRIVE_HZ && off > TOLERANCE)
    fprintf(file, "  // no drive is left: what %s hears from the circuit alone makes it fire more\n",
            population->name);
  else if (off > TOLERANCE)
    fprintf(file, "  // %s misses its target by %.0f %% on the mean of seeds\n", population->name, 100 * off);
  fprintf(file,
          "  %s = { background_rate = \"%.5g Hz\"; target = \"%.4g Hz\"; reached = \"%.4g Hz\"; spread = "
          "\"%.2g Hz\"; seeds = %d; date = \"%s\"; }; // CV %.2f, correlation %.4f\n",
          population->name, found->drive, population->target_Hz, mean, spread, c->seeds, today,
          found->cv / c->seeds, found->correlation / c->seeds);
}

static void write_drives(FILE *file, const struct calibration *c, int64_t first_seed) {
  const struct calibrate_options *options = c->arguments->options;
  char today[32];
  time_t now = time(NULL);
  struct tm utc;
  gmtime_r(&now, &utc);
  strftime(today, sizeof today, "%Y-%m-%d", &utc);
  fprintf(file, "// Background drive per population, found by `spinule calibrate %s",
          c->arguments->words.text[0]);
  for (int k = 0; k < options->overrides.n; k++) fprintf(file, " -s '%s'", options->overrides.text[k]);
  fprintf(
      file,
      "` on\n// %s: seed %lld, %g s of search; reached: rates over %g s with frozen drive, mean over seeds "
      "%lld\n// to %lld and their SD; CV of intervals, correlation of counts in 50 ms. Include inside the "
      "group `calibrated`.\n",
      today, (long long)first_seed, SEARCH_S + c->more * MORE_S, CHECK_S, (long long)first_seed,
      (long long)(first_seed + c->seeds - 1));
  for (int r = 0; r < c->simulation->n_regions; r++) {
    const struct region *region = &c->simulation->region[r];
    fprintf(file, "%s = {\n", region->name);
    for (int k = 0; k < region->anatomy.n_populations; k++)
      write_population(file, c, region->population[k], today);
    fprintf(file, "};\n");
  }
}

static enum status write_file(const struct calibration *c, int64_t first_seed) {
  const struct calibrate_options *options = c->arguments->options;
  if (!options->file) {
    write_drives(c->arguments->out, c, first_seed);
    return STATUS_OK;
  }
  FILE *file = fopen(options->file, "w");
  if (!file) return status_fail(STATUS_WORLD, "%s: cannot be written: %s", options->file, strerror(errno));
  write_drives(file, c, first_seed);
  bool good = !ferror(file);
  if (fclose(file) != 0 || !good)
    return status_fail(STATUS_WORLD, "%s: cannot be written: %s", options->file, strerror(errno));
  fprintf(c->arguments->out, "%s\n", options->file);
  return STATUS_OK;
}

static enum status all_seeds(struct calibration *c) {
  const struct calibrate_options *options = c->arguments->options;
  int64_t first_seed = c->experiment->simulation.seed;
  c->all_s = SEARCH_S + (CHECK_S + 1e-3 * SETTLE_MS) * (double)options->seeds;
  TRY(find(c));
  homeostat_free(&c->homeostat);
  for (int k = 1; k < options->seeds; k++) TRY(confirm(c, 1)); /* one above the last */
  return write_file(c, first_seed);
}

static enum status calibrate(const struct arguments *arguments, struct experiment *experiment,
                             struct simulation *simulation) {
  struct calibration c = {.arguments = arguments, .experiment = experiment, .simulation = simulation};
  enum status status;
  TRY(open(&c, 0));
  TRY(memory_new("rates", (size_t)c.n_populations, sizeof *c.rates, &c.rates));
  TRY_GOTO(memory_new("rates", (size_t)c.n_populations, sizeof *c.found, &c.found), done);
  TRY_GOTO(progress_open(PROGRESS_AUTO, stderr, &c.progress), done);
  status = all_seeds(&c);
done:
  progress_close(c.progress);
  homeostat_free(&c.homeostat);
  spiking_free(&c.spiking);
  memory_free(c.found);
  memory_free(c.rates);
  return status;
}

static enum status run(const struct arguments *arguments) { return session_run(arguments, calibrate); }

const struct command command_calibrate = {
    .name = "calibrate",
    .summary = "find the background drive at which every population fires at its published rate",
    .notes =
        "Runs the circuits of an experiment without drug and lets a controller set the rate of "
        "background events per "
        "population; then rates are checked with frozen drive, also in networks of other seeds. The file "
        "that is written is included inside the group `calibrated` of a config.",
    .example = "spinule calibrate configs/circuits/mpfc.cfg -o configs/calibrated/mpfc.cfg",
    .syntax = {.words = "CONFIG",
               .least = 1,
               .most = 1,
               .options = calibrate_option_rows,
               .n_options = CALIBRATE_OPTION_ROWS,
               .options_size = sizeof(struct calibrate_options)},
    .run = run,
};
