/* arms.h — the results of the arms that are being simulated together: opened, saved, finished.
 *
 * Arms share a simulation up to the moment they differ. Until then every row goes to all their files, and a
 * checkpoint of each is written; from there on they are carried to the end one after the other. */
#ifndef COMMANDS_ARMS_H
#define COMMANDS_ARMS_H

#include "recording.h"
#include "result.h"
#include "simulation.h"

struct arm_result {
  int arm;               /* of the experiment */
  struct result *result; /* NULL once it is closed */
  char *checkpoint;      /* path */
  char *fingerprint;
};

struct arms {
  struct arm_result one[EXPERIMENT_ARMS];
  int n;
};

/* Open results for the arms of a set (bits), in mode NEW, OVERWRITE or RESUME; with `resume` the set has one
 * arm, and its checkpoint is loaded into the simulation. Fails: as result_open and checkpoint_load. Free with
 * arms_free. */
MUST_USE enum status arms_open(struct simulation *simulation, const struct directory *directory, uint32_t set,
                               enum result_mode mode, const struct log *log, struct arms *out);
/* Close what is still open, as failed. */
void arms_free(struct arms *arms);

/* Write checkpoints of the arms first … n−1. Fails: WORLD. */
MUST_USE enum status arms_save(struct arms *arms, int first, struct simulation *simulation);
/* Say in the files of arms first … n−1 how far they are. Fails: WORLD. */
MUST_USE enum status arms_progress(struct arms *arms, int first, const struct simulation *simulation,
                                   double wall_s);
/* Stop here: checkpoints, then files closed as resumable. Fails: WORLD. */
MUST_USE enum status arms_suspend(struct arms *arms, int first, struct simulation *simulation);
/* Arm k is complete: its file takes its final name, its checkpoint is removed. Fails: WORLD. */
MUST_USE enum status arms_finish(struct arms *arms, int k, struct simulation *simulation, double wall_s);

#endif
