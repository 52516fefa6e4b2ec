/* view.c — the command `view`: a page in the browser that opens the results of a directory and follows a
 * run. */
#include "command.h"
#include "fields.h"
#include "findings/batch_survey.h"
#include "findings/joined.h"
#include "findings/survey.h"
#include "memory.h"
#include "report/report_data.h"
#include "simulation/stop.h"
#include "terminal/children.h"
#include "terminal/json.h"
#include "view/server.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 + 64, WAIT_MS = 200 };

struct view_options {
  int64_t port;
};

struct view {
  const char *directory;
  char page[PATH_ROOM]; /* folder of the page and its scripts */
};

/* ---- the list of results ---- */

/* When the checkpoint of a result was written, s; 0: there is none. */
static double saved_s(const struct surveyed *file) {
  char path[PATH_ROOM];
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
  char path[PATH_ROOM], name[SURVEY_ARM_MAX + 64];
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

static void answer_path(struct answer *out, const char *path, const char *type) {
  out->file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  out->code = out->file >= 0 ? 200 : 404;
  if (out->file >= 0) out->type = type;
}

static void answer_file(struct answer *out, const char *folder, const char *name, const char *type) {
  char path[PATH_ROOM];
  snprintf(path, sizeof path, "%.4095s/%.60s", folder, name);
  answer_path(out, path, type);
}

/* A result; one that is being written with the rows that wait, from its checkpoint. The file itself must be
 * there to be opened: no copy is made through a link. */
static void answer_result(struct answer *out, const char *folder, const char *name) {
  static const char *const type = "application/x-hdf5";
  struct joined_room *room = NULL;
  char path[PATH_ROOM], copy[PATH_ROOM];
  answer_file(out, folder, name, type);
  if (out->file < 0 || !strstr(name, PARTIAL_SUFFIX) || joined_room_open(&room) != STATUS_OK) return;
  snprintf(path, sizeof path, "%.4095s/%.60s", folder, name);
  if (joined_room_take(room, path, copy, sizeof copy)) {
    close(out->file);
    answer_path(out, copy, type);
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

static void answer(void *context, const char *words, struct answer *out) {
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
    answer_written(out, "text/html; charset=utf-8", write_report, view);
  else if (strncmp(words, "file/", 5) == 0 && plain_name(words + 5) && strlen(words) < 140)
    answer_result(out, view->directory, words + 5);
}

/* ---- the command ---- */

/* The folder that commands/view/page/build fills: beside the repository's build directory, or where it is
 * installed. */
static enum status find_page(char *out, size_t size) {
  static const char *const places[] = {"../.deps/page", "../share/spinule/page"};
  char program[PATH_ROOM], probe[PATH_ROOM + 64];
  TRY(children_program(program, sizeof program));
  *strrchr(program, '/') = '\0';
  for (int k = 0; k < COUNT_OF(places); k++) {
    snprintf(out, size, "%.4000s/%s", program, places[k]);
    snprintf(probe, sizeof probe, "%s/h5wasm.js", out);
    if (access(probe, R_OK) == 0) return STATUS_OK;
  }
  return status_fail(STATUS_WORLD,
                     "the page has not been built: run commands/view/page/build, which needs npm and "
                     "network, once; or ./run view DIR, which does it");
}

static enum status serve(struct server *server, FILE *out) {
  enum status status = STATUS_OK;
  fprintf(out, "http://127.0.0.1:%d/%s/\n", server_port(server), server_token(server));
  fprintf(out, "Ctrl-C ends it. From another machine: ssh -L %d:127.0.0.1:%d HOST, then the same address.\n",
          server_port(server), server_port(server));
  fflush(out);
  stop_watch(0);
  while (status == STATUS_OK) {
    status = server_wait(server, WAIT_MS);
    if (status == STATUS_OK && stop_wanted() != STATUS_OK) break;
  }
  stop_forget();
  return status;
}

static enum status run(const struct arguments *arguments) {
  const struct view_options *options = arguments->options;
  struct view view = {.directory = arguments->words.text[0]};
  struct server *server = NULL;
  bool is_directory = false;
  TRY(survey_kind(view.directory, &is_directory));
  if (!is_directory)
    return status_fail(STATUS_USAGE, "view: %s is no directory of a run or batch", view.directory);
  TRY(find_page(view.page, sizeof view.page));
  TRY(server_open((int)options->port, answer, &view, &server));
  enum status status = serve(server, arguments->out);
  server_close(server);
  return status;
}

static const struct option rows[] = {
    {.name = "port",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct view_options, port),
     .value = "N",
     .low = 0,
     .high = 65535,
     .meaning = "port on 127.0.0.1 (default: a free one)"},
};

const struct command command_view = {
    .name = "view",
    .summary = "the results of a directory in the browser, also while a run goes on",
    .notes = "Prints the address of a page on this machine, with a token that nobody else knows. The page "
             "opens the "
             "HDF5 files themselves, follows a run from checkpoint to checkpoint, and has the report as it "
             "stands. Nothing is written into the directory; nothing is reached from other machines, but "
             "through a tunnel.",
    .example = "spinule view results/ketamine",
    .syntax = {.words = "DIR",
               .least = 1,
               .most = 1,
               .options = rows,
               .n_options = COUNT_OF(rows),
               .options_size = sizeof(struct view_options)},
    .run = run,
};
