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

/* Weights of the places 0 … reach away along one axis. */
enum { SMOOTH_REACH = 64 };
struct smooth {
  bool periodic;
  int reach;
  double weight[SMOOTH_REACH + 1];
};

/* One axis of sheet_smooth: n places `step` apart, in each of `lines` lines that begin `next` apart. */
static void smooth_lines(const struct smooth *smooth, const double *in, double *out, int n, int step,
                         int lines, int next) {
  for (int line = 0; line < lines; line++) {
    for (int i = 0; i < n; i++) {
      double sum = 0, weight = 0;
      for (int d = -smooth->reach; d <= smooth->reach; d++) {
        int j = i + d;
        if (smooth->periodic) j = (j + n) % n;
        if (j < 0 || j >= n) continue;
        sum += smooth->weight[d < 0 ? -d : d] * in[line * next + j * step];
        weight += smooth->weight[d < 0 ? -d : d];
      }
      out[line * next + i * step] = sum / weight;
    }
  }
}

/* A Gaussian is the product of its axes, and so are its sums at the edges. */
void sheet_smooth(const struct sheet *sheet, const double *in, double *out, double *scratch,
                  double sigma_um) {
  struct smooth smooth = {.periodic = sheet->periodic, .reach = (int)ceil(3.0 * sigma_um / sheet->pitch_um)};
  int shorter = sheet->n_x < sheet->n_y ? sheet->n_x : sheet->n_y;
  int most = sheet->periodic ? (shorter - 1) / 2 : shorter; /* no site is counted twice */
  most = most < SMOOTH_REACH ? most : SMOOTH_REACH;
  smooth.reach = smooth.reach > most ? most : smooth.reach;
  for (int d = 0; d <= smooth.reach; d++) {
    double r = d * sheet->pitch_um;
    smooth.weight[d] = sigma_um > 0 ? maths_exp(-0.5 * r * r / (sigma_um * sigma_um)) : d == 0;
  }
  smooth_lines(&smooth, in, scratch, sheet->n_x, 1, sheet->n_y, sheet->n_x);
  smooth_lines(&smooth, scratch, out, sheet->n_y, sheet->n_x, sheet->n_x, 1);
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

/* `curve` writes to it: NOLINTNEXTLINE(readability-non-const-parameter) */
void sheet_curve(const struct sheet *sheet, int32_t *order) {
  struct curve curve = {sheet->n_x, order};
  struct vector a = {sheet->n_x, 0}, b = {0, sheet->n_y};
  if (sheet->n_x >= sheet->n_y)
    follow(&curve, (struct vector){0, 0}, a, b);
  else
    follow(&curve, (struct vector){0, 0}, b, a);
}
