/* test_block_kinetics.c — the block of NMDA receptors against a tight CVODE solution of its equation, from
 * 1 nM to 1 mM and −90 to +40 mV, moved at every millisecond and as rarely as every ten: one blocker, three
 * that compete, potentials and openings that move, rests of minutes to weeks; and the IC50 of ketamine at
 * the four subunits, without and with magnesium, against Kotermanski & Johnson 2009,
 * doi:10.1523/JNEUROSCI.3703-08.2009. */
#include "drugs/action.h"
#include "specimen.h"
#include "stiff.h"

enum { RECEPTOR = SPECIMEN_NMDA, SUBUNITS = 4, MOST = 3 };
static const double K0[SUBUNITS] = {3.57, 3.57, 45, 23}, peak[SUBUNITS] = {0.4, 0.13, 0.01, 0.02};
static const double RT_F_mV = 8.314462618 * 310.15 / 96485.33212 * 1000;

/* Three trapping blockers: ketamine, and two that differ from it in everything: one with a second site, one
 * that reaches closed channels. */
static const struct nmda_channel drugs[MOST] = {{0.33, 0.31, 0.51, 0.83, 0.05, 1.3e-6, 0.55, 0, 0, 0},
                                                {2, 1.5, 1, 3, 0.02, 3e-6, 0.8, 0, 8, 0.2},
                                                {0.02, 0.03, 0.01, 0.05, 0.1, 1e-7, 0.3, 1e-3, 0, 0}};
/* The same without a second site, beside which block moves at every millisecond. */
static const struct nmda_channel deep[MOST] = {{0.33, 0.31, 0.51, 0.83, 0.05, 1.3e-6, 0.55, 0, 0, 0},
                                               {2, 1.5, 1, 3, 0.02, 3e-6, 0.8, 0, 0, 0},
                                               {0.02, 0.03, 0.01, 0.05, 0.1, 1e-7, 0.3, 1e-3, 0, 0}};

/* What the cell does, the same at every time or moving. */
struct course {
  const struct nmda_channel *drugs;
  double V, g, uM[MOST], Mg; /* mV, nS before magnesium of 100 nS in all, µM, mM */
  bool moves;
  int n, subunit, every; /* every: longest step of block in looks; 0: one */
};
static double potential(const struct course *c, double ms) {
  return c->V + (c->moves ? 15 * sin(ms / 20) : 0);
}
static double opening(const struct course *c, double ms) {
  return c->g * (c->moves ? 1 + 0.8 * cos(ms / 33) : 1);
}

static double K_d(const struct nmda_channel *drug, int s) {
  const double all[SUBUNITS] = {drug->K_d_2A, drug->K_d_2B, drug->K_d_2C, drug->K_d_2D};
  return all[s];
}

static void equations(double ms, const double *b, double *dbdt, void *context) {
  const struct course *c = context;
  int s = c->subunit;
  double V = potential(c, ms), P = peak[s] * fmin(opening(c, ms) / 100, 1), held = 0;
  double pore = 1 + c->Mg / K0[s] * exp(-0.062 * V);
  for (int k = 0; k < c->n; k++) {
    held += b[k];
    if (c->drugs[k].K_superficial > 0)
      pore += c->uM[k] / c->drugs[k].K_superficial * exp(-c->drugs[k].z_superficial * (V + 66) / RT_F_mV);
  }
  for (int k = 0; k < c->n; k++) {
    double weaker = exp(c->drugs[k].z_delta * (V + 66) / RT_F_mV);
    double rate = P * c->drugs[k].k_on + (1 - P) * c->drugs[k].k_closed;
    dbdt[k] = rate * (c->uM[k] * (1 - held) / pore - K_d(&c->drugs[k], s) * weaker * b[k]) -
              c->drugs[k].k_escape * b[k];
  }
}

/* ---- the receptor ---- */

static struct population make(double Mg) {
  static const char *const shares[] = {"share_2A", "share_2B", "share_2C", "share_2D"};
  struct population population = specimen(specimen_build(""), 1);
  for (int s = 0; s < SUBUNITS; s++) specimen_set(&population, RECEPTOR, shares[s], 0.25);
  specimen_set(&population, RECEPTOR, "Mg", Mg);
  specimen_one_decay(&population);
  specimen_ready(&population, 0.1, 128);
  return population;
}

static int exposures_of(const struct course *c, struct exposure exposures[MOST]) {
  for (int k = 0; k < c->n; k++)
    exposures[k] = (struct exposure){ACTION_NMDA_CHANNEL, k, &c->drugs[k], c->uM[k], NULL};
  return c->n;
}

/* One look at the end of a millisecond, which may stand for more. */
static void look(struct population *population, const struct course *c, double ms, double dt_ms) {
  struct exposure exposures[MOST];
  struct step step = {.tick = (int64_t)(10 * ms + 0.5),
                      .dt_ms = 0.1,
                      .slow_dt_ms = dt_ms,
                      .slow_every = c->every,
                      .exposures = exposures,
                      .n_exposures = exposures_of(c, exposures)};
  struct cells cells = population_cells(population, 0, RECEPTOR);
  specimen_floats(population, SPECIMEN_CELL, "V")[0] = (float)potential(c, ms);
  specimen_floats(population, RECEPTOR, "decay")[0] = (float)opening(c, ms);
  specimen_floats(population, RECEPTOR, "rise")[0] = 0;
  population->receptor[RECEPTOR].mechanism->adapt(&cells, &step);
}

static double blocked(const struct population *population, int k, int s) {
  return ((double *)population_column(population, RECEPTOR, "blocked", k * SUBUNITS + s, 0))[0];
}

/* Largest error over 2 s of looks, in shares of the receptors, and relative to what is blocked. */
struct error {
  double absolute, relative;
};

static struct error follow(struct course c, double dt_ms) {
  struct population population = make(c.Mg);
  struct error error = {0};
  double y[SUBUNITS][MOST] = {{0}};
  struct stiff *stiff;
  assert_ok(stiff_new(c.n, 1e-10, 1e-14, &stiff));
  for (double ms = 0; ms < 2000; ms += 250) {
    for (double t = ms + dt_ms; t <= ms + 250 + 1e-9; t += dt_ms) look(&population, &c, t, dt_ms);
    for (int s = 0; s < SUBUNITS; s++) {
      c.subunit = s;
      assert_ok(stiff_advance(stiff, equations, &c, "block", ms, ms + 250, y[s]));
      for (int k = 0; k < c.n; k++) {
        double off = fabs(blocked(&population, k, s) - y[s][k]);
        error.absolute = fmax(error.absolute, off);
        error.relative = fmax(error.relative, off / y[s][k]);
      }
    }
  }
  stiff_free(stiff);
  population_free(&population);
  return error;
}

/* A single blocker at constant opening: the step is exact, so only roundings are left. */
static void test_one_blocker(void **state) {
  (void)state;
  for (double uM = 1e-3; uM <= 1e3; uM *= 10) {
    for (double V = -90; V <= 40; V += 26) {
      for (double g = 0.01; g <= 100; g *= 100) {
        for (int every = 1; every <= 10; every += 9) {
          const struct course c = {drugs, .V = V, .g = g, .uM = {uM}, .Mg = 1, .n = 1, .every = every};
          assert_true(follow(c, 1).relative < 1e-5);
        }
      }
    }
  }
}

/* Largest error of the three over all concentrations, potentials and openings, in shares of the receptors. */
static double three(const struct nmda_channel *set, double look_ms, int every, bool moves) {
  double worst = 0;
  for (double uM = 1e-3; uM <= 1e3; uM *= 10) {
    for (double V = moves ? -75 : -90; V <= (moves ? 25 : 40); V += moves ? 25 : 26) {
      for (double g = 0.1; g <= (moves ? 50 : 100); g *= 10) {
        const struct course c = {.drugs = set,
                                 .V = V,
                                 .g = g,
                                 .uM = {uM, 0.5 * uM, 0.02 * uM},
                                 .Mg = 1,
                                 .n = 3,
                                 .moves = moves,
                                 .every = every};
        worst = fmax(worst, follow(c, look_ms).absolute);
      }
    }
  }
  return worst;
}

/* Three that compete, one with closed channels too: solved together, so even at 1 mM and with channels open
 * all the time 10⁻⁵ of the receptors are misplaced. Where a look stands for more time, much of an exchange
 * may pass in it: 0.2 % at 25 ms, 3 % at 250 ms. */
static void test_three_blockers(void **state) {
  (void)state;
  assert_true(three(drugs, 1, 1, false) < 1e-5);
  assert_true(three(drugs, 25, 1, false) < 2e-3);
  assert_true(three(drugs, 250, 1, false) < 0.03);
}

/* Moved once in up to ten milliseconds, at any concentration; and where potential and opening move as well,
 * beside steps of one. */
static void test_long_steps(void **state) {
  (void)state;
  double still = three(deep, 1, 10, false), every = three(deep, 1, 1, true), tenth = three(deep, 1, 10, true);
  assert_true(still < 2e-4);
  assert_true(tenth < every + 1e-4);
}

/* Potential and opening move within tens of milliseconds, and are looked at once in each: 0.2 % of what is
 * bound, also where it moves by the mean of ten looks; fast binding shortens the steps. */
static void test_moving(void **state) {
  (void)state;
  for (double uM = 1e-3; uM <= 1e3; uM *= 10) {
    for (int every = 1; every <= 10; every += 9) {
      double worst = 0;
      for (double V = -75; V <= 25; V += 25) {
        const struct course c = {
            .drugs = drugs, .V = V, .g = 5, .uM = {uM}, .Mg = 1, .n = 1, .moves = true, .every = every};
        worst = fmax(worst, follow(c, 1).relative);
      }
      assert_true(worst < 2e-3);
    }
  }
}

/* Rests from 10 ms to 12 days with all three. */
static void test_rest(void **state) {
  (void)state;
  double worst = 0;
  for (double uM = 1e-3; uM <= 1e3; uM *= 10) {
    for (double V = -80; V <= 0; V += 20) {
      for (double ms = 10; ms <= 1e9; ms *= 10) {
        struct course c = {
            .drugs = drugs, .V = V, .g = 0.3, .uM = {uM, 0.5 * uM, 0.02 * uM}, .Mg = 1, .n = 3};
        struct population population = make(1);
        struct exposure exposures[MOST];
        struct step step = {
            .slow_dt_ms = 1, .exposures = exposures, .n_exposures = exposures_of(&c, exposures)};
        struct cells cells = population_cells(&population, 0, RECEPTOR);
        for (int t = 0; t < 20; t++) look(&population, &c, t, 1);
        double y[SUBUNITS][MOST];
        for (int s = 0; s < SUBUNITS; s++)
          for (int k = 0; k < MOST; k++) y[s][k] = blocked(&population, k, s);
        population.receptor[RECEPTOR].mechanism->rest(&cells, &step, ms);
        struct stiff *stiff;
        assert_ok(stiff_new(MOST, 1e-9, 1e-14, &stiff));
        for (int s = 0; s < SUBUNITS; s++) {
          c.subunit = s;
          assert_ok(stiff_advance(stiff, equations, &c, "rest", 0, ms, y[s]));
          for (int k = 0; k < MOST; k++) worst = fmax(worst, fabs(blocked(&population, k, s) - y[s][k]));
        }
        stiff_free(stiff);
        population_free(&population);
      }
    }
  }
  assert_true(worst < 1.5e-3);
}

/* ---- IC50 ---- */

/* Share of the current of subunit s that is left at equilibrium at −66 mV. */
static double current_left(double uM, double Mg, int s) {
  struct nmda_channel trapped = drugs[0];
  trapped.k_escape = 0;
  struct population population = make(Mg);
  const struct exposure exposure = {ACTION_NMDA_CHANNEL, 0, &trapped, uM, NULL};
  const struct step step = {.slow_dt_ms = 1e4, .exposures = &exposure, .n_exposures = 1};
  struct cells cells = population_cells(&population, 0, RECEPTOR);
  specimen_floats(&population, SPECIMEN_CELL, "V")[0] = -66;
  specimen_floats(&population, RECEPTOR, "decay")[0] = 100;
  for (int t = 0; t < 100; t++) population.receptor[RECEPTOR].mechanism->adapt(&cells, &step);
  population_clear_sums(&population, 0);
  population.receptor[RECEPTOR].mechanism->adapt(&cells, &step);
  double with = population_sum(&population, RECEPTOR, "charge", s);
  double without = population_sum(&population, RECEPTOR, "charge_without", s);
  population_free(&population);
  return with / without;
}

static double IC50(double Mg, int s) {
  double low = 1e-3, high = 1e3;
  while (high / low > 1.0001) {
    double middle = sqrt(low * high);
    *(current_left(middle, Mg, s) > 0.5 ? &low : &high) = middle;
  }
  return sqrt(low * high);
}

/* Racemic ketamine at −66 mV, µM: GluN2A, 2B, 2C, 2D. Without magnesium the IC50 is K_d; in 1 mM it is K_d (1
 * + m), which meets 2C and 2D by their fit, and lies 10 and 8 % above 2A and 2B with Jahr & Stevens'
 * constants. */
static void test_IC50(void **state) {
  (void)state;
  static const double without[SUBUNITS] = {0.33, 0.31, 0.51, 0.83}, with[SUBUNITS] = {5.35, 5.08, 1.18, 2.95};
  static const double allowed[SUBUNITS] = {0.10, 0.09, 0.015, 0.015};
  for (int s = 0; s < SUBUNITS; s++) {
    assert_near(IC50(0, s) / without[s], 1, 1e-3);
    double found = IC50(1, s);
    assert_near(found / with[s], 1, allowed[s]);
    assert_near(found, without[s] * (1 + exp(0.062 * 66) / K0[s]), 1e-3 * found);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one_blocker), cmocka_unit_test(test_three_blockers),
      cmocka_unit_test(test_long_steps),  cmocka_unit_test(test_moving),
      cmocka_unit_test(test_rest),        cmocka_unit_test(test_IC50)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
