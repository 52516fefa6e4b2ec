/* scratch.h — a directory of its own for a test that writes files; in memory, where the system has that. */
#ifndef TESTS_OUTPUT_SCRATCH_H
#define TESTS_OUTPUT_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRATCH_MAX = 400 };

struct scratch {
  char path[SCRATCH_MAX / 2];
};

static inline struct scratch scratch_make(void) {
  struct scratch scratch;
  const char *home = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  snprintf(scratch.path, sizeof scratch.path, "%s/spinule-test-XXXXXX", home);
  if (!mkdtemp(scratch.path)) abort();
  return scratch;
}

static inline void scratch_file(const struct scratch *scratch, const char *name, char out[SCRATCH_MAX]) {
  snprintf(out, SCRATCH_MAX, "%s/%s", scratch->path, name);
}

/* Remove the files in it. */
static inline void scratch_empty(const struct scratch *scratch) {
  DIR *directory = opendir(scratch->path);
  struct dirent *entry;
  while (directory && (entry = readdir(directory))) {
    char path[SCRATCH_MAX + sizeof entry->d_name];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(path, sizeof path, "%s/%s", scratch->path, entry->d_name);
    unlink(path);
  }
  if (directory) closedir(directory);
}

static inline void scratch_remove(const struct scratch *scratch) {
  scratch_empty(scratch);
  rmdir(scratch->path);
}

/* All bytes of a file; free with free. NULL if it cannot be read. */
static inline unsigned char *scratch_read(const char *path, size_t *size) {
  struct stat found;
  int file = open(path, O_RDONLY);
  *size = 0;
  if (file < 0) return NULL;
  unsigned char *bytes = NULL;
  if (fstat(file, &found) == 0) bytes = malloc((size_t)found.st_size + 1);
  if (bytes && read(file, bytes, (size_t)found.st_size) == found.st_size) *size = (size_t)found.st_size;
  close(file);
  return bytes;
}

static inline void scratch_write(const char *path, const void *bytes, size_t size) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0 || write(file, bytes, size) != (ssize_t)size) abort();
  close(file);
}

static inline void scratch_copy(const char *from, const char *to) {
  size_t size;
  unsigned char *bytes = scratch_read(from, &size);
  if (!bytes) abort();
  scratch_write(to, bytes, size);
  free(bytes);
}

#endif
