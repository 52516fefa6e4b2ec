/* options.h — the options and arguments of a command line, read by a table.
 *
 * One row of a table says everything about one option; the parser, its messages and the help text are loops
 * over rows. Options may stand before, between and after the other words: `--name VALUE`, `--name=VALUE`,
 * `-n VALUE`, `-nVALUE`; after `--` everything is a plain word. Every command has --help. Of an option given
 * twice the last counts, unless it is a list. */
#ifndef COMMANDS_OPTIONS_H
#define COMMANDS_OPTIONS_H

#include "status.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
  OPTION_FLAG,    /* bool */
  OPTION_INTEGER, /* int64_t */
  OPTION_TEXT,    /* const char *, NULL if not given */
  OPTION_TEXTS,   /* struct texts: every value, in order */
  OPTION_CHOICE,  /* int: index into the words of `value`, "auto|bar|json|none" */
  OPTION_DURATION /* double, s: "90 s", "2 h"; 0 if not given */
};

struct texts {
  int n;
  const char **text;
  char *lines; /* of an option that was read: all of them, one a line */
};

struct option {
  const char *name; /* without its dashes */
  char letter;      /* 0: none */
  enum option_type type;
  size_t offset;     /* of the member in the struct that is filled */
  const char *value; /* what help calls the value, "DIR"; CHOICE: its words */
  const char *meaning;
  int64_t standard, low, high; /* INTEGER: default, and inclusive range; CHOICE: index of the default */
};

/* What a command can be asked. */
struct syntax {
  const char *words;            /* the plain words as help shows them: "CONFIG", "A B", "WHAT [NAME]" */
  int least, most;              /* how many there may be; most −1: any number */
  const struct option *options; /* may be NULL */
  int n_options;                /* at most OPTIONS_MAX */
  size_t options_size;          /* of the struct that the options fill */
};
enum { OPTIONS_MAX = 32 };

/* What it was asked. Texts are owned by the words that were read. */
struct arguments {
  const void *options; /* the filled struct */
  struct texts words;  /* the plain ones */
  bool help;           /* --help was met: nothing behind it was read, nothing was found missing */
  const char *line;    /* the whole command line as a shell would take it, for provenance; "" if unknown */
  FILE *out;           /* where results are printed */
  const struct syntax *syntax;
};

/* Read n words of a command line (without the program's and the command's name); `command` stands in front of
 * messages; `line` and `out` are left to the caller. Free with options_free, zeroed on failure. Fails: USAGE
 * (unknown option, with the nearest known; value missing, out of place or out of range; too few or too many
 * words), NO_MEMORY. */
MUST_USE enum status options_read(const char *command, const struct syntax *syntax, int n,
                                  const char *const *words, struct arguments *out);
void options_free(struct arguments *arguments);

/* `first`, if it is not empty, and n texts, one a line. Free with memory_free. Fails: NO_MEMORY. */
MUST_USE enum status options_join(const char *first, int n, const char *const *text, char **out);

/* All n words in one line, as a shell would take them. Free with memory_free. Fails: NO_MEMORY. */
MUST_USE enum status options_line(int n, const char *const *words, char **out);

/* Word i of a list "auto|bar|json|none": its start, and its length through *length; NULL past the end. */
const char *options_word(const char *words, int i, int *length);

#endif
