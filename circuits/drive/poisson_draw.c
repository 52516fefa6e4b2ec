/* poisson_draw.c — background events: a tick of a block, by one of two exact ways. A number belongs to the
 * seed, a cell or tile, and the tick, so events depend neither on blocks nor on other cells.
 *
 * Superposition, for few events: those of the 128 cells of a tile form one Poisson train of 128 times the
 * rate. Its count in a tick is drawn by inversion, then each event falls on a cell at random: exact for
 * independent trains of equal rate, and the cost is per event. The train is drawn at the largest factor
 * (reach); a cell whose afferents have changed by a factor f keeps the share f/reach of its events, and
 * where the rate of all cells is scaled, or follows a rhythm or a fluctuation, the share f scale/reach. One
 * number is an event: of its upper 25 bits times the number of cells, the upper part is the cell, the lower
 * one says whether the event is kept.
 *
 * Inversion, for many: each cell and tick has one number, and the count is how many thresholds it reaches
 * (Devroye 1986, doi:10.1007/978-1-4613-8643-8, chapter III). A cell of another factor has thresholds of its
 * own; its number stays the same, so its count only grows with its factor.
 *
 * Counts are cut where a 32-bit number ends (probability 2e-10). */
#include "drive/poisson_state.h"
#include "mechanism.h"
#include "population.h"
#include "random_lanes.h"
#if defined(__AVX2__)
#include <immintrin.h>
#endif

typedef int32_t signed_lanes __attribute__((vector_size(4 * RANDOM_LANES)));

/* Cells served by 16 draws of four numbers; a tile holds whole groups. Word w of draw l is of cell 16 w + l.
 */
enum { GROUP_DRAWS = 16, GROUP = 4 * GROUP_DRAWS, PARTS = GROUP_DRAWS / RANDOM_LANES };

/* The cell of the group that lane 0 of word w is of, in each part of the 16 draws. */
static inline int cell_of(int part, int w) { return w * GROUP_DRAWS + part * RANDOM_LANES; }

/* The draws of ids lowest, lowest + 1, … */
static inline void draw_next(random_lanes u[4], uint64_t seed, uint64_t lowest, int64_t tick) {
  static const uint32_t numbers[GROUP_DRAWS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  random_lanes lane;
  memcpy(&lane, numbers, sizeof lane);
  random_lanes id = lane + (uint32_t)lowest;
  random_lanes carried = (random_lanes)(id < (uint32_t)lowest) & 1u;
  random_lanes high = (carried + (uint32_t)(lowest >> 32)) << 24;
  random_draw_lanes(seed, RANDOM_BACKGROUND, &id, &high, (uint64_t)tick, u);
}

/* Is any bit set? What GCC makes of plain C here costs as much as the counting. */
static inline bool any(const signed_lanes *lanes) {
#if defined(__AVX512F__)
  return _mm512_test_epi32_mask((__m512i)*lanes, (__m512i)*lanes) != 0;
#elif defined(__AVX2__)
  return !_mm256_testz_si256((__m256i)*lanes, (__m256i)*lanes);
#else
  uint64_t pairs[2];
  memcpy(pairs, lanes, sizeof pairs);
  return (pairs[0] | pairs[1]) != 0;
#endif
}

/* ---- inversion ---- */

/* Counts of four vectors of cells of factor 1. */
static inline void count_usual(const struct poisson_table *table, const random_lanes u[4],
                               signed_lanes count[4]) {
  for (int w = 0; w < 4; w++) count[w] = (signed_lanes){0};
  for (int k = 0; k < table->usual; k++) {
    for (int w = 0; w < 4; w++) count[w] -= u[w] >= table->threshold[k];
  }
  for (int k = table->usual; k < table->n; k++) {
    signed_lanes beyond = {0};
    for (int w = 0; w < 4; w++) {
      signed_lanes reached = u[w] >= table->threshold[k];
      count[w] -= reached;
      beyond |= reached;
    }
    if (!any(&beyond)) break;
  }
}

/* Does the rate of all cells change from tick to tick? */
static inline bool moves(const struct poisson *poisson) {
  return poisson->clock || poisson->fluctuation.clock;
}

/* Where counts are cut, as in the table. */
static const double LAST_NUMBER = 4294967295.0;

/* Counts of a group whose cells have factors of their own; those of factor 1 stay. The number is one up,
 * since thresholds are not rounded down here: a count grows with its factor also across 1. */
static void count_varied(const struct poisson *poisson, double scale, const float *factor, const uint32_t *u,
                         int32_t *count) {
  const bool all = moves(poisson); /* then the table is that of another moment */
  double mean[GROUP], p[GROUP], sum[GROUP], reached[GROUP], number[GROUP];
#pragma omp simd
  for (int i = 0; i < GROUP; i++) {
    mean[i] = poisson->mean * scale * (double)factor[i];
    sum[i] = p[i] = maths_exp(-mean[i]);
    number[i] = ((double)u[i] < LAST_NUMBER - 1.0 ? (double)u[i] + 1.0 : LAST_NUMBER) * 0x1p-32;
    reached[i] = 0;
  }
  double more = 1;
  for (int k = 1; k < POISSON_THRESHOLDS && more > 0; k++) {
    const double inverse = 1.0 / k;
    double most = 0;
#pragma omp simd reduction(max : most)
    for (int i = 0; i < GROUP; i++) {
      double here = number[i] > sum[i] ? 1.0 : 0.0;
      reached[i] += here;
      most = here > most ? here : most;
      p[i] *= mean[i] * inverse;
      sum[i] += p[i];
    }
    more = most;
  }
  for (int i = 0; i < GROUP; i++) count[i] = all || factor[i] != 1.0f ? (int32_t)reached[i] : count[i];
}

static inline bool all_one(const float *factor) {
  typedef float float_lanes __attribute__((vector_size(4 * RANDOM_LANES)));
  signed_lanes other = {0};
  for (int i = 0; i < GROUP; i += RANDOM_LANES) {
    float_lanes f;
    memcpy(&f, factor + i, sizeof f);
    other |= f != 1.0f;
  }
  return !any(&other);
}

/* A group that is not full, the last one of a population, or not of factor 1 alone. */
static __attribute__((noinline)) void invert_special(const struct poisson *poisson, double scale,
                                                     uint64_t seed, uint64_t id, int64_t tick,
                                                     const float *afferents, int n, int32_t *background) {
  float factor[GROUP];
  uint32_t number[GROUP];
  int32_t events[GROUP];
  for (int i = 0; i < GROUP; i++) factor[i] = i < n ? afferents[i] : 1.0f;
  for (int part = 0; part < PARTS; part++) {
    random_lanes u[4];
    signed_lanes count[4];
    draw_next(u, seed, id + (uint64_t)(part * RANDOM_LANES), tick);
    count_usual(&poisson->cell, u, count);
    for (int w = 0; w < 4; w++) {
      memcpy(number + cell_of(part, w), &u[w], sizeof u[w]);
      memcpy(events + cell_of(part, w), &count[w], sizeof count[w]);
    }
  }
  if (moves(poisson) || !all_one(factor)) count_varied(poisson, scale, factor, number, events);
  for (int i = 0; i < n; i++) background[i] += events[i];
}

static void invert(const struct poisson *poisson, double scale, const struct block *block, uint64_t id,
                   uint64_t seed, int64_t tick) {
  for (int at = 0; at < block->n; at += GROUP, id += GROUP) {
    int n = block->n - at < GROUP ? block->n - at : GROUP;
    int32_t *background = block->background + at;
    if (n < GROUP || moves(poisson) || !all_one(block->afferents + at)) {
      invert_special(poisson, scale, seed, id, tick, block->afferents + at, n, background);
      continue;
    }
    for (int part = 0; part < PARTS; part++) {
      random_lanes u[4];
      signed_lanes count[4], before;
      draw_next(u, seed, id + (uint64_t)(part * RANDOM_LANES), tick);
      count_usual(&poisson->cell, u, count);
      for (int w = 0; w < 4; w++) {
        memcpy(&before, background + cell_of(part, w), sizeof before);
        before += count[w];
        memcpy(background + cell_of(part, w), &before, sizeof before);
      }
    }
  }
}

/* ---- superposition ---- */

enum {
  TILES = POPULATION_BLOCK / POPULATION_TILE, /* most of a block */
  DRAWS = TILES * POISSON_THRESHOLDS / 4      /* most draws of four events each */
};

/* The draws of a block's events, tile by tile in a row, each in one word: number of the tile, events that it
 * has, number of the draw from 1 on. */
enum {
  COUNT_BITS = 10,
  COUNT_SHIFT = 10,
  TILE_SHIFT = COUNT_SHIFT + COUNT_BITS,
  FIELD = (1 << COUNT_BITS) - 1
};
struct draws {
  int n;
  uint32_t word[DRAWS + GROUP_DRAWS];
};

/* Nearly every search ends with its guide or one of the next two thresholds: no branch for those. */
static inline int tile_count(const struct poisson_table *table, uint32_t u) {
  int count = table->guide[u >> 24];
  if (count + 2 <= table->n) count += (u >= table->threshold[count]) + (u >= table->threshold[count + 1]);
  while (count < table->n && u >= table->threshold[count]) count++;
  return count;
}

static inline void ask(struct draws *draws, int tile, int count) {
  int n = (count + 3) / 4;
  const uint32_t word = (uint32_t)tile << TILE_SHIFT | (uint32_t)count << COUNT_SHIFT;
  for (int at = 0; at < n; at += GROUP_DRAWS) { /* in whole lines; what is too much is written over */
    for (int d = 0; d < GROUP_DRAWS; d++) draws->word[draws->n + at + d] = word + (uint32_t)(at + d + 1);
  }
  draws->n += n;
}

static inline void ids_from(uint64_t id, random_lanes *low, random_lanes *high) {
  *low += (uint32_t)id;
  random_lanes carried = (random_lanes)(*low < (uint32_t)id) & 1u;
  *high |= (carried + (uint32_t)(id >> 32)) << 24;
}

/* Draws 0 of the tiles give their counts. */
static void count_tiles(const struct poisson *poisson, const struct block *block, uint64_t id, uint64_t seed,
                        int64_t tick, struct draws *draws) {
  static const uint32_t first[TILES] = {0, 128, 256, 384, 512, 640, 768, 896};
  uint32_t number[TILES + RANDOM_LANES];
  for (int t = 0; t < TILES; t += RANDOM_LANES) {
    random_lanes low = {0}, high = {0}, u[4];
    memcpy(&low, first + t, sizeof low < sizeof first ? sizeof low : sizeof first);
    ids_from(id, &low, &high);
    random_draw_lanes(seed, RANDOM_BACKGROUND, &low, &high, (uint64_t)tick, u);
    memcpy(number + t, &u[0], sizeof u[0]);
  }
  draws->n = 0;
  for (int t = 0; t * POPULATION_TILE < block->n; t++) {
    bool whole = block->n - t * POPULATION_TILE >= POPULATION_TILE;
    ask(draws, t, tile_count(&poisson->tile[!whole], number[t]));
  }
  memset(draws->word + draws->n, 0, GROUP_DRAWS * sizeof *draws->word);
}

/* Four vectors of events: cells in the block, and what their factors must exceed for them to be kept. */
struct events {
  uint32_t cell[4][RANDOM_LANES];
  float least[4][RANDOM_LANES];
};

static inline void place_events(const random_lanes *word, const random_lanes u[4], int n_cells, float quantum,
                                struct events *events) {
  typedef float float_lanes __attribute__((vector_size(4 * RANDOM_LANES)));
  const float never = 3e38f;
  signed_lanes kept_out, never_bits;
  float_lanes nevers = never - (float_lanes){0};
  memcpy(&never_bits, &nevers, sizeof nevers);
  random_lanes base = (*word >> TILE_SHIFT) * (uint32_t)POPULATION_TILE, cells = (uint32_t)n_cells - base;
  /* events that the tile has from this draw on */
  signed_lanes left = (signed_lanes)((*word >> COUNT_SHIFT & FIELD) - 4 * ((*word & FIELD) - 1));
  random_lanes whole = (random_lanes)(cells > (uint32_t)POPULATION_TILE);
  cells = (cells & ~whole) | (whole & (uint32_t)POPULATION_TILE);
  for (int w = 0; w < 4; w++) {
    random_lanes product = (u[w] >> 7) * cells, cell = base + (product >> 25);
    signed_lanes fraction = (signed_lanes)(product << 7 >> 8), bits;
    float_lanes least = __builtin_convertvector(fraction, float_lanes) * quantum;
    memcpy(&bits, &least, sizeof bits);
    kept_out = left <= w;
    bits = (bits & ~kept_out) | (never_bits & kept_out);
    memcpy(events->cell[w], &cell, sizeof cell);
    memcpy(events->least[w], &bits, sizeof bits);
  }
}

static void superpose(const struct poisson *poisson, double scale, const struct block *block, uint64_t id,
                      uint64_t seed, int64_t tick) {
  struct draws draws;
  struct events events;
  const float quantum = (float)(poisson->reach / scale * 0x1p-24), *factor = block->afferents;
  int32_t *background = block->background;
  count_tiles(poisson, block, id, seed, tick, &draws);
  for (int d = 0; d < draws.n; d += RANDOM_LANES) {
    random_lanes word, low, high, u[4];
    memcpy(&word, draws.word + d, sizeof word);
    low = (word >> TILE_SHIFT) * (uint32_t)POPULATION_TILE;
    high = word & FIELD;
    ids_from(id, &low, &high);
    random_draw_lanes(seed, RANDOM_BACKGROUND, &low, &high, (uint64_t)tick, u);
    place_events(&word, u, block->n, quantum, &events);
    int lanes = draws.n - d < RANDOM_LANES ? draws.n - d : RANDOM_LANES;
    for (int w = 0; w < 4; w++) {
      for (int l = 0; l < lanes; l++) {
        uint32_t cell = events.cell[w][l];
        background[cell] += events.least[w][l] < factor[cell];
      }
    }
  }
}

/* On the rate of all cells at a tick. */
static double scale_at(const struct poisson *poisson, struct block *block, int64_t tick) {
  double scale = poisson->scale;
  if (poisson->clock) {
    scale *= theta_factor(poisson->clock, poisson->depth, poisson->phase, tick);
    scale = scale < poisson->spread ? scale : poisson->spread;
  }
  const struct fluctuation *fluctuation = &poisson->fluctuation;
  if (fluctuation->clock)
    scale *= fluctuation_factor(fluctuation, fluctuation_step(fluctuation->clock, tick), &block->held);
  return scale;
}

static void drive(const struct population *population, int b, uint64_t seed, int64_t tick) {
  const struct poisson *poisson = population->drive_state;
  struct block *block = &population->block[b];
  uint64_t id = population->first_id + (uint64_t)block->first;
  if (tick >= population->drive_until) return;
  const double scale = scale_at(poisson, block, tick);
  if (poisson->inversion) {
    invert(poisson, scale, block, id, seed, tick);
  } else {
    superpose(poisson, scale, block, id, seed, tick);
  }
}

extern const struct mechanism MECHANISM(poisson);
const struct mechanism MECHANISM(poisson) = {
    .name = "poisson",
    .kind = MECHANISM_DRIVE,
    .meaning = "independent Poisson events on every cell",
    .citation = "superposition, and inversion: Devroye 1986, doi:10.1007/978-1-4613-8643-8",
    .drive = drive};
