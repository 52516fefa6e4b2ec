/* nodes.c — the cells of a region as a SONATA node population. See nodes.h.
 *
 * What readers insist on: one group of attributes, named "0"; texts as rows of a @library of strings of
 * variable length; ids of types that are unique over all populations of a file, and not below 100; and no
 * compression, since libsonata as it is distributed has none. */
#include "nodes.h"
#include "memory.h"
#include "names.h"
#include "units.h"
#include <math.h>
#include <string.h>

enum { FIRST_TYPE = 100, TYPES_PER_REGION = 100 };

/* What is being written: the populations, and their cells in id order. */
struct cells {
  struct store *store;
  char path[STORE_NAME_MAX], group[STORE_NAME_MAX]; /* "/nodes/mPFC", "/nodes/mPFC/0" */
  const struct node_population *populations;
  int n_populations;
  uint64_t n;
};

static enum status write_ids(const struct cells *cells, const char *name, const uint64_t *ids) {
  char path[STORE_NAME_MAX];
  TRY(names_join(cells->path, name, path));
  return store_write_plain(cells->store, path, STATE_U64, cells->n, ids);
}

int64_t nodes_type(int place, int p) { return FIRST_TYPE + (int64_t)place * TYPES_PER_REGION + p; }

/* Rows of types: regions that are there already have taken theirs. */
static enum status first_type(struct store *store, const char *region, int64_t *out) {
  struct store_names regions;
  int place = 0;
  TRY(store_children(store, "/nodes", &regions));
  while (place < regions.n && strcmp(regions.name[place], region) != 0) place++;
  store_names_free(&regions);
  *out = nodes_type(place, 0);
  return STATUS_OK;
}

static enum status write_types(const struct cells *cells, int64_t first) {
  int64_t *type = NULL;
  char path[STORE_NAME_MAX];
  TRY(names_join(cells->path, "node_type_id", path));
  TRY(memory_new("types of nodes", cells->n, sizeof *type, &type));
  int64_t *row = type;
  for (int p = 0; p < cells->n_populations; p++)
    for (uint64_t i = 0; i < cells->populations[p].n; i++) *row++ = first + p;
  enum status status = store_write_plain(cells->store, path, STATE_I64, cells->n, type);
  memory_free(type);
  return status;
}

static enum status write_index(const struct cells *cells) {
  uint64_t *id = NULL;
  TRY(memory_new("ids of nodes", cells->n, sizeof *id, &id));
  enum status status;
  TRY_GOTO(write_ids(cells, "node_group_id", id), done); /* all in group 0 */
  for (uint64_t i = 0; i < cells->n; i++) id[i] = i;
  TRY_GOTO(write_ids(cells, "node_id", id), done);
  TRY_GOTO(write_ids(cells, "node_group_index", id), done);
done:
  memory_free(id);
  return status;
}

/* ---- places ---- */

static const float *place_of(const struct node_population *population, int axis) {
  const float *const places[] = {population->x_um, population->y_um, population->z_um};
  return places[axis];
}

static enum status write_places(const struct cells *cells) {
  static const char *const names[] = {"x", "y", "z"};
  float *place = NULL;
  char path[STORE_NAME_MAX];
  enum status status = STATUS_OK;
  bool placed = false;
  for (int p = 0; p < cells->n_populations; p++) placed |= cells->populations[p].x_um != NULL;
  if (!placed) return STATUS_OK;
  TRY(memory_new("places of nodes", cells->n, sizeof *place, &place));
  for (int axis = 0; axis < 3; axis++) {
    float *row = place;
    for (int p = 0; p < cells->n_populations; p++) {
      const struct node_population *population = &cells->populations[p];
      if (population->n) memcpy(row, place_of(population, axis), population->n * sizeof *row);
      row += population->n;
    }
    TRY_GOTO(names_join(cells->group, names[axis], path), done);
    TRY_GOTO(store_write_plain(cells->store, path, STATE_F32, cells->n, place), done);
    TRY_GOTO(store_attribute_text(cells->store, path, "units", "um"), done);
  }
done:
  memory_free(place);
  return status;
}

/* ---- words ---- */

enum word { WORD_POPULATION, WORD_CELL_TYPE, WORD_LAYER, WORD_CLASS, WORD_MODEL, WORD_TEMPLATE, WORD_COUNT };
static const char *const word_names[] = {"population",    "cell_type",  "layer",
                                         "synapse_class", "model_type", "model_template"};

static const char *word_of(const struct node_population *population, enum word word) {
  const char *const words[] = {population->name,          population->cell_type, population->layer,
                               population->synapse_class, "point_neuron",        population->model_template};
  return words[word];
}

/* The words that occur, each once; `code` gets the place of each population's word among them. */
static int collect_words(const struct cells *cells, enum word word, const char **words, uint32_t *code) {
  int n = 0;
  for (int p = 0; p < cells->n_populations; p++) {
    const char *text = word_of(&cells->populations[p], word);
    int place = 0;
    while (place < n && strcmp(words[place], text) != 0) place++;
    if (place == n) words[n++] = text;
    code[p] = (uint32_t)place;
  }
  return n;
}

static enum status write_word(const struct cells *cells, enum word word, const char **words, uint32_t *code,
                              uint32_t *column) {
  char path[STORE_NAME_MAX], library[STORE_NAME_MAX];
  int n = collect_words(cells, word, words, code);
  uint32_t *row = column;
  for (int p = 0; p < cells->n_populations; p++)
    for (uint64_t i = 0; i < cells->populations[p].n; i++) *row++ = code[p];
  TRY(names_join(cells->group, word_names[word], path));
  TRY(store_write_plain(cells->store, path, STATE_U32, cells->n, column));
  TRY(names_join(cells->group, "@library", library));
  TRY(names_join(library, word_names[word], path));
  return store_write_texts(cells->store, path, words, (size_t)n);
}

static enum status write_words(const struct cells *cells) {
  const char **words = NULL;
  uint32_t *code = NULL, *column = NULL;
  char library[STORE_NAME_MAX];
  enum status status;
  TRY_GOTO(names_join(cells->group, "@library", library), done);
  TRY_GOTO(store_group(cells->store, library), done);
  TRY_GOTO(memory_new("words of nodes", (size_t)cells->n_populations, sizeof *words, &words), done);
  TRY_GOTO(memory_new("codes of nodes", (size_t)cells->n_populations, sizeof *code, &code), done);
  TRY_GOTO(memory_new("words of nodes", cells->n, sizeof *column, &column), done);
  int last = cells->populations[0].model_template ? WORD_COUNT : WORD_MODEL;
  for (int word = 0; word < last; word++)
    TRY_GOTO(write_word(cells, (enum word)word, words, code, column), done);
done:
  memory_free(words);
  memory_free(code);
  memory_free(column);
  return status;
}

/* ---- parameters ---- */

static const struct node_parameter *find_parameter(const struct node_population *population,
                                                   const char *name) {
  for (int i = 0; i < population->n_parameters; i++)
    if (strcmp(population->parameter[i].name, name) == 0) return &population->parameter[i];
  return NULL;
}

/* One parameter of all cells; NaN where a population lacks it. */
static enum status write_parameter(const struct cells *cells, const char *upper,
                                   const struct node_parameter *parameter, double *column) {
  char path[STORE_NAME_MAX];
  double *row = column;
  if (!names_plain(parameter->name))
    return status_fail(STATUS_FAULT, "\"%s\" cannot name a parameter of nodes", parameter->name);
  for (int p = 0; p < cells->n_populations; p++) {
    const struct node_population *population = &cells->populations[p];
    const struct node_parameter *own = find_parameter(population, parameter->name);
    if (own && strcmp(own->unit, parameter->unit) != 0)
      return status_fail(STATUS_FAULT, "%s: %s is in %s and in %s", cells->path, parameter->name,
                         parameter->unit, own->unit);
    for (uint64_t i = 0; i < population->n; i++) *row++ = own ? own->value[i] : (double)NAN;
  }
  TRY(names_join(upper, parameter->name, path));
  TRY(store_write_plain(cells->store, path, STATE_F64, cells->n, column));
  return store_attribute_text(cells->store, path, "units", units_symbol(parameter->unit));
}

/* Has a population before this one the same parameter? */
static bool is_written(const struct cells *cells, int p, const char *name) {
  while (p-- > 0)
    if (find_parameter(&cells->populations[p], name)) return true;
  return false;
}

static enum status write_parameters(const struct cells *cells) {
  double *column = NULL;
  char upper[STORE_NAME_MAX];
  TRY(names_join(cells->group, "dynamics_params", upper));
  TRY(store_group(cells->store, upper));
  TRY(memory_new("parameters of nodes", cells->n, sizeof *column, &column));
  enum status status = STATUS_OK;
  for (int p = 0; p < cells->n_populations; p++) {
    const struct node_population *population = &cells->populations[p];
    for (int i = 0; i < population->n_parameters; i++) {
      if (is_written(cells, p, population->parameter[i].name)) continue;
      TRY_GOTO(write_parameter(cells, upper, &population->parameter[i], column), done);
    }
  }
done:
  memory_free(column);
  return status;
}

enum status nodes_write(struct store *store, const char *region, const struct node_population *populations,
                        int n_populations) {
  struct cells cells = {.store = store, .populations = populations, .n_populations = n_populations};
  int64_t first = 0;
  if (!names_plain(region) || n_populations < 1 || n_populations > TYPES_PER_REGION)
    return status_fail(STATUS_FAULT, "nodes of \"%s\": %d populations", region, n_populations);
  for (int p = 0; p < n_populations; p++) cells.n += populations[p].n;
  TRY(names_join("/nodes", region, cells.path));
  TRY(names_join(cells.path, "0", cells.group));
  TRY(store_remove(store, cells.path));
  TRY(store_group(store, "/nodes"));
  TRY(first_type(store, region, &first));
  TRY(store_group(store, cells.group));
  TRY(write_types(&cells, first));
  TRY(write_index(&cells));
  TRY(write_places(&cells));
  TRY(write_words(&cells));
  TRY(write_parameters(&cells));
  return store_flush(store); /* from here on the population is in the file, whole */
}
