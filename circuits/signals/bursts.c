/* bursts.c — series of extracellular glutamate in bins, and the search for bursts. See bursts.h. */
#include "signals/bursts.h"
#include "fields.h"
#include "memory.h"
#include <stdio.h>
#include <string.h>

const struct param bursts_params[] = {
    PARAM_BOOL(struct bursts_params, on, 1, SETTING, "", "record bursts of glutamate"),
    PARAM_NUM(struct bursts_params, threshold, "1", 3, 0, 100, SETTING,
              "the mean of many cells exceeds it in 0.1 % of the time by chance",
              "standard deviations above the mean where a burst begins"),
    PARAM_NUM(struct bursts_params, shortest, "ms", 10, 0, 10000, SETTING, "two bins",
              "shortest duration of a burst"),
};
const int n_bursts_params = COUNT_OF(bursts_params);

/* Bins before a burst in which a site may have begun; sites that a front needs; share of the spread of times
 * that distance must explain. */
enum { EARLY = 2, FRONT_SITES = 4 };
static const double EXPLAINED = 0.5;

static int sites_of(const struct bursts *bursts) { return sheet_sites(bursts->glutamate->sheet); }
static int bins_of(const struct bursts *bursts) { return (int)(bursts->n / (size_t)sites_of(bursts)); }

enum status bursts_new(struct bursts *bursts, const struct bursts_params *params,
                       const struct glutamate *glutamate) {
  *bursts = (struct bursts){.params = *params, .glutamate = glutamate};
  size_t sites = (size_t)sites_of(bursts);
  TRY(memory_new("bursts", sites, sizeof(double), &bursts->sum));
  return memory_new("bursts", 2 * (sites + 1), sizeof(double), &bursts->control);
}

void bursts_free(struct bursts *bursts) {
  memory_free(bursts->sum);
  memory_free(bursts->series);
  memory_free(bursts->control);
  *bursts = (struct bursts){0};
}

/* ---- while a window runs ---- */

static void listen(void *context, const struct network *network, int64_t tick) {
  (void)network, (void)tick;
  struct bursts *bursts = context;
  int sites = sites_of(bursts);
  if (!bursts->listening || bins_of(bursts) == bursts->capacity) return;
  for (int s = 0; s < sites; s++) bursts->sum[s] += bursts->glutamate->concentration[s];
  if (++bursts->looks < BURSTS_BIN_MS) return;
  for (int s = 0; s < sites; s++) {
    bursts->series[bursts->n++] = (float)(bursts->sum[s] / BURSTS_BIN_MS);
    bursts->sum[s] = 0;
  }
  bursts->looks = 0;
}

struct observer bursts_observer(struct bursts *bursts) {
  return (struct observer){.context = bursts, .millisecond = listen};
}

enum status bursts_listen(struct bursts *bursts, double window_ms, bool measuring) {
  size_t sites = (size_t)sites_of(bursts);
  int bins = (int)(window_ms / BURSTS_BIN_MS + 0.5);
  bursts->listening = measuring;
  if (bins <= bursts->capacity) return STATUS_OK;
  TRY(memory_resize("bursts", (size_t)bursts->capacity * sites, (size_t)bins * sites, sizeof(float),
                    &bursts->series));
  bursts->capacity = bins;
  return STATUS_OK;
}

void bursts_begin(struct bursts *bursts) {
  bursts->n = 0;
  bursts->looks = 0;
  memset(bursts->sum, 0, (size_t)sites_of(bursts) * sizeof(double));
}

/* ---- after it ---- */

/* The region's mean in a bin. */
static double whole(const struct bursts *bursts, int bin) {
  int sites = sites_of(bursts);
  const float *row = bursts->series + (size_t)bin * (size_t)sites;
  double sum = 0;
  for (int s = 0; s < sites; s++) sum += (double)row[s];
  return sum / sites;
}

/* Of a site, or of the region's mean (site = number of sites). */
static double value(const struct bursts *bursts, int site, int bin) {
  int sites = sites_of(bursts);
  return site == sites ? whole(bursts, bin)
                       : (double)bursts->series[(size_t)bin * (size_t)sites + (size_t)site];
}

static struct bursts_level level_of(const struct bursts *bursts, int site) {
  int n = bins_of(bursts);
  double mean = 0, square = 0;
  for (int t = 0; t < n; t++) mean += value(bursts, site, t);
  mean /= n > 0 ? n : 1;
  for (int t = 0; t < n; t++) square += (value(bursts, site, t) - mean) * (value(bursts, site, t) - mean);
  return (struct bursts_level){mean, n > 1 ? sqrt(square / (n - 1)) : 0};
}

void bursts_set_control(struct bursts *bursts) {
  for (int s = 0; s <= sites_of(bursts); s++) {
    struct bursts_level level = level_of(bursts, s);
    bursts->control[2 * s] = level.mean;
    bursts->control[2 * s + 1] = level.sd;
  }
}

static struct bursts_level reference(const struct bursts *bursts, enum bursts_criterion criterion, int site) {
  if (criterion == BURSTS_OWN) return level_of(bursts, site);
  return (struct bursts_level){bursts->control[2 * site], bursts->control[2 * site + 1]};
}

/* When a site crosses its threshold within bins first … last, in bins; NAN if it does not. */
static double crossing(const struct bursts *bursts, int site, double above, int first, int last) {
  for (int t = first; t <= last; t++) {
    double now = value(bursts, site, t), before = t > 0 ? value(bursts, site, t - 1) : now;
    if (!(now > above)) continue;
    return before < above ? t - 0.5 + (above - before) / (now - before) : t + 0.5;
  }
  return NAN;
}

/* The front: how far sites lie from the first, against when they cross. */
static double front_speed(const struct bursts *bursts, const double *time, int taking_part) {
  const struct sheet *sheet = bursts->glutamate->sheet;
  int sites = sites_of(bursts), first = -1;
  double n = taking_part, d = 0, t = 0, dd = 0, tt = 0, dt = 0;
  if (taking_part < FRONT_SITES) return NAN;
  for (int s = 0; s < sites; s++) {
    if (!isnan(time[s]) && (first < 0 || time[s] < time[first])) first = s;
  }
  for (int s = 0; s < sites; s++) {
    if (isnan(time[s])) continue;
    double distance = sheet_distance_um(sheet, first, s), after = time[s] - time[first];
    d += distance, t += after, dd += distance * distance, tt += after * after, dt += distance * after;
  }
  double var_d = dd - d * d / n, var_t = tt - t * t / n, both = dt - d * t / n;
  if (!(both > 0) || !(both * both >= EXPLAINED * var_d * var_t)) return NAN;
  return var_d / both / BURSTS_BIN_MS * 1e-3; /* µm per bin, in m/s */
}

/* What is to be said of the burst in bins first … last; `above` is each site's threshold, `time` scratch. */
static struct burst describe(const struct bursts *bursts, struct bursts_level level, const double *above,
                             double *time, int first, int last) {
  int sites = sites_of(bursts), taking_part = 0;
  struct burst burst = {.onset_ms = first * BURSTS_BIN_MS, .duration_ms = (last - first + 1) * BURSTS_BIN_MS};
  for (int t = first; t <= last; t++) {
    double now = whole(bursts, t);
    burst.size_uM_ms += (now - level.mean) * BURSTS_BIN_MS;
    burst.peak_uM = fmax(burst.peak_uM, now);
  }
  int early = first > EARLY ? first - EARLY : 0;
  for (int s = 0; s < sites; s++) {
    time[s] = crossing(bursts, s, above[s], early, last);
    taking_part += !isnan(time[s]);
  }
  burst.extent = (double)taking_part / sites;
  burst.speed_m_s = front_speed(bursts, time, taking_part);
  return burst;
}

static enum status search(const struct bursts *bursts, enum bursts_criterion criterion, double *room,
                          struct burst **out, int *n) {
  int sites = sites_of(bursts), bins = bins_of(bursts), capacity = 0;
  const double k = bursts->params.threshold;
  struct bursts_level level = reference(bursts, criterion, sites);
  for (int s = 0; s < sites; s++) {
    struct bursts_level own = reference(bursts, criterion, s);
    room[s] = own.mean + k * own.sd;
  }
  for (int t = 0, first = -1; t <= bins; t++) {
    bool above = t < bins && whole(bursts, t) > level.mean + k * level.sd;
    if (above && first < 0) first = t;
    if (above || first < 0) continue;
    if ((t - first) * BURSTS_BIN_MS >= bursts->params.shortest) {
      if (*n == capacity) {
        TRY(memory_resize("bursts", (size_t)capacity, 2 * (size_t)capacity + 16, sizeof **out, out));
        capacity = 2 * capacity + 16;
      }
      (*out)[(*n)++] = describe(bursts, level, room, room + sites, first, t - 1);
    }
    first = -1;
  }
  return STATUS_OK;
}

enum status bursts_find(const struct bursts *bursts, enum bursts_criterion criterion, struct burst **out,
                        int *n) {
  double *room = NULL;
  *out = NULL;
  *n = 0;
  TRY(memory_new("bursts", 2 * (size_t)sites_of(bursts), sizeof(double), &room));
  enum status status = search(bursts, criterion, room, out, n);
  memory_free(room);
  if (status == STATUS_OK) return STATUS_OK;
  memory_free(*out);
  *out = NULL;
  return status;
}

enum status bursts_visit(struct bursts *bursts, const char *region, struct visitor *visitor) {
  char name[96];
  size_t sites = (size_t)sites_of(bursts);
  snprintf(name, sizeof name, "%s/bursts_control", region);
  TRY(visitor->array(visitor, name, STATE_F64, 2 * (sites + 1), bursts->control));
  snprintf(name, sizeof name, "%s/bursts_series", region);
  void *series = bursts->series;
  TRY(visitor->list(visitor, name, STATE_F32, &bursts->n, &series));
  bursts->series = series;
  if (!visitor->loading) return STATUS_OK;
  if (bursts->n % sites != 0)
    return status_fail(STATUS_CONFIG, "checkpoint: the series of glutamate of %s is cut short", region);
  bursts->capacity = (int)(bursts->n / sites);
  bursts->looks = 0;
  memset(bursts->sum, 0, sites * sizeof(double));
  return STATUS_OK;
}
