/* nwb_series.c — windows of spikes as epochs, and time series (LFP, potentials, concentrations) of an NWB
 * file. See nwb.h. */
#include "memory.h"
#include "names.h"
#include "nwb_parts.h"
#include "units.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- epochs ---- */

static enum status read_hours(struct nwb *nwb, const char *path, uint64_t n, double *seconds) {
  TRY(store_read(nwb->result, path, NULL, STATE_F64, n, seconds));
  for (uint64_t i = 0; i < n; i++) seconds[i] *= 3600.0;
  return STATUS_OK;
}

/* The names of the windows, as a list of one for each. */
static enum status write_tags(struct nwb *nwb, uint64_t n, const struct store_names *label) {
  static const char *const tags = "/intervals/epochs/tags", *const index = "/intervals/epochs/tags_index";
  uint64_t *end = NULL;
  TRY(store_write_texts(nwb->out, tags, (const char *const *)label->name, n));
  TRY(nwb_column(nwb, tags, "VectorData", "name of the window in the protocol"));
  TRY(memory_new("epochs", n, sizeof *end, &end));
  for (uint64_t i = 0; i < n; i++) end[i] = i + 1;
  enum status status = store_write_column(nwb->out, index, STATE_U64, n, end);
  memory_free(end);
  TRY(status);
  TRY(nwb_column(nwb, index, "VectorIndex", "ends of the tags of each epoch"));
  return store_attribute_object(nwb->out, index, "target", tags);
}

static enum status write_epochs(struct nwb *nwb, uint64_t n, const double *start_s, const double *stop_s,
                                const struct store_names *label) {
  static const char *const group = "/intervals/epochs", *const columns[] = {"start_time", "stop_time",
                                                                            "tags"};
  struct store *out = nwb->out;
  TRY(nwb_group(nwb, group, "TimeIntervals",
                "windows in which the circuit was simulated, settling included"));
  TRY(store_attribute_texts(out, group, "colnames", columns, 3));
  int64_t *id = NULL;
  TRY(memory_new("epochs", n, sizeof *id, &id));
  for (uint64_t i = 0; i < n; i++) id[i] = (int64_t)i;
  enum status status = store_write_column(out, "/intervals/epochs/id", STATE_I64, n, id);
  memory_free(id);
  TRY(status);
  TRY(nwb_column(nwb, "/intervals/epochs/id", "ElementIdentifiers", NULL));
  TRY(store_write_column(out, "/intervals/epochs/start_time", STATE_F64, n, start_s));
  TRY(nwb_column(nwb, "/intervals/epochs/start_time", "VectorData", "start of the window, in seconds"));
  TRY(store_write_column(out, "/intervals/epochs/stop_time", STATE_F64, n, stop_s));
  TRY(nwb_column(nwb, "/intervals/epochs/stop_time", "VectorData", "end of the window, in seconds"));
  return write_tags(nwb, n, label);
}

enum status nwb_epochs(struct nwb *nwb) {
  static const char *const path = "/protocol/windows/start_h";
  struct store_form form;
  struct store_names label = {0};
  double *start_s = NULL, *stop_s = NULL;
  if (store_object(nwb->result, path) != STORE_DATASET) return STATUS_OK;
  TRY(store_form(nwb->result, path, NULL, &form));
  if (form.count == 0) return STATUS_OK;
  enum status status;
  TRY_GOTO(memory_new("windows", form.count, sizeof *start_s, &start_s), done);
  TRY_GOTO(memory_new("windows", form.count, sizeof *stop_s, &stop_s), done);
  TRY_GOTO(read_hours(nwb, path, form.count, start_s), done);
  TRY_GOTO(read_hours(nwb, "/protocol/windows/stop_h", form.count, stop_s), done);
  TRY_GOTO(store_read_texts(nwb->result, "/protocol/windows/label", NULL, &label), done);
  if ((uint64_t)label.n == form.count)
    status = write_epochs(nwb, form.count, start_s, stop_s, &label);
  else
    status = status_fail(STATUS_CONFIG, "%s: /protocol/windows is no table", store_path(nwb->result));
done:
  store_names_free(&label);
  memory_free(start_s);
  memory_free(stop_s);
  return status;
}

/* ---- time series ---- */

/* A signal of a plot on its way to a TimeSeries. */
struct traced {
  const char *group, *signal; /* in the result */
  const char *to;             /* group of the file: "/acquisition" */
  const char *name;
};

static enum status read_column(struct nwb *nwb, const char *path, uint64_t n, double *out) {
  return store_read(nwb->result, path, NULL, STATE_F64, n, out);
}

/* What the plot and the signal are called. */
static enum status describe(struct nwb *nwb, const struct traced *traced, char *out, size_t size) {
  char path[STORE_NAME_MAX], *title = NULL, *name = NULL;
  TRY(names_join(traced->group, "title", path));
  TRY(nwb_text(nwb, path, &title));
  TRY(names_join(traced->group, traced->signal, path));
  enum status status = store_has_attribute(nwb->result, path, "long_name")
                           ? store_read_text(nwb->result, path, "long_name", &name)
                           : STATUS_OK;
  snprintf(out, size, "%s: %s: %s", title, traced->signal, name ? name : "");
  memory_free(title);
  memory_free(name);
  return status;
}

static enum status write_series(struct nwb *nwb, const struct traced *traced, const char *unit, uint64_t n,
                                const double *time_s, const double *value) {
  char group[STORE_NAME_MAX], data[STORE_NAME_MAX], times[STORE_NAME_MAX], description[1024];
  const double one = 1.0, none = 0.0, unknown = -1.0;
  const int32_t every = 1;
  struct store *out = nwb->out;
  TRY(names_join(traced->to, traced->name, group));
  TRY(names_join(group, "data", data));
  TRY(names_join(group, "timestamps", times));
  TRY(describe(nwb, traced, description, sizeof description));
  TRY(nwb_group(nwb, group, "TimeSeries", description));
  TRY(store_attribute_text(out, group, "comments", "simulated; in windows only, if it has gaps"));
  TRY(store_write_column(out, data, STATE_F64, n, value));
  TRY(store_attribute_text(out, data, "unit", unit));
  TRY(store_attribute_number(out, data, "conversion", STATE_F64, 0, &one));
  TRY(store_attribute_number(out, data, "offset", STATE_F64, 0, &none));
  TRY(store_attribute_number(out, data, "resolution", STATE_F64, 0, &unknown));
  TRY(store_write_column(out, times, STATE_F64, n, time_s));
  TRY(store_attribute_text(out, times, "unit", "seconds"));
  return store_attribute_number(out, times, "interval", STATE_I32, 0, &every);
}

/* Rows that break a line between two windows are left out: a time series has no gaps to mark. */
static uint64_t drop_breaks(uint64_t n, double *time_s, double *value) {
  uint64_t kept = 0;
  for (uint64_t i = 0; i < n; i++) {
    if (isnan(time_s[i]) || isnan(value[i])) continue;
    time_s[kept] = time_s[i];
    value[kept++] = value[i];
  }
  return kept;
}

static enum status copy_series(struct nwb *nwb, const struct traced *traced) {
  char axis[STORE_NAME_MAX], path[STORE_NAME_MAX], *axis_unit = NULL, *unit = NULL;
  double *time_s = NULL, *value = NULL, factor = 1;
  struct store_form form;
  enum status status;
  TRY(names_join(traced->group, "time", axis));
  TRY(names_join(traced->group, traced->signal, path));
  TRY(store_form(nwb->result, path, NULL, &form));
  if (form.rank != 1 || form.count == 0) return STATUS_OK;
  TRY_GOTO(store_read_text(nwb->result, axis, "units", &axis_unit), done);
  TRY_GOTO(store_read_text(nwb->result, path, "units", &unit), done);
  TRY_GOTO(units_factor(axis_unit, "s", &factor), done);
  TRY_GOTO(memory_new("times", form.count, sizeof *time_s, &time_s), done);
  TRY_GOTO(memory_new("values", form.count, sizeof *value, &value), done);
  TRY_GOTO(read_column(nwb, axis, form.count, time_s), done);
  TRY_GOTO(read_column(nwb, path, form.count, value), done);
  for (uint64_t i = 0; i < form.count; i++) time_s[i] *= factor;
  uint64_t n = drop_breaks(form.count, time_s, value);
  if (n > 0) status = write_series(nwb, traced, unit, n, time_s, value);
done:
  memory_free(axis_unit);
  memory_free(unit);
  memory_free(time_s);
  memory_free(value);
  return status;
}

/* The signals of a plot whose name begins with `begin`. */
static enum status copy_signals(struct nwb *nwb, const char *group, const char *begin, const char *to,
                                const char *prefix) {
  struct store_names children;
  if (store_object(nwb->result, group) != STORE_GROUP) return STATUS_OK;
  TRY(store_children(nwb->result, group, &children));
  enum status status = STATUS_OK;
  for (int k = 0; k < children.n && status == STATUS_OK; k++) {
    const char *signal = children.name[k];
    char name[STORE_NAME_MAX];
    if (strncmp(signal, begin, strlen(begin)) != 0) continue;
    snprintf(name, sizeof name, "%.120s%.120s", prefix, signal);
    const struct traced traced = {group, signal, to, name};
    status = copy_series(nwb, &traced);
  }
  store_names_free(&children);
  return status;
}

/* The same of each region below a group. */
static enum status copy_regions(struct nwb *nwb, const char *upper, const char *begin, const char *first) {
  struct store_names regions = {0};
  if (store_object(nwb->result, upper) != STORE_GROUP) return STATUS_OK;
  enum status status = store_children(nwb->result, upper, &regions);
  for (int r = 0; r < regions.n && status == STATUS_OK; r++) {
    char group[STORE_NAME_MAX], prefix[STORE_NAME_MAX];
    snprintf(prefix, sizeof prefix, "%s%.100s_", first, regions.name[r]);
    status = names_join(upper, regions.name[r], group);
    if (status == STATUS_OK) status = copy_signals(nwb, group, begin, "/acquisition", prefix);
  }
  store_names_free(&regions);
  return status;
}

enum status nwb_all_series(struct nwb *nwb) {
  TRY(copy_regions(nwb, "/lfp", "all", "lfp_"));
  TRY(copy_regions(nwb, "/traces", "V_", ""));
  TRY(copy_signals(nwb, "/drugs", "brain_", "/stimulus/presentation", ""));
  return copy_signals(nwb, "/drugs", "plasma_", "/stimulus/presentation", "");
}
