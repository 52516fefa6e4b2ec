/* sonata_circuit.c — opening a circuit of SONATA files. See sonata_circuit.h. */
#include "sonata_circuit.h"
#include "fields.h"
#include "memory.h"
#include "random_circuit.h"
#include "sonata_parts.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- paths ---- */

static enum status too_long(const struct sonata_circuit *circuit, const char *text) {
  return status_fail(STATUS_CONFIG, "%s: too long a path: %.100s", circuit->path, text);
}

/* Replace the first name of the manifest; *done if there is none. */
static enum status replace_name(const struct sonata_circuit *circuit, char path[PATH_MAX], bool *done) {
  char rest[PATH_MAX];
  *done = true;
  for (int k = 0; k < json_file_count(circuit->manifest); k++) {
    const char *key, *value = json_file_text(json_file_at(circuit->manifest, k, &key));
    char *at = key && *key ? strstr(path, key) : NULL;
    if (!at || !value) continue;
    snprintf(rest, sizeof rest, "%s", at + strlen(key));
    if ((size_t)snprintf(at, PATH_MAX - (size_t)(at - path), "%s%s", value, rest) >=
        PATH_MAX - (size_t)(at - path))
      return too_long(circuit, path);
    *done = false;
    return STATUS_OK;
  }
  return STATUS_OK;
}

enum status sonata_path(const struct sonata_circuit *circuit, const char *text, char out[PATH_MAX]) {
  enum { REPLACED_MOST = 20 };
  char path[PATH_MAX];
  if ((size_t)snprintf(path, sizeof path, "%s", text) >= sizeof path) return too_long(circuit, text);
  bool done = false;
  for (int k = 0; !done; k++) {
    if (k == REPLACED_MOST)
      return status_fail(STATUS_CONFIG, "%s: the manifest names itself: %.100s", circuit->path, text);
    TRY(replace_name(circuit, path, &done));
  }
  int n = *path == '/' ? snprintf(out, PATH_MAX, "%s", path)
                       : snprintf(out, PATH_MAX, "%s/%s", circuit->directory, path);
  return n < PATH_MAX ? STATUS_OK : too_long(circuit, text);
}

static void folder_of(const char *path, char out[PATH_MAX]) {
  const char *slash = strrchr(path, '/');
  snprintf(out, PATH_MAX, "%.*s", slash ? (slash == path ? 1 : (int)(slash - path)) : 1, slash ? path : ".");
}

enum status sonata_store(const struct sonata_circuit *circuit, const char *path, struct store **out) {
  *out = NULL;
  if (access(path, R_OK) != 0)
    return status_fail(STATUS_CONFIG, "%s: names %s: %s", circuit->path, path, strerror(errno));
  return store_open(path, false, out);
}

/* ---- the lists of files ---- */

/* A path in an entry of a list; "" if it has none. */
static enum status entry_path(const struct sonata_circuit *circuit, struct json_t *entry, const char *key,
                              char out[PATH_MAX]) {
  const char *text = json_file_text(json_file_member(entry, key));
  out[0] = '\0';
  return text && *text ? sonata_path(circuit, text, out) : STATUS_OK;
}

static enum status add_edges(struct sonata_circuit *circuit, const char *path, const char *types) {
  struct store *store = NULL;
  struct store_names names = {0};
  TRY(sonata_store(circuit, path, &store));
  enum status status = store_children(store, "/edges", &names);
  for (int k = 0; k < names.n && status == STATUS_OK; k++) {
    if (circuit->n_edges == SONATA_FILES) {
      status = status_fail(STATUS_CONFIG, "%s: more than %d edge populations", circuit->path, SONATA_FILES);
      break;
    }
    struct edge_file *file = &circuit->edges[circuit->n_edges++];
    snprintf(file->path, sizeof file->path, "%s", path);
    snprintf(file->group, sizeof file->group, "/edges/%.200s", names.name[k]);
    status = sonata_table_read(types, &file->types);
  }
  store_names_free(&names);
  store_abandon(store);
  return status;
}

static enum status read_list(struct sonata_circuit *circuit, bool edges) {
  struct json_t *networks = json_file_member(circuit->json, "networks");
  struct json_t *list = json_file_member(networks, edges ? "edges" : "nodes");
  char path[PATH_MAX], types[PATH_MAX];
  if (!edges && json_file_count(list) == 0)
    return status_fail(STATUS_CONFIG, "%s: networks.nodes names no files", circuit->path);
  for (int k = 0; k < json_file_count(list); k++) {
    struct json_t *entry = json_file_at(list, k, NULL);
    TRY(entry_path(circuit, entry, edges ? "edges_file" : "nodes_file", path));
    TRY(entry_path(circuit, entry, edges ? "edge_types_file" : "node_types_file", types));
    if (!*path || !*types)
      return status_fail(STATUS_CONFIG, "%s: networks.%s: entry %d lacks its file or its table of types",
                         circuit->path, edges ? "edges" : "nodes", k);
    TRY(edges ? add_edges(circuit, path, types) : sonata_read_nodes(circuit, path, types));
  }
  return STATUS_OK;
}

const struct node_file *sonata_find_nodes(const struct sonata_circuit *circuit, const char *name) {
  for (int k = 0; k < circuit->n_nodes; k++)
    if (strcmp(circuit->nodes[k].name, name) == 0) return &circuit->nodes[k];
  return NULL;
}

/* ---- settings ---- */

enum status sonata_set(struct sonata_circuit *circuit, const struct node_type *type, const char *key,
                       const char *value) {
  char path[200], *text = NULL;
  snprintf(path, sizeof path, "circuit.populations.%s.%.120s", type->name, key);
  if (config_has((struct config *)(uintptr_t)circuit->config, path)) return STATUS_OK;
  if (circuit->n_overrides == SONATA_OVERRIDES)
    return status_fail(STATUS_CONFIG, "%s: more than %d values of models", circuit->path, SONATA_OVERRIDES);
  TRY(memory_new("setting", strlen(path) + strlen(value) + 2, 1, &text));
  snprintf(text, strlen(path) + strlen(value) + 2, "%s=%s", path, value);
  circuit->override[circuit->n_overrides++] = text;
  return STATUS_OK;
}

static enum status open_files(struct sonata_circuit *circuit) {
  TRY(json_file_read(circuit->path, &circuit->json));
  circuit->manifest = json_file_member(circuit->json, "manifest");
  struct json_t *components = json_file_member(circuit->json, "components");
  TRY(entry_path(circuit, components, "point_neuron_models_dir", circuit->models));
  TRY(entry_path(circuit, components, "spinule_models_dir", circuit->own_models));
  TRY(read_list(circuit, false));
  return read_list(circuit, true);
}

/* The config again, with the settings of the files before those of the command line. */
static enum status load_again(struct sonata_circuit *circuit, const char *path, const char *const *overrides,
                              int n, struct config **config) {
  const char **all = NULL;
  size_t own = (size_t)circuit->n_overrides;
  TRY(memory_new("settings", own + (size_t)n, sizeof *all, &all));
  for (size_t k = 0; k < own; k++) all[k] = circuit->override[k];
  for (int k = 0; k < n; k++) all[own + (size_t)k] = overrides[k];
  struct config *whole = NULL;
  enum status status = config_load(path, all, (int)own + n, &whole);
  memory_free(all);
  TRY(status);
  config_free(*config);
  *config = whole;
  circuit->config = whole;
  return STATUS_OK;
}

enum status sonata_circuit_open(const char *path, const char *const *overrides, int n_overrides,
                                struct config **config, struct sonata_circuit **out) {
  struct circuit_source source;
  char folder[PATH_MAX];
  *out = NULL;
  params_read(*config, "circuit", circuit_source_params, n_circuit_source_params, NULL, 0, &source);
  if (!*source.sonata) return STATUS_OK;
  TRY(memory_new("circuit", 1, sizeof **out, out));
  struct sonata_circuit *circuit = *out;
  folder_of(path, folder);
  int n = *source.sonata == '/' ? snprintf(circuit->path, PATH_MAX, "%s", source.sonata)
                                : snprintf(circuit->path, PATH_MAX, "%s/%s", folder, source.sonata);
  if (n >= PATH_MAX) return too_long(circuit, source.sonata);
  folder_of(circuit->path, circuit->directory);
  circuit->config = *config;
  TRY(open_files(circuit));
  return load_again(circuit, path, overrides, n_overrides, config);
}

void sonata_circuit_close(struct sonata_circuit *circuit) {
  if (!circuit) return;
  sonata_free_listed(circuit);
  for (int k = 0; k < circuit->n_nodes; k++) {
    memory_free(circuit->nodes[k].type);
    memory_free(circuit->nodes[k].cell);
  }
  for (int k = 0; k < circuit->n_edges; k++) sonata_table_free(&circuit->edges[k].types);
  for (int k = 0; k < circuit->n_overrides; k++) memory_free(circuit->override[k]);
  json_file_free(circuit->json);
  memory_free(circuit);
}

/* ---- what differs between cells ---- */

/* A field of all nodes of a population of the file, where it is not NaN. */
static enum status vary_field(const struct node_file *nodes, const struct sonata_circuit *circuit,
                              struct store *store, const char *path, const char *field) {
  double *value = NULL;
  TRY(memory_new("parameters of nodes", nodes->n, sizeof *value, &value));
  enum status status = store_read(store, path, NULL, STATE_F64, nodes->n, value);
  for (uint64_t i = 0; i < nodes->n && status == STATUS_OK; i++) {
    const struct population *population = circuit->type[nodes->type[i]].population;
    int b = (int)nodes->cell[i] / population->block_cells, at = (int)nodes->cell[i] % population->block_cells;
    float *column = population_column(population, -1, field, 0, b);
    if (column && value[i] == value[i]) column[at] = (float)value[i];
  }
  memory_free(value);
  return status;
}

static bool is_varied(const struct sonata_circuit *circuit, const char *name) {
  for (int t = 0; t < circuit->n_types; t++) {
    const struct mechanism *cell = circuit->type[t].population->cell;
    for (int f = 0; f < cell->n_fields; f++)
      if (strcmp(cell->fields[f].name, name) == 0 && cell->fields[f].role == FIELD_VARIED &&
          cell->fields[f].type == STATE_F32)
        return true;
  }
  return false;
}

/* Places of the cells along one axis, if the file has them. */
static enum status place_nodes(const struct node_file *nodes, const struct sonata_circuit *circuit,
                               struct store *store, int axis) {
  static const char *const names[] = {"x", "y", "z"};
  char path[STORE_NAME_MAX];
  double *value = NULL;
  snprintf(path, sizeof path, "%.200s/0/%s", nodes->group, names[axis]);
  if (store_object(store, path) != STORE_DATASET) return STATUS_OK;
  TRY(memory_new("places of nodes", nodes->n, sizeof *value, &value));
  enum status status = store_read(store, path, NULL, STATE_F64, nodes->n, value);
  for (uint64_t i = 0; i < nodes->n && status == STATUS_OK; i++) {
    struct population *population = (struct population *)(uintptr_t)circuit->type[nodes->type[i]].population;
    float **place = axis == 0 ? &population->x_um : axis == 1 ? &population->y_um : &population->z_um;
    if (!*place) status = memory_new("places", (size_t)population->n, sizeof **place, place);
    if (status == STATUS_OK) (*place)[nodes->cell[i]] = (float)value[i];
  }
  memory_free(value);
  return status;
}

static enum status vary_nodes(const struct node_file *nodes, const struct sonata_circuit *circuit) {
  struct store *store = NULL;
  struct store_names names = {0};
  char group[STORE_NAME_MAX], path[2 * STORE_NAME_MAX];
  snprintf(group, sizeof group, "%.200s/0/dynamics_params", nodes->group);
  TRY(sonata_store(circuit, nodes->path, &store));
  enum status status = STATUS_OK;
  if (store_object(store, group) == STORE_GROUP) status = store_children(store, group, &names);
  for (int k = 0; k < names.n && status == STATUS_OK; k++) {
    snprintf(path, sizeof path, "%s/%s", group, names.name[k]);
    status = is_varied(circuit, names.name[k])
                 ? vary_field(nodes, circuit, store, path, names.name[k])
                 : status_fail(STATUS_CONFIG, "%s: %s: no cell model here lets it differ between cells",
                               nodes->path, path);
  }
  for (int axis = 0; axis < 3 && status == STATUS_OK; axis++)
    status = place_nodes(nodes, circuit, store, axis);
  store_names_free(&names);
  store_abandon(store);
  return status;
}

enum status sonata_circuit_vary(struct sonata_circuit *circuit, struct network *network) {
  for (int k = 0; k < circuit->n_nodes; k++) TRY(vary_nodes(&circuit->nodes[k], circuit));
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    for (int b = 0; b < population->n_blocks && population->cell->derive; b++) {
      if (!population_holds(population, b)) continue;
      struct cells cells = population_cells(population, b, -1);
      for (int i = 0; i < cells.n; i++) population->cell->derive(&cells, i);
    }
  }
  return STATUS_OK;
}
