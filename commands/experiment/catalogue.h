/* catalogue.h — every parameter of the program: one list of the tables of parameters, each with the place of
 * its group in a config.
 *
 * `spinule explain`, `spinule list` and docs/parameters.md are loops over it. A part of a path in angle
 * brackets stands for a name: regions.<region>.populations.<population>. */
#ifndef COMMANDS_CATALOGUE_H
#define COMMANDS_CATALOGUE_H

#include "mechanism.h"
#include <stdbool.h>

enum { CATALOGUE_PATH_MAX = 128, CATALOGUE_TITLE_MAX = 200 };

/* One group of parameters. */
struct catalogue_table {
  char path[CATALOGUE_PATH_MAX];
  char title[CATALOGUE_TITLE_MAX];
  const struct param *params;
  int n;
};

struct catalogue {
  struct catalogue_table *table;
  int n;
  const struct mechanisms *mechanisms;
};

/* Collect all tables. Free with catalogue_close. Fails: NO_MEMORY, USAGE (SPINULE_ISA). */
MUST_USE enum status catalogue_open(struct catalogue *out);
void catalogue_close(struct catalogue *catalogue);

/* How a parameter, "regions.<region>.populations.<population>.nmda.tau_decay", answers to what is asked. */
enum catalogue_match {
  CATALOGUE_NONE,
  CATALOGUE_CONTAINS, /* "decay": somewhere in it */
  CATALOGUE_GROUP,    /* "nmda", "populations.PV_L5.nmda": whole parts, with names for what is in brackets */
  CATALOGUE_ENDS      /* "tau_decay", "PV_L5.nmda.tau_decay": the same, up to its end */
};
enum catalogue_match catalogue_match(const char *path, const char *asked);

#endif
