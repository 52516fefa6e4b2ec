/* spiking.h — statistics of the spikes of a population in a window, without keeping spikes.
 *
 * Counts n_i of cell i in bins, mean and variance over the B bins of the window:
 *   Fano factor   F = Σ_i var(n_i) / Σ_i mean(n_i)                          1 for Poisson spikes
 *   correlation   ρ = [var(Σ_i n_i) − Σ_i var(n_i)] / [(N − 1) Σ_i var(n_i)]
 * ρ is the mean covariance of all N(N − 1)/2 pairs over the mean variance, from the variance of the
 * population's sum: no pair is looked at. Its bin is `count_bin`, 50 ms by default; synchrony is the same at
 * a bin of 5 ms. ρ holds slow swings of the rate as well, and has an error of about √(2/B)/N where cells
 * are independent.
 *   burst share    spikes that follow or precede one of the same cell within `burst_interval`, over all
 *   CV             of interspike intervals (irregularity.h)
 *   changed cells  cells whose count per time is more than twice, or less than half of what it was in the
 *                  baseline window. A cell that was silent and fires has gone up, one silent in both has not
 *                  changed. With few spikes many cells cross by chance: chance_up and chance_down are the
 *                  shares that would if each cell had one rate throughout and fired at random: of its k
 *                  spikes in both windows, each falls into the later one with probability T/(T + T_0).
 *   spread         of rates over cells: median; share of cells that were silent; and the σ of a lognormal
 *                  distribution with the same mean and variance of rates, σ² = ln(1 + v/m²), where v is the
 *                  variance of counts less their mean m, which is what counting alone makes
 * The share of spikes in bursts is the measure of Jackson, Homayoun & Moghaddam 2004,
 * doi:10.1073/pnas.0308455101, whose rule for what belongs to a burst is not used; cells that switch, of
 * Cichon et al. 2023, doi:10.1038/s41593-022-01203-5. */
#ifndef CIRCUITS_SIGNALS_SPIKING_H
#define CIRCUITS_SIGNALS_SPIKING_H

#include "signals/irregularity.h"

enum { SPIKING_COUNT, SPIKING_SYNCHRONY, SPIKING_SCALES };

struct spiking_settings {
  double bin_ms[SPIKING_SCALES]; /* counted in the nearest whole number of equal bins */
  double burst_ms;
};

/* One time scale of one population. */
struct spiking_scale {
  int32_t *bin;    /* per cell: that of its latest spike */
  uint16_t *count; /* per cell: spikes in that bin */
  int64_t squares; /* Σ over cells and bins of n² */
  int64_t open_bin, open_count,
      sum_squares; /* of the population: its present bin; Σ of (Σ_i n_i)² of those before */
};

struct spiking_cells {
  struct spiking_scale scale[SPIKING_SCALES];
  uint8_t *in_burst; /* per cell: its latest spike is one of a burst */
  int64_t burst_spikes;
  uint32_t *baseline; /* per cell: spikes in the baseline window */
};

struct spiking {
  const struct network *network;
  struct spiking_settings settings;
  struct irregularity irregularity;
  struct spiking_cells *cells; /* per population */
  int64_t first, ticks;        /* of the window: bins divide it */
  double baseline_s;           /* length of the baseline window; 0: none yet */
};

/* What a window says of a population; NAN where it cannot. */
struct spiking_measures {
  double cv, fano, correlation, synchrony, burst_share;
  double up, down, chance_up, chance_down; /* shares of cells */
  double rate_median, silent, rate_sigma;  /* Hz; share of cells; 1 */
};

/* Fails: NO_MEMORY. Free with spiking_free (accepts a zeroed one). */
MUST_USE enum status spiking_new(struct spiking *spiking, const struct spiking_settings *settings,
                                 const struct network *network);
void spiking_free(struct spiking *spiking);

/* A window of so many ticks begins. */
void spiking_begin(struct spiking *spiking, int64_t first, int64_t ticks);

struct observer spiking_observer(struct spiking *spiking);

/* At the end of a window, of population p. */
void spiking_measure(const struct spiking *spiking, int p, struct spiking_measures *out);

/* The window that ends is the baseline. */
void spiking_keep_baseline(struct spiking *spiking);

MUST_USE enum status spiking_visit(struct spiking *spiking, struct visitor *visitor);

#endif
