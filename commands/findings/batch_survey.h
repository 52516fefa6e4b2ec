/* batch_survey.h — where the runs of a batch stand, by its manifest and by what their directories hold. */
#ifndef COMMANDS_BATCH_SURVEY_H
#define COMMANDS_BATCH_SURVEY_H

#include "status.h"
#include <stdbool.h>
#include <stdio.h>

/* Is this directory that of a batch? */
bool batch_survey_is(const char *directory);

/* Numbers of its runs, as their directories are named. Fails: CONFIG (no manifest, or a damaged one),
 * NO_MEMORY. Free with memory_free. */
MUST_USE enum status batch_survey_runs(const char *directory, int **runs, int *n);

/* Call `each` for every complete run, with its point and the values of its axes, "dose=10 mg/kg". Fails: as
 * batch_survey_runs, and as `each`. */
MUST_USE enum status batch_survey_complete(const char *directory,
                                           enum status (*each)(void *context, int run, int point,
                                                               const char *values),
                                           void *context);

/* How many runs are complete, running, failed and waiting, and a line for each that is neither complete nor
 * waiting. Fails: as batch_survey_runs. */
MUST_USE enum status batch_survey_print(const char *directory, FILE *out);

#endif
