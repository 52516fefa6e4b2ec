/* result_groups.c — what a result records: groups of signals, spikes, tables. See result.h.
 *
 * A group of signals is a NeXus NXdata group (signal, axes: what h5web and silx read) and at the same time a
 * set of variables with HDF5 dimension scales (what xarray and netCDF read). All its datasets have chunks of
 * equally many rows, so that they are flushed in step. Spikes are a SONATA population, not compressed:
 * https://sonata-extension.readthedocs.io. */
#include "memory.h"
#include "names.h"
#include "result_parts.h"
#include "table.h"
#include "units.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
  SERIES_CHUNK_ROWS = 4096,     /* of signals without a map */
  MAP_CHUNK_BYTES = 256 * 1024, /* of maps: this much or one whole map */
  SPIKE_CHUNK_ROWS = 8 * 1024   /* 64 KiB: the last one is written whole */
};

/* ---- the list of growing groups ---- */

struct growing *result_find_group(const struct result *result, const char *path) {
  for (int i = 0; i < result->n_groups; i++)
    if (strcmp(result->groups[i].path, path) == 0) return &result->groups[i];
  return NULL;
}

enum status result_add_group(struct result *result, const char *path, bool spikes, int n_series,
                             struct growing **out) {
  if (result->n_groups == result->groups_room) {
    int room = result->groups_room ? 2 * result->groups_room : 16;
    TRY(memory_resize("groups of a result", (size_t)result->groups_room, (size_t)room, sizeof *result->groups,
                      &result->groups));
    result->groups_room = room;
  }
  struct growing *group = &result->groups[result->n_groups];
  *group = (struct growing){.spikes = spikes, .n_series = n_series};
  TRY(memory_new("series of a group", (size_t)n_series, sizeof *group->series, &group->series));
  enum status status = memory_text(path, &group->path);
  if (status != STATUS_OK) {
    memory_free(group->series);
    return status;
  }
  result->n_groups++;
  *out = group;
  return STATUS_OK;
}

static void free_group(struct growing *group) {
  for (int s = 0; s < group->n_series; s++) series_free(group->series[s]);
  memory_free(group->series);
  memory_free(group->path);
}

void result_free_groups(struct result *result) {
  for (int i = 0; i < result->n_groups; i++) free_group(&result->groups[i]);
  memory_free(result->groups);
  result->groups = NULL;
  result->n_groups = result->groups_room = 0;
}

enum status result_end_groups(struct result *result) {
  for (int i = 0; i < result->n_groups; i++)
    for (int s = 0; s < result->groups[i].n_series; s++) TRY(series_end(result->groups[i].series[s]));
  return STATUS_OK;
}

/* The last group could not be made whole: nothing of it may reach the disk. Gives the cause back. */
static enum status withdraw(struct result *result, const char *path, enum status cause) {
  free_group(&result->groups[--result->n_groups]);
  if (!store_broken(result->store)) TRY(store_remove(result->store, path));
  return cause;
}

/* Before the row that fills a chunk of every dataset: what became full earlier is long compressed, and goes
 * to the disk; what becomes full now follows with the next flush. */
static enum status flush_if_almost_full(struct result *result, const struct growing *group) {
  const struct series_form *axis = series_form(group->series[0]);
  return axis->waiting + 1 == axis->chunk_rows ? store_flush(result->store) : STATUS_OK;
}

/* ---- groups of signals ---- */

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

/* Axes of a group beside the growing one, in the order of the dimensions of a row; gives their number. */
static int row_axes(const struct signal_group *group, const char *name[2], uint64_t size[2]) {
  if (group->columns.n > 0) {
    name[0] = group->columns.axis;
    size[0] = (uint64_t)group->columns.n;
    return 1;
  }
  if (group->side_y == 0) return 0;
  name[0] = "y", size[0] = (uint64_t)group->side_y;
  name[1] = "x", size[1] = (uint64_t)group->side_x;
  return 2;
}

static enum status check_description(const struct signal_group *group) {
  bool good = group->n_signals > 0 && (group->side_y > 0) == (group->side_x > 0) && names_plain(group->axis);
  bool map = group->side_y > 0;
  const char *columns = group->columns.n > 0 ? group->columns.axis : NULL;
  if (columns) good = good && !map && names_plain(columns) && strcmp(columns, group->axis) != 0;
  for (int i = 0; good && i < group->n_signals; i++) {
    const char *name = group->signals[i].name;
    good = names_plain(name) && strcmp(name, group->axis) != 0 && strcmp(name, "title") != 0;
    if (map) good = good && strcmp(name, "x") != 0 && strcmp(name, "y") != 0;
    if (columns) good = good && strcmp(name, columns) != 0;
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
  const char *name[2];
  uint64_t size[2];
  for (int i = 0; i < known->n_series; i++) {
    const struct series_form *form = series_form(known->series[i]);
    if (strcmp(form->path + prefix, i == 0 ? group->axis : group->signals[i - 1].name) != 0) return false;
    int rank = i > 0 ? row_axes(group, name, size) : 0;
    if (form->row_rank != rank) return false;
    for (int d = 0; d < rank; d++) {
      if (form->row_size[d] != size[d]) return false;
    }
    if (form->type != (i > 0 && group->single ? STATE_F32 : STATE_F64)) return false;
  }
  return true;
}

/* An axis whose places stay the same. */
static enum status write_axis(struct store *store, const char *path, const struct signal_columns *axis) {
  char full[STORE_NAME_MAX];
  TRY(names_join(path, axis->axis, full));
  double *place = NULL;
  TRY(memory_new("places of an axis", (size_t)axis->n, sizeof *place, &place));
  for (int i = 0; i < axis->n; i++) place[i] = axis->first + i * axis->step;
  enum status status = store_write_column(store, full, STATE_F64, (size_t)axis->n, place);
  memory_free(place);
  TRY(status);
  TRY(describe(store, full, axis->unit, axis->label));
  return store_scale(store, full, axis->axis);
}

static enum status write_side(struct store *store, const char *path, const char *name,
                              const struct signal_group *group, int side) {
  const struct signal_columns axis = {name, "um", name, side, group->first_um, group->pitch_um};
  return write_axis(store, path, &axis);
}

/* Is a signal the spread of another one of the group? Viewers find it by its name and draw error bars. */
static bool is_spread(const struct signal_group *group, const char *name) {
  const char *const ending = "_errors";
  size_t length = strlen(name), base = length > strlen(ending) ? length - strlen(ending) : 0;
  if (base == 0 || strcmp(name + base, ending) != 0) return false;
  for (int i = 0; i < group->n_signals; i++)
    if (strlen(group->signals[i].name) == base && strncmp(group->signals[i].name, name, base) == 0)
      return true;
  return false;
}

/* The signals that a viewer offers beside the first. */
static enum status write_auxiliary(struct store *store, const char *path, const struct signal_group *group) {
  const char **others = NULL;
  size_t n = 0;
  TRY(memory_new("auxiliary signals", (size_t)group->n_signals, sizeof *others, &others));
  for (int i = 1; i < group->n_signals; i++)
    if (!is_spread(group, group->signals[i].name)) others[n++] = group->signals[i].name;
  enum status status = n > 0 ? store_attribute_texts(store, path, "auxiliary_signals", others, n) : STATUS_OK;
  memory_free(others);
  return status;
}

/* The attributes that make a group a plot, its title, the sides of its maps. */
static enum status begin_group(struct store *store, const char *path, const struct signal_group *group) {
  const char *axes[3] = {group->axis};
  uint64_t size[2];
  size_t n_axes = 1 + (size_t)row_axes(group, axes + 1, size);
  char title[STORE_NAME_MAX];
  TRY(names_join(path, "title", title));
  TRY(store_group(store, path));
  TRY(store_attribute_text(store, path, "NX_class", "NXdata"));
  TRY(store_attribute_text(store, path, "signal", group->signals[0].name));
  TRY(store_attribute_texts(store, path, "axes", axes, n_axes));
  TRY(write_auxiliary(store, path, group));
  TRY(store_write_text(store, title, group->title));
  if (group->columns.n > 0) return write_axis(store, path, &group->columns);
  if (group->side_y == 0) return STATUS_OK;
  TRY(write_side(store, path, "y", group, group->side_y));
  return write_side(store, path, "x", group, group->side_x);
}

static int64_t chunk_rows(const struct signal_group *group) {
  const char *name[2];
  uint64_t size[2] = {1, 1};
  int rank = row_axes(group, name, size);
  int64_t row_bytes = (int64_t)(size[0] * size[1]) * (group->single ? 4 : 8);
  if (rank == 0 || row_bytes * SERIES_CHUNK_ROWS <= MAP_CHUNK_BYTES) return SERIES_CHUNK_ROWS;
  return row_bytes >= MAP_CHUNK_BYTES ? 1 : MAP_CHUNK_BYTES / row_bytes;
}

static enum status create_signal(struct store *store, const char *path, const struct signal_group *group,
                                 int i, struct series **out) {
  const struct signal *wave = &group->signals[i];
  char full[STORE_NAME_MAX], axis[STORE_NAME_MAX];
  const char *axes[3] = {group->axis};
  uint64_t size[2];
  int rank = row_axes(group, axes + 1, size);
  TRY(names_join(path, wave->name, full));
  TRY(series_create(store, full, group->single ? STATE_F32 : STATE_F64, rank, size, chunk_rows(group),
                    STORE_PACKED, out));
  TRY(describe(store, full, wave->unit, wave->label));
  float single = NAN;
  double full_precision = NAN;
  const void *missing = group->single ? (const void *)&single : (const void *)&full_precision;
  TRY(store_attribute_number(store, full, "_FillValue", group->single ? STATE_F32 : STATE_F64, 1, missing));
  for (int d = 0; d <= rank; d++) {
    TRY(names_join(path, axes[d], axis));
    TRY(store_attach(store, full, d, axis, axes[d]));
  }
  return STATUS_OK;
}

/* All that a group consists of; what follows the axis in order of creation are the signals. */
static enum status fill_group(struct store *store, const char *path, const struct signal_group *group,
                              struct series **series) {
  char axis[STORE_NAME_MAX];
  TRY(names_join(path, group->axis, axis));
  TRY(begin_group(store, path, group));
  TRY(series_create(store, axis, STATE_F64, 0, NULL, chunk_rows(group), STORE_PACKED, &series[0]));
  TRY(describe(store, axis, group->axis_unit, group->axis_label));
  TRY(store_scale(store, axis, group->axis));
  for (int i = 0; i < group->n_signals; i++) TRY(create_signal(store, path, group, i, &series[i + 1]));
  return store_flush(store);
}

static enum status create_group(struct result *result, const char *path, const struct signal_group *group) {
  struct growing *fresh;
  TRY(result_add_group(result, path, false, group->n_signals + 1, &fresh));
  enum status status = fill_group(result->store, path, group, fresh->series);
  return status == STATUS_OK ? STATUS_OK : withdraw(result, path, status);
}

static enum status record_group(struct recorder *self, const struct signal_group *group, int *handle) {
  struct result *result = (struct result *)self;
  char path[STORE_NAME_MAX];
  TRY(names_path(group->path, path));
  TRY(check_description(group));
  struct growing *known = result_find_group(result, path);
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
  TRY(flush_if_almost_full(result, group));
  TRY(series_append(group->series[0], 1, &at));
  for (int i = 1; i < group->n_series; i++) {
    TRY(append_row(group->series[i], values));
    values += series_form(group->series[i])->row_values;
  }
  return STATUS_OK;
}

/* ---- spikes ---- */

static enum status fill_spikes(struct store *store, const char *path, struct series **series) {
  static const char *const sorting[] = {"none", "by_id", "by_time"};
  char times[STORE_NAME_MAX], nodes[STORE_NAME_MAX];
  TRY(names_join(path, "timestamps", times));
  TRY(names_join(path, "node_ids", nodes));
  TRY(store_group(store, path));
  TRY(store_attribute_enum(store, path, "sorting", sorting, 3, 2));
  TRY(series_create(store, times, STATE_F64, 0, NULL, SPIKE_CHUNK_ROWS, STORE_PLAIN, &series[0]));
  TRY(store_attribute_text(store, times, "units", "ms"));
  TRY(series_create(store, nodes, STATE_U64, 0, NULL, SPIKE_CHUNK_ROWS, STORE_PLAIN, &series[1]));
  return store_flush(store);
}

static enum status create_spikes(struct result *result, const char *path, struct growing **out) {
  TRY(result_add_group(result, path, true, 2, out));
  enum status status = fill_spikes(result->store, path, (*out)->series);
  return status == STATUS_OK ? STATUS_OK : withdraw(result, path, status);
}

static enum status record_spikes(struct recorder *self, const char *region, const double *time_ms,
                                 const uint64_t *node, size_t n) {
  struct result *result = (struct result *)self;
  char path[STORE_NAME_MAX];
  if (!names_plain(region)) return status_fail(STATUS_FAULT, "\"%s\" cannot name a region's spikes", region);
  TRY(names_join("/spikes", region, path));
  struct growing *group = result_find_group(result, path);
  if (!group) TRY(create_spikes(result, path, &group));
  int64_t before = series_form(group->series[0])->stored;
  TRY(series_append(group->series[0], (int64_t)n, time_ms));
  TRY(series_append(group->series[1], (int64_t)n, node));
  return series_form(group->series[0])->stored > before ? store_flush(result->store) : STATUS_OK;
}

/* ---- tables ---- */

static enum status record_table(struct recorder *self, const struct table *table) {
  struct result *result = (struct result *)self;
  char path[STORE_NAME_MAX];
  TRY(names_path(table->path, path));
  if (result_find_group(result, path))
    return status_fail(STATUS_FAULT, "%s: is a group of signals, not a table", path);
  return table_write(result->store, table);
}

struct recorder result_recorder_functions(void) {
  return (struct recorder){record_group, record_row, record_spikes, record_table};
}
