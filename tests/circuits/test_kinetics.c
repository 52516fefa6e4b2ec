/* test_kinetics.c — pharmacokinetics of one substance: boluses, infusions and absorption follow the exact
 * solution of the linear system to 11 digits, in plasma and in brain; amounts are conserved; doses add up; a
 * span may be cut anywhere; dose over AUC is the clearance; values that contradict themselves are refused. */
#include "drugs/kinetics.h"
#include "fields.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Two compartments, all routes; no number is that of a drug. */
static const struct kinetics plain = {.V1 = 2,
                                      .V2 = 3,
                                      .CL = 0.08,
                                      .Q = 0.11,
                                      .ka_ip = 0.2,
                                      .ka_sc = 0.07,
                                      .ka_oral = 0.03,
                                      .ka_nasal = 0.1,
                                      .F_ip = 0.5,
                                      .F_sc = 0.9,
                                      .F_oral = 0.2,
                                      .F_nasal = 0.4,
                                      .t_half_effect = 4,
                                      .unbound = 0.6,
                                      .Kp_uu = 0.8,
                                      .V_icv = 0.05};

static void near(double value, double wanted, double tolerance) {
  if (!(fabs(value - wanted) <= tolerance))
    fail_msg("%.12g, wanted %.12g within %.2g (off by %.2g)", value, wanted, tolerance, value - wanted);
}

static void advance(const struct kinetics *kinetics, const struct kinetics_dose *doses, int n, double t0_h,
                    double t1_h, double *state) {
  struct kinetics_member alone = {0, "x", kinetics, doses, n, state};
  assert_int_equal(kinetics_advance(&alone, 1, t0_h, t1_h), STATUS_OK);
}

/* ---- the exact solution ---- */

/* Poles of the central compartment's response to what enters it: α and β. */
static void poles_of(const struct kinetics *k, double pole[2]) {
  double k10 = k->CL / k->V1, k12 = k->Q / k->V1, k21 = k->Q / k->V2, sum = k10 + k12 + k21;
  double root = sqrt(sum * sum - 4 * k10 * k21);
  pole[0] = (sum + root) / 2;
  pole[1] = (sum - root) / 2;
}

/* The inverse Laplace transform of (s + k21)/Π(s + p_i) at t min, 0 before t = 0. A pole at 0 turns the
 * response to a bolus into that to a constant input. */
static double response(double k21, const double *pole, int n, double t) {
  double sum = 0;
  if (t <= 0) return 0;
  for (int i = 0; i < n; i++) {
    double term = (k21 - pole[i]) * exp(-pole[i] * t);
    for (int j = 0; j < n; j++) {
      if (j != i) term /= pole[j] - pole[i];
    }
    sum += term;
  }
  return sum;
}

struct course {
  double plasma_uM, brain_uM;
};

/* Exact concentrations t min after a dose of 1 µmol/kg that reaches the central compartment at rate ka (0: at
 * once), as a bolus (over = 0) or over some minutes. */
static struct course exact(const struct kinetics *k, double ka, double over, double t) {
  double pole[5], k21 = k->Q / k->V2, gain = 1 / k->V1, effect = log(2) / k->t_half_effect;
  int n = 2;
  poles_of(k, pole);
  if (ka > 0) {
    pole[n++] = ka;
    gain *= ka;
  }
  if (over > 0) {
    pole[n++] = 0;
    gain /= over;
  }
  double later = over > 0 ? t - over : 0;
  struct course c = {.plasma_uM = gain * (response(k21, pole, n, t) - response(k21, pole, n, later))};
  pole[n++] = effect;
  gain *= effect * k->Kp_uu * k->unbound;
  c.brain_uM = gain * (response(k21, pole, n, t) - response(k21, pole, n, later));
  return c;
}

static void meets(const struct kinetics *k, const double *state, struct course wanted) {
  near(kinetics_plasma_uM(k, state), wanted.plasma_uM, 1e-11 * wanted.plasma_uM + 1e-14);
  near(kinetics_brain_uM(state), wanted.brain_uM, 1e-11 * wanted.brain_uM + 1e-14);
}

static const double hours[] = {0.01, 0.1, 0.5, 1, 2, 5, 12};

/* Every route that ends in plasma, as a bolus and over 40 min: i.v., and each depot with its own rate. */
static void courses_are_exact(void **state) {
  (void)state;
  static const struct {
    enum route route;
    double ka, F;
  } way[] = {{ROUTE_IV, 0, 1},
             {ROUTE_IP, 0.2, 0.5},
             {ROUTE_SC, 0.07, 0.9},
             {ROUTE_ORAL, 0.03, 0.2},
             {ROUTE_NASAL, 0.1, 0.4}};
  for (int w = 0; w < COUNT_OF(way); w++) {
    for (int infused = 0; infused < 2; infused++) {
      double over_h = infused ? 40 / 60.0 : 0, dose = 20;
      for (int i = 0; i < COUNT_OF(hours); i++) {
        double A[KINETICS_STATES] = {0};
        struct kinetics_dose given = {0, over_h, dose, way[w].route};
        advance(&plain, &given, 1, 0, hours[i], A);
        struct course wanted = exact(&plain, way[w].ka, over_h * 60, hours[i] * 60);
        wanted.plasma_uM *= dose * way[w].F;
        wanted.brain_uM *= dose * way[w].F;
        meets(&plain, A, wanted);
      }
    }
  }
}

/* A dose into the brain: dose/V_icv at once, half of it after t_half_effect, nothing in plasma. */
static void brain_doses_are_exact(void **state) {
  (void)state;
  double A[KINETICS_STATES] = {0};
  struct kinetics_dose bolus = {0, 0, 0.01, ROUTE_ICV};
  advance(&plain, &bolus, 1, 0, 8 / 60.0, A);
  near(kinetics_brain_uM(A), 0.01 / 0.05 / 4, 1e-7);
  near(kinetics_plasma_uM(&plain, A), 0, 0);

  double B[KINETICS_STATES] = {0}, rate = log(2) / 4;
  struct kinetics_dose infusion = {0, 0.2, 0.01, ROUTE_ICV};
  advance(&plain, &infusion, 1, 0, 0.2, B);
  near(kinetics_brain_uM(B), 0.01 / 0.05 / 12 * (1 - exp(-rate * 12)) / rate, 1e-7);
}

/* Without V1 there is the brain alone. */
static void a_substance_may_have_the_brain_alone(void **state) {
  (void)state;
  struct kinetics brain = {.t_half_effect = 2160, .V_icv = 0.1};
  struct kinetics_dose dose = {1, 0, 8e-4, ROUTE_ICV};
  double A[KINETICS_STATES] = {0};
  assert_null(kinetics_fault(&brain));
  assert_false(kinetics_has_route(&brain, ROUTE_IV));
  advance(&brain, &dose, 1, 0, 37, A);
  near(kinetics_brain_uM(A), 4e-3, 1e-8);
  near(kinetics_plasma_uM(&brain, A), 0, 0);
}

/* ---- laws ---- */

static double total(const double *A) {
  double sum = 0;
  for (int s = 0; s < KINETICS_BRAIN; s++) sum += A[s];
  return sum;
}

/* With nothing cleared, the absorbed share of all doses given so far is in depots and compartments. */
static void amounts_are_conserved(void **state) {
  (void)state;
  struct kinetics closed = plain;
  closed.CL = 0;
  closed.V3 = 7;
  closed.Q3 = 0.02;
  static const struct kinetics_dose doses[] = {
      {0, 0, 3, ROUTE_IV}, {0.5, 0, 10, ROUTE_IP}, {1, 0.5, 4, ROUTE_SC}, {1.2, 2, 6, ROUTE_IV}};
  double A[KINETICS_STATES] = {0};
  advance(&closed, doses, 4, 0, 1.25, A);
  near(total(A), 3 + 0.5 * 10 + 0.9 * 4 * 0.5 + 6 * 0.05 / 2, 1e-6);
  advance(&closed, doses, 4, 1.25, 30, A);
  near(total(A), 3 + 0.5 * 10 + 0.9 * 4 + 6, 1e-6);
  double volumes =
      closed.V1 + closed.V2 + closed.V3; /* in the end all compartments are at one concentration */
  near(A[KINETICS_DEEP] / closed.V3, total(A) / volumes, 1e-3);
}

/* What is cleared is the rest: CL times the area under the curve is the dose. */
static void dose_over_area_is_clearance(void **state) {
  (void)state;
  struct kinetics deep = plain;
  deep.V3 = 5;
  deep.Q3 = 0.03;
  struct kinetics_dose dose = {0, 0.5, 12, ROUTE_IV};
  double A[KINETICS_STATES] = {0}, area = 0, step_h = 1 / 120.0;
  for (int i = 0; i < 120 * 60; i++) { /* trapezia: exact but for 1e-5 of the area */
    double before = kinetics_plasma_uM(&deep, A);
    advance(&deep, &dose, 1, i * step_h, (i + 1) * step_h, A);
    area += (before + kinetics_plasma_uM(&deep, A)) / 2 * step_h * 60;
  }
  near(12 / area, deep.CL, 1e-4 * deep.CL);
  near(A[KINETICS_PLASMA_AREA], area, 1e-4 * area);
  advance(&deep, &dose, 1, 60, 2000, A); /* to the end: the program's own areas are exact */
  near(12 / A[KINETICS_PLASMA_AREA], deep.CL, 1e-11 * deep.CL);
  near(A[KINETICS_BRAIN_AREA] / A[KINETICS_PLASMA_AREA], deep.Kp_uu * deep.unbound, 1e-11);
}

/* A peripheral compartment cut in two halves, one of them called deep, is the same for plasma. */
static void the_third_compartment_is_like_the_second(void **state) {
  (void)state;
  struct kinetics halves = plain;
  halves.V2 = halves.V3 = plain.V2 / 2;
  halves.Q = halves.Q3 = plain.Q / 2;
  struct kinetics_dose dose = {0, 0, 20, ROUTE_IP};
  for (int i = 0; i < COUNT_OF(hours); i++) {
    double A[KINETICS_STATES] = {0}, B[KINETICS_STATES] = {0};
    advance(&plain, &dose, 1, 0, hours[i], A);
    advance(&halves, &dose, 1, 0, hours[i], B);
    near(B[KINETICS_CENTRAL], A[KINETICS_CENTRAL], 1e-6);
    near(B[KINETICS_PERIPHERAL] + B[KINETICS_DEEP], A[KINETICS_PERIPHERAL], 1e-6);
    near(B[KINETICS_DEEP], B[KINETICS_PERIPHERAL], 1e-6);
  }
}

static const struct kinetics_dose several[] = {{0, 0, 20, ROUTE_IP},     {0.3, 0.7, 5, ROUTE_IV},
                                               {0.5, 0.25, 3, ROUTE_IV}, {1, 0, 20, ROUTE_IP},
                                               {1, 0, 7, ROUTE_SC},      {2.5, 0, 0.002, ROUTE_ICV}};
enum { SEVERAL = sizeof several / sizeof several[0] };

/* The course of several doses is the sum of the courses of each, also when they overlap. */
static void doses_add_up(void **state) {
  (void)state;
  for (int i = 0; i < COUNT_OF(hours); i++) {
    double together[KINETICS_STATES] = {0}, sum[KINETICS_STATES] = {0};
    advance(&plain, several, SEVERAL, 0, hours[i], together);
    for (int d = 0; d < SEVERAL; d++) {
      double alone[KINETICS_STATES] = {0};
      advance(&plain, &several[d], 1, 0, hours[i], alone);
      for (int s = 0; s < KINETICS_STATES; s++) sum[s] += alone[s];
    }
    for (int s = 0; s < KINETICS_STATES; s++) near(together[s], sum[s], 1e-6);
  }
}

/* Twice the doses, twice the state: at a thousandth and at a hundred times. */
static void courses_are_proportional(void **state) {
  (void)state;
  static const double factors[] = {1e-3, 100};
  double one[KINETICS_STATES] = {0};
  advance(&plain, several, SEVERAL, 0, 3, one);
  for (int f = 0; f < 2; f++) {
    struct kinetics_dose doses[SEVERAL];
    double many[KINETICS_STATES] = {0};
    memcpy(doses, several, sizeof doses);
    for (int d = 0; d < SEVERAL; d++) doses[d].amount_umol_per_kg *= factors[f];
    advance(&plain, doses, SEVERAL, 0, 3, many);
    for (int s = 0; s < KINETICS_STATES; s++) near(many[s], factors[f] * one[s], 1e-6 * many[s] + 2e-9);
  }
}

/* ---- spans ---- */

/* Cut at moments of doses, inside infusions, anywhere: the same course; each bolus is given once. */
static void a_span_may_be_cut(void **state) {
  (void)state;
  static const double cuts[] = {0, 0.3, 0.4, 0.5, 0.75, 0.9, 1, 1.001, 2.5, 4};
  double whole[KINETICS_STATES] = {0}, pieces[KINETICS_STATES] = {0};
  advance(&plain, several, SEVERAL, 0, 4, whole);
  for (int i = 0; i + 1 < COUNT_OF(cuts); i++)
    advance(&plain, several, SEVERAL, cuts[i], cuts[i + 1], pieces);
  for (int s = 0; s < KINETICS_STATES; s++) near(pieces[s], whole[s], 1e-6);
}

static void a_bolus_belongs_to_the_span_it_opens(void **state) {
  (void)state;
  struct kinetics_dose dose = {1, 0, 20, ROUTE_IV};
  double A[KINETICS_STATES] = {0};
  advance(&plain, &dose, 1, 0, 1, A);
  for (int s = 0; s < KINETICS_STATES; s++) assert_true(A[s] == 0);
  advance(&plain, &dose, 1, 1, 1 + 1e-9, A);
  near(A[KINETICS_CENTRAL], 20, 1e-4);
}

/* 0.1 + 0.2 is not 0.3: the piece in between is 6e-17 h long. */
static void moments_may_differ_by_rounding(void **state) {
  (void)state;
  struct kinetics_dose dose = {0.1, 0.2, 20, ROUTE_IV};
  double A[KINETICS_STATES] = {0};
  assert_true(dose.at_h + dose.over_h > 0.3);
  advance(&plain, &dose, 1, 0, 0.3, A);
  advance(&plain, &dose, 1, 0.3, 1, A);
  struct course wanted = exact(&plain, 0, 12, 54);
  near(kinetics_plasma_uM(&plain, A), 20 * wanted.plasma_uM, 1e-6);
}

/* The course depends on the time since a dose, not on when it was. */
static void weeks_later_is_the_same(void **state) {
  (void)state;
  double early[KINETICS_STATES] = {0}, late[KINETICS_STATES] = {0};
  struct kinetics_dose now = {0, 0, 20, ROUTE_IP}, then = {1024, 0, 20, ROUTE_IP};
  advance(&plain, &now, 1, 0, 2, early);
  advance(&plain, &then, 1, 0, 1026, late);
  assert_memory_equal(early, late, sizeof early);
  assert_true(late[KINETICS_BRAIN] > 0);
}

/* Not a second after a dose, not after a week, not after a year, when nothing is left. */
static void concentrations_are_not_negative(void **state) {
  (void)state;
  static const double at_h[] = {0.0003, 1, 24, 168, 8760};
  double A[KINETICS_STATES] = {0}, t_h = 0;
  for (int i = 0; i < COUNT_OF(at_h); i++) {
    advance(&plain, several, SEVERAL, t_h, at_h[i], A);
    t_h = at_h[i];
    for (int s = 0; s < KINETICS_STATES; s++) assert_true(A[s] >= 0);
  }
  assert_true(kinetics_plasma_uM(&plain, A) == 0 && kinetics_brain_uM(A) == 0);
}

/* ---- faults ---- */

static void impossible_doses_are_refused(void **state) {
  (void)state;
  struct kinetics plasma = {.V1 = 1, .CL = 0.1, .t_half_effect = 1, .unbound = 1, .Kp_uu = 1};
  static const struct kinetics_dose bad[] = {{0, 0, 1, ROUTE_IP},
                                             {0, 0, 1, ROUTE_ICV},
                                             {0, 0, -1, ROUTE_IV},
                                             {0, -1, 1, ROUTE_IV},
                                             {0, 0, NAN, ROUTE_IV}};
  assert_null(kinetics_fault(&plasma));
  for (int i = 0; i < COUNT_OF(bad); i++) {
    double A[KINETICS_STATES] = {0};
    struct kinetics_member member = {0, "drug x", &plasma, &bad[i], 1, A};
    assert_int_equal(kinetics_advance(&member, 1, 0, 1), STATUS_FAULT);
    assert_string_equal(status_message(), i < 2 ? "drug x: a dose by a route without kinetics"
                                                : "drug x: a dose of negative amount or duration");
  }
  double A[KINETICS_STATES] = {[KINETICS_CENTRAL] = INFINITY};
  struct kinetics_member member = {0, "drug x", &plasma, NULL, 0, A};
  assert_int_equal(kinetics_advance(&member, 1, 2, 3), STATUS_DIVERGED);
  assert_string_equal(status_message(), "kinetics of drug x: the state at 2 h is not finite");
}

static void contradictions_are_named(void **state) {
  (void)state;
#define FAST "an exchange of more than 100 /min, faster than blood goes round, is not one of compartments"
  struct kinetics k[15];
  static const char *const wanted[15] = {NULL,
                                         "V2 and Q go together",
                                         "V3 and Q3 go together",
                                         "ka_ip and F_ip go together",
                                         "ka_sc and F_sc go together",
                                         "ka_oral and F_oral go together",
                                         "ka_nasal and F_nasal go together",
                                         "with V1 go CL, unbound and Kp_uu",
                                         "with V1 go CL, unbound and Kp_uu",
                                         "V1 is missing",
                                         "V1 is missing",
                                         "without V1, V_icv and t_half_local there is no way in",
                                         FAST,
                                         FAST,
                                         FAST};
  for (int i = 0; i < 15; i++) k[i] = plain;
  k[1].Q = 0;
  k[2].V3 = 1;
  k[3].ka_ip = 0;
  k[4].F_sc = 0;
  k[5].ka_oral = 0;
  k[6].F_nasal = 0;
  k[7].unbound = 0;
  k[8].CL = 0;
  k[9].V1 = 0;
  k[10] = (struct kinetics){.t_half_effect = 1, .V_icv = 1, .ka_ip = 1, .F_ip = 1};
  k[11] = (struct kinetics){.t_half_effect = 1};
  k[12].V1 = 1e-3;
  k[13].V2 = 1e-3;
  k[14].V3 = 1e-3;
  k[14].Q3 = 1;
  for (int i = 0; i < 15; i++) {
    const char *fault = kinetics_fault(&k[i]);
    if (!wanted[i])
      assert_null(fault);
    else
      assert_string_equal(fault, wanted[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(courses_are_exact),
      cmocka_unit_test(brain_doses_are_exact),
      cmocka_unit_test(a_substance_may_have_the_brain_alone),
      cmocka_unit_test(amounts_are_conserved),
      cmocka_unit_test(dose_over_area_is_clearance),
      cmocka_unit_test(the_third_compartment_is_like_the_second),
      cmocka_unit_test(doses_add_up),
      cmocka_unit_test(courses_are_proportional),
      cmocka_unit_test(a_span_may_be_cut),
      cmocka_unit_test(a_bolus_belongs_to_the_span_it_opens),
      cmocka_unit_test(moments_may_differ_by_rounding),
      cmocka_unit_test(weeks_later_is_the_same),
      cmocka_unit_test(concentrations_are_not_negative),
      cmocka_unit_test(impossible_doses_are_refused),
      cmocka_unit_test(contradictions_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
