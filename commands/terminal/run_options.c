/* run_options.c — the options of the commands that read a config. See run_options.h. */
#include "run_options.h"
#include <string.h>

/* Options that several commands share; `target` is the struct that is filled. */
#define OVERRIDES(target)                                                                                    \
  {                                                                                                          \
    .name = "set", .letter = 's', .type = OPTION_TEXTS, .offset = offsetof(target, overrides),               \
    .value = "PATH=VALUE",                                                                                   \
    .meaning = "put a value in the place of the config's, by its path: "                                     \
               "-s 'protocol.events.[0].dose=\"30 mg/kg\"'; may be repeated"                                 \
  }
#define SEED(target)                                                                                         \
  {                                                                                                          \
    .name = "seed", .type = OPTION_INTEGER, .offset = offsetof(target, seed), .value = "N", .standard = -1,  \
    .low = 0, .high = SEED_MOST, .meaning = "seed of all random draws (default: the config's)"               \
  }
#define THREADS(target)                                                                                      \
  {                                                                                                          \
    .name = "threads", .letter = 't', .type = OPTION_INTEGER, .offset = offsetof(target, threads),           \
    .value = "N", .low = 1, .high = THREADS_MOST,                                                            \
    .meaning = "threads; changes no result (default: one per processor)"                                     \
  }

const struct option run_option_rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .offset = offsetof(struct run_options, directory),
     .value = "DIR",
     .meaning = "directory of the results (default: results/ and the config's name)"},
    {.name = "arm",
     .type = OPTION_TEXTS,
     .offset = offsetof(struct run_options, arms),
     .value = "NAME",
     .meaning = "run this arm only; may be repeated"},
    OVERRIDES(struct run_options),
    SEED(struct run_options),
    THREADS(struct run_options),
    {.name = "resume",
     .type = OPTION_FLAG,
     .offset = offsetof(struct run_options, resume),
     .meaning = "go on from the checkpoints in the directory"},
    {.name = "overwrite",
     .type = OPTION_FLAG,
     .offset = offsetof(struct run_options, overwrite),
     .meaning = "replace complete results of the same arms"},
    {.name = "quick",
     .type = OPTION_FLAG,
     .offset = offsetof(struct run_options, quick),
     .meaning = "few and short windows: a look at what a run does, not a result"},
    {.name = "progress",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct run_options, progress),
     .value = PROGRESS_MODES,
     .meaning = "how to show how far it is: auto is a bar on a terminal, else lines; json is one object a "
                "line (default: auto)"},
    {.name = "time-limit",
     .type = OPTION_DURATION,
     .offset = offsetof(struct run_options, time_limit_s),
     .value = "DURATION",
     .meaning = "stop after this wall time, \"50 min\", with a checkpoint and exit code 75"},
    {.name = "profile",
     .type = OPTION_FLAG,
     .offset = offsetof(struct run_options, profile),
     .meaning = "print the time that each phase took"},
    {.name = "pk-only",
     .type = OPTION_FLAG,
     .offset = offsetof(struct run_options, pk_only),
     .meaning = "only the concentrations of drugs and metabolites: builds and simulates nothing else; into "
                "results/<name>_pk if no directory is given"},
    {.name = "coupling-check",
     .type = OPTION_FLAG,
     .offset = offsetof(struct run_options, coupling_check),
     .meaning =
         "run it four times: as planned, with twice the windows and half the steps between them, and for "
         "two more seeds; print how far results move; into results/<name>_coupling if no directory is "
         "given"},
    {.name = "virtual-ranks",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct run_options, virtual_ranks),
     .value = "R",
     .standard = 1,
     .low = 1,
     .high = RANKS_MOST,
     .meaning = "split the network into parts that only exchange messages; changes no result (default: 1)"},
    {.name = "live",
     .type = OPTION_FLAG,
     .offset = offsetof(struct run_options, live),
     .meaning = "keep DIR/live/<arm>.h5 while an arm runs: a whole copy of what it has, after every "
                "checkpoint, that any HDF5 program opens"},
};

const struct option check_option_rows[] = {OVERRIDES(struct check_options)};

const struct option calibrate_option_rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .offset = offsetof(struct calibrate_options, file),
     .value = "FILE",
     .meaning = "where the config with the drives found is written (default: standard output)"},
    OVERRIDES(struct calibrate_options),
    SEED(struct calibrate_options),
    THREADS(struct calibrate_options),
    {.name = "seeds",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct calibrate_options, seeds),
     .value = "N",
     .standard = 1,
     .low = 1,
     .high = 100,
     .meaning = "check rates in networks of N seeds, that of the search and those above it (default: 1)"},
};

void run_default_directory(const char *config, const char *ending, char *out, size_t size) {
  const char *slash = strrchr(config, '/'), *name = slash ? slash + 1 : config, *dot = strrchr(name, '.');
  int length = dot && dot != name ? (int)(dot - name) : (int)strlen(name);
  snprintf(out, size, "results/%.*s%s", length, name, ending);
}
