/* job.h — the processes that run one command together, if a launcher of MPI started them.
 *
 * A program that no launcher started is a job of its own and never touches MPI, so the same program runs
 * with and without mpirun. The launcher is known by what it puts into the environment: PMIX_RANK (Open MPI's
 * mpirun, prun, Slurm's srun --mpi=pmix) or OMPI_COMM_WORLD_RANK. job_mpi.c asks MPI; where the program was
 * built without it, job_single.c stands in its place. */
#ifndef CORE_JOB_H
#define CORE_JOB_H

#include "exchange.h"

/* Join the job that this process was started in, if any. Fails: WORLD (MPI refuses; or a launcher started a
 * program that was built without MPI). */
MUST_USE enum status job_start(void);

/* This process among those of the job: 0 and 1 where there is no other. */
int job_rank(void);
int job_ranks(void);

/* As exchange_agree, where there is no exchange yet. By all. */
MUST_USE enum status job_agree(enum status status);
/* As exchange_tell, likewise. Fails: NO_MEMORY. */
MUST_USE enum status job_tell(void *data, size_t bytes);

/* The end of the command with a status. If all processes end with one, they part in peace, and the first of
 * them is to tell of a failure: true for it. If the others do not come within seconds, this process failed
 * alone: it is to tell, and then to call job_abort, since they wait for it. */
bool job_end(enum status status, bool *alone);
void job_abort(int code);

/* Of a process that is told to end while others are: the number of the meeting at which it waits (0: none),
 * and whether it is the one to tell of a lost process: that of rank 0, or, where that one is gone from this
 * machine, of rank 1. For handlers of signals. */
long job_wait(void);
bool job_tells_of_loss(void);

/* "Open MPI v4.1.4", or "none" if the program was built without. */
void job_library_version(char *out, size_t size);

/* An exchange between the processes of this job, one rank each. Fails: NO_MEMORY, FAULT. By all. */
MUST_USE enum status job_exchange(struct exchange **out);

#endif
