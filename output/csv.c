/* csv.c — a result as tidy tables of text. See csv.h.
 *
 * The file says by itself what is a table: a plot is one along its axes; datasets of one dimension and
 * equal length are columns of another; single values are rows of a third. Coded words are written out.
 * Numbers are read some rows at a time, and written in the fewest digits that read as the same number. */
#include "csv.h"
#include "directory.h"
#include "memory.h"
#include "names.h"
#include "text_file.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MOST = 512, DEPTH_MAX = 8, VALUES_AT_ONCE = 64 * 1024 };

struct csv_column {
  char path[STORE_NAME_MAX], header[STORE_NAME_MAX + 64];
  struct store_form form;
  struct store_names texts;   /* of a column of texts */
  struct store_names library; /* words that its numbers stand for; none */
  void *values;               /* some rows */
};

/* Columns of n rows; the first n_axes vary along one dimension each, the others hold `inner` values a row. */
struct csv_table {
  struct store *store;
  uint64_t n, inner;
  int n_columns, n_axes;
  struct csv_column column[COLUMNS_MOST];
};

struct exporting {
  struct store *store;
  const char *directory;
  struct csv_table *table;
  int n_files;
};

/* ---- columns ---- */

static void free_columns(struct csv_table *table) {
  for (int c = 0; c < table->n_columns; c++) {
    store_names_free(&table->column[c].texts);
    store_names_free(&table->column[c].library);
    memory_free(table->column[c].values);
  }
  table->n_columns = table->n_axes = 0;
}

static const char *last_part(const char *path) { return strrchr(path, '/') + 1; }

/* "glutamate (uM)" */
static enum status write_header(struct store *store, const char *path, char *out, size_t size) {
  char *unit = NULL;
  if (store_has_attribute(store, path, "units")) TRY(store_read_text(store, path, "units", &unit));
  snprintf(out, size, "%s%s%s%s", last_part(path), unit ? " (" : "", unit ? unit : "", unit ? ")" : "");
  memory_free(unit);
  return STATUS_OK;
}

/* Words that the numbers of a dataset stand for: /nodes/R/0/@library/layer for /nodes/R/0/layer. */
static enum status read_library(struct store *store, const char *path, struct store_names *out) {
  char library[STORE_NAME_MAX];
  int folder = (int)(last_part(path) - path);
  int length = snprintf(library, sizeof library, "%.*s@library/%s", folder, path, last_part(path));
  if (length >= (int)sizeof library || store_object(store, library) != STORE_DATASET) return STATUS_OK;
  return store_read_texts(store, library, NULL, out);
}

static enum status add_column(struct csv_table *table, const char *path, const struct store_form *form) {
  if (table->n_columns == COLUMNS_MOST)
    return status_fail(STATUS_CONFIG, "%s: more than %d columns", path, COLUMNS_MOST);
  struct csv_column *column = &table->column[table->n_columns++];
  *column = (struct csv_column){.form = *form};
  snprintf(column->path, sizeof column->path, "%s", path);
  TRY(write_header(table->store, path, column->header, sizeof column->header));
  if (form->kind == STORE_TEXTS) return store_read_texts(table->store, path, NULL, &column->texts);
  return read_library(table->store, path, &column->library);
}

/* ---- values ---- */

static void write_single(FILE *out, float value) {
  char text[TEXT_NUMBER_MAX];
  for (int digits = 6; digits <= 9; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, (double)value);
    if (strtof(text, NULL) == value) break;
  }
  fputs(isnan(value) ? "nan" : text, out);
}

static void write_whole(FILE *out, const struct csv_column *column, uint64_t value, bool negative) {
  if (column->library.n > 0 && value < (uint64_t)column->library.n)
    text_csv(out, column->library.name[value]);
  else if (negative)
    fprintf(out, "%" PRId64, (int64_t)value);
  else
    fprintf(out, "%" PRIu64, value);
}

#define WHOLE(kind, sign) write_whole(out, column, (uint64_t)((const kind *)column->values)[i], sign)

static void write_value(FILE *out, const struct csv_column *column, uint64_t i) {
  char text[TEXT_NUMBER_MAX];
  switch (column->form.type) {
  case STATE_F32:
    write_single(out, ((const float *)column->values)[i]);
    break;
  case STATE_F64:
    text_number(((const double *)column->values)[i], text);
    fputs(text, out);
    break;
  case STATE_I8:
    WHOLE(int8_t, true);
    break;
  case STATE_U8:
    WHOLE(uint8_t, false);
    break;
  case STATE_U16:
    WHOLE(uint16_t, false);
    break;
  case STATE_I32:
    WHOLE(int32_t, true);
    break;
  case STATE_U32:
    WHOLE(uint32_t, false);
    break;
  case STATE_I64:
    WHOLE(int64_t, true);
    break;
  default:
    WHOLE(uint64_t, false);
  }
}

/* ---- rows ---- */

static uint64_t rows_at_once(const struct csv_table *table) {
  uint64_t n = VALUES_AT_ONCE / (table->inner ? table->inner : 1);
  return n ? n : 1;
}

/* Room for the values of all columns; those of the inner axes are read whole. */
static enum status make_room(struct csv_table *table) {
  for (int c = 0; c < table->n_columns; c++) {
    struct csv_column *column = &table->column[c];
    if (column->form.kind == STORE_TEXTS) continue;
    bool inner_axis = c > 0 && c < table->n_axes;
    uint64_t n =
        inner_axis ? column->form.count : rows_at_once(table) * (c < table->n_axes ? 1 : table->inner);
    TRY(memory_new(column->path, (size_t)n, state_type_size(column->form.type), &column->values));
    if (inner_axis) TRY(store_read_rows(table->store, column->path, 0, column->form.count, column->values));
  }
  return STATUS_OK;
}

static enum status read_rows(struct csv_table *table, uint64_t first, uint64_t n) {
  for (int c = 0; c < table->n_columns; c++) {
    struct csv_column *column = &table->column[c];
    if (column->form.kind == STORE_TEXTS || (c > 0 && c < table->n_axes)) continue;
    TRY(store_read_rows(table->store, column->path, first, n, column->values));
  }
  return STATUS_OK;
}

/* Row `row` of the file, which is number `at` of those that were read; value k of its inner ones. */
static void write_row(FILE *out, const struct csv_table *table, uint64_t row, uint64_t at, uint64_t k) {
  uint64_t below = table->inner; /* values for each place on an axis */
  for (int c = 0; c < table->n_columns; c++) {
    const struct csv_column *column = &table->column[c];
    if (c > 0) fputc(',', out);
    if (column->form.kind == STORE_TEXTS) {
      text_csv(out, column->texts.name[row]);
    } else if (c > 0 && c < table->n_axes) {
      below /= column->form.count;
      write_value(out, column, k / below % column->form.count);
    } else {
      write_value(out, column, c < table->n_axes ? at : at * table->inner + k);
    }
  }
  fputc('\n', out);
}

static enum status write_rows(struct csv_table *table, FILE *out) {
  uint64_t step = rows_at_once(table);
  for (uint64_t first = 0; first < table->n; first += step) {
    uint64_t n = table->n - first < step ? table->n - first : step;
    TRY(read_rows(table, first, n));
    for (uint64_t at = 0; at < n; at++)
      for (uint64_t k = 0; k < table->inner; k++) write_row(out, table, first + at, at, k);
  }
  return STATUS_OK;
}

/* "/maps/mPFC" → "maps_mPFC.csv"; `part` goes behind it. */
static void name_file(const char *group, const char *part, char *out, size_t size) {
  snprintf(out, size, "%s%s%s.csv", group + 1, *part && group[1] ? "_" : "", part);
  for (char *c = out; *c; c++)
    if (*c == '/') *c = '_';
}

static enum status write_table(struct exporting *exporting, const char *group, const char *part) {
  struct csv_table *table = exporting->table;
  struct text_file file;
  char name[STORE_NAME_MAX + 64];
  name_file(group, part, name, sizeof name);
  enum status status;
  TRY_GOTO(make_room(table), done);
  TRY_GOTO(text_file_open(exporting->directory, name, &file), failed);
  for (int c = 0; c < table->n_columns; c++) {
    if (c > 0) fputc(',', file.stream);
    text_csv(file.stream, table->column[c].header);
  }
  fputc('\n', file.stream);
  TRY_GOTO(write_rows(table, file.stream), failed);
  status = text_file_close(&file);
  exporting->n_files++;
failed:
  text_file_abandon(&file);
done:
  free_columns(table);
  return status;
}

/* ---- plots ---- */

static bool fits(const struct store_form *form, const struct csv_table *table) {
  uint64_t n = form->rank > 0 ? form->size[0] : 0;
  return form->kind == STORE_NUMBERS && form->rank == table->n_axes && n == table->n &&
         form->count == table->n * table->inner;
}

static enum status add_axes(struct csv_table *table, const char *group, const struct store_names *axes) {
  table->n = 0;
  table->inner = 1;
  for (int a = 0; a < axes->n; a++) {
    char path[STORE_NAME_MAX];
    struct store_form form;
    TRY(names_join(group, axes->name[a], path));
    TRY(store_form(table->store, path, NULL, &form));
    if (form.kind != STORE_NUMBERS || form.rank != 1)
      return status_fail(STATUS_CONFIG, "%s: %s is no axis", store_path(table->store), path);
    TRY(add_column(table, path, &form));
    if (a == 0)
      table->n = form.count;
    else
      table->inner *= form.count;
  }
  table->n_axes = axes->n;
  return STATUS_OK;
}

static enum status export_plot(struct exporting *exporting, const char *group, const struct store_names *axes,
                               const struct store_names *children) {
  struct csv_table *table = exporting->table;
  enum status status = add_axes(table, group, axes);
  for (int k = 0; k < children->n && status == STATUS_OK; k++) {
    char path[STORE_NAME_MAX];
    struct store_form form;
    bool axis = false;
    for (int a = 0; a < axes->n; a++) axis |= strcmp(axes->name[a], children->name[k]) == 0;
    status = names_join(group, children->name[k], path);
    if (status != STATUS_OK || axis || store_object(exporting->store, path) != STORE_DATASET) continue;
    status = store_form(exporting->store, path, NULL, &form);
    if (status == STATUS_OK && fits(&form, table)) status = add_column(table, path, &form);
  }
  if (status == STATUS_OK) return write_table(exporting, group, "");
  free_columns(table);
  return status;
}

/* ---- columns of equal length ---- */

/* Add the columns of a group, and of the groups below it if `deep`, that have n values. */
static enum status add_columns(struct exporting *exporting, const char *group, uint64_t n, bool deep) {
  struct store_names children;
  TRY(store_children(exporting->store, group, &children));
  enum status status = STATUS_OK;
  for (int k = 0; k < children.n && status == STATUS_OK; k++) {
    char path[STORE_NAME_MAX];
    struct store_form form;
    status = names_join(group, children.name[k], path);
    if (status != STATUS_OK) break;
    enum store_object kind = store_object(exporting->store, path);
    if (kind == STORE_GROUP && deep && children.name[k][0] != '@')
      status = add_columns(exporting, path, n, true);
    if (kind != STORE_DATASET) continue;
    status = store_form(exporting->store, path, NULL, &form);
    if (status == STATUS_OK && form.kind != STORE_OTHER && form.rank == 1 && form.count == n)
      status = add_column(exporting->table, path, &form);
  }
  store_names_free(&children);
  return status;
}

static enum status export_columns(struct exporting *exporting, const char *group, const char *part,
                                  uint64_t n, bool deep) {
  exporting->table->n = n;
  exporting->table->inner = 1;
  enum status status = add_columns(exporting, group, n, deep);
  if (status == STATUS_OK) return write_table(exporting, group, part);
  free_columns(exporting->table);
  return status;
}

/* ---- single values ---- */

static enum status write_scalar(FILE *out, struct store *store, const char *path,
                                const struct store_form *form) {
  char *text = NULL, *unit = NULL;
  double number = NAN;
  char decimal[TEXT_NUMBER_MAX];
  if (form->kind == STORE_TEXTS)
    TRY(store_read_text(store, path, NULL, &text));
  else
    TRY(store_read(store, path, NULL, STATE_F64, 1, &number));
  if (store_has_attribute(store, path, "units")) TRY(store_read_text(store, path, "units", &unit));
  text_number(number, decimal);
  fprintf(out, "%s,", last_part(path));
  text_csv(out, text ? text : decimal);
  fprintf(out, ",%s\n", unit ? unit : "");
  memory_free(text);
  memory_free(unit);
  return STATUS_OK;
}

static enum status export_scalars(struct exporting *exporting, const char *group, const char *part,
                                  const struct store_names *children) {
  struct text_file file;
  char name[STORE_NAME_MAX + 64], path[STORE_NAME_MAX];
  name_file(group, part, name, sizeof name);
  enum status status = text_file_open(exporting->directory, name, &file);
  if (status == STATUS_OK) fputs("name,value,units\n", file.stream);
  for (int k = 0; k < children->n && status == STATUS_OK; k++) {
    struct store_form form;
    status = names_join(group, children->name[k], path);
    if (status != STATUS_OK || store_object(exporting->store, path) != STORE_DATASET) continue;
    status = store_form(exporting->store, path, NULL, &form);
    if (status == STATUS_OK && form.rank == 0 && form.kind != STORE_OTHER &&
        strcmp(children->name[k], "title") != 0)
      status = write_scalar(file.stream, exporting->store, path, &form);
  }
  if (status == STATUS_OK) status = text_file_close(&file);
  text_file_abandon(&file);
  exporting->n_files++;
  return status;
}

/* ---- groups ---- */

static enum status export_group(struct exporting *exporting, const char *group, int depth);

/* What a group has beside plots: the length of its first column, whether others differ, and single values. */
struct contents {
  uint64_t length;
  bool columns, others, scalars;
};

static enum status look(struct exporting *exporting, const char *group, const struct store_names *children,
                        struct contents *out) {
  *out = (struct contents){0};
  for (int k = 0; k < children->n; k++) {
    char path[STORE_NAME_MAX];
    struct store_form form;
    TRY(names_join(group, children->name[k], path));
    if (store_object(exporting->store, path) != STORE_DATASET) continue;
    TRY(store_form(exporting->store, path, NULL, &form));
    bool column = form.kind != STORE_OTHER && form.rank == 1;
    out->scalars |= form.rank == 0 && form.kind != STORE_OTHER && strcmp(children->name[k], "title") != 0;
    out->others |= column && out->columns && form.count != out->length;
    if (column && !out->columns) out->length = form.count;
    out->columns |= column;
  }
  return STATUS_OK;
}

/* Columns of other lengths than the first: each a file of its own. */
static enum status export_others(struct exporting *exporting, const char *group,
                                 const struct store_names *children, uint64_t length) {
  for (int k = 0; k < children->n; k++) {
    char path[STORE_NAME_MAX];
    struct store_form form;
    TRY(names_join(group, children->name[k], path));
    if (store_object(exporting->store, path) != STORE_DATASET) continue;
    TRY(store_form(exporting->store, path, NULL, &form));
    if (form.kind == STORE_OTHER || form.rank != 1 || form.count == length) continue;
    exporting->table->n = form.count;
    exporting->table->inner = 1;
    enum status status = add_column(exporting->table, path, &form);
    if (status == STATUS_OK) status = write_table(exporting, group, children->name[k]);
    free_columns(exporting->table);
    TRY(status);
  }
  return STATUS_OK;
}

static enum status export_children(struct exporting *exporting, const char *group,
                                   const struct store_names *children, int depth) {
  struct contents contents;
  TRY(look(exporting, group, children, &contents));
  bool nodes = strncmp(group, "/nodes/", strlen("/nodes/")) == 0; /* attributes stand below */
  if (contents.columns) TRY(export_columns(exporting, group, "", contents.length, nodes));
  if (contents.others) TRY(export_others(exporting, group, children, contents.length));
  if (contents.scalars && strcmp(group, "/") != 0)
    TRY(export_scalars(exporting, group, contents.columns ? "values" : "", children));
  for (int k = 0; k < children->n && !nodes; k++) {
    char path[STORE_NAME_MAX];
    TRY(names_join(group, children->name[k], path));
    if (store_object(exporting->store, path) == STORE_GROUP) TRY(export_group(exporting, path, depth + 1));
  }
  return STATUS_OK;
}

static enum status export_group(struct exporting *exporting, const char *group, int depth) {
  struct store_names children, axes = {0};
  if (depth > DEPTH_MAX)
    return status_fail(STATUS_CONFIG, "%s: groups are nested too deep", store_path(exporting->store));
  TRY(store_children(exporting->store, group, &children));
  enum status status = STATUS_OK;
  if (store_has_attribute(exporting->store, group, "axes"))
    status = store_read_texts(exporting->store, group, "axes", &axes);
  if (status == STATUS_OK)
    status = axes.n > 0 ? export_plot(exporting, group, &axes, &children)
                        : export_children(exporting, group, &children, depth);
  store_names_free(&children);
  store_names_free(&axes);
  return status;
}

enum status csv_export(struct store *store, const char *directory, int *n) {
  struct exporting exporting = {.store = store, .directory = directory};
  *n = 0;
  TRY(directory_make(directory));
  TRY(memory_new("table", 1, sizeof *exporting.table, &exporting.table));
  exporting.table->store = store;
  enum status status = export_group(&exporting, "/", 0);
  memory_free(exporting.table);
  *n = exporting.n_files;
  return status;
}
