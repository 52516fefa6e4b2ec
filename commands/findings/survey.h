/* survey.h — what results a directory has, arm by arm, and how far they are; also while a run writes them. */
#ifndef COMMANDS_SURVEY_H
#define COMMANDS_SURVEY_H

#include "result.h"
#include <limits.h>
#include <stdio.h>

enum { SURVEY_ARM_MAX = 128, SURVEY_TITLE_MAX = 200 };

/* One result file. */
struct surveyed {
  char arm[SURVEY_ARM_MAX]; /* the file's name without its ending */
  char path[PATH_MAX];
  char title[SURVEY_TITLE_MAX];
  char unreadable[SURVEY_TITLE_MAX]; /* why nothing below is known; "" if it is */
  bool foreign;                      /* HDF5, but no result of this program */
  bool partial;                      /* *.partial.h5: not complete */
  bool resumable;                    /* its checkpoint is there */
  int state;                         /* enum result_state */
  double t_s, wall_s, fraction;      /* as /status says; NAN if it does not */
  double updated_unix_s;
  uint64_t bytes;
};

struct survey {
  struct surveyed *arm; /* by name; a complete result before an unfinished one */
  int n;
  bool held; /* a process holds the directory, that is, runs there */
  long pid;  /* of it; 0 if unknown */
};

/* Is this path a directory? Fails: CONFIG (there is nothing of that name), WORLD. */
MUST_USE enum status survey_kind(const char *path, bool *is_directory);

/* Look at all results of a directory; files that are no results are passed over. Free with survey_free.
 * Fails: CONFIG (none there, and no process that may be about to write one), WORLD, NO_MEMORY. */
MUST_USE enum status survey_directory(const char *path, struct survey *out);
void survey_free(struct survey *survey);

/* Share of the work of `arms` arms that is done. */
double survey_share(const struct survey *survey, int arms);

/* One line for each file that could not be read, with the reason. */
void survey_print_unreadable(const struct survey *survey, FILE *out);

/* Look at one file. Fails: CONFIG (not a result of this program, damaged, written by a later version), WORLD,
 * NO_MEMORY. */
MUST_USE enum status survey_file(const char *path, struct surveyed *out);

/* "running", "complete", "stopped, resumable", "failed", "killed, resumable": what to call its state, given
 * whether a process holds its directory. */
const char *survey_state(const struct surveyed *file, bool held);

/* A scalar number of a result; NAN if there is none. */
double survey_number(struct store *store, const char *path);
/* A text of a result, cut at size − 1 bytes; "" if there is none. */
void survey_text(struct store *store, const char *path, const char *attribute, char *text, size_t size);
/* Length of a column or series; −1 if there is none. */
int64_t survey_rows(struct store *store, const char *path);

#endif
