/* specimen.h — populations of the real mechanisms without a config: parameters are the defaults of their
 * tables and what a test sets; ports and receptors are those of the circuits. */
#ifndef TESTS_SPECIMEN_H
#define TESTS_SPECIMEN_H

#include "check.h"
#include "circuit.h"
#include "memory.h"
#include <stdlib.h>

enum { SPECIMEN_AMPA, SPECIMEN_NMDA, SPECIMEN_GABA_FAST, SPECIMEN_GABA_SLOW, SPECIMEN_CELL = -1 };

/* The mechanisms as built for an instruction set; "" for the best. NULL if the CPU cannot run it. */
static inline const struct mechanisms *specimen_build(const char *isa) {
  const struct mechanisms *build;
  setenv("SPINULE_ISA", isa, 1);
  enum status status = circuit_mechanisms(&build);
  unsetenv("SPINULE_ISA");
  return status == STATUS_OK ? build : NULL;
}

static inline void *specimen_defaults(const struct mechanism *mechanism) {
  char *params;
  assert_non_null(mechanism);
  assert_ok(memory_new("parameters", 1, mechanism->params_size, &params));
  for (int k = 0; k < mechanism->n_params; k++) {
    assert_int_equal(mechanism->params[k].type, PARAM_NUMBER);
    memcpy(params + mechanism->params[k].offset, &mechanism->params[k].standard, sizeof(double));
  }
  return params;
}

/* Background comes as a test writes it. */
static inline void specimen_drive(const struct population *population, int b, uint64_t seed, int64_t tick) {
  (void)population, (void)b, (void)seed, (void)tick;
}

/* n cells with default parameters, to be changed by specimen_set. */
static inline struct population specimen(const struct mechanisms *build, int n) {
  struct population population = {.name = "cells", .region = "test", .n = n, .n_ports = 3};
  static const struct port ports[] = {{.name = "glutamate", .lanes = 2, .quantum = {0x1p-20, 0x1p-20}},
                                      {.name = "gaba_fast", .lanes = 1, .quantum = {0x1p-20, 0}},
                                      {.name = "gaba_slow", .lanes = 1, .quantum = {0x1p-20, 0}}};
  static const struct {
    const char *name, *mechanism;
    int port, lane;
  } receptors[] = {{"ampa", "ampa", 0, 0},
                   {"nmda", "nmda", 0, 1},
                   {"gaba_a_fast", "gaba_a", 1, 0},
                   {"gaba_a_slow", "gaba_a", 2, 0}};
  population.cell = mechanism_find(build, "adex");
  population.cell_params = specimen_defaults(population.cell);
  memcpy(population.port, ports, sizeof ports);
  population.n_receptors = COUNT_OF(receptors);
  for (int r = 0; r < COUNT_OF(receptors); r++) {
    const struct mechanism *mechanism = mechanism_find(build, receptors[r].mechanism);
    population.receptor[r] = (struct receptor){mechanism, receptors[r].name, specimen_defaults(mechanism),
                                               receptors[r].port, receptors[r].lane};
  }
  population.substances = 4;
  population.drive = specimen_drive;
  population.background_nS[0] = 1;
  population.background_nS[1] = 0.7;
  population.synapses_nS = 100;
  return population;
}

/* n cells of a model, with ports of their own if it has any, and no receptors yet. */
static inline struct population specimen_of(const struct mechanisms *build, const char *model, int n) {
  struct population population = {.name = "cells", .region = "test", .n = n, .background_port = -1};
  population.cell = mechanism_find(build, model);
  population.cell_params = specimen_defaults(population.cell);
  for (int p = 0; p < MECHANISM_PORTS && population.cell->ports[p]; p++) {
    population.port[p] =
        (struct port){.name = population.cell->ports[p], .lanes = 1, .quantum = {0x1p-20, 0}};
    population.n_ports = p + 1;
  }
  return population;
}

/* One more receptor, on a port of its own; gives its number. */
static inline int specimen_receive(struct population *population, const struct mechanisms *build,
                                   const char *receptor) {
  const struct mechanism *mechanism = mechanism_find(build, receptor);
  int r = population->n_receptors++, p = population->n_ports++;
  assert_true(r < POPULATION_RECEPTORS && p < POPULATION_PORTS);
  population->port[p] = (struct port){.name = receptor, .lanes = 1, .quantum = {0x1p-20, 0}};
  population->receptor[r] = (struct receptor){mechanism, receptor, specimen_defaults(mechanism), p, 0};
  return r;
}

/* Set a parameter of the cell (receptor −1) or of a receptor. */
static inline void specimen_set(struct population *population, int receptor, const char *key, double value) {
  const struct mechanism *mechanism =
      receptor < 0 ? population->cell : population->receptor[receptor].mechanism;
  char *params = receptor < 0 ? population->cell_params : population->receptor[receptor].params;
  for (int k = 0; k < mechanism->n_params; k++) {
    if (strcmp(mechanism->params[k].key, key) != 0) continue;
    memcpy(params + mechanism->params[k].offset, &value, sizeof value);
    return;
  }
  fail_msg("%s has no parameter %s", mechanism->name, key);
}

/* One decay for all subunits of NMDA receptors, so that there is one kernel. */
static inline void specimen_one_decay(struct population *population) {
  static const char *const decays[] = {"decay_2A", "decay_2B", "decay_2C", "decay_2D"};
  for (int k = 0; k < COUNT_OF(decays); k++) specimen_set(population, SPECIMEN_NMDA, decays[k], 100);
}

/* NMDA receptors outside synapses, as circuits have them behind all others; gives their number. */
static inline int specimen_extrasynaptic(struct population *population, const struct mechanisms *build) {
  const struct mechanism *mechanism = mechanism_find(build, "nmda_extrasynaptic");
  int r = population->n_receptors++;
  assert_true(r < POPULATION_RECEPTORS);
  population->receptor[r] =
      (struct receptor){mechanism, "nmda_extrasynaptic", specimen_defaults(mechanism), 0, 0};
  return r;
}

/* All cells alike. */
static inline void specimen_no_spread(struct population *population) {
  static const char *const spreads[] = {"cv_C_m", "cv_g_L", "sd_E_L", "sd_V_T"};
  for (int k = 0; k < COUNT_OF(spreads); k++) specimen_set(population, SPECIMEN_CELL, spreads[k], 0);
}

/* Derive, allocate and start. */
static inline void specimen_ready(struct population *population, double dt_ms, int block_cells) {
  for (int r = -1; r < population->n_receptors; r++) {
    const struct mechanism *mechanism = r < 0 ? population->cell : population->receptor[r].mechanism;
    void *params = r < 0 ? population->cell_params : population->receptor[r].params;
    if (mechanism->fault) assert_null(mechanism->fault(params));
    if (mechanism->prepare) mechanism->prepare(params, dt_ms);
  }
  assert_ok(population_allocate(population, block_cells));
  for (int b = 0; b < population->n_blocks; b++) population_start(population, b, 1);
}

/* One tick of block 0: nothing arrives but what stands in its ports; the receptors named in `mask` (bit r)
 * open, the cell advances with `current_pA` beside them. */
static inline void specimen_tick(struct population *population, int64_t tick, unsigned mask,
                                 float current_pA) {
  struct block *block = &population->block[0];
  struct step step = {.tick = tick, .slow_dt_ms = 1};
  for (int i = 0; i < block->padded; i++) block->g[i] = 0, block->g_E[i] = current_pA;
  for (int r = 0; r < population->n_receptors; r++) {
    struct cells cells = population_cells(population, 0, r);
    if (mask >> r & 1) population->receptor[r].mechanism->open(&cells, &step);
  }
  struct cells cells = population_cells(population, 0, SPECIMEN_CELL);
  population->cell->advance(&cells, &step);
}

static inline float *specimen_floats(const struct population *population, int receptor, const char *field) {
  float *column = population_column(population, receptor, field, 0, 0);
  assert_non_null(column);
  return column;
}

#endif
