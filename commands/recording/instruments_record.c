/* instruments_record.c — rows of what instruments saw. See instruments_record.h. */
#include "fields.h"
#include "instruments_parts.h"
#include "memory.h"
#include "signals/coupling.h"
#include <math.h>
#include <string.h>

/* A peak is looked for, and the fall of the spectrum measured, from here to here. */
static const double PEAK_LOW_HZ = 15, PEAK_HIGH_HZ = 180, FALL_LOW_HZ = 2, FALL_HIGH_HZ = 100;

/* ---- LFP ---- */

static enum status append_lfp(const struct lfp *lfp, struct recorder *to, int series, int grid, double time_s,
                              const double *values) {
  TRY(to->append(to, series, time_s, values));
  return grid < 0 ? STATUS_OK : to->append(to, grid, time_s, values + lfp->first_electrode);
}

/* ---- potentials ---- */

/* A sample of all cells that are looked at, NULL: none; each region gets its own. */
static enum status append_traces(const struct simulation *simulation, struct recorder *to,
                                 const struct instruments_handles *handles, double time_s,
                                 const double *values) {
  const struct potentials *potentials = &simulation->instruments.potentials;
  for (int r = 0; r < simulation->n_regions; r++) {
    double row[POTENTIALS_CELLS];
    int n = 0;
    if (handles->traces[r] < 0) continue;
    for (int k = 0; k < potentials->n; k++) {
      if (strcmp(potentials->cell[k].population->region, simulation->region[r].name) == 0)
        row[n++] = values ? values[k] : (double)NAN;
    }
    TRY(to->append(to, handles->traces[r], time_s, row));
  }
  return STATUS_OK;
}

/* ---- by the millisecond ---- */

enum status instruments_part(const struct simulation *simulation, struct recorder *to,
                             const struct instruments_handles *handles, double time_s) {
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct lfp *lfp = &simulation->instruments.lfp[r];
    double *missing = NULL;
    if (handles->lfp[r] < 0) continue;
    TRY(memory_new("missing values", (size_t)lfp->channels, sizeof *missing, &missing));
    for (int c = 0; c < lfp->channels; c++) missing[c] = NAN;
    enum status status = append_lfp(lfp, to, handles->lfp[r], handles->grid[r], time_s, missing);
    memory_free(missing);
    TRY(status);
  }
  return append_traces(simulation, to, handles, time_s, NULL);
}

enum status instruments_flush(struct simulation *simulation, struct recorder *to,
                              const struct instruments_handles *handles, double time_s, bool measured) {
  struct instruments *own = &simulation->instruments;
  for (int r = 0; r < simulation->n_regions; r++) {
    struct lfp *lfp = &own->lfp[r];
    for (int i = 0; i < lfp->n_pending && measured; i++)
      TRY(append_lfp(lfp, to, handles->lfp[r], handles->grid[r], time_s - (lfp->n_pending - 1 - i) * 1e-3,
                     lfp_pending(lfp, i)));
    if (lfp->n_parts > 0) lfp_take(lfp, measured);
  }
  for (int i = 0; i < own->potentials.n_pending && measured; i++)
    TRY(append_traces(simulation, to, handles, time_s - (own->potentials.n_pending - 1 - i) * 1e-3,
                      potentials_pending(&own->potentials, i)));
  potentials_take(&own->potentials);
  if (own->rhythm.network) rhythm_take(&own->rhythm, measured);
  if (own->clamp.network) clamp_take(&own->clamp, measured);
  return STATUS_OK;
}

/* ---- spectra and bands ---- */

/* What a region's row of spectra is made with: room for samples, densities of `bins`, and the row itself. */
struct analysis {
  const struct instruments *own;
  const struct region *region;
  const struct lfp *lfp;
  struct spectrum *spectrum;
  int bins, columns;
  double *samples, *density, *all, *cell; /* one density each: at work; LFP; mean single cell */
  double *row;
  size_t n; /* values of the row so far */
  double bands[INSTRUMENTS_SIGNALS];
  int n_bands;
};

static enum status analysis_new(const struct simulation *simulation, int r, struct analysis *a) {
  const struct instruments *own = &simulation->instruments;
  *a = (struct analysis){.own = own,
                         .region = &simulation->region[r],
                         .lfp = &own->lfp[r],
                         .spectrum = own->spectrum,
                         .bins = spectrum_bins(own->spectrum),
                         .columns = instruments_columns(own->spectrum)};
  size_t bins = (size_t)a->bins, longest = own->samples < TRACE_MOST ? own->samples : TRACE_MOST;
  TRY(memory_new("samples", longest, sizeof(double), &a->samples));
  TRY(memory_new("densities", 3 * bins, sizeof(double), &a->density));
  a->all = a->density + bins;
  a->cell = a->density + 2 * bins;
  return memory_new("spectra", INSTRUMENTS_SIGNALS * (size_t)a->columns, sizeof(double), &a->row);
}

static void analysis_free(struct analysis *a) {
  memory_free(a->samples);
  memory_free(a->density);
  memory_free(a->row);
}

static void put(struct analysis *a, const double *density) {
  memcpy(a->row + a->n, density, (size_t)a->columns * sizeof *density);
  a->n += (size_t)a->columns;
}

static void density_of(struct analysis *a, const struct trace *trace, int channel, double *density) {
  trace_channel(trace, channel, a->samples);
  spectrum_density(a->spectrum, a->samples, trace->n, density);
}

/* Add the density of a channel to a mean over n. */
static void add_density(struct analysis *a, const struct trace *trace, int channel, int n, double *mean) {
  density_of(a, trace, channel, a->density);
  for (int k = 0; k < a->bins; k++) mean[k] += a->density[k] / n;
}

static void put_lfp(struct analysis *a) {
  const struct lfp *lfp = a->lfp;
  density_of(a, &lfp->trace, 0, a->all);
  put(a, a->all);
  for (int p = 0; p < lfp->n_parts && lfp->n_parts > 1; p++) {
    density_of(a, &lfp->trace, lfp->first_population + p, a->density);
    put(a, a->density);
  }
  memset(a->cell, 0, (size_t)a->bins * sizeof(double));
  for (int k = 0; k < lfp->n_single; k++)
    add_density(a, &lfp->trace, lfp->first_single + k, lfp->n_single, a->cell);
  put(a, a->cell);
  for (int k = 0; k < a->bins; k++) a->density[k] = spectrum_coherent(a->all[k], a->cell[k], lfp->n_cells);
  put(a, a->density);
}

static enum status measure_bands(struct analysis *a) {
  const struct spectrum_limits *theta = &spectrum_limits[SPECTRUM_theta],
                               *gamma = &spectrum_limits[SPECTRUM_gamma];
  const struct coupling_bands bands = {theta->low_Hz, theta->high_Hz, gamma->low_Hz, gamma->high_Hz};
  struct instruments_band_measures m;
  struct coupling coupling;
  double N = a->lfp->n_cells, mean = spectrum_power(a->spectrum, a->all, gamma->low_Hz, gamma->high_Hz),
         single = spectrum_power(a->spectrum, a->cell, gamma->low_Hz, gamma->high_Hz);
  for (int b = 0; b < SPECTRUM_BAND_COUNT; b++)
    a->bands[a->n_bands++] =
        spectrum_power(a->spectrum, a->all, spectrum_limits[b].low_Hz, spectrum_limits[b].high_Hz);
  m.peak = spectrum_peak_Hz(a->spectrum, a->all, PEAK_LOW_HZ, PEAK_HIGH_HZ);
  m.theta_peak = spectrum_peak_Hz(a->spectrum, a->all, theta->low_Hz, theta->high_Hz);
  m.exponent = spectrum_exponent(a->spectrum, a->all, FALL_LOW_HZ, FALL_HIGH_HZ);
  m.coherent = spectrum_coherent(mean, single, N);
  m.incoherent = single / N;
  m.many = spectrum_of_many(m.coherent, single, a->own->experiment->record.many_cells);
  m.coherence = single > 0 ? m.coherent / single : NAN;
  trace_channel(&a->lfp->trace, 0, a->samples);
  TRY(coupling_measure(a->samples, a->lfp->trace.n, TRACE_RATE_HZ, &bands, &coupling));
  m.coupling = coupling.index;
  m.coupling_z = coupling.z;
  for (int k = 0; k < INSTRUMENTS_BANDS; k++)
    a->bands[a->n_bands++] = instruments_value(&m, &instruments_bands[k]);
  return STATUS_OK;
}

static void put_spikes(struct analysis *a) {
  const struct spectrum_limits *gamma = &spectrum_limits[SPECTRUM_gamma];
  for (int k = 0; k < a->region->anatomy.n_populations; k++) {
    int p = a->region->population[k]->index;
    rhythm_density(&a->own->rhythm, p, a->spectrum, a->samples, a->density);
    put(a, a->density);
    a->bands[a->n_bands++] =
        rhythm_coherence(&a->own->rhythm, p, a->spectrum, a->density, gamma->low_Hz, gamma->high_Hz);
  }
}

/* Mean spectra of the conductances of the clamped cells of each population. */
static void put_conductances(struct analysis *a) {
  for (int k = 0; k < a->region->anatomy.n_populations; k++) {
    const struct population *population = a->region->population[k];
    if (!instruments_clamped(a->own, population)) continue;
    const struct clamp_population *clamped = &a->own->clamp.population[population->index];
    for (int kind = 0; kind < CLAMP_KINDS; kind++) {
      memset(a->all, 0, (size_t)a->bins * sizeof(double));
      for (int c = clamped->first; c < clamped->first + clamped->n; c++)
        add_density(a, &a->own->clamp.conductance, CLAMP_KINDS * c + kind, clamped->n, a->all);
      put(a, a->all);
    }
  }
}

static enum status analyse(struct analysis *a) {
  if (a->lfp->n_parts > 0) {
    put_lfp(a);
    TRY(measure_bands(a));
  }
  put_spikes(a);
  put_conductances(a);
  return STATUS_OK;
}

static enum status record_spectra(const struct simulation *simulation, struct recorder *to,
                                  const struct instruments_handles *handles, int r, double time_h) {
  struct analysis a;
  if (handles->spectra[r] < 0) return STATUS_OK;
  enum status status = analysis_new(simulation, r, &a);
  if (status == STATUS_OK) status = analyse(&a);
  if (status == STATUS_OK) status = to->append(to, handles->spectra[r], time_h, a.row);
  if (status == STATUS_OK) status = to->append(to, handles->bands[r], time_h, a.bands);
  analysis_free(&a);
  return status;
}

/* ---- the others ---- */

static enum status record_spiking(const struct simulation *simulation, struct recorder *to,
                                  const struct instruments_handles *handles, int r, double time_h) {
  const struct region *region = &simulation->region[r];
  int n = region->anatomy.n_populations;
  double row[INSTRUMENTS_SIGNALS];
  if (handles->spiking[r] < 0) return STATUS_OK;
  for (int k = 0; k < n; k++) {
    struct spiking_measures measures;
    spiking_measure(&simulation->instruments.spiking, region->population[k]->index, &measures);
    for (int m = 0; m < INSTRUMENTS_SPIKING; m++)
      row[m * n + k] = instruments_value(&measures, &instruments_spiking[m]);
    struct locking_measures locking;
    locking_measure(&simulation->instruments.locking, region->population[k]->index, &locking);
    for (int m = 0; m < INSTRUMENTS_LOCKING; m++)
      row[(INSTRUMENTS_SPIKING + m) * n + k] = instruments_value(&locking, &instruments_locking[m]);
  }
  return to->append(to, handles->spiking[r], time_h, row);
}

static enum status record_membrane(const struct simulation *simulation, struct recorder *to,
                                   const struct instruments_handles *handles, int r, double time_h) {
  const struct region *region = &simulation->region[r];
  int n = region->anatomy.n_populations;
  double row[INSTRUMENTS_SIGNALS];
  if (handles->membrane[r] < 0) return STATUS_OK;
  for (int k = 0; k < n; k++) {
    struct membrane_measures measures;
    membrane_measure(&simulation->instruments.membrane, region->population[k]->index, &measures);
    for (int m = 0; m < INSTRUMENTS_MEMBRANE; m++)
      row[m * n + k] = instruments_value(&measures, &instruments_membrane[m]);
  }
  return to->append(to, handles->membrane[r], time_h, row);
}

static enum status record_clamp(const struct simulation *simulation, struct recorder *to,
                                const struct instruments_handles *handles, int r, double time_h) {
  const struct region *region = &simulation->region[r];
  double row[INSTRUMENTS_SIGNALS];
  int n = 0;
  if (handles->clamp[r] < 0) return STATUS_OK;
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    if (!instruments_clamped(&simulation->instruments, region->population[k])) continue;
    for (int kind = 0; kind < CLAMP_KINDS; kind++) {
      struct clamp_measures measures;
      clamp_measure(&simulation->instruments.clamp, region->population[k]->index, (enum clamp_kind)kind,
                    &measures);
      for (int m = 0; m < INSTRUMENTS_CLAMP; m++)
        row[n++] = instruments_value(&measures, &instruments_clamp[m]);
    }
  }
  return to->append(to, handles->clamp[r], time_h, row);
}

/* Of each substance that blocks the channel, in the order of the group. */
static void halves(const struct simulation *simulation, const struct occupancy_sums *sums,
                   const struct exposure *exposures, int n_exposures, double *row) {
  const struct drugs *drugs = &simulation->experiment->drugs;
  int n = 0;
  for (int s = 0; s < drugs->n_substances; s++) {
    if (!drugs->substance[s].acts[ACTION_NMDA_CHANNEL]) continue;
    row[n] = NAN;
    for (int e = 0; e < n_exposures; e++) {
      if (exposures[e].action == ACTION_NMDA_CHANNEL &&
          exposures[e].slot == drugs->substance[s].slot[ACTION_NMDA_CHANNEL])
        row[n] = occupancy_half(sums, &exposures[e]);
    }
    n++;
  }
}

static enum status record_occupancy(const struct simulation *simulation, struct recorder *to,
                                    const struct instruments_handles *handles, int r, double time_h) {
  const struct region *region = &simulation->region[r];
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  struct occupancy_sums all = {0};
  double row[INSTRUMENTS_SIGNALS];
  int n = 1;
  int slot = -1, n_exposures = course_exposures(simulation, &simulation->fast, r, exposures);
  bool any = occupancy_slot(exposures, n_exposures, &slot);
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    struct occupancy_sums own = {0};
    TRY(occupancy_add(region->population[k], slot, &own));
    TRY(occupancy_add(region->population[k], slot, &all));
    row[n++] = any ? occupancy_of(&own) : 0;
  }
  row[0] = any ? occupancy_of(&all) : 0;
  halves(simulation, &all, exposures, n_exposures, row + n);
  return to->append(to, handles->occupancy[r], time_h, row);
}

enum status instruments_window(const struct simulation *simulation, struct recorder *to,
                               const struct instruments_handles *handles, double time_h) {
  for (int r = 0; r < simulation->n_regions; r++) {
    TRY(record_spectra(simulation, to, handles, r, time_h));
    TRY(record_spiking(simulation, to, handles, r, time_h));
    TRY(record_membrane(simulation, to, handles, r, time_h));
    TRY(record_clamp(simulation, to, handles, r, time_h));
    TRY(record_occupancy(simulation, to, handles, r, time_h));
  }
  return STATUS_OK;
}
