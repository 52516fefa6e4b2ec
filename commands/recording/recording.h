/* recording.h — what a simulation writes as it goes: the groups of a result (docs/formats.md), described
 * once, then rows. */
#ifndef COMMANDS_RECORDING_H
#define COMMANDS_RECORDING_H

#include "instruments_record.h"

struct recording {
  struct recorder *to;
  int rates, drugs, block, pathways, slow, turnover, body; /* handles; −1: not recorded */
  int summary[EXPERIMENT_REGIONS], maps[EXPERIMENT_REGIONS];
  int dialysis[EXPERIMENT_REGIONS], electrode[EXPERIMENT_REGIONS], bursts[EXPERIMENT_REGIONS];
  struct instruments_handles instruments;
};

/* Describe all groups to a recorder and write the tables that are known at the start (populations, events).
 * Describing again after a resume or a fork finds the groups that are there. Fails: as the recorder does. */
MUST_USE enum status recording_open(const struct simulation *simulation, struct recorder *to, int arm,
                                    struct recording *out);

/* A row of /rates: the bin that ends at time_s; rates NULL: a row of NaN, between windows. */
MUST_USE enum status recording_rates(const struct recording *recording, const struct simulation *simulation,
                                     double time_s, const double *rates);
/* After a window: rows of /summary/<region>, /block and /pathways. */
MUST_USE enum status recording_window(const struct recording *recording, const struct simulation *simulation,
                                      double time_h);
/* A row of /drugs. */
MUST_USE enum status recording_drugs(const struct recording *recording, const struct simulation *simulation,
                                     const struct course *course);
/* Rows of /slow, /maps/<region> and /body. */
MUST_USE enum status recording_slow(const struct recording *recording, const struct simulation *simulation,
                                    double time_h);
/* A row of /plasticity/turnover, after a structural change. */
MUST_USE enum status recording_turnover(const struct recording *recording,
                                        const struct simulation *simulation, double time_h);
/* The table /protocol/windows: the windows that are complete. Replaced each time. */
MUST_USE enum status recording_windows(const struct recording *recording,
                                       const struct simulation *simulation);

/* The *n signals of /slow, each behind the name of a region and with its spread, and of /maps/<region>. */
const struct signal *recording_slow_signals(int *n);
const struct signal *recording_map_signals(int *n);

#endif
