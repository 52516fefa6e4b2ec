/* test_spiking.c — statistics of trains whose law is known: cells that fire at random and for themselves have
 * Fano factor 1 and no correlation; those that each take a share of one mother train are correlated by that
 * share, at any bin; doublets are bursts and regular trains are not, and random ones as often as two spikes
 * fall together. Cells that change their rate are told from those that do not, and those that only seem to
 * are foretold. The same for any threads and blocks, and over save and load in the middle. */
#include "circuits/trains.h"
#include "signals/spiking.h"
#include "state.h"

static const struct spiking_settings settings = {{50, 5}, 10};

static struct spiking make(struct network *network) {
  struct spiking spiking;
  assert_ok(spiking_new(&spiking, &settings, network));
  return spiking;
}

/* 5 s. */
static void measure(struct network *network, struct spiking_measures *out) {
  struct spiking spiking = make(network);
  struct observer observer = spiking_observer(&spiking);
  trains_run(network, &observer, 100); /* outside of the window */
  spiking_begin(&spiking, network->tick, 50000);
  trains_run(network, &observer, 5000);
  trains_run(network, &observer, 50);
  for (int p = 0; p < network->n_populations; p++) spiking_measure(&spiking, p, &out[p]);
  spiking_free(&spiking);
  spiking_free(&spiking);
}

static void test_random(void **state) {
  (void)state;
  struct network *network = trains_network((int[]){100}, 1, 1024, 1);
  trains_set(network, 0, 0, 99, 0.002f, 0, 0, 0); /* 20 Hz */
  struct spiking_measures m;
  measure(network, &m);
  double soon = 1 - pow(1 - 0.002, 99); /* within less than 10 ms */
  assert_near(m.fano, 1, 0.04);
  assert_near(m.correlation, 0, 0.004);
  assert_near(m.synchrony, 0, 0.0015);
  assert_near(m.cv, 1, 0.04);
  assert_near(m.burst_share, 1 - (1 - soon) * (1 - soon), 0.015);
  assert_true(isnan(m.up) && isnan(m.chance_down)); /* there is no baseline */
  network_free(network);
}

static void test_common(void **state) {
  (void)state;
  static const float shares[] = {0.1f, 0.4f};
  for (int s = 0; s < 2; s++) {
    struct network *network = trains_network((int[]){100, 1}, 2, 1024, 1);
    trains_set(network, 0, 0, 99, 0, shares[s], 0, 0);
    trains_set(network, 1, 0, 0, 0, 1, 0, 0);
    struct spiking_measures m[2];
    measure(network, m);
    assert_near(m[0].correlation, (double)shares[s], 0.05 + 0.25 * (double)shares[s]);
    assert_near(m[0].synchrony, (double)shares[s], 0.02 + 0.1 * (double)shares[s]);
    assert_true(isnan(m[1].correlation));
    network_free(network);
  }
}

static void test_bursts(void **state) {
  (void)state;
  struct network *network = trains_network((int[]){10, 10, 20}, 3, 1024, 1);
  trains_set(network, 0, 0, 9, 0, 0, 1000, 50);
  trains_set(network, 1, 0, 9, 0, 0, 1000, 0);
  trains_set(network, 2, 0, 9, 0, 0, 1000, 50);
  trains_set(network, 2, 10, 19, 0, 0, 1000, 0);
  struct spiking_measures m[3];
  measure(network, m);
  assert_near(m[0].burst_share, 1, 0.012); /* a doublet may lie across an end */
  assert_near(m[1].burst_share, 0, 0);
  assert_near(m[2].burst_share, 2.0 / 3, 0.01);
  assert_near(m[1].cv, 0, 1e-6);
  assert_near(m[1].fano, 0.5, 0.01); /* every other bin has one */
  network_free(network);
}

/* Of 100 cells 30 go from 10 to 25 Hz, 20 fall to 4, 10 fall silent, 5 wake up; the others stay. */
static void test_changed(void **state) {
  (void)state;
  struct network *network = trains_network((int[]){100, 300}, 2, 1024, 1);
  struct spiking spiking = make(network);
  struct observer observer = spiking_observer(&spiking);
  struct spiking_measures m;
  trains_set(network, 0, 0, 94, 0, 0, 1000, 0);
  trains_set(network, 1, 0, 299, 0.0005f, 0, 0, 0); /* 5 Hz at random */
  spiking_begin(&spiking, network->tick, 20000);
  trains_run(network, &observer, 2000);
  spiking_keep_baseline(&spiking);
  trains_set(network, 0, 0, 29, 0, 0, 400, 0);
  trains_set(network, 0, 30, 49, 0, 0, 2500, 0);
  trains_set(network, 0, 50, 59, 0, 0, 0, 0);
  trains_set(network, 0, 95, 99, 0, 0, 5000, 0);
  spiking_begin(&spiking, network->tick, 40000);
  trains_run(network, &observer, 4000);
  spiking_measure(&spiking, 0, &m);
  assert_near(m.up, 0.35, 1e-9);
  assert_near(m.down, 0.30, 1e-9);
  spiking_measure(&spiking, 1, &m);
  assert_between(m.up, 0.03, 0.3);
  assert_near(m.up, m.chance_up, 0.07);
  assert_near(m.down, m.chance_down, 0.07);
  spiking_free(&spiking);
  network_free(network);
}

/* Blocks and threads; and a second set of statistics that takes over in the middle. */
static void test_same(void **state) {
  (void)state;
  struct spiking_measures m[3];
  static const struct { int block, threads; } ways[] = {{1024, 1}, {128, 3}, {256, 2}};
  for (int w = 0; w < 3; w++) {
    struct network *network = trains_network((int[]){300}, 1, ways[w].block, ways[w].threads);
    struct spiking spiking = make(network), other = make(network);
    struct observer observer = spiking_observer(&spiking), second = spiking_observer(&other);
    struct image *image;
    trains_set(network, 0, 0, 299, 0.001f, 0.3f, 0, 0);
    assert_ok(image_new(&image));
    spiking_begin(&spiking, network->tick, 2000);
    trains_run(network, &observer, 100);
    spiking_keep_baseline(&spiking);
    assert_ok(spiking_visit(&spiking, image_saver(image)));
    assert_ok(spiking_visit(&other, image_loader(image)));
    trains_run(network, &second, 100);
    spiking_measure(&other, 0, &m[w]);
    assert_memory_equal(&m[w], &m[0], sizeof m[0]);
    image_free(image);
    spiking_free(&spiking);
    spiking_free(&other);
    network_free(network);
  }
  assert_true(m[0].correlation > 0.02 && m[0].up > 0);
}

/* Rates that are lognormal over cells, with a third of the cells silent, and rates that are all alike: the
 * spread that counting makes is not taken for one of rates. */
static void test_spread(void **state) {
  (void)state;
  struct network *network = trains_network((int[]){400, 400, 300}, 3, 1024, 1);
  const double sigma = 0.8;
  double m = 0, mm = 0;
  for (int i = 0; i < 400; i++) {
    double z = random_normal(random_draw(8, RANDOM_WIRE, (uint64_t)i, 0, 0).u[0]);
    double Hz = 10 * exp(sigma * z - 0.5 * sigma * sigma);
    trains_set(network, 0, i, i, (float)(Hz * 1e-4), 0, 0, 0);
    m += Hz / 400;
    mm += Hz * Hz / 400;
  }
  trains_set(network, 1, 0, 399, 10 * 1e-4f, 0, 0, 0);
  trains_set(network, 2, 0, 199, 20 * 1e-4f, 0, 0, 0);
  struct spiking_measures measures[3];
  measure(network, measures);
  assert_near(measures[0].rate_sigma, sqrt(log(mm / (m * m))), 0.05);
  assert_true(measures[0].rate_median < 0.85 * m); /* the mean of a lognormal lies above its median */
  assert_true(isnan(measures[1].rate_sigma) || measures[1].rate_sigma < 0.1);
  assert_near(measures[1].rate_median, 10, 0.4);
  assert_near(measures[2].silent, 1.0 / 3, 0.01);
  assert_near(measures[1].silent, 0, 0);
  network_free(network);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_random), cmocka_unit_test(test_common),
                                     cmocka_unit_test(test_bursts), cmocka_unit_test(test_changed),
                                     cmocka_unit_test(test_same),   cmocka_unit_test(test_spread)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
