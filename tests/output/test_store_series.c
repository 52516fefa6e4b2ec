/* test_store_series.c — growing datasets: whatever the sizes of the pieces, the rows come back; whole chunks
 * only reach the file; a dataset set back to an earlier place grows into the very same one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "memory.h"
#include "output/scratch_fixture.h"
#include "store.h"

static uint32_t next_number(uint32_t *word) { return (*word = *word * 1664525u + 1013904223u) >> 8; }

/* A map of 3 x 5 singles in each row; row r holds 100 r, 100 r + 1, … */
enum { ROWS = 1000, MAP = 15, CHUNK = 16 };
static float map_rows[ROWS][MAP];
static const uint64_t map_size[2] = {3, 5};

static void fill_rows(void) {
  for (int r = 0; r < ROWS; r++)
    for (int i = 0; i < MAP; i++) map_rows[r][i] = (float)(100 * r + i);
}

static void expect_rows(int n) {
  static float back[ROWS][MAP];
  struct store *store;
  struct store_form form;
  OK(store_open(path, false, &store));
  OK(store_form(store, "/map", NULL, &form));
  assert_int_equal(form.size[0], n);
  OK(store_read_rows(store, "/map", 0, (uint64_t)n, back));
  assert_memory_equal(back, map_rows, (size_t)n * sizeof *map_rows);
  OK(store_close(store));
}

static void test_pieces_of_any_size(void **state) {
  (void)state;
  uint32_t word = 5;
  struct store *store;
  struct series *series;
  size_t before = memory_in_use();
  fill_rows();
  OK(store_create(path, &store));
  OK(series_create(store, "/map", STATE_F32, 2, map_size, CHUNK, STORE_PACKED, &series));
  for (int at = 0; at < ROWS;) {
    int n = (int)(next_number(&word) % 50);
    if (n > ROWS - at) n = ROWS - at;
    OK(series_append(series, n, map_rows[at]));
    at += n;
    const struct series_form *form = series_form(series);
    assert_int_equal(form->stored + form->waiting, at);
    assert_true(form->waiting < CHUNK && form->stored % CHUNK == 0);
    assert_memory_equal(form->waiting_rows, map_rows[form->stored], (size_t)form->waiting * sizeof *map_rows);
    if (at % 7) continue;
    OK(store_flush(store));
    expect_rows((int)form->stored);
  }
  OK(series_end(series));
  assert_int_equal(series_append(series, 1, map_rows), STATUS_FAULT);
  OK(series_end(series));
  series_free(series);
  OK(store_close(store));
  expect_rows(ROWS);
  assert_int_equal(memory_in_use(), before);
}

/* Grow to `stop`, end, and close. */
static void write_to(struct store *store, struct series *series, int from, int stop) {
  OK(series_append(series, stop - from, map_rows[from]));
  OK(series_end(series));
  series_free(series);
  OK(store_close(store));
}

static void test_set_back_and_grown_again(void **state) {
  (void)state;
  static const int stops[][2] = {{100, 37}, {64, 64}, {65, 0}, {700, 683}, {17, 16}, {5, 5}};
  fill_rows();
  for (size_t k = 0; k < sizeof stops / sizeof *stops; k++) {
    struct store *store;
    struct series *series;
    OK(store_create(path, &store));
    OK(series_create(store, "/map", STATE_F32, 2, map_size, CHUNK, STORE_PACKED, &series));
    write_to(store, series, 0, stops[k][0]);
    expect_rows(stops[k][0]);
    int back = stops[k][1], waiting = back % CHUNK, stored = back - waiting;
    OK(store_open(path, true, &store));
    OK(series_open(store, "/map", &series));
    assert_int_equal(series_append(series, 1, map_rows), STATUS_FAULT); /* not before it is set */
    OK(series_restart(series, stored, waiting, map_rows[stored]));
    OK(store_flush(store));
    expect_rows(stored);
    write_to(store, series, back, 800);
    expect_rows(800);
  }
}

static void test_places_that_cannot_be(void **state) {
  (void)state;
  struct store *store;
  struct series *series;
  OK(store_create(path, &store));
  OK(series_create(store, "/map", STATE_F32, 2, map_size, CHUNK, STORE_PACKED, &series));
  OK(series_append(series, 40, map_rows));
  assert_int_equal(series_restart(series, 48, 0, NULL), STATUS_CONFIG); /* more than there is */
  assert_int_equal(series_restart(series, 8, 0, NULL), STATUS_CONFIG);  /* not whole chunks */
  assert_int_equal(series_restart(series, -16, 0, NULL), STATUS_CONFIG);
  assert_int_equal(series_restart(series, 16, CHUNK, map_rows), STATUS_CONFIG);
  assert_int_equal(series_restart(series, 16, -1, map_rows), STATUS_CONFIG);
  OK(series_restart(series, 16, 3, map_rows[16]));
  series_free(series);
  OK(store_close(store));
}

static void test_other_datasets_are_refused(void **state) {
  (void)state;
  struct store *store;
  struct series *series;
  double values[5] = {0};
  OK(store_create(path, &store));
  OK(store_write_column(store, "/column", STATE_F64, 5, values));
  OK(store_write_text(store, "/text", "words"));
  OK(store_group(store, "/group"));
  assert_int_equal(series_open(store, "/column", &series), STATUS_CONFIG);
  assert_null(series);
  assert_int_equal(series_open(store, "/text", &series), STATUS_CONFIG);
  assert_int_equal(series_open(store, "/group", &series), STATUS_CONFIG);
  assert_int_equal(series_open(store, "/none", &series), STATUS_CONFIG);
  OK(store_close(store));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_pieces_of_any_size, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_set_back_and_grown_again, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_places_that_cannot_be, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_other_datasets_are_refused, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
