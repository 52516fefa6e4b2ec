/* batch_work.h — a batch in its directory: which runs are there, making those that are not, what failed. */
#ifndef COMMANDS_BATCH_WORK_H
#define COMMANDS_BATCH_WORK_H

#include "batch/manifest.h"
#include "experiment/experiment.h"
#include "terminal/options.h"

struct batch_work {
  const char *config, *directory;
  struct texts overrides;
  bool quick;
  struct batch batch;
  const char *arm[EXPERIMENT_ARMS];
  int n_arms;
  struct manifest manifest;
  bool *complete, *other; /* by run; other: made by another program or of another config */
};

/* Look for the runs of work->batch. Fails: CONFIG, NO_MEMORY. Free with work_free. */
MUST_USE enum status work_find(struct batch_work *work);
void work_free(struct batch_work *work);
int work_due(const struct batch_work *work);

/* The command line of a run, for `threads` threads; words are freed with memory_free(words[0]) and
 * memory_free(words). Fails: NO_MEMORY, WORLD. */
MUST_USE enum status work_words(const struct batch_work *work, int run, int threads, const char ***words);

/* Make the runs that are due, `jobs` at a time on `processors`; the manifest follows. `told` gets the
 * share of all work that is done, now and then; NULL: nobody looks. Fails: as children_run, and as
 * manifest_write. */
MUST_USE enum status work_make(struct batch_work *work, int jobs, int processors,
                               void (*told)(void *context, int ended, double share), void *context);

/* One line for each run that failed: its number, values, seed, exit code and last word. */
void work_print_failed(const struct batch_work *work, FILE *out);

#endif
