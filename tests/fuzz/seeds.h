/* seeds.h — HDF5 files to start from, made by the program itself from tiny.cfg: nothing binary is kept in the
 * repository. */
#ifndef TESTS_FUZZ_SEEDS_H
#define TESTS_FUZZ_SEEDS_H

#include "fuzz.h"

/* One file, and its bytes. */
struct seed {
  char path[FUZZ_PATH];
  uint8_t *bytes;
  size_t n;
};

/* In the folder `whole`: the results of both arms and the table over them. */
enum { SEED_VEHICLE, SEED_KETAMINE, SEED_SUMMARY, SEEDS_WHOLE };
void seeds_whole(struct seed out[SEEDS_WHOLE]);

/* In the folder `stopped`: an arm of a run that was stopped, and its checkpoint. */
enum { SEED_PARTIAL, SEED_CHECKPOINT, SEEDS_STOPPED };
void seeds_stopped(struct seed out[SEEDS_STOPPED]);

/* In the folder `sonata`: cells and synapses of a small circuit, which circuit.cfg there reads. */
enum { SEED_NODES, SEED_EDGES, SEEDS_SONATA };
void seeds_sonata(struct seed out[SEEDS_SONATA]);

/* Put a seed's bytes back in its file. */
void seed_restore(const struct seed *seed);
void seed_free(struct seed *seed);

#endif
