/* tract.h — connections between sheets: a source cell and its targets lie in different regions, or the
 * source stands for fibres from outside.
 *
 * A share of the source cells projects, the same cells to all targets. Without topography every projecting
 * cell meets a target with the same probability, so that the mean in-degree is the one that is given. With
 * topography the source sheet is laid over the target's, corner on corner, and
 *   p(r) = K exp(−r²/2σ²) / (ρ 2πσ²)
 * r on the target's sheet, K the in-degree, ρ projecting cells per area there; periodic sheets sum over
 * images. At open edges the in-degree falls, as that of the kernels within a region does. Delays are
 * normal, cut at both ends: conduction along the tract is in them. Synapses on spines turn over (spines.h):
 * a new one has its source drawn in proportion to p/(1 − p), as in partners.h. */
#ifndef CIRCUITS_SYNAPSES_TRACT_H
#define CIRCUITS_SYNAPSES_TRACT_H

#include "projection.h"
#include "sheet.h"

struct tract_wiring {
  struct projection *projection;
  const struct sheet *from, *to;
  double in_degree;
  double width_um; /* σ; 0: no topography */
  double delay_ms, delay_sd_ms, delay_low_ms, delay_high_ms;
  const uint32_t *projecting; /* source cells, ascending */
  int n_projecting;
  double young_share, young_mean_h; /* of plastic synapses at the start, as in wiring.h */
};

/* The source cells of a population that project: about a share of all, at least `least` of them if it has as
 * many; *out from memory_new. Depends on seed and cells alone. Fails: NO_MEMORY. */
MUST_USE enum status tract_sources(const struct population *source, double share, int least, uint64_t seed,
                                   uint32_t **out, int *n);

/* Largest connection probability; above 1 the in-degree cannot be had from so few cells. */
double tract_peak(const struct tract_wiring *wiring);

/* Draw all synapses of target block b. Draws are keyed by pathway, target cell and count. Fails:
 * NO_MEMORY. May run in parallel over blocks. */
MUST_USE enum status tract_block(const struct tract_wiring *wiring, int b, uint64_t seed);

/* Propose a source cell for a new synapse of target cell i, from two draws and the largest probability
 * (tract_peak); −1 if this trial gives none. It may be connected already. */
int tract_propose(const struct tract_wiring *wiring, double peak, int i, const uint32_t u[2]);

/* Trials per proposal, about: 1 without topography. */
double tract_trials(const struct tract_wiring *wiring);

/* Delay class from a standard normal z. */
int tract_delay_class(const struct tract_wiring *wiring, double z);

#endif
