/* coupling.c — the modulation index and its surrogates. See coupling.h. */
#include "signals/coupling.h"
#include "fourier.h"
#include "memory.h"
#include <math.h>

/* Shortest stretch; what is left out at either end, which is also the least lag of a surrogate; width of the
 * edges of a band as a share of its limits. */
static const double SHORTEST_S = 1.0, MARGIN_S = 0.25, EDGE = 0.15;

/* 1 in the band, 0 outside, a half at its limits. */
static double gain_at(double f, double low, double high) {
  double rise = low > 0 ? (f / low - 1.0) / EDGE : 1.0, fall = (1.0 - f / high) / EDGE;
  double depth = fmax(-1.0, fmin(1.0, fmin(rise, fall)));
  return 0.5 + 0.5 * sin(0.5 * M_PI * depth);
}

static void set_gain(double *gain, int n, double rate_Hz, double low, double high) {
  for (int k = 0; k <= n / 2; k++) gain[k] = k == 0 ? 0.0 : gain_at(k * rate_Hz / n, low, high);
}

/* MI of m samples, amplitude turned by a lag. */
static double index_at(const int *phase, const double *amplitude, int m, int lag) {
  double sum[COUPLING_PHASES] = {0}, total = 0, entropy = 0;
  int count[COUPLING_PHASES] = {0};
  for (int i = 0; i < m; i++) {
    int j = i + lag < m ? i + lag : i + lag - m;
    sum[phase[i]] += amplitude[j];
    count[phase[i]]++;
  }
  for (int p = 0; p < COUPLING_PHASES; p++) {
    if (count[p] == 0) return NAN;
    sum[p] /= count[p];
    total += sum[p];
  }
  if (!(total > 0)) return NAN;
  for (int p = 0; p < COUPLING_PHASES; p++) {
    double share = sum[p] / total;
    if (share > 0) entropy -= share * log(share);
  }
  return (log(COUPLING_PHASES) - entropy) / log(COUPLING_PHASES);
}

static void compare(const int *phase, const double *amplitude, int m, int least, struct coupling *out) {
  int room = m - 2 * least, n = room < COUPLING_SURROGATES ? room : COUPLING_SURROGATES;
  double sum = 0, squares = 0;
  out->index = index_at(phase, amplitude, m, 0);
  for (int k = 0; k < n; k++) {
    double index = index_at(phase, amplitude, m, least + (int)((int64_t)k * room / n));
    sum += index;
    squares += index * index;
  }
  double mean = n > 0 ? sum / n : NAN, variance = n > 1 ? (squares - n * mean * mean) / (n - 1) : NAN;
  out->z = variance > 0 ? (out->index - mean) / sqrt(variance) : NAN;
}

static void find_phase(const double *wave, int first, int m, int *phase) {
  for (int i = 0; i < m; i++) {
    const double *at = wave + 2 * (first + i);
    int bin = (int)((atan2(at[1], at[0]) / (2.0 * M_PI) + 0.5) * COUPLING_PHASES);
    phase[i] = bin < 0 ? 0 : bin < COUPLING_PHASES ? bin : COUPLING_PHASES - 1;
  }
}

enum status coupling_measure(const double *samples, size_t n, double rate_Hz,
                             const struct coupling_bands *bands, struct coupling *out) {
  struct fourier *fourier = NULL;
  double *gain = NULL, *amplitude = NULL;
  int *phase = NULL;
  int all = (int)n, margin = (int)(MARGIN_S * rate_Hz), m = all - 2 * margin;
  enum status status;
  *out = (struct coupling){NAN, NAN};
  if ((double)n < SHORTEST_S * rate_Hz) return STATUS_OK;
  TRY_GOTO(fourier_new(all, &fourier), done);
  TRY_GOTO(memory_new("gain", n, sizeof *gain, &gain), done);
  TRY_GOTO(memory_new("amplitude", n, sizeof *amplitude, &amplitude), done);
  TRY_GOTO(memory_new("phase", n, sizeof *phase, &phase), done);
  double mean = 0;
  for (int i = 0; i < all; i++) mean += samples[i] / all;
  for (int i = 0; i < all; i++) fourier_samples(fourier)[i] = samples[i] - mean;
  fourier_forward(fourier);
  set_gain(gain, all, rate_Hz, bands->phase_low, bands->phase_high);
  find_phase(fourier_analytic(fourier, gain), margin, m, phase);
  set_gain(gain, all, rate_Hz, bands->amplitude_low, bands->amplitude_high);
  const double *wave = fourier_analytic(fourier, gain);
  for (int i = 0; i < m; i++) amplitude[i] = hypot(wave[2 * (margin + i)], wave[2 * (margin + i) + 1]);
  compare(phase, amplitude, m, margin, out);
done:
  fourier_free(fourier);
  memory_free(gain);
  memory_free(amplitude);
  memory_free(phase);
  return status;
}
