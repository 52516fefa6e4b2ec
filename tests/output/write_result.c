/* write_result.c — a complete result with made-up but possible content, for test_readers.py:
 *     write_result DIRECTORY        writes DIRECTORY/arm.h5
 *     write_result DIRECTORY hold   stops when all is written, until its standard input ends
 * Every value is a function of its place, which the reader knows too. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "memory.h"
#include "nodes.h"
#include "provenance.h"
#include "result.h"

enum { PYR_CELLS = 12, PV_CELLS = 5, CELLS = PYR_CELLS + PV_CELLS, BINS = 5000, FRAMES = 40, Y = 64, X = 48 };
enum { SPIKES = 100000 };

static enum status write_nodes(struct store *store, const char *region) {
  float place[PYR_CELLS];
  double capacitance[PYR_CELLS];
  for (int i = 0; i < PYR_CELLS; i++) {
    place[i] = 10 * (float)i;
    capacitance[i] = 100 + i;
  }
  const struct node_parameter parameter[] = {{"C_m", "pF", capacitance}, {"g_L", "nS", capacitance}};
  const struct node_population populations[] = {
      {"PYR_L23", "PYR", "L23", "EXC", "nest:aeif_cond_exp", PYR_CELLS, place, place, place, parameter, 2},
      {"PV_L23", "PV", "L23", "INH", "nest:aeif_cond_exp", PV_CELLS, place, place, place, parameter, 1}};
  return nodes_write(store, region, populations, 2);
}

static enum status write_rates(struct recorder *recorder) {
  static const struct signal signals[] = {{"PYR_L23", "Hz", "firing rate"}, {"PV_L23", "Hz", "firing rate"}};
  const struct signal_group group = {.path = "rates",
                                     .title = "Firing rates",
                                     .axis = "time",
                                     .axis_unit = "s",
                                     .axis_label = "time",
                                     .signals = signals,
                                     .n_signals = 2,
                                     .single = true};
  int handle = 0;
  TRY(recorder->group(recorder, &group, &handle));
  for (int i = 0; i < BINS; i++) {
    bool gap = i == BINS / 2; /* between two windows */
    double values[2] = {gap ? NAN : 0.5 * i, gap ? NAN : 2 * i};
    TRY(recorder->append(recorder, handle, gap ? NAN : 0.005 + 0.01 * i, values));
  }
  return STATUS_OK;
}

static enum status write_slow(struct recorder *recorder) {
  static const struct signal signals[] = {
      {"bdnf", "1", "BDNF"}, {"bdnf_errors", "1", "spread of BDNF"}, {"spine_density", "1/µm", "spines"}};
  const struct signal_group group = {.path = "slow",
                                     .title = "Slow variables",
                                     .axis = "time",
                                     .axis_unit = "d",
                                     .axis_label = "time",
                                     .signals = signals,
                                     .n_signals = 3};
  int handle = 0;
  TRY(recorder->group(recorder, &group, &handle));
  for (int i = 0; i < 10; i++)
    TRY(recorder->append(recorder, handle, 0.25 * i, (double[]){1 + 0.1 * i, 0.01, 1.5}));
  return STATUS_OK;
}

static enum status write_maps(struct recorder *recorder) {
  static const struct signal signals[] = {{"glutamate", "µM", "extracellular glutamate"},
                                          {"synapse_count", "1", "synapses"}};
  const struct signal_group group = {.path = "maps/mPFC",
                                     .title = "Maps of mPFC",
                                     .axis = "time",
                                     .axis_unit = "h",
                                     .axis_label = "time",
                                     .signals = signals,
                                     .n_signals = 2,
                                     .side_y = Y,
                                     .side_x = X,
                                     .first_um = 25,
                                     .pitch_um = 50,
                                     .single = true};
  static double maps[2][Y][X];
  int handle = 0;
  TRY(recorder->group(recorder, &group, &handle));
  for (int t = 0; t < FRAMES; t++) {
    for (int y = 0; y < Y; y++) {
      for (int x = 0; x < X; x++) {
        maps[0][y][x] = t + 0.01 * y + 0.0001 * x;
        maps[1][y][x] = y * X + x;
      }
    }
    TRY(recorder->append(recorder, handle, 0.5 * t, &maps[0][0][0]));
  }
  return STATUS_OK;
}

/* Two spikes in each time step, in order of cells. */
static enum status write_spikes(struct recorder *recorder, const char *region) {
  double *time_ms = NULL;
  uint64_t *node = NULL;
  enum status status;
  TRY_GOTO(memory_new("times", SPIKES, sizeof *time_ms, &time_ms), done);
  TRY_GOTO(memory_new("nodes", SPIKES, sizeof *node, &node), done);
  for (int i = 0; i < SPIKES; i++) {
    time_ms[i] = 0.1 * (i / 2);
    node[i] = (uint64_t)(i / 2 % (CELLS - 1) + i % 2);
  }
  TRY_GOTO(recorder->spikes(recorder, region, time_ms, node, SPIKES), done);
done:
  memory_free(time_ms);
  memory_free(node);
  return status;
}

static enum status write_tables(struct recorder *recorder) {
  const double start[] = {0, 1}, dose[] = {NAN, 10}, ratio = 1.25;
  const int64_t first[] = {0, SPIKES / 2};
  const char *const label[] = {"baseline", "acute"}, *const kind[] = {"window", "dose"};
  const struct column windows[] = {{"start_h", COLUMN_F64, "h", "start of the window", start},
                                   {"first_spike_mPFC", COLUMN_I64, "1", "row of its first spike", first},
                                   {"label", COLUMN_TEXT, "", "name", label}};
  const struct column events[] = {{"time_h", COLUMN_F64, "h", "time", start},
                                  {"kind", COLUMN_TEXT, "", "what happened", kind},
                                  {"dose_mg_per_kg", COLUMN_F64, "mg/kg", "dose", dose}};
  const struct column outcome[] = {{"rate_ratio", COLUMN_F64, "1", "rate over baseline", &ratio}};
  TRY(recorder->table(recorder, &(struct table){"protocol/windows", "Windows", 2, windows, 3}));
  TRY(recorder->table(recorder, &(struct table){"protocol/events", "Events", 2, events, 3}));
  return recorder->table(recorder, &(struct table){"outcome", "Measures", -1, outcome, 1});
}

static enum status write_provenance(struct store *store) {
  static const struct provenance_parameter parameter[] = {
      {"circuit.g_L", "10 nS", "default", "published", "doi:10.1152/jn.00686.2005", "leak conductance"}};
  static const struct provenance_phase phase[] = {{"build", 0.5, 0.9}};
  static const char *const citation[] = {"Brette & Gerstner 2005"};
  struct provenance provenance = {.config = "seed = 1; # µ\n",
                                  .config_resolved = "seed = 1;\n",
                                  .command_line = "spinule run x.cfg",
                                  .overrides = "",
                                  .program_version = "0.1.0",
                                  .git_commit = "abc",
                                  .build = "cc",
                                  .libraries = "HDF5",
                                  .rng = "Philox4x32-10",
                                  .seed = 1,
                                  .threads = 2,
                                  .parent_uuid = "",
                                  .parameter = parameter,
                                  .n_parameters = 1,
                                  .citation = citation,
                                  .n_citations = 1};
  TRY(provenance_begin(store, &provenance));
  return provenance_end(store, 0xabc, phase, 1, 50, 25);
}

static enum status write_content(struct result *result) {
  struct recorder *recorder = result_recorder(result);
  TRY(write_nodes(result_store(result), "mPFC"));
  TRY(write_nodes(result_store(result), "CA1"));
  TRY(write_provenance(result_store(result)));
  TRY(write_rates(recorder));
  TRY(write_maps(recorder));
  TRY(write_slow(recorder));
  TRY(write_spikes(recorder, "mPFC"));
  TRY(write_spikes(recorder, "CA1"));
  TRY(recorder->spikes(recorder, "silent", NULL, NULL, 0));
  TRY(write_tables(recorder));
  return result_progress(result, 50, 25, 1);
}

static enum status write_result(struct directory *directory, bool hold) {
  struct result *result = NULL;
  char byte;
  TRY(result_open(directory, "arm", "An example", RESULT_OVERWRITE, NULL, &result));
  enum status status = write_content(result);
  if (status != STATUS_OK) {
    result_fail(result);
    return status;
  }
  if (hold) {
    puts("written");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0) continue;
  }
  return result_finish(result);
}

int main(int n_arguments, char **argument) {
  struct directory *directory = NULL;
  if (n_arguments < 2) return status_exit_code(STATUS_USAGE);
  enum status status = directory_open(argument[1], &directory);
  if (status == STATUS_OK) status = write_result(directory, n_arguments > 2);
  directory_close(directory);
  if (status != STATUS_OK) fprintf(stderr, "%s\n", status_message());
  return status_exit_code(status);
}
