/* region_pathways.h — pathways within a region: what their keys set
 * (regions.<region>.pathways.<from>_to_<to>), with the row of the region's table as default, and the
 * projection that they make. */
#ifndef REGIONS_REGION_PATHWAYS_H
#define REGIONS_REGION_PATHWAYS_H

#include "region.h"

/* Add the pathway of a row between populations that are built, and what its wiring needs but for young
 * spines. Faults of the config go to the config. Fails: NO_MEMORY, CONFIG (projection_delays). */
MUST_USE enum status region_pathways_add(struct region *region, const struct pathway_row *row,
                                         const struct region_context *context, struct wiring *wiring);

#endif
