/* test_dendrites.c — what a site's tissue does to its spines: dendrites follow their target with two time
 * constants and take their spines along, so that there are fewer at the same density, and they come back; no
 * cell has more spines than its dendrites have room for; factors on loss and formation, and a silent day,
 * move the number as the equations of a mean cell say; cells that are told to be spiny have afferent spines
 * without any synapse of the patch; length is part of the state. Bounds are 5 standard errors, seeds are
 * fixed. */
#include "small_patch.h"
#include "state.h"
#include "synapses/remodel.h"

enum { SITES = 100 };

struct bed {
  struct small_patch *patch;
  struct spines spines;
  double proteins[SITES], elimination[SITES], formation[SITES], dendrite[SITES], activity[SITES];
  double time_h;
  uint32_t steps;
};

static void fill(double *values, double value) {
  for (int s = 0; s < SITES; s++) values[s] = value;
}

static struct bed *make(const struct spine_params *params) {
  struct small_plan plan = small_plan;
  struct bed *bed;
  assert_ok(memory_new("bed", 1, sizeof *bed, &bed));
  plan.headroom = 8;
  bed->patch = small_patch_new(&plan, params);
  const struct spine_inputs inputs = {.wiring = bed->patch->wiring, .n_wirings = SMALL_PATHWAYS};
  assert_ok(spines_new(&bed->spines, params, &bed->patch->sheet, &inputs, SMALL_SEED));
  double *const all[] = {bed->proteins, bed->elimination, bed->formation, bed->dendrite, bed->activity};
  for (int k = 0; k < COUNT_OF(all); k++) fill(all[k], 1);
  return bed;
}

static void drop(struct bed *bed) {
  spines_free(&bed->spines);
  small_patch_free(bed->patch);
  memory_free(bed);
}

static void live(struct bed *bed, double days, double step_h) {
  const struct spine_sites sites = {bed->proteins, bed->elimination, bed->formation, bed->dendrite,
                                    bed->activity};
  for (int step = 0; step < (int)(days * 24 / step_h + 0.5); step++) {
    assert_ok(spines_remodel(&bed->spines, bed->patch->network, &sites, bed->time_h, bed->time_h + step_h,
                             bed->steps++));
    bed->time_h += step_h;
  }
}

struct mean {
  double density, per_cell, dendrite; /* of the start; per cell: spines */
};

/* Over all sites, which have as many cells each. */
static struct mean look(const struct bed *bed) {
  double density[SITES], per_cell[SITES], dendrite[SITES];
  const struct spine_maps maps = {.density_per_um = density, .per_cell = per_cell, .dendrite = dendrite};
  struct mean mean = {0};
  spines_map(&bed->spines, &maps);
  for (int s = 0; s < SITES; s++) {
    mean.density += density[s] / bed->spines.params.density / SITES;
    mean.per_cell += per_cell[s] / SITES;
    mean.dendrite += dendrite[s] / SITES;
  }
  return mean;
}

/* Spines of a mean cell, of its start, whose dendrites come back to their length from `length`, in steps of a
 * hundredth of a day. */
static double expected(const struct spine_params *p, double days, double loss, double formation,
                       double length) {
  double young = (1 - p->persistent) * length, mature = p->persistent * length;
  const double h = 0.01;
  for (int k = 0; k < (int)(days / h + 0.5); k++) {
    double room = (1 + p->vacancies) * (1 - (1 - length) * exp(-k * h * 24 / p->regrow));
    double formed = p->formation * formation * (room - young - mature) / p->vacancies;
    double matured = p->maturation * young;
    young += h * (formed - matured - loss * p->young_loss * young);
    mature += h * (matured - loss * p->mature_loss * mature);
  }
  return young + mature;
}

/* ---- dendrites ---- */

static void test_length(void **state) {
  (void)state;
  struct spine_params p = small_spine_params();
  assert_near(remodel_dendrite(&p, 1, 0.7, 240), 0.7 + 0.3 * exp(-1), 1e-12);
  assert_near(remodel_dendrite(&p, 0.7, 1, 96), 1 - 0.3 * exp(-1), 1e-12);
  assert_true(remodel_dendrite(&p, 1, 1, 1e6) == 1);
  double parts = 1;
  for (int k = 0; k < 40; k++) parts = remodel_dendrite(&p, parts, 0.7, 6);
  assert_near(parts, remodel_dendrite(&p, 1, 0.7, 240), 1e-12);
}

/* Six weeks towards three quarters, then back: young spines within weeks, persistent ones over months. */
static void test_spines_go_with_dendrites(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct bed *bed = make(&params);
  const struct mean start = look(bed);
  fill(bed->dendrite, 0.75);
  live(bed, 42, 6);
  const struct mean shorter = look(bed);
  double length = 0.75 + 0.25 * exp(-42 * 24 / 240.0);
  assert_near(shorter.dendrite, length, 1e-5);
  assert_near(shorter.per_cell / start.per_cell, length, 0.01);
  assert_near(shorter.density, 1, 0.01);
  fill(bed->dendrite, 1);
  live(bed, 90, 12);
  const struct mean again = look(bed);
  assert_near(again.dendrite, 1, 1e-4);
  assert_near(again.per_cell / start.per_cell, expected(&params, 90, 1, 1, length), 0.01);
  assert_between(again.per_cell / start.per_cell, 0.92, 1);
  drop(bed);
}

/* Proteins a million times rest on dendrites that shorten: the elements are the end. */
static void test_room(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  params.gain_half = 1000;
  struct bed *bed = make(&params);
  fill(bed->proteins, 1e6);
  fill(bed->dendrite, 0.5);
  for (int day = 0; day < 20; day++) {
    live(bed, 1, 24);
    for (int k = 0; k < bed->spines.n_cells; k++) {
      const struct spine_cells *cells = &bed->spines.cells[k];
      for (int i = 0; i < cells->population->n; i++) {
        /* what stood there before the step may be lost by chance only: one day's share of the length more */
        double room = cells->start[i] * 2 * (double)cells->dendrite[i] * 1.06 + 1;
        assert_true(cells->recurrent[i] + cells->young[i] + cells->mature[i] <= room);
      }
    }
  }
  drop(bed);
}

/* ---- factors ---- */

static void test_factors(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  static const struct {
    double elimination, formation, activity;
  } cases[] = {{1.3, 1, 1}, {1, 0.8, 1}, {1.2, 0.9, 1}, {1, 1, 0}, {1, 1, 0.2}, {1, 1, 0.6}, {1, 1, 3}};
  for (int c = 0; c < COUNT_OF(cases); c++) {
    struct bed *bed = make(&params);
    fill(bed->elimination, cases[c].elimination);
    fill(bed->formation, cases[c].formation);
    fill(bed->activity, cases[c].activity);
    double before = look(bed).per_cell;
    live(bed, 21, 6);
    double loss = cases[c].elimination * (1 + fmax(0, 1 - cases[c].activity / 0.5));
    double due = expected(&params, 21, loss, cases[c].formation, 1);
    assert_near(look(bed).per_cell / before, due, 0.006);
    assert_true(fabs(due - 1) > 0.03 || cases[c].activity > 0.5);
    drop(bed);
  }
}

/* ---- cells without synapses of the patch ---- */

static void test_spiny(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct small_patch *patch = small_patch_new(&small_plan, &params);
  struct spines spines;
  patch->population[0]->spiny = patch->population[1]->spiny = true;
  const struct spine_inputs inputs = {.wiring = patch->wiring + 2, /* the inhibitory pathway alone */
                                      .n_wirings = 1,
                                      .own = patch->population,
                                      .n_own = SMALL_POPULATIONS};
  assert_ok(spines_new(&spines, &params, &patch->sheet, &inputs, SMALL_SEED));
  assert_int_equal(spines.n_pathways, 0);
  assert_int_equal(spines.n_cells, 2);
  assert_int_equal(spines.afferents.alive, 60 * 1200);
  double proteins[SITES];
  for (int s = 0; s < SITES; s++) proteins[s] = 2;
  const struct spine_sites sites = {.proteins = proteins};
  assert_ok(spines_remodel(&spines, patch->network, &sites, 0, 24, 0));
  assert_true(spines.afferents.formed > spines.afferents.removed);
  assert_int_equal(spines.afferents.alive, 60 * 1200 + spines.afferents.formed - spines.afferents.removed);
  spines_free(&spines);
  small_patch_free(patch);
}

static void test_saved(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct image *image;
  assert_ok(image_new(&image));
  struct bed *bed = make(&params), *other = make(&params);
  fill(bed->dendrite, 0.6);
  live(bed, 5, 24);
  assert_ok(spines_visit(&bed->spines, image_saver(image)));
  assert_ok(spines_visit(&other->spines, image_loader(image)));
  for (int k = 0; k < bed->spines.n_cells; k++) {
    size_t n = (size_t)bed->spines.cells[k].population->n;
    assert_memory_equal(bed->spines.cells[k].dendrite, other->spines.cells[k].dendrite, n * sizeof(float));
    assert_true(other->spines.cells[k].dendrite[0] < 0.9f);
  }
  drop(bed);
  drop(other);
  image_free(image);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_length), cmocka_unit_test(test_spines_go_with_dendrites),
      cmocka_unit_test(test_room),   cmocka_unit_test(test_factors),
      cmocka_unit_test(test_spiny),  cmocka_unit_test(test_saved)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
