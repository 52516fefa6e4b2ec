/* run_options.h — what can be asked of the commands that read a config: run, check, calibrate. */
#ifndef COMMANDS_RUN_OPTIONS_H
#define COMMANDS_RUN_OPTIONS_H

#include "options.h"
#include "progress.h"

enum { THREADS_MOST = 1024, RANKS_MOST = 256 };
#define SEED_MOST 9007199254740992 /* 2^53: what a config can hold as a whole number */

struct run_options {
  const char *directory; /* NULL: results/<name of the config> */
  struct texts arms;     /* none: all */
  struct texts overrides;
  int64_t seed;    /* −1: the config's */
  int64_t threads; /* 0: one per processor */
  bool resume, overwrite, quick, profile, pk_only, coupling_check, live;
  int progress;        /* enum progress_mode */
  double time_limit_s; /* 0: none */
  int64_t virtual_ranks;
};
enum { RUN_OPTION_ROWS = 15 };
extern const struct option run_option_rows[RUN_OPTION_ROWS];

/* results/<name of the config><ending>, where no directory is named. */
void run_default_directory(const char *config, const char *ending, char *out, size_t size);

struct check_options {
  struct texts overrides;
};
enum { CHECK_OPTION_ROWS = 1 };
extern const struct option check_option_rows[CHECK_OPTION_ROWS];

struct calibrate_options {
  const char *file; /* NULL: standard output */
  struct texts overrides;
  int64_t seed, threads; /* as in run_options */
  int64_t seeds;         /* networks in which the drive is checked, the first included */
};
enum { CALIBRATE_OPTION_ROWS = 5 };
extern const struct option calibrate_option_rows[CALIBRATE_OPTION_ROWS];

#endif
