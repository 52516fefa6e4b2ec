/* profile.h — where the time of the fast loop goes, phase by phase and thread by thread.
 *
 * A reading of the time-stamp counter takes some 10 ns; phases last microseconds. Without a profile the
 * loop pays one branch per phase. */
#ifndef CORE_PROFILE_H
#define CORE_PROFILE_H

#include "status.h"
#include <stdint.h>

/* name, meaning */
#define PROFILE_PHASES(X)                                                                                    \
  X(send, "spikes put on their way")                                                                         \
  X(deliver, "what arrives, to the ports of its targets")                                                    \
  X(background, "background events")                                                                         \
  X(advance, "receptors and membranes")                                                                      \
  X(note, "spikes found and noted")                                                                          \
  X(adapt, "slow kinetics, fields and measures of the blocks, once a millisecond")                           \
  X(exchange, "spikes from all to all")                                                                      \
  X(record, "observers")                                                                                     \
  X(wait, "waiting for other threads")
#define PROFILE_ENUM(name, meaning) PROFILE_##name,
enum profile_phase { PROFILE_PHASES(PROFILE_ENUM) PROFILE_PHASE_COUNT };
#undef PROFILE_ENUM

extern const char *const profile_name[PROFILE_PHASE_COUNT], *const profile_meaning[PROFILE_PHASE_COUNT];

struct profile;

/* For so many threads. Fails: NO_MEMORY. */
MUST_USE enum status profile_new(int threads, struct profile **out);
void profile_free(struct profile *profile);

/* The clock of phases, in units of its own; 0 without a profile. */
uint64_t profile_now(const struct profile *profile);
/* The time since `begin` belongs to a phase of this thread; gives the time now, where the next phase
 * begins. */
uint64_t profile_add(struct profile *profile, int thread, enum profile_phase phase, uint64_t begin);

/* Seconds of a phase, summed over threads. */
double profile_s(const struct profile *profile, enum profile_phase phase);

#endif
