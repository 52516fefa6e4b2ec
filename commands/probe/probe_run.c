/* probe_run.c — `run` of a config with a group `probe`: the circuit is built and measured, one arm's file
 * holds tables of layers, cells and pathways. See probe.h. */
#include "fields.h"
#include "log.h"
#include "memory.h"
#include "probe.h"
#include "recording/origin.h"
#include "result.h"
#include "simulation/session.h"
#include "simulation/threads.h"
#include "simulation/wall.h"
#include "state.h"
#include "summary.h"
#include "terminal/layout.h"
#include "terminal/progress.h"
#include "terminal/run_options.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 4096, COLUMNS_MOST = 64 };

/* A number of a row, and how it is called in a result. */
struct entry {
  const char *name, *unit, *meaning;
  size_t offset;
};
#define CELL(name, unit, meaning) {#name, unit, meaning, offsetof(struct probe_population, name)},
static const struct entry cell_entries[] = {PROBE_CELL(CELL)};
#undef CELL
#define PATHWAY(name, unit, meaning) {#name, unit, meaning, offsetof(struct probe_pathway, name)},
static const struct entry pathway_entries[] = {PROBE_PATHWAY(PATHWAY)};
#undef PATHWAY
#define LAYER(name, unit, meaning) {#name, unit, meaning, offsetof(struct probe_layer, name)},
static const struct entry layer_entries[] = {PROBE_LAYER(LAYER)};
#undef LAYER

/* Rows of one kind: all have their name in front, and say whether they were chosen. */
struct listing {
  const char *path, *title;
  const struct entry *entry;
  int n_entries;
  const void *row;
  size_t size;
  int n;
};

static const char *name_of(const struct listing *rows, int k) {
  return (const char *)rows->row + (size_t)k * rows->size;
}

static double number_of(const struct listing *rows, int k, const struct entry *entry) {
  return *(const double *)(const void *)(name_of(rows, k) + entry->offset);
}

static void describe(const struct probe *probe, struct listing out[3]) {
  out[0] =
      (struct listing){"probe/layers", "cells of regions and layers", layer_entries,  COUNT_OF(layer_entries),
                       probe->layer,   sizeof *probe->layer,          probe->n_layers};
  out[1] = (struct listing){"probe/cells",
                            "populations, and their cells in whole-cell recordings",
                            cell_entries,
                            COUNT_OF(cell_entries),
                            probe->population,
                            sizeof *probe->population,
                            probe->network->n_populations};
  out[2] = (struct listing){"probe/pathways",
                            "synapses of each pathway, counted and in recordings of connected pairs",
                            pathway_entries,
                            COUNT_OF(pathway_entries),
                            probe->pathway,
                            sizeof *probe->pathway,
                            probe->network->n_projections};
}

/* ---- the file ---- */

static enum status write_rows(const struct listing *rows, struct recorder *to) {
  const char **name = NULL;
  double *value = NULL;
  struct column column[COLUMNS_MOST];
  size_t n = (size_t)rows->n;
  TRY(memory_new("names", n + 1, sizeof *name, &name));
  enum status status;
  TRY_GOTO(memory_new("table", n * (size_t)rows->n_entries + 1, sizeof *value, &value), done);
  column[0] = (struct column){"name", COLUMN_TEXT, "", "what the row is about", name};
  for (int k = 0; k < rows->n; k++) name[k] = name_of(rows, k);
  for (int e = 0; e < rows->n_entries; e++) {
    const struct entry *entry = &rows->entry[e];
    for (int k = 0; k < rows->n; k++) value[(size_t)e * n + (size_t)k] = number_of(rows, k, entry);
    column[e + 1] =
        (struct column){entry->name, COLUMN_F64, entry->unit, entry->meaning, value + (size_t)e * n};
  }
  const struct table table = {rows->path, rows->title, rows->n, column, rows->n_entries + 1};
  status = to->table(to, &table);
done:
  memory_free(value);
  memory_free(name);
  return status;
}

static enum status write_tables(const struct probe *probe, struct recorder *to) {
  struct listing rows[3];
  describe(probe, rows);
  for (int k = 0; k < COUNT_OF(rows); k++) {
    if (rows[k].n > 0) TRY(write_rows(&rows[k], to));
  }
  return STATUS_OK;
}

static enum status write_file(struct probe *probe, const struct directory *directory, enum result_mode mode,
                              double begin_s) {
  const struct experiment *experiment = probe->simulation->experiment;
  struct log log = {.level = LOG_WARNING};
  struct result *result = NULL;
  TRY(result_open(directory, experiment->arm[0], experiment->title, mode, &log, &result));
  struct store *store = result_store(result);
  enum status status;
  TRY_GOTO(origin_write(probe->simulation, store), failed);
  TRY_GOTO(write_tables(probe, result_recorder(result)), failed);
  TRY_GOTO(result_progress(result, probe->biology_s, wall_s() - begin_s, 1.0), failed);
  TRY_GOTO(origin_end(probe->simulation, store), failed);
  return result_finish(result);
failed:
  result_fail(result);
  return status;
}

/* What belongs to the circuit as a whole. */
static enum status write_summary(const struct probe *probe, const char *directory) {
  const struct experiment *experiment = probe->simulation->experiment;
  const char *arm = experiment->arm[0];
  uint64_t seed = (uint64_t)experiment->simulation.seed;
  double cells = 0, autapses = 0, doubles = 0;
  char path[PATH_BYTES];
  for (int p = 0; p < probe->network->n_populations; p++)
    cells += probe->network->population[p]->outside ? 0 : probe->network->population[p]->n;
  for (int k = 0; k < probe->network->n_projections; k++) {
    if (!probe->pathway[k].chosen) continue;
    autapses += probe->pathway[k].autapses;
    doubles += probe->pathway[k].doubles;
  }
  const struct summary_value values[] = {
      {"cells", "1", "cells of the circuit", arm, seed, cells},
      {"synapses", "1", "synapses of the circuit", arm, seed, (double)network_synapses(probe->network)},
      {"autapses", "1", "synapses of cells onto themselves", arm, seed, autapses},
      {"doubles", "1", "pairs of cells with more than one synapse", arm, seed, doubles}};
  snprintf(path, sizeof path, "%s/summary.h5", directory);
  return summary_write(path, NULL, values, COUNT_OF(values));
}

/* ---- standard output ---- */

static const char *const shown_cells[] = {"cells",    "density",   "V_rest",   "R_in",       "tau_m",
                                          "rheobase", "threshold", "fI_slope", "adaptation", "sag"};
static const char *const shown_pathways[] = {"in_degree", "p_50um",   "kernel_width", "weight",   "delay",
                                             "pairs",     "psp",      "psp_held",     "rise",     "decay",
                                             "ppr_train", "ppr_pair", "train",        "nmda_ampa"};
static const char *const shown_layers[] = {"cells", "density", "share", "inhibitory", "e_to_i"};

static enum status show_rows(const struct listing *rows, const char *const *shown, int n, FILE *out) {
  struct layout *layout = NULL;
  TRY(layout_open("lrrrrrrrrrrrrrrr", &layout));
  enum status status = layout_cell(layout, "%s", "");
  for (int line = -1; line < rows->n; line++) {
    if (line >= 0 && status == STATUS_OK) status = layout_cell(layout, "%s", name_of(rows, line));
    for (int s = 0; s < 15; s++) { /* as many as the table has columns */
      const struct entry *entry = NULL;
      for (int e = 0; e < rows->n_entries && s < n; e++) {
        if (strcmp(rows->entry[e].name, shown[s]) == 0) entry = &rows->entry[e];
      }
      if (status != STATUS_OK) break;
      if (!entry || (line >= 0 && isnan(number_of(rows, line, entry))))
        status = layout_cell(layout, "%s", "");
      else if (line < 0)
        status = layout_cell(layout, "%s", entry->name);
      else
        status = layout_cell(layout, "%.*g", number_of(rows, line, entry) >= 1000 ? 6 : 3,
                             number_of(rows, line, entry));
    }
  }
  if (status == STATUS_OK) layout_table(layout, 2, out);
  layout_close(layout);
  return status;
}

static enum status show(const struct probe *probe, const char *directory, FILE *out) {
  struct listing rows[3];
  describe(probe, rows);
  fprintf(out, "%s\n", probe->simulation->experiment->title);
  TRY(show_rows(&rows[0], shown_layers, COUNT_OF(shown_layers), out));
  fprintf(out, "\n");
  TRY(show_rows(&rows[1], shown_cells, COUNT_OF(shown_cells), out));
  fprintf(out, "\n");
  TRY(show_rows(&rows[2], shown_pathways, COUNT_OF(shown_pathways), out));
  fprintf(out, "%.1f s of biology; units, all columns: %s/%s.h5\n", probe->biology_s, directory,
          probe->simulation->experiment->arm[0]);
  return STATUS_OK;
}

/* ---- the run ---- */

static enum status measure(struct probe *probe, struct progress *progress) {
  double begin = wall_s();
  progress_update(progress, 0.05, "counting cells and synapses", "");
  TRY(probe_count(probe));
  progress_update(progress, 0.1, "recording from single cells", "");
  TRY(probe_measure_cells(probe));
  progress_update(progress, 0.6, "recording from connected pairs", "");
  TRY(probe_measure_pathways(probe));
  probe->simulation->spike_wall_s = wall_s() - begin;
  probe->simulation->biology_s = probe->biology_s;
  return STATUS_OK;
}

/* Build, settle, measure, write. */
static enum status run_probe(struct simulation *simulation, const struct run_options *options,
                             const struct directory *directory, double begin_s, FILE *out) {
  const char *path = directory_path(directory);
  struct progress *progress = NULL;
  struct probe probe = {0};
  TRY(progress_open((enum progress_mode)options->progress, stderr, &progress));
  progress_update(progress, 0, "building the circuits", "");
  enum status status =
      simulation_wire(simulation, threads_wanted(options->threads), (int)options->virtual_ranks);
  if (status == STATUS_OK) status = probe_new(simulation, &simulation->experiment->probe, &probe);
  if (status == STATUS_OK) status = measure(&probe, progress);
  progress_close(progress);
  if (status == STATUS_OK)
    status = write_file(&probe, directory, options->overwrite ? RESULT_OVERWRITE : RESULT_NEW, begin_s);
  if (status == STATUS_OK) status = write_summary(&probe, path);
  if (status == STATUS_OK) status = show(&probe, path, out);
  probe_free(&probe);
  return status;
}

/* Options that mean nothing here, and arms that are not there. */
static enum status refuse(const struct run_options *options, const struct experiment *experiment) {
  if (options->profile || options->pk_only || options->coupling_check || options->live ||
      options->time_limit_s > 0)
    return status_fail(STATUS_USAGE,
                       "run: --profile, --pk-only, --coupling-check, --live and --time-limit mean "
                       "nothing where a circuit is probed");
  if (experiment->n_arms > 1 || experiment->n_windows > 0 || experiment->n_events > 0)
    return status_fail(STATUS_CONFIG,
                       "%s: a circuit is probed at rest: give one arm, no windows and no events",
                       config_path(experiment->config));
  for (int k = 0; k < options->arms.n; k++) {
    if (strcmp(options->arms.text[k], experiment->arm[0]) != 0)
      return status_fail(STATUS_USAGE, "--arm %s: there is no such arm; it is called \"%s\"",
                         options->arms.text[k], experiment->arm[0]);
  }
  return STATUS_OK;
}

static enum status run_in(const struct arguments *arguments, struct simulation *simulation,
                          struct directory *directory, double begin_s) {
  const struct run_options *options = arguments->options;
  const char *arm = simulation->experiment->arm[0];
  enum result_found found;
  TRY(result_find(directory, arm, &found));
  if (found == RESULT_FOUND_COMPLETE && options->resume) return STATUS_OK;
  if (found == RESULT_FOUND_COMPLETE && !options->overwrite)
    return status_fail(STATUS_CONFIG, "%s: a complete result of arm %s is there; --overwrite replaces it",
                       directory_path(directory), arm);
  return run_probe(simulation, options, directory, begin_s, arguments->out);
}

static enum status run_body(const struct arguments *arguments, struct experiment *experiment,
                            struct simulation *simulation) {
  const struct run_options *options = arguments->options;
  const char *config = arguments->words.text[0];
  char name[PATH_BYTES];
  double begin_s = wall_s();
  struct directory *directory = NULL;
  run_default_directory(config, "", name, sizeof name);
  const struct experiment_options read = {.overrides = options->overrides.text,
                                          .n_overrides = options->overrides.n,
                                          .quick = options->quick,
                                          .has_seed = options->seed >= 0,
                                          .seed = options->seed,
                                          .command_line = arguments->line,
                                          .override_text = options->overrides.lines};
  TRY(session_place(arguments, &read, experiment, simulation));
  TRY(refuse(options, experiment));
  if (options->quick && experiment->probe.rounds > 1) experiment->probe.rounds = 1;
  if (options->quick) experiment->probe.cells = experiment->probe.cells < 3 ? experiment->probe.cells : 3;
  TRY(directory_open(options->directory ? options->directory : name, &directory));
  enum status status = run_in(arguments, simulation, directory, begin_s);
  directory_close(directory);
  return status;
}

enum status probe_run(const struct arguments *arguments) { return session_run(arguments, run_body); }

enum status probe_found(const char *path, const struct texts *overrides, bool *out) {
  struct config *config = NULL;
  *out = false;
  TRY(config_load(path, overrides->text, overrides->n, &config));
  *out = config_has(config, "probe");
  config_free(config);
  return STATUS_OK;
}
