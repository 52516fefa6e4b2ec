/* tracts.h — what reaches a region from outside its sheet: named afferents, and tracts between regions.
 *
 *   regions.<region>.afferents.<afferent>: a named afferent of the region's table. Its fibres are the cells
 *     of the region that they come from, where the experiment has it with enough cells, and fibres with
 *     Poisson spikes where it has not; targets, in-degrees, weights and plasticity are the same. A real
 *     source that fires at another rate than the fibres has as much less or more of in-degree, so that the
 *     mean input is the same.
 *   tracts.<i>: any population of one region onto any of another.
 * Fibres of glutamatergic afferents and tracts end at the port glutamate_afferent. */
#ifndef REGIONS_TRACTS_H
#define REGIONS_TRACTS_H

#include "region.h"

/* Add the afferents of all regions and the tracts of the config; after region_build of all regions, before
 * network_connect. Faults go to the config. Fails: NO_MEMORY, CONFIG. */
MUST_USE enum status tracts_build(struct region *regions, int n, const struct region_context *context);

extern const struct param stream_params[], stream_target_params[], tract_params[];
extern const int n_stream_params, n_stream_target_params, n_tract_params;

#endif
