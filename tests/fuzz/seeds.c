/* seeds.c — files made by the program itself, for targets to spoil. See seeds.h. */
#include "seeds.h"
#include <stdlib.h>

static const char *const experiment = SOURCE_ROOT "/tests/fuzz/tiny.cfg";

static void take(struct seed *seed, const char *name) {
  fuzz_path(name, seed->path);
  seed->bytes = fuzz_read(seed->path, &seed->n);
}

void seed_restore(const struct seed *seed) { fuzz_write(seed->path, seed->bytes, seed->n); }

void seed_free(struct seed *seed) { free(seed->bytes); }

void seeds_whole(struct seed out[SEEDS_WHOLE]) {
  char folder[FUZZ_PATH];
  const char *const words[] = {"run",        experiment, "-o", fuzz_path("whole", folder), "-t", "1",
                               "--progress", "none",     NULL};
  fuzz_demand(fuzz_command(words) == STATUS_OK, status_message());
  take(&out[SEED_VEHICLE], "whole/vehicle.h5");
  take(&out[SEED_KETAMINE], "whole/ketamine.h5");
  take(&out[SEED_SUMMARY], "whole/summary.h5");
}

void seeds_stopped(struct seed out[SEEDS_STOPPED]) {
  char folder[FUZZ_PATH];
  const char *const words[] = {"run",        experiment, "-o",           fuzz_path("stopped", folder),
                               "-t",         "1",        "--arm",        "vehicle",
                               "--progress", "none",     "--time-limit", "1 ms",
                               NULL};
  fuzz_demand(fuzz_command(words) == STATUS_TIME_LIMIT, status_message());
  take(&out[SEED_PARTIAL], "stopped/vehicle.partial.h5");
  take(&out[SEED_CHECKPOINT], "stopped/vehicle.ckpt");
}

void seeds_sonata(struct seed out[SEEDS_SONATA]) {
  char folder[FUZZ_PATH];
  const char *const words[] = {"export", SOURCE_ROOT "/tests/fuzz/circuit.cfg", "--format", "sonata",
                               "-o",     fuzz_path("sonata", folder),           "-t",       "1",
                               NULL};
  fuzz_demand(fuzz_command(words) == STATUS_OK, status_message());
  take(&out[SEED_NODES], "sonata/nodes.h5");
  take(&out[SEED_EDGES], "sonata/edges.h5");
}
