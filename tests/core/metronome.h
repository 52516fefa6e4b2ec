/* metronome.h — the simplest network that shows how spikes travel: a cell that fires at the ticks its phase
 * and period say, whatever arrives, and a receptor that writes down what arrives at every tick. */
#ifndef TESTS_CORE_METRONOME_H
#define TESTS_CORE_METRONOME_H

#include "check.h"
#include "memory.h"
#include "window.h"

enum { METRONOME_TICKS = 300 };

#define METRONOME_FIELDS(X)                                                                                  \
  X(float, V, "mV", STATE, 1, "membrane potential: as it is set")                                            \
  X(int32_t, period, "tick", VARIED, 1, "fires every so many ticks; 0: never")                               \
  X(int32_t, phase, "tick", VARIED, 1, "first of them")

#define LISTENER_FIELDS(X)                                                                                   \
  X(int32_t, heard, "1", STATE, METRONOME_TICKS, "counts that arrived at each tick")                         \
  X(double, total, "nS", SUM, 1, "conductance that arrived")

FIELDS_DEFINE(metronome, METRONOME_FIELDS)
FIELDS_DEFINE(listener, LISTENER_FIELDS)

static inline void metronome_start(const struct cells *cells, int i, const uint32_t u[8]) {
  struct metronome s = metronome_at(cells->column);
  s.V[i] = -60.0f;
  s.period[i] = 20 + (int32_t)(u[0] % 50);
  s.phase[i] = (int32_t)(u[1] % 50);
}

static inline void metronome_advance(const struct cells *cells, const struct step *step) {
  struct metronome s = metronome_at(cells->column);
  for (int i = 0; i < cells->n; i++) {
    int64_t since = step->tick - s.phase[i];
    cells->fired[i] = s.period[i] > 0 && since >= 0 && since % s.period[i] == 0;
  }
}

static inline void listener_open(const struct cells *cells, const struct step *step) {
  struct listener s = listener_at(cells->column);
  for (int i = 0; i < cells->n; i++) {
    int32_t counts = cells->arrivals[i * cells->lanes + cells->lane];
    if (step->tick < METRONOME_TICKS) s.heard[(int)step->tick * cells->stride + i] = counts;
    s.total[i] += counts * cells->quantum;
  }
}

static const struct mechanism metronome = {.name = "metronome",
                                           .kind = MECHANISM_CELL,
                                           .fields = metronome_fields,
                                           .n_fields = COUNT_OF(metronome_fields),
                                           .start = metronome_start,
                                           .advance = metronome_advance};
static const struct mechanism listener = {.name = "listener",
                                          .kind = MECHANISM_RECEPTOR,
                                          .fields = listener_fields,
                                          .n_fields = COUNT_OF(listener_fields),
                                          .open = listener_open};

/* A population of n metronomes that hear both lanes of port 0 and the one of port 1. */
static inline struct population *metronome_population(struct network *network, const char *name, int n,
                                                      int block_cells) {
  struct population *population;
  uint64_t first_id = 0;
  for (int p = 0; p < network->n_populations; p++) first_id += (uint64_t)network->population[p]->n;
  assert_ok(network_population(network, &population));
  snprintf(population->name, sizeof population->name, "%s", name);
  snprintf(population->region, sizeof population->region, "test");
  population->n = n;
  population->first_id = population->first_node = first_id;
  population->cell = &metronome;
  population->background_port = -1;
  population->n_ports = 2;
  population->port[0] = (struct port){.name = "pair", .lanes = 2, .quantum = {1.0 / 1024, 1.0 / 1024}};
  population->port[1] = (struct port){.name = "single", .lanes = 1, .quantum = {1.0 / 1024, 0}};
  population->n_receptors = 3;
  population->receptor[0] = (struct receptor){&listener, "first", NULL, 0, 0};
  population->receptor[1] = (struct receptor){&listener, "second", NULL, 0, 1};
  population->receptor[2] = (struct receptor){&listener, "single", NULL, 1, 0};
  assert_ok(population_allocate(population, block_cells));
  return population;
}

/* A pathway without short-term plasticity, delays low … high ms; to be given its edges. */
static inline struct projection *metronome_projection(struct network *network, struct population *source,
                                                      struct population *target, int port, double low_ms,
                                                      double high_ms) {
  struct projection *projection;
  assert_ok(network_projection(network, source, target, &projection));
  snprintf(projection->name, sizeof projection->name, "%s_to_%s", source->name, target->name);
  projection->port = port;
  projection->U = 1;
  projection->mean_nS = 1;
  projection->counted_nS = 0.25;
  projection->weight_quantum_nS = 1.0 / 64;
  assert_ok(projection_delays(projection, &network->clock, low_ms, high_ms));
  assert_ok(projection_allocate(projection));
  return projection;
}

static inline void metronome_start_all(struct network *network) {
  for (int b = 0; b < network->n_blocks; b++)
    population_start(network->block_population[b], network->block_in_population[b], network->seed);
}

#endif
