/* refinement.c — the table of the coupling check. See refinement.h. */
#include "refinement.h"
#include "findings.h"
#include <math.h>

const char *const refinement_runs[REFINEMENT_RUNS] = {"planned", "refined", "seed_2", "seed_3"};

#define MEASURES(X)                                                                                          \
  X(spines_day1, "spines, 24 h")                                                                             \
  X(spines_end, "spines, end")                                                                               \
  X(proteins_day1, "proteins, 24 h")                                                                         \
  X(mtorc1, "mTORC1, largest")                                                                               \
  X(bdnf, "BDNF, largest")
#define MEASURE_ENUM(name, text) MEASURE_##name,
enum measure { MEASURES(MEASURE_ENUM) MEASURE_COUNT };
#undef MEASURE_ENUM
static const char *const measure_names[MEASURE_COUNT] = {
#define MEASURE_NAME(name, text) text,
    MEASURES(MEASURE_NAME)
#undef MEASURE_NAME
};

static double largest(const struct findings_series *series) {
  double most = -INFINITY;
  for (int i = 0; i < series->n; i++) most = fmax(most, series->value[i]);
  return most;
}

static enum status read_arm(const char *directory, const char *run, const char *arm, const char *region,
                            double event_h, double out[MEASURE_COUNT]) {
  char path[4096];
  struct store *store = NULL;
  struct findings found = {0};
  snprintf(path, sizeof path, "%.3800s/%s/%.120s.h5", directory, run, arm);
  TRY(store_open(path, false, &store));
  enum status status = findings_read(store, region, &found);
  store_abandon(store);
  if (status == STATUS_OK) {
    int day = findings_row(&found.slow_time, event_h + 24.0);
    out[MEASURE_spines_day1] = found.spines.value[day];
    out[MEASURE_spines_end] = found.spines.value[found.spines.n - 1];
    out[MEASURE_proteins_day1] = found.proteins.value[day];
    out[MEASURE_mtorc1] = largest(&found.mtorc1);
    out[MEASURE_bdnf] = largest(&found.bdnf);
  }
  findings_free(&found);
  return status;
}

struct row {
  double run[REFINEMENT_RUNS]; /* of an arm, over the first arm of the same run */
};

/* Standard deviation over the seeds: all runs but the refined one. */
static double spread(const struct row *row) {
  double mean = 0, sum = 0;
  for (int k = 0; k < REFINEMENT_RUNS; k++) mean += k == 1 ? 0 : row->run[k] / REFINEMENT_SEEDS;
  for (int k = 0; k < REFINEMENT_RUNS; k++) sum += k == 1 ? 0 : (row->run[k] - mean) * (row->run[k] - mean);
  return sqrt(sum / (REFINEMENT_SEEDS - 1));
}

/* A row of the table; true if refinement moved less than the seeds spread. */
static bool print_row(FILE *out, const char *region, const char *arm, enum measure m, const struct row *row) {
  double moved = row->run[1] - row->run[0], sd = spread(row);
  bool less = fabs(moved) <= sd;
  fprintf(out, "  %-6.6s %-18.18s %-16s %9.4f %9.4f %+9.4f %9.4f  %s\n", region, arm, measure_names[m],
          row->run[0], row->run[1], moved, sd, less ? "less" : "more");
  return less;
}

static enum status print_arm(FILE *out, const char *directory, const struct experiment *experiment, int r,
                             int a, int counts[2]) {
  double event_h = experiment_event_after_h(experiment, -1.0);
  const char *region = experiment->anatomy[r].name;
  struct row rows[MEASURE_COUNT] = {{{0}}};
  for (int k = 0; k < REFINEMENT_RUNS; k++) {
    double own[MEASURE_COUNT], first[MEASURE_COUNT];
    TRY(read_arm(directory, refinement_runs[k], experiment->arm[a], region, isinf(event_h) ? 0 : event_h,
                 own));
    TRY(read_arm(directory, refinement_runs[k], experiment->arm[0], region, isinf(event_h) ? 0 : event_h,
                 first));
    for (int m = 0; m < MEASURE_COUNT; m++) rows[m].run[k] = a ? own[m] / first[m] : own[m];
  }
  for (int m = 0; m < MEASURE_COUNT; m++) {
    counts[0] += print_row(out, region, experiment->arm[a], (enum measure)m, &rows[m]);
    counts[1]++;
  }
  return STATUS_OK;
}

enum status refinement_table(FILE *out, const char *directory, const struct experiment *planned,
                             const struct experiment *refined) {
  int counts[2] = {0, 0};
  fprintf(out,
          "%s: windows %d and %d, longest step within a day of an event %g and %g h, between structural "
          "changes %g and %g h\n",
          planned->title, planned->n_windows, refined->n_windows, planned->simulation.macro_step,
          refined->simulation.macro_step, planned->simulation.remodel_step, refined->simulation.remodel_step);
  fprintf(out,
          "%s as it is, other arms over it; moved by refinement, and the standard deviation of %d seeds:\n",
          planned->arm[0], REFINEMENT_SEEDS);
  fprintf(out, "  %-6s %-18s %-16s %9s %9s %9s %9s\n", "region", "arm", "measure", "planned", "refined",
          "moved", "seeds SD");
  for (int r = 0; r < planned->n_regions; r++) {
    for (int a = 0; a < planned->n_arms; a++) TRY(print_arm(out, directory, planned, r, a, counts));
  }
  fprintf(out, "%d of %d move by no more than the seeds spread; results: %s\n", counts[0], counts[1],
          directory);
  return STATUS_OK;
}
