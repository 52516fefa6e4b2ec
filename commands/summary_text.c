/* summary_text.c — what a run found, read back from its files. See summary_text.h. */
#include "summary_text.h"
#include "fields.h"
#include "memory.h"
#include "store.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TYPES = 8, SERIES_MOST = 4096 };

/* A series of a result. */
struct course_read {
  int n;
  double *value;
};

static enum status read_course(struct store *store, const char *path, struct course_read *out) {
  struct store_form form;
  *out = (struct course_read){0};
  TRY(store_form(store, path, NULL, &form));
  TRY(memory_new("series", (size_t)form.count + 1, sizeof(double), &out->value));
  out->n = (int)form.count;
  return store_read(store, path, NULL, STATE_F64, form.count, out->value);
}

/* A region as one arm's file tells of it. */
struct told {
  struct course_read time, blocked, throughput, glutamate, slow_time, bdnf, mtorc1, proteins, spines;
  int n_types;
  char type[TYPES][16];
  struct course_read rate[TYPES], block[TYPES]; /* of all layers of a type, weighted by their cells */
};

static void free_told(struct told *told) {
  struct course_read *const all[] = {&told->time,      &told->blocked,   &told->throughput,
                                     &told->glutamate, &told->slow_time, &told->bdnf,
                                     &told->mtorc1,    &told->proteins,  &told->spines};
  for (int i = 0; i < COUNT_OF(all); i++) memory_free(all[i]->value);
  for (int t = 0; t < told->n_types; t++) {
    memory_free(told->rate[t].value);
    memory_free(told->block[t].value);
  }
  *told = (struct told){0};
}

static enum status add_weighted(struct store *store, const char *path, double weight,
                                struct course_read *sum) {
  struct course_read one;
  enum status status = read_course(store, path, &one);
  if (status == STATUS_OK && !sum->value) {
    status = memory_new("series", (size_t)one.n + 1, sizeof(double), &sum->value);
    sum->n = one.n;
  }
  for (int i = 0; status == STATUS_OK && i < one.n && i < sum->n; i++) sum->value[i] += weight * one.value[i];
  memory_free(one.value);
  return status;
}

static int type_of(struct told *told, const char *type) {
  int t = 0;
  while (t < told->n_types && strcmp(told->type[t], type) != 0) t++;
  if (t == told->n_types && t < TYPES)
    snprintf(told->type[told->n_types++], sizeof told->type[t], "%s", type);
  return t < TYPES ? t : TYPES - 1;
}

static enum status read_types(struct store *store, const char *region, struct told *told) {
  struct store_names name = {0}, where = {0}, type = {0};
  double *count = NULL, cells[TYPES] = {0};
  char path[STORE_NAME_MAX];
  enum status status;
  TRY_GOTO(store_read_texts(store, "/populations/name", NULL, &name), done);
  TRY_GOTO(store_read_texts(store, "/populations/region", NULL, &where), done);
  TRY_GOTO(store_read_texts(store, "/populations/cell_type", NULL, &type), done);
  TRY_GOTO(memory_new("counts", (size_t)name.n + 1, sizeof *count, &count), done);
  TRY_GOTO(store_read(store, "/populations/count", NULL, STATE_F64, (uint64_t)name.n, count), done);
  for (int p = 0; p < name.n; p++) {
    if (strcmp(where.name[p], region) != 0) continue;
    int t = type_of(told, type.name[p]);
    cells[t] += count[p];
    snprintf(path, sizeof path, "/summary/%s/rate_%s", region, name.name[p]);
    TRY_GOTO(add_weighted(store, path, count[p], &told->rate[t]), done);
    snprintf(path, sizeof path, "/summary/%s/blocked_%s", region, name.name[p]);
    TRY_GOTO(add_weighted(store, path, count[p], &told->block[t]), done);
  }
  for (int t = 0; t < told->n_types; t++) {
    for (int i = 0; i < told->rate[t].n; i++) {
      told->rate[t].value[i] /= cells[t];
      told->block[t].value[i] /= cells[t];
    }
  }
done:
  store_names_free(&name);
  store_names_free(&where);
  store_names_free(&type);
  memory_free(count);
  return status;
}

static enum status read_told(struct store *store, const char *region, struct told *told) {
  *told = (struct told){0};
  const struct {
    const char *form;
    struct course_read *into;
  } wanted[] = {{"/summary/%s/time", &told->time},
                {"/summary/%s/blocked", &told->blocked},
                {"/summary/%s/throughput", &told->throughput},
                {"/summary/%s/glutamate", &told->glutamate},
                {"/slow/%s_bdnf", &told->bdnf},
                {"/slow/%s_mtorc1", &told->mtorc1},
                {"/slow/%s_proteins", &told->proteins},
                {"/slow/%s_spine_density", &told->spines}};
  for (int i = 0; i < COUNT_OF(wanted); i++) {
    char path[STORE_NAME_MAX];
    const char *mark = strstr(wanted[i].form, "%s");
    snprintf(path, sizeof path, "%.*s%s%s", (int)(mark - wanted[i].form), wanted[i].form, region, mark + 2);
    TRY(read_course(store, path, wanted[i].into));
  }
  TRY(read_course(store, "/slow/time", &told->slow_time));
  return read_types(store, region, told);
}

/* ---- an arm against the first ---- */

struct pair {
  struct told arm, control;
};

static double ratio(const struct course_read *arm, const struct course_read *control, int i) {
  return i >= 0 && i < arm->n && i < control->n && control->value[i] != 0 ? arm->value[i] / control->value[i]
                                                                          : NAN;
}

/* The window in which the drug blocks most; without block, the first after the baseline. */
static int acute_window(const struct told *told) {
  int best = told->blocked.n > 1 ? 1 : 0;
  for (int i = 1; i < told->blocked.n; i++) {
    if (told->blocked.value[i] > told->blocked.value[best] + 1e-6) best = i;
  }
  return best;
}

/* Where the ratio of two slow courses is farthest from 1. */
static int extreme(const struct course_read *arm, const struct course_read *control) {
  int best = 0;
  for (int i = 0; i < arm->n; i++) {
    if (fabs(ratio(arm, control, i) - 1) > fabs(ratio(arm, control, best) - 1)) best = i;
  }
  return best;
}

/* Row of a slow course at or first after a number of hours past an event. */
static int row_at(const struct course_read *time_d, double hours) {
  int i = 0;
  while (i < time_d->n - 1 && time_d->value[i] * 24.0 < hours - 1e-6) i++;
  return i;
}

static void print_rates(FILE *out, const char *region, const struct pair *pair, double event_h) {
  int w = acute_window(&pair->arm);
  fprintf(out, "  %s, %.3g h after the dose: firing", region, pair->arm.time.value[w] - event_h);
  for (int t = 0; t < pair->arm.n_types; t++) {
    fprintf(out, " %s %.2f Hz (x%.2f)%s", pair->arm.type[t], pair->arm.rate[t].value[w],
            ratio(&pair->arm.rate[t], &pair->control.rate[t], w), t + 1 < pair->arm.n_types ? "," : "\n");
  }
  fprintf(out, "    blocked share of NMDA charge");
  for (int t = 0; t < pair->arm.n_types; t++)
    fprintf(out, " %s %.2f,", pair->arm.type[t], pair->arm.block[t].value[w]);
  fprintf(out, " glutamate %.0f nM (x%.2f), AMPA throughput x%.2f\n", 1e3 * pair->arm.glutamate.value[w],
          ratio(&pair->arm.glutamate, &pair->control.glutamate, w),
          ratio(&pair->arm.throughput, &pair->control.throughput, w));
}

static void print_slow(FILE *out, const struct pair *pair, double event_h) {
  const struct told *arm = &pair->arm, *control = &pair->control;
  int b = extreme(&arm->bdnf, &control->bdnf), m = extreme(&arm->mtorc1, &control->mtorc1);
  int day = row_at(&arm->slow_time, event_h + 24), last = arm->slow_time.n - 1;
  fprintf(out,
          "    BDNF x%.2f at %.2g h, mTORC1 x%.2f at %.2g h, proteins x%.2f at %.3g h; spines x%.3f at %.3g "
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

/* Largest free concentration in the brain, summed over substances. */
static enum status print_drug(FILE *out, struct store *store, const struct experiment *experiment,
                              double event_h) {
  struct course_read time, sum = {0};
  char path[STORE_NAME_MAX];
  if (experiment->drugs.n_substances == 0) return STATUS_OK;
  TRY(read_course(store, "/drugs/time", &time));
  enum status status = STATUS_OK;
  for (int s = 0; s < experiment->drugs.n_substances && status == STATUS_OK; s++) {
    if (!experiment->drugs.substance[s].acts[ACTION_NMDA_CHANNEL]) continue;
    snprintf(path, sizeof path, "/drugs/brain_%s", experiment->drugs.substance[s].name);
    status = add_weighted(store, path, 1.0, &sum);
  }
  int best = 0;
  for (int i = 0; i < sum.n; i++) best = sum.value[i] > sum.value[best] ? i : best;
  if (status == STATUS_OK && sum.n && sum.value[best] > 0) {
    fprintf(out, "  channel blocker free in the brain: at most %.2f uM, %.0f min after the dose\n",
            sum.value[best], 60.0 * (time.value[best] - event_h));
  }
  memory_free(time.value);
  memory_free(sum.value);
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
    status = read_told(own, experiment->anatomy[r].name, &pair.arm);
    if (status == STATUS_OK) status = read_told(control, experiment->anatomy[r].name, &pair.control);
    if (status == STATUS_OK) print_rates(out, experiment->anatomy[r].name, &pair, event_h);
    if (status == STATUS_OK) print_slow(out, &pair, event_h);
    free_told(&pair.arm);
    free_told(&pair.control);
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
    struct told told;
    status = read_told(store, experiment->anatomy[r].name, &told);
    if (status == STATUS_OK) {
      fprintf(out, "  %s at rest:", experiment->anatomy[r].name);
      for (int t = 0; t < told.n_types; t++)
        fprintf(out, " %s %.2f Hz,", told.type[t], told.rate[t].value[0]);
      fprintf(out, " glutamate %.0f nM\n", 1e3 * told.glutamate.value[0]);
    }
    free_told(&told);
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
