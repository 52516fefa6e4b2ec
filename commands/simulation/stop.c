/* stop.c — signals become a flag, which the run looks at between bins of spikes. */
#include "stop.h"
#include "wall.h"
#include <signal.h>
#include <stdbool.h>
#include <sys/time.h>

static volatile sig_atomic_t received;
static double deadline_s;

/* In a job of several processes SIGTERM may mean that one of them is lost; who wants to know has set
 * SIGALRM. */
static void ask_for_loss(void) {
  static const struct itimerval soon = {.it_value = {.tv_usec = 250000}};
  struct sigaction alarm;
  if (sigaction(SIGALRM, NULL, &alarm) == 0 && alarm.sa_handler != SIG_DFL)
    setitimer(ITIMER_REAL, &soon, NULL);
}

static void note(int number) {
  if (received == SIGINT && number == SIGINT) { /* asked twice: the default action takes it from here */
    signal(SIGINT, SIG_DFL);
    raise(SIGINT);
  }
  received = number;
  if (number == SIGTERM) ask_for_loss();
}

static void set_handlers(void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGUSR1, &action, NULL);
}

void stop_watch(double limit_s) {
  received = 0;
  deadline_s = limit_s > 0 ? wall_s() + limit_s : 0;
  set_handlers(note);
}

void stop_forget(void) { set_handlers(SIG_DFL); }

enum status stop_wanted(void) {
  if (received == SIGINT) return status_fail(STATUS_INTERRUPTED, "stopped by SIGINT; --resume goes on");
  if (received == SIGTERM) return status_fail(STATUS_TERMINATED, "stopped by SIGTERM; --resume goes on");
  if (received == SIGUSR1) return status_fail(STATUS_TIME_LIMIT, "stopped by SIGUSR1; --resume goes on");
  if (deadline_s > 0 && wall_s() >= deadline_s)
    return status_fail(STATUS_TIME_LIMIT, "stopped at the time limit; --resume goes on");
  return STATUS_OK;
}
