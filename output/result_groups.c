/* result_groups.c — what a result records: groups of signals, spikes, tables; and how they are taken up
 * again. See result.h.
 *
 * A group of signals is a NeXus NXdata group (signal, axes: what h5web and silx read) and at the same time a
 * set of variables with HDF5 dimension scales (what xarray and netCDF read). All its datasets have chunks of
 * equally many rows, so that they are flushed in step. Spikes are a SONATA population:
 * https://sonata-extension.readthedocs.io. */
#include "memory.h"
#include "result_parts.h"
#include "units.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
  SERIES_CHUNK_ROWS = 4096,     /* of signals without a map */
  MAP_CHUNK_BYTES = 256 * 1024, /* of maps: this much or one whole map */
  SPIKE_CHUNK_ROWS = 64 * 1024,
  DEPTH_MAX = 6 /* of groups inside groups, in a file that is resumed */
};

/* ---- the list of growing groups ---- */

static struct growing *find_group(const struct result *result, const char *path) {
  for (int i = 0; i < result->n_groups; i++)
    if (strcmp(result->groups[i].path, path) == 0) return &result->groups[i];
  return NULL;
}

/* Add an empty group of n series; it becomes part of the result only when n_groups is raised. */
static enum status add_group(struct result *result, const char *path, bool spikes, int n_series,
                             struct growing **out) {
  if (result->n_groups == result->groups_room) {
    int room = result->groups_room ? 2 * result->groups_room : 16;
    TRY(memory_resize("groups of a result", (size_t)result->groups_room, (size_t)room, sizeof *result->groups,
                      &result->groups));
    result->groups_room = room;
  }
  struct growing *group = &result->groups[result->n_groups];
  *group = (struct growing){.spikes = spikes, .n_series = n_series};
  result->n_groups++; /* from here on it is freed with the result */
  TRY(memory_text(path, &group->path));
  TRY(memory_new("series of a group", (size_t)n_series, sizeof *group->series, &group->series));
  *out = group;
  return STATUS_OK;
}

void result_free_groups(struct result *result) {
  for (int i = 0; i < result->n_groups; i++) {
    struct growing *group = &result->groups[i];
    for (int s = 0; group->series && s < group->n_series; s++) series_free(group->series[s]);
    memory_free(group->series);
    memory_free(group->path);
  }
  memory_free(result->groups);
  result->groups = NULL;
  result->n_groups = result->groups_room = 0;
}

enum status result_end_groups(struct result *result) {
  for (int i = 0; i < result->n_groups; i++)
    for (int s = 0; s < result->groups[i].n_series; s++) TRY(series_end(result->groups[i].series[s]));
  return STATUS_OK;
}

/* Nothing waits: a chunk of every dataset was just written. */
static enum status flush_if_full(struct result *result, const struct growing *group) {
  return series_form(group->series[0])->waiting == 0 ? store_flush(result->store) : STATUS_OK;
}

/* ---- names ---- */

/* Viewers and netCDF take letters, digits and _ ; a digit may not lead. */
static bool valid_name(const char *name) {
  if (!name || !name[0] || isdigit((unsigned char)name[0]) || strlen(name) >= STORE_NAME_MAX / 4)
    return false;
  for (const char *c = name; *c; c++)
    if (!isalnum((unsigned char)*c) && *c != '_') return false;
  return true;
}

/* "maps/mPFC" → "/maps/mPFC"; every part a file name in look. Fails: FAULT. */
static enum status full_path(const char *path, const char *last, char out[STORE_NAME_MAX]) {
  int length = snprintf(out, STORE_NAME_MAX, last ? "/%s/%s" : "/%s", path, last);
  bool good = length > 1 && length < STORE_NAME_MAX / 2 && !strstr(out, "//");
  for (const char *c = out; good && *c; c++) good = isalnum((unsigned char)*c) || strchr("/_-.+", *c);
  return good ? STATUS_OK : status_fail(STATUS_FAULT, "\"%s\" cannot name a group of a result", path);
}

/* "firing rate" and "Hz" → "firing rate (Hz)", the text at an axis. */
static void axis_text(const char *label, const char *unit, char *out, size_t size) {
  bool plain = !unit[0] || strcmp(unit, "1") == 0;
  snprintf(out, size, plain ? "%s" : "%s (%s)", label, unit);
}

static enum status describe(struct store *store, const char *path, const char *unit, const char *label) {
  char text[STORE_NAME_MAX];
  axis_text(label, unit, text, sizeof text);
  TRY(store_attribute_text(store, path, "units", units_symbol(unit)));
  return store_attribute_text(store, path, "long_name", text);
}

/* ---- groups of signals ---- */

static enum status check_description(const struct signal_group *group) {
  bool good = group->n_signals > 0 && (group->side_y > 0) == (group->side_x > 0) && valid_name(group->axis);
  bool map = group->side_y > 0;
  for (int i = 0; good && i < group->n_signals; i++) {
    const char *name = group->signals[i].name;
    good = valid_name(name) && strcmp(name, group->axis) != 0 && strcmp(name, "title") != 0;
    if (map) good = good && strcmp(name, "x") != 0 && strcmp(name, "y") != 0;
    for (int k = 0; good && k < i; k++) good = strcmp(name, group->signals[k].name) != 0;
    if (!good)
      return status_fail(STATUS_FAULT, "%s: \"%s\" cannot name a signal", group->path, name ? name : "");
  }
  return good ? STATUS_OK : status_fail(STATUS_FAULT, "%s: cannot be a group of signals", group->path);
}

/* Is the group in the file what the description says? */
static bool same_description(const struct growing *known, const struct signal_group *group) {
  if (known->spikes || known->n_series != group->n_signals + 1) return false;
  size_t prefix = strlen(known->path) + 1;
  for (int i = 0; i < known->n_series; i++) {
    const struct series_form *form = series_form(known->series[i]);
    if (strcmp(form->path + prefix, i == 0 ? group->axis : group->signals[i - 1].name) != 0) return false;
    bool map = i > 0 && group->side_y > 0;
    if (form->row_rank != (map ? 2 : 0)) return false;
    if (map && (form->row_size[0] != (uint64_t)group->side_y || form->row_size[1] != (uint64_t)group->side_x))
      return false;
    if (form->type != (i > 0 && group->single ? STATE_F32 : STATE_F64)) return false;
  }
  return true;
}

static enum status write_side(struct store *store, const char *path, const char *name,
                              const struct signal_group *group, int side) {
  char full[STORE_NAME_MAX];
  snprintf(full, sizeof full, "%s/%s", path, name);
  double *place = NULL;
  TRY(memory_new("side of a map", (size_t)side, sizeof *place, &place));
  for (int i = 0; i < side; i++) place[i] = group->first_um + i * group->pitch_um;
  enum status status = store_write_column(store, full, STATE_F64, (size_t)side, place);
  memory_free(place);
  TRY(status);
  TRY(describe(store, full, "um", name));
  return store_scale(store, full, name);
}

/* The attributes that make a group a plot, its title, the sides of its maps. */
static enum status begin_group(struct store *store, const char *path, const struct signal_group *group) {
  bool map = group->side_y > 0;
  const char *const axes[] = {group->axis, "y", "x"};
  char title[STORE_NAME_MAX];
  snprintf(title, sizeof title, "%s/title", path);
  TRY(store_group(store, path));
  TRY(store_attribute_text(store, path, "NX_class", "NXdata"));
  TRY(store_attribute_text(store, path, "signal", group->signals[0].name));
  TRY(store_attribute_texts(store, path, "axes", axes, map ? 3 : 1));
  if (group->n_signals > 1) {
    const char **others = NULL;
    size_t n = (size_t)group->n_signals - 1;
    TRY(memory_new("auxiliary signals", n, sizeof *others, &others));
    for (size_t i = 0; i < n; i++) others[i] = group->signals[i + 1].name;
    enum status status = store_attribute_texts(store, path, "auxiliary_signals", others, n);
    memory_free(others);
    TRY(status);
  }
  TRY(store_write_text(store, title, group->title));
  if (!map) return STATUS_OK;
  TRY(write_side(store, path, "y", group, group->side_y));
  return write_side(store, path, "x", group, group->side_x);
}

static int64_t chunk_rows(const struct signal_group *group) {
  int64_t map_bytes = (int64_t)group->side_y * group->side_x * (group->single ? 4 : 8);
  if (map_bytes == 0 || map_bytes * SERIES_CHUNK_ROWS <= MAP_CHUNK_BYTES) return SERIES_CHUNK_ROWS;
  return map_bytes >= MAP_CHUNK_BYTES ? 1 : MAP_CHUNK_BYTES / map_bytes;
}

static enum status create_signal(struct store *store, const char *path, const struct signal_group *group,
                                 int i, struct series **out) {
  const struct signal *wave = &group->signals[i];
  bool map = group->side_y > 0;
  char full[STORE_NAME_MAX], axis[STORE_NAME_MAX];
  snprintf(full, sizeof full, "%s/%s", path, wave->name);
  uint64_t size[2] = {(uint64_t)group->side_y, (uint64_t)group->side_x};
  TRY(series_create(store, full, group->single ? STATE_F32 : STATE_F64, map ? 2 : 0, size, chunk_rows(group),
                    out));
  TRY(describe(store, full, wave->unit, wave->label));
  float single = NAN;
  double full_precision = NAN;
  const void *missing = group->single ? (const void *)&single : (const void *)&full_precision;
  TRY(store_attribute_number(store, full, "_FillValue", group->single ? STATE_F32 : STATE_F64, 1, missing));
  const char *const axes[] = {group->axis, "y", "x"};
  for (int d = 0; d < (map ? 3 : 1); d++) {
    snprintf(axis, sizeof axis, "%s/%s", path, axes[d]);
    TRY(store_attach(store, full, d, axis, axes[d]));
  }
  return STATUS_OK;
}

static enum status create_group(struct result *result, const char *path, const struct signal_group *group) {
  struct store *store = result->store;
  struct growing *fresh;
  char axis[STORE_NAME_MAX];
  snprintf(axis, sizeof axis, "%s/%s", path, group->axis);
  TRY(add_group(result, path, false, group->n_signals + 1, &fresh));
  TRY(begin_group(store, path, group));
  TRY(series_create(store, axis, STATE_F64, 0, NULL, chunk_rows(group), &fresh->series[0]));
  TRY(describe(store, axis, group->axis_unit, group->axis_label));
  TRY(store_scale(store, axis, group->axis));
  for (int i = 0; i < group->n_signals; i++) TRY(create_signal(store, path, group, i, &fresh->series[i + 1]));
  return store_flush(store);
}

static enum status record_group(struct recorder *self, const struct signal_group *group, int *handle) {
  struct result *result = (struct result *)self;
  char path[STORE_NAME_MAX];
  TRY(full_path(group->path, NULL, path));
  TRY(check_description(group));
  struct growing *known = find_group(result, path);
  if (known && !same_description(known, group))
    return status_fail(STATUS_FAULT, "%s: %s was described otherwise before", store_path(result->store),
                       path);
  if (!known) TRY(create_group(result, path, group));
  *handle = (int)(known ? known - result->groups : result->n_groups - 1);
  return STATUS_OK;
}

/* Append one row of doubles, narrowed where the dataset is. */
static enum status append_row(struct series *series, const double *values) {
  const struct series_form *form = series_form(series);
  if (form->type == STATE_F64) return series_append(series, 1, values);
  float few[256], *narrow = few;
  if (form->row_values > sizeof few / sizeof *few)
    TRY(memory_new("row of a map", form->row_values, sizeof *narrow, &narrow));
  for (size_t i = 0; i < form->row_values; i++) narrow[i] = (float)values[i];
  enum status status = series_append(series, 1, narrow);
  if (narrow != few) memory_free(narrow);
  return status;
}

static enum status record_row(struct recorder *self, int handle, double at, const double *values) {
  struct result *result = (struct result *)self;
  if (handle < 0 || handle >= result->n_groups || result->groups[handle].spikes)
    return status_fail(STATUS_FAULT, "no group of signals has handle %d", handle);
  struct growing *group = &result->groups[handle];
  TRY(series_append(group->series[0], 1, &at));
  for (int i = 1; i < group->n_series; i++) {
    TRY(append_row(group->series[i], values));
    values += series_form(group->series[i])->row_values;
  }
  return flush_if_full(result, group);
}

/* ---- spikes ---- */

static enum status create_spikes(struct result *result, const char *path, struct growing **out) {
  static const char *const sorting[] = {"none", "by_id", "by_time"};
  struct store *store = result->store;
  char times[STORE_NAME_MAX], nodes[STORE_NAME_MAX];
  snprintf(times, sizeof times, "%s/timestamps", path);
  snprintf(nodes, sizeof nodes, "%s/node_ids", path);
  TRY(add_group(result, path, true, 2, out));
  TRY(store_group(store, path));
  TRY(store_attribute_enum(store, path, "sorting", sorting, 3, 2));
  TRY(series_create(store, times, STATE_F64, 0, NULL, SPIKE_CHUNK_ROWS, &(*out)->series[0]));
  TRY(store_attribute_text(store, times, "units", "ms"));
  TRY(series_create(store, nodes, STATE_U64, 0, NULL, SPIKE_CHUNK_ROWS, &(*out)->series[1]));
  return store_flush(store);
}

static enum status record_spikes(struct recorder *self, const char *region, const double *time_ms,
                                 const uint64_t *node, size_t n) {
  struct result *result = (struct result *)self;
  char path[STORE_NAME_MAX];
  TRY(full_path("spikes", region, path));
  if (!valid_name(region)) return status_fail(STATUS_FAULT, "\"%s\" cannot name a region's spikes", region);
  struct growing *group = find_group(result, path);
  if (!group) TRY(create_spikes(result, path, &group));
  int64_t before = series_form(group->series[0])->stored;
  TRY(series_append(group->series[0], (int64_t)n, time_ms));
  TRY(series_append(group->series[1], (int64_t)n, node));
  return series_form(group->series[0])->stored > before ? store_flush(result->store) : STATUS_OK;
}

/* ---- tables ---- */

static enum status write_column(struct store *store, const char *path, const struct column *column,
                                int n_rows) {
  size_t n = n_rows < 0 ? 0 : (size_t)n_rows;
  switch (column->type) {
  case COLUMN_F64:
    TRY(n_rows < 0 ? store_write_number(store, path, STATE_F64, column->data)
                   : store_write_column(store, path, STATE_F64, n, column->data));
    break;
  case COLUMN_I64:
    TRY(n_rows < 0 ? store_write_number(store, path, STATE_I64, column->data)
                   : store_write_column(store, path, STATE_I64, n, column->data));
    break;
  case COLUMN_TEXT: {
    const char *const *texts = column->data;
    TRY(n_rows < 0 ? store_write_text(store, path, texts[0]) : store_write_texts(store, path, texts, n));
    break;
  }
  }
  if (column->unit && column->unit[0])
    TRY(store_attribute_text(store, path, "units", units_symbol(column->unit)));
  if (column->meaning && column->meaning[0])
    TRY(store_attribute_text(store, path, "long_name", column->meaning));
  return STATUS_OK;
}

/* The table is written whole beside the one it replaces. */
static enum status record_table(struct recorder *self, const struct table *table) {
  struct result *result = (struct result *)self;
  struct store *store = result->store;
  char path[STORE_NAME_MAX], fresh[STORE_NAME_MAX], full[2 * STORE_NAME_MAX];
  TRY(full_path(table->path, NULL, path));
  if (find_group(result, path))
    return status_fail(STATUS_FAULT, "%s: is a group of signals, not a table", path);
  snprintf(fresh, sizeof fresh, "%s~", path);
  TRY(store_remove(store, fresh)); /* a kill may have left one */
  TRY(store_group(store, fresh));
  TRY(store_attribute_text(store, fresh, "NX_class", "NXcollection"));
  snprintf(full, sizeof full, "%s/title", fresh);
  TRY(store_write_text(store, full, table->title));
  for (int i = 0; i < table->n_columns; i++) {
    const struct column *column = &table->columns[i];
    if (!valid_name(column->name) || strcmp(column->name, "title") == 0)
      return status_fail(STATUS_FAULT, "%s: \"%s\" cannot name a column", path,
                         column->name ? column->name : "");
    snprintf(full, sizeof full, "%s/%s", fresh, column->name);
    TRY(write_column(store, full, column, table->n_rows));
  }
  return store_replace(store, fresh, path);
}

struct recorder result_recorder_functions(void) {
  return (struct recorder){record_group, record_row, record_spikes, record_table};
}
