/* random_circuit.h — a circuit that its config describes whole: populations and random pathways, without
 * space or tissue. So network models of the literature are written down (configs/circuits).
 *
 *   circuit.populations.<name>: cells, cell (a cell model, whose keys stand beside it), receptors.<name>
 *     (mechanism, port, and the mechanism's keys), start (initial potentials), background, stimuli, step,
 *     axon and dendrites.<type> (elements that grow)
 *   circuit.sonata: files that say cells, models and synapses (commands/sonata)
 *   circuit.pathways.[i]: from and to (lists of populations), port, rule, weight, delay, and U, tau_rec,
 *     tau_facil for short-term plasticity
 *   circuit.elements: how a network wires itself (synapses/elements.h)
 * A population's ports are those of its cell model, then one for each receptor or group of receptors that
 * name the same `port`: the first is weighted per synapse, the second gets `second` from each event. */
#ifndef CIRCUITS_RANDOM_CIRCUIT_H
#define CIRCUITS_RANDOM_CIRCUIT_H

#include "window.h"

enum { CIRCUIT_POPULATIONS = 64 };

/* What a run of such a circuit measures, from the group `bench`. */
struct circuit_times {
  double settle, measure; /* s */
};

struct circuit_settings {
  int64_t cells;   /* in all; 0: as the config says */
  int block_cells; /* most cells of a block */
  int substances;  /* that can act at one site: rows for their state */
};

/* Initial potentials of a population: low + spread × a uniform or standard normal number. */
struct circuit_start {
  bool given, normal;
  double low_mV, spread_mV;
};

/* A pathway whose synapses have a short-term state, and the rule that draws them. */
struct random_dynamic {
  struct projection *projection;
  struct static_pathway *drawn;
};

struct elements;

struct random_circuit {
  struct network *network;
  struct circuit_times times;
  struct circuit_start start[CIRCUIT_POPULATIONS];
  struct random_dynamic *dynamic;
  int n_dynamic;
  struct elements *elements; /* NULL: nothing grows */
};

/* Where the circuit comes from, if not from the config. */
struct circuit_source {
  const char *sonata; /* path of a SONATA circuit config; "": none */
};

/* Add populations and pathways of the group `circuit` to the network, whose clock and seed are set. A
 * number of cells other than the config's keeps the in-degrees, or, where `scaling` is "probability", the
 * connection probabilities. Faults go to the config, which must outlive the circuit. Fails: NO_MEMORY,
 * CONFIG. Free with random_circuit_free, also after a failure; the network is the caller's. */
MUST_USE enum status random_circuit_read(struct config *config, const struct mechanisms *mechanisms,
                                         const struct circuit_settings *settings, struct network *network,
                                         struct random_circuit *out);

/* Draw all synapses, fix the quanta, start the cells: after network_connect. Fails: NO_MEMORY, CONFIG. */
MUST_USE enum status random_circuit_wire(struct random_circuit *circuit);
void random_circuit_free(struct random_circuit *circuit);

/* Advance by so many ticks (a multiple of a millisecond): a window, with structural changes when they are
 * due. Fails: as window_run and elements_change. */
MUST_USE enum status random_circuit_advance(struct random_circuit *circuit, const struct window *window,
                                            int64_t ticks);

/* Visit all state. */
MUST_USE enum status random_circuit_visit(struct random_circuit *circuit, struct visitor *visitor);

/* The tables, for documentation. */
extern const struct param circuit_params[], circuit_source_params[], circuit_population_params[],
    circuit_receptor_params[], circuit_start_params[], circuit_step_params[], circuit_background_params[],
    circuit_axon_params[], circuit_pathway_params[], circuit_times_params[];
extern const int n_circuit_params, n_circuit_source_params, n_circuit_population_params,
    n_circuit_receptor_params, n_circuit_start_params, n_circuit_step_params, n_circuit_background_params,
    n_circuit_axon_params, n_circuit_pathway_params, n_circuit_times_params;

#endif
