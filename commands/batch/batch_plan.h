/* batch_plan.h — what the section `batch` of a config asks for: points of a design, each with every seed.
 *
 * An axis is a value of the config, or several that move together, by their paths as -s takes them. Its
 * values are given, or lie between `low` and `high`, spread as `distribution` says; the design says which
 * are combined (design.h). A cohort is the design `random`: each point is a subject, whose body mass, BMI,
 * clearance and so on are drawn from the distributions of the axes. */
#ifndef COMMANDS_BATCH_PLAN_H
#define COMMANDS_BATCH_PLAN_H

#include "batch/design.h"
#include "params.h"

enum { BATCH_AXES = 32, BATCH_PATHS = 4, BATCH_SEEDS = 1000, BATCH_VALUE_BYTES = 64, BATCH_RUNS = 100000 };

#define DISTRIBUTIONS "uniform|log_uniform|normal|lognormal"
enum distribution { UNIFORM, LOG_UNIFORM, NORMAL, LOGNORMAL };

struct batch_axis {
  const char *name, *unit; /* name: a column of summary.h5; unit: of low, high, mean and sd */
  const char *path[BATCH_PATHS];
  int n_paths;
  int distribution;
  double low, high, mean, sd;       /* a value never lies outside of low … high */
  int64_t steps;                    /* of a grid, where no values are given */
  char (*value)[BATCH_VALUE_BYTES]; /* those given, as -s takes them */
  int n_values;
};

struct batch_settings {
  int design;
  int64_t points, draw_seed;
};

/* Point k has value[k × n_axes + a] for axis a, as text, as number (NAN if it is none), and in the cube. */
struct batch {
  struct batch_settings settings;
  int64_t seed[BATCH_SEEDS];
  int n_seeds;
  struct batch_axis axis[BATCH_AXES];
  int n_axes, n_points;
  char (*value)[BATCH_VALUE_BYTES];
  double *number, *cube; /* cube: NULL where the design has none */
};

/* Read the section; faults join those of the config. Without one there is one point, and the seed of
 * `simulation`. Fails: NO_MEMORY. Free with batch_free, also after a failure. */
MUST_USE enum status batch_read(struct config *config, int64_t seed, struct batch *out);
void batch_free(struct batch *batch);

static inline int batch_runs(const struct batch *batch) { return batch->n_points * batch->n_seeds; }
/* All points with the first seed, then all with the second: more seeds leave the numbers of runs as they
 * were. */
static inline int batch_point(const struct batch *batch, int run) { return run % batch->n_points; }
static inline int64_t batch_seed(const struct batch *batch, int run) {
  return batch->seed[run / batch->n_points];
}
static inline const char *batch_value(const struct batch *batch, int point, int axis) {
  return batch->value[point * batch->n_axes + axis];
}

/* "dose=10 mg/kg, bmi=31.2"; "" without axes. */
void batch_words(const struct batch *batch, int point, char *out, size_t size);

/* The tables, for explain and the documentation. */
extern const struct param batch_params[], batch_axis_params[];
extern const int n_batch_params, n_batch_axis_params;

#endif
