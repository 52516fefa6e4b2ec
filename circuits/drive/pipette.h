/* pipette.h — whole-cell recordings in a network that runs: chosen cells are given current or are held at a
 * potential, and what they do is read at every tick.
 *
 *   current clamp   the cell gets holding current, a step, and pulses; its potential is read. A slow feedback
 *                   can find the holding current that brings it to a potential, dI/dt = γ (V_h − V), as
 *                   amplifiers do between recordings.
 *   voltage clamp   the potential is V_h at the start of every tick, and I = Σ g (V_h − E) over the cell's
 *                   receptors is read: negative is inward. The clamp is ideal. The pipette holds a blocker of
 *                   sodium channels (as QX-314): the cell cannot fire, so it can be held at any potential.
 *   pulse           a strong current that ends when the cell fires: one spike at a known time.
 *   cut             the cell's spikes stay in it: what it does reaches no other cell.
 *   silent          those that no pulse asked for stay in it, as if it were kept below its threshold.
 *
 * Cells without a pipette are left alone; which of them fired is noted, since a spike that nobody asked for
 * spoils what its targets show. Pipettes are the one thing beside an observer's `tell` that changes what
 * cells see, and only while they are attached. */
#ifndef CIRCUITS_DRIVE_PIPETTE_H
#define CIRCUITS_DRIVE_PIPETTE_H

#include "window.h"

enum pipette_mode { PIPETTE_CURRENT, PIPETTE_VOLTAGE };
enum { PIPETTE_SPIKES = 256 }; /* that are kept of one cell */

struct pipette {
  int population, cell; /* in the network; in the population */
  enum pipette_mode mode;
  double hold_mV;
  bool feedback;     /* current clamp: the holding current moves */
  double holding_pA; /* current clamp */
  double step_pA, step_from_ms, step_to_ms;
  int n_pulses; /* at pulse_first_ms and every pulse_every_ms from there */
  double pulse_first_ms, pulse_every_ms;
  bool cut;
  bool silent; /* what it fires beside its pulses stays in it, and is not noted */
  /* what it reads, from the latest pipettes_begin on */
  float *trace; /* per tick: mV, or pA under voltage clamp */
  int n_spikes, pulse;
  double spike_ms[PIPETTE_SPIKES]; /* ends of the ticks in which it fired */
};

struct pipettes {
  const struct network *network;
  struct pipette *pipette; /* by population and cell */
  int n;
  int64_t begin, ticks;
  float *trace;
  /* per population: */
  int **of_block;   /* first pipette of each block; one more at the end */
  uint8_t **pulsed; /* per population and cell: 1 where it is pulsed */
  float *sodium;    /* per pipette and field: what stood there before the blocker */
};

/* Attach n pipettes (copied; on different cells, in any order) for recordings of at most `ms`. Fails:
 * NO_MEMORY; CONFIG (a voltage clamp on cells that have no threshold to block); FAULT (two on one cell, or a
 * population that has pipettes already). Detach with pipettes_free (accepts a zeroed one). Not in
 * parallel. */
MUST_USE enum status pipettes_new(struct pipettes *pipettes, const struct network *network,
                                  const struct pipette *list, int n, double ms);
void pipettes_free(struct pipettes *pipettes);

/* A recording begins now: traces and spikes of the one before are forgotten. */
void pipettes_begin(struct pipettes *pipettes);

struct observer pipettes_observer(struct pipettes *pipettes);

/* Samples of the latest recording; the time of one, ms. */
int pipettes_samples(const struct pipettes *pipettes);

/* Is this cell one of those that are pulsed? */
bool pipettes_pulsed(const struct pipettes *pipettes, int population, int cell);

#endif
