/* recover.c — the command `recover`: a whole result out of what a killed run left behind (findings/joined.h).
 * The run's own files stay as they are, so that --resume can still go on. */
#include "command.h"
#include "directory.h"
#include "findings/joined.h"
#include "findings/survey.h"
#include "memory.h"
#include "terminal/layout.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static void say_how(enum joined how, FILE *out) {
  if (how == JOINED_BEFORE) fprintf(out, "the latest checkpoint is damaged: the one before was taken\n");
  if (how == JOINED_NOTHING)
    fprintf(out, "there is no checkpoint: only what had been written is recovered\n");
}

static enum status recover(const struct located *from, const char *source, const struct located *to,
                           const char *path, FILE *out) {
  struct directory *directory = NULL;
  char *checkpoint = NULL, *copy = NULL;
  enum joined how = JOINED_NOTHING;
  enum status status;
  TRY(directory_open(to->directory, &directory));
  int length = snprintf(NULL, 0, "%s/%s%s", from->directory, from->arm, CHECKPOINT_SUFFIX);
  TRY_GOTO(memory_new("path", (size_t)length + 1, 1, &checkpoint), done);
  snprintf(checkpoint, (size_t)length + 1, "%s/%s%s", from->directory, from->arm, CHECKPOINT_SUFFIX);
  TRY_GOTO(directory_file(directory, to->arm, PARTIAL_SUFFIX, &copy), done);
  TRY_GOTO(joined_copy(source, checkpoint, directory, to->arm, &how), done);
  say_how(how, out);
  status = give_name(directory, to->arm, path);
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
