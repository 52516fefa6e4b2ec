/* random_lanes.h — several draws at once, for kernels: lane l of word w is
 * random_draw_threefry(seed, stream, id[l], when, index[l]).u[w], bit for bit on every instruction set. */
#ifndef CORE_RANDOM_LANES_H
#define CORE_RANDOM_LANES_H

#include "random.h"

/* As many as a register of the build holds: GCC takes wider vectors apart, lane by lane where it compares. */
#if defined(__AVX512F__)
enum { RANDOM_LANES = 16 };
#elif defined(__AVX2__)
enum { RANDOM_LANES = 8 };
#else
enum { RANDOM_LANES = 4 };
#endif
typedef uint32_t random_lanes __attribute__((vector_size(4 * RANDOM_LANES)));

#define RANDOM_ROTATED(x, bits) ((x) << (bits) | (x) >> (32 - (bits)))
/* Two rounds, the words mixed in pairs (0, 1), (2, 3), then (0, 3), (2, 1); a … d: bits of rotation. */
#define RANDOM_TWO_ROUNDS(a, b, c, d)                                                                        \
  x0 += x1, x1 = RANDOM_ROTATED(x1, a) ^ x0, x2 += x3, x3 = RANDOM_ROTATED(x3, b) ^ x2;                      \
  x0 += x3, x3 = RANDOM_ROTATED(x3, c) ^ x0, x2 += x1, x1 = RANDOM_ROTATED(x1, d) ^ x2

/* `id`: its lower 32 bits; `high`: (id >> 32) << 24 | index, per lane. By pointers, since vectors as values
 * would need one convention of calls per instruction set. */
static inline __attribute__((always_inline)) void random_draw_lanes(uint64_t seed, enum random_stream stream,
                                                                    const random_lanes *id,
                                                                    const random_lanes *high, uint64_t when,
                                                                    random_lanes u[4]) {
  const uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32), k4 = 0x1BD11BDAu ^ k0 ^ k1;
  const uint32_t w0 = (uint32_t)when, w1 = (uint32_t)(when >> 32); /* words 2 and 3 of the key are 0 */
  random_lanes x0 = *id + k0, x1 = (*high | (uint32_t)stream << 16) + k1, x2 = x0 - x0 + w0,
               x3 = x2 - w0 + w1;
  RANDOM_TWO_ROUNDS(10, 26, 11, 21);
  RANDOM_TWO_ROUNDS(13, 27, 23, 5);
  x0 += k1, x3 += k4 + 1;
  RANDOM_TWO_ROUNDS(6, 20, 17, 11);
  RANDOM_TWO_ROUNDS(25, 10, 18, 20);
  x1 += 0, x2 += k4, x3 += k0 + 2;
  RANDOM_TWO_ROUNDS(10, 26, 11, 21);
  RANDOM_TWO_ROUNDS(13, 27, 23, 5);
  x1 += k4, x2 += k0, x3 += k1 + 3;
  u[0] = x0, u[1] = x1, u[2] = x2, u[3] = x3;
}

#endif
