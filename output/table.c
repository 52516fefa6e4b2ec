/* table.c — columns of one length in a group of their own. See table.h. */
#include "table.h"
#include "names.h"
#include "units.h"
#include <stdio.h>
#include <string.h>

static enum status write_values(struct store *store, const char *path, const struct column *column,
                                int n_rows) {
  bool scalar = n_rows < 0;
  size_t n = scalar ? 0 : (size_t)n_rows;
  if (column->type == COLUMN_TEXT) {
    const char *const *texts = column->data;
    return scalar ? store_write_text(store, path, texts[0]) : store_write_texts(store, path, texts, n);
  }
  enum state_type type = column->type == COLUMN_F64 ? STATE_F64 : STATE_I64;
  return scalar ? store_write_number(store, path, type, column->data)
                : store_write_column(store, path, type, n, column->data);
}

static enum status write_column(struct store *store, const char *group, const struct column *column,
                                int n_rows) {
  if (!names_plain(column->name) || strcmp(column->name, "title") == 0)
    return status_fail(STATUS_FAULT, "%s: \"%s\" cannot name a column", group,
                       column->name ? column->name : "");
  char path[STORE_NAME_MAX];
  TRY(names_join(group, column->name, path));
  TRY(write_values(store, path, column, n_rows));
  if (column->unit && column->unit[0])
    TRY(store_attribute_text(store, path, "units", units_symbol(column->unit)));
  if (column->meaning && column->meaning[0])
    TRY(store_attribute_text(store, path, "description", column->meaning));
  return STATUS_OK;
}

enum status table_write(struct store *store, const struct table *table) {
  char path[STORE_NAME_MAX], fresh[STORE_NAME_MAX + 1], title[STORE_NAME_MAX];
  TRY(names_path(table->path, path));
  snprintf(fresh, sizeof fresh, "%s~", path);
  TRY(store_remove(store, fresh)); /* a kill may have left one */
  TRY(store_group(store, fresh));
  TRY(store_attribute_text(store, fresh, "NX_class", "NXcollection"));
  TRY(names_join(fresh, "title", title));
  TRY(store_write_text(store, title, table->title));
  for (int i = 0; i < table->n_columns; i++)
    TRY(write_column(store, fresh, &table->columns[i], table->n_rows));
  return store_replace(store, fresh, path);
}
