/* trains.h — a network of cells that fire as a test says: with a chance in every tick, at ticks that a mother
 * train gives to all with a chance to follow, in doublets, or regularly. They are not connected. */
#ifndef TESTS_CIRCUITS_TRAINS_H
#define TESTS_CIRCUITS_TRAINS_H

#include "check.h"
#include "memory.h"
#include "random.h"
#include "window.h"

#define TRAINS_FIELDS(X)                                                                                     \
  X(float, V, "mV", STATE, 1, "membrane potential: at rest")                                                 \
  X(int32_t, number, "1", VARIED, 1, "of the cell")                                                          \
  X(float, chance, "1", VARIED, 1, "to fire in a tick by itself")                                            \
  X(float, follow, "1", VARIED, 1, "to fire with the mother train")                                          \
  X(int32_t, period, "tick", VARIED, 1, "fires every so many ticks; 0: not so")                              \
  X(int32_t, doublet, "tick", VARIED, 1, "and so many ticks after; 0: not so")
FIELDS_DEFINE(trains, TRAINS_FIELDS)

static double trains_mother = 0.002; /* chance of the mother train in a tick */

static inline double trains_chance(uint64_t id, int64_t tick, uint32_t index) {
  return random_uniform(random_draw(4, RANDOM_VARY, id, (uint64_t)tick, index).u[0]);
}

static inline void trains_start(const struct cells *cells, int i, const uint32_t u[8]) {
  struct trains s = trains_at(cells->column);
  s.V[i] = -60;
  s.number[i] = (int32_t)(u[0] >> 1);
}

static inline void trains_advance(const struct cells *cells, const struct step *step) {
  struct trains s = trains_at(cells->column);
  bool mother = trains_chance(1ull << 39, step->tick, 0) < trains_mother;
  for (int i = 0; i < cells->n; i++) {
    int64_t phase = s.period[i] ? step->tick % s.period[i] : -1;
    uint64_t id = (uint64_t)s.number[i];
    cells->fired[i] = phase == 0 || (s.doublet[i] && phase == s.doublet[i]) ||
                      (s.chance[i] > 0 && trains_chance(id, step->tick, 1) < (double)s.chance[i]) ||
                      (mother && s.follow[i] > 0 && trains_chance(id, step->tick, 2) < (double)s.follow[i]);
  }
}

static const struct mechanism trains_mechanism = {.name = "trains",
                                                  .kind = MECHANISM_CELL,
                                                  .fields = trains_fields,
                                                  .n_fields = COUNT_OF(trains_fields),
                                                  .start = trains_start,
                                                  .advance = trains_advance};

/* A network of populations of n[p] cells; blocks of so many. */
static inline struct network *trains_network(const int *n, int n_populations, int block_cells, int threads) {
  struct network *network;
  uint64_t first_id = 0;
  assert_ok(network_new((struct clock){0.1}, 4, &network));
  for (int p = 0; p < n_populations; p++) {
    struct population *population;
    assert_ok(network_population(network, &population));
    snprintf(population->region, sizeof population->region, "test");
    snprintf(population->name, sizeof population->name, "cells_%d", p);
    population->index = p;
    population->n = n[p];
    population->first_id = first_id;
    population->cell = &trains_mechanism;
    population->background_port = -1;
    first_id += (uint64_t)n[p];
    assert_ok(population_allocate(population, block_cells));
  }
  assert_ok(network_connect(network, threads, 1));
  for (int b = 0; b < network->n_blocks; b++)
    population_start(network->block_population[b], network->block_in_population[b], 2);
  return network;
}

/* How cells first … last of a population fire. */
static inline void trains_set(struct network *network, int p, int first, int last, float chance, float follow,
                              int period, int doublet) {
  struct population *population = network->population[p];
  for (int c = first; c <= last; c++) {
    struct block *block = &population->block[c / population->block_cells];
    struct trains s = trains_at(block->cell_column);
    int i = c - block->first;
    s.chance[i] = chance;
    s.follow[i] = follow;
    s.period[i] = period;
    s.doublet[i] = doublet;
  }
}

static inline void trains_run(struct network *network, const struct observer *observer, int ms) {
  struct window window = {.step = {.dt_ms = 0.1, .slow_dt_ms = 1}, .observers = observer, .n_observers = 1};
  assert_ok(window_run(network, &window, 10 * ms));
}

#endif
