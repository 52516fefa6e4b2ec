/* random.h — draws without a generator: value = f(seed, stream, id, when, index).
 *
 * Philox4x32-10 of Random123 (Salmon et al. 2011, doi:10.1145/2063384.2063405); where kernels draw at
 * every tick, and synapses at the start, Threefry4x32-12 of the same. The key is the seed, the counter
 * holds the stream (what the draw is for), the id of the thing that draws, when it draws (a tick, a macro
 * step, a projection), and an index. Nothing is stored, so nothing has to be restored, and no draw
 * depends on blocks, threads or ranks. */
#ifndef CORE_RANDOM_H
#define CORE_RANDOM_H

#include "maths.h"
#include <Random123/philox.h>
#include <Random123/threefry.h>

/* Every purpose that draws; one list, so two purposes can never share numbers. */
#define RANDOM_STREAMS(X)                                                                                    \
  X(PLACE, "positions of cells inside their site")                                                           \
  X(VARY, "parameters that differ between cells")                                                            \
  X(START, "initial membrane potentials")                                                                    \
  X(WIRE, "synapses at the start")                                                                           \
  X(BACKGROUND, "background events")                                                                         \
  X(FORM, "formation of synapses")                                                                           \
  X(LOSE, "loss and maturation of synapses")                                                                 \
  X(AFFERENT, "counts of spines: all that form on a cell, and afferent ones lost")                           \
  X(SWEEP, "points of a sweep of experiments")                                                               \
  X(IN_DEGREES, "targets of synapses whose total number is fixed")                                           \
  X(WEIGHTS, "order of the weights of static synapses")                                                      \
  X(CLAMP, "noise of voltage clamps")                                                                        \
  X(STIMULUS, "events of stimuli")                                                                           \
  X(ELEMENTS, "pairing and loss of synaptic elements")                                                       \
  X(INJECTION, "volleys of background events that an experimenter gives")                                    \
  X(THETA, "wander of the theta rhythm, and events of septal fibres")                                        \
  X(FLUCTUATION, "fluctuations of the background that a region shares")                                      \
  X(RECIPROCAL, "pairs of cells that are connected both ways")
#define RANDOM_ENUM(name, meaning) RANDOM_##name,
enum random_stream { RANDOM_STREAMS(RANDOM_ENUM) RANDOM_STREAM_COUNT };
#undef RANDOM_ENUM

struct random_draw {
  uint32_t u[4];
};

/* Four independent 32-bit numbers. id < 2^40, index < 2^16. */
static inline struct random_draw random_draw(uint64_t seed, enum random_stream stream, uint64_t id,
                                             uint64_t when, uint32_t index) {
  /* clang-tidy 14 takes the 64 bits for the int that they were made of:
   * NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
  uint32_t id_high = (uint32_t)(id >> 32), when_high = (uint32_t)(when >> 32);
  philox4x32_ctr_t counter = {
      {(uint32_t)id, id_high << 24 | (uint32_t)stream << 16 | (index & 0xffffu), (uint32_t)when, when_high}};
  philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
  philox4x32_ctr_t value = philox4x32(counter, key);
  return (struct random_draw){{value.v[0], value.v[1], value.v[2], value.v[3]}};
}

/* The same by Threefry4x32 of the same authors, in 12 rounds: additions, rotations and exclusive ors only, so
 * it becomes vector code (random_lanes.h). */
enum { RANDOM_THREEFRY_ROUNDS = 12 };
static inline struct random_draw random_draw_threefry(uint64_t seed, enum random_stream stream, uint64_t id,
                                                      uint64_t when, uint32_t index) {
  threefry4x32_ctr_t counter = {{(uint32_t)id,
                                 (uint32_t)(id >> 32) << 24 | (uint32_t)stream << 16 | (index & 0xffffu),
                                 (uint32_t)when, (uint32_t)(when >> 32)}};
  threefry4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32), 0, 0}};
  threefry4x32_ctr_t value = threefry4x32_R(RANDOM_THREEFRY_ROUNDS, counter, key);
  return (struct random_draw){{value.v[0], value.v[1], value.v[2], value.v[3]}};
}

/* Uniform in (0, 1), never 0 or 1. */
static inline double random_uniform(uint32_t u) { return ((double)u + 0.5) * 0x1p-32; }

/* Standard normal; a 32-bit number truncates the tails at ±6.3 standard deviations. */
static inline double random_normal(uint32_t u) { return maths_normal_quantile(random_uniform(u)); }

/* Uniform integer in [0, n). */
static inline uint32_t random_below(uint32_t u, uint32_t n) { return (uint32_t)(((uint64_t)u * n) >> 32); }

/* Lognormal with the given mean and coefficient of variation. */
static inline double random_lognormal(uint32_t u, double mean, double cv) {
  double variance = maths_log(1.0 + cv * cv);
  return mean * maths_exp(sqrt(variance) * random_normal(u) - 0.5 * variance);
}

#endif
