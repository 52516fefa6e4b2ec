/* test_mechanism.c — the best build that the CPU can run is chosen, SPINULE_ISA forces one, and a name that
 * is not built or cannot run is refused; mechanisms are found by name, and numbers among their parameters. */
#include "check.h"
#include "mechanism.h"
#include <stdlib.h>

static const struct mechanism one = {.name = "one"}, two = {.name = "two"};
static const struct mechanism *const list[] = {&one, &two};

static void test_choice(void **state) {
  (void)state;
  const struct mechanisms builds[] = {{"base", list, 2}, {"v3", list, 2}, {"v4", list, 2}, {"v9", list, 2}};
  const struct mechanisms *chosen;
  unsetenv("SPINULE_ISA");
  assert_ok(mechanism_choose(builds, 4, &chosen));
  const char *best = chosen->isa;
  assert_string_not_equal(best, "v9"); /* no CPU is known to run it */
  static const char *const names[] = {"base", "v3", "v4"};
  bool beyond_best = false;
  for (int k = 0; k < 3; k++) {
    setenv("SPINULE_ISA", names[k], 1);
    if (beyond_best) {
      assert_fails(mechanism_choose(builds, 4, &chosen), STATUS_USAGE, names[k]);
    } else {
      assert_ok(mechanism_choose(builds, 4, &chosen));
      assert_string_equal(chosen->isa, names[k]);
    }
    beyond_best |= strcmp(names[k], best) == 0;
  }
  assert_true(beyond_best);
  setenv("SPINULE_ISA", "", 1); /* empty is as if it were not set */
  assert_ok(mechanism_choose(builds, 4, &chosen));
  assert_string_equal(chosen->isa, best);
  unsetenv("SPINULE_ISA");
}

static void test_refused(void **state) {
  (void)state;
  const struct mechanisms builds[] = {{"base", list, 2}, {"v9", list, 2}}, *chosen = builds;
  static const char *const wrong[] = {"v3", "v9", "Base", "avx"};
  for (int k = 0; k < 4; k++) {
    setenv("SPINULE_ISA", wrong[k], 1);
    assert_fails(mechanism_choose(builds, 2, &chosen), STATUS_USAGE, wrong[k]);
    assert_null(chosen);
  }
  unsetenv("SPINULE_ISA");
}

static void test_find(void **state) {
  (void)state;
  const struct mechanisms build = {"base", list, 2};
  assert_ptr_equal(mechanism_find(&build, "two"), &two);
  assert_null(mechanism_find(&build, "tw"));
  assert_null(mechanism_find(&build, ""));
}

static void test_number(void **state) {
  (void)state;
  struct own {
    double g_L, E_L;
    bool on;
  };
  static const struct param params[] = {
      PARAM_NUM(struct own, g_L, "nS", 10, 0, 100, SETTING, "", ""),
      PARAM_NUM(struct own, E_L, "mV", -70, -100, 0, SETTING, "", ""),
      PARAM_BOOL(struct own, on, 1, SETTING, "", ""),
  };
  const struct mechanism cell = {.name = "cell", .params = params, .n_params = 3};
  const struct own own = {12, -65, true};
  assert_near(mechanism_number(&cell, &own, "g_L"), 12, 0);
  assert_near(mechanism_number(&cell, &own, "E_L"), -65, 0);
  assert_true(isnan(mechanism_number(&cell, &own, "on")) && isnan(mechanism_number(&cell, &own, "E_")));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_choice), cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_find), cmocka_unit_test(test_number)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
