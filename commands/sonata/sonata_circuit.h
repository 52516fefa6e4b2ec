/* sonata_circuit.h — a circuit from SONATA files: cells, models and synapses that others wrote, or that
 * `export` did.
 *
 * A config names it by `circuit.sonata`. What the files say of models becomes settings of
 * `circuit.populations`, one population for each type of node, as if the config had them; what the config
 * itself says comes before. So faults, defaults, background, stimuli are those of any circuit. Pathways are
 * the pairs of populations that edges of one type connect. Edges of equal weight without short-term
 * plasticity become a static pathway; others keep their own weights, to a 65,535th of the largest of the
 * pathway. */
#ifndef COMMANDS_SONATA_CIRCUIT_H
#define COMMANDS_SONATA_CIRCUIT_H

#include "network.h"
#include "params.h"

struct sonata_circuit;

/* If the config at `path` has `circuit.sonata`, open these files and load the config again with their models;
 * else *out is NULL. Fails: CONFIG, NO_MEMORY, WORLD. Free with sonata_circuit_close, also after a failure.
 * */
MUST_USE enum status sonata_circuit_open(const char *path, const char *const *overrides, int n_overrides,
                                         struct config **config, struct sonata_circuit **out);
/* NULL is accepted. */
void sonata_circuit_close(struct sonata_circuit *circuit);

/* Add the pathways to a network whose populations were read from the config; before network_connect. Fails:
 * CONFIG, NO_MEMORY, WORLD. */
MUST_USE enum status sonata_circuit_pathways(struct sonata_circuit *circuit, struct network *network);
/* Set the synapses of pathways that are not static; after network_connect, before quanta are set. Fails:
 * NO_MEMORY. */
MUST_USE enum status sonata_circuit_wire(struct sonata_circuit *circuit, struct network *network);
/* Give the cells what the files say of each, their places too; after they were started. Fails: CONFIG. */
MUST_USE enum status sonata_circuit_vary(struct sonata_circuit *circuit, struct network *network);

#endif
