/* probe.h — a built circuit measured as anatomists and physiologists measure tissue: who is connected to whom
 * and at what distance, what single cells do when current is injected, and what a spike of one cell does to
 * those that it reaches. Everything is read off the built network; no number comes from the tables that it
 * was built from.
 *
 * Recordings begin from a circuit at rest: background off (`probe.background` leaves it on), no drug, no
 * glutamate around the cells. Between recordings the state of that rest is put back, so that all begin alike
 * and short-term plasticity has recovered. With background on, every recording of synapses is made twice from
 * the same state, with the spikes and without, and the difference is read; all other cells send in the second
 * what they sent in the first, so that nothing comes back from the network. */
#ifndef COMMANDS_PROBE_H
#define COMMANDS_PROBE_H

#include "drive/replay.h"
#include "simulation/simulation.h"
#include "terminal/options.h"

enum { PROBE_NAME = 96, PROBE_LAYERS = 64 };

/* ---- what is measured: member, unit, meaning ---- */

/* Of a population. R_in from the end of a step of −20 pA, τ_m where 63 % of the deflection is reached; sag
 * from one of −100 pA; rheobase by halving, steps of 500 ms; threshold: potential at which V' first passes
 * 10 mV/ms before a spike; f–I from steps of 50, 100 and 150 pA above rheobase; adaptation: first over last
 * interval at 100 pA above. */
#define PROBE_CELL(X)                                                                                        \
  X(cells, "1", "cells")                                                                                     \
  X(density, "1/mm2", "cells under 1 mm2")                                                                   \
  X(share, "1", "share of the region's cells")                                                               \
  X(share_of_class, "1", "share of the region's excitatory, or inhibitory, cells")                           \
  X(depth_from, "um", "depth of the shallowest cell")                                                        \
  X(depth_to, "um", "depth of the deepest cell")                                                             \
  X(V_rest, "mV", "resting potential, mean over all cells")                                                  \
  X(V_rest_sd, "mV", "SD of resting potentials over all cells")                                              \
  X(R_in, "MOhm", "input resistance")                                                                        \
  X(R_in_cv, "1", "coefficient of variation of input resistance over cells")                                 \
  X(tau_m, "ms", "membrane time constant")                                                                   \
  X(sag, "1", "sag: share of the peak deflection that is gone at the end of a step of -100 pA")              \
  X(rheobase, "pA", "least current that fires the cell within 500 ms")                                       \
  X(threshold, "mV", "threshold of the action potential")                                                    \
  X(fI_slope, "Hz/100pA", "slope of the f-I curve, 50 to 150 pA above rheobase")                             \
  X(rate_100pA, "Hz", "firing rate 100 pA above rheobase")                                                   \
  X(adaptation, "1", "first interval over the last, 100 pA above rheobase")

/* Of a pathway: counts, then what the probed pairs show. */
#define PROBE_COUNT(X)                                                                                       \
  X(synapses, "1", "synapses")                                                                               \
  X(in_degree, "1", "synapses of a target cell, mean")                                                       \
  X(in_degree_cv, "1", "coefficient of variation of in-degrees")                                             \
  X(out_degree, "1", "synapses of a source cell, mean")                                                      \
  X(p_50um, "1", "connection probability within 50 um (lateral)")                                            \
  X(p_100um, "1", "connection probability within 100 um")                                                    \
  X(p_200um, "1", "connection probability within 200 um")                                                    \
  X(p_far, "1", "connection probability from 200 to 300 um")                                                 \
  X(kernel_width, "um", "SD of a Gaussian through the connection probability up to 200 um")                  \
  X(autapses, "1", "synapses of cells onto themselves")                                                      \
  X(doubles, "1", "pairs of cells with more than one synapse")                                               \
  X(reciprocal, "1", "share of connections whose reverse is there too")                                      \
  X(reciprocal_excess, "1", "reciprocal connections over those expected by chance at the same distances")    \
  X(weight, "nS", "peak conductance of the first response, mean")                                            \
  X(weight_cv, "1", "coefficient of variation of weights")                                                   \
  X(weight_sigma, "1", "SD of the logarithm of weights")                                                     \
  X(weight_skew, "1", "skewness of the logarithm of weights: 0 if they are lognormal")                       \
  X(delay, "ms", "delay, mean")                                                                              \
  X(delay_sd, "ms", "SD of delays")                                                                          \
  X(velocity, "m/s", "conduction velocity, from delays against distance")
#define PROBE_RESPONSE(X)                                                                                    \
  X(pairs, "1", "connected pairs that were read")                                                            \
  X(psp, "mV", "first postsynaptic potential at rest, mean")                                                 \
  X(psp_median, "mV", "the same, median over pairs")                                                         \
  X(psp_cv, "1", "coefficient of variation of the first potential over pairs")                               \
  X(psp_held, "mV", "inhibitory potential of cells at hold_psp, mean")                                       \
  X(latency, "ms", "from the presynaptic spike to the onset of the current")                                 \
  X(rise, "ms", "20 to 80 % rise of the potential at rest")                                                  \
  X(half_width, "ms", "width of the potential at half its peak")                                             \
  X(decay, "ms", "decay of the potential to 37 %")                                                           \
  X(current, "pA", "first peak current under voltage clamp, mean; inward is negative")                       \
  X(conductance, "nS", "that current over its driving force")                                                \
  X(current_rise, "ms", "20 to 80 % rise of the current")                                                    \
  X(current_decay, "ms", "decay of the current to 37 %")                                                     \
  X(failures, "1", "share of first spikes without a response")                                               \
  X(ppr_train, "1", "second over first current of a train (20 ms)")                                          \
  X(ppr_pair, "1", "second over first current of a pair (50 ms)")                                            \
  X(train, "1", "last over first current of a train")                                                        \
  X(nmda_ampa, "1", "NMDA over AMPA peak current at hold_nmda")                                              \
  X(nmda_ampa_charge, "1", "NMDA over AMPA charge at hold_nmda")
#define PROBE_PATHWAY(X) PROBE_COUNT(X) PROBE_RESPONSE(X)

#define PROBE_LAYER(X)                                                                                       \
  X(cells, "1", "cells")                                                                                     \
  X(density, "1/mm2", "cells under 1 mm2")                                                                   \
  X(share, "1", "share of the region's cells")                                                               \
  X(inhibitory, "1", "share of inhibitory cells")                                                            \
  X(e_to_i, "1", "excitatory cells over inhibitory ones")

#define PROBE_MEMBER(name, unit, meaning) double name;
struct probe_population {
  char name[PROBE_NAME]; /* "mPFC.PV_L5" */
  struct population *population;
  int region;
  bool chosen, excitatory;
  PROBE_CELL(PROBE_MEMBER)
};
struct probe_pathway {
  char name[PROBE_NAME]; /* "mPFC.PYR_L5_to_PV_L5"; "CA1.CA1_PYR_to_mPFC.PYR_L5" between regions */
  const struct projection *projection;
  bool chosen, excitatory;
  PROBE_PATHWAY(PROBE_MEMBER)
};
struct probe_layer {
  char name[PROBE_NAME]; /* "mPFC.L5", and the region as a whole: "mPFC" */
  PROBE_LAYER(PROBE_MEMBER)
};
#undef PROBE_MEMBER

struct probe {
  const struct probe_settings *settings;
  struct simulation *simulation;
  struct network *network;
  struct probe_population *population; /* as in the network */
  struct probe_pathway *pathway;       /* as in the network */
  struct probe_layer layer[PROBE_LAYERS];
  int n_layers;
  struct image *rest;
  double biology_s;
};

/* Of a wired simulation. Fails: NO_MEMORY, CONFIG. Free with probe_free, also after a failure. */
MUST_USE enum status probe_new(struct simulation *simulation, const struct probe_settings *settings,
                               struct probe *out);
void probe_free(struct probe *probe);

/* Cells, layers and synapses are counted. Fails: NO_MEMORY. */
MUST_USE enum status probe_count(struct probe *probe);
/* Membranes, and synapses, are measured. Fails: NO_MEMORY; CONFIG (no clamp on such cells); DIVERGED. */
MUST_USE enum status probe_measure_cells(struct probe *probe);
MUST_USE enum status probe_measure_pathways(struct probe *probe);

/* ---- for those who measure ---- */

void probe_count_cells(struct probe *probe);

/* Put the circuit back to rest. Fails: NO_MEMORY. */
MUST_USE enum status probe_rest(struct probe *probe);
/* A recording of so many ms with pipettes that are attached (NULL: none), and with what is sent kept or put
 * back (NULL: neither), at these exposures. Fails: as window_run. */
MUST_USE enum status probe_record(struct probe *probe, struct pipettes *pipettes, struct replay *replay,
                                  double ms, const struct exposure *exposures, int n);

/* ---- commands ---- */

/* `run` of a config with a group `probe`: one arm's file, and tables on standard output. */
MUST_USE enum status probe_run(const struct arguments *arguments);
/* Has the config such a group? Fails: CONFIG (it cannot be read), NO_MEMORY. */
MUST_USE enum status probe_found(const char *path, const struct texts *overrides, bool *out);

#endif
