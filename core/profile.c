/* profile.c — sums of time-stamp counter readings per thread and phase. */
#include "profile.h"
#include "memory.h"
#include <time.h>

#define PROFILE_NAME(name, meaning) #name,
#define PROFILE_MEANING(name, meaning) meaning,
const char *const profile_name[PROFILE_PHASE_COUNT] = {PROFILE_PHASES(PROFILE_NAME)};
const char *const profile_meaning[PROFILE_PHASE_COUNT] = {PROFILE_PHASES(PROFILE_MEANING)};

struct lane {
  uint64_t spent[PROFILE_PHASE_COUNT];
  char rest_of_line[MEMORY_LINE]; /* threads write to lines of their own */
};

struct profile {
  int threads;
  struct lane *lane;
  uint64_t first_count; /* both clocks when it was made: the one gives the unit of the other */
  double first_s;
};

static uint64_t counter(void) {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
#endif
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

enum status profile_new(int threads, struct profile **out) {
  TRY(memory_new("profile", 1, sizeof **out, out));
  (*out)->threads = threads;
  (*out)->first_count = counter();
  (*out)->first_s = seconds();
  enum status status = memory_new("profile", (size_t)threads, sizeof(struct lane), &(*out)->lane);
  if (status != STATUS_OK) {
    memory_free(*out);
    *out = NULL;
  }
  return status;
}

void profile_free(struct profile *profile) {
  if (!profile) return;
  memory_free(profile->lane);
  memory_free(profile);
}

uint64_t profile_now(const struct profile *profile) { return profile ? counter() : 0; }

uint64_t profile_add(struct profile *profile, int thread, enum profile_phase phase, uint64_t begin) {
  if (!profile) return 0;
  uint64_t now = counter();
  profile->lane[thread].spent[phase] += now - begin;
  return now;
}

double profile_s(const struct profile *profile, enum profile_phase phase) {
  double counts = (double)(counter() - profile->first_count), spent = 0;
  for (int t = 0; t < profile->threads; t++) spent += (double)profile->lane[t].spent[phase];
  return counts > 0 ? spent / counts * (seconds() - profile->first_s) : 0;
}
