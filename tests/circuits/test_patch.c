/* test_patch.c — receptors under a clamp do what the equations of their files say: an agonist holds its share
 * of the conductance from the rise of the receptor on; the current is Ohm's; a blocker comes, leaves and
 * stays trapped with the rates of its equation; strides of the slow kinetics change nothing; a reset forgets
 * all. */
#include "drugs/action.h"
#include "patch.h"
#include "specimen.h"

static const struct nmda_channel blocker = {.K_d_2A = 0.33,
                                            .K_d_2B = 0.31,
                                            .K_d_2C = 0.51,
                                            .K_d_2D = 0.83,
                                            .k_on = 0.01,
                                            .k_escape = 1.3e-6,
                                            .z_delta = 0.55};
static const double G = 10.0; /* nS */

/* A patch of one receptor, GluN2A alone where it is that, without magnesium. */
static struct patch make(const char *receptor, double Mg) {
  struct patch patch;
  const struct mechanism *mechanism = mechanism_find(specimen_build(""), receptor);
  struct patch_receptor row = {mechanism, specimen_defaults(mechanism)};
  for (int k = 0; k < mechanism->n_params; k++) {
    const struct param *param = &mechanism->params[k];
    double value = strcmp(param->key, "share_2A") == 0 ? 1.0 : 0.0;
    bool share = strncmp(param->key, "share", 5) == 0;
    if (strcmp(param->key, "Mg") == 0) value = Mg;
    if (share || strcmp(param->key, "Mg") == 0)
      memcpy((char *)row.params + param->offset, &value, sizeof value);
  }
  assert_ok(patch_new(&row, 1, 0.1, G, 1, &patch));
  return patch;
}

static void advance(struct patch *patch, double V, const struct exposure *exposure, int ms, double slow_ms) {
  for (int k = 0; k < ms; k++) patch_advance(patch, V, exposure, exposure != NULL, slow_ms);
}

/* Share a of the conductance, at once and for as long as the agonist stays; the current is g (V − E). */
static void test_agonist(void **state) {
  (void)state;
  const char *const receptors[] = {"nmda", "ampa", "gaba_a"};
  const double E[] = {0, 0, -75}, rise_ms[] = {3, 0.5, 0.5}, decay_ms[] = {75, 3, 6};
  for (int r = 0; r < 3; r++) {
    struct patch patch = make(receptors[r], 0.0);
    for (double share = 0.25; share <= 1.0; share += 0.25) {
      double held = share * G * (-40 - E[r]);
      assert_ok(patch_reset(&patch));
      patch_agonist(&patch, share, 0);
      advance(&patch, -40, NULL, (int)(8 * rise_ms[r]) + 1, 1);
      assert_near(patch_current(&patch), held, 0.02 * fabs(held));
      advance(&patch, -40, NULL, 20 * (int)decay_ms[r], 1);
      assert_near(patch_current(&patch), held, 1e-3 * fabs(held));
    }
    patch_agonist(&patch, 0.0, 0); /* washed off: it decays by the receptor's own time constant */
    advance(&patch, -40, NULL, (int)decay_ms[r] * 3, 1);
    double early = patch_current(&patch);
    advance(&patch, -40, NULL, (int)decay_ms[r], 1);
    assert_near(patch_current(&patch) / early, exp(-1), 5e-3);
    patch_free(&patch);
  }
}

/* Block comes as b∞ (1 − e^(−λt)), in strides as in milliseconds. */
static void test_block(void **state) {
  (void)state;
  const double V = -50, C = 2, P = 0.4;
  double m = 1.0 / 3.57 * exp(-0.062 * V), weaker = exp(0.55 * (V + 66) / 26.7268);
  for (int magnesium = 0; magnesium <= 1; magnesium++) {
    for (double stride = 1; stride <= 100; stride *= 10) {
      struct patch patch = make("nmda", magnesium);
      const struct exposure exposure = {.action = ACTION_NMDA_CHANNEL, .properties = &blocker, .free_uM = C};
      double on = P * 0.01 * C / (magnesium ? 1 + m : 1), off = P * 0.01 * 0.33 * weaker + 1.3e-6;
      patch_agonist(&patch, 1.0, 0);
      advance(&patch, V, NULL, 2000, 1);
      double before = patch_current(&patch);
      advance(&patch, V, &exposure, (int)(400 / stride), stride);
      double wanted = on / (on + off) * (1 - exp(-400 * (on + off)));
      assert_near(patch_bound(&patch, 0), wanted, 2e-3 * wanted);
      advance(&patch, V, &exposure, 1, 1); /* the current meets what was bound a millisecond before */
      assert_near(1 - patch_current(&patch) / before, wanted, 8e-3 * wanted);
      patch_free(&patch);
    }
  }
}

/* Without agonist the drug leaves by its escape alone. */
static void test_trap(void **state) {
  (void)state;
  struct patch patch = make("nmda", 0.0);
  struct exposure exposure = {.action = ACTION_NMDA_CHANNEL, .properties = &blocker, .free_uM = 10};
  patch_agonist(&patch, 1.0, 0);
  advance(&patch, -60, &exposure, 5000, 1);
  patch_agonist(&patch, 0.0, 0);
  exposure.free_uM = 0;
  advance(&patch, -60, &exposure, 3000, 1);
  double trapped = patch_bound(&patch, 0);
  assert_true(trapped > 0.8);
  advance(&patch, -60, &exposure, 1200, 100); /* 120 s */
  assert_near(patch_bound(&patch, 0) / trapped, exp(-0.0013 * 120), 1e-4);
  assert_ok(patch_reset(&patch));
  assert_true(patch_bound(&patch, 0) == 0);
  patch_free(&patch);
}

/* The default of a parameter. */
static double standard(const struct mechanism *mechanism, const char *key) {
  for (int k = 0; k < mechanism->n_params; k++) {
    if (strcmp(mechanism->params[k].key, key) == 0) return mechanism->params[k].standard;
  }
  fail_msg("%s has no %s", mechanism->name, key);
  return 0;
}

/* Receptors outside of synapses meet the concentration of the agonist, and nothing else opens them. */
static void test_outside(void **state) {
  (void)state;
  struct patch patch = make("nmda_extrasynaptic", 0.0);
  const struct mechanism *mechanism = patch.population.receptor[0].mechanism;
  double g_max = standard(mechanism, "g_max"), EC50 = standard(mechanism, "EC50_2A");
  for (double relative = 0; relative <= 4; relative++) {
    assert_ok(patch_reset(&patch));
    patch_agonist(&patch, 1.0, relative * EC50);
    advance(&patch, -40, NULL, 5, 1);
    assert_near(patch_current(&patch), -40 * g_max * relative / (1 + relative), 1e-4 * 40 * g_max);
  }
  patch_free(&patch);
}

/* The same bits after a reset; no binding where there are no channels. */
static void test_reset(void **state) {
  (void)state;
  struct patch patch = make("nmda", 1.0), ampa = make("ampa", 0.0);
  const struct exposure exposure = {.action = ACTION_NMDA_CHANNEL, .properties = &blocker, .free_uM = 1};
  double current[2];
  for (int k = 0; k < 2; k++) {
    assert_ok(patch_reset(&patch));
    patch_agonist(&patch, 0.7, 0);
    advance(&patch, -66, &exposure, 700, 1);
    current[k] = patch_current(&patch);
  }
  assert_true(current[0] == current[1] && current[0] < 0);
  assert_true(isnan(patch_bound(&ampa, 0)));
  patch_free(&patch);
  patch_free(&ampa);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_agonist), cmocka_unit_test(test_block),
                                     cmocka_unit_test(test_trap), cmocka_unit_test(test_outside),
                                     cmocka_unit_test(test_reset)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
