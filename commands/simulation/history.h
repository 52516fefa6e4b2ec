/* history.h — what lies behind a subject at time 0: weeks of a stressor, as a condition of the config says
 * (subject.condition), and the tissue of a subject whose body rests elsewhere than that of reference.
 *
 * The weeks are lived by the slow half alone: body, signalling, spines and dendrites, session by session,
 * with the cells firing as in health. So the first window, the baseline, finds the subject as the condition
 * left it. An experiment that wants windows in the stress weeks has them in its protocol, before its arms
 * part, or begins with a subject that another experiment kept (kept_subject.h). */
#ifndef COMMANDS_HISTORY_H
#define COMMANDS_HISTORY_H

#include "simulation.h"

/* Set body and tissue of a wired simulation to what they are at time 0. Fails: NO_MEMORY, DIVERGED; as
 * kept_subject_load. */
MUST_USE enum status history_live(struct simulation *simulation);

#endif
