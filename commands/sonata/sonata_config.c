/* sonata_config.c — the configs of an exported circuit. See sonata_config.h. */
#include "sonata_config.h"
#include "terminal/json.h"
#include "text_file.h"
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- JSON ---- */

static void write_populations(FILE *out, const struct sonata_export *export,
                              const struct sonata_regions *regions, bool edges) {
  bool first = true;
  char name[80];
  for (int a = 0; a < regions->n; a++) {
    for (int b = 0; b < (edges ? regions->n : 1); b++) {
      if (edges && !sonata_connected(export->network, regions->name[a], regions->name[b])) continue;
      if (edges) sonata_edges_name(regions->name[a], regions->name[b], name, sizeof name);
      fputs(first ? "\n          " : ",\n          ", out);
      json_text(out, edges ? name : regions->name[a]);
      fprintf(out, ": {\"type\": \"%s\"}", edges ? "chemical" : "point_neuron");
      first = false;
    }
  }
}

enum status sonata_write_circuit(FILE *out, const struct sonata_export *export,
                                 const struct sonata_regions *regions) {
  fputs("{\n  \"version\": 2.3,\n  \"manifest\": {\"$BASE_DIR\": \".\"},\n"
        "  \"node_sets_file\": \"$BASE_DIR/node_sets.json\",\n"
        "  \"components\": {\n"
        "    \"point_neuron_models_dir\": \"$BASE_DIR/components/point_neuron_models\",\n"
        "    \"spinule_models_dir\": \"$BASE_DIR/components/spinule\"\n  },\n"
        "  \"networks\": {\n    \"nodes\": [\n      {\n"
        "        \"nodes_file\": \"$BASE_DIR/nodes.h5\",\n"
        "        \"node_types_file\": \"$BASE_DIR/node_types.csv\",\n        \"populations\": {",
        out);
  write_populations(out, export, regions, false);
  fputs("\n        }\n      }\n    ],\n    \"edges\": [\n      {\n"
        "        \"edges_file\": \"$BASE_DIR/edges.h5\",\n"
        "        \"edge_types_file\": \"$BASE_DIR/edge_types.csv\",\n        \"populations\": {",
        out);
  write_populations(out, export, regions, true);
  fputs("\n        }\n      }\n    ]\n  }\n}\n", out);
  return STATUS_OK;
}

/* The spikes of a result are where they are; those of a circuit alone would be beside it. */
static void write_output(FILE *out, const char *result) {
  char real[PATH_MAX];
  const char *path = *result && realpath(result, real) ? real : "";
  const char *slash = strrchr(path, '/');
  char directory[PATH_MAX] = "$BASE_DIR/output";
  if (slash) snprintf(directory, sizeof directory, "%.*s", slash == path ? 1 : (int)(slash - path), path);
  fputs("  \"output\": {\n    \"output_dir\": ", out);
  json_text(out, directory);
  fputs(",\n    \"spikes_file\": ", out);
  json_text(out, slash ? slash + 1 : "spikes.h5");
  fputs(",\n    \"spikes_sort_order\": \"by_time\"\n  }\n", out);
}

static void write_reports(FILE *out, const struct sonata_reports *reports) {
  fputs("  \"reports\": {", out);
  for (int k = 0; k < reports->n; k++) {
    const struct sonata_report *report = &reports->report[k];
    char start[TEXT_NUMBER_MAX], stop[TEXT_NUMBER_MAX], step[TEXT_NUMBER_MAX];
    text_number(report->start_ms, start);
    text_number(report->stop_ms, stop);
    text_number(report->step_ms, step);
    fputs(k ? ",\n    " : "\n    ", out);
    json_text(out, report->name);
    fputs(": {\"type\": \"compartment\", \"sections\": \"soma\", \"cells\": ", out);
    json_text(out, report->region);
    fprintf(out, ", \"variable_name\": \"v\", \"unit\": \"mV\", \"dt\": %s, \"start_time\": %s, ", step,
            start);
    fprintf(out, "\"end_time\": %s, \"enabled\": true, \"file_name\": ", stop);
    json_text(out, report->path);
    fputc('}', out);
  }
  fputs(reports->n ? "\n  },\n" : "},\n", out);
}

enum status sonata_write_simulation(FILE *out, const struct sonata_export *export,
                                    const struct sonata_regions *regions) {
  char number[TEXT_NUMBER_MAX];
  (void)regions;
  fputs("{\n  \"version\": 2.4,\n  \"manifest\": {\"$BASE_DIR\": \".\"},\n"
        "  \"network\": \"$BASE_DIR/circuit_config.json\",\n"
        "  \"node_sets_file\": \"$BASE_DIR/node_sets.json\",\n",
        out);
  text_number(export->stop_ms, number);
  fprintf(out, "  \"run\": {\"tstop\": %s, ", number);
  text_number(export->network->clock.dt_ms, number);
  fprintf(out, "\"dt\": %s, \"random_seed\": %" PRIu64 "},\n", number, export->network->seed);
  fputs("  \"inputs\": {},\n", out);
  write_reports(out, export->reports);
  write_output(out, export->result);
  fputs("}\n", out);
  return STATUS_OK;
}

static void write_set(FILE *out, const char *name, const char *region, const char *key, const char *word) {
  fputs(",\n  ", out);
  json_text(out, name);
  fputs(": {\"population\": ", out);
  json_text(out, region);
  fprintf(out, ", \"%s\": ", key);
  json_text(out, word);
  fputc('}', out);
}

enum status sonata_write_node_sets(FILE *out, const struct sonata_export *export,
                                   const struct sonata_regions *regions) {
  char name[64];
  for (int r = 0; r < regions->n; r++) {
    const char *region = regions->name[r];
    fputs(r ? ",\n  " : "{\n  ", out);
    json_text(out, region);
    fputs(": {\"population\": ", out);
    json_text(out, region);
    fputc('}', out);
    snprintf(name, sizeof name, "%s_excitatory", region);
    write_set(out, name, region, "synapse_class", "EXC");
    snprintf(name, sizeof name, "%s_inhibitory", region);
    write_set(out, name, region, "synapse_class", "INH");
    for (int p = 0; p < export->network->n_populations; p++) {
      const struct population *population = export->network->population[p];
      if (population->outside || strcmp(population->region, region) != 0) continue;
      snprintf(name, sizeof name, "%s_%s", region, population->name);
      /* by type and layer: in a node set `population` means that of SONATA, not our attribute */
      fputs(",\n  ", out);
      json_text(out, name);
      fputs(": {\"population\": ", out);
      json_text(out, region);
      fputs(", \"cell_type\": ", out);
      json_text(out, population->type);
      if (*population->layer) fputs(", \"layer\": ", out);
      if (*population->layer) json_text(out, population->layer);
      fputc('}', out);
    }
  }
  fputs("\n}\n", out);
  return STATUS_OK;
}

/* ---- the experiment ---- */

/* A value of the resolved list as libconfig text: numbers and truth values bare. */
static void write_setting(FILE *out, const char *key, const char *value) {
  char *end;
  strtod(value, &end);
  bool bare = (end > value && *end == '\0') || strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
  fprintf(out, " %s = ", key);
  if (bare)
    fputs(value, out);
  else
    json_text(out, value);
  fputc(';', out);
}

/* What the config gave of a population's group, `path.key`. */
static void write_group(FILE *out, const struct config *config, const char *path, const char *group) {
  size_t length = strlen(path);
  bool any = false;
  for (int i = 0; i < config_resolved_count(config); i++) {
    const struct resolved *value = config_resolved_at(config, i);
    if (strncmp(value->path, path, length) != 0 || strcmp(value->origin, "default") == 0) continue;
    if (!any) fprintf(out, "\n      %s = {", group);
    any = true;
    write_setting(out, value->path + length, value->value);
  }
  if (any) fputs(" };", out);
}

static void write_quantity(FILE *out, const char *key, double value, const char *unit) {
  char number[TEXT_NUMBER_MAX];
  text_number(value, number);
  fprintf(out, " %s = \"%s %s\";", key, number, unit);
}

static void write_background(FILE *out, const struct population *population, double dt_ms) {
  if (!population->drive || population->background_port < 0) return;
  const char *unit = sonata_port_unit(population, population->background_port);
  fputs("\n      background = { port = ", out);
  json_text(out, population->port[population->background_port].name);
  fputc(';', out);
  write_quantity(out, "rate", population->background_Hz, "Hz");
  write_quantity(out, "weight", population->background_nS[0], unit);
  write_quantity(out, "second", population->background_nS[1], unit);
  if (population->drive_until < INT64_MAX)
    write_quantity(out, "until", (double)population->drive_until * dt_ms, "ms");
  fputs(" };", out);
}

static void write_population(FILE *out, const struct sonata_export *export,
                             const struct population *population) {
  static const char *const groups[] = {"start", "step"};
  char path[160];
  fprintf(out, "    %s = {", population->name);
  if (population->target_Hz > 0) write_quantity(out, "rate", population->target_Hz, "Hz");
  for (int k = 0; k < COUNT_OF(groups); k++) {
    snprintf(path, sizeof path, "circuit.populations.%s.%s.", population->name, groups[k]);
    write_group(out, export->config, path, groups[k]);
  }
  write_background(out, population, export->network->clock.dt_ms);
  fputs("\n    };\n", out);
}

enum status sonata_write_experiment(FILE *out, const struct sonata_export *export,
                                    const struct sonata_regions *regions) {
  const struct network *network = export->network;
  (void)regions;
  fputs("// The circuit of these SONATA files, with its inputs: spinule bench circuit.cfg\ntitle = ", out);
  json_text(out, export->title);
  fputs(";\nsimulation = {", out);
  write_quantity(out, "dt", network->clock.dt_ms, "ms");
  fprintf(out,
          " seed = %" PRIu64 "%s; };\ncircuit = {\n  sonata = \"circuit_config.json\";\n  populations = {\n",
          network->seed, network->seed > INT_MAX ? "L" : "");
  for (int p = 0; p < network->n_populations; p++)
    if (!network->population[p]->outside) write_population(out, export, network->population[p]);
  fputs("  };\n};\nbench = {", out);
  write_quantity(out, "settle", export->settle_s, "s");
  write_quantity(out, "measure", export->measure_s, "s");
  fputs(" };\n", out);
  return STATUS_OK;
}

/* ---- for people ---- */

enum status sonata_write_readme(FILE *out, const struct sonata_export *export,
                                const struct sonata_regions *regions) {
  fprintf(out,
          "# %s\n\nA circuit in SONATA files, written by Spinule.\n\n| population | cells |\n|---|---|\n",
          export->title);
  for (int r = 0; r < regions->n; r++)
    fprintf(out, "| %s | %" PRIu64 " |\n", regions->name[r], regions->cells[r]);
  fputs(
      "\n- `nodes.h5`, `node_types.csv`: cells; what differs between cells of a type stands in "
      "`dynamics_params`.\n"
      "- `edges.h5`, `edge_types.csv`: synapses by target, with indices both ways. `syn_weight` is what a "
      "first spike brings, in `weight_unit` (nS: peak conductance; pA: jump or peak of the current); later "
      "ones follow from `u_syn`, `depression_time`, `facilitation_time` (Tsodyks, Pawelzik & Markram 1998). "
      "`second` is what it brings to the second receptor of its `port`.\n"
      "- `components/point_neuron_models`: parameters of the NEST model that a cell's membrane corresponds "
      "to. Receptors that this NEST model lacks (NMDA receptors with their open-channel block, slow GABA, "
      "tonic currents) and short-term plasticity in terms of the first spike are left out of it.\n"
      "- `components/spinule`: the same cells whole, receptors included, with units.\n"
      "- `circuit.cfg`: the experiment that runs the circuit in Spinule, with its background and stimuli. "
      "Fields over the tissue (extracellular glutamate, slow signals) and drugs are not part of a circuit.\n"
      "- `simulation_config.json`: for readers; its spikes are those of the result that the circuit came "
      "from, if it came from one.\n\n"
      "Open it with `libsonata.CircuitConfig.from_file(\"circuit_config.json\")` or "
      "`bluepysnap.Circuit(\"circuit_config.json\")`.\n",
      out);
  return STATUS_OK;
}
