/* measures.c — gathering what the results of a run found into one table. See measures.h. */
#include "measures.h"
#include "fields.h"
#include "findings.h"
#include "memory.h"
#include "signal_measures.h"
#include "summary.h"
#include <math.h>
#include <stdio.h>

enum { MEASURES_MOST = 4096, ID_BYTES = 64 };

struct measures {
  const struct experiment *experiment;
  int n;
  struct summary_value value[MEASURES_MOST];
  char id[MEASURES_MOST][ID_BYTES];
};

static void add(struct measures *m, int arm, const char *region, const char *measure, const char *type,
                const char *unit, const char *meaning, double value) {
  if (m->n == MEASURES_MOST) return;
  char *id = m->id[m->n];
  snprintf(id, ID_BYTES, "%s_%s%s%s", region, measure, *type ? "_" : "", type);
  m->value[m->n++] = (struct summary_value){.measure = id,
                                            .unit = unit,
                                            .meaning = meaning,
                                            .arm = m->experiment->arm[arm],
                                            .seed = (uint64_t)m->experiment->simulation.seed,
                                            .value = value};
}

static double largest(const struct findings_series *series) {
  double most = -INFINITY;
  for (int i = 0; i < series->n; i++) most = fmax(most, series->value[i]);
  return most;
}

static void add_region(struct measures *m, int arm, const char *region, const struct findings *f, int window,
                       double event_h) {
  int day = findings_row(&f->slow_time, event_h + 24.0);
  for (int t = 0; t < f->n_types; t++) {
    add(m, arm, region, "rate", f->type[t], "Hz", "firing rate where the drug blocks most",
        f->rate[t].value[window]);
  }
  for (int t = 0; t < f->n_types; t++) {
    add(m, arm, region, "blocked", f->type[t], "1", "blocked share of NMDA charge there",
        f->block[t].value[window]);
  }
  add(m, arm, region, "glutamate", "", "uM", "extracellular glutamate there", f->glutamate.value[window]);
  add(m, arm, region, "ambient", "", "uM", "glutamate at receptors outside of synapses there",
      f->ambient.value[window]);
  add(m, arm, region, "release", "", "1", "factor of autoreceptors on release there",
      f->release.value[window]);
  add(m, arm, region, "dialysate", "", "uM", "what a microdialysis probe would read there",
      f->dialysate.value[window]);
  add(m, arm, region, "dialysate_max", "", "uM", "the most that a probe would read in any window",
      largest(&f->dialysate));
  add(m, arm, region, "bursts", "", "Hz", "bursts of glutamate above the baseline's threshold there",
      f->bursts.value[window]);
  add(m, arm, region, "bursts_own", "", "Hz", "bursts of glutamate above the window's own threshold there",
      f->bursts_own.value[window]);
  add(m, arm, region, "throughput", "", "Hz", "recurrent AMPA throughput there", f->throughput.value[window]);
  add(m, arm, region, "bdnf_max", "", "1", "largest BDNF, of rest", largest(&f->bdnf));
  add(m, arm, region, "mtorc1_max", "", "1", "largest mTORC1, of rest", largest(&f->mtorc1));
  add(m, arm, region, "proteins_day1", "", "1", "synaptic proteins a day after the first event, of rest",
      f->proteins.value[day]);
  add(m, arm, region, "spines_day1", "", "1/um", "spine density a day after the first event",
      f->spines.value[day]);
  add(m, arm, region, "spines_end", "", "1/um", "spine density at the end", f->spines.value[f->spines.n - 1]);
}

static enum status read_arm(const char *directory, const struct experiment *experiment, int arm, int r,
                            struct findings *out) {
  char path[4096];
  struct store *store = NULL;
  snprintf(path, sizeof path, "%s/%s.h5", directory, experiment->arm[arm]);
  *out = (struct findings){0};
  TRY(store_open(path, false, &store));
  enum status status = findings_read(store, experiment->anatomy[r].name, out);
  store_abandon(store);
  return status;
}

/* What `each` of signal_measures_each needs. */
struct told {
  struct measures *measures;
  const char *region;
  int arm;
};

static void add_told(void *context, const char *measure, const char *type, const char *unit,
                     const char *meaning, double value) {
  const struct told *told = context;
  add(told->measures, told->arm, told->region, measure, type, unit, meaning, value);
}

static enum status add_signals(struct measures *m, const char *directory, int arm, int r, int window) {
  struct told told = {m, m->experiment->anatomy[r].name, arm};
  char path[4096];
  struct store *store = NULL;
  snprintf(path, sizeof path, "%s/%s.h5", directory, m->experiment->arm[arm]);
  TRY(store_open(path, false, &store));
  enum status status = signal_measures_each(store, told.region, window, add_told, &told);
  store_abandon(store);
  return status;
}

/* The window in which any arm is blocked most: the same for all, so that they can be compared. */
static int acute_of_all(const struct findings *arm, int n) {
  int window = 0;
  double most = -1;
  for (int a = 0; a < n; a++) {
    if (arm[a].blocked.n == 0) continue;
    int w = findings_acute(&arm[a]);
    if (arm[a].blocked.value[w] <= most) continue;
    most = arm[a].blocked.value[w];
    window = w;
  }
  return window;
}

static enum status add_all(struct measures *m, const char *directory, int r, uint32_t set) {
  const struct experiment *experiment = m->experiment;
  struct findings arm[EXPERIMENT_ARMS] = {0};
  enum status status = STATUS_OK;
  double event_h = experiment_event_after_h(experiment, -1.0);
  for (int a = 0; a < experiment->n_arms && status == STATUS_OK; a++) {
    if (set >> a & 1u) status = read_arm(directory, experiment, a, r, &arm[a]);
  }
  int window = status == STATUS_OK ? acute_of_all(arm, experiment->n_arms) : 0;
  for (int a = 0; a < experiment->n_arms && status == STATUS_OK; a++) {
    if (!(set >> a & 1u)) continue;
    add_region(m, a, experiment->anatomy[r].name, &arm[a], window, isinf(event_h) ? 0 : event_h);
    status = add_signals(m, directory, a, r, window);
  }
  for (int a = 0; a < experiment->n_arms; a++) findings_free(&arm[a]);
  return status;
}

/* What of the body a cohort is compared by: at the start, and a day after the first event. */
static enum status add_body(struct measures *m, const char *directory, int arm, double event_h) {
  static const struct {
    const char *name, *meaning;
  } wanted[] = {{"tnf", "tumour necrosis factor in plasma"},
                {"il6", "interleukin 6 in plasma"},
                {"resistin", "resistin in plasma"},
                {"crp", "C-reactive protein in plasma"},
                {"stress", "load of stress"},
                {"butyricimonas", "Butyricimonas in the gut"}};
  struct findings_series time = {0};
  struct store *store = NULL;
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.h5", directory, m->experiment->arm[arm]);
  TRY(store_open(path, false, &store));
  enum status status = STATUS_OK;
  if (store_object(store, "/body") != STORE_GROUP) goto done;
  TRY_GOTO(findings_series(store, "/body/time", &time), done);
  int day = findings_row(&time, event_h + 24.0);
  for (int k = 0; k < COUNT_OF(wanted); k++) {
    struct findings_series series = {0};
    snprintf(path, sizeof path, "/body/%s", wanted[k].name);
    TRY_GOTO(findings_series(store, path, &series), done);
    add(m, arm, "body", wanted[k].name, "", "1", wanted[k].meaning, series.value[0]);
    char later[32];
    snprintf(later, sizeof later, "%.20s_day1", wanted[k].name);
    add(m, arm, "body", later, "", "1", "the same a day after the first event", series.value[day]);
    memory_free(series.value);
  }
done:
  memory_free(time.value);
  store_abandon(store);
  return status;
}

enum status measures_write(const char *directory, const struct experiment *experiment, uint32_t set) {
  struct measures *m = NULL;
  char path[4096];
  TRY(memory_new("measures", 1, sizeof *m, &m));
  m->experiment = experiment;
  enum status status = STATUS_OK;
  for (int r = 0; r < experiment->n_regions && status == STATUS_OK; r++)
    status = add_all(m, directory, r, set);
  double event_h = experiment_event_after_h(experiment, -1.0);
  for (int a = 0; a < experiment->n_arms && status == STATUS_OK; a++) {
    if (set >> a & 1u) status = add_body(m, directory, a, isinf(event_h) ? 0 : event_h);
  }
  snprintf(path, sizeof path, "%s/summary.h5", directory);
  if (status == STATUS_OK) status = summary_write(path, set & 1u ? experiment->arm[0] : NULL, m->value, m->n);
  memory_free(m);
  return status;
}
