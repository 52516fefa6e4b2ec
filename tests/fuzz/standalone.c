/* standalone.c — a main for fuzz targets without a fuzzer: gives the target each file of the folders, or each
 * file, that its arguments name. */
#include "fuzz.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void replay_file(const char *path, int *n) {
  size_t length;
  uint8_t *bytes = fuzz_read(path, &length);
  fprintf(stderr, "%s\n", path);
  LLVMFuzzerTestOneInput(bytes, length);
  free(bytes);
  ++*n;
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static void replay(const char *path, int *n) {
  struct stat about;
  fuzz_demand(stat(path, &about) == 0, path);
  if (!S_ISDIR(about.st_mode)) {
    replay_file(path, n);
    return;
  }
  struct dirent **entries = NULL;
  int count = scandir(path, &entries, is_visible, alphasort);
  for (int k = 0; k < count; k++) {
    char name[2 * FUZZ_PATH];
    snprintf(name, sizeof name, "%s/%s", path, entries[k]->d_name);
    replay_file(name, n);
    free(entries[k]);
  }
  free(entries);
}

int main(int argc, char **argv) {
  int n = 0;
  LLVMFuzzerInitialize(&argc, &argv);
  for (int k = 1; k < argc; k++) replay(argv[k], &n);
  fuzz_demand(n > 0, "nothing to replay");
  printf("%d inputs\n", n);
  return 0;
}
