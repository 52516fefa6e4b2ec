/* job_single.c — a program built without MPI: a process is a job of its own. See job.h. */
#include "job.h"
#include <stdio.h>
#include <stdlib.h>

enum status job_start(void) {
  const char *ranks = getenv("OMPI_COMM_WORLD_SIZE");
  if (!ranks || strtol(ranks, NULL, 10) < 2) return STATUS_OK;
  return status_fail(STATUS_WORLD,
                     "started %s times by mpirun, but built without MPI: install "
                     "libopenmpi-dev and build again",
                     ranks);
}

int job_rank(void) { return 0; }
int job_ranks(void) { return 1; }

bool job_end(enum status status, bool *alone) {
  (void)status;
  *alone = false;
  return true;
}

void job_abort(int code) { (void)code; }

long job_wait(void) { return 0; }
bool job_tells_of_loss(void) { return false; }

void job_library_version(char *out, size_t size) { snprintf(out, size, "none"); }

enum status job_exchange(struct exchange **out) {
  *out = NULL;
  return status_fail(STATUS_FAULT, "a job of one process needs no exchange");
}
