/* bench_limit.c — kernels of a scene timed by themselves, and its counts put into the formula of machine.h.
 * */
#include "bench_limit.h"
#include "memory.h"
#include <string.h>
#include <time.h>

enum { KERNEL_CELLS = 4096, BURSTS = 40, BURST_STEPS = 20 };

static double thread_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

/* ---- time of a cell ---- */

/* Cells of the same kind, apart: mechanisms and parameters are those of the population. */
static struct population copy_kind(const struct population *population) {
  struct population copy = {.n = KERNEL_CELLS,
                            .cell = population->cell,
                            .cell_params = population->cell_params,
                            .n_receptors = population->n_receptors,
                            .n_ports = population->n_ports,
                            .background_port = -1,
                            .synapses_nS = population->synapses_nS};
  memcpy(copy.receptor, population->receptor, sizeof copy.receptor);
  memcpy(copy.port, population->port, sizeof copy.port);
  return copy;
}

static void forget_kind(struct population *copy) {
  copy->cell_params = NULL; /* those are the original's */
  for (int r = 0; r < copy->n_receptors; r++) copy->receptor[r].params = NULL;
  population_free(copy);
}

static void step_block(const struct population *population, int b, const struct step *step) {
  const struct block *block = &population->block[b];
  memset(block->g, 0, (size_t)block->padded * sizeof(float));
  memset(block->g_E, 0, (size_t)block->padded * sizeof(float));
  for (int r = 0; r < population->n_receptors; r++) {
    struct cells cells = population_cells(population, b, r);
    population->receptor[r].mechanism->open(&cells, step);
  }
  struct cells cells = population_cells(population, b, -1);
  population->cell->advance(&cells, step);
}

/* ns of a cell and tick, without arrivals: the least of many bursts. */
static enum status cell_ns(const struct population *population, double dt_ms, double *ns) {
  struct population copy = copy_kind(population);
  enum status status = population_allocate(&copy, POPULATION_BLOCK);
  for (int b = 0; status == STATUS_OK && b < copy.n_blocks; b++) population_start(&copy, b, 1);
  *ns = 1e30;
  for (int k = 0; status == STATUS_OK && k < BURSTS; k++) {
    struct step step = {.dt_ms = dt_ms, .slow_dt_ms = 1.0};
    double begin = thread_ns();
    for (step.tick = 0; step.tick < BURST_STEPS; step.tick++) {
      for (int b = 0; b < copy.n_blocks; b++) step_block(&copy, b, &step);
    }
    double spent = (thread_ns() - begin) / BURST_STEPS / KERNEL_CELLS;
    *ns = spent < *ns ? spent : *ns;
  }
  forget_kind(&copy);
  return status;
}

static double guarded_ns(const struct machine *machine, const struct population *population,
                         double measured_ns) {
  int exponentials = population->cell->exponentials;
  for (int r = 0; r < population->n_receptors; r++)
    exponentials += population->receptor[r].mechanism->exponentials;
  int receptors = population->n_receptors > 0 ? population->n_receptors : 1;
  return machine_cell_ns(machine, measured_ns, exponentials, receptors);
}

/* ---- the workload ---- */

/* Bytes that one spike may write to: the largest arena or block, all lanes of a port. */
static double accumulator_bytes(const struct network *network) {
  double most = 0;
  for (int a = 0; a < network->n_arenas; a++) {
    const struct arena *arena = &network->arena[a];
    double cells = arena->slots ? arena->n_places : network->block[arena->block[0]]->padded;
    int lanes = 1;
    for (int k = 0; k < network->n_bundles && arena->slots; k++)
      lanes = network->bundle[k].lanes > lanes ? network->bundle[k].lanes : lanes;
    most = fmax(most, cells * lanes * (double)sizeof(int32_t));
  }
  return most;
}

/* Bytes of cells that are read and written in a step; 0 if they stay in the last cache. Blocks without
 * static input go through all steps of an interval while they are near. */
static double cell_bytes(const struct network *network, const struct machine *machine) {
  double bytes = 0;
  for (int p = 0; p < network->n_populations; p++) bytes += (double)population_bytes(network->population[p]);
  if (bytes <= machine->cache_bytes) return 0;
  return network->n_bundles ? bytes : bytes / network->interval;
}

static int list_backgrounds(const struct network *network, struct machine_background *background) {
  int n = 0;
  for (int p = 0; p < network->n_populations && n < CIRCUIT_POPULATIONS; p++) {
    const struct population *population = network->population[p];
    double per_tick = population->background_Hz * network->clock.dt_ms * 1e-3;
    if (population->drive && per_tick > 0 && network->tick < population->drive_until)
      background[n++] = (struct machine_background){population->n, per_tick};
  }
  return n;
}

enum status bench_limit(const struct bench_scene *scene, const struct machine *machine, double events,
                        double segments, struct machine_limit *out) {
  const struct network *network = scene->network;
  struct machine_background background[CIRCUIT_POPULATIONS];
  struct workload workload = {.steps = 1000.0 / network->clock.dt_ms,
                              .background = background,
                              .n_background = list_backgrounds(network, background),
                              .events = events,
                              .segments = segments,
                              .synapse_bytes = network->n_bundles ? 2 : 4,
                              .list_bytes = (double)network_synapse_bytes(network),
                              .accumulator_bytes = accumulator_bytes(network),
                              .cell_bytes = cell_bytes(network, machine),
                              .intervals = 1000.0 / network->clock.dt_ms / network->interval};
  for (int p = 0; p < network->n_populations; p++) {
    double ns;
    TRY(cell_ns(network->population[p], network->clock.dt_ms, &ns));
    workload.cells_ns += network->population[p]->n * guarded_ns(machine, network->population[p], ns);
  }
  *out = machine_limit(machine, &workload, machine->threads > 1);
  return STATUS_OK;
}
