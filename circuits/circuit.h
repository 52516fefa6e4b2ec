/* circuit.h — what a cell population of these circuits carries: its ports and receptors, and how their
 * parameters are read.
 *
 * Every population has the same ports: glutamate (two lanes: AMPA weighted per synapse, NMDA counted by
 * the pathway), gaba_fast, gaba_slow, and glutamate_afferent, through which fibres from outside the region
 * come: it is part of glutamate, and tells what is recurrent from what is not. The NMDA conductance of any
 * glutamatergic event, background included, is the AMPA weight of its pathway times the population's
 * NMDA:AMPA ratio, so a new synapse has its NMDA at once while its AMPA grows. */
#ifndef CIRCUITS_CIRCUIT_H
#define CIRCUITS_CIRCUIT_H

#include "population.h"

/* A value of a table that replaces the default of a mechanism's parameter: receptor (or "cell"), key. */
struct circuit_preset {
  const char *mechanism;
  struct preset preset;
};

/* All mechanisms, in the best build for this CPU (SPINULE_ISA forces one). Fails: USAGE. */
MUST_USE enum status circuit_mechanisms(const struct mechanisms **out);

/* Port by its name; −1 if there is none. */
int circuit_port(const char *name);
/* Do glutamate receptors hear what arrives at this port? */
bool circuit_glutamatergic(int port);

/* Give a population its ports, cell model and receptors, and read their parameters from the group at `path`
 * (the cell's keys) and its sub-groups (path.nmda, …). Faults go to the config. Fails: NO_MEMORY; CONFIG
 * (unknown cell model). */
MUST_USE enum status circuit_equip(struct population *population, const char *cell,
                                   const struct mechanisms *mechanisms, struct config *config,
                                   const char *path, const struct circuit_preset *presets, int n_presets,
                                   double dt_ms);

/* A fault where NMDA receptors are given subunits at fibres from outside, and there are no such fibres. */
void circuit_no_fibres(const struct mechanism *mechanism, const void *params, struct config *config,
                       const char *path);

/* The parameters of a cell model or receptor from the group at `path`; *out from memory_new. `prepare` is
 * left to the caller. Faults go to the config. Fails: NO_MEMORY. */
MUST_USE enum status circuit_read_params(const struct mechanism *mechanism, struct config *config,
                                         const char *path, const struct preset *presets, int n_presets,
                                         void **out);

#endif
