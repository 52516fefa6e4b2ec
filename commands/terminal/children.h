/* children.h — several runs of a program side by side, each with its output in a file. */
#ifndef COMMANDS_CHILDREN_H
#define COMMANDS_CHILDREN_H

#include "status.h"
#include <stdbool.h>

struct child {
  const char *const *words; /* the program's path first, NULL last */
  const char *log;          /* file for what it prints; begun anew */
  int code;                 /* its exit code; 128 + n if signal n ended it; −1 until it has ended */
  bool running;
};

/* Run all of them in their order, `jobs` at a time, until each has ended; `told` (may be NULL) is called when
 * one ends, and some times a second until then. SIGINT and SIGTERM end those that run by SIGTERM, and
 * begin no more. Fails: WORLD (a program or a log that cannot be opened), as stop_wanted, NO_MEMORY. Not
 * in parallel. */
MUST_USE enum status children_run(struct child *child, int n, int jobs,
                                  void (*told)(void *context, int ended), void *context);

/* The path of this program, to run it again. Fails: WORLD. */
MUST_USE enum status children_program(char *path, size_t size);
/* The last line of a log that says something; "no word of why" if there is none. */
void children_last_line(const char *log, char *out, size_t size);

#endif
