/* manual.h — the manual page, and completion for shells, from the tables of commands and options. */
#ifndef COMMANDS_MANUAL_H
#define COMMANDS_MANUAL_H

#include <stdio.h>

/* spinule(1), for man: every command with its options and example. */
void manual_page(FILE *out);

/* Scripts that complete commands, options, and the words of those that have a choice. */
void manual_bash(FILE *out);
void manual_zsh(FILE *out);

#endif
