/* instruments_record.h — what the instruments of a run write into a result: LFP and potentials by the
 * millisecond, and for each window spectra, bands, statistics of spikes, potentials, clamped currents,
 * occupancy of the NMDA channel. docs/formats.md lists them. */
#ifndef COMMANDS_INSTRUMENTS_RECORD_H
#define COMMANDS_INSTRUMENTS_RECORD_H

#include "observer.h"
#include "simulation/simulation.h"

/* Handles of the groups of each region; −1: not recorded. */
struct instruments_handles {
  int lfp[EXPERIMENT_REGIONS], grid[EXPERIMENT_REGIONS], spectra[EXPERIMENT_REGIONS];
  int bands[EXPERIMENT_REGIONS], spiking[EXPERIMENT_REGIONS], clamp[EXPERIMENT_REGIONS];
  int membrane[EXPERIMENT_REGIONS], occupancy[EXPERIMENT_REGIONS], traces[EXPERIMENT_REGIONS];
};

/* Describe the groups, and write the table of affinities. Fails: as the recorder does; NO_MEMORY. */
MUST_USE enum status instruments_describe(const struct simulation *simulation, struct recorder *to,
                                          struct instruments_handles *out);

/* A window begins to be measured at time_s: a row without values parts it from the window before. */
MUST_USE enum status instruments_part(const struct simulation *simulation, struct recorder *to,
                                      const struct instruments_handles *handles, double time_s);

/* What was seen since the latest call, the last of it at time_s: LFP and potentials by the millisecond, if
 * it was measured. At least every 10 ms. */
MUST_USE enum status instruments_flush(struct simulation *simulation, struct recorder *to,
                                       const struct instruments_handles *handles, double time_s,
                                       bool measured);

/* Rows of a window that has been measured. Fails: as the recorder does; NO_MEMORY. */
MUST_USE enum status instruments_window(const struct simulation *simulation, struct recorder *to,
                                        const struct instruments_handles *handles, double time_h);

#endif
