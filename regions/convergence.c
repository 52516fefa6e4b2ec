/* convergence.c — how many synapses a cell of a region is expected to have, and what they add up to. */
#include "circuit.h"
#include "maths.h"
#include "region.h"

static const double TWO_PI = 6.28318530717958648;

/* ∫ over distances along one side L of an open sheet, each as frequent as it is among pairs of points: (1
 * − |d|/L) f(d). Simpson's rule. */
enum { INTERVALS = 128 };

static double simpson(int k) { return k == 0 || k == INTERVALS ? 1.0 : k % 2 ? 4.0 : 2.0; }

static double open_gaussian(double side_um, double width_um) {
  double sum = 0, h = side_um / INTERVALS;
  for (int k = 0; k <= INTERVALS; k++) {
    double d = k * h, z = d / width_um;
    sum += simpson(k) * (1.0 - d / side_um) * maths_exp(-0.5 * z * z);
  }
  return 2.0 * sum * h / 3.0;
}

static double open_exponential(double x_um, double y_um, double width_um) {
  double sum = 0, h = x_um / INTERVALS, v = y_um / INTERVALS;
  for (int j = 0; j <= INTERVALS; j++) {
    for (int k = 0; k <= INTERVALS; k++) {
      double dx = k * h, dy = j * v;
      sum += simpson(j) * simpson(k) * (1.0 - dx / x_um) * (1.0 - dy / y_um) *
             maths_exp(-sqrt(dx * dx + dy * dy) / width_um);
    }
  }
  return 4.0 * sum * h * v / 9.0;
}

/* Area over which a source is connected for sure to as many targets as the kernel gives, µm². */
static double kernel_area(const struct wiring *wiring) {
  double x = sheet_side_x_um(wiring->sheet), y = sheet_side_y_um(wiring->sheet), width = wiring->width_um;
  if (wiring->shape == KERNEL_UNIFORM) return x * y;
  if (wiring->sheet->periodic) return TWO_PI * width * width;
  return wiring->shape == KERNEL_GAUSSIAN ? open_gaussian(x, width) * open_gaussian(y, width)
                                          : open_exponential(x, y, width);
}

double region_expected_in_degree(const struct region *region, int wiring) {
  const struct wiring *w = &region->wiring[wiring];
  double area_um2 = sheet_side_x_um(&region->sheet) * sheet_side_y_um(&region->sheet);
  return w->projection->source->n / area_um2 * w->p0 * kernel_area(w);
}

struct sums {
  double nS, in_degree, fibres_nS; /* fibres: from outside the region */
};

static void add(struct sums *sums, const struct projection *projection, const struct population *target,
                double in_degree) {
  if (projection->target != target || !circuit_glutamatergic(projection->port)) return;
  sums->nS += in_degree * projection->counted_nS;
  sums->in_degree += in_degree;
  if (target->port[projection->port].joins) sums->fibres_nS += in_degree * projection->counted_nS;
}

/* Recurrent synapses and tracts by in-degree, those of the background by number at the mean weight of
 * these. */
void region_count_receptors(struct region *region) {
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    struct population *population = region->population[k];
    struct sums sums = {0};
    for (int w = 0; w < region->n_wirings; w++)
      add(&sums, region->wiring[w].projection, population, region_expected_in_degree(region, w));
    for (int t = 0; t < region->n_tracts; t++)
      add(&sums, region->tract[t].projection, population, region->tract[t].in_degree);
    double unit =
        sums.in_degree > 0 ? sums.nS / sums.in_degree : population->background_nS[1] / REGION_VOLLEY;
    population->release_nS = unit;
    population->synapses_nS = sums.nS + region->own[k].afferents * unit;
    population->fibres_nS = sums.fibres_nS;
  }
}
