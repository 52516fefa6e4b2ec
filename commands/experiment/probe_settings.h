/* probe_settings.h — what is to be measured on a built circuit, cell by cell and synapse by synapse: the
 * group `probe` of a config. commands/probe/probe.h does it. */
#ifndef COMMANDS_PROBE_SETTINGS_H
#define COMMANDS_PROBE_SETTINGS_H

#include "region.h"

enum { PROBE_PATTERNS = 16, PROBE_TRAIN = 16 };

struct probe_settings {
  bool wanted; /* the config has such a group */
  bool background;
  double settle;                                                /* ms */
  double hold_psp, hold_excitatory, hold_inhibitory, hold_nmda; /* mV */
  double train_interval, pair_interval, within;                 /* ms */
  int64_t cells, sources, rounds, targets, train;
  const char *pattern[PROBE_PATTERNS]; /* of populations, "region.population"; none: all */
  int n_patterns;
};

/* Read the group, if there is one, when it is known which regions there are. Faults go to the config. */
void probe_settings_read(struct config *config, const struct anatomy *anatomy, int n_regions,
                         struct probe_settings *out);

/* Is a population among those that are to be probed? */
bool probe_settings_choose(const struct probe_settings *settings, const char *region, const char *population);

/* Does "region.population" fit a pattern, in which * stands for any letters? */
bool probe_fits(const char *pattern, const char *region, const char *population);

extern const struct param probe_params[];
extern const int n_probe_params;

#endif
