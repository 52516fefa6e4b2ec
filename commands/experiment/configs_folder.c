/* configs_folder.c — finds the configs beside the program. See configs_folder.h. */
#include "configs_folder.h"
#include "memory.h"
#include "params.h"
#include "terminal/children.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TITLE_MAX = 300, HEAD_LINES = 200 };

/* ---- where ---- */

static bool is_directory(const char *path) {
  struct stat found;
  return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

/* The sub-folder, if one of the places has it. */
static enum status find_folder(const char *part, char path[PATH_MAX]) {
  static const char *const places[] = {"../configs", "../share/spinule/configs"};
  const char *named = getenv("SPINULE_CONFIGS");
  char program[PATH_MAX];
  if (named && *named) {
    if ((size_t)snprintf(path, PATH_MAX, "%s/%s", named, part) < PATH_MAX && is_directory(path))
      return STATUS_OK;
    return status_fail(STATUS_WORLD, "SPINULE_CONFIGS=%.200s: there is no folder %s", named, part);
  }
  TRY(children_program(program, sizeof program));
  *strrchr(program, '/') = '\0';
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    if ((size_t)snprintf(path, PATH_MAX, "%s/%s/%s", program, places[i], part) >= PATH_MAX) continue;
    if (!is_directory(path)) continue;
    char real[PATH_MAX];
    if (realpath(path, real)) memcpy(path, real, sizeof real);
    return STATUS_OK;
  }
  return status_fail(STATUS_WORLD, "no folder %s in %.300s/%s or /%s; SPINULE_CONFIGS can name one", part,
                     program, places[0], places[1]);
}

/* ---- titles ---- */

/* `title = "…"`: what stands in the quotes. */
static bool read_title(const char *line, char title[TITLE_MAX]) {
  line += strspn(line, " ");
  if (strncmp(line, "title", 5) != 0) return false;
  line += 5;
  line += strspn(line, " ");
  if (*line != '=' && *line != ':') return false;
  line += 1 + strspn(line + 1, " ");
  if (*line != '"') return false;
  snprintf(title, TITLE_MAX, "%.*s", (int)strcspn(line + 1, "\""), line + 1);
  return true;
}

/* A line of comment, without its sign and without the file's own name in front. */
static bool read_comment(const char *line, const char *name, char title[TITLE_MAX]) {
  static const char *const dashes[] = {"-", "—", ":"};
  if (*line != '#' && strncmp(line, "//", 2) != 0 && strncmp(line, "/*", 2) != 0) return false;
  line += strspn(line, "#/* ");
  size_t length = strlen(name);
  if (strncmp(line, name, length) == 0) line += length + strspn(line + length, " ");
  for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
    if (strncmp(line, dashes[i], strlen(dashes[i])) == 0) line += strlen(dashes[i]);
  line += strspn(line, " ");
  snprintf(title, TITLE_MAX, "%.*s", (int)strcspn(line, "\n"), line);
  return *title != '\0';
}

static void find_title(const char *path, const char *name, char title[TITLE_MAX]) {
  char line[1024], comment[TITLE_MAX] = "";
  title[0] = '\0';
  FILE *file = fopen(path, "r");
  if (!file) return;
  for (int i = 0; i < HEAD_LINES && !*title && fgets(line, sizeof line, file); i++) {
    if (!read_title(line, title) && !*comment) read_comment(line, name, comment);
  }
  fclose(file);
  if (!*title) memcpy(title, comment, sizeof comment);
}

/* ---- the list ---- */

static enum status add_file(struct config_files *files, const char *folder, const char *name) {
  static const char suffix[] = ".cfg";
  char path[PATH_MAX], title[TITLE_MAX];
  size_t length = strlen(name), end = sizeof suffix - 1, n = (size_t)files->n;
  if (length <= end || strcmp(name + length - end, suffix) != 0) return STATUS_OK;
  if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path) return STATUS_OK;
  TRY(memory_resize("list of configs", n, n + 1, sizeof *files->file, &files->file));
  struct config_file *file = &files->file[files->n++];
  find_title(path, name, title);
  TRY(memory_text(name, &file->name));
  file->name[length - end] = '\0';
  TRY(memory_text(path, &file->path));
  return memory_text(title, &file->title);
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct config_file *)a)->name, ((const struct config_file *)b)->name);
}

enum status configs_folder_list(const char *part, struct config_files *out) {
  char folder[PATH_MAX];
  *out = (struct config_files){0};
  TRY(find_folder(part, folder));
  DIR *directory = opendir(folder);
  if (!directory) return status_fail(STATUS_WORLD, "%s: cannot be read: %s", folder, strerror(errno));
  enum status status = STATUS_OK;
  for (struct dirent *entry; status == STATUS_OK && (entry = readdir(directory)) != NULL;)
    status = add_file(out, folder, entry->d_name);
  closedir(directory);
  if (status != STATUS_OK) {
    configs_folder_free(out);
    return status;
  }
  if (out->n > 0) qsort(out->file, (size_t)out->n, sizeof *out->file, by_name);
  return STATUS_OK;
}

void configs_folder_free(struct config_files *files) {
  for (int i = 0; i < files->n; i++) {
    memory_free(files->file[i].name);
    memory_free(files->file[i].path);
    memory_free(files->file[i].title);
  }
  memory_free(files->file);
  *files = (struct config_files){0};
}

/* ---- one of them ---- */

enum { PARTS = 2 };
static const char *const parts[PARTS] = {"experiments", "circuits"};

/* The name in a path, without .cfg. */
static void name_in(const char *word, char out[NAME_MAX + 1]) {
  const char *slash = strrchr(word, '/');
  int n = snprintf(out, NAME_MAX + 1, "%.200s", slash ? slash + 1 : word);
  if (n > 4 && strcmp(out + n - 4, ".cfg") == 0) out[n - 4] = '\0';
}

static const struct config_file *named(const struct config_files files[PARTS], const char *name) {
  for (int p = 0; p < PARTS; p++) {
    for (int k = 0; k < files[p].n; k++)
      if (strcmp(files[p].file[k].name, name) == 0) return &files[p].file[k];
  }
  return NULL;
}

/* What is there instead: the same with .cfg here, or the nearest name of the folder. */
static enum status absent(const char *word, const char *name, const struct config_files files[PARTS]) {
  char beside[PATH_MAX];
  const char **names = NULL;
  int n = 0;
  if (snprintf(beside, sizeof beside, "%.4000s.cfg", word) > 0 && access(beside, F_OK) == 0)
    return status_fail(STATUS_CONFIG, "%.300s: No such file or directory; did you mean %.300s?", word,
                       beside);
  TRY(memory_new("names", (size_t)(files[0].n + files[1].n) + 1, sizeof *names, &names));
  for (int p = 0; p < PARTS; p++) {
    for (int k = 0; k < files[p].n; k++) names[n++] = files[p].file[k].name;
  }
  const char *near = nearest_word(name, names, n);
  enum status status =
      near
          ? status_fail(STATUS_CONFIG, "%.300s: No such file or directory; the nearest experiment is %s",
                        word, near)
          : status_fail(STATUS_CONFIG,
                        "%.300s: No such file or directory (see: spinule list experiments; spinule new NAME)",
                        word);
  memory_free(names);
  return status;
}

enum status configs_folder_find(const char *word, char **out) {
  struct config_files files[PARTS] = {{0}};
  char name[NAME_MAX + 1];
  *out = NULL;
  if (access(word, F_OK) == 0 || errno != ENOENT) return memory_text(word, out);
  name_in(word, name);
  for (int p = 0; p < PARTS; p++) {
    if (configs_folder_list(parts[p], &files[p]) != STATUS_OK) files[p] = (struct config_files){0};
  }
  const struct config_file *found = strchr(word, '/') ? NULL : named(files, name);
  enum status status = found ? memory_text(found->path, out) : absent(word, name, files);
  for (int p = 0; p < PARTS; p++) configs_folder_free(&files[p]);
  return status;
}
