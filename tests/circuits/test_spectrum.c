/* test_spectrum.c — white noise has the density of its variance, a sine its power in its band and none beside
 * it; a peak is found over a background that falls with frequency. Of many cells with a rhythm in common, the
 * mean and single ones give back what they share, and foretell the power of the mean over other numbers of
 * cells, which is made and measured here; cells that share nothing have no coherent part. Short stretches,
 * and bands without a frequency, have no value. */
#include "check.h"
#include "memory.h"
#include "random.h"
#include "signals/spectrum.h"

enum { RATE = 1000, SEGMENT = 500, BINS = SEGMENT / 2 + 1, SAMPLES = 20000, CELLS = 200 };
static const double TURN = 6.283185307179586;

static double noise(uint64_t stream, uint64_t j) {
  return random_normal(random_draw(stream, RANDOM_VARY, j, 0, 0).u[0]);
}

static struct spectrum *make(void) {
  struct spectrum *spectrum;
  assert_ok(spectrum_new(SEGMENT, RATE, &spectrum));
  assert_int_equal(spectrum_bins(spectrum), BINS);
  assert_near(spectrum_step_Hz(spectrum), 2, 1e-12);
  return spectrum;
}

static void test_noise(void **state) {
  (void)state;
  static double x[SAMPLES], density[BINS];
  struct spectrum *spectrum = make();
  for (uint64_t j = 0; j < SAMPLES; j++) x[j] = 3 * noise(1, j) + 100;
  spectrum_density(spectrum, x, SAMPLES, density);
  double flat = 2 * 9.0 / RATE, variance = 0;
  for (int k = 0; k < BINS; k++) variance += density[k] * 2;
  assert_near(variance, 9, 0.3);
  assert_near(spectrum_power(spectrum, density, 100, 200), 100 * flat, 0.05 * 100 * flat);
  assert_near(spectrum_power(spectrum, density, 300, 450), 150 * flat, 0.05 * 150 * flat);
  spectrum_density(spectrum, x, SEGMENT - 1, density);
  assert_true(isnan(density[3]) && isnan(spectrum_power(spectrum, density, 100, 200)));
  assert_true(isnan(spectrum_peak_Hz(spectrum, density, 20, 100)));
  spectrum_free(spectrum);
  spectrum_free(NULL);
}

static void test_sine(void **state) {
  (void)state;
  static double x[SAMPLES], density[BINS];
  struct spectrum *spectrum = make();
  for (int j = 0; j < SAMPLES; j++) x[j] = 4 * sin(TURN * 41 * j / RATE);
  spectrum_density(spectrum, x, SAMPLES, density);
  assert_near(spectrum_power(spectrum, density, 30, 80), 8, 0.08 * 8); /* 25 bins hold 48 Hz */
  assert_near(spectrum_power(spectrum, density, 60, 100), 0, 1e-4);
  assert_near(spectrum_power(spectrum, density, 4, 12), 0, 1e-4);
  assert_true(isnan(spectrum_power(spectrum, density, 2.5, 3.5)));
  for (int b = 0; b < SPECTRUM_BAND_COUNT; b++)
    assert_true(spectrum_limits[b].low_Hz < spectrum_limits[b].high_Hz);
  spectrum_free(spectrum);
}

/* A random walk, whose density falls as 1/f², and a weak rhythm of 62 Hz. */
static void test_peak(void **state) {
  (void)state;
  static double x[SAMPLES], density[BINS];
  struct spectrum *spectrum = make();
  double walk = 0;
  for (uint64_t j = 0; j < SAMPLES; j++) {
    walk = 0.99 * walk + noise(2, j);
    x[j] = walk + 0.5 * sin(TURN * 62 * (double)j / RATE);
  }
  spectrum_density(spectrum, x, SAMPLES, density);
  assert_near(spectrum_peak_Hz(spectrum, density, 20, 180), 62, 1e-9);
  spectrum_free(spectrum);
}

/* Mean over n cells of which each has its own noise (SD 1) and `share` of a noise that all have. */
static void mean_of(int n, double share, double *x) {
  for (uint64_t j = 0; j < SAMPLES; j++) {
    double own = 0;
    for (int i = 0; i < n; i++) own += noise(100 + (uint64_t)i, j) / n;
    x[j] = own + share * noise(3, j);
  }
}

static void test_common(void **state) {
  (void)state;
  static double x[SAMPLES], density[BINS];
  struct spectrum *spectrum = make();
  const double shares[] = {0, 0.1};
  for (int s = 0; s < 2; s++) {
    double single = 0, share = shares[s], flat = 60 * 2.0 / RATE;
    for (int i = 0; i < 8; i++) {
      for (uint64_t j = 0; j < SAMPLES; j++) x[j] = noise(100 + (uint64_t)i, j) + share * noise(3, j);
      spectrum_density(spectrum, x, SAMPLES, density);
      single += spectrum_power(spectrum, density, 40, 100) / 8;
    }
    assert_near(single, flat * (1 + share * share), 0.04 * flat);
    mean_of(CELLS, share, x);
    spectrum_density(spectrum, x, SAMPLES, density);
    double mean = spectrum_power(spectrum, density, 40, 100), C = spectrum_coherent(mean, single, CELLS);
    assert_near(C, flat * share * share, 0.15 * flat * fmax(share * share, 1.0 / CELLS));
    mean_of(25, share, x);
    spectrum_density(spectrum, x, SAMPLES, density);
    double few = spectrum_power(spectrum, density, 40, 100);
    assert_near(spectrum_of_many(C, single, 25), few, 0.08 * few);
    assert_near(spectrum_of_many(C, single, CELLS), mean, 1e-12);
  }
  assert_true(isnan(spectrum_coherent(1, 1, 1)));
  spectrum_free(spectrum);
}

/* A density that falls as a power of frequency, with a peak that lies outside of the range. */
static void test_exponent(void **state) {
  (void)state;
  static double density[BINS];
  struct spectrum *spectrum = make();
  for (int k = 0; k < BINS; k++) {
    double f = k * spectrum_step_Hz(spectrum);
    density[k] = f > 0 ? 7 * pow(f, -1.7) + (f > 110 ? 1e3 : 0) : 0;
  }
  assert_near(spectrum_exponent(spectrum, density, 2, 100), 1.7, 1e-9);
  assert_true(spectrum_exponent(spectrum, density, 2, 200) < 1);
  assert_true(isnan(spectrum_exponent(spectrum, density, 200, 200)));
  spectrum_free(spectrum);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_noise), cmocka_unit_test(test_sine),
                                     cmocka_unit_test(test_peak), cmocka_unit_test(test_common),
                                     cmocka_unit_test(test_exponent)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
