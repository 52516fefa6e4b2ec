/* report_tables.c — the tables of a report: what was done to the subject, by which program, what came out.
 * See report_data.h. */
#include "memory.h"
#include "report_data.h"
#include "terminal/json.h"
#include "text_file.h"
#include <math.h>
#include <string.h>

enum { ROWS_MOST = 4096 };

/* ---- columns of a group ---- */

static enum status put_column(struct report *report, struct store *store, const char *path) {
  struct store_form form;
  struct store_names texts = {0};
  double *values = NULL;
  enum status status = store_form(store, path, NULL, &form);
  fputc('[', report->out);
  if (status == STATUS_OK && form.count > ROWS_MOST) form.kind = STORE_OTHER;
  if (status == STATUS_OK && form.kind == STORE_TEXTS) {
    status = store_read_texts(store, path, NULL, &texts);
    for (int k = 0; k < texts.n && status == STATUS_OK; k++) {
      if (k > 0) fputc(',', report->out);
      json_text_in_page(report->out, texts.name[k]);
    }
    store_names_free(&texts);
  } else if (status == STATUS_OK && form.kind == STORE_NUMBERS) {
    status = memory_new("column", (size_t)form.count + 1, sizeof *values, &values);
    if (status == STATUS_OK) status = store_read(store, path, NULL, STATE_F64, form.count, values);
    for (uint64_t k = 0; k < form.count && status == STATUS_OK; k++) {
      if (k > 0) fputc(',', report->out);
      json_number(report->out, values[k]);
    }
    memory_free(values);
  }
  fputc(']', report->out);
  return status;
}

/* {"arm": [...], ...}: every column of a group but its title. `units`: their units beside, under "units". */
static enum status put_columns(struct report *report, struct store *store, const char *group, bool units) {
  struct store_names columns = {0};
  char path[STORE_NAME_MAX];
  enum status status = STATUS_OK;
  if (store_object(store, group) == STORE_GROUP) status = store_children(store, group, &columns);
  fputc('{', report->out);
  for (int c = 0, n = 0; c < columns.n && status == STATUS_OK; c++) {
    if (strcmp(columns.name[c], "title") == 0) continue;
    snprintf(path, sizeof path, "%.120s/%.120s", group, columns.name[c]);
    if (store_object(store, path) != STORE_DATASET) continue;
    if (n++) fputs(",\n", report->out);
    json_text_in_page(report->out, columns.name[c]);
    fputc(':', report->out);
    status = put_column(report, store, path);
    for (int k = 0; k < 2 && units && status == STATUS_OK; k++) { /* beside it, its unit and meaning */
      char *text = NULL, name[STORE_NAME_MAX];
      const char *attribute = k ? "description" : "units";
      snprintf(name, sizeof name, "%s %.100s", k ? "meaning of" : "unit of", columns.name[c]);
      bool there = store_has_attribute(store, path, attribute) &&
                   store_read_text(store, path, attribute, &text) == STATUS_OK;
      fputc(',', report->out);
      json_text_in_page(report->out, name);
      fputc(':', report->out);
      json_text_in_page(report->out, there ? text : "");
      memory_free(text);
    }
  }
  fputc('}', report->out);
  store_names_free(&columns);
  return status;
}

/* ---- texts ---- */

static enum status put_text(struct report *report, struct store *store, const char *path) {
  char *text = NULL;
  bool there =
      store_object(store, path) == STORE_DATASET && store_read_text(store, path, NULL, &text) == STATUS_OK;
  json_text_in_page(report->out, there ? text : "");
  memory_free(text);
  return STATUS_OK;
}

static enum status put_provenance(struct report *report, struct store *store) {
  static const char *const texts[] = {"program_version",
                                      "git_commit",
                                      "build",
                                      "libraries",
                                      "command_line",
                                      "overrides",
                                      "host",
                                      "cpu",
                                      "os",
                                      "started",
                                      "finished",
                                      "run_uuid",
                                      "rng",
                                      "config_sha256",
                                      "state_hash"};
  char path[STORE_NAME_MAX];
  fputs(",\n\"provenance\":{", report->out);
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
    snprintf(path, sizeof path, "/provenance/%s", texts[k]);
    fprintf(report->out, "%s\"%s\":", k ? ",\n" : "", texts[k]);
    TRY(put_text(report, store, path));
  }
  fputs("},\n\"citations\":", report->out);
  if (store_object(store, "/provenance/citations") == STORE_DATASET)
    TRY(put_column(report, store, "/provenance/citations"));
  else
    fputs("[]", report->out);
  fputs(",\n\"config\":", report->out);
  return put_text(report, store, "/provenance/config");
}

/* ---- measures ---- */

/* The tables of summary.h5, if there is one: a run that goes on has none yet. */
static enum status put_measures(struct report *report) {
  char path[4096 + 16];
  struct store *store = NULL;
  snprintf(path, sizeof path, "%.4095s/summary.h5", report->directory);
  FILE *found = text_file_read(path);
  fputs(",\n\"measures\":", report->out);
  if (!found) {
    fputs("null", report->out);
    return STATUS_OK;
  }
  fclose(found);
  TRY(store_open(path, false, &store));
  fputs("{\"table\":", report->out);
  enum status status = put_columns(report, store, "/table", true);
  fputs(",\"ratio\":", report->out);
  if (status == STATUS_OK) status = put_columns(report, store, "/ratio", false);
  fputs(",\"paired\":", report->out);
  if (status == STATUS_OK) status = put_columns(report, store, "/paired", false);
  fputs(",\"sensitivity\":", report->out);
  if (status == STATUS_OK) status = put_columns(report, store, "/sensitivity", false);
  fputc('}', report->out);
  store_abandon(store);
  return status;
}

static enum status put_seeds(struct report *report) {
  fputs(",\n\"seeds\":[", report->out);
  for (int s = 0; s < report->n_sets; s++) {
    fprintf(report->out, s ? ",[" : "[");
    for (int f = 0; f < report->set[s].n; f++) {
      struct store *store;
      uint64_t seed = 0;
      TRY(report_take(report, &report->set[s], f, &store));
      bool told = store_read(store, "/provenance/seed", NULL, STATE_U64, 1, &seed) == STATUS_OK;
      report_give(&report->set[s], f, store);
      if (told) fprintf(report->out, f ? ",%llu" : "%llu", (unsigned long long)seed);
    }
    fputc(']', report->out);
  }
  fputc(']', report->out);
  return STATUS_OK;
}

/* The arm that was given most: its events say what was done. */
static enum status put_events(struct report *report) {
  fputs("\"events\":[", report->out);
  for (int s = 0; s < report->n_sets; s++) {
    struct store *store;
    if (s > 0) fputs(",\n", report->out);
    TRY(report_take(report, &report->set[s], 0, &store));
    enum status status = put_columns(report, store, "/protocol/events", false);
    report_give(&report->set[s], 0, store);
    TRY(status);
  }
  fputc(']', report->out);
  return STATUS_OK;
}

enum status report_tables(struct report *report) {
  struct store *store;
  TRY(put_events(report));
  TRY(put_seeds(report));
  TRY(report_take(report, &report->set[0], 0, &store));
  fputs(",\n\"windows\":", report->out);
  enum status status = put_columns(report, store, "/protocol/windows", false);
  fputs(",\n\"populations\":", report->out);
  if (status == STATUS_OK) status = put_columns(report, store, "/populations", false);
  if (status == STATUS_OK) status = put_provenance(report, store);
  report_give(&report->set[0], 0, store);
  return status == STATUS_OK ? put_measures(report) : status;
}
