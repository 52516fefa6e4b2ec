/* protocol_checks.h — what can be wrong with a protocol as a whole, though each of its parts is in order. */
#ifndef COMMANDS_PROTOCOL_CHECKS_H
#define COMMANDS_PROTOCOL_CHECKS_H

#include "experiment.h"

/* Windows as the config gives them: each comes after the one before. Faults go to the config. */
void protocol_check_order(struct experiment *experiment);

/* When events, windows and arms are read; `end` is what the config says, 0: nothing. An end before the last
 * window, events after the end, stimuli that meet no window, arms that no event tells apart, no room for a
 * baseline. Faults go to the config. */
void protocol_check(struct experiment *experiment, double end_h);

#endif
