/* test_store.c — files as a whole: locks, what a reader sees of a running file, abandoning, and that no file,
 * whatever is in it, does more harm than a message. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "memory.h"
#include "output/scratch_fixture.h"
#include "store.h"

static double number_at(const char *object) {
  struct store *store;
  double value = -1;
  OK(store_open(path, false, &store));
  OK(store_read(store, object, NULL, STATE_F64, 1, &value));
  OK(store_close(store));
  return value;
}

static void test_a_reader_sees_the_latest_flush(void **state) {
  (void)state;
  struct store *store, *reader;
  double value = 1;
  OK(store_create(path, &store));
  assert_string_equal(store_path(store), path);
  assert_false(store_unlocked(store));
  OK(store_write_number(store, "/t", STATE_F64, &value));
  OK(store_flush(store));
  assert_true(number_at("/t") == 1);
  value = 2;
  OK(store_write_number(store, "/t", STATE_F64, &value));
  OK(store_write_number(store, "/later", STATE_F64, &value));
  assert_true(number_at("/t") == 1);
  OK(store_open(path, false, &reader));
  assert_int_equal(store_object(reader, "/later"), STORE_ABSENT);
  assert_int_equal(store_write_number(reader, "/t", STATE_F64, &value), STATUS_FAULT);
  OK(store_close(reader));
  OK(store_sync(store));
  assert_true(number_at("/t") == 2);
  OK(store_close(store));
}

static void test_one_writer(void **state) {
  (void)state;
  struct store *store, *other;
  double value = 1;
  OK(store_create(path, &store));
  OK(store_write_number(store, "/t", STATE_F64, &value));
  OK(store_flush(store));
  assert_int_equal(store_open(path, true, &other), STATUS_IN_USE);
  assert_null(other);
  assert_int_equal(store_create(path, &other), STATUS_IN_USE);
  assert_true(number_at("/t") == 1); /* what could not be created anew was not emptied either */
  OK(store_close(store));
  OK(store_open(path, true, &other));
  OK(store_close(other));
  OK(store_create(path, &other)); /* and an unused file is begun again */
  assert_int_equal(store_object(other, "/t"), STORE_ABSENT);
  OK(store_close(other));
}

static void test_abandoned_as_of_the_latest_flush(void **state) {
  (void)state;
  struct store *store;
  double value = 1;
  OK(store_create(path, &store));
  OK(store_write_number(store, "/t", STATE_F64, &value));
  OK(store_flush(store));
  size_t flushed, left;
  free(scratch_read(path, &flushed));
  for (int i = 0; i < 100; i++) {
    char name[20];
    snprintf(name, sizeof name, "/more%d", i);
    OK(store_write_number(store, name, STATE_F64, &value));
  }
  value = 2;
  OK(store_write_number(store, "/t", STATE_F64, &value));
  store_abandon(store);
  store_abandon(NULL);
  assert_true(number_at("/t") == 1);
  free(scratch_read(path, &left));
  assert_int_equal(left, flushed);
  OK(store_open(path, true, &store));
  assert_int_equal(store_object(store, "/more0"), STORE_ABSENT);
  OK(store_write_number(store, "/t", STATE_F64, &value));
  OK(store_close(store));
  assert_true(number_at("/t") == 2);
}

static void expect_refusal(enum status wanted, const char *words) {
  for (int writable = 0; writable < 2; writable++) {
    struct store *store;
    assert_int_equal(store_open(path, writable, &store), wanted);
    assert_null(store);
    if (!strstr(status_message(), words)) fail_msg("message: %s", status_message());
    assert_non_null(strstr(status_message(), path));
  }
}

static void test_what_is_no_file_is_refused(void **state) {
  (void)state;
  struct store *store;
  expect_refusal(STATUS_WORLD, "No such file");
  scratch_write(path, "", 0);
  expect_refusal(STATUS_CONFIG, "not a readable HDF5 file");
  scratch_write(path, "some text, and no HDF5\n", 23);
  expect_refusal(STATUS_CONFIG, "not a readable HDF5 file");
  unlink(path);
  mkdir(path, 0777);
  expect_refusal(STATUS_WORLD, "directory");
  rmdir(path);
  assert_int_equal(mkfifo(path, 0666), 0); /* nobody will ever write into it */
  expect_refusal(STATUS_CONFIG, "is not a plain file");
  unlink(path);
  assert_int_equal(store_create("/nowhere/at/all.h5", &store), STATUS_WORLD);
  assert_non_null(strstr(status_message(), "No such file"));
}

/* A file cut off anywhere is refused or read, never more. */
static void test_truncated_files(void **state) {
  (void)state;
  struct store *store;
  double values[300] = {0};
  OK(store_create(path, &store));
  OK(store_write_column(store, "/column", STATE_F64, 300, values));
  OK(store_close(store));
  size_t size;
  unsigned char *whole = scratch_read(path, &size);
  for (size_t cut = 0; cut < size; cut += 37) {
    scratch_write(path, whole, cut);
    assert_int_equal(store_open(path, false, &store), STATUS_CONFIG);
  }
  free(whole);
}

static void test_reading_what_is_not_there(void **state) {
  (void)state;
  struct store *store;
  double values[4] = {1, 2, 3, 4};
  struct store_names names;
  struct store_form form;
  OK(store_create(path, &store));
  OK(store_write_column(store, "/column", STATE_F64, 4, values));
  OK(store_write_text(store, "/text", "words"));
  OK(store_close(store));
  OK(store_open(path, false, &store));
  assert_int_equal(store_read(store, "/column", NULL, STATE_F64, 3, values), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "should hold 3 numbers"));
  assert_int_equal(store_read(store, "/text", NULL, STATE_F64, 1, values), STATUS_CONFIG);
  assert_int_equal(store_read(store, "/none", NULL, STATE_F64, 1, values), STATUS_CONFIG);
  assert_int_equal(store_read(store, "/column", "none", STATE_F64, 1, values), STATUS_CONFIG);
  assert_non_null(strstr(status_message(), "/column@none"));
  assert_int_equal(store_read_rows(store, "/column", 2, 3, values), STATUS_CONFIG);
  assert_int_equal(store_read_rows(store, "/column", UINT64_MAX, 2, values), STATUS_CONFIG);
  assert_int_equal(store_read_texts(store, "/column", NULL, &names), STATUS_CONFIG);
  assert_int_equal(store_children(store, "/column", &names), STATUS_CONFIG);
  assert_int_equal(names.n, 0);
  assert_int_equal(store_form(store, "/", NULL, &form), STATUS_CONFIG);
  OK(store_form(store, "/column", NULL, &form)); /* and the file is still of use */
  OK(store_close(store));
}

/* A process in which HDF5 faults while a file is read: what it ends with, and says. */
static int end_of_reader(bool closed, char *said, size_t size) {
  struct store *store;
  int ends[2], status = 0;
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL); /* the test frame's own is none of a program */
    dup2(ends[1], STDERR_FILENO);
    if (store_open(path, false, &store) != STATUS_OK) _exit(99);
    if (closed && store_close(store) != STATUS_OK) _exit(99);
    raise(SIGSEGV);
    _exit(98);
  }
  close(ends[1]);
  size_t n = 0;
  for (ssize_t more = 1; more > 0 && n < size - 1; n += (size_t)(more > 0 ? more : 0))
    more = read(ends[0], said + n, size - 1 - n);
  said[n] = '\0';
  close(ends[0]);
  assert_true(waitpid(child, &status, 0) == child);
  return status;
}

/* HDF5 faults in some damaged files: one line, and the code of a wrong input file. Elsewhere it is one. */
static void test_fault_of_the_library(void **state) {
  (void)state;
  struct store *store;
  char said[1024];
  OK(store_create(path, &store));
  OK(store_close(store));
  int status = end_of_reader(false, said, sizeof said);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
  assert_non_null(strstr(said, path));
  assert_non_null(strstr(said, ": damaged: HDF5 failed inside of it"));
  status = end_of_reader(true, said, sizeof said);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
  assert_string_equal(said, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_a_reader_sees_the_latest_flush, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_one_writer, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_abandoned_as_of_the_latest_flush, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_what_is_no_file_is_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_truncated_files, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_reading_what_is_not_there, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_fault_of_the_library, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
