/* report_groups.c — every group of a result that is a plot, over the seeds of each set. See report_data.h. */
#include "memory.h"
#include "report_data.h"
#include "terminal/json.h"
#include <math.h>
#include <string.h>

enum {
  DEPTH_MOST = 3,       /* of groups below the root */
  POINTS_MOST = 4000,   /* of a curve; longer ones are means of blocks */
  FRAMES_MOST = 48,     /* of a map */
  SITES_MOST = 40,      /* along an edge of a map */
  VALUES_MOST = 1 << 26 /* that a dataset may have */
};

/* What is no plot, or one of a thousand rows a second, of which spectra tell more. */
static const char *const left_out[] = {"spikes",      "nodes", "provenance", "status", "protocol",
                                       "populations", "lfp",   "lfp_grid",   "assay"};

/* A group that is a plot, as the first result of the first set has it. */
struct plot {
  char path[STORE_NAME_MAX];
  struct store_names signals, axes;
};

/* ---- reading ---- */

static void join(const char *group, const char *name, char out[STORE_NAME_MAX]) {
  snprintf(out, STORE_NAME_MAX, "%.120s/%.120s", strcmp(group, "/") == 0 ? "" : group, name);
}

static void put_attribute(struct report *report, struct store *store, const char *path, const char *name) {
  char *text = NULL;
  bool there =
      store_has_attribute(store, path, name) && store_read_text(store, path, name, &text) == STATUS_OK;
  json_text_in_page(report->out, there ? text : "");
  memory_free(text);
}

/* All numbers of a dataset; NULL if it is not there, or not of `rank` dimensions. Free with memory_free. */
static enum status read_numbers(struct report *report, struct report_set *set, int f, const char *path,
                                int rank, struct store_form *form, double **out) {
  struct store *store = NULL;
  *out = NULL;
  TRY(report_take(report, set, f, &store));
  bool fits = store_object(store, path) == STORE_DATASET &&
              store_form(store, path, NULL, form) == STATUS_OK && form->kind == STORE_NUMBERS &&
              form->rank == rank && form->count <= VALUES_MOST;
  enum status status = STATUS_OK;
  if (fits) status = memory_new("numbers of a result", (size_t)form->count + 1, sizeof **out, out);
  if (fits && status == STATUS_OK) status = store_read(store, path, NULL, STATE_F64, form->count, *out);
  report_give(set, f, store);
  if (status != STATUS_OK) {
    memory_free(*out);
    *out = NULL;
  }
  return status;
}

/* Mean and standard deviation over the files of a set; results of another length than the first are left out.
 * *n is 0 if there is nothing. */
struct over_seeds {
  struct store_form form;
  double *mean, *sd;
  int *count; /* of files that have the number */
  int n;
};

static enum status add_file(struct over_seeds *over, const double *values) {
  size_t n = (size_t)over->form.count;
  if (!over->mean) {
    TRY(memory_new("mean", n + 1, sizeof *over->mean, &over->mean));
    TRY(memory_new("deviation", n + 1, sizeof *over->sd, &over->sd));
    TRY(memory_new("counts", n + 1, sizeof *over->count, &over->count));
  }
  for (size_t k = 0; k < n; k++) { /* Welford 1962 */
    if (!isfinite(values[k])) continue;
    double off = values[k] - over->mean[k];
    over->mean[k] += off / ++over->count[k];
    over->sd[k] += off * (values[k] - over->mean[k]);
  }
  over->n++;
  return STATUS_OK;
}

static enum status read_over_seeds(struct report *report, struct report_set *set, const char *path, int rank,
                                   struct over_seeds *out) {
  enum status status = STATUS_OK;
  *out = (struct over_seeds){0};
  for (int f = 0; f < set->n && status == STATUS_OK; f++) {
    struct store_form form;
    double *values;
    status = read_numbers(report, set, f, path, rank, &form, &values);
    if (status == STATUS_OK && values && out->n == 0) out->form = form;
    bool same = values && memcmp(form.size, out->form.size, (size_t)rank * sizeof *form.size) == 0;
    if (status == STATUS_OK && same) status = add_file(out, values);
    memory_free(values);
  }
  for (size_t k = 0; out->count && k < (size_t)out->form.count; k++) {
    out->sd[k] = out->count[k] > 1 ? sqrt(out->sd[k] / (out->count[k] - 1)) : (double)NAN;
    if (out->count[k] == 0) out->mean[k] = (double)NAN;
  }
  return status;
}

static void free_over_seeds(struct over_seeds *over) {
  memory_free(over->mean);
  memory_free(over->sd);
  memory_free(over->count);
}

/* ---- curves and spectra ---- */

/* Means of blocks of rows of `width` numbers; returns the rows that are left. */
static size_t thin(double *values, size_t rows, size_t width, size_t most) {
  size_t block = (rows + most - 1) / (most ? most : 1), kept = 0;
  if (block <= 1) return rows;
  for (size_t from = 0; from < rows; from += block, kept++) {
    size_t to = from + block < rows ? from + block : rows;
    for (size_t w = 0; w < width; w++) {
      double sum = 0; /* a missing row, as between windows, stays missing */
      for (size_t r = from; r < to; r++) sum += values[r * width + w];
      values[kept * width + w] = sum / (double)(to - from);
    }
  }
  return kept;
}

static enum status put_curve(struct report *report, struct report_set *set, const char *path, int rank) {
  struct over_seeds over;
  enum status status = read_over_seeds(report, set, path, rank, &over);
  if (status != STATUS_OK || over.n == 0) {
    fputs("null", report->out);
    free_over_seeds(&over);
    return status;
  }
  size_t width = rank == 2 ? (size_t)over.form.size[1] : 1, rows = (size_t)over.form.size[0];
  size_t most = rank == 2 ? FRAMES_MOST : POINTS_MOST, kept = thin(over.mean, rows, width, most);
  thin(over.sd, rows, width, most);
  fputs("{\"mean\":", report->out);
  TRY_GOTO(report_numbers(report, over.mean, kept * width), done);
  if (over.n > 1) {
    fputs(",\"sd\":", report->out);
    TRY_GOTO(report_numbers(report, over.sd, kept * width), done);
  }
  fprintf(report->out, ",\"seeds\":%d}", over.n);
done:
  free_over_seeds(&over);
  return status;
}

/* ---- maps ---- */

/* Frames and sites that a page has room for: the frames evenly chosen, sites as means of squares. */
static enum status put_map(struct report *report, struct report_set *set, const char *path) {
  struct over_seeds over;
  double *small = NULL;
  enum status status = read_over_seeds(report, set, path, 3, &over);
  if (status != STATUS_OK || over.n == 0 || over.form.size[0] == 0) {
    fputs("null", report->out);
    free_over_seeds(&over);
    return status;
  }
  size_t t = (size_t)over.form.size[0], y = (size_t)over.form.size[1], x = (size_t)over.form.size[2];
  size_t step = ((y > x ? y : x) + SITES_MOST - 1) / SITES_MOST, rows = y / step, columns = x / step;
  size_t frames = t < FRAMES_MOST ? t : FRAMES_MOST;
  TRY_GOTO(memory_new("map", frames * rows * columns + 1, sizeof *small, &small), done);
  for (size_t f = 0; f < frames; f++) {
    const double *frame = over.mean + (frames > 1 ? f * (t - 1) / (frames - 1) : 0) * y * x;
    for (size_t k = 0; k < rows * columns; k++) {
      double sum = 0;
      for (size_t s = 0; s < step * step; s++)
        sum += frame[(k / columns * step + s / step) * x + k % columns * step + s % step];
      small[f * rows * columns + k] = sum / (double)(step * step);
    }
  }
  fprintf(report->out, "{\"frames\":%zu,\"rows\":%zu,\"columns\":%zu,\"values\":", frames, rows, columns);
  TRY_GOTO(report_numbers(report, small, frames * rows * columns), done);
  fputc('}', report->out);
done:
  memory_free(small);
  free_over_seeds(&over);
  return status;
}

/* ---- one group ---- */

static enum status put_axis(struct report *report, const struct plot *plot, int axis, bool frames) {
  char path[STORE_NAME_MAX];
  join(plot->path, plot->axes.name[axis], path);
  for (int s = 0; s < report->n_sets; s++) {
    struct over_seeds over;
    if (s > 0) fputc(',', report->out);
    enum status status = read_over_seeds(report, &report->set[s], path, 1, &over);
    size_t n = over.n ? (size_t)over.form.count : 0, kept = n;
    if (frames && n > FRAMES_MOST) {
      for (size_t f = 0; f < FRAMES_MOST; f++) over.mean[f] = over.mean[f * (n - 1) / (FRAMES_MOST - 1)];
      kept = FRAMES_MOST;
    } else if (n > 0) {
      kept = thin(over.mean, n, 1, axis == 0 && plot->axes.n == 2 ? FRAMES_MOST : POINTS_MOST);
    }
    if (status == STATUS_OK) status = report_numbers(report, over.mean, kept);
    free_over_seeds(&over);
    TRY(status);
  }
  return STATUS_OK;
}

static enum status put_axes(struct report *report, struct store *store, const struct plot *plot) {
  char path[STORE_NAME_MAX];
  fputs(",\"axes\":[", report->out);
  for (int a = 0; a < plot->axes.n; a++) {
    join(plot->path, plot->axes.name[a], path);
    fputs(a ? ",{\"name\":" : "{\"name\":", report->out);
    json_text_in_page(report->out, plot->axes.name[a]);
    fputs(",\"unit\":", report->out);
    put_attribute(report, store, path, "units");
    fputs(",\"at\":[", report->out);
    TRY(put_axis(report, plot, a, plot->axes.n == 3 && a == 0));
    fputs("]}", report->out);
  }
  fputc(']', report->out);
  return STATUS_OK;
}

static enum status put_signal(struct report *report, struct store *store, const struct plot *plot,
                              const char *name) {
  char path[STORE_NAME_MAX];
  join(plot->path, name, path);
  fputs("{\"name\":", report->out);
  json_text_in_page(report->out, name);
  fputs(",\"unit\":", report->out);
  put_attribute(report, store, path, "units");
  fputs(",\"label\":", report->out);
  put_attribute(report, store, path, "long_name");
  fputs(",\"sets\":[", report->out);
  for (int s = 0; s < report->n_sets; s++) {
    if (s > 0) fputc(',', report->out);
    TRY(plot->axes.n == 3 ? put_map(report, &report->set[s], path)
                          : put_curve(report, &report->set[s], path, plot->axes.n));
  }
  fputs("]}", report->out);
  return STATUS_OK;
}

static enum status put_plot(struct report *report, struct store *store, const struct plot *plot) {
  char path[STORE_NAME_MAX], *title = NULL;
  join(plot->path, "title", path);
  bool named =
      store_object(store, path) == STORE_DATASET && store_read_text(store, path, NULL, &title) == STATUS_OK;
  fputs("{\"path\":", report->out);
  json_text_in_page(report->out, plot->path);
  fputs(",\"title\":", report->out);
  json_text_in_page(report->out, named ? title : plot->path);
  memory_free(title);
  TRY(put_axes(report, store, plot));
  fputs(",\"signals\":[", report->out);
  for (int k = 0; k < plot->signals.n; k++) {
    if (k > 0) fputs(",\n", report->out);
    TRY(put_signal(report, store, plot, plot->signals.name[k]));
  }
  fputs("]}", report->out);
  return STATUS_OK;
}

/* ---- all groups ---- */

/* The signal and its companions in one list. Fails: CONFIG (attributes of another form). */
static enum status read_signals(struct store *store, const char *path, struct store_names *out) {
  struct store_names first, others = {0};
  TRY(store_read_texts(store, path, "signal", &first));
  enum status status = STATUS_OK;
  if (store_has_attribute(store, path, "auxiliary_signals"))
    status = store_read_texts(store, path, "auxiliary_signals", &others);
  size_t old = (size_t)first.n, all = old + (size_t)others.n;
  if (status == STATUS_OK) status = memory_resize("signals", old, all, sizeof *first.name, &first.name);
  for (int k = 0; k < others.n && status == STATUS_OK; k++) {
    status = memory_text(others.name[k], &first.name[first.n]);
    if (status == STATUS_OK) first.n++;
  }
  store_names_free(&others);
  *out = first;
  return status;
}

static enum status show_plot(struct report *report, struct store *store, const char *path, bool *first) {
  struct plot plot = {0};
  snprintf(plot.path, sizeof plot.path, "%s", path);
  enum status status = read_signals(store, path, &plot.signals);
  if (status == STATUS_OK) status = store_read_texts(store, path, "axes", &plot.axes);
  if (status == STATUS_OK && plot.axes.n >= 1 && plot.axes.n <= 3) {
    if (!*first) fputs(",\n", report->out);
    *first = false;
    status = put_plot(report, store, &plot);
  }
  store_names_free(&plot.signals);
  store_names_free(&plot.axes);
  return status;
}

static enum status walk(struct report *report, struct store *store, const char *path, int depth,
                        bool *first) {
  struct store_names children;
  if (depth > DEPTH_MOST) return STATUS_OK;
  if (store_has_attribute(store, path, "signal")) return show_plot(report, store, path, first);
  TRY(store_children(store, path, &children));
  enum status status = STATUS_OK;
  for (int c = 0; c < children.n && status == STATUS_OK; c++) {
    char child[STORE_NAME_MAX];
    bool skip = false;
    for (size_t k = 0; depth == 0 && k < sizeof left_out / sizeof *left_out; k++)
      skip |= strcmp(children.name[c], left_out[k]) == 0;
    join(path, children.name[c], child);
    if (!skip && store_object(store, child) == STORE_GROUP)
      status = walk(report, store, child, depth + 1, first);
  }
  store_names_free(&children);
  return status;
}

enum status report_groups(struct report *report) {
  struct store *store = NULL;
  bool first = true;
  fputs("\"groups\":[", report->out);
  TRY(report_take(report, &report->set[0], 0, &store));
  enum status status = walk(report, store, "/", 0, &first);
  report_give(&report->set[0], 0, store);
  fputs("]", report->out);
  return status;
}
