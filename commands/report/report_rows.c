/* report_rows.c — the published effects that stand in configs/validation and that these results can be
 * judged by: those whose experiment has their title and whose arms are there. See report_data.h. */
#include "experiment/configs_folder.h"
#include "memory.h"
#include "report_data.h"
#include "statistics.h"
#include "terminal/json.h"
#include "validation/targets.h"
#include <math.h>
#include <string.h>

static bool has_arms(const struct report *report, const struct target *row) {
  const char *arm[3 * TARGET_CHECKS];
  int n = target_arms(row, arm);
  for (int k = 0; k < n; k++) {
    bool found = false;
    for (int s = 0; s < report->n_sets; s++) found |= strcmp(report->set[s].arm, arm[k]) == 0;
    if (!found) return false;
  }
  return n > 0;
}

/* The values of a check over the seeds: results of one seed lie in one directory. */
static int check_values(const struct report *report, const struct target_check *check, double *values) {
  int n = 0;
  for (int f = 0; f < report->set[0].n && n < TARGET_SEEDS; f++) {
    char directory[4096];
    const char *file = report->set[0].file[f], *slash = strrchr(file, '/');
    snprintf(directory, sizeof directory, "%.*s", slash ? (int)(slash - file) : 1, slash ? file : ".");
    double value;
    if (target_value(check, directory, &value) == STATUS_OK && isfinite(value)) values[n++] = value;
  }
  return n;
}

static void put_check(struct report *report, const struct target *row, const struct target_check *check) {
  double values[TARGET_SEEDS];
  int n = check_values(report, check, values);
  double mean = statistics_mean(values, n);
  FILE *out = report->out;
  fputs("{\"id\":", out);
  json_text_in_page(out, row->id);
  fputs(",\"what\":", out);
  json_text_in_page(out, *check->what ? check->what : row->measure);
  fputs(",\"subject\":", out);
  json_text_in_page(out, row->subject);
  fputs(",\"source\":", out);
  json_text_in_page(out, row->source);
  fputs(",\"value\":", out);
  json_number(out, mean);
  fputs(",\"sd\":", out);
  json_number(out, statistics_sd(values, n));
  fprintf(out, ",\"seeds\":%d,\"low\":", n);
  json_number(out, check->low);
  fputs(",\"high\":", out);
  json_number(out, check->high);
  fprintf(out, ",\"passed\":%s}", mean >= check->low && mean <= check->high ? "true" : "false");
}

static enum status put_rows(struct report *report, const char *title) {
  struct targets targets;
  struct config_files experiments;
  int n = 0;
  TRY(targets_read(&targets));
  enum status status = configs_folder_list("experiments", &experiments);
  for (int e = 0; status == STATUS_OK && e < experiments.n; e++) {
    if (strcmp(experiments.file[e].title, title) != 0) continue;
    for (int k = 0; k < targets.n; k++) {
      const struct target *row = &targets.row[k];
      bool judged = strcmp(row->experiment, experiments.file[e].name) == 0 && row->n_sets == 0 &&
                    !*row->not_built && has_arms(report, row);
      for (int c = 0; judged && c < row->n_checks; c++) {
        if (n++) fputs(",\n", report->out);
        put_check(report, row, &row->check[c]);
      }
    }
  }
  if (status == STATUS_OK) configs_folder_free(&experiments);
  targets_free(&targets);
  return status;
}

/* Points of a batch are other experiments than the one whose title they have: only one that is whole is
 * judged. Without the folder of configs, as beside a program that was moved, there are no rows. */
enum status report_rows(struct report *report) {
  char *title = NULL;
  struct store *store;
  int points = 1;
  for (int s = 0; s < report->n_sets; s++)
    if (report->set[s].point != report->set[0].point) points = 2;
  TRY(report_take(report, &report->set[0], 0, &store));
  bool titled = store_read_text(store, "/", "title", &title) == STATUS_OK;
  report_give(&report->set[0], 0, store);
  fputs("\"rows\":[", report->out);
  enum status status = titled && points == 1 ? put_rows(report, title) : STATUS_OK;
  if (status == STATUS_WORLD) status = STATUS_OK;
  fputc(']', report->out);
  memory_free(title);
  return status;
}
