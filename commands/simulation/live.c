/* live.c — readable copies of results that are being written. See live.h. */
#include "live.h"
#include "findings/joined.h"
#include "memory.h"
#include "result.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct live {
  const struct directory *from;
  struct directory *to; /* DIR/live */
  const struct log *log;
  bool told; /* that a copy could not be made */
};

enum status live_open(const struct directory *directory, const struct log *log, struct live **out) {
  char path[PATH_MAX];
  enum status status;
  struct live *live = NULL;
  *out = NULL;
  if (snprintf(path, sizeof path, "%s/live", directory_path(directory)) >= (int)sizeof path)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", directory_path(directory));
  TRY(memory_new("live copies", 1, sizeof *live, &live));
  *live = (struct live){.from = directory, .log = log};
  TRY_GOTO(directory_open(path, &live->to), failed);
  *out = live;
  return STATUS_OK;
failed:
  memory_free(live);
  return status;
}

/* The copy was closed as that of a run that stops; this one goes on. */
static enum status mark_running(const char *path) {
  const int8_t code = RESULT_RUNNING;
  struct store *store = NULL;
  TRY(store_open(path, true, &store));
  enum status status = store_write_number(store, "/status/state", STATE_I8, &code);
  if (status == STATUS_OK) return store_close(store);
  store_abandon(store);
  return status;
}

static enum status publish(const char *fresh, const char *path) {
  enum status status = mark_running(fresh);
  if (status == STATUS_OK && rename(fresh, path) != 0)
    status = status_fail(STATUS_WORLD, "%s: cannot take its name: %s", path, strerror(errno));
  if (status != STATUS_OK) unlink(fresh);
  return status;
}

static enum status copy(const struct live *live, const char *arm) {
  char *source = NULL, *checkpoint = NULL, *fresh = NULL, *path = NULL;
  enum joined how;
  enum status status;
  TRY_GOTO(directory_file(live->from, arm, PARTIAL_SUFFIX, &source), done);
  TRY_GOTO(directory_file(live->from, arm, CHECKPOINT_SUFFIX, &checkpoint), done);
  TRY_GOTO(directory_file(live->to, arm, PARTIAL_SUFFIX, &fresh), done);
  TRY_GOTO(directory_file(live->to, arm, RESULT_SUFFIX, &path), done);
  TRY_GOTO(joined_copy(source, checkpoint, live->to, arm, &how), done);
  status = publish(fresh, path);
done:
  memory_free(source);
  memory_free(checkpoint);
  memory_free(fresh);
  memory_free(path);
  return status;
}

void live_update(struct live *live, const char *arm) {
  if (!live || copy(live, arm) == STATUS_OK || live->told) return;
  log_warning(live->log, "--live: %s; the run goes on", status_message());
  live->told = true;
}

void live_drop(struct live *live, const char *arm) {
  char *path = NULL;
  if (!live || directory_file(live->to, arm, RESULT_SUFFIX, &path) != STATUS_OK) return;
  unlink(path);
  memory_free(path);
}

void live_close(struct live *live) {
  char path[PATH_MAX];
  if (!live) return;
  snprintf(path, sizeof path, "%.*s", PATH_MAX - 1, directory_path(live->to));
  directory_close(live->to);
  rmdir(path);
  memory_free(live);
}
