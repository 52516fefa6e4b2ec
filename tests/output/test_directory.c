/* test_directory.c — one holder at a time, which the system lets go of when its process ends; names of files
 * stay inside the directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "directory.h"
#include "memory.h"
#include "output/scratch.h"
#include <signal.h>
#include <sys/wait.h>

static struct scratch scratch;
static char path[SCRATCH_MAX];

static int set_up(void **state) {
  (void)state;
  scratch = scratch_make();
  scratch_file(&scratch, "run", path);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  rmdir(path);
  scratch_remove(&scratch);
  return 0;
}

#define OK(call) assert_int_equal(call, STATUS_OK)

static void test_one_holder(void **state) {
  (void)state;
  struct directory *one, *two;
  long pid = -1;
  size_t before = memory_in_use();
  assert_false(directory_held(path, &pid));
  OK(directory_open(path, &one));
  assert_string_equal(directory_path(one), path);
  assert_false(directory_unlocked(one));
  assert_true(directory_held(path, &pid));
  assert_int_equal(pid, getpid());
  assert_int_equal(directory_open(path, &two), STATUS_IN_USE);
  assert_null(two);
  char holder[40];
  snprintf(holder, sizeof holder, "process %ld on", (long)getpid());
  assert_non_null(strstr(status_message(), holder));
  directory_close(one);
  directory_close(NULL);
  assert_false(directory_held(path, &pid));
  assert_int_equal(pid, 0);
  OK(directory_open(path, &two));
  directory_close(two);
  assert_int_equal(memory_in_use(), before);
}

static void test_a_killed_holder_holds_nothing(void **state) {
  (void)state;
  int ready[2];
  char byte;
  long pid;
  struct directory *directory;
  assert_int_equal(pipe(ready), 0);
  pid_t child = fork();
  if (child == 0) {
    bool held = directory_open(path, &directory) == STATUS_OK;
    if (write(ready[1], "x", 1) == 1 && held)
      for (;;) pause();
    _exit(1);
  }
  assert_int_equal(read(ready[0], &byte, 1), 1);
  assert_true(directory_held(path, &pid));
  assert_int_equal(pid, child);
  assert_int_equal(directory_open(path, &directory), STATUS_IN_USE);
  kill(child, SIGKILL);
  assert_int_equal(waitpid(child, NULL, 0), child);
  assert_false(directory_held(path, &pid)); /* though its file is there */
  OK(directory_open(path, &directory));
  directory_close(directory);
  close(ready[0]);
  close(ready[1]);
}

static void test_directories_on_the_way_are_made(void **state) {
  (void)state;
  struct directory *directory;
  char deep[SCRATCH_MAX + 20], file[SCRATCH_MAX + 40];
  snprintf(deep, sizeof deep, "%s/a/b", path);
  OK(directory_open(deep, &directory));
  directory_close(directory);
  rmdir(deep);
  snprintf(deep, sizeof deep, "%s/a", path);
  snprintf(file, sizeof file, "%s/file", deep);
  scratch_write(file, "x", 1);
  assert_int_equal(directory_open(file, &directory), STATUS_WORLD);
  assert_non_null(strstr(status_message(), "is not a directory"));
  assert_int_equal(directory_open("", &directory), STATUS_WORLD);
  assert_int_equal(directory_open("/proc/no/such", &directory), STATUS_WORLD);
  OK(directory_sync(file));
  OK(directory_sync("file"));
  assert_int_equal(directory_sync("/no/where/file"), STATUS_WORLD);
  unlink(file);
  rmdir(deep);
}

static void test_files_stay_inside(void **state) {
  (void)state;
  static const char *const wrong[] = {"", ".", "..", "../x", "a/b", "-o", ".hidden", "a b", "a\n", "é"};
  struct directory *directory;
  char *file, wanted[SCRATCH_MAX + 30], longest[102];
  OK(directory_open(path, &directory));
  OK(directory_file(directory, "drug_10-mg.v2+1", RESULT_SUFFIX, &file));
  snprintf(wanted, sizeof wanted, "%s/drug_10-mg.v2+1.h5", path);
  assert_string_equal(file, wanted);
  memory_free(file);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(directory_file(directory, wrong[i], RESULT_SUFFIX, &file), STATUS_CONFIG);
    assert_null(file);
  }
  memset(longest, 'a', sizeof longest - 1);
  longest[101] = 0;
  assert_int_equal(directory_file(directory, longest, RESULT_SUFFIX, &file), STATUS_CONFIG);
  longest[100] = 0;
  OK(directory_file(directory, longest, RESULT_SUFFIX, &file));
  memory_free(file);
  directory_close(directory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_one_holder, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_killed_holder_holds_nothing, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_directories_on_the_way_are_made, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_files_stay_inside, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
