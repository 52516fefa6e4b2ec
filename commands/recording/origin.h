/* origin.h — where a result comes from: /provenance and /nodes of its file, filled from a simulation. */
#ifndef COMMANDS_ORIGIN_H
#define COMMANDS_ORIGIN_H

#include "simulation/simulation.h"
#include "store.h"

/* What any result says of its making: its config, how it was asked for, and the works behind its
 * mechanisms. */
struct origin {
  struct config *config, *whole; /* whole: whose text is written, where another one was read; NULL: config */
  const char *command_line, *overrides, *rng;
  const char *parent_uuid; /* of the run that kept the subject; NULL: none */
  uint64_t seed;
  int threads;
  const char *const *work;
  int n_works;
};
/* Write it, with the version of the program. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status origin_begin(struct store *store, const struct origin *origin);

/* Write /provenance; network NULL: nothing was built; parent_uuid: as in `struct origin`. Fails: WORLD,
 * NO_MEMORY. */
MUST_USE enum status origin_write_provenance(const struct experiment *experiment,
                                             const struct network *network, const char *parent_uuid,
                                             struct store *store);

/* Cells and all that is known at the start. By all (exchange.h), as origin_end; store NULL: another process
 * writes. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status origin_write(const struct simulation *simulation, struct store *store);
/* A row for a resume. Fails: WORLD. */
MUST_USE enum status origin_resumed(struct store *store, double t_s);
/* State hash, phases, finish. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status origin_end(struct simulation *simulation, struct store *store);

#endif
