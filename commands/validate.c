/* validate.c — the command `validate`: published effects, shown by the experiments that stand for them. See
 * validation.h. */
#include "command.h"
#include "directory.h"
#include "fields.h"
#include "memory.h"
#include "simulation/threads.h"
#include "terminal/progress.h"
#include "validation/hypotheses.h"
#include "validation/validation.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { JOBS_MOST = 1024 };

struct validate_options {
  const char *directory, *tsv, *json, *markdown;
  int64_t jobs, seeds;
  bool quick, again, hypotheses;
};

struct show {
  struct progress *progress;
  int all;
};

static void show(void *context, int ended) {
  const struct show *show = context;
  char detail[64];
  snprintf(detail, sizeof detail, "%d of %d runs", ended, show->all);
  progress_update(show->progress, show->all ? (double)ended / show->all : 1.0, "experiments", detail);
}

/* ---- files ---- */

static enum status write_file(const struct validation *validation, const char *path, int kind) {
  if (!path) return STATUS_OK;
  FILE *file = fopen(path, "w");
  if (!file) return status_fail(STATUS_WORLD, "%s: cannot be written: %s", path, strerror(errno));
  enum status status = STATUS_OK;
  if (kind == 0) validation_tsv(validation, file);
  if (kind == 1) validation_json(validation, file);
  if (kind == 2) status = validation_markdown(validation, file);
  bool bad = ferror(file) != 0;
  if (fclose(file) != 0 || bad)
    return status_fail(STATUS_WORLD, "%s: cannot be written: %s", path, strerror(errno));
  return status;
}

/* ---- the command ---- */

/* Those of n validations. */
static enum status make_runs(struct validation *validation, int n, const struct validate_options *options) {
  int processors = threads_wanted(0), jobs = options->jobs > 0 ? (int)options->jobs : processors;
  struct show told = {NULL, validation_due(validation, n, NULL)};
  struct directory *directory = NULL;
  if (told.all == 0) return STATUS_OK;
  TRY(directory_open(validation->manner.directory, &directory));
  enum status status = progress_open(PROGRESS_AUTO, stderr, &told.progress);
  if (status == STATUS_OK) show(&told, 0);
  if (status == STATUS_OK) status = validation_make(validation, n, jobs, processors, show, &told);
  progress_close(told.progress);
  directory_close(directory);
  return status;
}

static struct validation_manner manner_of(const struct validate_options *options) {
  return (struct validation_manner){.quick = options->quick,
                                    .seeds = (int)options->seeds,
                                    .directory =
                                        options->directory ? options->directory : "results/validate"};
}

static enum status validate(struct validation *validation, const struct arguments *arguments) {
  const struct validate_options *options = arguments->options;
  int count[VERDICT_COUNT];
  TRY(validation_choose(arguments->words.text, arguments->words.n, manner_of(options), validation));
  TRY(validation_plan(validation, options->again));
  TRY(make_runs(validation, 1, options));
  TRY(validation_judge(validation));
  TRY(validation_print(validation, arguments->out));
  TRY(write_file(validation, options->tsv, 0));
  TRY(write_file(validation, options->json, 1));
  TRY(write_file(validation, options->markdown, 2));
  validation_count(validation, count);
  if (count[VERDICT_FAIL] == 0) return STATUS_OK;
  return status_fail(STATUS_DIFFERS, "validate: %d of %d rows fail", count[VERDICT_FAIL], validation->n_rows);
}

/* ---- under each hypothesis ---- */

static enum status write_table(const struct hypotheses_table *table, const char *path) {
  if (!path) return STATUS_OK;
  FILE *file = fopen(path, "w");
  if (!file) return status_fail(STATUS_WORLD, "%s: cannot be written: %s", path, strerror(errno));
  enum status status = hypotheses_print(table, true, file);
  bool bad = ferror(file) != 0;
  if (fclose(file) != 0 || bad)
    return status_fail(STATUS_WORLD, "%s: cannot be written: %s", path, strerror(errno));
  return status;
}

/* A row that fails under a hypothesis is what the table is for: no failure of the command. */
static enum status compare(const struct hypotheses *hypotheses, struct hypotheses_table *table,
                           const struct arguments *arguments) {
  const struct validate_options *options = arguments->options;
  if (options->tsv || options->json)
    return status_fail(STATUS_USAGE, "validate: --hypotheses prints, and writes --markdown alone");
  if (hypotheses->n == 0) return status_fail(STATUS_CONFIG, "configs/hypotheses names no hypothesis");
  TRY(hypotheses_plan(hypotheses, arguments->words.text, arguments->words.n, manner_of(options),
                      options->again, table));
  TRY(make_runs(table->validation, hypotheses->n, options));
  for (int h = 0; h < hypotheses->n; h++) TRY(validation_judge(&table->validation[h]));
  TRY(hypotheses_print(table, false, arguments->out));
  return write_table(table, options->markdown);
}

static enum status run_hypotheses(const struct arguments *arguments) {
  struct hypotheses *hypotheses = NULL;
  struct hypotheses_table *table = NULL;
  enum status status;
  TRY(memory_new("hypotheses", 1, sizeof *hypotheses, &hypotheses));
  TRY_GOTO(memory_new("table of hypotheses", 1, sizeof *table, &table), done);
  TRY_GOTO(hypotheses_read(hypotheses), done);
  status = compare(hypotheses, table, arguments);
done:
  if (table) hypotheses_table_free(table);
  hypotheses_free(hypotheses);
  memory_free(table);
  memory_free(hypotheses);
  return status;
}

static enum status run(const struct arguments *arguments) {
  struct validation validation = {0};
  if (((const struct validate_options *)arguments->options)->hypotheses) return run_hypotheses(arguments);
  enum status status = validate(&validation, arguments);
  validation_free(&validation);
  return status;
}

static const struct option rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .offset = offsetof(struct validate_options, directory),
     .value = "DIR",
     .meaning = "directory of the runs, which are used again (default: results/validate)"},
    {.name = "jobs",
     .letter = 'j',
     .type = OPTION_INTEGER,
     .offset = offsetof(struct validate_options, jobs),
     .value = "N",
     .low = 1,
     .high = JOBS_MOST,
     .meaning = "runs side by side, which share the processors (default: one per processor)"},
    {.name = "seeds",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct validate_options, seeds),
     .value = "N",
     .low = 1,
     .high = TARGET_SEEDS,
     .meaning = "the first N seeds of each row (default: all, three for most)"},
    {.name = "quick",
     .type = OPTION_FLAG,
     .offset = offsetof(struct validate_options, quick),
     .meaning = "one seed, few and short windows: verdicts are indicative"},
    {.name = "again",
     .type = OPTION_FLAG,
     .offset = offsetof(struct validate_options, again),
     .meaning = "make all runs anew, also those that are complete"},
    {.name = "hypotheses",
     .type = OPTION_FLAG,
     .offset = offsetof(struct validate_options, hypotheses),
     .meaning = "show the rows under each rival hypothesis of configs/hypotheses, as a table"},
    {.name = "tsv",
     .type = OPTION_TEXT,
     .offset = offsetof(struct validate_options, tsv),
     .value = "FILE",
     .meaning = "write the verdicts as a table with tabs"},
    {.name = "json",
     .type = OPTION_TEXT,
     .offset = offsetof(struct validate_options, json),
     .value = "FILE",
     .meaning = "write the verdicts, with the value of every seed, as JSON"},
    {.name = "markdown",
     .type = OPTION_TEXT,
     .offset = offsetof(struct validate_options, markdown),
     .value = "FILE",
     .meaning = "write the verdicts as a page, such as docs/validation.md"},
};

const struct command command_validate = {
    .name = "validate",
    .summary = "published effects against what the experiments show",
    .notes = "Rows are chosen by id, category or group (effects, circuits, further); without words, all. "
             "Each is shown by an experiment of "
             "configs/experiments over its seeds; rows that need the same run share it. Exit code 5 if a row "
             "fails. A row whose mechanism is not in the model is printed as not built, with the reason. "
             "Rows, ranges and sources stand in configs/validation.",
    .example = "spinule validate receptor pk --tsv verdicts.tsv",
    .syntax = {.words = "[ID|CATEGORY|GROUP]...",
               .most = -1,
               .options = rows,
               .n_options = COUNT_OF(rows),
               .options_size = sizeof(struct validate_options)},
    .run = run,
};
