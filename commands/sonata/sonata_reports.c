/* sonata_reports.c — recorded potentials of a result as SONATA reports. See sonata_reports.h. */
#include "sonata_reports.h"
#include "directory.h"
#include "memory.h"
#include "names.h"
#include "text_file.h"
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The traces of a region: `n` cells, `rows` samples, NaN between windows. */
struct traced {
  char group[STORE_NAME_MAX];
  const char *region;
  struct store_names signals;
  uint64_t *node;
  size_t n, rows;
  double *time_s;
  float *value; /* row by row */
};

static void free_traced(struct traced *traced) {
  store_names_free(&traced->signals);
  memory_free(traced->node);
  memory_free(traced->time_s);
  memory_free(traced->value);
}

void sonata_reports_free(struct sonata_reports *reports) {
  for (int k = 0; k < reports->n; k++) memory_free(reports->report[k].path);
  memory_free(reports->report);
  *reports = (struct sonata_reports){0};
}

/* ---- reading ---- */

/* "V_PV_L5_123" → 123; false for what is no potential. */
static bool node_of(const char *signal, uint64_t *node) {
  const char *last = strrchr(signal, '_');
  if (strncmp(signal, "V_", 2) != 0 || !last || last < signal + 2) return false;
  char *end;
  *node = strtoull(last + 1, &end, 10);
  return end > last + 1 && *end == '\0';
}

static enum status read_signals(struct store *result, struct traced *traced) {
  float *column = NULL;
  char path[STORE_NAME_MAX];
  TRY(memory_new("potentials", traced->rows, sizeof *column, &column));
  TRY(memory_new("nodes", (size_t)traced->signals.n, sizeof *traced->node, &traced->node));
  enum status status =
      memory_new("potentials", traced->rows * (size_t)traced->signals.n, sizeof(float), &traced->value);
  for (int k = 0; k < traced->signals.n && status == STATUS_OK; k++)
    traced->n += node_of(traced->signals.name[k], &traced->node[traced->n]);
  size_t c = 0;
  for (int k = 0; k < traced->signals.n && status == STATUS_OK; k++) {
    uint64_t node;
    if (!node_of(traced->signals.name[k], &node)) continue;
    status = names_join(traced->group, traced->signals.name[k], path);
    if (status == STATUS_OK) status = store_read(result, path, NULL, STATE_F32, traced->rows, column);
    for (size_t i = 0; i < traced->rows && status == STATUS_OK; i++)
      traced->value[i * traced->n + c] = column[i];
    c++;
  }
  memory_free(column);
  return status;
}

static enum status read_traced(struct store *result, struct traced *traced) {
  char path[STORE_NAME_MAX];
  struct store_form form;
  TRY(names_join("/traces", traced->region, traced->group));
  TRY(names_join(traced->group, "time", path));
  TRY(store_form(result, path, NULL, &form));
  traced->rows = (size_t)form.count;
  TRY(memory_new("times", traced->rows, sizeof *traced->time_s, &traced->time_s));
  TRY(store_read(result, path, NULL, STATE_F64, traced->rows, traced->time_s));
  TRY(store_children(result, traced->group, &traced->signals));
  return read_signals(result, traced);
}

/* ---- writing ---- */

static enum status write_mapping(struct store *out, const struct traced *traced, const char *group,
                                 const double time_ms[3]) {
  char mapping[STORE_NAME_MAX], path[STORE_NAME_MAX], second[STORE_NAME_MAX];
  uint64_t *pointer = NULL;
  const uint8_t sorted = 1;
  TRY(names_join(group, "mapping", mapping));
  TRY(store_group(out, mapping));
  TRY(names_join(mapping, "node_ids", path));
  TRY(store_write_plain(out, path, STATE_U64, traced->n, traced->node));
  TRY(store_attribute_number(out, path, "sorted", STATE_U8, 0, &sorted));
  TRY(memory_new("pointers", traced->n + 1, sizeof *pointer, &pointer));
  for (size_t k = 0; k <= traced->n; k++) pointer[k] = k; /* one value a cell */
  enum status status;
  TRY_GOTO(names_join(mapping, "index_pointers", path), done);
  TRY_GOTO(store_write_plain(out, path, STATE_U64, traced->n + 1, pointer), done);
  TRY_GOTO(names_join(mapping, "index_pointer", second), done);
  TRY_GOTO(store_link(out, path, second), done);
  TRY_GOTO(names_join(mapping, "element_ids", path), done);
  memset(pointer, 0, (traced->n + 1) * sizeof *pointer);
  TRY_GOTO(store_write_plain(out, path, STATE_U32, traced->n, pointer), done);
  TRY_GOTO(names_join(mapping, "time", path), done);
  TRY_GOTO(store_write_plain(out, path, STATE_F64, 3, time_ms), done);
  status = store_attribute_text(out, path, "units", "ms");
done:
  memory_free(pointer);
  return status;
}

static enum status write_report(struct store *out, const struct traced *traced, size_t first, size_t rows,
                                const struct sonata_report *report) {
  static const uint32_t magic = 0x0A7A, version[2] = {0, 1};
  const uint64_t size[2] = {rows, traced->n};
  const double time_ms[3] = {report->start_ms, report->stop_ms, report->step_ms};
  char group[STORE_NAME_MAX], path[STORE_NAME_MAX];
  TRY(store_attribute_number(out, "/", "magic", STATE_U32, 0, &magic));
  TRY(store_attribute_number(out, "/", "version", STATE_U32, 2, version));
  TRY(names_join("/report", traced->region, group));
  TRY(store_group(out, group));
  TRY(names_join(group, "data", path));
  TRY(store_write(out, path, STATE_F32, 2, size, traced->value + first * traced->n));
  TRY(store_attribute_text(out, path, "units", "mV"));
  return write_mapping(out, traced, group, time_ms);
}

/* The run of rows first … first+rows−1 as a report of its own. */
static enum status add_report(struct sonata_reports *reports, const char *directory,
                              const struct traced *traced, int number, size_t first, size_t rows) {
  char path[PATH_MAX], real[PATH_MAX];
  size_t n = (size_t)reports->n;
  if ((size_t)snprintf(path, sizeof path, "%s/reports/V_%.24s_%d.h5", directory, traced->region, number) >=
      sizeof path)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", directory);
  TRY(memory_resize("reports", n, n + 1, sizeof *reports->report, &reports->report));
  struct sonata_report *report = &reports->report[reports->n++];
  const double *time_s = traced->time_s + first;
  report->step_ms = rows > 1 ? floor(1e3 * (time_s[1] - time_s[0]) + 0.5) : 1.0;
  report->start_ms = floor(1e3 * time_s[0] + 0.5);
  report->stop_ms = report->start_ms + report->step_ms * (double)rows;
  snprintf(report->name, sizeof report->name, "V_%.24s_%d", traced->region, number);
  snprintf(report->region, sizeof report->region, "%.23s", traced->region);
  struct store *out = NULL;
  TRY(store_create(path, &out));
  enum status status = write_report(out, traced, first, rows, report);
  if (status != STATUS_OK) {
    store_abandon(out);
    return status;
  }
  TRY(store_close(out));
  return memory_text(realpath(path, real) ? real : path, &report->path);
}

static enum status add_region(struct sonata_reports *reports, struct store *result, const char *directory,
                              const char *region) {
  struct traced traced = {.region = region};
  enum status status = read_traced(result, &traced);
  int number = 0;
  for (size_t first = 0; first < traced.rows && status == STATUS_OK && traced.n > 0; first++) {
    size_t rows = 0;
    while (first + rows < traced.rows && !isnan(traced.value[(first + rows) * traced.n])) rows++;
    if (rows > 0) status = add_report(reports, directory, &traced, number++, first, rows);
    first += rows;
  }
  free_traced(&traced);
  return status;
}

enum status sonata_write_reports(struct store *result, const char *directory, struct sonata_reports *out) {
  struct store_names regions = {0};
  char folder[PATH_MAX];
  *out = (struct sonata_reports){0};
  if (store_object(result, "/traces") != STORE_GROUP) return STATUS_OK;
  if ((size_t)snprintf(folder, sizeof folder, "%s/reports", directory) >= sizeof folder)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", directory);
  TRY(directory_make(folder));
  TRY(store_children(result, "/traces", &regions));
  enum status status = STATUS_OK;
  for (int r = 0; r < regions.n && status == STATUS_OK; r++) {
    char time[STORE_NAME_MAX];
    status = names_join("/traces", regions.name[r], time);
    if (status == STATUS_OK && store_object(result, time) == STORE_GROUP) /* in vitro there are no regions */
      status = add_region(out, result, directory, regions.name[r]);
  }
  store_names_free(&regions);
  return status;
}
