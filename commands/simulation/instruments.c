/* instruments.c — making the instruments of a run, and their state. See instruments.h. */
#include "instruments.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Milliseconds of the longest or shortest window. */
static size_t window_ms(const struct experiment *experiment, bool longest) {
  double s = experiment->window[0].duration;
  for (int w = 1; w < experiment->n_windows; w++)
    s = longest ? fmax(s, experiment->window[w].duration) : fmin(s, experiment->window[w].duration);
  return (size_t)floor(s * 1000.0 + 0.5);
}

static void check_cells(const struct experiment *experiment, const struct network *network, const char *list,
                        const struct clamped_cells *cells, int n) {
  for (int c = 0; c < n; c++) {
    char path[48];
    snprintf(path, sizeof path, "record.%s.[%d]", list, c);
    for (int p = 0; p < network->n_populations && cells[c].population; p++) {
      const struct population *population = network->population[p];
      if (strcmp(population->name, cells[c].population) == 0 && cells[c].cells > population->n)
        config_fault(experiment->config, path, "%s has %d cells", population->name, population->n);
    }
  }
}

void instruments_check(const struct experiment *experiment, const struct network *network) {
  const struct record_settings *record = &experiment->record;
  check_cells(experiment, network, "clamp", record->clamped, record->n_clamped);
  check_cells(experiment, network, "traces", record->traced, record->n_traced);
}

/* Of each population of the network: how many of its cells are wanted. */
enum { NUMBERS = 256 };
static void count_cells(const struct network *network, const struct clamped_cells *wanted, int n,
                        int cells[NUMBERS]) {
  for (int p = 0; p < NUMBERS; p++) cells[p] = 0;
  for (int c = 0; c < n; c++) {
    for (int p = 0; p < network->n_populations && p < NUMBERS; p++) {
      if (strcmp(network->population[p]->name, wanted[c].population) == 0) cells[p] = (int)wanted[c].cells;
    }
  }
}

static enum status new_clamps(struct instruments *instruments) {
  const struct record_settings *record = &instruments->experiment->record;
  const struct network *network = instruments->network;
  struct clamp_settings settings = record->amplifier;
  int cells[NUMBERS];
  settings.samples = record->spectra ? instruments->samples : 0;
  if (record->n_traced) {
    count_cells(network, record->traced, record->n_traced, cells);
    potentials_new(&instruments->potentials, network, cells);
  }
  count_cells(network, record->clamped, record->n_clamped, cells);
  return record->n_clamped ? clamp_new(&instruments->clamp, &settings, network, cells) : STATUS_OK;
}

enum status instruments_new(struct instruments *instruments, const struct experiment *experiment,
                            const struct theta_clock *theta, const struct network *network) {
  const struct record_settings *record = &experiment->record;
  *instruments = (struct instruments){.experiment = experiment, .network = network};
  if (experiment->n_windows == 0) return STATUS_OK;
  instruments->samples = window_ms(experiment, true);
  if (record->spectra) {
    double segment = fmin(record->segment * 1000.0, (double)window_ms(experiment, false));
    TRY(spectrum_new((int)segment, TRACE_RATE_HZ, &instruments->spectrum));
    TRY(rhythm_new(&instruments->rhythm, instruments->samples, network));
  }
  if (record->statistics) {
    const struct spiking_settings spiking = {
        {[SPIKING_COUNT] = record->count_bin, [SPIKING_SYNCHRONY] = record->synchrony_bin},
        record->burst_interval};
    TRY(spiking_new(&instruments->spiking, &spiking, network));
    TRY(locking_new(&instruments->locking, theta, network));
  }
  if (record->membrane) TRY(membrane_new(&instruments->membrane, network));
  return new_clamps(instruments);
}

enum status instruments_add_region(struct instruments *instruments, const struct sheet *sheet,
                                   const struct population *const *spiny, int n) {
  const struct record_settings *record = &instruments->experiment->record;
  const struct lfp_settings settings = {.grid_um = record->lfp_grid,
                                        .samples = record->spectra ? instruments->samples : 0,
                                        .single_cells = record->spectra};
  struct lfp *lfp = &instruments->lfp[instruments->n_regions++];
  if (!record->lfp || n == 0 || instruments->samples == 0) return STATUS_OK;
  return lfp_new(lfp, &settings, sheet, spiny, n);
}

void instruments_free(struct instruments *instruments) {
  for (int r = 0; r < instruments->n_regions; r++) lfp_free(&instruments->lfp[r]);
  spiking_free(&instruments->spiking);
  locking_free(&instruments->locking);
  rhythm_free(&instruments->rhythm);
  membrane_free(&instruments->membrane);
  clamp_free(&instruments->clamp);
  spectrum_free(instruments->spectrum);
  *instruments = (struct instruments){0};
}

int instruments_observers(struct instruments *instruments, struct observer *out) {
  int n = 0;
  for (int r = 0; r < instruments->n_regions; r++) {
    if (instruments->lfp[r].n_parts > 0) out[n++] = lfp_observer(&instruments->lfp[r]);
  }
  if (instruments->spiking.network) out[n++] = spiking_observer(&instruments->spiking);
  if (instruments->locking.network) out[n++] = locking_observer(&instruments->locking);
  if (instruments->rhythm.network) out[n++] = rhythm_observer(&instruments->rhythm);
  if (instruments->membrane.network) out[n++] = membrane_observer(&instruments->membrane);
  if (instruments->clamp.network) out[n++] = clamp_observer(&instruments->clamp);
  if (instruments->potentials.network) out[n++] = potentials_observer(&instruments->potentials);
  return n;
}

void instruments_begin(struct instruments *instruments, int64_t tick, int64_t ticks) {
  for (int r = 0; r < instruments->n_regions; r++) lfp_clear(&instruments->lfp[r]);
  if (instruments->spiking.network) spiking_begin(&instruments->spiking, tick, ticks);
  if (instruments->locking.network) locking_clear(&instruments->locking);
  if (instruments->rhythm.network) rhythm_clear(&instruments->rhythm);
  if (instruments->membrane.network) membrane_begin(&instruments->membrane, tick, ticks);
  if (instruments->clamp.network) clamp_clear(&instruments->clamp);
}

void instruments_end(struct instruments *instruments, bool baseline) {
  if (baseline && instruments->spiking.network) spiking_keep_baseline(&instruments->spiking);
}

enum status instruments_visit(struct instruments *instruments, struct visitor *visitor) {
  for (int r = 0; r < instruments->n_regions; r++) {
    struct lfp *lfp = &instruments->lfp[r];
    if (lfp->n_parts > 0) TRY(lfp_visit(lfp, lfp->part[0].population->region, visitor));
  }
  if (instruments->spiking.network) TRY(spiking_visit(&instruments->spiking, visitor));
  if (instruments->locking.network) TRY(locking_visit(&instruments->locking, visitor));
  if (instruments->rhythm.network) TRY(rhythm_visit(&instruments->rhythm, visitor));
  if (instruments->membrane.network) TRY(membrane_visit(&instruments->membrane, visitor));
  if (instruments->clamp.network) TRY(clamp_visit(&instruments->clamp, visitor));
  return STATUS_OK;
}
