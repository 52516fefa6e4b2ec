/* info.c — the command `info`: what a result holds, or what a directory of results holds arm by arm. */
#include "command.h"
#include "findings/batch_survey.h"
#include "findings/survey.h"
#include "memory.h"
#include "terminal/layout.h"
#include "terminal/progress.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { TEXT_MAX = 400, ROWS_AT_ONCE = 65536, LABEL_COLUMNS = 14 };

/* A file may claim any length: of a table, of a series (100 days in bins of 10 ms). */
static const int64_t table_rows_max = 1000000;
static const uint64_t series_rows_max = 1000000000;

/* ---- lines ---- */

static void print_label(FILE *out, const char *label) {
  fprintf(out, "  ");
  layout_pad(out, label, LABEL_COLUMNS, 1);
}

static void print_line(FILE *out, const char *label, const char *text) {
  print_label(out, label);
  layout_print(out, text);
  fputc('\n', out);
}

/* The same for a text of the file; nothing if it has none. */
static void print_text(FILE *out, struct store *store, const char *label, const char *path) {
  char text[TEXT_MAX];
  survey_text(store, path, NULL, text, sizeof text);
  if (*text) print_line(out, label, text);
}

/* Protocol time. */
static void write_protocol(double t_s, char text[PROGRESS_TIME_MAX]) {
  if (fabs(t_s) < 120)
    snprintf(text, PROGRESS_TIME_MAX, "%.4g s", t_s);
  else
    progress_time(t_s, text);
}

/* ---- what a file holds ---- */

static void print_origin(FILE *out, struct store *store) {
  char version[64], commit[64], seed[32];
  survey_text(store, "/provenance/program_version", NULL, version, sizeof version);
  survey_text(store, "/provenance/git_commit", NULL, commit, sizeof commit);
  uint64_t number = 0;
  print_label(out, "program");
  fputs("spinule ", out);
  layout_print(out, *version ? version : "of unknown version");
  if (*commit) fputs(", commit ", out);
  layout_print(out, commit);
  fputc('\n', out);
  if (store_object(store, "/provenance/seed") == STORE_DATASET &&
      store_read(store, "/provenance/seed", NULL, STATE_U64, 1, &number) == STATUS_OK) {
    snprintf(seed, sizeof seed, "%" PRIu64, number);
    print_line(out, "seed", seed);
  }
  print_text(out, store, "started", "/provenance/started");
  print_text(out, store, "finished", "/provenance/finished");
  print_text(out, store, "host", "/provenance/host");
  print_text(out, store, "state hash", "/provenance/state_hash");
}

static void print_state(FILE *out, const struct surveyed *file, bool held) {
  char time[PROGRESS_TIME_MAX], size[LAYOUT_BYTES];
  print_line(out, "title", file->title);
  print_label(out, "state");
  fprintf(out, "%s", survey_state(file, held));
  if (file->state != RESULT_COMPLETE && isfinite(file->fraction))
    fprintf(out, ", %.0f %% done", 100 * file->fraction);
  fputc('\n', out);
  if (isfinite(file->wall_s)) {
    progress_time(file->wall_s, time);
    print_line(out, "wall time", time);
  }
  if (isfinite(file->t_s)) {
    write_protocol(file->t_s, time);
    print_line(out, "protocol", time);
  }
  layout_bytes((double)file->bytes, size);
  print_line(out, "size", size);
}

/* Names of /drugs/plasma_<name>, on one line. */
static enum status print_drugs(FILE *out, struct store *store) {
  static const char prefix[] = "plasma_";
  struct store_names names;
  if (store_object(store, "/drugs") != STORE_GROUP) return STATUS_OK;
  TRY(store_children(store, "/drugs", &names));
  int shown = 0;
  for (int i = 0; i < names.n; i++) {
    if (strncmp(names.name[i], prefix, sizeof prefix - 1) != 0) continue;
    if (shown++ == 0)
      print_label(out, "drugs");
    else
      fputs(", ", out);
    layout_print(out, names.name[i] + sizeof prefix - 1);
  }
  if (shown) fputc('\n', out);
  store_names_free(&names);
  return STATUS_OK;
}

/* ---- columns ---- */

/* Columns of one table, read as needed and freed together. */
struct columns {
  struct store *store;
  const char *group;
  int64_t n;
};

static enum status check_length(const struct columns *table) {
  if (table->n <= table_rows_max) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "%s: %s has %" PRId64 " rows, at most %" PRId64 " are read",
                     store_path(table->store), table->group, table->n, table_rows_max);
}

static enum status read_numbers(const struct columns *table, const char *name, double **out) {
  char path[STORE_NAME_MAX];
  snprintf(path, sizeof path, "%s/%s", table->group, name);
  TRY(memory_new("column", (size_t)table->n, sizeof **out, out));
  for (int64_t i = 0; i < table->n; i++) (*out)[i] = NAN;
  if (survey_rows(table->store, path) != table->n) return STATUS_OK;
  return store_read(table->store, path, NULL, STATE_F64, (uint64_t)table->n, *out);
}

/* Texts of a column; names->n is 0 if the table has no such column of this length. */
static enum status read_names(const struct columns *table, const char *name, struct store_names *out) {
  char path[STORE_NAME_MAX];
  snprintf(path, sizeof path, "%s/%s", table->group, name);
  *out = (struct store_names){0};
  if (survey_rows(table->store, path) != table->n) return STATUS_OK;
  return store_read_texts(table->store, path, NULL, out);
}

static const char *name_at(const struct store_names *names, int64_t i) {
  return i < names->n ? names->name[i] : "";
}

/* ---- windows ---- */

static enum status list_windows(FILE *out, const struct columns *table, const struct store_names *label,
                                const double *start_h, const double *stop_h) {
  struct layout *layout = NULL;
  double spiking_s = 0;
  enum status status = STATUS_OK;
  TRY(layout_open("llrr", &layout));
  for (int64_t w = 0; w < table->n && status == STATUS_OK; w++) {
    char start[PROGRESS_TIME_MAX], length[PROGRESS_TIME_MAX];
    double length_s = 3600 * (stop_h[w] - start_h[w]);
    spiking_s += length_s;
    write_protocol(3600 * start_h[w], start);
    write_protocol(length_s, length);
    status = layout_cell(layout, "%s", name_at(label, w));
    if (status == STATUS_OK) status = layout_cell(layout, "at");
    if (status == STATUS_OK) status = layout_cell(layout, "%s", start);
    if (status == STATUS_OK) status = layout_cell(layout, "%s", length);
  }
  fprintf(out, "\nWindows: %" PRId64 ", %.6g s of spikes\n", table->n, spiking_s);
  layout_table(layout, 2, out);
  layout_close(layout);
  return status;
}

static enum status print_windows(FILE *out, struct store *store) {
  struct columns table = {store, "/protocol/windows", survey_rows(store, "/protocol/windows/start_h")};
  struct store_names label = {0};
  double *start_h = NULL, *stop_h = NULL;
  enum status status = STATUS_OK;
  if (table.n <= 0) return STATUS_OK;
  TRY(check_length(&table));
  TRY_GOTO(read_numbers(&table, "start_h", &start_h), done);
  TRY_GOTO(read_numbers(&table, "stop_h", &stop_h), done);
  TRY_GOTO(read_names(&table, "label", &label), done);
  status = list_windows(out, &table, &label, start_h, stop_h);
done:
  store_names_free(&label);
  memory_free(start_h);
  memory_free(stop_h);
  return status;
}

/* ---- populations ---- */

/* Add up the finite values of some rows. */
static void add_finite(enum state_type type, const void *values, uint64_t n, double *sum, double *count) {
  for (uint64_t i = 0; i < n; i++) {
    double value = type == STATE_F32 ? (double)((const float *)values)[i] : ((const double *)values)[i];
    if (!isfinite(value)) continue;
    *sum += value;
    *count += 1;
  }
}

/* Mean over all windows; NAN where there is no such series, or no row of it on the disk yet. */
static enum status mean_rate(struct store *store, const char *population, double *out) {
  char path[STORE_NAME_MAX];
  struct store_form form;
  *out = NAN;
  if ((size_t)snprintf(path, sizeof path, "/rates/%s", population) >= sizeof path) return STATUS_OK;
  if (store_object(store, path) != STORE_DATASET) return STATUS_OK;
  TRY(store_form(store, path, NULL, &form));
  bool series = form.kind == STORE_NUMBERS && form.rank == 1 && form.size[0] <= series_rows_max &&
                (form.type == STATE_F32 || form.type == STATE_F64);
  if (!series) return STATUS_OK;
  double sum = 0, count = 0, *values = NULL;
  enum status status = STATUS_OK;
  TRY(memory_new("rates", ROWS_AT_ONCE, sizeof *values, &values));
  for (uint64_t first = 0; first < form.size[0] && status == STATUS_OK; first += ROWS_AT_ONCE) {
    uint64_t n = form.size[0] - first < ROWS_AT_ONCE ? form.size[0] - first : ROWS_AT_ONCE;
    status = store_read_rows(store, path, first, n, values);
    if (status == STATUS_OK) add_finite(form.type, values, n, &sum, &count);
  }
  memory_free(values);
  if (count > 0) *out = sum / count;
  return status;
}

struct population_columns {
  struct store_names name, region, type, layer;
  double *count, *target_Hz;
};

static enum status fill_populations(struct layout *layout, const struct columns *table,
                                    const struct population_columns *of) {
  static const char *const heads[] = {"population", "region",  "type",     "layer",
                                      "cells",      "rate Hz", "target Hz"};
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) TRY(layout_cell(layout, "%s", heads[i]));
  for (int64_t p = 0; p < table->n; p++) {
    double rate_Hz;
    TRY(mean_rate(table->store, name_at(&of->name, p), &rate_Hz));
    TRY(layout_cell(layout, "%s", name_at(&of->name, p)));
    TRY(layout_cell(layout, "%s", name_at(&of->region, p)));
    TRY(layout_cell(layout, "%s", name_at(&of->type, p)));
    TRY(layout_cell(layout, "%s", name_at(&of->layer, p)));
    TRY(layout_cell(layout, "%.0f", of->count[p]));
    TRY(isnan(rate_Hz) ? layout_cell(layout, "-") : layout_cell(layout, "%.3g", rate_Hz));
    TRY(layout_cell(layout, "%.3g", of->target_Hz[p]));
  }
  return STATUS_OK;
}

static enum status print_populations(FILE *out, struct store *store) {
  struct columns table = {store, "/populations", survey_rows(store, "/populations/name")};
  struct population_columns of = {0};
  struct layout *layout = NULL;
  enum status status = STATUS_OK;
  double cells = 0;
  if (table.n <= 0) return STATUS_OK;
  TRY(check_length(&table));
  TRY_GOTO(read_names(&table, "name", &of.name), done);
  TRY_GOTO(read_names(&table, "region", &of.region), done);
  TRY_GOTO(read_names(&table, "cell_type", &of.type), done);
  TRY_GOTO(read_names(&table, "layer", &of.layer), done);
  TRY_GOTO(read_numbers(&table, "count", &of.count), done);
  TRY_GOTO(read_numbers(&table, "target_rate_Hz", &of.target_Hz), done);
  TRY_GOTO(layout_open("llllrrr", &layout), done);
  TRY_GOTO(fill_populations(layout, &table, &of), done);
  for (int64_t p = 0; p < table.n; p++) cells += of.count[p];
  fprintf(out, "\nPopulations: %" PRId64 ", %.0f cells\n", table.n, cells);
  layout_table(layout, 2, out);
done:
  layout_close(layout);
  store_names_free(&of.name);
  store_names_free(&of.region);
  store_names_free(&of.type);
  store_names_free(&of.layer);
  memory_free(of.count);
  memory_free(of.target_Hz);
  return status;
}

/* ---- a file, a directory ---- */

static enum status print_contents(FILE *out, struct store *store) {
  print_origin(out, store);
  TRY(print_drugs(out, store));
  TRY(print_windows(out, store));
  return print_populations(out, store);
}

/* Does a process hold the directory that the file is in? */
static bool directory_of_file_held(const char *path) {
  char directory[PATH_MAX];
  long pid;
  const char *slash = strrchr(path, '/');
  int length = slash ? (int)(slash - path) : 1;
  snprintf(directory, sizeof directory, "%.*s", length ? length : 1, slash ? path : ".");
  return directory_held(directory, &pid);
}

static enum status show_file(const char *path, FILE *out) {
  struct surveyed file;
  struct store *store = NULL;
  TRY(survey_file(path, &file));
  TRY(store_open(path, false, &store));
  layout_print(out, path);
  fputc('\n', out);
  print_state(out, &file, directory_of_file_held(path));
  enum status status = print_contents(out, store);
  store_abandon(store);
  return status;
}

static enum status fill_arms(struct layout *layout, const struct survey *survey) {
  static const char *const heads[] = {"arm", "state", "done", "protocol", "wall time", "size"};
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) TRY(layout_cell(layout, "%s", heads[i]));
  for (int i = 0; i < survey->n; i++) {
    const struct surveyed *arm = &survey->arm[i];
    char protocol[PROGRESS_TIME_MAX] = "-", wall[PROGRESS_TIME_MAX], size[LAYOUT_BYTES];
    if (isfinite(arm->t_s)) write_protocol(arm->t_s, protocol);
    progress_time(arm->wall_s, wall);
    layout_bytes((double)arm->bytes, size);
    TRY(layout_cell(layout, "%s", arm->arm));
    TRY(layout_cell(layout, "%s", *arm->unreadable ? "unreadable" : survey_state(arm, survey->held)));
    TRY(isfinite(arm->fraction) ? layout_cell(layout, "%.0f %%", 100 * arm->fraction)
                                : layout_cell(layout, "-"));
    TRY(layout_cell(layout, "%s", protocol));
    TRY(layout_cell(layout, "%s", wall));
    TRY(layout_cell(layout, "%s", size));
  }
  return STATUS_OK;
}

static enum status show_directory(const char *path, FILE *out) {
  struct survey survey;
  struct layout *layout = NULL;
  enum status status;
  TRY(survey_directory(path, &survey));
  TRY_GOTO(layout_open("llrrrr", &layout), done);
  TRY_GOTO(fill_arms(layout, &survey), done);
  layout_print(out, path);
  if (survey.n > 0 && *survey.arm[0].title) {
    fputs(": ", out);
    layout_print(out, survey.arm[0].title);
  }
  fputc('\n', out);
  layout_table(layout, 2, out);
  survey_print_unreadable(&survey, out);
done:
  layout_close(layout);
  survey_free(&survey);
  return status;
}

static enum status run(const struct arguments *arguments) {
  for (int i = 0; i < arguments->words.n; i++) {
    const char *path = arguments->words.text[i];
    bool directory = false;
    TRY(survey_kind(path, &directory));
    if (i > 0) fputc('\n', arguments->out);
    if (directory && batch_survey_is(path))
      TRY(batch_survey_print(path, arguments->out));
    else
      TRY(directory ? show_directory(path, arguments->out) : show_file(path, arguments->out));
  }
  return STATUS_OK;
}

const struct command command_info = {
    .name = "info",
    .summary = "what a result holds, or the arms of a directory",
    .notes = "A file: title, state, seed, version, drugs, windows, and every population with its mean rate "
             "over all windows. A directory: its arms. Works while a run is writing.",
    .example = "spinule info results/ketamine",
    .syntax = {.words = "FILE|DIR...", .least = 1, .most = -1},
    .run = run,
};
