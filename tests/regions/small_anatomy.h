/* small_anatomy.h — two small regions made of rows, which know nothing of any brain: `here` with an afferent
 * from `there`; built from a config as a program builds its regions. */
#ifndef TESTS_REGIONS_SMALL_ANATOMY_H
#define TESTS_REGIONS_SMALL_ANATOMY_H

#include "check.h"
#include "circuit.h"
#include "memory.h"
#include "region.h"
#include "tracts.h"

#define SMALL_ADEX                                                                                           \
  {                                                                                                          \
    .C_m = 100, .g_L = 8, .E_L = -70, .V_T = -50, .Delta_T = 2, .a = 1, .tau_w = 100, .b = 20,               \
    .V_reset = -58, .t_ref = 2                                                                               \
  }
#define SMALL_CELLS(name_, type_, layer_, density, on_spines)                                                \
  {                                                                                                          \
    .name = name_, .type = type_, .layer = layer_, .cell = "adex", .adex = SMALL_ADEX,                       \
    .density_per_mm2 = density, .bottom_um = 100, .target_Hz = 4, .background_Hz = 100, .event_nS = 1,       \
    .afferents = 300, .nmda_ratio = 0.5, .spines = on_spines,                                                \
    .preset = {{"nmda", "share_2A", .6},                                                                     \
               {"nmda", "share_2B", .4},                                                                     \
               {"nmda_extrasynaptic", "share_2A", .6},                                                       \
               {"nmda_extrasynaptic", "share_2B", .4}},                                                      \
    .source = "test"                                                                                         \
  }

static const struct population_row small_here[] = {SMALL_CELLS("A1", "PYR", "L1", 5000, true),
                                                   SMALL_CELLS("B1", "PV", "L1", 1000, false),
                                                   SMALL_CELLS("A2", "PYR", "L2", 4000, false)};
static const struct population_row small_there[] = {SMALL_CELLS("S", "PYR", "L1", 4000, false)};
static const struct afferent_row small_afferents[] = {{.name = "far",
                                                       .title = "cells elsewhere",
                                                       .region = "there",
                                                       .population = "S",
                                                       .thalamic = true,
                                                       .rate_Hz = 2,
                                                       .density_per_mm2 = 1000,
                                                       .share = .5,
                                                       .delay_ms = 9,
                                                       .delay_sd_ms = 2,
                                                       .delay_low_ms = 6,
                                                       .delay_high_ms = 12,
                                                       .U = .5,
                                                       .tau_rec_ms = 100,
                                                       .cv = .8,
                                                       .target = {{"A1", 20, .3}, {"B1", 10, .6}},
                                                       .source = "test"}};

static inline struct pathway_row small_pathway_row(int from, int to) {
  return (struct pathway_row){.from = from,
                              .to = to,
                              .port = from == 1 ? "gaba_fast" : "glutamate",
                              .shape = KERNEL_GAUSSIAN,
                              .width_um = 60,
                              .p0 = 0.3,
                              .mean_nS = 0.2 + 0.1 * to,
                              .cv = .8,
                              .delay_ms = 1,
                              .delay_sd_ms = .2,
                              .U = .4,
                              .tau_rec_ms = 500,
                              .source = "test"};
}

static inline struct anatomy small_anatomy(bool here) {
  struct anatomy anatomy = {.name = here ? "here" : "there",
                            .title = "a small region",
                            .thalamic = .3,
                            .side_um = 200,
                            .serotonin = 1,
                            .serotonin_source = "test",
                            .population = here ? small_here : small_there,
                            .n_populations = here ? 3 : 1,
                            .afferent = here ? small_afferents : NULL,
                            .n_afferents = here};
  assert_ok(memory_new("pathways", 9, sizeof *anatomy.pathway, &anatomy.pathway));
  for (int from = 0; from < anatomy.n_populations; from++) {
    for (int to = 0; to < anatomy.n_populations; to++)
      anatomy.pathway[anatomy.n_pathways++] = small_pathway_row(from, to);
  }
  return anatomy;
}

static const struct theta_clock small_clock = {.dt_ms = 0.1};

enum { SMALL_REGIONS = 2 };
struct built {
  struct config *config;
  struct network *network;
  struct region region[SMALL_REGIONS];
  int n;
};

/* `here`, and `there` behind it if it is wanted. Its faults are left in the config. */
static inline struct built *small_build(const char *text, bool with_there, uint64_t seed) {
  struct built *built;
  assert_ok(memory_new("built", 1, sizeof *built, &built));
  assert_ok(config_parse("test", text, &built->config));
  assert_ok(network_new((struct clock){0.1}, seed, &built->network));
  struct spine_params spines;
  spines_read(built->config, &spines);
  struct region_context context = {.config = built->config,
                                   .network = built->network,
                                   .block_cells = 1024,
                                   .spines = &spines,
                                   .temperature_C = 37,
                                   .clock = &small_clock,
                                   .extrasynaptic = true};
  assert_ok(circuit_mechanisms(&context.mechanisms));
  built->n = with_there ? 2 : 1;
  for (int r = 0; r < built->n; r++) {
    struct anatomy anatomy = small_anatomy(r == 0);
    context.index = r;
    assert_ok(region_build(&built->region[r], &anatomy, &context));
  }
  assert_ok(tracts_build(built->region, built->n, &context));
  return built;
}

static inline void small_wire(struct built *built) {
  struct region *regions[SMALL_REGIONS] = {&built->region[0], &built->region[1]};
  assert_ok(config_finish(built->config));
  assert_ok(network_connect(built->network, 1, 1));
  assert_ok(region_wire(regions, built->n, built->network));
}

static inline void small_drop(struct built *built) {
  network_free(built->network);
  for (int r = 0; r < built->n; r++) region_free(&built->region[r]);
  config_free(built->config);
  memory_free(built);
}

static inline const struct projection *small_pathway(const struct built *built, const char *name) {
  for (int p = 0; p < built->network->n_projections; p++) {
    if (strcmp(built->network->projection[p]->name, name) == 0) return built->network->projection[p];
  }
  return NULL;
}

/* Synapses per target cell, and their mean weight, nS. */
static inline double small_in_degree(const struct projection *projection) {
  return (double)projection_count(projection) / projection->target->n;
}
static inline double small_mean_nS(const struct projection *projection) {
  double sum = 0;
  for (int b = 0; b < projection->target->n_blocks; b++) {
    const struct synapse_block *block = &projection->block[b];
    for (size_t e = 0; e < block->n; e++) sum += block->synapse[e].weight * projection->weight_quantum_nS;
  }
  return sum / (double)projection_count(projection);
}

#endif
