/* result_parts.h — what result.c (the file's life) and result_groups.c (what is recorded in it) share. */
#ifndef OUTPUT_RESULT_PARTS_H
#define OUTPUT_RESULT_PARTS_H

#include "result.h"

/* Datasets of one group that grow in step. Signals: the axis, then each signal. Spikes: timestamps, node_ids.
 */
struct growing {
  char *path; /* "/rates" */
  int n_series;
  struct series **series;
  bool spikes;
  bool restored; /* by the checkpoint that is being loaded */
};

struct result {
  struct recorder recorder; /* first: a recorder's functions are given its address */
  struct store *store;
  char *arm, *partial, *complete;
  char uuid[RESULT_UUID_MAX];
  struct growing *groups;
  int n_groups, groups_room;
};

/* The functions of the recorder. */
struct recorder result_recorder_functions(void);

/* The growing group of this path; NULL if there is none. */
struct growing *result_find_group(const struct result *result, const char *path);

/* Add a group with room for its series, which the caller makes or opens. Fails: NO_MEMORY. */
MUST_USE enum status result_add_group(struct result *result, const char *path, bool spikes, int n_series,
                                      struct growing **out);

/* Open every growing group of a file that is resumed. Fails: CONFIG, NO_MEMORY, WORLD. */
MUST_USE enum status result_open_groups(struct result *result);

/* Write the rows that wait, everywhere. Fails: WORLD. */
MUST_USE enum status result_end_groups(struct result *result);

/* Close the datasets. */
void result_free_groups(struct result *result);

#endif
