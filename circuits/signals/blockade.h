/* blockade.h — how much of the NMDA current a drug takes away, as a result: of the charge that the window's
 * activity would have carried without drug in the pore, the share that was not carried. By population and
 * subunit, or by site. */
#ifndef CIRCUITS_SIGNALS_BLOCKADE_H
#define CIRCUITS_SIGNALS_BLOCKADE_H

#include "population.h"

enum { BLOCKADE_SUBUNITS = 4 };
extern const char *const blockade_subunits[BLOCKADE_SUBUNITS]; /* "2A", "2B", "2C", "2D" */

/* Shares by subunit (NAN where the population has none) and over all. */
void blockade_of(const struct population *population, double share[BLOCKADE_SUBUNITS], double *all);

/* Add charge (carried, and without drug) of cells first … last of the population. */
void blockade_charge(const struct population *population, int first, int last, double *carried,
                     double *without);

/* Sum of a field of doubles of a receptor over cells first … last, in id order. */
double blockade_sum(const struct population *population, int receptor, const char *field, int row, int first,
                    int last);

#endif
