/* test_signalling.c — the whole chain of a site: rest stays rest for twelve weeks, a dose-like input gives
 * the course that an independent integration gives, each arrow can be taken away by its input without moving
 * a bit of what does not lie behind it, switches clamp inputs and nothing else, steps may be cut anywhere,
 * and all states stay in their bounds. */
#include "slow_site.h"

static void test_hill(void **state) {
  (void)state;
  for (double K = 0.5; K < 4; K += 0.5) {
    for (double n = 1; n < 5; n++) {
      assert_true(signalling_hill(1, K, n) == 1);
      assert_true(signalling_hill(0, K, n) == 0 && signalling_hill(-1, K, n) == 0);
      assert_near(signalling_hill(K, K, n), 0.5 * (1 + pow(K, n)), 1e-12 * (1 + pow(K, n)));
      assert_near(signalling_hill(1e9, K, n), 1 + pow(K, n), 1e-6 * (1 + pow(K, n)));
    }
  }
}

static void test_rest(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  double rest[SIGNALLING_COUNT];
  signalling_rest(rest);
  for (int step = 0; step < 84 * 48; step++) {
    slow_advance(&site, 0.5);
    for (int k = 0; k < SIGNALLING_COUNT; k++) assert_near(site.y[k], rest[k], 1e-9);
  }
  stiff_free(site.solver);
}

/* The input of a window after a dose, by hours since. */
static struct signalling_input dosed(double t_h) {
  double drug = exp(-t_h / 1.2);
  return slow_input(1 + 0.5 * drug, 0.3 * drug, 1 + 0.6 * drug, 1, 1);
}

/* Three days of a response against Runge–Kutta steps of 3.6 s; feedbacks begin with a kink, at rest. */
static void test_against_plain_integration(void **state) {
  (void)state;
  struct slow_site site = slow_site(), plain = slow_site();
  double peak = 0;
  for (int step = 0; step < 144; step++) {
    site.in = plain.in = dosed(site.time_h);
    slow_advance(&site, 0.5);
    slow_advance_plainly(&plain, 0.5);
    for (int k = 0; k < SIGNALLING_COUNT; k++) assert_near(site.y[k], plain.y[k], 3e-5);
    peak = fmax(peak, site.y[SIGNALLING_MTORC1]);
  }
  assert_true(peak > 1.5); /* there was a response */
  assert_true(site.y[SIGNALLING_PROTEINS] > 1.02);
  stiff_free(site.solver);
  stiff_free(plain.solver);
}

/* ---- arrows ---- */

/* Rates of change at a state away from rest. */
static void rates_of(const struct slow_site *site, const struct signalling_input *in, double *dydt) {
  static const double y[SIGNALLING_COUNT] = {0.9, 1.1, 1.4, 0.8, 0.7, 1.3, 0.2, 1.4, 1.5, 1.1, 1.0};
  signalling_rates(&site->signalling, in, y, dydt);
  dydt[SIGNALLING_SCALE] = dydt[SIGNALLING_GABA_SCALE] = 1.0;
  scaling_advance(&site->signalling.scaling, in, 1, &dydt[SIGNALLING_SCALE], &dydt[SIGNALLING_GABA_SCALE]);
}

/* Which rates an input moves, one arrow each (throughput, firing and serotonin have two); all others keep
 * their bits. */
static void test_each_input_is_one_arrow(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  const struct signalling_input rest = slow_input(1, 0, 1, 1, 1);
  struct signalling_input serotonin = rest, inflamed = rest, calcium = rest;
  serotonin.serotonin = inflamed.inflamed = 0.5;
  calcium.calcium_blocked = 0.3;
  const struct {
    struct signalling_input in;
    unsigned moves; /* bit k: state k */
  } arrows[] = {{slow_input(1.3, 0, 1, 1, 1), 1u << SIGNALLING_BDNF | 1u << SIGNALLING_ERK},
                {slow_input(1, 0.4, 1, 1, 1), 1u << SIGNALLING_EEF2},
                {slow_input(1, 0, 1.2, 1, 1),
                 1u << SIGNALLING_SCALE | 1u << SIGNALLING_GABA_SCALE | 1u << SIGNALLING_ACTIVITY},
                {slow_input(1, 0, 1, 0.1, 1), 1u << SIGNALLING_BDNF},
                {slow_input(1, 0, 1, 1, 0.1), 1u << SIGNALLING_MTORC1},
                {calcium, 1u << SIGNALLING_BDNF | 1u << SIGNALLING_ERK},
                {serotonin, 1u << SIGNALLING_BDNF_SUPPLY | 1u << SIGNALLING_TRKB},
                {inflamed, 1u << SIGNALLING_BDNF_SUPPLY}};
  double before[SIGNALLING_COUNT], after[SIGNALLING_COUNT];
  rates_of(&site, &rest, before);
  for (int a = 0; a < COUNT_OF(arrows); a++) {
    rates_of(&site, &arrows[a].in, after);
    for (int k = 0; k < SIGNALLING_COUNT; k++)
      assert_true((after[k] != before[k]) == (arrows[a].moves >> k & 1));
  }
  stiff_free(site.solver);
}

/* The course of a response with an arrow taken away. */
static struct slow_site course(double resting_blocked, double rate, double mtorc1_left, bool translation,
                               bool scaling) {
  struct slow_site site = slow_site();
  site.signalling.direct_translation = translation;
  site.signalling.homeostatic_scaling = scaling;
  for (int step = 0; step < 96; step++) {
    struct signalling_input in = dosed(site.time_h);
    in.resting_blocked *= resting_blocked;
    in.rate = 1 + rate * (in.rate - 1);
    in.mtorc1_left = mtorc1_left;
    in.scale_then = site.y[SIGNALLING_SCALE] / site.y[SIGNALLING_GABA_SCALE]; /* a window in every step */
    site.in = in;
    slow_advance(&site, 0.5);
  }
  stiff_free(site.solver);
  return site;
}

/* A switch that is off and an input at its rest are the same to the bit; scaling moves nothing else; an
 * inhibitor of mTORC1 leaves what lies before it, within the solver's error, and nothing of what lies
 * behind. */
static void test_arrows_over_days(void **state) {
  (void)state;
  struct slow_site all = course(1, 1, 1, true, true);
  struct slow_site off = course(1, 1, 1, false, true), none = course(0, 1, 1, true, true);
  assert_memory_equal(off.y, none.y, sizeof off.y);
  assert_true(off.y[SIGNALLING_PROTEINS] < all.y[SIGNALLING_PROTEINS]);
  struct slow_site unscaled = course(1, 1, 1, true, false), flat = course(1, 0, 1, true, true);
  assert_true(unscaled.y[SIGNALLING_SCALE] == flat.y[SIGNALLING_SCALE]);
  assert_memory_equal(unscaled.y, all.y, SIGNALLING_SOLVED * sizeof *all.y);
  assert_true(unscaled.y[SIGNALLING_SCALE] == 1 && all.y[SIGNALLING_SCALE] < 0.995);
  assert_true(unscaled.y[SIGNALLING_GABA_SCALE] == 1 && all.y[SIGNALLING_GABA_SCALE] > 1.01);
  struct slow_site inhibited = course(1, 1, 0, true, true);
  for (int k = 0; k <= SIGNALLING_TRKB; k++) assert_near(inhibited.y[k], all.y[k], 2e-5);
  assert_near(inhibited.y[SIGNALLING_MTORC1], 0, 1e-6);
  assert_near(inhibited.y[SIGNALLING_ERK], all.y[SIGNALLING_ERK], 2e-5);
}

/* Proteins after two days of a response, with and without each of the two arms. */
static double proteins_by(bool erk, double mtorc1_left) {
  struct slow_site site = slow_site();
  site.signalling.erk_proteins = erk;
  for (int step = 0; step < 96; step++) {
    site.in = dosed(site.time_h);
    site.in.mtorc1_left = mtorc1_left;
    slow_advance(&site, 0.5);
  }
  stiff_free(site.solver);
  return site.y[SIGNALLING_PROTEINS] - 1;
}

/* An inhibitor of mTORC1 leaves what ERK does, and that is little; with ERK's switch off it leaves nothing.
 * */
static void test_two_arms(void **state) {
  (void)state;
  double both = proteins_by(true, 1), mtorc1 = proteins_by(false, 1), erk = proteins_by(true, 0);
  assert_near(proteins_by(false, 0), 0, 1e-9);
  assert_near(both, mtorc1 + erk, 0.02 * both); /* they add up */
  assert_true(erk > 0.001);
  assert_true(erk < 0.3 * both);
}

/* The switch holds inflammation at rest, and nothing else. */
static void test_inflammation_switch(void **state) {
  (void)state;
  struct slow_site off = slow_site(), none = slow_site();
  off.in = none.in = dosed(0.5);
  off.in.inflamed = 0.7;
  off.signalling.inflammation = false;
  slow_advance(&off, 6);
  slow_advance(&none, 6);
  assert_memory_equal(off.y, none.y, sizeof off.y);
  off.signalling.inflammation = true;
  slow_advance(&off, 6);
  slow_advance(&none, 6);
  assert_true(off.y[SIGNALLING_BDNF_SUPPLY] < none.y[SIGNALLING_BDNF_SUPPLY] - 0.1);
  stiff_free(off.solver);
  stiff_free(none.solver);
}

/* ---- steps and bounds ---- */

static void test_steps_can_be_cut(void **state) {
  (void)state;
  struct slow_site whole = slow_site(), cut = slow_site();
  whole.in = cut.in = slow_input(1.4, 0.2, 1.3, 1, 1);
  slow_advance(&whole, 6);
  for (int k = 0; k < 60; k++) slow_advance(&cut, 0.1);
  for (int k = 0; k < SIGNALLING_COUNT; k++) assert_near(cut.y[k], whole.y[k], 2e-5);
  stiff_free(whole.solver);
  stiff_free(cut.solver);
}

/* A body that is colder by so much that rates are 0.7 of normal lives through 0.7 of the time. */
static void test_cold_is_slow(void **state) {
  (void)state;
  struct slow_site warm = slow_site(), cold = slow_site();
  warm.in = cold.in = slow_input(1.4, 0.2, 1.3, 1, 1);
  cold.in.slowing = 0.3;
  slow_advance(&warm, 0.7 * 3);
  slow_advance(&cold, 3);
  for (int k = 0; k < SIGNALLING_COUNT; k++) assert_near(cold.y[k], warm.y[k], 1e-5);
  assert_true(cold.y[SIGNALLING_MTORC1] > 1.1);
  stiff_free(warm.solver);
  stiff_free(cold.solver);
}

/* Sites share a solver: what one does leaves no trace in the next. */
static void test_order_of_sites(void **state) {
  (void)state;
  struct slow_site alone = slow_site(), after = slow_site(), other = slow_site();
  alone.in = after.in = slow_input(1.7, 0.4, 1.5, 1, 1);
  slow_advance(&alone, 3);
  stiff_free(other.solver);
  other.solver = after.solver;
  other.in = slow_input(0.1, 0, 0, 1, 0.2);
  slow_advance(&other, 7);
  slow_advance(&after, 3);
  assert_memory_equal(alone.y, after.y, sizeof alone.y);
  stiff_free(alone.solver);
  stiff_free(after.solver);
}

/* Inputs thrown to their ends for weeks. */
static void test_bounds(void **state) {
  (void)state;
  struct slow_site site = slow_site();
  static const double high[SIGNALLING_COUNT] = {1,    1.55, 1.55 * 3.25, 1,  1,   28, 27,
                                                3.25, 2.25, 24,          20, 1.4, 2};
  static const double low[SIGNALLING_COUNT] = {0.5, 1, 0, 0, 0.3, 0, 0, 0, 0, 1, 0, 0.7, 0.5};
  uint32_t lcg = 1;
  for (int step = 0; step < 1500; step++) {
    lcg = lcg * 1664525u + 1013904223u;
    site.in =
        slow_input(lcg >> 31 ? 50 : 0, lcg >> 30 & 1, lcg >> 29 & 1 ? 20 : 0, lcg >> 28 & 1, lcg >> 27 & 1);
    slow_advance(&site, 0.3 + (lcg >> 20 & 7));
    for (int k = 0; k < SIGNALLING_COUNT; k++) assert_between(site.y[k], low[k] - 1e-6, high[k] + 1e-6);
  }
  stiff_free(site.solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_hill),
                                     cmocka_unit_test(test_rest),
                                     cmocka_unit_test(test_against_plain_integration),
                                     cmocka_unit_test(test_each_input_is_one_arrow),
                                     cmocka_unit_test(test_arrows_over_days),
                                     cmocka_unit_test(test_two_arms),
                                     cmocka_unit_test(test_inflammation_switch),
                                     cmocka_unit_test(test_steps_can_be_cut),
                                     cmocka_unit_test(test_cold_is_slow),
                                     cmocka_unit_test(test_order_of_sites),
                                     cmocka_unit_test(test_bounds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
