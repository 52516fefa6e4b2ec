/* test_glutamate_step.c — the step of extracellular glutamate against a tight CVODE solution: order 2 through
 * saturation of uptake, where a finer step is had by slower rates; exact where uptake is of first order;
 * a balance of what is released, leaks and is taken up, with diffusion; the field of a steady line source. */
#include "circuits/small_patch.h"
#include "stiff.h"
#include "tissue/glutamate.h"

static struct glutamate_params defaults(void) {
  struct glutamate_params params;
  struct config *config;
  assert_ok(config_parse("test", "", &config));
  params_read(config, "tissue.glutamate", glutamate_params, n_glutamate_params, NULL, 0, &params);
  config_free(config);
  return params;
}

static struct small_patch *make_patch(void) {
  struct spine_params spines = small_spine_params();
  return small_patch_new(&small_plan, &spines);
}

static void advance(struct glutamate *glutamate, const struct small_patch *patch, int ms) {
  struct observer observer = glutamate_observer(glutamate);
  for (int k = 0; k < ms; k++) observer.millisecond(observer.context, patch->network, k);
}

static void equation(double ms, const double *G, double *dGdt, void *context) {
  (void)ms;
  const struct glutamate_params *p = context;
  dGdt[0] = p->leak - p->V_max * G[0] / (p->K_m + G[0]);
}

static double tight(struct glutamate_params *params, double from, double ms) {
  struct stiff *solver;
  double G = from;
  assert_ok(stiff_new(1, 1e-11, 1e-14, &solver));
  assert_ok(stiff_advance(solver, equation, params, "test", 0, ms, &G));
  stiff_free(solver);
  return G;
}

/* From 60 µM, three times K_m, over 8 ms of the standard rates. Rates slowed by n are steps n times finer. */
static double error_of_steps(const struct small_patch *patch, int n) {
  struct glutamate_params params = defaults(), slow = params;
  struct glutamate glutamate;
  slow.V_max /= n;
  slow.leak /= n;
  slow.diffusion = 0;
  assert_ok(glutamate_new(&glutamate, &slow, &patch->sheet, patch->population, SMALL_POPULATIONS, 1));
  glutamate.concentration[0] = 60;
  advance(&glutamate, patch, 8 * n);
  double error = fabs(glutamate.concentration[0] - tight(&params, 60, 8));
  glutamate_free(&glutamate);
  return error;
}

static void test_order(void **state) {
  (void)state;
  struct small_patch *patch = make_patch();
  double before = error_of_steps(patch, 1);
  for (int n = 2; n <= 16; n *= 2) {
    double error = error_of_steps(patch, n);
    assert_between(before / error, 3.2, 5); /* a quarter, each time */
    before = error;
  }
  small_patch_free(patch);
}

static void test_first_order_is_exact(void **state) {
  (void)state;
  struct small_patch *patch = make_patch();
  struct glutamate_params params = defaults();
  struct glutamate glutamate;
  params.K_m = 1000; /* and 20 nM: saturated by 2·10⁻⁵ */
  params.V_max = 0.3 * params.K_m;
  params.leak = 0.003; /* 10 nM */
  params.diffusion = 0;
  assert_ok(glutamate_new(&glutamate, &params, &patch->sheet, patch->population, SMALL_POPULATIONS, 1));
  glutamate.concentration[0] = 0.02;
  for (int ms = 1; ms <= 20; ms++) {
    advance(&glutamate, patch, 1);
    double due = 0.01 + 0.01 * exp(-0.3 * ms);
    assert_near(glutamate.concentration[0], due, 1e-6);
  }
  glutamate_free(&glutamate);
  small_patch_free(patch);
}

/* With diffusion as fast as uptake from site to site: what is there changes by what leaked in minus what the
 * middle of each step took up, to second order; and at rest the one is the other. */
static void test_balance(void **state) {
  (void)state;
  struct small_patch *patch = make_patch();
  struct glutamate_params params = defaults();
  struct glutamate glutamate;
  params.V_max = 0.02, params.leak = 0.001, params.diffusion = 50;
  assert_ok(glutamate_new(&glutamate, &params, &patch->sheet, patch->population, SMALL_POPULATIONS, 1));
  glutamate.concentration[55] = 40; /* a spot that spreads while it is taken up */
  double there = 0, taken = 0;
  for (int s = 0; s < 100; s++) there += glutamate.concentration[s];
  double start = there;
  for (int ms = 0; ms < 3000; ms++) {
    double uptake = 0;
    for (int s = 0; s < 100; s++)
      uptake += 0.5 * params.V_max * glutamate.concentration[s] / (params.K_m + glutamate.concentration[s]);
    advance(&glutamate, patch, 1);
    there = 0;
    for (int s = 0; s < 100; s++) {
      there += glutamate.concentration[s];
      uptake += 0.5 * params.V_max * glutamate.concentration[s] / (params.K_m + glutamate.concentration[s]);
    }
    taken += uptake - 100 * params.leak;
    assert_near(start - there, taken, 1e-3 * start);
  }
  glutamate_free(&glutamate);
  small_patch_free(patch);
}

/* Leak in one row of sites only, uptake of first order: beyond it the level falls by the factor q per site
 * that solves q + 1/q = 2 + k h²/D. */
static void test_decay_length(void **state) {
  (void)state;
  struct small_patch *patch = make_patch();
  struct glutamate_params params = defaults();
  struct glutamate glutamate;
  const double k = 0.002, D = 5;
  params.K_m = 1e4, params.V_max = k * params.K_m, params.leak = 0, params.diffusion = D;
  assert_ok(glutamate_new(&glutamate, &params, &patch->sheet, patch->population, SMALL_POPULATIONS, 1));
  for (int ms = 0; ms < 5000; ms++) {
    for (int s = 50; s < 60; s++) glutamate.concentration[s] += 0.001;
    advance(&glutamate, patch, 1);
  }
  double c = 1 + 0.5 * k * 2500 / D, q = c - sqrt(c * c - 1);
  for (int row = 6; row < 8; row++) {
    double ratio = glutamate.concentration[10 * row + 15] / glutamate.concentration[10 * row + 5];
    double far = pow(q, 10 - 2 * (row - 5)); /* from the other side of the torus */
    double due = q * (1 + far / (q * q)) / (1 + far);
    assert_near(ratio, due, 0.01 * due);
  }
  glutamate_free(&glutamate);
  small_patch_free(patch);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_order),
                                     cmocka_unit_test(test_first_order_is_exact),
                                     cmocka_unit_test(test_balance), cmocka_unit_test(test_decay_length)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
