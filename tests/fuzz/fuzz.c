/* fuzz.c — a folder for a fuzz target, and commands inside its process. See fuzz.h. */
#include "fuzz.h"
#include "command.h"
#include "memory.h"
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[FUZZ_PATH / 2];

void fuzz_demand(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "broken promise: %s\n", what);
  abort();
}

/* ---- files ---- */

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place) {
  (void)about, (void)kind, (void)place;
  return remove(path);
}

void fuzz_remove(const char *path) { nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

static void remove_folder(void) { fuzz_remove(folder); }

static void make_folder(void) {
  const char *home = getenv("TMPDIR");
  if (!home) home = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  snprintf(folder, sizeof folder, "%.150s/spinule-fuzz-XXXXXX", home);
  fuzz_demand(mkdtemp(folder) != NULL, "no folder for files");
  atexit(remove_folder);
  /* configs include others by ../../configs from where they stand, two folders down */
  char name[FUZZ_PATH];
  fuzz_demand(symlink(SOURCE_ROOT "/configs", fuzz_path("configs", name)) == 0, "no link to configs");
  fuzz_demand(mkdir(fuzz_path("tests", name), 0777) == 0, "no folder");
  fuzz_demand(symlink(SOURCE_ROOT "/tests/fuzz", fuzz_path("tests/fuzz", name)) == 0, "no link to tests");
  fuzz_demand(mkdir(fuzz_path("tests/own", name), 0777) == 0, "no folder");
}

const char *fuzz_path(const char *name, char out[FUZZ_PATH]) {
  if (!*folder) make_folder();
  snprintf(out, FUZZ_PATH, "%s%s%s", folder, *name ? "/" : "", name);
  return out;
}

void fuzz_write(const char *path, const void *bytes, size_t n) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  fuzz_demand(file >= 0 && write(file, bytes, n) == (ssize_t)n, "a file cannot be written");
  close(file);
}

uint8_t *fuzz_read(const char *path, size_t *n) {
  struct stat about;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  fuzz_demand(file >= 0 && fstat(file, &about) == 0, path);
  uint8_t *bytes = malloc((size_t)about.st_size + 1);
  fuzz_demand(bytes && read(file, bytes, (size_t)about.st_size) == about.st_size, path);
  close(file);
  *n = (size_t)about.st_size;
  return bytes;
}

/* ---- commands ---- */

enum status fuzz_command(const char *const *words) {
  const struct command *command = NULL;
  struct arguments arguments;
  int n = 0;
  size_t held = memory_in_use();
  while (words[n]) n++;
  (void)status_fail(STATUS_OK, "%s", "");
  enum status status = n > 0 ? command_find(words[0], &command) : STATUS_USAGE;
  if (status == STATUS_OK)
    status = options_read(command->name, &command->syntax, n - 1, words + 1, &arguments);
  if (status == STATUS_OK) {
    arguments.line = "";
    arguments.out = fopen("/dev/null", "w");
    fuzz_demand(arguments.out != NULL, "/dev/null");
    if (!arguments.help) status = command->run(&arguments);
    fclose(arguments.out);
    options_free(&arguments);
  }
  if (n == 0) return status;
  if (status != STATUS_OK) {
    fuzz_demand(*status_message() != 0, "a failure without a message");
    fuzz_demand(status != STATUS_FAULT, status_message());
  }
  fuzz_demand(memory_in_use() == held, "memory is held after a command");
  return status;
}
