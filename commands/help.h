/* help.h — help text, made from what commands and options say about themselves. */
#ifndef COMMANDS_HELP_H
#define COMMANDS_HELP_H

#include "command.h"

/* What the program is, and its commands. */
void help_overview(FILE *out);

/* One command: usage, options, example. */
void help_command(const struct command *command, FILE *out);

#endif
