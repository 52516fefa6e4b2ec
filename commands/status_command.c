/* status_command.c — the command `status`: where the arms of a run stand, also while it is running. */
#include "command.h"
#include "findings/batch_survey.h"
#include "findings/survey.h"
#include "terminal/layout.h"
#include "terminal/progress.h"
#include <math.h>
#include <time.h>

/* Who is at work here. */
static void print_holder(const struct survey *survey, FILE *out) {
  if (survey->held && survey->pid > 0)
    fprintf(out, ": process %ld is running here\n", survey->pid);
  else if (survey->held)
    fprintf(out, ": a process on another machine is running here\n");
  else
    fprintf(out, ": no process is running here\n");
}

/* Seconds that an arm still needs, by its mean rate so far. */
static double remaining_s(const struct surveyed *arm) {
  if (!(arm->fraction > 0 && arm->wall_s > 0)) return NAN;
  return arm->wall_s * (1 - arm->fraction) / arm->fraction;
}

static enum status add_arm(struct layout *layout, const struct surveyed *arm, bool held, double now_s) {
  char wall[PROGRESS_TIME_MAX], left[PROGRESS_TIME_MAX], ago[PROGRESS_TIME_MAX];
  bool running = held && arm->state == RESULT_RUNNING;
  progress_time(arm->wall_s, wall);
  progress_time(remaining_s(arm), left);
  progress_time(fmax(0, now_s - arm->updated_unix_s), ago);
  TRY(layout_cell(layout, "%s", arm->arm));
  if (*arm->unreadable) {
    TRY(layout_cell(layout, "unreadable"));
    for (int i = 0; i < 4; i++) TRY(layout_cell(layout, "-"));
    return STATUS_OK;
  }
  TRY(layout_cell(layout, "%s", survey_state(arm, held)));
  TRY(isfinite(arm->fraction) ? layout_cell(layout, "%.0f %%", 100 * arm->fraction)
                              : layout_cell(layout, "-"));
  TRY(layout_cell(layout, "%s", wall));
  TRY(layout_cell(layout, "%s", running ? left : "-"));
  return layout_cell(layout, "%s ago", ago);
}

static enum status add_arms(struct layout *layout, const struct survey *survey) {
  static const char *const heads[] = {"arm", "state", "done", "wall time", "left", "updated"};
  double now_s = (double)time(NULL);
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) TRY(layout_cell(layout, "%s", heads[i]));
  for (int i = 0; i < survey->n; i++) TRY(add_arm(layout, &survey->arm[i], survey->held, now_s));
  return STATUS_OK;
}

static enum status run(const struct arguments *arguments) {
  const char *path = arguments->words.text[0];
  FILE *out = arguments->out;
  struct survey survey;
  struct layout *layout = NULL;
  bool directory = false;
  enum status status;
  TRY(survey_kind(path, &directory));
  if (!directory) return status_fail(STATUS_USAGE, "status: %s is no directory; see: spinule info", path);
  if (batch_survey_is(path)) return batch_survey_print(path, out);
  TRY(survey_directory(path, &survey));
  TRY_GOTO(layout_open("llrrrl", &layout), done);
  TRY_GOTO(add_arms(layout, &survey), done);
  layout_print(out, path);
  print_holder(&survey, out);
  if (survey.n > 0) layout_table(layout, 2, out);
  survey_print_unreadable(&survey, out);
done:
  layout_close(layout);
  survey_free(&survey);
  return status;
}

const struct command command_status = {
    .name = "status",
    .summary = "how far the arms of a run are, and which process is at work",
    .notes =
        "An arm is running, complete, stopped, failed or killed; those with a checkpoint can be resumed. "
        "Of a batch, how many runs are complete, and those that are running or failed. Takes no lock: a "
        "running simulation is not disturbed.",
    .example = "spinule status results/ketamine",
    .syntax = {.words = "DIR", .least = 1, .most = 1},
    .run = run,
};
