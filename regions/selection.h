/* selection.h — a part of a region's circuit: one layer, some types, or all but some.
 *
 *   regions.<region>.only = ["L5"]      keeps populations of these names, types or layers
 *   regions.<region>.without = ["VIP"]  leaves these out
 * What is left keeps its densities, pathways and drives; what came from the others is gone, and their
 * calibrated drives are not read. A drive found for the whole circuit does not hold a part of it at its
 * rates: `spinule calibrate` on the same config finds the one that does. */
#ifndef REGIONS_SELECTION_H
#define REGIONS_SELECTION_H

#include "region.h"

/* Read both lists and leave in *anatomy the rows that they keep. Faults go to the config. Fails:
 * NO_MEMORY. */
MUST_USE enum status selection_read(struct config *config, struct anatomy *anatomy);

#endif
