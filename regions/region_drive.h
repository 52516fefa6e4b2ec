/* region_drive.h — what reaches the cells of a region as background: a rate for each population, as it is
 * calibrated (drive/poisson.h), what theta makes of it (drive/theta.h), and the fluctuation that all
 * populations of the region share (drive/fluctuation.h). */
#ifndef REGIONS_REGION_DRIVE_H
#define REGIONS_REGION_DRIVE_H

#include "region.h"

/* Read the group `fluctuation` of a region. Faults go to the config. */
void region_drive_read(struct region *region, const struct region_context *context);

/* Drive population k, whose own settings are read, and read its group `theta`, below its path in the config;
 * after region_drive_read. Fails: NO_MEMORY, CONFIG (poisson_set). */
MUST_USE enum status region_drive_set(const struct region *region, int k,
                                      const struct region_context *context, const char *path);

#endif
