/* csv.h — a result as tidy tables of text: one CSV file for each plot, population and table. */
#ifndef OUTPUT_CSV_H
#define OUTPUT_CSV_H

#include "store.h"

/* Write every table of an HDF5 file into a directory, which is made; *n counts files. A file is named after
 * its group, "/maps/mPFC" → maps_mPFC.csv. Columns are named with their units, "time (h)"; axes come first,
 * and a row has one value of each; missing numbers are nan. Fails: CONFIG, WORLD, NO_MEMORY. */
MUST_USE enum status csv_export(struct store *store, const char *directory, int *n);

#endif
