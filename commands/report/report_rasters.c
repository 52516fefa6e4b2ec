/* report_rasters.c — who fires when: some cells of every population, in the first second of each window. See
 * report_data.h. */
#include "memory.h"
#include "report_data.h"
#include "terminal/json.h"
#include <math.h>
#include <string.h>

enum { CELLS_MOST = 40, WINDOWS_MOST = 16, SPIKES_READ = 2000000, SPIKES_SHOWN = 6000, REGIONS_MOST = 16 };
static const double SHOWN_MS = 1000;

/* Columns of /populations and /protocol/windows of one result. */
struct raster {
  struct store_names name, region, type, label;
  int64_t *first_id, *count;
  double *settled_h;
};

/* ---- reading ---- */

static enum status read_column(struct store *store, const char *path, enum state_type type, int n,
                               size_t size, void *out) {
  void *values = NULL;
  TRY(memory_new("column", (size_t)n + 1, size, &values));
  memcpy(out, &values, sizeof values);
  return store_read(store, path, NULL, type, (uint64_t)n, values);
}

static enum status read_raster(struct store *store, struct raster *out) {
  *out = (struct raster){0};
  TRY(store_read_texts(store, "/populations/name", NULL, &out->name));
  TRY(store_read_texts(store, "/populations/region", NULL, &out->region));
  TRY(store_read_texts(store, "/populations/cell_type", NULL, &out->type));
  TRY(store_read_texts(store, "/protocol/windows/label", NULL, &out->label));
  int n = out->name.n;
  if (out->region.n != n || out->type.n != n)
    return status_fail(STATUS_CONFIG, "%s: /populations has columns of different lengths", store_path(store));
  TRY(read_column(store, "/populations/first_node_id", STATE_I64, n, sizeof(int64_t), &out->first_id));
  TRY(read_column(store, "/populations/count", STATE_I64, n, sizeof(int64_t), &out->count));
  return read_column(store, "/protocol/windows/settled_h", STATE_F64, out->label.n, sizeof(double),
                     &out->settled_h);
}

static void free_raster(struct raster *raster) {
  store_names_free(&raster->name);
  store_names_free(&raster->region);
  store_names_free(&raster->type);
  store_names_free(&raster->label);
  memory_free(raster->first_id);
  memory_free(raster->count);
  memory_free(raster->settled_h);
}

/* The first of n sorted times that is not below t. */
static enum status lower_bound(struct store *store, const char *path, uint64_t n, double t, uint64_t *out) {
  uint64_t low = 0, high = n;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    double value;
    TRY(store_read_rows(store, path, middle, 1, &value));
    if (value < t)
      low = middle + 1;
    else
      high = middle;
  }
  *out = low;
  return STATUS_OK;
}

/* ---- one window ---- */

/* Row of a cell in the picture, −1 if it is not among those shown: every k-th of a population. */
static int row_of(const struct raster *raster, const char *region, int64_t id) {
  int row = 0;
  for (int p = 0; p < raster->name.n; p++) {
    if (strcmp(raster->region.name[p], region) != 0) continue;
    int64_t count = raster->count[p], step = (count + CELLS_MOST - 1) / CELLS_MOST,
            at = id - raster->first_id[p];
    if (count <= 0) continue;
    if (at >= 0 && at < count) return at % step == 0 ? row + (int)(at / step) : -1;
    row += (int)((count + step - 1) / step);
  }
  return -1;
}

struct spikes {
  double *time, *row; /* of those shown */
  int n;
};

static enum status read_spikes(struct store *store, const struct raster *raster, const char *region,
                               double from_ms, struct spikes *out) {
  char times[STORE_NAME_MAX], ids[STORE_NAME_MAX];
  struct store_form form;
  uint64_t first, end, *id = NULL;
  double *time = NULL;
  enum status status;
  snprintf(times, sizeof times, "/spikes/%.100s/timestamps", region);
  snprintf(ids, sizeof ids, "/spikes/%.100s/node_ids", region);
  if (store_object(store, times) != STORE_DATASET) return STATUS_OK;
  TRY(store_form(store, times, NULL, &form));
  TRY(lower_bound(store, times, form.count, from_ms, &first));
  TRY(lower_bound(store, times, form.count, from_ms + SHOWN_MS, &end));
  if (end - first > SPIKES_READ) end = first + SPIKES_READ;
  TRY_GOTO(memory_new("spikes", (size_t)(end - first) + 1, sizeof *time, &time), done);
  TRY_GOTO(memory_new("spikes", (size_t)(end - first) + 1, sizeof *id, &id), done);
  TRY_GOTO(store_read_rows(store, times, first, end - first, time), done);
  TRY_GOTO(store_read_rows(store, ids, first, end - first, id), done);
  for (uint64_t k = 0; k < end - first && out->n < SPIKES_SHOWN; k++) {
    int row = row_of(raster, region, (int64_t)id[k]);
    if (row < 0) continue;
    out->time[out->n] = time[k] - from_ms;
    out->row[out->n++] = row;
  }
done:
  memory_free(time);
  memory_free(id);
  return status;
}

static enum status put_window(struct report *report, struct store *store, const struct raster *raster,
                              const char *region, int window) {
  struct spikes spikes = {0};
  enum status status = memory_new("spikes", SPIKES_SHOWN, 2 * sizeof *spikes.time, &spikes.time);
  spikes.row = spikes.time + SPIKES_SHOWN;
  if (status == STATUS_OK)
    status = read_spikes(store, raster, region, raster->settled_h[window] * 3600e3, &spikes);
  fputs("{\"t\":", report->out);
  if (status == STATUS_OK) status = report_numbers(report, spikes.time, (size_t)spikes.n);
  fputs(",\"row\":", report->out);
  if (status == STATUS_OK) status = report_numbers(report, spikes.row, (size_t)spikes.n);
  fputc('}', report->out);
  memory_free(spikes.time);
  return status;
}

/* ---- regions and sets ---- */

static enum status put_set(struct report *report, int s, const char *region) {
  struct store *store;
  struct raster raster;
  TRY(report_take(report, &report->set[s], 0, &store));
  enum status status = read_raster(store, &raster);
  fputc('[', report->out);
  for (int w = 0; w < raster.label.n && w < WINDOWS_MOST && status == STATUS_OK; w++) {
    if (w > 0) fputc(',', report->out);
    status = put_window(report, store, &raster, region, w);
  }
  fputc(']', report->out);
  free_raster(&raster);
  report_give(&report->set[s], 0, store);
  return status;
}

static enum status put_region(struct report *report, const struct raster *raster, const char *region) {
  fputs("{\"region\":", report->out);
  json_text_in_page(report->out, region);
  fputs(",\"populations\":[", report->out);
  for (int p = 0, n = 0; p < raster->name.n; p++) {
    if (strcmp(raster->region.name[p], region) != 0) continue;
    int64_t count = raster->count[p], step = count > 0 ? (count + CELLS_MOST - 1) / CELLS_MOST : 1;
    fputs(n++ ? ",{\"name\":" : "{\"name\":", report->out);
    json_text_in_page(report->out, raster->name.name[p]);
    fputs(",\"type\":", report->out);
    json_text_in_page(report->out, raster->type.name[p]);
    fprintf(report->out, ",\"rows\":%lld}", (long long)((count + step - 1) / step));
  }
  fputs("],\"windows\":[", report->out);
  for (int w = 0; w < raster->label.n && w < WINDOWS_MOST; w++) {
    if (w > 0) fputc(',', report->out);
    json_text_in_page(report->out, raster->label.name[w]);
  }
  fputs("],\"sets\":[", report->out);
  for (int s = 0; s < report->n_sets; s++) {
    if (s > 0) fputs(",\n", report->out);
    TRY(put_set(report, s, region));
  }
  fputs("]}", report->out);
  return STATUS_OK;
}

static enum status put_regions(struct report *report, const struct raster *raster) {
  const char *seen[REGIONS_MOST];
  int n = 0;
  for (int p = 0; p < raster->region.n && n < REGIONS_MOST; p++) {
    bool again = false;
    for (int k = 0; k < n; k++) again |= strcmp(seen[k], raster->region.name[p]) == 0;
    if (again) continue;
    if (n > 0) fputs(",\n", report->out);
    seen[n++] = raster->region.name[p];
    TRY(put_region(report, raster, raster->region.name[p]));
  }
  return STATUS_OK;
}

enum status report_rasters(struct report *report) {
  struct store *store;
  struct raster raster = {0};
  TRY(report_take(report, &report->set[0], 0, &store));
  fputs("\"rasters\":[", report->out);
  enum status status = STATUS_OK;
  if (store_object(store, "/spikes") == STORE_GROUP &&
      store_object(store, "/populations/name") == STORE_DATASET) {
    status = read_raster(store, &raster);
    if (status == STATUS_OK) status = put_regions(report, &raster);
    free_raster(&raster);
  }
  fputc(']', report->out);
  report_give(&report->set[0], 0, store);
  return status;
}
