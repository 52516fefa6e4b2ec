/* test_spines.c — a tissue at rest stays as it is while its spines come and go: over weeks, for short and
 * long steps, with periodic and open edges, number, share of persistent ones, ages, AMPA, distances and
 * background keep within sampling error of their start, and formation equals loss; counts are conserved per
 * pathway, no cell synapses onto itself, no pair twice; afferent spines scale a cell's background; maps show
 * what is counted; nothing depends on blocks, threads or ranks; a run saved in its middle goes on unbroken.
 * Bounds are 5 standard errors, seeds are fixed. */
#include "small_patch.h"
#include "state.h"
#include "synapses/remodel.h"

struct tissue {
  struct small_patch *patch;
  struct spines spines;
  double proteins[400];
  double time_h;
  uint32_t steps;
};

static struct tissue *make(const struct small_plan *plan, const struct spine_params *params) {
  struct tissue *tissue;
  assert_ok(memory_new("tissue", 1, sizeof *tissue, &tissue));
  tissue->patch = small_patch_new(plan, params);
  const struct spine_inputs inputs = {.wiring = tissue->patch->wiring, .n_wirings = SMALL_PATHWAYS};
  assert_ok(spines_new(&tissue->spines, params, &tissue->patch->sheet, &inputs, SMALL_SEED));
  for (int s = 0; s < COUNT_OF(tissue->proteins); s++) tissue->proteins[s] = 1;
  return tissue;
}

static void drop(struct tissue *tissue) {
  spines_free(&tissue->spines);
  small_patch_free(tissue->patch);
  memory_free(tissue);
}

static void remodel(struct tissue *tissue, double step_h) {
  const struct spine_sites sites = {.proteins = tissue->proteins};
  assert_ok(spines_remodel(&tissue->spines, tissue->patch->network, &sites, tissue->time_h,
                           tissue->time_h + step_h, tissue->steps++));
  tissue->time_h += step_h;
}

/* ---- what is there ---- */

struct census {
  double synapses, young_synapses, age_h[6]; /* young ones by day of age; the last: older */
  double afferents, young_afferents, grown, background;
  double weight_nS, cells;
};

static struct census count(const struct tissue *tissue) {
  struct census c = {0};
  for (int w = 0; w < tissue->spines.n_pathways; w++) {
    const struct projection *projection = tissue->spines.pathway[w].projection;
    for (int b = 0; b < projection->target->n_blocks; b++) {
      const struct synapse_block *block = &projection->block[b];
      for (size_t e = 0; e < block->n; e++) {
        int age = block->age[e] & SYNAPSE_GROWN;
        c.synapses++;
        c.weight_nS += block->synapse[e].weight * projection->weight_quantum_nS;
        if (!(block->age[e] & SYNAPSE_YOUNG)) continue;
        c.young_synapses++;
        c.age_h[age / 24 < 5 ? age / 24 : 5]++;
      }
    }
  }
  for (int k = 0; k < tissue->spines.n_cells; k++) {
    const struct spine_cells *cells = &tissue->spines.cells[k];
    for (int i = 0; i < cells->population->n; i++, c.cells++) {
      c.young_afferents += cells->young[i];
      c.afferents += cells->young[i] + cells->mature[i];
      c.grown += (double)cells->grown[i];
      c.background += (double)cells->population->block[i / cells->population->block_cells]
                          .afferents[i % cells->population->block_cells];
    }
  }
  return c;
}

/* Ages of young spines at rest: exponential with their mean, in whole days. */
static void check_ages(const struct census *c, const struct spine_params *params) {
  double mean_d = spines_young_mean_h(params) / 24, chi2 = 0;
  for (int k = 0; k < 6; k++) {
    double share = exp(-k / mean_d) - (k < 5 ? exp(-(k + 1) / mean_d) : 0), due = share * c->young_synapses;
    chi2 += (c->age_h[k] - due) * (c->age_h[k] - due) / due;
  }
  assert_near(chi2, 5, 5 * sqrt(10));
}

/* ---- at rest ---- */

/* Over four weeks. The number of spines wanders by no more than its turnover would without anything that
 * holds it, √(formed + lost); so does the number of young ones, all of which are replaced. */
static void keeps(const struct small_plan *plan, double step_h) {
  struct spine_params params = small_spine_params();
  struct tissue *tissue = make(plan, &params);
  const struct census start = count(tissue);
  double formed = 0, removed = 0;
  check_ages(&start, &params);
  for (int step = 0; step < 28 * 24 / step_h; step++) {
    remodel(tissue, step_h);
    for (int w = 0; w < 2; w++) {
      formed += (double)tissue->spines.turnover[w].formed;
      removed += (double)tissue->spines.turnover[w].removed;
    }
  }
  const struct census end = count(tissue);
  double young = 1 - params.persistent, turned = formed + removed;
  double f0_t = 28 * 24 / step_h * remodel_chances(&params, 1, step_h).formed;
  assert_near(formed, start.synapses * f0_t, 0.03 * start.synapses * f0_t);
  assert_near(formed, removed, 5 * sqrt(turned));
  assert_near(end.synapses, start.synapses, 5 * sqrt(turned));
  assert_near(end.afferents, start.afferents, 5 * sqrt(2 * start.afferents * f0_t));
  assert_near(end.young_synapses, end.synapses * young, 5 * sqrt(2 * end.synapses * young));
  assert_near(end.young_afferents, end.afferents * young, 5 * sqrt(2 * end.afferents * young));
  if (step_h < 24) check_ages(&end, &params); /* within a step nothing new is lost */
  /* means of lognormals of CV 0.8; √2 for start and end */
  assert_near(end.weight_nS / end.synapses, start.weight_nS / start.synapses,
              5 * 0.8 * 0.25 * sqrt(2 / end.synapses));
  double rest = remodel_growth_at_rest(&params);
  assert_near(start.background, start.cells, 1e-6 * start.cells);
  assert_near(end.grown / end.afferents, rest, 0.003); /* of a mean field; steps of up to two days */
  assert_near(end.background / end.cells, end.afferents / start.afferents, 0.003);
  drop(tissue);
}

static void test_rest(void **state) {
  (void)state;
  keeps(&small_plan, 6);
}

static void test_rest_by_other_steps(void **state) {
  (void)state;
  keeps(&small_plan, 2);
  keeps(&small_plan, 48);
}

static void test_rest_with_open_edges(void **state) {
  (void)state;
  struct small_plan open = small_plan;
  open.periodic = false;
  keeps(&open, 12);
}

/* ---- who is connected ---- */

/* When nearly every synapse has been replaced, pairs are still connected as the kernel says: χ² over
 * distances, near its degrees of freedom. A kernel 6 % wider would add 4 ε² n = 600 and is told from it. */
static double chi_square(const struct tissue *tissue) {
  enum { BINS = 23 }; /* of 15 µm; the first also has the few that are beyond 345 µm */
  const struct wiring *wiring = tissue->spines.pathway[0].wiring;
  const struct population *cells = wiring->projection->source;
  double seen[BINS] = {0}, due[BINS] = {0}, chi2 = 0, sum_seen = 0, sum_due = 0;
  for (int b = 0; b < cells->n_blocks; b++) {
    struct edge *edges;
    size_t n;
    assert_ok(projection_edges(wiring->projection, b, &edges, &n));
    for (size_t e = 0; e < n; e++) {
      double dx = sheet_difference(true, 500, cells->x_um[edges[e].target], cells->x_um[edges[e].source]);
      double dy = sheet_difference(true, 500, cells->y_um[edges[e].target], cells->y_um[edges[e].source]);
      seen[(int)(sqrt(dx * dx + dy * dy) / 15) % BINS]++;
    }
    sum_seen += (double)n;
    memory_free(edges);
  }
  for (int i = 0; i < cells->n; i++) {
    for (int j = 0; j < cells->n; j++) {
      double dx = sheet_difference(true, 500, cells->x_um[i], cells->x_um[j]);
      double dy = sheet_difference(true, 500, cells->y_um[i], cells->y_um[j]);
      double p = i == j ? 0 : wiring_probability(wiring, dx, dy);
      due[(int)(sqrt(dx * dx + dy * dy) / 15) % BINS] += p;
      sum_due += p;
    }
  }
  for (int k = 0; k < BINS; k++) {
    double expected = due[k] * sum_seen / sum_due;
    chi2 += (seen[k] - expected) * (seen[k] - expected) / expected;
  }
  return chi2;
}

static void test_wiring_stays(void **state) {
  (void)state;
  struct small_plan plan = small_plan;
  struct spine_params params = small_spine_params();
  plan.cells[0] = 1000;
  params.young_loss = 0.5;
  params.mature_loss = 0.2;
  struct tissue *tissue = make(&plan, &params);
  double replaced = 0, synapses = (double)tissue->spines.turnover[0].alive;
  assert_true(synapses > 40000);
  for (int step = 0; step < 80; step++) {
    remodel(tissue, 6);
    replaced += (double)tissue->spines.turnover[0].removed;
  }
  assert_true(replaced > 6 * synapses);
  assert_between(chi_square(tissue), 0, 22 + 5 * sqrt(44));
  tissue->patch->wiring[0].width_um *= 1.06;
  assert_true(chi_square(tissue) > 150);
  drop(tissue);
}

/* Formed minus removed is the change of what is alive, in every step, rising or falling. */
static void test_counts_conserved(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct tissue *tissue = make(&small_plan, &params);
  const struct spines *spines = &tissue->spines;
  for (int step = 0; step < 30; step++) {
    int64_t before[3] = {spines->turnover[0].alive, spines->turnover[1].alive, spines->afferents.alive};
    for (int s = 0; s < 100; s++) tissue->proteins[s] = step < 15 ? 2 : 0;
    remodel(tissue, 6);
    const struct turnover *after[3] = {&spines->turnover[0], &spines->turnover[1], &spines->afferents};
    for (int w = 0; w < 3; w++) {
      assert_int_equal(after[w]->alive - before[w], after[w]->formed - after[w]->removed);
      assert_true(after[w]->removed > 0 && (after[w]->formed > 0) == (step < 15));
    }
    for (int w = 0; w < 2; w++)
      assert_int_equal(projection_count(spines->pathway[w].projection), spines->turnover[w].alive);
  }
  drop(tissue);
}

static void test_no_self_no_double(void **state) {
  (void)state;
  struct small_plan plan = small_plan;
  struct spine_params params = small_spine_params();
  plan.cells[0] = 200, plan.cells[1] = 100;
  plan.p0 = 0.95; /* cells near each other are nearly all connected */
  params.gain_half = 1000;
  params.vacancies = 0.3;
  struct tissue *tissue = make(&plan, &params);
  static bool met[200][200];
  for (int s = 0; s < 100; s++) tissue->proteins[s] = 100;
  for (int step = 0; step < 10; step++) remodel(tissue, 24);
  for (int w = 0; w < 2; w++) {
    const struct projection *projection = tissue->spines.pathway[w].projection;
    memset(met, 0, sizeof met);
    for (int b = 0; b < projection->target->n_blocks; b++) {
      struct edge *edges;
      size_t n;
      assert_ok(projection_edges(projection, b, &edges, &n));
      for (size_t e = 0; e < n; e++) {
        if (w == 0) assert_int_not_equal(edges[e].source, edges[e].target);
        assert_false(met[edges[e].target][edges[e].source]);
        met[edges[e].target][edges[e].source] = true;
      }
      memory_free(edges);
    }
  }
  drop(tissue);
}

/* ---- what follows from the counts ---- */

/* A cell's background goes with the AMPA of its afferent spines, up to the spread of its drive. */
static void test_background(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct tissue *tissue = make(&small_plan, &params);
  double rest = remodel_growth_at_rest(&params);
  int cut = 0;
  for (int s = 0; s < 100; s++) tissue->proteins[s] = s < 50 ? 10 : 0;
  for (int step = 0; step < 80; step++) remodel(tissue, 6);
  for (int k = 0; k < tissue->spines.n_cells; k++) {
    const struct spine_cells *cells = &tissue->spines.cells[k];
    for (int i = 0; i < cells->population->n; i++) {
      const struct block *block = &cells->population->block[i / cells->population->block_cells];
      double factor = (double)cells->grown[i] / (cells->afferents_start[i] * rest);
      cut += factor > 1.5;
      assert_near(block->afferents[i - block->first], factor < 1.5 ? factor : 1.5, 1e-6);
      assert_true(cells->population->site[i] < 50 ? factor > 1.1 : factor < 0.8);
    }
  }
  assert_true(cut > 0);
  drop(tissue);
}

/* At the start the map of weights is 1 and that of density what the parameter says; after growth both are
 * what the counts give. */
static void test_maps(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  params.gain_half = 20;
  struct tissue *tissue = make(&small_plan, &params);
  double density[100], per_cell[100], dendrite[100], synapses[100], weight[100];
  double now = 0, start = 0, recurrent = 0;
  const struct spine_maps maps = {density, per_cell, dendrite, synapses, weight};
  spines_map(&tissue->spines, &maps);
  for (int s = 0; s < 100; s++) {
    assert_near(density[s], params.density, 1e-12);
    assert_near(weight[s], 1, 1e-12);
    assert_near(spines_ampa(&tissue->spines, s), 1, 1e-6);
  }
  for (int s = 0; s < 100; s++) tissue->proteins[s] = s == 33 ? 100 : 1;
  for (int step = 0; step < 2; step++) remodel(tissue, 10);
  spines_map(&tissue->spines, &maps);
  for (int k = 0; k < tissue->spines.n_cells; k++) {
    const struct spine_cells *cells = &tissue->spines.cells[k];
    struct site_cells there = cells->population->in_site[33];
    for (int i = there.first; i < there.first + there.n; i++) {
      now += cells->recurrent[i] + cells->young[i] + cells->mature[i];
      start += cells->start[i];
      recurrent += cells->recurrent[i];
    }
  }
  assert_near(density[33], params.density * now / start, 1e-12);
  assert_near(per_cell[33], now / 12, 1e-9); /* 7 and 5 cells in a site */
  assert_near(dendrite[33], 1, 0);
  assert_true(density[33] > 1.3 * params.density && density[34] < 1.1 * params.density);
  assert_near(synapses[33], recurrent, 0);
  assert_true(weight[33] < 0.95); /* many are young */
  double ampa = spines_ampa(&tissue->spines, 33); /* more of them, each with less */
  assert_true(ampa > 1.05 && ampa < density[33] / params.density);
  spines_map(&tissue->spines, &(struct spine_maps){0});
  drop(tissue);
}

/* Spines that formed together: their AMPA is full after a day, and more than half are gone in a week. */
static void test_new_spines(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  params.gain_half = 1000;
  struct tissue *tissue = make(&small_plan, &params);
  for (int s = 0; s < 100; s++) tissue->proteins[s] = 100;
  const struct census before = count(tissue);
  remodel(tissue, 1);
  const struct census burst = count(tissue);
  double fresh = (double)(tissue->spines.turnover[0].formed + tissue->spines.turnover[1].formed);
  double old = before.weight_nS / before.synapses; /* nS */
  assert_near(burst.weight_nS, old * (burst.synapses - fresh) + 0.2 * 0.25 * fresh,
              5 * 0.8 * 0.25 * sqrt(burst.synapses));
  for (int s = 0; s < 100; s++) tissue->proteins[s] = 0;
  for (int step = 0; step < 24; step++) remodel(tissue, 1);
  const struct census day = count(tissue);
  assert_near(day.weight_nS / day.synapses, 0.25, 5 * 0.8 * 0.25 / sqrt(day.synapses));
  for (int step = 0; step < 6; step++) remodel(tissue, 24);
  const struct census week = count(tissue);
  double left = fresh * exp(-7 * (params.young_loss + params.maturation)), old_young = before.young_synapses;
  assert_near(week.young_synapses, left + old_young * exp(-7.04 * (params.young_loss + params.maturation)),
              5 * sqrt(week.young_synapses));
  assert_true(left < 0.5 * fresh);
  drop(tissue);
}

/* ---- the same bits ---- */

static enum status visit(struct tissue *tissue, struct visitor *visitor) {
  TRY(network_visit(tissue->patch->network, visitor));
  TRY(spines_visit(&tissue->spines, visitor));
  if (visitor->loading) spines_restore(&tissue->spines);
  return STATUS_OK;
}

static uint64_t hash_of(struct tissue *tissue) {
  struct hasher hasher = state_hasher();
  assert_ok(visit(tissue, &hasher.visitor));
  for (int w = 0; w < tissue->spines.n_pathways; w++) {
    const struct turnover *t = &tissue->spines.turnover[w];
    int64_t counts[3] = {t->formed, t->removed, t->alive};
    assert_ok(hasher.visitor.array(&hasher.visitor, "turnover", STATE_I64, 3, counts));
  }
  return hasher.hash;
}

static void uneven(struct tissue *tissue) {
  for (int s = 0; s < 100; s++) tissue->proteins[s] = 0.5 + 0.02 * s;
}

static void test_same_bits(void **state) {
  (void)state;
  static const struct {
    int block_cells, threads, ranks;
  } ways[] = {{1024, 1, 1}, {128, 1, 1}, {256, 3, 1}, {128, 2, 3}};
  struct spine_params params = small_spine_params();
  uint64_t first = 0;
  for (int k = 0; k < COUNT_OF(ways); k++) {
    struct small_plan plan = small_plan;
    plan.block_cells = ways[k].block_cells;
    plan.threads = ways[k].threads;
    plan.ranks = ways[k].ranks;
    struct tissue *tissue = make(&plan, &params);
    uneven(tissue);
    for (int step = 0; step < 12; step++) remodel(tissue, 4.7);
    uint64_t hash = hash_of(tissue);
    if (k == 0) first = hash;
    assert_true(hash == first);
    drop(tissue);
  }
}

static void test_saved_in_the_middle(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct small_plan plan = small_plan;
  struct image *image;
  assert_ok(image_new(&image));
  struct tissue *tissue = make(&plan, &params);
  uneven(tissue);
  for (int step = 0; step < 7; step++) remodel(tissue, 5.3);
  assert_ok(visit(tissue, image_saver(image)));
  for (int step = 0; step < 7; step++) remodel(tissue, 5.3);
  uint64_t unbroken = hash_of(tissue);
  double time_h = tissue->time_h;
  drop(tissue);
  plan.block_cells = 128, plan.threads = 2;
  tissue = make(&plan, &params);
  uneven(tissue);
  assert_ok(visit(tissue, image_loader(image)));
  tissue->time_h = 0;
  for (tissue->steps = 0; tissue->steps < 7; tissue->steps++) tissue->time_h += 5.3;
  for (int step = 0; step < 7; step++) remodel(tissue, 5.3);
  assert_true(tissue->time_h == time_h);
  assert_true(hash_of(tissue) == unbroken);
  drop(tissue);
  image_free(image);
}

/* Means of populations are those of the sites, cells counted: the same at the start, and after growth. */
static void test_means(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct tissue *tissue = make(&small_plan, &params);
  const struct spines *spines = &tissue->spines;
  for (int s = 0; s < COUNT_OF(tissue->proteins); s++) tissue->proteins[s] = 1.5;
  for (int step = 0; step < 2; step++) {
    double per_cell[100], spines_of_sites = 0, spines_of_populations = 0;
    const struct spine_maps maps = {.per_cell = per_cell};
    spines_map(spines, &maps);
    for (int s = 0; s < sheet_sites(&tissue->patch->sheet); s++) {
      int cells = 0;
      for (int k = 0; k < spines->n_cells; k++) cells += spines->cells[k].population->in_site[s].n;
      if (cells > 0) spines_of_sites += per_cell[s] * cells;
    }
    for (int k = 0; k < spines->n_cells; k++) {
      const struct spine_means means = spines_means(spines, &spines->cells[k]);
      spines_of_populations += means.per_cell * spines->cells[k].population->n;
      assert_near(means.dendrite, 1, 1e-6);
      if (step == 0)
        assert_near(means.density_per_um, params.density, 1e-9);
      else
        assert_between(means.density_per_um, 1.03 * params.density, 1.5 * params.density);
    }
    assert_near(spines_of_populations, spines_of_sites, 1e-6 * spines_of_sites);
    remodel(tissue, 24);
  }
  drop(tissue);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rest),
                                     cmocka_unit_test(test_rest_by_other_steps),
                                     cmocka_unit_test(test_rest_with_open_edges),
                                     cmocka_unit_test(test_wiring_stays),
                                     cmocka_unit_test(test_means),
                                     cmocka_unit_test(test_counts_conserved),
                                     cmocka_unit_test(test_no_self_no_double),
                                     cmocka_unit_test(test_background),
                                     cmocka_unit_test(test_maps),
                                     cmocka_unit_test(test_new_spines),
                                     cmocka_unit_test(test_same_bits),
                                     cmocka_unit_test(test_saved_in_the_middle)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
