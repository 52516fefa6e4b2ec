/* new.c — the command `new`: a commented experiment to start from, copied from the template among the
 * configs. */
#include "command.h"
#include "directory.h"
#include "experiment/configs_folder.h"
#include "fields.h"
#include "memory.h"
#include "terminal/json.h"
#include "terminal/layout.h"
#include "text_file.h"
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MOST = 4096 };

/* Where the experiment goes. */
struct place {
  char directory[PATH_MAX], file[256], title[256];
};

/* "trial" → ./trial.cfg, "studies/trial.cfg" → that file. */
static enum status find_place(const char *word, struct place *out) {
  const char *slash = strrchr(word, '/'), *name = slash ? slash + 1 : word;
  size_t length = strlen(name), end = strlen(".cfg");
  if (length > end && strcmp(name + length - end, ".cfg") == 0) length -= end;
  if (length == 0 || length > 200 || strlen(word) >= sizeof out->directory)
    return status_fail(STATUS_USAGE, "new: \"%.100s\" cannot name an experiment", word);
  snprintf(out->directory, sizeof out->directory, "%.*s", slash ? (int)(slash - word) : 1,
           slash ? word : ".");
  if (!*out->directory) strcpy(out->directory, "/");
  snprintf(out->file, sizeof out->file, "%.*s.cfg", (int)length, name);
  snprintf(out->title, sizeof out->title, "%.*s", (int)length, name);
  return STATUS_OK;
}

/* The template, and the folder that its includes start from. */
static enum status find_template(char path[PATH_MAX], char folder[PATH_MAX]) {
  struct config_files files;
  bool found = false;
  TRY(configs_folder_list("templates", &files));
  for (int k = 0; k < files.n; k++) {
    if (strcmp(files.file[k].name, "experiment") != 0) continue;
    found = snprintf(path, PATH_MAX, "%s", files.file[k].path) < PATH_MAX;
  }
  configs_folder_free(&files);
  if (!found) return status_fail(STATUS_WORLD, "the folder of configs has no templates/experiment.cfg");
  snprintf(folder, PATH_MAX, "%s", path);
  for (int up = 0; up < 2; up++) { /* templates/experiment.cfg */
    char *slash = strrchr(folder, '/');
    if (slash) *slash = '\0';
  }
  return STATUS_OK;
}

/* One line: includes named from the folder of configs, the title that of the experiment. */
static void write_line(FILE *out, const char *line, const char *folder, const char *title) {
  static const char include[] = "@include \"../", heading[] = "title = ";
  const char *at = strstr(line, include);
  if (at) {
    fprintf(out, "%.*s@include \"%s/%s", (int)(at - line), line, folder, at + strlen(include));
  } else if (strncmp(line, heading, strlen(heading)) == 0) {
    fputs(heading, out);
    json_text(out, title);
    fputs(";\n", out);
  } else {
    fputs(line, out);
  }
}

static enum status copy_template(const struct place *place) {
  char path[PATH_MAX], folder[PATH_MAX], line[LINE_MOST];
  struct text_file file = {0};
  TRY(find_template(path, folder));
  FILE *template = fopen(path, "r");
  if (!template) return status_fail(STATUS_WORLD, "%s: cannot be read: %s", path, strerror(errno));
  enum status status = directory_make(place->directory);
  if (status == STATUS_OK) status = text_file_open(place->directory, place->file, &file);
  while (status == STATUS_OK && fgets(line, sizeof line, template))
    write_line(file.stream, line, folder, place->title);
  if (status == STATUS_OK) status = text_file_close(&file);
  text_file_abandon(&file);
  fclose(template);
  return status;
}

static enum status run(const struct arguments *arguments) {
  struct place place;
  char path[PATH_MAX + 300];
  TRY(find_place(arguments->words.text[0], &place));
  snprintf(path, sizeof path, "%s/%s", place.directory, place.file);
  if (access(path, F_OK) == 0) return status_fail(STATUS_CONFIG, "%s: is there already", path);
  TRY(copy_template(&place));
  layout_print(arguments->out, path);
  const char *const words[] = {"spinule", "check", path};
  char *line = NULL;
  TRY(options_line(COUNT_OF(words), words, &line)); /* as a shell takes it, blanks and all */
  fputs("\nLook at it, change it, then:  ", arguments->out);
  layout_print(arguments->out, line);
  fputc('\n', arguments->out);
  memory_free(line);
  return STATUS_OK;
}

const struct command command_new = {
    .name = "new",
    .summary = "a commented experiment to start from",
    .notes =
        "Writes NAME.cfg, which runs as it is: two arms, one dose, four windows. Comments say what each part "
        "sets. A file of that name is left alone.",
    .example = "spinule new my_study",
    .syntax = {.words = "NAME", .least = 1, .most = 1},
    .run = run,
};
