/* bath.h — events that hold a drug at a concentration, as the solution that flows over a slice does: what is
 * free at every receptor is what was said, from the first moment to the last. No body takes part. */
#ifndef COMMANDS_BATH_H
#define COMMANDS_BATH_H

#include "experiment.h"

/* Is the event a bath? */
bool bath_is(const struct dose_event *event);

/* When it ends, h; INFINITY: with the protocol. */
double bath_end_h(const struct dose_event *event);

/* Faults of the config: no concentration, or what belongs to a dose. */
void bath_check(const struct experiment *experiment, const char *path, const struct dose_event *event);

/* Add a bath to the doses of an arm, split into its substances. Fails: NO_MEMORY. */
MUST_USE enum status bath_add(const struct experiment *experiment, const struct dose_event *event,
                              struct arm_doses *out);

/* Free concentration that baths hold of a substance at a time, µM; has any begun by then? */
double bath_uM(const struct arm_doses *doses, int substance, double t_h);
bool bath_begun(const struct arm_doses *doses, int substance, double t_h);

#endif
