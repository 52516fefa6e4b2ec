/* voltage_clamp.h — spontaneous synaptic currents of chosen cells as a voltage clamp would see them, without
 * touching the cells: their conductances at every tick, times the driving force at a holding potential.
 *
 *   excitatory, held at −70 mV (near the reversal potential of GABA-A):
 *     I_E = g_AMPA (V_h − E) + g_NMDA (V_h − E) Σ_s f_s (1 − b_s)/(1 + m_s(V_h))
 *   inhibitory, held at 0 mV (the reversal potential of excitation):
 *     I_I = (g_fast + g_slow) (V_h − E)
 * The clamp is ideal: no series resistance, no dendrite that escapes it. Drugs in the channels are those of
 * the free cell. White noise of the amplifier is added to every sample.
 *
 * Events are found by deconvolution, as in Pernía-Andrade et al. 2012, doi:10.1016/j.bpj.2012.08.039, with
 * the known time course of the fast receptor, a difference of exponentials with factors a (rise) and b
 * (decay) per sample. Its inverse is exact and needs no transform: x_k = y_k − (a + b) y_{k−1} + ab y_{k−2}
 * is an impulse at the arrival of each event. x is smoothed by a Gaussian of SD `smoothing`. An event is a
 * maximum of the smooth trace that lies more than a threshold above the lowest value of the 4 SD of that
 * Gaussian before it, as far as these come after the event before; the threshold is 4.5 SD of the noise of
 * such a difference, known from that of the amplifier. The height over that lowest value, in units of the
 * response to an event of 1 pA, is the amplitude. Events closer than about 2 SD of the Gaussian count as one,
 * small ones are lost in the noise, slow ones (NMDA, slow GABA-A) appear smaller: a real recording shares
 * these faults. */
#ifndef CIRCUITS_SIGNALS_VOLTAGE_CLAMP_H
#define CIRCUITS_SIGNALS_VOLTAGE_CLAMP_H

#include "signals/trace.h"
#include "window.h"

enum {
  CLAMP_CELLS = 64,   /* at most */
  CLAMP_TAPS = 64,    /* at most: samples that are looked back */
  CLAMP_PENDING = 10, /* samples of conductances that wait to be taken */
  CLAMP_SUBUNITS = 4
};

struct clamp_settings {
  double hold_excitatory, hold_inhibitory; /* holding potentials, mV */
  double noise;                            /* SD of a sample, pA */
  double smoothing;                        /* ms */
  size_t samples;                          /* of the trace of conductances */
};
extern const struct param clamp_params[]; /* of clamp_settings */
extern const int n_clamp_params;

enum clamp_kind { CLAMP_EXCITATORY, CLAMP_INHIBITORY, CLAMP_KINDS };

/* How events of one kind look in one population. */
struct clamp_template {
  double rise, decay; /* a, b: factors of a sample */
  double threshold;   /* of the smooth trace */
  double per_pA;      /* height of the response to an event of 1 pA */
};

/* What the clamp of a cell knows of one kind of current: all of it state. */
struct clamp_trace {
  double y[2];                                /* current of the two samples before, pA */
  double x[CLAMP_TAPS];                       /* deconvolved, by sample mod CLAMP_TAPS */
  double z[CLAMP_TAPS];                       /* the same, smooth */
  double since;                               /* samples since the maximum of the event before */
  double events, amplitude, current, samples; /* sums of the window: number, pA, pA, number */
};

struct clamp_cell {
  int population, cell; /* in the network; in the population */
  uint64_t id;
  struct clamp_trace trace[CLAMP_KINDS];
  double excitatory_nS, inhibitory_nS; /* latest conductances, as the clamp sees them */
  /* where its receptors keep what they have of it; of pairs the rising part, then the decaying one */
  const float *content, *ampa[2], *nmda_rise, *nmda_rise_fibres, *nmda_decay[CLAMP_SUBUNITS],
      *unblocked[CLAMP_SUBUNITS], *gaba[2][2];
};

/* What a population's receptors are to a clamp. */
struct clamp_population {
  int first, n; /* its cells among all */
  int ampa, nmda, gaba[2];
  const struct nmda_params *nmda_params;
  double E_ampa, E_nmda, E_gaba[2]; /* mV */
  double open[CLAMP_SUBUNITS];      /* 1/(1 + m_s(V_h)) */
  struct clamp_template template[CLAMP_KINDS];
};

struct clamp {
  const struct network *network;
  struct clamp_settings settings;
  struct clamp_population *population; /* per population of the network */
  struct clamp_cell *cell;
  int n_cells;
  int taps, reach; /* samples of the Gaussian; before a maximum that are searched for the lowest value */
  double tap[CLAMP_TAPS];
  double *pending; /* excitatory and inhibitory conductance of every cell, nS */
  int n_pending;
  struct trace conductance; /* state: of the measured part of a window */
};

/* Clamp n[p] cells of each population p of the network, evenly spaced. Fails: NO_MEMORY; CONFIG (more than
 * CLAMP_CELLS, or than a population has; a population without AMPA, NMDA or fast GABA-A receptors). Free with
 * clamp_free (accepts a zeroed one). */
MUST_USE enum status clamp_new(struct clamp *clamp, const struct clamp_settings *settings,
                               const struct network *network, const int *n);
void clamp_free(struct clamp *clamp);

struct observer clamp_observer(struct clamp *clamp);

/* Conductances since the latest call: to the trace if they belong to the measurement. At least every
 * CLAMP_PENDING milliseconds. */
void clamp_take(struct clamp *clamp, bool measured);

/* A new measurement begins. */
void clamp_clear(struct clamp *clamp);

/* Of one kind, mean over the clamped cells of population p: events per second, their mean amplitude (pA; NAN
 * if there were none), mean current (pA, inward positive for excitation, outward for inhibition). A meeting
 * where several processes hold them (exchange.h). */
struct clamp_measures {
  double frequency_Hz, amplitude_pA, current_pA;
};
void clamp_measure(const struct clamp *clamp, int p, enum clamp_kind kind, struct clamp_measures *out);

/* The smallest event that can be found, pA. */
double clamp_threshold_pA(const struct clamp *clamp, int p, enum clamp_kind kind);

MUST_USE enum status clamp_visit(struct clamp *clamp, struct visitor *visitor);

#endif
