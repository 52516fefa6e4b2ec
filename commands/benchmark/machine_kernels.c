/* machine_kernels.c — see machine_kernels.h. Compiled once per instruction set. */
#include "machine_kernels.h"
#include "random_lanes.h"

#ifndef ISA
#define ISA base
#endif
#define JOIN_(isa) machine_kernels_##isa
#define JOIN(isa) JOIN_(isa)

enum { AHEAD = 1024, BEGINS_AHEAD = 64, LINE_PLACES = 32, GROUP_LANES = 4 * RANDOM_LANES };

/* Four at a time, or the count of the loop costs as much as an addition. */
static void add(int32_t *restrict set, const uint32_t *restrict place, int n) {
  for (int e = 0; e < n; e += 4) {
    set[place[e]]++;
    set[place[e + 1]]++;
    set[place[e + 2]]++;
    set[place[e + 3]]++;
  }
}

static uint64_t read_words(const uint64_t *data, size_t n) {
  uint64_t sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t i = 0; i < n; i++) sum += data[i];
  return sum;
}

static void update(uint64_t *data, size_t n) {
#pragma omp simd
  for (size_t i = 0; i < n; i++) data[i]++;
}

static void deliver(int32_t *restrict set, const struct machine_lists *lists, const uint32_t *source, int n) {
  const int length = lists->length;
  int asked = 0, ahead = 0; /* events and sources asked for, counted from the first */
  for (int s = 0; s < n; s++) {
    if (s + BEGINS_AHEAD + AHEAD / length < n)
      __builtin_prefetch(&lists->begin[source[s + BEGINS_AHEAD + AHEAD / length]]);
    while (ahead < n && asked < s * length + AHEAD) {
      const uint16_t *list = lists->place + lists->begin[source[ahead++]];
      for (int e = 0; e < length; e += LINE_PLACES) __builtin_prefetch(list + e);
      asked += length;
    }
    const uint16_t *place = lists->place + lists->begin[source[s]];
    for (int e = 0; e < length; e++) set[place[e]]++;
  }
}

static void exponential(float *x, int n) {
#pragma omp simd
  for (int i = 0; i < n; i++) x[i] = maths_exp_f32(x[i]) - 1.0f;
}

static void difference(float *restrict rise, float *restrict decay, float *restrict g,
                       int32_t *restrict arrivals, int n) {
#pragma omp simd
  for (int i = 0; i < n; i++) {
    float jump = (float)arrivals[i] * 0x1p-20f;
    arrivals[i] = 0;
    rise[i] = __builtin_fmaf(rise[i], 0.9f, jump);
    decay[i] = __builtin_fmaf(decay[i], 0.99f, jump);
    g[i] += decay[i] - rise[i];
  }
}

static inline void draw(random_lanes u[4], uint32_t number, uint64_t tick) {
  static const uint32_t lanes[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  random_lanes id, high = {0};
  memcpy(&id, lanes, sizeof id);
  id += number;
  random_draw_lanes(1, RANDOM_BACKGROUND, &id, &high, tick, u);
}

static void superpose(int32_t *restrict background, int n, int events, uint64_t tick) {
  const int shift = __builtin_clz((unsigned)n) + 1;
  for (int at = 0; at < events; at += GROUP_LANES) {
    random_lanes u[4];
    uint32_t cell[GROUP_LANES];
    draw(u, (uint32_t)at, tick);
    for (int w = 0; w < 4; w++) {
      random_lanes own = u[w] >> shift;
      memcpy(cell + w * RANDOM_LANES, &own, sizeof own);
    }
    int stop = events - at < GROUP_LANES ? events - at : GROUP_LANES;
    for (int e = 0; e < stop; e++) background[cell[e]]++;
  }
}

static void invert(int32_t *restrict background, int n, const uint32_t *threshold, int n_thresholds,
                   uint64_t tick) {
  typedef int32_t counts __attribute__((vector_size(4 * RANDOM_LANES)));
  for (int at = 0; at < n; at += GROUP_LANES) {
    random_lanes u[4];
    counts count[4];
    draw(u, (uint32_t)at, tick);
    memcpy(count, background + at, sizeof count);
    for (int k = 0; k < n_thresholds; k++) {
      for (int w = 0; w < 4; w++) count[w] -= u[w] >= threshold[k];
    }
    memcpy(background + at, count, sizeof count);
  }
}

extern const struct machine_kernels JOIN(ISA);
const struct machine_kernels JOIN(ISA) = {
    .add = add,
    .read = read_words,
    .update = update,
    .deliver = deliver,
    .exponential = exponential,
    .difference = difference,
    .superpose = superpose,
    .invert = invert,
};
