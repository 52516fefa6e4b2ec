/* spectrum.h — power spectra by Welch's method, the power of bands, and the part of a mean over many cells
 * that the cells have in common.
 *
 * Welch 1967, doi:10.1109/TAU.1967.1161901: segments that overlap by half, their mean taken away, weighted
 * by a Hann window; the squared magnitudes of their transforms are averaged. Densities are one-sided: their
 * integral over frequency is the variance.
 *
 * A mean over N cells of signals with density S_1 each and cross-density C of a pair has
 *   S_N = S_1/N + (1 − 1/N) C.
 * The first term is incoherent and goes away with N, the second is coherent and stays; c = C/S_1 is the
 * coherence of a pair. For trains of spikes at rate r the sum of N cells thus has P ∝ N r [1 + (N − 1) c].
 * S_1 is measured on single cells and S_N on the mean, so C = (S_N − S_1/N)/(1 − 1/N), and the mean over any
 * number of cells can be foretold: what a patch of a few thousand cells hides, an electrode that sees 10⁴ to
 * 10⁵ shows. C is an estimate without bias, which noise can make negative. */
#ifndef CIRCUITS_SIGNALS_SPECTRUM_H
#define CIRCUITS_SIGNALS_SPECTRUM_H

#include "status.h"
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* name, from, to (Hz; `to` excluded), meaning. Limits: 30–80 Hz as in papers on rats' EEG (Pinault 2008, Biol
 * Psychiatry 63:730); slow, middle and fast gamma much as in recordings from pyramidal layers (Belluscio et
 * al. 2012, J Neurosci 32:423, there 30–50, 50–90 and 90–150 Hz); fast gamma here holds the high-frequency
 * oscillation under blockers of NMDA receptors. */
#define SPECTRUM_BANDS(X)                                                                                    \
  X(delta, 1, 4, "delta, 1-4 Hz")                                                                            \
  X(theta, 4, 12, "theta, 4-12 Hz")                                                                          \
  X(slow_gamma, 25, 55, "slow gamma, 25-55 Hz")                                                              \
  X(mid_gamma, 60, 100, "middle gamma, 60-100 Hz")                                                           \
  X(fast_gamma, 100, 180, "fast gamma and high-frequency oscillations, 100-180 Hz")                          \
  X(gamma, 30, 80, "gamma, 30-80 Hz")
#define SPECTRUM_ENUM(name, low, high, meaning) SPECTRUM_##name,
enum spectrum_band { SPECTRUM_BANDS(SPECTRUM_ENUM) SPECTRUM_BAND_COUNT };
#undef SPECTRUM_ENUM

struct spectrum_limits {
  const char *name, *meaning;
  double low_Hz, high_Hz;
};
extern const struct spectrum_limits spectrum_limits[SPECTRUM_BAND_COUNT];

struct spectrum;

/* Segments of so many samples taken at rate_Hz. Fails: NO_MEMORY. Free with spectrum_free (accepts NULL). */
MUST_USE enum status spectrum_new(int segment, double rate_Hz, struct spectrum **out);
void spectrum_free(struct spectrum *spectrum);

/* Places of a density: frequencies 0, step, …, (bins − 1) step. */
int spectrum_bins(const struct spectrum *spectrum);
double spectrum_step_Hz(const struct spectrum *spectrum);

/* The density of n samples, in their unit squared per Hz: bins values. NAN if n is less than a segment. */
void spectrum_density(struct spectrum *spectrum, const double *samples, size_t n, double *density);

/* Mean of a density over the frequencies in a band; NAN if there is none in it. */
double spectrum_mean(const struct spectrum *spectrum, const double *density, double low_Hz, double high_Hz);
/* Power in a band: that mean times the width of the band. */
double spectrum_power(const struct spectrum *spectrum, const double *density, double low_Hz, double high_Hz);

/* The frequency from low to high at which frequency times density is largest: the peak above a background
 * that falls as 1/f. NAN if there is none. */
double spectrum_peak_Hz(const struct spectrum *spectrum, const double *density, double low_Hz,
                        double high_Hz);

/* χ of a density that falls as f^−χ from low to high: slope of a line through logarithms, in which every
 * octave counts alike. NAN where there are fewer than three frequencies. */
double spectrum_exponent(const struct spectrum *spectrum, const double *density, double low_Hz,
                         double high_Hz);

/* C from the density (or power) of a mean over N cells and that of single ones; and the other way round, for
 * M cells. */
static inline double spectrum_coherent(double mean, double single, double N) {
  return N > 1 ? (mean - single / N) / (1.0 - 1.0 / N) : NAN;
}
static inline double spectrum_of_many(double coherent, double single, double M) {
  return single / M + (1.0 - 1.0 / M) * coherent;
}

#endif
