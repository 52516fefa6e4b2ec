/* circuit.c — ports and receptors of a population, and the reading of their parameters. */
#include "circuit.h"
#include "memory.h"
#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  int lanes, joins;
} ports[] = {{"glutamate", 2, 0}, {"gaba_fast", 1, 0}, {"gaba_slow", 1, 0}, {"glutamate_afferent", 2, 1}};

/* Receptors of every population: name in configs and results, mechanism, port, lane. The slow GABA-A instance
 * has its own default kinetics (dendritic synapses: Bezaire et al. 2016, 11 ms O-LM to pyramidal). */
static const struct {
  const char *name, *mechanism;
  int port, lane;
} receptors[] = {{"ampa", "ampa", 0, 0},
                 {"nmda", "nmda", 0, 1},
                 {"gaba_a_fast", "gaba_a", 1, 0},
                 {"gaba_a_slow", "gaba_a", 2, 0},
                 {"gaba_a_tonic", "tonic_gaba", 2, 0},
                 {"hcn", "hcn", 0, 0},
                 {"nmda_extrasynaptic", "nmda_extrasynaptic", 0, 1}}; /* reads no port */

static const struct circuit_preset slow_gaba[] = {
    {"gaba_a_slow",
     {"tau_rise", 1, PUBLISHED, "dendritic GABA-A synapses, Bezaire et al. 2016, doi:10.7554/eLife.18566"}},
    {"gaba_a_slow",
     {"tau_decay", 12, PUBLISHED,
      "dendritic GABA-A synapses, 11 ms in Bezaire et al. 2016, doi:10.7554/eLife.18566"}}};

int circuit_port(const char *name) {
  for (int p = 0; p < COUNT_OF(ports); p++) {
    if (strcmp(ports[p].name, name) == 0) return p;
  }
  return -1;
}

bool circuit_glutamatergic(int port) {
  int glutamate = circuit_port("glutamate");
  return port == glutamate || (port >= 0 && ports[port].joins == glutamate + 1);
}

/* Presets for one mechanism: the general ones first, so that a table's own come later and win. */
static int select_presets(const char *name, const struct circuit_preset *presets, int n, struct preset *out,
                          int room) {
  int k = 0;
  for (int i = 0; i < COUNT_OF(slow_gaba); i++) {
    if (strcmp(slow_gaba[i].mechanism, name) == 0 && k < room) out[k++] = slow_gaba[i].preset;
  }
  for (int i = 0; i < n; i++) {
    if (strcmp(presets[i].mechanism, name) == 0 && k < room) out[k++] = presets[i].preset;
  }
  return k;
}

enum status circuit_read_params(const struct mechanism *mechanism, struct config *config, const char *path,
                                const struct preset *presets, int n_presets, void **out) {
  TRY(memory_new("parameters", 1, mechanism->params_size, out));
  params_read(config, path, mechanism->params, mechanism->n_params, presets, n_presets, *out);
  const char *fault = mechanism->fault ? mechanism->fault(*out) : NULL;
  if (fault) config_fault(config, path, "%s", fault);
  return STATUS_OK;
}

void circuit_no_fibres(const struct mechanism *mechanism, const void *params, struct config *config,
                       const char *path) {
  static const char *const keys[] = {"fibres_2A", "fibres_2B", "fibres_2C", "fibres_2D"};
  for (int k = 0; k < COUNT_OF(keys); k++) {
    if (mechanism_number(mechanism, params, keys[k]) >= 0)
      config_fault(config, path, "%s is for fibres from outside a region, of which there are none here",
                   keys[k]);
  }
}

static enum status read_params(const struct mechanism *mechanism, const char *name, struct config *config,
                               const char *path, const struct circuit_preset *presets, int n_presets,
                               double dt_ms, void **out) {
  struct preset own[32];
  int n = select_presets(name, presets, n_presets, own, COUNT_OF(own));
  TRY(circuit_read_params(mechanism, config, path, own, n, out));
  if (mechanism->prepare) mechanism->prepare(*out, dt_ms);
  return STATUS_OK;
}

enum status circuit_equip(struct population *population, const char *cell,
                          const struct mechanisms *mechanisms, struct config *config, const char *path,
                          const struct circuit_preset *presets, int n_presets, double dt_ms) {
  population->cell = mechanism_find(mechanisms, cell);
  if (!population->cell || population->cell->kind != MECHANISM_CELL) {
    return status_fail(STATUS_CONFIG, "%s: no cell model is called \"%s\"", path, cell);
  }
  population->n_ports = COUNT_OF(ports);
  for (int p = 0; p < COUNT_OF(ports); p++)
    population->port[p] =
        (struct port){.name = ports[p].name, .lanes = ports[p].lanes, .joins = ports[p].joins};
  TRY(read_params(population->cell, "cell", config, path, presets, n_presets, dt_ms,
                  &population->cell_params));
  for (int r = 0; r < COUNT_OF(receptors); r++) {
    struct receptor *receptor = &population->receptor[r];
    char sub[160];
    snprintf(sub, sizeof sub, "%s.%s", path, receptors[r].name);
    receptor->mechanism = mechanism_find(mechanisms, receptors[r].mechanism);
    receptor->name = receptors[r].name;
    receptor->port = receptors[r].port;
    receptor->lane = receptors[r].lane;
    population->n_receptors = r + 1;
    TRY(read_params(receptor->mechanism, receptor->name, config, sub, presets, n_presets, dt_ms,
                    &receptor->params));
  }
  return STATUS_OK;
}
