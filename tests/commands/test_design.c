/* test_design.c — designs hold what they promise (strata met once, pairs and mixtures, one axis a step), and
 * the indices drawn from them are those of functions whose indices are known. */
#include <stdlib.h>
#include <string.h>

#include "batch/sensitivity.h"
#include "check.h"

enum { AXES = 3, N = 50 };

static void test_every_stratum_once(void **state) {
  (void)state;
  double points[N * AXES], again[N * AXES];
  assert_int_equal(design_points(DESIGN_LATIN_HYPERCUBE, AXES, N, 7, points), STATUS_OK);
  for (int a = 0; a < AXES; a++) {
    bool met[N] = {false};
    for (int i = 0; i < N; i++) {
      int stratum = (int)(points[i * AXES + a] * N);
      assert_in_range(stratum, 0, N - 1);
      assert_false(met[stratum]);
      met[stratum] = true;
    }
  }
  assert_int_equal(design_points(DESIGN_LATIN_HYPERCUBE, AXES, N, 7, again), STATUS_OK);
  assert_memory_equal(points, again, sizeof points);
  assert_int_equal(design_points(DESIGN_LATIN_HYPERCUBE, AXES, N, 8, again), STATUS_OK);
  assert_true(memcmp(points, again, sizeof points) != 0);
}

/* Mean and variance of 4,000 uniform draws, within four standard errors. */
static void test_random_draws_are_uniform(void **state) {
  (void)state;
  enum { DRAWS = 2000 };
  static double points[DRAWS * 2];
  double sum = 0, squares = 0;
  assert_int_equal(design_points(DESIGN_RANDOM, 2, DRAWS, 3, points), STATUS_OK);
  for (int i = 0; i < 2 * DRAWS; i++) {
    sum += points[i];
    squares += (points[i] - 0.5) * (points[i] - 0.5);
  }
  assert_near(sum / (2 * DRAWS), 0.5, 4 * sqrt(1.0 / 12 / (2 * DRAWS)));
  assert_near(squares / (2 * DRAWS), 1.0 / 12, 4 * sqrt(1.0 / 180 / (2 * DRAWS)));
}

static void test_mixtures_differ_in_one_axis(void **state) {
  (void)state;
  double points[4 * (AXES + 2) * AXES];
  assert_int_equal(design_count(DESIGN_SALTELLI, AXES, 4), 4 * (AXES + 2));
  assert_int_equal(design_points(DESIGN_SALTELLI, AXES, 4, 1, points), STATUS_OK);
  for (int i = 0; i < 4; i++) {
    const double *a = points + i * (AXES + 2) * AXES, *b = a + AXES;
    for (int k = 0; k < AXES; k++) {
      for (int x = 0; x < AXES; x++) assert_true(a[(k + 2) * AXES + x] == (x == k ? b[x] : a[x]));
    }
  }
}

static void test_steps_move_one_axis(void **state) {
  (void)state;
  double points[N * (AXES + 1) * AXES];
  assert_int_equal(design_points(DESIGN_MORRIS, AXES, N, 5, points), STATUS_OK);
  for (int i = 0; i < N; i++) {
    bool moved[AXES] = {false};
    for (int step = 0; step < AXES; step++) {
      const double *from = points + (i * (AXES + 1) + step) * AXES;
      int n = 0;
      for (int a = 0; a < AXES; a++) {
        double by = fabs(from[AXES + a] - from[a]);
        assert_between(from[a], -1e-9, 1 + 1e-9);
        assert_between(from[AXES + a], -1e-9, 1 + 1e-9);
        if (by == 0) continue;
        assert_near(by, DESIGN_MORRIS_STEP, 1e-12);
        assert_false(moved[a]);
        moved[a] = true;
        n++;
      }
      assert_int_equal(n, 1);
    }
  }
}

/* Ishigami & Homma 1990, with a = 7, b = 0.1: variance 13.845; S 0.3139, 0.4424, 0; totals 0.5576, 0.4424,
 * 0.2437. */
static void test_sobol_indices_of_ishigami(void **state) {
  (void)state;
  enum { BASE = 4096, ALL = BASE * (AXES + 2) };
  static const double first[] = {0.3139, 0.4424, 0}, total[] = {0.5576, 0.4424, 0.2437};
  double *points = malloc(ALL * AXES * sizeof *points), *outcome = malloc(ALL * sizeof *outcome);
  struct sensitivity of[AXES];
  assert_non_null(points);
  assert_non_null(outcome);
  assert_int_equal(design_points(DESIGN_SALTELLI, AXES, BASE, 1, points), STATUS_OK);
  for (int i = 0; i < ALL; i++) {
    double x[AXES];
    for (int a = 0; a < AXES; a++) x[a] = (2 * points[i * AXES + a] - 1) * acos(-1.0);
    outcome[i] = sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * pow(x[2], 4) * sin(x[0]);
  }
  outcome[7] = (double)NAN; /* a run that failed costs its base point, not the indices */
  assert_int_equal(sensitivity_of(DESIGN_SALTELLI, AXES, BASE, points, outcome, of), STATUS_OK);
  for (int a = 0; a < AXES; a++) {
    assert_near(of[a].first, first[a], 0.02);
    assert_near(of[a].total, total[a], 0.02);
    assert_true(of[a].first_low < of[a].first && of[a].first < of[a].first_high);
    assert_true(of[a].total_low < of[a].total && of[a].total < of[a].total_high);
    assert_true(isnan(of[a].mu));
  }
  free(points);
  free(outcome);
}

/* 3x − 2y + xz: effects of y are −2 everywhere, those of x are 3 + z. */
static void test_elementary_effects(void **state) {
  (void)state;
  double points[N * (AXES + 1) * AXES], outcome[N * (AXES + 1)];
  struct sensitivity of[AXES];
  assert_int_equal(design_points(DESIGN_MORRIS, AXES, N, 5, points), STATUS_OK);
  for (int i = 0; i < N * (AXES + 1); i++) {
    const double *x = points + i * AXES;
    outcome[i] = 3 * x[0] - 2 * x[1] + x[0] * x[2];
  }
  assert_int_equal(sensitivity_of(DESIGN_MORRIS, AXES, N, points, outcome, of), STATUS_OK);
  assert_near(of[1].mu, -2, 1e-9);
  assert_near(of[1].mu_star, 2, 1e-9);
  assert_near(of[1].sigma, 0, 1e-9);
  assert_near(of[0].mu, 3.5, 0.25);
  assert_true(of[0].sigma > 0.2);
  assert_true(isnan(of[0].first));
}

static void test_what_does_not_vary_has_no_indices(void **state) {
  (void)state;
  double points[4 * (AXES + 2) * AXES], outcome[4 * (AXES + 2)];
  struct sensitivity of[AXES];
  assert_int_equal(design_points(DESIGN_SALTELLI, AXES, 4, 1, points), STATUS_OK);
  for (int i = 0; i < 4 * (AXES + 2); i++) outcome[i] = 2;
  assert_int_equal(sensitivity_of(DESIGN_SALTELLI, AXES, 4, points, outcome, of), STATUS_OK);
  assert_true(isnan(of[0].first) && isnan(of[0].total));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_stratum_once),
      cmocka_unit_test(test_random_draws_are_uniform),
      cmocka_unit_test(test_mixtures_differ_in_one_axis),
      cmocka_unit_test(test_steps_move_one_axis),
      cmocka_unit_test(test_sobol_indices_of_ishigami),
      cmocka_unit_test(test_elementary_effects),
      cmocka_unit_test(test_what_does_not_vary_has_no_indices),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
