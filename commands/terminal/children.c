/* children.c — programs that run side by side. See children.h. */
#include "children.h"
#include "memory.h"
#include "simulation/stop.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct nursery {
  struct child *child;
  pid_t *pid; /* 0: does not run */
  int n, running, ended;
  sigset_t mask;               /* of signals, as children get it: SIGCHLD is waited for here */
  posix_spawnattr_t attribute; /* gives it to them */
};

static enum status begin(struct nursery *nursery, int k) {
  struct child *child = &nursery->child[k];
  posix_spawn_file_actions_t actions;
  if (posix_spawn_file_actions_init(&actions) != 0)
    return status_fail(STATUS_NO_MEMORY, "out of memory: a child");
  int code = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, child->log,
                                              O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (code == 0) code = posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  if (code == 0) {
    code = posix_spawn(&nursery->pid[k], child->words[0], &actions, &nursery->attribute,
                       (char *const *)(uintptr_t)child->words, environ);
  }
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) {
    nursery->pid[k] = 0;
    return status_fail(STATUS_WORLD, "%s (output to %s): %s", child->words[0], child->log, strerror(code));
  }
  nursery->running++;
  child->running = true;
  return STATUS_OK;
}

static void end_all(const struct nursery *nursery) {
  for (int k = 0; k < nursery->n; k++) {
    if (nursery->pid[k] > 0) kill(nursery->pid[k], SIGTERM);
  }
}

/* Note one that has ended; false if none has. */
static bool collect(struct nursery *nursery) {
  int state;
  pid_t pid = waitpid(-1, &state, WNOHANG);
  for (int k = 0; k < nursery->n && pid > 0; k++) {
    if (nursery->pid[k] != pid) continue;
    nursery->pid[k] = 0;
    nursery->child[k].code = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    nursery->child[k].running = false;
    nursery->running--;
    nursery->ended++;
  }
  if (pid < 0 && errno == ECHILD) nursery->running = 0;
  return pid != 0;
}

/* Wait until one ends, a signal comes, or some time has passed. */
static void await(struct nursery *nursery) {
  const struct timespec pause = {.tv_nsec = 200000000};
  sigset_t end;
  if (collect(nursery)) return;
  sigemptyset(&end);
  sigaddset(&end, SIGCHLD);
  sigtimedwait(&end, NULL, &pause);
  collect(nursery);
}

/* The end of a child stays a pending signal until it is waited for. */
static enum status begin_waiting(struct nursery *nursery) {
  sigset_t end;
  if (posix_spawnattr_init(&nursery->attribute) != 0)
    return status_fail(STATUS_NO_MEMORY, "out of memory: a child");
  sigemptyset(&end);
  sigaddset(&end, SIGCHLD);
  sigprocmask(SIG_BLOCK, &end, &nursery->mask);
  posix_spawnattr_setsigmask(&nursery->attribute, &nursery->mask);
  posix_spawnattr_setflags(&nursery->attribute, POSIX_SPAWN_SETSIGMASK);
  return STATUS_OK;
}

static void end_waiting(struct nursery *nursery) {
  sigprocmask(SIG_SETMASK, &nursery->mask, NULL);
  posix_spawnattr_destroy(&nursery->attribute);
}

static enum status run_all(struct nursery *nursery, int jobs, void (*told)(void *context, int ended),
                           void *context) {
  enum status status = STATUS_OK;
  int next = 0;
  while (nursery->running > 0 || (next < nursery->n && status == STATUS_OK)) {
    while (status == STATUS_OK && next < nursery->n && nursery->running < jobs)
      status = begin(nursery, next++);
    if (status == STATUS_OK) {
      status = stop_wanted();
      if (status != STATUS_OK) end_all(nursery);
    }
    if (nursery->running > 0) await(nursery);
    if (told) told(context, nursery->ended);
  }
  return status;
}

enum status children_run(struct child *child, int n, int jobs, void (*told)(void *context, int ended),
                         void *context) {
  struct nursery nursery = {.child = child, .n = n};
  TRY(memory_new("children", (size_t)n, sizeof *nursery.pid, &nursery.pid));
  for (int k = 0; k < n; k++) child[k].code = -1;
  enum status status = begin_waiting(&nursery);
  if (status == STATUS_OK) {
    stop_watch(0);
    status = run_all(&nursery, jobs > 0 ? jobs : 1, told, context);
    stop_forget();
    end_waiting(&nursery);
  }
  memory_free(nursery.pid);
  return status;
}

enum status children_program(char *path, size_t size) {
  ssize_t length = readlink("/proc/self/exe", path, size - 1);
  if (length <= 0) return status_fail(STATUS_WORLD, "the system does not say where this program lies");
  path[length] = '\0';
  return STATUS_OK;
}

void children_last_line(const char *log, char *out, size_t size) {
  char line[1024];
  FILE *file = fopen(log, "r");
  snprintf(out, size, "%s", "no word of why");
  if (!file) return;
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    if (*line) snprintf(out, size, "%s", line);
  }
  fclose(file);
}
