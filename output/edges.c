/* edges.c — synapses as a SONATA edge population. See edges.h.
 *
 * The index by target follows from the order: one range a cell. That by source has a range for nearly every
 * edge: ranges are counted while edges come, and at the end made for as many source cells at a time as have
 * RANGES_AT_ONCE, from the column of sources in the file. What bmtk calls by other names gets second names.
 * Columns that are 0 throughout take no room. Nothing is compressed: docs/formats.md says why. */
#include "edges.h"
#include "memory.h"
#include "names.h"
#include <stdio.h>
#include <string.h>

enum { CHUNK_ROWS = 64 * 1024, RANGES_AT_ONCE = 1 << 24, READ_ROWS = 1 << 20 };

enum column_of { SOURCE, TARGET, TYPE, INDEX, WEIGHT, DELAY, U, RECOVERY, FACILITATION, COLUMNS };
static const struct {
  const char *name;
  enum state_type type;
  const char *unit;
} columns[COLUMNS] = {[SOURCE] = {"source_node_id", STATE_U64, NULL},
                      [TARGET] = {"target_node_id", STATE_U64, NULL},
                      [TYPE] = {"edge_type_id", STATE_I64, NULL},
                      [INDEX] = {"edge_group_index", STATE_U64, NULL},
                      [WEIGHT] = {"0/syn_weight", STATE_F32, NULL},
                      [DELAY] = {"0/delay", STATE_F32, "ms"},
                      [U] = {"0/u_syn", STATE_F32, "1"},
                      [RECOVERY] = {"0/depression_time", STATE_F32, "ms"},
                      [FACILITATION] = {"0/facilitation_time", STATE_F32, "ms"}};

/* Ranges of the edges of a cell. */
struct edge_range {
  uint64_t begin, end;
};

struct edges {
  struct store *store;
  struct edges_form form;
  char path[STORE_NAME_MAX];
  struct series *column[COLUMNS];
  uint64_t n;                  /* edges */
  struct edge_range *incoming; /* per target cell */
  uint64_t *outgoing;          /* ranges of each source cell */
  uint64_t last_source, last_target;
};

uint64_t edges_count(const struct edges *edges) { return edges->n; }

void edges_free(struct edges *edges) {
  if (!edges) return;
  for (int c = 0; c < COLUMNS; c++) series_free(edges->column[c]);
  memory_free(edges->incoming);
  memory_free(edges->outgoing);
  memory_free(edges);
}

/* ---- columns ---- */

static enum status create_column(struct edges *edges, int c) {
  char path[STORE_NAME_MAX];
  TRY(names_join(edges->path, columns[c].name, path));
  TRY(series_create(edges->store, path, columns[c].type, 0, NULL, CHUNK_ROWS, STORE_PLAIN,
                    &edges->column[c]));
  const char *unit = c == WEIGHT ? edges->form.unit : columns[c].unit;
  if (unit) TRY(store_attribute_text(edges->store, path, "units", unit));
  if (c == SOURCE) return store_attribute_text(edges->store, path, "node_population", edges->form.source);
  if (c == TARGET) return store_attribute_text(edges->store, path, "node_population", edges->form.target);
  return STATUS_OK;
}

static enum status create_all(struct edges *edges) {
  const struct edges_form *form = &edges->form;
  char group[STORE_NAME_MAX], name[STORE_NAME_MAX];
  snprintf(name, sizeof name, "%.100s__%.100s__chemical", form->source, form->target);
  TRY(names_join("/edges", name, edges->path));
  TRY(names_join(edges->path, "0", group));
  TRY(store_group(edges->store, group));
  TRY(memory_new("edges by target", form->n_target, sizeof *edges->incoming, &edges->incoming));
  TRY(memory_new("edges by source", form->n_source, sizeof *edges->outgoing, &edges->outgoing));
  for (int c = 0; c < (form->dynamic ? COLUMNS : U); c++) TRY(create_column(edges, c));
  if (!form->unit || strcmp(form->unit, "nS") != 0) return STATUS_OK;
  char weight[STORE_NAME_MAX], conductance[STORE_NAME_MAX];
  TRY(names_join(group, "syn_weight", weight));
  TRY(names_join(group, "conductance", conductance));
  return store_link(edges->store, weight, conductance);
}

enum status edges_create(struct store *store, const struct edges_form *form, struct edges **out) {
  struct edges *edges = NULL;
  *out = NULL;
  if (!names_plain(form->source) || !names_plain(form->target))
    return status_fail(STATUS_FAULT, "\"%s\" and \"%s\" cannot name populations", form->source, form->target);
  TRY(memory_new("edges", 1, sizeof *edges, &edges));
  edges->store = store;
  edges->form = *form;
  enum status status = create_all(edges);
  if (status != STATUS_OK) {
    edges_free(edges);
    return status;
  }
  *out = edges;
  return STATUS_OK;
}

/* ---- edges ---- */

/* Count an edge for both indices. */
static enum status note(struct edges *edges, const struct edge_row *row, uint64_t e) {
  bool first = e == 0,
       back = !first && (row->target < edges->last_target ||
                         (row->target == edges->last_target && row->source < edges->last_source));
  if (back || row->source >= edges->form.n_source || row->target >= edges->form.n_target)
    return status_fail(STATUS_FAULT, "%s: edge %llu from %llu to %llu is out of place", edges->path,
                       (unsigned long long)e, (unsigned long long)row->source,
                       (unsigned long long)row->target);
  struct edge_range *range = &edges->incoming[row->target];
  if (range->end == 0) range->begin = e;
  range->end = e + 1;
  if (first || row->source != edges->last_source) edges->outgoing[row->source]++;
  edges->last_source = row->source;
  edges->last_target = row->target;
  return STATUS_OK;
}

#define TAKE(kind, value)                                                                                    \
  do {                                                                                                       \
    kind *to = piece;                                                                                        \
    for (size_t i = 0; i < n; i++) to[i] = (value);                                                          \
  } while (0)

/* One column of n edges. */
static void take_column(int c, const struct edge_row *row, size_t n, uint64_t first, void *piece) {
  switch (c) {
  case SOURCE:
    TAKE(uint64_t, row[i].source);
    break;
  case TARGET:
    TAKE(uint64_t, row[i].target);
    break;
  case TYPE:
    TAKE(int64_t, row[i].type);
    break;
  case INDEX:
    TAKE(uint64_t, first + i);
    break;
  case WEIGHT:
    TAKE(float, row[i].weight);
    break;
  case DELAY:
    TAKE(float, row[i].delay_ms);
    break;
  case U:
    TAKE(float, row[i].U);
    break;
  case RECOVERY:
    TAKE(float, row[i].tau_rec_ms);
    break;
  default:
    TAKE(float, row[i].tau_facil_ms);
  }
}

enum status edges_append(struct edges *edges, const struct edge_row *row, size_t n) {
  enum { PIECE = 4096 };
  uint64_t piece[PIECE];
  for (size_t i = 0; i < n; i++) TRY(note(edges, &row[i], edges->n + i));
  for (size_t at = 0; at < n; at += PIECE) {
    size_t some = n - at < PIECE ? n - at : PIECE;
    for (int c = 0; c < COLUMNS && edges->column[c]; c++) {
      take_column(c, row + at, some, edges->n + at, piece);
      TRY(series_append(edges->column[c], (int64_t)some, piece));
    }
  }
  edges->n += n;
  return STATUS_OK;
}

/* ---- indices ---- */

/* The group of an index, with the table of cells. */
static enum status write_cells(struct edges *edges, const char *name, uint64_t n,
                               const struct edge_range *range, char index[STORE_NAME_MAX]) {
  char indices[STORE_NAME_MAX], path[STORE_NAME_MAX], second[STORE_NAME_MAX];
  const uint64_t size[2] = {n, 2};
  TRY(names_join(edges->path, "indices", indices));
  TRY(names_join(indices, name, index));
  TRY(store_group(edges->store, index));
  TRY(names_join(index, "node_id_to_ranges", path));
  TRY(names_join(index, "node_id_to_range", second));
  TRY(store_write(edges->store, path, STATE_U64, 2, size, range));
  return store_link(edges->store, path, second);
}

static enum status index_targets(struct edges *edges) {
  uint64_t n = edges->form.n_target, used = 0;
  struct edge_range *cell = NULL;
  char group[STORE_NAME_MAX], path[STORE_NAME_MAX];
  TRY(memory_new("index by target", n, sizeof *cell, &cell));
  for (uint64_t i = 0; i < n; i++) {
    bool some = edges->incoming[i].end > 0;
    cell[i] = (struct edge_range){used, used + some};
    if (some) edges->incoming[used++] = edges->incoming[i]; /* packed in place */
  }
  const uint64_t size[2] = {used, 2};
  enum status status;
  TRY_GOTO(write_cells(edges, "target_to_source", n, cell, group), done);
  TRY_GOTO(names_join(group, "range_to_edge_id", path), done);
  status = store_write(edges->store, path, STATE_U64, 2, size, edges->incoming);
done:
  memory_free(cell);
  return status;
}

/* The ranges of source cells from … to−1, whose places in `range` are in `next`. */
static enum status gather_ranges(const struct edges *edges, uint64_t from, uint64_t to, uint64_t *next,
                                 struct edge_range *range, uint64_t *piece) {
  char path[STORE_NAME_MAX];
  uint64_t last = UINT64_MAX;
  TRY(names_join(edges->path, columns[SOURCE].name, path));
  for (uint64_t at = 0; at < edges->n; at += READ_ROWS) {
    uint64_t some = edges->n - at < READ_ROWS ? edges->n - at : READ_ROWS;
    TRY(store_read_rows(edges->store, path, at, some, piece));
    for (uint64_t i = 0; i < some; i++) {
      uint64_t source = piece[i];
      bool ours = source >= from && source < to;
      if (ours && source == last) range[next[source - from] - 1].end = at + i + 1;
      if (ours && source != last) range[next[source - from]++] = (struct edge_range){at + i, at + i + 1};
      last = source;
    }
  }
  return STATUS_OK;
}

/* Source cells from `from` on whose ranges fit into the room; at least one. */
static uint64_t cells_that_fit(const struct edges *edges, uint64_t from, uint64_t *total) {
  uint64_t to = from;
  for (*total = 0; to < edges->form.n_source; to++) {
    if (to > from && *total + edges->outgoing[to] > RANGES_AT_ONCE) break;
    *total += edges->outgoing[to];
  }
  return to;
}

static enum status write_ranges(struct edges *edges, struct series *series, uint64_t *piece) {
  enum status status = STATUS_OK;
  for (uint64_t from = 0, to; from < edges->form.n_source && status == STATUS_OK; from = to) {
    struct edge_range *range = NULL;
    uint64_t *next = NULL, total, sum = 0;
    to = cells_that_fit(edges, from, &total);
    status = memory_new("index by source", total, sizeof *range, &range);
    if (status == STATUS_OK) status = memory_new("index by source", to - from, sizeof *next, &next);
    for (uint64_t j = from; j < to && status == STATUS_OK; j++) {
      next[j - from] = sum;
      sum += edges->outgoing[j];
    }
    if (status == STATUS_OK && total > 0) status = gather_ranges(edges, from, to, next, range, piece);
    if (status == STATUS_OK) status = series_append(series, (int64_t)total, range);
    memory_free(range);
    memory_free(next);
  }
  return status == STATUS_OK ? series_end(series) : status;
}

static enum status index_sources(struct edges *edges) {
  uint64_t n = edges->form.n_source, used = 0, pair = 2, *piece = NULL;
  struct edge_range *cell = NULL;
  struct series *series = NULL;
  char group[STORE_NAME_MAX], path[STORE_NAME_MAX];
  enum status status;
  TRY(memory_new("index by source", n, sizeof *cell, &cell));
  for (uint64_t j = 0; j < n; j++) {
    cell[j] = (struct edge_range){used, used + edges->outgoing[j]};
    used += edges->outgoing[j];
  }
  TRY_GOTO(memory_new("sources", READ_ROWS, sizeof *piece, &piece), done);
  TRY_GOTO(write_cells(edges, "source_to_target", n, cell, group), done);
  TRY_GOTO(names_join(group, "range_to_edge_id", path), done);
  TRY_GOTO(series_create(edges->store, path, STATE_U64, 1, &pair, CHUNK_ROWS / 2, STORE_PLAIN, &series),
           done);
  status = write_ranges(edges, series, piece);
done:
  series_free(series);
  memory_free(cell);
  memory_free(piece);
  return status;
}

enum status edges_end(struct edges *edges) {
  char path[STORE_NAME_MAX];
  for (int c = 0; c < COLUMNS; c++) {
    if (edges->column[c]) TRY(series_end(edges->column[c]));
  }
  TRY(names_join(edges->path, "edge_group_id", path));
  TRY(store_zeros(edges->store, path, STATE_U64, edges->n));
  TRY(index_sources(edges));
  TRY(index_targets(edges));
  return store_flush(edges->store);
}
