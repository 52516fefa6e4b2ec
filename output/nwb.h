/* nwb.h — a result as an NWB file (Neurodata Without Borders 2): spikes of all cells as units, windows as
 * epochs, LFP proxies, recorded potentials and drug concentrations as time series. What NWB has no types
 * for stays in the result. */
#ifndef OUTPUT_NWB_H
#define OUTPUT_NWB_H

#include "store.h"

/* Write the file at `path` from a result; `arm` names it. It takes its name when it is whole. Fails: CONFIG
 * (the result lacks what has to be in it), WORLD, NO_MEMORY. */
MUST_USE enum status nwb_export(struct store *result, const char *arm, const char *path);

#endif
