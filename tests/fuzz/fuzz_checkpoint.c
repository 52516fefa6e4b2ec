/* fuzz_checkpoint.c — a fuzz target: checkpoints that are sealed and yet wrong. The first byte tells whether
 * bytes or content are changed, and which command goes on from it. */
#include "checkpoint.h"
#include "hdf5_edits.h"
#include "seeds.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEAL = 24, CHANGE = 8 };

static struct seed stopped[SEEDS_STOPPED];
static struct edits_list list;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  seeds_stopped(stopped);
  edits_list(stopped[SEED_CHECKPOINT].path, &list);
  return 0;
}

/* Four bytes say where, four what stands there. */
static void damage(const struct seed *seed, const uint8_t *bytes, size_t n) {
  size_t size;
  uint8_t *content = fuzz_read(seed->path, &size);
  for (size_t at = 0; at + CHANGE <= n; at += CHANGE) {
    uint32_t where;
    memcpy(&where, bytes + at, sizeof where);
    memcpy(content + where % (size - CHANGE), bytes + at + 4, 4);
  }
  fuzz_write(seed->path, content, size);
  free(content);
}

static void go_on(bool resume) {
  char folder[FUZZ_PATH], made[FUZZ_PATH];
  fuzz_path("stopped", folder);
  const char *const run[] = {"run",      SOURCE_ROOT "/tests/fuzz/tiny.cfg",
                             "-o",       folder,
                             "--resume", "-t",
                             "1",        "--arm",
                             "vehicle",  "--progress",
                             "none",     NULL};
  const char *const recover[] = {
      "recover", stopped[SEED_PARTIAL].path, "-o", fuzz_path("stopped/out.h5", made), "--overwrite", NULL};
  (void)fuzz_command(resume ? run : recover);
  fuzz_remove(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  char made[FUZZ_PATH];
  if (n < 2) return 0;
  const struct seed *checkpoint = &stopped[SEED_CHECKPOINT];
  if (truncate(checkpoint->path, (off_t)(checkpoint->n - SEAL)) != 0) return 0;
  if (bytes[0] & 1)
    damage(checkpoint, bytes + 2, n - 2);
  else
    edits_apply(checkpoint->path, &list, bytes + 2, n - 2);
  fuzz_demand(checkpoint_seal(checkpoint->path) == STATUS_OK, status_message());
  go_on(bytes[0] >> 1 & 1);
  for (int k = 0; k < SEEDS_STOPPED; k++) seed_restore(&stopped[k]);
  static const char *const left[] = {"stopped/vehicle.h5", "stopped/vehicle.ckpt.prev", "stopped/summary.h5"};
  for (int k = 0; k < 3; k++) fuzz_remove(fuzz_path(left[k], made));
  return 0;
}
