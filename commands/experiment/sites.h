/* sites.h — is there anything in an experiment at which its drugs act? */
#ifndef COMMANDS_SITES_H
#define COMMANDS_SITES_H

#include "experiment.h"
#include "network.h"

/* Is there no receptor for an action in a network, though the program has one? Actions that no receptor of
 * the program answers to are those of the tissue, which every region has. */
bool sites_lack(const struct mechanisms *mechanisms, const struct network *network, int action);

/* A drug that an event gives, none of whose sites is there, is a fault of the config. Fails: USAGE (as
 * circuit_mechanisms). */
MUST_USE enum status sites_check(const struct experiment *experiment, const struct network *network);

#endif
