/* tables.c — making the tables of a pathway. */
#include "synapses/tables.h"
#include "memory.h"
#include "random.h"
#include <stdlib.h>

/* Sites whose bound is below this share of the kernel's peak are left out: 5 widths of a Gaussian, 4e-6
 * of the in-degree, and 10 of an exponential, 5e-4. */
static const double LEAST_GAUSSIAN = 3.7e-6, LEAST_EXPONENTIAL = 4.5e-5;

/* A cell with a stretch of this length is met but for one case in 3e10. */
static const double LONGEST = 24.0;

/* ---- where sources can be ---- */

/* Least distance along a side of n sites from a point in the first half of site 0 to site k. */
static double least_distance(const struct sheet *sheet, int n, int k) {
  double pitch = sheet->pitch_um, d = k > 0 ? (k - 0.5) * pitch : k < -1 ? (-k - 1) * pitch : 0;
  if (!sheet->periodic) return d;
  int image = k > 0 ? k - n : k + n;
  double other = image > 0 ? (image - 0.5) * pitch : image < -1 ? (-image - 1) * pitch : 0;
  return other < d ? other : d;
}

static double bound_at(const struct wiring *wiring, int dx, int dy) {
  const struct sheet *sheet = wiring->sheet;
  return wiring_probability(wiring, least_distance(sheet, sheet->n_x, dx),
                            least_distance(sheet, sheet->n_y, dy));
}

/* Is anything of the kernel left at this distance along a side? */
static bool in_reach(const struct wiring *wiring, double least, double d_um) {
  if (wiring->shape == KERNEL_UNIFORM) return true;
  double z = d_um / wiring->width_um;
  return maths_exp(wiring->shape == KERNEL_GAUSSIAN ? -0.5 * z * z : -z) > least;
}

/* Sites of a line of n: from −*before to *after, each once. */
static void range(const struct wiring *wiring, double least, int n, int *before, int *after) {
  int most_after = wiring->sheet->periodic ? n / 2 : n - 1;
  int most_before = wiring->sheet->periodic ? (n - 1) / 2 : n - 1;
  *before = *after = 0;
  while (*after < most_after && in_reach(wiring, least, (*after + 0.5) * wiring->sheet->pitch_um)) ++*after;
  while (*before < most_before && in_reach(wiring, least, *before * wiring->sheet->pitch_um)) ++*before;
}

static void add_site(struct wiring_tables *tables, double bound, int dx, int dy) {
  double length = bound < 1.0 ? -maths_log(1.0 - bound) : LONGEST;
  if (length > LONGEST) length = LONGEST, bound = 1.0;
  tables->site[tables->n_sites++] = (struct reached_site){0, 1.0 / length, bound, dx, dy};
}

static enum status list_sites(const struct wiring *wiring, struct wiring_tables *tables) {
  double least = wiring->shape == KERNEL_GAUSSIAN ? LEAST_GAUSSIAN : LEAST_EXPONENTIAL;
  int left, right, up, down;
  range(wiring, least, wiring->sheet->n_x, &left, &right);
  range(wiring, least, wiring->sheet->n_y, &up, &down);
  TRY(memory_new("sites", (size_t)(left + right + 1) * (size_t)(up + down + 1) + 1, sizeof *tables->site,
                 &tables->site));
  double peak = bound_at(wiring, 0, 0);
  for (int dy = -up; dy <= down; dy++) {
    for (int dx = -left; dx <= right; dx++) {
      double bound = bound_at(wiring, dx, dy);
      if (bound > 0 && bound >= least * peak) add_site(tables, bound, dx, dy);
    }
  }
  return STATUS_OK;
}

static int by_bound(const void *a, const void *b) {
  const struct reached_site *p = a, *q = b;
  if (p->bound != q->bound) return p->bound > q->bound ? -1 : 1;
  return p->dy != q->dy ? p->dy - q->dy : p->dx - q->dx;
}

/* Most probable sites first, so that few points of the line lie where the guide has many of them. */
static enum status make_guide(struct wiring_tables *tables) {
  int n = 4 * tables->n_sites + 1, k = 0;
  TRY(memory_new("sites", (size_t)n + 1, sizeof(int), &tables->guide));
  qsort(tables->site, (size_t)tables->n_sites, sizeof *tables->site, by_bound);
  tables->total = 0;
  for (int s = 0; s < tables->n_sites; s++) {
    tables->site[s].begin = tables->total;
    tables->total += tables->most / tables->site[s].per_length;
  }
  tables->site[tables->n_sites].begin = INFINITY;
  tables->guide_per_length = tables->total > 0 ? n / tables->total : 0;
  for (int g = 0; g <= n; g++) { /* a little in front, for what rounding does */
    double at = (g - 1e-6) / n * tables->total;
    while (k < tables->n_sites && tables->site[k + 1].begin <= at) k++; /* with no site there is one entry */
    tables->guide[g] = k;
  }
  return STATUS_OK;
}

/* ---- the kernel ---- */

/* Points of a Gaussian factor, linear between: at most 8e-6 off, relative to its peak. */
enum { POINTS_PER_WIDTH = 128, WIDTHS = 9 };

static enum status make_factor(const struct wiring *wiring, struct wiring_tables *tables) {
  double side_x = sheet_side_x_um(wiring->sheet), side_y = sheet_side_y_um(wiring->sheet);
  double reach = (side_x > side_y ? side_x : side_y) * (wiring->sheet->periodic ? 0.5 : 1.0);
  if (reach > WIDTHS * wiring->width_um) reach = WIDTHS * wiring->width_um;
  if (wiring->shape != KERNEL_GAUSSIAN || side_x != side_y) return STATUS_OK; /* one serves both directions */
  struct kernel_table *kernel = &tables->kernel;
  kernel->p0 = wiring->p0;
  kernel->per_um = POINTS_PER_WIDTH / wiring->width_um;
  kernel->n = (int)(reach * kernel->per_um) + 3;
  TRY(memory_new("kernel", (size_t)kernel->n + 2, sizeof(double), &kernel->factor));
  for (int k = 0; k < kernel->n; k++) kernel->factor[k] = wiring_factor(wiring, k / kernel->per_um, side_x);
  return STATUS_OK;
}

/* ---- weights and delays ---- */

/* The mean of a lognormal variate over 1/4096 of its distribution: at its middle, or at many points where the
 * distribution is long. */
enum { LONG_PARTS = 16, POINTS = 32 };
static double part_mean(int k, double sd) {
  if (k < TABLE_QUANTILES - LONG_PARTS)
    return maths_exp(sd * random_normal((uint32_t)(2 * k + 1) << (31 - TABLE_BITS)));
  double sum = 0;
  for (int i = 0; i < POINTS; i++) {
    double p = (k + (i + 0.5) / POINTS) / TABLE_QUANTILES;
    sum += maths_exp(sd * maths_normal_quantile(p));
  }
  return sum / POINTS;
}

/* Weights in quanta, of the projection's mean: what rounding takes from one it adds to the next. */
static enum status make_weights(const struct projection *projection, struct wiring_tables *tables) {
  double sd = sqrt(maths_log(1.0 + projection->cv * projection->cv)), sum = 0, carried = 0, *part = NULL;
  double mean = projection->weight_quantum_nS > 0 ? projection->mean_nS / projection->weight_quantum_nS : 0;
  TRY(memory_new("weights", TABLE_QUANTILES, sizeof *part, &part));
  for (int k = 0; k < TABLE_QUANTILES; k++) sum += part[k] = part_mean(k, sd);
  for (int k = 0; k < TABLE_QUANTILES; k++) {
    double quanta = mean * TABLE_QUANTILES / sum * part[k] + carried, whole = floor(quanta + 0.5);
    whole = whole < 1.0 ? 1.0 : whole > 65535.0 ? 65535.0 : whole;
    carried = quanta - whole;
    if (carried < -0.5 || carried > 0.5) carried = 0; /* cut */
    tables->weight[k] = (uint16_t)whole;
  }
  memory_free(part);
  return STATUS_OK;
}

static enum status make_delays(const struct wiring *wiring, struct wiring_tables *tables) {
  const struct projection *projection = wiring->projection;
  double per_ms = 1.0 / projection->dt_ms;
  for (uint32_t k = 0; k < DELAY_QUANTILES; k++) {
    double z = random_normal((2 * k + 1) << (31 - DELAY_BITS));
    tables->delay_ticks[k] = (wiring->delay_ms + wiring->delay_sd_ms * z) * per_ms;
  }
  tables->ticks_per_um = per_ms / (1000.0 * wiring->velocity_m_per_s);
  tables->least_ticks = wiring->delay_least_ms * per_ms;
  tables->n_classes = 2 * projection->delay_ticks[projection->n_classes - 1] + 2;
  TRY(memory_new("delays", (size_t)tables->n_classes, 1, &tables->class));
  for (int m = 0; m < tables->n_classes; m++) /* borders between classes lie at whole halves of ticks */
    tables->class[m] = (uint8_t)projection_class(projection, 0.5 * m - 0.25);
  return STATUS_OK;
}

/* ---- all ---- */

static enum status fill(const struct wiring *wiring, struct wiring_tables *tables) {
  const struct population *source = wiring->projection->source;
  for (int s = 0; s < sheet_sites(wiring->sheet); s++)
    tables->most = source->in_site[s].n > tables->most ? source->in_site[s].n : tables->most;
  for (int k = 0; k < 1 << LOG_BITS; k++) {
    double x = 1.0 + (double)k / (1 << LOG_BITS);
    tables->log[k] = maths_log(x);
    tables->inverse[k] = 1.0 / x;
  }
  TRY(list_sites(wiring, tables));
  TRY(make_guide(tables));
  TRY(make_factor(wiring, tables));
  TRY(make_weights(wiring->projection, tables));
  return make_delays(wiring, tables);
}

enum status tables_new(const struct wiring *wiring, struct wiring_tables **out) {
  TRY(memory_new("tables of a pathway", 1, sizeof **out, out));
  enum status status = fill(wiring, *out);
  if (status == STATUS_OK) return status;
  tables_free(*out);
  *out = NULL;
  return status;
}

void tables_free(struct wiring_tables *tables) {
  if (!tables) return;
  memory_free(tables->site);
  memory_free(tables->guide);
  memory_free(tables->kernel.factor);
  memory_free(tables->class);
  memory_free(tables);
}
