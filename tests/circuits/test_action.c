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
#define SIZE(name, id, meaning) [ACTION_##id] = sizeof(struct name),
  static const size_t sizes[ACTION_COUNT] = {ACTIONS(SIZE)};
#undef SIZE
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

/* Half of the largest block at IC50; drugs at one channel share its places; nothing of other sites. */
static void blockers_of_channels_leave_their_share(void **state) {
  (void)state;
  const struct nicotinic nicotinic_drug = {.IC50 = 50, .hill = 2};
  const struct calcium_channel partial = {.IC50 = 68, .hill = 1.1, .block = 0.44};
  const struct exposure all[] = {{ACTION_NICOTINIC, 0, &nicotinic_drug, 100, NULL},
                                 {ACTION_CALCIUM_CHANNEL, 0, &partial, 68, NULL},
                                 {ACTION_CALCIUM_CHANNEL, 1, &partial, 1e9, NULL},
                                 {ACTION_MTORC1_INHIBITOR, 0, &weak, 6, NULL}};
  near(action_channels_left(all, 4, ACTION_NICOTINIC, 0), 1 / 5.0);
  near(action_channels_left(all, 2, ACTION_CALCIUM_CHANNEL, 0), 1 - 0.22);
  if (fabs(action_channels_left(all, 4, ACTION_CALCIUM_CHANNEL, 0) - 0.56) > 1e-7) fail();
  const struct exposure halves[] = {{ACTION_CALCIUM_CHANNEL, 0, &partial, 34, NULL},
                                    {ACTION_CALCIUM_CHANNEL, 1, &partial, 34, NULL}};
  near(action_channels_left(halves, 2, ACTION_CALCIUM_CHANNEL, 0), 1 - 0.22); /* one drug in two parts */
  assert_true(action_channels_left(all, 4, ACTION_MTORC1_INHIBITOR, 0) == 1);
  assert_true(action_channels_left(NULL, 0, ACTION_NICOTINIC, 0) == 1);
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

static const struct serotonin_reuptake first = {.K_d = 0.001}, second = {.K_d = 0.01};
static const struct immune_challenge challenge = {.EC50 = 0.5, .hill = 2};

/* Competing drugs share a site: Σx/(1 + Σx). */
static void competing_drugs_share_a_site(void **state) {
  (void)state;
  const struct exposure all[] = {{ACTION_SEROTONIN_REUPTAKE, 0, &first, 0.002, NULL},
                                 {ACTION_IMMUNE_CHALLENGE, 0, &challenge, 1, NULL},
                                 {ACTION_SEROTONIN_REUPTAKE, 1, &second, 0.01, NULL},
                                 {ACTION_MTORC1_INHIBITOR, 0, &weak, 6, NULL}};
  near(action_share_taken(all, 1, ACTION_SEROTONIN_REUPTAKE, 0), 2 / 3.0);
  near(action_share_taken(all, 4, ACTION_SEROTONIN_REUPTAKE, 0), 3 / 4.0);
  near(action_share_taken(all, 4, ACTION_IMMUNE_CHALLENGE, 0), 4 / 5.0);
  near(action_share_left(all, 4, ACTION_MTORC1_INHIBITOR, 0), 1 / 4.0);
  for (int a = 0; a < ACTION_COUNT; a++) assert_true(action_share_taken(NULL, 0, a, 0) == 0);
}

/* A drug with a reach at one of the two sites, and nothing else, asks for a look site by site. */
static void reach_makes_a_drug_local(void **state) {
  (void)state;
  static const float reach[] = {0, 1};
  struct exposure all[] = {{ACTION_MTORC1_INHIBITOR, 0, &weak, 2, reach},
                           {ACTION_IMMUNE_CHALLENGE, 0, &challenge, 3, NULL}};
  const struct step step = {.exposures = all, .n_exposures = 2}, none = {0};
  assert_true(action_is_local(&step, ACTION_MTORC1_INHIBITOR, ACTION_IMMUNE_CHALLENGE));
  assert_true(action_is_local(&step, ACTION_IMMUNE_CHALLENGE, ACTION_MTORC1_INHIBITOR));
  assert_false(action_is_local(&step, ACTION_IMMUNE_CHALLENGE, ACTION_BDNF_SCAVENGER));
  assert_false(action_is_local(&none, ACTION_MTORC1_INHIBITOR, ACTION_IMMUNE_CHALLENGE));
}

static const struct ampa_potentiator raise = {.EC50 = 3, .hill = 1, .current = 9, .release = 1.5};
static const struct ampa_potentiator lower = {.EC50 = 1, .hill = 2, .current = 9, .release = 0.5};

static void potentiators_raise_release(void **state) {
  (void)state;
  const struct exposure all[] = {{ACTION_AMPA_POTENTIATOR, 0, &raise, 3, NULL},
                                 {ACTION_MTORC1_INHIBITOR, 0, &weak, 6, NULL},
                                 {ACTION_AMPA_POTENTIATOR, 1, &lower, 1, NULL}};
  near(action_release(all, 1, 0), 1.25);
  near(action_release(all, 3, 0), 1.25 * 0.75);
  const struct exposure gone = {ACTION_AMPA_POTENTIATOR, 0, &raise, 0, NULL};
  assert_true(action_release(&gone, 1, 0) == 1 && action_release(NULL, 0, 0) == 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_fit_their_structs),
      cmocka_unit_test(rates_are_in_the_units_of_receptors),
      cmocka_unit_test(inhibitors_leave_the_product_of_hill_terms),
      cmocka_unit_test(what_does_not_reach_a_site_takes_nothing_there),
      cmocka_unit_test(without_drug_all_is_left),
      cmocka_unit_test(blockers_of_channels_leave_their_share),
      cmocka_unit_test(more_drug_leaves_less),
      cmocka_unit_test(competing_drugs_share_a_site),
      cmocka_unit_test(reach_makes_a_drug_local),
      cmocka_unit_test(potentiators_raise_release),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
