/* local_events.h — events that give a drug into the tissue of a region. */
#ifndef COMMANDS_LOCAL_EVENTS_H
#define COMMANDS_LOCAL_EVENTS_H

#include "experiment.h"

/* Find the region of an event that goes into tissue. Faults of the config: a region that the experiment
 * lacks, no volume; place or volume for another route. */
void local_event_check(const struct experiment *experiment, const char *path, struct dose_event *event);

/* Does each such event lie within its region's patch? Sheets are those of the experiment's regions, in
 * order. Faults of the config. */
void local_events_fit(const struct experiment *experiment, const struct sheet *const *sheets);

/* Add the doses of one event, split into n substances, to those of an arm. Fails: NO_MEMORY. */
MUST_USE enum status local_event_doses(const struct experiment *experiment, const struct dose_event *event,
                                       const struct drug_share *share, int n, struct arm_doses *out);

/* Has the experiment a dose of the substance into tissue of a region, in any arm? */
bool local_events_have(const struct experiment *experiment, int region, int substance);

#endif
