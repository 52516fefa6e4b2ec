/* record_settings.c — reading what a run is to write. See record_settings.h. */
#include "record_settings.h"
#include "fields.h"
#include <stdio.h>
#include <string.h>

const struct param record_params[] = {
    PARAM_BOOL(struct record_settings, spikes, 1, SETTING, "", "record every spike"),
    PARAM_BOOL(struct record_settings, maps, 1, SETTING, "", "record maps over the sheet"),
    PARAM_BOOL(struct record_settings, lfp, 1, SETTING, "", "record the LFP proxy, and what is made of it"),
    PARAM_NUM(struct record_settings, lfp_grid, "µm", 250, 0, 10000, SETTING,
              "an electrode sees some 250 um around it",
              "distance of the electrodes of the LFP grid, rounded to divide the side; 0: no grid"),
    PARAM_BOOL(struct record_settings, spectra, 1, SETTING, "",
               "record spectra, power of bands, coupling of theta and gamma"),
    PARAM_NUM(struct record_settings, segment, "s", 1, 0.02, 60, SETTING, "resolves 1 Hz",
              "segments of spectra, at most the shortest window"),
    PARAM_NUM(struct record_settings, many_cells, "1", 10000, 1, 1e9, SETTING,
              "an ECoG contact sees 1e4 to 1e5 cells",
              "cells to whose mean LFP the power of gamma is extrapolated"),
    PARAM_BOOL(struct record_settings, statistics, 1, SETTING, "", "record statistics of spikes"),
    PARAM_BOOL(struct record_settings, membrane, 1, SETTING, "",
               "record potentials and conductances of sampled cells"),
    PARAM_BOOL(struct record_settings, subject, 0, SETTING, "",
               "keep the subject as each arm leaves it, in DIR/<arm>.subject, for other experiments to begin "
               "with (subject.from)"),
    PARAM_NUM(struct record_settings, count_bin, "ms", 50, 1, 10000, SETTING, "usual for spike counts",
              "bin of Fano factor and correlation"),
    PARAM_NUM(struct record_settings, synchrony_bin, "ms", 5, 0.1, 1000, SETTING,
              "about the time constant of a membrane", "bin of synchrony"),
    PARAM_NUM(struct record_settings, burst_interval, "ms", 10, 0.1, 1000, ASSUMED,
              "spikes of a burst follow one another within 10 ms",
              "largest interval between two spikes of a burst"),
};
const int n_record_params = COUNT_OF(record_params);

const struct param clamped_params[] = {
    PARAM_STR(struct clamped_cells, population, NULL, SETTING, "", "name of a population"),
    PARAM_INT(struct clamped_cells, cells, 1, 1, CLAMP_CELLS, SETTING, "", "cells, evenly spaced among all"),
};
const int n_clamped_params = COUNT_OF(clamped_params);

const struct param traced_params[] = {
    PARAM_STR(struct clamped_cells, population, NULL, SETTING, "", "name of a population"),
    PARAM_INT(struct clamped_cells, cells, 1, 1, POTENTIALS_CELLS, SETTING, "",
              "cells, evenly spaced among all"),
};
const int n_traced_params = COUNT_OF(traced_params);

/* Populations of all regions; gives their number. */
static int known_populations(const struct anatomy *anatomy, int n_regions, const char **names, int room) {
  int n = 0;
  for (int r = 0; r < n_regions; r++) {
    for (int k = 0; k < anatomy[r].n_populations && n < room; k++) names[n++] = anatomy[r].population[k].name;
  }
  return n;
}

/* A list of populations of which some cells are looked at. */
struct cell_list {
  const char *path; /* "record.clamp" */
  const struct param *params;
  int n_params, most;
  struct clamped_cells *cells;
  int *n;
};

static void read_cells(struct config *config, const struct cell_list *list, int i, const char *const *names,
                       int n_names, bool all_regions) {
  struct clamped_cells *own = &list->cells[(*list->n)++];
  char path[48];
  snprintf(path, sizeof path, "%s.[%d]", list->path, i);
  params_read(config, path, list->params, list->n_params, NULL, 0, own);
  if (!own->population) return; /* told already */
  int known = 0;
  while (known < n_names && strcmp(names[known], own->population) != 0) known++;
  if (known == n_names && all_regions) config_unknown(config, path, own->population, names, n_names);
  for (int k = 0; k < *list->n - 1; k++) {
    const char *before = list->cells[k].population;
    if (before && strcmp(before, own->population) == 0)
      config_fault(config, path, "%s is named already: give all its cells in one place", before);
  }
}

static void read_list(struct config *config, const struct cell_list *list, const char *const *names,
                      int n_names, bool all_regions) {
  int n = config_count(config, list->path), all = 0;
  if (n > RECORD_CLAMPED) config_fault(config, list->path, "%d populations, at most %d", n, RECORD_CLAMPED);
  for (int i = 0; i < n && i < RECORD_CLAMPED; i++) {
    read_cells(config, list, i, names, n_names, all_regions);
    all += (int)list->cells[i].cells;
  }
  if (all > list->most) config_fault(config, list->path, "%d cells, at most %d", all, list->most);
}

void record_read(struct config *config, const struct anatomy *anatomy, int n_regions,
                 struct record_settings *out) {
  const char *names[RECORD_POPULATIONS];
  int n_names = known_populations(anatomy, n_regions, names, COUNT_OF(names));
  params_read(config, "record", record_params, n_record_params, NULL, 0, out);
  params_read(config, "record.amplifier", clamp_params, n_clamp_params, NULL, 0, &out->amplifier);
  params_read(config, "record.assay", assay_params, n_assay_params, NULL, 0, &out->assay);
  const struct cell_list lists[] = {
      {"record.clamp", clamped_params, COUNT_OF(clamped_params), CLAMP_CELLS, out->clamped, &out->n_clamped},
      {"record.traces", traced_params, COUNT_OF(traced_params), POTENTIALS_CELLS, out->traced,
       &out->n_traced}};
  for (int k = 0; k < COUNT_OF(lists); k++)
    read_list(config, &lists[k], names, n_names, config_count(config, "regions") == n_regions);
}
