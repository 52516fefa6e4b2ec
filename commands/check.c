/* check.c — the command `check`: all faults of a config at once, or the experiment it describes and what it
 * will need. */
#include "circuit/circuit_experiment.h"
#include "command.h"
#include "experiment/bath.h"
#include "experiment/stimuli.h"
#include "experiment/stress_events.h"
#include "experiment/windows.h"
#include "invitro/invitro.h"
#include "simulation/gaps.h"
#include "simulation/needs.h"
#include "simulation/session.h"
#include "terminal/run_options.h"
#include <math.h>
#include <stdio.h>

/* From what scatter between patches on a result is told. */
static const double SCATTER_TOLD = 0.1;

/* A patch so small that its rates are its own; of whole regions, in which that was measured. */
static void print_scatter(FILE *out, const struct region *region) {
  const struct anatomy *anatomy = &region->anatomy;
  double mm2 = 1e-6 * sheet_side_x_um(&region->sheet) * sheet_side_y_um(&region->sheet);
  double cv = anatomy->labile_cv / sqrt(mm2);
  if (!anatomy->labile || anatomy->selected || cv <= SCATTER_TOLD) return;
  fprintf(
      out,
      "  note: %.3g mm2 keep the rates that this draw of cells and synapses gave them: of %s, which differs "
      "most, SD %.0f %% between seeds; %.0f %% from %.2g mm2 on\n",
      mm2, anatomy->labile, 100 * cv, 100 * SCATTER_TOLD, pow(anatomy->labile_cv / SCATTER_TOLD, 2));
}

static void print_region(FILE *out, const struct region *region) {
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
  }
  for (int k = 0; k < region->n_sources; k++) {
    const struct tract_source *source = &region->source[k];
    fprintf(out, "  from outside: %s, %d %s %s\n", source->title, source->n_projecting,
            source->fibres ? "fibres with Poisson spikes:" : "cells of", source->population->name);
  }
  print_scatter(out, region);
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

/* What the end of the protocol cuts off. */
static void print_cut(FILE *out, const struct experiment *experiment, const struct dose_event *event) {
  double last_h = event->at + (double)(event->count - 1) * event->every;
  double left_h = last_h + event->over - experiment->end_h;
  if (left_h > 1e-6)
    fprintf(out, "  note: the protocol ends at %.6g h, %.4g h before this does\n", experiment->end_h, left_h);
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
    print_cut(out, experiment, event);
  }
  if (experiment->automatic.on) print_windows(out, experiment);
}

/* Where a drug comes or goes with no window to see it. */
static enum status print_gaps(FILE *out, const struct experiment *experiment) {
  for (int a = 0; a < experiment->n_arms; a++) {
    struct gap gap;
    TRY(gap_of_arm(experiment, a, &gap));
    if (!gap.site || gap.share <= GAP_SHARE) continue;
    fprintf(out,
            "  note: %s has no window from %.4g to %.4g h, while what acts as %s goes from %.3g to %.3g "
            "times its "
            "half-maximal concentration: the firing of %.4g h stands for all of it; add a window, or let "
            "windows = \"auto\" place them\n",
            experiment->arm[a], gap.from_h, gap.to_h, gap.site, gap.from, gap.to, gap.from_h);
  }
  return STATUS_OK;
}

static void print_needs(FILE *out, const struct simulation *simulation) {
  const struct experiment *experiment = simulation->experiment;
  const struct needs needs = needs_of(simulation);
  fprintf(out, "in all: %.0f cells, %.2f M synapses, %.2f M synaptic events per biological second\n",
          needs.cells, 1e-6 * needs.synapses, 1e-6 * needs.events);
  fprintf(out,
          "expect: %.0f MB of memory, about %.0f MB on disk, about %.0f s on one thread (%.1f s of spikes in "
          "all)\n",
          1e-6 * needs_memory(&needs), 1e-6 * needs_disk(simulation, &needs, experiment->n_arms),
          needs_wall_s(simulation, &needs), needs_biology_s(experiment));
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
  for (int r = 0; r < simulation->n_regions; r++) print_region(arguments->out, &simulation->region[r]);
  print_protocol(arguments->out, experiment);
  TRY(print_gaps(arguments->out, experiment));
  print_needs(arguments->out, simulation);
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
