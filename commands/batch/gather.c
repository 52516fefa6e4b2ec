/* gather.c — reads the summaries of runs. See gather.h. */
#include "gather.h"
#include "memory.h"
#include "store.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

void gather_directory(const char *directory, int run, char *out, size_t size) {
  snprintf(out, size, "%s/%04d", directory, run);
}

/* ---- names ---- */

static int find_name(char *const *names, int n, const char *name) {
  for (int k = 0; k < n; k++)
    if (strcmp(names[k], name) == 0) return k;
  return -1;
}

static enum status add_name(char ***names, int n, const char *name) {
  size_t old = (size_t)n;
  TRY(memory_resize("names of a batch", old, old + 1, sizeof **names, names));
  return memory_text(name, &(*names)[n]);
}

static enum status read_attribute(struct store *store, const char *path, const char *name, char ***texts,
                                  int n) {
  char *text = NULL;
  bool there =
      store_has_attribute(store, path, name) && store_read_text(store, path, name, &text) == STATUS_OK;
  enum status status = add_name(texts, n, there ? text : "");
  memory_free(text);
  return status;
}

static enum status add_measure(struct gathered *out, struct store *store, const char *name) {
  char path[STORE_NAME_MAX];
  if (find_name(out->measure, out->n_measures, name) >= 0) return STATUS_OK;
  snprintf(path, sizeof path, "/table/%s", name);
  TRY(read_attribute(store, path, "units", &out->unit, out->n_measures));
  TRY(read_attribute(store, path, "description", &out->meaning, out->n_measures));
  TRY(add_name(&out->measure, out->n_measures, name));
  out->n_measures++;
  return STATUS_OK;
}

static bool is_measure(const char *name) {
  return strcmp(name, "arm") != 0 && strcmp(name, "seed") != 0 && strcmp(name, "title") != 0;
}

/* ---- one run ---- */

static enum status read_names(struct gathered *out, struct store *store) {
  struct store_names columns, arms;
  TRY(store_children(store, "/table", &columns));
  enum status status = store_read_texts(store, "/table/arm", NULL, &arms);
  if (status == STATUS_OK) {
    for (int k = 0; k < arms.n && status == STATUS_OK; k++) {
      if (find_name(out->arm, out->n_arms, arms.name[k]) >= 0) continue;
      status = add_name(&out->arm, out->n_arms, arms.name[k]);
      if (status == STATUS_OK) out->n_arms++;
    }
    store_names_free(&arms);
  }
  for (int c = 0; c < columns.n && status == STATUS_OK; c++) {
    if (is_measure(columns.name[c])) status = add_measure(out, store, columns.name[c]);
  }
  store_names_free(&columns);
  return status;
}

static enum status new_row(struct gathered *out, int run, int arm) {
  struct gathered_row *row = &out->row[out->n_rows];
  TRY(memory_new("row of a batch", (size_t)out->n_measures + 1, sizeof *row->value, &row->value));
  for (int m = 0; m < out->n_measures; m++) row->value[m] = (double)NAN;
  row->run = run;
  row->arm = arm;
  out->n_rows++;
  return STATUS_OK;
}

/* A column of as many numbers as there are arms. */
static void read_column(struct gathered *out, struct store *store, int measure, int first, int n) {
  char path[STORE_NAME_MAX];
  struct store_form form;
  double value[64];
  snprintf(path, sizeof path, "/table/%s", out->measure[measure]);
  if (n > 64 || store_form(store, path, NULL, &form) != STATUS_OK || form.count != (uint64_t)n) return;
  if (store_read(store, path, NULL, STATE_F64, (uint64_t)n, value) != STATUS_OK) return;
  for (int k = 0; k < n; k++) out->row[first + k].value[measure] = value[k];
}

static enum status read_values(struct gathered *out, struct store *store, int run) {
  struct store_names arms;
  int first = out->n_rows;
  TRY(store_read_texts(store, "/table/arm", NULL, &arms));
  enum status status = STATUS_OK;
  int n = arms.n < out->n_arms ? arms.n : out->n_arms;
  for (int k = 0; k < n && status == STATUS_OK; k++)
    status = new_row(out, run, find_name(out->arm, out->n_arms, arms.name[k]));
  for (int m = 0; m < out->n_measures && status == STATUS_OK; m++) read_column(out, store, m, first, n);
  store_names_free(&arms);
  return status;
}

static enum status read_run(struct gathered *out, int run, bool names) {
  char path[4096 + 16];
  struct store *store = NULL;
  gather_directory(out->directory, run, path, sizeof path - 16);
  strcat(path, "/summary.h5");
  TRY(store_open(path, false, &store));
  enum status status = names ? read_names(out, store) : read_values(out, store, run);
  store_abandon(store);
  return status;
}

/* ---- all ---- */

enum status gather_read(const struct batch *batch, const char *directory, const bool *complete,
                        struct gathered *out) {
  *out = (struct gathered){.batch = batch, .directory = directory};
  for (int pass = 0; pass < 2; pass++) {
    size_t rows = (size_t)batch_runs(batch) * (size_t)out->n_arms;
    if (pass == 1) TRY(memory_new("rows of a batch", rows + 1, sizeof *out->row, &out->row));
    for (int run = 0; run < batch_runs(batch); run++)
      if (complete[run]) TRY(read_run(out, run, pass == 0));
  }
  return STATUS_OK;
}

static void free_names(char **names, int n) {
  for (int k = 0; k < n; k++) memory_free(names[k]);
  memory_free(names);
}

void gather_free(struct gathered *gathered) {
  free_names(gathered->arm, gathered->n_arms);
  free_names(gathered->measure, gathered->n_measures);
  free_names(gathered->unit, gathered->n_measures);
  free_names(gathered->meaning, gathered->n_measures);
  for (int r = 0; r < gathered->n_rows; r++) memory_free(gathered->row[r].value);
  memory_free(gathered->row);
  *gathered = (struct gathered){0};
}

const struct gathered_row *gather_row(const struct gathered *gathered, int run, int arm) {
  int low = 0, high = gathered->n_rows;
  while (low < high) { /* the first row of the run */
    int middle = low + (high - low) / 2;
    if (gathered->row[middle].run < run)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < gathered->n_rows && gathered->row[low].run == run; low++)
    if (gathered->row[low].arm == arm) return &gathered->row[low];
  return NULL;
}

enum status gather_paired(const struct gathered *gathered, int point, int arm, int measure,
                          struct paired *out) {
  const struct batch *batch = gathered->batch;
  double *values = NULL;
  int n = 0;
  TRY(memory_new("pairs", (size_t)batch_runs(batch) + 1, 2 * sizeof *values, &values));
  double *control = values, *other = values + batch_runs(batch);
  for (int run = point < 0 ? 0 : point; run < batch_runs(batch); run += point < 0 ? 1 : batch->n_points) {
    const struct gathered_row *a = gather_row(gathered, run, 0), *b = gather_row(gathered, run, arm);
    if (!a || !b) continue;
    control[n] = a->value[measure];
    other[n++] = b->value[measure];
  }
  enum status status = paired_of(control, other, n, out);
  memory_free(values);
  return status;
}

/* Mean over the seeds of each point. */
static void outcomes(const struct gathered *gathered, int arm, int measure, double *out) {
  const struct batch *batch = gathered->batch;
  for (int point = 0; point < batch->n_points; point++) {
    double sum = 0;
    int n = 0;
    for (int run = point; run < batch_runs(batch); run += batch->n_points) {
      const struct gathered_row *a = gather_row(gathered, run, 0), *b = gather_row(gathered, run, arm);
      if (!a || !b) continue;
      sum += arm == 0 ? b->value[measure] : b->value[measure] / a->value[measure];
      n++;
    }
    out[point] = n > 0 ? sum / n : (double)NAN;
  }
}

enum status gather_sensitivity(const struct gathered *gathered, int arm, int measure,
                               struct sensitivity *out) {
  const struct batch *batch = gathered->batch;
  double *outcome = NULL;
  TRY(memory_new("outcomes of a batch", (size_t)batch->n_points, sizeof *outcome, &outcome));
  outcomes(gathered, arm, measure, outcome);
  enum status status = sensitivity_of((enum design)batch->settings.design, batch->n_axes,
                                      (int)batch->settings.points, batch->cube, outcome, out);
  memory_free(outcome);
  return status;
}
