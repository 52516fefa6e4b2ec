/* probe_settings.c — reading the group `probe`. See probe_settings.h. */
#include "probe_settings.h"
#include "fields.h"
#include <fnmatch.h>
#include <stdio.h>

const struct param probe_params[] = {
    PARAM_BOOL(struct probe_settings, background, 0, SETTING, "as in a slice",
               "background goes on; responses are then differences to the same run without the spike"),
    PARAM_NUM(struct probe_settings, settle, "ms", 500, 10, 60000, SETTING,
              "several times the slowest time constants of membranes and adaptation",
              "time without a stimulus before anything is measured"),
    PARAM_NUM(struct probe_settings, hold_psp, "mV", -55, -90, -40, SETTING,
              "unitary IPSPs are usually measured there",
              "potential to which the slow feedback brings cells for inhibitory potentials"),
    PARAM_NUM(struct probe_settings, hold_excitatory, "mV", -70, -120, 0, SETTING,
              "near the reversal potential of GABA-A", "voltage clamp for excitatory currents"),
    PARAM_NUM(struct probe_settings, hold_inhibitory, "mV", 0, -60, 60, SETTING,
              "the reversal potential of excitation", "voltage clamp for inhibitory currents"),
    PARAM_NUM(struct probe_settings, hold_nmda, "mV", 40, 0, 80, SETTING, "magnesium is out of the channel",
              "voltage clamp for NMDA currents"),
    PARAM_NUM(struct probe_settings, train_interval, "ms", 20, 2, 1000, SETTING,
              "50 Hz, as in paired recordings", "interval of the spikes of a train"),
    PARAM_NUM(struct probe_settings, pair_interval, "ms", 50, 2, 5000, SETTING, "usual for paired pulses",
              "interval of the two spikes of a pair"),
    PARAM_NUM(struct probe_settings, within, "ms", 1000, 0.5, 10000, SETTING,
              "short where background is on: a target that fires meanwhile is left out",
              "time from the arrival of a spike in which its response is looked for"),
    PARAM_INT(struct probe_settings, cells, 10, 0, 100, SETTING, "",
              "cells of each population whose membrane is measured, evenly spaced among all; 0: none"),
    PARAM_INT(struct probe_settings, sources, 2, 1, 100, SETTING,
              "few, so that most targets hear one of them",
              "cells of each population that fire together, excitatory and inhibitory ones in turn"),
    PARAM_INT(struct probe_settings, rounds, 3, 0, 100, SETTING, "",
              "times that this is done, with others; 0: no pairs are read"),
    PARAM_INT(struct probe_settings, targets, 24, 2, 1000, SETTING, "",
              "connected pairs that are read for each pathway, at most"),
    PARAM_INT(struct probe_settings, train, 8, 2, PROBE_TRAIN, SETTING, "", "spikes of a train"),
};
const int n_probe_params = COUNT_OF(probe_params);

bool probe_fits(const char *pattern, const char *region, const char *population) {
  char name[64];
  snprintf(name, sizeof name, "%s.%s", region, population);
  return fnmatch(pattern, name, 0) == 0;
}

bool probe_settings_choose(const struct probe_settings *settings, const char *region,
                           const char *population) {
  bool fits = settings->n_patterns == 0;
  for (int k = 0; k < settings->n_patterns; k++) fits |= probe_fits(settings->pattern[k], region, population);
  return fits;
}

static void read_patterns(struct config *config, const struct anatomy *anatomy, int n_regions,
                          struct probe_settings *out) {
  static const char path[] = "probe.populations";
  int n = config_has(config, path) ? config_count(config, path) : 0;
  if (n > PROBE_PATTERNS) config_fault(config, path, "%d patterns, at most %d", n, PROBE_PATTERNS);
  for (int k = 0; k < n && k < PROBE_PATTERNS; k++) {
    const char *pattern = config_text_at(config, path, k);
    bool found = false;
    for (int r = 0; r < n_regions && pattern; r++) {
      for (int p = 0; p < anatomy[r].n_populations; p++)
        found |= probe_fits(pattern, anatomy[r].name, anatomy[r].population[p].name);
    }
    if (pattern && !found)
      config_fault(config, path, "no population fits \"%s\"; give region.population, as mPFC.PV_*", pattern);
    if (pattern) out->pattern[out->n_patterns++] = pattern;
  }
}

void probe_settings_read(struct config *config, const struct anatomy *anatomy, int n_regions,
                         struct probe_settings *out) {
  out->wanted = config_has(config, "probe");
  if (!out->wanted) return;
  params_read(config, "probe", probe_params, n_probe_params, NULL, 0, out);
  read_patterns(config, anatomy, n_regions, out);
}
