/* diff.c — the command `diff`: do two results, or two directories arm by arm, hold the same? */
#include "command.h"
#include "compare.h"
#include "findings/batch_survey.h"
#include "findings/survey.h"
#include "memory.h"
#include "terminal/layout.h"
#include <string.h>

/* One comparison as it goes on. */
struct difference {
  FILE *out;
  const char *arm; /* "" when two files are compared */
  int n;
};

static void print_difference(void *context, const char *path, const char *what) {
  struct difference *d = context;
  if (*d->arm) {
    layout_print(d->out, d->arm);
    fputs(": ", d->out);
  }
  layout_print(d->out, path);
  fputs(": ", d->out);
  layout_print(d->out, what);
  fputc('\n', d->out);
}

static enum status compare_pair(const char *a, const char *b, struct difference *d) {
  int n = 0;
  TRY(compare_results(a, b, print_difference, d, &n));
  d->n += n;
  return STATUS_OK;
}

/* An arm that only one of the directories has. */
static void note_missing(struct difference *d, const struct surveyed *arm, const char *other) {
  fprintf(d->out, "%s: %s in ", arm->arm, arm->partial ? "an unfinished result is not" : "is not");
  layout_print(d->out, other);
  fputc('\n', d->out);
  d->n++;
}

/* The better result of the arm at *i: surveys put a complete one before an unfinished. Moves past both. */
static const struct surveyed *next_arm(const struct survey *survey, int *i) {
  const struct surveyed *arm = &survey->arm[(*i)++];
  while (*i < survey->n && strcmp(survey->arm[*i].arm, arm->arm) == 0) (*i)++;
  return arm;
}

/* Both lists are in order of name: go through them side by side. */
static enum status compare_arms(const struct survey *a, const struct survey *b, const char *const path[2],
                                struct difference *d) {
  for (int i = 0, k = 0; i < a->n || k < b->n;) {
    int order = i >= a->n ? 1 : k >= b->n ? -1 : strcmp(a->arm[i].arm, b->arm[k].arm);
    if (order < 0) {
      note_missing(d, next_arm(a, &i), path[1]);
    } else if (order > 0) {
      note_missing(d, next_arm(b, &k), path[0]);
    } else {
      const struct surveyed *left = next_arm(a, &i), *right = next_arm(b, &k);
      d->arm = left->arm;
      if (left->partial != right->partial) {
        fprintf(d->out, "%s: is complete in one of them only\n", left->arm);
        d->n++;
      }
      TRY(compare_pair(left->path, right->path, d));
    }
  }
  return STATUS_OK;
}

static enum status compare_directories(const char *const path[2], struct difference *d) {
  struct survey a, b;
  TRY(survey_directory(path[0], &a));
  enum status status = survey_directory(path[1], &b);
  if (status == STATUS_OK && (a.n == 0 || b.n == 0))
    status = status_fail(STATUS_CONFIG, "%s: there is no result yet", path[a.n == 0 ? 0 : 1]);
  if (status == STATUS_OK) status = compare_arms(&a, &b, path, d);
  survey_free(&a);
  survey_free(&b);
  return status;
}

/* Run by run; the runs of both, in order of number. */
static enum status compare_batches(const char *const path[2], struct difference *d) {
  int *runs[2] = {NULL, NULL}, n[2] = {0, 0};
  enum status status;
  TRY(batch_survey_runs(path[0], &runs[0], &n[0]));
  TRY_GOTO(batch_survey_runs(path[1], &runs[1], &n[1]), done);
  for (int k = 0; k < n[0] || k < n[1]; k++) {
    char pair[2][4096 + 16];
    const char *const directory[2] = {pair[0], pair[1]};
    if (k >= n[0] || k >= n[1]) {
      fprintf(d->out, "run %04d is in one of them only\n", k < n[0] ? runs[0][k] : runs[1][k]);
      d->n++;
      continue;
    }
    for (int i = 0; i < 2; i++) snprintf(pair[i], sizeof pair[i], "%.4095s/%04d", path[i], runs[i][k]);
    TRY_GOTO(compare_directories(directory, d), done);
  }
done:
  memory_free(runs[0]);
  memory_free(runs[1]);
  return status;
}

static enum status compare_two(const char *const path[2], struct difference *d) {
  bool batch[2] = {batch_survey_is(path[0]), batch_survey_is(path[1])};
  if (batch[0] != batch[1])
    return status_fail(STATUS_USAGE, "diff: %s is a batch, %s is a run: give two of a kind",
                       path[batch[0] ? 0 : 1], path[batch[0] ? 1 : 0]);
  return batch[0] ? compare_batches(path, d) : compare_directories(path, d);
}

static enum status run(const struct arguments *arguments) {
  const char *const *path = arguments->words.text;
  struct difference d = {arguments->out, "", 0};
  bool directory[2] = {false, false};
  for (int i = 0; i < 2; i++) TRY(survey_kind(path[i], &directory[i]));
  if (directory[0] != directory[1])
    return status_fail(STATUS_USAGE, "diff: %s is a directory, %s is a file: give two of a kind",
                       path[directory[0] ? 0 : 1], path[directory[0] ? 1 : 0]);
  TRY(directory[0] ? compare_two(path, &d) : compare_pair(path[0], path[1], &d));
  if (d.n > 0)
    return status_fail(STATUS_DIFFERS, "%s and %s differ in %d place%s", path[0], path[1], d.n,
                       d.n == 1 ? "" : "s");
  return STATUS_OK;
}

const struct command command_diff = {
    .name = "diff",
    .summary = "whether two results hold the same, bit for bit",
    .notes =
        "Two files, two directories arm by arm, or two batches run by run. Everything is compared but "
        "/provenance and /status, "
        "which say when and where a result was made. Prints nothing if all is equal; exit code 5 if not.",
    .example = "spinule diff results/ketamine results/again",
    .syntax = {.words = "A B", .least = 2, .most = 2},
    .run = run,
};
