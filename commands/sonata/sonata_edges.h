/* sonata_edges.h — the synapses of a built network as SONATA edges, block of targets by block of targets. */
#ifndef COMMANDS_SONATA_EDGES_H
#define COMMANDS_SONATA_EDGES_H

#include "network.h"
#include "store.h"

enum { SONATA_REGIONS = 16, SONATA_FIRST_EDGE_TYPE = 1000 };

/* The regions of a network: its node populations, in the order of their cells. */
struct sonata_regions {
  int n;
  const char *name[SONATA_REGIONS];
  uint64_t cells[SONATA_REGIONS];
};
/* Fails: CONFIG (too many). */
MUST_USE enum status sonata_list_regions(const struct network *network, struct sonata_regions *out);
int sonata_region(const struct sonata_regions *regions, const char *name);

/* Name of the edges between two regions, "mPFC__CA1__chemical"; whether there are any. */
void sonata_edges_name(const char *source, const char *target, char *name, size_t size);
bool sonata_connected(const struct network *network, const char *source, const char *target);

/* Write all edges, one population for each pair of regions that pathways connect. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status sonata_write_edges(struct store *store, const struct network *network,
                                        const struct sonata_regions *regions);

/* Does a pathway have short-term plasticity? */
bool sonata_dynamic(const struct projection *projection);
/* Unit of the weights of a population's port: "nS", "pA". */
int sonata_port(const struct projection *projection);
const char *sonata_port_unit(const struct population *population, int port);

#endif
