/* targets.h — published effects as data: what was found, by whom, and how a run shows whether the model does
 * it.
 *
 * The files of configs/validation hold lists `targets`. A row names an experiment of configs/experiments and
 * the checks that read its results; a check is one number with an accepted range, and a row passes when all
 * its checks do. A row whose mechanism or cells are not part of the model says so, and why, and is never a
 * pass. */
#ifndef COMMANDS_TARGETS_H
#define COMMANDS_TARGETS_H

#include "params.h"

enum {
  TARGET_LACKS = 128,
  TARGET_CHECKS = 8,
  TARGET_PATHS = 8,
  TARGET_SEEDS = 16,
  TARGET_SETS = 16,
  TARGET_FILES = 32
};

#define TARGET_TAKES "mean|max|min|first|last|sum|integral"
enum target_take {
  TAKE_MEAN,
  TAKE_MAX,
  TAKE_MIN,
  TAKE_FIRST,
  TAKE_LAST,
  TAKE_SUM,
  TAKE_INTEGRAL /* over hours */
};

#define TARGET_COMBINES "value|ratio|difference|share"
enum target_combine {
  COMBINE_VALUE,
  COMBINE_RATIO,      /* arm / against */
  COMBINE_DIFFERENCE, /* arm - against */
  COMBINE_SHARE       /* (arm - against) / (reference - against): the share that remains */
};

/* Datasets of a result that are added up; a * at the end stands for all of that beginning, or, where `cells`
 * is given, for the populations of that cell type, whose mean over cells is taken. */
struct target_series {
  int n;
  const char *path[TARGET_PATHS];
};

struct target_check {
  const char *what;                      /* what the check reads, for people; "" for the row's own words */
  const char *arm, *against, *reference; /* "" where none is needed */
  const char *measure;                   /* a column of summary.h5, or of `table`, or "" and a series */
  const char *table;                     /* of the arm's file, "/probe/cells", whose rows have names; or "" */
  const char *row, *over;           /* names of rows, * for any letters: their mean; over that of others */
  struct target_series series, per; /* of the arm's file; over the mean of `per`, if it is given */
  const char *cells;
  double from, to; /* h of the protocol */
  int take, combine;
  bool baseline; /* over the first row of the series */
  bool invert;   /* factor / x, else factor * x */
  double factor, low, high;
  double period; /* of a value on a circle: the turn nearest to the range is taken; 0: none */
};

/* The top of a file of rows. */
struct target_file {
  const char *title, *group;
};

struct target {
  const char *group; /* of its file: effects, circuits, further; "" for none */
  const char *id, *category, *subject, *measure, *unit, *published, *source, *seen, *confidence;
  const char *experiment, *not_built, *note; /* one of the first two is "" */
  const char *missed;                        /* why the model misses it, told where the row fails; "" */
  char lacks[TARGET_LACKS]; /* what no region of this program has, of the populations that the row needs */
  double low, high;
  bool pk_only; /* needs no spikes: concentrations alone */
  int n_seeds, n_sets, n_checks;
  int64_t seed[TARGET_SEEDS];
  const char *set[TARGET_SETS]; /* overrides */
  struct target_check check[TARGET_CHECKS];
};

struct targets {
  struct config *config[TARGET_FILES];
  int n_configs;
  struct target *row; /* in the order of files and rows */
  int n;
};

/* Read all files of configs/validation. Fails: CONFIG (faults, each with file and line), WORLD (no such
 * folder), NO_MEMORY. Free with targets_free, also after a failure. */
MUST_USE enum status targets_read(struct targets *out);
void targets_free(struct targets *targets);

/* The arms that a row's checks name; gives their number, at most 3 × TARGET_CHECKS. */
int target_arms(const struct target *target, const char *out[3 * TARGET_CHECKS]);

/* The number of a check in the results of one run (a directory) for a seed. Fails: CONFIG (something that the
 * check reads is not in the results), WORLD, NO_MEMORY. */
MUST_USE enum status target_value(const struct target_check *check, const char *directory, double *out);

/* The tables, for documentation. */
extern const struct param target_file_params[], target_params[], target_check_params[];
extern const int n_target_file_params, n_target_params, n_target_check_params;

#endif
