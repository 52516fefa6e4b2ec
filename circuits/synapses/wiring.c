/* wiring.c — drawing the synapses of a pathway from its distance kernel.
 *
 * For each target cell the source cells that its kernel reaches stand in a line, site by site, each with
 * a stretch of −log(1 − b), where b is a bound on its connection probability (tables.h). The points of a
 * Poisson process of rate 1 along the line meet each cell with probability b, independently of all
 * others; a cell that is met, once or more often, is kept with p(r)/b, r from true positions. That is
 * exact, and its cost goes with the number of synapses instead of the number of pairs, or of sites. */
#include "synapses/wiring.h"
#include "memory.h"
#include "synapses/draws.h"
#include "synapses/mutual.h"
#include "synapses/tables.h"

/* Where a kernel is cut, in widths: less than 5e-4 of the in-degree lies beyond. */
static const double GAUSSIAN_REACH = 5.0, EXPONENTIAL_REACH = 10.0;

/* Images on each side that a periodic kernel is summed over; distances are at most half a side. */
static int images(const struct wiring *wiring, double side_um) {
  double reach = wiring->shape == KERNEL_GAUSSIAN ? GAUSSIAN_REACH : EXPONENTIAL_REACH;
  return wiring->sheet->periodic ? (int)ceil(reach * wiring->width_um / side_um + 0.5) : 0;
}

double wiring_factor(const struct wiring *wiring, double d_um, double side_um) {
  int n = images(wiring, side_um);
  double sum = 0;
  for (int k = -n; k <= n; k++) {
    double z = (d_um + k * side_um) / wiring->width_um;
    if (z * z < 80.0) sum += maths_exp(-0.5 * z * z);
  }
  return sum;
}

static double exponential_images(const struct wiring *wiring, double dx_um, double dy_um) {
  double side_x = sheet_side_x_um(wiring->sheet), side_y = sheet_side_y_um(wiring->sheet), sum = 0;
  int n_x = images(wiring, side_x), n_y = images(wiring, side_y);
  for (int j = -n_y; j <= n_y; j++) {
    for (int k = -n_x; k <= n_x; k++) {
      double x = dx_um + k * side_x, y = dy_um + j * side_y;
      sum += maths_exp(-sqrt(x * x + y * y) / wiring->width_um);
    }
  }
  return sum;
}

double wiring_probability(const struct wiring *wiring, double dx_um, double dy_um) {
  double p = wiring->p0;
  if (wiring->shape == KERNEL_GAUSSIAN) {
    p *= wiring_factor(wiring, dx_um, sheet_side_x_um(wiring->sheet));
    p *= wiring_factor(wiring, dy_um, sheet_side_y_um(wiring->sheet));
  } else if (wiring->shape == KERNEL_EXPONENTIAL) {
    p *= exponential_images(wiring, dx_um, dy_um);
  }
  return p > 1.0 ? 1.0 : p;
}

double wiring_longest_ms(const struct wiring *wiring) {
  double x = sheet_side_x_um(wiring->sheet), y = sheet_side_y_um(wiring->sheet);
  double r = sqrt(x * x + y * y) * (wiring->sheet->periodic ? 0.5 : 1.0);
  double reach = wiring->shape == KERNEL_GAUSSIAN ? 4.0 * wiring->width_um : r;
  return wiring->delay_ms + 4.0 * wiring->delay_sd_ms +
         (reach < r ? reach : r) / (1000.0 * wiring->velocity_m_per_s);
}

int wiring_delay_class(const struct wiring *wiring, double r_um, double z, double dt_ms) {
  double ms = wiring->delay_ms + wiring->delay_sd_ms * z + r_um / (1000.0 * wiring->velocity_m_per_s);
  ms = ms < wiring->delay_least_ms ? wiring->delay_least_ms : ms;
  return projection_class(wiring->projection, ms / dt_ms);
}

uint16_t wiring_weight(const struct projection *projection, double z) {
  double variance = maths_log(1.0 + projection->cv * projection->cv);
  double nS = projection->mean_nS * maths_exp(sqrt(variance) * z - 0.5 * variance);
  double quanta = nS / projection->weight_quantum_nS + 0.5;
  if (!(quanta >= 1.0)) return 1; /* also where mean and quantum are 0 */
  return quanta >= 65535.0 ? 65535 : (uint16_t)quanta;
}

/* ---- one target cell ---- */

enum { CANDIDATES = 256 };

struct list {
  struct edge *edge;
  size_t n, capacity;
};

static enum status make_room(struct list *list, size_t more) {
  if (list->n + more <= list->capacity) return STATUS_OK;
  size_t capacity = list->n + more + list->capacity / 2 + CANDIDATES;
  TRY(memory_resize("edges", list->capacity, capacity, sizeof *list->edge, &list->edge));
  list->capacity = capacity;
  return STATUS_OK;
}

/* Pairs that were met, waiting to be kept or not: many at once, so that the loops over them have no branches
 * that nobody can foresee. */
struct candidates {
  int n;
  int32_t target[CANDIDATES + DRAWS], source[CANDIDATES + DRAWS];
  double bound[CANDIDATES + DRAWS];
  uint32_t u[3][CANDIDATES + DRAWS]; /* for the choice, for weight and delay, for the age */
  int32_t kept[CANDIDATES + DRAWS];
  double r2_um2[CANDIDATES + DRAWS];
};

struct drawing {
  const struct wiring *wiring;
  const struct wiring_tables *tables;
  int b; /* the block */
  uint64_t seed;
  struct candidates candidates;
  struct list list;
  struct mutual_edges mutual; /* where pairs are connected both ways more often than by chance */
  int32_t *partner_of;        /* per source cell: 1 + the target cell whose edges of that kind hold it */
};

/* What is looked up for every candidate of a target cell: tables, and where the cell is (column and row
 * of its site, −1 where these are mirrored for it). A copy of its own, so that it stays in registers. */
struct line {
  const struct reached_site *site;
  const int *guide;
  double guide_per_length;
  int most;
  const struct site_cells *in_site;
  int n_x, n_y, x, y, sign_x, sign_y;
  bool periodic;
};

static struct line line_of(const struct drawing *drawing, int i) {
  const struct population *cells = drawing->wiring->projection->target;
  const struct sheet *sheet = drawing->wiring->sheet;
  const struct wiring_tables *tables = drawing->tables;
  int x = cells->site[i] % sheet->n_x, y = cells->site[i] / sheet->n_x;
  return (struct line){.site = tables->site,
                       .guide = tables->guide,
                       .guide_per_length = tables->guide_per_length,
                       .most = tables->most,
                       .in_site = drawing->wiring->projection->source->in_site,
                       .n_x = sheet->n_x,
                       .n_y = sheet->n_y,
                       .x = x,
                       .y = y,
                       .sign_x = (double)cells->x_um[i] > (x + 0.5) * sheet->pitch_um ? -1 : 1,
                       .sign_y = (double)cells->y_um[i] > (y + 0.5) * sheet->pitch_um ? -1 : 1,
                       .periodic = sheet->periodic};
}

/* The source cell at a point of the line; −1 if its room there is empty, or beyond an open edge. *number
 * tells the cells of a line apart. */
static inline int32_t met_at(const struct line *line, double at, int32_t *number, double *bound) {
  int k = line->guide[(int)(at * line->guide_per_length)];
  k += at >= line->site[k + 1].begin;
  while (__builtin_expect(at >= line->site[k + 1].begin, 0)) k++;
  const struct reached_site *reached = &line->site[k];
  int cell = (int)((at - reached->begin) * reached->per_length);
  cell = cell < line->most ? cell : line->most - 1;
  *number = k * line->most + cell;
  *bound = reached->bound;
  int x = line->x + line->sign_x * reached->dx, y = line->y + line->sign_y * reached->dy;
  int inner_x = x + (line->n_x & -(x < 0)) - (line->n_x & -(x >= line->n_x));
  int inner_y = y + (line->n_y & -(y < 0)) - (line->n_y & -(y >= line->n_y));
  if (!line->periodic && (inner_x != x || inner_y != y)) return -1;
  struct site_cells cells = line->in_site[inner_y * line->n_x + inner_x];
  return (cells.first + cell) | -(cell >= cells.n);
}

/* ---- from candidates to edges ---- */

/* Difference of coordinates, to the nearest image: `half` is half a side, or infinite. */
static inline double difference(double from_um, double to_um, double side_um, double half_um) {
  double d = to_um - from_um;
  d -= d > half_um ? side_um : 0.0;
  return d + (d < -half_um ? side_um : 0.0);
}

/* Choose: each with its probability over the bound. Gives how many; `kept` lists them. */
static int choose(const struct wiring *wiring, const struct wiring_tables *tables, struct candidates *c) {
  const struct population *source = wiring->projection->source, *target = wiring->projection->target;
  const float *from_x = target->x_um, *from_y = target->y_um, *to_x = source->x_um, *to_y = source->y_um;
  const double side_x = sheet_side_x_um(wiring->sheet), side_y = sheet_side_y_um(wiring->sheet);
  const double half_x = wiring->sheet->periodic ? 0.5 * side_x : INFINITY;
  const double half_y = wiring->sheet->periodic ? 0.5 * side_y : INFINITY;
  const struct kernel_table kernel = tables->kernel;
  const double reciprocity = wiring->reciprocity;
  int n = 0;
  for (int k = 0; k < c->n; k++) {
    int32_t i = c->target[k], j = c->source[k];
    double dx = difference((double)from_x[i], (double)to_x[j], side_x, half_x);
    double dy = difference((double)from_y[i], (double)to_y[j], side_y, half_y);
    double p = kernel.factor ? kernel_probability(&kernel, dx, dy) : wiring_probability(wiring, dx, dy);
    if (reciprocity > 1.0) p = mutual_rest(p, reciprocity);
    c->r2_um2[k] = dx * dx + dy * dy;
    c->kept[n] = k;
    n += random_uniform(c->u[0][k]) * c->bound[k] < p;
  }
  return n;
}

/* Some synapses are young, as many as turnover keeps: those whose draw is below their share, and the same
 * draw tells their age. */
static void set_ages(const struct drawing *drawing, int n, struct edge *edge) {
  const struct wiring *wiring = drawing->wiring;
  const struct candidates *c = &drawing->candidates;
  if (!(wiring->young_share > 0)) return; /* all are grown */
  const double border = -maths_log(wiring->young_share), mean_h = wiring->young_mean_h;
  for (int e = 0; e < n; e++) {
    double over = tables_exponential(drawing->tables, c->u[2][c->kept[e]]) - border;
    int young = -(over > 0.0), age = (int)(over * mean_h); /* all bits, or none; of old ones below 0 */
    age = age < SYNAPSE_GROWN ? age : SYNAPSE_GROWN;
    edge[e].age = (uint8_t)(((SYNAPSE_YOUNG | age) & young) | (SYNAPSE_GROWN & ~young));
  }
}

/* The first n of those that are kept become edges. */
static enum status append(struct drawing *drawing, int n) {
  const struct wiring_tables *tables = drawing->tables;
  struct candidates *c = &drawing->candidates;
  struct list *list = &drawing->list;
  TRY(make_room(list, (size_t)n));
  struct edge *edge = list->edge + list->n;
  for (int e = 0; e < n; e++) {
    int k = c->kept[e];
    uint32_t bits = c->u[1][k], of_delay = bits & (DELAY_QUANTILES - 1);
    edge[e] = (struct edge){.target = (uint32_t)c->target[k],
                            .source = (uint32_t)c->source[k],
                            .full = tables->weight[bits >> (32 - TABLE_BITS)],
                            .delay = (uint8_t)tables_class(tables, sqrt(c->r2_um2[k]), of_delay),
                            .age = SYNAPSE_GROWN};
  }
  if (drawing->wiring->projection->plastic) set_ages(drawing, n, edge);
  list->n += (size_t)n;
  c->n = 0;
  return STATUS_OK;
}

static enum status settle(struct drawing *drawing) {
  return append(drawing, choose(drawing->wiring, drawing->tables, &drawing->candidates));
}

/* ---- pairs that are connected both ways ---- */

/* Those of target cell i become edges, and are marked. */
static enum status join(struct drawing *drawing, int i) {
  const struct mutual_edges *mutual = &drawing->mutual;
  struct candidates *c = &drawing->candidates;
  int k = i - drawing->wiring->projection->target->block[drawing->b].first;
  for (size_t e = mutual->first[k]; e < mutual->first[k + 1]; e++) {
    const struct mutual_edge *edge = &mutual->edge[e];
    drawing->partner_of[edge->source] = i + 1;
    c->target[c->n] = i;
    c->source[c->n] = edge->source;
    for (int w = 0; w < 2; w++) c->u[w + 1][c->n] = edge->u[w];
    c->r2_um2[c->n] = edge->r2_um2;
    c->kept[c->n] = c->n;
    if (++c->n == CANDIDATES) TRY(append(drawing, c->n));
  }
  return append(drawing, c->n);
}

/* A pair that is connected already is no candidate: of those from a place on. */
static void leave_out_joined(struct drawing *drawing, int from) {
  struct candidates *c = &drawing->candidates;
  int n = from;
  for (int k = from; k < c->n; k++) {
    c->target[n] = c->target[k];
    c->source[n] = c->source[k];
    c->bound[n] = c->bound[k];
    for (int w = 0; w < 3; w++) c->u[w][n] = c->u[w][k];
    n += drawing->partner_of[c->source[k]] != c->target[k] + 1;
  }
  c->n = n;
}

/* ---- one target cell, one block ---- */

/* All that target cell i meets: points along its line, those in one cell once. */
static enum status meet(struct drawing *drawing, int i) {
  const struct projection *projection = drawing->wiring->projection;
  const struct wiring_tables *tables = drawing->tables;
  struct candidates *c = &drawing->candidates;
  const struct line line = line_of(drawing, i);
  const int32_t self = projection->source == projection->target ? i : -1;
  const double total = tables->total;
  int32_t last = -1;
  double at = 0;
  for (uint32_t count = 0; at < total; count += DRAWS) {
    struct draws draws;
    double to[DRAWS];
    draw_some(drawing->seed, RANDOM_WIRE, projection->target->first_id + (uint64_t)i, projection->index,
              count, &draws);
    for (int k = 0; k < DRAWS; k++) to[k] = tables_exponential(tables, draws.u[0][k]);
    int n = c->n, before = n;
    for (int k = 0; k < DRAWS; k++) {
      int32_t number;
      at += to[k];
      if (at >= total) break;
      int32_t j = met_at(&line, at, &number, &c->bound[n]);
      c->target[n] = i;
      c->source[n] = j;
      for (int w = 0; w < 3; w++) c->u[w][n] = draws.u[w + 1][k];
      n += (j >= 0) & (j != self) & (number != last);
      last = number;
    }
    c->n = n;
    if (drawing->partner_of) leave_out_joined(drawing, before);
    if (c->n >= CANDIDATES) TRY(settle(drawing));
  }
  return STATUS_OK;
}

static enum status draw_cell(struct drawing *drawing, int i) {
  if (drawing->partner_of) {
    TRY(settle(drawing));
    TRY(join(drawing, i));
  }
  return meet(drawing, i);
}

static enum status draw_block(struct drawing *drawing) {
  const struct block *block = &drawing->wiring->projection->target->block[drawing->b];
  /* wiring_block has made the tables: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
  double expected = block->n * drawing->tables->total;
  TRY(make_room(&drawing->list, (size_t)(0.75 * expected)));
  for (int i = block->first; i < block->first + block->n; i++) TRY(draw_cell(drawing, i));
  TRY(settle(drawing));
  return projection_set(drawing->wiring->projection, drawing->b, drawing->list.edge, drawing->list.n);
}

/* Pairs that are connected both ways come first, where there are more of them than by chance. */
static enum status prepare_mutual(struct drawing *drawing) {
  const struct wiring *wiring = drawing->wiring;
  if (!(wiring->reciprocity > 1.0)) return STATUS_OK;
  TRY(mutual_draw(wiring, drawing->tables, drawing->b, drawing->seed, &drawing->mutual));
  return memory_new("partners", (size_t)wiring->projection->source->n + 1, sizeof *drawing->partner_of,
                    &drawing->partner_of);
}

enum status wiring_prepare(struct wiring *wiring) {
  wiring_release(wiring);
  return tables_new(wiring, &wiring->tables);
}

void wiring_release(struct wiring *wiring) {
  tables_free(wiring->tables);
  wiring->tables = NULL;
}

enum status wiring_block(const struct wiring *wiring, int b, uint64_t seed) {
  struct wiring_tables *own = NULL;
  struct drawing *drawing = NULL;
  enum status status;
  TRY(memory_new("candidates", 1, sizeof *drawing, &drawing));
  if (!wiring->tables) TRY_GOTO(tables_new(wiring, &own), done);
  drawing->wiring = wiring;
  drawing->tables = own ? own : wiring->tables;
  drawing->b = b;
  drawing->seed = seed;
  status = prepare_mutual(drawing);
  if (status == STATUS_OK) status = draw_block(drawing);
  memory_free(drawing->list.edge);
  memory_free(drawing->partner_of);
  mutual_free(&drawing->mutual);
done:
  memory_free(drawing);
  tables_free(own);
  return status;
}
