/* plan_model.c — counts per node, and what they cost. See plan_model.h. */
#include "plan/plan_model.h"
#include "fields.h"
#include <math.h>

/* Rounded; what MPI adds to a message is in it. */
const struct plan_net plan_nets[] = {
    {"one machine", 1e-6, 5e9, "shared memory, measured here within a factor of two"},
    {"10 Gbit Ethernet", 25e-6, 1.1e9, "TCP"},
    {"InfiniBand HDR", 1.5e-6, 23e9, "200 Gbit/s"},
    {"Tofu (K)", 2e-6, 5e9, "Ajima et al. 2012, doi:10.1109/MM.2011.98, a link"},
    {"5D torus (JUQUEEN)", 2.5e-6, 1.8e9, "Chen et al. 2011, doi:10.1145/2063384.2063419, a link"},
};
const int n_plan_nets = COUNT_OF(plan_nets);

/* Neighbours of a square piece of a sheet. */
static const double NEIGHBOURS = 8;

/* Cells that a node hears. */
static double heard_cells(const struct plan_circuit *circuit, double cells, double nodes) {
  if (!circuit->sheet || nodes <= 1) return cells;
  double side_um = sqrt(cells / nodes / circuit->density_um2), wide_um = side_um + 2 * circuit->reach_um;
  return fmin(cells, circuit->density_um2 * wide_um * wide_um);
}

/* Of rank 0, which hears all nodes and is heard by its own. */
static double message_time(const struct plan_circuit *circuit, double cells, double nodes,
                           const struct plan_net *net) {
  if (nodes <= 1) return 0;
  double intervals = 1000.0 / circuit->interval_ms;
  double own_s = cells / nodes * circuit->spikes_Hz, all_s = cells * circuit->spikes_Hz;
  double to = circuit->sheet ? fmin(NEIGHBOURS, nodes - 1) : nodes - 1;
  double bytes = circuit->message_bytes * (all_s - own_s + to * own_s);
  double spikes = intervals * (nodes - 1 + to) * net->message_s + bytes / net->bytes_per_s;
  double steps = ceil(log2(nodes)), sums = circuit->sites * cells * 8.0;
  double tissue =
      circuit->sites > 0 ? 1000.0 * 2.0 * (steps * net->message_s + sums / net->bytes_per_s) : 0.0;
  return spikes + tissue;
}

struct plan_load plan_load(const struct plan_circuit *circuit, double cells, double nodes, double threads,
                           const struct plan_net *net) {
  struct plan_load load = {.own = cells / nodes, .heard = heard_cells(circuit, cells, nodes)};
  double sites = cells * circuit->sites, synapses = load.own * circuit->in_degree;
  double per_cell = circuit->place_bytes + threads * circuit->index_bytes;
  load.constant_bytes = cells * per_cell + sites * circuit->site_bytes;
  load.bytes = load.constant_bytes + load.own * circuit->cell_bytes + synapses * circuit->synapse_bytes;
  load.own_s = (load.own * circuit->cell_s + synapses * circuit->rate_Hz * circuit->event_s) / threads;
  load.whole_s = load.heard * circuit->spikes_Hz * circuit->lookup_s + cells / PLAN_BLOCK * circuit->block_s +
                 sites * circuit->site_s + cells * circuit->spikes_Hz * circuit->record_s;
  load.message_s = message_time(circuit, cells, nodes, net);
  load.total_s = load.own_s + load.whole_s + load.message_s;
  return load;
}

double plan_nodes(const struct plan_circuit *circuit, double cells, double threads, double bytes) {
  for (double nodes = 1; nodes <= 0x1p20; nodes *= 2) {
    if (plan_load(circuit, cells, nodes, threads, &plan_nets[0]).bytes <= bytes) return nodes;
  }
  return 0;
}
