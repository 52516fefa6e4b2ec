/* presynaptic.h — receptors at terminals whose G proteins lower release, at the sites of a sheet.
 *
 *   a' = (A/A_rest − a)/τ_on                               A: transmitter at terminals, filtered
 *   o  = zⁿ/(1 + zⁿ),   z = (o_rest/(1 − o_rest))^(1/n) a + agonist      activity of receptors
 *   h' = (o − h)/τ_off                                     what G proteins make of it at the terminal
 *   f  = (1 − M h)/(1 − M o_rest)                          factor on the release probability
 * Release probabilities and drives of a circuit are those with the tone of rest: f is 1 there by
 * construction, and until A_rest is known. So no affinity is put in as a concentration, of which what is
 * reported at terminals differs by a thousand times. The filter stands before the curve, so that the curve
 * sees the mean and not its millisecond noise.
 *
 * Method: once a millisecond, both linear equations by their exact exponential step with the input held
 * (order 1 in the input, stable for any step). While a window settles a millisecond stands for so much time
 * that six time constants pass: minutes to days lie between windows, and receptors have followed. */
#ifndef CIRCUITS_TISSUE_PRESYNAPTIC_H
#define CIRCUITS_TISSUE_PRESYNAPTIC_H

#include "state.h"
#include <stdbool.h>

/* What factors on release there are (RELEASE_FACTORS of population.h); a pathway heeds some of them. */
enum release_factor { RELEASE_MGLUR2, RELEASE_DRUGS, RELEASE_GABA_B };
enum {
  HEEDS_MGLUR2 = 1u << RELEASE_MGLUR2, /* has autoreceptors (mglur2.h) */
  HEEDS_DRUGS = 1u << RELEASE_DRUGS,   /* answers to drugs that raise release (action ampa_potentiator) */
  HEEDS_GABA_B = 1u << RELEASE_GABA_B  /* has receptors that SST cells hold down (heteroreceptors.h) */
};

struct presynaptic_params {
  double tone, largest, hill; /* o_rest, M, n */
  double tau_on, tau_off;     /* ms */
};

struct presynaptic {
  struct presynaptic_params params;
  int sites;
  bool on;     /* off, release sees the tone of rest */
  double pace; /* ms that a millisecond stands for: more than 1 while a window settles */
  /* per site */
  double *filtered, *activity, *rest; /* A_rest a, in the unit of A; h; A_rest, 0 before it is known */
  double *factor;                     /* f */
  double *sum, looks;                 /* of f over the window */
};

/* At rest, where A is `first` at every site. Fails: NO_MEMORY. Free with presynaptic_free (accepts a zeroed
 * one). */
MUST_USE enum status presynaptic_new(struct presynaptic *receptors, const struct presynaptic_params *params,
                                     bool on, int sites, const double *first);
void presynaptic_free(struct presynaptic *receptors);

/* A millisecond at so much transmitter, and agonists (Σ C/EC50; NULL: none), at each site. */
void presynaptic_advance(struct presynaptic *receptors, const double *transmitter, const double *agonist);

/* How fast time goes: `settle_ms` is the time that a window takes to settle, 0 when it has. */
void presynaptic_settle(struct presynaptic *receptors, double settle_ms);

/* Transmitter of rest at a site, and the tone that belongs to it. */
void presynaptic_rest(struct presynaptic *receptors, int site, double transmitter);

/* Mean factor at a site over the window; forget the sums. */
double presynaptic_mean(const struct presynaptic *receptors, int site);
void presynaptic_forget(struct presynaptic *receptors);

/* The largest factor that can occur: release without any tone. */
double presynaptic_most(const struct presynaptic_params *params);

/* Visit state, as <region>/<name>_<field>. */
MUST_USE enum status presynaptic_visit(struct presynaptic *receptors, const char *region, const char *name,
                                       struct visitor *visitor);

#endif
