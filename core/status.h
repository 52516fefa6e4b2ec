/* status.h — what a function that can fail returns, and the one record of why it failed.
 *
 * A function that can fail returns enum status and delivers results through pointers that come last. The
 * message is made once, where the cause is known, by status_fail; callers forward with TRY. Only the
 * program's main file prints messages and exits. The exit code of each status is part of the contract with
 * users. */
#ifndef CORE_STATUS_H
#define CORE_STATUS_H

#include <stddef.h>

/* name, exit code, meaning */
#define STATUS_LIST(X)                                                                                       \
  X(OK, 0, "done")                                                                                           \
  X(FAULT, 1, "a fault of the program")                                                                      \
  X(USAGE, 2, "wrong command line")                                                                          \
  X(CONFIG, 2, "wrong configuration or input file")                                                          \
  X(IN_USE, 2, "directory or file is in use")                                                                \
  X(WORLD, 3, "the disk or the operating system refused")                                                    \
  X(NO_MEMORY, 3, "out of memory")                                                                           \
  X(DIVERGED, 4, "the run diverged")                                                                         \
  X(DIFFERS, 5, "results differ, a check failed, or some runs failed")                                       \
  X(TIME_LIMIT, 75, "stopped at a time limit or by SIGUSR1; resumable")                                      \
  X(INTERRUPTED, 130, "stopped by SIGINT; resumable")                                                        \
  X(TERMINATED, 143, "stopped by SIGTERM; resumable")

#define STATUS_ENUM(name, code, text) STATUS_##name,
enum status { STATUS_LIST(STATUS_ENUM) STATUS_COUNT };
#undef STATUS_ENUM

#define MUST_USE __attribute__((warn_unused_result))

/* Forward a failure to the caller. */
#define TRY(call)                                                                                            \
  do {                                                                                                       \
    enum status try_status = (call);                                                                         \
    if (try_status != STATUS_OK) return try_status;                                                          \
  } while (0)

/* Forward a failure through the function's one exit label; needs a local `enum status status`. */
#define TRY_GOTO(call, label)                                                                                \
  do {                                                                                                       \
    status = (call);                                                                                         \
    if (status != STATUS_OK) goto label;                                                                     \
  } while (0)

/* Record the message of a failure (printf form, no newline) and return `status`, so that
 * `return status_fail(STATUS_CONFIG, "…")` reads in one line. The record is one per thread, like errno; it
 * holds the latest message, cut at 4,000 bytes. */
enum status status_fail(enum status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The latest message of this thread; "" when there was none. Valid until the next status_fail. */
const char *status_message(void);

int status_exit_code(enum status status);
const char *status_text(enum status status);

#endif
