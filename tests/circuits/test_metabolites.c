/* test_metabolites.c — families of substances: what a chain of metabolites makes of a dose is the exact
 * solution (sums of exponentials), amounts are conserved in moles whatever the route, areas under the curve
 * have the ratios that shares and clearances give them, repeated doses add up, and a family's course does not
 * depend on the order of its members or on who else is there. */
#include "drugs/kinetics.h"
#include "fields.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PARENT, CHILD, GRANDCHILD, MEMBERS };

/* One compartment each, so that the chain has a closed form; no number is that of a drug. The parent becomes
 * the child, and the grandchild at once; the child becomes the grandchild. */
static const struct kinetics parent = {
    .V1 = 2,
    .CL = 0.2,
    .ka_ip = 0.15,
    .F_ip = 0.4,
    .ka_oral = 0.05,
    .F_oral = 0.2,
    .ka_nasal = 0.3,
    .F_nasal = 0.5,
    .ka_sc = 0.02,
    .F_sc = 0.9,
    .t_half_effect = 4,
    .unbound = 0.6,
    .Kp_uu = 0.8,
    .metabolite = {{"child", CHILD, 0.5, 0.3, 0.6, 0.4}, {"grandchild", GRANDCHILD, 0.2, 0.5, 0.1, 0.6}},
    .n_metabolites = 2};
static const struct kinetics child = {.V1 = 3,
                                      .CL = 0.12,
                                      .t_half_effect = 4,
                                      .unbound = 0.6,
                                      .Kp_uu = 0.8,
                                      .metabolite = {{"grandchild", GRANDCHILD, 0.7, 0, 0, 0}},
                                      .n_metabolites = 1};
static const struct kinetics grandchild = {
    .V1 = 1.5, .CL = 0.03, .t_half_effect = 4, .unbound = 0.6, .Kp_uu = 0.8};

static void near(double value, double wanted, double tolerance) {
  if (!(fabs(value - wanted) <= tolerance))
    fail_msg("%.15g, wanted %.15g within %.2g (off by %.2g)", value, wanted, tolerance, value - wanted);
}

struct family {
  double state[MEMBERS][KINETICS_STATES];
  struct kinetics_member member[MEMBERS];
};

static void begin(struct family *f, const struct kinetics *first, const struct kinetics_dose *doses, int n) {
  memset(f, 0, sizeof *f);
  f->member[PARENT] = (struct kinetics_member){PARENT, "parent", first, doses, n, f->state[PARENT]};
  f->member[CHILD] = (struct kinetics_member){CHILD, "child", &child, NULL, 0, f->state[CHILD]};
  f->member[GRANDCHILD] =
      (struct kinetics_member){GRANDCHILD, "grandchild", &grandchild, NULL, 0, f->state[GRANDCHILD]};
}

static void advance(struct family *f, double t0_h, double t1_h) {
  assert_int_equal(kinetics_advance(f->member, MEMBERS, t0_h, t1_h), STATUS_OK);
}

/* ---- the exact solution ---- */

/* Amount after t of one molecule per kg that enters a chain of n first-order steps at its first: what is in
 * the last (Bateman 1910), Π_{i<n} k_i Σ_i e^{−k_i t}/Π_{j≠i}(k_j − k_i). */
static double bateman(const double *k, int n, double t) {
  double sum = 0, product = 1;
  for (int i = 0; i + 1 < n; i++) product *= k[i];
  for (int i = 0; i < n; i++) {
    double term = exp(-k[i] * t);
    for (int j = 0; j < n; j++) {
      if (j != i) term /= k[j] - k[i];
    }
    sum += term;
  }
  return product * sum;
}

static const double k_parent = 0.1, k_child = 0.04, k_grandchild = 0.02;
static const double hours[] = {0.01, 0.1, 0.5, 1, 2, 5, 12, 48};

static void chains_are_exact(void **state) {
  (void)state;
  const struct kinetics_dose dose = {0, 0, 10, ROUTE_IV};
  for (int i = 0; i < COUNT_OF(hours); i++) {
    double t = hours[i] * 60;
    struct family f;
    begin(&f, &parent, &dose, 1);
    advance(&f, 0, hours[i]);
    const double to_child[] = {k_parent, k_child}, direct[] = {k_parent, k_grandchild};
    const double through[] = {k_parent, k_child, k_grandchild};
    near(f.state[PARENT][KINETICS_CENTRAL], 10 * exp(-k_parent * t), 1e-12);
    near(f.state[CHILD][KINETICS_CENTRAL], 10 * 0.5 * bateman(to_child, 2, t), 1e-11);
    near(f.state[GRANDCHILD][KINETICS_CENTRAL],
         10 * (0.2 * bateman(direct, 2, t) + 0.5 * 0.7 * bateman(through, 3, t)), 1e-11);
  }
}

/* By mouth: the parent's depot feeds child and grandchild with shares of what the parent loses. */
static void first_passages_are_exact(void **state) {
  (void)state;
  const struct kinetics_dose dose = {0, 0, 10, ROUTE_ORAL};
  for (int i = 0; i < COUNT_OF(hours); i++) {
    double t = hours[i] * 60, absorbed = 10 * 0.2, lost = 10 * 0.8, ka = 0.05;
    struct family f;
    begin(&f, &parent, &dose, 1);
    advance(&f, 0, hours[i]);
    const double one[] = {ka, k_parent}, early[] = {ka, k_child}, late[] = {ka, k_parent, k_child};
    near(f.state[PARENT][KINETICS_CENTRAL], absorbed * bateman(one, 2, t), 1e-11);
    near(f.state[CHILD][KINETICS_CENTRAL],
         lost * 0.6 * bateman(early, 2, t) + absorbed * 0.5 * bateman(late, 3, t), 1e-11);
  }
}

/* ---- laws ---- */

/* Nothing leaves the family: all that is cleared becomes a metabolite, all that is lost on the way too, and
 * the last is not cleared. Then the whole dose is there, in moles, at any time and by any route. */
static void amounts_are_conserved(void **state) {
  (void)state;
  static const enum route routes[] = {ROUTE_IV, ROUTE_IP, ROUTE_ORAL, ROUTE_NASAL};
  struct kinetics first = parent, second = child, third = grandchild;
  first.V2 = 4;
  first.Q = 0.3;
  for (int m = 0; m < 2; m++) {
    first.metabolite[m].share = first.metabolite[m].first_pass_ip = 0.5;
    first.metabolite[m].first_pass_oral = first.metabolite[m].first_pass_nasal = 0.5;
  }
  second.metabolite[0].share = 1;
  third.CL = 0;
  for (int r = 0; r < COUNT_OF(routes); r++) {
    const struct kinetics_dose doses[] = {{0, 0, 7, routes[r]}, {1, 0.5, 5, routes[r]}};
    struct family f;
    begin(&f, &first, doses, 2);
    f.member[CHILD].kinetics = &second;
    f.member[GRANDCHILD].kinetics = &third;
    for (double t_h = 0; t_h < 30; t_h += 1.25) {
      double given = 7 + 5 * fmin(1, fmax(0, (t_h + 1.25 - 1) / 0.5)), there = 0;
      advance(&f, t_h, t_h + 1.25);
      for (int m = 0; m < MEMBERS; m++) {
        for (int s = 0; s < KINETICS_BRAIN; s++) there += f.state[m][s];
      }
      /* what waits in a depot stands for what is absorbed, and for as much as is lost with it */
      const double F[] = {first.F_ip, 1, first.F_oral, first.F_nasal};
      for (int depot = 0; depot < KINETICS_CENTRAL; depot++)
        there += f.state[PARENT][depot] * (1 - F[depot]) / F[depot];
      near(there, given, 1e-10);
    }
    assert_true(f.state[GRANDCHILD][KINETICS_CENTRAL] > 11.9);
  }
}

/* AUC of a metabolite over AUC of its parent: share × CL_parent/CL_metabolite after an i.v. dose; with a
 * first passage, (F share + (1 − F) first_pass)/F instead of the share. */
static void areas_follow_from_shares_and_clearances(void **state) {
  (void)state;
  for (int oral = 0; oral < 2; oral++) {
    const struct kinetics_dose dose = {0, 0, 10, oral ? ROUTE_ORAL : ROUTE_IV};
    struct family f;
    begin(&f, &parent, &dose, 1);
    advance(&f, 0, 400);
    double parent_area = f.state[PARENT][KINETICS_PLASMA_AREA];
    double of_child = oral ? (0.2 * 0.5 + 0.8 * 0.6) / 0.2 : 0.5;
    double of_grandchild = (oral ? (0.2 * 0.2 + 0.8 * 0.1) / 0.2 : 0.2) + 0.7 * of_child;
    near(parent_area, (oral ? 2 : 10) / 0.2, 1e-9);
    near(f.state[CHILD][KINETICS_PLASMA_AREA] / parent_area, of_child * 0.2 / 0.12, 1e-10);
    near(f.state[GRANDCHILD][KINETICS_PLASMA_AREA] / parent_area, of_grandchild * 0.2 / 0.03, 1e-10);
  }
}

/* Five doses four hours apart: the sum of five courses, for the parent and for all it becomes. */
static void repeated_doses_add_up(void **state) {
  (void)state;
  struct kinetics_dose doses[5];
  struct family all, one;
  for (int d = 0; d < 5; d++) doses[d] = (struct kinetics_dose){4.0 * d, d % 2 ? 1 : 0, 10, ROUTE_IP};
  double sum[MEMBERS][KINETICS_STATES] = {{0}};
  begin(&all, &parent, doses, 5);
  advance(&all, 0, 17.3);
  for (int d = 0; d < 5; d++) {
    begin(&one, &parent, &doses[d], 1);
    advance(&one, 0, 17.3);
    for (int m = 0; m < MEMBERS; m++) {
      for (int s = 0; s < KINETICS_STATES; s++) sum[m][s] += one.state[m][s];
    }
  }
  for (int m = 0; m < MEMBERS; m++) {
    for (int s = 0; s < KINETICS_STATES; s++) near(all.state[m][s], sum[m][s], 1e-10);
  }
}

/* The metabolites do nothing to their parent. */
static void a_parent_is_as_it_is_alone(void **state) {
  (void)state;
  const struct kinetics_dose dose = {0, 0.5, 10, ROUTE_ORAL};
  struct kinetics childless = parent;
  double alone[KINETICS_STATES] = {0};
  struct kinetics_member member = {PARENT, "parent", &childless, &dose, 1, alone};
  struct family f;
  childless.n_metabolites = 0;
  begin(&f, &parent, &dose, 1);
  advance(&f, 0, 3);
  assert_int_equal(kinetics_advance(&member, 1, 0, 3), STATUS_OK);
  for (int s = 0; s < KINETICS_STATES; s++) near(f.state[PARENT][s], alone[s], 1e-11);
}

/* A metabolite may be given too, and stand before its parent. */
static void order_does_not_matter(void **state) {
  (void)state;
  const struct kinetics_dose dose = {0, 0, 10, ROUTE_IV}, own = {0.5, 0, 4, ROUTE_IV};
  struct family f, g;
  begin(&f, &parent, &dose, 1);
  begin(&g, &parent, &dose, 1);
  f.member[CHILD].doses = g.member[CHILD].doses = &own;
  f.member[CHILD].n_doses = g.member[CHILD].n_doses = 1;
  struct kinetics_member first = g.member[0];
  g.member[0] = g.member[2];
  g.member[2] = first;
  advance(&f, 0, 2);
  advance(&g, 0, 2);
  for (int m = 0; m < MEMBERS; m++) {
    for (int s = 0; s < KINETICS_STATES; s++) near(f.state[m][s], g.state[m][s], 1e-12);
  }
  const double chain[] = {k_parent, k_child};
  near(f.state[CHILD][KINETICS_CENTRAL], 10 * 0.5 * bateman(chain, 2, 120) + 4 * exp(-k_child * 90), 1e-11);
}

static void a_family_must_be_complete(void **state) {
  (void)state;
  double A[KINETICS_STATES] = {0};
  struct kinetics_member member = {PARENT, "parent", &parent, NULL, 0, A};
  assert_int_equal(kinetics_advance(&member, 1, 0, 1), STATUS_FAULT);
  assert_string_equal(status_message(), "parent: a metabolite outside of its family");
}

/* ---- faults ---- */

static void contradictions_are_named(void **state) {
  (void)state;
  struct kinetics k[5];
  static const char *const wanted[5] = {
      NULL, "the shares of the clearance that become metabolites sum to more than 1",
      "the shares of the first passage that become metabolites sum to more than 1",
      "a first passage belongs to a route with F and ka",
      "metabolites are made of what is in plasma: V1 is missing"};
  for (int i = 0; i < 5; i++) k[i] = parent;
  k[1].metabolite[0].share = 0.81;
  k[2].metabolite[1].first_pass_oral = 0.41;
  k[3].F_ip = k[3].ka_ip = 0;
  k[4] = (struct kinetics){.t_half_effect = 1, .V_icv = 1, .n_metabolites = 1};
  for (int i = 0; i < 5; i++) {
    const char *fault = kinetics_fault(&k[i]);
    if (wanted[i]) {
      assert_non_null(fault);
      assert_string_equal(fault, wanted[i]);
    } else {
      assert_null(fault);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chains_are_exact),         cmocka_unit_test(first_passages_are_exact),
      cmocka_unit_test(amounts_are_conserved),    cmocka_unit_test(areas_follow_from_shares_and_clearances),
      cmocka_unit_test(repeated_doses_add_up),    cmocka_unit_test(a_parent_is_as_it_is_alone),
      cmocka_unit_test(order_does_not_matter),    cmocka_unit_test(a_family_must_be_complete),
      cmocka_unit_test(contradictions_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
