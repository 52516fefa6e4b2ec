/* summary.c — the measures of all arms and seeds in one table. See summary.h. */
#include "summary.h"
#include "memory.h"
#include "names.h"
#include "table.h"
#include "whole.h"
#include <math.h>
#include <string.h>

enum { SUMMARY_FORMAT = 1 };

/* Rows and columns, each found by the value in which it appears first. */
struct grid {
  const struct summary_value **row, **column;
  int n_rows, n_columns;
  double *value, *ratio; /* column after column */
};

static int row_of(const struct grid *grid, const char *arm, uint64_t seed) {
  for (int r = 0; r < grid->n_rows; r++)
    if (grid->row[r]->seed == seed && strcmp(grid->row[r]->arm, arm) == 0) return r;
  return -1;
}

static int column_of(const struct grid *grid, const char *measure) {
  for (int c = 0; c < grid->n_columns; c++)
    if (strcmp(grid->column[c]->measure, measure) == 0) return c;
  return -1;
}

static void free_grid(struct grid *grid) {
  memory_free(grid->row);
  memory_free(grid->column);
  memory_free(grid->value);
  memory_free(grid->ratio);
}

static enum status make_grid(const struct summary_value *values, int n, struct grid *grid) {
  TRY(memory_new("rows of a summary", (size_t)n, sizeof *grid->row, &grid->row));
  TRY(memory_new("columns of a summary", (size_t)n, sizeof *grid->column, &grid->column));
  for (int i = 0; i < n; i++) {
    if (row_of(grid, values[i].arm, values[i].seed) < 0) grid->row[grid->n_rows++] = &values[i];
    if (column_of(grid, values[i].measure) < 0) grid->column[grid->n_columns++] = &values[i];
  }
  size_t cells = (size_t)grid->n_rows * (size_t)grid->n_columns;
  TRY(memory_new("values of a summary", cells, sizeof *grid->value, &grid->value));
  TRY(memory_new("ratios of a summary", cells, sizeof *grid->ratio, &grid->ratio));
  for (size_t i = 0; i < cells; i++) grid->value[i] = grid->ratio[i] = (double)NAN;
  for (int i = 0; i < n; i++) {
    int c = column_of(grid, values[i].measure), r = row_of(grid, values[i].arm, values[i].seed);
    grid->value[(size_t)c * (size_t)grid->n_rows + (size_t)r] = values[i].value;
  }
  return STATUS_OK;
}

/* Arms are compared in pairs: with the control of the same seed. */
static void fill_ratios(struct grid *grid, const char *control) {
  for (int r = 0; r < grid->n_rows; r++) {
    int pair = row_of(grid, control, grid->row[r]->seed);
    for (int c = 0; pair >= 0 && c < grid->n_columns; c++) {
      const double *column = grid->value + (size_t)c * (size_t)grid->n_rows;
      grid->ratio[(size_t)c * (size_t)grid->n_rows + (size_t)r] = column[r] / column[pair];
    }
  }
}

/* A table with the columns arm, seed, and one per measure. */
static enum status write_grid(struct store *store, const struct grid *grid, const char *path,
                              const char *title, const double *values, bool ratio) {
  const char **arm = NULL;
  int64_t *seed = NULL;
  struct column *columns = NULL;
  size_t n = (size_t)grid->n_rows;
  enum status status;
  TRY_GOTO(memory_new("arms of a summary", n, sizeof *arm, &arm), done);
  TRY_GOTO(memory_new("seeds of a summary", n, sizeof *seed, &seed), done);
  TRY_GOTO(memory_new("columns of a summary", (size_t)grid->n_columns + 2, sizeof *columns, &columns), done);
  for (size_t r = 0; r < n; r++) {
    arm[r] = grid->row[r]->arm;
    seed[r] = (int64_t)grid->row[r]->seed;
  }
  columns[0] = (struct column){"arm", COLUMN_TEXT, "", "arm of the experiment", arm};
  columns[1] = (struct column){"seed", COLUMN_I64, "1", "seed of the run", seed};
  for (int c = 0; c < grid->n_columns; c++) {
    const struct summary_value *measure = grid->column[c];
    columns[c + 2] = (struct column){measure->measure, COLUMN_F64, ratio ? "1" : measure->unit,
                                     measure->meaning, values + (size_t)c * n};
  }
  struct table table = {path, title, grid->n_rows, columns, grid->n_columns + 2};
  status = table_write(store, &table);
done:
  memory_free(arm);
  memory_free(seed);
  memory_free(columns);
  return status;
}

static enum status write_file(struct store *store, const struct grid *grid, const char *control) {
  int32_t format = SUMMARY_FORMAT;
  TRY(store_attribute_text(store, "/", "NX_class", "NXroot"));
  TRY(store_attribute_number(store, "/", "spinule_summary", STATE_I32, 0, &format));
  TRY(write_grid(store, grid, "table", "measures of all arms and seeds", grid->value, false));
  if (!control) return STATUS_OK;
  TRY(write_grid(store, grid, "ratio", "measures over those of the control arm", grid->ratio, true));
  return store_attribute_text(store, "/ratio", "control", control);
}

struct summary {
  const struct grid *grid;
  const char *control;
};

static enum status write_summary(struct store *store, const void *what) {
  const struct summary *summary = what;
  return write_file(store, summary->grid, summary->control);
}

enum status summary_write(const char *path, const char *control, const struct summary_value *values, int n) {
  struct grid grid = {0};
  enum status status = make_grid(values, n, &grid);
  if (status == STATUS_OK && control) fill_ratios(&grid, control);
  if (status == STATUS_OK) status = whole_store(path, write_summary, &(struct summary){&grid, control});
  free_grid(&grid);
  return status;
}
