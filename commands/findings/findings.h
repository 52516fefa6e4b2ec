/* findings.h — what a complete result tells of a region, read back from its file. */
#ifndef COMMANDS_FINDINGS_H
#define COMMANDS_FINDINGS_H

#include "store.h"

enum { FINDINGS_TYPES = 8 };

/* A series of a result. */
struct findings_series {
  int n;
  double *value;
};

/* One region of one arm. Window measures have a row per window, slow ones a row per step. */
struct findings {
  struct findings_series time, blocked, throughput, glutamate;
  struct findings_series ambient, release, dialysate, bursts, bursts_own; /* of glutamate, too */
  struct findings_series slow_time, bdnf, mtorc1, proteins, spines;
  int n_types;
  char type[FINDINGS_TYPES][16]; /* "PYR", "PV", … */
  struct findings_series rate[FINDINGS_TYPES],
      block[FINDINGS_TYPES]; /* over all layers of a type, by their cells */
};

/* Read a region of an open result. Fails: CONFIG (something lacks), WORLD, NO_MEMORY; free with findings_free
 * in any case. */
MUST_USE enum status findings_read(struct store *store, const char *region, struct findings *out);
void findings_free(struct findings *findings);

/* Read one series; free its values with memory_free. Fails: as findings_read. */
MUST_USE enum status findings_series(struct store *store, const char *path, struct findings_series *out);
/* Add weight × a series to a sum, which begins empty. Fails: as findings_read. */
MUST_USE enum status findings_add(struct store *store, const char *path, double weight,
                                  struct findings_series *sum);

/* The window in which the drug blocks most; without block, the first after the baseline. */
int findings_acute(const struct findings *findings);
/* Row of a slow course at, or first after, a time in hours. */
int findings_row(const struct findings_series *time_d, double hours);

#endif
