/* validation_print.c — verdicts as a table for people, and as TSV, JSON and Markdown. See validation.h. */
#include "fields.h"
#include "memory.h"
#include "terminal/json.h"
#include "terminal/layout.h"
#include "validation.h"
#include "version.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CELL_BYTES = 160 };

static const char *const verdicts[] = {"pass", "FAIL", "not built", "no value"};

/* ---- parts ---- */

static void write_value(const struct validation_check *check, char out[CELL_BYTES]) {
  if (check->n == 0 || isnan(check->mean))
    snprintf(out, CELL_BYTES, "-");
  else if (check->n > 1)
    snprintf(out, CELL_BYTES, "%.3g ± %.2g", check->mean, check->spread);
  else
    snprintf(out, CELL_BYTES, "%.3g", check->mean);
}

static void write_range(const struct target *target, double low, double high, char out[CELL_BYTES]) {
  bool pure = strcmp(target->unit, "1") == 0;
  snprintf(out, CELL_BYTES, "%g … %g%s%s", low, high, pure ? "" : " ", pure ? "" : target->unit);
}

/* What check c of a row reads. */
static const char *words_of(const struct target *target, int c) {
  const char *own = c < target->n_checks ? target->check[c].what : "";
  return *own ? own : target->measure;
}

static int lines_of(const struct validation_row *row) {
  return row->verdict == VERDICT_NOT_BUILT || row->target->n_checks == 0 ? 1 : row->target->n_checks;
}

static const char *verdict_of(const struct validation_row *row, int c) {
  if (row->verdict == VERDICT_NOT_BUILT || row->verdict == VERDICT_NO_VALUE) return verdicts[row->verdict];
  return verdicts[row->check[c].passed && !row->why ? VERDICT_PASS : VERDICT_FAIL];
}

static void range_of(const struct validation_row *row, int c, double *low, double *high) {
  const struct target *target = row->target;
  bool own = row->verdict != VERDICT_NOT_BUILT && c < target->n_checks;
  *low = own ? target->check[c].low : target->low;
  *high = own ? target->check[c].high : target->high;
}

/* ---- for people ---- */

static enum status add_line(struct layout *layout, const struct validation_row *row, int c, bool all) {
  const struct target *target = row->target;
  char value[CELL_BYTES], range[CELL_BYTES];
  double low, high;
  range_of(row, c, &low, &high);
  write_value(&row->check[c], value);
  write_range(target, low, high, range);
  TRY(layout_cell(layout, "%s", c == 0 ? target->id : ""));
  if (all) TRY(layout_cell(layout, "%s", c == 0 ? target->subject : ""));
  TRY(layout_cell(layout, "%s", words_of(target, c)));
  TRY(layout_cell(layout, "%s", value));
  TRY(layout_cell(layout, "%s", range));
  TRY(layout_cell(layout, "%s", verdict_of(row, c)));
  if (all) TRY(layout_cell(layout, "%s", target->published));
  return layout_cell(layout, "%s", c == 0 ? target->source : "");
}

static enum status add_head(struct layout *layout, bool all) {
  static const struct {
    const char *name;
    bool all;
  } columns[] = {{"row", false},      {"subject", true},  {"measure", false},  {"value", false},
                 {"accepted", false}, {"verdict", false}, {"published", true}, {"source", false}};
  for (int k = 0; k < COUNT_OF(columns); k++) {
    if (all || !columns[k].all) TRY(layout_cell(layout, "%s", columns[k].name));
  }
  return STATUS_OK;
}

static enum status fill(const struct validation *validation, bool all, struct layout *layout) {
  TRY(add_head(layout, all));
  for (int k = 0; k < validation->n_rows; k++) {
    for (int c = 0; c < lines_of(&validation->row[k]); c++)
      TRY(add_line(layout, &validation->row[k], c, all));
  }
  return STATUS_OK;
}

static void print_reasons(const struct validation *validation, const char *mark, FILE *out) {
  for (int k = 0; k < validation->n_rows; k++) {
    const struct validation_row *row = &validation->row[k];
    const char *said = row->verdict == VERDICT_NOT_BUILT ? row->target->not_built : row->why;
    if (said) fprintf(out, "%s%s: ", mark, row->target->id);
    if (said) layout_wrap(out, said, (int)strlen(mark) + (int)strlen(row->target->id) + 2);
    if (!*row->target->note || row->verdict == VERDICT_NOT_BUILT) continue;
    fprintf(out, "%s%s, how it was shown: ", mark, row->target->id);
    layout_wrap(out, row->target->note, 4);
  }
}

enum status validation_print(const struct validation *validation, FILE *out) {
  struct layout *layout = NULL;
  int count[VERDICT_COUNT];
  TRY(layout_open("llllll", &layout));
  enum status status = fill(validation, false, layout);
  if (status == STATUS_OK) layout_table(layout, 0, out);
  layout_close(layout);
  TRY(status);
  print_reasons(validation, "  ", out);
  validation_count(validation, count);
  fprintf(out, "%d passed, %d failed, %d not built", count[VERDICT_PASS], count[VERDICT_FAIL],
          count[VERDICT_NOT_BUILT]);
  if (count[VERDICT_NO_VALUE]) fprintf(out, ", %d without a value", count[VERDICT_NO_VALUE]);
  fprintf(out, "%s\n",
          validation->manner.quick ? "; a quick look at short windows and one seed: verdicts are indicative"
                                   : "");
  return STATUS_OK;
}

/* ---- for programs ---- */

/* A text without tabs and ends of lines. */
static void put_field(const char *text, FILE *out) {
  for (; *text; text++) fputc(*text == '\t' || *text == '\n' ? ' ' : *text, out);
}

static void put_number(double value, FILE *out, const char *missing) {
  if (isnan(value))
    fputs(missing, out);
  else
    fprintf(out, "%.9g", value);
}

void validation_tsv(const struct validation *validation, FILE *out) {
  fprintf(out,
          "id\tcategory\tcheck\tunit\tvalue\tspread\tseeds\tlow\thigh\tverdict\tpublished\tsource\twhy\n");
  for (int k = 0; k < validation->n_rows; k++) {
    const struct validation_row *row = &validation->row[k];
    const struct target *target = row->target;
    for (int c = 0; c < lines_of(row); c++) {
      const struct validation_check *check = &row->check[c];
      double low, high;
      range_of(row, c, &low, &high);
      fprintf(out, "%s\t%s\t", target->id, target->category);
      put_field(words_of(target, c), out);
      fprintf(out, "\t%s\t", target->unit);
      put_number(check->n ? check->mean : (double)NAN, out, "");
      fputc('\t', out);
      put_number(check->n ? check->spread : (double)NAN, out, "");
      fprintf(out, "\t%d\t%g\t%g\t%s\t", check->n, low, high, verdict_of(row, c));
      put_field(target->published, out);
      fputc('\t', out);
      put_field(target->source, out);
      fputc('\t', out);
      put_field(row->verdict == VERDICT_NOT_BUILT ? target->not_built : row->why ? row->why : "", out);
      fputc('\n', out);
    }
  }
}

static void put_text(const char *name, const char *text, FILE *out) {
  fprintf(out, "\"%s\": ", name);
  json_text(out, text);
  fputs(", ", out);
}

static void put_check(const struct validation_row *row, int c, FILE *out) {
  const struct validation_check *check = &row->check[c];
  double low, high;
  range_of(row, c, &low, &high);
  fputs("{", out);
  put_text("measure", words_of(row->target, c), out);
  fputs("\"values\": [", out);
  for (int k = 0; k < check->n; k++) {
    fputs(k ? ", " : "", out);
    put_number(check->value[k], out, "null");
  }
  fputs("], \"value\": ", out);
  put_number(check->n ? check->mean : (double)NAN, out, "null");
  fputs(", \"spread\": ", out);
  put_number(check->n ? check->spread : (double)NAN, out, "null");
  fprintf(out, ", \"low\": %g, \"high\": %g, \"verdict\": \"%s\"}", low, high, verdict_of(row, c));
}

void validation_json(const struct validation *validation, FILE *out) {
  fprintf(out, "{\"quick\": %s, \"rows\": [", validation->manner.quick ? "true" : "false");
  for (int k = 0; k < validation->n_rows; k++) {
    const struct validation_row *row = &validation->row[k];
    const struct target *target = row->target;
    fprintf(out, "%s\n  {", k ? "," : "");
    put_text("id", target->id, out);
    put_text("category", target->category, out);
    put_text("subject", target->subject, out);
    put_text("measure", target->measure, out);
    put_text("unit", target->unit, out);
    put_text("published", target->published, out);
    put_text("source", target->source, out);
    put_text("confidence", target->confidence, out);
    put_text("experiment", target->experiment, out);
    put_text("why", row->verdict == VERDICT_NOT_BUILT ? target->not_built : row->why ? row->why : "", out);
    put_text("note", target->note, out);
    put_text("group", target->group, out);
    put_text("missed", target->missed, out);
    put_text("verdict", verdicts[row->verdict], out);
    fputs("\"checks\": [", out);
    for (int c = 0; c < target->n_checks && row->verdict != VERDICT_NOT_BUILT; c++) {
      if (c) fputs(", ", out);
      put_check(row, c, out);
    }
    fputs("]}", out);
  }
  fputs("\n]}\n", out);
}

/* What the page is, and what made it. */
static void put_head(const struct validation *validation, const char *commit, FILE *out) {
  int count[VERDICT_COUNT];
  validation_count(validation, count);
  fputs("# Published figures, and what the experiments show\n\nWritten by `spinule validate ", out);
  for (int k = 0; k < validation->n_words; k++) fprintf(out, "%s ", validation->words[k]);
  if (validation->manner.seeds > 0) fprintf(out, "--seeds %d ", validation->manner.seeds);
  fprintf(
      out,
      "--markdown FILE`, which says what a run of today shows; rows, ranges and sources stand in "
      "`configs/validation`.\nA value is the mean over the seeds of its row with their standard deviation, "
      "without one if there was one seed; it passes inside the accepted range.\nRanges come from the "
      "publications and are not fitted to the model; a row that fails is a result. Program: commit %s.\n\n",
      commit);
  fprintf(out, "**%d passed, %d failed, %d not built%s.**", count[VERDICT_PASS], count[VERDICT_FAIL],
          count[VERDICT_NOT_BUILT], validation->manner.quick ? " (quick: indicative)" : "");
  const char *mark = " Failed: ";
  for (int k = 0; k < validation->n_rows; k++) {
    if (validation->row[k].verdict != VERDICT_FAIL) continue;
    fprintf(out, "%s%s", mark, validation->row[k].target->id);
    mark = ", ";
  }
  fprintf(out, "%s\n\n", count[VERDICT_FAIL] ? "." : "");
}

/* Why rows fail, as far as it is known. */
static void put_missed(const struct validation *validation, FILE *out) {
  const char *title = "\n## What fails, and why as far as it is known\n\n";
  for (int k = 0; k < validation->n_rows; k++) {
    const struct target *target = validation->row[k].target;
    if (validation->row[k].verdict != VERDICT_FAIL || !*target->missed) continue;
    fprintf(out, "%s- **%s** ", title, target->id);
    layout_wrap(out, target->missed, 4);
    title = "";
  }
}

static void put_shown(const struct validation *validation, FILE *out) {
  bool any = false;
  for (int k = 0; k < validation->n_rows; k++) {
    const struct validation_row *row = &validation->row[k];
    any |= *row->target->note || row->why || row->verdict == VERDICT_NOT_BUILT;
  }
  if (any) fputs("\n## How it was shown\n\n", out);
  print_reasons(validation, "- ", out);
}

enum status validation_markdown(const struct validation *validation, FILE *out) {
  struct layout *layout = NULL;
  struct version version;
  TRY(version_describe(&version));
  TRY(layout_open("llllllll", &layout));
  enum status status = fill(validation, true, layout);
  if (status == STATUS_OK) {
    put_head(validation, version.commit, out);
    layout_markdown(layout, out);
    put_missed(validation, out);
    put_shown(validation, out);
  }
  layout_close(layout);
  return status;
}
