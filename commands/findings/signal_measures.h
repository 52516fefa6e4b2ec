/* signal_measures.h — what instruments measured in one window, read back from a result: LFP power, coupling,
 * occupancy by region; statistics of spikes and clamped currents by cell type. What was not recorded is left
 * out. */
#ifndef COMMANDS_SIGNAL_MEASURES_H
#define COMMANDS_SIGNAL_MEASURES_H

#include "store.h"

/* One measure: its name, the cell type ("": of the region), unit, meaning. */
typedef void each_signal_measure(void *context, const char *measure, const char *type, const char *unit,
                                 const char *meaning, double value);

/* Call `each` for all measures of a region in a window, the row of its groups. Means over the populations of
 * a type are weighted by their cells. Fails: CONFIG (a result that contradicts itself), NO_MEMORY. */
MUST_USE enum status signal_measures_each(struct store *store, const char *region, int window,
                                          each_signal_measure *each, void *context);

/* Row `window` of one series; NAN if it is not there. Fails: CONFIG. */
MUST_USE enum status signal_measures_value(struct store *store, const char *path, int window, double *out);

#endif
