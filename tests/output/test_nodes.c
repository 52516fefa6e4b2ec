/* test_nodes.c — cells of several populations as one SONATA population: ids, types that are unique over
 * regions, places and parameters in id order, each word once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "memory.h"
#include "nodes.h"
#include "output/scratch_fixture.h"
#include <math.h>

static const float x[] = {1, 2, 3}, y[] = {4, 5, 6}, z[] = {-7, -8, -9};
static const double capacitance[] = {100, 101, 102}, slope[] = {2, 2.5, 3};
static const struct node_parameter both[] = {{"C_m", "pF", capacitance}, {"Delta_T", "mV", slope}};
static const struct node_population populations[] = {
    {"PYR_L5", "PYR", "L5", "EXC", "nest:aeif_cond_exp", 3, x, y, z, both, 2},
    {"empty", "PV", "L5", "INH", "", 0, NULL, NULL, NULL, NULL, 0},
    {"PV_L23", "PV", "L23", "INH", "nest:aeif_cond_exp", 2, x + 1, y + 1, z + 1, both, 1},
};

static void expect_codes(struct store *store, const char *name, const char *const wanted[5]) {
  char object[100];
  uint32_t code[5];
  struct store_names words;
  snprintf(object, sizeof object, "/nodes/A/0/%s", name);
  OK(store_read(store, object, NULL, STATE_U32, 5, code));
  snprintf(object, sizeof object, "/nodes/A/0/@library/%s", name);
  OK(store_read_texts(store, object, NULL, &words));
  for (int i = 0; i < 5; i++) {
    assert_true(code[i] < (uint32_t)words.n);
    assert_string_equal(words.name[code[i]], wanted[i]);
  }
  for (int i = 0; i < words.n; i++)
    for (int k = 0; k < i; k++) assert_string_not_equal(words.name[i], words.name[k]);
  store_names_free(&words);
}

static void test_cells_in_order_of_ids(void **state) {
  (void)state;
  struct store *store;
  uint64_t id[5];
  int64_t type[5];
  float place[5];
  double parameter[5];
  char *text;
  OK(store_create(path, &store));
  OK(nodes_write(store, "A", populations, 3));
  OK(store_close(store));
  OK(store_open(path, false, &store));
  OK(store_read(store, "/nodes/A/node_id", NULL, STATE_U64, 5, id));
  OK(store_read(store, "/nodes/A/node_type_id", NULL, STATE_I64, 5, type));
  for (int i = 0; i < 5; i++) {
    assert_int_equal(id[i], i);
    assert_int_equal(type[i], i < 3 ? 100 : 102);
  }
  OK(store_read(store, "/nodes/A/node_group_index", NULL, STATE_U64, 5, id));
  assert_int_equal(id[4], 4);
  OK(store_read(store, "/nodes/A/node_group_id", NULL, STATE_U64, 5, id));
  assert_int_equal(id[4], 0);
  OK(store_read(store, "/nodes/A/0/z", NULL, STATE_F32, 5, place));
  assert_true(place[0] == -7 && place[2] == -9 && place[3] == -8 && place[4] == -9);
  OK(store_read_text(store, "/nodes/A/0/x", "units", &text));
  assert_string_equal(text, "um");
  memory_free(text);
  OK(store_read(store, "/nodes/A/0/dynamics_params/C_m", NULL, STATE_F64, 5, parameter));
  assert_true(parameter[0] == 100 && parameter[3] == 100 && parameter[4] == 101);
  OK(store_read(store, "/nodes/A/0/dynamics_params/Delta_T", NULL, STATE_F64, 5, parameter));
  assert_true(parameter[2] == 3 && isnan(parameter[3]) && isnan(parameter[4]));
  expect_codes(store, "population", (const char *const[]){"PYR_L5", "PYR_L5", "PYR_L5", "PV_L23", "PV_L23"});
  expect_codes(store, "cell_type", (const char *const[]){"PYR", "PYR", "PYR", "PV", "PV"});
  expect_codes(store, "layer", (const char *const[]){"L5", "L5", "L5", "L23", "L23"});
  expect_codes(store, "synapse_class", (const char *const[]){"EXC", "EXC", "EXC", "INH", "INH"});
  expect_codes(
      store, "model_type",
      (const char *const[]){"point_neuron", "point_neuron", "point_neuron", "point_neuron", "point_neuron"});
  OK(store_close(store));
}

static void test_types_are_unique_over_regions(void **state) {
  (void)state;
  struct store *store;
  int64_t type[5];
  OK(store_create(path, &store));
  OK(nodes_write(store, "A", populations, 3));
  OK(nodes_write(store, "B", populations, 3));
  OK(store_read(store, "/nodes/B/node_type_id", NULL, STATE_I64, 5, type));
  assert_true(type[0] == 200 && type[4] == 202);
  OK(store_close(store));
}

static void test_what_cannot_be_written(void **state) {
  (void)state;
  struct store *store;
  const struct node_parameter other = {"C_m", "nS", capacitance};
  struct node_population pair[2] = {populations[0], populations[2]};
  OK(store_create(path, &store));
  assert_int_equal(nodes_write(store, "A/B", populations, 3), STATUS_FAULT);
  assert_int_equal(nodes_write(store, "A", populations, 0), STATUS_FAULT);
  pair[1].parameter = &other; /* the same parameter in another unit */
  assert_int_equal(nodes_write(store, "A", pair, 2), STATUS_FAULT);
  assert_non_null(strstr(status_message(), "pF and in nS"));
  OK(store_close(store));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_cells_in_order_of_ids, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_types_are_unique_over_regions, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_what_cannot_be_written, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
