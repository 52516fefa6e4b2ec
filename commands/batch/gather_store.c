/* gather_store.c — summary.h5 of a batch: runs and their measures, ratios, paired comparisons, sensitivities.
 * See gather.h; docs/formats.md lists the tables. */
#include "fields.h"
#include "gather.h"
#include "memory.h"
#include "table.h"
#include "whole.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BATCH_FORMAT = 1, COLUMNS_MOST = BATCH_AXES + 64 };

/* A table that grows by columns, each of n_rows values that it owns. */
struct sheet_of_columns {
  struct table table;
  struct column *column;
  void **owned;
  int n, room;
};

static enum status open_columns(struct sheet_of_columns *sheet, const char *path, const char *title,
                                int n_rows, int room) {
  *sheet = (struct sheet_of_columns){.room = room};
  sheet->table = (struct table){.path = path, .title = title, .n_rows = n_rows};
  TRY(memory_new("columns", (size_t)room, sizeof *sheet->column, &sheet->column));
  return memory_new("columns", (size_t)room, sizeof *sheet->owned, &sheet->owned);
}

/* A new column; *values is where its n_rows values go. */
static enum status add_column(struct sheet_of_columns *sheet, const char *name, enum column_type type,
                              const char *unit, const char *meaning, void *values) {
  void *data = NULL;
  if (sheet->n == sheet->room) return status_fail(STATUS_FAULT, "%s: too many columns", sheet->table.path);
  TRY(memory_new("column", (size_t)sheet->table.n_rows + 1, sizeof(double), &data));
  sheet->owned[sheet->n] = data;
  sheet->column[sheet->n++] = (struct column){name, type, unit, meaning, data};
  memcpy(values, &data, sizeof data);
  return STATUS_OK;
}

static enum status close_columns(struct sheet_of_columns *sheet, struct store *store, enum status status) {
  sheet->table.columns = sheet->column;
  sheet->table.n_columns = sheet->n;
  if (status == STATUS_OK) status = table_write(store, &sheet->table);
  for (int c = 0; c < sheet->n; c++) memory_free(sheet->owned[c]);
  memory_free(sheet->column);
  memory_free(sheet->owned);
  return status;
}

/* ---- axes of a row ---- */

/* Is every value of the axis a number? */
static bool numeric(const struct batch *batch, int axis) {
  for (int p = 0; p < batch->n_points; p++)
    if (isnan(batch->number[p * batch->n_axes + axis])) return false;
  return true;
}

/* The unit behind the number of its first value: "10 mg/kg". */
static const char *axis_unit(const struct batch *batch, int axis) {
  const char *text = batch->n_points ? batch_value(batch, 0, axis) : "", *space = strchr(text, ' ');
  return space ? space + 1 : "1";
}

/* A column for each axis; point[r] is the point of row r, −1: none. */
static enum status add_axes(struct sheet_of_columns *sheet, const struct batch *batch, const int64_t *point) {
  for (int a = 0; a < batch->n_axes; a++) {
    const char *name = batch->axis[a].name, *path = batch->axis[a].path[0];
    double *number = NULL;
    const char **text = NULL;
    bool is_number = numeric(batch, a);
    if (is_number) TRY(add_column(sheet, name, COLUMN_F64, axis_unit(batch, a), path, &number));
    if (!is_number) TRY(add_column(sheet, name, COLUMN_TEXT, "", path, &text));
    for (int r = 0; r < sheet->table.n_rows; r++) {
      bool all = point[r] < 0;
      if (is_number) number[r] = all ? (double)NAN : batch->number[(int)point[r] * batch->n_axes + a];
      if (!is_number) text[r] = all ? "" : batch_value(batch, (int)point[r], a);
    }
  }
  return STATUS_OK;
}

/* ---- all runs ---- */

static enum status fill_runs(struct sheet_of_columns *sheet, const struct gathered *g, bool ratio) {
  int64_t *run = NULL, *point = NULL, *seed = NULL;
  const char **arm = NULL;
  TRY(add_column(sheet, "run", COLUMN_I64, "1", "number of the run, and of its directory", &run));
  TRY(add_column(sheet, "point", COLUMN_I64, "1", "point of the design", &point));
  TRY(add_column(sheet, "seed", COLUMN_I64, "1", "seed of the run", &seed));
  TRY(add_column(sheet, "arm", COLUMN_TEXT, "", "arm of the experiment", &arm));
  for (int r = 0; r < g->n_rows; r++) {
    run[r] = g->row[r].run;
    point[r] = batch_point(g->batch, g->row[r].run);
    seed[r] = batch_seed(g->batch, g->row[r].run);
    arm[r] = g->arm[g->row[r].arm];
  }
  TRY(add_axes(sheet, g->batch, point));
  for (int m = 0; m < g->n_measures; m++) {
    double *value = NULL;
    TRY(add_column(sheet, g->measure[m], COLUMN_F64, ratio ? "1" : g->unit[m], g->meaning[m], &value));
    for (int r = 0; r < g->n_rows; r++) {
      const struct gathered_row *control = gather_row(g, g->row[r].run, 0);
      double own = g->row[r].value[m];
      value[r] = !ratio ? own : control ? own / control->value[m] : (double)NAN;
    }
  }
  return STATUS_OK;
}

static enum status write_runs(struct store *store, const struct gathered *g, bool ratio) {
  struct sheet_of_columns sheet;
  enum status status =
      open_columns(&sheet, ratio ? "ratio" : "table",
                   ratio ? "measures over those of the control arm of the same run" : "measures of all runs",
                   g->n_rows, g->n_measures + COLUMNS_MOST);
  if (status == STATUS_OK) status = fill_runs(&sheet, g, ratio);
  return close_columns(&sheet, store, status);
}

/* ---- paired ---- */

static enum status fill_paired(struct sheet_of_columns *sheet, const struct gathered *g) {
  int64_t *point = NULL, *pairs = NULL;
  const char **arm = NULL, **measure = NULL, **unit = NULL;
  int points = gather_points(g), r = 0;
  TRY(add_column(sheet, "point", COLUMN_I64, "1", "point of the design; -1: all runs together", &point));
  TRY(add_column(sheet, "arm", COLUMN_TEXT, "", "arm of the experiment", &arm));
  TRY(add_column(sheet, "measure", COLUMN_TEXT, "", "what is compared", &measure));
  TRY(add_column(sheet, "unit", COLUMN_TEXT, "", "of the measure", &unit));
  TRY(add_column(sheet, "pairs", COLUMN_I64, "1", "seeds in which both arms have a number", &pairs));
#define PAIRED_ADD(member, meaning)                                                                          \
  double *member = NULL;                                                                                     \
  TRY(add_column(sheet, #member, COLUMN_F64, "1", meaning, &member));
  PAIRED_COLUMNS(PAIRED_ADD)
  for (int k = 0; k < points; k++) {
    for (int a = 0; a < g->n_arms; a++) {
      for (int m = 0; m < g->n_measures; m++, r++) {
        struct paired of;
        point[r] = k < g->batch->n_points ? k : -1;
        arm[r] = g->arm[a];
        measure[r] = g->measure[m];
        unit[r] = g->unit[m];
        TRY(gather_paired(g, (int)point[r], a, m, &of));
        pairs[r] = of.n;
#define PAIRED_SET(member, meaning) member[r] = of.member;
        PAIRED_COLUMNS(PAIRED_SET)
      }
    }
  }
  return add_axes(sheet, g->batch, point);
}

static enum status write_paired(struct store *store, const struct gathered *g) {
  struct sheet_of_columns sheet;
  int rows = gather_points(g) * g->n_arms * g->n_measures;
  enum status status =
      open_columns(&sheet, "paired", "arms against the control arm, seed by seed", rows, COLUMNS_MOST);
  if (status == STATUS_OK) status = fill_paired(&sheet, g);
  return close_columns(&sheet, store, status);
}

/* ---- sensitivity ---- */

#define SOBOL_COLUMNS(X)                                                                                     \
  X(first, "share of the variance due to the axis alone")                                                    \
  X(first_low, "lower end of its 95 % interval")                                                             \
  X(first_high, "upper end of its 95 % interval")                                                            \
  X(total, "share of the variance due to the axis and its interactions")                                     \
  X(total_low, "lower end of its 95 % interval")                                                             \
  X(total_high, "upper end of its 95 % interval")
#define MORRIS_COLUMNS(X)                                                                                    \
  X(mu, "mean elementary effect, over the whole range of the axis")                                          \
  X(mu_star, "mean size of elementary effects")                                                              \
  X(sigma, "their standard deviation: interactions, curvature")

static enum status fill_sensitivity(struct sheet_of_columns *sheet, const struct gathered *g) {
  const struct batch *batch = g->batch;
  bool sobol = batch->settings.design == DESIGN_SALTELLI;
  const char **arm = NULL, **measure = NULL, **axis = NULL;
  int r = 0;
  TRY(add_column(sheet, "arm", COLUMN_TEXT, "", "arm, over the control; the control itself as it is", &arm));
  TRY(add_column(sheet, "measure", COLUMN_TEXT, "", "outcome", &measure));
  TRY(add_column(sheet, "axis", COLUMN_TEXT, "", "axis of the design", &axis));
#define SENSITIVITY_ADD(member, meaning)                                                                     \
  double *member = NULL;                                                                                     \
  if (with) TRY(add_column(sheet, #member, COLUMN_F64, "1", meaning, &member));
#define SENSITIVITY_SET(member, meaning)                                                                     \
  if (member) member[r] = of[x].member;
  bool with = sobol;
  SOBOL_COLUMNS(SENSITIVITY_ADD)
  with = !sobol;
  MORRIS_COLUMNS(SENSITIVITY_ADD)
  for (int a = 0; a < g->n_arms; a++) {
    for (int m = 0; m < g->n_measures; m++) {
      struct sensitivity of[BATCH_AXES];
      TRY(gather_sensitivity(g, a, m, of));
      for (int x = 0; x < batch->n_axes; x++, r++) {
        arm[r] = g->arm[a];
        measure[r] = g->measure[m];
        axis[r] = batch->axis[x].name;
        SOBOL_COLUMNS(SENSITIVITY_SET)
        MORRIS_COLUMNS(SENSITIVITY_SET)
      }
    }
  }
  return STATUS_OK;
}

static enum status write_sensitivity(struct store *store, const struct gathered *g) {
  struct sheet_of_columns sheet;
  int rows = g->n_arms * g->n_measures * g->batch->n_axes;
  enum status status =
      open_columns(&sheet, "sensitivity", "which axis moves which outcome", rows, COLUMNS_MOST);
  if (status == STATUS_OK) status = fill_sensitivity(&sheet, g);
  return close_columns(&sheet, store, status);
}

/* ---- the file ---- */

/* The runs themselves, for those who open the file where it lies. */
static enum status write_links(struct store *store, const struct gathered *g) {
  char name[STORE_NAME_MAX], file[STORE_NAME_MAX];
  TRY(store_group(store, "/runs"));
  for (int r = 0; r < g->n_rows; r++) {
    const char *arm = g->arm[g->row[r].arm];
    snprintf(name, sizeof name, "/runs/%04d_%s", g->row[r].run, arm);
    snprintf(file, sizeof file, "%04d/%s.h5", g->row[r].run, arm);
    TRY(store_link_outside(store, file, name));
  }
  return STATUS_OK;
}

static enum status write_file(struct store *store, const void *what) {
  const struct gathered *g = what;
  int32_t format = BATCH_FORMAT;
  int design = g->batch->settings.design;
  TRY(store_attribute_text(store, "/", "NX_class", "NXroot"));
  TRY(store_attribute_number(store, "/", "spinule_batch", STATE_I32, 0, &format));
  TRY(write_runs(store, g, false));
  TRY(write_runs(store, g, true));
  if (g->n_arms > 0) TRY(store_attribute_text(store, "/ratio", "control", g->arm[0]));
  TRY(write_paired(store, g));
  bool tells = (design == DESIGN_SALTELLI || design == DESIGN_MORRIS) && g->batch->n_axes > 0;
  if (tells) TRY(write_sensitivity(store, g));
  return write_links(store, g);
}

enum status gather_store(const struct gathered *gathered) {
  char path[4096 + 16];
  snprintf(path, sizeof path, "%.4095s/summary.h5", gathered->directory);
  return whole_store(path, write_file, gathered);
}
