/* test_drift.c — twelve weeks without a drug: sites whose windows measure throughput and firing with the
 * noise of some seconds, against a baseline that was noisy too, keep proteins at rest and the number of
 * spines within 5 %, on average and in each site within 10 %. Spines are those of a mean cell, by the chances
 * of the program. */
#include "slow_site.h"
#include "small_patch.h"
#include "synapses/remodel.h"

enum { SITES = 16, STEPS = 84 * 4 }; /* of 6 h */

static double normal(uint32_t *lcg) {
  double sum = 0;
  for (int j = 0; j < 12; j++) {
    *lcg = *lcg * 1664525u + 1013904223u;
    sum += *lcg * 0x1p-32;
  }
  return sum - 6;
}

struct mean_cell {
  double young, mature;
};

/* As the program does in a step: all chances follow from the counts at its start. */
static void turn_over(const struct spine_params *p, struct mean_cell *cell, double proteins,
                      double activity) {
  double idle = fmax(0, 1 - activity / p->inactive_below), loss = 1 + p->inactivity_loss * idle;
  struct remodel_chances c = remodel_chances(p, loss, 6);
  double formed = remodel_formed_share(p, &c, proteins, 1) * (1 + p->vacancies - cell->young - cell->mature);
  double stay = cell->young * (1 - c.young_lost);
  cell->mature = cell->mature * (1 - c.mature_lost) + stay * c.matured;
  cell->young = stay * (1 - c.matured) + formed;
}

/* One site, whose windows come every three and a half days. `noise` is that of a window, the baseline's is
 * half of it. */
static struct mean_cell live(uint32_t seed, double noise, double *proteins) {
  struct spine_params params = small_spine_params();
  struct slow_site site = slow_site();
  struct mean_cell cell = {1 - params.persistent, params.persistent};
  uint32_t lcg = seed * 2654435761u + 1;
  double baseline = 1 + 0.5 * noise * normal(&lcg), rate_baseline = 1 + 0.5 * noise * normal(&lcg);
  *proteins = 0;
  for (int step = 0; step < STEPS; step++) {
    if (step % 14 == 0) {
      site.in.throughput = (1 + noise * normal(&lcg)) / baseline;
      site.in.rate = (1 + noise * normal(&lcg)) / rate_baseline;
    }
    slow_advance(&site, 6);
    *proteins += site.y[SIGNALLING_PROTEINS] / STEPS;
    turn_over(&params, &cell, site.y[SIGNALLING_PROTEINS], site.y[SIGNALLING_ACTIVITY]);
  }
  stiff_free(site.solver);
  return cell;
}

static void test_twelve_weeks(void **state) {
  (void)state;
  static const double noises[] = {0, 0.03, 0.06};
  for (int k = 0; k < COUNT_OF(noises); k++) {
    double mean = 0, mean_proteins = 0;
    for (uint32_t s = 0; s < SITES; s++) {
      double proteins;
      struct mean_cell cell = live(s, noises[k], &proteins);
      assert_near(cell.young + cell.mature, 1, noises[k] > 0 ? 0.1 : 1e-6);
      mean += (cell.young + cell.mature) / SITES;
      mean_proteins += proteins / SITES;
    }
    assert_near(mean, 1, 0.05);
    assert_near(mean_proteins, 1, 0.05);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_twelve_weeks)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
