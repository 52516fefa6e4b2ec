/* findings.c — reading back what a run found. See findings.h. */
#include "findings.h"
#include "fields.h"
#include "memory.h"
#include <stdio.h>
#include <string.h>

enum status findings_series(struct store *store, const char *path, struct findings_series *out) {
  struct store_form form;
  *out = (struct findings_series){0};
  TRY(store_form(store, path, NULL, &form));
  TRY(memory_new("series", (size_t)form.count + 1, sizeof(double), &out->value));
  out->n = (int)form.count;
  return store_read(store, path, NULL, STATE_F64, form.count, out->value);
}

void findings_free(struct findings *findings) {
  struct findings_series *const all[] = {&findings->time,      &findings->blocked,   &findings->throughput,
                                         &findings->glutamate, &findings->slow_time, &findings->bdnf,
                                         &findings->mtorc1,    &findings->proteins,  &findings->spines,
                                         &findings->ambient,   &findings->release,   &findings->dialysate,
                                         &findings->bursts,    &findings->bursts_own};
  for (int i = 0; i < COUNT_OF(all); i++) memory_free(all[i]->value);
  for (int t = 0; t < findings->n_types; t++) {
    memory_free(findings->rate[t].value);
    memory_free(findings->block[t].value);
  }
  *findings = (struct findings){0};
}

enum status findings_add(struct store *store, const char *path, double weight, struct findings_series *sum) {
  struct findings_series one;
  enum status status = findings_series(store, path, &one);
  if (status == STATUS_OK && !sum->value) {
    status = memory_new("series", (size_t)one.n + 1, sizeof(double), &sum->value);
    sum->n = one.n;
  }
  for (int i = 0; status == STATUS_OK && i < one.n && i < sum->n; i++) sum->value[i] += weight * one.value[i];
  memory_free(one.value);
  return status;
}

static int type_of(struct findings *findings, const char *type) {
  int t = 0;
  while (t < findings->n_types && strcmp(findings->type[t], type) != 0) t++;
  if (t == findings->n_types && t < FINDINGS_TYPES)
    snprintf(findings->type[findings->n_types++], sizeof findings->type[t], "%s", type);
  return t < FINDINGS_TYPES ? t : FINDINGS_TYPES - 1;
}

static enum status read_types(struct store *store, const char *region, struct findings *findings) {
  struct store_names name = {0}, where = {0}, type = {0};
  double *count = NULL, cells[FINDINGS_TYPES] = {0};
  char path[STORE_NAME_MAX];
  enum status status;
  TRY_GOTO(store_read_texts(store, "/populations/name", NULL, &name), done);
  TRY_GOTO(store_read_texts(store, "/populations/region", NULL, &where), done);
  TRY_GOTO(store_read_texts(store, "/populations/cell_type", NULL, &type), done);
  if (where.n != name.n || type.n != name.n) {
    status = status_fail(STATUS_CONFIG, "%s: columns of /populations differ in length", store_path(store));
    goto done;
  }
  TRY_GOTO(memory_new("counts", (size_t)name.n + 1, sizeof *count, &count), done);
  TRY_GOTO(store_read(store, "/populations/count", NULL, STATE_F64, (uint64_t)name.n, count), done);
  for (int p = 0; p < name.n; p++) {
    if (strcmp(where.name[p], region) != 0) continue;
    int t = type_of(findings, type.name[p]);
    cells[t] += count[p];
    snprintf(path, sizeof path, "/summary/%s/rate_%s", region, name.name[p]);
    TRY_GOTO(findings_add(store, path, count[p], &findings->rate[t]), done);
    snprintf(path, sizeof path, "/summary/%s/blocked_%s", region, name.name[p]);
    TRY_GOTO(findings_add(store, path, count[p], &findings->block[t]), done);
  }
  for (int t = 0; t < findings->n_types; t++) {
    if (findings->block[t].n != findings->rate[t].n) {
      status =
          status_fail(STATUS_CONFIG, "%s: series of /summary/%s differ in length", store_path(store), region);
      goto done;
    }
    for (int i = 0; i < findings->rate[t].n; i++) findings->rate[t].value[i] /= cells[t];
    for (int i = 0; i < findings->block[t].n; i++) findings->block[t].value[i] /= cells[t];
  }
done:
  store_names_free(&name);
  store_names_free(&where);
  store_names_free(&type);
  memory_free(count);
  return status;
}

enum status findings_read(struct store *store, const char *region, struct findings *findings) {
  *findings = (struct findings){0};
  const struct {
    const char *form;
    struct findings_series *into;
  } wanted[] = {{"/summary/%s/time", &findings->time},
                {"/summary/%s/blocked", &findings->blocked},
                {"/summary/%s/throughput", &findings->throughput},
                {"/summary/%s/glutamate", &findings->glutamate},
                {"/summary/%s/ambient", &findings->ambient},
                {"/summary/%s/release", &findings->release},
                {"/summary/%s/dialysate", &findings->dialysate},
                {"/summary/%s/bursts", &findings->bursts},
                {"/summary/%s/bursts_own", &findings->bursts_own},
                {"/slow/%s_bdnf", &findings->bdnf},
                {"/slow/%s_mtorc1", &findings->mtorc1},
                {"/slow/%s_proteins", &findings->proteins},
                {"/slow/%s_spine_density", &findings->spines}};
  for (int i = 0; i < COUNT_OF(wanted); i++) {
    char path[STORE_NAME_MAX];
    const char *mark = strstr(wanted[i].form, "%s");
    snprintf(path, sizeof path, "%.*s%s%s", (int)(mark - wanted[i].form), wanted[i].form, region, mark + 2);
    TRY(findings_series(store, path, wanted[i].into));
  }
  TRY(findings_series(store, "/slow/time", &findings->slow_time));
  return read_types(store, region, findings);
}

/* The window in which the drug blocks most; without block, the first after the baseline. */
int findings_acute(const struct findings *findings) {
  int best = findings->blocked.n > 1 ? 1 : 0;
  for (int i = 1; i < findings->blocked.n; i++) {
    if (findings->blocked.value[i] > findings->blocked.value[best] + 1e-6) best = i;
  }
  return best;
}

/* Row of a slow course at or first after a number of hours past an event. */
int findings_row(const struct findings_series *time_d, double hours) {
  int i = 0;
  while (i < time_d->n - 1 && time_d->value[i] * 24.0 < hours - 1e-6) i++;
  return i;
}
