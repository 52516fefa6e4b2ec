/* mutual.h — pairs of cells of one population that are connected both ways, more often than by chance.
 *
 * Among pyramidal cells of layer 5 such pairs are three to four times as many as their connection probability
 * would make by chance (Song et al. 2005, doi:10.1371/journal.pbio.0030068; Perin et al. 2011,
 * doi:10.1073/pnas.1016051108). A pathway with probability p(r) and reciprocity R is drawn as two
 * independent processes: one joins unordered pairs both ways, with probability m, the other draws each
 * direction by itself, with probability q, where
 *   1 − p = (1 − m)(1 − q)   and   m + (1 − m) q² = R p²,   so   m = (R − 1) p² / (1 − 2p + R p²),
 * or m = p, all pairs both ways, where R p ≥ 1. In-degrees and distances are those without, whatever R.
 * Synapses that form later pay no heed to it, so turnover lets the excess fade. */
#ifndef CIRCUITS_SYNAPSES_MUTUAL_H
#define CIRCUITS_SYNAPSES_MUTUAL_H

#include "synapses/tables.h"

/* m, of connection probability p (may be above 1). */
static inline double mutual_share(double p, double reciprocity) {
  if (p * reciprocity >= 1.0) return p < 1.0 ? p : 1.0;
  return (reciprocity - 1.0) * p * p / (1.0 - 2.0 * p + reciprocity * p * p);
}

/* q: what is left to be drawn one way. */
static inline double mutual_rest(double p, double reciprocity) {
  double m = mutual_share(p, reciprocity);
  return p > m && m < 1.0 ? (p - m) / (1.0 - m) : 0.0;
}

/* One direction of a pair. */
struct mutual_edge {
  int32_t target, source;
  uint32_t u[2]; /* for weight and delay, for the age */
  double r2_um2;
};

/* Those onto the cells of a block: cell block->first + k has edges from first[k] up to first[k + 1]. */
struct mutual_edges {
  struct mutual_edge *edge;
  size_t n, capacity;
  size_t *first;
};

/* Draw them. Draws are keyed by pathway, pair of sites and count, so both cells of a pair meet the same, in
 * whatever blocks they are. Fails: NO_MEMORY. Free with mutual_free, also after a failure. */
MUST_USE enum status mutual_draw(const struct wiring *wiring, const struct wiring_tables *tables, int b,
                                 uint64_t seed, struct mutual_edges *out);
void mutual_free(struct mutual_edges *edges);

#endif
