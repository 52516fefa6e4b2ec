/* test_tract_spines.c — synapses of a tract onto spines: their ages at the start are those of rest; turnover
 * keeps how many there are, whom they come from and how far, also where the whole is replaced; new ones have
 * delays of the tract and sources that project, no pair twice; more proteins bring more, and they share the
 * vacancies of a cell with its other synapses. */
#include "small_patch.h"
#include "synapses/tract.h"

struct bed {
  struct small_patch *patch;
  struct projection *projection; /* from the second population onto the first, beside those of the patch */
  struct tract_wiring tract;
  uint32_t *projecting;
  struct spines spines;
  double proteins[400];
  uint32_t steps;
};

static struct bed *make(const struct spine_params *params, double width_um) {
  struct small_plan plan = small_plan;
  struct bed *bed;
  assert_ok(memory_new("bed", 1, sizeof *bed, &bed));
  plan.all_onto_spines = true, plan.p0 = 0.06;
  bed->patch = small_patch_new(&plan, params);
  bed->projection = bed->patch->wiring[2].projection;
  bed->tract = (struct tract_wiring){.projection = bed->projection,
                                     .from = &bed->patch->sheet,
                                     .to = &bed->patch->sheet,
                                     .in_degree = 8,
                                     .width_um = width_um,
                                     .delay_ms = 1.5,
                                     .delay_sd_ms = .3,
                                     .delay_low_ms = 1.2,
                                     .delay_high_ms = 2,
                                     .young_share = 1 - params->persistent,
                                     .young_mean_h = spines_young_mean_h(params)};
  assert_ok(
      tract_sources(bed->projection->source, 0.4, 0, SMALL_SEED, &bed->projecting, &bed->tract.n_projecting));
  bed->tract.projecting = bed->projecting;
  for (int b = 0; b < bed->projection->target->n_blocks; b++)
    assert_ok(tract_block(&bed->tract, b, SMALL_SEED));
  const struct spine_inputs inputs = {
      .wiring = bed->patch->wiring, .n_wirings = 2, .tract = &bed->tract, .n_tract = 1};
  assert_ok(spines_new(&bed->spines, params, &bed->patch->sheet, &inputs, SMALL_SEED));
  for (int s = 0; s < COUNT_OF(bed->proteins); s++) bed->proteins[s] = 1;
  return bed;
}

static void drop(struct bed *bed) {
  spines_free(&bed->spines);
  memory_free(bed->projecting);
  small_patch_free(bed->patch);
  memory_free(bed);
}

static void remodel(struct bed *bed, int steps) {
  const struct spine_sites sites = {.proteins = bed->proteins};
  for (int k = 0; k < steps; k++, bed->steps++)
    assert_ok(spines_remodel(&bed->spines, bed->patch->network, &sites, 6 * bed->steps, 6 * bed->steps + 6,
                             bed->steps));
}

struct census {
  double n, young, r2_um2, ms;
};

/* Also: every source projects, none twice onto a cell, delays within their bounds. */
static struct census count(const struct bed *bed) {
  const struct population *source = bed->projection->source, *target = bed->projection->target;
  const struct sheet *sheet = &bed->patch->sheet;
  struct census c = {0};
  uint8_t *met;
  assert_ok(memory_new("pairs", (size_t)source->n * (size_t)target->n, 1, &met));
  for (int b = 0; b < target->n_blocks; b++) {
    struct edge *edge;
    size_t n;
    assert_ok(projection_edges(bed->projection, b, &edge, &n));
    for (size_t e = 0; e < n; e++) {
      uint32_t i = edge[e].target, j = edge[e].source;
      bool projects = false;
      for (int k = 0; k < bed->tract.n_projecting; k++) projects |= bed->projecting[k] == j;
      assert_true(projects);
      assert_int_equal(met[(size_t)i * (size_t)source->n + j]++, 0);
      double dx = sheet_difference(true, sheet_side_x_um(sheet), target->x_um[i], source->x_um[j]);
      double dy = sheet_difference(true, sheet_side_y_um(sheet), target->y_um[i], source->y_um[j]);
      double ms = bed->projection->delay_ticks[edge[e].delay] * bed->projection->dt_ms;
      assert_between(ms, 1.1, 2.1);
      c.n++;
      c.young += (edge[e].age & SYNAPSE_YOUNG) != 0;
      c.r2_um2 += dx * dx + dy * dy;
      c.ms += ms;
    }
    memory_free(edge);
  }
  memory_free(met);
  c.r2_um2 /= c.n, c.ms /= c.n, c.young /= c.n;
  return c;
}

/* Turnover that is ten and fifty times as fast as it is: in two weeks all of it, more than once. */
static void keeps(double width_um) {
  struct spine_params params = small_spine_params();
  params.young_loss *= 10, params.mature_loss *= 50;
  params.formation = (1 - params.persistent) * params.young_loss + params.persistent * params.mature_loss;
  params.maturation = params.mature_loss * params.persistent / (1 - params.persistent);
  struct bed *bed = make(&params, width_um);
  const struct census start = count(bed);
  assert_near(start.young, 1 - params.persistent, 5 * sqrt(0.25 / start.n));
  assert_int_equal(bed->spines.n_pathways, 3);
  double replaced = 0;
  for (int step = 0; step < 14 * 4; step++) {
    remodel(bed, 1);
    replaced += (double)bed->spines.turnover[2].removed;
  }
  const struct census end = count(bed);
  assert_true(replaced > 2 * start.n);
  assert_near(end.n, start.n, 5 * sqrt(2 * start.n)); /* were each replaced at random */
  assert_near(end.young, 1 - params.persistent, 5 * sqrt(0.25 / end.n));
  assert_near(end.ms, start.ms, 5 * 0.3 / sqrt(start.n / 2));
  double spread = width_um > 0 ? 2 * width_um * width_um : start.r2_um2; /* of r² for a Gaussian */
  assert_near(end.r2_um2, start.r2_um2, 5 * spread / sqrt(start.n / 2));
  if (width_um > 0) assert_near(end.r2_um2, 2 * width_um * width_um, 0.06 * 2 * width_um * width_um);
  drop(bed);
}

static void test_everywhere(void **state) {
  (void)state;
  keeps(0);
}

static void test_topography(void **state) {
  (void)state;
  keeps(60);
}

/* Proteins above rest: the tract gains as the synapses of the patch do, which share the vacancies. */
static void test_gain(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct bed *bed = make(&params, 0);
  double start[3], gain[3];
  for (int w = 0; w < 3; w++) start[w] = (double)bed->spines.turnover[w].alive;
  for (int s = 0; s < COUNT_OF(bed->proteins); s++) bed->proteins[s] = 1.5;
  remodel(bed, 8);
  for (int w = 0; w < 3; w++) gain[w] = (double)bed->spines.turnover[w].alive / start[w];
  assert_between(gain[2], 1.1, 1.4);
  assert_near(gain[2], gain[0], 5 * sqrt(0.3 / start[2]));
  drop(bed);
}

/* A pathway that is not onto spines, of the same kind, stays as it is. */
static void test_static(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct bed *bed = make(&params, 0);
  spines_free(&bed->spines);
  bed->projection->plastic = false;
  const struct spine_inputs inputs = {
      .wiring = bed->patch->wiring, .n_wirings = 2, .tract = &bed->tract, .n_tract = 1};
  assert_ok(spines_new(&bed->spines, &params, &bed->patch->sheet, &inputs, SMALL_SEED));
  assert_int_equal(bed->spines.n_pathways, 2);
  bed->projection->plastic = true; /* as it was allocated */
  drop(bed);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_everywhere), cmocka_unit_test(test_topography),
                                     cmocka_unit_test(test_gain), cmocka_unit_test(test_static)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
