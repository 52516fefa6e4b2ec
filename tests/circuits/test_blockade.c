/* test_blockade.c — blocked shares are shares of charge: of sums that are set, by subunit and over all, over
 * cells of a site that lie in several blocks; and of the receptor itself, whose blocked channels they show
 * whatever voltage and magnesium do. Where there is no charge there is no share. */
#include "drugs/action.h"
#include "signals/blockade.h"
#include "specimen.h"

static double *column(const struct population *population, const char *field, int subunit, int b) {
  return population_column(population, SPECIMEN_NMDA, field, subunit, b);
}

/* Charge without drug 10 + i of cell i at each subunit, of which subunit s carries 1 − 0.1 s − 0.2. */
static struct population make(int n, int block_cells) {
  struct population population = specimen(specimen_build(""), n);
  specimen_ready(&population, 0.1, block_cells);
  for (int b = 0; b < population.n_blocks; b++) {
    for (int s = 0; s < 3; s++) { /* none of the last */
      for (int i = 0; i < population.block[b].n; i++) {
        double charge = 10 + population.block[b].first + i;
        column(&population, "charge_without", s, b)[i] = charge;
        column(&population, "charge", s, b)[i] = charge * (0.8 - 0.1 * s);
      }
    }
  }
  return population;
}

static void test_shares(void **state) {
  (void)state;
  struct population population = make(300, 128);
  double share[BLOCKADE_SUBUNITS], all;
  blockade_of(&population, BLOCKADE_SYNAPTIC, share, &all);
  for (int s = 0; s < 3; s++) assert_near(share[s], 0.2 + 0.1 * s, 1e-12);
  assert_true(isnan(share[3]));
  assert_near(all, 0.3, 1e-12);
  population_free(&population);
}

static void test_no_charge(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 10);
  specimen_ready(&population, 0.1, 128);
  double share[BLOCKADE_SUBUNITS], all, carried = 0, without = 0;
  blockade_of(&population, BLOCKADE_SYNAPTIC, share, &all);
  assert_true(isnan(all) && isnan(share[0]));
  blockade_charge(&population, 0, 9, &carried, &without);
  assert_true(carried == 0 && without == 0);
  population_free(&population);
}

/* Stretches of cells within a block, over its end, over two, and of one cell. */
static void test_stretches(void **state) {
  (void)state;
  static const int stretch[][2] = {{0, 0}, {3, 90}, {100, 127}, {120, 130}, {128, 255}, {5, 299}, {299, 299}};
  for (int block_cells = 128; block_cells <= 1024; block_cells *= 2) {
    struct population population = make(300, block_cells);
    for (int k = 0; k < COUNT_OF(stretch); k++) {
      int first = stretch[k][0], last = stretch[k][1];
      double cells = last - first + 1, due = 10 * cells + 0.5 * (first + last) * cells;
      assert_near(blockade_sum(&population, SPECIMEN_NMDA, "charge_without", 1, first, last), due, 1e-9);
      double carried = 1, without = 2; /* added to */
      blockade_charge(&population, first, last, &carried, &without);
      assert_near(without, 2 + 3 * due, 1e-9);
      assert_near(carried, 1 + (0.8 + 0.7 + 0.6) * due, 1e-9);
    }
    population_free(&population);
  }
}

/* Channels of which a known share is blocked: the charge shows that share for each subunit, and over all the
 * mean weighted by what magnesium lets through at the cell's potential. */
static void test_receptor(void **state) {
  (void)state;
  static const double blocked[4] = {0.1, 0.3, 0.5, 0.7}, shares[4] = {0.3, 0.3, 0.2, 0.2};
  static const double K0[4] = {3.57, 3.57, 45, 23};
  struct population population = specimen(specimen_build(""), 40);
  static const char *const keys[] = {"share_2A", "share_2B", "share_2C", "share_2D"};
  for (int s = 0; s < 4; s++) specimen_set(&population, SPECIMEN_NMDA, keys[s], shares[s]);
  specimen_one_decay(&population);
  specimen_ready(&population, 0.1, 128);
  float *V = specimen_floats(&population, SPECIMEN_CELL, "V");
  for (double potential = -80; potential <= -20; potential += 15) {
    for (int i = 0; i < 40; i++) {
      V[i] = (float)potential;
      specimen_floats(&population, SPECIMEN_NMDA, "decay")[i] = 5;
      for (int s = 0; s < 4; s++)
        ((float *)population_column(&population, SPECIMEN_NMDA, "unblocked", s, 0))[i] =
            (float)(shares[s] * (1 - blocked[s]));
    }
    struct cells cells = population_cells(&population, 0, SPECIMEN_NMDA);
    struct step step = {.slow_dt_ms = 1};
    population_clear_sums(&population, 0);
    for (int ms = 0; ms < 5; ms++) population.receptor[SPECIMEN_NMDA].mechanism->adapt(&cells, &step);
    double share[BLOCKADE_SUBUNITS], all, open = 0, carried = 0;
    blockade_of(&population, BLOCKADE_SYNAPTIC, share, &all);
    for (int s = 0; s < 4; s++) {
      double weight = shares[s] / (1 + exp(-0.062 * potential) / K0[s]);
      open += weight, carried += weight * (1 - blocked[s]);
      assert_near(share[s], blocked[s], 1e-6);
    }
    assert_near(all, 1 - carried / open, 1e-6);
  }
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shares), cmocka_unit_test(test_no_charge),
                                     cmocka_unit_test(test_stretches), cmocka_unit_test(test_receptor)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
