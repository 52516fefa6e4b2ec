/* test_remodel.c — the chances of a step and what a step does: binomial numbers follow their distribution;
 * losses, maturing and formation balance at rest for steps of any length; formation rises with proteins by
 * its Hill curve, falls to the pathways and afferents of a cell as its spines did, and ends where vacancies
 * do, however high proteins stand and whatever the step; AMPA grows. Bounds are 5 standard errors, seeds are
 * fixed. */
#include "small_patch.h"
#include "synapses/remodel.h"

/* ---- numbers ---- */

static int32_t draw(int32_t n, double p, int k, uint64_t purpose) {
  return remodel_binomial(n, p, 7, 1000 + (uint64_t)k, 3 << 8 | purpose);
}

/* χ² of the counts; those of which fewer than 20 are due are taken together with the next. */
static void check_distribution(const int *seen, int32_t n, double p, double draws) {
  double chi2 = 0, chance = pow(1 - p, n), due = 0, found = 0;
  int classes = 0;
  for (int k = 0; k <= n; k++) {
    due += chance * draws, found += seen[k];
    chance *= (double)(n - k) / (k + 1) * p / (1 - p);
    if (due < 20) continue;
    chi2 += (found - due) * (found - due) / due;
    classes++;
    due = found = 0;
  }
  assert_true(classes >= 3);
  assert_near(chi2, classes - 1, 5 * sqrt(2.0 * classes));
}

static void test_binomial(void **state) {
  (void)state;
  static const struct {
    int32_t n;
    double p;
  } cases[] = {{1000, 0.002}, {400, 0.0155}, {60, 0.3}, {60, 0.5}, {60, 0.7}, {8, 0.97}};
  for (int c = 0; c < COUNT_OF(cases); c++) {
    int seen[1001] = {0};
    double covariance = 0, draws = 20000, n = cases[c].n, p = cases[c].p;
    for (int k = 0; k < (int)draws; k++) {
      int32_t one = draw(cases[c].n, p, k, 1), other = draw(cases[c].n, p, k, 2);
      assert_true(one >= 0 && one <= cases[c].n);
      seen[one]++;
      covariance += (one - n * p) * (other - n * p);
    }
    check_distribution(seen, cases[c].n, p, draws);
    assert_near(covariance, 0, 5 * n * p * (1 - p) * sqrt(draws)); /* purposes are independent */
  }
}

static void test_binomial_ends(void **state) {
  (void)state;
  assert_int_equal(draw(50, 0, 1, 1), 0);
  assert_int_equal(draw(50, -1, 1, 1), 0);
  assert_int_equal(draw(50, 1, 1, 1), 50);
  assert_int_equal(draw(50, 2, 1, 1), 50);
  assert_int_equal(draw(50, 1e-300, 1, 1), 0);
  assert_int_equal(draw(0, 0.5, 1, 1), 0);
  double sum = 0; /* the most trials there can be: no draw comes back */
  for (int k = 0; k < 20; k++) sum += draw(100000, 0.45, k, 1);
  assert_near(sum, 900000, 5 * sqrt(2e6 * 0.45 * 0.55));
}

/* ---- chances ---- */

static const double lengths_h[] = {0.1, 0.5, 6, 24, 48};

/* One step takes the share of young and persistent spines to itself, exactly. */
static void test_rest_is_stationary(void **state) {
  (void)state;
  struct spine_params p = small_spine_params();
  static const double persistent[] = {0.2, 0.54, 0.9};
  for (int s = 0; s < COUNT_OF(persistent); s++) {
    p.persistent = persistent[s];
    for (int k = 0; k < COUNT_OF(lengths_h); k++) {
      struct remodel_chances c = remodel_chances(&p, 1, lengths_h[k]);
      double stay = (1 - p.persistent) * (1 - c.young_lost);
      assert_near(stay * (1 - c.matured) + c.formed, 1 - p.persistent, 1e-15);
      assert_near(stay * c.matured + p.persistent * (1 - c.mature_lost), p.persistent, 1e-15);
    }
  }
}

/* Short steps have the rates of the header: f₀ = (1 − s) λ_y + s λ_m, μ = λ_m s/(1 − s), per day. */
static void test_rates(void **state) {
  (void)state;
  struct spine_params p = small_spine_params();
  struct remodel_chances c = remodel_chances(&p, 1, 0.01);
  double per_d = 24 / 0.01;
  assert_near(c.young_lost * per_d, 0.13, 1e-5);
  assert_near(c.mature_lost * per_d, 0.004, 1e-7);
  assert_near(c.formed * per_d, 0.46 * 0.13 + 0.54 * 0.004, 1e-5);
  assert_near(c.matured * per_d, 0.004 * 0.54 / 0.46, 1e-6);
  assert_near(c.formed * per_d, p.formation, 1e-5);
  assert_near(c.matured * per_d, p.maturation, 1e-6);
  assert_near(spines_young_mean_h(&p), 24 / (0.13 + 0.004 * 0.54 / 0.46), 1e-9);
}

/* A factor on the rates of loss moves those two chances and nothing else. */
static void test_loss(void **state) {
  (void)state;
  struct spine_params p = small_spine_params();
  for (int k = 0; k < COUNT_OF(lengths_h); k++) {
    struct remodel_chances rest = remodel_chances(&p, 1, lengths_h[k]),
                           more = remodel_chances(&p, 3, lengths_h[k]);
    assert_near(more.young_lost, 1 - pow(1 - rest.young_lost, 3), 1e-14);
    assert_near(more.mature_lost, 1 - pow(1 - rest.mature_lost, 3), 1e-14);
    assert_true(more.formed == rest.formed && more.matured == rest.matured);
  }
}

/* v times the share is what forms per spine: at rest what is lost, and G(P) times that while it is small. */
static void test_formation(void **state) {
  (void)state;
  struct spine_params p = small_spine_params();
  static const double vacancies[] = {0.5, 1, 3};
  for (int k = 0; k < COUNT_OF(vacancies); k++) {
    p.vacancies = vacancies[k];
    struct remodel_chances c = remodel_chances(&p, 1, 6), brief = remodel_chances(&p, 1, 0.001);
    assert_near(p.vacancies * remodel_formed_share(&p, &c, 1, 1), c.formed, 1e-15);
    for (double proteins = 0; proteins < 4; proteins += 0.25) {
      double power = pow(proteins, 4), gain = 5 * power / (power + 4);
      assert_near(p.vacancies * remodel_formed_share(&p, &brief, proteins, 1), gain * brief.formed,
                  1e-4 * brief.formed);
    }
  }
  p.vacancies = 0.01; /* fewer than what forms in the step: all of them */
  struct remodel_chances c = remodel_chances(&p, 1, 24);
  assert_true(remodel_formed_share(&p, &c, 1, 1) == 1);
}

static void test_vacant(void **state) {
  (void)state;
  struct spine_params p = small_spine_params();
  p.vacancies = 0.5;
  assert_int_equal(remodel_vacant(&p, 100, 1, 100), 50);
  assert_int_equal(remodel_vacant(&p, 101, 1, 101), 51); /* 151.5 elements are 152 */
  assert_int_equal(remodel_vacant(&p, 100, 1, 40), 110);
  assert_int_equal(remodel_vacant(&p, 100, 1, 150), 0);
  assert_int_equal(remodel_vacant(&p, 100, 1, 400), 0);
  assert_int_equal(remodel_vacant(&p, 0, 1, 0), 0);
  assert_near(remodel_free_share(&p, 100, 100), 1, 1e-15);
  assert_near(remodel_free_share(&p, 100, 125), 0.5, 1e-15);
  assert_near(remodel_free_share(&p, 100, 0), 3, 1e-15);
  assert_true(remodel_free_share(&p, 100, 151) == 0 && remodel_free_share(&p, 0, 0) == 0);
}

/* AMPA rises straight from its start to full; the mean at rest is that of the mean-field equation
 * D' = (1 − a) f₀ − (2/T + f₀) D, and 0.1 % from that of the straight rise itself. */
static void test_growth(void **state) {
  (void)state;
  struct spine_params p = small_spine_params();
  float share[SYNAPSE_GROWN + 1];
  remodel_growth(&p, share);
  assert_near(share[0], 0.2, 1e-7);
  assert_near(share[12], 0.6, 1e-7);
  for (int age = 24; age <= SYNAPSE_GROWN; age++) assert_true(share[age] == 1.0f);
  double lacking = 0.8 * p.formation / (48.0 / 24 + p.formation), straight = 0;
  assert_near(1 - remodel_growth_at_rest(&p), lacking, 1e-15);
  for (double t = 0.005; t < 1; t += 0.01) /* d */
    straight += 0.01 * p.formation * exp(-(p.young_loss + p.maturation) * t) * 0.8 * (1 - t);
  assert_near(lacking, straight, 1e-3);
}

/* ---- a step ---- */

static struct small_patch *make(const struct small_plan *plan, const struct spine_params *params,
                                struct spines *spines) {
  struct small_patch *patch = small_patch_new(plan, params);
  const struct spine_inputs inputs = {.wiring = patch->wiring, .n_wirings = SMALL_PATHWAYS};
  assert_ok(spines_new(spines, params, &patch->sheet, &inputs, SMALL_SEED));
  return patch;
}

static void drop(struct small_patch *patch, struct spines *spines) {
  spines_free(spines);
  small_patch_free(patch);
}

static int32_t now(const struct spine_cells *cells, int i) {
  return cells->recurrent[i] + cells->young[i] + cells->mature[i];
}

/* Where proteins are raised, spines form as their curve says; elsewhere as at rest; what is lost is the same
 * to a spine. */
static void test_response(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct spines rest, raised;
  struct small_patch *a = make(&small_plan, &params, &rest), *b = make(&small_plan, &params, &raised);
  double proteins[100], due[2] = {0}, found[2] = {0};
  for (int s = 0; s < 100; s++) proteins[s] = 1;
  assert_ok(spines_remodel(&rest, a->network, &(struct spine_sites){.proteins = proteins}, 3.2, 9.2, 5));
  for (int s = 50; s < 100; s++) proteins[s] = 1.5;
  assert_ok(spines_remodel(&raised, b->network, &(struct spine_sites){.proteins = proteins}, 3.2, 9.2, 5));
  struct remodel_chances c = remodel_chances(&params, 1, 6);
  double share[2] = {remodel_formed_share(&params, &c, 1, 1), remodel_formed_share(&params, &c, 1.5, 1)};
  for (int k = 0; k < raised.n_cells; k++) {
    const struct spine_cells *cells = &raised.cells[k], *plain = &rest.cells[k];
    for (int i = 0; i < cells->population->n; i++) {
      int half = cells->population->site[i] >= 50;
      due[half] += share[half] * remodel_vacant(&params, cells->start[i], 1, cells->start[i]);
      found[half] += now(cells, i) - now(plain, i);
      if (!half) assert_int_equal(now(cells, i), now(plain, i));
    }
  }
  double extra = due[1] * (1 - share[0] / share[1]);
  assert_near(found[1], extra, 5 * sqrt(due[1]));
  assert_true(found[1] > 1.5 * due[0]); /* gain 2.8 */
  assert_true(rest.turnover[0].removed == raised.turnover[0].removed);
  assert_true(rest.turnover[1].removed == raised.turnover[1].removed);
  assert_true(rest.afferents.removed == raised.afferents.removed);
  drop(a, &rest);
  drop(b, &raised);
}

/* Three times the rate of loss: three times as many spines go, as many form as at rest. */
static void test_more_loss(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct spines rest, lossy;
  struct small_patch *a = make(&small_plan, &params, &rest), *b = make(&small_plan, &params, &lossy);
  double loss[100];
  for (int s = 0; s < 100; s++) loss[s] = 3;
  assert_ok(spines_remodel(&rest, a->network, &(struct spine_sites){0}, 0, 24, 0));
  assert_ok(spines_remodel(&lossy, b->network, &(struct spine_sites){.elimination_factor = loss}, 0, 24, 0));
  struct remodel_chances c = remodel_chances(&params, 1, 24), more = remodel_chances(&params, 3, 24);
  double s = params.persistent, of_rest = (1 - s) * c.young_lost + s * c.mature_lost;
  double ratio = ((1 - s) * more.young_lost + s * more.mature_lost) / of_rest;
  for (int w = 0; w < 2; w++) {
    double removed = (double)rest.turnover[w].removed;
    assert_near((double)lossy.turnover[w].removed, ratio * removed, 5 * ratio * sqrt(removed));
    assert_true(rest.turnover[w].formed == lossy.turnover[w].formed);
  }
  double removed = (double)rest.afferents.removed;
  assert_near((double)lossy.afferents.removed, ratio * removed, 5 * ratio * sqrt(removed));
  assert_true(rest.afferents.formed == lossy.afferents.formed);
  drop(a, &rest);
  drop(b, &lossy);
}

/* Of a step at which everything vacant fills, each pathway and the afferents get as they had. */
static void test_shares(void **state) {
  (void)state;
  struct spine_params params = small_spine_params();
  struct spines spines;
  params.gain_half = 1000;
  struct small_patch *patch = make(&small_plan, &params, &spines);
  double proteins[100], formed[3], start[3] = {0}, all = 0;
  for (int s = 0; s < 100; s++) proteins[s] = 100;
  for (int w = 0; w < 2; w++) start[w] = (double)spines.turnover[w].alive;
  start[2] = (double)spines.afferents.alive;
  assert_ok(spines_remodel(&spines, patch->network, &(struct spine_sites){.proteins = proteins}, 0, 1, 0));
  for (int w = 0; w < 2; w++) formed[w] = (double)spines.turnover[w].formed;
  formed[2] = (double)spines.afferents.formed;
  for (int w = 0; w < 3; w++) all += formed[w];
  double sum = start[0] + start[1] + start[2];
  assert_true(all > 0.5 * sum);
  for (int w = 0; w < 3; w++) assert_near(formed[w], all * start[w] / sum, 5 * sqrt(all * start[w] / sum));
  drop(patch, &spines);
}

/* Proteins a million times rest, formation as steep as the table allows, steps of two days: no cell ever has
 * more than (1 + v) n₀ spines, and with the last vacancy gone only what is lost forms again. */
static void test_vacancies_run_out(void **state) {
  (void)state;
  static const double vacancies[] = {0.01, 0.5, 1, 2};
  for (int v = 0; v < COUNT_OF(vacancies); v++) {
    struct small_plan plan = small_plan;
    struct spine_params params = small_spine_params();
    struct spines spines;
    plan.cells[0] = 300, plan.cells[1] = 200;
    plan.headroom = 8;
    params.vacancies = vacancies[v];
    params.gain_half = 1000;
    params.gain_hill = 8;
    struct small_patch *patch = make(&plan, &params, &spines);
    double proteins[100], most = 0, before = 0, after = 0;
    for (int s = 0; s < 100; s++) proteins[s] = 1e6;
    for (int step = 0; step < 8; step++) {
      assert_ok(spines_remodel(&spines, patch->network, &(struct spine_sites){.proteins = proteins},
                               48 * step, 48 * (step + 1), (uint32_t)step));
      before = after, after = 0;
      for (int k = 0; k < spines.n_cells; k++) {
        const struct spine_cells *cells = &spines.cells[k];
        for (int i = 0; i < cells->population->n; i++) {
          assert_true(remodel_vacant(&params, cells->start[i], 1, now(cells, i) - 1) > 0);
          after += now(cells, i);
          most += step ? 0 : floor(cells->start[i] * (1 + params.vacancies) + 0.5);
        }
      }
    }
    assert_true(after > 0.75 * most && after <= most); /* what a step loses is vacant until the next */
    assert_near(after, before, 0.03 * after);
    drop(patch, &spines);
  }
}

/* A port that has no room for growth: the run stops, and says where. */
static void test_no_room(void **state) {
  (void)state;
  struct small_plan plan = small_plan;
  struct spine_params params = small_spine_params();
  struct spines spines;
  plan.headroom = 1;
  params.gain_half = 1000;
  struct small_patch *patch = make(&plan, &params, &spines);
  double proteins[100];
  for (int s = 0; s < 100; s++) proteins[s] = 100;
  enum status status = STATUS_OK;
  for (int step = 0; step < 5 && status == STATUS_OK; step++)
    status = spines_remodel(&spines, patch->network, &(struct spine_sites){.proteins = proteins}, 24 * step,
                            24 * (step + 1), (uint32_t)step);
  assert_int_equal(status, STATUS_DIVERGED);
  assert_non_null(strstr(status_message(), "glutamate"));
  drop(patch, &spines);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_binomial),
                                     cmocka_unit_test(test_binomial_ends),
                                     cmocka_unit_test(test_rest_is_stationary),
                                     cmocka_unit_test(test_rates),
                                     cmocka_unit_test(test_loss),
                                     cmocka_unit_test(test_formation),
                                     cmocka_unit_test(test_vacant),
                                     cmocka_unit_test(test_growth),
                                     cmocka_unit_test(test_response),
                                     cmocka_unit_test(test_more_loss),
                                     cmocka_unit_test(test_shares),
                                     cmocka_unit_test(test_vacancies_run_out),
                                     cmocka_unit_test(test_no_room)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
