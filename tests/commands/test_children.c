/* test_children.c — programs run side by side: each code comes back, what they print is in their logs, no
 * more run than are allowed, and a program that is not there is told. */
#include "check.h"
#include "terminal/children.h"
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/spinule-children-XXXXXX";
static char logs[4][64];

static int set_up(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  for (int k = 0; k < 4; k++) snprintf(logs[k], sizeof logs[k], "%s/%d.log", folder, k);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  for (int k = 0; k < 4; k++) unlink(logs[k]);
  return rmdir(folder);
}

static void count(void *context, int ended) {
  int *most = context;
  *most = ended > *most ? ended : *most;
}

static void test_codes(void **state) {
  (void)state;
  const char *const words[4][4] = {{"/bin/sh", "-c", "echo one; echo two >&2", NULL},
                                   {"/bin/sh", "-c", "exit 5", NULL},
                                   {"/bin/sh", "-c", "kill -9 $$", NULL},
                                   {"/bin/sh", "-c", "exit 0", NULL}};
  const int codes[4] = {0, 5, 128 + 9, 0};
  for (int jobs = 1; jobs <= 8; jobs *= 2) {
    struct child child[4];
    int ended = 0;
    char text[32] = "";
    for (int k = 0; k < 4; k++) child[k] = (struct child){.words = words[k], .log = logs[k]};
    assert_ok(children_run(child, 4, jobs, count, &ended));
    for (int k = 0; k < 4; k++) assert_int_equal(child[k].code, codes[k]);
    assert_int_equal(ended, 4);
    FILE *log = fopen(logs[0], "r");
    assert_non_null(log);
    assert_int_equal(fread(text, 1, sizeof text - 1, log), 8);
    fclose(log);
    assert_string_equal(text, "one\ntwo\n");
  }
}

/* Each holds a directory for a while that the next cannot make: with one job at a time all can. */
static void test_jobs(void **state) {
  (void)state;
  char script[256];
  snprintf(script, sizeof script, "mkdir %s/held || exit 7; sleep 0.1; rmdir %s/held", folder, folder);
  const char *const words[] = {"/bin/sh", "-c", script, NULL};
  struct child child[3];
  int failed = 0;
  for (int k = 0; k < 3; k++) child[k] = (struct child){.words = words, .log = logs[k]};
  assert_ok(children_run(child, 3, 1, NULL, NULL));
  for (int k = 0; k < 3; k++) assert_int_equal(child[k].code, 0);
  assert_ok(children_run(child, 3, 3, NULL, NULL));
  for (int k = 0; k < 3; k++) failed += child[k].code == 7;
  assert_int_equal(failed, 2);
}

static void test_missing(void **state) {
  (void)state;
  const char *const words[] = {"/no/such/program", NULL};
  struct child child = {.words = words, .log = logs[0]};
  assert_fails(children_run(&child, 1, 1, NULL, NULL), STATUS_WORLD, "/no/such/program");
}

/* Signals reach a child as they reach this process, and this one again when all have ended. */
static void test_signals(void **state) {
  (void)state;
  const char *const words[] = {"/bin/sh", "-c", "grep -q '^SigBlk:.*[^0-9a-f]0*$' /proc/self/status", NULL};
  struct child child = {.words = words, .log = logs[0]};
  sigset_t mask;
  assert_ok(children_run(&child, 1, 1, NULL, NULL));
  assert_int_equal(child.code, 0);
  assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &mask), 0);
  assert_false(sigismember(&mask, SIGCHLD));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_codes), cmocka_unit_test(test_jobs),
                                     cmocka_unit_test(test_missing), cmocka_unit_test(test_signals)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
