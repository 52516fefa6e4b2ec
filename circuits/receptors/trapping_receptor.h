/* trapping_receptor.h — the part that receptors in and outside of synapses share: the block of their
 * channels, tile by tile, at every millisecond and over times without spikes. A receptor says how many of
 * its channels glutamate has activated; all else is in trapping_block.h and trapping_rest.h. */
#ifndef CIRCUITS_RECEPTORS_TRAPPING_RECEPTOR_H
#define CIRCUITS_RECEPTORS_TRAPPING_RECEPTOR_H

#include "receptors/trapping_block.h"
#include "receptors/trapping_rest.h"

struct trapping_receptor {
  struct trapping_rows rows;
  const struct glun2 *subunit;
  double exposed, allosteric; /* shares: of concentrations that is seen here, of receptors with that site */
  /* Share of the receptors of subunit s that glutamate has activated, for n cells from `first` on. */
  void (*activate)(const struct cells *cells, int s, int first, int n, float *restrict activated);
};

/* Does anything act here? Fills what acts on each subunit that the cell has. */
static inline bool trapping_find_all(const struct cells *cells, const struct step *step,
                                     const struct trapping_receptor *receptor,
                                     struct trapping_drugs drugs[SUBUNITS]) {
  bool any = false;
  for (int s = 0; s < SUBUNITS; s++) {
    double exposed = receptor->subunit->share[s] > 0.0f ? receptor->exposed : 0.0;
    trapping_find(cells, step, &receptor->rows, s, receptor->subunit->RT_F_mV, exposed, receptor->allosteric,
                  &drugs[s]);
    any |= drugs[s].any;
  }
  return any;
}

/* The tile's cells at this millisecond, subunit by subunit; block moves if `time` > 0, by that many ms. */
static inline void trapping_tile_looks(const struct cells *cells, const struct trapping_receptor *receptor,
                                       const struct trapping_drugs *drugs, int first, int n, float waited,
                                       float time) {
  const struct glun2 *subunit = receptor->subunit;
  struct trapping_tile tile;
  int there = 0;
  while (subunit->share[there] == 0.0f) there++; /* shares sum to 1 */
  trapping_voltage(&drugs[there], &tile, cells->V + first, first, n);
  for (int s = 0; s < SUBUNITS; s++) {
    if (subunit->share[s] == 0.0f) continue;
    receptor->activate(cells, s, first, n, tile.activated);
    trapping_look(&drugs[s], &tile, receptor->rows.voltage + first, first, n, subunit->mg[s],
                  subunit->peak[s]);
    if (!(time > 0.0f)) continue;
    trapping_move(&drugs[s], &tile, first, n, waited, time);
    float *restrict unblocked = receptor->rows.unblocked + s * cells->stride + first;
    const float share = subunit->share[s];
#pragma omp simd
    for (int i = 0; i < n; i++) unblocked[i] = share * tile.left[i];
  }
}

/* Once a millisecond. */
static inline void trapping_adapt(const struct cells *cells, const struct step *step,
                                  const struct trapping_receptor *receptor) {
  struct trapping_drugs drugs[SUBUNITS];
  float *restrict waiting = receptor->rows.waited;
  double *restrict looks = receptor->rows.looks;
  if (!trapping_find_all(cells, step, receptor, drugs)) return;
  const bool due = trapping_due(step, trapping_every(step, receptor->subunit, drugs));
  const float waited = waiting[0] + 1.0f, time = due ? waited * (float)step->slow_dt_ms : 0.0f;
  for (int first = 0; first < cells->n; first += TRAPPING_TILE) {
    const int n = cells->n - first < TRAPPING_TILE ? cells->n - first : TRAPPING_TILE;
    trapping_tile_looks(cells, receptor, drugs, first, n, waited, time);
  }
  for (int i = 0; i < cells->n; i++) waiting[i] = due ? 0.0f : waited;
  for (int i = 0; due && i < cells->n; i++) looks[i] += (double)waited;
}

/* From the end of a window over rest_ms without spikes. */
static inline void trapping_rest_all(const struct cells *cells, const struct step *step,
                                     const struct trapping_receptor *receptor, double rest_ms) {
  const struct trapping_rows *rows = &receptor->rows;
  struct trapping_drugs drugs[SUBUNITS];
  if (!trapping_find_all(cells, step, receptor, drugs)) return;
  for (int s = 0; s < SUBUNITS; s++) {
    const float share = receptor->subunit->share[s];
    if (drugs[s].any && share > 0.0f)
      trapping_rest(cells, &drugs[s], rows->looks, share, rows->unblocked + s * cells->stride, rest_ms);
  }
}

#endif
