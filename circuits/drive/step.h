/* step.h — a step of current into all cells of a population, as an electrode gives it. */
#ifndef CIRCUITS_DRIVE_STEP_H
#define CIRCUITS_DRIVE_STEP_H

#include "population.h"

/* Give every cell current_pA from from_ms to to_ms (from the start of the run); a tick that one of them
 * divides gets its mean. In place of a step given before. Fails: NO_MEMORY; CONFIG (no number, or a step that
 * ends before it begins). Not in parallel. */
MUST_USE enum status step_set(struct population *population, double current_pA, double from_ms, double to_ms,
                              double dt_ms);

#endif
