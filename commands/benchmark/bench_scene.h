/* bench_scene.h — a circuit to be timed: a config of configs/circuits, built at a size, with the clock
 * running. */
#ifndef COMMANDS_BENCH_SCENE_H
#define COMMANDS_BENCH_SCENE_H

#include "random_circuit.h"
#include "signals/irregularity.h"
#include "simulation/session.h"

/* How a scene is built. */
struct bench_size {
  int64_t cells; /* 0: as the config says */
  int threads, ranks, block_cells;
  int64_t seed;                 /* −1: the config's */
  const char *const *overrides; /* of the config: path=value */
  int n_overrides;
};

struct bench_scene {
  char name[32];
  const char *title;
  struct config *config;         /* of a circuit without space; NULL for a region */
  struct sonata_circuit *sonata; /* files that it comes from; NULL: none */
  struct random_circuit circuit; /* the same */
  struct experiment *experiment; /* of a region */
  struct simulation *simulation;
  struct network *network;
  struct circuit_times times;
  struct irregularity irregularity;
  double build_s; /* wall time from the read config to cells that can start */
};

/* Read the config at `path` and build it. Regions change their side to come near the number of cells.
 * Fails: CONFIG, NO_MEMORY, WORLD. Free with bench_scene_close, also after a failure. */
MUST_USE enum status bench_scene_open(const char *path, const struct bench_size *size,
                                      struct bench_scene *out);
void bench_scene_close(struct bench_scene *scene);

/* Advance by some biological time (a multiple of a millisecond). Fails: DIVERGED, NO_MEMORY. */
MUST_USE enum status bench_scene_advance(struct bench_scene *scene, double seconds, struct profile *profile);

/* Synaptic events since the spikes were last cleared, background apart: spikes times out-degrees. `segments`:
 * stretches of memory that were read for them. */
double bench_scene_events(const struct bench_scene *scene, double *segments);

/* Hash of all state. Fails: NO_MEMORY. */
MUST_USE enum status bench_scene_hash(struct bench_scene *scene, uint64_t *hash);

#endif
