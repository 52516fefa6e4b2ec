/* compare.h — do two results hold the same? Everything but /provenance and /status, bit for bit. */
#ifndef OUTPUT_COMPARE_H
#define OUTPUT_COMPARE_H

#include "store.h"

/* What differs at one place: "rates/PV_L5: values differ from row 12 on: 3.5 and 3.25". */
typedef void compare_report(void *context, const char *path, const char *what);

/* Compare two result files object by object: names, kinds, types, sizes, attributes and values (floats by
 * bits, so NaN equals the same NaN). Each difference is reported once; *n_differences counts them. Fails:
 * CONFIG (not readable), WORLD, NO_MEMORY; a difference is not a failure. */
MUST_USE enum status compare_results(const char *path_a, const char *path_b, compare_report *report,
                                     void *context, int *n_differences);

#endif
