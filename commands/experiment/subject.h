/* subject.h — who is simulated: species, sex, mass and fat, what he or she has at rest, and what lies behind.
 */
#ifndef COMMANDS_SUBJECT_H
#define COMMANDS_SUBJECT_H

#include "experiment.h"

/* Read the group `subject`, its species, and what of `conditions` it names. */
void subject_read(struct experiment *experiment);
/* After the drugs: their kinetics in this subject (clearance by body mass and by the subject's own factor).
 */
void subject_scale_kinetics(struct experiment *experiment);
/* After all: what the subject's body rests at. Faults of the condition go to the config. Fails: NO_MEMORY,
 * DIVERGED. */
MUST_USE enum status subject_settle(struct experiment *experiment);

/* What of the subject drives its body all the time. */
struct systemic_input subject_input(const struct experiment *experiment);
/* Is the body other than that of the healthy subject of reference, before any event? */
bool subject_is_other(const struct experiment *experiment);

extern const struct param condition_params[];
extern const int n_condition_params;

#endif
