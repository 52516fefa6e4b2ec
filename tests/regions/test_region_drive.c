/* test_region_drive.c — the fluctuation of a region's background: its keys reach all populations of the
 * region and no other, neither fibres that come from outside; each region has its own; off by default; values
 * out of range are faults of the config. */
#include "drive/poisson_state.h"
#include "small_anatomy.h"

static const struct poisson *drive_of(const struct built *built, const char *region, const char *name) {
  for (int p = 0; p < built->network->n_populations; p++) {
    const struct population *population = built->network->population[p];
    if (strcmp(population->region, region) == 0 && strcmp(population->name, name) == 0)
      return population->drive_state;
  }
  fail_msg("no population %s of %s", name, region);
  return NULL;
}

static void test_off(void **state) {
  (void)state;
  struct built *built = small_build("", true, 5);
  assert_ok(config_finish(built->config));
  for (int r = 0; r < built->n; r++) assert_null(built->region[r].fluctuation.clock);
  const struct poisson *cells = drive_of(built, "here", "A1");
  assert_null(cells->fluctuation.clock);
  assert_true(cells->reach == cells->spread);
  small_drop(built);
}

static void test_keys(void **state) {
  (void)state;
  struct built *built = small_build("regions: { here: { fluctuation: { depth = 0.3; tau = \"0.02 s\"; }; "
                                    "afferents: { far: { driven_by = \"poisson\"; }; }; }; "
                                    "there: { fluctuation: { depth = 0.5; }; }; };",
                                    true, 5);
  assert_ok(config_finish(built->config));
  static const char *const names[] = {"A1", "B1", "A2"};
  const struct fluctuation *here = &built->region[0].fluctuation;
  for (int k = 0; k < COUNT_OF(names); k++) {
    const struct poisson *cells = drive_of(built, "here", names[k]);
    assert_memory_equal(&cells->fluctuation, here, sizeof *here);
    assert_near(cells->reach / cells->spread, 1.9, 0.001);
  }
  const struct poisson *other = drive_of(built, "there", "S");
  assert_true(here->depth == 0.3 && other->fluctuation.depth == 0.5);
  assert_near(here->share[0], exp(-0.05) / (1 + exp(-0.1)), 1e-12);
  assert_near(other->fluctuation.share[0], exp(-0.02) / (1 + exp(-0.04)), 1e-12); /* 50 ms */
  struct steps_held held[2] = {0};
  assert_true(fluctuation_x(here, 0, &held[0]) != fluctuation_x(&other->fluctuation, 0, &held[1]));
  int fibres = 0;
  for (int p = 0; p < built->network->n_populations; p++) {
    const struct population *population = built->network->population[p];
    if (!population->outside) continue;
    fibres++;
    assert_null(((const struct poisson *)population->drive_state)->fluctuation.clock);
  }
  assert_true(fibres > 0);
  small_drop(built);
}

static void test_faults(void **state) {
  (void)state;
  static const struct {
    const char *text, *says;
  } faults[] = {{"depth = -0.1;", "depth"},      {"depth = 1.5;", "depth"},
                {"tau = \"1 ms\";", "tau"},      {"tau = 50;", "tau"},
                {"tau = \"11 s\";", "tau"},      {"depth = \"0.2 ms\";", "depth"},
                {"depth = 0.2; sd = 0.1;", "sd"}};
  for (int f = 0; f < COUNT_OF(faults); f++) {
    char text[128];
    snprintf(text, sizeof text, "regions: { here: { fluctuation: { %s }; }; };", faults[f].text);
    struct built *built = small_build(text, false, 5);
    assert_fails(config_finish(built->config), STATUS_CONFIG, faults[f].says);
    small_drop(built);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_off), cmocka_unit_test(test_keys),
                                     cmocka_unit_test(test_faults)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
