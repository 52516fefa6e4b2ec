/* test_spikes.c — spikes reach every rank's history whole, sorted and with the efficacies of their pathways,
 * however many ranks, blocks and spikes there are; recent spikes that are saved come back, also into other
 * ranks and blocks; broken ones are refused. */
#include "metronome.h"
#include "spikes.h"

enum { CELLS = 700 };

/* One population that projects twice to itself, once depressing; every cell fires in bursts of all. */
static struct network *make(int threads, int ranks, int block_cells) {
  struct network *network;
  assert_ok(network_new((struct clock){0.1}, 11, &network));
  struct population *cells = metronome_population(network, "cells", CELLS, block_cells);
  metronome_projection(network, cells, cells, 0, 0.5, 2.0);
  struct projection *depressing = metronome_projection(network, cells, cells, 1, 0.5, 2.0);
  depressing->U = 0.5, depressing->tau_rec_ms = 100;
  assert_ok(network_connect(network, threads, ranks));
  for (int p = 0; p < 2; p++) {
    for (int b = 0; b < cells->n_blocks; b++) assert_ok(projection_set(network->projection[p], b, NULL, 0));
  }
  metronome_start_all(network);
  for (int b = 0; b < cells->n_blocks; b++) {
    int32_t *period = population_column(cells, -1, "period", 0, b);
    int32_t *phase = population_column(cells, -1, "phase", 0, b);
    for (int i = 0; i < cells->block[b].n; i++) period[i] = 40, phase[i] = i % 3; /* thirds, then silence */
  }
  return network;
}

static void advance(struct network *network, int64_t ticks) {
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}};
  assert_ok(window_run(network, &window, ticks));
}

static void test_histories_are_whole(void **state) {
  (void)state;
  for (int ranks = 1; ranks <= 4; ranks++) {
    for (int block_cells = 128; block_cells <= 1024; block_cells *= 8) {
      struct network *network = make(2, ranks, block_cells);
      advance(network, 90);
      /* ticks 80, 81, 82 hold the third burst: x has lost half twice, and recovered for 4 ms twice */
      double x = 1.0;
      for (int burst = 0; burst < 2; burst++) x = 1 - (1 - x * 0.5) * exp(-0.04);
      for (int r = 0; r < ranks; r++) {
        for (int64_t tick = 80; tick < 90; tick++) {
          const struct spike_list *list = &network->rank[r].history[(int)(tick % network->ring)];
          int phase = (int)(tick - 80), next = 0;
          for (int i = 0; i < CELLS; i++) {
            if (phase > 2 || (i % network->population[0]->block_cells) % 3 != phase) continue;
            assert_int_equal(list->cell[next], i);
            assert_true(list->efficacy[next] == 1.0f);
            assert_near(list->efficacy[list->capacity + next], x, 1e-6);
            next++;
          }
          assert_int_equal(list->n, next);
        }
      }
      network_free(network);
    }
  }
}

/* Four ranks of a block each, and a synapse from the first block to the last: who has no synapse from a block
 * does not hear it, and rank 0 hears all. */
static void test_heard(void **state) {
  (void)state;
  struct network *network;
  assert_ok(network_new((struct clock){0.1}, 11, &network));
  struct population *cells = metronome_population(network, "cells", 512, 128);
  struct projection *projection = metronome_projection(network, cells, cells, 0, 0.5, 2.0);
  assert_ok(network_connect(network, 2, 4));
  struct edge edge = {.target = 400, .source = 5, .full = 1, .age = SYNAPSE_GROWN};
  for (int b = 0; b < 4; b++) assert_ok(projection_set(projection, b, &edge, b == 3));
  assert_ok(network_make_rows(network));
  metronome_start_all(network);
  for (int b = 0; b < 4; b++) {
    int32_t *period = population_column(cells, -1, "period", 0, b);
    for (int i = 0; i < 128; i++) period[i] = 40;
  }
  advance(network, 50);
  static const bool hears[4][4] = {{true, true, true, true},
                                   {false, true, false, false},
                                   {false, false, true, false},
                                   {true, false, false, true}};
  for (int r = 0; r < 4; r++) {
    int heard[4] = {0};
    for (int64_t tick = 38; tick < 50; tick++) {
      const struct spike_list *list = spikes_at(network, r, 0, tick);
      for (int s = 0; s < list->n; s++) heard[list->cell[s] / 128]++;
    }
    for (int b = 0; b < 4; b++) assert_int_equal(heard[b] > 0, hears[r][b]);
    assert_int_equal(network->rank[r].own[0].first, 128 * r);
    assert_int_equal(network->rank[r].own[0].last, 128 * r + 128);
  }
  /* once a synapse is there, what was said before is heard too */
  edge = (struct edge){.target = 130, .source = 300, .full = 1, .age = SYNAPSE_GROWN};
  assert_ok(projection_set(projection, 1, &edge, 1));
  assert_ok(network_make_rows(network));
  assert_ok(network_restore_arrivals(network));
  int heard = 0;
  for (int64_t tick = 38; tick < 50; tick++) heard += spikes_at(network, 1, 0, tick)->n;
  assert_true(heard > 128);
  network_free(network);
}

static uint64_t hash_of(struct network *network) {
  struct hasher hasher = state_hasher();
  assert_ok(network_visit(network, &hasher.visitor));
  return hasher.hash;
}

static void test_saved_and_loaded(void **state) {
  (void)state;
  struct network *from = make(2, 1, 1024), *to = make(1, 3, 1024);
  struct image *image;
  assert_ok(image_new(&image));
  static const int64_t stops[] = {0, 40, 80, 200};
  for (int k = 0; k < COUNT_OF(stops); k++) {
    advance(from, stops[k] - from->tick);
    assert_ok(network_visit(from, image_saver(image)));
    advance(to, 50); /* something else lies in its histories */
    assert_ok(network_visit(to, image_loader(image)));
    assert_true(hash_of(from) == hash_of(to));
    advance(from, 30);
    advance(to, 30);
    assert_true(hash_of(from) == hash_of(to));
  }
  image_free(image);
  network_free(from);
  network_free(to);
}

static void test_broken_ones_are_refused(void **state) {
  (void)state;
  struct network *network = make(1, 2, 128);
  advance(network, 100);
  uint32_t count[64] = {0}, cell[3] = {5, 9, 699};
  float efficacy[6] = {1, 1, 1, 1, 1, 1};
  assert_true(network->ring <= 64);
  count[network->ring - 2] = 3; /* in the last tick */
  assert_ok(network_restore_spikes(network, 0, count, cell, 3, efficacy, 6));
  assert_fails(network_restore_spikes(network, 0, count, cell, 2, efficacy, 4), STATUS_CONFIG, "3 expected");
  assert_fails(network_restore_spikes(network, 0, count, cell, 3, efficacy, 3), STATUS_CONFIG,
               "recent spikes");
  cell[2] = CELLS;
  assert_fails(network_restore_spikes(network, 0, count, cell, 3, efficacy, 6), STATUS_CONFIG, "cell 700");
  network_free(network);
}

/* A checkpoint whose tick is no end of a window would index the ring wrongly. */
static void test_broken_tick(void **state) {
  (void)state;
  static const int64_t wrong[] = {-10, 15, INT64_MIN};
  for (int k = 0; k < 3; k++) {
    struct network *network = make(1, 1, 1024);
    struct image *image;
    assert_ok(image_new(&image));
    assert_ok(network_visit(network, image_saver(image)));
    network->tick = wrong[k];
    struct hasher hasher = state_hasher();
    assert_fails(network_visit(network, &hasher.visitor), STATUS_CONFIG, "full millisecond");
    assert_ok(network_visit(network, image_loader(image)));
    assert_int_equal(network->tick, 0);
    image_free(image);
    network_free(network);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_histories_are_whole), cmocka_unit_test(test_heard),
                                     cmocka_unit_test(test_saved_and_loaded),
                                     cmocka_unit_test(test_broken_ones_are_refused),
                                     cmocka_unit_test(test_broken_tick)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
