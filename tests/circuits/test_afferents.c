/* test_afferents.c — areas that background comes from: exactly at baseline without drug; block without escape
 * ends at C/(C + K_d (1 + m)), whatever opens, by an exponential that use sets; a second site and antagonists
 * act at once; rates have the closed form of drive and inhibition, and their limits; what excites principal
 * cells alone can only lower them, loss of inhibition alone can only raise
 * them; antagonists of AMPA receptors slow all; nicotinic receptors matter to the thalamic share alone;
 * faults of the config are told. */
#include "check.h"
#include "drive/afferents.h"
#include "drugs/action.h"

static struct afferents defaults(const char *text) {
  struct afferents out;
  struct config *config;
  assert_ok(config_parse("test.cfg", text, &config));
  afferents_read(config, &out);
  assert_ok(config_finish(config));
  config_free(config);
  return out;
}

static const struct nmda_channel blocker = {
    .K_d_2A = 0.33, .K_d_2B = 0.31, .K_d_2C = 0.51, .K_d_2D = 0.83, .k_on = 0.01, .z_delta = 0.55};
static const struct ampa_competitive competitor = {.K_B = 0.07};
static const struct nicotinic nicotinic = {.IC50 = 50, .hill = 1};

/* After `time_ms` from no block at these exposures. */
static struct afferent_rates rates_after(const struct afferents *p, const struct exposure *exposures, int n,
                                         double time_ms) {
  struct afferents_block block = {0};
  afferents_advance(p, 37, exposures, n, time_ms, &block);
  return afferents_rates(p, 37, exposures, n, &block);
}

static const double LONG_MS = 1e15;

/* In the end. */
static struct afferent_rates rates(const struct afferents *p, int action, const void *drug, double uM) {
  const struct exposure one = {action, 0, drug, uM, NULL};
  return rates_after(p, &one, 1, LONG_MS);
}

static void test_rest(void **state) {
  (void)state;
  struct afferents p = defaults("");
  struct afferent_rates none = rates_after(&p, NULL, 0, LONG_MS);
  struct afferent_rates nothing = rates(&p, ACTION_NMDA_CHANNEL, &blocker, 0);
  assert_true(none.relay == 1 && none.pyramidal == 1);
  assert_true(nothing.relay == 1 && nothing.pyramidal == 1);
  assert_true(none.entorhinal == 1 && nothing.entorhinal == 1);
  for (double share = 0; share <= 1; share += 0.1)
    assert_true(afferents_factor(&p, none, (struct afferent_origin){share, 1 - share}, NULL, 0, 0) == 1);
}

/* Principal cells with one subunit, driven by NMDA receptors alone, without inhibition, at -50 mV: their rate
 * is what drugs leave of the current. */
static const char *const bare =
    "drive = { afferents = { pyramidal = { V = \"-50 mV\"; nmda_share = 1.0; inhibition = 0.0;"
    " share_2A = 1.0; share_2B = 0.0; }; }; };";
static const double BARE_OPEN = 0.15 * 0.4;
static double bare_m(void) { return 1 / 3.57 * exp(0.062 * 50); }
static double bare_RT_F(void) { return 8.314462618 * 310.15 / 96.48533212; }

static void test_block(void **state) {
  (void)state;
  struct afferents p = defaults(bare);
  double m = bare_m(), RT_F = bare_RT_F();
  double K = 0.33 * exp(0.55 * 16 / RT_F) * (1 + m);
  for (double C = 0.01; C < 1000; C *= 10)
    assert_near(rates(&p, ACTION_NMDA_CHANNEL, &blocker, C).pyramidal, K / (K + C), 2e-6);
  struct nmda_channel escaping = blocker;
  escaping.k_escape = 1.3e-6;
  double open = BARE_OPEN, slower = open * 0.01 * 0.33 * exp(0.55 * 16 / RT_F);
  double x = open * 0.01 * 2 / (1 + m) / (slower + 1.3e-6);
  assert_near(rates(&p, ACTION_NMDA_CHANNEL, &escaping, 2).pyramidal, 1 / (1 + x), 2e-6);
  const struct exposure halves[] = {{ACTION_NMDA_CHANNEL, 0, &blocker, 1, NULL},
                                    {ACTION_NMDA_CHANNEL, 1, &blocker, 1, NULL}};
  assert_near(rates_after(&p, halves, 2, LONG_MS).pyramidal, K / (K + 2), 2e-6); /* two compete as one */
}

/* Block comes at the rate on + off and goes at off, P k_on K_d and the escape; a blocker that holds
 * fast, as MK-801 does, has hardly come after a minute where channels rarely open. */
static void test_course(void **state) {
  (void)state;
  struct afferents p = defaults(bare);
  double m = bare_m(), weaker = exp(0.55 * 16 / bare_RT_F());
  struct exposure one[] = {{ACTION_NMDA_CHANNEL, 3, &blocker, 0.2, NULL}};
  double on = BARE_OPEN * 0.01 * 0.2 / (1 + m), off = BARE_OPEN * 0.01 * 0.33 * weaker;
  for (double t = 1; t < 1e7; t *= 3)
    assert_near(rates_after(&p, one, 1, t).pyramidal, 1 - on / (on + off) * (1 - exp(-(on + off) * t)), 2e-3);
  struct afferents_block block = {0};
  afferents_advance(&p, 37, one, 1, LONG_MS, &block);
  one[0].free_uM = 0;
  afferents_advance(&p, 37, one, 1, 2 / off, &block);
  assert_near(1 - afferents_rates(&p, 37, one, 1, &block).pyramidal, on / (on + off) * exp(-2), 1e-3);
  static const struct nmda_channel slow = {.K_d_2A = 2.45e-4,
                                           .K_d_2B = 1.47e-4,
                                           .K_d_2C = 3.92e-4,
                                           .K_d_2D = 6.21e-4,
                                           .k_on = 0.027,
                                           .k_escape = 3e-8,
                                           .z_delta = 0.7};
  const struct exposure few[] = {{ACTION_NMDA_CHANNEL, 0, &slow, 0.01, NULL}};
  struct afferents all = defaults("");
  double slow_open = 0.15 * 0.02, slow_on = slow_open * 0.027 * 0.01 / (1 + exp(0.062 * 52) / 23);
  double slow_off = slow_open * 0.027 * 6.21e-4 * exp(0.7 * 14 / bare_RT_F()) + 3e-8;
  for (double t = 60e3; t < 1e8; t *= 10) { /* GluN2D of interneurons of cortex */
    block = (struct afferents_block){0};
    afferents_advance(&all, 37, few, 1, t, &block);
    double most = slow_on / (slow_on + slow_off);
    assert_near(block.inhibitory[1].held[0][3], most * (1 - exp(-(slow_on + slow_off) * t)), 2e-3);
  }
  assert_between(slow_on * 60e3, 0.01, 0.05);
}

/* A blocker that reaches closed channels comes through them too; one with a second site and antagonists of a
 * subunit act without any time, and competing antagonists as one. */
static void test_other_sites(void **state) {
  (void)state;
  struct afferents p = defaults(bare);
  double m = bare_m(), RT_F = bare_RT_F();
  struct nmda_channel closed = blocker, two_sites = blocker;
  closed.k_closed = 0.002;
  double reached = BARE_OPEN * 0.01 + (1 - BARE_OPEN) * 0.002, on = reached * 0.01 / (1 + m);
  double off = reached * 0.33 * exp(0.55 * 16 / RT_F);
  const struct exposure reaches[] = {{ACTION_NMDA_CHANNEL, 0, &closed, 0.01, NULL}};
  double end = on / (on + off) * (1 - exp(-(on + off) * 1000));
  assert_near(1 - rates_after(&p, reaches, 1, 1000).pyramidal, end, 2e-3 * end);
  two_sites.K_superficial = 5, two_sites.z_superficial = 0.9;
  const struct exposure superficial[] = {{ACTION_NMDA_CHANNEL, 0, &two_sites, 20, NULL}};
  double sigma = 20 / 5.0 * exp(-0.9 * 16 / RT_F);
  assert_near(rates_after(&p, superficial, 1, 0).pyramidal, (1 + m) / (1 + m + sigma), 2e-6);
  static const struct nmda_subunit antagonist = {
      .IC50_2A = 0.5, .IC50_2B = 1, .IC50_2C = 1, .IC50_2D = 1, .most_2A = 0.9};
  const struct exposure halves[] = {{ACTION_NMDA_SUBUNIT, 0, &antagonist, 1, NULL},
                                    {ACTION_NMDA_SUBUNIT, 1, &antagonist, 1, NULL}};
  assert_near(rates_after(&p, halves, 2, 0).pyramidal, 1 - 0.9 * 4 / 5, 1e-12);
}

/* All NMDA receptors blocked: (1 − n − H (1 − n_i))/(1 − H), not below 0. */
static void test_limits(void **state) {
  (void)state;
  struct afferents p = defaults("");
  struct afferent_rates all = rates(&p, ACTION_NMDA_CHANNEL, &blocker, 1e9);
  assert_near(all.relay, 0.5, 1e-6);
  assert_near(all.pyramidal, 0.5, 1e-6);
  p.pyramidal.nmda_share = 0.9, p.pyramidal.nmda_share_inhibitory = 0.1, p.relay.nmda_share = 0.2,
  p.relay.nmda_share_inhibitory = 0.8;
  all = rates(&p, ACTION_NMDA_CHANNEL, &blocker, 1e9);
  assert_true(all.pyramidal == 0);
  assert_near(all.relay, (1 - 0.2 - 0.5 * 0.2) / 0.5, 1e-6);
}

static void test_arrows(void **state) {
  (void)state;
  struct afferents excited = defaults(""), freed = defaults("");
  excited.relay.nmda_share_inhibitory = 0;
  freed.relay.nmda_share = 0;
  double up = 1, down = 1;
  for (double C = 0.1; C < 100; C *= 2) {
    double raised = rates(&freed, ACTION_NMDA_CHANNEL, &blocker, C).relay;
    double lowered = rates(&excited, ACTION_NMDA_CHANNEL, &blocker, C).relay;
    assert_true(raised > up && lowered < down);
    up = raised, down = lowered;
  }
  struct afferents p = defaults("");
  down = 1;
  for (double C = 0.01; C < 10; C *= 2) {
    struct afferent_rates slow = rates(&p, ACTION_AMPA_COMPETITIVE, &competitor, C);
    assert_near(slow.pyramidal, 1 - 0.5 * C / (C + 0.07), 1e-12);
    assert_true(slow.pyramidal < down && slow.relay < 1);
    down = slow.pyramidal;
  }
}

/* Entorhinal cortex stays within a tenth of its rate up to 6 µM of free ketamine, where other cortex rises by
 * more than that (docs/model.md, afferents). */
static void test_flat(void **state) {
  (void)state;
  struct afferents p = defaults("");
  struct nmda_channel ketamine = blocker;
  ketamine.k_escape = 1.3e-6;
  double most = 1;
  for (double C = 0.1; C <= 6; C += 0.1) {
    struct afferent_rates now = rates(&p, ACTION_NMDA_CHANNEL, &ketamine, C);
    assert_between(now.entorhinal, 0.9, 1.1);
    most = fmax(most, now.pyramidal);
  }
  assert_between(most, 1.2, 1.3);
}

static void test_factor(void **state) {
  (void)state;
  struct afferents p = defaults("");
  const struct exposure one[] = {{ACTION_NICOTINIC, 0, &nicotinic, 50, NULL}};
  struct afferent_rates some = {1.2, 0.7, 0.9}, rest = {1, 1, 1};
  const struct afferent_origin quarter = {.thalamic = 0.25}, mixed = {0.25, 0.5}, none = {0};
  assert_near(afferents_factor(&p, some, quarter, NULL, 0, 0), 0.25 * 1.2 + 0.75 * 0.7, 1e-12);
  assert_near(afferents_factor(&p, some, mixed, NULL, 0, 0), 0.25 * 1.2 + 0.5 * 0.9 + 0.25 * 0.7, 1e-12);
  assert_near(afferents_factor(&p, rest, quarter, one, 1, 0), 1 - 0.25 * 0.2 * 0.5, 1e-12);
  assert_true(afferents_factor(&p, rest, none, one, 1, 0) == 1);
  assert_true(rates(&p, ACTION_NICOTINIC, &nicotinic, 50).relay == 1);
}

static void test_faults(void **state) {
  (void)state;
  static const char *const texts[] = {"drive = { afferents = { relay = { inhibitory_2C = 0.4; }; }; };",
                                      "drive = { afferents = { pyramidal = { share_2A = 0.7; }; }; };",
                                      "drive = { afferents = { entorhinal = { inhibitory_2D = 0.7; }; }; };",
                                      "drive = { afferents = { pyramdal = { nmda_share = 0.7; }; }; };"};
  static const char *const words[] = {"do not sum to 1", "do not sum to 1", "do not sum to 1", "pyramidal"};
  for (int k = 0; k < 4; k++) {
    struct afferents out;
    struct config *config;
    assert_ok(config_parse("test.cfg", texts[k], &config));
    afferents_read(config, &out);
    assert_fails(config_finish(config), STATUS_CONFIG, words[k]);
    config_free(config);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rest),        cmocka_unit_test(test_block),  cmocka_unit_test(test_course),
      cmocka_unit_test(test_other_sites), cmocka_unit_test(test_limits), cmocka_unit_test(test_arrows),
      cmocka_unit_test(test_flat),        cmocka_unit_test(test_factor), cmocka_unit_test(test_faults)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
