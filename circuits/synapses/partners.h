/* partners.h — a source cell for a new synapse, so that a tissue that loses and forms synapses stays wired as
 * it was.
 *
 * Unconnected pairs become connected in proportion to p/(1 − p), where p is the probability with which
 * wiring.c connects them: then as many are formed at every distance as are lost there at rest (detailed
 * balance), and the new synapses of a mean target lie at distances as p does. A site is drawn by a bound on
 * these odds between two sites, then one of its cells, which is kept with its own odds over the bound: exact
 * for true positions, whatever the pitch of the sheet. */
#ifndef CIRCUITS_SYNAPSES_PARTNERS_H
#define CIRCUITS_SYNAPSES_PARTNERS_H

#include "synapses/wiring.h"

/* Relative positions of sites from which sources of one pathway can come. */
struct partners {
  int n, most;      /* positions; most source cells of a site */
  int32_t *dx, *dy; /* columns and rows from the target's site to the source's */
  double *bound;    /* on the odds of a pair */
  double *sum;      /* of the bounds, up to this position and with it */
};

/* p/(1 − p), cut where every pair is connected. */
double partners_odds(double p);

/* Fails: NO_MEMORY. Free with partners_free (accepts a zeroed one). */
MUST_USE enum status partners_new(struct partners *partners, const struct wiring *wiring);
void partners_free(struct partners *partners);

/* Propose a source cell for target cell i, from three draws; −1 if this trial gives none. It may be i itself,
 * or connected already. */
int partners_propose(const struct partners *partners, const struct wiring *wiring, int i,
                     const uint32_t u[3]);

#endif
