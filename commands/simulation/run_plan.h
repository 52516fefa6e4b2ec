/* run_plan.h — every arm of one experiment, for one seed, into one directory.
 *
 * Arms share everything up to the moment they differ: they are a tree. What a group of arms shares is
 * simulated once, its rows go to all their files, and where they part each smaller group goes on from an
 * image of that moment. An arm that is resumed goes on alone from its own checkpoint. Either way the bits are
 * those of an arm that ran alone from the start. */
#ifndef COMMANDS_RUN_PLAN_H
#define COMMANDS_RUN_PLAN_H

#include "experiment/experiment.h"
#include "terminal/options.h"
#include <stdio.h>

/* One run: its directory, and what the coupling check asks of it. */
struct run_plan {
  const char *directory;
  int64_t seed; /* −1: the config's */
  bool refine;
  FILE *out; /* for the summary */
};

/* How the config is read, by struct run_options of `arguments`; texts are owned by these. */
struct experiment_options run_plan_reading(const struct arguments *arguments, const struct run_plan *plan);

/* Do it: `arguments` are those of the command `run`. Fails: CONFIG, WORLD, NO_MEMORY, DIVERGED, IN_USE; as
 * stop_wanted, checkpoints written. */
MUST_USE enum status run_plan_make(const struct arguments *arguments, const struct run_plan *plan);

#endif
