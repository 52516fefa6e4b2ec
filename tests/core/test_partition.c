/* test_partition.c — every block has one owner and lies in one arena of that owner; places are congruent to
 * numbers of cells; arenas hold no more cells than two bytes can name, and share an owner's cells evenly;
 * arenas of an owner are siblings, which keep their synapses together; the costs of owners differ by no more
 * than one block; a fifth of a thread's load is loose at most; arrivals by static pathways lie together, one
 * array a port; without static pathways every block is its own arena, in order; populations whose ports
 * differ in lanes get different arenas. */
#include "fixed_pathway.h"

static const struct fixed_plan few = {2, 1, 0.5f, 0.125f, 0.5, 0.5, 1};

static struct network *empty(void) {
  struct network *network;
  assert_ok(network_new((struct clock){0.1}, 11, &network));
  return network;
}

/* Places of blocks follow each other, with gaps that make them congruent to the cells' numbers. */
static int check_places(const struct network *network, const struct arena *arena, int *seen) {
  int places = 0;
  for (int k = 0; k < arena->n_blocks; k++) {
    const struct block *block = network->block[arena->block[k]];
    assert_between(arena->first[k], places, places + STATIC_WEIGHTS - 1);
    assert_int_equal(arena->first[k] % STATIC_WEIGHTS, block->first % STATIC_WEIGHTS);
    assert_true(block->rank == arena->rank && block->thread == arena->thread);
    assert_true(k == 0 || arena->block[k] > arena->block[k - 1]);
    places = arena->first[k] + block->padded;
    seen[arena->block[k]]++;
  }
  return places;
}

/* Each block is named by one arena, which has its owner, its padded cells and no others. */
static void check_arenas(const struct network *network) {
  static int seen[2048];
  memset(seen, 0, sizeof seen);
  assert_true(network->n_blocks <= COUNT_OF(seen));
  for (int a = 0; a < network->n_arenas; a++) {
    const struct arena *arena = &network->arena[a];
    int places = check_places(network, arena, seen);
    assert_int_equal(arena->n_places, places);
    assert_true(places > 0 && places <= ARENA_CELLS);
    assert_true(arena->sibling >= 0 && arena->sibling < arena->siblings);
    const struct arena *first = arena - arena->sibling;
    assert_true(first->sibling == 0 && first->siblings == arena->siblings);
    assert_true(first->rank == arena->rank && first->thread == arena->thread);
    assert_ptr_equal(first->synapses, arena->synapses);
    assert_true(a + arena->siblings - arena->sibling <= network->n_arenas);
  }
  for (int b = 0; b < network->n_blocks; b++) assert_int_equal(seen[b], 1);
}

static void test_one_arena_and_owner(void **state) {
  (void)state;
  for (int threads = 1; threads <= 4; threads++) {
    for (int ranks = 1; ranks <= 3; ranks++) {
      struct network *network = empty();
      struct population *source = deaf_population(network, "source", 900, 1, 128),
                        *target = deaf_population(network, "target", 3000, 1, 256),
                        *none = deaf_population(network, "none", 0, 1, 256);
      fixed_pathway(network, source, target, 0, &few);
      fixed_pathway(network, source, none, 0, &few);
      fixed_pathway(network, none, target, 0, &few)->fixed->most = 0;
      assert_ok(network_connect(network, threads, ranks));
      check_arenas(network);
      for (int b = 0; b < network->n_blocks; b++) {
        const struct block *block = network->block[b];
        assert_true(block->thread >= 0 && block->thread < threads && block->rank >= 0 && block->rank < ranks);
      }
      network_free(network);
    }
  }
}

static void test_size_of_arenas(void **state) {
  (void)state;
  static const struct {
    int cells, threads, block_cells, arenas;
  } rows[] = {/* gaps: none between full blocks, half a block where threads take every second of 512 cells */
              {30000, 1, 1024, 1},  {33000, 1, 1024, 1},  {66000, 1, 1024, 2}, {66000, 1, 128, 2},
              {66000, 2, 1024, 2},  {200000, 1, 1024, 4}, {200001, 2, 512, 8}, {200000, 3, 1024, 6},
              {131072, 1, 1024, 3}, {131072, 1, 256, 3},  {1, 1, 1024, 1}};
  for (int k = 0; k < COUNT_OF(rows); k++) {
    struct network *network = empty();
    struct population *source = deaf_population(network, "source", 10, 1, 128),
                      *target = deaf_population(network, "target", rows[k].cells, 1, rows[k].block_cells);
    fixed_pathway(network, source, target, 0, &few);
    assert_ok(network_connect(network, rows[k].threads, 1));
    check_arenas(network);
    int large = 0, least = ARENA_CELLS, most = 0;
    for (int a = 0; a < network->n_arenas; a++) {
      if (!network->arena[a].port[0]) continue; /* the source's */
      large++;
      least = network->arena[a].n_places < least ? network->arena[a].n_places : least;
      most = network->arena[a].n_places > most ? network->arena[a].n_places : most;
    }
    assert_int_equal(large, rows[k].arenas);
    /* one block each way at either end, and the gap in front of the first */
    assert_true(most - least <= 2 * POPULATION_BLOCK + STATIC_WEIGHTS);
    network_free(network);
  }
}

/* ---- balance ---- */

/* What partition.c says a block costs: 500 for each mechanism, and a cell of it 1, 1 for each of them, 4 for
 * each static arrival of a tick and 48 for each other. */
static double cost_of(const struct network *network, int b) {
  const struct population *population = network->block_population[b];
  double arrivals = 0;
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    if (projection->target != population) continue;
    double rate = projection->source->target_Hz > 0 ? projection->source->target_Hz : 1;
    arrivals +=
        (projection->fixed ? 4 * projection->fixed->most : 48 * projection->expected / population->n) * rate;
  }
  double mechanisms = 1 + population->n_receptors;
  return 500 * mechanisms + network->block[b]->n * (1 + mechanisms + arrivals * 1e-4);
}

/* Ranks are stretches of equal cost, but for the blocks at their ends; the threads of a rank differ by a
 * block at most. */
static void check_balance(const struct network *network, int threads, int ranks) {
  double rank_load[8] = {0}, largest = 0, total = 0;
  for (int b = 0; b < network->n_blocks; b++) {
    double cost = cost_of(network, b);
    rank_load[network->block[b]->rank] += cost;
    total += cost;
    largest = fmax(largest, cost);
  }
  for (int r = 0; r < ranks; r++) {
    double load[8] = {0};
    assert_near(rank_load[r], total / ranks, largest);
    for (int b = 0; b < network->n_blocks; b++) {
      if (network->block[b]->rank == r) load[network->block[b]->thread] += cost_of(network, b);
    }
    for (int t = 1; t < threads; t++) assert_near(load[t], load[0], largest);
  }
}

/* The cells of a population that a rank owns follow one another. */
static void check_stretches(const struct network *network, int ranks) {
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    for (int b = 1; b < population->n_blocks; b++) {
      int step = population->block[b].rank - population->block[b - 1].rank;
      assert_true(step >= 0 && population->block[b].rank < ranks);
    }
  }
}

/* Populations whose cells cost 11 times those of others, by static arrivals and by others. */
static void test_balance(void **state) {
  (void)state;
  struct fixed_plan many = few;
  many.in_degree = 998;
  for (int threads = 1; threads <= 5; threads++) {
    for (int ranks = 1; ranks <= 6; ranks++) {
      struct network *network = empty();
      struct population *source = deaf_population(network, "source", 5000, 1, 128),
                        *busy = deaf_population(network, "busy", 2000, 1, 256),
                        *idle = deaf_population(network, "idle", 7000, 1, 1024);
      struct population *listening = metronome_population(network, "listening", 700, 128);
      source->target_Hz = 50;
      metronome_projection(network, source, listening, 0, 1, 2)->expected = 700 * 83;
      fixed_pathway(network, source, busy, 0, &many);
      fixed_pathway(network, busy, idle, 0, &few);
      assert_ok(network_connect(network, threads, ranks));
      assert_near((cost_of(network, busy->block[0].number) - 500) / busy->block[0].n, 22, 1e-9);
      assert_near((cost_of(network, listening->block[0].number) - 4 * 500) / listening->block[0].n, 24.92,
                  1e-9);
      check_balance(network, threads, ranks);
      check_stretches(network, ranks);
      network_free(network);
    }
  }
}

/* Of each thread's arenas the cheapest are loose, no more than a fifth of its load: blocks that open
 * receptors and hear of no static pathway. They alone have scratch of their own. */
static void check_loose(const struct network *network, int threads) {
  for (int t = 0; t < threads; t++) {
    double load = 0, loose = 0, dearest = 0, cheapest = INFINITY;
    for (int a = 0; a < network->n_arenas; a++) {
      const struct arena *arena = &network->arena[a];
      if (arena->thread != t) continue;
      double cost = 0;
      for (int k = 0; k < arena->n_blocks; k++) cost += cost_of(network, arena->block[k]);
      load += cost;
      bool listens = arena->n_blocks == 1 && !arena->slots &&
                     network->block_population[arena->block[0]]->n_receptors > 0;
      if (arena->loose) loose += cost, dearest = fmax(dearest, cost);
      if (listens && !arena->loose) cheapest = fmin(cheapest, cost);
      assert_true(listens || !arena->loose);
      for (int k = 0; k < arena->n_blocks; k++)
        assert_true((network->block[arena->block[k]]->scratch != NULL) == arena->loose);
    }
    assert_true(loose <= 0.2 * load && dearest <= cheapest);
    assert_true(loose + cheapest > 0.2 * load || isinf(cheapest));
  }
}

static void test_loose(void **state) {
  (void)state;
  for (int threads = 1; threads <= 4; threads++) {
    struct network *network = empty();
    struct population *source = deaf_population(network, "source", 900, 1, 128),
                      *target = metronome_population(network, "target", 500, 128);
    metronome_population(network, "listening", 9000, 256);
    fixed_pathway(network, source, target, 0, &few);
    assert_ok(network_connect(network, threads, 1));
    if (threads > 1) check_loose(network, threads);
    assert_true((network->n_loose > 0) == (threads > 1));
    for (int k = 0; k < network->n_loose; k++) assert_true(network->arena[network->loose[k]].loose);
    network_free(network);
  }
}

/* ---- ports ---- */

/* Where a static pathway ends, a block's port is a part of its arena's array; elsewhere it is its own. */
static void test_ports_lie_together(void **state) {
  (void)state;
  struct network *network = empty();
  struct population *a = metronome_population(network, "a", 1300, 256),
                    *b = metronome_population(network, "b", 700, 128);
  fixed_pathway(network, a, a, 0, &few);
  fixed_pathway(network, a, b, 0, &few);
  fixed_pathway(network, a, b, 1, &few);
  int32_t *own[16];
  for (int k = 0; k < a->n_blocks; k++) own[k] = a->block[k].port[1];
  assert_ok(network_connect(network, 2, 1));
  for (int k = 0; k < network->n_arenas; k++) {
    const struct arena *arena = &network->arena[k];
    for (int i = 0; i < arena->n_blocks; i++) {
      const struct block *block = network->block[arena->block[i]];
      bool of_b = network->block_population[arena->block[i]] == b;
      assert_ptr_equal(block->port[0], arena->port[0] + 2 * arena->first[i]);
      if (of_b) assert_ptr_equal(block->port[1], arena->port[1] + arena->first[i]);
      if (!of_b) assert_ptr_equal(block->port[1], own[network->block_in_population[arena->block[i]]]);
      assert_int_equal((uintptr_t)block->port[0] % MEMORY_LINE, 0);
    }
  }
  assert_false(a->port[0].unused || b->port[0].unused || b->port[1].unused);
  assert_true(a->port[1].unused);
  network_free(network);
}

static void test_without_static_pathways(void **state) {
  (void)state;
  for (int threads = 1; threads <= 3; threads++) {
    struct network *network = empty();
    struct population *cells = metronome_population(network, "cells", 1000, 128);
    metronome_population(network, "others", 500, 256);
    metronome_projection(network, cells, cells, 0, 1, 1);
    assert_ok(network_connect(network, threads, 1));
    assert_int_equal(network->n_arenas, network->n_blocks);
    for (int a = 0; a < network->n_arenas; a++) {
      assert_int_equal(network->arena[a].n_blocks, 1);
      assert_int_equal(network->arena[a].block[0], a);
      assert_null(network->arena[a].port[0]);
    }
    check_arenas(network);
    network_free(network);
  }
}

/* Each population in arenas of its own, on every thread, with the lanes of its port. */
static void test_unequal_lanes(void **state) {
  (void)state;
  for (int threads = 1; threads <= 3; threads++) {
    struct network *network = empty();
    struct population *source = deaf_population(network, "source", 10, 1, 128),
                      *single = deaf_population(network, "single", 1000, 1, 128),
                      *pair = deaf_population(network, "pair", 1000, 2, 128),
                      *third = deaf_population(network, "third", 500, 1, 128);
    fixed_pathway(network, source, single, 0, &few);
    fixed_pathway(network, source, pair, 0, &few);
    fixed_pathway(network, source, third, 0, &few);
    assert_ok(network_connect(network, threads, 1));
    check_arenas(network);
    assert_int_equal(network->n_bundles, 2);
    for (int a = 0; a < network->n_arenas; a++) {
      const struct arena *arena = &network->arena[a];
      const struct population *first = network->block_population[arena->block[0]];
      assert_int_equal(arena->siblings, first == source ? 1 : 2);
      for (int k = 0; k < arena->n_blocks && first != source; k++) {
        const struct population *population = network->block_population[arena->block[k]];
        int lanes = population->port[0].lanes;
        assert_int_equal(lanes, first->port[0].lanes);
        assert_ptr_equal(network->block[arena->block[k]]->port[0], arena->port[0] + lanes * arena->first[k]);
      }
    }
    assert_ok(network_draw(network));
    assert_int_equal(network_synapses(network), 2 * 2500 + 333 + 2 * 333 + 333 + 2 * 333 + 167 + 2 * 166);
    network_free(network);
  }
  assert_int_equal(memory_in_use(), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_arena_and_owner),
                                     cmocka_unit_test(test_size_of_arenas),
                                     cmocka_unit_test(test_balance),
                                     cmocka_unit_test(test_loose),
                                     cmocka_unit_test(test_ports_lie_together),
                                     cmocka_unit_test(test_without_static_pathways),
                                     cmocka_unit_test(test_unequal_lanes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
