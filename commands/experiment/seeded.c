/* seeded.c — a config with the seed of the command line. See seeded.h. */
#include "seeded.h"
#include "memory.h"
#include <stdio.h>

const char *seeded_override(int64_t seed, char room[SEEDED_ROOM]) {
  snprintf(room, SEEDED_ROOM, "simulation.seed=%lld", (long long)seed);
  return room;
}

enum status seeded_load(const char *path, const char *const *set, int n, int64_t seed, struct config **out) {
  char room[SEEDED_ROOM];
  const char **all = NULL;
  TRY(memory_new("overrides", (size_t)n + 1, sizeof *all, &all));
  for (int k = 0; k < n; k++) all[k] = set[k];
  all[n] = seeded_override(seed, room);
  enum status status = config_load(path, all, n + (seed >= 0), out);
  memory_free(all);
  return status;
}
