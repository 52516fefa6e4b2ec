/* text_file.c — files of text for other programs. See text_file.h. */
#include "text_file.h"
#include "memory.h"
#include <errno.h>
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
  char path[PATH_MAX], fresh[PATH_MAX];
  *out = (struct text_file){0};
  if ((size_t)snprintf(path, sizeof path, "%s/%s", directory, name) >= sizeof path ||
      (size_t)snprintf(fresh, sizeof fresh, "%s/%s.tmp", directory, name) >= sizeof fresh)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", directory);
  TRY(memory_text(path, &out->path));
  TRY(memory_text(fresh, &out->fresh));
  out->stream = fopen(fresh, "w");
  return out->stream ? STATUS_OK : refused(fresh);
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
    forget(file);
    return STATUS_OK;
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

enum status text_directory(const char *path) {
  char upper[PATH_MAX];
  size_t length = strlen(path);
  struct stat found;
  if (length == 0 || length >= sizeof upper)
    return status_fail(STATUS_CONFIG, "\"%.100s\" is no directory", path);
  for (size_t end = 1; end <= length; end++) {
    if (path[end] != '/' && path[end] != '\0') continue;
    memcpy(upper, path, end);
    upper[end] = '\0';
    if (mkdir(upper, 0777) != 0 && errno != EEXIST)
      return status_fail(STATUS_WORLD, "%s: cannot be made: %s", upper, strerror(errno));
  }
  if (stat(path, &found) == 0 && S_ISDIR(found.st_mode)) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: is no directory", path);
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

void text_json(FILE *stream, const char *text) {
  fputc('"', stream);
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\')
      fprintf(stream, "\\%c", c);
    else if (c < 0x20)
      fprintf(stream, "\\u%04x", c);
    else
      fputc(c, stream);
  }
  fputc('"', stream);
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
