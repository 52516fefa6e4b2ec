/* draws.h — the numbers that synapses at the start are drawn from, some at a time: four words each, keyed by
 * stream, cell (or pair of sites), pathway and count. */
#ifndef CIRCUITS_SYNAPSES_DRAWS_H
#define CIRCUITS_SYNAPSES_DRAWS_H

#include "random_lanes.h"
#include <string.h>

enum { DRAWS = 8 };

_Static_assert(DRAWS % RANDOM_LANES == 0, "some draws are whole vectors");

struct draws {
  uint32_t u[4][DRAWS];
};

/* Those of counts first … first + DRAWS − 1. The index of a draw has 16 bits; what is beyond goes beside
 * the pathway's number. */
static inline void draw_some(uint64_t seed, enum random_stream stream, uint64_t id, int pathway,
                             uint32_t first, struct draws *draws) {
  uint64_t when = (uint64_t)pathway << 32 | first >> 16;
  for (int k = 0; k < DRAWS; k += RANDOM_LANES) {
    uint32_t index[RANDOM_LANES];
    random_lanes low, high, u[4];
    for (uint32_t l = 0; l < RANDOM_LANES; l++)
      index[l] = (uint32_t)(id >> 32) << 24 | ((first + (uint32_t)k + l) & 0xffffu);
    memcpy(&high, index, sizeof high);
    low = high - high + (uint32_t)id;
    random_draw_lanes(seed, stream, &low, &high, when, u);
    for (int w = 0; w < 4; w++) memcpy(&draws->u[w][k], &u[w], sizeof u[w]);
  }
}

#endif
