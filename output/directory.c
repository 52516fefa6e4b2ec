/* directory.c — the directory of one run, held by one process at a time. See directory.h. */
#include "directory.h"
#include "memory.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

struct directory {
  char *path, *lock_path;
  int lock; /* descriptor of the lock file, -1: none */
  bool unlocked;
};

const char *directory_path(const struct directory *directory) { return directory->path; }
bool directory_unlocked(const struct directory *directory) { return directory->unlocked; }

enum status directory_make(const char *path) {
  char upper[PATH_MAX];
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof upper)
    return status_fail(STATUS_WORLD, "no usable directory name: \"%s\"", path);
  for (size_t end = 1; end <= length; end++) {
    if (path[end] != '/' && path[end] != 0) continue;
    memcpy(upper, path, end);
    upper[end] = 0;
    if (mkdir(upper, 0777) != 0 && errno != EEXIST)
      return status_fail(STATUS_WORLD, "%s: cannot make this directory: %s", upper, strerror(errno));
  }
  struct stat found;
  if (stat(path, &found) != 0)
    return status_fail(STATUS_WORLD, "%s: cannot be read: %s", path, strerror(errno));
  if (!S_ISDIR(found.st_mode)) return status_fail(STATUS_WORLD, "%s: is not a directory", path);
  return STATUS_OK;
}

enum { HOLDER_MAX = 128 };

/* What a lock file says of its holder: "1234 on machine". */
static void read_holder(int lock, char text[HOLDER_MAX]) {
  ssize_t length = pread(lock, text, HOLDER_MAX - 1, 0);
  text[length > 0 ? length : 0] = 0;
  text[strcspn(text, "\n")] = 0;
}

/* Say in the lock file who holds it. */
static enum status write_holder(const struct directory *directory) {
  struct utsname machine;
  char text[HOLDER_MAX];
  bool named = uname(&machine) == 0;
  int length = snprintf(text, sizeof text, "%ld on %.64s\n", (long)getpid(), named ? machine.nodename : "?");
  if (ftruncate(directory->lock, 0) == 0 && pwrite(directory->lock, text, (size_t)length, 0) == length)
    return STATUS_OK;
  return status_fail(STATUS_WORLD, "%s: cannot be written: %s", directory->path, strerror(errno));
}

static struct flock whole_file(short type) { return (struct flock){.l_type = type, .l_whence = SEEK_SET}; }

/* Open the lock file and lock it; the one locked must still be the one of that name, since a holder that lets
 * go removes it. */
static enum status take_lock(struct directory *directory) {
  for (;;) {
    directory->lock = open(directory->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (directory->lock < 0)
      return status_fail(STATUS_WORLD, "%s: cannot be written: %s", directory->path, strerror(errno));
    struct flock claim = whole_file(F_WRLCK);
    if (fcntl(directory->lock, F_OFD_SETLK, &claim) != 0) {
      if (errno == EAGAIN || errno == EACCES) {
        char holder[HOLDER_MAX];
        read_holder(directory->lock, holder);
        return status_fail(STATUS_IN_USE, "%s: in use by process %s", directory->path, holder);
      }
      directory->unlocked = true; /* a file system without locks */
      return STATUS_OK;
    }
    struct stat locked, named;
    if (fstat(directory->lock, &locked) == 0 && stat(directory->lock_path, &named) == 0 &&
        locked.st_ino == named.st_ino && locked.st_dev == named.st_dev)
      return STATUS_OK;
    close(directory->lock);
  }
}

static void free_directory(struct directory *directory) {
  if (directory->lock >= 0) close(directory->lock);
  memory_free(directory->lock_path);
  memory_free(directory->path);
  memory_free(directory);
}

enum status directory_open(const char *path, struct directory **out) {
  *out = NULL;
  enum status status;
  TRY(directory_make(path));
  struct directory *directory = NULL;
  TRY(memory_new("directory", 1, sizeof *directory, &directory));
  directory->lock = -1;
  TRY_GOTO(memory_text(path, &directory->path), failed);
  char lock_path[PATH_MAX];
  snprintf(lock_path, sizeof lock_path, "%s/%s", path, LOCK_NAME);
  TRY_GOTO(memory_text(lock_path, &directory->lock_path), failed);
  TRY_GOTO(take_lock(directory), failed);
  status = write_holder(directory);
  if (status != STATUS_OK) {
    unlink(directory->lock_path);
    goto failed;
  }
  *out = directory;
  return STATUS_OK;
failed:
  free_directory(directory);
  return status;
}

void directory_close(struct directory *directory) {
  if (!directory) return;
  unlink(directory->lock_path);
  free_directory(directory);
}

bool directory_names_arm(const char *arm) {
  size_t length = strlen(arm), tail = strlen(".partial");
  if (!isalnum((unsigned char)arm[0]) || length > 100) return false;
  for (const char *c = arm; *c; c++)
    if (!isalnum((unsigned char)*c) && !strchr("_-.+", *c)) return false;
  return length < tail || strcmp(arm + length - tail, ".partial") != 0; /* another arm's unfinished result */
}

enum status directory_file(const struct directory *directory, const char *arm, const char *suffix,
                           char **out) {
  *out = NULL;
  if (!directory_names_arm(arm))
    return status_fail(STATUS_CONFIG,
                       "\"%s\" cannot name an arm: letters, digits and _ - . + only, at most 100", arm);
  char path[PATH_MAX];
  if ((size_t)snprintf(path, sizeof path, "%s/%s%s", directory->path, arm, suffix) >= sizeof path)
    return status_fail(STATUS_CONFIG, "%s: too long a path", directory->path);
  return memory_text(path, out);
}

bool directory_held(const char *path, long *pid) {
  *pid = 0;
  char lock_path[PATH_MAX];
  if ((size_t)snprintf(lock_path, sizeof lock_path, "%s/%s", path, LOCK_NAME) >= sizeof lock_path)
    return false;
  int lock = open(lock_path, O_RDONLY | O_CLOEXEC);
  if (lock < 0) return false;
  struct flock question = whole_file(F_WRLCK);
  bool held = fcntl(lock, F_OFD_GETLK, &question) == 0 && question.l_type != F_UNLCK;
  if (held) {
    char holder[HOLDER_MAX];
    read_holder(lock, holder);
    *pid = strtol(holder, NULL, 10);
  }
  close(lock);
  return held;
}

enum status directory_sync(const char *file) {
  char path[PATH_MAX];
  const char *slash = strrchr(file, '/');
  int length = slash ? (int)(slash - file) : 1;
  snprintf(path, sizeof path, "%.*s", length > 0 ? length : 1, slash ? file : ".");
  int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return status_fail(STATUS_WORLD, "%s: cannot be opened: %s", path, strerror(errno));
  /* some file systems know no fsync of a directory: EINVAL */
  bool good = fsync(directory) == 0 || errno == EINVAL;
  int error = errno;
  close(directory);
  if (!good) return status_fail(STATUS_WORLD, "%s: cannot bring to the disk: %s", path, strerror(error));
  return STATUS_OK;
}
