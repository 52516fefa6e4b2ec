/* store_pieces.c — columns that are written in pieces, as they come, without compression. See store.h.
 *
 * The dataset is contiguous: a large piece goes to its place in the file at once, small ones are gathered by
 * HDF5 before. */
#include "memory.h"
#include "store.h"
#include "store_hdf5.h"

struct pieces {
  struct store *store;
  char *path;
  enum state_type type;
  hid_t dataset, space;
  hsize_t size, at; /* values in all, and written */
};

enum status pieces_create(struct store *store, const char *path, enum state_type type, size_t n,
                          struct pieces **out) {
  *out = NULL;
  struct pieces *pieces = NULL;
  TRY(store_writing(store, path));
  TRY(memory_new(path, 1, sizeof *pieces, &pieces));
  *pieces = (struct pieces){.store = store, .type = type, .size = n, .dataset = H5I_INVALID_HID};
  pieces->space = H5Screate_simple(1, &pieces->size, NULL);
  enum status status = memory_text(path, &pieces->path);
  if (status != STATUS_OK) {
    pieces_free(pieces);
    return status;
  }
  hid_t list = store_dataset_list(1, NULL, STORE_PACKED);
  if (list >= 0 && pieces->space >= 0)
    pieces->dataset =
        H5Dcreate2(store->file, path, store_file_type(type), pieces->space, H5P_DEFAULT, list, H5P_DEFAULT);
  if (!store_done(store, pieces->dataset >= 0, list)) {
    pieces_free(pieces);
    return store_failed(store, "create", path);
  }
  *out = pieces;
  return STATUS_OK;
}

enum status pieces_write(struct pieces *pieces, size_t n, const void *values) {
  struct store *store = pieces->store;
  hsize_t size = n;
  TRY(store_writing(store, pieces->path));
  if (size > pieces->size - pieces->at)
    return status_fail(STATUS_FAULT, "%s: more values of %s than were announced", store->path, pieces->path);
  if (n == 0) return STATUS_OK;
  hid_t memory = H5Screate_simple(1, &size, NULL);
  bool good = memory >= 0 &&
              H5Sselect_hyperslab(pieces->space, H5S_SELECT_SET, &pieces->at, NULL, &size, NULL) >= 0 &&
              H5Dwrite(pieces->dataset, store_memory_type(pieces->type), memory, pieces->space, H5P_DEFAULT,
                       values) >= 0;
  if (!store_done(store, good, memory)) return store_failed(store, "write", pieces->path);
  pieces->at += size;
  return STATUS_OK;
}

void pieces_free(struct pieces *pieces) {
  if (!pieces) return;
  if (pieces->dataset >= 0) H5Idec_ref(pieces->dataset);
  if (pieces->space >= 0) H5Idec_ref(pieces->space);
  memory_free(pieces->path);
  memory_free(pieces);
}
