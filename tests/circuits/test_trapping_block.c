/* test_trapping_block.c — what drugs do to NMDA receptors beyond one trapping blocker: six at once, which
 * cost memory only where they are; steps of several milliseconds, shorter where binding is fast; a second
 * site that traps nothing, and with it partial trapping (Mealing et al. 1999, JPET 288:204); blockers of
 * closed channels (Abbott & Popescu 2020, PMC7406986); antagonists of a subunit, which ask neither for
 * voltage nor for use; and that what acts elsewhere does nothing here. */
#include "drugs/action.h"
#include "specimen.h"

enum { RECEPTOR = SPECIMEN_NMDA, SUBUNITS = 4, SIX = 6 };
static const double K0[SUBUNITS] = {3.57, 3.57, 45, 23}, RT_F_mV = 26.7268;

static struct population make(double Mg, int substances) {
  static const char *const keys[] = {"share_2A", "share_2B", "share_2C", "share_2D"};
  struct population population = specimen(specimen_build(""), 40);
  for (int s = 0; s < SUBUNITS; s++) specimen_set(&population, RECEPTOR, keys[s], 0.25);
  specimen_set(&population, RECEPTOR, "Mg", Mg);
  specimen_one_decay(&population);
  population.substances = substances;
  specimen_ready(&population, 0.1, 128);
  return population;
}

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

static double blocked(const struct population *population, int slot, int s, int i) {
  return ((double *)population_column(population, RECEPTOR, "blocked", slot * SUBUNITS + s, 0))[i];
}

/* Share of subunit s that drugs leave. */
static double left(const struct population *population, int s, int i) {
  return (double)((float *)population_column(population, RECEPTOR, "unblocked", s, 0))[i] / 0.25;
}

static double mg_of(double Mg, int s, double V) { return Mg / K0[s] * exp(-0.062 * V); }

/* Ketamine, racemic. */
static const struct nmda_channel trapped = {.K_d_2A = 0.33,
                                            .K_d_2B = 0.31,
                                            .K_d_2C = 0.51,
                                            .K_d_2D = 0.83,
                                            .k_on = 0.01,
                                            .k_escape = 1.3e-6,
                                            .z_delta = 0.55};

/* ---- several ---- */

/* Six equal blockers are one of the concentration of all, and equal among themselves. */
static void test_six(void **state) {
  (void)state;
  struct exposure all = {ACTION_NMDA_CHANNEL, 0, &trapped, 6, NULL}, parts[SIX];
  for (int k = 0; k < SIX; k++)
    parts[k] = (struct exposure){ACTION_NMDA_CHANNEL, SIX - 1 - k, &trapped, 1, NULL};
  struct population one = make(1, 1), six = make(1, SIX);
  for (int i = 0; i < 40; i++) {
    set_cell(&one, i, -80 + 3 * i, 2.0 * i);
    set_cell(&six, i, -80 + 3 * i, 2.0 * i);
  }
  for (int look = 0; look < 2000; look++) {
    adapt(&one, &all, 1, 1, 1);
    adapt(&six, parts, SIX, 1, 1);
    if (look % 400) continue;
    for (int i = 0; i < 40; i++) {
      for (int s = 0; s < SUBUNITS; s++) {
        double whole = blocked(&one, 0, s, i), sum = 0;
        for (int k = 0; k < SIX; k++) sum += blocked(&six, k, s, i);
        assert_near(sum, whole, 1e-4 * whole);
        assert_near(blocked(&six, 0, s, i), blocked(&six, 5, s, i), 1e-6 * whole);
        assert_near(left(&six, s, i), 1 - sum, 1e-6);
      }
    }
  }
  population_free(&one);
  population_free(&six);
}

/* Rows are those of the substances of the run; a slot without rows is left alone. */
static void test_rows(void **state) {
  (void)state;
  const struct exposure third = {ACTION_NMDA_CHANNEL, 2, &trapped, 3, NULL};
  struct population none = make(1, 0), two = make(1, 2), six = make(1, SIX);
  assert_null(population_column(&none, RECEPTOR, "blocked", 0, 0));
  assert_non_null(population_column(&two, RECEPTOR, "blocked", 2 * SUBUNITS - 1, 0));
  assert_null(population_column(&two, RECEPTOR, "blocked", 2 * SUBUNITS, 0));
  size_t cells = (size_t)two.block[0].padded,
         per_slot = SUBUNITS * (sizeof(double) + 4 * sizeof(float)) * cells;
  assert_int_equal(population_bytes(&two) - population_bytes(&none), 2 * per_slot);
  assert_int_equal(population_bytes(&six) - population_bytes(&none), SIX * per_slot);
  assert_true(population_sum(&two, RECEPTOR, "bind", 2 * SUBUNITS) == 0);
  set_cell(&two, 0, -50, 50);
  adapt(&two, &third, 1, 1, 10);
  assert_true(blocked(&two, 0, 0, 0) == 0 && blocked(&two, 1, 0, 0) == 0 && left(&two, 0, 0) == 1);
  population_free(&none);
  population_free(&two);
  population_free(&six);
}

/* ---- steps of several milliseconds ---- */

/* One look at the end of a millisecond; block moves at multiples of `every` at most. */
static void look(struct population *population, const struct exposure *exposures, int n, int ms, int every) {
  const struct step step = {.tick = 10 * ms,
                            .dt_ms = 0.1,
                            .slow_dt_ms = 1,
                            .slow_every = every,
                            .exposures = exposures,
                            .n_exposures = n};
  struct cells cells = population_cells(population, 0, RECEPTOR);
  population->receptor[RECEPTOR].mechanism->adapt(&cells, &step);
}

static double sum_of(struct population *population, const char *field, int slot) {
  return (double)((float *)population_column(population, RECEPTOR, field, slot * SUBUNITS, 0))[0];
}

/* At one potential and opening block is the same at the end of each step, in between it stands still, and the
 * sums of the window are the same; two kinds of blockers among three. */
static void test_steps(void **state) {
  (void)state;
  struct nmda_channel weaker = trapped, resting = trapped;
  weaker.K_d_2A = weaker.K_d_2B = 2;
  resting.z_delta = 0.3;
  resting.k_closed = 1e-4;
  const struct exposure all[] = {{ACTION_NMDA_CHANNEL, 2, &trapped, 1, NULL},
                                 {ACTION_NMDA_CHANNEL, 0, &resting, 2, NULL},
                                 {ACTION_NMDA_CHANNEL, 1, &weaker, 1, NULL}};
  struct population often = make(1, 3), rarely = make(1, 3);
  set_cell(&often, 0, -50, 20);
  set_cell(&rarely, 0, -50, 20);
  for (int ms = 1; ms <= 200; ms++) {
    double before = blocked(&rarely, 2, 0, 0);
    look(&often, all, 3, ms, 1);
    look(&rarely, all, 3, ms, 10);
    assert_true((blocked(&rarely, 2, 0, 0) > before) == (ms % 10 == 0));
    if (ms % 10) continue;
    for (int slot = 0; slot < 3; slot++) {
      for (int s = 0; s < SUBUNITS; s++) {
        double wanted = blocked(&often, slot, s, 0);
        assert_near(blocked(&rarely, slot, s, 0), wanted, 1e-5 * wanted);
      }
      assert_near(sum_of(&rarely, "bind", slot), sum_of(&often, "bind", slot), 1e-4);
      assert_near(sum_of(&rarely, "unbind", slot), sum_of(&often, "unbind", slot), 1e-3);
    }
    assert_near(left(&rarely, 0, 0), left(&often, 0, 0), 1e-5);
  }
  double looks = ((double *)population_column(&rarely, RECEPTOR, "looks", 0, 0))[0];
  assert_true(looks == 200);
  population_free(&often);
  population_free(&rarely);
}

/* Where a drug binds fast steps are shorter, the ones that divide; with a second site there is one in every
 * millisecond. */
static void test_short_steps(void **state) {
  (void)state;
  static const double uM[] = {0.001, 80, 200, 1000, 0.001};
  static const int moves[] = {2, 4, 10, 20, 20};
  struct nmda_channel second = trapped;
  second.K_superficial = 100;
  for (int k = 0; k < 5; k++) {
    const struct exposure here = {ACTION_NMDA_CHANNEL, 0, k == 4 ? &second : &trapped, uM[k], NULL};
    struct population population = make(1, 1);
    int moved = 0;
    set_cell(&population, 0, -50, 20);
    for (int ms = 1; ms <= 20; ms++) {
      double before = blocked(&population, 0, 0, 0);
      look(&population, &here, 1, ms, 10);
      moved += blocked(&population, 0, 0, 0) != before;
    }
    assert_int_equal(moved, moves[k]);
    population_free(&population);
  }
}

/* ---- the second site ---- */

/* Memantine: K_d of Kotermanski & Johnson 2009; K of the second site is calibrated to the share that stays
 * trapped. */
static const struct nmda_channel partly = {.K_d_2A = 0.85,
                                           .K_d_2B = 0.5,
                                           .K_d_2C = 0.4,
                                           .K_d_2D = 0.4,
                                           .k_on = 0.007,
                                           .k_escape = 1.3e-6,
                                           .z_delta = 0.8,
                                           .K_superficial = 3,
                                           .z_superficial = 0.2};

/* It comes and goes at once, hinders the deep site, and works in channels that are shut. */
static void test_second_site(void **state) {
  (void)state;
  struct nmda_channel drug = partly;
  drug.k_escape = 0;
  struct population population = make(1, 1);
  for (double V = -80; V <= 20; V += 20) {
    const struct exposure here = {ACTION_NMDA_CHANNEL, 0, &drug, 10, NULL},
                          gone = {ACTION_NMDA_CHANNEL, 0, &drug, 0, NULL};
    set_cell(&population, 3, V, 0);
    adapt(&population, &here, 1, 1, 1);
    for (int s = 0; s < SUBUNITS; s++) {
      double m = mg_of(1, s, V), sigma = 10 / 3.0 * exp(-0.2 * (V + 66) / RT_F_mV);
      assert_near(left(&population, s, 3), (1 + m) / (1 + m + sigma), 1e-5);
    }
    adapt(&population, &gone, 1, 1, 1);
    for (int s = 0; s < SUBUNITS; s++) assert_near(left(&population, s, 3), 1, 1e-6);
    set_cell(&population, 3, V, 100);
    adapt(&population, &here, 1, 1e5, 10); /* balance at the deep site: K_d is as (1 + m + σ) says */
    for (int s = 0; s < SUBUNITS; s++) {
      const double K_d[SUBUNITS] = {0.85, 0.5, 0.4, 0.4};
      double m = mg_of(1, s, V), sigma = 10 / 3.0 * exp(-0.2 * (V + 66) / RT_F_mV);
      double c = 10 / (K_d[s] * exp(0.8 * (V + 66) / RT_F_mV)) / (1 + m + sigma);
      assert_near(blocked(&population, 0, s, 3), c / (1 + c), 2e-3);
    }
    set_cell(&population, 3, V, 100);
    adapt(&population, &gone, 1, 1e7, 10);
  }
  population_free(&population);
}

/* 10 µM with agonist for 30 s, then 120 s without drug and agonist: the share of the block that is still
 * there. Mealing et al. 1999: ketamine 0.86 ± 0.01, memantine 0.71 ± 0.04. */
static double still_trapped(const struct nmda_channel *drug) {
  struct population population = make(0, 1);
  const struct exposure here = {ACTION_NMDA_CHANNEL, 0, drug, 10, NULL},
                        gone = {ACTION_NMDA_CHANNEL, 0, drug, 0, NULL};
  set_cell(&population, 0, -60, 100);
  adapt(&population, &here, 1, 1, 30000);
  double before = 1 - 0.6 * left(&population, 0, 0) - 0.4 * left(&population, 1, 0);
  set_cell(&population, 0, -60, 0);
  adapt(&population, &gone, 1, 1, 1);
  double at_once = 1 - 0.6 * left(&population, 0, 0) - 0.4 * left(&population, 1, 0);
  adapt(&population, &gone, 1, 100, 1200);
  double after = 1 - 0.6 * left(&population, 0, 0) - 0.4 * left(&population, 1, 0);
  if (drug->K_superficial > 0) assert_true(before - at_once > 0.5 * (before - after)); /* as within 0.8 s */
  population_free(&population);
  return after / before;
}

static void test_partial_trapping(void **state) {
  (void)state;
  struct nmda_channel without = partly;
  without.K_superficial = 0;
  assert_between(still_trapped(&trapped), 0.85, 0.87);
  assert_between(still_trapped(&partly), 0.67, 0.75);
  assert_between(still_trapped(&without), 0.85, 0.87); /* the site alone makes the difference */
}

/* ---- closed channels ---- */

static const struct nmda_channel reaching = {
    .K_d_2A = 46, .K_d_2B = 46, .K_d_2C = 46, .K_d_2D = 46, .k_on = 0.001, .z_delta = 0.2, .k_closed = 0.001};

/* Channels that never open: block as complete as that of open ones, at the same pace; magnesium competes;
 * what reaches only open channels does nothing. */
static void test_closed(void **state) {
  (void)state;
  for (int Mg = 0; Mg <= 1; Mg++) {
    struct population population = make(Mg, 2);
    const struct exposure both[] = {{ACTION_NMDA_CHANNEL, 1, &trapped, 100, NULL}};
    const struct exposure here = {ACTION_NMDA_CHANNEL, 0, &reaching, 100, NULL};
    set_cell(&population, 0, -66, 0);
    set_cell(&population, 1, -66, 100);
    adapt(&population, &here, 1, 1, 20);
    for (int s = 0; s < SUBUNITS; s++) {
      double on = 0.001 * 100 / (1 + mg_of(Mg, s, -66)), off = 0.046;
      double wanted = on / (on + off) * (1 - exp(-20 * (on + off)));
      assert_near(blocked(&population, 0, s, 0), wanted, 1e-5);
      assert_near(blocked(&population, 0, s, 1), wanted, 1e-5);
    }
    population_free(&population);
    population = make(Mg, 2);
    set_cell(&population, 0, -66, 0);
    adapt(&population, both, 1, 1, 2000);
    for (int s = 0; s < SUBUNITS; s++) assert_true(blocked(&population, 1, s, 0) == 0);
    population_free(&population);
  }
}

/* A rest goes on with it, at the rates of the looks before. */
static void test_closed_rest(void **state) {
  (void)state;
  struct population resting = make(1, 1), looking = make(1, 1);
  const struct exposure here = {ACTION_NMDA_CHANNEL, 0, &reaching, 30, NULL};
  const struct step step = {.slow_dt_ms = 1, .exposures = &here, .n_exposures = 1};
  struct cells cells = population_cells(&resting, 0, RECEPTOR);
  set_cell(&resting, 0, -55, 2);
  set_cell(&looking, 0, -55, 2);
  adapt(&resting, &here, 1, 1, 5);
  adapt(&looking, &here, 1, 1, 5 + 25);
  resting.receptor[RECEPTOR].mechanism->rest(&cells, &step, 25);
  for (int s = 0; s < SUBUNITS; s++)
    assert_near(blocked(&resting, 0, s, 0), blocked(&looking, 0, s, 0), 1e-5);
  population_free(&resting);
  population_free(&looking);
}

/* ---- antagonists of a subunit ---- */

/* Ro 25-6981: 9 nM; 95 % at GluN2B, 65 % where 2B is one of two. */
static const struct nmda_subunit selective = {.IC50_2A = 1e6,
                                              .IC50_2B = 0.009,
                                              .IC50_2C = 1e6,
                                              .IC50_2D = 0.009,
                                              .most_2A = 1,
                                              .most_2B = 0.95,
                                              .most_2C = 1,
                                              .most_2D = 0.65};

static void test_subunit(void **state) {
  (void)state;
  struct population population = make(1, 0); /* no state is kept */
  for (double uM = 0.0009; uM < 1; uM *= 10) {
    const struct exposure here = {ACTION_NMDA_SUBUNIT, 0, &selective, uM, NULL};
    for (int i = 0; i < 40; i++) set_cell(&population, i, -90 + 3 * i, 5.0 * (i % 3));
    population_clear_sums(&population, 0);
    adapt(&population, &here, 1, 1, 2); /* the second carries what the first found */
    for (int i = 0; i < 40; i++) {
      double taken = uM / (uM + 0.009);
      assert_near(left(&population, 0, i), 1, 1e-6);
      assert_near(left(&population, 1, i), 1 - 0.95 * taken, 1e-6);
      assert_near(left(&population, 2, i), 1, 1e-6);
      assert_near(left(&population, 3, i), 1 - 0.65 * taken, 1e-6);
    }
  }
  population_free(&population);
}

/* Receptors that it keeps shut cannot be entered by a trapping blocker. */
static void test_subunit_hinders_trapping(void **state) {
  (void)state;
  const struct exposure both[] = {{ACTION_NMDA_SUBUNIT, 0, &selective, 0.081, NULL}, /* leaves 0.145 of 2B */
                                  {ACTION_NMDA_CHANNEL, 0, &trapped, 2, NULL}};
  struct population population = make(0, 1), alone = make(0, 1);
  set_cell(&population, 0, -66, 1);
  set_cell(&alone, 0, -66, 1);
  adapt(&population, both, 2, 1, 100);
  adapt(&alone, both + 1, 1, 1, 100);
  assert_near(blocked(&population, 0, 1, 0) / blocked(&alone, 0, 1, 0), 0.145, 0.01);
  assert_near(blocked(&population, 0, 0, 0), blocked(&alone, 0, 0, 0), 1e-6);
  population_free(&population);
  population_free(&alone);
}

/* The allosteric site is one of receptors outside synapses. */
static void test_elsewhere(void **state) {
  (void)state;
  static const struct nmda_allosteric site = {0.1, 0.5};
  static const struct ampa_competitive other = {0.1};
  const struct exposure both[] = {{ACTION_NMDA_ALLOSTERIC, 0, &site, 10, NULL},
                                  {ACTION_AMPA_COMPETITIVE, 0, &other, 9, NULL}};
  struct population population = make(1, 1);
  set_cell(&population, 0, -50, 50);
  adapt(&population, both, 2, 1, 100);
  for (int s = 0; s < SUBUNITS; s++) assert_true(left(&population, s, 0) == 1);
  population_free(&population);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_six),         cmocka_unit_test(test_rows),
      cmocka_unit_test(test_steps),       cmocka_unit_test(test_short_steps),
      cmocka_unit_test(test_second_site), cmocka_unit_test(test_partial_trapping),
      cmocka_unit_test(test_closed),      cmocka_unit_test(test_closed_rest),
      cmocka_unit_test(test_subunit),     cmocka_unit_test(test_subunit_hinders_trapping),
      cmocka_unit_test(test_elsewhere)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
