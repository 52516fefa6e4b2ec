/* partners.c — drawing source cells by the kernel of their pathway. See partners.h. */
#include "synapses/partners.h"
#include "memory.h"
#include "random.h"

/* Positions whose bound is less are left out, as in wiring.c. */
static const double LEAST = 1e-9;
/* Odds are cut where a kernel reaches 1 and every pair is connected. */
static const double MOST_PROBABLE = 0.99;

double partners_odds(double p) {
  p = p < MOST_PROBABLE ? p : MOST_PROBABLE;
  return p / (1.0 - p);
}

/* Least distance along a side of n sites between points of two sites k apart. */
static double least_distance(const struct sheet *sheet, int n, int k) {
  int apart = k < 0 ? -k : k;
  if (sheet->periodic && n - apart < apart) apart = n - apart;
  return apart > 1 ? (apart - 1) * sheet->pitch_um : 0;
}

/* Add the positions of a range of columns and rows, or count them where there is no room yet. */
static void list(struct partners *partners, const struct wiring *wiring, bool count_only) {
  const struct sheet *sheet = wiring->sheet;
  int first_x = sheet->periodic ? 0 : 1 - sheet->n_x, first_y = sheet->periodic ? 0 : 1 - sheet->n_y;
  double sum = 0;
  partners->n = 0;
  for (int dy = first_y; dy < sheet->n_y; dy++) {
    for (int dx = first_x; dx < sheet->n_x; dx++) {
      double bound = partners_odds(wiring_probability(wiring, least_distance(sheet, sheet->n_x, dx),
                                                      least_distance(sheet, sheet->n_y, dy)));
      if (bound < LEAST) continue;
      int k = partners->n++;
      if (count_only) continue;
      sum += bound;
      partners->dx[k] = dx;
      partners->dy[k] = dy;
      partners->bound[k] = bound;
      partners->sum[k] = sum;
    }
  }
}

enum status partners_new(struct partners *partners, const struct wiring *wiring) {
  const struct population *source = wiring->projection->source;
  *partners = (struct partners){0};
  for (int s = 0; s < sheet_sites(wiring->sheet); s++) {
    if (source->in_site[s].n > partners->most) partners->most = source->in_site[s].n;
  }
  list(partners, wiring, true);
  size_t n = (size_t)partners->n;
  TRY(memory_new("partners", n, sizeof(int32_t), &partners->dx));
  TRY(memory_new("partners", n, sizeof(int32_t), &partners->dy));
  TRY(memory_new("partners", n, sizeof(double), &partners->bound));
  TRY(memory_new("partners", n, sizeof(double), &partners->sum));
  list(partners, wiring, false);
  return STATUS_OK;
}

void partners_free(struct partners *partners) {
  memory_free(partners->dx);
  memory_free(partners->dy);
  memory_free(partners->bound);
  memory_free(partners->sum);
  *partners = (struct partners){0};
}

/* The first position whose sum is above `at`. */
static int find(const struct partners *partners, double at) {
  int low = 0, high = partners->n - 1;
  while (low < high) {
    int middle = (low + high) / 2;
    if (partners->sum[middle] > at)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* Site k positions away from a site; −1 beyond an open edge. */
static int site_at(const struct partners *partners, const struct sheet *sheet, int from, int k) {
  int x = from % sheet->n_x + partners->dx[k], y = from / sheet->n_x + partners->dy[k];
  if (sheet->periodic) return y % sheet->n_y * sheet->n_x + x % sheet->n_x;
  bool outside = x < 0 || y < 0 || x >= sheet->n_x || y >= sheet->n_y;
  return outside ? -1 : y * sheet->n_x + x;
}

int partners_propose(const struct partners *partners, const struct wiring *wiring, int i,
                     const uint32_t u[3]) {
  const struct population *source = wiring->projection->source, *target = wiring->projection->target;
  const struct sheet *sheet = wiring->sheet;
  if (partners->n == 0) return -1;
  int k = find(partners, random_uniform(u[0]) * partners->sum[partners->n - 1]);
  int site = site_at(partners, sheet, target->site[i], k);
  if (site < 0) return -1;
  int cell = (int)random_below(u[1], (uint32_t)partners->most);
  if (cell >= source->in_site[site].n) return -1;
  int j = source->in_site[site].first + cell;
  double dx = sheet_difference(sheet->periodic, sheet_side_x_um(sheet), target->x_um[i], source->x_um[j]);
  double dy = sheet_difference(sheet->periodic, sheet_side_y_um(sheet), target->y_um[i], source->y_um[j]);
  double kept = partners_odds(wiring_probability(wiring, dx, dy)) / partners->bound[k];
  return random_uniform(u[2]) < kept ? j : -1;
}
