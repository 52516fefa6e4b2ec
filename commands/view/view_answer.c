/* view_answer.c — what the viewer answers: its page, the list of results, the report, a file. See
 * view_answer.h. */
#include "view_answer.h"
#include "fields.h"
#include "findings/batch_survey.h"
#include "findings/joined.h"
#include "findings/survey.h"
#include "memory.h"
#include "report/report_data.h"
#include "terminal/json.h"
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the list of results ---- */

/* When the checkpoint of a result was written, s; 0: there is none. */
static double saved_s(const struct surveyed *file) {
  char path[VIEW_PATH];
  struct stat about;
  int stem = (int)(strlen(file->path) - strlen(PARTIAL_SUFFIX));
  if (!file->partial) return 0;
  snprintf(path, sizeof path, "%.*s%s", stem, file->path, CHECKPOINT_SUFFIX);
  if (stat(path, &about) != 0) return 0;
  return (double)about.st_mtim.tv_sec + 1e-9 * (double)about.st_mtim.tv_nsec;
}

static void put_file(FILE *out, const char *name, const struct surveyed *file, bool held, int *n) {
  fputs((*n)++ ? ",\n{\"name\":" : "{\"name\":", out);
  json_text(out, name);
  fputs(",\"arm\":", out);
  json_text(out, file->arm);
  fputs(",\"title\":", out);
  json_text(out, file->title);
  fputs(",\"state\":", out);
  json_text(out, *file->unreadable ? "unreadable" : survey_state(file, held));
  fputs(",\"fraction\":", out);
  json_number(out, file->partial ? file->fraction : 1.0);
  fputs(",\"updated\":", out);
  json_number(out, file->updated_unix_s);
  fprintf(out, ",\"saved\":%.6f,\"bytes\":%llu}", saved_s(file), (unsigned long long)file->bytes);
}

static enum status put_directory(FILE *out, const char *directory, const char *prefix, int *n) {
  struct survey survey;
  char path[VIEW_PATH], name[SURVEY_ARM_MAX + 64];
  snprintf(path, sizeof path, "%.4095s/%s", directory, prefix);
  TRY(survey_directory(path, &survey));
  for (int a = 0; a < survey.n; a++) {
    const char *slash = strrchr(survey.arm[a].path, '/');
    snprintf(name, sizeof name, "%s%.120s", prefix, slash ? slash + 1 : survey.arm[a].path);
    put_file(out, name, &survey.arm[a], survey.held, n);
  }
  survey_free(&survey);
  return STATUS_OK;
}

static enum status put_list(const struct view *view, FILE *out) {
  int n = 0, *runs = NULL, n_runs = 0;
  enum status status = STATUS_OK;
  bool batch = batch_survey_is(view->directory);
  fputs("{\"directory\":", out);
  json_text(out, view->directory);
  fputs(",\"files\":[", out);
  if (batch) {
    status = batch_survey_runs(view->directory, &runs, &n_runs);
    for (int k = 0; k < n_runs && status == STATUS_OK; k++) {
      char prefix[32];
      snprintf(prefix, sizeof prefix, "%04d/", runs[k]);
      if (put_directory(out, view->directory, prefix, &n) != STATUS_OK) continue; /* not begun */
    }
    memory_free(runs);
  } else {
    status = put_directory(out, view->directory, "", &n);
  }
  fputs("]}", out);
  return status;
}

/* ---- answers ---- */

static void answer_text(struct answer *out, int code, const char *type, char *text, size_t n) {
  out->code = code;
  out->type = type;
  out->n = n;
  if (memory_new("answer", n + 1, 1, &out->text) == STATUS_OK) memcpy(out->text, text, n);
  if (!out->text) out->n = 0;
}

/* Whatever `write` prints, or its failure as text. */
static void answer_written(struct answer *out, const char *type,
                           enum status (*write)(FILE *file, const void *what), const void *what) {
  char *text = NULL;
  size_t n = 0;
  FILE *file = open_memstream(&text, &n);
  enum status status = file ? write(file, what) : STATUS_NO_MEMORY;
  if (file && fclose(file) != 0) status = STATUS_NO_MEMORY;
  if (status == STATUS_OK)
    answer_text(out, 200, type, text, n);
  else
    answer_text(out, 503, "text/plain; charset=utf-8", (char *)(uintptr_t)status_message(),
                strlen(status_message()));
  free(text); /* of open_memstream */
}

static enum status write_list(FILE *file, const void *view) { return put_list(view, file); }

static enum status write_report(FILE *file, const void *what) {
  const struct view *view = what;
  struct report report, *pointer = &report;
  enum status status = report_find(view->directory, &report);
  if (status == STATUS_OK) status = report_write(file, &pointer);
  report_free(&report);
  return status;
}

static void answer_report(struct answer *out, const struct view *view) {
  answer_written(out, "text/html; charset=utf-8", write_report, view);
  out->scripted = out->code == 200;
}

/* Letters, digits and _ - . + , and of a batch four or more digits and a slash in front: no way out of the
 * directory, and no hidden file. */
static bool plain_name(const char *name) {
  const char *slash = strchr(name, '/');
  if (slash && (slash - name < 4 || strspn(name, "0123456789") != (size_t)(slash - name))) return false;
  const char *last = slash ? slash + 1 : name;
  size_t length = strlen(last);
  if (length < 4 || strcmp(last + length - 3, ".h5") != 0 || *last == '.') return false;
  return strspn(last, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+") == length;
}

/* Open `name`, which may have one folder in front: neither may be a link, nor may opening it wait, as for the
 * other end of a pipe. */
static int open_beneath(const char *folder, const char *name) {
  const char *slash = strchr(name, '/');
  int place = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), file = -1;
  if (place >= 0 && slash) {
    char first[64];
    snprintf(first, sizeof first, "%.*s", (int)(slash - name), name);
    int inner = openat(place, first, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    close(place);
    place = inner;
  }
  if (place < 0) return -1;
  file = openat(place, slash ? slash + 1 : name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  close(place);
  return file;
}

static void answer_file(struct answer *out, const char *folder, const char *name, const char *type) {
  out->file = open_beneath(folder, name);
  out->code = out->file >= 0 ? 200 : 404;
  if (out->file >= 0) out->type = type;
}

/* A result; one that is being written with the rows that wait, from its checkpoint. The file itself must be
 * there to be opened: no copy is made through a link, nor of what is no plain file. */
static void answer_result(struct answer *out, const char *folder, const char *name) {
  static const char *const type = "application/x-hdf5";
  struct joined_room *room = NULL;
  char path[VIEW_PATH], copy[VIEW_PATH];
  struct stat about;
  answer_file(out, folder, name, type);
  bool plain = out->file >= 0 && fstat(out->file, &about) == 0 && S_ISREG(about.st_mode);
  if (!plain || !strstr(name, PARTIAL_SUFFIX) || joined_room_open(&room) != STATUS_OK) return;
  snprintf(path, sizeof path, "%.4095s/%.60s", folder, name);
  if (joined_room_take(room, path, copy, sizeof copy)) {
    close(out->file);
    out->file = open(copy, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    out->code = out->file >= 0 ? 200 : 404;
  }
  joined_room_close(room);
}

/* The page's own files. */
static const struct {
  const char *words, *file, *type;
} pages[] = {
    {"", "view.html", "text/html; charset=utf-8"}, {"view.js", "view.js", "text/javascript"},
    {"view.css", "view.css", "text/css"},          {"h5wasm.js", "h5wasm.js", "text/javascript"},
    {"uPlot.js", "uPlot.js", "text/javascript"},   {"uPlot.css", "uPlot.css", "text/css"},
};

void view_answer(void *context, const char *words, struct answer *out) {
  struct view *view = context;
  for (int k = 0; k < COUNT_OF(pages); k++) {
    if (strcmp(words, pages[k].words) == 0) {
      answer_file(out, view->page, pages[k].file, pages[k].type);
      return;
    }
  }
  if (strcmp(words, "files") == 0)
    answer_written(out, "application/json", write_list, view);
  else if (strcmp(words, "report") == 0)
    answer_report(out, view);
  else if (strncmp(words, "file/", 5) == 0 && plain_name(words + 5) && strlen(words) < 140)
    answer_result(out, view->directory, words + 5);
}
