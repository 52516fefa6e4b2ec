/* test_hippocampus.c — the fields of hippocampus: in-degree and weight of every pathway are those of the
 * tissue at every size of the patch: mean in-degree within 5 standard errors of what the table says, the
 * same mean weight. Populations have their densities. `full` does it at 1, 2 and 4 mm² (suite `long`). */
#include "check.h"
#include "circuit.h"
#include "memory.h"
#include "region.h"
#include "tissue/presynaptic.h"
#include <stdio.h>

struct part {
  const char *name;
  enum status (*anatomy)(struct anatomy *out);
  int side_um[3]; /* the smallest in which every pathway finds its cells */
};
static const struct part fields[] = {{"CA1", ca1_anatomy, {400, 450, 0}},
                                     {"CA3", ca3_anatomy, {450, 500, 0}},
                                     {"DG", dg_anatomy, {500, 550, 0}}};
static const int full_um[3] = {1000, 1400, 2000};
static bool full;

struct built {
  struct config *config;
  struct network *network;
  struct region region;
};

static struct built build(const struct part *part, int side_um, bool wired) {
  struct built built = {0};
  struct anatomy anatomy;
  struct spine_params spines;
  struct region_context context = {.block_cells = 1024, .spines = &spines, .temperature_C = 37};
  char text[96];
  snprintf(text, sizeof text, "regions: { %s: { side = \"%d um\"; }; };", part->name, side_um);
  assert_ok(config_parse("test", text, &built.config));
  spines_read(built.config, &spines);
  assert_ok(network_new((struct clock){0.1}, 1, &built.network));
  assert_ok(part->anatomy(&anatomy));
  context.config = built.config;
  context.network = built.network;
  assert_ok(circuit_mechanisms(&context.mechanisms));
  assert_ok(region_build(&built.region, &anatomy, &context));
  assert_ok(config_finish(built.config));
  if (!wired) return built;
  assert_ok(network_connect(built.network, full ? 2 : 1, 1));
  struct region *regions[] = {&built.region};
  assert_ok(region_wire(regions, 1, built.network));
  return built;
}

static void drop(struct built *built) {
  network_free(built->network);
  region_free(&built->region);
  config_free(built->config);
}

struct seen {
  double in_degree, mean_nS, error_nS;
};

static struct seen look(const struct projection *projection) {
  double n = 0, sum = 0, squares = 0;
  for (int b = 0; b < projection->target->n_blocks; b++) {
    struct edge *edge;
    size_t edges;
    assert_ok(projection_edges(projection, b, &edge, &edges));
    for (size_t e = 0; e < edges; e++) {
      double nS = edge[e].full * projection->weight_quantum_nS;
      sum += nS, squares += nS * nS;
    }
    n += (double)edges;
    memory_free(edge);
  }
  return (struct seen){n / projection->target->n, sum / n, sqrt((squares / n - sum * sum / n / n) / n)};
}

/* Drawn synapses are counts of many rare events: the mean over N cells has a standard error of √(K/N); the
 * kernel's integral over sites, and a cell that has no synapse on itself, take another share of K. */
static void check_pathway(const struct region *region, int w, int side_um) {
  const struct projection *projection = region->wiring[w].projection;
  struct seen seen = look(projection);
  double wanted = region_expected_in_degree(region, w), N = projection->target->n;
  double self = projection->source == projection->target ? wanted / projection->source->n : 0;
  double bound = 5 * sqrt(wanted / N) + 0.005 * wanted + self;
  if (!(fabs(seen.in_degree - wanted) <= bound))
    fail_msg("%s at %d um: in-degree %g, not %g +- %g", projection->name, side_um, seen.in_degree, wanted,
             bound);
  if (!(fabs(seen.mean_nS - projection->mean_nS) <= 5 * seen.error_nS + 0.005 * projection->mean_nS))
    fail_msg("%s at %d um: %g nS, not %g", projection->name, side_um, seen.mean_nS, projection->mean_nS);
}

static void check_cells(const struct region *region, int side_um) {
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    const struct population_row *row = &region->anatomy.population[k];
    double due = row->density_per_mm2 * side_um * side_um * 1e-6;
    assert_near(region->population[k]->n, due, 0.5);
    assert_near(region->population[k]->target_Hz, row->target_Hz, 0);
  }
}

static void test_sizes(void **state) {
  (void)state;
  for (int f = 0; f < COUNT_OF(fields); f++) {
    double wanted[64] = {0};
    const int *side = full ? full_um : fields[f].side_um;
    for (int s = 0; s < 3 && side[s] > 0; s++) {
      const bool wired = full || s == 0;
      struct built built = build(&fields[f], side[s], wired);
      check_cells(&built.region, side[s]);
      for (int w = 0; w < built.region.n_wirings; w++) {
        if (wired) check_pathway(&built.region, w, side[s]);
        double here = region_expected_in_degree(&built.region, w);
        double rounding = 1.0 / built.region.wiring[w].projection->source->n; /* to whole cells */
        if (s > 0) assert_near(here, wanted[w], rounding * wanted[w]);
        wanted[w] = s > 0 ? wanted[w] : here;
      }
      drop(&built);
    }
  }
}

/* In-degrees that the sources give, as far as they are no kernel's: projections that reach beyond a patch. */
static void test_in_degrees(void **state) {
  (void)state;
  static const struct {
    int part;
    const char *pathway;
    double in_degree;
  } wanted[] = {{1, "CA3_PYR_to_CA3_PV", 840}, {1, "CA3_PYR_to_CA3_OLM", 600}, {1, "CA3_PYR_to_CA3_PYR", 195},
                {2, "DG_MC_to_DG_GC", 60},     {2, "DG_MC_to_DG_PV", 120},     {2, "DG_GC_to_DG_PV", 515},
                {2, "DG_GC_to_DG_MC", 300},    {2, "DG_PV_to_DG_GC", 15},      {0, "CA1_PYR_to_CA1_PYR", 60}};
  for (int k = 0; k < COUNT_OF(wanted); k++) {
    struct built built = build(&fields[wanted[k].part], fields[wanted[k].part].side_um[0], false);
    bool found = false;
    for (int w = 0; w < built.region.n_wirings; w++) {
      if (strcmp(built.region.wiring[w].projection->name, wanted[k].pathway) != 0) continue;
      found = true;
      double here = region_expected_in_degree(&built.region, w);
      assert_near(here, wanted[k].in_degree, 0.02 * wanted[k].in_degree);
    }
    assert_true(found);
    drop(&built);
  }
}

/* Where mGlu2/3 autoreceptors were found, and where hydroxynorketamine acts: hippocampus/field.h. */
static void test_terminals(void **state) {
  (void)state;
  static const struct {
    int part;
    const char *pathway;
    unsigned heeds;
  } wanted[] = {{1, "CA3_PYR_to_CA3_PYR", HEEDS_DRUGS},
                {2, "DG_GC_to_DG_MC", HEEDS_MGLUR2},
                {2, "DG_MC_to_DG_GC", 0},
                {0, "CA1_PYR_to_CA1_PV", 0}};
  for (int k = 0; k < COUNT_OF(wanted); k++) {
    struct built built = build(&fields[wanted[k].part], fields[wanted[k].part].side_um[0], false);
    int found = 0;
    for (int p = 0; p < built.network->n_projections; p++) {
      const struct projection *projection = built.network->projection[p];
      if (strcmp(projection->name, wanted[k].pathway) != 0) continue;
      assert_int_equal(projection->heeds, wanted[k].heeds);
      found++;
    }
    if (found != 1) fail_msg("%s: %d times", wanted[k].pathway, found);
    drop(&built);
  }
}

int main(int argc, char **argv) {
  full = argc > 1 && strcmp(argv[1], "full") == 0;
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sizes), cmocka_unit_test(test_in_degrees),
                                     cmocka_unit_test(test_terminals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
