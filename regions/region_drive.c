/* region_drive.c — from rows and config to the background of a region's cells. See region_drive.h. */
#include "region_drive.h"
#include "circuit.h"
#include "drive/poisson.h"
#include <stdio.h>
#include <string.h>

void region_drive_read(struct region *region, const struct region_context *context) {
  const struct anatomy *anatomy = &region->anatomy;
  const struct fluctuation_settings *row = &anatomy->fluctuation;
  const struct preset presets[] = {{"depth", row->depth, CALIBRATED, anatomy->fluctuation_source},
                                   {"tau", row->tau, CALIBRATED, anatomy->fluctuation_source}};
  struct fluctuation_settings settings;
  char group[64];
  snprintf(group, sizeof group, "regions.%s.fluctuation", region->name);
  params_read(context->config, group, fluctuation_params, n_fluctuation_params, presets,
              row->tau > 0 ? COUNT_OF(presets) : 0, &settings);
  fluctuation_set(&region->fluctuation, &settings, context->clock, context->network->seed,
                  (uint64_t)context->index);
}

static const struct theta_inputs *theta_of(const struct anatomy *anatomy, const char *population) {
  for (int k = 0; k < anatomy->n_theta; k++) {
    if (strcmp(anatomy->theta[k].population, population) == 0) return &anatomy->theta[k].inputs;
  }
  return NULL;
}

/* The rate, and what theta makes of it. */
static enum status set_rate(const struct region *region, int k, const struct region_context *context,
                            const char *path) {
  const double dt_ms = context->network->clock.dt_ms, rate_Hz = region->own[k].background_rate;
  struct population *population = region->population[k];
  const struct theta_inputs *row = theta_of(&region->anatomy, region->anatomy.population[k].name);
  if (!row || !context->theta) return poisson_set(population, rate_Hz, REGION_AFFERENT_SPREAD, dt_ms);
  struct theta_inputs inputs;
  char group[112];
  snprintf(group, sizeof group, "%s.theta", path);
  static const char source[] = "the region's table; docs/model.md, theta";
  const struct preset presets[] = {{"depth", row->depth, ASSUMED, source},
                                   {"phase", row->phase, ASSUMED, source},
                                   {"fibres", row->fibres, ASSUMED, source},
                                   {"conductance", row->conductance, ASSUMED, source},
                                   {"septal_phase", row->septal_phase, ASSUMED, source}};
  params_read(context->config, group, theta_input_params, n_theta_input_params, presets, COUNT_OF(presets),
              &inputs);
  TRY(poisson_set(population, rate_Hz, REGION_AFFERENT_SPREAD * theta_most(context->theta, &inputs), dt_ms));
  return theta_equip(population, context->clock, context->theta, &inputs, circuit_port("gaba_slow"),
                     context->network->seed);
}

enum status region_drive_set(const struct region *region, int k, const struct region_context *context,
                             const char *path) {
  TRY(set_rate(region, k, context, path));
  return poisson_fluctuate(region->population[k], &region->fluctuation);
}
