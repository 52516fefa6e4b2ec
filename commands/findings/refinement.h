/* refinement.h — how far day-scale results hang on where windows stand and how long the steps between them
 * are.
 *
 * The same experiment is run as planned, with twice the windows and half the macro steps for the same seed,
 * and as planned for two more seeds. What refinement moves is error of the coupling of the two scales; the
 * spread of the seeds is what the experiment leaves open anyway. */
#ifndef COMMANDS_REFINEMENT_H
#define COMMANDS_REFINEMENT_H

#include "experiment/experiment.h"
#include <stdio.h>

enum { REFINEMENT_RUNS = 4, REFINEMENT_SEEDS = 3 };
extern const char
    *const refinement_runs[REFINEMENT_RUNS]; /* names of their directories; the second is refined */

/* Read what the runs in `directory` found, and print it as a table. Arms are held against the first. Fails:
 * as findings_read. */
MUST_USE enum status refinement_table(FILE *out, const char *directory, const struct experiment *planned,
                                      const struct experiment *refined);

#endif
