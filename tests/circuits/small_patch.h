/* small_patch.h — two populations of cells with spines on a sheet, connected by kernels, with afferents: what
 * regions build from tables, from a handful of numbers. */
#ifndef TESTS_CIRCUITS_SMALL_PATCH_H
#define TESTS_CIRCUITS_SMALL_PATCH_H

#include "drive/poisson.h"
#include "network.h"
#include "placed.h"
#include "random.h"
#include "specimen.h"
#include "synapses/spines.h"

enum { SMALL_POPULATIONS = 2, SMALL_PATHWAYS = 3 };

struct small_plan {
  int sites; /* along a side */
  double pitch_um;
  bool periodic;
  int cells[SMALL_POPULATIONS];
  double p0, width_um;
  enum kernel_shape shape;
  double afferents;     /* per cell */
  double background_Hz; /* of all cells */
  int block_cells, threads, ranks;
  double headroom;
  bool all_onto_spines; /* the third pathway too */
};

/* The first population onto itself and onto the second, with spines; the second inhibits the first. */
struct small_patch {
  struct sheet sheet;
  struct network *network;
  struct population *population[SMALL_POPULATIONS];
  struct wiring wiring[SMALL_PATHWAYS];
};

static const uint64_t SMALL_SEED = 11;

static const struct small_plan small_plan = {.sites = 10,
                                             .pitch_um = 50,
                                             .periodic = true,
                                             .cells = {700, 500},
                                             .p0 = 0.3,
                                             .width_um = 100,
                                             .afferents = 60,
                                             .background_Hz = 100,
                                             .block_cells = 256,
                                             .threads = 1,
                                             .ranks = 1,
                                             .headroom = 4};

static inline struct population *small_population(struct small_patch *patch, const struct small_plan *plan,
                                                  int p) {
  struct population *population;
  assert_ok(network_population(patch->network, &population));
  *population = specimen(specimen_build(""), plan->cells[p]);
  population->index = p;
  snprintf(population->name, sizeof population->name, p ? "second" : "first");
  population->first_id = population->first_node = p ? (uint64_t)plan->cells[0] : 0;
  population->afferent_synapses = plan->afferents;
  population->background_nS[0] = 8 * 0.25;
  population->background_nS[1] = 8 * 0.25 * 0.7;
  population->release_nS = 0.25 * 0.7;
  population->synapses_nS = (plan->afferents + 100) * population->release_nS;
  population->target_Hz = 2;
  specimen_ready(population, 0.1, plan->block_cells);
  place_cells(population, &patch->sheet, 3);
  assert_ok(poisson_set(population, plan->background_Hz, 1.5, 0.1));
  return population;
}

static inline void small_pathway(struct small_patch *patch, const struct small_plan *plan, int w, int from,
                                 int to) {
  struct projection *projection;
  assert_ok(network_projection(patch->network, patch->population[from], patch->population[to], &projection));
  snprintf(projection->name, sizeof projection->name, "%s_to_%s", projection->source->name,
           projection->target->name);
  projection->port = w < 2 || plan->all_onto_spines ? 0 : 1;
  projection->mean_nS = w < 2 ? 0.25 : 1;
  projection->cv = 0.8;
  projection->counted_nS = 0.25 * 0.7;
  projection->weight_quantum_nS = projection->mean_nS * PROJECTION_WEIGHT_RANGE / 65535.0;
  projection->U = 0.42;
  projection->tau_rec_ms = 500;
  projection->tau_facil_ms = 20;
  projection->plastic = w < 2 || plan->all_onto_spines;
  patch->wiring[w] = (struct wiring){.projection = projection,
                                     .sheet = &patch->sheet,
                                     .shape = plan->shape,
                                     .p0 = plan->p0,
                                     .width_um = plan->width_um,
                                     .delay_ms = 1.2,
                                     .delay_sd_ms = 0.2,
                                     .velocity_m_per_s = 0.3,
                                     .delay_least_ms = 0.5};
  assert_ok(projection_delays(projection, &patch->network->clock, 0.5, wiring_longest_ms(&patch->wiring[w])));
  assert_ok(projection_allocate(projection));
}

static inline enum status small_wire_block(void *context, struct projection *projection, int b) {
  const struct small_patch *patch = context;
  for (int w = 0; w < SMALL_PATHWAYS; w++) {
    if (patch->wiring[w].projection == projection) return wiring_block(&patch->wiring[w], b, SMALL_SEED);
  }
  return STATUS_OK;
}

/* Defaults of the table of spines, derived. */
static inline struct spine_params small_spine_params(void) {
  struct spine_params params;
  struct config *config;
  assert_ok(config_parse("test", "", &config));
  spines_read(config, &params);
  config_free(config);
  return params;
}

/* Wired for spines of these parameters, cells started. Free with small_patch_free. */
static inline struct small_patch *small_patch_new(const struct small_plan *plan,
                                                  const struct spine_params *spines) {
  struct small_patch *patch;
  assert_ok(memory_new("patch", 1, sizeof *patch, &patch));
  patch->sheet = (struct sheet){plan->sites, plan->sites, plan->pitch_um, plan->periodic};
  assert_ok(network_new((struct clock){0.1}, SMALL_SEED, &patch->network));
  for (int p = 0; p < SMALL_POPULATIONS; p++) patch->population[p] = small_population(patch, plan, p);
  small_pathway(patch, plan, 0, 0, 0);
  small_pathway(patch, plan, 1, 0, 1);
  small_pathway(patch, plan, 2, 1, 0);
  for (int w = 0; w < SMALL_PATHWAYS; w++) {
    patch->wiring[w].young_share = 1.0 - spines->persistent;
    patch->wiring[w].young_mean_h = spines_young_mean_h(spines);
  }
  assert_ok(network_connect(patch->network, plan->threads, plan->ranks));
  assert_ok(network_each_block(patch->network, small_wire_block, patch));
  network_set_quanta(patch->network, plan->headroom);
  return patch;
}

static inline void small_patch_free(struct small_patch *patch) {
  network_free(patch->network);
  memory_free(patch);
}

#endif
