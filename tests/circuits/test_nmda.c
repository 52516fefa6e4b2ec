/* test_nmda.c — magnesium and blockers act on each subunit's share as the equation says: a closed channel
 * traps, only escape empties it; two equal blockers are one of twice the concentration; a rest is what
 * milliseconds of the same rates would be; charge with and without drug, releases and binding sums are noted.
 * Kinetics against a tight solution over all concentrations and potentials are in numerics. */
#include "drugs/action.h"
#include "memory.h"
#include "specimen.h"

enum { RECEPTOR = SPECIMEN_NMDA, SUBUNITS = 4 };

static const struct nmda_channel fast = {.K_d_2A = 0.33,
                                         .K_d_2B = 0.31,
                                         .K_d_2C = 0.51,
                                         .K_d_2D = 0.83,
                                         .k_on = 0.05,
                                         .k_escape = 0,
                                         .z_delta = 0.55};

static struct population make(const double share[SUBUNITS]) {
  static const char *const keys[] = {"share_2A", "share_2B", "share_2C", "share_2D"};
  struct population population = specimen(specimen_build(""), 32);
  for (int s = 0; s < SUBUNITS; s++) specimen_set(&population, RECEPTOR, keys[s], share[s]);
  specimen_one_decay(&population);
  specimen_ready(&population, 0.1, 128);
  return population;
}

static const double all_four[SUBUNITS] = {0.4, 0.3, 0.2, 0.1}, two_alike[SUBUNITS] = {0.6, 0.4, 0, 0};

/* Put cell i at a potential with a conductance, nS, before magnesium. */
static void set_cell(struct population *population, int i, double V, double g) {
  specimen_floats(population, SPECIMEN_CELL, "V")[i] = (float)V;
  specimen_floats(population, RECEPTOR, "decay")[i] = (float)g;
  specimen_floats(population, RECEPTOR, "rise")[i] = 0;
}

static void adapt(struct population *population, const struct exposure *exposures, int n, double dt_ms,
                  int times) {
  const struct step step = {.slow_dt_ms = dt_ms, .exposures = exposures, .n_exposures = n};
  struct cells cells = population_cells(population, 0, RECEPTOR);
  for (int k = 0; k < times; k++) population->receptor[RECEPTOR].mechanism->adapt(&cells, &step);
}

static double *doubles(struct population *population, const char *field, int row) {
  double *column = population_column(population, RECEPTOR, field, row, 0);
  assert_non_null(column);
  return column;
}

static float *floats(struct population *population, const char *field, int row) {
  float *column = population_column(population, RECEPTOR, field, row, 0);
  assert_non_null(column);
  return column;
}

static double magnesium(int s, double V) {
  static const double K0[SUBUNITS] = {3.57, 3.57, 45, 23};
  return 1.0 / K0[s] * exp(-0.062 * V);
}

/* Open conductance of the next tick over the conductance of the receptor's kernel. */
static double open_share(struct population *population, int i) {
  struct block *block = &population->block[0];
  const struct step step = {.slow_dt_ms = 1};
  struct cells cells = population_cells(population, 0, RECEPTOR);
  double before = (double)specimen_floats(population, RECEPTOR, "decay")[i];
  block->g[i] = 0;
  population->receptor[RECEPTOR].mechanism->open(&cells, &step);
  double after = (double)specimen_floats(population, RECEPTOR, "decay")[i];
  return (double)block->g[i] / (0.5 * (before + after));
}

static void test_magnesium(void **state) {
  (void)state;
  for (int mixed = 0; mixed <= 1; mixed++) {
    const double *share = mixed ? all_four : two_alike;
    struct population population = make(share);
    for (double V = -100; V <= 40; V += 7) {
      double wanted = 0;
      for (int s = 0; s < SUBUNITS; s++) wanted += share[s] / (1 + magnesium(s, V));
      set_cell(&population, 3, V, 2);
      assert_near(open_share(&population, 3), wanted, 2e-6 * wanted + 1e-7);
    }
    population_free(&population);
  }
}

/* One blocker at constant potential and opening: b = b∞ (1 − e^(−λt)), whatever a look stands for. */
static void test_block(void **state) {
  (void)state;
  const double K_d[SUBUNITS] = {0.33, 0.31, 0.51, 0.83}, peak[SUBUNITS] = {0.4, 0.13, 0.01, 0.02};
  const struct exposure exposure = {ACTION_NMDA_CHANNEL, 2, &fast, 3.0, NULL};
  for (double dt_ms = 1; dt_ms <= 400; dt_ms *= 20) {
    struct population population = make(all_four);
    set_cell(&population, 5, -45, 20); /* a fifth of the synapses open */
    adapt(&population, &exposure, 1, dt_ms, (int)(800 / dt_ms));
    double open = 0;
    for (int s = 0; s < SUBUNITS; s++) {
      double P = peak[s] * 0.2, on = P * 0.05 * 3 / (1 + magnesium(s, -45));
      double off = P * 0.05 * K_d[s] * exp(0.55 * 21 / 26.7268);
      double wanted = on / (on + off) * (1 - exp(-800 * (on + off)));
      assert_near(doubles(&population, "blocked", 2 * SUBUNITS + s)[5], wanted, 2e-5 * wanted);
      assert_true(doubles(&population, "blocked", 1 * SUBUNITS + s)[5] == 0);
      assert_true(doubles(&population, "blocked", 2 * SUBUNITS + s)[6] == 0); /* its receptors stayed shut */
      open += all_four[s] * (1 - wanted) / (1 + magnesium(s, -45));
    }
    assert_near(open_share(&population, 5), open, 3e-5 * open);
    population_free(&population);
  }
}

/* A shut channel keeps what is in it; with an escape rate it empties by that rate alone. */
static void test_trap(void **state) {
  (void)state;
  struct nmda_channel leaky = fast;
  leaky.k_escape = 0.001;
  for (int escapes = 0; escapes <= 1; escapes++) {
    struct population population = make(two_alike);
    const struct exposure exposure = {ACTION_NMDA_CHANNEL, 0, escapes ? &leaky : &fast, 50, NULL};
    set_cell(&population, 0, -40, 100);
    adapt(&population, &exposure, 1, 1, 500);
    double before = doubles(&population, "blocked", 0)[0];
    assert_true(before > 0.5);
    set_cell(&population, 0, -70, 0);
    adapt(&population, &exposure, 1, 1, 1000);
    double after = doubles(&population, "blocked", 0)[0];
    assert_near(after, escapes ? before * exp(-1) : before, 1e-5);
    population_free(&population);
  }
}

static void test_competition(void **state) {
  (void)state;
  const struct exposure once = {ACTION_NMDA_CHANNEL, 0, &fast, 4, NULL};
  const struct exposure halves[] = {{ACTION_NMDA_CHANNEL, 1, &fast, 2, NULL},
                                    {ACTION_AMPA_COMPETITIVE, 0, &fast, 9, NULL}, /* acts elsewhere */
                                    {ACTION_NMDA_CHANNEL, 3, &fast, 2, NULL}};
  struct population one = make(two_alike), two = make(two_alike);
  set_cell(&one, 0, -50, 30);
  set_cell(&two, 0, -50, 30);
  for (int look = 0; look < 3000; look++) {
    adapt(&one, &once, 1, 1, 1);
    adapt(&two, halves, 3, 1, 1);
    if (look % 100) continue;
    for (int s = 0; s < 2; s++) {
      double whole = doubles(&one, "blocked", s)[0], a = doubles(&two, "blocked", 4 + s)[0],
             b = doubles(&two, "blocked", 12 + s)[0];
      assert_near(a + b, whole, 2e-3 * whole);
      assert_near(a, b, 2e-3 * whole);
    }
  }
  population_free(&one);
  population_free(&two);
}

/* ---- rest ---- */

static void rest(struct population *population, const struct exposure *exposures, int n, double ms) {
  const struct step step = {.slow_dt_ms = 1, .exposures = exposures, .n_exposures = n};
  struct cells cells = population_cells(population, 0, RECEPTOR);
  population->receptor[RECEPTOR].mechanism->rest(&cells, &step, ms);
}

static void test_rest_goes_on(void **state) {
  (void)state;
  struct nmda_channel leaky = fast;
  leaky.k_escape = 1e-5;
  for (int n = 1; n <= 3; n++) {
    for (double ms = 1; ms <= 1e6; ms *= 10) {
      const struct exposure exposures[] = {{ACTION_NMDA_CHANNEL, 0, &leaky, 1, NULL},
                                           {ACTION_NMDA_CHANNEL, 1, &fast, 3, NULL},
                                           {ACTION_NMDA_CHANNEL, 2, &fast, 0.2, NULL}};
      struct population resting = make(two_alike), looking = make(two_alike);
      set_cell(&resting, 0, -55, 3);
      set_cell(&looking, 0, -55, 3);
      adapt(&resting, exposures, n, 1, 50);
      adapt(&looking, exposures, n, 1, 50);
      rest(&resting, exposures, n, ms);
      adapt(&looking, exposures, n, ms <= 1e4 ? 1 : ms / 1e4, ms <= 1e4 ? (int)ms : 10000);
      for (int k = 0; k < n; k++) {
        double wanted = doubles(&looking, "blocked", k * SUBUNITS)[0];
        assert_near(doubles(&resting, "blocked", k * SUBUNITS)[0], wanted, 5e-3 * wanted);
      }
      double held = 0;
      for (int k = 0; k < n; k++) held += doubles(&resting, "blocked", k * SUBUNITS)[0];
      assert_near(specimen_floats(&resting, RECEPTOR, "unblocked")[0], 0.6 * (1 - held), 1e-6);
      population_free(&resting);
      population_free(&looking);
    }
  }
}

/* Equal competitors end with equal shares: C/K on each of two against the free third. */
static void test_rest_ends_in_balance(void **state) {
  (void)state;
  struct nmda_channel plain = fast;
  plain.z_delta = 0;
  const struct exposure exposures[] = {{ACTION_NMDA_CHANNEL, 0, &plain, 0.33, NULL},
                                       {ACTION_NMDA_CHANNEL, 1, &plain, 0.33, NULL}};
  struct population population = specimen(specimen_build(""), 32);
  specimen_set(&population, RECEPTOR, "Mg", 0);
  specimen_one_decay(&population);
  specimen_ready(&population, 0.1, 128);
  set_cell(&population, 0, -60, 10);
  adapt(&population, exposures, 2, 1, 10);
  rest(&population, exposures, 2, 1e9);
  assert_near(doubles(&population, "blocked", 0)[0], 1.0 / 3, 1e-6);
  assert_near(doubles(&population, "blocked", SUBUNITS)[0], 1.0 / 3, 1e-6);
  population_free(&population);
}

/* ---- sums ---- */

static void test_sums(void **state) {
  (void)state;
  struct population population = make(all_four);
  const struct exposure exposure = {ACTION_NMDA_CHANNEL, 0, &fast, 2, NULL};
  const struct step step = {.slow_dt_ms = 1};
  struct cells cells = population_cells(&population, 0, RECEPTOR);
  double released = 0, charge[SUBUNITS] = {0}, without[SUBUNITS] = {0}, bind = 0, unbind = 0;
  population.block[0].afferent_release[1] = 0.5f; /* of the background's terminals */
  for (int t = 0; t < 500; t++) {
    population.block[0].port[0][2 * 1 + 1] = t % 40 ? 0 : 9 << 20;
    population.block[0].background[1] = t % 77 == 0;
    released += (t % 40 ? 0 : 9) + (t % 77 == 0 ? 0.5 * 0.7 : 0);
    population.receptor[RECEPTOR].mechanism->open(&cells, &step);
    double V = -60 + t * 0.05;
    specimen_floats(&population, SPECIMEN_CELL, "V")[1] = (float)V;
    if (t % 10 != 9) continue;
    double g = (double)(specimen_floats(&population, RECEPTOR, "decay")[1] -
                        specimen_floats(&population, RECEPTOR, "rise")[1]);
    double current = 0;
    for (int s = 0; s < SUBUNITS; s++) {
      double blocked = doubles(&population, "blocked", s)[1], drive = g * V / (1 + magnesium(s, V));
      charge[s] -= drive * all_four[s] * (1 - blocked);
      without[s] -= drive * all_four[s];
      current += drive * all_four[s] * (1 - blocked);
    }
    bind += 0.4 * fmin(g / 100, 1) / (1 + magnesium(0, V));
    unbind += 0.4 * fmin(g / 100, 1) * exp(0.55 * (V + 66) / 26.7268);
    adapt(&population, &exposure, 1, 1, 1);
    assert_near(specimen_floats(&population, RECEPTOR, "current")[1], current, 1e-5 * fabs(current));
  }
  assert_near(doubles(&population, "released", 0)[1], released, 1e-6 * released);
  assert_true(doubles(&population, "looks", 0)[1] == 50);
  assert_near(floats(&population, "bind", 0)[1], bind, 1e-5 * bind);
  assert_near(floats(&population, "unbind", 0)[1], unbind, 1e-5 * unbind);
  for (int s = 0; s < SUBUNITS; s++) {
    assert_near(doubles(&population, "charge", s)[1], charge[s], 1e-5 * without[s]);
    assert_near(doubles(&population, "charge_without", s)[1], without[s], 1e-5 * without[s]);
    assert_true(charge[s] > 0 && charge[s] < without[s]);
  }
  population_free(&population);
}

/* A cell that no glutamate reaches has no receptors that could open: nothing is divided by zero. */
static void test_cell_without_synapses(void **state) {
  (void)state;
  struct population population = make(two_alike);
  population.synapses_nS = 0;
  const struct exposure exposure = {ACTION_NMDA_CHANNEL, 0, &fast, 2, NULL};
  adapt(&population, &exposure, 1, 1, 5);
  rest(&population, &exposure, 1, 1000);
  assert_true(doubles(&population, "blocked", 0)[0] == 0);
  assert_near(specimen_floats(&population, RECEPTOR, "unblocked")[0], 0.6, 1e-7);
  population_free(&population);
}

/* ---- decay ---- */

/* One event of 1 nS at −20 mV: the open conductance is that of each subunit's own kernel, whose decays
 * have the cell type's as their mean, whatever the mix. The default is 45 and 120 ms, 75 ms in the mean. */
static void test_decays(void **state) {
  (void)state;
  static const double mixes[][SUBUNITS] = {
      {0.6, 0.4, 0, 0}, {0.25, 0.4, 0.05, 0.3}, {1, 0, 0, 0}, {0, 0.5, 0, 0.5}};
  static const char *const keys[] = {"share_2A", "share_2B", "share_2C", "share_2D"};
  static const double own[SUBUNITS] = {45, 120, 100, 150}, tau_decay[] = {75, 70, 45, 60};
  for (int m = 0; m < COUNT_OF(mixes); m++) {
    struct population population = specimen(specimen_build(""), 32);
    double tau[SUBUNITS], mean = 0, norm[SUBUNITS], now = 0;
    for (int s = 0; s < SUBUNITS; s++) {
      specimen_set(&population, RECEPTOR, keys[s], mixes[m][s]);
      mean += mixes[m][s] * own[s];
    }
    for (int s = 0; s < SUBUNITS; s++) {
      tau[s] = own[s] * tau_decay[m] / mean;
      now += mixes[m][s] * tau[s];
      double peak = log(tau[s] / 3) * tau[s] * 3 / (tau[s] - 3);
      norm[s] = 1 / (exp(-peak / tau[s]) - exp(-peak / 3));
    }
    assert_near(now, tau_decay[m], 1e-9);
    specimen_set(&population, RECEPTOR, "tau_decay", tau_decay[m]);
    specimen_ready(&population, 0.1, 128);
    struct block *block = &population.block[0];
    const struct step step = {.slow_dt_ms = 1};
    struct cells cells = population_cells(&population, 0, RECEPTOR);
    specimen_floats(&population, SPECIMEN_CELL, "V")[9] = -20;
    for (int t = 0; t < 3000; t++) {
      block->port[0][2 * 9 + 1] = t == 0 ? 1 << 20 : 0;
      block->g[9] = 0;
      population.receptor[RECEPTOR].mechanism->open(&cells, &step);
      double wanted = 0, ms[] = {t * 0.1, (t + 1) * 0.1};
      for (int s = 0; s < SUBUNITS; s++) {
        for (int end = 0; end < 2; end++)
          wanted += 0.5 * mixes[m][s] / (1 + magnesium(s, -20)) * norm[s] *
                    (exp(-ms[end] / tau[s]) - exp(-ms[end] / 3));
      }
      /* a tick's factor is rounded to single precision, by up to 3e-8 */
      assert_near(block->g[9], wanted, (2e-6 + 6e-8 * t) * wanted + 2e-7);
    }
    population_free(&population);
  }
}

/* Subunits of equal decay have one kernel between them: the others keep still. */
static void test_classes(void **state) {
  (void)state;
  for (int equal = 0; equal <= 1; equal++) {
    struct population population = specimen(specimen_build(""), 32);
    if (equal) specimen_one_decay(&population);
    specimen_ready(&population, 0.1, 128);
    struct cells cells = population_cells(&population, 0, RECEPTOR);
    const struct step step = {.slow_dt_ms = 1};
    population.block[0].port[0][1] = 1 << 20;
    population.receptor[RECEPTOR].mechanism->open(&cells, &step);
    for (int row = 0; row < SUBUNITS; row++) {
      const float *decay = population_column(&population, RECEPTOR, "decay", row, 0);
      assert_true((decay[0] > 0) == (row <= !equal));
    }
    population_free(&population);
  }
}

/* Long after an event the slow subunit alone is open, and only it is entered. */
static void test_own_opening(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 32);
  specimen_set(&population, RECEPTOR, "Mg", 0);
  specimen_ready(&population, 0.1, 128);
  const struct exposure exposure = {ACTION_NMDA_CHANNEL, 0, &fast, 5, NULL};
  set_cell(&population, 0, -66, 0);
  ((float *)population_column(&population, RECEPTOR, "decay", 1, 0))[0] = 50;
  adapt(&population, &exposure, 1, 1, 100);
  assert_true(doubles(&population, "blocked", 0)[0] == 0);
  assert_near(floats(&population, "bind", 1)[0], 100 * 0.13 * 0.5, 1e-4);
  assert_true(doubles(&population, "blocked", 1)[0] > 0.5);
  population_free(&population);
}

static void test_fault(void **state) {
  (void)state;
  struct population population = specimen(specimen_build(""), 1);
  const struct receptor *nmda = &population.receptor[RECEPTOR];
  assert_null(nmda->mechanism->fault(nmda->params));
  specimen_set(&population, RECEPTOR, "share_2C", 0.1);
  assert_non_null(strstr(nmda->mechanism->fault(nmda->params), "GluN2"));
  specimen_set(&population, RECEPTOR, "share_2B", 0.3);
  assert_null(nmda->mechanism->fault(nmda->params));
  specimen_set(&population, RECEPTOR, "tau_rise", 75);
  assert_non_null(strstr(nmda->mechanism->fault(nmda->params), "tau_rise"));
  population_free(&population);
}

/* A blocker that reaches part of the sheet blocks a cell as the concentration there would everywhere: in
 * windows and between them. */
static void test_local_block(void **state) {
  (void)state;
  static const float reach[2] = {1, 0.25f};
  const struct exposure local = {ACTION_NMDA_CHANNEL, 0, &fast, 4, reach};
  const struct exposure strong = {ACTION_NMDA_CHANNEL, 0, &fast, 4, NULL};
  const struct exposure weak = {ACTION_NMDA_CHANNEL, 0, &fast, 1, NULL};
  const struct exposure *exposure[] = {&local, &strong, &weak};
  struct population population[3];
  for (int p = 0; p < 3; p++) {
    population[p] = make(two_alike);
    set_cell(&population[p], 4, -45, 20);
    set_cell(&population[p], 5, -45, 20);
    if (p == 0) {
      assert_int_equal(memory_new("site", 32, sizeof(int32_t), &population[0].site), STATUS_OK);
      population[0].site[5] = 1;
    }
    adapt(&population[p], exposure[p], 1, 5, 100);
    rest(&population[p], exposure[p], 1, 500);
  }
  for (int s = 0; s < 2; s++) {
    const double *blocked = doubles(&population[0], "blocked", s);
    assert_true(blocked[4] > 1.5 * blocked[5] && blocked[5] > 0.01);
    assert_near(blocked[4], doubles(&population[1], "blocked", s)[4], 1e-6);
    assert_near(blocked[5], doubles(&population[2], "blocked", s)[5], 1e-6);
  }
  for (int p = 0; p < 3; p++) population_free(&population[p]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_magnesium),    cmocka_unit_test(test_block),
      cmocka_unit_test(test_trap),         cmocka_unit_test(test_competition),
      cmocka_unit_test(test_rest_goes_on), cmocka_unit_test(test_rest_ends_in_balance),
      cmocka_unit_test(test_sums),         cmocka_unit_test(test_cell_without_synapses),
      cmocka_unit_test(test_decays),       cmocka_unit_test(test_classes),
      cmocka_unit_test(test_own_opening),  cmocka_unit_test(test_fault),
      cmocka_unit_test(test_local_block)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
