/* params.c — tables of parameters: from the settings of a group to the members of a struct, row by row; and
 * the list of all values that were used. */
#include "params.h"
#include "config_parts.h"
#include "units.h"
#include <stdio.h>
#include <string.h>

enum { WHAT_BYTES = 600, QUANTITY_MAX = 50 };

/* One value, in the form that its row wants. */
struct value {
  double number;
  int64_t integer; /* also a flag, or the index of a choice */
  const char *text;
};

/* Whom a row's value is taken from. */
struct origin {
  const char *name;
  enum standing standing;
  const char *source;
};

/* A group that is being read. */
struct reading {
  struct config *config;
  const char *path;
  struct node *group;  /* NULL if it is absent */
  struct origin given; /* of the values that stand in the file */
};

static void join_path(const char *path, const char *key, char *out, size_t size) {
  snprintf(out, size, "%s%s%s", path, *path && *key != '[' ? "." : "", key);
}

static bool pure(const char *unit) { return unit[0] == '\0' || strcmp(unit, "1") == 0; }

/* ---- choices ---- */

/* Word i of "mouse|rat|human", and its length; NULL after the last. */
static const char *choice_at(const char *words, int i, int *length) {
  *length = 0;
  for (; words; i--) {
    const char *bar = strchr(words, '|');
    *length = bar ? (int)(bar - words) : (int)strlen(words);
    if (i == 0) return words;
    words = bar ? bar + 1 : NULL;
  }
  return NULL;
}

static int choice_count(const char *words) {
  int n = 0, length;
  while (choice_at(words, n, &length)) n++;
  return n;
}

/* The choices as words of their own. */
static enum status split_choices(struct config *config, const char *words, const char ***out) {
  int n = choice_count(words);
  TRY(config_take(config, (size_t)n * sizeof **out, out));
  for (int i = 0, length; i < n; i++) {
    const char *word = choice_at(words, i, &length);
    TRY(config_copy(config, word, (size_t)length, &(*out)[i]));
  }
  return STATUS_OK;
}

/* ---- values out of the file ---- */

/* "(50 µm … 5 mm)", "(at least 0)"; "" if anything goes. */
static void write_range(const struct param *row, char *text, size_t size) {
  char low[64], high[64];
  units_write(row->low, row->unit, low, sizeof low);
  units_write(row->high, row->unit, high, sizeof high);
  text[0] = '\0';
  if (isfinite(row->low) && isfinite(row->high)) snprintf(text, size, " (%s … %s)", low, high);
  if (isfinite(row->low) && !isfinite(row->high)) snprintf(text, size, " (at least %s)", low);
  if (!isfinite(row->low) && isfinite(row->high)) snprintf(text, size, " (at most %s)", high);
}

static bool refuse(struct config *config, const char *path, const struct node *node, const char *what) {
  char shown[WHAT_BYTES];
  config_show(node, shown, sizeof shown);
  config_fault(config, path, "%s %s", shown, what);
  return false;
}

static bool in_range(struct config *config, const char *path, const struct param *row, double number,
                     const char *shown) {
  bool meant = number >= 0 || number == row->low || row->low != -1 || row->standard != -1;
  if (meant && number >= row->low && number <= row->high) return true;
  char range[160];
  write_range(row, range, sizeof range);
  if (!meant) snprintf(range, sizeof range, ": below 0 only -1 has a meaning");
  config_fault(config, path, "%s is out of range%s", shown, range);
  return false;
}

/* A quantity in `unit`; a number without unit where one is needed is told so by units_read. */
static bool take_quantity(struct config *config, const char *path, const char *unit, const struct node *node,
                          double *number) {
  char shown[WHAT_BYTES];
  bool bare = node->type == NODE_INTEGER || node->type == NODE_NUMBER;
  if (bare && pure(unit)) {
    *number = node->type == NODE_INTEGER ? (double)node->integer : node->number;
    return true;
  }
  config_show(node, shown, sizeof shown);
  bool quantity =
      bare || (node->type == NODE_TEXT && strlen(node->text) <= QUANTITY_MAX && !strpbrk(node->text, "\n\t"));
  if (!quantity) return refuse(config, path, node, "is not a quantity");
  if (units_read(bare ? shown : node->text, unit, number) == STATUS_OK) return true;
  config_fault(config, path, "%s", status_message());
  return false;
}

/* 1e6 is a whole number too. */
static bool take_integer(struct config *config, const char *path, const struct node *node, int64_t *integer) {
  if (node->type == NODE_INTEGER) {
    *integer = node->integer;
    return true;
  }
  bool whole =
      node->type == NODE_NUMBER && fabs(node->number) <= 0x1p53 && node->number == trunc(node->number);
  if (!whole) return refuse(config, path, node, "is not a whole number");
  *integer = (int64_t)node->number;
  return true;
}

static bool take_choice(struct config *config, const char *path, const char *words, const struct node *node,
                        int64_t *integer) {
  const char **choices, *given = node->text;
  int n = choice_count(words), length;
  if (node->type != NODE_TEXT) return refuse(config, path, node, "is not a text in quotes");
  for (int i = 0; i < n; i++) {
    const char *word = choice_at(words, i, &length);
    *integer = i;
    if (strncmp(word, given, (size_t)length) == 0 && given[length] == '\0') return true;
  }
  if (config_held(config, split_choices(config, words, &choices)))
    config_unknown(config, path, given, choices, n);
  return false;
}

/* The value of a row from its setting; false after a fault. */
static bool take_given(struct config *config, const char *path, const struct param *row,
                       const struct node *node, struct value *value) {
  char shown[WHAT_BYTES];
  struct value given = *value;
  config_show(node, shown, sizeof shown);
  switch (row->type) {
  case PARAM_NUMBER:
    if (!take_quantity(config, path, row->unit, node, &given.number)) return false;
    if (!in_range(config, path, row, given.number, shown)) return false;
    break;
  case PARAM_INTEGER:
    if (!take_integer(config, path, node, &given.integer)) return false;
    if (!in_range(config, path, row, (double)given.integer, shown)) return false;
    break;
  case PARAM_FLAG:
    if (node->type != NODE_FLAG) return refuse(config, path, node, "is neither true nor false");
    given.integer = node->flag;
    break;
  case PARAM_TEXT:
    if (node->type != NODE_TEXT) return refuse(config, path, node, "is not a text in quotes");
    given.text = node->text;
    break;
  case PARAM_CHOICE:
    if (!take_choice(config, path, row->words, node, &given.integer)) return false;
    break;
  }
  *value = given;
  return true;
}

/* ---- defaults and presets ---- */

static const struct preset *preset_of(const struct param *row, const struct preset *presets, int n) {
  const struct preset *found = NULL;
  for (int i = 0; i < n; i++) {
    if (strcmp(presets[i].key, row->key) == 0) found = &presets[i];
  }
  return found;
}

/* What a row has when the file says nothing; false if it must be given. */
static bool take_standard(const struct param *row, double standard, struct value *value) {
  *value = (struct value){.number = standard, .text = row->words};
  if (row->type == PARAM_TEXT) return row->words != NULL;
  if (isnan(standard)) return false;
  if (row->type != PARAM_NUMBER) value->integer = (int64_t)standard;
  return true;
}

/* Tables are data too, and can be wrong. */
static void check_standard(struct config *config, const char *path, const struct param *row,
                           const struct value *value, const char *origin) {
  char shown[WHAT_BYTES];
  if (row->type != PARAM_NUMBER && row->type != PARAM_INTEGER) return;
  int length = snprintf(shown, sizeof shown, "the %s ", origin);
  units_write(value->number, row->unit, shown + length, sizeof shown - (size_t)length);
  in_range(config, path, row, value->number, shown);
}

static void refuse_missing(struct config *config, const char *path, const struct param *row) {
  char range[160];
  write_range(row, range, sizeof range);
  switch (row->type) {
  case PARAM_NUMBER:
    config_fault(config, path, "missing: a number%s", range);
    break;
  case PARAM_INTEGER:
    config_fault(config, path, "missing: a whole number%s", range);
    break;
  case PARAM_FLAG:
    config_fault(config, path, "missing: true or false");
    break;
  case PARAM_TEXT:
    config_fault(config, path, "missing: a text");
    break;
  case PARAM_CHOICE:
    config_fault(config, path, "missing: one of %s", row->words);
    break;
  }
}

/* ---- the list of resolved values ---- */

static void write_value(const struct param *row, const struct value *value, char *text, size_t size) {
  int length = 0;
  const char *word;
  switch (row->type) {
  case PARAM_NUMBER:
    config_decimal(value->number, text, size);
    length = (int)strlen(text);
    if (!pure(row->unit)) snprintf(text + length, size - (size_t)length, " %s", row->unit);
    break;
  case PARAM_INTEGER:
    snprintf(text, size, "%lld", (long long)value->integer);
    break;
  case PARAM_FLAG:
    snprintf(text, size, "%s", value->integer ? "true" : "false");
    break;
  case PARAM_TEXT:
    config_cut(value->text ? value->text : "", text, size);
    break;
  case PARAM_CHOICE:
    word = choice_at(row->words, (int)value->integer, &length);
    snprintf(text, size, "%.*s", word ? length : 0, word ? word : "");
    break;
  }
}

/* FNV-1a: the list is searched by it before texts are compared. */
static uint32_t hash_of(const char *text) {
  uint32_t hash = 2166136261u;
  for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 16777619u;
  return hash;
}

/* The entry of a path, new if there is none yet; NULL if there is no memory for it. */
static struct resolved *resolved_entry(struct config *config, const char *path) {
  uint32_t hash = hash_of(path);
  for (int i = 0; i < config->n_resolved; i++) {
    if (config->resolved_hash[i] == hash && strcmp(config->resolved[i].path, path) == 0)
      return &config->resolved[i];
  }
  int n = config->n_resolved;
  const char *copy = NULL;
  if (!config_held(config, config_copy(config, path, strlen(path), &copy)) ||
      !config_held(config, config_room(config, n, &config->resolved_room, sizeof *config->resolved,
                                       &config->resolved)) ||
      !config_held(config, config_room(config, n, &config->hash_room, sizeof hash, &config->resolved_hash)))
    return NULL;
  config->resolved_hash[n] = hash;
  config->resolved[n].path = copy;
  config->n_resolved++;
  return &config->resolved[n];
}

static void note_resolved(struct config *config, const char *path, const struct param *row,
                          const struct value *value, const struct origin *origin) {
  struct resolved *entry = resolved_entry(config, path);
  if (!entry) return;
  write_value(row, value, entry->value, sizeof entry->value);
  entry->origin = origin->name;
  entry->standing = origin->standing;
  entry->source = origin->source;
  entry->meaning = row->meaning;
}

int config_resolved_count(const struct config *config) { return config->n_resolved; }

const struct resolved *config_resolved_at(const struct config *config, int i) { return &config->resolved[i]; }

/* ---- a group ---- */

static bool has_row(const struct param *table, int n_rows, const char *key) {
  for (int i = 0; i < n_rows; i++) {
    if (strcmp(table[i].key, key) == 0) return true;
  }
  return false;
}

/* A text beside the values of a group, unless the table has a row of that name. */
static const struct node *find_remark(const struct reading *reading, const struct param *table, int n_rows,
                                      const char *key, char path[CONFIG_PATH_MAX]) {
  if (!reading->group || has_row(table, n_rows, key)) return NULL;
  join_path(reading->path, key, path, CONFIG_PATH_MAX);
  const struct node *node = config_ask(reading->config, path);
  if (!node || node->type == NODE_TEXT) return node;
  refuse(reading->config, path, node, "is not a text in quotes");
  return NULL;
}

/* Where the values of a group come from, if it says so by `source` and `standing`. */
static void read_remarks(struct reading *reading, const struct param *table, int n_rows) {
  static const enum standing standings[] = {PUBLISHED, CALIBRATED, ASSUMED};
  char path[CONFIG_PATH_MAX];
  int64_t choice;
  reading->given = (struct origin){"config", SETTING, "given in the config"};
  const struct node *source = find_remark(reading, table, n_rows, "source", path);
  if (source) reading->given.source = source->text;
  const struct node *standing = find_remark(reading, table, n_rows, "standing", path);
  if (!standing) return;
  if (take_choice(reading->config, path, "published|calibrated|assumed", standing, &choice))
    /* a word for each of them: NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign) */
    reading->given.standing = standings[choice];
  if (!source) config_fault(reading->config, path, "a standing needs a source beside it");
}

static void read_row(const struct reading *reading, const struct param *row, const struct preset *preset,
                     struct value *value) {
  static const struct origin override = {"override", SETTING, "given on the command line"};
  struct config *config = reading->config;
  char path[CONFIG_PATH_MAX];
  join_path(reading->path, row->key, path, sizeof path);
  struct origin origin = {"default", row->standing, row->source};
  if (preset) origin = (struct origin){"preset", preset->standing, preset->source};
  bool known = take_standard(row, preset ? preset->value : row->standard, value);
  if (known) check_standard(config, path, row, value, origin.name);
  const struct node *node = config_ask(config, path);
  if (node && take_given(config, path, row, node, value))
    origin = node->place.file < 0 ? override : reading->given;
  if (!node && !known) refuse_missing(config, path, row);
  note_resolved(config, path, row, value, &origin);
}

static void store(const struct param *row, const struct value *value, void *out) {
  char *member = (char *)out + row->offset;
  int choice = (int)value->integer;
  bool flag = value->integer != 0;
  switch (row->type) {
  case PARAM_NUMBER:
    memcpy(member, &value->number, sizeof value->number);
    break;
  case PARAM_INTEGER:
    memcpy(member, &value->integer, sizeof value->integer);
    break;
  case PARAM_FLAG:
    memcpy(member, &flag, sizeof flag);
    break;
  case PARAM_TEXT:
    memcpy(member, &value->text, sizeof value->text);
    break;
  case PARAM_CHOICE:
    memcpy(member, &choice, sizeof choice);
    break;
  }
}

void params_read(struct config *config, const char *path, const struct param *table, int n_rows,
                 const struct preset *presets, int n_presets, void *out) {
  struct reading reading = {.config = config, .path = path, .group = config_ask(config, path)};
  if (reading.group && reading.group->type != NODE_GROUP) {
    refuse(config, path, reading.group, "is not a group { }");
    reading.group = NULL;
  }
  read_remarks(&reading, table, n_rows);
  for (int i = 0; i < n_rows; i++) {
    struct value value;
    read_row(&reading, &table[i], preset_of(&table[i], presets, n_presets), &value);
    store(&table[i], &value, out);
  }
}

/* ---- single settings ---- */

bool config_has(struct config *config, const char *path) { return config_ask(config, path) != NULL; }

int config_count(struct config *config, const char *path) {
  const struct node *node = config_ask(config, path);
  if (!node || node->type <= NODE_LIST) return node ? node->n_children : 0;
  refuse(config, path, node, "is neither a group nor a list");
  return 0;
}

bool config_is_text(struct config *config, const char *path) {
  const struct node *node = config_ask(config, path);
  return node && node->type == NODE_TEXT;
}

const char *config_child(struct config *config, const char *path, int i) {
  struct node *node = config_ask(config, path);
  if (!node || i < 0 || i >= node->n_children) return NULL;
  node->searched = true;
  node->child[i]->known = true;
  return node->child[i]->name;
}

static void make_known(struct node *node) {
  node->known = true;
  for (int i = 0; i < node->n_children; i++) make_known(node->child[i]);
}

void config_skip(struct config *config, const char *path) {
  struct node *node = config_ask(config, path);
  if (node) make_known(node);
}

/* Element i, and its path; NULL after a fault. */
static const struct node *element(struct config *config, const char *path, int i, char *full, size_t size) {
  const struct node *node = config_ask(config, path);
  snprintf(full, size, "%s.[%d]", path, i);
  if (node && node->type == NODE_LIST && i >= 0 && i < node->n_children) return node->child[i];
  config_fault(config, full, "missing");
  return NULL;
}

const char *config_text_at(struct config *config, const char *path, int i) {
  char full[CONFIG_PATH_MAX];
  const struct node *node = element(config, path, i, full, sizeof full);
  if (!node) return NULL;
  if (node->type == NODE_TEXT) return node->text;
  refuse(config, full, node, "is not a text in quotes");
  return NULL;
}

double config_number_at(struct config *config, const char *path, const char *unit, int i) {
  char full[CONFIG_PATH_MAX];
  const struct node *node = element(config, path, i, full, sizeof full);
  double number = NAN;
  return node && take_quantity(config, full, unit, node, &number) ? number : NAN;
}

bool config_value_at(struct config *config, const char *path, int i, char *text, size_t size) {
  char full[CONFIG_PATH_MAX];
  const struct node *node = element(config, path, i, full, sizeof full);
  if (!node) return false;
  int length = 0;
  if (node->type == NODE_TEXT) length = snprintf(text, size, "%s", node->text);
  if (node->type == NODE_FLAG) length = snprintf(text, size, "%s", node->flag ? "true" : "false");
  if (node->type == NODE_INTEGER) length = snprintf(text, size, "%lld", (long long)node->integer);
  if (node->type == NODE_NUMBER) config_decimal(node->number, text, size);
  bool simple = node->type != NODE_GROUP && node->type != NODE_LIST && length < (int)size;
  if (!simple) refuse(config, full, node, "is not a short value: a number, a text, true or false");
  return simple;
}

void config_drop(struct config *config, const char *name) {
  struct node *root = config->root;
  int kept = 0;
  for (int i = 0; i < root->n_children; i++) {
    if (strcmp(root->child[i]->name, name) != 0) root->child[kept++] = root->child[i];
  }
  root->n_children = kept;
}
