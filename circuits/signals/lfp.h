/* lfp.h — a stand-in for the local field potential (LFP): the weighted sum of synaptic currents of pyramidal
 * cells with fixed weights, the "reference weighted sum" of Mazzoni et al. 2015,
 * doi:10.1371/journal.pcbi.1004584,
 *
 *   L(t) = −I_AMPA(t − 6 ms) + 1.65 I_GABA(t)
 *
 * with outward currents positive, so that both terms are positive at usual potentials. That proxy was found
 * to follow the field of a population with real dendrites where the centres of excitation and inhibition lie
 * apart; here it is in pA per pyramidal cell, since the geometry that turns it into µV is not in the model.
 * I_AMPA is that of the AMPA receptors alone, background included (NMDA receptors are not part of the proxy),
 * I_GABA that of fast and slow GABA-A receptors.
 *
 * Currents are sampled once a millisecond, where the receptors have just computed them, and summed over tiles
 * of 128 cells in id order, then over tiles. Channels: the mean over all pyramidal cells of the region; over
 * each of their populations, that is layers, if there are several; over those near each electrode of a coarse
 * grid (a tile belongs to the electrode in whose square its centre lies); and single cells, evenly spaced,
 * from which the incoherent part of the power is known (spectrum.h). */
#ifndef CIRCUITS_SIGNALS_LFP_H
#define CIRCUITS_SIGNALS_LFP_H

#include "sheet.h"
#include "signals/trace.h"
#include "window.h"

enum {
  LFP_DELAY_MS = 6,
  LFP_SINGLE_CELLS = 64, /* at most */
  LFP_POPULATIONS = 8,
  LFP_PENDING = 10 /* samples that wait to be taken */
};

struct lfp_settings {
  double grid_um;    /* distance of electrodes, rounded so that they divide the side; 0: no grid */
  size_t samples;    /* of the trace */
  bool single_cells; /* sample them: their spectrum is wanted */
};

struct lfp_population {
  const struct population *population;
  int ampa, gaba[2]; /* receptors; −1: it has none */
  double *ampa_pA;   /* per tile: sum of the latest millisecond */
  double *gaba_pA;
  int32_t *electrode; /* per tile */
  int n_tiles;
  int first_single, n_single; /* its single cells among those of the region: cell lfp_single(…) */
};

struct lfp {
  struct lfp_population part[LFP_POPULATIONS];
  int n_parts;
  double n_cells;
  int grid_y, grid_x;
  double grid_um;
  double *electrode_cells; /* per electrode: cells near it */
  /* channels: all; populations, if several; single cells; electrodes, which are not in the trace */
  int first_population, first_single, n_single, first_electrode, channels;
  double *ampa_pA, *gaba_pA; /* per channel: mean of the latest millisecond */
  double *pending;           /* samples of all channels that were not yet taken */
  int n_pending;
  /* state */
  double *delayed;    /* AMPA of the latest LFP_DELAY_MS milliseconds, by millisecond mod that */
  int64_t seen;       /* milliseconds */
  struct trace trace; /* of the measured part of a window */
};

/* For the pyramidal populations of a region. Fails: NO_MEMORY; FAULT (more than LFP_POPULATIONS). Free with
 * lfp_free (accepts a zeroed one). */
MUST_USE enum status lfp_new(struct lfp *lfp, const struct lfp_settings *settings, const struct sheet *sheet,
                             const struct population *const *populations, int n);
void lfp_free(struct lfp *lfp);

struct observer lfp_observer(struct lfp *lfp);

/* Pending sample i, one value per channel; then forget them, adding them to the trace if they are part of the
 * measurement. At least every LFP_PENDING milliseconds. */
const double *lfp_pending(const struct lfp *lfp, int i);
void lfp_take(struct lfp *lfp, bool measured);

/* A new measurement begins. */
void lfp_clear(struct lfp *lfp);

MUST_USE enum status lfp_visit(struct lfp *lfp, const char *region, struct visitor *visitor);

#endif
