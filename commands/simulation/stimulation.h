/* stimulation.h — stimuli of an arm (experiment/stimuli.h), given to the cells of a window. */
#ifndef COMMANDS_STIMULATION_H
#define COMMANDS_STIMULATION_H

#include "simulation.h"

/* Give every population what the present arm gives it while a window runs that begins to settle at start_h,
 * at tick `first`, and ends at t1_h; in place of what it had. Fails: NO_MEMORY. */
MUST_USE enum status stimulation_set(struct simulation *simulation, double start_h, double t1_h,
                                     int64_t first);

#endif
