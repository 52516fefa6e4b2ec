/* blockade.h — how much of the NMDA current a drug takes away, as a result: of the charge that the window's
 * activity would have carried without any drug, the share that was not carried. By population and subunit,
 * inside and outside synapses, by site, and by the pathway that opened the receptors.
 *
 * A cell's synaptic charge Q_i,s of subunit s belongs to all releases onto it, in proportion to what each
 * opened of it; so a pathway with n_i source spikes at the synapses of cell i has carried
 * Σ_i n_i Σ_s Q_i,s f_s/Σ_o f_o,s R_i,o, R_i,o the conductance of all releases of one origin at the cell and
 * f_o,s the subunit's share there (origins: fibres from outside the region, and all else; with equal shares
 * it is Σ_i n_i Q_i/R_i): each synapse counts by how often its source fired and by what a release is worth in
 * its target. The weight of NMDA is the same for all synapses of a pathway. */
#ifndef CIRCUITS_SIGNALS_BLOCKADE_H
#define CIRCUITS_SIGNALS_BLOCKADE_H

#include "projection.h"

enum { BLOCKADE_SUBUNITS = 4 };
extern const char *const blockade_subunits[BLOCKADE_SUBUNITS]; /* "2A", "2B", "2C", "2D" */

/* The receptors that are blocked: inside and outside synapses. */
enum blockade_place { BLOCKADE_SYNAPTIC, BLOCKADE_EXTRASYNAPTIC, BLOCKADE_PLACES };
extern const char *const blockade_receptor[BLOCKADE_PLACES];

/* Does the population have this subunit there? */
bool blockade_has(const struct population *population, enum blockade_place place, int subunit);

/* All below are meetings where several processes hold a population (exchange.h). */

/* Shares at one place by subunit (NAN where nothing is carried) and over all. */
void blockade_of(const struct population *population, enum blockade_place place,
                 double share[BLOCKADE_SUBUNITS], double *all);
/* Of both places together. */
double blockade_whole(const struct population *population);

/* Add a field of doubles of a receptor, summed over the cells of each site in id order, to the sums of
 * n_sites sites; `room` for a value of each cell. */
void blockade_add_sites(const struct population *population, int receptor, const char *field, int row,
                        double *room, int n_sites, double *sums);
/* The same of the charge at one place, carried and without drug. */
void blockade_add_charge(const struct population *population, enum blockade_place place, double *room,
                         int n_sites, double *carried, double *without);

/* Of the charge through one pathway; `spikes` of each source cell in the window. NAN for static pathways.
 * Fails: NO_MEMORY. */
MUST_USE enum status blockade_pathway(const struct projection *projection, const uint32_t *spikes,
                                      double *share);
/* Of the charge through the background of a population: cells count by their background's rate. Fails:
 * NO_MEMORY. */
MUST_USE enum status blockade_afferents(const struct population *population, double *share);

#endif
