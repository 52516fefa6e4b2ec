/* spike_statistics.h — what is measured on the spikes of a population: rates over cells, the irregularity of
 * their intervals, pairwise correlation and the fluctuation of the whole population.
 *
 *   rate_*    spikes of a cell over the window: mean, SD and quantiles over all cells
 *   cv_*      SD over mean of a cell's intervals (sample variance), cells of at least 10 spikes; cv_n of them
 *   corr10    Pearson correlation of spike counts in bins of 10 ms, mean and SD over all pairs of up to 500
 *             cells of at least 10 spikes: evenly spaced ones, which in a random circuit is a random choice
 *   popvar5   SD over mean of the population's spike count in bins of 5 ms; popfano5: variance over mean
 * Quantiles interpolate linearly between the sorted values, of which the first is at 0 and the last at 1. */
#ifndef TESTS_SPIKE_STATISTICS_H
#define TESTS_SPIKE_STATISTICS_H

#include "check.h"
#include "memory.h"
#include <stdlib.h>

enum { STATISTICS_SPIKES = 10, STATISTICS_PAIRED = 500, STATISTICS_BINS = 1024 };

#define STATISTICS_QUANTITIES(X)                                                                             \
  X(RATE, "rate_%s_Hz")                                                                                      \
  X(RATE_SD, "rate_sd_%s_Hz")                                                                                \
  X(RATE_Q05, "rate_q05_%s_Hz")                                                                              \
  X(RATE_Q25, "rate_q25_%s_Hz")                                                                              \
  X(RATE_Q50, "rate_q50_%s_Hz")                                                                              \
  X(RATE_Q75, "rate_q75_%s_Hz")                                                                              \
  X(RATE_Q95, "rate_q95_%s_Hz")                                                                              \
  X(CV_N, "cv_n_%s")                                                                                         \
  X(CV, "cv_mean_%s")                                                                                        \
  X(CV_SD, "cv_sd_%s")                                                                                       \
  X(CV_Q25, "cv_q25_%s")                                                                                     \
  X(CV_Q50, "cv_q50_%s")                                                                                     \
  X(CV_Q75, "cv_q75_%s")                                                                                     \
  X(CORR, "corr10_mean_%s")                                                                                  \
  X(CORR_SD, "corr10_sd_%s")                                                                                 \
  X(POPVAR, "popvar5_%s")                                                                                    \
  X(POPFANO, "popfano5_%s")
#define STATISTICS_ENUM(name, text) STATISTICS_##name,
enum { STATISTICS_QUANTITIES(STATISTICS_ENUM) STATISTICS_COUNT };
#undef STATISTICS_ENUM
#define STATISTICS_TEXT(name, text) text,
static const char *const statistics_name[] = {STATISTICS_QUANTITIES(STATISTICS_TEXT)};
#undef STATISTICS_TEXT

struct spike {
  uint32_t cell, tick;
};

/* The spikes of n_cells cells in a window, in order of time, from its start. */
struct spike_record {
  int n_cells;
  double dt_ms, window_ms;
  size_t n, room;
  struct spike *spike;
};

static inline void spike_record_add(struct spike_record *record, uint32_t cell, int64_t tick) {
  if (record->n == record->room) {
    size_t room = record->room ? 2 * record->room : 4096;
    assert_ok(memory_resize("spikes", record->room, room, sizeof *record->spike, &record->spike));
    record->room = room;
  }
  record->spike[record->n++] = (struct spike){cell, (uint32_t)tick};
}

/* ---- of values ---- */

struct moments {
  double n, mean, squares; /* squares: sum of squared deviations */
};

static inline struct moments moments_of(const double *value, size_t n) {
  struct moments m = {(double)n, 0, 0};
  for (size_t k = 0; k < n; k++) m.mean += value[k];
  m.mean /= m.n;
  for (size_t k = 0; k < n; k++) m.squares += (value[k] - m.mean) * (value[k] - m.mean);
  return m;
}

static inline double moments_sd(const struct moments *m) { return sqrt(m->squares / (m->n - 1)); }

static inline int statistics_ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static inline double statistics_quantile(const double *sorted, size_t n, double share) {
  double at = share * (double)(n - 1);
  size_t below = (size_t)at;
  return below + 1 < n ? sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below])
                       : sorted[n - 1];
}

/* ---- of spikes ---- */

/* Spikes of cell c, in ticks: ticks[begin[c]] … ticks[begin[c+1]−1], ascending. */
struct spike_trains {
  size_t *begin;
  uint32_t *ticks;
};

static inline struct spike_trains statistics_trains(const struct spike_record *record) {
  struct spike_trains trains;
  size_t n = (size_t)record->n_cells, *next;
  assert_ok(memory_new("begins", n + 1, sizeof *trains.begin, &trains.begin));
  assert_ok(memory_new("ticks", record->n, sizeof *trains.ticks, &trains.ticks));
  assert_ok(memory_new("next", n, sizeof *next, &next));
  for (size_t s = 0; s < record->n; s++) trains.begin[record->spike[s].cell + 1]++;
  for (size_t c = 0; c < n; c++) {
    next[c] = trains.begin[c];
    trains.begin[c + 1] += trains.begin[c];
  }
  for (size_t s = 0; s < record->n; s++) trains.ticks[next[record->spike[s].cell]++] = record->spike[s].tick;
  memory_free(next);
  return trains;
}

static inline void statistics_rates(const struct spike_record *record, const struct spike_trains *trains,
                                    double *values, double out[STATISTICS_COUNT]) {
  static const double share[] = {0.05, 0.25, 0.5, 0.75, 0.95};
  size_t n = (size_t)record->n_cells;
  for (size_t c = 0; c < n; c++)
    values[c] = (double)(trains->begin[c + 1] - trains->begin[c]) * 1000 / record->window_ms;
  struct moments m = moments_of(values, n);
  out[STATISTICS_RATE] = m.mean;
  out[STATISTICS_RATE_SD] = moments_sd(&m);
  qsort(values, n, sizeof *values, statistics_ascending);
  for (int k = 0; k < 5; k++) out[STATISTICS_RATE_Q05 + k] = statistics_quantile(values, n, share[k]);
}

static inline double statistics_cv(const uint32_t *ticks, size_t n) {
  double intervals = (double)(n - 1), mean = (double)(ticks[n - 1] - ticks[0]) / intervals, squares = 0;
  for (size_t s = 1; s < n; s++) {
    double deviation = (double)(ticks[s] - ticks[s - 1]) - mean;
    squares += deviation * deviation;
  }
  return sqrt(squares / (intervals - 1)) / mean;
}

/* Also lists the cells that have enough spikes; gives their number. */
static inline size_t statistics_cvs(const struct spike_record *record, const struct spike_trains *trains,
                                    double *values, uint32_t *cells, double out[STATISTICS_COUNT]) {
  size_t n = 0;
  for (int c = 0; c < record->n_cells; c++) {
    size_t spikes = trains->begin[c + 1] - trains->begin[c];
    if (spikes < STATISTICS_SPIKES) continue;
    cells[n] = (uint32_t)c;
    values[n++] = statistics_cv(&trains->ticks[trains->begin[c]], spikes);
  }
  assert_true(n > 1);
  struct moments m = moments_of(values, n);
  out[STATISTICS_CV_N] = (double)n;
  out[STATISTICS_CV] = m.mean;
  out[STATISTICS_CV_SD] = moments_sd(&m);
  qsort(values, n, sizeof *values, statistics_ascending);
  for (int k = 0; k < 3; k++) out[STATISTICS_CV_Q25 + k] = statistics_quantile(values, n, 0.25 * (k + 1));
  return n;
}

/* Counts of a cell in bins, as a vector of mean 0 and length 1. */
static inline void statistics_unit(const struct spike_record *record, const struct spike_trains *trains,
                                   uint32_t c, int n_bins, double *unit) {
  double bins[STATISTICS_BINS] = {0};
  double bin_ticks = record->window_ms / n_bins / record->dt_ms;
  for (size_t s = trains->begin[c]; s < trains->begin[c + 1]; s++)
    bins[(int)((trains->ticks[s] + 0.5) / bin_ticks)]++;
  struct moments m = moments_of(bins, (size_t)n_bins);
  for (int k = 0; k < n_bins; k++) unit[k] = m.squares > 0 ? (bins[k] - m.mean) / sqrt(m.squares) : 0;
}

static inline void statistics_correlations(const struct spike_record *record,
                                           const struct spike_trains *trains, const uint32_t *cells, size_t n,
                                           double out[STATISTICS_COUNT]) {
  int n_bins = (int)lround(record->window_ms / 10);
  size_t taken = n < STATISTICS_PAIRED ? n : STATISTICS_PAIRED, pairs = 0;
  double *units, *values;
  assert_true(n_bins <= STATISTICS_BINS);
  assert_ok(memory_new("units", taken * (size_t)n_bins, sizeof *units, &units));
  assert_ok(memory_new("correlations", taken * taken, sizeof *values, &values));
  for (size_t i = 0; i < taken; i++) {
    double *unit = &units[i * (size_t)n_bins];
    statistics_unit(record, trains, cells[i * n / taken], n_bins, unit);
    for (size_t j = 0; j < i; j++, pairs++)
      for (int k = 0; k < n_bins; k++) values[pairs] += unit[k] * units[j * (size_t)n_bins + (size_t)k];
  }
  struct moments m = moments_of(values, pairs);
  out[STATISTICS_CORR] = m.mean;
  out[STATISTICS_CORR_SD] = pairs > 1 ? moments_sd(&m) : 0;
  memory_free(units);
  memory_free(values);
}

static inline void statistics_of_sum(const struct spike_record *record, double out[STATISTICS_COUNT]) {
  double bins[STATISTICS_BINS] = {0};
  int n_bins = (int)lround(record->window_ms / 5);
  assert_true(n_bins <= STATISTICS_BINS);
  for (size_t s = 0; s < record->n; s++) bins[(int)((record->spike[s].tick + 0.5) * record->dt_ms / 5)]++;
  struct moments m = moments_of(bins, (size_t)n_bins);
  out[STATISTICS_POPVAR] = moments_sd(&m) / m.mean;
  out[STATISTICS_POPFANO] = m.squares / (m.n - 1) / m.mean;
}

static inline void statistics_measure(const struct spike_record *record, double out[STATISTICS_COUNT]) {
  struct spike_trains trains = statistics_trains(record);
  double *values;
  uint32_t *cells;
  assert_ok(memory_new("values", (size_t)record->n_cells, sizeof *values, &values));
  assert_ok(memory_new("cells", (size_t)record->n_cells, sizeof *cells, &cells));
  statistics_rates(record, &trains, values, out);
  size_t n = statistics_cvs(record, &trains, values, cells, out);
  statistics_correlations(record, &trains, cells, n, out);
  statistics_of_sum(record, out);
  memory_free(values);
  memory_free(cells);
  memory_free(trains.begin);
  memory_free(trains.ticks);
}

#endif
