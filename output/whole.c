/* whole.c — files that are there whole or not at all. See whole.h. */
#include "whole.h"
#include "directory.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum status name_fresh(const char *path, char fresh[PATH_MAX]) {
  if (snprintf(fresh, PATH_MAX, "%s.tmp", path) < PATH_MAX) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: too long a path", path);
}

static enum status take_name(const char *fresh, const char *path, enum status status) {
  if (status == STATUS_OK && rename(fresh, path) != 0)
    status = status_fail(STATUS_WORLD, "%s: cannot take its name: %s", path, strerror(errno));
  if (status != STATUS_OK) unlink(fresh);
  return status == STATUS_OK ? directory_sync(path) : status;
}

enum status whole_store(const char *path, enum status (*write)(struct store *store, const void *what),
                        const void *what) {
  char fresh[PATH_MAX];
  struct store *store = NULL;
  TRY(name_fresh(path, fresh));
  TRY(store_create(fresh, &store));
  enum status status = write(store, what);
  if (status == STATUS_OK) status = store_sync(store);
  if (status == STATUS_OK)
    status = store_close(store);
  else
    store_abandon(store);
  return take_name(fresh, path, status);
}

static enum status cannot(const char *path) {
  return status_fail(STATUS_WORLD, "%s: cannot be written: %s", path, strerror(errno));
}

enum status whole_text(const char *path, enum status (*write)(FILE *file, const void *what),
                       const void *what) {
  char fresh[PATH_MAX];
  TRY(name_fresh(path, fresh));
  FILE *file = fopen(fresh, "w");
  if (!file) return cannot(path);
  enum status status = write(file, what);
  errno = 0;
  bool bad = fflush(file) != 0 || ferror(file) != 0 || fsync(fileno(file)) != 0;
  if (bad && status == STATUS_OK) status = cannot(path);
  if (fclose(file) != 0 && status == STATUS_OK) status = cannot(path);
  return take_name(fresh, path, status);
}
