/* cells.h — the cells of a region of a network as SONATA nodes: /nodes of results and of exported circuits.
 * */
#ifndef COMMANDS_CELLS_H
#define COMMANDS_CELLS_H

#include "network.h"
#include "store.h"

/* Write the cells of all populations of a region; with `models`, the names of their models too, which bmtk
 * would take for those of the table of types. By all (exchange.h); store NULL: another process writes. Fails:
 * WORLD, NO_MEMORY, FAULT. */
MUST_USE enum status cells_write(struct store *store, const struct network *network, const char *region,
                                 bool models);

/* The NEST model that a cell model has the membrane of, "nest:aeif_cond_exp"; "" if none. */
const char *cells_template(const struct mechanism *cell);

/* Does what ends at a port of a population inhibit it? By the reversal potential of its receptor, or else the
 * sign of the weight. */
bool cells_port_inhibits(const struct population *population, int port, double weight);
/* "EXC" if some pathway of a population excites, else "INH". */
const char *cells_class(const struct network *network, const struct population *population);

#endif
