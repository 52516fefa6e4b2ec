/* batch_survey.c — reads manifests. See batch_survey.h. */
#include "batch_survey.h"
#include "batch/manifest.h"
#include "memory.h"
#include "survey.h"
#include "terminal/layout.h"
#include "text_file.h"
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 8192 };
enum { RUN, POINT, FIELDS = 5 }; /* run, point, seed, state, exit code; axes follow */

bool batch_survey_is(const char *directory) { return manifest_there(directory); }

/* ---- lines ---- */

struct line {
  int at; /* in the file, from 1 */
  char text[LINE_BYTES];
  const char *field[FIELDS], *axes; /* axes: the rest, with its tabs */
};

/* The next line of a run, or that of the heads (run −1); false at the end. */
static bool next_line(FILE *file, struct line *line) {
  while (fgets(line->text, sizeof line->text, file)) {
    char *at = line->text;
    int n = 0;
    line->at++;
    if (*at == '#') continue;
    at[strcspn(at, "\n")] = '\0';
    for (; n < FIELDS && at; n++) {
      line->field[n] = at;
      at = strchr(at, '\t');
      if (at) *at++ = '\0';
    }
    line->axes = at ? at : "";
    if (n == FIELDS) return true;
  }
  return false;
}

static enum status open_lines(const char *directory, FILE **file, struct line *heads) {
  char path[4096 + 16];
  snprintf(path, sizeof path, "%.4095s/" MANIFEST_NAME, directory);
  *file = text_file_read(path);
  if (!*file) return status_fail(STATUS_CONFIG, "%s: %s", path, strerror(errno));
  heads->at = 0;
  if (next_line(*file, heads) && strcmp(heads->field[0], "run") == 0) return STATUS_OK;
  fclose(*file);
  return status_fail(STATUS_CONFIG, "%s: is no list of runs", path);
}

/* A number of a run or of a point. */
static enum status read_number(const char *directory, const struct line *line, int field, int *out) {
  char *end;
  errno = 0;
  long value = strtol(line->field[field], &end, 10);
  if (end == line->field[field] || *end != '\0' || errno == ERANGE || value < 0 || value > INT_MAX)
    return status_fail(
        STATUS_CONFIG,
        "%s/%s:%d: \"%.60s\" is no number of a %s: spinule batch --resume writes the list anew", directory,
        MANIFEST_NAME, line->at, line->field[field], field == POINT ? "point" : "run");
  *out = (int)value;
  return STATUS_OK;
}

enum status batch_survey_runs(const char *directory, int **runs, int *n) {
  struct line line;
  FILE *file;
  enum status status = STATUS_OK;
  *runs = NULL;
  *n = 0;
  TRY(open_lines(directory, &file, &line));
  while (status == STATUS_OK && next_line(file, &line)) {
    size_t old = (size_t)*n;
    status = memory_resize("runs of a batch", old, old + 1, sizeof **runs, runs);
    if (status == STATUS_OK) status = read_number(directory, &line, RUN, &(*runs)[(*n)++]);
  }
  fclose(file);
  if (status != STATUS_OK) {
    memory_free(*runs);
    *runs = NULL;
    *n = 0;
  }
  return status;
}

/* ---- where they stand ---- */

enum standing_of_run {
  STANDS_COMPLETE,
  STANDS_RUNNING,
  STANDS_FAILED,
  STANDS_STOPPED,
  STANDS_WAITING,
  STANDS
};
static const char *const words[STANDS] = {"complete", "running", "failed", "stopped", "waiting"};

/* The manifest knows what has ended; the directory, what is going on. Tasks of a job array do not write the
 * manifest: whether their arms are complete is seen in the directory too. */
static enum standing_of_run look(const char *directory, const struct line *line, double *share) {
  char path[4096 + 32];
  struct survey survey;
  enum standing_of_run stands = STANDS_WAITING;
  for (int k = 0; k < STANDS; k++)
    if (strcmp(line->field[3], words[k]) == 0) stands = (enum standing_of_run)k;
  *share = stands == STANDS_COMPLETE ? 1 : 0;
  snprintf(path, sizeof path, "%.4095s/%s", directory, line->field[0]);
  if (stands == STANDS_COMPLETE || survey_directory(path, &survey) != STATUS_OK) return stands;
  int complete = 0;
  for (int a = 0; a < survey.n; a++) complete += !survey.arm[a].partial;
  *share = survey_share(&survey, survey.n);
  if (survey.held)
    stands = STANDS_RUNNING;
  else if (stands == STANDS_WAITING && survey.n > 0)
    stands = complete == survey.n ? STANDS_COMPLETE : STANDS_STOPPED;
  survey_free(&survey);
  return stands;
}

static enum status add_run(struct layout *layout, const struct line *line, const char *state, double share) {
  char axes[LINE_BYTES];
  snprintf(axes, sizeof axes, "%s", line->axes);
  for (char *at = axes; (at = strchr(at, '\t'));) *at = ',';
  TRY(layout_cell(layout, "%s", line->field[0]));
  TRY(layout_cell(layout, "%s", line->field[2]));
  TRY(layout_cell(layout, "%s", axes));
  TRY(layout_cell(layout, "%s", state));
  if (share < 0) return layout_cell(layout, "done");
  return layout_cell(layout, "%.0f %%", 100 * share);
}

static enum status fill(const char *directory, FILE *file, struct layout *layout, int count[STANDS],
                        double *done) {
  struct line line;
  while (next_line(file, &line)) {
    double share;
    enum standing_of_run stands = look(directory, &line, &share);
    count[stands]++;
    *done += share;
    if (stands != STANDS_COMPLETE && stands != STANDS_WAITING)
      TRY(add_run(layout, &line, words[stands], share));
  }
  return STATUS_OK;
}

/* "dose=10 mg/kg, mass=0.3 kg" from names and values with tabs between. */
static void join_values(const char *names, const char *values, char *out, size_t size) {
  size_t at = 0;
  *out = '\0';
  while (*names && *values && at < size) {
    int name = (int)strcspn(names, "\t"), value = (int)strcspn(values, "\t");
    at += (size_t)snprintf(out + at, size - at, "%s%.*s=%.*s", at ? ", " : "", name, names, value, values);
    names += name + (names[name] == '\t');
    values += value + (values[value] == '\t');
  }
}

enum status batch_survey_complete(const char *directory,
                                  enum status (*each)(void *context, int run, int point, const char *values),
                                  void *context) {
  struct line heads, line;
  char values[LINE_BYTES];
  FILE *file;
  enum status status = STATUS_OK;
  TRY(open_lines(directory, &file, &heads));
  line.at = heads.at;
  while (status == STATUS_OK && next_line(file, &line)) {
    double share;
    int run = 0, point = 0;
    if (look(directory, &line, &share) != STANDS_COMPLETE) continue;
    TRY_GOTO(read_number(directory, &line, RUN, &run), done);
    TRY_GOTO(read_number(directory, &line, POINT, &point), done);
    join_values(heads.axes, line.axes, values, sizeof values);
    status = each(context, run, point, values);
  }
done:
  fclose(file);
  return status;
}

enum status batch_survey_print(const char *directory, FILE *out) {
  struct line heads;
  struct layout *layout = NULL;
  FILE *file;
  int count[STANDS] = {0}, all = 0;
  double done = 0;
  enum status status;
  TRY(open_lines(directory, &file, &heads));
  TRY_GOTO(layout_open("rrllr", &layout), done);
  TRY_GOTO(add_run(layout, &heads, "state", -1), done);
  TRY_GOTO(fill(directory, file, layout, count, &done), done);
  layout_print(out, directory);
  for (int k = 0; k < STANDS; k++) all += count[k];
  fprintf(out, ": a batch of %d run%s, %.0f %% done:", all, all == 1 ? "" : "s", all ? 100 * done / all : 0);
  for (int k = 0, some = 0; k < STANDS; k++) {
    if (count[k] > 0) fprintf(out, "%s %d %s", some++ ? "," : "", count[k], words[k]);
  }
  fputc('\n', out);
  if (count[STANDS_COMPLETE] + count[STANDS_WAITING] < all) layout_table(layout, 2, out);
done:
  layout_close(layout);
  fclose(file);
  return status;
}
