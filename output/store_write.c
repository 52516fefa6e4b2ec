/* store_write.c — groups, links, attributes, datasets written whole, and the scales of axes. See store.h. */
#include "memory.h"
#include "store.h"
#include "store_hdf5.h"
#include <hdf5_hl.h>
#include <stdio.h>
#include <string.h>

/* Columns of fewer bytes stay contiguous; longer ones are compressed in chunks of this many values. */
enum { PLAIN_BYTES = 16 * 1024, COLUMN_CHUNK = 64 * 1024 };

/* ---- types ---- */

hid_t store_file_type(enum state_type type) {
  switch (type) {
  case STATE_F32:
    return H5T_IEEE_F32LE;
  case STATE_F64:
    return H5T_IEEE_F64LE;
  case STATE_I8:
    return H5T_STD_I8LE;
  case STATE_U8:
    return H5T_STD_U8LE;
  case STATE_U16:
    return H5T_STD_U16LE;
  case STATE_I32:
    return H5T_STD_I32LE;
  case STATE_U32:
    return H5T_STD_U32LE;
  case STATE_I64:
    return H5T_STD_I64LE;
  case STATE_U64:
    return H5T_STD_U64LE;
  case STATE_TYPE_COUNT:
    break;
  }
  return H5I_INVALID_HID;
}

hid_t store_memory_type(enum state_type type) {
  switch (type) {
  case STATE_F32:
    return H5T_NATIVE_FLOAT;
  case STATE_F64:
    return H5T_NATIVE_DOUBLE;
  case STATE_I8:
    return H5T_NATIVE_INT8;
  case STATE_U8:
    return H5T_NATIVE_UINT8;
  case STATE_U16:
    return H5T_NATIVE_UINT16;
  case STATE_I32:
    return H5T_NATIVE_INT32;
  case STATE_U32:
    return H5T_NATIVE_UINT32;
  case STATE_I64:
    return H5T_NATIVE_INT64;
  case STATE_U64:
    return H5T_NATIVE_UINT64;
  case STATE_TYPE_COUNT:
    break;
  }
  return H5I_INVALID_HID;
}

enum state_type store_number_type(hid_t type) {
  for (int t = 0; t < STATE_TYPE_COUNT; t++)
    if (H5Tequal(type, store_file_type((enum state_type)t)) > 0) return (enum state_type)t;
  return STATE_TYPE_COUNT;
}

hid_t store_dataset_list(int rank, const hsize_t *chunk, enum store_packing packing) {
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  if (list < 0) return list;
  unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  bool good = H5Pset_obj_track_times(list, false) >= 0 && H5Pset_attr_creation_order(list, order) >= 0 &&
              H5Pset_attr_phase_change(list, 40, 20) >= 0;
  if (good && chunk)
    good = H5Pset_chunk(list, rank, chunk) >= 0 && H5Pset_fill_time(list, H5D_FILL_TIME_NEVER) >= 0;
  if (good && chunk && packing == STORE_PACKED)
    good = H5Pset_shuffle(list) >= 0 && H5Pset_deflate(list, PACK_LEVEL) >= 0;
  if (good) return list;
  H5Pclose(list);
  return H5I_INVALID_HID;
}

/* ---- groups and links ---- */

enum status store_group(struct store *store, const char *path) {
  TRY(store_writing(store, path));
  char upper[STORE_NAME_MAX];
  size_t length = strlen(path);
  if (length >= sizeof upper) return status_fail(STATUS_FAULT, "%s: too long a name: %s", store->path, path);
  /* Groups above are made one by one: HDF5 would make them without the order of their children. */
  for (size_t end = 1; end <= length; end++) {
    if (path[end] != '/' && path[end] != 0) continue;
    memcpy(upper, path, end);
    upper[end] = 0;
    htri_t there = H5Lexists(store->file, upper, H5P_DEFAULT);
    if (there > 0) continue;
    hid_t group =
        there < 0 ? there : H5Gcreate2(store->file, upper, H5P_DEFAULT, store->group_list, H5P_DEFAULT);
    if (!store_done(store, group >= 0, group)) return store_failed(store, "make group", upper);
  }
  return STATUS_OK;
}

enum status store_link(struct store *store, const char *path, const char *second) {
  TRY(store_writing(store, second));
  if (H5Lcreate_hard(store->file, path, store->file, second, H5P_DEFAULT, H5P_DEFAULT) >= 0) return STATUS_OK;
  return store_failed(store, "link", second);
}

enum status store_link_outside(struct store *store, const char *file, const char *path) {
  TRY(store_writing(store, path));
  if (H5Lcreate_external(file, "/", store->file, path, H5P_DEFAULT, H5P_DEFAULT) >= 0) return STATUS_OK;
  return store_failed(store, "link", path);
}

/* Take away the name of an object. The object itself stays open, without a name, until the file is closed:
 * its space must not be used again as long as a file on the disk may point to it. */
static bool forget_name(struct store *store, const char *path) {
  hid_t object = H5Oopen(store->file, path, H5P_DEFAULT);
  return store_note(store, object >= 0 && H5Ldelete(store->file, path, H5P_DEFAULT) >= 0);
}

enum status store_remove(struct store *store, const char *path) {
  TRY(store_writing(store, path));
  if (store_object(store, path) == STORE_ABSENT) return STATUS_OK;
  if (!forget_name(store, path)) return store_failed(store, "remove", path);
  return store_flush(store);
}

enum status store_replace(struct store *store, const char *fresh, const char *path) {
  TRY(store_flush(store));
  bool good = store_object(store, path) == STORE_ABSENT || forget_name(store, path);
  good = good && H5Lmove(store->file, fresh, H5L_SAME_LOC, path, H5P_DEFAULT, H5P_DEFAULT) >= 0;
  return good ? store_flush(store) : store_failed(store, "replace", path);
}

/* ---- attributes ---- */

/* Write an attribute of the types given; rank-0 space if n is 0 and `list` is false. */
static enum status write_attribute(struct store *store, const char *object, const char *name, hid_t file_type,
                                   hid_t memory_type, bool list, size_t n, const void *values) {
  TRY(store_writing(store, object));
  hid_t owner = H5Oopen(store->file, object, H5P_DEFAULT), space = H5I_INVALID_HID,
        attribute = H5I_INVALID_HID;
  hsize_t size = n;
  bool good = owner >= 0;
  if (good && H5Aexists(owner, name) > 0) good = H5Adelete(owner, name) >= 0;
  if (good) space = list ? H5Screate_simple(1, &size, NULL) : H5Screate(H5S_SCALAR);
  if (space >= 0) attribute = H5Acreate2(owner, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
  good = good && attribute >= 0 && H5Awrite(attribute, memory_type, values) >= 0;
  good = store_done(store, good, attribute);
  good = store_done(store, good, space);
  good = store_done(store, good, owner);
  if (good) return STATUS_OK;
  char full[2 * STORE_NAME_MAX];
  snprintf(full, sizeof full, "%s@%s", object, name);
  return store_failed(store, "write attribute", full);
}

enum status store_attribute_text(struct store *store, const char *object, const char *name,
                                 const char *text) {
  return write_attribute(store, object, name, store->text, store->text, false, 1, &text);
}

enum status store_attribute_texts(struct store *store, const char *object, const char *name,
                                  const char *const *texts, size_t n) {
  return write_attribute(store, object, name, store->text, store->text, true, n, texts);
}

enum status store_attribute_number(struct store *store, const char *object, const char *name,
                                   enum state_type type, size_t n, const void *values) {
  return write_attribute(store, object, name, store_file_type(type), store_memory_type(type), n > 0,
                         n > 0 ? n : 1, values);
}

enum status store_attribute_object(struct store *store, const char *object, const char *name,
                                   const char *target) {
  hobj_ref_t reference;
  TRY(store_writing(store, target));
  if (!store_note(store, H5Rcreate(&reference, store->file, target, H5R_OBJECT, -1) >= 0))
    return store_failed(store, "refer to", target);
  return write_attribute(store, object, name, H5T_STD_REF_OBJ, H5T_STD_REF_OBJ, false, 1, &reference);
}

enum status store_attribute_enum(struct store *store, const char *object, const char *name,
                                 const char *const *members, int n, int value) {
  hid_t type = H5Tenum_create(H5T_STD_I8LE);
  bool good = type >= 0;
  for (int8_t i = 0; good && i < n; i++) good = H5Tenum_insert(type, members[i], &i) >= 0;
  if (!store_note(store, good)) {
    store_done(store, false, type);
    return store_failed(store, "describe attribute", name);
  }
  int8_t code = (int8_t)value;
  enum status status = write_attribute(store, object, name, type, type, false, 1, &code);
  H5Tclose(type);
  return status;
}

/* ---- datasets written whole ---- */

bool store_write_chunk(struct store *store, hid_t dataset, const hsize_t *offset, const struct packed *packed,
                       size_t size, const void *bytes) {
  enum { DEFLATE_SKIPPED = 1 << 1 }; /* bit 1: the second filter of the dataset */
  uint32_t skipped = packed && !packed->deflated ? DEFLATE_SKIPPED : 0;
  return store_note(
      store, H5Dwrite_chunk(dataset, H5P_DEFAULT, skipped, offset, packed ? packed->size : size, bytes) >= 0);
}

/* Write a long column in chunks of `per_chunk` values. */
static bool write_chunks(struct store *store, hid_t dataset, size_t value_size, size_t n, size_t per_chunk,
                         const void *values) {
  const char *bytes = values;
  char *room = NULL;
  bool roomy = memory_new("chunk", per_chunk, value_size, &room) == STATUS_OK, good = roomy;
  for (hsize_t at = 0; good && at < n; at += per_chunk) {
    const char *chunk = bytes + at * value_size;
    size_t left = (n - at) * value_size, size = per_chunk * value_size;
    struct packed packed;
    if (left < size) { /* a chunk in the file is always whole */
      memset(room + left, 0, size - left);
      chunk = memcpy(room, chunk, left);
    }
    roomy = pack_chunk(store->pack, chunk, per_chunk, value_size, room, &packed) == STATUS_OK;
    good = roomy && store_write_chunk(store, dataset, &at, &packed, size, room);
  }
  if (!roomy) snprintf(store->reason, sizeof store->reason, "%s", status_message());
  memory_free(room);
  return good;
}

/* Create a dataset that is not there yet, and write it. */
static bool write_fresh(struct store *store, const char *path, hid_t file_type, hid_t memory_type, int rank,
                        const hsize_t *size, enum store_packing packing, const void *values) {
  size_t value_size = H5Tget_size(memory_type);
  bool packed = packing == STORE_PACKED && rank == 1 && size[0] * value_size > PLAIN_BYTES;
  hsize_t chunk = packed && size[0] < COLUMN_CHUNK ? size[0] : COLUMN_CHUNK;
  hid_t list = store_dataset_list(1, packed ? &chunk : NULL, STORE_PACKED);
  hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, size, NULL);
  hid_t dataset = H5I_INVALID_HID;
  if (list >= 0 && space >= 0)
    dataset = H5Dcreate2(store->file, path, file_type, space, H5P_DEFAULT, list, H5P_DEFAULT);
  bool good = store_note(store, dataset >= 0);
  if (good && packed) good = write_chunks(store, dataset, value_size, (size_t)size[0], (size_t)chunk, values);
  if (good && !packed) good = H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
  good = store_done(store, good, dataset);
  good = store_done(store, good, space);
  return store_done(store, good, list);
}

static bool overwrite(struct store *store, const char *path, hid_t memory_type, const void *value) {
  hid_t dataset = H5Dopen2(store->file, path, H5P_DEFAULT);
  bool good = dataset >= 0 && H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0;
  return store_done(store, good, dataset);
}

static enum status write_dataset(struct store *store, const char *path, hid_t file_type, hid_t memory_type,
                                 int rank, const uint64_t *size, enum store_packing packing,
                                 const void *values) {
  TRY(store_writing(store, path));
  hsize_t dimensions[STORE_RANK_MAX] = {0};
  for (int d = 0; d < rank; d++) dimensions[d] = size[d];
  char fresh[STORE_NAME_MAX + 2];
  if (strlen(path) >= STORE_NAME_MAX)
    return status_fail(STATUS_FAULT, "%s: too long a name: %s", store->path, path);
  bool replacing = store_object(store, path) == STORE_DATASET;
  if (replacing && rank == 0 && memory_type != store->text) {
    struct store_form old;
    TRY(store_form(store, path, NULL, &old));
    if (old.rank == 0 && old.kind == STORE_NUMBERS)
      return overwrite(store, path, memory_type, values) ? STATUS_OK : store_failed(store, "write", path);
  }
  snprintf(fresh, sizeof fresh, "%s%s", path, replacing ? "~" : "");
  if (replacing) TRY(store_remove(store, fresh)); /* a kill may have left one */
  if (!write_fresh(store, fresh, file_type, memory_type, rank, dimensions, packing, values))
    return store_failed(store, "write", path);
  return replacing ? store_replace(store, fresh, path) : STATUS_OK;
}

enum status store_write(struct store *store, const char *path, enum state_type type, int rank,
                        const uint64_t *size, const void *values) {
  return write_dataset(store, path, store_file_type(type), store_memory_type(type), rank, size, STORE_PACKED,
                       values);
}

enum status store_write_number(struct store *store, const char *path, enum state_type type,
                               const void *value) {
  return store_write(store, path, type, 0, NULL, value);
}

enum status store_write_column(struct store *store, const char *path, enum state_type type, size_t n,
                               const void *values) {
  uint64_t size = n;
  return store_write(store, path, type, 1, &size, values);
}

enum status store_write_plain(struct store *store, const char *path, enum state_type type, size_t n,
                              const void *values) {
  uint64_t size = n;
  return write_dataset(store, path, store_file_type(type), store_memory_type(type), 1, &size, STORE_PLAIN,
                       values);
}

enum status store_write_text(struct store *store, const char *path, const char *text) {
  return write_dataset(store, path, store->text, store->text, 0, NULL, STORE_PLAIN, &text);
}

enum status store_write_texts(struct store *store, const char *path, const char *const *texts, size_t n) {
  uint64_t size = n;
  return write_dataset(store, path, store->text, store->text, 1, &size, STORE_PLAIN, texts);
}

/* Chunks that are never written read as the fill value, if it is one that was set. */
enum status store_zeros(struct store *store, const char *path, enum state_type type, uint64_t n) {
  TRY(store_writing(store, path));
  hsize_t size = n, chunk = n > 0 && n < COLUMN_CHUNK ? n : COLUMN_CHUNK;
  int8_t zero = 0;
  hid_t list = store_dataset_list(1, n > 0 ? &chunk : NULL, STORE_PLAIN), dataset = H5I_INVALID_HID;
  hid_t space = H5Screate_simple(1, &size, NULL);
  bool good = list >= 0 && space >= 0 && H5Pset_fill_time(list, H5D_FILL_TIME_IFSET) >= 0 &&
              H5Pset_fill_value(list, H5T_NATIVE_INT8, &zero) >= 0;
  if (good)
    dataset = H5Dcreate2(store->file, path, store_file_type(type), space, H5P_DEFAULT, list, H5P_DEFAULT);
  good = store_done(store, good && dataset >= 0, dataset);
  good = store_done(store, good, space);
  return store_done(store, good, list) ? STATUS_OK : store_failed(store, "write", path);
}

/* ---- scales ---- */

enum status store_scale(struct store *store, const char *path, const char *name) {
  TRY(store_writing(store, path));
  hid_t dataset = H5Dopen2(store->file, path, H5P_DEFAULT);
  bool good = dataset >= 0 && H5DSset_scale(dataset, name) >= 0;
  return store_done(store, good, dataset) ? STATUS_OK : store_failed(store, "make a scale of", path);
}

enum status store_attach(struct store *store, const char *path, int dimension, const char *scale,
                         const char *label) {
  TRY(store_writing(store, path));
  hid_t dataset = H5Dopen2(store->file, path, H5P_DEFAULT), axis = H5Dopen2(store->file, scale, H5P_DEFAULT);
  bool good = dataset >= 0 && axis >= 0 && H5DSattach_scale(dataset, axis, (unsigned)dimension) >= 0 &&
              H5DSset_label(dataset, (unsigned)dimension, label) >= 0;
  good = store_done(store, good, axis);
  return store_done(store, good, dataset) ? STATUS_OK : store_failed(store, "attach a scale to", path);
}
