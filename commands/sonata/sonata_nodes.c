/* sonata_nodes.c — cells of SONATA files: their types, numbers, and the models of their types.
 *
 * A model is a JSON file in the folder of our own models (column spinule_model), whose members are the
 * settings of a population of `circuit.populations`; or a NEST model (model_template, dynamics_params), all
 * of whose parameters that matter must be given: defaults of another program are not guessed. */
#include "circuit.h"
#include "memory.h"
#include "sonata_model.h"
#include "sonata_parts.h"
#include "text_file.h"
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- settings from JSON ---- */

/* A string as libconfig text. */
static void quote(const char *text, char *out, size_t size) {
  size_t n = 0;
  out[n++] = '"';
  for (; *text && n + 4 < size; text++) {
    if (*text == '"' || *text == '\\') out[n++] = '\\';
    out[n++] = *text;
  }
  out[n++] = '"';
  out[n] = '\0';
}

static enum status set_text(struct sonata_circuit *circuit, const struct node_type *type, const char *key,
                            const char *text) {
  char quoted[300];
  quote(text, quoted, sizeof quoted);
  return sonata_set(circuit, type, key, quoted);
}

static enum status set_value(struct sonata_circuit *circuit, const struct node_type *type, const char *key,
                             struct json_t *value, int depth);

static enum status set_members(struct sonata_circuit *circuit, const struct node_type *type, const char *key,
                               struct json_t *object, int depth) {
  if (depth > 4) return status_fail(STATUS_CONFIG, "%s: models are nested too deep", circuit->path);
  for (int k = 0; k < json_file_count(object); k++) {
    const char *name;
    char path[120];
    struct json_t *member = json_file_at(object, k, &name);
    snprintf(path, sizeof path, "%s%s%s", key, *key ? "." : "", name);
    TRY(set_value(circuit, type, path, member, depth + 1));
  }
  return STATUS_OK;
}

static enum status set_value(struct sonata_circuit *circuit, const struct node_type *type, const char *key,
                             struct json_t *value, int depth) {
  char number[TEXT_NUMBER_MAX];
  switch (json_file_kind(value)) {
  case JSON_KIND_OBJECT:
    return set_members(circuit, type, key, value, depth);
  case JSON_KIND_TEXT:
    return set_text(circuit, type, key, json_file_text(value));
  case JSON_KIND_NUMBER:
  case JSON_KIND_INTEGER:
    text_number(json_file_value(value), number);
    return sonata_set(circuit, type, key, number);
  case JSON_KIND_FLAG:
    return sonata_set(circuit, type, key, json_file_flag(value) ? "true" : "false");
  default:
    return status_fail(STATUS_CONFIG, "%s: model of %s: %s is neither number nor text", circuit->path,
                       type->name, key);
  }
}

/* ---- NEST models ---- */

static enum status set_quantity(struct sonata_circuit *circuit, const struct node_type *type, const char *key,
                                double value, const char *unit) {
  char number[TEXT_NUMBER_MAX], quantity[TEXT_NUMBER_MAX + 40];
  text_number(value, number);
  snprintf(quantity, sizeof quantity, "%s %.30s", number, unit);
  return strcmp(unit, "1") == 0 ? sonata_set(circuit, type, key, number)
                                : set_text(circuit, type, key, quantity);
}

static enum status needed(const struct sonata_circuit *circuit, const struct node_type *type,
                          const char *template, const char *key) {
  return status_fail(STATUS_CONFIG, "%s: %s (%s): its parameters lack %s", circuit->path, type->name,
                     template, key);
}

/* A membrane's parameters, key by key. */
static enum status set_nest_keys(struct sonata_circuit *circuit, const struct node_type *type,
                                 const struct nest_model *model, const struct json_t *json) {
  const struct mechanisms *mechanisms;
  TRY(circuit_mechanisms(&mechanisms));
  const struct mechanism *cell = mechanism_find(mechanisms, model->cell);
  for (int k = 0; k < model->n; k++) {
    double value = json_file_value(json_file_member(json, model->key[k].nest));
    const char *unit = "1";
    for (int p = 0; p < cell->n_params; p++)
      if (strcmp(cell->params[p].key, model->key[k].own) == 0) unit = cell->params[p].unit;
    if (isnan(value) && strcmp(model->key[k].nest, "I_e") == 0) continue; /* there is none */
    if (isnan(value)) return needed(circuit, type, model->template, model->key[k].nest);
    TRY(set_quantity(circuit, type, model->key[k].own, value, unit));
  }
  return STATUS_OK;
}

static const struct {
  const char *tau, *reversal, *name;
} synapses[] = {{"tau_syn_ex", "E_ex", "excitatory"}, {"tau_syn_in", "E_in", "inhibitory"}};

static enum status set_nest_synapses(struct sonata_circuit *circuit, const struct node_type *type,
                                     const struct nest_model *model, const struct json_t *json) {
  char key[80];
  for (int s = 0; s < COUNT_OF(synapses); s++) {
    double tau = json_file_value(json_file_member(json, synapses[s].tau)),
           reversal = json_file_value(json_file_member(json, synapses[s].reversal));
    if (isnan(tau)) return needed(circuit, type, model->template, synapses[s].tau);
    if (isnan(reversal)) return needed(circuit, type, model->template, synapses[s].reversal);
    snprintf(key, sizeof key, "receptors.%s.mechanism", synapses[s].name);
    TRY(set_text(circuit, type, key, "exponential"));
    snprintf(key, sizeof key, "receptors.%s.tau", synapses[s].name);
    TRY(set_quantity(circuit, type, key, tau, "ms"));
    snprintf(key, sizeof key, "receptors.%s.E_rev", synapses[s].name);
    TRY(set_quantity(circuit, type, key, reversal, "mV"));
  }
  return STATUS_OK;
}

/* Nothing that NEST was given may be passed over, but where its integration stops an upswing. */
static enum status check_nest_keys(const struct sonata_circuit *circuit, const struct node_type *type,
                                   const struct nest_model *model, struct json_t *json) {
  for (int k = 0; k < json_file_count(json); k++) {
    const char *key;
    bool known = false;
    double value = json_file_value(json_file_at(json, k, &key));
    for (int m = 0; m < model->n; m++) known |= strcmp(model->key[m].nest, key) == 0;
    for (int s = 0; s < COUNT_OF(synapses) && model->receptors; s++)
      known |= strcmp(synapses[s].tau, key) == 0 || strcmp(synapses[s].reversal, key) == 0;
    known |= strcmp(key, "V_peak") == 0 || (strcmp(key, "I_e") == 0 && value == 0);
    if (!known)
      return status_fail(STATUS_CONFIG, "%s: %s: %s of %s has no counterpart in the cell model %s",
                         circuit->path, type->name, key, model->template, model->cell);
  }
  return STATUS_OK;
}

static enum status read_nest(struct sonata_circuit *circuit, const struct node_type *type,
                             const struct nest_model *model, struct json_t *json) {
  TRY(set_text(circuit, type, "cell", model->cell));
  TRY(check_nest_keys(circuit, type, model, json));
  TRY(set_nest_keys(circuit, type, model, json));
  return model->receptors ? set_nest_synapses(circuit, type, model, json) : STATUS_OK;
}

/* ---- a type ---- */

static enum status open_json(const struct sonata_circuit *circuit, const struct node_type *type,
                             const char *folder, const char *name, struct json_t **out) {
  char path[PATH_MAX];
  *out = NULL;
  if (!*folder)
    return status_fail(STATUS_CONFIG, "%s: %s: components names no folder for %s", circuit->path, type->name,
                       name);
  if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
    return status_fail(STATUS_CONFIG, "%s: too long a path", circuit->path);
  return json_file_read(path, out);
}

enum status sonata_read_model(struct sonata_circuit *circuit, const struct node_type *type,
                              const struct sonata_table *table, int row) {
  const char *own = sonata_table_text(table, row, "spinule_model"),
             *template = sonata_table_text(table, row, "model_template"),
             *dynamics = sonata_table_text(table, row, "dynamics_params");
  const struct nest_model *model = template ? sonata_nest_model(template, NULL) : NULL;
  struct json_t *json = NULL;
  if (own) {
    TRY(open_json(circuit, type, circuit->own_models, own, &json));
    enum status status = set_members(circuit, type, "", json, 0);
    json_file_free(json);
    return status;
  }
  if (!model || !dynamics)
    return status_fail(STATUS_CONFIG,
                       "%s: %s: no model for %s%s; spinule_model can name one (docs/formats.md)", table->path,
                       type->name, template ? template : "a type without model_template",
                       model ? " without dynamics_params" : "");
  TRY(open_json(circuit, type, circuit->models, dynamics, &json));
  enum status status = read_nest(circuit, type, model, json);
  json_file_free(json);
  return status;
}

/* ---- types ---- */

static void take_name(const struct sonata_table *table, int row, const char *column, const char *other,
                      char *out, size_t size) {
  const char *text = sonata_table_text(table, row, column);
  snprintf(out, size, "%s", text ? text : other);
}

static enum status add_type(struct sonata_circuit *circuit, const char *nodes,
                            const struct sonata_table *table, int row, double id) {
  char fallback[SONATA_NAME];
  const char *kind = sonata_table_text(table, row, "model_type");
  if (circuit->n_types == SONATA_TYPES)
    return status_fail(STATUS_CONFIG, "%s: more than %d types of nodes", table->path, SONATA_TYPES);
  struct node_type *type = &circuit->type[circuit->n_types++];
  type->id = (int64_t)id;
  snprintf(fallback, sizeof fallback, "type_%" PRId64, type->id);
  take_name(table, row, "pop_name", fallback, type->name, sizeof type->name);
  take_name(table, row, "cell_type", type->name, type->cell_type, sizeof type->cell_type);
  take_name(table, row, "layer", "", type->layer, sizeof type->layer);
  snprintf(type->region, sizeof type->region, "%s", nodes);
  for (char *c = type->name; *c; c++) *c = isalnum((unsigned char)*c) ? *c : '_';
  if (!isalpha((unsigned char)*type->name)) *type->name = 'p';
  for (const struct node_type *other = circuit->type; other < type; other++) {
    if (strcmp(other->name, type->name) == 0)
      return status_fail(STATUS_CONFIG, "%s: two types are called %s", table->path, type->name);
  }
  if (kind && strcmp(kind, "virtual") == 0)
    return status_fail(STATUS_CONFIG,
                       "%s: %s are virtual cells: give their targets a `background` in the config instead",
                       table->path, type->name);
  if (!kind || (strcmp(kind, "point_neuron") != 0 && strcmp(kind, "point_process") != 0))
    return status_fail(STATUS_CONFIG, "%s: %s: model_type is %s, not point_neuron", table->path, type->name,
                       kind ? kind : "missing");
  return sonata_read_model(circuit, type, table, row);
}

/* The number of the type of an id in a node population, new if it is met for the first time. */
static enum status find_type(struct sonata_circuit *circuit, const struct node_file *nodes,
                             const struct sonata_table *table, int64_t id, int first, int *out) {
  for (*out = first; *out < circuit->n_types; ++*out)
    if (circuit->type[*out].id == id) return STATUS_OK;
  for (int row = 0; row < table->n_rows; row++) {
    double own;
    TRY(sonata_table_number(table, row, "node_type_id", &own));
    if (own == (double)id) return add_type(circuit, nodes->name, table, row, own);
  }
  return status_fail(STATUS_CONFIG, "%s: has no node_type_id %" PRId64 ", which nodes of %s have",
                     table->path, id, nodes->group);
}

static enum status sort_nodes(struct sonata_circuit *circuit, struct node_file *nodes,
                              const struct sonata_table *table, const int64_t *id) {
  int first = circuit->n_types, type = 0;
  for (uint64_t i = 0; i < nodes->n; i++) {
    if (i == 0 || id[i] != id[i - 1]) TRY(find_type(circuit, nodes, table, id[i], first, &type));
    nodes->type[i] = (uint16_t)type;
    nodes->cell[i] = (uint32_t)circuit->type[type].cells++;
  }
  return STATUS_OK;
}

static enum status read_population(struct sonata_circuit *circuit, struct store *store, const char *name,
                                   const struct sonata_table *table) {
  enum { CELLS_MOST = 1 << 30 };
  char path[2 * STORE_NAME_MAX];
  struct store_form form;
  int64_t *id = NULL;
  if (circuit->n_nodes == SONATA_FILES)
    return status_fail(STATUS_CONFIG, "%s: more than %d node populations", circuit->path, SONATA_FILES);
  struct node_file *nodes = &circuit->nodes[circuit->n_nodes++];
  snprintf(nodes->path, sizeof nodes->path, "%s", store_path(store));
  snprintf(nodes->group, sizeof nodes->group, "/nodes/%.200s", name);
  nodes->name = nodes->group + strlen("/nodes/");
  snprintf(path, sizeof path, "%s/node_type_id", nodes->group);
  TRY(store_form(store, path, NULL, &form));
  nodes->n = form.count;
  if (form.kind != STORE_NUMBERS || form.rank != 1 || form.count > CELLS_MOST)
    return status_fail(STATUS_CONFIG, "%s: %s is no column of types", nodes->path, path);
  TRY(memory_new("nodes", nodes->n, sizeof *nodes->type, &nodes->type));
  TRY(memory_new("nodes", nodes->n, sizeof *nodes->cell, &nodes->cell));
  TRY(memory_new("types of nodes", nodes->n, sizeof *id, &id));
  enum status status = store_read(store, path, NULL, STATE_I64, nodes->n, id);
  if (status == STATUS_OK) status = sort_nodes(circuit, nodes, table, id);
  memory_free(id);
  return status;
}

enum status sonata_read_nodes(struct sonata_circuit *circuit, const char *path, const char *types) {
  struct store *store = NULL;
  struct store_names names = {0};
  struct sonata_table table;
  enum status status = sonata_table_read(types, &table);
  int first = circuit->n_types;
  if (status == STATUS_OK) status = sonata_store(circuit, path, &store);
  if (status == STATUS_OK) status = store_children(store, "/nodes", &names);
  for (int k = 0; k < names.n && status == STATUS_OK; k++)
    status = read_population(circuit, store, names.name[k], &table);
  for (int t = first; t < circuit->n_types && status == STATUS_OK; t++) {
    char count[32];
    snprintf(count, sizeof count, "%" PRIu64, circuit->type[t].cells);
    status = sonata_set(circuit, &circuit->type[t], "cells", count);
  }
  store_names_free(&names);
  store_abandon(store);
  sonata_table_free(&table);
  return status;
}
