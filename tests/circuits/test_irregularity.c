/* test_irregularity.c — the coefficient of variation of intervals is 0 for regular trains, that of the
 * intervals for two in turn, and √(1 − p) for cells that fire in each tick with probability p, 1 in the limit
 * of a Poisson train; cells with fewer than 10 spikes are left out; spikes are counted; after a clear nothing
 * is left, and no interval reaches over it; threads and ranks do not matter. */
#include "check.h"
#include "memory.h"
#include "random.h"
#include "signals/irregularity.h"

/* A cell that fires after `first` and `second` ticks in turn or, if `first` is 0, by chance. */
#define PLAYER_FIELDS(X)                                                                                     \
  X(float, V, "mV", STATE, 1, "membrane potential: at rest")                                                 \
  X(int32_t, first, "tick", VARIED, 1, "one interval")                                                       \
  X(int32_t, second, "tick", VARIED, 1, "the other")                                                         \
  X(int32_t, last, "tick", VARIED, 1, "tick of the last spike")                                              \
  X(int32_t, number, "1", VARIED, 1, "of the cell")
FIELDS_DEFINE(player, PLAYER_FIELDS)

static const double CHANCE = 0.05;

static void player_start(const struct cells *cells, int i, const uint32_t u[8]) {
  struct player s = player_at(cells->column);
  s.V[i] = -60;
  s.number[i] = (int32_t)(u[0] >> 1);
  s.last[i] = 1000000;
}

static void player_advance(const struct cells *cells, const struct step *step) {
  struct player s = player_at(cells->column);
  int32_t tick = (int32_t)step->tick;
  for (int i = 0; i < cells->n; i++) {
    int32_t phase = s.first[i] ? tick % (s.first[i] + s.second[i]) : 0;
    double u = random_uniform(random_draw(4, RANDOM_VARY, (uint64_t)s.number[i], (uint64_t)tick, 0).u[0]);
    cells->fired[i] = s.first[i] ? (phase == 0 || phase == s.first[i]) && tick <= s.last[i] : u < CHANCE;
  }
}

static const struct mechanism player = {.name = "player",
                                        .kind = MECHANISM_CELL,
                                        .fields = player_fields,
                                        .n_fields = COUNT_OF(player_fields),
                                        .start = player_start,
                                        .advance = player_advance};

static struct population *add(struct network *network, int n) {
  struct population *population;
  uint64_t first_id = 0;
  for (int p = 0; p < network->n_populations; p++) first_id += (uint64_t)network->population[p]->n;
  assert_ok(network_population(network, &population));
  population->n = n;
  population->first_id = first_id;
  population->cell = &player;
  assert_ok(population_allocate(population, 128));
  return population;
}

static struct network *ready(struct network *network, int threads, int ranks) {
  assert_ok(network_connect(network, threads, ranks));
  for (int b = 0; b < network->n_blocks; b++)
    population_start(network->block_population[b], network->block_in_population[b], 2);
  return network;
}

static void set(const struct population *population, const char *field, int i, int32_t value) {
  int32_t *column = population_column(population, -1, field, 0, i / population->block_cells);
  column[i % population->block_cells] = value;
}

static struct network *empty(void) {
  struct network *network;
  assert_ok(network_new((struct clock){0.1}, 2, &network));
  return network;
}

static void run(struct network *network, struct irregularity *irregularity, int64_t ticks) {
  struct observer observer = irregularity_observer(irregularity);
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = &observer, .n_observers = 1};
  assert_ok(window_run(network, &window, ticks));
}

static void test_regular(void **state) {
  (void)state;
  struct network *network = empty();
  struct population *equal = add(network, 200), *unequal = add(network, 1);
  struct irregularity irregularity;
  int n;
  ready(network, 2, 1);
  for (int i = 0; i < 200; i++) set(equal, "first", i, 7 + i % 60), set(equal, "second", i, 7 + i % 60);
  set(unequal, "first", 0, 10), set(unequal, "second", 0, 30);
  assert_ok(irregularity_new(&irregularity, network));
  run(network, &irregularity, 2010); /* the second: 0, 10, 40, 50 … 2000: 101 spikes, 50 of each interval */
  assert_near(irregularity_cv(&irregularity, 0, &n), 0, 1e-7);
  assert_int_equal(n, 200);
  assert_near(irregularity_cv(&irregularity, 1, &n), 0.5 * sqrt(100 / 99.0), 1e-12);
  assert_int_equal(irregularity_spikes(&irregularity, 1), 101);
  irregularity_free(&irregularity);
  network_free(network);
}

/* Intervals are geometric: mean 1/p, SD √(1 − p)/p. A cell has 300 of them: its CV has a standard error of
 * about 1/√300 and a bias of no more than a few times 1/300; of 600 cells the error is 0.0024. */
static void test_by_chance(void **state) {
  (void)state;
  static const int shapes[][2] = {{1, 1}, {2, 2}};
  double first = 0;
  for (int k = 0; k < COUNT_OF(shapes); k++) {
    struct network *network = empty();
    struct irregularity irregularity;
    int n;
    add(network, 600);
    ready(network, shapes[k][0], shapes[k][1]);
    assert_ok(irregularity_new(&irregularity, network));
    run(network, &irregularity, 6000);
    double cv = irregularity_cv(&irregularity, 0, &n), due = 600 * 6000 * CHANCE;
    assert_near(cv, sqrt(1 - CHANCE), 5 * 0.0024 + 2.0 / 300);
    assert_near(irregularity_spikes(&irregularity, 0), due, 5 * sqrt(due));
    assert_int_equal(n, 600);
    if (k == 0) first = cv;
    assert_true(cv == first);
    irregularity_free(&irregularity);
    network_free(network);
  }
}

/* Cells that stop after 0 … 19 spikes. */
static void test_few_spikes(void **state) {
  (void)state;
  struct network *network = empty();
  struct population *cells = add(network, 20), *none = add(network, 0);
  struct irregularity irregularity;
  int n;
  ready(network, 1, 1);
  for (int i = 0; i < 20; i++) {
    set(cells, "first", i, 10), set(cells, "second", i, i < 15 ? 30 : 10);
    set(cells, "last", i, i == 0 ? -1 : i < 15 ? 40 * ((i - 1) / 2) + 10 * ((i - 1) % 2) : 10 * (i - 1));
  }
  assert_ok(irregularity_new(&irregularity, network));
  run(network, &irregularity, 500);
  assert_int_equal(irregularity_spikes(&irregularity, 0), 19 * 20 / 2);
  double cv = irregularity_cv(&irregularity, 0, &n), wanted = 0;
  assert_int_equal(n, 10); /* those with 10 … 19 */
  for (int i = 10; i < 15; i++) {
    double a = i / 2, b = (i - 1) / 2, m = a + b; /* intervals of 10 and of 30 */
    double mean = (10 * a + 30 * b) / m, squares = 100 * a + 900 * b;
    wanted += sqrt((squares - m * mean * mean) / (m - 1)) / mean / 10;
  }
  assert_near(cv, wanted, 1e-9);
  assert_true(isnan(irregularity_cv(&irregularity, none->index, &n)));
  assert_int_equal(n, 0);
  assert_int_equal(irregularity_spikes(&irregularity, none->index), 0);
  irregularity_free(&irregularity);
  network_free(network);
}

/* Regular cells, cleared in the middle of an interval: the one that reaches over it would be seen. */
static void test_clear(void **state) {
  (void)state;
  struct network *network = empty();
  struct population *cells = add(network, 1);
  struct irregularity irregularity;
  int n;
  ready(network, 1, 1);
  set(cells, "first", 0, 10), set(cells, "second", 0, 10);
  assert_ok(irregularity_new(&irregularity, network));
  run(network, &irregularity, 200);
  run(network, &irregularity, 150); /* spikes that it is not to count … */
  irregularity_clear(&irregularity);
  assert_int_equal(irregularity_spikes(&irregularity, 0), 0);
  assert_true(isnan(irregularity_cv(&irregularity, 0, &n)));
  set(cells, "first", 0, 13), set(cells, "second", 0, 13); /* … and another beat from here on */
  run(network, &irregularity, 300);
  assert_int_equal(irregularity_spikes(&irregularity, 0), 23); /* 351, 364 … 637 */
  assert_near(irregularity_cv(&irregularity, 0, &n), 0, 1e-7);
  assert_int_equal(n, 1);
  irregularity_free(&irregularity);
  irregularity_free(&irregularity);
  network_free(network);
  assert_int_equal(memory_in_use(), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_regular), cmocka_unit_test(test_by_chance),
                                     cmocka_unit_test(test_few_spikes), cmocka_unit_test(test_clear)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
