/* target_value.c — the number of a check, read out of the results of a run. See targets.h. */
#include "fields.h"
#include "findings/findings.h"
#include "memory.h"
#include "names.h"
#include "targets.h"
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool empty(const char *text) { return !text || !*text; }

/* ---- a column of summary.h5 ---- */

static enum status from_summary(const struct target_check *check, const char *directory, const char *arm,
                                double *out) {
  char file[4096], path[STORE_NAME_MAX];
  struct store *store = NULL;
  struct store_names arms = {0};
  struct findings_series column = {0};
  snprintf(file, sizeof file, "%s/summary.h5", directory);
  snprintf(path, sizeof path, "/table/%.200s", check->measure);
  TRY(store_open(file, false, &store));
  enum status status;
  TRY_GOTO(store_read_texts(store, "/table/arm", NULL, &arms), done);
  TRY_GOTO(findings_series(store, path, &column), done);
  *out = (double)NAN;
  for (int k = 0; k < arms.n && k < column.n; k++) {
    if (strcmp(arms.name[k], arm) == 0) *out = column.value[k];
  }
done:
  memory_free(column.value);
  store_names_free(&arms);
  store_abandon(store);
  return status;
}

/* ---- rows of a table ---- */

/* Mean of a column over the rows whose names fit. */
static enum status mean_of_rows(const struct store_names *names, const struct findings_series *column,
                                const char *table, const char *pattern, double *out) {
  double sum = 0;
  int n = 0, fit = 0;
  for (int k = 0; k < names->n && k < column->n; k++) {
    if (fnmatch(pattern, names->name[k], 0) != 0) continue;
    fit++;
    if (isnan(column->value[k])) continue;
    sum += column->value[k];
    n++;
  }
  if (fit == 0) return status_fail(STATUS_CONFIG, "%s: no row fits \"%s\"", table, pattern);
  *out = n ? sum / n : (double)NAN;
  return STATUS_OK;
}

static enum status from_table(const struct target_check *check, const char *directory, const char *arm,
                              double *out) {
  char file[4096], path[STORE_NAME_MAX];
  struct store *store = NULL;
  struct store_names names = {0};
  struct findings_series column = {0};
  double over = 1;
  snprintf(file, sizeof file, "%s/%s.h5", directory, arm);
  TRY(store_open(file, false, &store));
  enum status status;
  snprintf(path, sizeof path, "%.200s/name", check->table);
  TRY_GOTO(store_read_texts(store, path, NULL, &names), done);
  snprintf(path, sizeof path, "%.120s/%.120s", check->table, check->measure);
  TRY_GOTO(findings_series(store, path, &column), done);
  TRY_GOTO(mean_of_rows(&names, &column, check->table, check->row, out), done);
  if (!empty(check->over)) TRY_GOTO(mean_of_rows(&names, &column, check->table, check->over, &over), done);
  *out /= over;
done:
  memory_free(column.value);
  store_names_free(&names);
  store_abandon(store);
  return status;
}

/* ---- series of an arm's file ---- */

struct course {
  struct findings_series time_h, value;
};

/* "/summary/mPFC/rate_*" and "PV_L5" → "/summary/mPFC/rate_PV_L5" */
static void put_name(const char *pattern, const char *name, char out[STORE_NAME_MAX]) {
  int length = (int)strlen(pattern);
  snprintf(out, STORE_NAME_MAX, "%.*s%s", length > 0 && pattern[length - 1] == '*' ? length - 1 : length,
           pattern, name);
}

/* Is the region a part of the path, or has the path none of these parts? */
static bool lies_in(const char *path, const char *region) {
  const char *at = strstr(path, region);
  size_t length = strlen(region);
  return at && at > path && at[-1] == '/' && at[length] == '/';
}

/* Mean over the cells of all populations of a type, in the region that the path names. */
static enum status add_cells(struct store *store, const char *pattern, const char *cells,
                             struct findings_series *sum) {
  struct store_names name = {0}, region = {0}, type = {0};
  struct findings_series count = {0}, all = {0};
  char path[STORE_NAME_MAX];
  double total = 0;
  enum status status;
  TRY_GOTO(store_read_texts(store, "/populations/name", NULL, &name), done);
  TRY_GOTO(store_read_texts(store, "/populations/region", NULL, &region), done);
  TRY_GOTO(store_read_texts(store, "/populations/cell_type", NULL, &type), done);
  TRY_GOTO(findings_series(store, "/populations/count", &count), done);
  if (region.n != name.n || type.n != name.n || count.n != name.n) {
    status = status_fail(STATUS_CONFIG, "%s: columns of /populations differ in length", store_path(store));
    goto done;
  }
  for (int p = 0; p < name.n; p++) {
    if (strcmp(type.name[p], cells) != 0 || !lies_in(pattern, region.name[p])) continue;
    put_name(pattern, name.name[p], path);
    TRY_GOTO(findings_add(store, path, count.value[p], &all), done);
    total += count.value[p];
  }
  if (total == 0) {
    status = status_fail(STATUS_CONFIG, "%s: no population of type %s", pattern, cells);
    goto done;
  }
  if (!sum->value) TRY_GOTO(memory_new("series", (size_t)all.n + 1, sizeof(double), &sum->value), done);
  sum->n = all.n;
  for (int i = 0; i < all.n; i++) sum->value[i] += all.value[i] / total;
done:
  store_names_free(&name);
  store_names_free(&region);
  store_names_free(&type);
  memory_free(count.value);
  memory_free(all.value);
  return status;
}

/* Group of a path: all before its last slash. */
static void group_of(const char *path, char out[STORE_NAME_MAX]) {
  const char *slash = strrchr(path, '/');
  snprintf(out, STORE_NAME_MAX, "%.*s", (int)(slash - path), path);
}

static enum status add_children(struct store *store, const char *pattern, struct findings_series *sum) {
  struct store_names children = {0};
  char group[STORE_NAME_MAX], path[STORE_NAME_MAX];
  size_t before = strlen(pattern) - 1;
  int found = 0;
  group_of(pattern, group);
  TRY(store_children(store, group, &children));
  enum status status = STATUS_OK;
  for (int k = 0; k < children.n && status == STATUS_OK; k++) {
    status = names_join(group, children.name[k], path);
    if (status != STATUS_OK || strncmp(path, pattern, before) != 0) continue;
    status = findings_add(store, path, 1.0, sum);
    found++;
  }
  if (status == STATUS_OK && found == 0)
    status = status_fail(STATUS_CONFIG, "%s: nothing of this beginning is in the result", pattern);
  store_names_free(&children);
  return status;
}

static enum status add_path(struct store *store, const char *path, const char *cells,
                            struct findings_series *sum) {
  bool many = path[strlen(path) - 1] == '*';
  if (many && !empty(cells)) return add_cells(store, path, cells, sum);
  return many ? add_children(store, path, sum) : findings_add(store, path, 1.0, sum);
}

/* Hours in the unit of a time axis. */
static double hours_of(const char *unit) {
  static const struct {
    const char *name;
    double h;
  } units[] = {{"h", 1}, {"d", 24}, {"s", 1.0 / 3600}, {"min", 1.0 / 60}, {"ms", 1.0 / 3.6e6}};
  for (int k = 0; k < COUNT_OF(units); k++) {
    if (strcmp(unit, units[k].name) == 0) return units[k].h;
  }
  return (double)NAN;
}

static enum status read_course(struct store *store, const struct target_series *series, const char *cells,
                               struct course *out) {
  char group[STORE_NAME_MAX], axis[STORE_NAME_MAX];
  struct store_names unit = {0};
  *out = (struct course){0};
  for (int k = 0; k < series->n; k++) TRY(add_path(store, series->path[k], cells, &out->value));
  group_of(series->path[0], group);
  snprintf(axis, sizeof axis, "%.200s/time", group);
  TRY(findings_series(store, axis, &out->time_h));
  TRY(store_read_texts(store, axis, "units", &unit));
  double h = unit.n ? hours_of(unit.name[0]) : (double)NAN;
  for (int k = 0; k < out->time_h.n; k++) out->time_h.value[k] *= h;
  store_names_free(&unit);
  if (isnan(h)) return status_fail(STATUS_CONFIG, "%s: its unit is no time", axis);
  return STATUS_OK;
}

static void free_course(struct course *course) {
  memory_free(course->time_h.value);
  memory_free(course->value.value);
}

/* What is taken of the rows from `from` to `to`; NAN where there is none. */
static double taken(const struct course *course, double from, double to, int take) {
  double sum = 0, most = -INFINITY, least = INFINITY, first = NAN, last = NAN, area = 0, at = NAN;
  int n = 0;
  for (int k = 0; k < course->value.n && k < course->time_h.n; k++) {
    double t = course->time_h.value[k], x = course->value.value[k];
    if (isnan(x) || t < from - 1e-6 || t > to + 1e-6) continue;
    if (n > 0) area += 0.5 * (x + last) * (t - at);
    if (n == 0) first = x;
    last = x;
    at = t;
    sum += x;
    most = fmax(most, x);
    least = fmin(least, x);
    n++;
  }
  if (n == 0) return (double)NAN;
  const double all[] = {[TAKE_MEAN] = sum / n, [TAKE_MAX] = most, [TAKE_MIN] = least,    [TAKE_FIRST] = first,
                        [TAKE_LAST] = last,    [TAKE_SUM] = sum,  [TAKE_INTEGRAL] = area};
  return all[take];
}

static double first_value(const struct course *course) {
  int k = 0;
  while (k < course->value.n && isnan(course->value.value[k])) k++;
  return k < course->value.n ? course->value.value[k] : (double)NAN;
}

static enum status from_file(const struct target_check *check, const char *directory, const char *arm,
                             double *out) {
  char file[4096];
  struct store *store = NULL;
  struct course course = {0}, per = {0};
  snprintf(file, sizeof file, "%s/%s.h5", directory, arm);
  TRY(store_open(file, false, &store));
  enum status status;
  TRY_GOTO(read_course(store, &check->series, check->cells, &course), done);
  *out = taken(&course, check->from, check->to, check->take);
  if (check->baseline) *out /= first_value(&course);
  if (check->per.n == 0) goto done;
  TRY_GOTO(read_course(store, &check->per, check->cells, &per), done);
  *out /= taken(&per, check->from, check->to, TAKE_MEAN);
done:
  free_course(&course);
  free_course(&per);
  store_abandon(store);
  return status;
}

/* ---- arms combined ---- */

static enum status read_arm(const struct target_check *check, const char *directory, const char *arm,
                            double *out) {
  double value = NAN;
  if (!empty(check->table))
    TRY(from_table(check, directory, arm, &value));
  else if (empty(check->measure))
    TRY(from_file(check, directory, arm, &value));
  else
    TRY(from_summary(check, directory, arm, &value));
  if (isnan(value)) {
    return status_fail(STATUS_CONFIG, "arm %s: %s has no value from %g h to %g h", arm,
                       check->series.n ? check->series.path[0] : check->measure, check->from, check->to);
  }
  *out = check->invert ? check->factor / value : check->factor * value;
  return STATUS_OK;
}

static enum status combine(const struct target_check *check, const char *directory, double *out) {
  double own = NAN, against = NAN, reference = NAN;
  TRY(read_arm(check, directory, check->arm, &own));
  *out = own;
  if (check->combine == COMBINE_VALUE) return STATUS_OK;
  TRY(read_arm(check, directory, check->against, &against));
  if (check->combine == COMBINE_RATIO) *out = own / against;
  if (check->combine == COMBINE_DIFFERENCE) *out = own - against;
  if (check->combine != COMBINE_SHARE) return STATUS_OK;
  TRY(read_arm(check, directory, check->reference, &reference));
  *out = (own - against) / (reference - against);
  return STATUS_OK;
}

enum status target_value(const struct target_check *check, const char *directory, double *out) {
  TRY(combine(check, directory, out));
  if (check->period > 0)
    *out -= check->period * floor((*out - 0.5 * (check->low + check->high)) / check->period + 0.5);
  return STATUS_OK;
}
