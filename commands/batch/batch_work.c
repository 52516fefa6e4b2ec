/* batch_work.c — the runs of a batch, found and made. See batch_work.h. */
#include "batch_work.h"
#include "batch/gather.h"
#include "findings/made.h"
#include "findings/survey.h"
#include "memory.h"
#include "simulation/wall.h"
#include "terminal/children.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATH_ROOM = 4096 + 32 };
/* At how far runs are; less often where looking would take more than its share of the time. */
static const double LOOK_EVERY_S = 2.0, LOOK_SHARE = 0.002;

static void name_log(const struct batch_work *work, int run, char *out) {
  gather_directory(work->directory, run, out, PATH_ROOM - 8);
  strcat(out, ".log");
}

/* ---- words of a run ---- */

/* Words in one buffer, so that one piece of memory holds them. */
struct writer {
  char *text;
  size_t at, size;
  const char **words;
  int n, most;
};

static void add(struct writer *writer, const char *word) {
  size_t length = strlen(word) + 1;
  if (writer->n + 1 >= writer->most || writer->at + length > writer->size) return;
  memcpy(writer->text + writer->at, word, length);
  writer->words[writer->n++] = writer->text + writer->at;
  writer->at += length;
}

static void add_pair(struct writer *writer, const char *option, const char *format, long long value) {
  char text[32];
  snprintf(text, sizeof text, format, value);
  add(writer, option);
  add(writer, text);
}

static void add_sets(const struct batch_work *work, int point, struct writer *writer) {
  char text[512 + BATCH_VALUE_BYTES];
  for (int k = 0; k < work->overrides.n; k++) {
    add(writer, "-s");
    add(writer, work->overrides.text[k]);
  }
  for (int a = 0; a < work->batch.n_axes; a++) {
    const struct batch_axis *axis = &work->batch.axis[a];
    for (int k = 0; k < axis->n_paths; k++) {
      snprintf(text, sizeof text, "%.500s=%s", axis->path[k], batch_value(&work->batch, point, a));
      add(writer, "-s");
      add(writer, text);
    }
  }
}

static size_t words_size(const struct batch_work *work) {
  size_t size = 4 * PATH_ROOM + strlen(work->config);
  for (int k = 0; k < work->overrides.n; k++) size += strlen(work->overrides.text[k]) + 8;
  return size + (size_t)work->batch.n_axes * BATCH_PATHS * (512 + BATCH_VALUE_BYTES + 8);
}

enum status work_words(const struct batch_work *work, int run, int threads, const char ***words) {
  struct writer writer = {.size = words_size(work),
                          .most = 32 + 2 * work->overrides.n + 2 * BATCH_PATHS * work->batch.n_axes};
  char path[PATH_ROOM];
  *words = NULL;
  TRY(children_program(path, sizeof path));
  TRY(memory_new("words of a run", writer.size, 1, &writer.text));
  enum status status =
      memory_new("words of a run", (size_t)writer.most + 1, sizeof *writer.words, &writer.words);
  if (status != STATUS_OK) {
    memory_free(writer.text);
    return status;
  }
  add(&writer, path);
  add(&writer, "run");
  add(&writer, work->config);
  gather_directory(work->directory, run, path, sizeof path);
  add(&writer, "-o");
  add(&writer, path);
  add_pair(&writer, "--seed", "%lld", (long long)batch_seed(&work->batch, run));
  add_pair(&writer, "-t", "%lld", threads);
  add(&writer, "--progress");
  add(&writer, "none");
  add(&writer, work->other && work->other[run] ? "--overwrite" : "--resume"); /* NULL until they are found */
  if (work->quick) add(&writer, "--quick");
  add_sets(work, batch_point(&work->batch, run), &writer);
  *words = writer.words;
  return STATUS_OK;
}

/* ---- what is there ---- */

static enum status find_run(struct batch_work *work, int run, const struct version *version) {
  char directory[PATH_ROOM];
  const char **words = NULL, **set = NULL;
  enum made found;
  gather_directory(work->directory, run, directory, sizeof directory);
  TRY(work_words(work, run, 1, &words));
  int n = 0, sets = 0;
  while (words[n]) n++;
  enum status status = memory_new("overrides", (size_t)n + 1, sizeof *set, &set);
  for (int k = 0; k + 1 < n && status == STATUS_OK; k++)
    if (strcmp(words[k], "-s") == 0) set[sets++] = words[++k];
  const struct wanted_run wanted = {.config = work->config,
                                    .directory = directory,
                                    .set = set,
                                    .n_sets = sets,
                                    .arm = work->arm,
                                    .n_arms = work->n_arms,
                                    .seed = batch_seed(&work->batch, run),
                                    .has_summary = true};
  if (status == STATUS_OK) status = made_find(&wanted, version, &found);
  if (status == STATUS_OK) {
    work->complete[run] = found == MADE_COMPLETE;
    work->other[run] = found == MADE_OTHER;
    work->manifest.state[run] = work->complete[run] ? RUN_COMPLETE : RUN_WAITING;
    work->manifest.code[run] = work->complete[run] ? 0 : -1;
  }
  memory_free(set);
  memory_free((void *)(uintptr_t)words[0]);
  memory_free(words);
  return status;
}

enum status work_find(struct batch_work *work) {
  size_t n = (size_t)batch_runs(&work->batch);
  struct version version;
  struct manifest *manifest = &work->manifest;
  TRY(version_describe(&version));
  manifest->batch = &work->batch;
  TRY(memory_new("runs of a batch", n + 1, sizeof *work->complete, &work->complete));
  TRY(memory_new("runs of a batch", n + 1, sizeof *work->other, &work->other));
  TRY(memory_new("runs of a batch", n + 1, sizeof *manifest->state, &manifest->state));
  TRY(memory_new("runs of a batch", n + 1, sizeof *manifest->code, &manifest->code));
  for (int run = 0; run < (int)n; run++) TRY(find_run(work, run, &version));
  return STATUS_OK;
}

void work_free(struct batch_work *work) {
  memory_free(work->complete);
  memory_free(work->other);
  memory_free(work->manifest.state);
  memory_free(work->manifest.code);
  batch_free(&work->batch);
}

int work_due(const struct batch_work *work) {
  int n = 0;
  for (int run = 0; run < batch_runs(&work->batch); run++) n += !work->complete[run];
  return n;
}

/* ---- making ---- */

struct making {
  struct batch_work *work;
  struct child *child;
  int *run, n;
  char (*log)[PATH_ROOM];
  double looked_s, pause_s; /* latest look, and how long none is taken after it */
  enum status kept;         /* of the manifest */
  void (*told)(void *context, int ended, double share);
  void *context;
};

/* Share of a run that is going on, from the state of its arms. */
static double share_of(const struct making *making, int k) {
  struct survey survey;
  char directory[PATH_ROOM];
  gather_directory(making->work->directory, making->run[k], directory, sizeof directory);
  if (survey_directory(directory, &survey) != STATUS_OK) return 0;
  double share = survey_share(&survey, making->work->n_arms);
  survey_free(&survey);
  return share;
}

/* Once a run has ended, the manifest says how; now and then those that run are looked at. */
static void told(void *context, int ended) {
  struct making *making = context;
  struct batch_work *work = making->work;
  bool changed = false;
  double now = wall_s(), share = 0;
  for (int k = 0; k < making->n; k++) {
    int run = making->run[k], code = making->child[k].code;
    if (code < 0 || work->manifest.code[run] == code) continue;
    work->manifest.code[run] = code;
    work->complete[run] = code == 0;
    bool stopped = code == 75 || code == 130 || code == 143;
    work->manifest.state[run] = code == 0 ? RUN_COMPLETE : stopped ? RUN_STOPPED : RUN_FAILED;
    changed = true;
  }
  if (changed && making->kept == STATUS_OK) making->kept = manifest_write(&work->manifest);
  if (!making->told) return;
  if (!changed && now - making->looked_s < making->pause_s) return;
  for (int k = 0; k < making->n; k++)
    share += making->child[k].code >= 0 ? 1.0 : making->child[k].running ? share_of(making, k) : 0.0;
  making->told(making->context, ended, share / making->n);
  making->looked_s = wall_s();
  making->pause_s = fmax(LOOK_EVERY_S, (making->looked_s - now) / LOOK_SHARE);
}

static enum status prepare(struct making *making, int threads) {
  struct batch_work *work = making->work;
  for (int run = 0; run < batch_runs(&work->batch); run++) {
    const char **words;
    if (work->complete[run]) continue;
    TRY(work_words(work, run, threads, &words));
    name_log(work, run, making->log[making->n]);
    making->child[making->n] = (struct child){.words = words, .log = making->log[making->n]};
    making->run[making->n++] = run;
  }
  return STATUS_OK;
}

enum status work_make(struct batch_work *work, int jobs, int processors,
                      void (*say)(void *context, int ended, double share), void *context) {
  struct making making = {.work = work, .told = say, .context = context};
  size_t due = (size_t)work_due(work);
  int side_by_side = jobs < (int)due ? jobs : (int)due;
  enum status status;
  TRY(manifest_write(&work->manifest));
  TRY_GOTO(memory_new("children", due + 1, sizeof *making.child, &making.child), done);
  TRY_GOTO(memory_new("children", due + 1, sizeof *making.run, &making.run), done);
  TRY_GOTO(memory_new("logs", due + 1, sizeof *making.log, &making.log), done);
  TRY_GOTO(prepare(&making, side_by_side > 0 && processors > side_by_side ? processors / side_by_side : 1),
           done);
  status = children_run(making.child, making.n, jobs, told, &making);
  if (status == STATUS_OK) status = making.kept;
done:
  for (int k = 0; k < making.n; k++) {
    memory_free((void *)(uintptr_t)making.child[k].words[0]);
    memory_free((void *)(uintptr_t)making.child[k].words);
  }
  memory_free(making.child);
  memory_free(making.run);
  memory_free(making.log);
  return status;
}

void work_print_failed(const struct batch_work *work, FILE *out) {
  for (int run = 0; run < batch_runs(&work->batch); run++) {
    char values[1024], line[1024], log[PATH_ROOM];
    if (work->manifest.state[run] != RUN_FAILED) continue;
    name_log(work, run, log);
    children_last_line(log, line, sizeof line);
    batch_words(&work->batch, batch_point(&work->batch, run), values, sizeof values);
    fprintf(out, "run %04d (%s%sseed %lld) ended with exit code %d: %s\n", run, values, *values ? ", " : "",
            (long long)batch_seed(&work->batch, run), work->manifest.code[run], line);
  }
}
