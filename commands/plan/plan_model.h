/* plan_model.h — what a circuit will take on a number of nodes: memory of a node, and time for a second of
 * biology.
 *
 * What a cell, an event and the rest cost is measured on this machine with the circuit itself
 * (plan_measure.h); the model says how many of them a node has, and what messages add. One process a node.
 *
 *   memory   own cells (state, arrivals) + own synapses + of the whole network: places and counts per cell,
 *            sites of tissue; short-term state and the index of a spike's synapses per cell that is heard, as
 *            if all were (the index for each thread)
 *   own      own cells / threads + own events / threads
 *   whole    every thread looks up every spike that is heard; blocks of 1,024 cells are scanned, and all
 *            sites cleared, on every node; the node of rank 0 records all spikes
 *   messages per minimum delay: one to each node that hears, and from all to the node of rank 0, with all
 *            spikes; per millisecond, with tissue: a sum over all nodes, by halves
 * Heard are all cells of a circuit without space, since a block reaches every node; on a sheet those within
 * the reach of the widest pathway around the node's piece, which is taken as a square. The node of rank 0,
 * which hears all, sets the pace. Threads of a node are taken to share its work evenly. */
#ifndef COMMANDS_PLAN_MODEL_H
#define COMMANDS_PLAN_MODEL_H

#include <stdbool.h>

/* A circuit, per cell; times in seconds. */
struct plan_circuit {
  double cells;              /* of the one that was measured */
  double in_degree, rate_Hz; /* synapses onto a cell; events of a synapse per second, and spikes of a cell */
  double spikes_Hz;
  double interval_ms;   /* minimum delay */
  double message_bytes; /* of a spike in a message */
  /* measured */
  double cell_s;        /* of a cell, per second of biology */
  double event_s;       /* of a synaptic event */
  double lookup_s;      /* of a heard spike, on each thread */
  double block_s;       /* of a block of the whole network, per second of biology, on every node */
  double record_s;      /* of a spike that is recorded */
  double cell_bytes;    /* of a cell that is held */
  double synapse_bytes; /* of a synapse that is held */
  double place_bytes;   /* of every cell, on every node */
  double index_bytes;   /* of every cell, for each thread */
  /* space */
  bool sheet;
  double density_um2, reach_um;     /* cells per area; how far pathways reach */
  double sites, site_s, site_bytes; /* per cell; of a site per second; on every node */
};
enum { PLAN_BLOCK = 1024 }; /* cells */

/* How nodes are joined. */
struct plan_net {
  const char *name;
  double message_s, bytes_per_s; /* a message, its latency and handling; of a node */
  const char *source;
};
extern const struct plan_net plan_nets[];
extern const int n_plan_nets;

struct plan_load {
  double own, heard;            /* cells */
  double bytes, constant_bytes; /* of a node; those of them that do not fall with more nodes */
  /* s per second of biology */
  double own_s;     /* own cells and events */
  double whole_s;   /* what every node, or that of rank 0, does for the whole network */
  double message_s; /* messages of the node of rank 0 */
  double total_s;
};

/* The circuit with so many cells of the same kind, on so many nodes of so many threads. */
struct plan_load plan_load(const struct plan_circuit *circuit, double cells, double nodes, double threads,
                           const struct plan_net *net);

/* The fewest nodes, a power of two, on which a node needs at most so many bytes; 0 if there is no such
 * number up to 2²⁰. */
double plan_nodes(const struct plan_circuit *circuit, double cells, double threads, double bytes);

#endif
