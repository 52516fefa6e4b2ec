/* hypotheses.c — hypotheses × published effects. See hypotheses.h. */
#include "hypotheses.h"
#include "experiment/configs_folder.h"
#include "experiment/experiment.h"
#include "fields.h"
#include "terminal/layout.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 96, CELL_BYTES = 64 };

const struct param hypothesis_params[] = {
    PARAM_STR(struct hypothesis, name, NULL, SETTING, "", "its short name"),
    PARAM_STR(struct hypothesis, says, NULL, SETTING, "", "what it claims"),
    PARAM_STR(struct hypothesis, evidence, "", SETTING, "", "publications for and against"),
};
const int n_hypothesis_params = COUNT_OF(hypothesis_params);

/* ---- reading ---- */

static void read_sets(struct config *config, const char *of, struct hypothesis *out) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "%.80s.set", of);
  int n = config_has(config, path) ? config_count(config, path) : 0;
  if (n > TARGET_SETS) config_fault(config, path, "%d overrides, at most %d", n, TARGET_SETS);
  for (int k = 0; k < n && k < TARGET_SETS; k++) {
    const char *text = config_text_at(config, path, k);
    if (text) out->set[out->n_sets++] = text;
  }
}

static enum status read_file(struct hypotheses *out, const char *file) {
  struct config *config = NULL;
  struct experiment_settings top;
  if (out->n_configs == TARGET_FILES)
    return status_fail(STATUS_CONFIG, "%s: more than %d files of hypotheses", file, TARGET_FILES);
  TRY(config_load(file, NULL, 0, &config));
  out->config[out->n_configs++] = config;
  params_read(config, "", experiment_params, n_experiment_params, NULL, 0, &top);
  int n = config_count(config, "hypotheses");
  for (int k = 0; k < n; k++) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "hypotheses.[%d]", k);
    if (out->n == HYPOTHESES_MOST) {
      config_fault(config, path, "more than %d hypotheses", HYPOTHESES_MOST);
      break;
    }
    struct hypothesis *one = &out->one[out->n++];
    params_read(config, path, hypothesis_params, n_hypothesis_params, NULL, 0, one);
    read_sets(config, path, one);
  }
  return config_finish(config);
}

enum status hypotheses_read(struct hypotheses *out) {
  struct config_files files;
  *out = (struct hypotheses){0};
  TRY(configs_folder_list("hypotheses", &files));
  enum status status = STATUS_OK;
  for (int k = 0; k < files.n && status == STATUS_OK; k++) status = read_file(out, files.file[k].path);
  configs_folder_free(&files);
  return status;
}

void hypotheses_free(struct hypotheses *hypotheses) {
  for (int k = 0; k < hypotheses->n_configs; k++) config_free(hypotheses->config[k]);
  *hypotheses = (struct hypotheses){0};
}

/* ---- planning ---- */

enum status hypotheses_plan(const struct hypotheses *hypotheses, const char *const *words, int n,
                            struct validation_manner manner, bool again, struct hypotheses_table *out) {
  *out = (struct hypotheses_table){.hypotheses = hypotheses};
  for (int h = 0; h < hypotheses->n; h++) {
    const struct hypothesis *one = &hypotheses->one[h];
    struct validation *validation = &out->validation[h];
    TRY(validation_choose(words, n, manner, validation));
    TRY(validation_suppose(validation, one->set, one->n_sets));
    TRY(validation_plan(validation, again));
  }
  return STATUS_OK;
}

void hypotheses_table_free(struct hypotheses_table *table) {
  for (int h = 0; h < HYPOTHESES_MOST; h++) validation_free(&table->validation[h]);
  table->hypotheses = NULL;
}

/* ---- the table ---- */

/* The check that a row's verdict hangs on: the first that fails, or the first. */
static const struct validation_check *telling_check(const struct validation_row *row) {
  for (int c = 0; c < row->target->n_checks; c++)
    if (row->check[c].n > 0 && !row->check[c].passed) return &row->check[c];
  return &row->check[0];
}

/* "pass 1.3". */
static enum status add_cell(struct layout *layout, const struct validation_row *row) {
  static const char *const verdicts[] = {"pass", "FAIL", "not built", "no value"};
  const struct validation_check *check = telling_check(row);
  bool known = row->verdict != VERDICT_NOT_BUILT && check->n > 0 && !isnan(check->mean);
  if (!known) return layout_cell(layout, "%s", verdicts[row->verdict]);
  return layout_cell(layout, "%s %.3g", verdicts[row->verdict], check->mean);
}

static enum status add_totals(struct layout *layout, const struct hypotheses_table *table) {
  TRY(layout_cell(layout, "rows that pass"));
  TRY(layout_cell(layout, "%s", ""));
  for (int h = 0; h < table->hypotheses->n; h++) {
    int count[VERDICT_COUNT];
    validation_count(&table->validation[h], count);
    TRY(layout_cell(layout, "%d of %d", count[VERDICT_PASS], table->validation[h].n_rows));
  }
  return STATUS_OK;
}

static enum status fill(const struct hypotheses_table *table, struct layout *layout) {
  const struct hypotheses *hypotheses = table->hypotheses;
  TRY(layout_cell(layout, "row"));
  TRY(layout_cell(layout, "measure"));
  for (int h = 0; h < hypotheses->n; h++) TRY(layout_cell(layout, "%s", hypotheses->one[h].name));
  for (int k = 0; k < table->validation[0].n_rows; k++) {
    const struct target *target = table->validation[0].row[k].target;
    TRY(layout_cell(layout, "%s", target->id));
    TRY(layout_cell(layout, "%s", target->measure));
    for (int h = 0; h < hypotheses->n; h++) TRY(add_cell(layout, &table->validation[h].row[k]));
  }
  return add_totals(layout, table);
}

enum status hypotheses_print(const struct hypotheses_table *table, bool markdown, FILE *out) {
  const struct hypotheses *hypotheses = table->hypotheses;
  char columns[HYPOTHESES_MOST + 3] = "ll";
  struct layout *layout = NULL;
  for (int h = 0; h < hypotheses->n; h++) columns[2 + h] = 'l';
  TRY(layout_open(columns, &layout));
  enum status status = fill(table, layout);
  if (status == STATUS_OK && markdown) layout_markdown(layout, out);
  if (status == STATUS_OK && !markdown) layout_table(layout, 0, out);
  layout_close(layout);
  TRY(status);
  fputc('\n', out);
  for (int h = 0; h < hypotheses->n; h++) {
    fprintf(out, "%s%s: ", markdown ? "- " : "  ", hypotheses->one[h].name);
    layout_wrap(out, hypotheses->one[h].says, 4);
  }
  return STATUS_OK;
}
