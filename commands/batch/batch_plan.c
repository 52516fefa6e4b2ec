/* batch_plan.c — reading the section `batch`, and the values of its points. See batch_plan.h. */
#include "batch_plan.h"
#include "fields.h"
#include "memory.h"
#include "names.h"
#include "statistics.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 64 };

/* ---- tables ---- */

const struct param batch_params[] = {
    PARAM_PICK(struct batch_settings, design, DESIGN_GRID, DESIGNS, SETTING, "",
               "which values of the axes are combined: grid, all with all; list, the first of each, then the "
               "second; the others draw or spread `points` points"),
    PARAM_INT(
        struct batch_settings, points, 16, 1, BATCH_RUNS, SETTING, "",
        "points of a design that spreads or draws them; base points of saltelli, trajectories of morris"),
    PARAM_INT(struct batch_settings, draw_seed, 1, 0, 9007199254740992, SETTING, "",
              "seed of the design; runs have `seeds` of their own"),
};
const int n_batch_params = COUNT_OF(batch_params);

#define AXIS_NUM(member, standard, meaning)                                                                  \
  PARAM_NUM(struct batch_axis, member, "1", standard, -1e12, 1e12, SETTING, "", meaning)
const struct param batch_axis_params[] = {
    PARAM_STR(struct batch_axis, name, NULL, SETTING, "",
              "name of the axis, and of its column in summary.h5"),
    PARAM_STR(struct batch_axis, unit, "", SETTING, "", "unit of low, high, mean and sd; empty: a number"),
    PARAM_PICK(struct batch_axis, distribution, UNIFORM, DISTRIBUTIONS, SETTING, "",
               "how values lie between low and high; normal and lognormal are cut off there"),
    AXIS_NUM(low, 0, "least value"),
    AXIS_NUM(high, 0, "largest value; values are given where it is not above low"),
    AXIS_NUM(mean, 0, "mean of normal and lognormal, before they are cut off"),
    AXIS_NUM(sd, 0, "standard deviation of normal and lognormal"),
    PARAM_INT(struct batch_axis, steps, 5, 2, 1000, SETTING, "", "values of a grid between low and high"),
};
const int n_batch_axis_params = COUNT_OF(batch_axis_params);

/* ---- one axis ---- */

static void read_paths(struct config *config, const char *of, struct batch_axis *axis) {
  char path[PATH_BYTES + 16];
  snprintf(path, sizeof path, "%s.paths", of);
  int n = config_count(config, path);
  if (n == 0) config_fault(config, of, "no paths: name what the axis sets, paths = [\"subject.bmi\"]");
  if (n > BATCH_PATHS) config_fault(config, path, "%d paths, at most %d", n, BATCH_PATHS);
  for (int k = 0; k < n && k < BATCH_PATHS; k++) {
    const char *text = config_text_at(config, path, k);
    if (text && (!*text || strchr(text, '=')))
      config_fault(config, path, "\"%s\" is no path of a config, like protocol.events.[0].dose", text);
    if (text) axis->path[axis->n_paths++] = text;
  }
}

static enum status read_values(struct config *config, const char *of, struct batch_axis *axis) {
  char path[PATH_BYTES + 16];
  snprintf(path, sizeof path, "%s.values", of);
  if (!config_has(config, path)) return STATUS_OK;
  int n = config_count(config, path);
  if (n == 0) config_fault(config, path, "there is no value");
  TRY(memory_new("values of an axis", (size_t)n + 1, sizeof *axis->value, &axis->value));
  for (int k = 0; k < n; k++) {
    if (config_value_at(config, path, k, axis->value[axis->n_values], BATCH_VALUE_BYTES)) axis->n_values++;
  }
  return STATUS_OK;
}

static void check_axis(struct config *config, const char *path, const struct batch_axis *axis) {
  bool given = axis->n_values > 0, range = axis->high > axis->low;
  bool positive = axis->distribution == LOG_UNIFORM || axis->distribution == LOGNORMAL;
  if (axis->name && (!names_plain(axis->name) || strlen(axis->name) > 40))
    config_fault(config, path,
                 "\"%s\" cannot name a column: letters, digits and _, a letter first, at most 40",
                 axis->name);
  if (given == range)
    config_fault(config, path, "give values = [...], or low and a higher high, and not both");
  if (range && positive && !(axis->low > 0))
    config_fault(config, path, "low must be above 0 on a logarithmic scale");
  if (range && axis->distribution >= NORMAL && !(axis->sd > 0))
    config_fault(config, path, "normal and lognormal need mean and sd");
  if (range && axis->distribution == LOGNORMAL && !(axis->mean > 0))
    config_fault(config, path, "the mean of a lognormal is above 0");
}

static enum status read_axis(struct config *config, struct batch *batch, int a) {
  struct batch_axis *axis = &batch->axis[batch->n_axes++];
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "batch.axes.[%d]", a);
  params_read(config, path, batch_axis_params, n_batch_axis_params, NULL, 0, axis);
  read_paths(config, path, axis);
  TRY(read_values(config, path, axis));
  check_axis(config, path, axis);
  for (int k = 0; k < a; k++) {
    if (axis->name && batch->axis[k].name && strcmp(batch->axis[k].name, axis->name) == 0)
      config_fault(config, path, "axis \"%s\" is there already", axis->name);
  }
  return STATUS_OK;
}

/* The value at u of (0, 1): the distribution's quantile, of what lies between low and high. */
static double axis_quantile(const struct batch_axis *axis, double u) {
  double low = axis->low, high = axis->high;
  if (axis->distribution == UNIFORM) return low + u * (high - low);
  if (axis->distribution == LOG_UNIFORM) return low * pow(high / low, u);
  double mean = axis->mean, sd = axis->sd;
  bool logarithmic = axis->distribution == LOGNORMAL;
  if (logarithmic) {
    double variance = log1p(sd * sd / (mean * mean));
    mean = log(mean) - variance / 2;
    sd = sqrt(variance);
    low = log(low);
    high = log(high);
  }
  double from = statistics_normal((low - mean) / sd), to = statistics_normal((high - mean) / sd);
  double value = mean + sd * statistics_normal_quantile(from + u * (to - from));
  value = fmin(fmax(value, low), high);
  return logarithmic ? exp(value) : value;
}

static int axis_steps(const struct batch_axis *axis) {
  return axis->n_values > 0 ? axis->n_values : (int)axis->steps;
}

static void set_value(const struct batch *batch, int point, int axis, double u, int k) {
  const struct batch_axis *of = &batch->axis[axis];
  char *text = batch->value[point * batch->n_axes + axis], *end;
  if (of->n_values > 0) {
    int n = k >= 0 ? k : (int)fmin(floor(u * of->n_values), of->n_values - 1);
    memcpy(text, of->value[n], BATCH_VALUE_BYTES);
  } else {
    double value = axis_quantile(of, k >= 0 ? (double)k / (double)(of->steps - 1) : u);
    snprintf(text, BATCH_VALUE_BYTES, "%.9g%s%s", value, *of->unit ? " " : "", of->unit);
  }
  double number = strtod(text, &end);
  batch->number[point * batch->n_axes + axis] = end == text ? (double)NAN : number;
}

/* ---- points ---- */

/* Axes of a list have as many values; the others' product, or the design's count, is limited. */
static int64_t count_points(struct config *config, const struct batch *batch) {
  enum design design = (enum design)batch->settings.design;
  int64_t n = 1;
  if (batch->n_axes == 0) return 1;
  if (design == DESIGN_LIST) {
    n = batch->axis[0].n_values;
    for (int a = 0; a < batch->n_axes; a++) {
      if (batch->axis[a].n_values != n || n == 0)
        config_fault(config, "batch.axes", "design list: every axis needs the same number of values");
    }
    return n;
  }
  if (design != DESIGN_GRID) {
    if (batch->n_axes > design_most_axes(design))
      config_fault(config, "batch.axes", "%d axes, this design takes at most %d", batch->n_axes,
                   design_most_axes(design));
    return design_count(design, batch->n_axes, batch->settings.points);
  }
  for (int a = 0; a < batch->n_axes && n <= BATCH_RUNS; a++) n *= axis_steps(&batch->axis[a]);
  return n;
}

/* The last axis of a grid runs fastest. */
static void fill_given(const struct batch *batch) {
  bool list = batch->settings.design == DESIGN_LIST;
  for (int point = 0; point < batch->n_points; point++) {
    for (int a = batch->n_axes - 1, rest = point; a >= 0; a--) {
      int steps = axis_steps(&batch->axis[a]);
      set_value(batch, point, a, 0, list ? point : rest % steps);
      rest /= steps;
    }
  }
}

static enum status fill(struct batch *batch) {
  size_t cells = (size_t)batch->n_points * (size_t)batch->n_axes;
  enum design design = (enum design)batch->settings.design;
  TRY(memory_new("values of a batch", cells + 1, sizeof *batch->value, &batch->value));
  TRY(memory_new("values of a batch", cells + 1, sizeof *batch->number, &batch->number));
  if (design == DESIGN_GRID || design == DESIGN_LIST || batch->n_axes == 0) {
    fill_given(batch);
    return STATUS_OK;
  }
  TRY(memory_new("points of a batch", cells, sizeof *batch->cube, &batch->cube));
  TRY(design_points(design, batch->n_axes, (int)batch->settings.points, (uint64_t)batch->settings.draw_seed,
                    batch->cube));
  for (int point = 0; point < batch->n_points; point++) {
    for (int a = 0; a < batch->n_axes; a++)
      set_value(batch, point, a, batch->cube[point * batch->n_axes + a], -1);
  }
  return STATUS_OK;
}

/* ---- all ---- */

static void read_seeds(struct config *config, int64_t seed, struct batch *batch) {
  int n = config_has(config, "batch.seeds") ? config_count(config, "batch.seeds") : 0;
  if (n > BATCH_SEEDS) config_fault(config, "batch.seeds", "%d seeds, at most %d", n, BATCH_SEEDS);
  for (int k = 0; k < n && k < BATCH_SEEDS; k++) {
    double value = config_number_at(config, "batch.seeds", "1", k);
    if (!(value >= 0 && value < 9e15 && value == floor(value)))
      config_fault(config, "batch.seeds", "a seed is a whole number from 0 on");
    else
      batch->seed[batch->n_seeds++] = (int64_t)value;
    for (int j = 0; j + 1 < batch->n_seeds; j++) {
      if (batch->seed[j] == batch->seed[batch->n_seeds - 1])
        config_fault(config, "batch.seeds", "seed %lld is there twice", (long long)batch->seed[j]);
    }
  }
  if (batch->n_seeds == 0) batch->seed[batch->n_seeds++] = seed;
}

enum status batch_read(struct config *config, int64_t seed, struct batch *out) {
  *out = (struct batch){0};
  params_read(config, "batch", batch_params, n_batch_params, NULL, 0, &out->settings);
  read_seeds(config, seed, out);
  int n = config_has(config, "batch") ? config_count(config, "batch.axes") : 0;
  if (n > BATCH_AXES) config_fault(config, "batch.axes", "%d axes, at most %d", n, BATCH_AXES);
  for (int a = 0; a < n && a < BATCH_AXES; a++) TRY(read_axis(config, out, a));
  int64_t points = count_points(config, out);
  if (points * out->n_seeds > BATCH_RUNS) {
    config_fault(config, "batch", "%lld points with %d seeds each, at most %d runs", (long long)points,
                 out->n_seeds, BATCH_RUNS);
    return STATUS_OK;
  }
  out->n_points = (int)points;
  return fill(out);
}

void batch_free(struct batch *batch) {
  for (int a = 0; a < batch->n_axes; a++) memory_free(batch->axis[a].value);
  memory_free(batch->value);
  memory_free(batch->number);
  memory_free(batch->cube);
  *batch = (struct batch){0};
}

void batch_words(const struct batch *batch, int point, char *out, size_t size) {
  size_t at = 0;
  *out = '\0';
  for (int a = 0; a < batch->n_axes && at < size; a++) {
    at += (size_t)snprintf(out + at, size - at, "%s%s=%s", a ? ", " : "", batch->axis[a].name,
                           batch_value(batch, point, a));
  }
}
