/* local.h — a dose straight into tissue: where it is, and at which concentration.
 *
 * A volume v of a solution of amount n replaces the fluid between the cells around the tip of a needle, so
 * that at first the concentration there is that of the solution, n/v, and 0 elsewhere. A ball of radius R_0
 * spreads by diffusion with coefficient D (in tissue, tortuosity included) and is cleared with t_half:
 *   R(t)² = R_0² + 10 D t,    C(t) = n/v (R_0/R(t))³ 2^(−t/t_half)
 * R is the radius of the ball that has the second moment of a ball that diffuses (3/5 R_0² + 6 D t = 3/5 R²),
 * and C its concentration if it holds the amount that is left. R_0 is what an event gives, or else the ball
 * whose extracellular space, 0.2 of the tissue (Nicholson & Sykova 1998, doi:10.1016/S0166-2236(98)01261-2),
 * takes up the volume: 0.84 mm for 0.5 µL. Over an injection that takes time the amount comes in evenly, and
 * time counts from its beginning. A patch of tissue is a section through the middle of the ball.
 * Spread of drugs in cortex: Martin 1991, doi:10.1016/0304-3940(91)90784-Q: 1.7 mm within 20 min. */
#ifndef CIRCUITS_DRUGS_LOCAL_H
#define CIRCUITS_DRUGS_LOCAL_H

#include "kinetics.h"
#include "sheet.h"

struct local_dose {
  int substance, region; /* numbers in the run */
  double at_h, over_h;
  double solution_uM; /* n/v */
  double radius_um;   /* R_0 */
  bool everywhere;    /* no radius was given: the patch lies within the ball */
  double x_um, y_um;  /* middle, on the region's sheet; −1: that of the sheet */
};

/* Radius of the ball whose extracellular space takes up a volume. */
double local_radius_um(double volume_uL);

/* The ball at t_h: 0 µM until the dose, whose very moment counts as before it, as that of a bolus does. */
struct local_ball {
  double uM, radius_um;
};
struct local_ball local_ball_at(const struct local_dose *dose, const struct kinetics *kinetics, double t_h);

/* Add what a dose does at t_h to the concentration at every site of its region's sheet, µM: that of the ball,
 * times the share of the site that lies within. */
void local_add(const struct local_dose *dose, const struct kinetics *kinetics, double t_h,
               const struct sheet *sheet, double *site_uM);

#endif
