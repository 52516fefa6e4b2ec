/* recover.c — the command `recover`: a whole result out of what a killed run left behind.
 *
 * The file of such a run has what was flushed; the rows that waited for their chunk are in the checkpoint. On
 * a copy, the result's part of the checkpoint is loaded and written. The run's own files stay as they are, so
 * that --resume can still go on. */
#include "checkpoint.h"
#include "command.h"
#include "directory.h"
#include "findings/survey.h"
#include "memory.h"
#include "result.h"
#include "table.h"
#include "terminal/layout.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A bin of rates, h. */
static const double BIN_H = 0.01 / 3600.0;

struct recover_options {
  const char *path;
  bool overwrite;
};

static const struct option option_rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .offset = offsetof(struct recover_options, path),
     .value = "FILE",
     .meaning = "the result to be written (default: <arm>.recovered.h5 beside the file)"},
    {.name = "overwrite",
     .type = OPTION_FLAG,
     .offset = offsetof(struct recover_options, overwrite),
     .meaning = "replace what is there"},
};

/* Where a file lies, and the arm whose it is. */
struct located {
  char directory[PATH_MAX], arm[SURVEY_ARM_MAX];
};

static enum status locate(const char *path, const char *suffix, struct located *out) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  size_t length = strlen(name), end = strlen(suffix);
  if (length <= end || strcmp(name + length - end, suffix) != 0)
    return status_fail(STATUS_USAGE, "recover: %s: its name does not end in %s", path, suffix);
  if (length - end >= sizeof out->arm || strlen(path) >= sizeof out->directory)
    return status_fail(STATUS_CONFIG, "%.200s: too long a name", path);
  snprintf(out->arm, sizeof out->arm, "%.*s", (int)(length - end), name);
  snprintf(out->directory, sizeof out->directory, "%.*s", slash ? (int)(slash - path) : 1,
           slash ? path : ".");
  if (!*out->directory) strcpy(out->directory, "/");
  return STATUS_OK;
}

/* ---- the copy ---- */

static enum status copy_bytes(FILE *from, FILE *to, const char *source, const char *target) {
  enum { PIECE = 1 << 20 };
  char *piece = NULL;
  size_t n = 0;
  TRY(memory_new("copy", PIECE, 1, &piece));
  bool good = true;
  while (good && (n = fread(piece, 1, PIECE, from)) > 0) good = fwrite(piece, 1, n, to) == n;
  memory_free(piece);
  if (ferror(from)) return status_fail(STATUS_WORLD, "%s: cannot be read: %s", source, strerror(errno));
  if (good && fflush(to) == 0 && !ferror(to)) return STATUS_OK;
  return status_fail(STATUS_WORLD, "%s: cannot be written: %s", target, strerror(errno));
}

static enum status copy_file(const char *source, const char *target) {
  FILE *from = fopen(source, "rb"), *to = from ? fopen(target, "wb") : NULL;
  enum status status = from && to ? copy_bytes(from, to, source, target)
                                  : status_fail(STATUS_WORLD, "%s: cannot be opened: %s",
                                                from ? target : source, strerror(errno));
  if (from) fclose(from);
  if (to && fclose(to) != 0 && status == STATUS_OK)
    status = status_fail(STATUS_WORLD, "%s: cannot be written: %s", target, strerror(errno));
  if (status != STATUS_OK && to) unlink(target);
  return status;
}

/* ---- joining ---- */

static enum status walk(void *context, struct visitor *visitor) { return result_visit(context, visitor); }

/* The copy with what its checkpoint holds; without one it stays as it was flushed. */
static enum status join(const struct directory *directory, const char *arm, const char *checkpoint,
                        FILE *out) {
  struct result *result = NULL;
  bool previous = false;
  TRY(result_open(directory, arm, NULL, RESULT_RESUME, NULL, &result));
  enum status status = STATUS_OK;
  if (checkpoint_exists(checkpoint)) {
    status = checkpoint_load_first(checkpoint, walk, result, &previous);
    if (status == STATUS_OK && previous)
      fprintf(out, "the latest checkpoint is damaged: the one before was taken\n");
  } else {
    fprintf(out, "there is no checkpoint: only what had been written is recovered\n");
  }
  if (status == STATUS_OK) return result_suspend(result);
  result_fail(result);
  return status;
}

/* The end of what was simulated, h: that of the last bin of rates. */
static enum status last_rate_h(struct store *store, double *out) {
  static const char *const path = "/rates/time";
  int64_t n = survey_rows(store, path);
  *out = 0;
  for (int64_t i = n - 1; i >= 0 && i >= n - 2; i--) { /* one of two rows may part two windows */
    double time_s;
    TRY(store_read_rows(store, path, (uint64_t)i, 1, &time_s));
    if (time_s == time_s && time_s / 3600.0 > *out) *out = time_s / 3600.0;
  }
  return STATUS_OK;
}

/* A window may have been noted when its rows were in no checkpoint yet. */
static enum status drop_unfinished(struct store *store) {
  enum { HOURS = 3 };
  static const char *const names[HOURS] = {"start_h", "settled_h", "stop_h"};
  struct column columns[HOURS + 1];
  struct store_names label = {0};
  double *hours[HOURS] = {NULL}, last_h;
  char path[STORE_NAME_MAX];
  int64_t n = survey_rows(store, "/protocol/windows/stop_h");
  if (n <= 0) return STATUS_OK;
  enum status status = last_rate_h(store, &last_h);
  for (int c = 0; c < HOURS && status == STATUS_OK; c++) {
    snprintf(path, sizeof path, "/protocol/windows/%s", names[c]);
    status = memory_new("windows", (size_t)n, sizeof **hours, &hours[c]);
    if (status == STATUS_OK) status = store_read(store, path, NULL, STATE_F64, (uint64_t)n, hours[c]);
    columns[c] = (struct column){names[c], COLUMN_F64, "h", "", hours[c]};
  }
  if (status == STATUS_OK) status = store_read_texts(store, "/protocol/windows/label", NULL, &label);
  columns[HOURS] = (struct column){"label", COLUMN_TEXT, "", "", label.name};
  int kept = (int)n;
  while (status == STATUS_OK && kept > 0 && hours[2][kept - 1] > last_h + BIN_H) kept--;
  const struct table table = {"protocol/windows", "windows of spikes that are complete", kept, columns,
                              HOURS + 1};
  if (status == STATUS_OK && kept < n) status = table_write(store, &table);
  for (int c = 0; c < HOURS; c++) memory_free(hours[c]);
  store_names_free(&label);
  return status;
}

static enum status tidy(const char *path) {
  struct store *store = NULL;
  TRY(store_open(path, true, &store));
  enum status status = drop_unfinished(store);
  if (status == STATUS_OK) return store_close(store);
  store_abandon(store);
  return status;
}

static enum status give_name(const struct directory *directory, const char *arm, const char *path) {
  char *partial = NULL;
  TRY(directory_file(directory, arm, PARTIAL_SUFFIX, &partial));
  enum status status = STATUS_OK;
  if (rename(partial, path) != 0)
    status = status_fail(STATUS_WORLD, "%s: cannot take its name: %s", partial, strerror(errno));
  memory_free(partial);
  return status == STATUS_OK ? directory_sync(path) : status;
}

static enum status tell(const char *path, FILE *out) {
  struct store *store = NULL;
  TRY(store_open(path, false, &store));
  int64_t windows = survey_rows(store, "/protocol/windows/start_h");
  double t_s = survey_number(store, "/status/t_s");
  store_abandon(store);
  layout_print(out, path);
  fprintf(out, ": %lld window%s of spikes, %.6g h of the protocol\n", (long long)(windows > 0 ? windows : 0),
          windows == 1 ? "" : "s", t_s / 3600.0);
  return STATUS_OK;
}

static enum status recover(const struct located *from, const char *source, const struct located *to,
                           const char *path, FILE *out) {
  struct directory *directory = NULL;
  char *checkpoint = NULL, *copy = NULL;
  enum status status;
  TRY(directory_open(to->directory, &directory));
  int length = snprintf(NULL, 0, "%s/%s%s", from->directory, from->arm, CHECKPOINT_SUFFIX);
  TRY_GOTO(memory_new("path", (size_t)length + 1, 1, &checkpoint), done);
  snprintf(checkpoint, (size_t)length + 1, "%s/%s%s", from->directory, from->arm, CHECKPOINT_SUFFIX);
  TRY_GOTO(directory_file(directory, to->arm, PARTIAL_SUFFIX, &copy), done);
  TRY_GOTO(copy_file(source, copy), done);
  status = join(directory, to->arm, checkpoint, out);
  if (status == STATUS_OK) status = tidy(copy);
  if (status == STATUS_OK) status = give_name(directory, to->arm, path);
  if (status != STATUS_OK) unlink(copy);
done:
  memory_free(checkpoint);
  memory_free(copy);
  directory_close(directory);
  return status == STATUS_OK ? tell(path, out) : status;
}

static enum status run(const struct arguments *arguments) {
  const struct recover_options *options = arguments->options;
  const char *source = arguments->words.text[0];
  struct located from, to;
  struct surveyed found;
  char standard[PATH_MAX];
  long pid;
  TRY(locate(source, PARTIAL_SUFFIX, &from));
  TRY(survey_file(source, &found)); /* told apart from other files before anything is made */
  if (directory_held(from.directory, &pid))
    return status_fail(STATUS_IN_USE, "%s: a run (process %ld) writes there: it needs no recovery",
                       from.directory, pid);
  if (snprintf(standard, sizeof standard, "%s/%s.recovered%s", from.directory, from.arm, RESULT_SUFFIX) >=
      PATH_MAX)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", source);
  const char *path = options->path ? options->path : standard;
  TRY(locate(path, RESULT_SUFFIX, &to));
  if (!options->overwrite && access(path, F_OK) == 0)
    return status_fail(STATUS_CONFIG, "%s: is there already; --overwrite replaces it", path);
  if (strcmp(to.arm, from.arm) == 0 && strcmp(to.directory, from.directory) == 0)
    return status_fail(STATUS_CONFIG, "%s: is the name of the complete result: choose another", path);
  return recover(&from, source, &to, path, arguments->out);
}

const struct command command_recover = {
    .name = "recover",
    .summary = "a whole result out of the files of a killed run",
    .notes =
        "FILE is DIR/<arm>.partial.h5. What it lacks is taken from DIR/<arm>.ckpt: together they hold every "
        "window that was finished. Both stay as they are; `spinule run --resume` would go on from them.",
    .example = "spinule recover results/ketamine/ketamine.partial.h5",
    .syntax = {.words = "FILE",
               .least = 1,
               .most = 1,
               .options = option_rows,
               .n_options = sizeof option_rows / sizeof *option_rows,
               .options_size = sizeof(struct recover_options)},
    .run = run,
};
