/* test_status.c — exit codes are those promised to users; the message is made once, may quote the one before,
 * is cut between characters, and belongs to its thread; TRY forwards the first failure. */
#include "check.h"
#include "team.h"
#include <stdlib.h>

static void test_exit_codes(void **state) {
  (void)state;
  const struct {
    enum status status;
    int code;
  } promised[] = {{STATUS_OK, 0},          {STATUS_FAULT, 1},         {STATUS_USAGE, 2},
                  {STATUS_CONFIG, 2},      {STATUS_IN_USE, 2},        {STATUS_WORLD, 3},
                  {STATUS_NO_MEMORY, 3},   {STATUS_DIVERGED, 4},      {STATUS_DIFFERS, 5},
                  {STATUS_TIME_LIMIT, 75}, {STATUS_INTERRUPTED, 130}, {STATUS_TERMINATED, 143}};
  assert_int_equal(sizeof promised / sizeof promised[0], STATUS_COUNT);
  for (int k = 0; k < STATUS_COUNT; k++) {
    assert_int_equal(status_exit_code(promised[k].status), promised[k].code);
    assert_true(strlen(status_text(promised[k].status)) > 3);
  }
  assert_int_equal(status_exit_code((enum status)STATUS_COUNT), 1); /* no status: a fault of the program */
  assert_int_equal(status_exit_code((enum status) - 1), 1);
}

static void test_message(void **state) {
  (void)state;
  assert_int_equal(status_fail(STATUS_CONFIG, "side: %d µm is out of range", 7), STATUS_CONFIG);
  assert_string_equal(status_message(), "side: 7 µm is out of range");
  assert_int_equal(status_fail(STATUS_WORLD, "a.cfg:3: %s", status_message()), STATUS_WORLD);
  assert_string_equal(status_message(), "a.cfg:3: side: 7 µm is out of range");
}

/* A message of more than 4,000 bytes loses no half character, wherever the cut falls. */
static void test_long_message(void **state) {
  (void)state;
  char text[5000];
  const char *const character[] = {"x", "µ", "…", "𝛿"};
  for (int k = 0; k < 4; k++) {
    size_t width = strlen(character[k]);
    for (size_t shift = 0; shift < 4; shift++) {
      memset(text, 'a', shift);
      size_t at = shift;
      for (; at + width < sizeof text; at += width) memcpy(text + at, character[k], width);
      text[at] = 0;
      (void)status_fail(STATUS_CONFIG, "%s", text);
      size_t length = strlen(status_message());
      assert_between(length, 3997, 4000);
      assert_int_equal((length - shift) % width, 0);
      assert_memory_equal(status_message(), text, length);
    }
  }
}

struct parts {
  struct team *team;
  bool kept[4];
};

static void fail_alone(void *context, int thread) {
  struct parts *parts = context;
  char mine[32];
  snprintf(mine, sizeof mine, "thread %d", thread);
  (void)status_fail(STATUS_FAULT, "%s", mine);
  team_barrier(parts->team, thread); /* all have failed now */
  parts->kept[thread] = strcmp(status_message(), mine) == 0;
}

static void test_one_message_per_thread(void **state) {
  (void)state;
  struct parts parts = {0};
  assert_ok(team_new(4, &parts.team));
  team_run(parts.team, fail_alone, &parts);
  for (int t = 0; t < 4; t++) assert_true(parts.kept[t]);
  team_free(parts.team);
}

static enum status step(enum status first, enum status second, int *done) {
  TRY(first);
  ++*done;
  TRY(second);
  ++*done;
  return STATUS_OK;
}

static enum status leave(enum status given, int *cleaned) {
  enum status status;
  TRY_GOTO(given, done);
  status = STATUS_FAULT;
done:
  ++*cleaned;
  return status;
}

static void test_forwarding(void **state) {
  (void)state;
  int done = 0, cleaned = 0;
  assert_int_equal(step(STATUS_OK, STATUS_OK, &done), STATUS_OK);
  assert_int_equal(done, 2);
  assert_int_equal(step(STATUS_OK, STATUS_WORLD, &done), STATUS_WORLD);
  assert_int_equal(done, 3);
  assert_int_equal(step(STATUS_CONFIG, STATUS_WORLD, &done), STATUS_CONFIG);
  assert_int_equal(done, 3);
  assert_int_equal(leave(STATUS_DIVERGED, &cleaned), STATUS_DIVERGED);
  assert_int_equal(leave(STATUS_OK, &cleaned), STATUS_FAULT);
  assert_int_equal(cleaned, 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exit_codes),   cmocka_unit_test(test_message),
      cmocka_unit_test(test_long_message), cmocka_unit_test(test_one_message_per_thread),
      cmocka_unit_test(test_forwarding),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
