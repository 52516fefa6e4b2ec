/* test_relay.c — a relay fires in every tick in which something reaches it, from the background or by a
 * pathway, once however much that is, and not before its dead time is over; it fires in no other. */
#include "drive/poisson.h"
#include "specimen.h"

enum { CELLS = 40 };

static struct population make(double t_ref) {
  struct population population = specimen_of(specimen_build(""), "relay", CELLS);
  specimen_set(&population, SPECIMEN_CELL, "t_ref", t_ref);
  population.background_port = 0;
  population.background_nS[0] = 1;
  specimen_ready(&population, 0.1, 128);
  return population;
}

/* One tick: events of the background, arrivals. */
static void tick(struct population *population, int64_t at) {
  struct cells cells = population_cells(population, 0, SPECIMEN_CELL);
  const struct step step = {.tick = at};
  population->cell->advance(&cells, &step);
}

static void test_events(void **state) {
  (void)state;
  struct population population = make(0);
  struct block *block = &population.block[0];
  int32_t *port = block->port[0];
  for (int t = 0; t < 6; t++) {
    for (int i = 0; i < CELLS; i++) {
      block->background[i] = (i + t) % 5 == 0 ? 1 + t : 0;
      port[i] = (i + t) % 7 == 0 ? 3 : 0;
    }
    tick(&population, t);
    for (int i = 0; i < CELLS; i++) assert_int_equal(block->fired[i], (i + t) % 5 == 0 || (i + t) % 7 == 0);
  }
  population_free(&population);
}

/* Without a background only arrivals count. */
static void test_arrivals_alone(void **state) {
  (void)state;
  struct population population = make(0);
  struct block *block = &population.block[0];
  block->driven = false;
  for (int i = 0; i < CELLS; i++) block->background[i] = 1; /* left from another block */
  block->port[0][7] = 2;
  tick(&population, 0);
  for (int i = 0; i < CELLS; i++) assert_int_equal(block->fired[i], i == 7);
  population_free(&population);
}

/* Events in every tick: after a spike, t_ref/dt ticks without one. */
static void test_dead_time(void **state) {
  (void)state;
  struct population population = make(0.3);
  struct block *block = &population.block[0];
  for (int i = 0; i < CELLS; i++) block->background[i] = 1;
  for (int t = 0; t < 20; t++) {
    tick(&population, t);
    assert_int_equal(block->fired[3], t % 4 == 0);
  }
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_events), cmocka_unit_test(test_arrivals_alone),
                                     cmocka_unit_test(test_dead_time)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
