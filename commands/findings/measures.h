/* measures.h — the measures of a run in DIR/summary.h5: one row per arm, and each over the first arm. */
#ifndef COMMANDS_MEASURES_H
#define COMMANDS_MEASURES_H

#include "experiment/experiment.h"

/* Read the complete results of the arms of a set (bits) and write DIR/summary.h5. Ids are
 * <region>_<measure>[_<cell type>]: rate and blocked share by type, glutamate and throughput in the window in
 * which a drug of the experiment blocks most; bdnf_max and mtorc1_max over the course; proteins and spines a
 * day after the first event, spines_end at the end; and what instruments measured in that same window
 * (signal_measures.h). Fails: CONFIG (a result lacks something), WORLD,
 * NO_MEMORY. */
MUST_USE enum status measures_write(const char *directory, const struct experiment *experiment, uint32_t set);

#endif
