/* sonata_reader.c — edges of a SONATA edge population, some at a time. See sonata_reader.h. */
#include "sonata_reader.h"
#include "fields.h"
#include "memory.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static enum status column_path(const struct edge_reader *reader, const char *name, char *out, size_t size) {
  if ((size_t)snprintf(out, size, "%s/%s", reader->file->group, name) < size) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: too long a name: %s", reader->file->path, name);
}

static enum status find_nodes(const struct edge_reader *reader, const char *column,
                              const struct node_file **out) {
  char path[2 * STORE_NAME_MAX], *name = NULL;
  TRY(column_path(reader, column, path, sizeof path));
  TRY(store_read_text(reader->store, path, "node_population", &name));
  *out = sonata_find_nodes(reader->circuit, name);
  enum status status = *out ? STATUS_OK
                            : status_fail(STATUS_CONFIG, "%s: %s: there are no nodes called %s",
                                          reader->file->path, path, name);
  memory_free(name);
  return status;
}

void sonata_reader_close(struct edge_reader *reader) {
  struct edge_piece *piece = &reader->piece;
  void *const all[] = {piece->source,   piece->target, piece->type, piece->weight,
                       piece->delay_ms, piece->copies, reader->of};
  for (int k = 0; k < COUNT_OF(all); k++) memory_free(all[k]);
  store_abandon(reader->store);
  *reader = (struct edge_reader){0};
}

static enum status make_room(struct edge_reader *reader) {
  struct edge_piece *piece = &reader->piece;
  size_t types = (size_t)reader->circuit->n_types,
         cells = (size_t)reader->file->types.n_rows * types * types * 2;
  TRY(memory_new("edges", EDGES_AT_ONCE, sizeof *piece->source, &piece->source));
  TRY(memory_new("edges", EDGES_AT_ONCE, sizeof *piece->target, &piece->target));
  TRY(memory_new("edges", EDGES_AT_ONCE, sizeof *piece->type, &piece->type));
  TRY(memory_new("edges", EDGES_AT_ONCE, sizeof *piece->weight, &piece->weight));
  TRY(memory_new("edges", EDGES_AT_ONCE, sizeof *piece->delay_ms, &piece->delay_ms));
  TRY(memory_new("edges", EDGES_AT_ONCE, sizeof *piece->copies, &piece->copies));
  TRY(memory_new("pathways", cells, sizeof *reader->of, &reader->of));
  for (size_t k = 0; k < cells; k++) reader->of[k] = -1;
  return STATUS_OK;
}

enum status sonata_reader_open(struct sonata_circuit *circuit, const struct edge_file *file, double dt_ms,
                               struct edge_reader *out) {
  char path[2 * STORE_NAME_MAX];
  struct store_form form;
  *out = (struct edge_reader){.circuit = circuit, .file = file, .dt_ms = dt_ms};
  TRY(sonata_store(circuit, file->path, &out->store));
  TRY(find_nodes(out, "source_node_id", &out->source));
  TRY(find_nodes(out, "target_node_id", &out->target));
  TRY(column_path(out, "source_node_id", path, sizeof path));
  TRY(store_form(out->store, path, NULL, &form));
  out->n = form.count;
  TRY(column_path(out, "1", path, sizeof path));
  if (store_object(out->store, path) == STORE_GROUP)
    return status_fail(STATUS_CONFIG, "%s: %s has more than one group of attributes", file->path,
                       file->group);
  return make_room(out);
}

/* Numbers of some rows of a column, as doubles; NAN where there is no such column. */
static enum status read_doubles(const struct edge_reader *reader, const char *name, uint64_t first, size_t n,
                                double *out) {
  char path[2 * STORE_NAME_MAX];
  struct store_form form;
  TRY(column_path(reader, name, path, sizeof path));
  if (store_object(reader->store, path) != STORE_DATASET) {
    for (size_t i = 0; i < n; i++) out[i] = NAN;
    return STATUS_OK;
  }
  TRY(store_form(reader->store, path, NULL, &form));
  if (form.kind != STORE_NUMBERS || form.rank != 1 || state_type_size(form.type) > sizeof *out)
    return status_fail(STATUS_CONFIG, "%s: %s is no column of numbers", reader->file->path, path);
  TRY(store_read_rows(reader->store, path, first, n, out));
  for (size_t i = n; i-- > 0;) { /* widened in place, from the end */
    if (form.type == STATE_F32) out[i] = (double)((float *)(void *)out)[i];
    if (form.type == STATE_I32) out[i] = (double)((int32_t *)(void *)out)[i];
    if (form.type == STATE_U32) out[i] = (double)((uint32_t *)(void *)out)[i];
    if (form.type == STATE_I64) out[i] = (double)((int64_t *)(void *)out)[i];
    if (form.type == STATE_U64) out[i] = (double)((uint64_t *)(void *)out)[i];
    if (form.type == STATE_U8) out[i] = (double)((uint8_t *)(void *)out)[i];
    if (form.type == STATE_U16) out[i] = (double)((uint16_t *)(void *)out)[i];
    if (form.type == STATE_I8) out[i] = (double)((int8_t *)(void *)out)[i];
  }
  return STATUS_OK;
}

/* Ids may be stored in 4 or 8 bytes. */
static enum status read_ids(const struct edge_reader *reader, const char *name, uint64_t first, size_t n,
                            uint64_t *out) {
  char path[2 * STORE_NAME_MAX];
  struct store_form form;
  TRY(column_path(reader, name, path, sizeof path));
  TRY(store_form(reader->store, path, NULL, &form));
  size_t size = form.kind == STORE_NUMBERS && form.rank == 1 ? state_type_size(form.type) : 0;
  if ((size != 4 && size != 8) || form.type == STATE_F32 || form.type == STATE_F64)
    return status_fail(STATUS_CONFIG, "%s: %s is no column of ids", reader->file->path, path);
  TRY(store_read_rows(reader->store, path, first, n, out));
  for (size_t i = n; size == 4 && i-- > 0;) out[i] = ((uint32_t *)(void *)out)[i];
  return STATUS_OK;
}

enum status sonata_reader_piece(struct edge_reader *reader, uint64_t first) {
  struct edge_piece *piece = &reader->piece;
  piece->n = reader->n - first < EDGES_AT_ONCE ? (size_t)(reader->n - first) : EDGES_AT_ONCE;
  TRY(read_ids(reader, "source_node_id", first, piece->n, piece->source));
  TRY(read_ids(reader, "target_node_id", first, piece->n, piece->target));
  TRY(read_ids(reader, "edge_type_id", first, piece->n, (uint64_t *)piece->type));
  TRY(read_doubles(reader, "0/syn_weight", first, piece->n, piece->weight));
  TRY(read_doubles(reader, "0/delay", first, piece->n, piece->delay_ms));
  TRY(read_doubles(reader, "0/nsyns", first, piece->n, piece->copies));
  for (size_t i = 0; i < piece->n; i++) {
    if (piece->source[i] >= reader->source->n || piece->target[i] >= reader->target->n)
      return status_fail(STATUS_CONFIG, "%s: %s: edge %" PRIu64 " names a node that is not there",
                         reader->file->path, reader->file->group, first + i);
  }
  return STATUS_OK;
}
