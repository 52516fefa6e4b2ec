/* test_fibre.c — a fibre carries a spike where its drive has an event or something arrives, one however
 * many there are, and none without; a drive that has ended, whose events of the last tick are still there,
 * is none. */
#include "specimen.h"

static void advance(const struct population *population) {
  struct step step = {.dt_ms = 0.1, .slow_dt_ms = 1};
  struct cells cells = population_cells(population, 0, SPECIMEN_CELL);
  population->cell->advance(&cells, &step);
}

static void test_fires(void **state) {
  (void)state;
  struct population population = specimen_of(specimen_build(""), "fibre", 40);
  population.background_port = 0;
  population.background_nS[0] = 1;
  specimen_ready(&population, 0.1, 128);
  struct block *block = &population.block[0];
  for (int i = 0; i < 40; i++) block->background[i] = i % 4;
  block->port[0][39] = 2;
  advance(&population);
  for (int i = 0; i < 40; i++) assert_int_equal(block->fired[i], i % 4 > 0 || i == 39);
  block->driven = false;
  advance(&population);
  for (int i = 0; i < 40; i++) assert_int_equal(block->fired[i], i == 39);
  population.port[0].unused = true;
  block->driven = true;
  for (int i = 0; i < 40; i++) block->background[i] = 0;
  advance(&population);
  for (int i = 0; i < 40; i++) assert_int_equal(block->fired[i], 0);
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_fires)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
