/* summary_text.c — what a run found, read back from its files. See summary_text.h. */
#include "summary_text.h"
#include "fields.h"
#include "findings.h"
#include "memory.h"
#include "signal_measures.h"
#include "store.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- an arm against the first ---- */

struct pair {
  struct findings arm, control;
};

static double ratio(const struct findings_series *arm, const struct findings_series *control, int i) {
  return i >= 0 && i < arm->n && i < control->n && control->value[i] != 0 ? arm->value[i] / control->value[i]
                                                                          : NAN;
}

/* Where, in the day after an event, the ratio of two slow courses is farthest from 1. */
static int extreme(const struct findings *f, const struct findings_series *arm,
                   const struct findings_series *control, double event_h) {
  int best = findings_row(&f->slow_time, event_h), last = findings_row(&f->slow_time, event_h + 24.0);
  for (int i = best; i <= last; i++) {
    if (fabs(ratio(arm, control, i) - 1) > fabs(ratio(arm, control, best) - 1)) best = i;
  }
  return best;
}

static void print_rates(FILE *out, const char *region, const struct pair *pair, double event_h) {
  int w = findings_acute(&pair->arm);
  fprintf(out, "  %s, %.3g h after the dose: firing", region, pair->arm.time.value[w] - event_h);
  for (int t = 0; t < pair->arm.n_types; t++) {
    fprintf(out, " %s %.2f Hz (x%.2f)%s", pair->arm.type[t], pair->arm.rate[t].value[w],
            ratio(&pair->arm.rate[t], &pair->control.rate[t], w), t + 1 < pair->arm.n_types ? "," : "\n");
  }
  fprintf(out, "    blocked share of NMDA charge");
  for (int t = 0; t < pair->arm.n_types; t++)
    fprintf(out, " %s %.2f,", pair->arm.type[t], pair->arm.block[t].value[w]);
  double dialysed = ratio(&pair->arm.dialysate, &pair->control.dialysate, w);
  fprintf(out, " glutamate %.0f nM (x%.2f", 1e3 * pair->arm.glutamate.value[w],
          ratio(&pair->arm.glutamate, &pair->control.glutamate, w));
  if (isfinite(dialysed)) fprintf(out, ", by dialysis x%.2f", dialysed);
  fprintf(out, "), AMPA throughput x%.2f\n", ratio(&pair->arm.throughput, &pair->control.throughput, w));
}

/* What the LFP and the tracer show in that window; nothing where it was not recorded. */
static enum status print_signals(FILE *out, struct store *arm, struct store *control, const char *region,
                                 int window) {
  static const char *const forms[] = {"/bands/%s/gamma", "/bands/%s/gamma_many", "/bands/%s/peak",
                                      "/occupancy/%s/all"};
  enum { GAMMA, MANY, PEAK, OCCUPANCY, FORMS };
  double own[FORMS], other[FORMS];
  for (int k = 0; k < FORMS; k++) {
    char path[STORE_NAME_MAX];
    const char *mark = strstr(forms[k], "%s");
    snprintf(path, sizeof path, "%.*s%s%s", (int)(mark - forms[k]), forms[k], region, mark + 2);
    TRY(signal_measures_value(arm, path, window, &own[k]));
    TRY(signal_measures_value(control, path, window, &other[k]));
  }
  fprintf(out, "    tracer displaced from NMDA channels %.2f", own[OCCUPANCY]);
  if (isfinite(own[GAMMA] / other[GAMMA]))
    fprintf(out, "; LFP at 30-80 Hz x%.2f (many cells: x%.2f), peak %.0f Hz (%.0f Hz)",
            own[GAMMA] / other[GAMMA], own[MANY] / other[MANY], own[PEAK], other[PEAK]);
  fprintf(out, "\n");
  return STATUS_OK;
}

static void print_slow(FILE *out, const struct pair *pair, double event_h) {
  const struct findings *arm = &pair->arm, *control = &pair->control;
  int b = extreme(arm, &arm->bdnf, &control->bdnf, event_h),
      m = extreme(arm, &arm->mtorc1, &control->mtorc1, event_h);
  int day = findings_row(&arm->slow_time, event_h + 24), last = arm->slow_time.n - 1;
  fprintf(out,
          "    BDNF x%.2f at %.3g h, mTORC1 x%.2f at %.3g h, proteins x%.2f at %.3g h; spines x%.3f at %.3g "
          "h, x%.3f at %.3g d\n",
          ratio(&arm->bdnf, &control->bdnf, b), arm->slow_time.value[b] * 24 - event_h,
          ratio(&arm->mtorc1, &control->mtorc1, m), arm->slow_time.value[m] * 24 - event_h,
          ratio(&arm->proteins, &control->proteins, day), arm->slow_time.value[day] * 24 - event_h,
          ratio(&arm->spines, &control->spines, day), arm->slow_time.value[day] * 24 - event_h,
          ratio(&arm->spines, &control->spines, last), (arm->slow_time.value[last] * 24 - event_h) / 24);
}

static double first_event_h(const struct experiment *experiment, int arm) {
  double first = INFINITY;
  for (int e = 0; e < experiment->n_events; e++) {
    if (experiment->event[e].arms >> arm & 1u) first = fmin(first, experiment->event[e].at);
  }
  return isinf(first) ? experiment->window[0].at : first;
}

/* The substances that events give, as against what the body makes of them. */
static void find_given(const struct experiment *experiment, bool given[DRUG_SUBSTANCES]) {
  for (int s = 0; s < DRUG_SUBSTANCES; s++) given[s] = false;
  for (int e = 0; e < experiment->n_events; e++) {
    struct drug_share share[DRUG_PARTS];
    int n = drugs_split(&experiment->drugs, experiment->event[e].drug, 1.0, share);
    for (int k = 0; k < n; k++) given[share[k].substance] = true;
  }
}

/* Free concentration in the brain, summed over the channel blockers that were given, or over the others. */
static enum status sum_brain(struct store *store, const struct experiment *experiment, bool as_given,
                             struct findings_series *sum) {
  bool given[DRUG_SUBSTANCES];
  char path[STORE_NAME_MAX];
  find_given(experiment, given);
  for (int s = 0; s < experiment->drugs.n_substances; s++) {
    const struct substance *substance = &experiment->drugs.substance[s];
    if (!substance->acts[ACTION_NMDA_CHANNEL] || given[s] != as_given) continue;
    snprintf(path, sizeof path, "/drugs/brain_%s", substance->name);
    TRY(findings_add(store, path, 1.0, sum));
  }
  return STATUS_OK;
}

static int largest(const struct findings_series *series) {
  int best = 0;
  for (int i = 0; i < series->n; i++) best = series->value[i] > series->value[best] ? i : best;
  return best;
}

static enum status print_drug(FILE *out, struct store *store, const struct experiment *experiment,
                              double event_h) {
  struct findings_series time, given = {0}, made = {0};
  if (experiment->drugs.n_substances == 0) return STATUS_OK;
  TRY(findings_series(store, "/drugs/time", &time));
  enum status status = sum_brain(store, experiment, true, &given);
  if (status == STATUS_OK) status = sum_brain(store, experiment, false, &made);
  int peak = largest(&given), later = largest(&made);
  if (status == STATUS_OK && given.n && given.value[peak] > 0) {
    fprintf(out, "  channel blocker free in the brain: at most %.3g uM, %.0f min after the dose",
            given.value[peak], 60.0 * (time.value[peak] - event_h));
    if (made.n && made.value[later] > 0)
      fprintf(out, "; what becomes of it: %.2f uM, %.0f min", made.value[later],
              60.0 * (time.value[later] - event_h));
    fputs("\n", out);
  }
  memory_free(time.value);
  memory_free(given.value);
  memory_free(made.value);
  return status;
}

static enum status open_result(const char *directory, const char *arm, struct store **out) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.h5", directory, arm);
  return store_open(path, false, out);
}

static enum status print_arm(FILE *out, const char *directory, const struct experiment *experiment, int arm) {
  struct store *own = NULL, *control = NULL;
  double event_h = first_event_h(experiment, arm);
  TRY(open_result(directory, experiment->arm[arm], &own));
  enum status status = open_result(directory, experiment->arm[0], &control);
  if (status == STATUS_OK) fprintf(out, "%s against %s:\n", experiment->arm[arm], experiment->arm[0]);
  if (status == STATUS_OK) status = print_drug(out, own, experiment, event_h);
  for (int r = 0; r < experiment->n_regions && status == STATUS_OK; r++) {
    struct pair pair = {0};
    status = findings_read(own, experiment->anatomy[r].name, &pair.arm);
    if (status == STATUS_OK) status = findings_read(control, experiment->anatomy[r].name, &pair.control);
    if (status == STATUS_OK) print_rates(out, experiment->anatomy[r].name, &pair, event_h);
    if (status == STATUS_OK)
      status = print_signals(out, own, control, experiment->anatomy[r].name, findings_acute(&pair.arm));
    if (status == STATUS_OK) print_slow(out, &pair, event_h);
    findings_free(&pair.arm);
    findings_free(&pair.control);
  }
  store_abandon(own);
  store_abandon(control);
  return status;
}

static enum status print_baseline(FILE *out, const char *directory, const struct experiment *experiment,
                                  int arm) {
  struct store *store = NULL;
  TRY(open_result(directory, experiment->arm[arm], &store));
  enum status status = STATUS_OK;
  for (int r = 0; r < experiment->n_regions && status == STATUS_OK; r++) {
    struct findings told;
    status = findings_read(store, experiment->anatomy[r].name, &told);
    if (status == STATUS_OK) {
      fprintf(out, "  %s at rest:", experiment->anatomy[r].name);
      for (int t = 0; t < told.n_types; t++)
        fprintf(out, " %s %.2f Hz,", told.type[t], told.rate[t].value[0]);
      fprintf(out, " glutamate %.0f nM\n", 1e3 * told.glutamate.value[0]);
    }
    findings_free(&told);
  }
  store_abandon(store);
  return status;
}

enum status summary_text(FILE *out, const char *directory, const struct experiment *experiment,
                         uint32_t set) {
  fprintf(out, "%s (%s, seed %lld)\n", experiment->title, experiment->species.name,
          (long long)experiment->simulation.seed);
  int first = 0;
  while (first < experiment->n_arms - 1 && !(set >> first & 1u)) first++;
  TRY(print_baseline(out, directory, experiment, first));
  for (int a = 1; a < experiment->n_arms && (set & 1u); a++) {
    if (set >> a & 1u) TRY(print_arm(out, directory, experiment, a));
  }
  fprintf(out, "results: %s/%s.h5 and the like; look with `spinule info %s` or any HDF5 viewer\n", directory,
          experiment->arm[first], directory);
  return STATUS_OK;
}
