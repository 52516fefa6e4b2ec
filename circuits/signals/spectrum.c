/* spectrum.c — Welch's method and what is read off a density. See spectrum.h. */
#include "signals/spectrum.h"
#include "fourier.h"
#include "memory.h"

#define LIMITS(name, low, high, meaning) {#name, meaning, low, high},
const struct spectrum_limits spectrum_limits[SPECTRUM_BAND_COUNT] = {SPECTRUM_BANDS(LIMITS)};
#undef LIMITS

struct spectrum {
  int segment, bins;
  double rate_Hz;
  double *taper;
  double scale; /* of a squared magnitude, to a two-sided density */
  struct fourier *fourier;
};

enum status spectrum_new(int segment, double rate_Hz, struct spectrum **out) {
  struct spectrum *s = NULL;
  *out = NULL;
  segment = segment < 2 ? 2 : segment;
  TRY(memory_new("spectrum", 1, sizeof *s, &s));
  *s = (struct spectrum){.segment = segment, .bins = segment / 2 + 1, .rate_Hz = rate_Hz};
  enum status status = memory_new("taper", (size_t)segment, sizeof(double), &s->taper);
  if (status == STATUS_OK) status = fourier_new(segment, &s->fourier);
  if (status != STATUS_OK) {
    spectrum_free(s);
    return status;
  }
  double squares = 0;
  for (int j = 0; j < segment; j++) {
    s->taper[j] = 0.5 - 0.5 * cos(2.0 * M_PI * (j + 0.5) / segment);
    squares += s->taper[j] * s->taper[j];
  }
  s->scale = 1.0 / (rate_Hz * squares);
  *out = s;
  return STATUS_OK;
}

void spectrum_free(struct spectrum *s) {
  if (!s) return;
  fourier_free(s->fourier);
  memory_free(s->taper);
  memory_free(s);
}

int spectrum_bins(const struct spectrum *s) { return s->bins; }
double spectrum_step_Hz(const struct spectrum *s) { return s->rate_Hz / s->segment; }

static void add_segment(struct spectrum *s, const double *samples, double *density) {
  double *in = fourier_samples(s->fourier), mean = 0;
  for (int j = 0; j < s->segment; j++) mean += samples[j];
  mean /= s->segment;
  for (int j = 0; j < s->segment; j++) in[j] = (samples[j] - mean) * s->taper[j];
  const double *bin = fourier_forward(s->fourier);
  for (int k = 0; k < s->bins; k++) density[k] += bin[2 * k] * bin[2 * k] + bin[2 * k + 1] * bin[2 * k + 1];
}

void spectrum_density(struct spectrum *s, const double *samples, size_t n, double *density) {
  size_t segment = (size_t)s->segment, step = segment > 1 ? segment / 2 : 1;
  int segments = 0;
  for (int k = 0; k < s->bins; k++) density[k] = 0;
  for (size_t at = 0; at + segment <= n; at += step, segments++) add_segment(s, samples + at, density);
  for (int k = 0; k < s->bins; k++) {
    bool alone = k == 0 || 2 * k == s->segment; /* bins without a mirror image */
    density[k] = segments ? density[k] * s->scale * (alone ? 1.0 : 2.0) / segments : NAN;
  }
}

double spectrum_mean(const struct spectrum *s, const double *density, double low_Hz, double high_Hz) {
  double step = spectrum_step_Hz(s), sum = 0;
  int n = 0;
  for (int k = 1; k < s->bins; k++) {
    if (k * step < low_Hz - 1e-9 || k * step > high_Hz - 1e-9) continue;
    sum += density[k];
    n++;
  }
  return n ? sum / n : NAN;
}

double spectrum_power(const struct spectrum *s, const double *density, double low_Hz, double high_Hz) {
  return spectrum_mean(s, density, low_Hz, high_Hz) * (high_Hz - low_Hz);
}

double spectrum_peak_Hz(const struct spectrum *s, const double *density, double low_Hz, double high_Hz) {
  double step = spectrum_step_Hz(s), most = -INFINITY, at = NAN;
  for (int k = 1; k < s->bins; k++) {
    double f = k * step;
    if (f < low_Hz - 1e-9 || f > high_Hz + 1e-9 || !(f * density[k] > most)) continue;
    most = f * density[k];
    at = f;
  }
  return at;
}

double spectrum_exponent(const struct spectrum *s, const double *density, double low_Hz, double high_Hz) {
  double step = spectrum_step_Hz(s), n = 0, x = 0, y = 0, xx = 0, xy = 0;
  int places = 0;
  for (int k = 1; k < s->bins; k++) {
    double f = k * step, weight = 1.0 / k; /* bins of an octave grow in number with f */
    if (f < low_Hz - 1e-9 || f > high_Hz + 1e-9 || !(density[k] > 0)) continue;
    n += weight;
    x += weight * log(f);
    y += weight * log(density[k]);
    xx += weight * log(f) * log(f);
    xy += weight * log(f) * log(density[k]);
    places++;
  }
  return places > 2 ? -(xy - x * y / n) / (xx - x * x / n) : NAN;
}
