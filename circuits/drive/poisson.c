/* poisson.c — setting a Poisson drive: the tables of counts, and which way of drawing is cheaper. See
 * poisson_draw.c. */
#include "drive/poisson.h"
#include "circuit.h"
#include "drive/poisson_state.h"
#include "maths.h"
#include "memory.h"

/* e^-mean must be a normal number, and the thresholds must fit. */
static const double RATE_MAX_HZ = 1e6, MEAN_MAX = 100.0;

/* Superposition costs per event, inversion per cell: they meet here, in events per cell and tick at the
 * largest factor (docs/numerics.md). A constant of the model, since the two draw different numbers. */
static const double INVERSION_FROM = 0.4;
/* The same where the factors of cells may vary: then each cell has thresholds of its own. */
static const double INVERSION_FROM_VARIED = 1.5;

/* P(count ≤ k) up to which thresholds are compared without asking whether any cell has got so far. */
static const double POISSON_USUAL = 0.9995;

static void fill(struct poisson_table *table, double mean) {
  double p = maths_exp(-mean), sum = p;
  int k = 0;
  table->usual = 0;
  while (k < POISSON_THRESHOLDS - 1 && sum * 0x1p32 < 4294967295.0) {
    table->threshold[k++] = (uint32_t)(sum * 0x1p32);
    if (sum < POISSON_USUAL) table->usual = k;
    p *= mean / k;
    sum += p;
  }
  table->n = k;
  for (int g = 0, reached = 0; g < POISSON_GUIDES; g++) {
    while (reached < k && (uint32_t)g << 24 >= table->threshold[reached]) reached++;
    table->guide[g] = (uint16_t)reached;
  }
}

static int last_tile(const struct population *population) {
  int left = population->n % POPULATION_TILE;
  return left ? left : POPULATION_TILE;
}

enum status poisson_set(struct population *population, double rate_Hz, double spread, double dt_ms) {
  if (!(rate_Hz >= 0 && rate_Hz <= RATE_MAX_HZ)) {
    return status_fail(STATUS_CONFIG, "%s/%s: a background of %g events per second is out of range (0 … %g)",
                       population->region, population->name, rate_Hz, RATE_MAX_HZ);
  }
  const struct poisson *before = population->drive_state;
  double reach = before ? spread * fluctuation_most(&before->fluctuation) : spread;
  double mean = rate_Hz * dt_ms * 1e-3, most = mean * reach;
  if (!(most <= MEAN_MAX)) {
    return status_fail(STATUS_CONFIG, "%s/%s: a background of %g events per tick and cell is above %g",
                       population->region, population->name, most, MEAN_MAX);
  }
  const struct mechanisms *mechanisms;
  TRY(circuit_mechanisms(&mechanisms));
  if (!population->drive_state) {
    TRY(memory_new("background", 1, sizeof(struct poisson), &population->drive_state));
    population->drive_until = INT64_MAX;
  }
  struct poisson *poisson = population->drive_state;
  poisson->spread = spread;
  poisson->reach = reach;
  poisson->mean = mean;
  poisson->scale = 1.0;
  poisson->inversion = most >= (reach > 1 ? INVERSION_FROM_VARIED : INVERSION_FROM);
  if (poisson->inversion) {
    fill(&poisson->cell, mean);
  } else {
    fill(&poisson->tile[0], most * POPULATION_TILE);
    fill(&poisson->tile[1], most * last_tile(population));
  }
  population->background_Hz = rate_Hz;
  population->background_spread = spread;
  population->drive = mechanism_find(mechanisms, "poisson")->drive;
  return STATUS_OK;
}

void poisson_scale(struct population *population, double factor) {
  struct poisson *poisson = population->drive_state;
  if (!poisson) return;
  factor = factor < 0 ? 0 : factor < poisson->spread ? factor : poisson->spread;
  if (factor == poisson->scale) return;
  poisson->scale = factor;
  if (poisson->inversion) fill(&poisson->cell, poisson->mean * factor);
}

void poisson_rhythm(struct population *population, const struct theta_clock *clock, double depth,
                    double phase) {
  struct poisson *poisson = population->drive_state;
  poisson->clock = depth > 0 ? clock : NULL;
  poisson->depth = depth;
  poisson->phase = phase;
}

enum status poisson_fluctuate(struct population *population, const struct fluctuation *fluctuation) {
  struct poisson *poisson = population->drive_state;
  if (!fluctuation->clock) return STATUS_OK;
  poisson->fluctuation = *fluctuation;
  for (int b = 0; b < population->n_blocks; b++) population->block[b].held = (struct steps_held){0};
  return poisson_set(population, population->background_Hz, population->background_spread,
                     fluctuation->clock->dt_ms);
}

void poisson_until(struct population *population, int64_t tick) { population->drive_until = tick; }
