/* poisson.c — background events by superposition.
 *
 * The events of the 128 cells of a tile form one Poisson train of 128 times the rate: its count in a tick is
 * drawn by inversion from a table of thresholds, then each event falls on a cell of the tile at random. That
 * is exact for independent trains of equal rate, and costs per event instead of per cell and tick. A cell
 * whose afferents have changed by a factor f takes its events from a train drawn at the largest factor
 * (spread) by keeping the share f/spread, so the draws themselves never change. Counts are cut where the
 * 32-bit uniform ends (probability 2e-10). */
#include "drive/poisson.h"
#include "memory.h"
#include "random.h"

enum { COUNT_MAX = 4096 };

/* Events of a tile and tick: P(0) = e^-mean must be a normal number. At 0.1 ms and a spread of 1.5 the limit
 * lies at 36 kHz a cell. */
static const double MEAN_MAX = 700.0;

struct poisson {
  double spread;
  int n_thresholds[2];
  uint32_t *threshold[2]; /* of a full tile and of the last one; in the same piece of memory */
};

/* Thresholds u_k = 2³² P(count ≤ k): the count is the number of thresholds that u reaches. */
static int fill(uint32_t *threshold, double mean) {
  double p = maths_exp(-mean), sum = p;
  int k = 0;
  while (k < COUNT_MAX - 1 && sum * 0x1p32 < 4294967295.0) {
    threshold[k++] = (uint32_t)(sum * 0x1p32);
    p *= mean / k;
    sum += p;
  }
  return k;
}

static int last_tile(const struct population *population) {
  int left = population->n % POPULATION_TILE;
  return left ? left : POPULATION_TILE;
}

static void drive(const struct population *population, int b, uint64_t seed, int64_t tick) {
  const struct poisson *poisson = population->drive_state;
  const struct block *block = &population->block[b];
  for (int tile = 0; tile < block->n; tile += POPULATION_TILE) {
    int cells = block->n - tile < POPULATION_TILE ? block->n - tile : POPULATION_TILE;
    int which = cells < POPULATION_TILE;
    uint64_t id = population->first_id + (uint64_t)(block->first + tile);
    struct random_draw draw = random_draw(seed, RANDOM_BACKGROUND, id, (uint64_t)tick, 0);
    int count = 0;
    while (count < poisson->n_thresholds[which] && draw.u[0] >= poisson->threshold[which][count]) count++;
    for (int e = 0; e < count;
         e++) { /* event e takes two of the numbers 2, 3 of draw 0, then 0 … 3 of draws 1, 2, … */
      int at = 2 + 2 * e;
      if (e && at % 4 == 0)
        draw = random_draw(seed, RANDOM_BACKGROUND, id, (uint64_t)tick, (uint32_t)(at / 4));
      uint32_t cell = (uint32_t)tile + random_below(draw.u[at % 4], (uint32_t)cells);
      block->background[cell] +=
          random_uniform(draw.u[at % 4 + 1]) * poisson->spread < (double)block->afferents[cell];
    }
  }
}

enum status poisson_set(struct population *population, double rate_Hz, double spread, double dt_ms) {
  if (!(rate_Hz >= 0 && rate_Hz <= 20000)) {
    return status_fail(STATUS_CONFIG,
                       "%s/%s: a background of %g events per second is out of range (0 … 20000)",
                       population->region, population->name, rate_Hz);
  }
  double per_cell = rate_Hz * spread * dt_ms * 1e-3;
  if (!(per_cell * POPULATION_TILE <= MEAN_MAX)) {
    return status_fail(STATUS_CONFIG, "%s/%s: a background of %g events per tick and cell is above %g",
                       population->region, population->name, per_cell, MEAN_MAX / POPULATION_TILE);
  }
  size_t bytes = sizeof(struct poisson) + 2 * COUNT_MAX * sizeof(uint32_t);
  if (!population->drive_state) TRY(memory_new("background", 1, bytes, &population->drive_state));
  struct poisson *poisson = population->drive_state;
  poisson->spread = spread;
  poisson->threshold[0] = (uint32_t *)(void *)(poisson + 1);
  poisson->threshold[1] = poisson->threshold[0] + COUNT_MAX;
  poisson->n_thresholds[0] = fill(poisson->threshold[0], per_cell * POPULATION_TILE);
  poisson->n_thresholds[1] = fill(poisson->threshold[1], per_cell * last_tile(population));
  population->background_Hz = rate_Hz;
  population->background_spread = spread;
  population->drive = drive;
  return STATUS_OK;
}
