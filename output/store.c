/* store.c — HDF5 files: open, flush, close, and how a failed HDF5 call becomes a message. See store.h. */
#include "store.h"
#include "memory.h"
#include "store_hdf5.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

/* ---- failures ---- */

/* The innermost entry of HDF5's stack is the cause. */
static herr_t keep_reason(unsigned depth, const H5E_error2_t *entry, void *context) {
  struct store *store = context;
  if (depth == 0 && entry->desc) snprintf(store->reason, sizeof store->reason, "%s", entry->desc);
  return 0;
}

bool store_note(struct store *store, bool good) {
  if (good || store->reason[0]) return good;
  if (store->disk.refusal) {
    snprintf(store->reason, sizeof store->reason, "%s", strerror(store->disk.refusal));
  } else {
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_reason, store);
    if (!store->reason[0]) snprintf(store->reason, sizeof store->reason, "HDF5 gave no reason");
  }
  return false;
}

bool store_done(struct store *store, bool good, hid_t id) {
  store_note(store, good);
  if (id < 0) return good;
  return store_note(store, H5Idec_ref(id) >= 0) && good;
}

static void forget_reason(struct store *store) {
  store->reason[0] = 0;
  store->disk.refusal = 0;
  store->disk.lock_refused = false;
}

enum status store_failed(struct store *store, const char *verb, const char *object) {
  store_note(store, false);
  char room[64] = "";
  struct statvfs disk;
  if (statvfs(store->path, &disk) == 0)
    snprintf(room, sizeof room, " (%.1f MB free on this disk)",
             (double)disk.f_bavail * (double)disk.f_frsize / 1e6);
  enum status status =
      status_fail(STATUS_WORLD, "%s: cannot %s %s: %s%s", store->path, verb, object, store->reason, room);
  store->broken = true;
  forget_reason(store);
  return status;
}

enum status store_unreadable(struct store *store, const char *verb, const char *object) {
  store_note(store, false);
  enum status status = status_fail(store->disk.refusal ? STATUS_WORLD : STATUS_CONFIG, "%s: cannot %s %s: %s",
                                   store->path, verb, object, store->reason);
  forget_reason(store);
  return status;
}

enum status store_writing(struct store *store, const char *object) {
  if (!store->writable)
    return status_fail(STATUS_FAULT, "%s: opened for reading, cannot write %s", store->path, object);
  if (store->broken)
    return status_fail(STATUS_WORLD, "%s: cannot write %s: an earlier write failed", store->path, object);
  return STATUS_OK;
}

/* ---- opening ---- */

/* Once for the process: HDF5 prints nothing, and does not try to finish abandoned files when the process
 * ends. A file that hits the limit of its size gives an error, not the signal that kills. */
static void start_library(void) {
  H5dont_atexit(); /* refused, without harm, when HDF5 has started before */
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  struct sigaction action;
  if (sigaction(SIGXFSZ, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
    action.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &action, NULL);
  }
}

/* Metadata may leave the cache in a flush only. */
static bool keep_metadata(hid_t access) {
  H5AC_cache_config_t cache = {.version = H5AC__CURR_CACHE_CONFIG_VERSION};
  if (H5Pget_mdc_config(access, &cache) < 0) return false;
  cache.incr_mode = H5C_incr__off;
  cache.flash_incr_mode = H5C_flash_incr__off;
  cache.decr_mode = H5C_decr__off;
  cache.evictions_enabled = false;
  return H5Pset_mdc_config(access, &cache) >= 0;
}

/* Creation properties of a file or group: children and attributes keep their order, no time stamps. Links and
 * attributes stay inside the object's header, where a flush writes them in one piece. */
static bool keep_order(hid_t list) {
  enum { LINKS_MAX = 1 << 14, LINKS_EXPECTED = 32, NAME_EXPECTED = 20 };
  unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  return H5Pset_link_creation_order(list, order) >= 0 && H5Pset_link_phase_change(list, LINKS_MAX, 0) >= 0 &&
         H5Pset_est_link_info(list, LINKS_EXPECTED, NAME_EXPECTED) >= 0 &&
         H5Pset_attr_creation_order(list, order) >= 0 && H5Pset_attr_phase_change(list, 40, 20) >= 0 &&
         H5Pset_obj_track_times(list, false) >= 0;
}

enum open_mode { OPEN_CREATE, OPEN_WRITE, OPEN_READ };

static bool open_file(struct store *store, enum open_mode mode) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS), create = H5Pcreate(H5P_FILE_CREATE);
  store->disk.fresh = mode == OPEN_CREATE;
  bool good = access >= 0 && create >= 0 &&
              H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST) >= 0 &&
              H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
              H5Pset_file_locking(access, false, true) >= 0 && disk_install(&store->disk, access) &&
              (mode == OPEN_READ || keep_metadata(access)) && keep_order(create);
  if (good && mode == OPEN_CREATE) store->file = H5Fcreate(store->path, H5F_ACC_TRUNC, create, access);
  if (good && mode == OPEN_WRITE) store->file = H5Fopen(store->path, H5F_ACC_RDWR, access);
  if (good && mode == OPEN_READ) store->file = H5Fopen(store->path, H5F_ACC_RDONLY, access);
  good = store_note(store, good && store->file >= 0);
  good = store_done(store, good, access);
  return store_done(store, good, create);
}

/* What is needed beside the file itself. */
static bool prepare(struct store *store) {
  store->group_list = H5Pcreate(H5P_GROUP_CREATE);
  store->text = H5Tcopy(H5T_C_S1);
  return store_note(store, store->group_list >= 0 && keep_order(store->group_list) && store->text >= 0 &&
                               H5Tset_size(store->text, H5T_VARIABLE) >= 0 &&
                               H5Tset_cset(store->text, H5T_CSET_UTF8) >= 0);
}

static void free_store(struct store *store) {
  if (!store->writable) store_unguard();
  if (store->group_list >= 0) H5Idec_ref(store->group_list);
  if (store->text >= 0) H5Idec_ref(store->text);
  disk_remove(&store->disk);
  pack_free(store->pack);
  memory_free(store->path);
  memory_free(store);
}

static enum status open_failed(struct store *store, enum open_mode mode) {
  if (store->disk.lock_refused)
    return status_fail(STATUS_IN_USE, "%s: in use by another program", store->path);
  if (store->disk.odd) return status_fail(STATUS_CONFIG, "%s: is not a plain file", store->path);
  if (store->disk.refusal)
    return status_fail(STATUS_WORLD, "%s: cannot open: %s", store->path, store->reason);
  if (mode == OPEN_CREATE)
    return status_fail(STATUS_WORLD, "%s: cannot create: %s", store->path, store->reason);
  return status_fail(STATUS_CONFIG, "%s: not a readable HDF5 file: %s", store->path, store->reason);
}

static enum status store_new(const char *path, enum open_mode mode, struct store **out) {
  *out = NULL;
  enum status status;
  struct store *store = NULL;
  start_library();
  TRY(memory_new("store", 1, sizeof *store, &store));
  store->file = store->group_list = store->text = H5I_INVALID_HID;
  store->disk.file = -1;
  store->disk.driver = H5I_INVALID_HID;
  TRY_GOTO(memory_text(path, &store->path), failed);
  if (mode != OPEN_READ) TRY_GOTO(pack_new(&store->pack), failed);
  if (mode == OPEN_READ) store_guard(path);
  if (!prepare(store) || !open_file(store, mode)) {
    status = open_failed(store, mode);
    goto failed;
  }
  store->writable = mode != OPEN_READ;
  if (store->writable) disk_begin(&store->disk);
  *out = store;
  return STATUS_OK;
failed:
  free_store(store);
  return status;
}

enum status store_create(const char *path, struct store **out) { return store_new(path, OPEN_CREATE, out); }

enum status store_open(const char *path, bool writable, struct store **out) {
  return store_new(path, writable ? OPEN_WRITE : OPEN_READ, out);
}

const char *store_path(const struct store *store) { return store->path; }
bool store_broken(const struct store *store) { return store->broken; }
bool store_unlocked(const struct store *store) { return store->disk.unlocked; }

void store_library_version(char *text, size_t size) {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  snprintf(text, size, "%u.%u.%u", major, minor, release);
}

/* ---- flushing and closing ---- */

enum status store_flush(struct store *store) {
  TRY(store_writing(store, "the file"));
  TRY(store_drain(store));
  bool good = H5Fflush(store->file, H5F_SCOPE_LOCAL) >= 0 && disk_commit(&store->disk);
  return good ? STATUS_OK : store_failed(store, "flush", "the file");
}

enum status store_sync(struct store *store) {
  TRY(store_flush(store));
  return disk_sync(&store->disk) ? STATUS_OK : store_failed(store, "bring to the disk", "the file");
}

void store_abandon(struct store *store) {
  if (!store) return;
  store->disk.abandoned = store->writable;
  H5Fclose(store->file);
  free_store(store);
}

enum status store_close(struct store *store) {
  if (!store) return STATUS_OK;
  enum status status = store->writable ? store_flush(store) : STATUS_OK;
  if (status != STATUS_OK) {
    store_abandon(store);
    return status;
  }
  if (H5Fclose(store->file) < 0) status = store_failed(store, "close", "the file");
  free_store(store);
  return status;
}
