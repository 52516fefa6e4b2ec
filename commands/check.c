/* check.c — the command `check`: all faults of a config at once, or the experiment it describes and what it
 * will need. */
#include "circuit/circuit_experiment.h"
#include "command.h"
#include "experiment/bath.h"
#include "experiment/stimuli.h"
#include "experiment/stress_events.h"
#include "experiment/windows.h"
#include "invitro/invitro.h"
#include "simulation/session.h"
#include "terminal/run_options.h"
#include <stdio.h>

/* Bytes of the tables beside synapses and cells: segments are counted per source cell and block. */
static double synapse_bytes(const struct projection *projection, double synapses) {
  double per_synapse = (double)sizeof(struct synapse) + (projection->plastic ? 3.0 : 0.0);
  return synapses * per_synapse +
         (double)projection->source->n * projection->target->n_blocks * sizeof(uint32_t);
}

struct size {
  double cells, synapses, plastic, bytes;
  double spikes,
      events; /* per biological second, at the published rates; events: of the network's synapses */
};

static struct size print_region(FILE *out, const struct simulation *simulation, int r) {
  const struct region *region = &simulation->region[r];
  struct size size = {0};
  fprintf(out, "%s, %s: %g x %g um, %s edges, sites of %g um\n", region->name, region->anatomy.title,
          sheet_side_x_um(&region->sheet), sheet_side_y_um(&region->sheet),
          region->sheet.periodic ? "periodic" : "open", region->sheet.pitch_um);
  fprintf(out, "  %-10s %8s %12s %12s %14s\n", "population", "cells", "target Hz", "drive /s", "in-degree");
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    const struct population *population = region->population[k];
    double in_degree = 0;
    for (int w = 0; w < region->n_wirings; w++) {
      if (region->wiring[w].projection->target == population)
        in_degree += region_expected_in_degree(region, w);
    }
    for (int t = 0; t < region->n_tracts; t++)
      in_degree += region->tract[t].projection->target == population ? region->tract[t].in_degree : 0;
    fprintf(out, "  %-10s %8d %12.3g %12.4g %14.0f\n", population->name, population->n, population->target_Hz,
            population->background_Hz, in_degree);
    size.cells += population->n;
    size.spikes += population->n * population->target_Hz;
  }
  for (int k = 0; k < region->n_sources; k++) {
    const struct tract_source *source = &region->source[k];
    fprintf(out, "  from outside: %s, %d %s %s\n", source->title, source->n_projecting,
            source->fibres ? "fibres with Poisson spikes:" : "cells of", source->population->name);
  }
  for (int t = 0; t < region->n_tracts; t++) {
    const struct projection *projection = region->tract[t].projection;
    double synapses = region->tract[t].in_degree * projection->target->n;
    size.synapses += synapses;
    size.events += synapses * projection->source->target_Hz;
    size.bytes += synapse_bytes(projection, synapses);
  }
  for (int w = 0; w < region->n_wirings; w++) {
    const struct projection *projection = region->wiring[w].projection;
    double synapses = region_expected_in_degree(region, w) * projection->target->n;
    size.synapses += synapses;
    if (projection->plastic) size.plastic += synapses;
    size.events += synapses * projection->source->target_Hz;
    size.bytes += synapse_bytes(projection, synapses);
  }
  return size;
}

static void print_stimulus(FILE *out, const struct dose_event *event) {
  fprintf(out, "  at %.6g h: %s", event->at, event->kind);
  if (event->current != 0) fprintf(out, " of %g pA", event->current);
  if (event->conductance > 0) fprintf(out, " on %g nS at %g mV", event->conductance, event->reversal);
  if (event->volleys > 0) fprintf(out, " of %g volleys", event->volleys);
  if (stimulus_is(event))
    fprintf(out, " to %s of %s", *event->population ? event->population : "all cells", event->region);
}

/* Those that the program placed. */
static void print_windows(FILE *out, const struct experiment *experiment) {
  fprintf(out, "  windows at (h)");
  for (int w = 0; w < experiment->n_windows; w++)
    fprintf(out, "%s %.4g", w ? "," : "", experiment->window[w].at);
  fprintf(out, "\n");
}

static void print_protocol(FILE *out, const struct experiment *experiment) {
  fprintf(out, "protocol: %d windows, %.4g s of spikes per arm, to %.4g h; arms:", experiment->n_windows,
          simulation_biology_s(experiment), experiment->end_h);
  for (int a = 0; a < experiment->n_arms; a++) fprintf(out, " %s", experiment->arm[a]);
  fprintf(out, "\n");
  for (int e = 0; e < experiment->n_events; e++) {
    const struct dose_event *event = &experiment->event[e];
    double much = event->amount > 0 ? event->amount : event->dose;
    if (stimulus_is(event) || sham_is(event))
      print_stimulus(out, event);
    else if (stress_is(event))
      fprintf(out, "  at %.4g h: %s, drive x %g,", event->at, event->stressor, event->intensity);
    else
      fprintf(out, "  at %.4g h: %s %g %s", event->at, event->drug,
              bath_is(event) ? event->concentration : much,
              bath_is(event)      ? "uM in the bath"
              : event->amount > 0 ? "mg"
                                  : "mg/kg");
    if (event->over > 0) fprintf(out, " over %.4g h", event->over);
    if (event->count > 1) fprintf(out, ", %lld times every %.4g h", (long long)event->count, event->every);
    fprintf(out, ":");
    for (int a = 0; a < experiment->n_arms; a++) {
      if (event->arms >> a & 1u) fprintf(out, " %s", experiment->arm[a]);
    }
    fprintf(out, "\n");
  }
  if (experiment->automatic.on) print_windows(out, experiment);
}

/* Groups of arms that are one until a time. */
static int groups_at(const struct experiment *experiment, double t_h) {
  int groups = 0;
  for (int a = 0; a < experiment->n_arms; a++) {
    int b = 0;
    while (b < a && experiment_divergence_h(experiment, 1u << a | 1u << b) <= t_h) b++;
    groups += b == a;
  }
  return groups;
}

/* Biological seconds that are simulated in all: what arms share counts once. */
static double all_biology_s(const struct experiment *experiment) {
  double sum = 0;
  for (int w = 0; w < experiment->n_windows; w++) {
    double s = experiment->window[w].duration + windows_settle_s(experiment, w);
    sum += s * groups_at(experiment, experiment->window[w].at);
  }
  return sum;
}

/* Time to expect, from costs per cell and per event as measured on one thread of a 3.3 GHz server with
 * AVX-512 (docs/results.md); other machines differ by a factor of two either way. */
static const double CELL_S = 4e-5, EVENT_S = 1.2e-8, BUILD_S = 4e-7;

/* A cell with its receptors and what is on its way to it; its state and that of a plastic synapse in an image
 * or checkpoint, of which two are held; the program; a spike in a file; the rest of an arm's file. */
static const double CELL_BYTES = 2000, CELL_STATE = 500, EDGE_STATE = 12, PROGRAM_BYTES = 3e7;
static const double SPIKE_BYTES = 16, FILE_BYTES = 4e6;

/* A sample of a series of the LFP; a region has a few layers beside its electrodes. */
static const double LFP_BYTES = 4, LFP_SERIES = 6;

/* Of a second. */
static double lfp_bytes(const struct simulation *simulation) {
  const struct record_settings *record = &simulation->experiment->record;
  double series = 0;
  for (int r = 0; r < simulation->n_regions && record->lfp; r++) {
    const struct sheet *sheet = &simulation->region[r].sheet;
    double electrodes =
        sheet_side_x_um(sheet) * sheet_side_y_um(sheet) / (record->lfp_grid * record->lfp_grid);
    series += LFP_SERIES + (record->lfp_grid > 0 ? fmax(1, electrodes) : 0);
  }
  return 1000 * LFP_BYTES * series;
}

static void print_needs(FILE *out, const struct simulation *simulation, struct size size) {
  const struct experiment *experiment = simulation->experiment;
  double biology = all_biology_s(experiment), per_s = size.cells * CELL_S + size.events * EVENT_S;
  double wall = biology * per_s + size.synapses * BUILD_S;
  double spikes = experiment->record.spikes ? simulation_biology_s(experiment) * size.spikes : 0;
  double state = size.cells * CELL_STATE + size.plastic * EDGE_STATE;
  double memory = PROGRAM_BYTES + size.bytes + size.cells * CELL_BYTES + 2.0 * state;
  double lfp = simulation_biology_s(experiment) * lfp_bytes(simulation);
  double disk = experiment->n_arms * (spikes * SPIKE_BYTES + lfp + FILE_BYTES);
  fprintf(out, "in all: %.0f cells, %.2f M synapses, %.2f M synaptic events per biological second\n",
          size.cells, 1e-6 * size.synapses, 1e-6 * size.events);
  fprintf(out,
          "expect: %.0f MB of memory, about %.0f MB on disk, about %.0f s on one thread (%.1f s of spikes in "
          "all)\n",
          1e-6 * memory, 1e-6 * disk, wall, biology);
}

static enum status check(const struct arguments *arguments, struct experiment *experiment,
                         struct simulation *simulation) {
  const struct check_options *options = arguments->options;
  struct experiment_options read = {.overrides = options->overrides.text,
                                    .n_overrides = options->overrides.n};
  TRY(session_place(arguments, &read, experiment, simulation));
  const struct species_settings *species = &experiment->species;
  fprintf(arguments->out, "%s (%s%s%s, %g kg, seed %lld)\n", experiment->title, species->name,
          *species->latin ? ", " : "", species->latin, species->body_mass,
          (long long)experiment->simulation.seed);
  struct size size = {0};
  for (int r = 0; r < simulation->n_regions; r++) {
    struct size one = print_region(arguments->out, simulation, r);
    size.cells += one.cells;
    size.synapses += one.synapses;
    size.plastic += one.plastic;
    size.bytes += one.bytes;
    size.spikes += one.spikes;
    size.events += one.events;
  }
  print_protocol(arguments->out, experiment);
  print_needs(arguments->out, simulation, size);
  return STATUS_OK;
}

static enum status run(const struct arguments *arguments) {
  const struct check_options *options = arguments->options;
  bool in_vitro, without_space;
  TRY(invitro_found(arguments->words.text[0], &options->overrides, &in_vitro));
  TRY(circuit_found(arguments->words.text[0], &options->overrides, &without_space));
  if (without_space) return circuit_check(arguments, &options->overrides);
  return in_vitro ? invitro_check(arguments, &options->overrides) : session_run(arguments, check);
}

const struct command command_check = {
    .name = "check",
    .summary = "all faults of a config at once, or what it describes and what it will need",
    .example = "spinule check configs/experiments/ketamine.cfg",
    .syntax = {.words = "CONFIG",
               .least = 1,
               .most = 1,
               .options = check_option_rows,
               .n_options = CHECK_OPTION_ROWS,
               .options_size = sizeof(struct check_options)},
    .run = run,
};
