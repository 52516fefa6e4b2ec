/* survey.c — finds and reads the state of results. See survey.h. */
#include "survey.h"
#include "checkpoint.h"
#include "memory.h"
#include "terminal/layout.h"
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* A file may be read in the middle of a flush of the run that writes it. */
enum { TRIES = 5, BETWEEN_TRIES_MS = 60 };

/* ---- single values ---- */

double survey_number(struct store *store, const char *path) {
  double value = NAN;
  struct store_form form;
  if (store_object(store, path) != STORE_DATASET) return NAN;
  if (store_form(store, path, NULL, &form) != STATUS_OK || form.kind != STORE_NUMBERS || form.count != 1)
    return NAN;
  return store_read(store, path, NULL, STATE_F64, 1, &value) == STATUS_OK ? value : NAN;
}

void survey_text(struct store *store, const char *path, const char *attribute, char *text, size_t size) {
  char *found = NULL;
  text[0] = '\0';
  if (attribute ? !store_has_attribute(store, path, attribute) : store_object(store, path) != STORE_DATASET)
    return;
  if (store_read_text(store, path, attribute, &found) != STATUS_OK) return;
  snprintf(text, size, "%.*s", layout_cut(found, (int)(size - 1) / 4), found);
  memory_free(found);
}

int64_t survey_rows(struct store *store, const char *path) {
  struct store_form form;
  if (store_object(store, path) != STORE_DATASET || store_form(store, path, NULL, &form) != STATUS_OK)
    return -1;
  return form.rank >= 1 ? (int64_t)form.size[0] : -1;
}

/* ---- one file ---- */

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), wanted = strlen(end);
  return length > wanted && strcmp(text + length - wanted, end) == 0;
}

/* Name and place, from the path alone. */
static enum status name_file(const char *path, struct surveyed *out) {
  *out = (struct surveyed){.t_s = NAN, .wall_s = NAN, .fraction = NAN, .updated_unix_s = NAN};
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  out->partial = ends_with(name, PARTIAL_SUFFIX);
  const char *suffix = out->partial ? PARTIAL_SUFFIX : ends_with(name, RESULT_SUFFIX) ? RESULT_SUFFIX : "";
  size_t length = strlen(name) - strlen(suffix);
  if (length >= sizeof out->arm || strlen(path) >= sizeof out->path)
    return status_fail(STATUS_CONFIG, "%.200s: too long a name", path);
  memcpy(out->arm, name, length);
  strcpy(out->path, path);
  struct stat file;
  if (stat(path, &file) == 0) out->bytes = (uint64_t)file.st_size;
  char checkpoint[PATH_MAX + 8];
  snprintf(checkpoint, sizeof checkpoint, "%.*s%s%s", (int)(name - path), path, out->arm, CHECKPOINT_SUFFIX);
  out->resumable = out->partial && checkpoint_exists(checkpoint);
  return STATUS_OK;
}

static enum status read_status(struct store *store, struct surveyed *out) {
  int32_t format = 0;
  if (!store_has_attribute(store, "/", "spinule_format") ||
      store_object(store, "/status/state") != STORE_DATASET) {
    out->foreign = true;
    return status_fail(STATUS_CONFIG, "%s: is not a result of this program", out->path);
  }
  TRY(store_read(store, "/", "spinule_format", STATE_I32, 1, &format));
  if (format > RESULT_FORMAT)
    return status_fail(STATUS_CONFIG, "%s: has result format %d; this version reads up to %d", out->path,
                       (int)format, RESULT_FORMAT);
  int8_t state = 0;
  TRY(store_read(store, "/status/state", NULL, STATE_I8, 1, &state));
  out->state = state;
  out->t_s = survey_number(store, "/status/t_s");
  out->wall_s = survey_number(store, "/status/wall_s");
  out->fraction = survey_number(store, "/status/fraction");
  out->updated_unix_s = survey_number(store, "/status/updated_unix_s");
  survey_text(store, "/", "title", out->title, sizeof out->title);
  return STATUS_OK;
}

static enum status read_file(struct surveyed *out) {
  struct store *store = NULL;
  TRY(store_open(out->path, false, &store));
  enum status status = read_status(store, out);
  store_abandon(store);
  return status;
}

enum status survey_file(const char *path, struct surveyed *out) {
  TRY(name_file(path, out));
  const struct timespec pause = {0, BETWEEN_TRIES_MS * 1000000L};
  enum status status = read_file(out);
  for (int i = 1; i < TRIES && status == STATUS_CONFIG && out->partial; i++) {
    nanosleep(&pause, NULL);
    status = read_file(out);
  }
  return status;
}

const char *survey_state(const struct surveyed *file, bool held) {
  switch (file->state) {
  case RESULT_COMPLETE:
    return "complete";
  case RESULT_STOPPED:
    return file->resumable ? "stopped, resumable" : "stopped, without checkpoint";
  case RESULT_FAILED:
    return file->resumable ? "failed, resumable" : "failed";
  case RESULT_RUNNING:
    break;
  default:
    return "unknown";
  }
  if (held) return "running";
  return file->resumable ? "killed, resumable" : "killed, without checkpoint";
}

/* ---- a directory ---- */

enum status survey_kind(const char *path, bool *is_directory) {
  struct stat found;
  if (stat(path, &found) == 0) {
    *is_directory = S_ISDIR(found.st_mode);
    return STATUS_OK;
  }
  bool absent = errno == ENOENT || errno == ENOTDIR;
  if (!absent) return status_fail(STATUS_WORLD, "%s: %s", path, strerror(errno));
  return status_fail(STATUS_CONFIG, "%s: %s; results are where `spinule run -o` has put them", path,
                     strerror(errno));
}

static int by_name(const void *a, const void *b) {
  const struct surveyed *left = a, *right = b;
  int order = strcmp(left->arm, right->arm);
  return order ? order : left->partial - right->partial;
}

/* Add a file if it is a result. One that cannot be read is kept, with the reason. */
static enum status add_file(struct survey *survey, const char *directory, const char *name) {
  char path[PATH_MAX];
  if (!ends_with(name, RESULT_SUFFIX)) return STATUS_OK;
  if ((size_t)snprintf(path, sizeof path, "%s/%s", directory, name) >= sizeof path)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", directory);
  size_t n = (size_t)survey->n;
  TRY(memory_resize("list of arms", n, n + 1, sizeof *survey->arm, &survey->arm));
  struct surveyed *arm = &survey->arm[n];
  enum status status = survey_file(path, arm);
  if (status == STATUS_NO_MEMORY) return status;
  if (status != STATUS_OK) {
    if (arm->foreign) return STATUS_OK;
    snprintf(arm->unreadable, sizeof arm->unreadable, "%.190s", status_message());
  }
  survey->n++;
  return STATUS_OK;
}

enum status survey_directory(const char *path, struct survey *out) {
  enum status status = STATUS_OK;
  *out = (struct survey){0};
  DIR *directory = opendir(path);
  if (!directory) return status_fail(STATUS_WORLD, "%s: cannot be read: %s", path, strerror(errno));
  for (struct dirent *entry; status == STATUS_OK && (entry = readdir(directory)) != NULL;)
    status = add_file(out, path, entry->d_name);
  closedir(directory);
  out->held = directory_held(path, &out->pid);
  if (status == STATUS_OK && out->n == 0 && !out->held)
    status = status_fail(
        STATUS_CONFIG,
        "%s: there is no result in this directory; they are where `spinule run -o` has put them", path);
  if (status != STATUS_OK) {
    survey_free(out);
    return status;
  }
  if (out->n > 0) qsort(out->arm, (size_t)out->n, sizeof *out->arm, by_name);
  return STATUS_OK;
}

void survey_free(struct survey *survey) {
  memory_free(survey->arm);
  *survey = (struct survey){0};
}

void survey_print_unreadable(const struct survey *survey, FILE *out) {
  for (int i = 0; i < survey->n; i++) {
    if (!*survey->arm[i].unreadable) continue;
    layout_print(out, survey->arm[i].unreadable);
    fputc('\n', out);
  }
}

double survey_share(const struct survey *survey, int arms) {
  double share = 0;
  for (int a = 0; a < survey->n; a++) {
    double fraction = survey->arm[a].fraction;
    share += !survey->arm[a].partial ? 1.0 : isfinite(fraction) ? fraction : 0.0;
  }
  return arms > 0 ? fmin(1.0, share / arms) : 0;
}
