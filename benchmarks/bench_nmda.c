/* bench_nmda.c — what subunits and drugs cost at NMDA receptors: the full mPFC network with the receptors
 * of the model, against the same network with plain ones (nmda_plain.c: Jahr & Stevens, no subunits, no
 * drugs, nothing outside synapses). Variants alternate, 100 ms of biology at a time on one thread;
 * printed is the median over rounds of the ratio of CPU times, for none, two, four and six blockers.
 * Blockers are there in traces only, so that all variants fire alike. Usage: bench_nmda [ROUNDS] [CONFIG
 * with calibrated drives]. */
#include "circuit.h"
#include "drugs/action.h"
#include "memory.h"
#include "region.h"
#include "window.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BLOCKERS = 6, VARIANTS = 5, ROUNDS_MOST = 100, SETTLE_TICKS = 3000, ROUND_TICKS = 1000 };

struct scene {
  struct region region;
  struct network *network;
};

static double cpu_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The mechanisms with the plain receptor under the name of the whole one. */
static enum status plain_mechanisms(const struct mechanisms *all, struct mechanisms *out) {
  static struct mechanism plain;
  const struct mechanism **list;
  TRY(memory_new("mechanisms", (size_t)all->n, sizeof *list, &list));
  plain = *mechanism_find(all, "nmda_plain");
  plain.name = "nmda";
  for (int i = 0; i < all->n; i++) list[i] = strcmp(all->list[i]->name, "nmda") == 0 ? &plain : all->list[i];
  *out = (struct mechanisms){all->isa, list, all->n};
  return STATUS_OK;
}

static void forget_extrasynaptic(struct region *region) {
  for (int k = 0; k < region->anatomy.n_populations; k++) {
    struct population *population = region->population[k];
    int r = population_receptor(population, "nmda_extrasynaptic");
    if (r < 0 || r != population->n_receptors - 1) continue;
    memory_free(population->receptor[r].params);
    population->n_receptors--;
  }
}

static enum status build(struct config *config, const struct mechanisms *mechanisms, bool plain,
                         struct scene *out) {
  struct anatomy anatomy;
  struct region *const regions[] = {&out->region};
  struct spine_params spines;
  spines_read(config, &spines);
  TRY(mpfc_anatomy(&anatomy));
  TRY(network_new((struct clock){0.1}, 1, &out->network));
  const struct region_context context = {.config = config,
                                         .mechanisms = mechanisms,
                                         .network = out->network,
                                         .block_cells = POPULATION_BLOCK,
                                         .spines = &spines,
                                         .temperature_C = 37,
                                         .substances = plain ? 0 : BLOCKERS,
                                         .extrasynaptic = true};
  TRY(region_build(&out->region, &anatomy, &context));
  if (plain) forget_extrasynaptic(&out->region);
  TRY(network_connect(out->network, 1, 1));
  TRY(region_wire(regions, 1, out->network));
  for (int b = 0; b < out->network->n_blocks; b++) {
    struct block *block = out->network->block[b];
    for (int i = 0; i < block->n; i++) block->ambient[i] = 0.05f;
  }
  return STATUS_OK;
}

static enum status run(const struct scene *scene, int n_blockers, int64_t ticks, double *spent) {
  static const struct nmda_channel drug = {0.33, 0.31, 0.51, 0.83, 0.01, 1.3e-6, 0.55, 0, 0, 0};
  struct exposure exposures[BLOCKERS];
  for (int k = 0; k < BLOCKERS; k++)
    exposures[k] = (struct exposure){ACTION_NMDA_CHANNEL, k, &drug, 1e-6, NULL};
  const struct window window = {.step = {.dt_ms = 0.1,
                                         .slow_dt_ms = 1,
                                         .slow_every = 10,
                                         .exposures = exposures,
                                         .n_exposures = n_blockers}};
  double begin = cpu_s();
  enum status status = window_run(scene->network, &window, ticks);
  *spent = cpu_s() - begin;
  return status;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *value, int n) {
  qsort(value, (size_t)n, sizeof *value, by_size);
  return n % 2 ? value[n / 2] : 0.5 * (value[n / 2 - 1] + value[n / 2]);
}

static enum status measure(const struct scene *plain, const struct scene *whole, int rounds) {
  static const int blockers[VARIANTS] = {0, 0, 2, 4, BLOCKERS};
  static double ratio[VARIANTS][ROUNDS_MOST], all[VARIANTS][ROUNDS_MOST];
  double spent;
  TRY(run(plain, 0, SETTLE_TICKS, &spent));
  TRY(run(whole, 0, SETTLE_TICKS, &spent));
  for (int k = 0; k < rounds; k++) {
    for (int v = 0; v < VARIANTS; v++) {
      TRY(run(v ? whole : plain, blockers[v], ROUND_TICKS, &all[v][k]));
      ratio[v][k] = all[v][k] / all[0][k];
    }
  }
  printf("%-28s %12s %8s %8s %8s\n", "receptors", "CPU s per s", "ratio", "least", "most");
  for (int v = 0; v < VARIANTS; v++) {
    char name[40];
    snprintf(name, sizeof name, v ? "of the model, %d blockers" : "plain", blockers[v]);
    double middle = median(ratio[v], rounds);
    printf("%-28s %12.3f %8.3f %8.3f %8.3f\n", name, median(all[v], rounds) / (ROUND_TICKS * 1e-4), middle,
           ratio[v][0], ratio[v][rounds - 1]);
  }
  return STATUS_OK;
}

static enum status bench(int rounds, const char *path) {
  const struct mechanisms *mechanisms;
  struct mechanisms with_plain = {0};
  struct config *config = NULL;
  struct scene plain = {0}, whole = {0};
  TRY(circuit_mechanisms(&mechanisms));
  TRY(plain_mechanisms(mechanisms, &with_plain));
  enum status status = config_load(path, NULL, 0, &config);
  if (status == STATUS_OK) status = build(config, &with_plain, true, &plain);
  if (status == STATUS_OK) status = build(config, mechanisms, false, &whole);
  if (status == STATUS_OK) status = measure(&plain, &whole, rounds);
  network_free(plain.network);
  network_free(whole.network);
  region_free(&plain.region);
  region_free(&whole.region);
  config_free(config);
  memory_free((void *)with_plain.list);
  return status;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 9;
  if (rounds < 1 || rounds > ROUNDS_MOST) {
    fprintf(stderr, "usage: bench_nmda [ROUNDS] [CONFIG]\n");
    return 2;
  }
  enum status status = bench(rounds, argc > 2 ? argv[2] : "configs/calibrated/ketamine.cfg");
  if (status != STATUS_OK) fprintf(stderr, "bench_nmda: %s\n", status_message());
  return status_exit_code(status);
}
