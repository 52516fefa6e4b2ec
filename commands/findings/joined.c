/* joined.c — joining a result with the rows in its checkpoint. See joined.h. */
#include "joined.h"
#include "checkpoint.h"
#include "memory.h"
#include "result.h"
#include "survey.h"
#include "table.h"
#include "text_file.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A bin of rates, h. */
static const double BIN_H = 0.01 / 3600.0;

/* ---- the copy ---- */

static enum status copy_bytes(FILE *from, FILE *to, const char *source, const char *target) {
  enum { PIECE = 1 << 20 };
  char *piece = NULL;
  size_t n = 0;
  TRY(memory_new("copy", PIECE, 1, &piece));
  bool good = true;
  while (good && (n = fread(piece, 1, PIECE, from)) > 0) good = fwrite(piece, 1, n, to) == n;
  memory_free(piece);
  if (ferror(from)) return status_fail(STATUS_WORLD, "%s: cannot be read: %s", source, strerror(errno));
  if (good && fflush(to) == 0 && !ferror(to)) return STATUS_OK;
  return status_fail(STATUS_WORLD, "%s: cannot be written: %s", target, strerror(errno));
}

static enum status copy_file(const char *source, const char *target) {
  FILE *from = text_file_read(source), *to = from ? fopen(target, "wb") : NULL;
  enum status status = from && to ? copy_bytes(from, to, source, target)
                                  : status_fail(STATUS_WORLD, "%s: cannot be opened: %s",
                                                from ? target : source, strerror(errno));
  if (from) fclose(from);
  if (to && fclose(to) != 0 && status == STATUS_OK)
    status = status_fail(STATUS_WORLD, "%s: cannot be written: %s", target, strerror(errno));
  if (status != STATUS_OK && to) unlink(target);
  return status;
}

/* ---- joining ---- */

static enum status walk(void *context, struct visitor *visitor) { return result_visit(context, visitor); }

/* The copy with what its checkpoint holds; without one it stays as it was flushed. */
static enum status join(const struct directory *directory, const char *arm, const char *checkpoint,
                        enum joined *how) {
  struct result *result = NULL;
  bool previous = false;
  *how = JOINED_NOTHING;
  TRY(result_open(directory, arm, NULL, RESULT_RESUME, NULL, &result));
  enum status status = STATUS_OK;
  if (checkpoint_exists(checkpoint)) {
    status = checkpoint_load_first(checkpoint, walk, result, &previous);
    *how = previous ? JOINED_BEFORE : JOINED_LATEST;
  }
  if (status == STATUS_OK) return result_suspend(result);
  result_fail(result);
  return status;
}

/* The end of what was simulated, h: that of the last bin of rates. */
static enum status last_rate_h(struct store *store, double *out) {
  static const char *const path = "/rates/time";
  int64_t n = survey_rows(store, path);
  *out = 0;
  for (int64_t i = n - 1; i >= 0 && i >= n - 2; i--) { /* one of two rows may part two windows */
    double time_s;
    TRY(store_read_rows(store, path, (uint64_t)i, 1, &time_s));
    if (time_s == time_s && time_s / 3600.0 > *out) *out = time_s / 3600.0;
  }
  return STATUS_OK;
}

/* A window may have been noted when its rows were in no checkpoint yet. */
static enum status drop_unfinished(struct store *store) {
  enum { HOURS = 3 };
  static const char *const names[HOURS] = {"start_h", "settled_h", "stop_h"};
  struct column columns[HOURS + 1];
  struct store_names label = {0};
  double *hours[HOURS] = {NULL}, last_h;
  char path[STORE_NAME_MAX];
  int64_t n = survey_rows(store, "/protocol/windows/stop_h");
  if (n <= 0) return STATUS_OK;
  enum status status = last_rate_h(store, &last_h);
  for (int c = 0; c < HOURS && status == STATUS_OK; c++) {
    snprintf(path, sizeof path, "/protocol/windows/%s", names[c]);
    status = memory_new("windows", (size_t)n, sizeof **hours, &hours[c]);
    if (status == STATUS_OK) status = store_read(store, path, NULL, STATE_F64, (uint64_t)n, hours[c]);
    columns[c] = (struct column){names[c], COLUMN_F64, "h", "", hours[c]};
  }
  if (status == STATUS_OK) status = store_read_texts(store, "/protocol/windows/label", NULL, &label);
  if (status == STATUS_OK && label.n != n)
    status = status_fail(STATUS_CONFIG, "%s: /protocol/windows is no table", store_path(store));
  columns[HOURS] = (struct column){"label", COLUMN_TEXT, "", "", label.name};
  int kept = (int)n;
  while (status == STATUS_OK && kept > 0 && hours[2][kept - 1] > last_h + BIN_H) kept--;
  const struct table table = {"protocol/windows", "windows of spikes that are complete", kept, columns,
                              HOURS + 1};
  if (status == STATUS_OK && kept < n) status = table_write(store, &table);
  for (int c = 0; c < HOURS; c++) memory_free(hours[c]);
  store_names_free(&label);
  return status;
}

static enum status tidy(const char *path) {
  struct store *store = NULL;
  TRY(store_open(path, true, &store));
  enum status status = drop_unfinished(store);
  if (status == STATUS_OK) return store_close(store);
  store_abandon(store);
  return status;
}

enum status joined_copy(const char *source, const char *checkpoint, const struct directory *directory,
                        const char *arm, enum joined *how) {
  char *copy = NULL;
  TRY(directory_file(directory, arm, PARTIAL_SUFFIX, &copy));
  enum status status = copy_file(source, copy);
  if (status == STATUS_OK) {
    status = join(directory, arm, checkpoint, how);
    if (status == STATUS_OK) status = tidy(copy);
    if (status != STATUS_OK) unlink(copy);
  }
  memory_free(copy);
  return status;
}

/* ---- while the run goes on ---- */

enum { ATTEMPTS = 3 };

struct joined_room {
  char path[PATH_MAX - 64];
  struct directory *directory;
  int n; /* copies in it */
};

enum status joined_room_open(struct joined_room **out) {
  const char *base = getenv("TMPDIR");
  TRY(memory_new("room", 1, sizeof **out, out));
  struct joined_room *room = *out;
  snprintf(room->path, sizeof room->path, "%.3900s/spinule-XXXXXX", base && *base ? base : "/tmp");
  enum status status = STATUS_OK;
  if (!mkdtemp(room->path))
    status = status_fail(STATUS_WORLD, "%s: cannot be made: %s; set TMPDIR to a folder that can be written",
                         room->path, strerror(errno));
  if (status == STATUS_OK) status = directory_open(room->path, &room->directory);
  if (status == STATUS_OK) return STATUS_OK;
  memory_free(room);
  *out = NULL;
  return status;
}

bool joined_room_take(struct joined_room *room, const char *source, char *out, size_t size) {
  char checkpoint[PATH_MAX], arm[32];
  size_t length = strlen(source), end = strlen(PARTIAL_SUFFIX);
  enum joined how;
  if (length <= end || strcmp(source + length - end, PARTIAL_SUFFIX) != 0) return false;
  if (snprintf(checkpoint, sizeof checkpoint, "%.*s%s", (int)(length - end), source, CHECKPOINT_SUFFIX) >=
      (int)sizeof checkpoint)
    return false;
  if (!checkpoint_exists(checkpoint)) return false;
  snprintf(arm, sizeof arm, "copy%d", room->n);
  for (int k = 0; k < ATTEMPTS; k++) { /* the run may write a newer checkpoint after the file was copied */
    if (joined_copy(source, checkpoint, room->directory, arm, &how) != STATUS_OK) continue;
    room->n++;
    return snprintf(out, size, "%s/%s%s", room->path, arm, PARTIAL_SUFFIX) < (int)size;
  }
  return false;
}

void joined_room_close(struct joined_room *room) {
  char path[PATH_MAX];
  if (!room) return;
  for (int k = 0; k < room->n; k++) {
    snprintf(path, sizeof path, "%s/copy%d%s", room->path, k, PARTIAL_SUFFIX);
    unlink(path);
  }
  directory_close(room->directory);
  snprintf(path, sizeof path, "%s/%s", room->path, LOCK_NAME);
  unlink(path);
  rmdir(room->path);
  memory_free(room);
}
