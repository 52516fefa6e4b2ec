/* fuzz_bytes.c — a fuzz target: HDF5 files with damaged bytes. The first byte chooses the file, the second
 * the command that reads it; the rest is the file itself where it begins as HDF5 does, else changes of a
 * sound one: four bytes say where, four what stands there. */
#include "readers.h"
#include <string.h>

enum { CHANGE = 8 };

static struct readers readers;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  readers_prepare(&readers);
  return 0;
}

/* Most of what HDF5 needs to know stands at the ends of a file. */
static void damage(const struct seed *seed, const uint8_t *bytes, size_t n) {
  for (size_t at = 0; at + CHANGE <= n; at += CHANGE) {
    uint32_t where;
    memcpy(&where, bytes + at, sizeof where);
    memcpy(seed->bytes + where % (seed->n - CHANGE), bytes + at + 4, 4);
  }
  seed_restore(seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  static const uint8_t begin[] = {0x89, 'H', 'D', 'F'};
  if (n < 2) return 0;
  int f = bytes[0] % READERS_FILES;
  const struct seed *seed = &readers.file[f];
  if (n > 6 && memcmp(bytes + 2, begin, sizeof begin) == 0) {
    fuzz_write(seed->path, bytes + 2, n - 2);
  } else {
    struct seed changed = *seed;
    changed.bytes = fuzz_read(seed->path, &changed.n);
    damage(&changed, bytes + 2, n - 2);
    seed_free(&changed);
  }
  readers_read(&readers, f, bytes[1]);
  seed_restore(seed);
  return 0;
}
