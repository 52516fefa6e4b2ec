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

void instruments_check(const struct experiment *experiment, const struct network *network) {
  const struct record_settings *record = &experiment->record;
  for (int c = 0; c < record->n_clamped; c++) {
    char path[48];
    snprintf(path, sizeof path, "record.clamp.[%d]", c);
    for (int p = 0; p < network->n_populations && record->clamped[c].population; p++) {
      const struct population *population = network->population[p];
      if (strcmp(population->name, record->clamped[c].population) == 0 &&
          record->clamped[c].cells > population->n)
        config_fault(experiment->config, path, "%s has %d cells", population->name, population->n);
    }
  }
}

static enum status new_clamps(struct instruments *instruments) {
  const struct record_settings *record = &instruments->experiment->record;
  const struct network *network = instruments->network;
  struct clamp_settings settings = record->amplifier;
  int cells[256] = {0};
  settings.samples = record->spectra ? instruments->samples : 0;
  for (int c = 0; c < record->n_clamped; c++) {
    for (int p = 0; p < network->n_populations && p < COUNT_OF(cells); p++) {
      if (strcmp(network->population[p]->name, record->clamped[c].population) == 0)
        cells[p] = (int)record->clamped[c].cells;
    }
  }
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
  if (instruments->clamp.network) out[n++] = clamp_observer(&instruments->clamp);
  return n;
}

void instruments_begin(struct instruments *instruments, int64_t tick, int64_t ticks) {
  for (int r = 0; r < instruments->n_regions; r++) lfp_clear(&instruments->lfp[r]);
  if (instruments->spiking.network) spiking_begin(&instruments->spiking, tick, ticks);
  if (instruments->locking.network) locking_clear(&instruments->locking);
  if (instruments->rhythm.network) rhythm_clear(&instruments->rhythm);
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
  if (instruments->clamp.network) TRY(clamp_visit(&instruments->clamp, visitor));
  return STATUS_OK;
}
