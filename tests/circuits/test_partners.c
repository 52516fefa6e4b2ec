/* test_partners.c — partners are proposed in proportion to the odds p/(1 − p) of the pathway's kernel at the
 * true places of cells: for every kernel, with periodic and open edges, on sites so coarse that their centres
 * would not do, with as few cells as sites; cell by cell (χ²) and by distance (χ², and a kernel
 * 6 % wider is rejected). Nothing is proposed where nobody is. */
#include "small_patch.h"

enum { BINS = 24 };

static struct small_plan coarse_plan(void) {
  struct small_plan plan = small_plan;
  plan.sites = 8;
  plan.pitch_um = 125;
  plan.cells[0] = 2000;
  plan.cells[1] = 200;
  return plan;
}

static double distance(const struct small_patch *patch, int i, int j) {
  const struct population *source = patch->population[0], *target = patch->population[1];
  double side = sheet_side_x_um(&patch->sheet);
  double dx = sheet_difference(patch->sheet.periodic, side, target->x_um[i], source->x_um[j]);
  double dy = sheet_difference(patch->sheet.periodic, side, target->y_um[i], source->y_um[j]);
  return sqrt(dx * dx + dy * dy);
}

static double odds_of(const struct small_patch *patch, int i, int j) {
  const struct population *source = patch->population[0], *target = patch->population[1];
  double side = sheet_side_x_um(&patch->sheet);
  double dx = sheet_difference(patch->sheet.periodic, side, target->x_um[i], source->x_um[j]);
  double dy = sheet_difference(patch->sheet.periodic, side, target->y_um[i], source->y_um[j]);
  double p = wiring_probability(&patch->wiring[1], dx, dy);
  return p / (1.0 - p);
}

/* `wanted` partners of target cell i; counts by source cell. Gives how many trials each took. */
static double propose(const struct small_patch *patch, const struct partners *partners, int i, int wanted,
                      int *counts) {
  int trials = 0;
  for (int found = 0; found < wanted; trials++) {
    struct random_draw draw = random_draw(5, RANDOM_FORM, (uint64_t)i, (uint64_t)trials, 0);
    int j = partners_propose(partners, &patch->wiring[1], i, draw.u);
    if (j < 0) continue;
    assert_true(j < patch->population[0]->n);
    counts[j]++;
    found++;
  }
  return (double)trials / wanted;
}

/* Of 20 µm; the last holds all that is beyond 460 µm. */
static int bin_of(double r_um) { return r_um < 460 ? (int)(r_um / 20) : BINS - 1; }

/* χ² of distances to `seen` partners by bin, 200 of each target, against the odds of the kernel. */
static double chi_square(const struct small_patch *patch, const double *seen) {
  double due[BINS] = {0}, chi2 = 0;
  for (int i = 0; i < patch->population[1]->n; i++) {
    double sum = 0;
    for (int j = 0; j < patch->population[0]->n; j++) sum += odds_of(patch, i, j);
    for (int j = 0; j < patch->population[0]->n; j++)
      due[bin_of(distance(patch, i, j))] += 200 * odds_of(patch, i, j) / sum;
  }
  for (int k = 0; k < BINS; k++)
    chi2 += due[k] >= 1 ? (seen[k] - due[k]) * (seen[k] - due[k]) / due[k] : seen[k];
  return chi2;
}

/* 40,000 partners. A width that is ε = 6 % off adds about c ε² n to χ², c = 4 for a Gaussian, 2 for an
 * exponential: 580 and 290, less with open edges. 100 have to be seen. */
static void check_distances(enum kernel_shape shape, bool periodic) {
  struct small_plan plan = coarse_plan();
  struct spine_params params = small_spine_params();
  plan.shape = shape;
  plan.periodic = periodic;
  struct small_patch *patch = small_patch_new(&plan, &params);
  struct partners partners;
  double seen[BINS] = {0};
  assert_ok(partners_new(&partners, &patch->wiring[1]));
  for (int i = 0; i < patch->population[1]->n; i++) {
    static int counts[2000];
    memset(counts, 0, sizeof counts);
    double trials = propose(patch, &partners, i, 200, counts);
    assert_true(trials < 30); /* far below the trials that a synapse has */
    for (int j = 0; j < 2000; j++) seen[bin_of(distance(patch, i, j))] += counts[j];
  }
  assert_between(chi_square(patch, seen), 0, BINS - 1 + 5 * sqrt(2.0 * BINS));
  patch->wiring[1].width_um *= 1.06;
  if (shape != KERNEL_UNIFORM) assert_true(chi_square(patch, seen) > 100);
  partners_free(&partners);
  small_patch_free(patch);
}

static void test_distances(void **state) {
  (void)state;
  for (int shape = KERNEL_GAUSSIAN; shape <= KERNEL_UNIFORM; shape++) {
    check_distances((enum kernel_shape)shape, true);
    check_distances((enum kernel_shape)shape, false);
  }
}

/* Every source cell of one target, one or two in a site: χ² over those that 20 or more proposals are due
 * to. */
static void test_each_cell(void **state) {
  (void)state;
  struct small_plan plan = small_plan;
  struct spine_params params = small_spine_params();
  plan.cells[0] = 130;
  plan.p0 = 0.9;
  plan.width_um = 150;
  struct small_patch *patch = small_patch_new(&plan, &params);
  struct partners partners;
  static int counts[130];
  double sum = 0, chi2 = 0, cells = 0, trials = 20000;
  assert_ok(partners_new(&partners, &patch->wiring[1]));
  memset(counts, 0, sizeof counts);
  propose(patch, &partners, 123, (int)trials, counts);
  for (int j = 0; j < 130; j++) sum += odds_of(patch, 123, j);
  for (int j = 0; j < 130; j++) {
    double due = trials * odds_of(patch, 123, j) / sum;
    if (due < 20) continue;
    chi2 += (counts[j] - due) * (counts[j] - due) / due;
    cells++;
  }
  assert_true(cells > 50);
  assert_near(chi2, cells - 1, 5 * sqrt(2 * cells));
  partners_free(&partners);
  small_patch_free(patch);
}

static void test_nobody(void **state) {
  (void)state;
  struct small_plan plan = small_plan;
  struct spine_params params = small_spine_params();
  plan.p0 = 0;
  struct small_patch *patch = small_patch_new(&plan, &params);
  struct partners partners;
  assert_ok(partners_new(&partners, &patch->wiring[1]));
  for (uint32_t k = 0; k < 1000; k++) {
    struct random_draw draw = random_draw(1, RANDOM_FORM, k, 0, 0);
    assert_int_equal(partners_propose(&partners, &patch->wiring[1], 3, draw.u), -1);
  }
  partners_free(&partners);
  partners_free(&partners); /* of a zeroed one */
  small_patch_free(patch);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_distances), cmocka_unit_test(test_each_cell),
                                     cmocka_unit_test(test_nobody)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
