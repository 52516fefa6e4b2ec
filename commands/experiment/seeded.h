/* seeded.h — a config with the seed of the command line. */
#ifndef COMMANDS_SEEDED_H
#define COMMANDS_SEEDED_H

#include "params.h"
#include <stdint.h>

/* The override that sets a seed, in `room`. */
enum { SEEDED_ROOM = 48 };
const char *seeded_override(int64_t seed, char room[SEEDED_ROOM]);

/* config_load with a seed (−1: that of the config) as the last of the overrides, so that what is recorded of
 * the config, run again, draws the same. Fails: as config_load. */
MUST_USE enum status seeded_load(const char *path, const char *const *set, int n, int64_t seed,
                                 struct config **out);

#endif
