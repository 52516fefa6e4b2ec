/* test_locking.c — the phase at which cells fire and how strictly: one moment of the cycle is a locking of 1,
 * two opposite ones 0, two a quarter apart 1/√2 at the phase between; spikes at random have none, however few
 * there are; no spikes have no phase; a window begins anew; the sums are state. */
#include "circuits/trains.h"
#include "signals/locking.h"

enum { CYCLE = 1250 }; /* ticks of 8 Hz */

static const struct theta_settings steady = {8, 0, 1, 20, 0.9};

static void test_phases(void **state) {
  (void)state;
  struct network *network = trains_network((int[]){20, 20, 20, 200, 5}, 5, 1024, 1);
  struct theta_clock clock;
  struct locking locking;
  theta_clock_set(&clock, &steady, 1, 0.1);
  theta_clock_begin(&clock, 0, -20); /* spikes at tick 0, 1250, … are 0.16 of a cycle before 0 */
  assert_ok(locking_new(&locking, &clock, network));
  trains_set(network, 0, 0, 19, 0, 0, CYCLE, 0);
  trains_set(network, 1, 0, 19, 0, 0, CYCLE, CYCLE / 2);
  trains_set(network, 2, 0, 19, 0, 0, CYCLE, CYCLE / 4);
  trains_set(network, 3, 0, 199, 0.0005f, 0, 0, 0);
  struct observer observer = locking_observer(&locking);
  trains_run(network, &observer, 50);
  locking_clear(&locking);
  trains_run(network, &observer, 2000);
  struct locking_measures m;
  locking_measure(&locking, 0, &m);
  assert_near(m.phase, 360 - 0.16 * 360, 1e-6);
  assert_near(m.length, 1, 1e-9);
  locking_measure(&locking, 1, &m);
  assert_near(m.length, 0, 1e-6);
  locking_measure(&locking, 2, &m);
  assert_near(m.phase, 360 - 0.16 * 360 + 45, 0.1); /* a quarter is 312 of 312.5 ticks */
  assert_near(m.length, sqrt(0.5), 0.02);
  locking_measure(&locking, 3, &m);
  assert_true(m.length < 0.03); /* 2,000 spikes */
  locking_measure(&locking, 4, &m);
  assert_true(isnan(m.phase) && isnan(m.length));
  locking_free(&locking);
  network_free(network);
}

/* Pairwise consistency has no bias: over many windows of ten spikes at random its mean square is 0. */
static void test_few(void **state) {
  (void)state;
  struct network *network = trains_network((int[]){10}, 1, 1024, 1);
  struct theta_clock clock;
  struct locking locking;
  theta_clock_set(&clock, &steady, 1, 0.1);
  assert_ok(locking_new(&locking, &clock, network));
  trains_set(network, 0, 0, 9, 0.0008f, 0, 0, 0);
  struct observer observer = locking_observer(&locking);
  int locked = 0;
  for (int w = 0; w < 300; w++) {
    struct locking_measures m;
    locking_clear(&locking);
    trains_run(network, &observer, 125);
    locking_measure(&locking, 0, &m);
    locked += m.length > 0;
  }
  assert_true(locked < 0.6 * 300); /* more than half of them below the mean, which is 0 */
  locking_free(&locking);
  network_free(network);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_phases), cmocka_unit_test(test_few)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
