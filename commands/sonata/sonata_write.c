/* sonata_write.c — a built circuit as a directory of SONATA files. See sonata_write.h.
 *
 * nodes.h5 and edges.h5 hold what differs between cells and synapses, the tables of types and the JSON of
 * components what cells and synapses of a kind share. circuit.cfg is the experiment that runs these files in
 * this program: inputs and times, which SONATA's circuit does not have. */
#include "sonata_write.h"
#include "directory.h"
#include "memory.h"
#include "nodes.h"
#include "recording/cells.h"
#include "sonata_config.h"
#include "sonata_edges.h"
#include "sonata_model.h"
#include "text_file.h"
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* ---- files of HDF5 ---- */

typedef enum status fill_store(struct store *store, const struct network *network,
                               const struct sonata_regions *regions);

static enum status write_root(struct store *store) {
  static const uint32_t magic = 0x0A7A, version[2] = {0, 1};
  TRY(store_attribute_number(store, "/", "magic", STATE_U32, 0, &magic));
  return store_attribute_number(store, "/", "version", STATE_U32, 2, version);
}

static enum status fill_nodes(struct store *store, const struct network *network,
                              const struct sonata_regions *regions) {
  for (int r = 0; r < regions->n; r++) TRY(cells_write(store, network, regions->name[r], false));
  return STATUS_OK;
}

/* A file that takes its name when it is whole. */
static enum status write_store(const char *directory, const char *name, const struct sonata_export *export,
                               const struct sonata_regions *regions, fill_store *fill) {
  char path[PATH_MAX], fresh[PATH_MAX];
  struct store *store = NULL;
  if ((size_t)snprintf(path, sizeof path, "%s/%s", directory, name) >= sizeof path ||
      (size_t)snprintf(fresh, sizeof fresh, "%s/%s.tmp", directory, name) >= sizeof fresh)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", directory);
  TRY(store_create(fresh, &store));
  enum status status = write_root(store);
  if (status == STATUS_OK) status = fill(store, export->network, regions);
  if (status == STATUS_OK) {
    status = store_close(store);
  } else {
    store_abandon(store);
  }
  if (status == STATUS_OK && rename(fresh, path) != 0)
    status = status_fail(STATUS_WORLD, "%s: cannot take its name", fresh);
  if (status != STATUS_OK) unlink(fresh);
  return status;
}

/* ---- tables of types ---- */

static void write_cell(FILE *out, const char *text, bool last) {
  bool quoted = strpbrk(text, " \"") != NULL;
  fprintf(out, quoted ? "\"%s\"%c" : "%s%c", *text ? text : "NULL", last ? '\n' : ' ');
}

static void write_value(FILE *out, double value, bool last) {
  char text[TEXT_NUMBER_MAX];
  text_number(value, text);
  write_cell(out, text, last);
}

static enum status write_node_types(FILE *out, const struct sonata_export *export,
                                    const struct sonata_regions *regions) {
  char file[128];
  fputs("node_type_id pop_name region cell_type layer ei model_type model_template dynamics_params "
        "spinule_model\n",
        out);
  for (int r = 0; r < regions->n; r++) {
    for (int p = 0, k = 0; p < export->network->n_populations; p++) {
      const struct population *population = export->network->population[p];
      if (population->outside || strcmp(population->region, regions->name[r]) != 0) continue;
      const char *template = cells_template(population->cell);
      bool excites = strcmp(cells_class(export->network, population), "EXC") == 0;
      fprintf(out, "%lld ", (long long)nodes_type(r, k++));
      write_cell(out, population->name, false);
      write_cell(out, population->region, false);
      write_cell(out, population->type, false);
      write_cell(out, population->layer, false);
      write_cell(out, excites ? "e" : "i", false);
      write_cell(out, "point_neuron", false);
      snprintf(file, sizeof file, "spinule:%s", population->cell->name);
      write_cell(out, *template ? template : file, false);
      snprintf(file, sizeof file, "%s_%s.json", population->region, population->name);
      write_cell(out, *template ? file : "", false);
      write_cell(out, file, true);
    }
  }
  return STATUS_OK;
}

static void write_edge_type(FILE *out, const struct projection *projection, const struct clock *clock) {
  const struct static_pathway *fixed = projection->fixed;
  bool dynamic = sonata_dynamic(projection);
  char query[64];
  fprintf(out, "%d ", SONATA_FIRST_EDGE_TYPE + projection->index);
  write_cell(out, projection->name, false);
  snprintf(query, sizeof query, "pop_name=='%s'", projection->source->name);
  write_cell(out, query, false);
  snprintf(query, sizeof query, "pop_name=='%s'", projection->target->name);
  write_cell(out, query, false);
  write_cell(out, dynamic ? "tsodyks2_synapse" : "static_synapse", false);
  write_cell(out, "", false);
  write_cell(out, projection->target->port[sonata_port(projection)].name, false);
  write_cell(out, sonata_port_unit(projection->target, sonata_port(projection)), false);
  write_value(out, fixed ? 0.0 : projection->weight_quantum_nS, false);
  write_value(out, fixed ? (double)fixed->second : projection->counted_nS, false);
  write_value(out, fixed ? 1.0 : projection->U, false);
  write_value(out, fixed ? 0.0 : projection->tau_rec_ms, false);
  write_value(out, fixed ? 0.0 : projection->tau_facil_ms, false);
  fprintf(out, "%u ", fixed ? fixed->most : 0);
  write_value(out, clock_ms(clock, projection->delay_ticks[0]), false);
  write_value(out, clock_ms(clock, projection->delay_ticks[projection->n_classes - 1]), true);
}

static enum status write_edge_types(FILE *out, const struct sonata_export *export,
                                    const struct sonata_regions *regions) {
  (void)regions;
  fputs(
      "edge_type_id pathway source_query target_query model_template dynamics_params port weight_unit "
      "weight_quantum second u_syn depression_time facilitation_time in_degree_most delay_least delay_most\n",
      out);
  for (int k = 0; k < export->network->n_projections; k++) {
    const struct projection *projection = export->network->projection[k];
    if (!projection->source->outside) write_edge_type(out, projection, &export->network->clock);
  }
  return STATUS_OK;
}

/* ---- models ---- */

static enum status write_models(const struct sonata_export *export, const char *directory) {
  char nest[PATH_MAX], own[PATH_MAX], name[128];
  if ((size_t)snprintf(nest, sizeof nest, "%s/components/point_neuron_models", directory) >= sizeof nest ||
      (size_t)snprintf(own, sizeof own, "%s/components/spinule", directory) >= sizeof own)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", directory);
  TRY(directory_make(nest));
  TRY(directory_make(own));
  for (int p = 0; p < export->network->n_populations; p++) {
    const struct population *population = export->network->population[p];
    struct text_file file = {0};
    if (population->outside) continue;
    snprintf(name, sizeof name, "%s_%s.json", population->region, population->name);
    enum status status = text_file_open(own, name, &file);
    if (status == STATUS_OK) sonata_write_model(population, file.stream);
    if (status == STATUS_OK) status = text_file_close(&file);
    if (status == STATUS_OK && *cells_template(population->cell)) {
      status = text_file_open(nest, name, &file);
      if (status == STATUS_OK) sonata_write_nest(population, file.stream);
      if (status == STATUS_OK) status = text_file_close(&file);
    }
    text_file_abandon(&file);
    TRY(status);
  }
  return STATUS_OK;
}

/* ---- all ---- */

typedef enum status write_text(FILE *out, const struct sonata_export *export,
                               const struct sonata_regions *regions);

static enum status write_file(const char *directory, const char *name, const struct sonata_export *export,
                              const struct sonata_regions *regions, write_text *write) {
  struct text_file file;
  enum status status = text_file_open(directory, name, &file);
  if (status == STATUS_OK) status = write(file.stream, export, regions);
  if (status == STATUS_OK) status = text_file_close(&file);
  text_file_abandon(&file);
  return status;
}

enum status sonata_write(const struct sonata_export *export, const char *directory) {
  static const struct {
    const char *name;
    write_text *write;
  } texts[] = {{"node_types.csv", write_node_types},
               {"edge_types.csv", write_edge_types},
               {"node_sets.json", sonata_write_node_sets},
               {"circuit_config.json", sonata_write_circuit},
               {"simulation_config.json", sonata_write_simulation},
               {"circuit.cfg", sonata_write_experiment},
               {"README.md", sonata_write_readme}};
  struct sonata_regions regions;
  TRY(sonata_list_regions(export->network, &regions));
  TRY(directory_make(directory));
  TRY(write_store(directory, "nodes.h5", export, &regions, fill_nodes));
  TRY(write_store(directory, "edges.h5", export, &regions, sonata_write_edges));
  TRY(write_models(export, directory));
  for (int k = 0; k < COUNT_OF(texts); k++)
    TRY(write_file(directory, texts[k].name, export, &regions, texts[k].write));
  return STATUS_OK;
}
