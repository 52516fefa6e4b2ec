/* recording_body.h — the group /body of a result: what the whole body makes of drugs that act on it. */
#ifndef COMMANDS_RECORDING_BODY_H
#define COMMANDS_RECORDING_BODY_H

#include "observer.h"
#include "simulation/simulation.h"

/* Describe the group, if some substance of the run acts on the body; *handle is −1 otherwise. Fails: as the
 * recorder does. */
MUST_USE enum status recording_body_open(const struct simulation *simulation, struct recorder *to,
                                         int *handle);
/* A row, with the steps of the tissue. Nothing if the handle is −1. Fails: as the recorder does. */
MUST_USE enum status recording_body_row(struct recorder *to, int handle, const struct course *course,
                                        double time_h);

/* The *n signals of the group. */
const struct signal *recording_body_signals(int *n);

#endif
