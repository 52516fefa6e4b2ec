/* record_settings.h — what a run is to write: the group `record` of a config. */
#ifndef COMMANDS_RECORD_SETTINGS_H
#define COMMANDS_RECORD_SETTINGS_H

#include "region.h"
#include "signals/occupancy.h"
#include "signals/potentials.h"
#include "signals/voltage_clamp.h"

enum { RECORD_CLAMPED = 16, RECORD_POPULATIONS = 4 * REGION_POPULATIONS };

/* Cells of a population under voltage clamp, or whose potential is recorded. */
struct clamped_cells {
  const char *population;
  int64_t cells;
};

struct record_settings {
  bool spikes, maps, lfp, spectra, statistics, membrane, subject;
  double lfp_grid, segment;                        /* µm, s */
  double many_cells;                               /* 1 */
  double count_bin, synchrony_bin, burst_interval; /* ms */
  struct clamped_cells clamped[RECORD_CLAMPED], traced[RECORD_CLAMPED];
  int n_clamped, n_traced;
  struct clamp_settings amplifier;
  struct occupancy_assay assay;
};

/* Read the group, when it is known which regions there are. Faults go to the config. */
void record_read(struct config *config, const struct anatomy *anatomy, int n_regions,
                 struct record_settings *out);

extern const struct param record_params[], clamped_params[], traced_params[];
extern const int n_record_params, n_clamped_params, n_traced_params;

#endif
