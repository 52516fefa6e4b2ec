/* test_names.c — only names that every viewer takes, and only paths that stay where they are put. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "names.h"

static void test_plain_names(void **state) {
  (void)state;
  static const char *const good[] = {"a", "PV_L5", "_x", "C_m", "glutamate2"};
  static const char *const bad[] = {"", "2a", "a b", "a/b", "a.b", "a-b", "µ", "a\n"};
  char longest[65];
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(names_plain(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(names_plain(bad[i]));
  assert_false(names_plain(NULL));
  memset(longest, 'a', 64);
  longest[64] = 0;
  assert_false(names_plain(longest));
  longest[63] = 0;
  assert_true(names_plain(longest));
}

static void test_paths(void **state) {
  (void)state;
  static const char *const bad[] = {"", "/a", "a//b", "a/", "a b", "a:b", "ψ"};
  char path[STORE_NAME_MAX], longest[200];
  assert_int_equal(names_path("maps/mPFC", path), STATUS_OK);
  assert_string_equal(path, "/maps/mPFC");
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(names_path(bad[i], path), STATUS_FAULT);
  memset(longest, 'a', 199);
  longest[199] = 0;
  assert_int_equal(names_path(longest, path), STATUS_FAULT);
}

static void test_joined(void **state) {
  (void)state;
  char path[STORE_NAME_MAX], half[200];
  assert_int_equal(names_join("/", "rates", path), STATUS_OK);
  assert_string_equal(path, "/rates");
  assert_int_equal(names_join("/rates", "PV", path), STATUS_OK);
  assert_string_equal(path, "/rates/PV");
  memset(half, 'a', 199);
  half[199] = 0;
  assert_int_equal(names_join(half, half, path), STATUS_CONFIG);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain_names),
      cmocka_unit_test(test_paths),
      cmocka_unit_test(test_joined),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
