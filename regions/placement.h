/* placement.h — where cells sit: evenly over the sites of the sheet, jittered inside their site, at a depth
 * of their layer. */
#ifndef REGIONS_PLACEMENT_H
#define REGIONS_PLACEMENT_H

#include "population.h"
#include "sheet.h"

/* Fill x_um, y_um, z_um, site, in_site of a population whose n and first_id are set: cell k lies in the
 * site at place ⌊k · sites / n⌋ of the sheet's curve. So neighbours in number are neighbours in the
 * tissue, a block of cells is a compact piece of it, and sites differ by one cell at most. Fails:
 * NO_MEMORY. */
MUST_USE enum status placement_place(struct population *population, const struct sheet *sheet, double top_um,
                                     double bottom_um, uint64_t seed);

#endif
