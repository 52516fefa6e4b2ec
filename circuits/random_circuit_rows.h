/* random_circuit_rows.h — what a config says of a circuit without space, as it is read: one struct per
 * table of random_circuit.h. */
#ifndef CIRCUITS_RANDOM_CIRCUIT_ROWS_H
#define CIRCUITS_RANDOM_CIRCUIT_ROWS_H

#include "random_circuit.h"

struct circuit_row {
  int64_t cells;
  int scaling;
  double delay_step;
};

struct population_row {
  int64_t cells;
  const char *cell;
  double rate;
};

struct receptor_row {
  const char *mechanism, *port;
};

struct start_row {
  double V_low, V_high, V_mean, V_sd;
};

struct step_row {
  double current, from, to;
};

struct background_row {
  const char *port;
  double rate, weight, second, until, afferents;
};

/* The first three as in enum wiring_rule. */
enum { PATHWAY_ALL = 3, PATHWAY_GROWN = 4 };

struct axon_row {
  const char *type;
};

struct pathway_row {
  const char *port, *type;
  int rule;
  double p, weight, weight_sd, second, delay, delay_sd;
  double U, tau_rec, tau_facil;
  int64_t in_degree;
  bool autapses;
};

#endif
