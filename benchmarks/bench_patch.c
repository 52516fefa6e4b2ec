/* bench_patch.c — how fast a circuit runs: wall time per biological second, synaptic events per second, bytes
 * per synapse.
 *
 * bench_patch CONFIG [SECONDS [THREADS [REPEATS]]]: builds the circuits of an experiment (no drug), settles
 * them, then times REPEATS stretches of SECONDS each. Events are counted, not estimated: deliveries of spikes
 * through the network's own synapses; background events apart. */
#include "fields.h"
#include "memory.h"
#include "simulation.h"
#include "wall.h"
#include <stdio.h>
#include <stdlib.h>

/* Out-degree of every cell of a population, over all its pathways, times its spikes. */
static double count_events(const struct simulation *simulation) {
  const struct network *network = simulation->network;
  double events = 0;
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    const uint32_t *spikes = simulation->activity.count[projection->source->index];
    for (int b = 0; b < projection->target->n_blocks; b++) {
      const uint32_t *segment = projection->block[b].segment;
      for (uint32_t j = 0; j < (uint32_t)projection->source->n; j++) {
        events += (double)spikes[j] * (segment[j + 1] - segment[j]);
      }
    }
  }
  return events;
}

static void forget_spikes(struct activity *activity) {
  for (int k = 0; k < activity->n_buffers; k++) activity->buffer[k].n = 0;
}

static enum status advance(struct simulation *simulation, double seconds) {
  struct observer observers[1 + EXPERIMENT_REGIONS] = {activity_observer(&simulation->activity)};
  for (int r = 0; r < simulation->n_regions; r++)
    observers[1 + r] = glutamate_observer(&simulation->tissue[r].glutamate);
  struct window window = {.step = {.dt_ms = simulation->network->clock.dt_ms, .slow_dt_ms = 1.0},
                          .observers = observers,
                          .n_observers = 1 + simulation->n_regions};
  int64_t ms = (int64_t)(seconds * 1000.0 + 0.5);
  for (; ms > 0; ms -= 10) {
    TRY(window_run(simulation->network, &window, 10 * simulation->network->ms_ticks));
    forget_spikes(&simulation->activity);
  }
  return STATUS_OK;
}

static int by_value(const void *a, const void *b) {
  double p = *(const double *)a, q = *(const double *)b;
  return p < q ? -1 : p > q;
}

static enum status measure(struct simulation *simulation, double seconds, int threads, int repeats) {
  const struct network *network = simulation->network;
  double synapses = (double)network_synapses(network), bytes = 0, cells = 0, wall[64], events = 0;
  for (int p = 0; p < network->n_projections; p++) bytes += (double)projection_bytes(network->projection[p]);
  for (int p = 0; p < network->n_populations; p++) cells += network->population[p]->n;
  TRY(advance(simulation, 1.0));
  for (int k = 0; k < repeats; k++) {
    activity_clear(&simulation->activity);
    double begin = wall_s();
    TRY(advance(simulation, seconds));
    wall[k] = (wall_s() - begin) / seconds;
    events = count_events(simulation) / seconds;
  }
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    printf("  %-10s %6d cells %6.2f Hz (target %g)\n", population->name, population->n,
           (double)activity_spikes(&simulation->activity, p) / population->n / seconds,
           population->target_Hz);
  }
  qsort(wall, (size_t)repeats, sizeof *wall, by_value);
  printf(
      "cells %.0f, synapses %.0f, build %.2f s (%.1f M synapses/s), bytes per synapse %.2f, memory %.0f MB\n",
      cells, synapses, simulation->build_wall_s, synapses / simulation->build_wall_s * 1e-6, bytes / synapses,
      1e-6 * (double)memory_in_use());
  printf("threads %d: wall per biological second: best %.3f s, median %.3f s; %.1f M synaptic events per "
         "biological second, "
         "%.0f M per wall second\n",
         threads, wall[0], wall[repeats / 2], events * 1e-6, events * 1e-6 / wall[repeats / 2]);
  return STATUS_OK;
}

static enum status bench(const char *path, double seconds, int threads, int repeats) {
  struct experiment_options options = {0};
  struct experiment *experiment = NULL;
  struct simulation *simulation = NULL;
  TRY(memory_new("experiment", 1, sizeof *experiment, &experiment));
  TRY(memory_new("simulation", 1, sizeof *simulation, &simulation));
  enum status status = experiment_read(path, &options, experiment);
  if (status == STATUS_OK) status = simulation_place(experiment, simulation);
  if (status == STATUS_OK) status = config_finish(experiment->config);
  if (status == STATUS_OK) status = simulation_wire(simulation, threads, 1);
  if (status == STATUS_OK) status = measure(simulation, seconds, threads, repeats);
  simulation_free(simulation);
  experiment_free(experiment);
  memory_free(simulation);
  memory_free(experiment);
  return status;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: bench_patch CONFIG [SECONDS [THREADS [REPEATS]]]\n");
    return 2;
  }
  double seconds = argc > 2 ? strtod(argv[2], NULL) : 1.0;
  int threads = argc > 3 ? atoi(argv[3]) : 1, repeats = argc > 4 ? atoi(argv[4]) : 5;
  if (!(seconds >= 0.01 && seconds <= 1000) || threads < 1 || threads > 1024 || repeats < 1 || repeats > 64) {
    fprintf(stderr, "bench_patch: SECONDS 0.01 … 1000, THREADS 1 … 1024, REPEATS 1 … 64\n");
    return 2;
  }
  enum status status = bench(argv[1], seconds, threads, repeats);
  if (status != STATUS_OK) fprintf(stderr, "bench_patch: %s\n", status_message());
  return status_exit_code(status);
}
