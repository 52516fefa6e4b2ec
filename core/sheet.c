/* sheet.c — order of the sites, diffusion and smoothing on their grid. */
#include "sheet.h"
#include "maths.h"
#include <stdlib.h>

/* Site at (x, y), wrapped or clamped to the edge (a mirror site has no gradient, so nothing flows through an
 * open edge). */
static int site_at(const struct sheet *sheet, int x, int y) {
  if (sheet->periodic) {
    x = (x % sheet->n_x + sheet->n_x) % sheet->n_x;
    y = (y % sheet->n_y + sheet->n_y) % sheet->n_y;
  } else {
    x = x < 0 ? 0 : x >= sheet->n_x ? sheet->n_x - 1 : x;
    y = y < 0 ? 0 : y >= sheet->n_y ? sheet->n_y - 1 : y;
  }
  return y * sheet->n_x + x;
}

static void diffuse_once(const struct sheet *sheet, double *c, double *scratch, double factor) {
  for (int y = 0; y < sheet->n_y; y++) {
    for (int x = 0; x < sheet->n_x; x++) {
      int s = y * sheet->n_x + x;
      double around = c[site_at(sheet, x - 1, y)] + c[site_at(sheet, x + 1, y)] +
                      c[site_at(sheet, x, y - 1)] + c[site_at(sheet, x, y + 1)];
      scratch[s] = c[s] + factor * (around - 4.0 * c[s]);
    }
  }
  for (int s = 0; s < sheet_sites(sheet); s++) c[s] = scratch[s];
}

void sheet_diffuse(const struct sheet *sheet, double *c, double *scratch, double D_um2_per_ms, double dt_ms) {
  double factor = D_um2_per_ms * dt_ms / (sheet->pitch_um * sheet->pitch_um);
  int steps = (int)ceil(factor / 0.2);
  for (int k = 0; k < steps; k++) diffuse_once(sheet, c, scratch, factor / steps);
}

void sheet_smooth(const struct sheet *sheet, const double *in, double *out, double sigma_um) {
  int reach = (int)ceil(3.0 * sigma_um / sheet->pitch_um);
  if (sheet->periodic) { /* no site is counted twice */
    int most = ((sheet->n_x < sheet->n_y ? sheet->n_x : sheet->n_y) - 1) / 2;
    reach = reach > most ? most : reach;
  }
  for (int s = 0; s < sheet_sites(sheet); s++) {
    int x = s % sheet->n_x, y = s / sheet->n_x;
    double sum = 0, weight = 0;
    for (int dy = -reach; dy <= reach; dy++) {
      for (int dx = -reach; dx <= reach; dx++) {
        bool outside = x + dx < 0 || y + dy < 0 || x + dx >= sheet->n_x || y + dy >= sheet->n_y;
        if (outside && !sheet->periodic) continue;
        double r2 = (dx * dx + dy * dy) * sheet->pitch_um * sheet->pitch_um;
        double w = sigma_um > 0 ? maths_exp(-0.5 * r2 / (sigma_um * sigma_um)) : r2 == 0;
        sum += w * in[site_at(sheet, x + dx, y + dy)];
        weight += w;
      }
    }
    out[s] = sum / weight;
  }
}

/* ---- places ---- */

/* Distance of a site's centre from a place, µm. */
static double from_place(const struct sheet *sheet, int site, double x_um, double y_um) {
  double x = (site % sheet->n_x + 0.5) * sheet->pitch_um, y = (site / sheet->n_x + 0.5) * sheet->pitch_um;
  double dx = sheet_difference(sheet->periodic, sheet_side_x_um(sheet), x_um, x);
  double dy = sheet_difference(sheet->periodic, sheet_side_y_um(sheet), y_um, y);
  return sqrt(dx * dx + dy * dy);
}

int sheet_disc(const struct sheet *sheet, double x_um, double y_um, double radius_um, int32_t *sites) {
  double x = 0.5 * sheet_side_x_um(sheet) + x_um, y = 0.5 * sheet_side_y_um(sheet) + y_um;
  int n = 0, nearest = 0;
  for (int s = 0; s < sheet_sites(sheet); s++) {
    double distance = from_place(sheet, s, x, y);
    if (distance <= radius_um) sites[n++] = s;
    if (distance < from_place(sheet, nearest, x, y)) nearest = s;
  }
  if (n == 0) sites[n++] = nearest;
  return n;
}

double sheet_distance_um(const struct sheet *sheet, int from, int to) {
  return from_place(sheet, to, (from % sheet->n_x + 0.5) * sheet->pitch_um,
                    (from / sheet->n_x + 0.5) * sheet->pitch_um);
}

/* ---- order ---- */

struct vector {
  int x, y;
};

static struct vector sum(struct vector a, struct vector b) { return (struct vector){a.x + b.x, a.y + b.y}; }
static struct vector minus(struct vector a) { return (struct vector){-a.x, -a.y}; }
static struct vector difference(struct vector a, struct vector b) { return sum(a, minus(b)); }
static int length(struct vector a) { return abs(a.x + a.y); } /* of one along an axis */
static struct vector unit(struct vector a) {
  return (struct vector){(a.x > 0) - (a.x < 0), (a.y > 0) - (a.y < 0)};
}

/* Half of a side: even, if the other half can take the odd one, so that the pieces can be joined. */
static struct vector half(struct vector a) {
  struct vector h = {a.x / 2, a.y / 2};
  return length(h) % 2 && length(a) > 2 ? sum(h, unit(a)) : h;
}

struct curve {
  int n_x;
  int32_t *next;
};

/* The rectangle between the sides a and b from a corner on, entered at that corner and left at the end of a:
 * halved if it is long, or else three pieces, across, along and back. */
static void follow(struct curve *curve, struct vector at, struct vector a, struct vector b) {
  int along = length(a), across = length(b);
  if (across == 1 || along == 1) {
    struct vector step = unit(across == 1 ? a : b);
    for (int k = 0; k < (across == 1 ? along : across); k++, at = sum(at, step))
      *curve->next++ = at.y * curve->n_x + at.x;
    return;
  }
  if (2 * along > 3 * across) {
    struct vector first = half(a);
    follow(curve, at, first, b);
    follow(curve, sum(at, first), difference(a, first), b);
    return;
  }
  struct vector left = {a.x / 2, a.y / 2}, low = half(b);
  struct vector corner = sum(difference(a, unit(a)), difference(low, unit(b)));
  follow(curve, at, low, left);
  follow(curve, sum(at, low), a, difference(b, low));
  follow(curve, sum(at, corner), minus(low), minus(difference(a, left)));
}

void sheet_curve(const struct sheet *sheet, int32_t *order) {
  struct curve curve = {sheet->n_x, order};
  struct vector a = {sheet->n_x, 0}, b = {0, sheet->n_y};
  if (sheet->n_x >= sheet->n_y)
    follow(&curve, (struct vector){0, 0}, a, b);
  else
    follow(&curve, (struct vector){0, 0}, b, a);
}
