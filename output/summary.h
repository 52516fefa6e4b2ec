/* summary.h — DIR/summary.h5: the measures of all arms and seeds of an experiment in one table. */
#ifndef OUTPUT_SUMMARY_H
#define OUTPUT_SUMMARY_H

#include "status.h"
#include <stdint.h>

/* One measure of one arm of one seed. `measure` is its stable id, of letters, digits and _ . */
struct summary_value {
  const char *measure, *unit, *meaning;
  const char *arm;
  uint64_t seed;
  double value;
};

/* Write, or replace, a summary. /table has a row for each arm and seed and a column for each measure, in
 * order of first appearance; a measure that a row lacks is NaN. /ratio has the same rows and columns: each
 * value over that of the arm `control` of the same seed; there is none if `control` is NULL. Fails: FAULT
 * (a measure that cannot be a name), WORLD, NO_MEMORY; the summary before then stays. */
MUST_USE enum status summary_write(const char *path, const char *control, const struct summary_value *values,
                                   int n);

#endif
