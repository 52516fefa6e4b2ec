/* signal_list.c — the signals of a result. See signal_list.h. */
#include "signal_list.h"
#include "recording.h"
#include "units.h"
#include <stdio.h>

enum { PATH_MAX_BYTES = 128 };

struct row {
  const char *path, *unit, *meaning;
};

/* Signals whose names are those of populations, drugs and pathways. */
static const struct row named[] = {
    {"/rates/<population>", "Hz", "mean firing rate of its cells"},
    {"/drugs/plasma_<drug>", "uM", "drug in plasma, total"},
    {"/drugs/brain_<drug>", "uM", "drug in the brain, free at the receptor"},
    {"/drugs/tissue_<region>_<drug>", "uM", "drug within the radius of a dose into tissue, free"},
    {"/block/<population>", "1", "blocked share of NMDA charge in synapses"},
    {"/block/<population>_<subunit>", "1", "the same by subunit"},
    {"/block/<population>_extrasynaptic", "1", "blocked share of NMDA charge outside synapses"},
    {"/block/<population>_extrasynaptic_<subunit>", "1", "the same by subunit"},
    {"/block/<population>_total", "1", "blocked share of all NMDA charge"},
    {"/pathways/<pathway>", "1", "blocked share of the NMDA charge that a glutamatergic pathway opened"},
    {"/pathways/<population>_afferents", "1", "the same of the background"},
    {"/summary/<region>/rate_<population>", "Hz", "firing rate in a window"},
    {"/summary/<region>/blocked_<population>", "1", "blocked share of NMDA charge in a window"},
};
static const struct row counted[] = {
    {"/plasticity/turnover/formed_<pathway>", "1", "synapses formed since the row before"},
    {"/plasticity/turnover/removed_<pathway>", "1", "synapses removed since the row before"},
    {"/plasticity/turnover/alive_<pathway>", "1", "synapses now"},
    {"/spikes/<region>/timestamps", "ms", "time of every spike"},
    {"/spikes/<region>/node_ids", "", "cell of every spike"},
};

/* Measures of a window. */
#define MEASURE(name, unit, meaning) {"/summary/<region>/" #name, unit, meaning},
static const struct row measures[] = {SITE_MEASURES(MEASURE)};
#undef MEASURE

static enum status each_row(const struct row *rows, int n, each_signal *each, void *context) {
  for (int i = 0; i < n; i++) TRY(each(context, rows[i].path, rows[i].unit, rows[i].meaning));
  return STATUS_OK;
}

/* Signals below `place`, "/maps/<region>/". */
static enum status each_recorded(const char *place, const struct signal *signals, int n, each_signal *each,
                                 void *context) {
  char path[PATH_MAX_BYTES];
  for (int i = 0; i < n; i++) {
    snprintf(path, sizeof path, "%s%s", place, signals[i].name);
    TRY(each(context, path, units_symbol(signals[i].unit), signals[i].label));
  }
  return STATUS_OK;
}

enum status signal_list_each(each_signal *each, void *context) {
  int n_slow, n_maps;
  const struct signal *slow = recording_slow_signals(&n_slow), *maps = recording_map_signals(&n_maps);
  TRY(each_row(named, COUNT_OF(named), each, context));
  TRY(each_row(measures, COUNT_OF(measures), each, context));
  TRY(each_recorded("/maps/<region>/", maps, n_maps, each, context));
  TRY(each_recorded("/slow/<region>_", slow, n_slow, each, context));
  return each_row(counted, COUNT_OF(counted), each, context);
}
