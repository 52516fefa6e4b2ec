/* gather_csv.c — summary.csv of a batch: arms against the control arm, for spreadsheets. See gather.h. */
#include "gather.h"
#include "text_file.h"
#include "whole.h"
#include <math.h>
#include <stdio.h>

static void put(FILE *file, double value) {
  if (isfinite(value))
    fprintf(file, ",%.9g", value);
  else
    fputc(',', file);
}

static void put_text(FILE *file, const char *text) {
  fputc(',', file);
  text_csv(file, text);
}

static enum status write_line(FILE *file, const struct gathered *g, int point, int arm, int measure) {
  const struct batch *batch = g->batch;
  struct paired of;
  TRY(gather_paired(g, point, arm, measure, &of));
  if (point < 0)
    fputs("all", file);
  else
    fprintf(file, "%d", point);
  for (int a = 0; a < batch->n_axes; a++) put_text(file, point < 0 ? "" : batch_value(batch, point, a));
  put_text(file, g->arm[arm]);
  put_text(file, g->measure[measure]);
  put_text(file, g->unit[measure]);
  fprintf(file, ",%d", of.n);
#define PAIRED_PUT(member, meaning) put(file, of.member);
  PAIRED_COLUMNS(PAIRED_PUT)
  fputc('\n', file);
  return STATUS_OK;
}

static enum status write_csv(FILE *file, const void *what) {
  const struct gathered *g = what;
  fputs("point", file);
  for (int a = 0; a < g->batch->n_axes; a++) fprintf(file, ",%s", g->batch->axis[a].name);
  fputs(",arm,measure,unit,pairs", file);
#define PAIRED_NAME(member, meaning) fputs("," #member, file);
  PAIRED_COLUMNS(PAIRED_NAME)
  fputc('\n', file);
  for (int p = 0; p < gather_points(g); p++) {
    for (int a = 0; a < g->n_arms; a++) {
      for (int m = 0; m < g->n_measures; m++) TRY(write_line(file, g, p < g->batch->n_points ? p : -1, a, m));
    }
  }
  return STATUS_OK;
}

enum status gather_csv(const struct gathered *gathered) {
  char path[4096 + 16];
  snprintf(path, sizeof path, "%.4095s/summary.csv", gathered->directory);
  return whole_text(path, write_csv, gathered);
}
