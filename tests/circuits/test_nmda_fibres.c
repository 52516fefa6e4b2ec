/* test_nmda_fibres.c — fibres from outside that open another mix of subunits: an event of theirs opens what
 * their shares and each subunit's kernel say, beside events of other synapses that open theirs; the open
 * probability of a subunit counts the receptors of both; with the same shares it is the receptor without; a
 * mix that cannot be is told. */
#include "drugs/action.h"
#include "specimen.h"

enum { RECEPTOR = SPECIMEN_NMDA, SUBUNITS = 4, CELL = 9, CELLS = 32 };

static const char *const keys[] = {"share_2A", "share_2B", "share_2C", "share_2D"};
static const char *const fibre_keys[] = {"fibres_2A", "fibres_2B", "fibres_2C", "fibres_2D"};
static const double mix[SUBUNITS] = {0.5, 0.3, 0.1, 0.1}, outside[SUBUNITS] = {0.1, 0.8, 0, 0.1};
static const double K0[SUBUNITS] = {3.57, 3.57, 45, 23}, own[SUBUNITS] = {45, 120, 100, 150};
static const double potential = -30, rise = 3;

/* Cells with the port of fibres from outside. */
static struct population make(const double *fibres) {
  struct population population = specimen(specimen_build(""), CELLS);
  population.port[population.n_ports++] =
      (struct port){.name = "outside", .lanes = 2, .quantum = {0x1p-20, 0x1p-20}, .joins = 1};
  population.fibres_nS = 25;
  for (int s = 0; s < SUBUNITS; s++) {
    specimen_set(&population, RECEPTOR, keys[s], mix[s]);
    if (fibres) specimen_set(&population, RECEPTOR, fibre_keys[s], fibres[s]);
  }
  specimen_ready(&population, 0.1, 128);
  for (int i = 0; i < CELLS; i++) specimen_floats(&population, SPECIMEN_CELL, "V")[i] = (float)potential;
  return population;
}

/* A tick in which so many nS come by other synapses, and by fibres from outside. */
static float tick(struct population *population, int32_t within, int32_t by_fibres) {
  struct block *block = &population->block[0];
  const struct step step = {.slow_dt_ms = 1};
  struct cells cells = population_cells(population, 0, RECEPTOR);
  block->port[0][2 * CELL + 1] = (within + by_fibres) << 20; /* which the joined port adds to */
  block->port[3][2 * CELL + 1] = by_fibres << 20;
  block->g[CELL] = 0;
  population->receptor[RECEPTOR].mechanism->open(&cells, &step);
  return block->g[CELL];
}

static double mean_decay(void) {
  double mean = 0;
  for (int s = 0; s < SUBUNITS; s++) mean += mix[s] * own[s];
  return mean;
}

/* What an event of 1 nS opens of a subunit, at the end of the tick that begins t ticks after it. */
static double at_end(int s, int t) {
  double tau = own[s] * 75 / mean_decay(), peak = log(tau / rise) * tau * rise / (tau - rise);
  double norm = 1 / (exp(-peak / tau) - exp(-peak / rise)), ms = (t + 1) * 0.1;
  return norm * (exp(-ms / tau) - exp(-ms / rise)) / (1 + 1 / K0[s] * exp(-0.062 * potential));
}

/* The mean over that tick, as both its ends. */
static double kernel(int s, int t) { return 0.5 * (at_end(s, t - 1) + at_end(s, t)); }

static void test_events(void **state) {
  (void)state;
  struct population population = make(outside);
  for (int t = 0; t < 2000; t++) {
    double opened = (double)tick(&population, t == 0 ? 2 : 0, t == 150 ? 5 : 0), wanted = 0;
    for (int s = 0; s < SUBUNITS; s++) {
      wanted += 2 * mix[s] * kernel(s, t);
      if (t >= 150) wanted += 5 * outside[s] * kernel(s, t - 150);
    }
    assert_near(opened, wanted, (4e-6 + 6e-8 * t) * wanted + 5e-7);
  }
  population_free(&population);
}

/* Charge is that of both, and releases are told apart. */
static void test_sums(void **state) {
  (void)state;
  struct population population = make(outside);
  const struct step step = {.slow_dt_ms = 1};
  double without[SUBUNITS] = {0};
  for (int t = 0; t < 400; t++) {
    tick(&population, t % 50 == 0, t % 40 == 0 ? 3 : 0);
    if (t % 10 != 9) continue;
    struct cells cells = population_cells(&population, 0, RECEPTOR);
    population.receptor[RECEPTOR].mechanism->adapt(&cells, &step);
    for (int s = 0; s < SUBUNITS; s++) {
      for (int e = 0; e <= t; e++)
        without[s] -=
            potential * ((e % 50 == 0 ? mix[s] : 0) + (e % 40 == 0 ? 3 * outside[s] : 0)) * at_end(s, t - e);
    }
  }
  const double *released = population_column(&population, RECEPTOR, "released", 0, 0),
               *by_fibres = population_column(&population, RECEPTOR, "released_fibres", 0, 0);
  assert_near(released[CELL], 8 + 30, 1e-5);
  assert_near(by_fibres[CELL], 30, 1e-5);
  for (int s = 0; s < SUBUNITS; s++) {
    const double *charge = population_column(&population, RECEPTOR, "charge_without", s, 0);
    assert_near(charge[CELL], without[s], 2e-5 * without[s]);
  }
  population_free(&population);
}

/* All receptors of all synapses opened at once are all that there are, of each subunit: P is its peak. */
static void test_open_probability(void **state) {
  (void)state;
  static const double peak[SUBUNITS] = {0.4, 0.13, 0.01, 0.02};
  static const struct nmda_channel drug = {.K_d_2A = 1, .K_d_2B = 1, .K_d_2C = 1, .K_d_2D = 1, .k_on = 1e-3};
  const struct exposure exposure = {ACTION_NMDA_CHANNEL, 0, &drug, 1, NULL};
  const struct step step = {.slow_dt_ms = 1, .exposures = &exposure, .n_exposures = 1};
  struct population population = make(outside);
  struct cells cells = population_cells(&population, 0, RECEPTOR);
  double most[SUBUNITS] = {0}, before[SUBUNITS] = {0};
  for (int t = 0; t < 1200; t++) {
    tick(&population, t == 0 ? 75 : 0, t == 0 ? 25 : 0);
    if (t % 10 != 9) continue;
    population.receptor[RECEPTOR].mechanism->adapt(&cells, &step);
    for (int s = 0; s < SUBUNITS; s++) {
      double sum = (double)((float *)population_column(&population, RECEPTOR, "bind", s, 0))[CELL];
      most[s] = fmax(most[s], (sum - before[s]) * (1 + 1 / K0[s] * exp(-0.062 * potential)));
      before[s] = sum;
    }
  }
  for (int s = 0; s < SUBUNITS; s++) assert_near(most[s], peak[s], 0.01 * peak[s]);
  population_free(&population);
}

/* The mix of all other synapses, said once more: the same bits as without. */
static void test_same_mix(void **state) {
  (void)state;
  struct population with = make(mix), without = make(NULL);
  for (int t = 0; t < 500; t++) {
    float a = tick(&with, t % 70 == 0, t % 90 == 0), b = tick(&without, t % 70 == 0, t % 90 == 0);
    assert_true(a == b);
  }
  population_free(&with);
  population_free(&without);
}

static void test_fault(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 1);
  const struct receptor *nmda = &population.receptor[RECEPTOR];
  specimen_set(&population, RECEPTOR, "fibres_2B", 0.7);
  assert_non_null(strstr(nmda->mechanism->fault(nmda->params), "do not sum to 1"));
  specimen_set(&population, RECEPTOR, "fibres_2A", 0.3);
  assert_null(nmda->mechanism->fault(nmda->params));
  specimen_set(&population, RECEPTOR, "fibres_2A", 0.2);
  specimen_set(&population, RECEPTOR, "fibres_2D", 0.1);
  assert_non_null(strstr(nmda->mechanism->fault(nmda->params), "that the cell has not"));
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_events), cmocka_unit_test(test_sums),
                                     cmocka_unit_test(test_open_probability), cmocka_unit_test(test_same_mix),
                                     cmocka_unit_test(test_fault)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
