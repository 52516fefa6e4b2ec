/* job_mpi.c — the processes of a job of MPI. See job.h. */
#include "exchange_mpi.h"
#include "job.h"
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Processes that fail alike come to their ends together; longer than this nobody waits, s. */
static const double MEETING_S = 5.0;

/* For handlers of signals, which must not ask MPI. */
static struct {
  int rank;
  pid_t first; /* process of rank 0; 0: on another machine */
} seat;

static bool joined(void) {
  int begun = 0, ended = 0;
  MPI_Initialized(&begun);
  MPI_Finalized(&ended);
  return begun && !ended;
}

static void take_seat(void) {
  struct {
    pid_t process;
    char host[MPI_MAX_PROCESSOR_NAME];
  } first = {.process = getpid()};
  char host[MPI_MAX_PROCESSOR_NAME] = "";
  int length = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &seat.rank);
  MPI_Get_processor_name(host, &length);
  memcpy(first.host, host, sizeof host);
  MPI_Bcast(&first, sizeof first, MPI_BYTE, 0, MPI_COMM_WORLD);
  seat.first = strcmp(first.host, host) == 0 ? first.process : 0;
}

long job_wait(void) { return exchange_mpi_wait(); }

bool job_tells_of_loss(void) {
  return seat.rank == 0 || (seat.rank == 1 && seat.first > 0 && kill(seat.first, 0) != 0);
}

enum status job_start(void) {
  int provided = 0;
  if (!getenv("PMIX_RANK") && !getenv("OMPI_COMM_WORLD_RANK")) return STATUS_OK;
  setenv("OMPI_MCA_mpi_yield_when_idle", "0", 0); /* Open MPI: exchange_mpi.c naps, who yields comes last */
  if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
    return status_fail(STATUS_WORLD, "MPI cannot be started");
  if (provided < MPI_THREAD_FUNNELED)
    return status_fail(STATUS_WORLD, "this MPI cannot be used by a process with threads");
  take_seat();
  unsetenv("PMIX_RANK"); /* programs that this one starts are not of the job */
  unsetenv("OMPI_COMM_WORLD_RANK");
  return STATUS_OK;
}

static int of_world(int (*what)(MPI_Comm world, int *out), int otherwise) {
  int value = otherwise;
  if (joined()) what(MPI_COMM_WORLD, &value);
  return value;
}

int job_rank(void) { return of_world(MPI_Comm_rank, 0); }
int job_ranks(void) { return of_world(MPI_Comm_size, 1); }

/* Do all come here within a time? */
static bool all_come(double seconds) {
  MPI_Request request;
  int done = 0;
  double begin = MPI_Wtime();
  const struct timespec pause = {.tv_nsec = 1000000};
  if (MPI_Ibarrier(MPI_COMM_WORLD, &request) != MPI_SUCCESS) return false;
  while (!done && MPI_Wtime() - begin < seconds) {
    if (MPI_Test(&request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return false;
    if (!done) nanosleep(&pause, NULL);
  }
  return done;
}

bool job_end(enum status status, bool *alone) {
  *alone = false;
  if (!joined()) return true;
  if (job_ranks() > 1 && !all_come(status == STATUS_OK ? 1e9 : MEETING_S)) return *alone = true;
  bool first = job_rank() == 0;
  MPI_Finalize();
  return first;
}

void job_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

void job_library_version(char *out, size_t size) {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(text, &length);
  snprintf(out, size, "%.*s", (int)strcspn(text, ",\n"), text);
}

enum status job_exchange(struct exchange **out) { return exchange_mpi_new(out); }
