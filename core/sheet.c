/* sheet.c — diffusion and smoothing on the grid of sites. */
#include "sheet.h"
#include "maths.h"

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
