/* tract.c — drawing the synapses of a tract: source cells that are passed over before the next candidate are
 * geometrically distributed; a candidate of a topographic tract is kept with p(r) over the largest p. */
#include "synapses/tract.h"
#include "memory.h"
#include "random.h"
#include "synapses/partners.h"

/* Images of a periodic sheet that a kernel reaches: 5 widths. */
static const double REACH = 5.0;

/* ---- who projects ---- */

enum { PROJECTS = 0xffff }; /* index of the draw that says so: no wiring of the cell's own uses it */

static uint32_t projects(const struct population *source, int j, uint64_t seed) {
  return random_draw(seed, RANDOM_WIRE, source->first_id + (uint64_t)j, UINT64_MAX, PROJECTS).u[0];
}

enum status tract_sources(const struct population *source, double share, int least, uint64_t seed,
                          uint32_t **out, int *n) {
  least = least < source->n ? least : source->n;
  TRY(memory_new("projecting cells", (size_t)source->n, sizeof **out, out));
  for (double limit = share;; limit = fmin(1.0, 1.25 * limit + 1e-3)) {
    *n = 0;
    for (int j = 0; j < source->n; j++) {
      if (random_uniform(projects(source, j, seed)) < limit || limit >= 1.0) (*out)[(*n)++] = (uint32_t)j;
    }
    if (*n >= least) return STATUS_OK;
  }
}

/* ---- probabilities ---- */

static double factor(const struct tract_wiring *wiring, double d_um, double side_um) {
  int images = wiring->to->periodic ? (int)ceil(REACH * wiring->width_um / side_um + 0.5) : 0;
  double sum = 0;
  for (int k = -images; k <= images; k++) {
    double z = (d_um + k * side_um) / wiring->width_um;
    if (z * z < 80.0) sum += maths_exp(-0.5 * z * z);
  }
  return sum;
}

static double probability(const struct tract_wiring *wiring, double dx_um, double dy_um) {
  const double two_pi = 6.283185307179586;
  if (wiring->n_projecting == 0) return 0;
  double mean = wiring->in_degree / wiring->n_projecting;
  if (!(wiring->width_um > 0)) return mean;
  double x = sheet_side_x_um(wiring->to), y = sheet_side_y_um(wiring->to);
  double at_0 = mean * x * y / (two_pi * wiring->width_um * wiring->width_um);
  return at_0 * factor(wiring, dx_um, x) * factor(wiring, dy_um, y);
}

double tract_peak(const struct tract_wiring *wiring) { return probability(wiring, 0, 0); }

/* From target cell i to where source cell j is laid. */
static double towards(const struct tract_wiring *wiring, int i, uint32_t j) {
  const struct population *source = wiring->projection->source, *target = wiring->projection->target;
  double x = sheet_side_x_um(wiring->to), y = sheet_side_y_um(wiring->to);
  double at_x = (double)source->x_um[j] / sheet_side_x_um(wiring->from) * x;
  double at_y = (double)source->y_um[j] / sheet_side_y_um(wiring->from) * y;
  return probability(wiring, sheet_difference(wiring->to->periodic, x, (double)target->x_um[i], at_x),
                     sheet_difference(wiring->to->periodic, y, (double)target->y_um[i], at_y));
}

/* ---- drawing ---- */

struct numbers {
  uint64_t seed, id, when;
  uint32_t count;
  struct random_draw draw;
};

static uint32_t next_number(struct numbers *numbers) {
  uint32_t k = numbers->count++;
  if (k % 4 == 0)
    numbers->draw = random_draw(numbers->seed, RANDOM_WIRE, numbers->id, numbers->when + (k >> 18), k >> 2);
  return numbers->draw.u[k % 4];
}

struct list {
  struct edge *edge;
  size_t n, capacity;
};

int tract_delay_class(const struct tract_wiring *wiring, double z) {
  double ms = wiring->delay_ms + wiring->delay_sd_ms * z;
  ms = fmax(wiring->delay_low_ms, fmin(wiring->delay_high_ms, ms));
  return projection_class(wiring->projection, ms / wiring->projection->dt_ms);
}

/* Young are those whose draw is below their share, and the same draw tells their age, as in wiring.c. */
static uint8_t age_of(const struct tract_wiring *wiring, uint32_t u) {
  double share = wiring->young_share, draw = random_uniform(u);
  if (!(draw < share)) return SYNAPSE_GROWN;
  double age = floor(maths_log(share / draw) * wiring->young_mean_h);
  return (uint8_t)(SYNAPSE_YOUNG | (age < SYNAPSE_GROWN ? (int)age : SYNAPSE_GROWN));
}

static enum status add(const struct tract_wiring *wiring, struct numbers *numbers, int i, uint32_t j,
                       struct list *list) {
  const struct projection *projection = wiring->projection;
  if (list->n == list->capacity) {
    size_t more = 2 * list->capacity + 1024;
    TRY(memory_resize("edges", list->capacity, more, sizeof *list->edge, &list->edge));
    list->capacity = more;
  }
  uint16_t full = wiring_weight(projection, random_normal(next_number(numbers)));
  int delay = tract_delay_class(wiring, random_normal(next_number(numbers)));
  uint8_t age = projection->plastic ? age_of(wiring, next_number(numbers)) : SYNAPSE_GROWN;
  list->edge[list->n++] =
      (struct edge){.target = (uint32_t)i, .source = j, .full = full, .delay = (uint8_t)delay, .age = age};
  return STATUS_OK;
}

static enum status draw_cell(const struct tract_wiring *wiring, int i, double peak, double per_log,
                             uint64_t seed, struct list *list) {
  const struct projection *projection = wiring->projection;
  struct numbers numbers = {.seed = seed,
                            .id = projection->target->first_id + (uint64_t)i,
                            .when = (uint64_t)projection->index << 32};
  for (int64_t k = -1;;) {
    double pass = peak < 1.0 ? floor(maths_log(random_uniform(next_number(&numbers))) * per_log) : 0.0;
    if (pass >= (double)(wiring->n_projecting - k - 1)) return STATUS_OK;
    k += 1 + (int64_t)pass;
    uint32_t j = wiring->projecting[k];
    bool kept =
        !(wiring->width_um > 0) || random_uniform(next_number(&numbers)) * peak < towards(wiring, i, j);
    if (kept) TRY(add(wiring, &numbers, i, j, list));
  }
}

enum status tract_block(const struct tract_wiring *wiring, int b, uint64_t seed) {
  const struct block *block = &wiring->projection->target->block[b];
  double peak = tract_peak(wiring);
  double per_log = peak > 0 && peak < 1.0 ? 1.0 / maths_log(1.0 - peak) : 0.0;
  struct list list = {0};
  enum status status = STATUS_OK;
  for (int i = block->first; i < block->first + block->n && peak > 0 && status == STATUS_OK; i++)
    status = draw_cell(wiring, i, peak, per_log, seed, &list);
  if (status == STATUS_OK) status = projection_set(wiring->projection, b, list.edge, list.n);
  memory_free(list.edge);
  return status;
}

/* ---- new synapses ---- */

int tract_propose(const struct tract_wiring *wiring, double peak, int i, const uint32_t u[2]) {
  if (wiring->n_projecting == 0) return -1;
  uint32_t j = wiring->projecting[random_below(u[0], (uint32_t)wiring->n_projecting)];
  if (!(wiring->width_um > 0)) return (int)j;
  double kept = partners_odds(towards(wiring, i, j)) / partners_odds(peak);
  return random_uniform(u[1]) < kept ? (int)j : -1;
}

double tract_trials(const struct tract_wiring *wiring) {
  if (wiring->n_projecting == 0 || !(wiring->in_degree > 0)) return 1;
  return partners_odds(tract_peak(wiring)) / partners_odds(wiring->in_degree / wiring->n_projecting);
}
