/* report.c — the command `report`: what a run or a batch found, as one page that needs nothing else. */
#include "command.h"
#include "fields.h"
#include "findings/survey.h"
#include "report/report_data.h"
#include "whole.h"
#include <limits.h>
#include <stdio.h>

struct report_options {
  const char *file;
};

static enum status run(const struct arguments *arguments) {
  const struct report_options *options = arguments->options;
  const char *directory = arguments->words.text[0];
  char file[PATH_MAX];
  bool is_directory = false;
  TRY(survey_kind(directory, &is_directory));
  if (!is_directory)
    return status_fail(STATUS_USAGE, "report: %s is no directory of a run or batch", directory);
  if (snprintf(file, sizeof file, "%s/report.html", directory) >= (int)sizeof file)
    return status_fail(STATUS_USAGE, "report: %.200s: too long a path", directory);
  const char *path = options->file ? options->file : file;
  struct report report, *pointer = &report;
  enum status status = report_find(directory, &report);
  if (status == STATUS_OK) status = whole_text(path, report_write, &pointer);
  if (status == STATUS_OK && report.n_left_out > 0)
    fprintf(arguments->out, "%d arms and points are left out: a page shows %d\n", report.n_left_out,
            REPORT_SETS);
  report_free(&report);
  TRY(status);
  fprintf(arguments->out, "%s\n", path);
  return STATUS_OK;
}

static const struct option rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .offset = offsetof(struct report_options, file),
     .value = "FILE.html",
     .meaning = "where the page is written (default: DIR/report.html)"},
};

const struct command command_report = {
    .name = "report",
    .summary = "one HTML page of what a run or a batch found",
    .notes =
        "Words, measures, curves, rasters, spectra, maps through time and provenance, arms side by side, "
        "seeds as mean and standard deviation. The page opens in any browser, needs no network, and saves "
        "its pictures as SVG and PNG. A run that goes on is shown as far as it is.",
    .example = "spinule report results/ketamine -o ketamine.html",
    .syntax = {.words = "DIR",
               .least = 1,
               .most = 1,
               .options = rows,
               .n_options = COUNT_OF(rows),
               .options_size = sizeof(struct report_options)},
    .run = run,
};
