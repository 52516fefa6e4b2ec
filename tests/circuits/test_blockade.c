/* test_blockade.c — blocked shares are shares of charge: of sums that are set, by subunit and over all, over
 * cells of a site that lie in several blocks; and of the receptor itself, whose blocked channels they show
 * whatever voltage and magnesium do; by pathway too, where fibres from outside open other subunits. Where
 * there is no charge there is no share. */
#include "drugs/action.h"
#include "signals/blockade.h"
#include "small_patch.h"

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
  double share[BLOCKADE_SUBUNITS], all, carried = 0, without = 0, room[10];
  blockade_of(&population, BLOCKADE_SYNAPTIC, share, &all);
  assert_true(isnan(all) && isnan(share[0]));
  struct site_cells all_cells = {0, 10};
  population.in_site = &all_cells;
  blockade_add_charge(&population, BLOCKADE_SYNAPTIC, room, 1, &carried, &without);
  population.in_site = NULL;
  assert_true(carried == 0 && without == 0);
  population_free(&population);
}

/* Sites whose cells lie within a block, over its end, over two, of one cell and of none. */
static void test_sites(void **state) {
  (void)state;
  struct site_cells sites[] = {{0, 1}, {3, 88}, {100, 28}, {120, 11}, {128, 128}, {5, 295}, {299, 1}, {0, 0}};
  enum { SITES = COUNT_OF(sites) };
  for (int block_cells = 128; block_cells <= 1024; block_cells *= 2) {
    struct population population = make(300, block_cells);
    double room[300], sums[SITES] = {0}, carried[SITES], without[SITES];
    population.in_site = sites;
    blockade_add_sites(&population, SPECIMEN_NMDA, "charge_without", 1, room, SITES, sums);
    for (int k = 0; k < SITES; k++) carried[k] = 1, without[k] = 2; /* added to */
    blockade_add_charge(&population, BLOCKADE_SYNAPTIC, room, SITES, carried, without);
    for (int k = 0; k < SITES; k++) {
      double cells = sites[k].n, due = 10 * cells + 0.5 * (2 * sites[k].first + cells - 1) * cells;
      assert_near(sums[k], due, 1e-9);
      assert_near(without[k], 2 + 3 * due, 1e-9);
      assert_near(carried[k], 1 + (0.8 + 0.7 + 0.6) * due, 1e-9);
    }
    population.in_site = NULL;
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

/* ---- by pathway ---- */

/* Charge and releases of each cell are set; the share of a pathway is that of the sum over its edges, one
 * by one, whatever the blocks; that of the background weighs cells by their rate. */
static void set_charges(const struct population *population) {
  for (int i = 0; i < population->n; i++) {
    int b = i / population->block_cells, k = i % population->block_cells;
    ((double *)population_column(population, SPECIMEN_NMDA, "released", 0, b))[k] = i % 7 ? 5 + i % 11 : 0;
    for (int s = 0; s < 2; s++) {
      column(population, "charge_without", s, b)[k] = 10 + i % 13;
      column(population, "charge", s, b)[k] = (10 + i % 13) * (1 - 0.001 * (i % 500) - 0.1 * s);
    }
    population->block[b].afferents[k] = 0.5f + 0.25f * (float)(i % 4);
  }
}

static double value(const struct population *population, const char *field, int s, int i) {
  return column(population, field, s, i / population->block_cells)[i % population->block_cells];
}

/* Charge of cell i over what was released onto it. */
static double per_release(const struct population *population, const char *field, int i) {
  double released = value(population, "released", 0, i);
  return released > 0 ? (value(population, field, 0, i) + value(population, field, 1, i)) / released : 0;
}

static void test_pathways(void **state) {
  (void)state;
  double first[SMALL_PATHWAYS] = {0}, first_afferents = 0;
  for (int block_cells = 128; block_cells <= 512; block_cells *= 2) {
    struct small_plan plan = small_plan;
    plan.block_cells = block_cells;
    struct spine_params spines = small_spine_params();
    struct small_patch *patch = small_patch_new(&plan, &spines);
    uint32_t spikes[700];
    for (uint32_t j = 0; j < 700; j++) spikes[j] = j % 5;
    set_charges(patch->population[0]);
    set_charges(patch->population[1]);
    for (int w = 0; w < 2; w++) {
      const struct projection *projection = patch->wiring[w].projection;
      double carried = 0, without = 0, share;
      for (int b = 0; b < projection->target->n_blocks; b++) {
        struct edge *edges;
        size_t n;
        assert_ok(projection_edges(projection, b, &edges, &n));
        for (size_t e = 0; e < n; e++) {
          carried +=
              spikes[edges[e].source] * per_release(projection->target, "charge", (int)edges[e].target);
          without += spikes[edges[e].source] *
                     per_release(projection->target, "charge_without", (int)edges[e].target);
        }
        memory_free(edges);
      }
      assert_true(without > 0);
      assert_ok(blockade_pathway(projection, spikes, &share));
      assert_near(share, 1 - carried / without, 1e-10);
      if (block_cells > 128) assert_true(share == first[w]); /* equal bits */
      first[w] = share;
    }
    double carried = 0, without = 0, share;
    assert_ok(blockade_afferents(patch->population[0], &share));
    for (int i = 0; i < 700; i++) {
      carried += (0.5 + 0.25 * (i % 4)) * per_release(patch->population[0], "charge", i);
      without += (0.5 + 0.25 * (i % 4)) * per_release(patch->population[0], "charge_without", i);
    }
    assert_near(share, 1 - carried / without, 1e-10);
    if (block_cells > 128) assert_true(share == first_afferents);
    first_afferents = share;
    memset(spikes, 0, sizeof spikes);
    assert_ok(blockade_pathway(patch->wiring[0].projection, spikes, &share));
    assert_true(isnan(share));
    small_patch_free(patch);
  }
}

/* Fibres from outside that open GluN2B alone, at cells with both: the share of each pathway is that of the
 * subunits it opened, one release like another; together they carry all. */
static void test_origins(void **state) {
  (void)state;
  struct spine_params spines = small_spine_params();
  struct small_patch *patch = small_patch_new(&small_plan, &spines);
  struct projection *projection = patch->wiring[0].projection;
  struct population *target = projection->target;
  struct receptor *nmda = &target->receptor[SPECIMEN_NMDA];
  uint32_t spikes[700];
  for (uint32_t j = 0; j < 700; j++) spikes[j] = 1;
  specimen_set(target, SPECIMEN_NMDA, "fibres_2B", 1);
  nmda->mechanism->prepare(nmda->params, 0.1);
  for (int b = 0; b < target->n_blocks; b++) {
    for (int i = 0; i < target->block[b].n; i++) {
      ((double *)population_column(target, SPECIMEN_NMDA, "released", 0, b))[i] = 20;
      ((double *)population_column(target, SPECIMEN_NMDA, "released_fibres", 0, b))[i] = 5;
      column(target, "charge_without", 0, b)[i] = 9;  /* 0.6 of 15: all of it of other synapses */
      column(target, "charge_without", 1, b)[i] = 11; /* 0.4 of 15, and 5 */
      column(target, "charge", 0, b)[i] = 9 * 0.9;
      column(target, "charge", 1, b)[i] = 11 * 0.3;
    }
  }
  double within, fibres, background;
  assert_ok(blockade_pathway(projection, spikes, &within));
  assert_ok(blockade_afferents(target, &background));
  target->port[target->n_ports] = target->port[0];
  target->port[target->n_ports].joins = 1;
  projection->port = target->n_ports;
  assert_ok(blockade_pathway(projection, spikes, &fibres));
  projection->port = 0;
  assert_near(within, 0.6 * 0.1 + 0.4 * 0.7, 1e-12);
  assert_near(background, within, 1e-12);
  assert_near(fibres, 0.7, 1e-12);
  assert_near((15 * within + 5 * fibres) / 20, 1 - (9 * 0.9 + 11 * 0.3) / 20, 1e-12);
  small_patch_free(patch);
}

/* Charge outside synapses has shares of its own, and its part of the whole. */
static void test_places(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 100);
  int r = specimen_extrasynaptic(&population, specimen_build(""));
  specimen_ready(&population, 0.1, 128);
  for (int i = 0; i < 100; i++) {
    column(&population, "charge_without", 0, 0)[i] = 30;
    column(&population, "charge", 0, 0)[i] = 24;
    ((double *)population_column(&population, r, "charge_without", 1, 0))[i] = 10;
    ((double *)population_column(&population, r, "charge", 1, 0))[i] = 2;
  }
  double share[BLOCKADE_SUBUNITS], all;
  blockade_of(&population, BLOCKADE_SYNAPTIC, share, &all);
  assert_near(all, 0.2, 1e-12);
  blockade_of(&population, BLOCKADE_EXTRASYNAPTIC, share, &all);
  assert_near(all, 0.8, 1e-12);
  assert_near(share[1], 0.8, 1e-12);
  assert_true(isnan(share[0]));
  assert_near(blockade_whole(&population), 0.35, 1e-12);
  assert_true(blockade_has(&population, BLOCKADE_SYNAPTIC, 1) &&
              !blockade_has(&population, BLOCKADE_SYNAPTIC, 3));
  assert_true(blockade_has(&population, BLOCKADE_EXTRASYNAPTIC, 0));
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shares),   cmocka_unit_test(test_no_charge),
                                     cmocka_unit_test(test_sites),    cmocka_unit_test(test_receptor),
                                     cmocka_unit_test(test_pathways), cmocka_unit_test(test_origins),
                                     cmocka_unit_test(test_places)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
