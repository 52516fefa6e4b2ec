/* test_network.c — a network gives every block to one owner and shares the load; the interval is what the
 * delays allow; port sums hold what can arrive and say so when they no longer do; faults of a description and
 * of parallel work are told, the first of them whatever the threads. */
#include "metronome.h"

static const struct clock TENTH = {0.1};

static struct network *make(double dt_ms) {
  struct network *network;
  assert_ok(network_new((struct clock){dt_ms}, 11, &network));
  return network;
}

static void test_every_block_has_one_owner(void **state) {
  (void)state;
  for (int threads = 1; threads <= 4; threads++) {
    for (int ranks = 1; ranks <= 3; ranks++) {
      struct network *network = make(0.1);
      metronome_population(network, "large", 5000, 256);
      metronome_population(network, "none", 0, 256);
      metronome_population(network, "small", 700, 128);
      assert_ok(network_connect(network, threads, ranks));
      assert_int_equal(network->n_blocks, 20 + 6);
      double load[4] = {0}, all = 0;
      for (int b = 0; b < network->n_blocks; b++) {
        const struct block *block = network->block[b];
        assert_int_equal(block->number, b);
        assert_ptr_equal(block, &network->block_population[b]->block[network->block_in_population[b]]);
        assert_true(block->thread >= 0 && block->thread < threads && block->rank >= 0 && block->rank < ranks);
        load[block->thread] += block->n;
        all += block->n;
      }
      if (ranks == 1) {
        for (int t = 0; t < threads; t++) assert_near(load[t], all / threads, 256);
      }
      network_free(network);
    }
  }
}

static void test_interval(void **state) {
  (void)state;
  const struct {
    double dt_ms, low_ms, high_ms;
    int interval, longest;
  } wanted[] = {{0.1, 0.1, 2.0, 2, 20},  {0.1, 0.4, 2.0, 5, 20},    {0.1, 0.5, 2.0, 5, 20},
                {0.1, 0.9, 3.0, 10, 30}, {0.1, 5.0, 20.0, 10, 200}, {0.05, 1.5, 2.0, 10, 40},
                {0.5, 0.5, 2.0, 2, 4},   {1.0, 3.0, 9.0, 1, 9}};
  for (int k = 0; k < COUNT_OF(wanted); k++) {
    struct network *network = make(wanted[k].dt_ms);
    struct population *cells = metronome_population(network, "cells", 200, 128);
    metronome_projection(network, cells, cells, 0, wanted[k].low_ms, wanted[k].high_ms);
    metronome_projection(network, cells, cells, 1, wanted[k].high_ms, wanted[k].high_ms);
    assert_ok(network_connect(network, 1, 1));
    assert_int_equal(network->interval, wanted[k].interval);
    assert_int_equal(network->ms_ticks % network->interval, 0);
    assert_true(network->ring >= wanted[k].longest + network->interval);
    network_free(network);
  }
}

static void test_refused(void **state) {
  (void)state;
  struct network *network = make(0.3);
  metronome_population(network, "cells", 10, 128);
  assert_fails(network_connect(network, 1, 1), STATUS_CONFIG, "0.3 ms");
  network_free(network);
  network = make(0.1);
  struct population *cells = metronome_population(network, "cells", 10, 128);
  for (int k = 0; k <= NETWORK_OUT; k++) metronome_projection(network, cells, cells, 0, 1, 1);
  assert_fails(network_connect(network, 1, 1), STATUS_CONFIG, "cells_to_cells");
  network_free(network);
}

/* ---- ports ---- */

enum { FAN = 900 };

/* FAN sources onto each of 3 targets, all of the same weight. */
static struct network *fan_in(struct projection **out) {
  struct network *network = make(0.1);
  struct population *source = metronome_population(network, "source", FAN, 128),
                    *target = metronome_population(network, "target", 3, 128);
  struct projection *projection = metronome_projection(network, source, target, 0, 1, 1);
  static struct edge edges[3 * FAN];
  for (uint32_t k = 0; k < 3 * FAN; k++)
    edges[k] = (struct edge){.target = k / FAN, .source = k % FAN, .full = 60000};
  projection->U = 0.25;
  projection->tau_facil_ms = 50;
  assert_ok(network_connect(network, 2, 1));
  assert_ok(projection_set(projection, 0, edges, 3 * FAN));
  *out = projection;
  return network;
}

static void test_quanta(void **state) {
  (void)state;
  struct projection *projection;
  struct network *network = fan_in(&projection);
  const struct port *port = &projection->target->port[0];
  for (double headroom = 1; headroom <= 8; headroom *= 2) {
    network_set_quanta(network, headroom);
    for (int lane = 0; lane < 2; lane++) {
      double most = projection_peak_nS(projection, lane) * headroom, power = log2(port->quantum[lane]);
      assert_true(power == floor(power)); /* a power of two: a count in nS is exact */
      assert_between(most / port->quantum[lane], 0x1p29, 0x1p31);
    }
    assert_ok(network_check_ports(network));
  }
  network_free(network);
}

/* Every source at its largest efficacy in one tick, the sum filled to the brim: nothing wraps. */
static void test_sums_hold_the_most(void **state) {
  (void)state;
  struct projection *projection;
  struct network *network = fan_in(&projection);
  uint32_t source[FAN];
  float efficacy[FAN];
  for (uint32_t s = 0; s < FAN; s++) source[s] = s, efficacy[s] = 4.0f; /* 1/U */
  network_set_quanta(network, 1);
  /* the weights that fill the sum */
  const struct port *port = &projection->target->port[0];
  double fill = port->quantum[0] * (0x1p31 - 0x1p21) / projection_peak_nS(projection, 0);
  double fill_counted = port->quantum[1] * (0x1p31 - 0x1p21) / projection_peak_nS(projection, 1);
  projection->weight_quantum_nS *= fill * (1 - 1e-12);
  projection->counted_nS *= fill_counted * (1 - 1e-12);
  assert_ok(network_check_ports(network));
  struct visit visit[FAN];
  for (int s = 0; s < FAN; s++) {
    visit[s] = projection_find(projection, 0, source[s]);
    visit[s].efficacy = efficacy[s];
  }
  assert_int_equal(projection_deliver(projection, 0, visit, FAN, 0, 0), FAN);
  population_turn(projection->target, 0, projection->delay_ticks[0] + PROJECTION_LAG);
  for (int i = 0; i < 3; i++) {
    assert_between(projection->target->block[0].port[0][2 * i], 0x1p31 - 0x1.1p21, 0x1p31 - 1);
    assert_between(projection->target->block[0].port[0][2 * i + 1], 0x1p31 - 0x1.1p21, 0x1p31 - 1);
  }
  projection->weight_quantum_nS *= 1.001;
  assert_fails(network_check_ports(network), STATUS_DIVERGED, "test/target");
  network_free(network);
}

/* ---- parallel work ---- */

struct failing {
  int from; /* items at and after this fail */
};

static enum status fail_late(void *context, struct projection *projection, int b) {
  const struct failing *failing = context;
  int item = projection->index * projection->target->n_blocks + b;
  if (item < failing->from) return STATUS_OK;
  return status_fail(item % 2 ? STATUS_NO_MEMORY : STATUS_CONFIG, "item %d", item);
}

static void test_first_failure_wins(void **state) {
  (void)state;
  for (int threads = 1; threads <= 4; threads++) {
    struct network *network = make(0.1);
    struct population *cells = metronome_population(network, "cells", 1000, 128);
    for (int k = 0; k < 3; k++) metronome_projection(network, cells, cells, 0, 1, 1);
    assert_ok(network_connect(network, threads, 1));
    struct failing failing = {100};
    assert_ok(network_each_block(network, fail_late, &failing));
    for (failing.from = 0; failing.from < 24; failing.from++) {
      char message[20];
      snprintf(message, sizeof message, "item %d", failing.from);
      enum status status = network_each_block(network, fail_late, &failing);
      assert_int_equal(status, failing.from % 2 ? STATUS_NO_MEMORY : STATUS_CONFIG);
      assert_string_equal(status_message(), message);
    }
    network_free(network);
  }
}

static void test_size(void **state) {
  (void)state;
  size_t before = memory_in_use();
  struct projection *projection;
  struct network *network = fan_in(&projection);
  assert_int_equal(network_synapses(network), 3 * FAN);
  double held = (double)(memory_in_use() - before);
  assert_near(network_bytes(network), held, 0.05 * held); /* lists of spikes and pointers are not counted */
  network_free(network);
  network_free(NULL);
  assert_int_equal(memory_in_use(), before);
  assert_int_equal(clock_ticks(&TENTH, 1.0), 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_block_has_one_owner),
      cmocka_unit_test(test_interval),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_quanta),
      cmocka_unit_test(test_sums_hold_the_most),
      cmocka_unit_test(test_first_failure_wins),
      cmocka_unit_test(test_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
