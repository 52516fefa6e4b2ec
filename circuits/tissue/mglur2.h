/* mglur2.h — presynaptic mGlu2/3 autoreceptors: glutamate at the terminals of a site lowers their release.
 *
 * The equations are those of presynaptic.h, with A the glutamate that terminals see (glutamate.h) and
 * agonists as Σ C/EC50. Rest is the baseline window, which says what A_rest is, site by site. The
 * affinity for glutamate is not put in as a concentration. Cells that express the receptors want µM,
 * microdialysis and electrodes report µM, and electrophysiology nM (Herman & Jahr 2007,
 * doi:10.1523/JNEUROSCI.2554-07.2007): what terminals meet is not known. What is known is how much of the
 * tone there is: in the prefrontal cortex of awake rats an antagonist (LY341495) raises resting glutamate
 * by 40 %, an agonist (LY379268) lowers it by 20 %, and 50 % of it need calcium channels (Hascup et al.
 * 2010, doi:10.1111/j.1471-4159.2010.07066.x). Release alone thus goes to 1.8 and 0.6 of rest, which is f
 * at h = 0 and h = 1 for M = 2/3 and o_rest = 2/3.
 *
 * f acts on the terminals of cells that open glutamate receptors, at the site of their soma, and on those of
 * the background at the site of its target, where it multiplies what heteroreceptors leave; so does the
 * factor of drugs that raise release by themselves (action_release of drugs/action.h). Which pathways, and
 * what share of a background, have the receptors or answer to such drugs, the region says. Agonists are
 * full; they add up with glutamate as equal parts. */
#ifndef CIRCUITS_TISSUE_MGLUR2_H
#define CIRCUITS_TISSUE_MGLUR2_H

#include "tissue/glutamate.h"
#include "tissue/heteroreceptors.h"

extern const struct param mglur2_params[];
extern const int n_mglur2_params;

/* Shares of a background's terminals that have the receptors, and that answer to drugs on release. */
struct background_terminals {
  double mglur2, drugs;
};

struct mglur2 {
  struct presynaptic receptors;                  /* switch mechanisms.autoreceptors */
  const struct glutamate *glutamate;             /* whose sites and populations these are */
  const struct heteroreceptors *heteroreceptors; /* act on the same terminals of the background; NULL: none */
  const struct network *network;                 /* theirs, for fibres from outside that end here */
  bool *glutamatergic;                           /* per population of the region */
  struct background_terminals *open_to;          /* per population */
  double *agonist, *raised; /* of this window, per site: Σ C/EC50; factor of drugs that act on release by
                               themselves */
};

/* At rest, in the region of `glutamate`, whose populations are in `network`. background: open_to of each
 * population; NULL: all of it. Fails: NO_MEMORY. Free with mglur2_free (accepts a zeroed one). */
MUST_USE enum status mglur2_new(struct mglur2 *mglur2, const struct presynaptic_params *params, bool on,
                                const struct glutamate *glutamate,
                                const struct heteroreceptors *heteroreceptors, const struct network *network,
                                const struct background_terminals *background);
void mglur2_free(struct mglur2 *mglur2);

/* To follow the observer of `glutamate`: advances the receptors once a millisecond, tells cells the
 * factor. */
struct observer mglur2_observer(struct mglur2 *mglur2);

/* What holds in this window: agonists among the exposures, and how fast time goes while it settles:
 * `settle_ms` is the time that it takes, 0 when it is over. */
void mglur2_conditions(struct mglur2 *mglur2, const struct exposure *exposures, int n, double settle_ms);

/* Tell cells the factor again; forget the sums: at the start of a window, after a load. */
void mglur2_restart(struct mglur2 *mglur2, bool clear_sums);

/* The baseline window is over: what glutamate measured in it is rest. */
void mglur2_set_rest(struct mglur2 *mglur2);

MUST_USE enum status mglur2_visit(struct mglur2 *mglur2, const char *region, struct visitor *visitor);

#endif
