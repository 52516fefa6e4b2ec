/* machine.h — what the machine allows: the constants that bound a simulation of spikes, measured in the
 * running process, and the shortest time that a workload can take with them.
 *
 *   limit = max([S Σ N t_cell + S Σ N t_Poisson(λ) + E max(t_add(A), b/B_1) + G t_segment]/T,
 *               S c/U_T + E b/B_T) + 2 I t_barrier
 * S steps, E synaptic events, G segments (spikes × lists that each reads) and I intervals of minimum delay
 * per biological second; T threads, which read B_T bytes per second and update U_T in place; A bytes of the
 * accumulator that a spike writes to; b bytes per synapse, which count if the lists are beyond the last
 * cache; c bytes of cells per step, if those do not stay in cache. The time of a cell is the program's own,
 * so it must be guarded: machine_cell_ns. */
#ifndef COMMANDS_MACHINE_H
#define COMMANDS_MACHINE_H

#include "status.h"
#include <stdbool.h>
#include <stddef.h>

enum { MACHINE_SETS = 6, MACHINE_RATES = 7 };

/* Sizes of the sets in bytes, 32 KiB to 32 MiB, and rates in events per cell and tick, both rising. */
extern const double machine_set_bytes[MACHINE_SETS], machine_rates[MACHINE_RATES];

/* Times are ns on one thread, of thread CPU time, the least of many bursts; rates of memory are 1e9 bytes per
 * second. */
struct machine {
  int threads;
  const char *isa;                             /* build of the loops: "base", "v3", "v4" */
  double cache_bytes;                          /* of the last level, as the system says */
  double add_ns[MACHINE_SETS];                 /* read, add, write 4 bytes anywhere in a set */
  double read_1_GB_s, read_all_GB_s;           /* sequential, from memory: one thread, all threads together */
  double update_1_GB_s, update_all_GB_s;       /* in place, bytes read plus bytes written */
  double segment_cached_ns, segment_memory_ns; /* start of a list, where the lists are in cache or memory */
  double barrier_ns;                           /* of all threads; 0 for one */
  double poisson_ns[MACHINE_RATES];            /* the cheaper of superposition and inversion, per cell */
  double exponential_ns, difference_ns;        /* e^x, a difference-of-exponentials receptor, float */
};

/* Measure with a team of `threads`. Effort 1 takes up to 3 s and 1.1 GB; less takes fewer bursts and smaller
 * lists in proportion: 0.05 is enough to see that it works, not for figures. Threads are
 * kept on one processor each for the time, and set free again. Fails: NO_MEMORY; WORLD (fewer threads);
 * USAGE (SPINULE_ISA; effort outside 0 … 1). */
MUST_USE enum status machine_measure(int threads, double effort, struct machine *out);

/* Between the measured points, straight in the logarithms; the nearest point outside of them (so the limit
 * stays one), and in proportion to the rate below the least and above the largest. */
double machine_add_ns(const struct machine *machine, double bytes);
double machine_poisson_ns(const struct machine *machine, double rate);

/* Time of a cell and step that may enter a limit: the one measured, but not more than 1.5 times what its
 * exponentials and receptors alone must take. So a slow kernel cannot raise its own limit. The best AdEx
 * cells known take 1.25 to 1.45 times that sum. */
double machine_cell_ns(const struct machine *machine, double measured_ns, int exponentials, int receptors);

struct machine_background {
  double cells, rate; /* cells, and events of each per tick */
};

/* Of one biological second, as counted in the run. */
struct workload {
  double steps;
  double cells_ns; /* per step: Σ cells × machine_cell_ns */
  const struct machine_background *background;
  int n_background;
  double events, segments;
  double
      synapse_bytes; /* of the leanest layout that holds the model: 2 for a shared weight, 4 for own ones */
  double list_bytes; /* of all lists: those beyond the last cache are read from memory */
  double accumulator_bytes; /* that one spike writes to: of a block, all receptors */
  double cell_bytes;        /* read and written per step, of all cells; 0 if they stay in cache */
  double intervals;
};

enum machine_term {
  MACHINE_CELLS,
  MACHINE_BACKGROUND,
  MACHINE_EVENTS,
  MACHINE_SEGMENTS,
  MACHINE_BANDWIDTH,
  MACHINE_BARRIERS,
  MACHINE_TERMS
};
extern const char *const machine_term_names[MACHINE_TERMS];

/* Seconds per biological second. Terms are divided by the threads already. */
struct machine_limit {
  double total_s, term_s[MACHINE_TERMS];
  enum machine_term binds; /* the largest term among those that make up the total */
};

/* On one thread or on all that were measured. */
struct machine_limit machine_limit(const struct machine *machine, const struct workload *workload,
                                   bool all_threads);

#endif
