/* session.h — what commands share that read a config and place its circuits: made, handed over, freed. */
#ifndef COMMANDS_SESSION_H
#define COMMANDS_SESSION_H

#include "simulation.h"
#include "terminal/options.h"

/* What a command does with an experiment and its simulation, both empty at first. */
typedef enum status session_body(const struct arguments *arguments, struct experiment *experiment,
                                 struct simulation *simulation);

/* Run a body with an experiment and a simulation of its own. Fails: NO_MEMORY; as the body does. */
MUST_USE enum status session_run(const struct arguments *arguments, session_body *body);

/* Read the config that is the first word, place its cells, and let all faults of the config be told. Fails:
 * CONFIG, NO_MEMORY. */
MUST_USE enum status session_place(const struct arguments *arguments,
                                   const struct experiment_options *options, struct experiment *experiment,
                                   struct simulation *simulation);

#endif
