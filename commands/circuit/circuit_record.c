/* circuit_record.c — what a run of a circuit without space writes: rates, spikes, and of every window rates,
 * statistics of spikes, spectra; elements of a network that wires itself. See circuit_experiment.h. */
#include "circuit_experiment.h"
#include "fields.h"
#include "memory.h"
#include "recording/instruments_parts.h"
#include "signals/blockade.h"
#include "synapses/elements.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SIGNALS = 16 * CIRCUIT_POPULATIONS, NAME_BYTES = 96 };

/* Spectra are written up to here; a peak is looked for between these. */
static const double HIGHEST_HZ = 400, PEAK_LOW_HZ = 4, PEAK_HIGH_HZ = 400;

/* A group of signals being described, with room for the names it makes. */
struct description {
  struct signal signal[SIGNALS];
  char name[SIGNALS][NAME_BYTES];
  int n;
};

static void add(struct description *d, const char *unit, const char *label, const char *first,
                const char *second, const char *third) {
  if (d->n == SIGNALS) return;
  snprintf(d->name[d->n], NAME_BYTES, "%.30s%.30s%.30s", first, second, third);
  d->signal[d->n] = (struct signal){d->name[d->n], unit, label};
  d->n++;
}

static enum status describe(struct recorder *to, struct description *d, const char *path, const char *title,
                            const struct signal_columns *columns, int *handle) {
  struct signal_group group = {.path = path,
                               .title = title,
                               .axis = "time",
                               .axis_unit = "s",
                               .axis_label = "time",
                               .signals = d->signal,
                               .n_signals = d->n};
  *handle = -1;
  if (columns) group.columns = *columns;
  enum status status = d->n ? to->group(to, &group, handle) : STATUS_OK;
  d->n = 0;
  return status;
}

/* ---- groups ---- */

static const struct network *network_of(const struct circuit_recording *recording) {
  return recording->experiment->network;
}

/* Receptors at which the block of a drug is measured. */
static bool blockable(const struct population *population) {
  int r = population_receptor(population, "nmda");
  return r >= 0 && strcmp(population->receptor[r].mechanism->name, "nmda") == 0;
}

static int columns_of(const struct spectrum *spectrum) {
  int n = (int)floor(HIGHEST_HZ / spectrum_step_Hz(spectrum) + 1e-9) + 1;
  return n < spectrum_bins(spectrum) ? n : spectrum_bins(spectrum);
}

static enum status describe_windows(struct circuit_recording *recording, struct description *d) {
  const struct network *network = network_of(recording);
  struct recorder *to = recording->to;
  for (int p = 0; p < network->n_populations; p++)
    add(d, "Hz", "firing rate", "rate_", network->population[p]->name, "");
  for (int p = 0; p < network->n_populations; p++) {
    if (blockable(network->population[p]))
      add(d, "1", "blocked share of NMDA charge", "blocked_", network->population[p]->name, "");
  }
  TRY(describe(to, d, "summary/circuit", "what each window measured", NULL, &recording->summary));
  for (int m = 0; m < INSTRUMENTS_SPIKING; m++) {
    for (int p = 0; p < network->n_populations; p++)
      add(d, instruments_spiking[m].unit, instruments_spiking[m].label, instruments_spiking[m].name, "_",
          network->population[p]->name);
  }
  TRY(describe(to, d, "spiking/circuit", "statistics of spikes in each window", NULL,
               &recording->statistics));
  for (int p = 0; p < network->n_populations; p++)
    add(d, "Hz", "frequency with most power of the population's rate", "peak_", network->population[p]->name,
        "");
  for (int p = 0; p < network->n_populations; p++)
    add(d, "Hz2", "power of the population's rate, 30-80 Hz", "gamma_", network->population[p]->name, "");
  TRY(describe(to, d, "bands/circuit", "rhythms in each window", NULL, &recording->bands));
  for (int p = 0; p < network->n_populations; p++)
    add(d, "1", "power of spikes, of independent cells", "spikes_", network->population[p]->name, "");
  const struct signal_columns columns = {"frequency", "Hz",
                                         "frequency", columns_of(recording->spectrum),
                                         0,           spectrum_step_Hz(recording->spectrum)};
  return describe(to, d, "spectra/circuit", "power spectra of each window", &columns,
                  &recording->spectra_group);
}

static enum status describe_elements(struct circuit_recording *recording, struct description *d) {
  const struct network *network = network_of(recording);
  const struct elements *elements = recording->experiment->circuit.elements;
  recording->elements = -1;
  if (!elements) return STATUS_OK;
  for (int p = 0; p < network->n_populations; p++) {
    const struct element_cells *cells = &elements->cells[p];
    const char *name = network->population[p]->name;
    if (!cells->calcium) continue;
    add(d, "1", "calcium, mean over cells", "calcium_", name, "");
    if (cells->axon.type) add(d, "1", "axonal elements of a cell", "axon_", name, "");
    for (int k = 0; k < cells->n_dendrites; k++) {
      add(d, "1", "dendritic elements of a cell", "dendrite_", name, "_");
      strncat(d->name[d->n - 1], cells->dendrite[k].type, 30);
    }
  }
  for (int k = 0; k < elements->n_pathways; k++)
    add(d, "1", "synapses of the pathway", "synapses_", elements->pathway[k].projection->name, "");
  add(d, "1", "synapses formed at the change", "formed", "", "");
  add(d, "1", "synapses lost at the change", "removed", "", "");
  return describe(recording->to, d, "elements/circuit", "synaptic elements, after every structural change",
                  NULL, &recording->elements);
}

static enum status write_populations(const struct circuit_recording *recording) {
  const struct network *network = network_of(recording);
  const char *name[CIRCUIT_POPULATIONS], *region[CIRCUIT_POPULATIONS], *type[CIRCUIT_POPULATIONS],
      *cell[CIRCUIT_POPULATIONS];
  int64_t first[CIRCUIT_POPULATIONS], count[CIRCUIT_POPULATIONS];
  double target[CIRCUIT_POPULATIONS], drive[CIRCUIT_POPULATIONS];
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    name[p] = population->name;
    region[p] = population->region;
    type[p] = population->type;
    cell[p] = population->cell->name;
    first[p] = (int64_t)population->first_node;
    count[p] = population->n;
    target[p] = population->target_Hz;
    drive[p] = population->background_Hz;
  }
  const struct column columns[] = {
      {"name", COLUMN_TEXT, "", "", name},
      {"region", COLUMN_TEXT, "", "always circuit", region},
      {"cell_type", COLUMN_TEXT, "", "", type},
      {"cell_model", COLUMN_TEXT, "", "", cell},
      {"first_node_id", COLUMN_I64, "1", "number of the first cell in /spikes/circuit", first},
      {"count", COLUMN_I64, "1", "cells", count},
      {"target_rate_Hz", COLUMN_F64, "Hz", "rate that the config names; 0: none", target},
      {"drive_Hz", COLUMN_F64, "Hz", "background events per cell", drive}};
  const struct table table = {"populations", "populations", network->n_populations, columns,
                              COUNT_OF(columns)};
  return recording->to->table(recording->to, &table);
}

static enum status write_windows(const struct circuit_recording *recording) {
  const struct circuit_experiment *experiment = recording->experiment;
  double start[CIRCUIT_WINDOWS], settled[CIRCUIT_WINDOWS], stop[CIRCUIT_WINDOWS];
  const char *label[CIRCUIT_WINDOWS];
  for (int w = 0; w < experiment->n_windows; w++) {
    const struct circuit_window *window = &experiment->window[w];
    start[w] = w > 0 ? stop[w - 1] : 0;
    settled[w] = window->at / 3600.0;
    stop[w] = (window->at + window->duration) / 3600.0;
    label[w] = window->label;
  }
  const struct column columns[] = {{"start_h", COLUMN_F64, "h", "end of the window before", start},
                                   {"settled_h", COLUMN_F64, "h", "measurement begins", settled},
                                   {"stop_h", COLUMN_F64, "h", "", stop},
                                   {"label", COLUMN_TEXT, "", "", label}};
  const struct table table = {"protocol/windows", "windows that are measured", experiment->n_windows, columns,
                              COUNT_OF(columns)};
  return recording->to->table(recording->to, &table);
}

/* ---- opening ---- */

static size_t window_ms(const struct circuit_experiment *experiment, bool longest) {
  double s = experiment->window[0].duration;
  for (int w = 1; w < experiment->n_windows; w++)
    s = longest ? fmax(s, experiment->window[w].duration) : fmin(s, experiment->window[w].duration);
  return (size_t)floor(s * 1000.0 + 0.5);
}

static enum status open_instruments(struct circuit_recording *recording) {
  const struct circuit_experiment *experiment = recording->experiment;
  const struct circuit_record *record = &experiment->record;
  const struct spiking_settings spiking = {
      {[SPIKING_COUNT] = record->count_bin, [SPIKING_SYNCHRONY] = record->synchrony_bin},
      record->burst_interval};
  size_t longest = window_ms(experiment, true);
  double segment = fmin(record->segment * 1000.0, (double)window_ms(experiment, false));
  TRY(activity_new(&recording->activity, experiment->network));
  TRY(spiking_new(&recording->spiking, &spiking, experiment->network));
  TRY(rhythm_new(&recording->rhythm, longest, experiment->network));
  TRY(spectrum_new((int)segment, TRACE_RATE_HZ, &recording->spectrum));
  size_t bins = (size_t)spectrum_bins(recording->spectrum);
  TRY(memory_new("samples", longest < TRACE_MOST ? longest : TRACE_MOST, sizeof(double),
                 &recording->samples));
  TRY(memory_new("densities", bins, sizeof(double), &recording->density));
  return memory_new("densities", bins * (size_t)experiment->network->n_populations, sizeof(double),
                    &recording->spectra);
}

/* What looks on counts from now on, for as long as window w lasts. */
static void begin_counting(struct circuit_recording *recording, int w) {
  const struct network *network = network_of(recording);
  int64_t ms = (int64_t)floor(recording->experiment->window[w].duration * 1000.0 + 0.5);
  activity_clear(&recording->activity);
  spiking_begin(&recording->spiking, network->tick, ms * network->ms_ticks);
  rhythm_clear(&recording->rhythm);
}

enum status circuit_recording_open(const struct circuit_experiment *experiment, struct recorder *to,
                                   struct circuit_recording *out) {
  const struct network *network = experiment->network;
  struct description *d = NULL;
  *out = (struct circuit_recording){.experiment = experiment, .to = to};
  TRY(open_instruments(out));
  begin_counting(out, 0); /* so that a checkpoint before the first window has a window, too */
  TRY(memory_new("descriptions", 1, sizeof *d, &d));
  for (int p = 0; p < network->n_populations; p++)
    add(d, "Hz", "firing rate", network->population[p]->name, "", "");
  enum status status = describe(to, d, "rates", "firing rates", NULL, &out->rates);
  if (status == STATUS_OK) status = describe_windows(out, d);
  if (status == STATUS_OK) status = describe_elements(out, d);
  memory_free(d);
  TRY(status);
  TRY(write_populations(out));
  return write_windows(out);
}

void circuit_recording_close(struct circuit_recording *recording) {
  activity_free(&recording->activity);
  spiking_free(&recording->spiking);
  rhythm_free(&recording->rhythm);
  spectrum_free(recording->spectrum);
  memory_free(recording->samples);
  memory_free(recording->density);
  memory_free(recording->spectra);
  *recording = (struct circuit_recording){0};
}

int circuit_observers(struct circuit_recording *recording, bool measured, struct observer *out) {
  int n = 0;
  out[n++] = activity_observer(&recording->activity);
  if (measured) out[n++] = spiking_observer(&recording->spiking);
  if (measured) out[n++] = rhythm_observer(&recording->rhythm);
  return n;
}

/* ---- rows ---- */

static double now_s(const struct circuit_recording *recording) {
  const struct network *network = network_of(recording);
  return clock_ms(&network->clock, network->tick) * 1e-3;
}

void circuit_begin(struct circuit_recording *recording, int w) {
  struct network *network = recording->experiment->network;
  for (int b = 0; b < network->n_blocks; b++)
    population_clear_sums(network->block_population[b], network->block_in_population[b]);
  begin_counting(recording, w);
}

static enum status record_elements(struct circuit_recording *recording) {
  const struct network *network = network_of(recording);
  const struct elements *elements = recording->experiment->circuit.elements;
  double row[SIGNALS];
  int n = 0;
  for (int p = 0; p < network->n_populations && n < SIGNALS - 8; p++) {
    const struct element_cells *cells = &elements->cells[p];
    if (!cells->calcium) continue;
    row[n++] = elements_calcium(elements, p);
    if (cells->axon.type) row[n++] = elements_count(elements, p, -1);
    for (int k = 0; k < cells->n_dendrites; k++) row[n++] = elements_count(elements, p, k);
  }
  for (int k = 0; k < elements->n_pathways && n < SIGNALS - 2; k++)
    row[n++] = (double)projection_count(elements->pathway[k].projection);
  row[n++] = (double)elements->formed;
  row[n++] = (double)elements->removed;
  return recording->to->append(recording->to, recording->elements, now_s(recording), row);
}

enum status circuit_bin(struct circuit_recording *recording, bool measured) {
  const struct elements *elements = recording->experiment->circuit.elements;
  double rates[CIRCUIT_POPULATIONS];
  TRY(activity_flush(&recording->activity, recording->to, recording->experiment->record.spikes, rates));
  TRY(recording->to->append(recording->to, recording->rates, now_s(recording) - 0.5e-3 * ACTIVITY_BIN_MS,
                            rates));
  rhythm_take(&recording->rhythm, measured);
  bool changed = elements && elements_due(elements, network_of(recording)->tick);
  return changed ? record_elements(recording) : STATUS_OK;
}

enum status circuit_recording_visit(struct circuit_recording *recording, struct visitor *visitor) {
  TRY(activity_visit(&recording->activity, visitor));
  TRY(spiking_visit(&recording->spiking, visitor));
  return rhythm_visit(&recording->rhythm, visitor);
}

/* ---- a window ---- */

static enum status end_summary(struct circuit_recording *recording, int w, double at_s) {
  const struct network *network = network_of(recording);
  double row[2 * CIRCUIT_POPULATIONS], seconds = recording->experiment->window[w].duration;
  int n = 0;
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    double spikes = (double)activity_spikes(&recording->activity, p);
    row[n++] = population->n ? spikes / population->n / seconds : (double)NAN;
  }
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    double share[BLOCKADE_SUBUNITS];
    if (!blockable(population)) continue;
    blockade_of(population, BLOCKADE_SYNAPTIC, share, &row[n++]);
  }
  return recording->to->append(recording->to, recording->summary, at_s, row);
}

static enum status end_statistics(struct circuit_recording *recording, double at_s) {
  const struct network *network = network_of(recording);
  double row[INSTRUMENTS_SPIKING * CIRCUIT_POPULATIONS];
  int n = network->n_populations;
  for (int p = 0; p < n; p++) {
    struct spiking_measures measures;
    spiking_measure(&recording->spiking, p, &measures);
    for (int m = 0; m < INSTRUMENTS_SPIKING; m++)
      row[m * n + p] = instruments_value(&measures, &instruments_spiking[m]);
  }
  return recording->to->append(recording->to, recording->statistics, at_s, row);
}

/* Density of the rate of population p, Hz² per Hz. */
static void rate_density(struct circuit_recording *recording, int p) {
  const struct trace *trace = &recording->rhythm.trace;
  double per_cell = TRACE_RATE_HZ / (double)network_of(recording)->population[p]->n;
  trace_channel(trace, p, recording->samples);
  for (size_t k = 0; k < trace->n; k++) recording->samples[k] *= per_cell;
  spectrum_density(recording->spectrum, recording->samples, trace->n, recording->density);
}

/* Where a density is largest; NAN where it is none. */
static double peak_Hz(const struct spectrum *spectrum, const double *density) {
  double step = spectrum_step_Hz(spectrum), most = 0, peak = NAN;
  for (int k = 0; k < spectrum_bins(spectrum); k++) {
    if (k * step < PEAK_LOW_HZ || k * step > PEAK_HIGH_HZ || !(density[k] > most)) continue;
    most = density[k];
    peak = k * step;
  }
  return peak;
}

static enum status end_spectra(struct circuit_recording *recording, double at_s) {
  const struct network *network = network_of(recording);
  const struct spectrum_limits *gamma = &spectrum_limits[SPECTRUM_gamma];
  double row[2 * CIRCUIT_POPULATIONS];
  int n = network->n_populations, columns = columns_of(recording->spectrum);
  for (int p = 0; p < n; p++) {
    rate_density(recording, p);
    row[p] = peak_Hz(recording->spectrum, recording->density);
    row[n + p] = spectrum_power(recording->spectrum, recording->density, gamma->low_Hz, gamma->high_Hz);
    rhythm_density(&recording->rhythm, p, recording->spectrum, recording->samples, recording->density);
    memcpy(recording->spectra + p * columns, recording->density, (size_t)columns * sizeof(double));
  }
  TRY(recording->to->append(recording->to, recording->bands, at_s, row));
  return recording->to->append(recording->to, recording->spectra_group, at_s, recording->spectra);
}

enum status circuit_end(struct circuit_recording *recording, int w) {
  double at_s = recording->experiment->window[w].at;
  TRY(end_summary(recording, w, at_s));
  TRY(end_statistics(recording, at_s));
  TRY(end_spectra(recording, at_s));
  if (w == 0) spiking_keep_baseline(&recording->spiking);
  return STATUS_OK;
}
