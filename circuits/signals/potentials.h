/* potentials.h — membrane potentials of single cells, once a millisecond: evenly spaced among those of a
 * population, as an electrode in each would show them. */
#ifndef CIRCUITS_SIGNALS_POTENTIALS_H
#define CIRCUITS_SIGNALS_POTENTIALS_H

#include "window.h"

enum {
  POTENTIALS_CELLS = 256, /* of all populations together */
  POTENTIALS_PENDING = 10 /* samples that wait to be taken */
};

/* A cell that is looked at. */
struct potentials_cell {
  const struct population *population;
  int cell;
};

struct potentials {
  const struct network *network; /* NULL: nothing is looked at */
  struct potentials_cell cell[POTENTIALS_CELLS];
  int n;
  double latest[POTENTIALS_CELLS];
  double pending[POTENTIALS_PENDING][POTENTIALS_CELLS]; /* not state: taken before a run can stop */
  int n_pending;
};

/* Look at cells[p] cells of population p of a network; in order of populations. */
void potentials_new(struct potentials *potentials, const struct network *network, const int *cells);

struct observer potentials_observer(struct potentials *potentials);

/* Pending sample i, one value per cell, mV; then forget them. At least every POTENTIALS_PENDING
 * milliseconds. */
const double *potentials_pending(const struct potentials *potentials, int i);
void potentials_take(struct potentials *potentials);

#endif
