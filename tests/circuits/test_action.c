/* test_action.c — sites of action: each row fits its struct, with a unit that can be read and a range; what
 * inhibitors leave of a site's activity is the product of their Hill terms, and nothing else is counted. */
#include "drugs/action.h"
#include "units.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void near(double value, double wanted) {
  if (!(fabs(value - wanted) <= 1e-13)) fail_msg("%.16g, wanted %.16g", value, wanted);
}

static void rows_fit_their_structs(void **state) {
  (void)state;
  static const size_t sizes[ACTION_COUNT] = {sizeof(struct nmda_channel),     sizeof(struct ampa_competitive),
                                             sizeof(struct mtorc1_inhibitor), sizeof(struct bdnf_scavenger),
                                             sizeof(struct nmda_subunit),     sizeof(struct nmda_allosteric)};
  for (int a = 0; a < ACTION_COUNT; a++) {
    const struct action_site *site = &action_sites[a];
    assert_true(strlen(site->name) > 0 && strlen(site->meaning) > 0);
    assert_int_equal(site->size, sizes[a]);
    assert_int_equal(site->n_params, site->size / sizeof(double)); /* every property is a row, once */
    for (int i = 0; i < site->n_params; i++) {
      const struct param *row = &site->params[i];
      double factor;
      assert_int_equal(row->type, PARAM_NUMBER);
      assert_int_equal(row->offset, (size_t)i * sizeof(double));
      assert_true(row->low < row->high);
      if (strcmp(row->unit, "1") != 0)
        assert_int_equal(units_factor(row->unit, row->unit, &factor), STATUS_OK);
    }
  }
}

/* What a receptor computes with: per µM and per ms. */
static void rates_are_in_the_units_of_receptors(void **state) {
  (void)state;
  double factor;
  const struct action_site *channel = &action_sites[ACTION_NMDA_CHANNEL];
  for (int i = 0; i < channel->n_params; i++) {
    const struct param *row = &channel->params[i];
    const char *wanted = strncmp(row->key, "K_d", 3) == 0    ? "uM"
                         : strcmp(row->key, "k_on") == 0     ? "1/(uM ms)"
                         : strcmp(row->key, "k_escape") == 0 ? "1/ms"
                                                             : "1";
    if (strcmp(wanted, "1") == 0) continue;
    assert_int_equal(units_factor(row->unit, wanted, &factor), STATUS_OK);
    near(factor, 1);
  }
}

static const struct mtorc1_inhibitor weak = {.IC50 = 2, .hill = 1}, steep = {.IC50 = 0.5, .hill = 3};
static const struct bdnf_scavenger scavenger = {.K_d = 0.001};
static const struct ampa_competitive competitor = {.K_B = 0.1};

static void inhibitors_leave_the_product_of_hill_terms(void **state) {
  (void)state;
  const struct exposure all[] = {{ACTION_MTORC1_INHIBITOR, 0, &weak, 6, NULL},
                                 {ACTION_BDNF_SCAVENGER, 0, &scavenger, 0.003, NULL},
                                 {ACTION_AMPA_COMPETITIVE, 0, &competitor, 100, NULL},
                                 {ACTION_MTORC1_INHIBITOR, 1, &steep, 1, NULL}};
  near(action_share_left(all, 1, ACTION_MTORC1_INHIBITOR, 0), 1 / 4.0);
  near(action_share_left(all, 4, ACTION_MTORC1_INHIBITOR, 0), 1 / 4.0 / 9);
  near(action_share_left(all, 4, ACTION_BDNF_SCAVENGER, 0), 1 / 4.0);
  near(action_share_left(all, 1, ACTION_BDNF_SCAVENGER, 0), 1);
}

static void without_drug_all_is_left(void **state) {
  (void)state;
  const struct exposure gone[] = {{ACTION_MTORC1_INHIBITOR, 0, &steep, 0, NULL},
                                  {ACTION_BDNF_SCAVENGER, 0, &scavenger, 0, NULL}};
  for (int a = 0; a < ACTION_COUNT; a++) {
    assert_true(action_share_left(NULL, 0, a, 0) == 1);
    assert_true(action_share_left(gone, 2, a, 0) == 1);
  }
}

/* Half is left at IC50, whatever the steepness; more drug leaves less, down to nothing. */
static void more_drug_leaves_less(void **state) {
  (void)state;
  struct exposure one = {ACTION_MTORC1_INHIBITOR, 0, &steep, 0.5, NULL};
  near(action_share_left(&one, 1, ACTION_MTORC1_INHIBITOR, 0), 0.5);
  double before = 1;
  for (one.free_uM = 1e-4; one.free_uM < 1e6; one.free_uM *= 10) {
    double left = action_share_left(&one, 1, ACTION_MTORC1_INHIBITOR, 0);
    assert_true(left >= 0 && left < before);
    before = left;
  }
  assert_true(before < 1e-15);
}

/* A drug that reaches part of the tissue: at each site its share of the concentration counts. */
static void what_does_not_reach_a_site_takes_nothing_there(void **state) {
  (void)state;
  static const float reach[] = {1, 0.5f, 0};
  const struct exposure two[] = {{ACTION_BDNF_SCAVENGER, 0, &scavenger, 0.004, reach},
                                 {ACTION_BDNF_SCAVENGER, 1, &scavenger, 0.001, NULL}};
  near(action_share_left(two, 1, ACTION_BDNF_SCAVENGER, 0), 1 / 5.0);
  near(action_share_left(two, 1, ACTION_BDNF_SCAVENGER, 1), 1 / 3.0);
  near(action_share_left(two, 1, ACTION_BDNF_SCAVENGER, 2), 1);
  near(action_share_left(two, 2, ACTION_BDNF_SCAVENGER, 2), 1 / 2.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_fit_their_structs),
      cmocka_unit_test(rates_are_in_the_units_of_receptors),
      cmocka_unit_test(inhibitors_leave_the_product_of_hill_terms),
      cmocka_unit_test(what_does_not_reach_a_site_takes_nothing_there),
      cmocka_unit_test(without_drug_all_is_left),
      cmocka_unit_test(more_drug_leaves_less),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
