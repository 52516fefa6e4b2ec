/* occupancy.h — what displacement of a tracer that binds in the open channel of NMDA receptors ([3H]MK-801)
 * would say of the drugs in that channel. The tracer is too dilute to hold a share of its own; it binds where
 * the pore is open and neither magnesium nor a drug is in it.
 *
 * In vitro, on membranes: no potential, buffer with [Mg], full agonist, equilibrium. Every channel opens
 * again and again, so with drugs k at C_k of subunit s
 *   tracer bound/tracer without drug = (1 + m_s)/(1 + m_s + Σ_k C_k/K_s,k),  m_s = [Mg]/K_s(V),
 *   K_s,k(V) = K_d,s,k exp(zδ (V + 66 mV) F/RT)
 * as in receptors/nmda.c. Sites are counted per receptor: a subunit with share f_s of the conductance and
 * peak open probability P_s has receptors in proportion to f_s/P_s. K_i is the concentration that displaces
 * half of the tracer (Ebert et al. 1997, Eur J Pharmacol 333:99, for ketamine's enantiomers in rat cortex).
 *
 * In vivo, in the state of the run: tracer goes into channels as often as they are open and free of
 * magnesium, Σ over milliseconds of P_s/(1 + m_s), and finds the share b_s held by drugs. Since receptors in
 * proportion to f_s/P_s open with probability P_s, this weighs subunits by f_s:
 *   occupancy = Σ f_s/P_s bind_s b_s / Σ f_s/P_s bind_s
 * over cells and subunits, from the same state by which the receptor's current is blocked. Of a substance k
 * that holds the part o_k of the occupancy o at the free concentration C_k, C_k (1 − o)/o_k would hold a half
 * if it were alone and binding had one site (Shaffer et al. 2014, Neuropharmacology 86:174: 1.4 µM of
 * ketamine in rats at steady state); what else is in the channel takes no part in it. */
#ifndef CIRCUITS_SIGNALS_OCCUPANCY_H
#define CIRCUITS_SIGNALS_OCCUPANCY_H

#include "drugs/action.h"
#include "population.h"

enum { OCCUPANCY_SUBUNITS = 4 };

/* Conditions of an assay on membranes. */
struct occupancy_assay {
  double potential, Mg, temperature; /* mV, mM, °C */
};
extern const struct param assay_params[];
extern const int n_assay_params;

/* Sums that occupancy is a ratio of; over as many populations as are added. `by`: held by each slot's
 * blocker. */
struct occupancy_sums {
  double held, all, by[ACTION_SLOTS];
};

/* Add the cells of a population, in the state at the end of a window; a blocker in this slot has counted how
 * often channels were open. Nothing where it is −1. */
MUST_USE enum status occupancy_add(const struct population *population, int slot,
                                   struct occupancy_sums *sums);
static inline double occupancy_of(const struct occupancy_sums *sums) {
  return sums->all > 0 ? sums->held / sums->all : NAN;
}

/* Free concentration of a blocker that would hold a half, µM; NAN where it holds nothing, or does not reach
 * the whole sheet. */
double occupancy_half(const struct occupancy_sums *sums, const struct exposure *exposure);

/* Is any channel blocker there? Gives the slot of one that binds as the tracer does, in the open channel
 * alone: −1 if there is none, where receptors do not count how often they open. */
bool occupancy_slot(const struct exposure *exposures, int n, int *slot);

/* Share of the tracer that a drug at C µM displaces from the receptors of n populations. */
double occupancy_displaced(const struct occupancy_assay *assay, const struct nmda_channel *drug, double C,
                           const struct population *const *populations, int n);
/* K_i, µM: the concentration at which this is a half. */
double occupancy_K_i(const struct occupancy_assay *assay, const struct nmda_channel *drug,
                     const struct population *const *populations, int n);

#endif
