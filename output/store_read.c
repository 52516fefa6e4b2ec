/* store_read.c — reading back: what is there, its form, numbers and texts. See store.h.
 *
 * A file may come from anywhere. Ranks, types and counts are checked before anything is allocated or read. */
#include "memory.h"
#include "store.h"
#include "store_hdf5.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t texts_max = UINT64_C(1) << 22; /* strings of one dataset */

/* A byte of a file stands for at most so many of data: deflate makes 1,032 of one. A dataset of which
 * nothing was written may claim any length. */
static const uint64_t unpacked_max = 1100;

/* ---- names ---- */

void store_names_free(struct store_names *names) {
  for (int i = 0; i < names->n; i++) memory_free(names->name[i]);
  memory_free(names->name);
  *names = (struct store_names){0};
}

/* Append a copy of a name. */
static enum status add_name(struct store_names *names, const char *text) {
  size_t n = (size_t)names->n;
  if ((n & (n - 1)) == 0) { /* room doubles at each power of two */
    size_t room = n == 0 ? 1 : 2 * n;
    TRY(memory_resize("list of names", n, room, sizeof *names->name, &names->name));
  }
  TRY(memory_text(text, &names->name[n]));
  names->n++;
  return STATUS_OK;
}

struct collection {
  struct store_names *names;
  enum status status;
};

static herr_t collect_child(hid_t group, const char *name, const H5L_info_t *info, void *context) {
  (void)group;
  struct collection *all = context;
  if (info->type != H5L_TYPE_HARD) return 0; /* a link by name may lead anywhere, into other files too */
  all->status = add_name(all->names, name);
  return all->status == STATUS_OK ? 0 : -1;
}

static herr_t collect_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
  (void)object, (void)info;
  struct collection *all = context;
  all->status = add_name(all->names, name);
  return all->status == STATUS_OK ? 0 : -1;
}

/* The index to list a group by: by creation where its order is kept, else by name. */
static H5_index_t listing_order(hid_t group) {
  unsigned flags = 0;
  hid_t list = H5Gget_create_plist(group);
  if (list >= 0 && H5Pget_link_creation_order(list, &flags) < 0) flags = 0;
  if (list >= 0) H5Pclose(list);
  return flags & H5P_CRT_ORDER_INDEXED ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
}

enum store_object store_object(struct store *store, const char *path) {
  if (strcmp(path, "/") == 0) return STORE_GROUP;
  char upper[STORE_NAME_MAX];
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof upper) return STORE_ABSENT;
  /* HDF5 answers for a whole path only if every group above is there. */
  for (size_t end = 1; end <= length; end++) {
    if (path[end] != '/' && path[end] != 0) continue;
    memcpy(upper, path, end);
    upper[end] = 0;
    if (H5Lexists(store->file, upper, H5P_DEFAULT) <= 0) return STORE_ABSENT;
  }
  H5O_info_t info;
  if (H5Oget_info_by_name2(store->file, path, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return STORE_ABSENT;
  if (info.type == H5O_TYPE_GROUP) return STORE_GROUP;
  return info.type == H5O_TYPE_DATASET ? STORE_DATASET : STORE_ELSE;
}

enum status store_children(struct store *store, const char *group, struct store_names *out) {
  *out = (struct store_names){0};
  struct collection all = {out, STATUS_OK};
  hid_t id = H5Gopen2(store->file, group, H5P_DEFAULT);
  bool good = id >= 0 && H5Literate(id, listing_order(id), H5_ITER_INC, NULL, collect_child, &all) >= 0;
  if (store_done(store, good, id)) return STATUS_OK;
  store_names_free(out);
  enum status failed = store_unreadable(store, "list", group);
  return all.status != STATUS_OK ? all.status : failed;
}

enum status store_attributes(struct store *store, const char *object, struct store_names *out) {
  *out = (struct store_names){0};
  struct collection all = {out, STATUS_OK};
  hid_t id = H5Oopen(store->file, object, H5P_DEFAULT);
  bool good = id >= 0 && H5Aiterate2(id, H5_INDEX_NAME, H5_ITER_INC, NULL, collect_attribute, &all) >= 0;
  if (store_done(store, good, id)) return STATUS_OK;
  store_names_free(out);
  enum status failed = store_unreadable(store, "list the attributes of", object);
  return all.status != STATUS_OK ? all.status : failed;
}

bool store_has_attribute(struct store *store, const char *object, const char *name) {
  return store_object(store, object) != STORE_ABSENT &&
         H5Aexists_by_name(store->file, object, name, H5P_DEFAULT) > 0;
}

/* ---- forms ---- */

/* A dataset or an attribute, opened. */
struct source {
  hid_t owner, id, space, type;
  bool attribute;
};

static bool open_source(struct store *store, const char *object, const char *attribute, struct source *out) {
  if (!store->writable) store_guard(store->path); /* another may have been closed since */
  *out =
      (struct source){H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID, attribute != NULL};
  if (attribute) {
    out->owner = H5Oopen(store->file, object, H5P_DEFAULT);
    if (out->owner >= 0) out->id = H5Aopen(out->owner, attribute, H5P_DEFAULT);
    if (out->id >= 0) out->space = H5Aget_space(out->id);
    if (out->id >= 0) out->type = H5Aget_type(out->id);
  } else {
    out->id = H5Dopen2(store->file, object, H5P_DEFAULT);
    if (out->id >= 0) out->space = H5Dget_space(out->id);
    if (out->id >= 0) out->type = H5Dget_type(out->id);
  }
  return store_note(store, out->space >= 0 && out->type >= 0);
}

static bool close_source(struct store *store, bool good, struct source *source) {
  good = store_done(store, good, source->type);
  good = store_done(store, good, source->space);
  good = store_done(store, good, source->id);
  return store_done(store, good, source->owner);
}

/* Bytes of a value that holds all it is, such as an enumeration or a text of fixed length; else 0. */
static uint64_t plain_bytes(hid_t type) {
  switch (H5Tget_class(type)) {
  case H5T_STRING:
    return H5Tis_variable_str(type) == 0 ? H5Tget_size(type) : 0;
  case H5T_INTEGER:
  case H5T_FLOAT:
  case H5T_ENUM:
  case H5T_BITFIELD:
  case H5T_OPAQUE:
    return H5Tget_size(type);
  default:
    return 0;
  }
}

/* Values of a dataset of which nothing is stored are all the fill value, 0 here; as many bytes of them are
 * taken at their word, and memory is asked for them. */
static const uint64_t UNSTORED_MOST = (uint64_t)1 << 34;

/* Could the file hold so many values? */
static bool plausible(struct store *store, const struct source *source, const struct store_form *form) {
  uint64_t size = H5Tget_size(source->type), most = (store->disk.size + 4096) * unpacked_max;
  if (size == 0 || form->count <= most / size) return true;
  if (!source->attribute && form->bytes_on_disk == 0 && form->count <= UNSTORED_MOST / size) return true;
  snprintf(store->reason, sizeof store->reason, "%llu values, more than a file of %llu bytes can hold",
           (unsigned long long)form->count, (unsigned long long)store->disk.size);
  return false;
}

static bool describe(struct store *store, const struct source *source, struct store_form *out) {
  *out = (struct store_form){.kind = STORE_OTHER, .type = STATE_TYPE_COUNT};
  out->rank = H5Sget_simple_extent_ndims(source->space);
  hssize_t count = H5Sget_simple_extent_npoints(source->space);
  if (!store_note(store, out->rank >= 0 && count >= 0)) return false;
  if (out->rank > STORE_RANK_MAX) {
    snprintf(store->reason, sizeof store->reason, "%d dimensions, at most %d are read", out->rank,
             STORE_RANK_MAX);
    return false;
  }
  hsize_t size[STORE_RANK_MAX] = {0};
  if (out->rank > 0 && !store_note(store, H5Sget_simple_extent_dims(source->space, size, NULL) >= 0))
    return false;
  for (int d = 0; d < out->rank; d++) out->size[d] = size[d];
  out->count = H5Sget_simple_extent_type(source->space) == H5S_NULL ? 0 : (uint64_t)count;
  out->bytes_on_disk = source->attribute ? 0 : H5Dget_storage_size(source->id);
  if (H5Tget_class(source->type) == H5T_STRING && H5Tis_variable_str(source->type) > 0)
    out->kind = STORE_TEXTS;
  out->type = store_number_type(source->type);
  if (out->type != STATE_TYPE_COUNT) out->kind = STORE_NUMBERS;
  if (out->kind == STORE_OTHER) out->value_bytes = plain_bytes(source->type);
  return plausible(store, source, out);
}

/* "/rates/PV" or "/rates/PV@units", for messages. */
static const char *full_name(const char *object, const char *attribute, char *text, size_t size) {
  snprintf(text, size, attribute ? "%s@%s" : "%s", object, attribute);
  return text;
}

enum status store_form(struct store *store, const char *object, const char *attribute,
                       struct store_form *out) {
  char name[2 * STORE_NAME_MAX];
  struct source source;
  bool good = open_source(store, object, attribute, &source) && describe(store, &source, out);
  if (close_source(store, good, &source)) return STATUS_OK;
  return store_unreadable(store, "read", full_name(object, attribute, name, sizeof name));
}

/* ---- values ---- */

enum status store_read(struct store *store, const char *object, const char *attribute, enum state_type type,
                       uint64_t n, void *values) {
  char name[2 * STORE_NAME_MAX];
  struct source source;
  struct store_form form = {.kind = STORE_OTHER};
  hid_t memory = store_memory_type(type);
  bool good = open_source(store, object, attribute, &source) && describe(store, &source, &form);
  bool fits = good && form.kind == STORE_NUMBERS && form.count == n;
  if (fits && n > 0 && attribute) good = H5Aread(source.id, memory, values) >= 0;
  if (fits && n > 0 && !attribute)
    good = H5Dread(source.id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
  if (!close_source(store, good, &source))
    return store_unreadable(store, "read", full_name(object, attribute, name, sizeof name));
  if (fits) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: %s should hold %llu numbers", store->path,
                     full_name(object, attribute, name, sizeof name), (unsigned long long)n);
}

enum status store_read_bytes(struct store *store, const char *object, const char *attribute,
                             const struct store_form *form, void *values) {
  char name[2 * STORE_NAME_MAX];
  struct source source;
  struct store_form found = {.kind = STORE_NUMBERS};
  bool good = open_source(store, object, attribute, &source) && describe(store, &source, &found);
  bool fits = good && found.kind == STORE_OTHER && found.value_bytes > 0 && found.count == form->count &&
              found.value_bytes == form->value_bytes;
  if (fits && found.count > 0 && attribute) good = H5Aread(source.id, source.type, values) >= 0;
  if (fits && found.count > 0 && !attribute)
    good = H5Dread(source.id, source.type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
  if (!close_source(store, good, &source))
    return store_unreadable(store, "read", full_name(object, attribute, name, sizeof name));
  if (fits) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: %s cannot be read as it lies", store->path,
                     full_name(object, attribute, name, sizeof name));
}

enum status store_read_rows(struct store *store, const char *path, uint64_t first, uint64_t n_rows,
                            void *values) {
  struct source source;
  struct store_form form = {.kind = STORE_OTHER};
  hid_t part = H5I_INVALID_HID;
  bool good = open_source(store, path, NULL, &source) && describe(store, &source, &form);
  bool fits = good && form.kind == STORE_NUMBERS && form.rank >= 1 && n_rows <= form.size[0] &&
              first <= form.size[0] - n_rows;
  if (fits && n_rows > 0 && form.count > 0) {
    hsize_t start[STORE_RANK_MAX] = {first}, size[STORE_RANK_MAX] = {n_rows};
    for (int d = 1; d < form.rank; d++) size[d] = form.size[d];
    part = H5Screate_simple(form.rank, size, NULL);
    good = part >= 0 && H5Sselect_hyperslab(source.space, H5S_SELECT_SET, start, NULL, size, NULL) >= 0 &&
           H5Dread(source.id, store_memory_type(form.type), part, source.space, H5P_DEFAULT, values) >= 0;
    good = store_done(store, good, part);
  }
  if (!close_source(store, good, &source)) return store_unreadable(store, "read", path);
  if (fits) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: %s has no numbers in rows %llu to %llu", store->path, path,
                     (unsigned long long)first, (unsigned long long)(first + n_rows));
}

/* Read strings as HDF5 allocates them, copy them, give HDF5's back. */
static bool copy_texts(struct store *store, const struct source *source, uint64_t n,
                       struct store_names *out) {
  char **texts = NULL;
  bool good = memory_new("texts", (size_t)n, sizeof *texts, &texts) == STATUS_OK;
  if (!good) {
    snprintf(store->reason, sizeof store->reason, "%s", status_message());
    return false;
  }
  if (source->attribute)
    good = H5Aread(source->id, source->type, texts) >= 0;
  else
    good = H5Dread(source->id, source->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) >= 0;
  store_note(store, good);
  for (uint64_t i = 0; good && i < n; i++) {
    good = add_name(out, texts[i] ? texts[i] : "") == STATUS_OK;
    if (!good) snprintf(store->reason, sizeof store->reason, "%s", status_message());
  }
  for (uint64_t i = 0; i < n; i++)
    if (texts[i]) H5free_memory(texts[i]);
  memory_free(texts);
  return good;
}

enum status store_read_texts(struct store *store, const char *object, const char *attribute,
                             struct store_names *out) {
  *out = (struct store_names){0};
  char name[2 * STORE_NAME_MAX];
  struct source source;
  struct store_form form = {.kind = STORE_OTHER};
  bool good = open_source(store, object, attribute, &source) && describe(store, &source, &form);
  bool fits = good && form.kind == STORE_TEXTS && form.count <= texts_max;
  if (fits && form.count > 0) good = copy_texts(store, &source, form.count, out);
  if (!close_source(store, good, &source)) {
    store_names_free(out);
    return store_unreadable(store, "read", full_name(object, attribute, name, sizeof name));
  }
  if (fits) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: %s should hold text", store->path,
                     full_name(object, attribute, name, sizeof name));
}

enum status store_read_text(struct store *store, const char *object, const char *attribute, char **out) {
  *out = NULL;
  char name[2 * STORE_NAME_MAX];
  struct store_names texts;
  TRY(store_read_texts(store, object, attribute, &texts));
  if (texts.n != 1) {
    store_names_free(&texts);
    return status_fail(STATUS_CONFIG, "%s: %s should hold one text", store->path,
                       full_name(object, attribute, name, sizeof name));
  }
  *out = texts.name[0];
  texts.name[0] = NULL;
  store_names_free(&texts);
  return STATUS_OK;
}
