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

/* Faults of what is kept of a subject, and of what it begins with, go to the config; when all else is read.
 * Fails: NO_MEMORY. */
MUST_USE enum status subject_check_files(struct experiment *experiment);
/* Path of the file of the subject that the experiment begins with (simulation/kept_subject.h), from
 * memory_new; NULL: none. `{seed}` in `subject.from` stands for the seed. Fails: NO_MEMORY. */
MUST_USE enum status subject_file_path(const struct experiment *experiment, char **out);
/* Does the experiment begin with a subject that another one kept? */
bool subject_is_kept(const struct experiment *experiment);

/* What of the subject drives its body all the time. */
struct systemic_input subject_input(const struct experiment *experiment);
/* Is the body other than that of the healthy subject of reference, before any event? */
bool subject_is_other(const struct experiment *experiment);

extern const struct param condition_params[];
extern const int n_condition_params;

#endif
