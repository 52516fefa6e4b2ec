/* remodel.c — one step of structural change: synapses and afferent spines lost, matured and formed. See
 * spines.h.
 *
 * Blocks of target cells are remodelled in parallel. Within a step all rates follow from the counts at its
 * start, so the order of blocks does not matter; steps are short against the turnover (docs/numerics.md). */
#include "synapses/remodel.h"
#include "memory.h"
#include "random.h"
#include <string.h>

enum { PARTNER_TRIES = 16, SECOND_DRAW = 0x8000 };

static const double HOURS_PER_DAY = 24.0;

struct remodel {
  struct spines *spines;
  const double *proteins;
  double t0_h, t1_h;
  uint32_t step;
  float growth[SYNAPSE_GROWN + 1];
  struct turnover **item; /* per pathway, per block */
};

/* ---- chances ---- */

/* Probability that something of a rate per day happens in the step. */
static double chance(double rate_per_d, double hours) {
  return 1.0 - maths_exp(-rate_per_d * hours / HOURS_PER_DAY);
}

int remodel_poisson(double mean, uint32_t u) {
  double p = maths_exp(-mean), sum = p, uniform = random_uniform(u);
  int k = 0;
  while (uniform > sum && k < 4096) {
    p *= mean / ++k;
    sum += p;
  }
  return k;
}

int32_t remodel_binomial(int32_t n, double p, uint64_t seed, uint64_t id, uint64_t when, uint32_t u) {
  if (p <= 0 || n <= 0) return 0;
  if (p >= 1) return n;
  double jump = 1.0 / maths_log(1.0 - p), at = 0;
  for (uint32_t successes = 0;; successes++) {
    at += 1.0 + floor(maths_log(random_uniform(u)) * jump);
    if (at > n) return (int32_t)successes;
    u = random_draw(seed, RANDOM_AFFERENT, id, when, successes + 1).u[0];
  }
}

void remodel_growth(const struct spine_params *p, float share[SYNAPSE_GROWN + 1]) {
  for (int age = 0; age <= SYNAPSE_GROWN; age++) {
    double grown = age >= p->ampa_growth ? 1.0 : age / p->ampa_growth;
    share[age] = (float)(p->ampa_start + (1.0 - p->ampa_start) * grown);
  }
}

double remodel_free_share(const struct spine_params *p, int32_t start, int32_t now) {
  if (start == 0) return 0;
  double free = (start * (1.0 + p->vacancies) - now) / (start * p->vacancies);
  return free > 0 ? free : 0;
}

/* G(P): Hill curve of the proteins, 1 at rest. */
static double formation_gain(const struct spine_params *p, double proteins) {
  double power = maths_pow(proteins, p->gain_hill);
  return (1.0 + p->gain_half) * power / (power + p->gain_half);
}

/* Spines that form on a cell in the step, per spine it had at the start. */
static double formation(const struct remodel *remodel, const struct spine_cells *cells, int i) {
  const struct spine_params *p = &remodel->spines->params;
  int32_t now = cells->recurrent[i] + cells->young[i] + cells->mature[i];
  double gain = formation_gain(p, remodel->proteins[cells->population->site[i]]);
  double days = (remodel->t1_h - remodel->t0_h) / HOURS_PER_DAY;
  return p->formation * days * gain * remodel_free_share(p, cells->start[i], now);
}

/* ---- synapses of one block ---- */

/* What the old synapses of a block become: those that stay, with new age. */
static size_t keep(const struct remodel *remodel, const struct projection *projection, struct edge *edges,
                   size_t n) {
  const struct spine_params *p = &remodel->spines->params;
  double hours = remodel->t1_h - remodel->t0_h;
  int aging = (int)(floor(remodel->t1_h) - floor(remodel->t0_h));
  double lost_young = chance(p->young_loss, hours), lost_mature = chance(p->mature_loss, hours);
  double matured = chance(p->maturation, hours);
  size_t kept = 0;
  for (size_t e = 0; e < n; e++) {
    struct edge edge = edges[e];
    uint64_t pair = (uint64_t)projection->index << 32 | edge.source;
    uint64_t id = projection->target->first_id + edge.target;
    struct random_draw draw = random_draw(remodel->spines->seed, RANDOM_LOSE, id, pair, remodel->step);
    bool young = edge.age & SYNAPSE_YOUNG;
    if (random_uniform(draw.u[0]) < (young ? lost_young : lost_mature)) continue;
    if (young && random_uniform(draw.u[1]) < matured) young = false;
    int age = (edge.age & SYNAPSE_GROWN) + aging;
    edge.age = (uint8_t)((age > SYNAPSE_GROWN ? SYNAPSE_GROWN : age) | (young ? SYNAPSE_YOUNG : 0));
    edges[kept++] = edge;
  }
  return kept;
}

/* Sort edges, ascending by source, so that targets ascend and within a target sources do: begin[i] …
 * begin[i+1]−1. */
static void by_target(const struct edge *edges, size_t n, int first, int cells, struct edge *sorted,
                      uint32_t *begin) {
  for (size_t e = 0; e < n; e++) begin[edges[e].target - (uint32_t)first + 1]++;
  for (int i = 0; i < cells; i++) begin[i + 1] += begin[i];
  for (size_t e = 0; e < n; e++) sorted[begin[edges[e].target - (uint32_t)first]++] = edges[e];
  for (int i = cells; i > 0; i--) begin[i] = begin[i - 1];
  begin[0] = 0;
}

static bool has_source(const struct edge *edges, size_t n, uint32_t source) {
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (edges[middle].source < source)
      low = middle + 1;
    else
      high = middle;
  }
  return low < n && edges[low].source == source;
}

/* A place beside the target, by the pathway's kernel, from six draws. */
static void draw_place(const struct wiring *wiring, double x_um, double y_um, const uint32_t u[6], double *x,
                       double *y) {
  const struct sheet *sheet = wiring->sheet;
  if (wiring->shape == KERNEL_GAUSSIAN) {
    *x = x_um + wiring->width_um * random_normal(u[0]);
    *y = y_um + wiring->width_um * random_normal(u[1]);
  } else if (wiring->shape ==
             KERNEL_EXPONENTIAL) { /* the radius of p ∝ e^(−r/λ) in the plane: gamma of shape 2 */
    double r = -wiring->width_um * (maths_log(random_uniform(u[0])) + maths_log(random_uniform(u[1])));
    double east = random_normal(u[4]), north = random_normal(u[5]), norm = sqrt(east * east + north * north);
    *x = x_um + r * east / norm;
    *y = y_um + r * north / norm;
  } else {
    *x = sheet_side_x_um(sheet) * random_uniform(u[0]);
    *y = sheet_side_y_um(sheet) * random_uniform(u[1]);
  }
}

/* Site at a place; −1 beyond an open edge. */
static int site_of(const struct sheet *sheet, double x, double y) {
  int column = (int)floor(x / sheet->pitch_um), row = (int)floor(y / sheet->pitch_um);
  bool outside = column < 0 || row < 0 || column >= sheet->n_x || row >= sheet->n_y;
  if (outside && !sheet->periodic) return -1;
  column = (column % sheet->n_x + sheet->n_x) % sheet->n_x;
  row = (row % sheet->n_y + sheet->n_y) % sheet->n_y;
  return row * sheet->n_x + column;
}

/* A partner for target cell i: a cell of the source population that the kernel proposes, with a free element,
 * not connected yet. False if the tries run out. */
static bool find_partner(const struct remodel *remodel, const struct wiring *wiring, int i, int k,
                         const struct edge *old, size_t n_old, const struct edge *fresh, size_t n_fresh,
                         struct edge *out) {
  const struct projection *projection = wiring->projection;
  const struct population *source = projection->source, *target = projection->target;
  const struct spine_sources *sources = spines_sources_of(remodel->spines, source);
  uint64_t id = target->first_id + (uint64_t)i, when = (uint64_t)projection->index << 32 | remodel->step;
  for (int try = 0; try < PARTNER_TRIES; try++) {
    uint32_t index = (uint32_t)(1 + k * PARTNER_TRIES + try);
    struct random_draw draw = random_draw(remodel->spines->seed, RANDOM_FORM, id, when, index);
    double x, y;
    struct random_draw more = random_draw(remodel->spines->seed, RANDOM_FORM, id, when, index | SECOND_DRAW);
    uint32_t u[6] = {draw.u[0], draw.u[1], draw.u[2], draw.u[3], more.u[0], more.u[1]};
    draw_place(wiring, (double)target->x_um[i], (double)target->y_um[i], u, &x, &y);
    int site = site_of(wiring->sheet, x, y);
    if (site < 0) continue;
    int begin = source->site_begin[site], cells = source->site_begin[site + 1] - begin;
    if (cells == 0) continue;
    uint32_t j = (uint32_t)begin + random_below(draw.u[2], (uint32_t)cells);
    bool taken = (source == target && (int)j == i) || has_source(old, n_old, j);
    for (size_t e = 0; e < n_fresh; e++) taken |= fresh[e].source == j;
    double free = remodel_free_share(&remodel->spines->params, sources->start[j], sources->bound[j]);
    if (taken || random_uniform(draw.u[3]) >= free) continue;
    double dx = sheet_difference(wiring->sheet->periodic, sheet_side_x_um(wiring->sheet),
                                 (double)target->x_um[i], (double)source->x_um[j]);
    double dy = sheet_difference(wiring->sheet->periodic, sheet_side_y_um(wiring->sheet),
                                 (double)target->y_um[i], (double)source->y_um[j]);
    int class =
        wiring_delay_class(wiring, sqrt(dx * dx + dy * dy), random_normal(more.u[2]), projection->dt_ms);
    *out = (struct edge){(uint32_t)i, j, wiring_weight(projection, random_normal(more.u[3])), (uint8_t) class,
                         SYNAPSE_YOUNG};
    return true;
  }
  return false;
}

/* New synapses of target cell i, appended to *all from *n on. The number is drawn for the mean cell's
 * in-degree. */
static enum status form(const struct remodel *remodel, const struct wiring *wiring, double in_degree, int i,
                        const struct edge *old, size_t n_old, struct edge *fresh, size_t room, size_t *n) {
  const struct projection *projection = wiring->projection;
  const struct spine_cells *cells = spines_cells_of(remodel->spines, projection->target);
  double mean = in_degree * formation(remodel, cells, i);
  uint64_t id = projection->target->first_id + (uint64_t)i,
           when = (uint64_t)projection->index << 32 | remodel->step;
  struct random_draw draw = random_draw(remodel->spines->seed, RANDOM_FORM, id, when, 0);
  int wanted = remodel_poisson(mean, draw.u[0]);
  *n = 0;
  if ((size_t)wanted > room)
    return status_fail(STATUS_DIVERGED, "%s: %d new synapses on one cell in one step", projection->name,
                       wanted);
  for (int k = 0; k < wanted; k++) {
    if (find_partner(remodel, wiring, i, k, old, n_old, fresh, *n, &fresh[*n])) (*n)++;
  }
  return STATUS_OK;
}

enum { FRESH_MAX = 1024 };

static enum status remodel_pathway(const struct remodel *remodel, int w, int b, struct turnover *turnover) {
  const struct wiring *wiring = remodel->spines->wiring[w];
  struct projection *projection = wiring->projection;
  const struct block *block = &projection->target->block[b];
  struct edge *old = NULL, *sorted = NULL, fresh[FRESH_MAX];
  uint32_t *begin = NULL;
  size_t n = 0, kept, at = 0, room;
  double in_degree = (double)remodel->spines->start[w] / projection->target->n; /* what formation keeps up */
  enum status status;
  TRY_GOTO(projection_edges(projection, b, &old, &n), done);
  kept = keep(remodel, projection, old, n);
  room = kept + kept / 4 + (size_t)block->n * 16 + FRESH_MAX;
  TRY_GOTO(memory_new("edges", kept, sizeof *sorted, &sorted), done);
  TRY_GOTO(memory_new("edges", (size_t)block->n + 1, sizeof *begin, &begin), done);
  by_target(old, kept, block->first, block->n, sorted, begin);
  memory_free(old);
  old = NULL;
  TRY_GOTO(memory_new("edges", room, sizeof *old, &old), done);
  for (int i = 0; i < block->n; i++) {
    size_t n_old = begin[i + 1] - begin[i], n_fresh = 0;
    TRY_GOTO(form(remodel, wiring, in_degree, block->first + i, sorted + begin[i], n_old, fresh, FRESH_MAX,
                  &n_fresh),
             done);
    if (at + n_old + n_fresh > room) {
      size_t more = 2 * room + n_old + n_fresh;
      TRY_GOTO(memory_resize("edges", at, more, sizeof *old, &old), done);
      room = more;
    }
    if (n_old) memcpy(old + at, sorted + begin[i], n_old * sizeof *old);
    memcpy(old + at + n_old, fresh, n_fresh * sizeof *old);
    at += n_old + n_fresh;
  }
  TRY_GOTO(projection_set(projection, b, old, at), done);
  projection_grow(projection, b, remodel->growth);
  *turnover = (struct turnover){.formed = (int64_t)(at - kept), .removed = (int64_t)(n - kept)};
done:
  memory_free(old);
  memory_free(sorted);
  memory_free(begin);
  return status;
}

static enum status remodel_block(void *context, struct projection *projection, int b) {
  const struct remodel *remodel = context;
  for (int w = 0; w < remodel->spines->n_wirings; w++) {
    if (remodel->spines->wiring[w]->projection != projection) continue;
    return remodel_pathway(remodel, w, b, &remodel->item[w][b]);
  }
  return STATUS_OK;
}

/* ---- afferent spines ---- */

enum { PURPOSE_YOUNG, PURPOSE_MATURE, PURPOSE_MATURED, PURPOSE_FORM };

static void remodel_afferents_of(const struct remodel *remodel, struct spine_cells *cells, int i,
                                 struct turnover *turnover) {
  const struct spine_params *p = &remodel->spines->params;
  const double hours = remodel->t1_h - remodel->t0_h;
  uint64_t id = cells->population->first_id + (uint64_t)i, seed = remodel->spines->seed,
           when = (uint64_t)(remodel->step + 1) << 8;
  struct random_draw draw = random_draw(seed, RANDOM_AFFERENT, id, when | 0xff, 0);
  int formed =
      remodel_poisson(cells->afferents_start[i] * formation(remodel, cells, i), draw.u[PURPOSE_FORM]);
  int32_t young = remodel_binomial(cells->young[i], chance(p->young_loss, hours), seed, id,
                                   when | PURPOSE_YOUNG, draw.u[PURPOSE_YOUNG]);
  int32_t mature = remodel_binomial(cells->mature[i], chance(p->mature_loss, hours), seed, id,
                                    when | PURPOSE_MATURE, draw.u[PURPOSE_MATURE]);
  int32_t matured = remodel_binomial(cells->young[i] - young, chance(p->maturation, hours), seed, id,
                                     when | PURPOSE_MATURED, draw.u[PURPOSE_MATURED]);
  float before = (float)(cells->young[i] + cells->mature[i]), lost = (float)(young + mature);
  float grown = before > 0 ? cells->grown[i] * (before - lost) / before : 0.0f;
  float whole = before - lost,
        left = (float)maths_exp(-2.0 * hours / p->ampa_growth); /* mean growth time: half the whole */
  cells->grown[i] = whole - (whole - grown) * left + (float)(p->ampa_start * formed);
  cells->young[i] += formed - young - matured;
  cells->mature[i] += matured - mature;
  turnover->formed += formed;
  turnover->removed += young + mature;
}

/* ---- the step ---- */

static enum status allocate_items(struct remodel *remodel) {
  struct spines *spines = remodel->spines;
  TRY(memory_new("turnover", (size_t)spines->n_wirings, sizeof *remodel->item, &remodel->item));
  for (int w = 0; w < spines->n_wirings; w++) {
    size_t blocks = (size_t)spines->wiring[w]->projection->target->n_blocks;
    TRY(memory_new("turnover", blocks, sizeof **remodel->item, &remodel->item[w]));
  }
  return STATUS_OK;
}

static void sum_items(const struct remodel *remodel) {
  struct spines *spines = remodel->spines;
  for (int w = 0; w < spines->n_wirings; w++) {
    spines->turnover[w] = (struct turnover){0};
    for (int b = 0; b < spines->wiring[w]->projection->target->n_blocks; b++) {
      spines->turnover[w].formed += remodel->item[w][b].formed;
      spines->turnover[w].removed += remodel->item[w][b].removed;
    }
  }
}

enum status spines_remodel(struct spines *spines, struct network *network, const double *proteins,
                           double t0_h, double t1_h, uint32_t step) {
  struct remodel remodel = {.spines = spines, .proteins = proteins, .t0_h = t0_h, .t1_h = t1_h, .step = step};
  remodel_growth(&spines->params, remodel.growth);
  enum status status = allocate_items(&remodel);
  if (status == STATUS_OK) status = network_each_block(network, remodel_block, &remodel);
  if (status == STATUS_OK) {
    sum_items(&remodel);
    spines->afferents = (struct turnover){0};
    for (int k = 0; k < spines->n_cells; k++) {
      struct spine_cells *cells = &spines->cells[k];
      for (int i = 0; i < cells->population->n; i++)
        remodel_afferents_of(&remodel, cells, i, &spines->afferents);
    }
    spines_recount(spines);
    network_restore_arrivals(network);
    status = network_check_ports(network);
  }
  for (int w = 0; remodel.item && w < spines->n_wirings; w++) memory_free(remodel.item[w]);
  memory_free(remodel.item);
  return status;
}
