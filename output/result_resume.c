/* result_resume.c — growing datasets of a result, found again in its file and set back to a checkpoint. See
 * result.h.
 *
 * The file tells by itself what grows: plots whose axis is a dataset that this program made to grow, and
 * populations of spikes. A checkpoint holds, for each of their datasets, the rows in whole chunks and the
 * rows that wait. */
#include "memory.h"
#include "names.h"
#include "result_parts.h"
#include <string.h>

enum {
  DEPTH_MAX = 6,       /* of groups inside groups, in a file that is resumed */
  GROUP_ROOM = 1 << 16 /* growing groups of one file, at most */
};

/* ---- finding them ---- */

/* Open the datasets of a group in the order of `names`; the group becomes part of the result. */
static enum status open_series(struct result *result, const char *path, bool spikes, const char *const *names,
                               int n) {
  struct growing *group;
  if (result->n_groups >= GROUP_ROOM)
    return status_fail(STATUS_CONFIG, "%s: too many groups", store_path(result->store));
  TRY(result_add_group(result, path, spikes, n, &group));
  for (int s = 0; s < n; s++) {
    char full[STORE_NAME_MAX];
    TRY(names_join(path, names[s], full));
    TRY(series_open(result->store, full, &group->series[s]));
  }
  return STATUS_OK;
}

static bool is_column(const struct series *series, enum state_type type) {
  return series_form(series)->type == type && series_form(series)->row_rank == 0;
}

static enum status open_spikes(struct result *result, const char *path) {
  const char *const names[] = {"timestamps", "node_ids"};
  TRY(open_series(result, path, true, names, 2));
  const struct growing *group = &result->groups[result->n_groups - 1];
  if (is_column(group->series[0], STATE_F64) && is_column(group->series[1], STATE_U64)) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: %s holds no spikes", store_path(result->store), path);
}

/* The names of the axes of a plot, that along which it grows first; none if the group is no plot. */
static enum status read_axes(struct store *store, const char *path, struct store_names *out) {
  *out = (struct store_names){0};
  struct store_names class;
  if (!store_has_attribute(store, path, "NX_class") || !store_has_attribute(store, path, "axes"))
    return STATUS_OK;
  TRY(store_read_texts(store, path, "NX_class", &class));
  bool plot = class.n == 1 && strcmp(class.name[0], "NXdata") == 0;
  store_names_free(&class);
  return plot ? store_read_texts(store, path, "axes", out) : STATUS_OK;
}

/* A plot: its axis, and after it in order of creation its signals. One whose axis does not grow was written
 * whole and is left alone. */
static enum status open_plot(struct result *result, const char *path, const char *axis,
                             const struct store_names *children) {
  char full[STORE_NAME_MAX];
  struct series *grows = NULL;
  TRY(names_join(path, axis, full));
  enum status status = series_open(result->store, full, &grows);
  series_free(grows);
  if (status == STATUS_CONFIG) return STATUS_OK;
  TRY(status);
  int first = 0;
  while (first < children->n && strcmp(children->name[first], axis) != 0) first++;
  const char *const *names = (const char *const *)children->name;
  TRY(open_series(result, path, false, names + first, children->n - first));
  const struct growing *group = &result->groups[result->n_groups - 1];
  if (group->n_series > 1 && is_column(group->series[0], STATE_F64)) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: %s is not a plot of this program", store_path(result->store), path);
}

static enum status open_below(struct result *result, const char *path, int depth);

static enum status open_child(struct result *result, const char *path, int depth) {
  struct store *store = result->store;
  if (store_object(store, path) != STORE_GROUP) return STATUS_OK;
  if (strncmp(path, "/spikes/", strlen("/spikes/")) == 0) return open_spikes(result, path);
  struct store_names axes;
  TRY(read_axes(store, path, &axes));
  if (axes.n == 0) return depth < DEPTH_MAX ? open_below(result, path, depth + 1) : STATUS_OK;
  struct store_names children;
  enum status status = store_children(store, path, &children);
  if (status == STATUS_OK) {
    status = open_plot(result, path, axes.name[0], &children);
    store_names_free(&children);
  }
  store_names_free(&axes);
  return status;
}

static enum status open_below(struct result *result, const char *path, int depth) {
  struct store_names children;
  TRY(store_children(result->store, path, &children));
  enum status status = STATUS_OK;
  for (int i = 0; i < children.n && status == STATUS_OK; i++) {
    char full[STORE_NAME_MAX];
    status = names_join(path, children.name[i], full);
    if (status == STATUS_OK) status = open_child(result, full, depth);
  }
  store_names_free(&children);
  return status;
}

enum status result_open_groups(struct result *result) { return open_below(result, "/", 1); }

/* ---- saving and loading where they stand ---- */

static enum status save_series(struct series *series, struct visitor *visitor) {
  const struct series_form *form = series_form(series);
  int64_t place[2] = {form->stored, form->waiting};
  size_t n = (size_t)form->waiting * form->row_values;
  void *rows = (void *)form->waiting_rows; /* a visitor that saves only reads */
  TRY(visitor->array(visitor, form->path, STATE_I64, 2, place));
  return visitor->list(visitor, form->path, form->type, &n, &rows);
}

static enum status load_series(struct series *series, struct visitor *visitor) {
  const struct series_form *form = series_form(series);
  int64_t place[2] = {0};
  size_t n = 0;
  void *rows = NULL;
  TRY(visitor->array(visitor, form->path, STATE_I64, 2, place));
  TRY(visitor->list(visitor, form->path, form->type, &n, &rows));
  bool fits = place[1] >= 0 && place[1] < form->chunk_rows && n == (size_t)place[1] * form->row_values;
  enum status status =
      fits ? series_restart(series, place[0], place[1], rows)
           : status_fail(STATUS_CONFIG, "checkpoint: has %zu values of %s, which do not make %lld rows", n,
                         form->path, (long long)place[1]);
  memory_free(rows);
  return status;
}

static enum status save_group(const struct growing *group, struct visitor *visitor) {
  size_t length = strlen(group->path);
  void *path = group->path;
  int64_t n_series = group->n_series;
  TRY(visitor->list(visitor, "result/group", STATE_U8, &length, &path));
  TRY(visitor->array(visitor, "result/series", STATE_I64, 1, &n_series));
  for (int s = 0; s < group->n_series; s++) TRY(save_series(group->series[s], visitor));
  return STATUS_OK;
}

/* The group that the checkpoint names next. */
static enum status load_name(struct result *result, struct visitor *visitor, struct growing **out) {
  size_t length = 0;
  void *text = NULL;
  char path[STORE_NAME_MAX];
  TRY(visitor->list(visitor, "result/group", STATE_U8, &length, &text));
  bool fits = length < sizeof path;
  if (fits && length > 0) memcpy(path, text, length);
  path[fits ? length : 0] = 0;
  memory_free(text);
  *out = result_find_group(result, path);
  return *out ? STATUS_OK
              : status_fail(STATUS_CONFIG, "%s: has no %s, which its checkpoint has",
                            store_path(result->store), path);
}

static enum status load_group(struct result *result, struct visitor *visitor) {
  struct growing *group = NULL;
  int64_t n_series = 0;
  TRY(load_name(result, visitor, &group));
  TRY(visitor->array(visitor, "result/series", STATE_I64, 1, &n_series));
  if (n_series != group->n_series)
    return status_fail(STATUS_CONFIG, "%s: %s has %d datasets, in its checkpoint %lld",
                       store_path(result->store), group->path, group->n_series, (long long)n_series);
  if (group->restored) return status_fail(STATUS_CONFIG, "checkpoint: has %s twice", group->path);
  group->restored = true;
  for (int s = 0; s < group->n_series; s++) {
    TRY(load_series(group->series[s], visitor));
    const struct series_form *form = series_form(group->series[s]), *axis = series_form(group->series[0]);
    if (form->stored != axis->stored || form->waiting != axis->waiting)
      return status_fail(STATUS_CONFIG, "checkpoint: %s and %s are not in step", axis->path, form->path);
  }
  return STATUS_OK;
}

/* A group that was begun after the checkpoint starts from its first row again. */
static enum status empty_group(const struct growing *group) {
  for (int s = 0; s < group->n_series; s++) TRY(series_restart(group->series[s], 0, 0, NULL));
  return STATUS_OK;
}

static enum status load_groups(struct result *result, struct visitor *visitor) {
  int64_t n = 0;
  for (int i = 0; i < result->n_groups; i++) result->groups[i].restored = false;
  TRY(visitor->array(visitor, "result/groups", STATE_I64, 1, &n));
  for (int64_t i = 0; i < n; i++) TRY(load_group(result, visitor));
  for (int i = 0; i < result->n_groups; i++)
    if (!result->groups[i].restored) TRY(empty_group(&result->groups[i]));
  return store_flush(result->store); /* the file lets go of what was cut before its space is used again */
}

enum status result_visit(struct result *result, struct visitor *visitor) {
  if (visitor->loading) return load_groups(result, visitor);
  int64_t n = result->n_groups;
  TRY(visitor->array(visitor, "result/groups", STATE_I64, 1, &n));
  for (int i = 0; i < result->n_groups; i++) TRY(save_group(&result->groups[i], visitor));
  return STATUS_OK;
}
