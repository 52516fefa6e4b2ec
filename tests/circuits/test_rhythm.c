/* test_rhythm.c — the spectrum of spikes that fall at random is that of independent cells, whatever their
 * rate; cells that each take a share of a mother train have that share as coherence, in every band, however
 * many there are; spikes of milliseconds that are not part of the measurement are not in it. */
#include "circuits/trains.h"
#include "signals/rhythm.h"

enum { MS = 20000, SEGMENT = 250, BINS = SEGMENT / 2 + 1 };

static void measured(struct network *network, int p, double density[BINS], double *coherence) {
  static double room[MS];
  struct rhythm rhythm;
  struct spectrum *spectrum;
  assert_ok(rhythm_new(&rhythm, MS, network));
  assert_ok(spectrum_new(SEGMENT, TRACE_RATE_HZ, &spectrum));
  struct observer observer = rhythm_observer(&rhythm);
  trains_run(network, &observer, 5);
  rhythm_take(&rhythm, false);
  rhythm_clear(&rhythm);
  for (int k = 0; k < MS / RHYTHM_PENDING; k++) {
    trains_run(network, &observer, RHYTHM_PENDING);
    rhythm_take(&rhythm, true);
  }
  assert_int_equal(rhythm.trace.n, MS);
  rhythm_density(&rhythm, p, spectrum, room, density);
  *coherence = rhythm_coherence(&rhythm, p, spectrum, density, 30, 80);
  spectrum_free(spectrum);
  rhythm_free(&rhythm);
  rhythm_free(&rhythm);
}

static void test_random(void **state) {
  (void)state;
  struct network *network = trains_network((int[]){50, 1}, 2, 1024, 1);
  double density[BINS], coherence;
  trains_set(network, 0, 0, 24, 0.001f, 0, 0, 0);
  trains_set(network, 0, 25, 49, 0.0002f, 0, 0, 0);
  measured(network, 0, density, &coherence);
  double mean = 0;
  for (int k = 1; k < BINS - 1; k++) mean += density[k] / (BINS - 2);
  assert_near(mean, 1, 0.04);
  assert_near(coherence, 0, 0.004);
  measured(network, 1, density, &coherence); /* silent, and alone */
  assert_true(isnan(density[3]) && isnan(coherence));
  network_free(network);
}

static void test_common(void **state) {
  (void)state;
  static const int cells[] = {40, 120};
  for (int c = 0; c < 2; c++) {
    struct network *network = trains_network(&cells[c], 1, 1024, 1);
    double density[BINS], coherence;
    trains_set(network, 0, 0, cells[c] - 1, 0, 0.2f, 0, 0);
    measured(network, 0, density, &coherence);
    assert_near(coherence, 0.2, 0.03);
    network_free(network);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_random), cmocka_unit_test(test_common)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
