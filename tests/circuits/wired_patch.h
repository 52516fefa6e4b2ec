/* wired_patch.h — two populations at random on a sheet, and a pathway between them, for tests of wiring. */
#ifndef TESTS_CIRCUITS_WIRED_PATCH_H
#define TESTS_CIRCUITS_WIRED_PATCH_H

#include "placed.h"
#include "specimen.h"
#include "synapses/wiring.h"

struct patch {
  struct sheet sheet;
  struct population source, target;
  struct projection projection;
  struct wiring wiring;
};

static struct patch *make(int sites, double pitch_um, bool periodic, int n_source, int n_target,
                          int block_cells) {
  struct patch *patch;
  assert_ok(memory_new("patch", 1, sizeof *patch, &patch));
  patch->sheet = (struct sheet){sites, sites, pitch_um, periodic};
  patch->source = specimen(specimen_build(""), n_source);
  patch->target = specimen(specimen_build(""), n_target);
  patch->target.first_id = (uint64_t)n_source;
  specimen_ready(&patch->source, 0.1, 1024);
  specimen_ready(&patch->target, 0.1, block_cells);
  place_cells(&patch->source, &patch->sheet, 3);
  place_cells(&patch->target, &patch->sheet, 3);
  struct projection *projection = &patch->projection;
  *projection = (struct projection){.name = "a_to_b",
                                    .index = 5,
                                    .source = &patch->source,
                                    .target = &patch->target,
                                    .mean_nS = 0.5,
                                    .cv = 0.8,
                                    .U = 0.5};
  projection->weight_quantum_nS = projection->mean_nS * PROJECTION_WEIGHT_RANGE / 65535.0;
  patch->wiring = (struct wiring){.projection = projection,
                                  .sheet = &patch->sheet,
                                  .shape = KERNEL_GAUSSIAN,
                                  .p0 = 0.3,
                                  .width_um = 125,
                                  .delay_ms = 1,
                                  .delay_sd_ms = 0.2,
                                  .velocity_m_per_s = 0.3,
                                  .delay_least_ms = 0.5};
  return patch;
}

static void drop(struct patch *patch) {
  projection_free(&patch->projection);
  population_free(&patch->source);
  population_free(&patch->target);
  memory_free(patch);
}

#endif
