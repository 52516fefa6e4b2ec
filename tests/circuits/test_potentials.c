/* test_potentials.c — the cells that are looked at are spread evenly over their population and the blocks;
 * what is seen of them is their potential at the end of each millisecond, in single and in double
 * precision; and looking on changes nothing. */
#include "plain_circuit.h"
#include "signals/potentials.h"
#include "window.h"

enum { MS = 7 };

static double potential_of(const struct potentials_cell *cell) {
  const struct population *population = cell->population;
  int b = cell->cell / population->block_cells, i = cell->cell % population->block_cells;
  const void *V = population->block[b].cell_column[0];
  return population->cell->fields[0].type == STATE_F64 ? ((const double *)V)[i]
                                                       : (double)((const float *)V)[i];
}

static void run(struct made *made, struct potentials *potentials, int ms) {
  struct observer observer = potentials_observer(potentials);
  const struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1.0},
                                .observers = &observer,
                                .n_observers = potentials->network ? 1 : 0};
  assert_ok(window_run(made->network, &window, ms * made->network->ms_ticks));
}

static uint64_t hash_of(struct made *made) {
  struct hasher hasher = state_hasher();
  assert_ok(network_visit(made->network, &hasher.visitor));
  return hasher.hash;
}

static void test_cells_are_spread(void **state) {
  (void)state;
  struct made made = build(plain, 0, 128);
  struct potentials *potentials = NULL;
  assert_ok(memory_new("potentials", 1, sizeof *potentials, &potentials));
  potentials_new(potentials, made.network, (const int[]){3, 1});
  assert_int_equal(potentials->n, 4);
  const int wanted[] = {40, 120, 200, 30}; /* of 240 and 60 cells, the middles of thirds and of the whole */
  for (int k = 0; k < 4; k++) assert_int_equal(potentials->cell[k].cell, wanted[k]);
  assert_ptr_equal(potentials->cell[3].population, made.network->population[1]);
  memory_free(potentials);
  drop(&made);
}

static void expect_potentials(const char *cell) {
  const char *text = changed(plain, "cells = 60; cell = \"adex\"", cell);
  struct made made = build(text, 0, 128), alone = build(text, 0, 128);
  struct potentials *potentials = NULL, nobody = {0};
  assert_ok(memory_new("potentials", 1, sizeof *potentials, &potentials));
  potentials_new(potentials, made.network, (const int[]){5, 2});
  double before[POTENTIALS_CELLS];
  for (int ms = 0; ms < MS; ms++) {
    run(&made, potentials, 1);
    assert_int_equal(potentials->n_pending, ms + 1);
    for (int k = 0; k < potentials->n; k++) {
      assert_true(potentials_pending(potentials, ms)[k] == potential_of(&potentials->cell[k]));
      if (ms > 0) assert_true(potentials_pending(potentials, ms)[k] != before[k]);
      before[k] = potentials_pending(potentials, ms)[k];
    }
  }
  potentials_take(potentials);
  assert_int_equal(potentials->n_pending, 0);
  run(&alone, &nobody, MS);
  assert_int_equal(hash_of(&made), hash_of(&alone));
  memory_free(potentials);
  drop(&made);
  drop(&alone);
}

static void test_what_is_seen(void **state) {
  (void)state;
  expect_potentials("cells = 60; cell = \"adex\"");
  expect_potentials("cells = 60; cell = \"adex_precise\"");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cells_are_spread),
      cmocka_unit_test(test_what_is_seen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
