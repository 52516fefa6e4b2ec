/* made.h — is a run that a directory should hold there, made by this program of this config? */
#ifndef COMMANDS_MADE_H
#define COMMANDS_MADE_H

#include "status.h"
#include "version.h"
#include <stdbool.h>
#include <stdint.h>

struct wanted_run {
  const char *config, *directory;
  const char *const *set; /* overrides */
  int n_sets;
  const char *const *arm;
  int n_arms;
  int64_t seed;     /* −1: whatever it is */
  bool has_summary; /* concentrations alone have none */
};

/* OTHER: an arm is there that another program made, or that is of another config. PART: not all is there. */
enum made { MADE_NONE, MADE_PART, MADE_COMPLETE, MADE_OTHER };

/* Fails: CONFIG, NO_MEMORY. */
MUST_USE enum status made_find(const struct wanted_run *run, const struct version *version, enum made *out);

#endif
