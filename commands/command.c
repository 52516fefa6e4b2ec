/* command.c — the list of commands, and look-up by name. See command.h. */
#include "command.h"
#include "params.h"
#include <string.h>

#define COMMAND_ROW(name) &command_##name,
const struct command *const commands[] = {COMMANDS(COMMAND_ROW)};
#undef COMMAND_ROW

#define COMMAND_COUNT(name) +1
enum { COMMANDS_N = 0 COMMANDS(COMMAND_COUNT) };
#undef COMMAND_COUNT
const int n_commands = COMMANDS_N;

enum status command_find(const char *name, const struct command **out) {
  const char *names[COMMANDS_N];
  *out = NULL;
  for (int i = 0; i < n_commands; i++) {
    names[i] = commands[i]->name;
    if (strcmp(name, names[i]) == 0) *out = commands[i];
  }
  if (*out) return STATUS_OK;
  const char *near = nearest_word(name, names, n_commands);
  return status_fail(STATUS_USAGE, "there is no command \"%.60s\"%s%s (see: spinule help)", name,
                     near ? "; the nearest is " : "", near ? near : "");
}
