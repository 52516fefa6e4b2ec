/* gather.h — the measures of a batch's runs, read from their summaries into one table. */
#ifndef COMMANDS_GATHER_H
#define COMMANDS_GATHER_H

#include "batch/batch_plan.h"
#include "batch/paired.h"
#include "batch/sensitivity.h"

/* One arm of one run. */
struct gathered_row {
  int run, arm;  /* arm: of `arm` below; 0 is the control, against which the others are told */
  double *value; /* one for each measure; NAN where the run has none */
};

struct gathered {
  const struct batch *batch;
  const char *directory;
  char **arm, **measure, **unit, **meaning;
  int n_arms, n_measures;
  struct gathered_row *row; /* in order of runs */
  int n_rows;
};

/* DIR/<nnnn>. */
void gather_directory(const char *directory, int run, char *out, size_t size);

/* Read the summaries of the runs for which `complete` is true. Fails: CONFIG (a summary that is none),
 * NO_MEMORY. Free with gather_free, also after a failure. */
MUST_USE enum status gather_read(const struct batch *batch, const char *directory, const bool *complete,
                                 struct gathered *out);
void gather_free(struct gathered *gathered);

/* The row of an arm of a run; NULL if it is not there. */
const struct gathered_row *gather_row(const struct gathered *gathered, int run, int arm);

/* Points that a table of comparisons has: each, and all together, the last one, if there are several. */
static inline int gather_points(const struct gathered *gathered) {
  return gathered->batch->n_points + (gathered->batch->n_points > 1);
}

/* An arm against the control over the seeds of a point, or over all runs if point is −1. Fails: NO_MEMORY. */
MUST_USE enum status gather_paired(const struct gathered *gathered, int point, int arm, int measure,
                                   struct paired *out);
/* Sensitivity of a measure of an arm, over its control's where there is one, mean over seeds, to each axis.
 * Only for designs that tell it. Fails: NO_MEMORY. */
MUST_USE enum status gather_sensitivity(const struct gathered *gathered, int arm, int measure,
                                        struct sensitivity *out);

/* Write DIR/summary.h5 and DIR/summary.csv. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status gather_store(const struct gathered *gathered);
MUST_USE enum status gather_csv(const struct gathered *gathered);

#endif
