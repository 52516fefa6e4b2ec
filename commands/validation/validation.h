/* validation.h — from rows of published effects to runs, from runs to verdicts.
 *
 * Rows that need the same experiment with the same overrides share its runs: one for each seed, in a
 * directory of its own, with all arms that any row reads. A run that is complete, and was made by this
 * program from this config, is not made again. */
#ifndef COMMANDS_VALIDATION_H
#define COMMANDS_VALIDATION_H

#include "targets.h"
#include <stdio.h>

/* NO_VALUE: a quick look left out the window that a check reads. */
enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_NOT_BUILT, VERDICT_NO_VALUE, VERDICT_COUNT };

/* One check of a row over its seeds. */
struct validation_check {
  int n; /* seeds */
  double value[TARGET_SEEDS];
  double mean, spread; /* spread: standard deviation over seeds; NAN with one */
  bool passed;
};

struct validation_row {
  const struct target *target;
  enum verdict verdict;
  struct validation_check check[TARGET_CHECKS];
  char *why; /* of a failure that is not a number out of range; NULL */
};

struct validation_run {
  const struct target *like; /* a row that asks for it: experiment, overrides, kind of run */
  int64_t seed;              /* −1: the experiment draws nothing */
  char *config, *directory, *log;
  const char **arm;
  int n_arms;
  bool wanted, complete, again; /* by a chosen row; made already; made by another program or config */
  int code;                     /* how it ended */
};

/* How runs are made: short windows and one seed, the first so many seeds of each row (0: all), and where. */
struct validation_manner {
  bool quick;
  int seeds;
  const char *directory;
};

struct validation {
  struct targets targets;
  struct validation_row *row; /* the chosen ones */
  int n_rows;
  struct validation_run *run;
  int n_runs;
  struct validation_manner manner;
  const char *const *words; /* by which rows were chosen; none: all */
  int n_words;
};

/* Choose rows by id, category or group, all if there are no words, which must outlive the validation. Fails:
 * USAGE (an unknown word, with the nearest), and as targets_read. Free with validation_free, also after a
 * failure. */
MUST_USE enum status validation_choose(const char *const *words, int n, struct validation_manner manner,
                                       struct validation *out);
void validation_free(struct validation *validation);

/* Add overrides to those of every row whose experiment draws random numbers: the rows under another
 * hypothesis. They must outlive the validation. Before validation_plan. Fails: CONFIG, NO_MEMORY, WORLD. */
MUST_USE enum status validation_suppose(struct validation *validation, const char *const *sets, int n);

/* List the runs that the rows need, and find those that are there; `again`: none of them counts. Fails:
 * CONFIG, NO_MEMORY, WORLD. */
MUST_USE enum status validation_plan(struct validation *validation, bool again);
/* Seeds of a row that are run. */
int validation_seeds(const struct validation *validation, const struct target *row);
/* The run that has a row's values for its seed k; NULL if there is none. */
const struct validation_run *validation_run_of(const struct validation *validation, const struct target *row,
                                               int k);

/* Runs that are wanted by `n` validations and not there, each once, also if several want it: as many as are
 * returned, in `due` unless it is NULL. */
int validation_due(const struct validation *validation, int n, struct validation_run **due);
/* Make them by this program, `jobs` at a time on `processors`, in one queue. A run that fails is told by its
 * code. The validations share a directory, and are quick or not together. `told` as in children.h. Fails: as
 * children_run. */
MUST_USE enum status validation_make(struct validation *validation, int n, int jobs, int processors,
                                     void (*told)(void *context, int ended), void *context);

/* Read the values and judge. Fails: NO_MEMORY. */
MUST_USE enum status validation_judge(struct validation *validation);

/* ---- what comes out ---- */

void validation_count(const struct validation *validation, int count[VERDICT_COUNT]);
/* A table for people; FILE formats tsv, json and md (one object, row or line for each check). Fails:
 * NO_MEMORY. */
MUST_USE enum status validation_print(const struct validation *validation, FILE *out);
void validation_tsv(const struct validation *validation, FILE *out);
void validation_json(const struct validation *validation, FILE *out);
MUST_USE enum status validation_markdown(const struct validation *validation, FILE *out);

#endif
