/* drug_rows.h — /drugs and /protocol/events of a result: concentrations of an arm, and what it was given. */
#ifndef COMMANDS_DRUG_ROWS_H
#define COMMANDS_DRUG_ROWS_H

#include "observer.h"
#include "simulation/course.h"

/* Describe /drugs; *handle is −1 if there is no substance. Fails: as the recorder does, NO_MEMORY. */
MUST_USE enum status drug_rows_describe(const struct experiment *experiment, struct recorder *to,
                                        int *handle);
/* A row of /drugs; nothing if the handle is −1. */
MUST_USE enum status drug_rows_append(const struct experiment *experiment, const struct arm_doses *doses,
                                      struct recorder *to, int handle, const struct course *course);
/* The table /protocol/events of an arm. */
MUST_USE enum status drug_rows_events(const struct experiment *experiment, struct recorder *to, int arm);

#endif
