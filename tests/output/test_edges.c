/* test_edges.c — synapses as a SONATA edge population: columns in order, both indices found again by a search
 * through all edges, columns of zeros that take no room, and what is out of order refused. */
#include "edges.h"
#include "memory.h"
#include "output/scratch_fixture.h"

enum { SOURCES = 40, TARGETS = 60, MOST = 70000 }; /* more edges than a chunk holds */

static struct edge_row row[MOST];
static uint64_t source[MOST], target[MOST];

/* Every target has a number of its own of ascending sources, some twice; some have none. */
static size_t make_rows(int per_target) {
  size_t n = 0;
  for (uint64_t t = 0; t < TARGETS; t++) {
    int wanted = t % 7 == 3 ? 0 : per_target;
    for (int k = 0; k < wanted && n < MOST; k++) {
      uint64_t s = (uint64_t)k * SOURCES / (uint64_t)wanted;
      if (s % 11 == 5) continue; /* sources without edges */
      row[n] = (struct edge_row){.source = s, .target = t, .type = 1000 + (int64_t)(n % 3)};
      row[n].weight = 0.5f * (float)n;
      row[n].delay_ms = 1.5f;
      row[n].U = 0.25f;
      row[n].tau_rec_ms = 100.0f;
      row[n++].tau_facil_ms = 20.0f;
    }
  }
  return n;
}

static struct store *write_rows(size_t n, bool dynamic) {
  const struct edges_form form = {"A", "B", SOURCES, TARGETS, "nS", dynamic};
  struct store *store;
  struct edges *edges;
  OK(store_create(path, &store));
  OK(edges_create(store, &form, &edges));
  for (size_t at = 0; at < n; at += 777) OK(edges_append(edges, row + at, n - at < 777 ? n - at : 777));
  OK(edges_end(edges));
  assert_int_equal(edges_count(edges), n);
  edges_free(edges);
  OK(store_close(store));
  OK(store_open(path, false, &store));
  return store;
}

/* Edges that an index gives for a node. */
static size_t through_index(struct store *store, const char *index, uint64_t cell, uint64_t n_cells,
                            uint64_t *out) {
  char object[160];
  uint64_t *cells, *ranges;
  struct store_form form;
  size_t found = 0;
  OK(memory_new("cells", 2 * n_cells, sizeof *cells, &cells));
  snprintf(object, sizeof object, "/edges/A__B__chemical/indices/%s/node_id_to_ranges", index);
  OK(store_read(store, object, NULL, STATE_U64, 2 * n_cells, cells));
  snprintf(object, sizeof object, "/edges/A__B__chemical/indices/%s/range_to_edge_id", index);
  OK(store_form(store, object, NULL, &form));
  OK(memory_new("ranges", form.count, sizeof *ranges, &ranges));
  OK(store_read(store, object, NULL, STATE_U64, form.count, ranges));
  for (uint64_t r = cells[2 * cell]; r < cells[2 * cell + 1]; r++) {
    assert_true(ranges[2 * r] < ranges[2 * r + 1]);
    for (uint64_t e = ranges[2 * r]; e < ranges[2 * r + 1]; e++) out[found++] = e;
  }
  memory_free(cells);
  memory_free(ranges);
  return found;
}

static void expect_index(struct store *store, const char *index, const uint64_t *column, uint64_t n_cells,
                         size_t n) {
  static uint64_t found[MOST];
  for (uint64_t cell = 0; cell < n_cells; cell++) {
    size_t count = through_index(store, index, cell, n_cells, found), k = 0;
    for (size_t e = 0; e < n; e++) {
      if (column[e] != cell) continue;
      assert_true(k < count);
      assert_int_equal(found[k++], e);
    }
    assert_int_equal(k, count);
  }
}

static void test_columns_and_indices(void **state) {
  (void)state;
  static uint64_t group[MOST];
  static float weight[MOST];
  char *name;
  size_t n = make_rows(1500);
  assert_true(n > 65536);
  struct store *store = write_rows(n, false);
  OK(store_read(store, "/edges/A__B__chemical/source_node_id", NULL, STATE_U64, n, source));
  OK(store_read(store, "/edges/A__B__chemical/target_node_id", NULL, STATE_U64, n, target));
  OK(store_read(store, "/edges/A__B__chemical/0/conductance", NULL, STATE_F32, n, weight));
  OK(store_read(store, "/edges/A__B__chemical/edge_group_id", NULL, STATE_U64, n, group));
  for (size_t e = 0; e < n; e++) {
    assert_true(source[e] == row[e].source && target[e] == row[e].target && weight[e] == row[e].weight);
    assert_int_equal(group[e], 0);
  }
  OK(store_read(store, "/edges/A__B__chemical/edge_group_index", NULL, STATE_U64, n, group));
  assert_int_equal(group[n - 1], n - 1);
  OK(store_read_text(store, "/edges/A__B__chemical/source_node_id", "node_population", &name));
  assert_string_equal(name, "A");
  memory_free(name);
  assert_int_equal(store_object(store, "/edges/A__B__chemical/0/u_syn"), STORE_ABSENT);
  assert_int_equal(store_object(store, "/edges/A__B__chemical/indices/source_to_target/node_id_to_range"),
                   STORE_DATASET);
  OK(store_close(store));
}

static void test_indices_find_every_edge(void **state) {
  (void)state;
  size_t n = make_rows(90);
  struct store *store = write_rows(n, true);
  float U;
  OK(store_read_rows(store, "/edges/A__B__chemical/0/u_syn", 5, 1, &U));
  assert_true(U == 0.25f);
  for (size_t e = 0; e < n; e++) {
    source[e] = row[e].source;
    target[e] = row[e].target;
  }
  expect_index(store, "source_to_target", source, SOURCES, n);
  expect_index(store, "target_to_source", target, TARGETS, n);
  OK(store_close(store));
}

static void test_no_edges(void **state) {
  (void)state;
  static uint64_t found[1];
  struct store *store = write_rows(0, false);
  assert_int_equal(through_index(store, "source_to_target", 3, SOURCES, found), 0);
  assert_int_equal(through_index(store, "target_to_source", 3, TARGETS, found), 0);
  OK(store_close(store));
}

static void test_zeros_take_no_room(void **state) {
  (void)state;
  enum { N = 3000000 };
  struct store *store;
  uint64_t some[4] = {1, 1, 1, 1};
  struct store_form form;
  OK(store_create(path, &store));
  OK(store_zeros(store, "/zeros", STATE_U64, N));
  OK(store_zeros(store, "/none", STATE_U64, 0));
  OK(store_close(store));
  OK(store_open(path, false, &store));
  OK(store_form(store, "/zeros", NULL, &form));
  assert_int_equal(form.count, N);
  assert_int_equal(form.bytes_on_disk, 0);
  OK(store_read_rows(store, "/zeros", N - 4, 4, some));
  for (int i = 0; i < 4; i++) assert_int_equal(some[i], 0);
  OK(store_close(store));
}

static void expect_refused(struct edge_row first, struct edge_row second) {
  const struct edges_form form = {"A", "B", SOURCES, TARGETS, NULL, false};
  struct store *store;
  struct edges *edges;
  OK(store_create(path, &store));
  OK(edges_create(store, &form, &edges));
  OK(edges_append(edges, &first, 1));
  assert_int_equal(edges_append(edges, &second, 1), STATUS_FAULT);
  edges_free(edges);
  store_abandon(store);
}

static void test_what_is_out_of_order_is_refused(void **state) {
  (void)state;
  const struct edge_row here = {.source = 5, .target = 5};
  expect_refused(here, (struct edge_row){.source = 5, .target = 4});
  expect_refused(here, (struct edge_row){.source = 4, .target = 5});
  expect_refused(here, (struct edge_row){.source = SOURCES, .target = 6});
  expect_refused(here, (struct edge_row){.source = 5, .target = TARGETS});
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_columns_and_indices, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_indices_find_every_edge, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_no_edges, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_zeros_take_no_room, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_what_is_out_of_order_is_refused, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
