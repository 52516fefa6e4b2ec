/* heteroreceptors.h — GABA-B receptors at glutamatergic terminals, which SST cells hold down.
 *
 * The equations are those of presynaptic.h, with A the GABA that SST cells release at a site: their
 * spikes, spread by the reach of their axons (σ). In slices whose cells fire by themselves unitary EPSPs
 * between pyramidal cells are half as large, and fail more often, than where GABA-B receptors are blocked
 * or SST cells are silenced by light; the effect is presynaptic, rapid and reversible (Urban-Ciecko &
 * Barth 2015, PubMed 25728691). So M o_rest = 1/2, and release without SST cells is twice that of rest.
 * Synapses of pyramidal onto SST cells are held down too, those onto PV cells, and from PV cells, are not
 * (Kanigowski et al. 2023; abstract seen, authors and year recalled): a property of pathways. That the
 * weights of a circuit are those with this tone is assumed: most were measured in silent slices, and
 * pairs in vivo, recorded in down states, do not tell (Jouhanneau et al. 2015,
 * doi:10.1016/j.celrep.2015.11.011).
 *
 * f acts on the terminals of pathways so marked, at the site of the source cell, and on the cortical part of
 * the background of cells on which such a pathway ends: its terminals are those of pyramidal cells too, at
 * the site of their target. */
#ifndef CIRCUITS_TISSUE_HETERORECEPTORS_H
#define CIRCUITS_TISSUE_HETERORECEPTORS_H

#include "network.h"
#include "params.h"
#include "sheet.h"
#include "tissue/presynaptic.h"
#include "window.h"

struct heteroreceptor_params {
  double tone, largest, hill, tau_on, tau_off; /* of presynaptic.h */
  double reach;                                /* σ, µm */
  double background; /* share of the cortical background whose terminals have the receptors */
};
extern const struct param heteroreceptor_params[];
extern const int n_heteroreceptor_params;

struct heteroreceptors {
  struct heteroreceptor_params params;
  struct presynaptic receptors;
  const struct network *network;
  const struct sheet *sheet;
  struct population *const *population; /* of the region */
  int n_populations;
  bool *gates;     /* per population: its spikes release the GABA */
  bool *gated;     /* per population: some of its terminals have the receptors */
  double *open_to; /* per population: share of its background whose terminals have them */
  bool any;        /* there are both, so that something can happen */
  /* per site */
  double *spikes;   /* of this millisecond, not state: ends with it */
  double *gaba;     /* A: the same, smoothed: scratch of a millisecond */
  double *gaba_sum; /* of A over the window */
  double *scratch;
};

/* How they act: what presynaptic.h asks for. */
struct presynaptic_params heteroreceptors_at_terminals(const struct heteroreceptor_params *params);

/* At rest. Populations of the region, in order, and the share of each one's background that comes from the
 * thalamus, whose terminals are left out. Fails: NO_MEMORY. Free with heteroreceptors_free (accepts a zeroed
 * one). */
MUST_USE enum status heteroreceptors_new(struct heteroreceptors *own,
                                         const struct heteroreceptor_params *params, bool on,
                                         const struct network *network, const struct sheet *sheet,
                                         struct population *const *populations, int n,
                                         const double *thalamic);
void heteroreceptors_free(struct heteroreceptors *own);

/* Counts spikes, advances the receptors once a millisecond, tells cells the factor. */
struct observer heteroreceptors_observer(struct heteroreceptors *own);

/* Factor on what background events of a population's cells at a site release. */
double heteroreceptors_background(const struct heteroreceptors *own, int population, int site);

/* Tell cells the factor again; forget the sums: at the start of a window, after a load. */
void heteroreceptors_restart(struct heteroreceptors *own, bool clear_sums);

/* The baseline window is over: what SST cells released in it is rest. */
void heteroreceptors_set_rest(struct heteroreceptors *own);

MUST_USE enum status heteroreceptors_visit(struct heteroreceptors *own, const char *region,
                                           struct visitor *visitor);

#endif
