/* poisson_state.h — what a Poisson drive is set to (poisson.c), and its kernels read (poisson_draw.c). */
#ifndef CIRCUITS_DRIVE_POISSON_STATE_H
#define CIRCUITS_DRIVE_POISSON_STATE_H

#include "drive/fluctuation.h"

enum {
  POISSON_THRESHOLDS = 512, /* most of one distribution */
  POISSON_GUIDES = 256
};

/* A Poisson distribution as thresholds u_k = 2³² P(count ≤ k), rounded down: the count is the number of
 * thresholds that a 32-bit number reaches. Its 8 highest bits tell how many it reaches at least. */
struct poisson_table {
  int n;
  int usual; /* thresholds that hardly a cell goes beyond */
  uint32_t threshold[POISSON_THRESHOLDS];
  uint16_t guide[POISSON_GUIDES];
};

struct poisson {
  double spread, mean;             /* events of a cell and tick at factor 1 */
  double reach;                    /* the largest factor, at the height of the fluctuation */
  double scale;                    /* on the rate of all cells */
  const struct theta_clock *clock; /* of the rhythm that the rate follows; NULL: none */
  double depth, phase;             /* of it; turns */
  struct fluctuation fluctuation;  /* that the region shares */
  bool inversion;                  /* per cell; else by superposition */
  struct poisson_table cell;       /* inversion: a cell of factor 1 */
  struct poisson_table tile[2];    /* superposition, at `reach`: a full tile and the last one */
};

#endif
