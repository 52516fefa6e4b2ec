/* store_guard.c — what becomes of a process in which HDF5 faults inside a damaged file.
 *
 * HDF5 1.10 trusts some sizes that a file states (those of its heap of texts, H5HG_read), and copies what is
 * not there. A process that would die of that while a file is open for reading says which file it was, and
 * ends with the code of a wrong input file. Where none is, a fault is the program's and stays one. */
#include "store_hdf5.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The file at which HDF5 works, "" for none: what a handler can see. */
static char at_work[256];

static void say(const char *text) {
  ssize_t written = write(STDERR_FILENO, text, strlen(text));
  (void)written; /* nobody is left to be told */
}

static void give_up(int signal_number) {
  if (at_work[0] == '\0') {
    signal(signal_number, SIG_DFL);
    raise(signal_number);
    return;
  }
  say("spinule: ");
  say(at_work);
  say(": damaged: HDF5 failed inside of it; `spinule recover` saves what can be read of a result\n");
  _exit(status_exit_code(STATUS_CONFIG));
}

static void take(int signal_number) {
  struct sigaction action;
  if (sigaction(signal_number, NULL, &action) != 0 || action.sa_handler != SIG_DFL) return;
  action.sa_handler = give_up;
  sigaction(signal_number, &action, NULL);
}

void store_guard(const char *path) {
  snprintf(at_work, sizeof at_work, "%s", path);
  take(SIGSEGV);
  take(SIGBUS);
}

void store_unguard(void) { at_work[0] = '\0'; }
