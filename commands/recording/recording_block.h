/* recording_block.h — the groups /block and /pathways of a result: the blocked share of NMDA charge. */
#ifndef COMMANDS_RECORDING_BLOCK_H
#define COMMANDS_RECORDING_BLOCK_H

#include "recording.h"

/* Describe both groups; fills their handles in *out. Fails: as the recorder does; NO_MEMORY. */
MUST_USE enum status recording_block_open(const struct simulation *simulation, struct recording *out);
/* A row of each, after a window. Fails: as the recorder does; NO_MEMORY. */
MUST_USE enum status recording_block_row(const struct recording *recording,
                                         const struct simulation *simulation, double time_h);

#endif
