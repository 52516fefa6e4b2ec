/* provenance.h — /provenance of a result: what is needed to run it again, and where and when it ran
 * (docs/formats.md). */
#ifndef OUTPUT_PROVENANCE_H
#define OUTPUT_PROVENANCE_H

#include "store.h"

struct provenance_parameter {
  const char *path, *value, *origin, *standing, *source, *meaning;
};

struct provenance {
  const char *config, *config_resolved; /* texts; the SHA-256 of `config` is made here */
  const char *command_line, *overrides;
  const char *program_version, *git_commit, *build, *libraries, *rng;
  bool git_dirty;
  uint64_t seed;
  int threads;
  const char *parent_uuid; /* "" if the run started from nothing */
  const struct provenance_parameter *parameter;
  int n_parameters;
  const char *const *citation;
  int n_citations;
};

/* A phase of the run: build, spikes, tissue, … */
struct provenance_phase {
  const char *name;
  double wall_s, cpu_s;
};

/* Write all that is known at the start, with host, processor, memory, system (host.h) and the time now.
 * Fails: WORLD. */
MUST_USE enum status provenance_begin(struct store *store, const struct provenance *provenance);
/* Add a row to the table of resumes: protocol time, the time now, host, program version. Fails: WORLD. */
MUST_USE enum status provenance_resumed(struct store *store, double t_s, const char *program_version);
/* Write what is known at the end: finish time, state hash as 16 hexadecimal digits, phases, peak memory,
 * biological seconds of spikes and their real-time factor. Fails: WORLD. */
MUST_USE enum status provenance_end(struct store *store, uint64_t state_hash,
                                    const struct provenance_phase *phase, int n_phases, double biology_s,
                                    double spiking_wall_s);

#endif
