/* report_data.h — what a report shows, read from results and written as one JSON object and a blob of
 * numbers.
 *
 * Results of the same arm, at the same point of a batch, form a set: the page shows their mean and standard
 * deviation over seeds. Long arrays go into the blob as float32, little endian; the object names each by
 * its first number and their count, [first, count]. docs/formats.md says which groups a result has: every
 * group marked as a plot is shown, whatever it is called. */
#ifndef COMMANDS_REPORT_DATA_H
#define COMMANDS_REPORT_DATA_H

#include "findings/joined.h"
#include "store.h"
#include <stdio.h>

enum { REPORT_SETS = 32, REPORT_LABEL = 200 };

struct report_set {
  char label[REPORT_LABEL]; /* "ketamine", "ketamine, dose=10 mg/kg" */
  char arm[REPORT_LABEL];
  int point;            /* of a batch; 0 otherwise */
  char **file;          /* one for each seed */
  struct store **store; /* those that are open */
  int n;
};

struct report {
  const char *directory;
  bool batch;
  struct report_set set[REPORT_SETS];
  int n_sets, n_left_out;   /* sets that a page has no room for */
  int n_open;               /* files that are held open */
  struct joined_room *room; /* copies of what is not complete, with the rows that wait; NULL: none */
  FILE *out;
  float *blob;
  size_t n_blob, blob_room;
};

/* Find the results of a run's or a batch's directory. Fails: CONFIG (none), WORLD, NO_MEMORY. Free with
 * report_free, also after a failure. */
MUST_USE enum status report_find(const char *directory, struct report *out);
void report_free(struct report *report);

/* File f of a set, open for reading, and given back: many are read a hundred times, so as many as a
 * process may hold stay open. Fails: as store_open. */
MUST_USE enum status report_take(struct report *report, struct report_set *set, int f, struct store **out);
void report_give(struct report_set *set, int f, struct store *store);

/* Append numbers to the blob, and write "[first, count]". Fails: NO_MEMORY. */
MUST_USE enum status report_numbers(struct report *report, const double *values, size_t n);

/* ---- members of the object, each `"name": value`, without a comma behind ---- */

/* "groups": curves, spectra and maps. report_groups.c */
MUST_USE enum status report_groups(struct report *report);
/* "rasters": spikes of some cells, window by window, of the first seed of each set. report_rasters.c */
MUST_USE enum status report_rasters(struct report *report);
/* "events", "windows", "populations", "provenance", "citations", "config": of the first result.
 * "measures": from summary.h5. report_tables.c */
MUST_USE enum status report_tables(struct report *report);
/* "rows": published effects that these results can be judged by. report_rows.c */
MUST_USE enum status report_rows(struct report *report);

/* The page around the data, which the build makes (embed.py); ends with 0. */
extern const unsigned char page_html[];

/* The whole page, as whole_text takes it: `report` points to a pointer to the report. Fails: as those above.
 * report_page.c */
MUST_USE enum status report_write(FILE *file, const void *report);

#endif
