/* text_file.c — files of text for other programs. See text_file.h. */
#include "text_file.h"
#include "directory.h"
#include "memory.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status refused(const char *path) {
  return status_fail(STATUS_WORLD, "%s: cannot be written: %s", path, strerror(errno));
}

enum status text_file_open(const char *directory, const char *name, struct text_file *out) {
  char path[PATH_MAX];
  *out = (struct text_file){0};
  if ((size_t)snprintf(path, sizeof path, "%s/%s", directory, name) >= sizeof path)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", directory);
  return text_file_begin(path, out);
}

enum status text_file_begin(const char *path, struct text_file *out) {
  char fresh[PATH_MAX];
  *out = (struct text_file){0};
  if ((size_t)snprintf(fresh, sizeof fresh, "%s.tmp", path) >= sizeof fresh)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", path);
  TRY(memory_text(path, &out->path));
  TRY(memory_text(fresh, &out->fresh));
  out->stream = fopen(fresh, "w");
  return out->stream ? STATUS_OK : refused(path);
}

static void forget(struct text_file *file) {
  memory_free(file->path);
  memory_free(file->fresh);
  *file = (struct text_file){0};
}

enum status text_file_close(struct text_file *file) {
  errno = 0;
  bool good = fflush(file->stream) == 0 && !ferror(file->stream) && fsync(fileno(file->stream)) == 0;
  int reason = errno;
  good = fclose(file->stream) == 0 && good;
  file->stream = NULL;
  if (good && rename(file->fresh, file->path) == 0) {
    enum status synced = directory_sync(file->path);
    forget(file);
    return synced;
  }
  errno = good || !reason ? errno : reason;
  enum status status = refused(file->path);
  unlink(file->fresh);
  forget(file);
  return status;
}

void text_file_abandon(struct text_file *file) {
  if (file->stream) {
    fclose(file->stream);
    unlink(file->fresh);
  }
  forget(file);
}

FILE *text_file_read(const char *path) {
  struct stat found;
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), reason = EINVAL;
  if (file < 0) return NULL;
  if (fstat(file, &found) != 0 || S_ISDIR(found.st_mode)) reason = EISDIR;
  FILE *stream = S_ISREG(found.st_mode) ? fdopen(file, "r") : NULL;
  if (stream) return stream;
  close(file);
  errno = reason;
  return NULL;
}

void text_number(double value, char text[TEXT_NUMBER_MAX]) {
  if (isnan(value)) {
    snprintf(text, TEXT_NUMBER_MAX, "nan");
    return;
  }
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, TEXT_NUMBER_MAX, "%.*g", digits, value);
    if (strtod(text, NULL) == value) return;
  }
}

void text_csv(FILE *stream, const char *text) {
  if (!strpbrk(text, ",\"\n\r")) {
    fputs(text, stream);
    return;
  }
  fputc('"', stream);
  for (; *text; text++) fputs(*text == '"' ? "\"\"" : (char[]){*text, '\0'}, stream);
  fputc('"', stream);
}
