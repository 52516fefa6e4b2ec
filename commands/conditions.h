/* conditions.h — what drugs change in a window beside receptors: the rate of the areas that background comes
 * from, and release at the terminals. */
#ifndef COMMANDS_CONDITIONS_H
#define COMMANDS_CONDITIONS_H

#include "simulation.h"

/* Set them for all populations; they hold until the next call and follow from the exposures alone. Without
 * drug everything is as calibrated, to the bit. */
void conditions_set(struct simulation *simulation, const struct exposure *exposures, int n);

#endif
