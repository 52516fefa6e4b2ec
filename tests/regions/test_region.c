/* test_region.c — what a region's config says of NMDA receptors reaches them: the ratio of a pathway,
 * which is the target's unless it is given, and the switches, which set what extrasynaptic receptors meet
 * and have, and whose receptors drugs do not reach; the rows for substances; what stress takes of release. */
#include "check.h"
#include "circuit.h"
#include "memory.h"
#include "region.h"
#include "tissue/presynaptic.h"

struct built {
  struct config *config;
  struct network *network;
  struct region region;
};

static struct built build(const char *text, struct region_context context) {
  struct built built = {0};
  struct anatomy anatomy;
  struct spine_params spines;
  assert_ok(config_parse("test", text, &built.config));
  assert_ok(network_new((struct clock){0.1}, 1, &built.network));
  assert_ok(mpfc_anatomy(&anatomy));
  context.config = built.config;
  context.network = built.network;
  context.block_cells = 1024;
  spines_read(built.config, &spines);
  context.spines = &spines;
  context.temperature_C = 37;
  assert_ok(circuit_mechanisms(&context.mechanisms));
  assert_ok(region_build(&built.region, &anatomy, &context));
  return built;
}

static void drop(struct built *built) {
  network_free(built->network);
  region_free(&built->region);
  config_free(built->config);
}

static const struct projection *pathway(const struct built *built, const char *name) {
  for (int p = 0; p < built->network->n_projections; p++) {
    if (strcmp(built->network->projection[p]->name, name) == 0) return built->network->projection[p];
  }
  fail_msg("no pathway %s", name);
  return NULL;
}

static const struct population *population(const struct built *built, const char *name) {
  for (int p = 0; p < built->network->n_populations; p++) {
    if (strcmp(built->network->population[p]->name, name) == 0) return built->network->population[p];
  }
  fail_msg("no population %s", name);
  return NULL;
}

/* A parameter of a receptor as it was read. */
static double param_of(const struct population *population, const char *receptor, const char *key) {
  int r = population_receptor(population, receptor);
  assert_true(r >= 0);
  const struct mechanism *mechanism = population->receptor[r].mechanism;
  for (int k = 0; k < mechanism->n_params; k++) {
    double value;
    if (strcmp(mechanism->params[k].key, key) != 0) continue;
    memcpy(&value, (const char *)population->receptor[r].params + mechanism->params[k].offset, sizeof value);
    return value;
  }
  fail_msg("%s has no %s", receptor, key);
  return 0;
}

static const struct region_context usual = {.extrasynaptic = true};

static void test_ratio(void **state) {
  (void)state;
  struct built built =
      build("regions: { mPFC: { side = \"200 µm\"; populations: { PYR_L5: { nmda_ratio = 0.5; }; };\n"
            "pathways: { PYR_L5_to_PV_L5: { nmda_ratio = 0.05; }; }; }; };",
            usual);
  assert_ok(config_finish(built.config));
  static const struct {
    const char *name;
    double ratio;
  } wanted[] = {{"PYR_L5_to_PV_L5", 0.05},  {"PYR_L6_to_PV_L5", 0.25},   {"PYR_L5_to_PYR_L5", 0.5},
                {"PYR_L23_to_PYR_L5", 0.5}, {"PYR_L23_to_PYR_L23", 0.7}, {"PV_L5_to_PYR_L5", 0}};
  for (int k = 0; k < COUNT_OF(wanted); k++) {
    const struct projection *p = pathway(&built, wanted[k].name);
    assert_near(p->counted_nS, wanted[k].ratio * p->mean_nS, 1e-12);
  }
  drop(&built);
}

/* What terminals answer to: the table's, unless the config says another; nothing of it where no glutamate
 * is. */
static void test_terminals(void **state) {
  (void)state;
  struct built built =
      build("regions: { mPFC: { side = \"200 µm\";\n"
            "pathways: { PYR_L5_to_PYR_L5: { mglur2 = false; }; PYR_L5_to_PV_L5: { ampa_potentiator = false; "
            "}; }; }; };",
            usual);
  assert_ok(config_finish(built.config));
  static const struct {
    const char *name;
    unsigned heeds;
  } wanted[] = {{"PYR_L5_to_PYR_L5", HEEDS_DRUGS | HEEDS_GABA_B},
                {"PYR_L5_to_PV_L5", HEEDS_MGLUR2},
                {"PYR_L5_to_PYR_L6", HEEDS_MGLUR2 | HEEDS_DRUGS | HEEDS_GABA_B},
                {"PYR_L5_to_PV_L6", HEEDS_MGLUR2 | HEEDS_DRUGS},
                {"PV_L5_to_PYR_L5", 0}};
  for (int k = 0; k < COUNT_OF(wanted); k++)
    assert_int_equal(pathway(&built, wanted[k].name)->heeds, wanted[k].heeds);
  drop(&built);
}

static void test_switches(void **state) {
  (void)state;
  for (int bits = 0; bits < 4; bits++) {
    const struct region_context context = {.extrasynaptic = bits & 1, .allosteric_site = bits & 2};
    struct built built = build("regions: { mPFC: { side = \"200 µm\"; }; };", context);
    assert_ok(config_finish(built.config));
    for (int p = 0; p < built.network->n_populations; p++) {
      const struct population *cells = built.network->population[p];
      assert_true(param_of(cells, "nmda_extrasynaptic", "exposed") == (bits & 1));
      assert_true(param_of(cells, "nmda_extrasynaptic", "allosteric") == (bits >> 1));
    }
    drop(&built);
  }
}

/* Interneurons spared: nothing reaches their receptors, in synapses or outside; cells that release glutamate
 * spared: nothing reaches those in their synapses. */
static void test_spared(void **state) {
  (void)state;
  for (int bits = 0; bits < 4; bits++) {
    struct region_context context = usual;
    context.interneurons_spared = bits & 1;
    context.pyramidal_spared = bits & 2;
    struct built built = build("regions: { mPFC: { side = \"200 µm\"; }; };", context);
    assert_ok(config_finish(built.config));
    for (int p = 0; p < built.network->n_populations; p++) {
      const struct population *cells = built.network->population[p];
      bool pyramidal = strcmp(cells->type, "PYR") == 0;
      assert_true(param_of(cells, "nmda", "exposed") == !(pyramidal ? bits & 2 : bits & 1));
      assert_true(param_of(cells, "nmda_extrasynaptic", "exposed") == (pyramidal || !(bits & 1)));
    }
    drop(&built);
  }
}

/* What stress takes of release is a matter of the class: most from somatostatin cells, nothing where no GABA
 * is released. */
static void test_stress_loss(void **state) {
  (void)state;
  struct built built =
      build("regions: { mPFC: { side = \"200 µm\"; populations: { PV_L5: { stress_loss = 0.5; }; }; "
            "}; };",
            usual);
  assert_ok(config_finish(built.config));
  const struct region *region = &built.region;
  double lost[4] = {0};
  static const char *const names[] = {"PYR_L5", "SST_L5", "PV_L23", "PV_L5"};
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    for (int w = 0; w < COUNT_OF(names); w++) {
      if (strcmp(region->population[k]->name, names[w]) == 0) lost[w] = region->own[k].stress_loss;
    }
  }
  assert_true(lost[0] == 0 && lost[3] == 0.5);
  assert_true(lost[1] > lost[2] && lost[2] > 0);
  assert_true(region->settings.stress == 1);
  drop(&built);
}

/* Shares inside and outside synapses are each cell type's own and complete. */
static void test_shares(void **state) {
  (void)state;
  struct built built = build("regions: { mPFC: { side = \"200 µm\"; }; };", usual);
  const struct population *pyramidal = population(&built, "PYR_L5"), *SST = population(&built, "SST_L23");
  assert_near(param_of(pyramidal, "nmda", "share_2A"), 0.6, 1e-12);
  assert_near(param_of(pyramidal, "nmda_extrasynaptic", "share_2A"), 0.3, 1e-12);
  assert_near(param_of(pyramidal, "nmda_extrasynaptic", "share_2D"), 0, 1e-12);
  assert_near(param_of(SST, "nmda_extrasynaptic", "share_2D"), 0.5, 1e-12);
  assert_near(param_of(SST, "nmda", "share_2D"), 0.3, 1e-12);
  assert_near(param_of(SST, "nmda_extrasynaptic", "g_max"), 1.6, 1e-12);
  drop(&built);
}

/* What an agonist of GABA-A receptors holds open is as many times the leak in small cells as in large ones; a
 * config may say otherwise. */
static void test_agonist(void **state) {
  (void)state;
  struct built built = build("regions: { mPFC: { side = \"200 µm\"; populations: { PV_L5: { gaba_a_fast: "
                             "{ tonic = \"4 nS\"; }; }; }; }; };",
                             usual);
  const struct population *pyramidal = population(&built, "PYR_L5"), *VIP = population(&built, "VIP_L5");
  assert_near(param_of(pyramidal, "gaba_a_fast", "tonic"), 20, 1e-12); /* leak 8 nS */
  assert_near(param_of(pyramidal, "gaba_a_slow", "tonic"), 20, 1e-12);
  assert_near(param_of(VIP, "gaba_a_slow", "tonic"), 6.25, 1e-12); /* leak 2.5 nS */
  assert_near(param_of(population(&built, "PV_L5"), "gaba_a_fast", "tonic"), 4, 1e-12);
  drop(&built);
}

static void test_substances(void **state) {
  (void)state;
  for (int n = 0; n <= 6; n += 3) {
    struct region_context context = usual;
    context.substances = n;
    struct built built = build("regions: { mPFC: { side = \"200 µm\"; }; };", context);
    const struct population *cells = built.network->population[0];
    int r = population_receptor(cells, "nmda");
    assert_ok(population_hold(built.network->population[0], 0));
    if (n > 0) assert_non_null(population_column(cells, r, "blocked", 4 * n - 1, 0));
    assert_null(population_column(cells, r, "blocked", 4 * n, 0));
    drop(&built);
  }
}

/* What a region says of its spines holds, but for what the config says of all, and that but for what it says
 * of the region; rates follow. */
static void test_own_spines(void **state) {
  (void)state;
  static const char *const texts[] = {"", "synapses = { spines = { young_loss = \"0.2 1/d\"; }; };",
                                      "synapses = { spines = { young_loss = \"0.2 1/d\"; }; };"
                                      "regions = { CA1 = { spines = { young_loss = \"0.3 1/d\"; }; }; };"};
  static const double young[] = {0.1, 0.2, 0.3};
  static const struct preset own[] = {{"young_loss", 0.1, PUBLISHED, "test"},
                                      {"mature_loss", 0.05, PUBLISHED, "test"}};
  for (int k = 0; k < 3; k++) {
    struct config *config;
    struct spine_params general, here;
    assert_ok(config_parse("test", texts[k], &config));
    spines_read(config, &general);
    spines_read_region(config, "regions.CA1.spines", &general, own, 2, &here);
    assert_ok(config_finish(config));
    assert_near(general.young_loss, k ? 0.2 : 0.13, 1e-12);
    assert_near(here.young_loss, young[k], 1e-12);
    assert_near(here.mature_loss, 0.05, 1e-12);
    assert_near(here.formation, 0.46 * young[k] + 0.54 * 0.05, 1e-12);
    assert_near(here.ampa_start, general.ampa_start, 0);
    config_free(config);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_ratio),       cmocka_unit_test(test_terminals),
                                     cmocka_unit_test(test_switches),    cmocka_unit_test(test_shares),
                                     cmocka_unit_test(test_substances),  cmocka_unit_test(test_spared),
                                     cmocka_unit_test(test_stress_loss), cmocka_unit_test(test_agonist),
                                     cmocka_unit_test(test_own_spines)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
