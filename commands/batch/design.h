/* design.h — where in the unit cube the points of a sweep lie.
 *
 *   latin_hypercube  every axis is cut into as many equal parts as there are points, each part met once
 *                    (McKay, Beckman & Conover 1979, doi:10.2307/1268522)
 *   sobol            the Sobol sequence: fills the cube evenly whatever the number of points
 *   random           independent draws, as subjects are drawn from a population
 *   saltelli         n base points A, n more B, and for every axis A with that axis of B: (axes + 2) n points
 *                    for Sobol indices (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018)
 *   morris           n trajectories of axes + 1 points, each step changing one axis by 2/3 on four levels
 *                    (Morris 1991, doi:10.2307/1269043) */
#ifndef COMMANDS_DESIGN_H
#define COMMANDS_DESIGN_H

#include "status.h"
#include <stdint.h>

#define DESIGNS "grid|list|latin_hypercube|sobol|random|saltelli|morris"
enum design {
  DESIGN_GRID,
  DESIGN_LIST,
  DESIGN_LATIN_HYPERCUBE,
  DESIGN_SOBOL,
  DESIGN_RANDOM,
  DESIGN_SALTELLI,
  DESIGN_MORRIS
};
#define DESIGN_MORRIS_STEP (2.0 / 3.0)

/* Points in all, from n base points; not for grid and list, whose values are given. */
int64_t design_count(enum design design, int axes, int64_t n);
/* Most axes of a design. */
int design_most_axes(enum design design);

/* Fill `points`, point after point, each in [0, 1]^axes; equal for equal arguments. Fails: NO_MEMORY. */
MUST_USE enum status design_points(enum design design, int axes, int n, uint64_t seed, double *points);

#endif
