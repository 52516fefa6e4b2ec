/* spiking.c — gathering what the statistics of spikes are made of. See spiking.h. */
#include "signals/spiking.h"
#include "memory.h"
#include "spikes.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Spikes of a cell in both windows above which chance is not counted out: that it crosses has gone then. */
enum { CHANCE_MOST = 512 };

enum status spiking_new(struct spiking *spiking, const struct spiking_settings *settings,
                        const struct network *network) {
  *spiking = (struct spiking){.network = network, .settings = *settings, .ticks = 1};
  TRY(irregularity_new(&spiking->irregularity, network));
  TRY(memory_new("spike statistics", (size_t)network->n_populations, sizeof *spiking->cells,
                 &spiking->cells));
  for (int p = 0; p < network->n_populations; p++) {
    struct spiking_cells *cells = &spiking->cells[p];
    size_t n = (size_t)network->population[p]->n;
    for (int s = 0; s < SPIKING_SCALES; s++) {
      TRY(memory_new("spike statistics", n, sizeof(int32_t), &cells->scale[s].bin));
      TRY(memory_new("spike statistics", n, sizeof(uint16_t), &cells->scale[s].count));
    }
    TRY(memory_new("spike statistics", n, 1, &cells->in_burst));
    TRY(memory_new("spike statistics", n, sizeof(uint32_t), &cells->baseline));
  }
  return STATUS_OK;
}

void spiking_free(struct spiking *spiking) {
  for (int p = 0; spiking->cells && p < spiking->network->n_populations; p++) {
    for (int s = 0; s < SPIKING_SCALES; s++) {
      memory_free(spiking->cells[p].scale[s].bin);
      memory_free(spiking->cells[p].scale[s].count);
    }
    memory_free(spiking->cells[p].in_burst);
    memory_free(spiking->cells[p].baseline);
  }
  memory_free(spiking->cells);
  if (spiking->network) irregularity_free(&spiking->irregularity);
  *spiking = (struct spiking){0};
}

void spiking_begin(struct spiking *spiking, int64_t first, int64_t ticks) {
  spiking->first = first;
  spiking->ticks = ticks > 0 ? ticks : 1;
  irregularity_clear(&spiking->irregularity);
  for (int p = 0; p < spiking->network->n_populations; p++) {
    struct spiking_cells *cells = &spiking->cells[p];
    size_t n = (size_t)spiking->network->population[p]->n;
    for (int s = 0; s < SPIKING_SCALES; s++) {
      struct spiking_scale *scale = &cells->scale[s];
      memset(scale->bin, 0, n * sizeof(int32_t));
      memset(scale->count, 0, n * sizeof(uint16_t));
      scale->squares = scale->open_bin = scale->open_count = scale->sum_squares = 0;
    }
    memset(cells->in_burst, 0, n);
    cells->burst_spikes = 0;
  }
}

/* ---- looking on ---- */

/* Bins of a scale in the window. */
static int64_t bins_of(const struct spiking *spiking, int s) {
  double ms = clock_ms(&spiking->network->clock, spiking->ticks);
  int64_t n = (int64_t)floor(ms / spiking->settings.bin_ms[s] + 0.5);
  return n > 1 ? n : 1;
}

static void count(struct spiking_scale *scale, uint32_t i, int64_t bin) {
  scale->count[i] = scale->bin[i] == (int32_t)bin ? scale->count[i] : 0;
  scale->bin[i] = (int32_t)bin;
  scale->squares += 2 * scale->count[i]++ + 1; /* (n + 1)² − n² */
}

/* The population has come to a bin. */
static void turn(struct spiking_scale *scale, int64_t bin) {
  if (bin == scale->open_bin) return;
  scale->sum_squares += scale->open_count * scale->open_count;
  scale->open_count = 0;
  scale->open_bin = bin;
}

static void note(struct spiking *spiking, int p, const struct spike_list *list, int64_t tick,
                 const int64_t *bin) {
  struct spiking_cells *cells = &spiking->cells[p];
  struct irregularity_cells *intervals = &spiking->irregularity.cells[p];
  double dt_ms = spiking->network->clock.dt_ms;
  for (int s = 0; s < SPIKING_SCALES; s++) {
    turn(&cells->scale[s], bin[s]);
    cells->scale[s].open_count += list->n;
  }
  for (int k = 0; k < list->n; k++) {
    uint32_t i = list->cell[k];
    bool burst =
        intervals->spikes[i] > 0 && (double)(tick - intervals->last[i]) * dt_ms < spiking->settings.burst_ms;
    cells->burst_spikes += burst ? (cells->in_burst[i] ? 1 : 2) : 0;
    cells->in_burst[i] = burst;
    for (int s = 0; s < SPIKING_SCALES; s++) count(&cells->scale[s], i, bin[s]);
    irregularity_note(intervals, i, tick);
  }
}

static void interval(void *context, const struct network *network, int64_t first, int n) {
  struct spiking *spiking = context;
  for (int64_t tick = first; tick < first + n; tick++) {
    if (tick < spiking->first || tick >= spiking->first + spiking->ticks) continue;
    int64_t bin[SPIKING_SCALES];
    for (int s = 0; s < SPIKING_SCALES; s++)
      bin[s] = (tick - spiking->first) * bins_of(spiking, s) / spiking->ticks;
    for (int p = 0; p < network->n_populations; p++) {
      const struct spike_list *list = spikes_at(network, 0, p, tick);
      if (list->n > 0) note(spiking, p, list, tick, bin);
    }
  }
}

struct observer spiking_observer(struct spiking *spiking) {
  return (struct observer){.context = spiking, .interval = interval};
}

/* ---- measures ---- */

struct moments {
  double bins, mean, variance; /* Σ over cells of the mean and variance of counts */
  double sum_variance;         /* variance of the sum over cells */
};

static struct moments moments_of(const struct spiking *spiking, int p, int s) {
  const struct spiking_scale *scale = &spiking->cells[p].scale[s];
  const uint32_t *spikes = spiking->irregularity.cells[p].spikes;
  double bins = (double)bins_of(spiking, s), total = 0, squared_means = 0;
  for (int i = 0; i < spiking->network->population[p]->n; i++) {
    double mean = spikes[i] / bins;
    total += mean;
    squared_means += mean * mean;
  }
  double squares = (double)(scale->sum_squares + scale->open_count * scale->open_count);
  return (struct moments){bins, total, (double)scale->squares / bins - squared_means,
                          squares / bins - total * total};
}

static double correlation_of(const struct moments *m, int n) {
  if (n < 2 || m->bins < 2 || !(m->variance > 0)) return NAN;
  return (m->sum_variance - m->variance) / ((n - 1) * m->variance);
}

/* By chance: the probabilities that of k spikes so many fall into the later window (share q of the time) that
 * the cell seems to have more than doubled, or fallen below half. */
static void chance_of(int k, double q, double *up, double *down) {
  double log_k = lgamma(k + 1.0);
  *up = *down = 0;
  for (int later = 0; later <= k; later++) {
    double ratio = later * (1 - q) - 2 * (k - later) * q, half = later * (1 - q) - 0.5 * (k - later) * q;
    double log_p =
        log_k - lgamma(later + 1.0) - lgamma(k - later + 1.0) + later * log(q) + (k - later) * log(1 - q);
    if (ratio > 1e-9) *up += exp(log_p);
    if (half < -1e-9) *down += exp(log_p);
  }
}

static void find_changed(const struct spiking *spiking, int p, double seconds, struct spiking_measures *out) {
  const uint32_t *now = spiking->irregularity.cells[p].spikes, *before = spiking->cells[p].baseline;
  double known_up[CHANCE_MOST], known_down[CHANCE_MOST];
  int64_t cells[CHANCE_MOST] = {0}, up = 0, down = 0;
  int n = spiking->network->population[p]->n;
  double T0 = spiking->baseline_s, q = seconds / (seconds + T0);
  for (int i = 0; i < n; i++) {
    double rate = now[i] / seconds, was = before[i] / T0;
    up += rate > 2 * was * (1 + 1e-9);
    down += rate < 0.5 * was * (1 - 1e-9);
    if (now[i] + before[i] < CHANCE_MOST) cells[now[i] + before[i]]++;
  }
  out->up = (double)up / n;
  out->down = (double)down / n;
  out->chance_up = out->chance_down = 0;
  for (int k = 1; k < CHANCE_MOST; k++) {
    if (cells[k] == 0) continue;
    chance_of(k, q, &known_up[k], &known_down[k]);
    out->chance_up += known_up[k] * (double)cells[k] / n;
    out->chance_down += known_down[k] * (double)cells[k] / n;
  }
}

/* The lower of the two middle counts; counts above the room belong to the last place. */
static double median_of(const int64_t *cells, int room, int n) {
  int64_t below = 0;
  for (int k = 0; k < room; k++) {
    below += cells[k];
    if (2 * below >= n) return k;
  }
  return NAN;
}

static void find_spread(const struct spiking *spiking, int p, double seconds, struct spiking_measures *out) {
  enum { COUNTS = 1 << 14 };
  const uint32_t *spikes = spiking->irregularity.cells[p].spikes;
  int64_t cells[COUNTS] = {0};
  int n = spiking->network->population[p]->n;
  double sum = 0, squares = 0;
  for (int i = 0; i < n; i++) {
    double count = spikes[i];
    cells[spikes[i] < COUNTS ? spikes[i] : COUNTS - 1]++;
    sum += count;
    squares += count * count;
  }
  double mean = n > 0 ? sum / n : NAN, variance = n > 1 ? (squares - n * mean * mean) / (n - 1) : NAN;
  out->silent = n > 0 ? (double)cells[0] / n : NAN;
  out->rate_median = median_of(cells, COUNTS, n) / seconds;
  out->rate_sigma = mean > 0 && variance > mean ? sqrt(log(1.0 + (variance - mean) / (mean * mean))) : NAN;
}

void spiking_measure(const struct spiking *spiking, int p, struct spiking_measures *out) {
  int n = spiking->network->population[p]->n, cells;
  struct moments counts = moments_of(spiking, p, SPIKING_COUNT),
                 fine = moments_of(spiking, p, SPIKING_SYNCHRONY);
  double spikes = (double)irregularity_spikes(&spiking->irregularity, p);
  double seconds = clock_ms(&spiking->network->clock, spiking->ticks) * 1e-3;
  *out = (struct spiking_measures){.up = NAN, .down = NAN, .chance_up = NAN, .chance_down = NAN};
  out->cv = irregularity_cv(&spiking->irregularity, p, &cells);
  out->fano = counts.mean > 0 && counts.bins > 1
                  ? counts.variance / counts.mean * counts.bins / (counts.bins - 1)
                  : NAN;
  out->correlation = correlation_of(&counts, n);
  out->synchrony = correlation_of(&fine, n);
  out->burst_share = spikes > 0 ? (double)spiking->cells[p].burst_spikes / spikes : NAN;
  find_spread(spiking, p, seconds, out);
  if (spiking->baseline_s > 0 && n > 0) find_changed(spiking, p, seconds, out);
}

void spiking_keep_baseline(struct spiking *spiking) {
  for (int p = 0; p < spiking->network->n_populations; p++) {
    memcpy(spiking->cells[p].baseline, spiking->irregularity.cells[p].spikes,
           (size_t)spiking->network->population[p]->n * sizeof(uint32_t));
  }
  spiking->baseline_s = clock_ms(&spiking->network->clock, spiking->ticks) * 1e-3;
}

/* ---- state ---- */

static enum status visit_cells(struct spiking_cells *cells, const struct population *population,
                               struct visitor *visitor) {
  size_t n = (size_t)population->n;
  char name[80];
  snprintf(name, sizeof name, "%s/%s/spiking", population->region, population->name);
  for (int s = 0; s < SPIKING_SCALES; s++) {
    struct spiking_scale *scale = &cells->scale[s];
    int64_t sums[] = {scale->squares, scale->open_bin, scale->open_count, scale->sum_squares};
    TRY(visitor->array(visitor, name, STATE_I32, n, scale->bin));
    TRY(visitor->array(visitor, name, STATE_U16, n, scale->count));
    TRY(visitor->array(visitor, name, STATE_I64, COUNT_OF(sums), sums));
    scale->squares = sums[0];
    scale->open_bin = sums[1];
    scale->open_count = sums[2];
    scale->sum_squares = sums[3];
  }
  TRY(visitor->array(visitor, name, STATE_U8, n, cells->in_burst));
  TRY(visitor->array(visitor, name, STATE_I64, 1, &cells->burst_spikes));
  return visitor->array(visitor, name, STATE_U32, n, cells->baseline);
}

enum status spiking_visit(struct spiking *spiking, struct visitor *visitor) {
  int64_t window[] = {spiking->first, spiking->ticks};
  TRY(visitor->array(visitor, "spiking/window", STATE_I64, COUNT_OF(window), window));
  TRY(visitor->array(visitor, "spiking/baseline", STATE_F64, 1, &spiking->baseline_s));
  if (visitor->loading && window[1] < 1)
    return status_fail(STATUS_CONFIG, "checkpoint: spikes of a window without length");
  spiking->first = window[0];
  spiking->ticks = window[1];
  TRY(irregularity_visit(&spiking->irregularity, visitor));
  for (int p = 0; p < spiking->network->n_populations; p++)
    TRY(visit_cells(&spiking->cells[p], spiking->network->population[p], visitor));
  return STATUS_OK;
}
