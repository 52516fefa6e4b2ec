/* view.c — the command `view`: a page in the browser that opens the results of a directory and follows a
 * run. */
#include "command.h"
#include "fields.h"
#include "findings/survey.h"
#include "simulation/stop.h"
#include "terminal/children.h"
#include "view/view_answer.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 200 };

struct view_options {
  int64_t port;
};

/* The folder that commands/view/page/build fills: beside the repository's build directory, or where it is
 * installed. */
static enum status find_page(char *out, size_t size) {
  static const char *const places[] = {"../.deps/page", "../share/spinule/page"};
  char program[VIEW_PATH], probe[VIEW_PATH + 64];
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
  TRY(server_open((int)options->port, view_answer, &view, &server));
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
             "HDF5 files themselves, follows a run, and has the report as it stands. Nothing is written; "
             "nothing is "
             "reached from other machines, but through a tunnel.",
    .example = "spinule view results/ketamine",
    .syntax = {.words = "DIR",
               .least = 1,
               .most = 1,
               .options = rows,
               .n_options = COUNT_OF(rows),
               .options_size = sizeof(struct view_options)},
    .run = run,
};
