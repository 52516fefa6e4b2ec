/* test_summary.c — measures of arms and seeds in rows and columns; ratios go by pairs of one seed; a summary
 * is replaced whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "memory.h"
#include "output/faults.h"
#include "output/scratch_fixture.h"
#include "store.h"
#include "summary.h"
#include <math.h>

static const struct summary_value values[] = {
    {"rate", "Hz", "mean rate", "vehicle", 1, 4}, {"bdnf", "1", "of baseline", "vehicle", 1, 1},
    {"rate", "Hz", "mean rate", "drug", 1, 6},    {"bdnf", "1", "of baseline", "drug", 1, 1.25},
    {"rate", "Hz", "mean rate", "vehicle", 2, 5}, {"rate", "Hz", "mean rate", "drug", 2, 10},
    {"bdnf", "1", "of baseline", "drug", 2, 1.5}, {"rate", "Hz", "mean rate", "drug", 3, 7},
};
enum { VALUES = sizeof values / sizeof *values, ROWS = 5 };

static void test_rows_columns_and_ratios(void **state) {
  (void)state;
  static const char *const arms[ROWS] = {"vehicle", "drug", "vehicle", "drug", "drug"};
  static const int64_t seeds[ROWS] = {1, 1, 2, 2, 3};
  size_t before = memory_in_use();
  struct store *store;
  struct store_names arm;
  int64_t seed[ROWS];
  double rate[ROWS], bdnf[ROWS];
  OK(summary_write(path, "vehicle", values, VALUES));
  OK(store_open(path, false, &store));
  OK(store_read_texts(store, "/table/arm", NULL, &arm));
  OK(store_read(store, "/table/seed", NULL, STATE_I64, ROWS, seed));
  for (int r = 0; r < ROWS; r++) {
    assert_string_equal(arm.name[r], arms[r]);
    assert_int_equal(seed[r], seeds[r]);
  }
  store_names_free(&arm);
  OK(store_read(store, "/table/rate", NULL, STATE_F64, ROWS, rate));
  OK(store_read(store, "/table/bdnf", NULL, STATE_F64, ROWS, bdnf));
  assert_true(rate[0] == 4 && rate[1] == 6 && rate[3] == 10 && rate[4] == 7);
  assert_true(bdnf[1] == 1.25 && isnan(bdnf[2]) && bdnf[3] == 1.5 && isnan(bdnf[4]));
  OK(store_read(store, "/ratio/rate", NULL, STATE_F64, ROWS, rate));
  OK(store_read(store, "/ratio/bdnf", NULL, STATE_F64, ROWS, bdnf));
  assert_true(rate[0] == 1 && rate[1] == 1.5 && rate[2] == 1 && rate[3] == 2); /* each by its own seed */
  assert_true(isnan(rate[4]));                                                 /* which has no control */
  assert_true(bdnf[1] == 1.25 && isnan(bdnf[3]));
  char *text;
  OK(store_read_text(store, "/table/rate", "units", &text));
  assert_string_equal(text, "Hz");
  memory_free(text);
  OK(store_read_text(store, "/ratio/rate", "units", &text));
  assert_string_equal(text, "1");
  memory_free(text);
  OK(store_read_text(store, "/ratio", "control", &text));
  assert_string_equal(text, "vehicle");
  memory_free(text);
  OK(store_close(store));
  assert_int_equal(memory_in_use(), before);
}

static void test_without_a_control(void **state) {
  (void)state;
  struct store *store;
  OK(summary_write(path, "vehicle", values, VALUES));
  OK(summary_write(path, NULL, values, 2)); /* takes the place of the one before */
  OK(store_open(path, false, &store));
  assert_int_equal(store_object(store, "/ratio"), STORE_ABSENT);
  double rate;
  OK(store_read(store, "/table/rate", NULL, STATE_F64, 1, &rate));
  assert_true(rate == 4);
  OK(store_close(store));
}

/* Rows of the summary that is in the file. */
static int arms_in_file(void) {
  struct store *store;
  struct store_form form;
  OK(store_open(path, false, &store));
  OK(store_form(store, "/table/arm", NULL, &form));
  OK(store_close(store));
  return (int)form.size[0];
}

static void test_the_one_before_stays(void **state) {
  (void)state;
  const struct summary_value wrong = {"no/name", "1", "", "vehicle", 1, 1};
  OK(summary_write(path, "vehicle", values, VALUES));
  assert_int_equal(summary_write(path, NULL, &wrong, 1), STATUS_FAULT);
  assert_int_equal(arms_in_file(), ROWS);
  int64_t n = 0;
  enum status status;
  do {
    faults_fail_at(++n, ENOSPC);
    status = summary_write(path, NULL, values, 2);
    faults_fail_at(0, 0);
    if (status == STATUS_OK) break;
    assert_int_equal(status, STATUS_WORLD);
    assert_non_null(strstr(status_message(), "No space left"));
    int arms = arms_in_file();
    assert_true(arms == ROWS || arms == 1);
  } while (n < 1000);
  assert_int_equal(status, STATUS_OK);
  assert_true(n > 10);
  assert_int_equal(arms_in_file(), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_rows_columns_and_ratios, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_without_a_control, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_the_one_before_stays, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
