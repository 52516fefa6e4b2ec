/* version.h — what this program was built from and with, and what it runs with. */
#ifndef COMMANDS_VERSION_H
#define COMMANDS_VERSION_H

#include "status.h"
#include <stdbool.h>
#include <stdio.h>

enum { VERSION_TEXT_MAX = 256 };

struct version {
  const char *program;              /* "0.1.0" */
  char commit[VERSION_TEXT_MAX];    /* "1f0c9a7d3b52", "unknown" if it was built outside a repository */
  bool dirty;                       /* from a tree with changes that are in no commit */
  char build[VERSION_TEXT_MAX];     /* compiler, kind of build, instruction set chosen */
  char libraries[VERSION_TEXT_MAX]; /* HDF5, SUNDIALS and others, as of run time where they say so */
};

/* Fails: USAGE (SPINULE_ISA names a build that is not there). */
MUST_USE enum status version_describe(struct version *out);

/* The text of --version. Fails as version_describe. */
MUST_USE enum status version_print(FILE *out);

#endif
