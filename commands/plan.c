/* plan.c — the command `plan`: memory and time that a circuit takes on a number of nodes, by a model that is
 * calibrated on this machine with the circuit itself (plan/plan_model.h). */
#include "command.h"
#include "fields.h"
#include "params.h"
#include "plan/plan_measure.h"
#include "terminal/layout.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

struct plan_options {
  int64_t nodes, threads, memory_GB, build, cells;
  const char *net;
  struct texts overrides;
  double measure_s;
};

static const struct option option_rows[] = {
    {.name = "nodes",
     .letter = 'n',
     .type = OPTION_INTEGER,
     .offset = offsetof(struct plan_options, nodes),
     .value = "N",
     .standard = 0,
     .low = 1,
     .high = 1 << 20,
     .meaning = "machines, one process each (default: the fewest, a power of two, that hold the circuit)"},
    {.name = "threads",
     .letter = 't',
     .type = OPTION_INTEGER,
     .offset = offsetof(struct plan_options, threads),
     .value = "N",
     .standard = 32,
     .low = 1,
     .high = 1024,
     .meaning = "threads of a node (default: 32)"},
    {.name = "memory",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct plan_options, memory_GB),
     .value = "GB",
     .standard = 256,
     .low = 1,
     .high = 1 << 20,
     .meaning = "memory of a node in GB; four fifths of it can be used (default: 256)"},
    {.name = "cells",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct plan_options, cells),
     .value = "N",
     .standard = 0,
     .low = 1,
     .high = INT64_C(1000000000000),
     .meaning = "cells of the circuit (default: a million, 100 million and 10 billion)"},
    {.name = "net",
     .type = OPTION_TEXT,
     .offset = offsetof(struct plan_options, net),
     .value = "NAME",
     .meaning = "how the nodes are joined: one of those of the table (default: all)"},
    {.name = "build",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct plan_options, build),
     .value = "CELLS",
     .standard = 4000,
     .low = 100,
     .high = 10000000,
     .meaning = "cells of the circuit that is built here to calibrate (default: 4000)"},
    {.name = "measure",
     .type = OPTION_DURATION,
     .offset = offsetof(struct plan_options, measure_s),
     .value = "DURATION",
     .meaning = "biological time that it runs, five times, after as long a time to settle (default: 0.2 s)"},
    {.name = "set",
     .letter = 's',
     .type = OPTION_TEXTS,
     .offset = offsetof(struct plan_options, overrides),
     .value = "PATH=VALUE",
     .meaning = "override a value of the config; may be repeated"},
};

static const double MEASURE_S = 0.2, USABLE = 0.8, NODES_MOST = 0x1p20, CELLS_MOST = 2e9;
static const double sizes[] = {1e6, 1e8, 1e10};

static void print_costs(FILE *out, const struct plan_circuit *c) {
  fprintf(
      out,
      "calibrated here, on one thread and %.0f cells: %.0f synapses onto a cell, %.3g spikes of a cell per "
      "second, minimum delay %.3g ms\n"
      "  time: a cell %.3g us per ms of biology, an event %.3g ns, a spike that is heard %.3g ns, a block "
      "%.3g us per ms\n"
      "  bytes: a cell %.0f, a synapse %.3g; on every node: of every cell %.0f, and %.0f for each thread",
      c->cells, c->in_degree, c->spikes_Hz, c->interval_ms, c->cell_s * 1e3, c->event_s * 1e9,
      c->lookup_s * 1e9, c->block_s * 1e3, c->cell_bytes, c->synapse_bytes, c->place_bytes, c->index_bytes);
  if (c->sites > 0)
    fprintf(out, ", of every site of tissue %.0f (%.3g sites a cell; %.3g us per ms)", c->site_bytes,
            c->sites, c->site_s * 1e3);
  fprintf(out, "\n");
  if (c->sheet)
    fprintf(out, "  pathways reach %.0f um at %.0f cells/mm2\n", c->reach_um, c->density_um2 * 1e6);
}

static enum status add_heads(struct layout *table) {
  static const char *const heads[] = {"cells", "nodes",   "GB a node",  "of that fixed", "net",
                                      "own s", "whole s", "messages s", "s per s"};
  for (int k = 0; k < COUNT_OF(heads); k++) TRY(layout_cell(table, "%s", heads[k]));
  return STATUS_OK;
}

static enum status add_row(struct layout *table, const struct plan_circuit *circuit, double cells,
                           double nodes, double threads, bool fits, const struct plan_net *net) {
  struct plan_load load = plan_load(circuit, cells, nodes, threads, net);
  TRY(layout_cell(table, "%.4g", cells));
  TRY(layout_cell(table, "%.0f", nodes));
  TRY(layout_cell(table, "%.3g%s", load.bytes * 1e-9, fits ? "" : " !"));
  TRY(layout_cell(table, "%.3g", load.constant_bytes * 1e-9));
  TRY(layout_cell(table, "%s", net->name));
  const double times[] = {load.own_s, load.whole_s, load.message_s, load.total_s};
  for (int k = 0; k < COUNT_OF(times); k++) TRY(layout_cell(table, "%.3g", times[k]));
  return STATUS_OK;
}

static bool wanted(const struct plan_options *options, const struct plan_net *net, double nodes) {
  if (nodes <= 1) return net == &plan_nets[0]; /* nothing is joined */
  return options->net ? strcmp(options->net, net->name) == 0 : net != &plan_nets[0];
}

/* Rows of one size; is there memory for it, and are its cells not too many? */
static enum status add_size(struct layout *table, const struct plan_options *options,
                            const struct plan_circuit *circuit, double cells, bool *fits) {
  double usable = USABLE * (double)options->memory_GB * 1e9, threads = (double)options->threads;
  double fewest = plan_nodes(circuit, cells, threads, usable);
  double nodes = options->nodes > 0 ? (double)options->nodes : fewest > 0 ? fewest : NODES_MOST;
  *fits = plan_load(circuit, cells, nodes, threads, &plan_nets[0]).bytes <= usable;
  for (int n = 0; n < n_plan_nets; n++) {
    if (wanted(options, &plan_nets[n], nodes))
      TRY(add_row(table, circuit, cells, nodes, threads, *fits, &plan_nets[n]));
  }
  return STATUS_OK;
}

static enum status print_table(FILE *out, const struct plan_options *options,
                               const struct plan_circuit *circuit) {
  struct layout *table = NULL;
  double own[] = {(double)options->cells};
  const double *size = options->cells > 0 ? own : sizes;
  int n = options->cells > 0 ? 1 : COUNT_OF(sizes);
  bool all_fit = true, fits;
  TRY(layout_open("rrrrlrrrr", &table));
  enum status status = add_heads(table);
  for (int k = 0; k < n && status == STATUS_OK; k++, all_fit &= fits)
    status = add_size(table, options, circuit, size[k], &fits);
  if (status == STATUS_OK) layout_table(table, 2, out);
  layout_close(table);
  TRY(status);
  fprintf(out, "s per s: wall time of a second of biology; %lld threads and %lld GB a node%s%s\n",
          (long long)options->threads, (long long)options->memory_GB,
          all_fit ? "" : "; !: does not fit in four fifths of them",
          size[n - 1] > CELLS_MOST ? "; more than 2e9 cells are the model's alone, the program refuses them"
                                   : "");
  return STATUS_OK;
}

static enum status check_net(const struct plan_options *options) {
  const char *names[8];
  for (int n = 0; n < n_plan_nets; n++) {
    names[n] = plan_nets[n].name;
    if (!options->net || strcmp(options->net, names[n]) == 0) return STATUS_OK;
  }
  const char *near = nearest_word(options->net, names, n_plan_nets);
  return status_fail(STATUS_USAGE, "plan: --net %s: there is no such net%s%s%s", options->net,
                     near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static enum status run(const struct arguments *arguments) {
  const struct plan_options *options = arguments->options;
  struct plan_circuit circuit;
  double seconds = options->measure_s > 0 ? options->measure_s : MEASURE_S;
  seconds = fmax(1, floor(seconds * 1e3 + 0.5)) * 1e-3;
  TRY(check_net(options));
  TRY(plan_measure(arguments->words.text[0], options->overrides.text, options->overrides.n,
                   (double)options->build, seconds, seconds, &circuit));
  print_costs(arguments->out, &circuit);
  return print_table(arguments->out, options, &circuit);
}

const struct command command_plan = {
    .name = "plan",
    .summary = "memory and time on a number of machines, by a model calibrated here",
    .notes =
        "Builds the circuit at a small size, runs it on one thread, and takes from that what a cell, a "
        "synaptic event and a spike cost. The table has circuits of the same kind: memory of a "
        "node, the part of it that more nodes do not lessen, and the wall time of a biological second: of "
        "own cells and synapses, of what is done for the whole network, of messages. docs/cluster.md has "
        "the model and its assumptions.",
    .example = "spinule plan configs/circuits/mpfc.cfg --nodes 64 --net 'InfiniBand HDR'",
    .syntax = {.words = "CONFIG",
               .least = 1,
               .most = 1,
               .options = option_rows,
               .n_options = COUNT_OF(option_rows),
               .options_size = sizeof(struct plan_options)},
    .run = run,
};
