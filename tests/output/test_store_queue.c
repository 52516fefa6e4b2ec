/* test_store_queue.c — chunks that other threads compress: the bytes of a file are the same for any number of
 * them; what was flushed can be read; few chunks wait in memory; a disk that is full is told once, by the
 * call that meets it, and harms nothing that was flushed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "memory.h"
#include "output/faults.h"
#include "output/scratch_fixture.h"
#include "packers.h"
#include "store.h"
#include <signal.h>
#include <string.h>

/* Maps of 16 x 16 in chunks of 32 KiB. */
enum { SERIES = 5, SIDE = 16, MAP = SIDE * SIDE, CHUNK = 16, ROWS = 400 };
static const uint64_t map_size[2] = {SIDE, SIDE};

static double value_of(int s, int r, int i) {
  return 1000.0 * s + r + 0.25 * (double)((r * 31 + i * 7) % 97);
}

static void fill_row(int s, int r, double row[MAP]) {
  for (int i = 0; i < MAP; i++) row[i] = value_of(s, r, i);
}

static enum status append_rows(struct series *const *series, int from, int stop) {
  double row[MAP];
  for (int r = from; r < stop; r++)
    for (int s = 0; s < SERIES; s++) {
      fill_row(s, r, row);
      TRY(series_append(series[s], 1, row));
    }
  return STATUS_OK;
}

static void create(struct packers *packers, struct store **store, struct series **series) {
  OK(store_create(path, store));
  store_share(*store, packers);
  for (int s = 0; s < SERIES; s++) {
    char name[20];
    snprintf(name, sizeof name, "/map%d", s);
    OK(series_create(*store, name, STATE_F64, 2, map_size, CHUNK, STORE_PACKED, &series[s]));
  }
  OK(store_flush(*store));
}

/* Each series of a file has so many rows, and those are right. */
static void expect_between(int least, int most) {
  static double back[ROWS][MAP];
  struct store *store;
  OK(store_open(path, false, &store));
  for (int s = 0; s < SERIES; s++) {
    char name[20];
    double row[MAP];
    struct store_form form;
    snprintf(name, sizeof name, "/map%d", s);
    OK(store_form(store, name, NULL, &form));
    int n = (int)form.size[0];
    assert_in_range(n, least, most);
    OK(store_read_rows(store, name, 0, (uint64_t)n, back));
    for (int r = 0; r < n; r++) {
      fill_row(s, r, row);
      assert_memory_equal(back[r], row, sizeof row);
    }
  }
  OK(store_close(store));
}

static void expect_rows(int n) { expect_between(n, n); }

/* ---- the same bytes ---- */

static char *read_bytes(size_t *size) {
  enum { MOST = 8 << 20 };
  char *bytes = NULL;
  FILE *file = fopen(path, "rb");
  OK(memory_new("bytes", 1, MOST, &bytes));
  assert_non_null(file);
  *size = fread(bytes, 1, MOST, file);
  assert_true(*size > 0 && *size < MOST);
  fclose(file);
  return bytes;
}

/* A file with all that can come between chunks: flushes, tables, a cut. Gives its bytes. */
static char *write_all(struct packers *packers, size_t *size) {
  struct store *store;
  struct series *series[SERIES];
  double numbers[3] = {1, 2, 3};
  create(packers, &store, series);
  OK(append_rows(series, 0, 70));
  OK(store_write_column(store, "/numbers", STATE_F64, 3, numbers));
  OK(append_rows(series, 70, 200));
  OK(store_flush(store));
  OK(append_rows(series, 200, 230));
  for (int s = 0; s < SERIES; s++) { /* back to row 210, as a checkpoint does */
    double waiting[2][MAP];
    for (int r = 0; r < 2; r++) fill_row(s, 208 + r, waiting[r]);
    OK(series_restart(series[s], 208, 2, waiting));
  }
  OK(store_flush(store));
  OK(append_rows(series, 210, ROWS));
  for (int s = 0; s < SERIES; s++) {
    assert_int_equal(series_form(series[s])->stored + series_form(series[s])->waiting, ROWS);
    OK(series_end(series[s]));
    series_free(series[s]);
  }
  OK(store_close(store));
  expect_rows(ROWS);
  return read_bytes(size);
}

static void test_same_bytes_for_any_number_of_packers(void **state) {
  (void)state;
  size_t before = memory_in_use(), size, size_alone;
  char *alone = write_all(NULL, &size_alone);
  for (int n = 0; n <= 4; n++) {
    struct packers *packers;
    OK(packers_new(n, &packers));
    char *bytes = write_all(packers, &size);
    assert_int_equal(size, size_alone);
    assert_memory_equal(bytes, alone, size);
    memory_free(bytes);
    packers_free(packers);
  }
  memory_free(alone);
  assert_int_equal(memory_in_use(), before);
}

/* ---- what waits ---- */

static void test_what_waits_is_bounded_and_comes_with_the_flush(void **state) {
  (void)state;
  enum { MOST = 6 << 20 }; /* the queue, one chunk, the rows of all series */
  struct store *store;
  struct series *series[SERIES];
  struct packers *packers;
  OK(packers_new(1, &packers));
  create(packers, &store, series);
  expect_rows(0);
  OK(append_rows(series, 0, 2 * CHUNK)); /* ten chunks: they wait */
  expect_rows(0);
  OK(store_flush(store));
  expect_rows(2 * CHUNK);
  size_t before = memory_in_use();
  OK(append_rows(series, 2 * CHUNK, ROWS)); /* 3.8 MB */
  for (int k = 0; k < 4; k++) {
    double *rows = NULL;
    OK(memory_new("rows", ROWS * MAP, sizeof *rows, &rows));
    for (int s = 0; s < SERIES; s++) OK(series_append(series[s], ROWS, rows));
    memory_free(rows);
    assert_true(memory_in_use() < before + MOST);
  }
  for (int s = 0; s < SERIES; s++) series_free(series[s]);
  OK(store_close(store));
  packers_free(packers);
}

/* ---- faults ---- */

static void test_a_full_disk_is_told_once(void **state) {
  (void)state;
  int told = 0;
  size_t before = memory_in_use();
  for (int n = 1; n < 200; n += 3) {
    struct store *store;
    struct series *series[SERIES];
    struct packers *packers;
    OK(packers_new(2, &packers));
    create(packers, &store, series);
    OK(append_rows(series, 0, 2 * CHUNK));
    OK(store_flush(store));
    faults_fail_at(n, ENOSPC);
    enum status status = append_rows(series, 2 * CHUNK, ROWS);
    if (status == STATUS_OK) status = store_flush(store);
    char message[400];
    snprintf(message, sizeof message, "%s", status_message());
    for (int s = 0; s < SERIES; s++) series_free(series[s]);
    faults_fail_at(0, 0);
    if (status == STATUS_OK) {
      OK(store_close(store));
      expect_rows(ROWS);
    } else {
      assert_int_equal(status, STATUS_WORLD);
      assert_non_null(strstr(message, "No space left on device"));
      assert_string_equal(status_message(), message); /* closing series has not covered it */
      store_abandon(store);
      expect_between(2 * CHUNK, ROWS); /* more if the very last calls fail, for which room was claimed */
      told++;
    }
    packers_free(packers);
    assert_int_equal(memory_in_use(), before);
  }
  assert_true(told > 10);
}

/* ---- packers by themselves ---- */

static void test_in_any_order_of_waiting(void **state) {
  (void)state;
  enum { CHUNKS = 40, N = 2000 };
  struct pack *own;
  size_t before = memory_in_use();
  OK(pack_new(&own));
  for (int n = 0; n <= 3; n++) {
    struct packers *packers;
    struct pack_work work[CHUNKS] = {0};
    double *expected = NULL, *given = NULL;
    struct packed packed;
    OK(packers_new(n, &packers));
    OK(memory_new("given", CHUNKS * N, sizeof *given, &given));
    OK(memory_new("expected", N, sizeof *expected, &expected));
    for (int c = 0; c < CHUNKS; c++) {
      for (int i = 0; i < N; i++) given[c * N + i] = value_of(c, i, i);
      work[c] = (struct pack_work){.bytes = given + c * N, .n_values = N, .value_size = sizeof *given};
      packers_give(packers, &work[c]);
      if (c % 5 == 4) packers_forget(packers, &work[c]);
    }
    for (int k = 0; k < CHUNKS; k++) {
      int c = k * 17 % CHUNKS;
      OK(packers_wait(packers, &work[c], own));
      for (int i = 0; i < N; i++) expected[i] = value_of(c, i, i);
      OK(pack_chunk(own, expected, N, sizeof *expected, expected, &packed));
      assert_int_equal(work[c].packed.size, packed.size);
      assert_memory_equal(work[c].bytes, expected, packed.size);
    }
    memory_free(given);
    memory_free(expected);
    packers_free(packers);
  }
  pack_free(own);
  assert_int_equal(memory_in_use(), before);
}

/* Signals of the process are for the thread that runs the simulation. */
static volatile sig_atomic_t caught;
static void catch (int number) { caught = number; }

static void test_signals_reach_the_owner(void **state) {
  (void)state;
  struct packers *packers;
  sigset_t block, former;
  OK(packers_new(3, &packers));
  signal(SIGUSR1, catch);
  sigemptyset(&block);
  sigaddset(&block, SIGUSR1);
  sigprocmask(SIG_BLOCK, &block, &former); /* nobody but a packer could take it */
  kill(getpid(), SIGUSR1);
  usleep(20000);
  assert_int_equal(caught, 0);
  sigprocmask(SIG_SETMASK, &former, NULL);
  assert_int_equal(caught, SIGUSR1);
  signal(SIGUSR1, SIG_DFL);
  packers_free(packers);
  packers_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_same_bytes_for_any_number_of_packers, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_what_waits_is_bounded_and_comes_with_the_flush, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_full_disk_is_told_once, set_up, tear_down),
      cmocka_unit_test(test_in_any_order_of_waiting),
      cmocka_unit_test(test_signals_reach_the_owner),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
