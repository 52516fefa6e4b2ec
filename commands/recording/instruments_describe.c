/* instruments_describe.c — the groups of what instruments saw. See instruments_record.h. */
#include "fields.h"
#include "instruments_parts.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 96 };

/* Spectra are written up to here. */
static const double HIGHEST_HZ = 200;

/* ---- what there is ---- */

/* Of spikes, one for every population. */
#define SPIKING(name, member, label)                                                                         \
  { #name, "1", label, offsetof(struct spiking_measures, member) }
const struct instruments_measure instruments_spiking[INSTRUMENTS_SPIKING] = {
    SPIKING(cv, cv, "CV of interspike intervals"),
    SPIKING(fano, fano, "Fano factor"),
    SPIKING(correlation, correlation, "correlation of spike counts of a pair"),
    SPIKING(synchrony, synchrony, "correlation of a pair at a short bin"),
    SPIKING(burst, burst_share, "share of spikes in bursts"),
    SPIKING(up, up, "share of cells that fire more than twice their baseline"),
    SPIKING(down, down, "share of cells that fire less than half their baseline"),
    SPIKING(chance_up, chance_up, "the same by chance"),
    SPIKING(chance_down, chance_down, "the same by chance"),
    {"rate_median", "Hz", "median rate of cells", offsetof(struct spiking_measures, rate_median)},
    SPIKING(silent, silent, "share of cells without a spike"),
    SPIKING(rate_sigma, rate_sigma, "SD of the logarithm of rates over cells"),
};
#undef SPIKING

/* Of sampled cells, for every population. */
#define MEMBRANE(name, unit, label)                                                                          \
  { #name, unit, label, offsetof(struct membrane_measures, name) }
const struct instruments_measure instruments_membrane[INSTRUMENTS_MEMBRANE] = {
    MEMBRANE(V_mean, "mV", "membrane potential"),
    MEMBRANE(V_sd, "mV", "SD of the membrane potential over time"),
    MEMBRANE(V_spread, "mV", "SD of mean potentials over cells"),
    MEMBRANE(g_e, "nS", "excitatory conductance"),
    MEMBRANE(g_i, "nS", "inhibitory conductance"),
    MEMBRANE(g_ratio, "1", "inhibitory over excitatory conductance"),
    MEMBRANE(g_relative, "1", "synaptic conductance over the leak"),
    MEMBRANE(balance, "1", "correlation of excitation and inhibition, of the mean over cells"),
    MEMBRANE(balance_cell, "1", "the same of single cells"),
};
#undef MEMBRANE

/* Of spikes and theta, beside them. */
const struct instruments_measure instruments_locking[INSTRUMENTS_LOCKING] = {
    {"theta_phase", "1", "phase of theta at which cells fire, degrees from the trough in CA1",
     offsetof(struct locking_measures, phase)},
    {"theta_locking", "1", "how strictly they do, 0 to 1", offsetof(struct locking_measures, length)},
};

/* Of clamped currents. */
#define CLAMP(name, unit, member, label)                                                                     \
  { name, unit, label, offsetof(struct clamp_measures, member) }
const struct instruments_measure instruments_clamp[INSTRUMENTS_CLAMP] = {
    CLAMP("frequency", "Hz", frequency_Hz, "events of a cell"),
    CLAMP("amplitude", "pA", amplitude_pA, "mean event"),
    CLAMP("current", "pA", current_pA, "mean current"),
};
#undef CLAMP
static const char *const clamp_kinds[CLAMP_KINDS] = {"epsc_", "ipsc_"};

/* Of the LFP of a region. */
#define BAND(name, member, unit, label)                                                                      \
  { #name, unit, label, offsetof(struct instruments_band_measures, member) }
const struct instruments_measure instruments_bands[INSTRUMENTS_BANDS] = {
    BAND(peak, peak, "Hz", "frequency with most power above 15 Hz, times frequency"),
    BAND(theta_peak, theta_peak, "Hz", "frequency with most power in theta, times frequency"),
    BAND(exponent, exponent, "1", "exponent of the fall of the spectrum with frequency, 2-100 Hz"),
    BAND(gamma_coherent, coherent, "pA2", "gamma power that cells have in common"),
    BAND(gamma_incoherent, incoherent, "pA2", "gamma power that goes away with the number of cells"),
    BAND(gamma_many, many, "pA2", "gamma power of the mean over many cells"),
    BAND(gamma_coherence, coherence, "1", "coherence of a pair of cells in gamma"),
    BAND(coupling, coupling, "1", "modulation index of gamma by theta"),
    BAND(coupling_z, coupling_z, "1", "the same against surrogates, in their SD"),
};
#undef BAND

/* ---- describing ---- */

struct description {
  struct signal signal[INSTRUMENTS_SIGNALS];
  char name[INSTRUMENTS_SIGNALS][NAME_BYTES];
  int n;
};

static void add(struct description *d, const char *unit, const char *label, const char *first,
                const char *second, const char *third) {
  if (d->n == INSTRUMENTS_SIGNALS) return;
  snprintf(d->name[d->n], NAME_BYTES, "%s%s%s", first, second, third);
  d->signal[d->n] = (struct signal){d->name[d->n], unit, label};
  d->n++;
}

/* A group with a row for each window. */
static enum status describe(struct recorder *to, const struct description *d, const char *folder,
                            const char *region, const char *title, const struct signal_columns *columns,
                            int *handle) {
  char path[NAME_BYTES];
  *handle = -1;
  if (d->n == 0) return STATUS_OK;
  snprintf(path, sizeof path, "%s/%s", folder, region);
  struct signal_group group = {.path = path,
                               .title = title,
                               .axis = "time",
                               .axis_unit = "h",
                               .axis_label = "time",
                               .signals = d->signal,
                               .n_signals = d->n};
  if (columns) group.columns = *columns;
  return to->group(to, &group, handle);
}

static enum status describe_lfp(const struct lfp *lfp, struct recorder *to, struct description *d,
                                const char *region, int *series, int *grid) {
  static const struct signal map[] = {{"lfp", "pA", "LFP proxy, current per cell"}};
  char path[NAME_BYTES];
  *series = *grid = -1;
  if (lfp->n_parts == 0) return STATUS_OK;
  add(d, "pA", "LFP proxy, current per cell", "all", "", "");
  for (int p = 0; p < lfp->n_parts && lfp->n_parts > 1; p++)
    add(d, "pA", "LFP proxy, current per cell", lfp->part[p].population->name, "", "");
  snprintf(path, sizeof path, "lfp/%s", region);
  struct signal_group group = {.path = path,
                               .title = "LFP proxy: weighted sum of synaptic currents of pyramidal cells",
                               .axis = "time",
                               .axis_unit = "s",
                               .axis_label = "time",
                               .signals = d->signal,
                               .n_signals = d->n,
                               .single = true};
  TRY(to->group(to, &group, series));
  if (lfp->grid_x == 0) return STATUS_OK;
  snprintf(path, sizeof path, "lfp_grid/%s", region);
  group.title = "LFP proxy on a grid of electrodes";
  group.signals = map;
  group.n_signals = 1;
  group.side_y = lfp->grid_y;
  group.side_x = lfp->grid_x;
  group.first_um = 0.5 * lfp->grid_um;
  group.pitch_um = lfp->grid_um;
  return to->group(to, &group, grid);
}

int instruments_columns(const struct spectrum *spectrum) {
  int n = (int)floor(HIGHEST_HZ / spectrum_step_Hz(spectrum) + 1e-9) + 1;
  return n < spectrum_bins(spectrum) ? n : spectrum_bins(spectrum);
}

static enum status describe_spectra(const struct simulation *simulation, struct recorder *to, int r,
                                    struct description *d, int *handle) {
  const struct instruments *own = &simulation->instruments;
  const struct region *region = &simulation->region[r];
  const struct lfp *lfp = &own->lfp[r];
  *handle = -1;
  if (!own->spectrum) return STATUS_OK;
  if (lfp->n_parts > 0) {
    add(d, "pA2/Hz", "power of the LFP proxy", "lfp", "", "");
    for (int p = 0; p < lfp->n_parts && lfp->n_parts > 1; p++)
      add(d, "pA2/Hz", "power of the LFP proxy", "lfp_", lfp->part[p].population->name, "");
    add(d, "pA2/Hz", "power of a single cell", "cell", "", "");
    add(d, "pA2/Hz", "power that cells have in common", "coherent", "", "");
  }
  for (int k = 0; k < region->anatomy.n_populations; k++)
    add(d, "1", "power of spikes, of independent cells", "spikes_", region->population[k]->name, "");
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    if (!instruments_clamped(own, region->population[k])) continue;
    add(d, "nS2/Hz", "power of the conductance", "excitation_", region->population[k]->name, "");
    add(d, "nS2/Hz", "power of the conductance", "inhibition_", region->population[k]->name, "");
  }
  const struct signal_columns columns = {
      "frequency", "Hz", "frequency", instruments_columns(own->spectrum), 0, spectrum_step_Hz(own->spectrum)};
  return describe(to, d, "spectra", region->name, "power spectra of each window", &columns, handle);
}

static enum status describe_bands(const struct simulation *simulation, struct recorder *to, int r,
                                  struct description *d, int *handle) {
  const struct instruments *own = &simulation->instruments;
  const struct region *region = &simulation->region[r];
  *handle = -1;
  if (!own->spectrum) return STATUS_OK;
  if (own->lfp[r].n_parts > 0) {
    for (int b = 0; b < SPECTRUM_BAND_COUNT; b++)
      add(d, "pA2", spectrum_limits[b].meaning, spectrum_limits[b].name, "", "");
    for (int k = 0; k < INSTRUMENTS_BANDS; k++)
      add(d, instruments_bands[k].unit, instruments_bands[k].label, instruments_bands[k].name, "", "");
  }
  for (int k = 0; k < region->anatomy.n_populations; k++)
    add(d, "1", "coherence of the spikes of a pair in gamma", "coherence_", region->population[k]->name, "");
  return describe(to, d, "bands", region->name, "power of bands in each window", NULL, handle);
}

static enum status describe_spiking(const struct simulation *simulation, struct recorder *to, int r,
                                    struct description *d, int *handle) {
  const struct region *region = &simulation->region[r];
  *handle = -1;
  if (!simulation->instruments.spiking.network) return STATUS_OK;
  for (int m = 0; m < INSTRUMENTS_SPIKING; m++) {
    for (int k = 0; k < region->anatomy.n_populations; k++)
      add(d, instruments_spiking[m].unit, instruments_spiking[m].label, instruments_spiking[m].name, "_",
          region->population[k]->name);
  }
  for (int m = 0; m < INSTRUMENTS_LOCKING; m++) {
    for (int k = 0; k < region->anatomy.n_populations; k++)
      add(d, instruments_locking[m].unit, instruments_locking[m].label, instruments_locking[m].name, "_",
          region->population[k]->name);
  }
  return describe(to, d, "spiking", region->name, "statistics of spikes in each window", NULL, handle);
}

static enum status describe_membrane(const struct simulation *simulation, struct recorder *to, int r,
                                     struct description *d, int *handle) {
  const struct region *region = &simulation->region[r];
  *handle = -1;
  if (!simulation->instruments.membrane.network) return STATUS_OK;
  for (int m = 0; m < INSTRUMENTS_MEMBRANE; m++) {
    for (int k = 0; k < region->anatomy.n_populations; k++)
      add(d, instruments_membrane[m].unit, instruments_membrane[m].label, instruments_membrane[m].name, "_",
          region->population[k]->name);
  }
  return describe(to, d, "membrane", region->name,
                  "potentials and conductances of sampled cells in each window", NULL, handle);
}

static enum status describe_clamp(const struct simulation *simulation, struct recorder *to, int r,
                                  struct description *d, int *handle) {
  const struct region *region = &simulation->region[r];
  char name[24];
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    if (!instruments_clamped(&simulation->instruments, region->population[k])) continue;
    for (int kind = 0; kind < CLAMP_KINDS; kind++) {
      for (int m = 0; m < INSTRUMENTS_CLAMP; m++) {
        snprintf(name, sizeof name, "%s_", instruments_clamp[m].name);
        add(d, instruments_clamp[m].unit, instruments_clamp[m].label, clamp_kinds[kind], name,
            region->population[k]->name);
      }
    }
  }
  return describe(to, d, "clamp", region->name, "synaptic currents under voltage clamp in each window", NULL,
                  handle);
}

static enum status describe_occupancy(const struct simulation *simulation, struct recorder *to, int r,
                                      struct description *d, int *handle) {
  const struct region *region = &simulation->region[r];
  const struct drugs *drugs = &simulation->experiment->drugs;
  add(d, "1", "share of the tracer displaced", "all", "", "");
  for (int k = 0; k < region->anatomy.n_populations; k++)
    add(d, "1", "share of the tracer displaced", region->population[k]->name, "", "");
  for (int s = 0; s < drugs->n_substances; s++) {
    if (drugs->substance[s].acts[ACTION_NMDA_CHANNEL])
      add(d, "µM", "free, and alone, it would displace a half", "half_", drugs->substance[s].name, "");
  }
  return describe(to, d, "occupancy", region->name, "occupancy of the NMDA channel, as a tracer sees it",
                  NULL, handle);
}

/* ---- affinities on membranes ---- */

static enum status write_assay(const struct simulation *simulation, struct recorder *to) {
  enum { MOST = EXPERIMENT_REGIONS * DRUG_SUBSTANCES };
  const struct drugs *drugs = &simulation->experiment->drugs;
  const char *region[MOST], *substance[MOST];
  double K_i[MOST];
  int n = 0;
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct population *populations[REGION_POPULATIONS];
    int n_populations = simulation->region[r].anatomy.n_populations;
    for (int k = 0; k < n_populations; k++) populations[k] = simulation->region[r].population[k];
    for (int s = 0; s < drugs->n_substances; s++) {
      if (!drugs->substance[s].acts[ACTION_NMDA_CHANNEL]) continue;
      region[n] = simulation->region[r].name;
      substance[n] = drugs->substance[s].name;
      K_i[n++] = occupancy_K_i(&simulation->experiment->record.assay,
                               &drugs->substance[s].properties[ACTION_NMDA_CHANNEL].nmda_channel, populations,
                               n_populations);
    }
  }
  const struct column columns[] = {
      {"region", COLUMN_TEXT, "", "", region},
      {"substance", COLUMN_TEXT, "", "", substance},
      {"K_i_uM", COLUMN_F64, "uM", "displaces half of a channel tracer from membranes of the region", K_i}};
  const struct table table = {"assay", "affinity to the NMDA channel on membranes", n, columns,
                              COUNT_OF(columns)};
  return n > 0 ? to->table(to, &table) : STATUS_OK;
}

/* Potentials of the cells of a region, named by population and node. */
static enum status describe_traces(const struct simulation *simulation, struct recorder *to, int r,
                                   struct description *d, int *handle) {
  const struct potentials *potentials = &simulation->instruments.potentials;
  const char *region = simulation->region[r].name;
  char path[NAME_BYTES], cell[32];
  *handle = -1;
  for (int k = 0; k < potentials->n; k++) {
    const struct population *population = potentials->cell[k].population;
    if (strcmp(population->region, region) != 0) continue;
    snprintf(cell, sizeof cell, "_%llu",
             (unsigned long long)population->first_node + (unsigned long long)potentials->cell[k].cell);
    add(d, "mV", "membrane potential", "V_", population->name, cell);
  }
  if (d->n == 0) return STATUS_OK;
  snprintf(path, sizeof path, "traces/%s", region);
  const struct signal_group group = {.path = path,
                                     .title = "membrane potentials of single cells",
                                     .axis = "time",
                                     .axis_unit = "s",
                                     .axis_label = "time",
                                     .signals = d->signal,
                                     .n_signals = d->n,
                                     .single = true};
  return to->group(to, &group, handle);
}

enum status instruments_describe(const struct simulation *simulation, struct recorder *to,
                                 struct instruments_handles *out) {
  enum { GROUPS = 8 };
  struct description *d = NULL;
  enum status status = STATUS_OK;
  TRY(memory_new("descriptions", (size_t)GROUPS, sizeof *d, &d));
  for (int r = 0; r < simulation->n_regions && status == STATUS_OK; r++) {
    for (int k = 0; k < GROUPS; k++) d[k].n = 0;
    const char *name = simulation->region[r].name;
    TRY_GOTO(describe_lfp(&simulation->instruments.lfp[r], to, &d[0], name, &out->lfp[r], &out->grid[r]),
             done);
    TRY_GOTO(describe_spectra(simulation, to, r, &d[1], &out->spectra[r]), done);
    TRY_GOTO(describe_bands(simulation, to, r, &d[2], &out->bands[r]), done);
    TRY_GOTO(describe_spiking(simulation, to, r, &d[3], &out->spiking[r]), done);
    TRY_GOTO(describe_membrane(simulation, to, r, &d[4], &out->membrane[r]), done);
    TRY_GOTO(describe_clamp(simulation, to, r, &d[5], &out->clamp[r]), done);
    TRY_GOTO(describe_occupancy(simulation, to, r, &d[6], &out->occupancy[r]), done);
    TRY_GOTO(describe_traces(simulation, to, r, &d[7], &out->traces[r]), done);
  }
  status = write_assay(simulation, to);
done:
  memory_free(d);
  return status;
}
