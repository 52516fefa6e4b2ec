/* store_series.c — datasets that grow along their first dimension, in whole chunks. See store.h.
 *
 * A chunk is handed to HDF5 ready compressed (store_queue.c), past its chunk cache: it takes its place in the
 * file once and is never moved. A last chunk that is not full is padded with zeros beyond the end of the
 * dataset, where no reader looks. */
#include "memory.h"
#include "store.h"
#include "store_hdf5.h"
#include <string.h>

enum { RANK_LIMIT = STORE_RANK_MAX };
static const int64_t chunk_bytes_max = INT64_C(1) << 30; /* of a chunk in a file that is opened */

struct series {
  struct series_form form;
  struct store *store;
  hid_t dataset;
  enum store_packing packing;
  char *path, *rows; /* rows: room for one chunk */
  bool restarted;    /* may grow */
  bool ended;
};

const struct series_form *series_form(const struct series *series) { return &series->form; }

void series_free(struct series *series) {
  if (!series) return;
  if (store_broken(series->store) || store_drain(series->store) != STATUS_OK) store_forget(series->store);
  if (series->dataset >= 0) H5Idec_ref(series->dataset);
  memory_free(series->path);
  memory_free(series->rows);
  memory_free(series);
}

/* A series with its buffer, not yet tied to a dataset. */
static enum status new_series(struct store *store, const char *path, enum state_type type, int row_rank,
                              const uint64_t *row_size, int64_t chunk_rows, struct series **out) {
  struct series *series = NULL;
  enum status status;
  *out = NULL;
  TRY(memory_new(path, 1, sizeof *series, &series));
  series->store = store;
  series->dataset = H5I_INVALID_HID;
  TRY_GOTO(memory_text(path, &series->path), failed);
  struct series_form *form = &series->form;
  *form = (struct series_form){
      .path = series->path, .type = type, .row_rank = row_rank, .row_values = 1, .chunk_rows = chunk_rows};
  for (int d = 0; d < row_rank; d++) {
    form->row_size[d] = row_size[d];
    form->row_values *= (size_t)row_size[d];
  }
  form->row_bytes = form->row_values * state_type_size(type);
  TRY_GOTO(memory_new(path, (size_t)chunk_rows, form->row_bytes, &series->rows), failed);
  form->waiting_rows = series->rows;
  *out = series;
  return STATUS_OK;
failed:
  series_free(series);
  return status;
}

enum status series_create(struct store *store, const char *path, enum state_type type, int row_rank,
                          const uint64_t *row_size, int64_t chunk_rows, enum store_packing packing,
                          struct series **out) {
  *out = NULL;
  TRY(store_writing(store, path));
  if (row_rank >= RANK_LIMIT || chunk_rows < 1)
    return status_fail(STATUS_FAULT, "%s: cannot be a series", path);
  struct series *series = NULL;
  TRY(new_series(store, path, type, row_rank, row_size, chunk_rows, &series));
  series->packing = packing;
  hsize_t size[RANK_LIMIT] = {0}, limit[RANK_LIMIT] = {H5S_UNLIMITED},
          chunk[RANK_LIMIT] = {(hsize_t)chunk_rows};
  for (int d = 0; d < row_rank; d++) size[d + 1] = limit[d + 1] = chunk[d + 1] = row_size[d];
  hid_t space = H5Screate_simple(row_rank + 1, size, limit),
        list = store_dataset_list(row_rank + 1, chunk, packing);
  if (space >= 0 && list >= 0)
    series->dataset =
        H5Dcreate2(store->file, path, store_file_type(type), space, H5P_DEFAULT, list, H5P_DEFAULT);
  bool good = store_done(store, series->dataset >= 0, list);
  if (!store_done(store, good, space)) {
    series_free(series);
    return store_failed(store, "create", path);
  }
  series->restarted = true;
  *out = series;
  return STATUS_OK;
}

/* Is a dataset what series_create makes? If so, give its dimensions and those of its chunk. */
static bool read_layout(hid_t dataset, int *rank, hsize_t *size, hsize_t *chunk, enum state_type *type,
                        enum store_packing *packing) {
  hid_t space = H5Dget_space(dataset), list = H5Dget_create_plist(dataset), number = H5Dget_type(dataset);
  hsize_t limit[RANK_LIMIT];
  bool good = space >= 0 && list >= 0 && number >= 0;
  *rank = good ? H5Sget_simple_extent_ndims(space) : -1;
  good = good && *rank >= 1 && *rank <= RANK_LIMIT &&
         H5Sget_simple_extent_dims(space, size, limit) == *rank && limit[0] == H5S_UNLIMITED &&
         H5Pget_layout(list) == H5D_CHUNKED && H5Pget_chunk(list, *rank, chunk) == *rank;
  /* store_write_chunk relies on these two filters, in this order, or on none */
  int filters = good ? H5Pget_nfilters(list) : -1;
  *packing = filters == 0 ? STORE_PLAIN : STORE_PACKED;
  good = filters == 0 ||
         (filters == 2 && H5Pget_filter2(list, 0, NULL, NULL, NULL, 0, NULL, NULL) == H5Z_FILTER_SHUFFLE &&
          H5Pget_filter2(list, 1, NULL, NULL, NULL, 0, NULL, NULL) == H5Z_FILTER_DEFLATE);
  *type = good ? store_number_type(number) : STATE_TYPE_COUNT;
  hsize_t bytes = good && *type != STATE_TYPE_COUNT ? state_type_size(*type) : 0;
  good = good && bytes > 0;
  for (int d = 0; good && d < *rank; d++) {
    good = chunk[d] > 0 && chunk[d] <= (hsize_t)chunk_bytes_max / bytes && (d == 0 || chunk[d] == size[d]);
    bytes *= good ? chunk[d] : 1;
  }
  if (space >= 0) H5Sclose(space);
  if (list >= 0) H5Pclose(list);
  if (number >= 0) H5Tclose(number);
  return good;
}

enum status series_open(struct store *store, const char *path, struct series **out) {
  *out = NULL;
  hid_t dataset = H5Dopen2(store->file, path, H5P_DEFAULT);
  if (!store_note(store, dataset >= 0)) return store_unreadable(store, "open", path);
  int rank;
  hsize_t size[RANK_LIMIT], chunk[RANK_LIMIT];
  uint64_t row_size[RANK_LIMIT] = {0};
  enum state_type type;
  enum store_packing packing;
  if (!read_layout(dataset, &rank, size, chunk, &type, &packing)) {
    H5Idec_ref(dataset);
    return status_fail(STATUS_CONFIG, "%s: %s is not a dataset that this program made to grow", store->path,
                       path);
  }
  for (int d = 1; d < rank; d++) row_size[d - 1] = size[d];
  struct series *series = NULL;
  enum status status = new_series(store, path, type, rank - 1, row_size, (int64_t)chunk[0], &series);
  if (status != STATUS_OK) {
    H5Idec_ref(dataset);
    return status;
  }
  series->dataset = dataset;
  series->packing = packing;
  series->form.stored = (int64_t)(size[0] - size[0] % chunk[0]);
  *out = series;
  return STATUS_OK;
}

static void size_of_rows(const struct series_form *form, int64_t n_rows, hsize_t size[RANK_LIMIT]) {
  size[0] = (hsize_t)n_rows;
  for (int d = 0; d < form->row_rank; d++) size[d + 1] = form->row_size[d];
}

static bool set_rows(struct series *series, int64_t n_rows) {
  hsize_t size[RANK_LIMIT];
  size_of_rows(&series->form, n_rows, size);
  return store_note(series->store, H5Dset_extent(series->dataset, size) >= 0);
}

/* Write the buffer as one chunk, of which `n_rows` rows count. */
static enum status write_plain(struct series *series, int64_t n_rows) {
  struct series_form *form = &series->form;
  TRY(store_writing(series->store, form->path));
  size_t used = (size_t)n_rows * form->row_bytes, whole = (size_t)form->chunk_rows * form->row_bytes;
  memset(series->rows + used, 0, whole - used);
  hsize_t offset[RANK_LIMIT] = {(hsize_t)form->stored};
  bool good = set_rows(series, form->stored + n_rows) &&
              store_write_chunk(series->store, series->dataset, offset, NULL, whole, series->rows);
  return good ? STATUS_OK : store_failed(series->store, "write", form->path);
}

static enum status write_rows(struct series *series, int64_t n_rows) {
  const struct series_form *form = &series->form;
  if (series->packing == STORE_PLAIN) return write_plain(series, n_rows);
  struct queued chunk = {.work = {.n_values = (size_t)form->chunk_rows * form->row_values,
                                  .value_size = state_type_size(form->type)},
                         .dataset = series->dataset,
                         .path = form->path,
                         .offset = {(hsize_t)form->stored}};
  size_of_rows(form, form->stored + n_rows, chunk.size);
  return store_enqueue(series->store, &chunk, series->rows, (size_t)n_rows * form->row_bytes);
}

enum status series_append(struct series *series, int64_t n_rows, const void *rows) {
  struct series_form *form = &series->form;
  if (!series->restarted || series->ended)
    return status_fail(STATUS_FAULT, "%s: is not open for growth", form->path);
  const char *next = rows;
  while (n_rows > 0) {
    int64_t room = form->chunk_rows - form->waiting, n = n_rows < room ? n_rows : room;
    size_t bytes = (size_t)n * form->row_bytes;
    memcpy(series->rows + (size_t)form->waiting * form->row_bytes, next, bytes);
    form->waiting += n;
    next += bytes;
    n_rows -= n;
    if (form->waiting == form->chunk_rows) {
      TRY(write_rows(series, form->chunk_rows));
      form->stored += form->chunk_rows;
      form->waiting = 0;
    }
  }
  return STATUS_OK;
}

enum status series_end(struct series *series) {
  if (series->form.waiting > 0 && !series->ended) TRY(write_rows(series, series->form.waiting));
  series->ended = true;
  return STATUS_OK;
}

enum status series_restart(struct series *series, int64_t stored, int64_t waiting, const void *rows) {
  struct series_form *form = &series->form;
  if (stored < 0 || stored > form->stored || stored % form->chunk_rows != 0 || waiting < 0 ||
      waiting >= form->chunk_rows)
    return status_fail(STATUS_CONFIG,
                       "%s: %s has %lld rows in whole chunks of %lld, cannot go on from %lld + %lld",
                       series->store->path, form->path, (long long)form->stored, (long long)form->chunk_rows,
                       (long long)stored, (long long)waiting);
  TRY(store_writing(series->store, form->path));
  TRY(store_drain(series->store));
  if (!set_rows(series, stored)) return store_failed(series->store, "cut", form->path);
  form->stored = stored;
  form->waiting = waiting;
  if (waiting > 0) memcpy(series->rows, rows, (size_t)waiting * form->row_bytes);
  series->restarted = true;
  series->ended = false;
  return STATUS_OK;
}
