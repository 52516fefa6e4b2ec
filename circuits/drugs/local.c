/* local.c — the ball of a dose into tissue, and the sites within it. */
#include "local.h"
#include "maths.h"
#include <math.h>

#define MIN_PER_H 60.0
#define UM3_PER_UL 1e9

/* Share of cortex that is extracellular space: see local.h. */
static const double EXTRACELLULAR = 0.2;

double local_radius_um(double volume_uL) {
  return maths_pow(3.0 * volume_uL * UM3_PER_UL / (4.0 * M_PI * EXTRACELLULAR), 1.0 / 3.0);
}

/* Share of a dose that came in by minute t and is not yet cleared at rate k, 1/min. */
static double share_there(double t, double over, double k) {
  if (over <= 0) return maths_exp(-k * t);
  double coming = fmin(t, over);
  return (1.0 - maths_exp(-k * coming)) / (k * over) * maths_exp(-k * (t - coming));
}

struct local_ball local_ball_at(const struct local_dose *dose, const struct kinetics *kinetics, double t_h) {
  double t = (t_h - dose->at_h) * MIN_PER_H, R0 = dose->radius_um;
  if (t <= 0 || kinetics->t_half_local <= 0) return (struct local_ball){0, R0};
  double R = sqrt(R0 * R0 + 10.0 * kinetics->diffusion * t), thinner = R0 / R;
  double left = share_there(t, dose->over_h * MIN_PER_H, M_LN2 / kinetics->t_half_local);
  return (struct local_ball){dose->solution_uM * thinner * thinner * thinner * left, R};
}

/* Share of a site that lies within a radius of the middle, by a grid of points. */
static double share_within(const struct sheet *sheet, int site, double x_um, double y_um, double radius_um) {
  enum { POINTS = 8 };
  double side_x = sheet_side_x_um(sheet), side_y = sheet_side_y_um(sheet), part = sheet->pitch_um / POINTS;
  double left = site % sheet->n_x * sheet->pitch_um, low = (double)(site / sheet->n_x) * sheet->pitch_um;
  int within = 0;
  for (int p = 0; p < POINTS * POINTS; p++) {
    double x = left + (p % POINTS + 0.5) * part, y = low + ((double)(p / POINTS) + 0.5) * part;
    double dx = sheet_difference(sheet->periodic, side_x, x_um, x);
    double dy = sheet_difference(sheet->periodic, side_y, y_um, y);
    within += dx * dx + dy * dy <= radius_um * radius_um;
  }
  return (double)within / (POINTS * POINTS);
}

void local_add(const struct local_dose *dose, const struct kinetics *kinetics, double t_h,
               const struct sheet *sheet, double *site_uM) {
  struct local_ball ball = local_ball_at(dose, kinetics, t_h);
  if (!(ball.uM > 0)) return;
  double x_um = dose->x_um >= 0 ? dose->x_um : 0.5 * sheet_side_x_um(sheet);
  double y_um = dose->y_um >= 0 ? dose->y_um : 0.5 * sheet_side_y_um(sheet);
  for (int s = 0; s < sheet_sites(sheet); s++) {
    double share = dose->everywhere ? 1.0 : share_within(sheet, s, x_um, y_um, ball.radius_um);
    site_uM[s] += ball.uM * share;
  }
}
