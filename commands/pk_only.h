/* pk_only.h — the concentrations of an experiment's arms by themselves: nothing is built, no cell fires. */
#ifndef COMMANDS_PK_ONLY_H
#define COMMANDS_PK_ONLY_H

#include "directory.h"
#include "experiment/experiment.h"
#include "result.h"
#include <stdio.h>

/* Regions and their calibration are not looked at: no course depends on them. Before config_finish. */
void pk_only_skip(const struct experiment *experiment);

/* Write DIR/<arm>.h5 for the arms of a set (bits), with /drugs, /protocol/events and /provenance, and print
 * peak, its time and area under the curve of every substance that an arm gets. Fails: as result_open does;
 * DIVERGED, WORLD, NO_MEMORY. */
MUST_USE enum status pk_only_run(const struct experiment *experiment, const struct directory *directory,
                                 uint32_t set, enum result_mode mode, FILE *out);

#endif
