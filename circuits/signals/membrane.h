/* membrane.h — membrane potentials and synaptic conductances of a sample of cells, as intracellular
 * recordings of a network at work tell them: once a millisecond, over a window.
 *
 *   potential     mean over time; its SD over time; SD of the means over cells. Spikes have no peak in these
 *                 cell models, so none is cut out; resets and refractory times count.
 *   conductance   from all receptors together, G = Σ g and J = Σ g E, with the reversal potentials of
 *                 excitation and inhibition E_e and E_i:  g_e = (J − E_i G)/(E_e − E_i),  g_i = G − g_e
 *                 as it is done in voltage clamp (Borg-Graham, Monier & Frégnac 1998, doi:10.1038/30735).
 *                 NMDA receptors count with what magnesium leaves open at the cell's own potential. E_i is
 *                 the mean of a population's inhibitory receptors; where these differ, by some mV, g_e and
 *                 g_i are as wrong as they are in such recordings.
 *   balance       correlation over time of g_e and g_i: of single cells, mean over them; and of the mean over
 *                 the sampled cells, where what is private to a cell averages out
 * The sample is MEMBRANE_CELLS cells of each population at most, evenly spaced. */
#ifndef CIRCUITS_SIGNALS_MEMBRANE_H
#define CIRCUITS_SIGNALS_MEMBRANE_H

#include "window.h"

enum { MEMBRANE_CELLS = 100 };

/* Sums over the samples of a window: of potentials, of both conductances, and of their products. */
struct membrane_sums {
  double n, V, VV, e, i, ee, ii, ei;
};

struct membrane_population {
  int n;                     /* sampled cells */
  int *cell;                 /* ascending */
  double E_e, E_i;           /* mV */
  struct membrane_sums *of;  /* per sampled cell: state */
  double *e, *i, *V;         /* per sampled cell: the present millisecond */
  struct membrane_sums mean; /* of means over cells: state */
};

struct membrane {
  const struct network *network;
  struct membrane_population *population;
  int64_t first, ticks; /* of the window */
};

/* What a window says of a population; NAN where it cannot. */
struct membrane_measures {
  double V_mean, V_sd, V_spread;        /* mV */
  double g_e, g_i, g_ratio, g_relative; /* nS; g_i/g_e; (g_e + g_i)/g_L */
  double balance, balance_cell;         /* correlations */
};

/* Fails: NO_MEMORY. Free with membrane_free (accepts a zeroed one). */
MUST_USE enum status membrane_new(struct membrane *membrane, const struct network *network);
void membrane_free(struct membrane *membrane);

/* A window of so many ticks begins. */
void membrane_begin(struct membrane *membrane, int64_t first, int64_t ticks);

struct observer membrane_observer(struct membrane *membrane);

/* At the end of a window, of population p; a meeting where several processes hold it (exchange.h). */
void membrane_measure(const struct membrane *membrane, int p, struct membrane_measures *out);

MUST_USE enum status membrane_visit(struct membrane *membrane, struct visitor *visitor);

#endif
