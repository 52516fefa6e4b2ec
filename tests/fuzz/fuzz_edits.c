/* fuzz_edits.c — a fuzz target: files that are sound HDF5 and hold something else than they should. The first
 * byte chooses the file, the second the command that reads it; the rest are edits (hdf5_edits.h). */
#include "hdf5_edits.h"
#include "readers.h"
#include <string.h>

static struct readers readers;
static struct edits_list lists[READERS_FILES];

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  readers_prepare(&readers);
  for (int f = 0; f < READERS_FILES; f++) edits_list(readers.file[f].path, &lists[f]);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  if (n < 2) return 0;
  int f = bytes[0] % READERS_FILES;
  edits_apply(readers.file[f].path, &lists[f], bytes + 2, n - 2);
  readers_read(&readers, f, bytes[1]);
  seed_restore(&readers.file[f]);
  return 0;
}
