/* wiring.h — who is connected to whom: connection probability falls with lateral distance. */
#ifndef CIRCUITS_SYNAPSES_WIRING_H
#define CIRCUITS_SYNAPSES_WIRING_H

#include "projection.h"
#include "sheet.h"

enum kernel_shape {
  KERNEL_GAUSSIAN,    /* p₀ exp(−r²/2σ²) */
  KERNEL_EXPONENTIAL, /* p₀ exp(−r/λ) */
  KERNEL_UNIFORM      /* p₀ */
};

/* How one pathway is drawn. Distances are lateral, µm; on a periodic sheet the kernel is summed over all
 * images, so that the in-degree does not depend on the size of the patch. */
struct wiring_tables;
struct wiring {
  struct projection *projection;
  const struct sheet *sheet;
  enum kernel_shape shape;
  double p0, width_um;
  double
      reciprocity; /* pairs connected both ways over chance (mutual.h), 1 or 0: chance; one population only */
  double delay_ms, delay_sd_ms, velocity_m_per_s,
      delay_least_ms;           /* synaptic part, its spread, conduction; cut below */
  double young_share;           /* share of plastic synapses that are young at the start, */
  double young_mean_h;          /* and their mean age (exponential) */
  struct wiring_tables *tables; /* of wiring_prepare, or NULL */
};

/* Make what all blocks of a pathway need (tables.h), once its cells are placed and its delay classes
 * known. It spares wiring_block to make them for every block. Fails: NO_MEMORY. */
MUST_USE enum status wiring_prepare(struct wiring *wiring);
void wiring_release(struct wiring *wiring);

/* Probability that a source at (dx, dy) from the target is connected to it. */
double wiring_probability(const struct wiring *wiring, double dx_um, double dy_um);

/* One-dimensional factor of a Gaussian kernel, summed over images. */
double wiring_factor(const struct wiring *wiring, double d_um, double side_um);

/* Largest delay that can be drawn, ms (for the delay classes). */
double wiring_longest_ms(const struct wiring *wiring);

/* Draw all synapses of target block b. Draws are keyed by pathway, target cell (pair of sites, where pairs
 * are drawn) and count, so the result depends on nothing else. No cell synapses onto itself, no pair twice.
 * Fails: NO_MEMORY. May run in parallel over blocks. */
MUST_USE enum status wiring_block(const struct wiring *wiring, int b, uint64_t seed);

/* Delay class of a pair at distance r, from a standard normal z. */
int wiring_delay_class(const struct wiring *wiring, double r_um, double z, double dt_ms);

/* Weight in quanta from a standard normal z: lognormal, cut at the projection's range. */
uint16_t wiring_weight(const struct projection *projection, double z);

#endif
