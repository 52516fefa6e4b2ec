/* report_find.c — the results that a report is about. See report_data.h. */
#include "findings/batch_survey.h"
#include "findings/survey.h"
#include "memory.h"
#include "report_data.h"
#include <limits.h>
#include <string.h>

enum { BLOB_ROOM = 1 << 16, OPEN_MOST = 500 };

static enum status add_file(struct report_set *set, const char *path) {
  size_t old = (size_t)set->n;
  TRY(memory_resize("files of a report", old, old + 1, sizeof *set->file, &set->file));
  TRY(memory_resize("files of a report", old, old + 1, sizeof *set->store, &set->store));
  TRY(memory_text(path, &set->file[set->n]));
  set->n++;
  return STATUS_OK;
}

/* The set of an arm at a point, made if it is new; NULL if there is no room. */
static struct report_set *set_of(struct report *report, const char *arm, int point, const char *values) {
  for (int k = 0; k < report->n_sets; k++) {
    if (report->set[k].point == point && strcmp(report->set[k].arm, arm) == 0) return &report->set[k];
  }
  if (report->n_sets == REPORT_SETS) {
    report->n_left_out++;
    return NULL;
  }
  struct report_set *set = &report->set[report->n_sets++];
  snprintf(set->arm, sizeof set->arm, "%s", arm);
  snprintf(set->label, sizeof set->label, "%s%s%s", arm, *values ? ", " : "", values);
  set->point = point;
  return set;
}

/* A result that is not complete is read with the rows that wait for their chunk, if they can be had. */
static enum status add_surveyed(struct report *report, struct report_set *set, const struct surveyed *file) {
  char copy[PATH_MAX];
  if (file->partial && !report->room && joined_room_open(&report->room) != STATUS_OK) report->room = NULL;
  bool joined =
      file->partial && report->room && joined_room_take(report->room, file->path, copy, sizeof copy);
  return add_file(set, joined ? copy : file->path);
}

/* Results that can be read; one that is being written is shown as far as it is. */
static enum status add_directory(struct report *report, const char *directory, int point, const char *values,
                                 bool complete_only) {
  struct survey survey;
  TRY(survey_directory(directory, &survey));
  enum status status = STATUS_OK;
  for (int a = 0; a < survey.n && status == STATUS_OK; a++) {
    const struct surveyed *file = &survey.arm[a];
    bool again = a > 0 && strcmp(file->arm, survey.arm[a - 1].arm) == 0; /* the complete one came first */
    if (*file->unreadable || again || (complete_only && file->partial)) continue;
    struct report_set *set = set_of(report, file->arm, point, values);
    if (set) status = add_surveyed(report, set, file);
  }
  survey_free(&survey);
  return status;
}

static enum status add_run(void *context, int run, int point, const char *values) {
  struct report *report = context;
  char directory[4096 + 16];
  snprintf(directory, sizeof directory, "%.4095s/%04d", report->directory, run);
  return add_directory(report, directory, point, values, true);
}

/* The arms as the summary has them, the control first. A run that goes on has none yet: its arms stay in
 * order of name. */
static enum status read_order(const char *directory, struct store_names *out) {
  char path[4096 + 16];
  struct store *store = NULL;
  *out = (struct store_names){0};
  snprintf(path, sizeof path, "%.4095s/summary.h5", directory);
  if (store_open(path, false, &store) != STATUS_OK) return STATUS_OK;
  enum status status = store_read_texts(store, "/table/arm", NULL, out);
  store_abandon(store);
  return status;
}

static int place_of(const struct store_names *order, const char *arm) {
  int k = 0;
  while (k < order->n && strcmp(order->name[k], arm) != 0) k++;
  return k;
}

/* By point, then as `order` has the arms. */
static void sort_sets(struct report *report, const struct store_names *order) {
  for (int i = 1; i < report->n_sets; i++) {
    struct report_set set = report->set[i];
    int place = place_of(order, set.arm), j = i;
    for (; j > 0; j--) {
      const struct report_set *other = &report->set[j - 1];
      if (other->point < set.point || (other->point == set.point && place_of(order, other->arm) <= place))
        break;
      report->set[j] = *other;
    }
    report->set[j] = set;
  }
}

enum status report_find(const char *directory, struct report *out) {
  *out = (struct report){.directory = directory, .batch = batch_survey_is(directory)};
  TRY(memory_new("numbers of a report", BLOB_ROOM, sizeof *out->blob, &out->blob));
  out->blob_room = BLOB_ROOM;
  if (out->batch)
    TRY(batch_survey_complete(directory, add_run, out));
  else
    TRY(add_directory(out, directory, 0, "", false));
  if (out->n_sets == 0)
    return status_fail(STATUS_CONFIG, "%s: there is no result that can be read yet", directory);
  struct store_names order;
  TRY(read_order(directory, &order));
  sort_sets(out, &order);
  store_names_free(&order);
  return STATUS_OK;
}

enum status report_take(struct report *report, struct report_set *set, int f, struct store **out) {
  *out = set->store[f];
  if (*out) return STATUS_OK;
  TRY(store_open(set->file[f], false, out));
  if (report->n_open == OPEN_MOST) return STATUS_OK;
  set->store[f] = *out;
  report->n_open++;
  return STATUS_OK;
}

void report_give(struct report_set *set, int f, struct store *store) {
  if (set->store[f] != store) store_abandon(store);
}

void report_free(struct report *report) {
  for (int k = 0; k < report->n_sets; k++) {
    struct report_set *set = &report->set[k];
    for (int f = 0; f < set->n; f++) {
      store_abandon(set->store[f]);
      memory_free(set->file[f]);
    }
    memory_free(set->file);
    memory_free(set->store);
  }
  joined_room_close(report->room);
  memory_free(report->blob);
  *report = (struct report){0};
}

enum status report_numbers(struct report *report, const double *values, size_t n) {
  if (report->n_blob + n > report->blob_room) {
    size_t room = 2 * (report->n_blob + n);
    TRY(memory_resize("numbers of a report", report->blob_room, room, sizeof *report->blob, &report->blob));
    report->blob_room = room;
  }
  fprintf(report->out, "[%zu,%zu]", report->n_blob, n);
  for (size_t k = 0; k < n; k++) report->blob[report->n_blob++] = (float)values[k];
  return STATUS_OK;
}
