/* circuit_arm.h — one arm of an experiment with a circuit without space: simulated, recorded, saved. */
#ifndef COMMANDS_CIRCUIT_ARM_H
#define COMMANDS_CIRCUIT_ARM_H

#include "circuit_experiment.h"
#include "result.h"
#include "simulation/live.h"
#include "terminal/progress.h"
#include "terminal/run_options.h"

/* What the arms of a run share. */
struct circuit_session {
  struct circuit_options read;
  const struct run_options *options;
  struct circuit_plan plan;
  struct directory *directory;  /* of the first process, which alone has files: NULL in others */
  struct progress *progress;    /* likewise */
  struct live *live;            /* copies of what is being written; NULL: none are wanted */
  const char *line, *overrides; /* of the command line */
  int n_chosen, n_done;         /* arms to be simulated, and of these complete */
  double begin_s;               /* wall */
};

/* Simulate arm a from its first tick, or (RESULT_RESUME) from its checkpoint, to its end. A checkpoint is
 * written after every window, twice a minute, and when the run is asked to stop. Fails: as circuit_read,
 * circuit_wire, result_open, checkpoint_load, random_circuit_advance; INTERRUPTED, TERMINATED, TIME_LIMIT
 * (stopped, with a checkpoint). By all (exchange.h). */
MUST_USE enum status circuit_arm_run(struct circuit_session *session, int a, enum result_mode mode);

#endif
