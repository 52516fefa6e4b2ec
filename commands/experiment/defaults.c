/* defaults.c — builds all regions from an empty config and keeps what was resolved. See defaults.h. */
#include "defaults.h"
#include "circuit.h"
#include "experiment.h"
#include "memory.h"
#include "tracts.h"

/* What is built here only says what was read: these change nothing of that. */
enum { BLOCK_CELLS = 1024, BODY_C = 37 };
static const struct theta_settings theta = {.frequency = 8};
static const struct theta_clock theta_clock = {.dt_ms = 0.1};

struct defaults {
  struct config *config;
};

static enum status build_region(const struct known_region *known, const struct region_context *context) {
  struct anatomy anatomy;
  struct region region = {0};
  TRY(known->anatomy(&anatomy));
  enum status status = region_build(&region, &anatomy, context);
  if (status == STATUS_OK) status = tracts_build(&region, 1, context);
  region_free(&region);
  return status;
}

/* Those of all regions, which are no value of one. */
static enum status general_spines(struct spine_params *out) {
  struct config *config;
  TRY(config_parse("defaults", "", &config));
  spines_read(config, out);
  config_free(config);
  return STATUS_OK;
}

static enum status build(struct defaults *defaults) {
  struct spine_params spines;
  struct region_context context = {.block_cells = BLOCK_CELLS,
                                   .spines = &spines,
                                   .temperature_C = BODY_C,
                                   .theta = &theta,
                                   .clock = &theta_clock,
                                   .extrasynaptic = true};
  TRY(general_spines(&spines));
  TRY(circuit_mechanisms(&context.mechanisms));
  TRY(config_parse("defaults", "", &defaults->config));
  TRY(network_new((struct clock){0.1}, 1, &context.network));
  context.config = defaults->config;
  enum status status = STATUS_OK;
  for (int i = 0; i < n_known_regions && status == STATUS_OK; i++)
    status = build_region(&known_regions[i], &context);
  network_free(context.network);
  return status;
}

enum status defaults_open(struct defaults **out) {
  TRY(memory_new("defaults", 1, sizeof **out, out));
  enum status status = build(*out);
  if (status == STATUS_OK) return STATUS_OK;
  defaults_close(*out);
  *out = NULL;
  return status;
}

void defaults_close(struct defaults *defaults) {
  if (!defaults) return;
  config_free(defaults->config);
  memory_free(defaults);
}

int defaults_count(const struct defaults *defaults) { return config_resolved_count(defaults->config); }

const struct resolved *defaults_at(const struct defaults *defaults, int i) {
  return config_resolved_at(defaults->config, i);
}
