/* test_calcium_entry.c — release falls with the power of the calcium channels that are left; without drug
 * nothing is lost, to the bit; drugs at other sites do not count. */
#include "check.h"
#include "drugs/action.h"
#include "synapses/calcium_entry.h"

static void test_power(void **state) {
  (void)state;
  const struct calcium_entry p = {.cooperativity = 3}, linear = {.cooperativity = 1};
  for (double blocked = 0; blocked <= 1; blocked += 0.125) {
    double left = 1 - blocked;
    assert_near(calcium_entry_release_lost(&p, blocked), 1 - left * left * left, 1e-14);
    assert_near(calcium_entry_release_lost(&linear, blocked), blocked, 1e-14);
  }
  assert_true(calcium_entry_release_lost(&p, 0) == 0);
}

static void test_blocked(void **state) {
  (void)state;
  const struct calcium_channel drug = {.IC50 = 68, .hill = 1, .block = 0.5};
  const struct nicotinic other = {.IC50 = 1, .hill = 1};
  const struct exposure exposures[] = {{ACTION_CALCIUM_CHANNEL, 0, &drug, 68, NULL},
                                       {ACTION_NICOTINIC, 0, &other, 9, NULL}};
  const struct exposure gone[] = {{ACTION_CALCIUM_CHANNEL, 0, &drug, 0, NULL}};
  assert_near(calcium_entry_blocked(exposures, 2, 0), 0.25, 1e-14);
  static const float reach[2] = {1, 0};
  const struct exposure local[] = {{ACTION_CALCIUM_CHANNEL, 0, &drug, 68, reach}};
  assert_near(calcium_entry_blocked(local, 1, 0), 0.25, 1e-14);
  assert_true(calcium_entry_blocked(local, 1, 1) == 0);
  assert_true(calcium_entry_blocked(NULL, 0, 0) == 0 && calcium_entry_blocked(gone, 1, 0) == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_power), cmocka_unit_test(test_blocked)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
