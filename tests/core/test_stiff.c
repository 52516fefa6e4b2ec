/* test_stiff.c — the stiff solver: exact solutions of linear systems (also stiff and driven ones) and a
 * conservation law are met within the tolerance; Robertson's and Van der Pol's problems agree with published
 * values; a result depends on nothing that the solver did before, not even on a failure; failures name the
 * system and the time, leave the state alone and print nothing. */
#include "stiff.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- systems ---- */

/* y0' = k y1 − y0, y1' = −k y1, with k = *context: absorption and loss. */
static void chain(double t, const double *y, double *dydt, void *context) {
  const double *k = context;
  (void)t;
  dydt[0] = *k * y[1] - y[0];
  dydt[1] = -*k * y[1];
}

/* y' = −k (y − cos t) − sin t: cos t attracts everything at rate k (Prothero & Robinson 1974). */
static void attracted(double t, const double *y, double *dydt, void *context) {
  const double *k = context;
  dydt[0] = -*k * (y[0] - cos(t)) - sin(t);
}

/* Robertson's chemical kinetics: rates 0.04, 1e4 and 3e7. */
static void robertson(double t, const double *y, double *dydt, void *context) {
  (void)t, (void)context;
  dydt[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
  dydt[2] = 3e7 * y[1] * y[1];
  dydt[1] = -dydt[0] - dydt[2];
}

/* Van der Pol's oscillator in the scaled form, ε y1' = (1 − y0²) y1 − y0 with ε = 1e-6. */
static void van_der_pol(double t, const double *y, double *dydt, void *context) {
  (void)t, (void)context;
  dydt[0] = y[1];
  dydt[1] = ((1 - y[0] * y[0]) * y[1] - y[0]) / 1e-6;
}

/* y0' = y0², which leaves all bounds at t = 1/y0(0), and y1' = −y1. */
static void blow_up(double t, const double *y, double *dydt, void *context) {
  (void)t, (void)context;
  dydt[0] = y[0] * y[0];
  dydt[1] = -y[1];
}

/* y0' = −1, until *context; from then on not a number. */
static void breaks(double t, const double *y, double *dydt, void *context) {
  const double *until = context;
  dydt[0] = t < *until ? -1.0 : NAN * y[0];
}

static struct stiff *solver(int n, double relative, double absolute) {
  struct stiff *stiff = NULL;
  assert_int_equal(stiff_new(n, relative, absolute, &stiff), STATUS_OK);
  return stiff;
}

static void near(double value, double wanted, double tolerance) {
  if (!(fabs(value - wanted) <= tolerance))
    fail_msg("%.12g, wanted %.12g within %.2g (off by %.2g)", value, wanted, tolerance, value - wanted);
}

/* ---- accuracy ---- */

/* The chain is y1 = e^(−kt), y0 = k (e^(−kt) − e^(−t))/(1 − k) from (0, 1). The error of a run is a few times
 * the tolerance of its steps, and falls with it. */
static void linear_systems_are_met(void **state) {
  (void)state;
  static const double rates[] = {0.5, 3, 1000, 1e6}, tolerances[] = {1e-5, 1e-8, 1e-11};
  for (int i = 0; i < 3; i++) {
    struct stiff *stiff = solver(2, tolerances[i], tolerances[i] * 1e-3);
    for (int r = 0; r < 4; r++) {
      double k = rates[r], y[2] = {0, 1};
      assert_int_equal(stiff_advance(stiff, chain, &k, "chain", 0, 2, y), STATUS_OK);
      double exact = k * (exp(-2 * k) - exp(-2.0)) / (1 - k);
      near(y[0], exact, 200 * tolerances[i] * exact);
      near(y[1], exp(-2 * k), 200 * tolerances[i] * (exp(-2 * k) + 1e-3));
    }
    stiff_free(stiff);
  }
}

static void a_driven_stiff_system_follows(void **state) {
  (void)state;
  struct stiff *stiff = solver(1, 1e-9, 1e-12);
  double k = 1e6, y[1] = {1.5};
  assert_int_equal(stiff_advance(stiff, attracted, &k, "attracted", 0, 10, y), STATUS_OK);
  near(y[0], cos(10.0), 1e-7);
  stiff_free(stiff);
}

/* y(40) and y(4e10) of Robertson's problem, from tight solutions (Hindmarsh et al. 2005 and the test set for
 * initial value problems); the three shares sum to 1 all the time, which no step enforces. */
static void robertsons_problem(void **state) {
  (void)state;
  struct stiff *stiff = solver(3, 1e-9, 1e-14);
  double y[3] = {1, 0, 0};
  assert_int_equal(stiff_advance(stiff, robertson, NULL, "robertson", 0, 40, y), STATUS_OK);
  near(y[0], 0.7158270688, 1e-7);
  near(y[1], 9.185534765e-6, 1e-11);
  near(y[2], 0.2841637457, 1e-7);
  near(y[0] + y[1] + y[2], 1, 1e-9);
  assert_int_equal(stiff_advance(stiff, robertson, NULL, "robertson", 40, 4e10, y), STATUS_OK);
  near(y[0], 5.2083e-8, 5e-11);
  near(y[0] + y[1] + y[2], 1, 1e-8);
  stiff_free(stiff);
}

/* Reference at t = 2 from the test set for initial value problems (Mazzia & Magherini 2008). */
static void van_der_pols_problem(void **state) {
  (void)state;
  struct stiff *stiff = solver(2, 1e-10, 1e-10);
  double y[2] = {2, 0};
  assert_int_equal(stiff_advance(stiff, van_der_pol, NULL, "van der pol", 0, 2, y), STATUS_OK);
  near(y[0], 1.706167732170483, 1e-6);
  near(y[1], -0.8928097010247975, 1e-6);
  stiff_free(stiff);
}

/* The largest size: n independent decays, each with its own rate. */
static void decays(double t, const double *y, double *dydt, void *context) {
  (void)t, (void)context;
  for (int i = 0; i < STIFF_MAX; i++) dydt[i] = -(1 + i) * y[i];
}

static void the_largest_system_fits(void **state) {
  (void)state;
  struct stiff *stiff = solver(STIFF_MAX, 1e-8, 1e-12);
  double y[STIFF_MAX];
  for (int i = 0; i < STIFF_MAX; i++) y[i] = 1;
  assert_int_equal(stiff_advance(stiff, decays, NULL, "decays", 3, 3.5, y), STATUS_OK);
  for (int i = 0; i < STIFF_MAX; i++) near(y[i], exp(-0.5 * (1 + i)), 1e-7);
  stiff_free(stiff);
}

/* ---- no memory of the past ---- */

/* One of several tasks for a solver of two equations. */
static enum status task(struct stiff *stiff, int which, double y[2]) {
  double k = 50;
  y[0] = which == 1 ? 2 : 0.25;
  y[1] = which == 1 ? 0 : 1;
  switch (which) {
  case 0:
    return stiff_advance(stiff, chain, &k, "chain", 0, 2, y);
  case 1:
    return stiff_advance(stiff, van_der_pol, NULL, "van der pol", 0, 0.9, y);
  case 2:
    return stiff_advance(stiff, chain, &k, "chain", 100, 100.001, y);
  default:
    return stiff_advance(stiff, blow_up, NULL, "explosion", 0, 10, y);
  }
}

/* Every pair and triple of tasks before a task, failing ones included, changes no bit of it. */
static void no_history_is_carried_over(void **state) {
  (void)state;
  double alone[3][2], y[2];
  for (int i = 0; i < 3; i++) {
    struct stiff *fresh = solver(2, 1e-7, 1e-10);
    assert_int_equal(task(fresh, i, alone[i]), STATUS_OK);
    stiff_free(fresh);
  }
  struct stiff *used = solver(2, 1e-7, 1e-10);
  for (int order = 0; order < 64; order++) {
    const int before[] = {order % 4, order / 4 % 4, order / 16};
    for (int b = 0; b < 3; b++) {
      enum status status = task(used, before[b], y);
      assert_int_equal(status, before[b] == 3 ? STATUS_DIVERGED : STATUS_OK);
      if (before[b] < 3) assert_memory_equal(y, alone[before[b]], sizeof y);
    }
  }
  stiff_free(used);
}

/* The clock's zero does not matter to a system that does not know the time. */
static void later_is_like_now(void **state) {
  (void)state;
  struct stiff *stiff = solver(2, 1e-9, 1e-12);
  double k = 7, early[2] = {0, 1}, late[2] = {0, 1};
  assert_int_equal(stiff_advance(stiff, chain, &k, "chain", 0, 2, early), STATUS_OK);
  assert_int_equal(stiff_advance(stiff, chain, &k, "chain", 1000, 1002, late), STATUS_OK);
  near(late[0], early[0], 1e-8);
  near(late[1], early[1], 1e-8);
  stiff_free(stiff);
}

/* y' = −y; *context becomes the latest time that was asked for. */
static void watched(double t, const double *y, double *dydt, void *context) {
  double *latest = context;
  if (t > *latest) *latest = t;
  dydt[0] = -y[0];
}

/* What lies beyond the end of a span may be another system: it is never looked at. */
static void nothing_is_asked_beyond_the_end(void **state) {
  (void)state;
  struct stiff *stiff = solver(1, 1e-6, 1e-9);
  static const double ends[] = {1e-6, 0.3, 1, 7, 1000};
  for (int i = 0; i < 5; i++) {
    double latest = 0, y[1] = {1};
    assert_int_equal(stiff_advance(stiff, watched, &latest, "watched", 0, ends[i], y), STATUS_OK);
    assert_true(latest <= ends[i] * (1 + 1e-12));
  }
  stiff_free(stiff);
}

/* ---- failures ---- */

static void failure_names_system_and_time(void **state) {
  (void)state;
  struct stiff *stiff = solver(1, 1e-8, 1e-10);
  double y[1] = {5}, never = -1, middle = 0.5;
  assert_int_equal(stiff_advance(stiff, breaks, &never, "site 7 of mPFC", 0, 1, y), STATUS_DIVERGED);
  assert_string_equal(status_message(), "site 7 of mPFC: no solution beyond t = 0 on the way from 0 to 1: "
                                        "the rate of change is not a finite number");
  assert_int_equal(stiff_advance(stiff, breaks, &middle, "site 8", 0, 1, y), STATUS_DIVERGED);
  const char *at = strstr(status_message(), "beyond t = ");
  assert_non_null(at);
  near(strtod(at + strlen("beyond t = "), NULL), 0.5, 1e-4);
  assert_memory_equal(status_message(), "site 8: ", 8);
  near(y[0], 5, 0);

  struct stiff *pair = solver(2, 1e-8, 1e-10);
  double two[2] = {1, 1};
  assert_int_equal(stiff_advance(pair, blow_up, NULL, "explosion", 0, 2, two), STATUS_DIVERGED);
  at = strstr(status_message(), "beyond t = ");
  assert_non_null(at);
  near(strtod(at + strlen("beyond t = "), NULL), 1, 1e-4);
  near(two[0], 1, 0);
  stiff_free(pair);

  y[0] = NAN;
  assert_int_equal(stiff_advance(stiff, breaks, &middle, "site 9", 3, 4, y), STATUS_DIVERGED);
  assert_string_equal(status_message(), "site 9: the state at t = 3 is not finite");
  stiff_free(stiff);
}

/* What the solver library would print at a failure goes nowhere. */
static void failure_prints_nothing(void **state) {
  (void)state;
  struct stiff *stiff = solver(2, 1e-8, 1e-10);
  double y[2] = {1, 1};
  FILE *caught = tmpfile();
  assert_non_null(caught);
  fflush(stderr);
  int kept = dup(STDERR_FILENO);
  dup2(fileno(caught), STDERR_FILENO);
  enum status status = stiff_advance(stiff, blow_up, NULL, "here", 0, 2, y);
  fflush(stderr);
  dup2(kept, STDERR_FILENO);
  close(kept);
  fseek(caught, 0, SEEK_END);
  long printed = ftell(caught);
  fclose(caught);
  assert_int_equal(status, STATUS_DIVERGED);
  assert_int_equal(printed, 0);
  stiff_free(stiff);
}

static void sizes_and_tolerances_are_checked(void **state) {
  (void)state;
  static const struct {
    int n;
    double relative, absolute;
  } bad[] = {{0, 1e-6, 1e-9}, {STIFF_MAX + 1, 1e-6, 1e-9}, {2, 0, 1e-9}, {2, 1e-6, 0}, {2, NAN, 1e-9}};
  for (int i = 0; i < 5; i++) {
    struct stiff *stiff = NULL;
    assert_int_equal(stiff_new(bad[i].n, bad[i].relative, bad[i].absolute, &stiff), STATUS_FAULT);
    assert_null(stiff);
  }
  stiff_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(linear_systems_are_met),
      cmocka_unit_test(a_driven_stiff_system_follows),
      cmocka_unit_test(robertsons_problem),
      cmocka_unit_test(van_der_pols_problem),
      cmocka_unit_test(the_largest_system_fits),
      cmocka_unit_test(no_history_is_carried_over),
      cmocka_unit_test(nothing_is_asked_beyond_the_end),
      cmocka_unit_test(later_is_like_now),
      cmocka_unit_test(failure_names_system_and_time),
      cmocka_unit_test(failure_prints_nothing),
      cmocka_unit_test(sizes_and_tolerances_are_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
