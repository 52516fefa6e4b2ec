/* command.h — what a command of the program is, and the list of them.
 *
 * A command is one file that defines `const struct command command_<name>` and stands in COMMANDS. Its help,
 * the overview and the parser work from what it says about itself. */
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

#include "terminal/options.h"
#include <stdbool.h>

struct command {
  const char *name, *summary; /* summary: one line, without a full stop */
  const char *notes;          /* NULL, or what help says beyond the options: one paragraph */
  const char *example;        /* a whole line that works */
  struct syntax syntax;
  bool ranks; /* it may run in several processes of mpirun */
  /* Do it. Results go to arguments->out; a failure is returned, not printed. */
  enum status (*run)(const struct arguments *arguments);
};

/* In the order of the overview. */
#define COMMANDS(X)                                                                                          \
  X(new)                                                                                                     \
  X(run)                                                                                                     \
  X(check)                                                                                                   \
  X(plan)                                                                                                    \
  X(batch) X(calibrate) X(validate) X(bench) X(info) X(status) X(report) X(view) X(diff) X(cite) X(export)   \
      X(recover) X(list) X(explain) X(help)

#define COMMAND_DECLARE(name) extern const struct command command_##name;
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE

extern const struct command *const commands[];
extern const int n_commands;

/* Find by name. Fails: USAGE, with the nearest name. */
MUST_USE enum status command_find(const char *name, const struct command **out);

#endif
