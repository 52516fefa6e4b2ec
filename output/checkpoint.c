/* checkpoint.c — the state of a run in one file, saved whole or not at all. See checkpoint.h.
 *
 * The file is HDF5, so that it can be looked at. State has thousands of arrays, more than HDF5 makes datasets
 * in the time that a checkpoint may take; so /state has one dataset per type of number, /state/f32,
 * /state/f64, …, each with all arrays of its type in order of the walk, one behind the other. /index has
 * their names, types and counts. Saving walks twice: to count, then to write. Behind the end of the HDF5 file
 * stand 24 bytes: a mark, the length of what comes before, and its XXH3-64. HDF5 does not look there. Nothing
 * is handed to HDF5 before these agree, since a damaged file may lead it anywhere. */
#include "checkpoint.h"
#include "directory.h"
#include "memory.h"
#include "store.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { CHECKPOINT_FORMAT = 2, SEAL_BYTES = 24, PATH_ROOM = PATH_MAX };

/* The dataset of the arrays of each type. */
static const char *const datasets[STATE_TYPE_COUNT] = {
    [STATE_F32] = "/state/f32", [STATE_F64] = "/state/f64", [STATE_I8] = "/state/i8",
    [STATE_U8] = "/state/u8",   [STATE_U16] = "/state/u16", [STATE_I32] = "/state/i32",
    [STATE_U32] = "/state/u32", [STATE_I64] = "/state/i64", [STATE_U64] = "/state/u64"};

static const unsigned char mark[8] = {'S', 'p', 'i', 'n', 'u', 'l', 'e', '1'};

static enum status beside(const char *path, const char *suffix, char out[PATH_ROOM]) {
  if (snprintf(out, PATH_ROOM, "%s%s", path, suffix) < PATH_ROOM) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: too long a path", path);
}

/* ---- the index: what the walk showed, in order ---- */

struct index {
  size_t n, room;
  char **name;
  uint8_t *type;
  uint64_t *count;
  uint64_t sum[STATE_TYPE_COUNT]; /* of the counts of each type */
};

static void free_index(struct index *index) {
  for (size_t i = 0; i < index->n; i++) memory_free(index->name[i]);
  memory_free(index->name);
  memory_free(index->type);
  memory_free(index->count);
  *index = (struct index){0};
}

static enum status grow_index(struct index *index, size_t room) {
  TRY(memory_resize("names of arrays", index->n, room, sizeof *index->name, &index->name));
  TRY(memory_resize("types of arrays", index->n, room, sizeof *index->type, &index->type));
  TRY(memory_resize("counts of arrays", index->n, room, sizeof *index->count, &index->count));
  index->room = room;
  return STATUS_OK;
}

static enum status add_to_index(struct index *index, const char *name, enum state_type type, uint64_t count) {
  if (index->n == index->room) TRY(grow_index(index, index->room ? 2 * index->room : 64));
  TRY(memory_text(name, &index->name[index->n]));
  index->type[index->n] = (uint8_t)type;
  index->count[index->n++] = count;
  index->sum[type] += count;
  return STATUS_OK;
}

/* ---- the seal ---- */

static void put_number(unsigned char *bytes, uint64_t number) {
  for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)(number >> 8 * i);
}

static void make_seal(uint64_t length, uint64_t hash, unsigned char seal[SEAL_BYTES]) {
  memcpy(seal, mark, sizeof mark);
  put_number(seal + 8, length);
  put_number(seal + 16, hash);
}

/* Hash the first `length` bytes of a file. */
static enum status hash_file(const char *path, int file, uint64_t length, uint64_t *hash) {
  unsigned char bytes[64 * 1024];
  XXH3_state_t *state = XXH3_createState();
  if (!state) return status_fail(STATUS_NO_MEMORY, "no memory for a hash");
  XXH3_64bits_reset(state);
  uint64_t at = 0;
  while (at < length) {
    size_t wanted = length - at < sizeof bytes ? (size_t)(length - at) : sizeof bytes;
    ssize_t n = pread(file, bytes, wanted, (off_t)at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    XXH3_64bits_update(state, bytes, (size_t)n);
    at += (uint64_t)n;
  }
  *hash = XXH3_64bits_digest(state);
  XXH3_freeState(state);
  return at == length ? STATUS_OK
                      : status_fail(STATUS_WORLD, "%s: cannot be read: %s", path, strerror(errno));
}

/* Put the seal behind a file and bring all to the disk. */
static enum status seal_open(const char *path, int file) {
  struct stat found;
  uint64_t hash = 0;
  unsigned char seal[SEAL_BYTES];
  if (fstat(file, &found) != 0)
    return status_fail(STATUS_WORLD, "%s: cannot be read: %s", path, strerror(errno));
  TRY(hash_file(path, file, (uint64_t)found.st_size, &hash));
  make_seal((uint64_t)found.st_size, hash, seal);
  errno = ENOSPC; /* what a short write means */
  if (pwrite(file, seal, sizeof seal, found.st_size) == (ssize_t)sizeof seal && fsync(file) == 0)
    return STATUS_OK;
  return status_fail(STATUS_WORLD, "%s: cannot be written: %s", path, strerror(errno));
}

enum status checkpoint_seal(const char *path) {
  int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return status_fail(STATUS_WORLD, "%s: cannot be opened: %s", path, strerror(errno));
  enum status status = seal_open(path, file);
  close(file);
  return status;
}

/* Is a file whole, as its seal says? Fails: CONFIG (not there, damaged), WORLD. */
static enum status check_seal(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return status_fail(errno == ENOENT ? STATUS_CONFIG : STATUS_WORLD, "%s: cannot be opened: %s", path,
                       strerror(errno));
  struct stat found;
  unsigned char seal[SEAL_BYTES], wanted[SEAL_BYTES];
  uint64_t hash = 0;
  enum status status = STATUS_OK;
  bool whole = fstat(file, &found) == 0 && S_ISREG(found.st_mode) && found.st_size > SEAL_BYTES &&
               pread(file, seal, sizeof seal, found.st_size - SEAL_BYTES) == SEAL_BYTES;
  if (whole) {
    uint64_t length = (uint64_t)found.st_size - SEAL_BYTES;
    status = hash_file(path, file, length, &hash);
    make_seal(length, hash, wanted);
    whole = memcmp(seal, wanted, sizeof seal) == 0;
  }
  close(file);
  TRY(status);
  return whole ? STATUS_OK : status_fail(STATUS_CONFIG, "%s: is damaged or no checkpoint", path);
}

/* ---- saving ---- */

/* What a walk shows, to be counted. */
struct counter {
  struct visitor visitor; /* first: its functions are given its address */
  struct index index;
};

static enum status count_array(struct visitor *self, const char *name, enum state_type type, size_t count,
                               void *data) {
  (void)data;
  return add_to_index(&((struct counter *)self)->index, name, type, count);
}

/* as a visitor has it: NOLINTNEXTLINE(readability-non-const-parameter) */
static enum status count_list(struct visitor *self, const char *name, enum state_type type, size_t *count,
                              void **data) {
  return count_array(self, name, type, *count, *data);
}

/* What a walk shows, to be written. */
struct saver {
  struct visitor visitor; /* first: its functions are given its address */
  const struct index *index;
  size_t next; /* in the index */
  struct pieces *pieces[STATE_TYPE_COUNT];
};

static enum status save_array(struct visitor *self, const char *name, enum state_type type, size_t count,
                              void *data) {
  struct saver *saver = (struct saver *)self;
  size_t i = saver->next++;
  if (i >= saver->index->n || saver->index->type[i] != type || saver->index->count[i] != count)
    return status_fail(STATUS_FAULT, "checkpoint: %s is not what it was when it was counted", name);
  if (count == 0) return STATUS_OK;
  return pieces_write(saver->pieces[type], count, data);
}

/* as a visitor has it: NOLINTNEXTLINE(readability-non-const-parameter) */
static enum status save_list(struct visitor *self, const char *name, enum state_type type, size_t *count,
                             void **data) {
  return save_array(self, name, type, *count, *data);
}

static enum status save_arrays(struct store *store, const struct index *index, checkpoint_walk *walk,
                               void *context) {
  struct saver saver = {.visitor = {.array = save_array, .list = save_list}, .index = index};
  enum status status = store_group(store, "/state");
  for (int t = 0; t < STATE_TYPE_COUNT && status == STATUS_OK; t++) {
    if (index->sum[t] == 0) continue;
    status = pieces_create(store, datasets[t], (enum state_type)t, index->sum[t], &saver.pieces[t]);
  }
  if (status == STATUS_OK) status = walk(context, &saver.visitor);
  for (int t = 0; t < STATE_TYPE_COUNT; t++) pieces_free(saver.pieces[t]);
  return status;
}

static enum status save_index(struct store *store, const struct index *index) {
  TRY(store_group(store, "/index"));
  TRY(store_write_texts(store, "/index/name", (const char *const *)index->name, index->n));
  TRY(store_write_column(store, "/index/type", STATE_U8, index->n, index->type));
  return store_write_column(store, "/index/count", STATE_U64, index->n, index->count);
}

static enum status save_walk(struct store *store, const char *fingerprint, checkpoint_walk *walk,
                             void *context) {
  struct counter counter = {.visitor = {.counts = true, .array = count_array, .list = count_list}};
  int32_t format = CHECKPOINT_FORMAT;
  enum status status;
  TRY_GOTO(store_attribute_number(store, "/", "spinule_checkpoint", STATE_I32, 0, &format), done);
  TRY_GOTO(store_attribute_text(store, "/", "fingerprint", fingerprint), done);
  TRY_GOTO(walk(context, &counter.visitor), done);
  TRY_GOTO(save_arrays(store, &counter.index, walk, context), done);
  status = save_index(store, &counter.index);
done:
  free_index(&counter.index);
  return status;
}

/* The checkpoint as a file of its own, sealed and on the disk. */
static enum status write_file(const char *path, const char *fingerprint, checkpoint_walk *walk,
                              void *context) {
  struct store *store = NULL;
  TRY(store_create(path, &store));
  enum status status = save_walk(store, fingerprint, walk, context);
  if (status != STATUS_OK) {
    store_abandon(store);
    return status;
  }
  TRY(store_close(store));
  return checkpoint_seal(path);
}

/* The present checkpoint gets a second name, so that at no moment there is none of its first name. */
static enum status keep_previous(const char *path, const char *previous) {
  if (access(path, F_OK) != 0) return STATUS_OK;
  if (unlink(previous) == 0 || errno == ENOENT) {
    if (link(path, previous) == 0) return STATUS_OK;
    if (rename(path, previous) == 0) return STATUS_OK; /* a file system without second names */
  }
  return status_fail(STATUS_WORLD, "%s: cannot be kept as %s: %s", path, previous, strerror(errno));
}

enum status checkpoint_save(const char *path, const char *fingerprint, checkpoint_walk *walk, void *context) {
  char fresh[PATH_ROOM], previous[PATH_ROOM];
  enum status status;
  TRY(beside(path, ".tmp", fresh));
  TRY(beside(path, ".prev", previous));
  TRY_GOTO(write_file(fresh, fingerprint, walk, context), failed);
  TRY_GOTO(keep_previous(path, previous), failed);
  if (rename(fresh, path) == 0) return directory_sync(path);
  status = status_fail(STATUS_WORLD, "%s: cannot take its name: %s", path, strerror(errno));
failed:
  unlink(fresh);
  return status;
}

/* ---- loading ---- */

struct loader {
  struct visitor visitor; /* first: its functions are given its address */
  struct store *store;
  struct index index;
  size_t next;                   /* in the index */
  uint64_t at[STATE_TYPE_COUNT]; /* in the dataset of each type */
};

/* The next array of the file, which must be the one that is asked for. */
static enum status next_array(struct loader *loader, const char *name, enum state_type type, size_t *count) {
  const struct index *index = &loader->index;
  size_t i = loader->next;
  if (i == index->n) return status_fail(STATUS_CONFIG, "%s: ends before %s", store_path(loader->store), name);
  if (strcmp(index->name[i], name) != 0 || index->type[i] != type)
    return status_fail(STATUS_CONFIG, "%s: has %s where %s should be", store_path(loader->store),
                       index->name[i], name);
  loader->next++;
  *count = (size_t)index->count[i];
  return STATUS_OK;
}

static enum status read_values(struct loader *loader, enum state_type type, size_t count, void *data) {
  if (count == 0) return STATUS_OK;
  TRY(store_read_rows(loader->store, datasets[type], loader->at[type], count, data));
  loader->at[type] += count;
  return STATUS_OK;
}

static enum status load_array(struct visitor *self, const char *name, enum state_type type, size_t count,
                              void *data) {
  struct loader *loader = (struct loader *)self;
  size_t saved = 0;
  TRY(next_array(loader, name, type, &saved));
  if (saved != count)
    return status_fail(STATUS_CONFIG, "%s: has %zu values of %s, not %zu", store_path(loader->store), saved,
                       name, count);
  return read_values(loader, type, count, data);
}

static enum status load_list(struct visitor *self, const char *name, enum state_type type, size_t *count,
                             void **data) {
  struct loader *loader = (struct loader *)self;
  size_t saved = 0;
  void *fresh = NULL;
  TRY(next_array(loader, name, type, &saved));
  TRY(memory_new(name, saved, state_type_size(type), &fresh));
  enum status status = read_values(loader, type, saved, fresh);
  if (status != STATUS_OK) {
    memory_free(fresh);
    return status;
  }
  memory_free(*data);
  *data = fresh;
  *count = saved;
  return STATUS_OK;
}

/* The arrays of each type must be there in full, so that no count asks for more memory than the file has
 * bytes. */
static enum status check_arrays(struct store *store, struct index *index) {
  for (size_t i = 0; i < index->n; i++) {
    if (index->type[i] >= STATE_TYPE_COUNT || index->count[i] > UINT64_MAX - index->sum[index->type[i]])
      return status_fail(STATUS_CONFIG, "%s: its index is not one", store_path(store));
    index->sum[index->type[i]] += index->count[i];
  }
  for (int t = 0; t < STATE_TYPE_COUNT; t++) {
    struct store_form form;
    if (index->sum[t] == 0) continue;
    TRY(store_form(store, datasets[t], NULL, &form));
    bool good = form.kind == STORE_NUMBERS && form.rank == 1 && form.type == (enum state_type)t &&
                form.count == index->sum[t] && form.bytes_on_disk / state_type_size(form.type) == form.count;
    if (!good)
      return status_fail(STATUS_CONFIG, "%s: %s is not what its index says", store_path(store), datasets[t]);
  }
  return STATUS_OK;
}

static enum status read_index(struct store *store, struct index *index) {
  struct store_names names = {0};
  struct store_form form;
  int32_t format = 0;
  TRY(store_read(store, "/", "spinule_checkpoint", STATE_I32, 1, &format));
  if (format != CHECKPOINT_FORMAT)
    return status_fail(STATUS_CONFIG, "%s: has checkpoint format %d, this program reads %d",
                       store_path(store), (int)format, CHECKPOINT_FORMAT);
  TRY(store_form(store, "/index/count", NULL, &form));
  TRY(store_read_texts(store, "/index/name", NULL, &names));
  enum status status;
  if ((uint64_t)names.n != form.count) {
    status = status_fail(STATUS_CONFIG, "%s: its index is not in step", store_path(store));
    goto failed;
  }
  TRY_GOTO(grow_index(index, form.count), failed);
  for (; index->n < form.count; index->n++) {
    index->name[index->n] = names.name[index->n];
    names.name[index->n] = NULL;
  }
  TRY_GOTO(store_read(store, "/index/type", NULL, STATE_U8, index->n, index->type), failed);
  TRY_GOTO(store_read(store, "/index/count", NULL, STATE_U64, index->n, index->count), failed);
  status = check_arrays(store, index);
failed:
  store_names_free(&names);
  return status;
}

static void close_loader(struct loader *loader) {
  free_index(&loader->index);
  store_abandon(loader->store);
  loader->store = NULL;
}

/* Open a checkpoint that is whole. Fails: CONFIG (it is not), WORLD, NO_MEMORY. */
static enum status open_whole(const char *path, struct loader *loader) {
  *loader = (struct loader){.visitor = {.loading = true, .array = load_array, .list = load_list}};
  TRY(check_seal(path));
  TRY(store_open(path, false, &loader->store));
  enum status status = read_index(loader->store, &loader->index);
  if (status != STATUS_OK) close_loader(loader);
  return status;
}

/* Open the newest checkpoint that is whole. */
static enum status open_newest(const char *path, struct loader *loader, bool *previous) {
  char older[PATH_ROOM], reason[1000];
  TRY(beside(path, ".prev", older));
  enum status status = open_whole(path, loader);
  if (status != STATUS_CONFIG) return status;
  snprintf(reason, sizeof reason, "%s", status_message());
  *previous = true;
  status = open_whole(older, loader);
  if (status != STATUS_CONFIG) return status;
  return access(older, F_OK) == 0 ? status_fail(STATUS_CONFIG, "%s; %s", reason, status_message())
                                  : status_fail(STATUS_CONFIG, "%s", reason);
}

static enum status check_fingerprint(struct store *store, const char *fingerprint) {
  char *found = NULL;
  TRY(store_read_text(store, "/", "fingerprint", &found));
  bool same = strcmp(found, fingerprint) == 0;
  memory_free(found);
  return same ? STATUS_OK
              : status_fail(STATUS_CONFIG,
                            "%s: belongs to another experiment: config, seed or format have changed",
                            store_path(store));
}

enum status checkpoint_check(const char *path, const char *fingerprint) {
  struct loader loader;
  bool previous = false;
  TRY(open_newest(path, &loader, &previous));
  enum status status = check_fingerprint(loader.store, fingerprint);
  close_loader(&loader);
  return status;
}

enum status checkpoint_load(const char *path, const char *fingerprint, checkpoint_walk *walk, void *context,
                            bool *previous) {
  struct loader loader;
  enum status status;
  *previous = false;
  TRY(open_newest(path, &loader, previous));
  TRY_GOTO(check_fingerprint(loader.store, fingerprint), done);
  TRY_GOTO(walk(context, &loader.visitor), done);
  if (loader.next < loader.index.n)
    status = status_fail(STATUS_CONFIG, "%s: has %s, which nothing takes up", store_path(loader.store),
                         loader.index.name[loader.next]);
done:
  close_loader(&loader);
  return status;
}

enum status checkpoint_load_first(const char *path, checkpoint_walk *walk, void *context, bool *previous) {
  struct loader loader;
  *previous = false;
  TRY(open_newest(path, &loader, previous));
  enum status status = walk(context, &loader.visitor);
  close_loader(&loader);
  return status;
}

bool checkpoint_exists(const char *path) {
  char older[PATH_ROOM];
  return access(path, F_OK) == 0 || (beside(path, ".prev", older) == STATUS_OK && access(older, F_OK) == 0);
}
