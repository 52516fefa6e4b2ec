/* whole.c — files that are there whole or not at all. See whole.h. */
#include "whole.h"
#include "directory.h"
#include "text_file.h"
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

enum status whole_text(const char *path, enum status (*write)(FILE *file, const void *what),
                       const void *what) {
  struct text_file file;
  enum status status = text_file_begin(path, &file);
  if (status == STATUS_OK) status = write(file.stream, what);
  if (status == STATUS_OK) status = text_file_close(&file);
  text_file_abandon(&file);
  return status;
}
