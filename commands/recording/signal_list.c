/* signal_list.c — the signals of a result. See signal_list.h. */
#include "signal_list.h"
#include "instruments_parts.h"
#include "recording.h"
#include "recording_body.h"
#include "simulation/extracellular.h"
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
    {"/drugs/body_temperature", "K", "body temperature relative to normal"},
    {"/drugs/tissue_<region>_<drug>", "uM", "drug within the radius of a dose into tissue, free"},
    {"/block/<population>", "1", "blocked share of NMDA charge in synapses"},
    {"/block/<population>_<subunit>", "1", "the same by subunit"},
    {"/dialysis/<region>/glutamate", "uM", "samples of a virtual microdialysis probe"},
    {"/electrode/<region>/glutamate", "uM", "readings of a virtual enzyme electrode"},
    {"/block/<population>_extrasynaptic", "1", "blocked share of NMDA charge outside synapses"},
    {"/block/<population>_extrasynaptic_<subunit>", "1", "the same by subunit"},
    {"/block/<population>_total", "1", "blocked share of all NMDA charge"},
    {"/pathways/<pathway>", "1", "blocked share of the NMDA charge that a glutamatergic pathway opened"},
    {"/pathways/<population>_afferents", "1", "the same of the background"},
    {"/summary/<region>/rate_<population>", "Hz", "firing rate in a window"},
    {"/summary/<region>/blocked_<population>", "1", "blocked share of NMDA charge in a window"},
    {"/summary/<region>/output_<population>", "1", "release of its terminals that drugs and stress leave"},
};
static const struct row seen[] = {
    {"/lfp/<region>/all", "pA", "LFP proxy by the millisecond: current per pyramidal cell of the region"},
    {"/lfp/<region>/<population>", "pA", "the same of one population, that is layer"},
    {"/traces/<region>/V_<population>_<cell>", "mV", "membrane potential of a cell, by the millisecond"},
    {"/lfp_grid/<region>/lfp", "pA", "LFP proxy at the electrodes of a grid"},
    {"/spectra/<region>/lfp", "pA2/Hz", "power spectrum of the LFP proxy in a window"},
    {"/spectra/<region>/lfp_<population>", "pA2/Hz", "the same of one population"},
    {"/spectra/<region>/cell", "pA2/Hz", "mean power spectrum of single cells"},
    {"/spectra/<region>/coherent", "pA2/Hz", "power that cells have in common"},
    {"/spectra/<region>/spikes_<population>", "1", "power spectrum of spikes, of independent cells"},
    {"/spectra/<region>/excitation_<population>", "nS2/Hz", "power spectrum of clamped cells' excitation"},
    {"/spectra/<region>/inhibition_<population>", "nS2/Hz", "power spectrum of clamped cells' inhibition"},
    {"/bands/<region>/coherence_<population>", "1", "coherence of the spikes of a pair in gamma"},
    {"/occupancy/<region>/all", "1", "share of a tracer displaced from NMDA channels"},
    {"/occupancy/<region>/<population>", "1", "the same of one population"},
    {"/occupancy/<region>/half_<drug>", "uM", "free blocker that would displace a half if it were alone"},
};
static const struct row counted[] = {
    {"/plasticity/turnover/formed_<pathway>", "1", "synapses formed since the row before"},
    {"/plasticity/turnover/removed_<pathway>", "1", "synapses removed since the row before"},
    {"/plasticity/turnover/alive_<pathway>", "1", "synapses now"},
    {"/plasticity/turnover/density_<population>", "1/um", "spines per length of dendrite"},
    {"/plasticity/turnover/spines_<population>", "1", "spines per cell"},
    {"/plasticity/turnover/dendrite_<population>", "1", "length of dendrites, of its start"},
    {"/spikes/<region>/timestamps", "ms", "time of every spike"},
    {"/spikes/<region>/node_ids", "", "cell of every spike"},
};

/* Measures of a window. */
#define MEASURE(name, unit, meaning) {"/summary/<region>/" #name, unit, meaning},
static const struct row measures[] = {SITE_MEASURES(MEASURE) EXTRACELLULAR_MEASURES(MEASURE)};
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

/* Measures of a table, whose names stand between two pieces. */
static enum status each_measure(const char *place, const char *before, const char *behind,
                                const struct instruments_measure *rows, int n, each_signal *each,
                                void *context) {
  char path[PATH_MAX_BYTES];
  for (int i = 0; i < n; i++) {
    snprintf(path, sizeof path, "%s%s%s%s", place, before, rows[i].name, behind);
    TRY(each(context, path, rows[i].unit, rows[i].label));
  }
  return STATUS_OK;
}

static enum status each_instrument(each_signal *each, void *context) {
  char path[PATH_MAX_BYTES];
  TRY(each_row(seen, COUNT_OF(seen), each, context));
  for (int b = 0; b < SPECTRUM_BAND_COUNT; b++) {
    snprintf(path, sizeof path, "/bands/<region>/%s", spectrum_limits[b].name);
    TRY(each(context, path, "pA2", spectrum_limits[b].meaning));
  }
  TRY(each_measure("/bands/<region>/", "", "", instruments_bands, INSTRUMENTS_BANDS, each, context));
  TRY(each_measure("/spiking/<region>/", "", "_<population>", instruments_spiking, INSTRUMENTS_SPIKING, each,
                   context));
  TRY(each_measure("/membrane/<region>/", "", "_<population>", instruments_membrane, INSTRUMENTS_MEMBRANE,
                   each, context));
  TRY(each_measure("/spiking/<region>/", "", "_<population>", instruments_locking, INSTRUMENTS_LOCKING, each,
                   context));
  TRY(each_measure("/clamp/<region>/", "epsc_", "_<population>", instruments_clamp, INSTRUMENTS_CLAMP, each,
                   context));
  return each_measure("/clamp/<region>/", "ipsc_", "_<population>", instruments_clamp, INSTRUMENTS_CLAMP,
                      each, context);
}

enum status signal_list_each(each_signal *each, void *context) {
  int n_slow, n_maps, n_bursts, n_body;
  const struct signal *slow = recording_slow_signals(&n_slow), *maps = recording_map_signals(&n_maps),
                      *bursts = extracellular_burst_signals(&n_bursts),
                      *body = recording_body_signals(&n_body);
  TRY(each_row(named, COUNT_OF(named), each, context));
  TRY(each_row(measures, COUNT_OF(measures), each, context));
  TRY(each_instrument(each, context));
  TRY(each_recorded("/maps/<region>/", maps, n_maps, each, context));
  TRY(each_recorded("/bursts/<region>/", bursts, n_bursts, each, context));
  TRY(each_recorded("/slow/<region>_", slow, n_slow, each, context));
  TRY(each_recorded("/body/", body, n_body, each, context));
  return each_row(counted, COUNT_OF(counted), each, context);
}
