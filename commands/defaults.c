/* defaults.c — builds all regions from an empty config and keeps what was resolved. See defaults.h. */
#include "defaults.h"
#include "circuit.h"
#include "experiment.h"
#include "memory.h"

enum { BLOCK_CELLS = 1024 };

struct defaults {
  struct config *config;
};

static enum status build_region(struct defaults *defaults, int i, const struct mechanisms *mechanisms,
                                struct network *network) {
  struct anatomy anatomy;
  struct region region = {0};
  TRY(known_regions[i].anatomy(&anatomy));
  enum status status =
      region_build(&region, &anatomy, defaults->config, mechanisms, network, BLOCK_CELLS, 0, 1);
  region_free(&region);
  return status;
}

static enum status build(struct defaults *defaults) {
  const struct mechanisms *mechanisms = NULL;
  struct network *network = NULL;
  TRY(circuit_mechanisms(&mechanisms));
  TRY(config_parse("defaults", "", &defaults->config));
  TRY(network_new((struct clock){0.1}, 1, &network));
  enum status status = STATUS_OK;
  for (int i = 0; i < n_known_regions && status == STATUS_OK; i++)
    status = build_region(defaults, i, mechanisms, network);
  network_free(network);
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
