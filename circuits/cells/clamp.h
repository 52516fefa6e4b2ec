/* clamp.h — limits by comparing floats as integers, whose order is the same from 0 up: one instruction each,
 * where a comparison of floats takes two to six, since it must mind signed zeros and what is no number. */
#ifndef CIRCUITS_CELLS_CLAMP_H
#define CIRCUITS_CELLS_CLAMP_H

#include "maths.h"

static inline int32_t clamp_bits(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/* x, but at most a positive limit. */
static inline float clamp_above(float x, float limit) {
  int32_t a = clamp_bits(x), b = clamp_bits(limit);
  return maths_from_bits_f32(a < b ? a : b);
}

/* x, but at least 0. */
static inline float clamp_below(float x) {
  int32_t a = clamp_bits(x);
  return maths_from_bits_f32(a > 0 ? a : 0);
}

#endif
