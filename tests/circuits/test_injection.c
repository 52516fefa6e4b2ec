/* test_injection.c — currents and opsins are on from their first to before their last tick, add up, and go
 * when none is given; an opsin drives cells to its reversal potential, or holds them there; a volley brings
 * each cell a Poisson number of background events in its tick and in no other, the same whatever the blocks,
 * and nothing where no background can come. Bounds are 5 standard errors, seeds are fixed. */
#include "drive/injection.h"
#include "specimen.h"

static void at_tick(const struct population *population, int64_t tick, float *g, float *g_E) {
  struct block *block = &population->block[0];
  for (int i = 0; i < block->padded; i++) block->g[i] = block->g_E[i] = 0;
  population->inject(population, 0, tick);
  *g = block->g[0];
  *g_E = block->g_E[0];
  for (int i = 1; i < block->n; i++) assert_true(block->g[i] == *g && block->g_E[i] == *g_E);
}

static void test_times(void **state) {
  (void)state;
  struct population population = specimen_of(specimen_build(""), "lif_conductance", 50);
  specimen_ready(&population, 0.1, 128);
  const struct injection stimuli[] = {{.from_ms = 0.3, .to_ms = 0.7, .current_pA = 120},
                                      {.from_ms = 0.5, .to_ms = 1, .conductance_nS = 4, .reversal_mV = -75}};
  assert_ok(injection_set(&population, stimuli, 2, 1000, 0.1, 1));
  for (int t = 0; t < 15; t++) {
    float g, g_E;
    at_tick(&population, 1000 + t, &g, &g_E);
    bool current = t >= 3 && t < 7, light = t >= 5 && t < 10;
    assert_near(g, light ? 4 : 0, 1e-6);
    assert_near(g_E, (current ? 120 : 0) - (light ? 300 : 0), 1e-4);
  }
  assert_ok(injection_set(&population, NULL, 0, 0, 0.1, 1));
  assert_null(population.inject);
  population_free(&population);
}

/* V → (g_L E_L + g E)/(g_L + g). */
static void test_opsin(void **state) {
  (void)state;
  static const double reversals[] = {-75, -55};
  for (int k = 0; k < COUNT_OF(reversals); k++) {
    struct population population = specimen_of(specimen_build(""), "lif_conductance", 1);
    specimen_ready(&population, 0.1, 128);
    struct cells cells = population_cells(&population, 0, SPECIMEN_CELL);
    float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
    const struct injection light = {
        .from_ms = 0, .to_ms = 1e6, .conductance_nS = 10, .reversal_mV = reversals[k]};
    const struct step step = {0};
    V[0] = -60;
    assert_ok(injection_set(&population, &light, 1, 0, 0.1, 1));
    for (int t = 0; t < 3000; t++) {
      float g, g_E;
      at_tick(&population, t, &g, &g_E);
      population.cell->advance(&cells, &step);
    }
    assert_near(V[0], (10 * -60 + 10 * reversals[k]) / 20, 0.01); /* g_L 10 nS, E_L -60 mV */
    population_free(&population);
  }
}

enum { CELLS = 4000 };

/* Events of all cells in a tick, in blocks of some size. */
static void volley(int block_cells, int64_t tick, bool driven, int32_t *out) {
  struct population population = specimen(specimen_build(""), CELLS);
  const struct injection one = {.from_ms = 5, .volleys = 1.7};
  population.first_id = 77;
  specimen_ready(&population, 0.1, block_cells);
  assert_ok(injection_set(&population, &one, 1, 0, 0.1, 3));
  for (int b = 0; b < population.n_blocks; b++) {
    struct block *block = &population.block[b];
    block->driven = driven;
    memset(block->background, 0, (size_t)block->padded * sizeof(int32_t));
    population.inject(&population, b, tick);
    memcpy(out + block->first, block->background, (size_t)block->n * sizeof(int32_t));
  }
  population_free(&population);
}

static void test_volley(void **state) {
  (void)state;
  static int32_t events[CELLS], again[CELLS];
  double sum = 0, squares = 0, none = 0;
  volley(1024, 50, true, events);
  volley(128, 50, true, again);
  assert_memory_equal(events, again, sizeof events);
  for (int i = 0; i < CELLS; i++) {
    sum += events[i];
    squares += (events[i] - 1.7) * (events[i] - 1.7);
    none += events[i] == 0;
  }
  assert_near(sum / CELLS, 1.7, 5 * sqrt(1.7 / CELLS));
  assert_near(squares / CELLS, 1.7, 5 * sqrt((1.7 + 2 * 1.7 * 1.7) / CELLS));
  assert_near(none / CELLS, exp(-1.7), 5 * sqrt(exp(-1.7) / CELLS));
  for (int64_t tick = 48; tick < 53; tick++) {
    volley(1024, tick, tick != 50, again);
    for (int i = 0; i < CELLS; i++) assert_int_equal(again[i], 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_times), cmocka_unit_test(test_opsin),
                                     cmocka_unit_test(test_volley)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
