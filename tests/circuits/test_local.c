/* test_local.c — a dose into tissue: at first it is the solution within its radius and nothing beyond; it
 * spreads and is cleared so that the amount that is left is what clearance leaves; sites are taken by area,
 * across periodic edges too. */
#include "drugs/local.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct sheet sheet = {10, 10, 50, true};
static const struct kinetics still = {.t_half_effect = 1, .t_half_local = 30};
static const struct kinetics spreading = {.t_half_effect = 1, .t_half_local = 30, .diffusion = 100};

static void near(double value, double wanted, double tolerance) {
  if (!(fabs(value - wanted) <= tolerance)) fail_msg("%.12g, wanted %.12g", value, wanted);
}

static struct local_dose dose_at(double x_um, double y_um, double radius_um) {
  return (struct local_dose){.at_h = 1, .solution_uM = 8, .radius_um = radius_um, .x_um = x_um, .y_um = y_um};
}

/* 0.5 µL in a fifth of the tissue: 0.84 mm (docs/pharmacology.md). */
static void a_volume_fills_the_space_between_cells(void **state) {
  (void)state;
  double radius_mm = local_radius_um(0.5) * 1e-3;
  near(4.0 / 3.0 * M_PI * radius_mm * radius_mm * radius_mm * 0.2, 0.5, 1e-12);
  near(radius_mm, 0.842, 1e-3);
}

static void it_begins_as_the_solution(void **state) {
  (void)state;
  struct local_dose dose = dose_at(250, 250, 120);
  assert_true(local_ball_at(&dose, &still, 0.99).uM == 0);
  assert_true(local_ball_at(&dose, &still, 1).uM == 0);
  near(local_ball_at(&dose, &still, 1 + 1e-12).uM, 8, 1e-9);
  near(local_ball_at(&dose, &still, 1.5).uM, 4, 1e-12);
  near(local_ball_at(&dose, &still, 1.5).radius_um, 120, 0);
}

/* Amount is concentration times volume: spread takes none of it, clearance halves it in t_half_local. */
static void spread_keeps_the_amount(void **state) {
  (void)state;
  struct local_dose dose = dose_at(250, 250, 120);
  double at_first = 8 * pow(120, 3);
  for (double minutes = 1; minutes < 300; minutes *= 2) {
    struct local_ball ball = local_ball_at(&dose, &spreading, 1 + minutes / 60);
    near(ball.uM * pow(ball.radius_um, 3) / at_first, exp2(-minutes / 30), 1e-12);
    near(ball.radius_um * ball.radius_um, 120 * 120 + 1000 * minutes, 1e-6); /* 10 D t */
  }
}

/* Over half an hour: the amount comes in evenly while it is cleared. */
static void an_injection_may_take_time(void **state) {
  (void)state;
  struct local_dose dose = dose_at(250, 250, 120);
  dose.over_h = 0.5;
  double k = log(2) / 30, sum = 0, step = 0.001; /* min */
  for (double t = step / 2; t < 30; t += step) sum += step / 30 * exp(-k * (30 - t));
  near(local_ball_at(&dose, &still, 1).uM, 0, 0);
  near(local_ball_at(&dose, &still, 1.5).uM, 8 * sum, 1e-6);
  near(local_ball_at(&dose, &still, 2).uM, 4 * sum, 1e-6);
}

static double area_um2(const struct local_dose *dose, const struct kinetics *kinetics, double t_h,
                       double *outside) {
  double uM[100] = {0}, sum = 0;
  local_add(dose, kinetics, t_h, &sheet, uM);
  struct local_ball ball = local_ball_at(dose, kinetics, t_h);
  double x0 = dose->x_um < 0 ? 250 : dose->x_um, y0 = dose->y_um < 0 ? 250 : dose->y_um;
  *outside = 0;
  for (int s = 0; s < 100; s++) {
    double dx = sheet_difference(true, 500, x0, (s % 10 + 0.5) * 50);
    double dy = sheet_difference(true, 500, y0, (s / 10 + 0.5) * 50), r = sqrt(dx * dx + dy * dy);
    assert_true(uM[s] >= 0 && uM[s] <= ball.uM * (1 + 1e-12));
    if (r > ball.radius_um + 36) *outside += uM[s];
    if (r < ball.radius_um - 36) near(uM[s], ball.uM, 1e-12);
    sum += uM[s] / ball.uM * 2500;
  }
  return sum;
}

/* The sites hold the circle's area, wherever it lies; outside of it there is nothing. */
static void sites_are_taken_by_area(void **state) {
  (void)state;
  static const double places[][2] = {{250, 250}, {-1, -1}, {3, 497}, {260, 30}};
  for (int p = 0; p < 4; p++) {
    double outside;
    struct local_dose dose = dose_at(places[p][0], places[p][1], 120);
    near(area_um2(&dose, &still, 1.2, &outside), M_PI * 120 * 120, 0.02 * M_PI * 120 * 120);
    assert_true(outside == 0);
    double later = local_ball_at(&dose, &spreading, 1.1).radius_um; /* 6 min: R² + 6000 µm² */
    near(area_um2(&dose, &spreading, 1.1, &outside), M_PI * later * later, 0.02 * M_PI * later * later);
    assert_true(outside == 0);
  }
}

static void without_a_radius_it_is_everywhere(void **state) {
  (void)state;
  struct local_dose dose = dose_at(-1, -1, 842);
  double uM[100];
  dose.everywhere = true;
  for (int s = 0; s < 100; s++) uM[s] = 1;
  local_add(&dose, &still, 1.5, &sheet, uM);
  for (int s = 0; s < 100; s++) near(uM[s], 5, 1e-12); /* on top of what was there */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_volume_fills_the_space_between_cells),
      cmocka_unit_test(it_begins_as_the_solution),
      cmocka_unit_test(spread_keeps_the_amount),
      cmocka_unit_test(an_injection_may_take_time),
      cmocka_unit_test(sites_are_taken_by_area),
      cmocka_unit_test(without_a_radius_it_is_everywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
