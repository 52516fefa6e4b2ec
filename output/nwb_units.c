/* nwb_units.c — cells and their spikes as the table of units of an NWB file. See nwb.h.
 *
 * Every cell of every region is a unit, silent ones too. Spikes stand cell by cell, in seconds; an index has
 * the end of each cell's. */
#include "memory.h"
#include "names.h"
#include "nwb_parts.h"
#include <stdio.h>
#include <string.h>

enum { SPIKES_AT_ONCE = 1 << 18 };

/* The table, gathered over regions. */
struct units {
  size_t n, n_spikes;
  int64_t *id, *node;
  uint64_t *end; /* of each unit's spikes */
  double *time_s;
  const char **word[4]; /* region, population, cell type, layer */
  struct store_names library[4 * 16];
  int n_libraries;
};

static const char *const words[] = {"region", "population", "cell_type", "layer"};
static const char *const meanings[] = {"region that the cell lies in", "population of the cell",
                                       "type of the cell", "layer of the cell, or empty"};

static void free_units(struct units *units) {
  memory_free(units->id);
  memory_free(units->node);
  memory_free(units->end);
  memory_free(units->time_s);
  for (int w = 0; w < 4; w++) memory_free(units->word[w]);
  for (int k = 0; k < units->n_libraries; k++) store_names_free(&units->library[k]);
}

/* Room for n cells and their spikes more. */
static enum status grow(struct units *units, size_t n, size_t spikes) {
  size_t old = units->n;
  TRY(memory_resize("units", old, old + n, sizeof *units->id, &units->id));
  TRY(memory_resize("units", old, old + n, sizeof *units->node, &units->node));
  TRY(memory_resize("units", old, old + n, sizeof *units->end, &units->end));
  for (int w = 0; w < 4; w++)
    TRY(memory_resize("units", old, old + n, sizeof *units->word[w], &units->word[w]));
  return memory_resize("spikes", units->n_spikes, units->n_spikes + spikes, sizeof *units->time_s,
                       &units->time_s);
}

/* Words of a column of codes, for the cells of a region from `first` on. */
static enum status read_words(struct nwb *nwb, struct units *units, const char *group, int w, size_t n) {
  char path[STORE_NAME_MAX], library[STORE_NAME_MAX];
  uint32_t *code = NULL;
  if (units->n_libraries == (int)(sizeof units->library / sizeof *units->library))
    return status_fail(STATUS_CONFIG, "%s: too many regions", store_path(nwb->result));
  struct store_names *names = &units->library[units->n_libraries++];
  snprintf(path, sizeof path, "%.200s/0/%s", group, words[w]);
  snprintf(library, sizeof library, "%.200s/0/@library/%s", group, words[w]);
  TRY(store_read_texts(nwb->result, library, NULL, names));
  TRY(memory_new("codes", n, sizeof *code, &code));
  enum status status = store_read(nwb->result, path, NULL, STATE_U32, n, code);
  for (size_t i = 0; i < n && status == STATUS_OK; i++)
    units->word[w][units->n + i] = code[i] < (uint32_t)names->n ? names->name[code[i]] : "";
  memory_free(code);
  return status;
}

/* Count the spikes of each cell, or put them in their places. */
static enum status pass(struct nwb *nwb, const char *group, size_t n, size_t spikes, uint64_t *place,
                        double *time_s) {
  char times[STORE_NAME_MAX], nodes[STORE_NAME_MAX];
  uint64_t *node = NULL;
  double *time_ms = NULL;
  enum status status = STATUS_OK;
  TRY(names_join(group, "timestamps", times));
  TRY(names_join(group, "node_ids", nodes));
  TRY_GOTO(memory_new("spikes", SPIKES_AT_ONCE, sizeof *node, &node), done);
  TRY_GOTO(memory_new("spikes", SPIKES_AT_ONCE, sizeof *time_ms, &time_ms), done);
  for (size_t at = 0; at < spikes; at += SPIKES_AT_ONCE) {
    size_t some = spikes - at < SPIKES_AT_ONCE ? spikes - at : SPIKES_AT_ONCE;
    TRY_GOTO(store_read_rows(nwb->result, nodes, at, some, node), done);
    if (time_s) TRY_GOTO(store_read_rows(nwb->result, times, at, some, time_ms), done);
    for (size_t i = 0; i < some; i++) {
      if (node[i] >= n) {
        status = status_fail(STATUS_CONFIG, "%s: %s names a cell that is not there", store_path(nwb->result),
                             nodes);
        goto done;
      }
      uint64_t to = place[node[i]]++;
      if (time_s) time_s[to] = 1e-3 * time_ms[i];
    }
  }
done:
  memory_free(node);
  memory_free(time_ms);
  return status;
}

/* The spikes of a region, sorted by cell; they come in order of time. */
static enum status sort_spikes(struct nwb *nwb, struct units *units, const char *group, size_t n,
                               size_t spikes) {
  uint64_t *place = NULL, sum = units->n_spikes;
  TRY(memory_new("spikes", n, sizeof *place, &place));
  enum status status = pass(nwb, group, n, spikes, place, NULL);
  for (size_t i = 0; i < n && status == STATUS_OK; i++) {
    uint64_t count = place[i];
    place[i] = sum;
    sum += count;
    units->end[units->n + i] = sum;
  }
  if (status == STATUS_OK) status = pass(nwb, group, n, spikes, place, units->time_s);
  memory_free(place);
  return status;
}

static enum status add_region(struct nwb *nwb, struct units *units, const char *region) {
  char nodes[STORE_NAME_MAX], spikes[STORE_NAME_MAX], path[STORE_NAME_MAX];
  struct store_form cells, fired = {.count = 0};
  TRY(names_join("/nodes", region, nodes));
  TRY(names_join("/spikes", region, spikes));
  TRY(names_join(nodes, "node_id", path));
  TRY(store_form(nwb->result, path, NULL, &cells));
  TRY(names_join(spikes, "timestamps", path));
  if (store_object(nwb->result, path) == STORE_DATASET) TRY(store_form(nwb->result, path, NULL, &fired));
  size_t n = (size_t)cells.count, count = (size_t)fired.count;
  TRY(grow(units, n, count));
  for (size_t i = 0; i < n; i++) {
    units->id[units->n + i] = (int64_t)(units->n + i);
    units->node[units->n + i] = (int64_t)i;
    units->word[0][units->n + i] = region;
    units->end[units->n + i] = units->n_spikes;
  }
  for (int w = 1; w < 4; w++) TRY(read_words(nwb, units, nodes, w, n));
  if (count > 0) TRY(sort_spikes(nwb, units, spikes, n, count));
  units->n += n;
  units->n_spikes += count;
  return STATUS_OK;
}

/* ---- when they were looked at ---- */

/* From the first window to the end of the last, s; *any tells whether there are windows. */
static enum status read_span(struct nwb *nwb, bool *any, double span_s[2]) {
  static const char *const ends[] = {"/protocol/windows/start_h", "/protocol/windows/stop_h"};
  struct store_form form;
  *any = false;
  if (store_object(nwb->result, ends[0]) != STORE_DATASET) return STATUS_OK;
  TRY(store_form(nwb->result, ends[0], NULL, &form));
  if (form.count == 0) return STATUS_OK;
  for (int k = 0; k < 2; k++) {
    TRY(store_read_rows(nwb->result, ends[k], k ? form.count - 1 : 0, 1, &span_s[k]));
    span_s[k] *= 3600.0;
  }
  *any = true;
  return STATUS_OK;
}

/* One interval for every unit: neo, at least to 0.14, opens no file with none or several. Epochs say when
 * within it spikes were simulated. */
static enum status write_intervals(struct nwb *nwb, const struct units *units, const double span_s[2]) {
  static const char *const path = "/units/obs_intervals", *const index = "/units/obs_intervals_index";
  enum { CHUNK_ROWS = 8192 };
  const uint64_t pair = 2;
  struct series *series = NULL;
  uint64_t *end = NULL;
  TRY(series_create(nwb->out, path, STATE_F64, 1, &pair, CHUNK_ROWS, STORE_PACKED, &series));
  enum status status = memory_new("units", units->n, sizeof *end, &end);
  for (size_t i = 0; i < units->n && status == STATUS_OK; i++) {
    end[i] = i + 1;
    status = series_append(series, 1, span_s);
  }
  if (status == STATUS_OK) status = series_end(series);
  series_free(series);
  if (status == STATUS_OK)
    status = nwb_column(nwb, path, "VectorData", "from the first window to the end of the last; see epochs");
  if (status == STATUS_OK) status = store_write_column(nwb->out, index, STATE_U64, units->n, end);
  memory_free(end);
  TRY(status);
  TRY(nwb_column(nwb, index, "VectorIndex", "end of the interval of each unit"));
  return store_attribute_object(nwb->out, index, "target", path);
}

/* ---- the table ---- */

static enum status write_table(struct nwb *nwb, const struct units *units, bool any, const double span_s[2]) {
  static const char *const columns[] = {"spike_times", "region",  "population",   "cell_type",
                                        "layer",       "node_id", "obs_intervals"};
  struct store *out = nwb->out;
  double resolution = 1e-7;
  char path[STORE_NAME_MAX];
  TRY(nwb_group(nwb, "/units", "Units", "all cells of the circuit, silent ones too"));
  TRY(store_attribute_texts(out, "/units", "colnames", columns, sizeof columns / sizeof *columns - !any));
  TRY(store_write_column(out, "/units/id", STATE_I64, units->n, units->id));
  TRY(nwb_column(nwb, "/units/id", "ElementIdentifiers", NULL));
  TRY(store_write_column(out, "/units/spike_times", STATE_F64, units->n_spikes, units->time_s));
  TRY(nwb_column(nwb, "/units/spike_times", "VectorData", "times of spikes, in seconds of the protocol"));
  TRY(store_attribute_number(out, "/units/spike_times", "resolution", STATE_F64, 0, &resolution));
  TRY(store_write_column(out, "/units/spike_times_index", STATE_U64, units->n, units->end));
  TRY(nwb_column(nwb, "/units/spike_times_index", "VectorIndex", "ends of the spikes of each unit"));
  TRY(store_attribute_object(out, "/units/spike_times_index", "target", "/units/spike_times"));
  for (int w = 0; w < 4; w++) {
    TRY(names_join("/units", words[w], path));
    TRY(store_write_texts(out, path, units->word[w], units->n));
    TRY(nwb_column(nwb, path, "VectorData", meanings[w]));
  }
  TRY(store_write_column(out, "/units/node_id", STATE_I64, units->n, units->node));
  TRY(nwb_column(nwb, "/units/node_id", "VectorData", "number of the cell in its region"));
  return any ? write_intervals(nwb, units, span_s) : STATUS_OK;
}

enum status nwb_units(struct nwb *nwb) {
  struct units *units = NULL;
  struct store_names regions = {0};
  bool any = false;
  double span_s[2] = {0, 0};
  if (store_object(nwb->result, "/nodes") != STORE_GROUP)
    return status_fail(STATUS_CONFIG, "%s: has no cells: NWB holds spikes", store_path(nwb->result));
  TRY(memory_new("units", 1, sizeof *units, &units));
  enum status status = store_children(nwb->result, "/nodes", &regions);
  for (int r = 0; r < regions.n && status == STATUS_OK; r++) status = add_region(nwb, units, regions.name[r]);
  if (status == STATUS_OK) status = read_span(nwb, &any, span_s);
  if (status == STATUS_OK) status = write_table(nwb, units, any, span_s);
  free_units(units);
  memory_free(units);
  store_names_free(&regions);
  return status;
}
