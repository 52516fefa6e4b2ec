/* manifest.h — DIR/manifest.tsv: which runs a batch has, with which values and seed, and how each ended. */
#ifndef COMMANDS_MANIFEST_H
#define COMMANDS_MANIFEST_H

#include "batch/batch_plan.h"

#define MANIFEST_NAME "manifest.tsv"

enum run_state { RUN_WAITING, RUN_COMPLETE, RUN_FAILED, RUN_STOPPED };

struct manifest {
  const struct batch *batch;
  const char *directory, *config, *overrides; /* overrides: one a line */
  bool quick;
  enum run_state *state;
  int *code; /* exit code of the latest try; −1 if there was none */
};

/* Write, or replace, DIR/manifest.tsv. Fails: WORLD, CONFIG. */
MUST_USE enum status manifest_write(const struct manifest *manifest);

/* Is there one in a directory? */
bool manifest_there(const char *directory);
/* Does the one in the directory say that its runs were quick? False if there is none. */
bool manifest_quick(const char *directory);

#endif
