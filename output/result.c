/* result.c — the life of a result file: opened, resumed, finished, suspended, failed. See result.h. */
#include "result.h"
#include "memory.h"
#include "result_parts.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static const uint32_t sonata_magic = 0x0A7A, sonata_version[2] = {0, 1};

struct recorder *result_recorder(struct result *result) {
  return &result->recorder;
}
struct store *result_store(struct result *result) {
  return result->store;
}
const char *result_arm(const struct result *result) { return result->arm; }
const char *result_uuid(const struct result *result) { return result->uuid; }
enum status result_sync(struct result *result) { return store_sync(result->store); }

enum status result_find(const struct directory *directory, const char *arm, enum result_found *out) {
  *out = RESULT_FOUND_NONE;
  char *path = NULL;
  TRY(directory_file(directory, arm, RESULT_SUFFIX, &path));
  if (access(path, F_OK) == 0) *out = RESULT_FOUND_COMPLETE;
  memory_free(path);
  TRY(directory_file(directory, arm, PARTIAL_SUFFIX, &path));
  if (access(path, F_OK) == 0) *out = RESULT_FOUND_PARTIAL;
  memory_free(path);
  return STATUS_OK;
}

static void free_result(struct result *result) {
  result_free_groups(result);
  memory_free(result->arm);
  memory_free(result->partial);
  memory_free(result->complete);
  memory_free(result);
}

/* A random identifier, RFC 4122 version 4. */
static enum status make_uuid(char uuid[RESULT_UUID_MAX]) {
  unsigned char b[16];
  if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
    return status_fail(STATUS_WORLD, "the system gives no random numbers: %s", strerror(errno));
  b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
  b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
  snprintf(uuid, RESULT_UUID_MAX, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
           b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
           b[15]);
  return STATUS_OK;
}

/* ---- status ---- */

static enum status write_state(struct store *store, enum result_state state) {
  int8_t code = (int8_t)state;
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  double now_s = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
  TRY(store_write_number(store, "/status/state", STATE_I8, &code));
  return store_write_number(store, "/status/updated_unix_s", STATE_F64, &now_s);
}

enum status result_progress(struct result *result, double t_s, double wall_s, double fraction) {
  TRY(store_write_number(result->store, "/status/t_s", STATE_F64, &t_s));
  TRY(store_write_number(result->store, "/status/wall_s", STATE_F64, &wall_s));
  TRY(store_write_number(result->store, "/status/fraction", STATE_F64, &fraction));
  TRY(write_state(result->store, RESULT_RUNNING));
  return store_flush(result->store); /* for those who watch the file */
}

static enum status create_status(struct result *result) {
  struct store *store = result->store;
  TRY(store_group(store, "/status"));
  TRY(store_attribute_text(store, "/status", "NX_class", "NXcollection"));
  TRY(write_state(store, RESULT_RUNNING));
  TRY(store_attribute_text(store, "/status/state", "long_name",
                           "0 running, 1 complete, 2 stopped and resumable, 3 failed"));
  TRY(result_progress(result, 0, 0, 0));
  TRY(store_attribute_text(store, "/status/t_s", "units", "s"));
  TRY(store_attribute_text(store, "/status/t_s", "long_name", "protocol time (s)"));
  TRY(store_attribute_text(store, "/status/wall_s", "units", "s"));
  TRY(store_attribute_text(store, "/status/wall_s", "long_name", "wall time so far (s)"));
  TRY(store_attribute_text(store, "/status/fraction", "units", "1"));
  TRY(store_attribute_text(store, "/status/updated_unix_s", "units", "s"));
  TRY(store_attribute_text(store, "/status/updated_unix_s", "long_name", "last update, since 1970 (s)"));
  return store_attribute_text(store, "/status/fraction", "long_name", "share of the work done");
}

/* ---- opening ---- */

static enum status create_root(struct result *result, const char *title) {
  struct store *store = result->store;
  int32_t format = RESULT_FORMAT;
  TRY(store_attribute_text(store, "/", "NX_class", "NXroot"));
  TRY(store_attribute_text(store, "/", "default", "rates"));
  TRY(store_attribute_number(store, "/", "magic", STATE_U32, 0, &sonata_magic));
  TRY(store_attribute_number(store, "/", "version", STATE_U32, 2, sonata_version));
  TRY(store_attribute_text(store, "/", "Conventions", "Spinule-1 CF-1.11"));
  TRY(store_attribute_text(store, "/", "title", title));
  TRY(store_attribute_text(store, "/", "source", "Spinule"));
  TRY(store_attribute_number(store, "/", "spinule_format", STATE_I32, 0, &format));
  TRY(create_status(result));
  TRY(store_group(store, "/provenance"));
  TRY(store_attribute_text(store, "/provenance", "NX_class", "NXcollection"));
  TRY(store_write_text(store, "/provenance/run_uuid", result->uuid));
  return store_flush(store);
}

/* A file of this arm's earlier run that would be taken for one of the new run. */
static enum status remove_stale(const struct directory *directory, const char *arm, const char *suffix) {
  char *path = NULL;
  TRY(directory_file(directory, arm, suffix, &path));
  enum status status = STATUS_OK;
  if (unlink(path) != 0 && errno != ENOENT)
    status = status_fail(STATUS_WORLD, "%s: cannot be removed: %s", path, strerror(errno));
  memory_free(path);
  return status;
}

static enum status begin(struct result *result, const struct directory *directory, const char *title) {
  static const char *const stale[] = {PARTIAL_SUFFIX, CHECKPOINT_SUFFIX, CHECKPOINT_SUFFIX ".prev",
                                      CHECKPOINT_SUFFIX ".tmp"};
  for (size_t i = 0; i < sizeof stale / sizeof *stale; i++)
    TRY(remove_stale(directory, result->arm, stale[i]));
  TRY(make_uuid(result->uuid));
  TRY(store_create(result->partial, &result->store));
  return create_root(result, title);
}

static enum status resume(struct result *result) {
  if (access(result->partial, F_OK) != 0)
    return status_fail(STATUS_CONFIG, "%s: there is nothing to resume: %s", result->partial, strerror(errno));
  TRY(store_open(result->partial, true, &result->store));
  int32_t format = 0;
  TRY(store_read(result->store, "/", "spinule_format", STATE_I32, 1, &format));
  if (format != RESULT_FORMAT)
    return status_fail(STATUS_CONFIG, "%s: has result format %d, this program writes %d", result->partial,
                       (int)format, RESULT_FORMAT);
  char *uuid = NULL;
  TRY(store_read_text(result->store, "/provenance/run_uuid", NULL, &uuid));
  snprintf(result->uuid, sizeof result->uuid, "%s", uuid);
  memory_free(uuid);
  TRY(result_open_groups(result));
  return write_state(result->store, RESULT_RUNNING);
}

enum status result_open(const struct directory *directory, const char *arm, const char *title,
                        enum result_mode mode, const struct log *log, struct result **out) {
  *out = NULL;
  enum status status;
  struct result *result = NULL;
  TRY(memory_new("result", 1, sizeof *result, &result));
  result->recorder = result_recorder_functions();
  TRY_GOTO(memory_text(arm, &result->arm), failed);
  TRY_GOTO(directory_file(directory, arm, PARTIAL_SUFFIX, &result->partial), failed);
  TRY_GOTO(directory_file(directory, arm, RESULT_SUFFIX, &result->complete), failed);
  if (mode == RESULT_NEW && access(result->complete, F_OK) == 0) {
    status =
        status_fail(STATUS_CONFIG, "%s: is there and complete; --overwrite replaces it", result->complete);
    goto failed;
  }
  TRY_GOTO(mode == RESULT_RESUME ? resume(result) : begin(result, directory, title), failed);
  if (log && (store_unlocked(result->store) || directory_unlocked(directory)))
    log_warning(log, "%s: this file system has no locks: see to it that only one run writes here",
                directory_path(directory));
  *out = result;
  return STATUS_OK;
failed:
  result_free_groups(result);
  store_abandon(result->store);
  if (mode != RESULT_RESUME && result->store)
    unlink(result->partial); /* what was just begun, without its root */
  free_result(result);
  return status;
}

/* ---- closing ---- */

/* Write all that waits, set the state, close. */
static enum status close_as(struct result *result, enum result_state state) {
  enum status status;
  TRY_GOTO(result_end_groups(result), failed);
  TRY_GOTO(store_flush(result->store), failed);
  TRY_GOTO(write_state(result->store, state), failed);
  TRY_GOTO(store_sync(result->store), failed);
  result_free_groups(result);
  status = store_close(result->store);
  result->store = NULL;
  return status;
failed:
  result_free_groups(result);
  store_abandon(result->store);
  result->store = NULL;
  return status;
}

enum status result_suspend(struct result *result) {
  enum status status = close_as(result, RESULT_STOPPED);
  free_result(result);
  return status;
}

enum status result_finish(struct result *result) {
  enum status status = close_as(result, RESULT_COMPLETE);
  if (status == STATUS_OK && rename(result->partial, result->complete) != 0)
    status =
        status_fail(STATUS_WORLD, "%s: cannot take its final name: %s", result->partial, strerror(errno));
  if (status == STATUS_OK) status = directory_sync(result->complete);
  free_result(result);
  return status;
}

/* Mark a file that was cut off; one byte and a number that are there already, so a full disk does not
 * matter. */
static enum status mark_failed(const char *path) {
  struct store *store = NULL;
  TRY(store_open(path, true, &store));
  enum status status = write_state(store, RESULT_FAILED);
  if (status != STATUS_OK) {
    store_abandon(store);
    return status;
  }
  return store_close(store);
}

void result_fail(struct result *result) {
  if (!result) return;
  char message[4000];
  snprintf(message, sizeof message, "%s", status_message());
  enum status status = store_broken(result->store) ? STATUS_WORLD : close_as(result, RESULT_FAILED);
  if (status != STATUS_OK) {
    result_free_groups(result);
    store_abandon(result->store);
    status = mark_failed(result->partial); /* the failure that led here is the one that counts */
  }
  free_result(result);
  status_fail(status, "%s", message);
}
