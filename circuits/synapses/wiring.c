/* wiring.c — drawing the synapses of a pathway from its distance kernel.
 *
 * For each target cell the source cells are met site by site. Within a site the connection probability is
 * bounded by its value at the nearest point, p_b; candidates are found by geometric jumps (the number of
 * cells passed over before a success of probability p_b), and each is kept with p(r)/p_b, r from true
 * positions. That is exact, and its cost goes with the number of synapses instead of the number of pairs. */
#include "synapses/wiring.h"
#include "memory.h"
#include "random.h"

/* Where a kernel is cut, in widths: less than 5e-4 of the in-degree lies beyond. */
static const double GAUSSIAN_REACH = 5.0, EXPONENTIAL_REACH = 10.0;

/* Images on each side that a periodic kernel is summed over; distances are at most half a side. */
static int images(const struct wiring *wiring, double side_um) {
  double reach = wiring->shape == KERNEL_GAUSSIAN ? GAUSSIAN_REACH : EXPONENTIAL_REACH;
  return wiring->sheet->periodic ? (int)ceil(reach * wiring->width_um / side_um + 0.5) : 0;
}

/* One-dimensional factor of the Gaussian, summed over images. */
static double gaussian_images(const struct wiring *wiring, double d_um, double side_um) {
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
    p *= gaussian_images(wiring, dx_um, sheet_side_x_um(wiring->sheet));
    p *= gaussian_images(wiring, dy_um, sheet_side_y_um(wiring->sheet));
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

struct list {
  struct edge *edge;
  size_t n, capacity;
};

static enum status push(struct list *list, struct edge edge) {
  if (list->n == list->capacity) {
    size_t capacity = 2 * list->capacity + 4096;
    TRY(memory_resize("edges", list->capacity, capacity, sizeof edge, &list->edge));
    list->capacity = capacity;
  }
  list->edge[list->n++] = edge;
  return STATUS_OK;
}

/* Distance along one axis from a coordinate to the nearest point of column (or row) k of sites. */
static double least_distance(const struct sheet *sheet, double side_um, double from_um, int k) {
  double centre = (k + 0.5) * sheet->pitch_um;
  double d = fabs(sheet_difference(sheet->periodic, side_um, from_um, centre)) - 0.5 * sheet->pitch_um;
  return d > 0 ? d : 0;
}

static uint8_t first_age(const struct wiring *wiring, uint64_t target_id, uint32_t source, uint64_t seed) {
  const struct projection *projection = wiring->projection;
  if (!projection->plastic) return SYNAPSE_GROWN;
  struct random_draw draw =
      random_draw(seed, RANDOM_AGE, target_id, (uint64_t)projection->index << 32 | source, 0);
  if (random_uniform(draw.u[0]) >= wiring->young_share) return SYNAPSE_GROWN;
  double age_h = -wiring->young_mean_h * maths_log(random_uniform(draw.u[1]));
  return (uint8_t)(SYNAPSE_YOUNG | (age_h < SYNAPSE_GROWN ? (int)age_h : SYNAPSE_GROWN));
}

/* The one-dimensional factor of a Gaussian kernel as a table, so that a candidate costs no exponential:
 * linear between points σ/512 apart, at most 5e-7 off, relative to its peak. */
struct kernel {
  const struct wiring *wiring;
  double *factor, *along; /* factor at k σ/512; bound of every column, then every row, for one target */
  int n;
  double per_um;
};
enum { POINTS_PER_WIDTH = 512, WIDTHS = 9 };

static enum status kernel_new(const struct wiring *wiring, struct kernel *kernel) {
  const struct sheet *sheet = wiring->sheet;
  double side_x = sheet_side_x_um(sheet), side_y = sheet_side_y_um(sheet);
  double reach = (side_x > side_y ? side_x : side_y) * (sheet->periodic ? 0.5 : 1.0);
  if (reach > WIDTHS * wiring->width_um) reach = WIDTHS * wiring->width_um;
  *kernel = (struct kernel){.wiring = wiring, .per_um = POINTS_PER_WIDTH / wiring->width_um};
  if (wiring->shape != KERNEL_GAUSSIAN || side_x != side_y)
    return STATUS_OK; /* one table serves both directions */
  kernel->n = (int)(reach * kernel->per_um) + 2;
  TRY(memory_new("kernel", (size_t)kernel->n + 1, sizeof(double), &kernel->factor));
  for (int k = 0; k <= kernel->n; k++)
    kernel->factor[k] = gaussian_images(wiring, k / kernel->per_um, side_x);
  return memory_new("kernel", (size_t)(sheet->n_x + sheet->n_y), sizeof(double), &kernel->along);
}

static void kernel_free(struct kernel *kernel) {
  memory_free(kernel->factor);
  memory_free(kernel->along);
}

static double kernel_factor(const struct kernel *kernel, double d_um) {
  double at = fabs(d_um) * kernel->per_um;
  int k = (int)at;
  if (k >= kernel->n) return 0;
  return kernel->factor[k] + (at - k) * (kernel->factor[k + 1] - kernel->factor[k]);
}

static double kernel_probability(const struct kernel *kernel, double dx_um, double dy_um) {
  if (!kernel->factor) return wiring_probability(kernel->wiring, dx_um, dy_um);
  double p = kernel->wiring->p0 * kernel_factor(kernel, dx_um) * kernel_factor(kernel, dy_um);
  return p > 1.0 ? 1.0 : p;
}

/* Synapses onto target cell i from the source cells of one site, which all lie within probability `bound`. */
static enum status draw_site(const struct kernel *kernel, int i, int site, double bound, uint64_t seed,
                             struct list *list) {
  const struct wiring *wiring = kernel->wiring;
  const struct projection *projection = wiring->projection;
  const struct population *source = projection->source, *target = projection->target;
  uint64_t id = target->first_id + (uint64_t)i, when = (uint64_t)projection->index << 32 | (uint32_t)site;
  double jump = bound < 1.0 ? 1.0 / maths_log(1.0 - bound) : 0.0;
  double side_x = sheet_side_x_um(wiring->sheet), side_y = sheet_side_y_um(wiring->sheet);
  bool periodic = wiring->sheet->periodic, same = source == target;
  int64_t j = source->in_site[site].first - 1, end = source->in_site[site].first + source->in_site[site].n;
  for (uint32_t count = 0;; count++) {
    /* the index of a draw has 16 bits; what is beyond goes above the pathway's number */
    struct random_draw draw =
        random_draw(seed, RANDOM_WIRE, id, when + ((uint64_t)(count >> 16) << 48), count);
    double pass = bound < 1.0 ? floor(maths_log(random_uniform(draw.u[0])) * jump) : 0.0;
    if (pass >= (double)(end - j - 1)) return STATUS_OK;
    j += 1 + (int64_t)pass;
    if (same && j == i) continue;
    double dx = sheet_difference(periodic, side_x, target->x_um[i], source->x_um[j]);
    double dy = sheet_difference(periodic, side_y, target->y_um[i], source->y_um[j]);
    if (random_uniform(draw.u[1]) * bound >= kernel_probability(kernel, dx, dy)) continue;
    int class =
        wiring_delay_class(wiring, sqrt(dx * dx + dy * dy), random_normal(draw.u[2]), projection->dt_ms);
    TRY(push(list,
             (struct edge){(uint32_t)i, (uint32_t)j, wiring_weight(projection, random_normal(draw.u[3])),
                           (uint8_t) class, first_age(wiring, id, (uint32_t)j, seed)}));
  }
}

/* Bounds on the probability towards every column and every row of sites: their product bounds a site's. */
static void bound_lines(const struct kernel *kernel, int i) {
  const struct sheet *sheet = kernel->wiring->sheet;
  const struct population *target = kernel->wiring->projection->target;
  double side_x = sheet_side_x_um(sheet), side_y = sheet_side_y_um(sheet);
  for (int x = 0; x < sheet->n_x; x++) {
    kernel->along[x] = kernel_factor(kernel, least_distance(sheet, side_x, target->x_um[i], x));
  }
  for (int y = 0; y < sheet->n_y; y++) {
    kernel->along[sheet->n_x + y] = kernel_factor(kernel, least_distance(sheet, side_y, target->y_um[i], y));
  }
}

/* The largest probability that a source in the site can have. */
static double site_bound(const struct kernel *kernel, int i, int x, int y) {
  const struct wiring *wiring = kernel->wiring;
  const struct sheet *sheet = wiring->sheet;
  const struct population *target = wiring->projection->target;
  if (kernel->factor) return wiring->p0 * kernel->along[x] * kernel->along[sheet->n_x + y];
  return wiring_probability(wiring, least_distance(sheet, sheet_side_x_um(sheet), target->x_um[i], x),
                            least_distance(sheet, sheet_side_y_um(sheet), target->y_um[i], y));
}

static enum status draw_target(const struct kernel *kernel, int i, uint64_t seed, struct list *list) {
  const struct sheet *sheet = kernel->wiring->sheet;
  const struct population *source = kernel->wiring->projection->source;
  if (kernel->factor) bound_lines(kernel, i);
  for (int y = 0; y < sheet->n_y; y++) {
    for (int x = 0; x < sheet->n_x; x++) {
      int site = y * sheet->n_x + x;
      if (source->in_site[site].n == 0) continue;
      double bound = site_bound(kernel, i, x, y);
      if (bound > 1e-9) TRY(draw_site(kernel, i, site, bound > 1.0 ? 1.0 : bound, seed, list));
    }
  }
  return STATUS_OK;
}

enum status wiring_block(const struct wiring *wiring, int b, uint64_t seed) {
  const struct block *block = &wiring->projection->target->block[b];
  struct list list = {0};
  struct kernel kernel;
  enum status status = kernel_new(wiring, &kernel);
  for (int i = block->first; i < block->first + block->n && status == STATUS_OK; i++) {
    status = draw_target(&kernel, i, seed, &list);
  }
  if (status == STATUS_OK) status = projection_set(wiring->projection, b, list.edge, list.n);
  memory_free(list.edge);
  kernel_free(&kernel);
  return status;
}
