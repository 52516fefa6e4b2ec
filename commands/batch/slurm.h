/* slurm.h — a batch as job arrays of Slurm: one task a run, and a job that gathers when all have ended. */
#ifndef COMMANDS_SLURM_H
#define COMMANDS_SLURM_H

#include "batch/batch_work.h"

enum { SLURM_TASKS_MOST = 1000 }; /* of one array: below Slurm's own default limit, 1001 */

/* Write DIR/slurm.sh and submit the runs that are due: arrays of at most SLURM_TASKS_MOST tasks with
 * `threads` processors each, then a job that gathers. Says what it submitted on `out`. Partition, account
 * and time limit are taken by sbatch from its own variables (SBATCH_PARTITION, SBATCH_ACCOUNT,
 * SBATCH_TIMELIMIT). Fails: WORLD (no sbatch, or it refuses), NO_MEMORY. */
MUST_USE enum status slurm_submit(const struct batch_work *work, int threads, FILE *out);

#endif
