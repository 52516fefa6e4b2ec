/* spinule.c — the program: finds the command and runs it. Only here failures are printed, and only this ends
 * it. */
#include "experiment/configs_folder.h"
#include "help.h"
#include "job.h"
#include "memory.h"
#include "terminal/layout.h"
#include "version.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* A standard stream that was closed must not become the first file that is opened. It is filled in the wrong
 * direction, so that using it fails as it would have. */
static void keep_standard_streams(void) {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    int filler = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    (void)filler; /* the lowest free number: this one */
  }
}

/* Results go to the standard output of the first process of a job alone. */
static void leave_output(void) {
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) dup2(nowhere, STDOUT_FILENO);
  if (nowhere > STDERR_FILENO) close(nowhere);
}

/* A launcher ends the processes of a job when one of them is lost. Those that wait for it would not come to
 * their ends; others may be told to end by their user, and do so in their own time. So this one looks twice,
 * some time after it was told, whether it still waits at the same meeting. */
static const struct itimerval soon = {.it_value = {.tv_usec = 250000}};
static volatile long waited;

static void look_for_loss(int number) {
  static const char lost[] =
      "spinule: a process of this job was lost; what the last checkpoint holds is safe: "
      "--resume goes on\n";
  (void)number;
  long wait = job_wait();
  if (wait > 0 && wait == waited && job_tells_of_loss()) {
    ssize_t written = write(STDERR_FILENO, lost, sizeof lost - 1);
    (void)written;
    _exit(status_exit_code(STATUS_WORLD));
  }
  waited = wait;
  setitimer(ITIMER_REAL, &soon, NULL);
}

static void watch_job(void) {
  struct sigaction action = {.sa_handler = look_for_loss, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGALRM, &action, NULL);
}

/* The reader of a pipe has gone: it has seen enough. */
static bool reader_gone(void) {
  struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

/* What was printed has to arrive. */
static enum status finish_output(enum status status) {
  errno = 0;
  bool bad = fflush(stdout) != 0 || ferror(stdout);
  if (!bad || status != STATUS_OK || reader_gone()) return status;
  return status_fail(STATUS_WORLD, "standard output cannot be written%s%s", errno ? ": " : "",
                     errno ? strerror(errno) : "");
}

/* A message may have several lines: one per fault. */
static void complain(enum status status) {
  const char *message = status_message();
  if (!*message) message = status_text(status);
  while (*message) {
    int length = (int)strcspn(message, "\n");
    char line[4096];
    snprintf(line, sizeof line, "%.*s", length, message);
    fputs("spinule: ", stderr);
    layout_print(stderr, line);
    fputc('\n', stderr);
    message += message[length] ? length + 1 : length;
  }
}

/* A config may be given by its name alone if it is one of the program's own. */
static enum status run_with_config(const struct command *command, struct arguments *arguments) {
  char *path = NULL;
  if (strcmp(command->syntax.words, "CONFIG") != 0) return command->run(arguments);
  TRY(configs_folder_find(arguments->words.text[0], &path));
  arguments->words.text[0] = path;
  enum status status = command->run(arguments);
  memory_free(path);
  return status;
}

static enum status run_command(const struct command *command, int n, const char *const *words,
                               const char *line) {
  struct arguments arguments;
  enum status status = STATUS_OK;
  TRY(options_read(command->name, &command->syntax, n, words, &arguments));
  arguments.line = line;
  arguments.out = stdout;
  if (arguments.help)
    help_command(command, stdout);
  else if (job_ranks() > 1 && !command->ranks)
    status = status_fail(STATUS_USAGE, "%s is no work for several processes: start it without mpirun",
                         command->name);
  else
    status = run_with_config(command, &arguments);
  options_free(&arguments);
  return status;
}

static enum status run(int n, const char *const *words) {
  const struct command *command = NULL;
  char *line = NULL;
  const char *first = n > 1 ? words[1] : "--help";
  if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
    help_overview(stdout);
    return STATUS_OK;
  }
  if (strcmp(first, "--version") == 0) return version_print(stdout);
  TRY(command_find(first, &command));
  TRY(options_line(n, words, &line));
  enum status status = run_command(command, n - 2, words + 2, line);
  memory_free(line);
  return status;
}

int main(int argc, char **argv) {
  keep_standard_streams();
  signal(SIGPIPE, SIG_IGN); /* writing fails instead, and a run is not lost to a closed pipe */
  enum status status = job_start();
  if (status == STATUS_OK && job_rank() > 0) leave_output();
  if (job_ranks() > 1) watch_job();
  if (status == STATUS_OK) status = run(argc, (const char *const *)argv);
  status = finish_output(status);
  bool alone, tells = job_end(status, &alone);
  if (status != STATUS_OK && tells) complain(status);
  if (alone) job_abort(status_exit_code(status));
  return tells ? status_exit_code(status) : 0; /* a launcher ends those that are left when one ends badly */
}
