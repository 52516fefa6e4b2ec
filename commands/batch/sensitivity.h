/* sensitivity.h — which axis of a sweep moves an outcome, from outcomes at the points of a design. */
#ifndef COMMANDS_SENSITIVITY_H
#define COMMANDS_SENSITIVITY_H

#include "design.h"

/* Of one axis. Sobol: shares of the outcome's variance, due to the axis alone and to it with all its
 * interactions, with 95 % intervals by resampling base points. Morris: mean of elementary effects over the
 * whole axis, mean of their sizes, and their standard deviation. */
struct sensitivity {
  double first, first_low, first_high, total, total_low, total_high;
  double mu, mu_star, sigma;
};

/* `outcome` has a value for each point of design_points; base points (trajectories) in which one is no finite
 * number are left out. Fills out[axes]; NAN where fewer than two are left or the outcome does not vary.
 *   first: Σ Y_B (Y_AB − Y_A) / (n V), total: Σ (Y_A − Y_AB)² / (2 n V)   (Saltelli et al. 2010, table 2)
 * Fails: NO_MEMORY. */
MUST_USE enum status sensitivity_of(enum design design, int axes, int n, const double *points,
                                    const double *outcome, struct sensitivity *out);

#endif
