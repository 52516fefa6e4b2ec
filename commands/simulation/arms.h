/* arms.h — the results of the arms of one run: opened, saved, finished.
 *
 * Arms share a simulation up to the moment they differ. Until then every row goes to all their files, and a
 * checkpoint of each is written; from there on they are carried to the end one after the other, while those
 * that wait stand where they parted. Files belong to the first process of a job: the others take part in
 * what gathers and tells (all functions here are called by all, exchange.h), with no result of their own. */
#ifndef COMMANDS_ARMS_H
#define COMMANDS_ARMS_H

#include "observer.h"
#include "packers.h"
#include "recording/recording.h"
#include "result.h"
#include "simulation.h"

struct arm_result {
  int arm;               /* of the experiment */
  struct result *result; /* NULL once it is closed */
  char *checkpoint;      /* path */
  char *subject;         /* path of the subject that is kept, if one is */
  char *fingerprint;
};

struct arms {
  struct arm_result one[EXPERIMENT_ARMS];
  int n;
  int first, end; /* first … end−1 are being simulated now */
  struct tee nowhere;
  struct packers *packers; /* compress what is written; NULL in the processes of a job that do not write */
};

/* Where the rows of arm k go: nowhere in the processes of a job that do not write. */
struct recorder *arms_recorder(struct arms *arms, int k);

/* Open results for the arms of a set (bits), in mode NEW, OVERWRITE or RESUME; with `resume` the set has one
 * arm, and its checkpoint is loaded into the simulation. Fails: as result_open and checkpoint_load. Free with
 * arms_free. */
MUST_USE enum status arms_open(struct simulation *simulation, const struct directory *directory, uint32_t set,
                               enum result_mode mode, const struct log *log, struct arms *out);
/* Close what is still open, as failed. */
void arms_free(struct arms *arms);

/* Write checkpoints of the arms that are being simulated. Fails: WORLD. */
MUST_USE enum status arms_save(struct arms *arms, struct simulation *simulation);
/* Say in their files how far they are. Fails: WORLD. */
MUST_USE enum status arms_progress(struct arms *arms, const struct simulation *simulation, double wall_s);
/* Stop here: checkpoints, then all open files closed as resumable. Fails: WORLD. */
MUST_USE enum status arms_suspend(struct arms *arms, struct simulation *simulation);
/* Arm k is complete: its file takes its final name, its checkpoint is removed. Fails: WORLD. */
MUST_USE enum status arms_finish(struct arms *arms, int k, struct simulation *simulation, double wall_s);

#endif
