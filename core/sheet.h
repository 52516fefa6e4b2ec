/* sheet.h — the grid of sites of a region: geometry, and scalar fields that are released, cleared and diffuse
 * on it.
 *
 * Sites are squares of side `pitch_um`, n_x × n_y of them, numbered row by row from the corner (0, 0). Edges
 * are periodic (the sheet is a torus; distances are to the nearest image) or open (fields do not flow out,
 * cells beyond are not there). */
#ifndef CORE_SHEET_H
#define CORE_SHEET_H

#include "status.h"
#include <stdbool.h>
#include <stdint.h>

struct sheet {
  int n_x, n_y;
  double pitch_um;
  bool periodic;
};

static inline int sheet_sites(const struct sheet *sheet) { return sheet->n_x * sheet->n_y; }
static inline double sheet_side_x_um(const struct sheet *sheet) { return sheet->n_x * sheet->pitch_um; }
static inline double sheet_side_y_um(const struct sheet *sheet) { return sheet->n_y * sheet->pitch_um; }

/* Difference of two coordinates along a side, to the nearest image if periodic. */
static inline double sheet_difference(bool periodic, double side_um, double from_um, double to_um) {
  double d = to_um - from_um;
  if (!periodic) return d;
  if (d > 0.5 * side_um) return d - side_um;
  return d < -0.5 * side_um ? d + side_um : d;
}

/* All sites in the order of a curve that keeps neighbours together, a Hilbert curve of any rectangle:
 * each site is followed by a neighbour, now and then a diagonal one. `order` has room for all sites. */
void sheet_curve(const struct sheet *sheet, int32_t *order);

/* One explicit step of ∂c/∂t = D ∇²c on the sheet (five-point stencil, order 1 in time, 2 in space, no flux
 * through open edges); `scratch` has room for all sites. Stable for D dt/pitch² ≤ 1/4; larger steps are
 * divided. */
void sheet_diffuse(const struct sheet *sheet, double *c, double *scratch, double D_um2_per_ms, double dt_ms);

/* The sites whose centres lie within a distance of a place that is given relative to the middle of the sheet,
 * in order, and at least the site of that place; gives their number. `sites` has room for all. */
int sheet_disc(const struct sheet *sheet, double x_um, double y_um, double radius_um, int32_t *sites);

/* Distance of the centres of two sites, to the nearest image if periodic, µm. */
double sheet_distance_um(const struct sheet *sheet, int from, int to);

/* Mean over the Gaussian neighbourhood of each site (standard deviation σ, cut at 3 σ along each axis,
 * weights normalised at open edges; reaches 64 sites at most); `scratch` has room for all sites. */
void sheet_smooth(const struct sheet *sheet, const double *in, double *out, double *scratch, double sigma_um);

#endif
