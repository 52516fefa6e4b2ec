/* mutual.c — drawing pairs of cells that are connected both ways.
 *
 * The pairs of two sites stand in a line, each with a stretch of −log(1 − b), where b bounds m for cells of
 * these sites; the points of a Poisson process of rate 1 meet each with probability b, and one that is met is
 * kept with m(r)/b, as in wiring.c. The numbers belong to the pair of sites, the lower one first, so whoever
 * asks for a pair, from either side, finds it. */
#include "synapses/mutual.h"
#include "memory.h"
#include "synapses/draws.h"
#include <stdlib.h>

/* Site numbers have 20 bits in the key: 2,600 mm² of sites of 50 µm. */
enum { SITE_BITS = 20 };

/* Sites whose bound is below this share of the largest are left out, as in tables.c. */
static const double LEAST = 1e-9, LONGEST = 24.0;

struct reached {
  int dx, dy;
  double bound, length;
};

struct walk {
  const struct wiring *wiring;
  const struct wiring_tables *tables;
  uint64_t seed;
  int32_t first, end; /* target cells of one site */
  struct mutual_edges *out;
};

/* ---- which sites ---- */

/* Least distance of cells of two sites that are k apart on a side of n. */
static double least_distance(const struct sheet *sheet, int n, int k) {
  int apart = abs(k);
  if (sheet->periodic && n - apart < apart) apart = n - apart;
  return apart > 1 ? (apart - 1) * sheet->pitch_um : 0;
}

static double bound_at(const struct wiring *wiring, int dx, int dy) {
  const struct sheet *sheet = wiring->sheet;
  double p = wiring_probability(wiring, least_distance(sheet, sheet->n_x, dx),
                                least_distance(sheet, sheet->n_y, dy));
  return mutual_share(p, wiring->reciprocity);
}

/* From a site to all that are reached, each once; what is reached is the same seen from either side. */
static enum status list_sites(const struct wiring *wiring, struct reached **out, int *n) {
  const struct sheet *sheet = wiring->sheet;
  int before_x = sheet->periodic ? (sheet->n_x - 1) / 2 : sheet->n_x - 1;
  int before_y = sheet->periodic ? (sheet->n_y - 1) / 2 : sheet->n_y - 1;
  int after_x = sheet->periodic ? sheet->n_x / 2 : sheet->n_x - 1;
  int after_y = sheet->periodic ? sheet->n_y / 2 : sheet->n_y - 1;
  double least = LEAST * bound_at(wiring, 0, 0);
  size_t most = (size_t)(before_x + after_x + 1) * (size_t)(before_y + after_y + 1);
  TRY(memory_new("sites", most, sizeof **out, out));
  *n = 0;
  for (int dy = -before_y; dy <= after_y; dy++) {
    for (int dx = -before_x; dx <= after_x; dx++) {
      double bound = bound_at(wiring, dx, dy);
      if (!(bound > least)) continue;
      double length = bound < 1.0 ? -maths_log(1.0 - bound) : LONGEST;
      if (length >= LONGEST) length = LONGEST, bound = 1.0;
      (*out)[(*n)++] = (struct reached){dx, dy, bound, length};
    }
  }
  return STATUS_OK;
}

/* The site at an offset; −1 beyond an open edge. */
static int site_at(const struct sheet *sheet, int site, const struct reached *reached) {
  int x = site % sheet->n_x + reached->dx, y = site / sheet->n_x + reached->dy;
  bool inside = x >= 0 && x < sheet->n_x && y >= 0 && y < sheet->n_y;
  if (!inside && !sheet->periodic) return -1;
  x = (x + sheet->n_x) % sheet->n_x;
  y = (y + sheet->n_y) % sheet->n_y;
  return y * sheet->n_x + x;
}

/* ---- the pairs of two sites ---- */

static enum status make_room(struct mutual_edges *out) {
  if (out->n + 2 * DRAWS <= out->capacity) return STATUS_OK;
  size_t capacity = out->capacity + out->capacity / 2 + 1024;
  TRY(memory_resize("edges", out->capacity, capacity, sizeof *out->edge, &out->edge));
  out->capacity = capacity;
  return STATUS_OK;
}

static void add(const struct walk *walk, int32_t target, int32_t source, uint32_t u2, uint32_t u3,
                double r2_um2) {
  struct mutual_edges *out = walk->out;
  if (target < walk->first || target >= walk->end) return;
  out->edge[out->n++] = (struct mutual_edge){target, source, {u2, u3}, r2_um2};
}

/* Is a pair that was met kept? Gives its distance. */
static bool is_kept(const struct walk *walk, int32_t i, int32_t j, uint32_t u, double bound, double *r2_um2) {
  const struct wiring *wiring = walk->wiring;
  const struct sheet *sheet = wiring->sheet;
  const struct population *cells = wiring->projection->target;
  double dx = sheet_difference(sheet->periodic, sheet_side_x_um(sheet), (double)cells->x_um[i],
                               (double)cells->x_um[j]);
  double dy = sheet_difference(sheet->periodic, sheet_side_y_um(sheet), (double)cells->y_um[i],
                               (double)cells->y_um[j]);
  const struct kernel_table *kernel = &walk->tables->kernel;
  double p = kernel->factor ? kernel_probability(kernel, dx, dy) : wiring_probability(wiring, dx, dy);
  *r2_um2 = dx * dx + dy * dy;
  return random_uniform(u) * bound < mutual_share(p, wiring->reciprocity);
}

/* Two draws to a point: the second has weight, delay and age of the second direction. */
static enum status walk_line(const struct walk *walk, int low, int high, double bound, double length) {
  const struct population *cells = walk->wiring->projection->target;
  const struct site_cells at_low = cells->in_site[low], at_high = cells->in_site[high];
  const double total = (double)at_low.n * at_high.n * length;
  const uint64_t id = (uint64_t)low << SITE_BITS | (uint64_t)high;
  const int pathway = walk->wiring->projection->index;
  int64_t last = -1;
  double at = 0;
  for (uint32_t count = 0; at < total; count += 2 * DRAWS) {
    struct draws one, other;
    draw_some(walk->seed, RANDOM_RECIPROCAL, id, pathway, count, &one);
    draw_some(walk->seed, RANDOM_RECIPROCAL, id, pathway, count + DRAWS, &other);
    TRY(make_room(walk->out));
    for (int k = 0; k < DRAWS; k++) {
      double r2_um2;
      at += tables_exponential(walk->tables, one.u[0][k]);
      if (at >= total) break;
      int64_t pair = (int64_t)(at / length);
      int32_t i = at_low.first + (int32_t)(pair / at_high.n), j = at_high.first + (int32_t)(pair % at_high.n);
      bool again = pair == last || i >= at_low.first + at_low.n || (low == high && i >= j);
      last = pair;
      if (again || !is_kept(walk, i, j, one.u[1][k], bound, &r2_um2)) continue;
      add(walk, i, j, one.u[2][k], one.u[3][k], r2_um2);
      add(walk, j, i, other.u[2][k], other.u[3][k], r2_um2);
    }
  }
  return STATUS_OK;
}

/* ---- a block ---- */

static enum status walk_site(const struct walk *walk, int site, const struct reached *reached, int n) {
  for (int k = 0; k < n; k++) {
    int other = site_at(walk->wiring->sheet, site, &reached[k]);
    if (other < 0) continue;
    int low = site < other ? site : other, high = site < other ? other : site;
    TRY(walk_line(walk, low, high, reached[k].bound, reached[k].length));
  }
  return STATUS_OK;
}

/* Edges of a cell together, in the order in which they were met. */
static enum status sort_by_target(struct mutual_edges *out, const struct block *block) {
  struct mutual_edge *sorted = NULL;
  TRY(memory_new("edges", (size_t)block->n + 2, sizeof *out->first, &out->first));
  TRY(memory_new("edges", out->n + 1, sizeof *sorted, &sorted));
  size_t *next = out->first + 1; /* beginnings, one place behind; each moves to its end */
  for (size_t e = 0; e < out->n; e++) next[out->edge[e].target - block->first + 1]++;
  for (int k = 0; k < block->n; k++) next[k + 1] += next[k];
  for (size_t e = 0; e < out->n; e++) sorted[next[out->edge[e].target - block->first]++] = out->edge[e];
  memory_free(out->edge);
  out->edge = sorted;
  out->capacity = out->n + 1;
  return STATUS_OK;
}

enum status mutual_draw(const struct wiring *wiring, const struct wiring_tables *tables, int b, uint64_t seed,
                        struct mutual_edges *out) {
  const struct population *cells = wiring->projection->target;
  const struct block *block = &cells->block[b];
  struct reached *reached = NULL;
  int n = 0;
  *out = (struct mutual_edges){0};
  enum status status = list_sites(wiring, &reached, &n);
  for (int32_t i = block->first; i < block->first + block->n && status == STATUS_OK;) {
    struct walk walk = {wiring, tables, seed, i, i, out};
    int site = cells->site[i];
    while (walk.end < block->first + block->n && cells->site[walk.end] == site) walk.end++;
    status = walk_site(&walk, site, reached, n);
    i = walk.end;
  }
  memory_free(reached);
  if (status == STATUS_OK) status = sort_by_target(out, block);
  return status;
}

void mutual_free(struct mutual_edges *edges) {
  memory_free(edges->edge);
  memory_free(edges->first);
  *edges = (struct mutual_edges){0};
}
