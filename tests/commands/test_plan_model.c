/* test_plan_model.c — the model of `plan`: memory of a node falls with the number of nodes to what it has of
 * the whole network, and not below; own work is shared by nodes and threads; on a sheet a node hears its
 * surroundings, without space all; messages grow with nodes, spikes and the slowness of the net; the fewest
 * nodes are the fewest. */
#include "check.h"
#include "fields.h"
#include "plan/plan_model.h"
#include <math.h>

static const struct plan_circuit random_one = {.in_degree = 1000,
                                               .rate_Hz = 5,
                                               .spikes_Hz = 5,
                                               .interval_ms = 1,
                                               .message_bytes = 4,
                                               .cell_s = 1e-4,
                                               .event_s = 1e-9,
                                               .lookup_s = 1e-8,
                                               .block_s = 1e-3,
                                               .record_s = 1e-8,
                                               .cell_bytes = 500,
                                               .synapse_bytes = 4,
                                               .place_bytes = 4,
                                               .index_bytes = 8};

static struct plan_circuit on_a_sheet(void) {
  struct plan_circuit circuit = random_one;
  circuit.sheet = true;
  circuit.density_um2 = 0.1;
  circuit.reach_um = 100;
  circuit.sites = 0.01;
  circuit.site_s = 1e-5;
  circuit.site_bytes = 700;
  return circuit;
}

static void test_memory(void **state) {
  (void)state;
  double cells = 1e7, fixed = cells * (4 + 16 * 8), own = cells * (500 + 4000), last = INFINITY;
  for (double nodes = 1; nodes <= 1024; nodes *= 2) {
    struct plan_load load = plan_load(&random_one, cells, nodes, 16, &plan_nets[0]);
    assert_near(load.constant_bytes, fixed, 1);
    assert_near(load.bytes, fixed + own / nodes, 1);
    assert_true(load.bytes < last);
    last = load.bytes;
  }
  struct plan_circuit sheet = on_a_sheet();
  assert_near(plan_load(&sheet, cells, 8, 16, &plan_nets[0]).constant_bytes, fixed + cells * 7, 1);
}

static void test_time(void **state) {
  (void)state;
  double cells = 1e6;
  struct plan_load one = plan_load(&random_one, cells, 1, 1, &plan_nets[1]);
  assert_near(one.own_s, cells * (1e-4 + 1000 * 5 * 1e-9), 1e-6);
  assert_near(one.whole_s, cells * 5 * 2e-8 + cells / 1024 * 1e-3, 1e-6);
  assert_true(one.message_s == 0);
  struct plan_load many = plan_load(&random_one, cells, 10, 4, &plan_nets[1]);
  assert_near(many.own_s, one.own_s / 40, 1e-9);
  assert_near(many.whole_s, one.whole_s, 1e-9); /* without space all is heard */
  assert_near(many.total_s, many.own_s + many.whole_s + many.message_s, 1e-9);
}

static void test_what_is_heard(void **state) {
  (void)state;
  struct plan_circuit sheet = on_a_sheet();
  double cells = 4e6; /* 6325 µm a side; of 100 nodes 632, with the reach 832 */
  assert_near(plan_load(&sheet, cells, 100, 1, &plan_nets[0]).heard, 0.1 * 832.455 * 832.455, 100);
  assert_near(plan_load(&sheet, cells, 1, 1, &plan_nets[0]).heard, cells, 1);
  sheet.reach_um = 1e5;
  assert_near(plan_load(&sheet, cells, 100, 1, &plan_nets[0]).heard, cells, 1);
  assert_near(plan_load(&random_one, cells, 100, 1, &plan_nets[0]).heard, cells, 1);
}

/* Intervals times messages to and from rank 0, and all spikes' bytes. */
static void test_messages(void **state) {
  (void)state;
  const struct plan_net net = {"a net", 1e-5, 1e9, ""};
  double cells = 1e6, nodes = 5, spikes = cells * 5;
  double bytes = 4 * (spikes - spikes / nodes + (nodes - 1) * spikes / nodes);
  double wanted = 1000 * 2 * (nodes - 1) * 1e-5 + bytes / 1e9;
  assert_near(plan_load(&random_one, cells, nodes, 1, &net).message_s, wanted, 1e-9);
  struct plan_circuit sheet = on_a_sheet();
  nodes = 64; /* 8 of them are near */
  bytes = 4 * (spikes - spikes / nodes + 8 * spikes / nodes);
  double tissue = 1000 * 2 * (6 * 1e-5 + cells * 0.01 * 8 / 1e9);
  wanted = 1000 * (63 + 8) * 1e-5 + bytes / 1e9 + tissue;
  assert_near(plan_load(&sheet, cells, nodes, 1, &net).message_s, wanted, 1e-9);
}

static void test_fewest(void **state) {
  (void)state;
  static const double sizes[] = {1e5, 1e7, 3e8};
  for (int k = 0; k < COUNT_OF(sizes); k++) {
    double bytes = 1e11, nodes = plan_nodes(&random_one, sizes[k], 8, bytes);
    assert_true(nodes >= 1);
    assert_true(plan_load(&random_one, sizes[k], nodes, 8, &plan_nets[0]).bytes <= bytes);
    if (nodes > 1) assert_true(plan_load(&random_one, sizes[k], nodes / 2, 8, &plan_nets[0]).bytes > bytes);
  }
  assert_true(plan_nodes(&random_one, 1e10, 8, 1e11) == 0); /* what all nodes have is too much */
}

static void test_nets(void **state) {
  (void)state;
  for (int n = 0; n < n_plan_nets; n++) {
    assert_true(plan_nets[n].message_s > 1e-7 && plan_nets[n].message_s < 1e-4);
    assert_true(plan_nets[n].bytes_per_s > 1e8 && plan_nets[n].bytes_per_s < 1e12);
    assert_true(strlen(plan_nets[n].name) > 0 && strlen(plan_nets[n].source) > 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory),        cmocka_unit_test(test_time),
                                     cmocka_unit_test(test_what_is_heard), cmocka_unit_test(test_messages),
                                     cmocka_unit_test(test_fewest),        cmocka_unit_test(test_nets)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
