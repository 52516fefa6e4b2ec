/* bench_limit.h — the machine's own limit for a scene that was timed: machine.h with the scene's counts. */
#ifndef COMMANDS_BENCH_LIMIT_H
#define COMMANDS_BENCH_LIMIT_H

#include "bench_scene.h"
#include "machine.h"

/* What one biological second of the scene asks of a machine. `events` and `segments` per biological second,
 * as counted; the time of cells is that of the scene's own mechanisms on 4,096 cells in cache, guarded.
 * Fails: NO_MEMORY. */
MUST_USE enum status bench_limit(const struct bench_scene *scene, const struct machine *machine,
                                 double events, double segments, struct machine_limit *out);

#endif
