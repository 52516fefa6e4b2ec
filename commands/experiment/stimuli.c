/* stimuli.c — stimuli as events: their faults and times. See stimuli.h. */
#include "stimuli.h"
#include "fields.h"
#include "windows.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A stimulus at least as long as this is more than a matter of one window. */
static const double LASTING_H = 1.0 / 60.0;

static bool kind_is(const struct dose_event *event, const char *kind) {
  return event->kind && strcmp(event->kind, kind) == 0;
}

bool stimulus_is(const struct dose_event *event) {
  return kind_is(event, "current") || kind_is(event, "light") || kind_is(event, "pulse");
}

bool sham_is(const struct dose_event *event) { return kind_is(event, "sham"); }

/* ---- faults ---- */

static void refuse(struct config *config, const char *path, const char *kind, const char *const *keys,
                   int n) {
  for (int k = 0; k < n; k++) {
    char key[80];
    snprintf(key, sizeof key, "%.56s.%.20s", path, keys[k]);
    if (config_has(config, key)) config_fault(config, key, "an event of the kind %s has none", kind);
  }
}

static const char *const of_drugs[] = {"drug",   "dose", "amount", "concentration", "route", "volume",
                                       "radius", "x",    "y"};
static const char *const of_stimuli[] = {"population", "current", "conductance", "reversal", "volleys"};

static void check_place(struct experiment *experiment, const char *path, struct dose_event *event) {
  struct config *config = experiment->config;
  const char *regions[EXPERIMENT_REGIONS], *names[2 * REGION_POPULATIONS];
  char key[80];
  int n = 0;
  event->region_index = -1;
  for (int r = 0; r < experiment->n_regions; r++) {
    regions[r] = experiment->anatomy[r].name;
    if (event->region && strcmp(event->region, regions[r]) == 0) event->region_index = r;
  }
  snprintf(key, sizeof key, "%.56s.region", path);
  if (!event->region || !*event->region) {
    config_fault(config, path, "a stimulus needs the name of its region");
    return;
  }
  if (event->region_index < 0) {
    config_unknown(config, key, event->region, regions, experiment->n_regions);
    return;
  }
  const struct anatomy *anatomy = &experiment->anatomy[event->region_index];
  bool found = !event->population || !*event->population;
  for (int k = 0; k < anatomy->n_populations; k++) {
    names[n++] = anatomy->population[k].name;
    names[n++] = anatomy->population[k].type;
    found |= !found && stimulus_reaches(event, anatomy->population[k].name, anatomy->population[k].type);
  }
  snprintf(key, sizeof key, "%.56s.population", path);
  if (!found) config_unknown(config, key, event->population, names, n);
}

/* Each kind has a size of its own and none of the others'. */
static void check_size(struct config *config, const char *path, const struct dose_event *event) {
  static const struct {
    const char *kind, *key;
  } sizes[] = {{"current", "current"}, {"light", "conductance"}, {"pulse", "volleys"}};
  for (int k = 0; k < COUNT_OF(sizes); k++) {
    char key[80];
    bool own = kind_is(event, sizes[k].kind);
    snprintf(key, sizeof key, "%.56s.%s", path, sizes[k].key);
    bool given = config_has(config, key);
    if (own && !given)
      config_fault(config, path, "an event of the kind %s needs `%s`", event->kind, sizes[k].key);
    if (!own && given) config_fault(config, key, "belongs to the kind %s", sizes[k].kind);
  }
  bool pulse = kind_is(event, "pulse");
  if (pulse && event->over > 0) config_fault(config, path, "a pulse comes at once: it has no `over`");
  if (!pulse && !(event->over > 0)) config_fault(config, path, "a stimulus lasts: give `over`");
  if (event->count > 1 && event->over > event->every)
    config_fault(config, path, "the stimulus lasts longer than the time to the next");
}

void stimulus_check(struct experiment *experiment, const char *path, struct dose_event *event) {
  struct config *config = experiment->config;
  if (sham_is(event)) {
    static const char *const region[] = {"region"};
    refuse(config, path, "sham", of_drugs, COUNT_OF(of_drugs));
    refuse(config, path, "sham", of_stimuli, COUNT_OF(of_stimuli));
    refuse(config, path, "sham", region, 1);
  } else if (stimulus_is(event)) {
    refuse(config, path, event->kind, of_drugs, COUNT_OF(of_drugs));
    check_place(experiment, path, event);
    check_size(config, path, event);
  } else {
    refuse(config, path, event->kind ? event->kind : "dose", of_stimuli, COUNT_OF(of_stimuli));
  }
}

bool stimulus_reaches(const struct dose_event *event, const char *name, const char *type) {
  if (!event->population || !*event->population) return true;
  return strcmp(event->population, name) == 0 || strcmp(event->population, type) == 0;
}

/* ---- times ---- */

static bool lasts(const struct dose_event *event) { return event->over >= LASTING_H; }

/* The number of the latest repeat that began at or before t; −1 if none. */
static double repeat_at(const struct dose_event *event, double t_h) {
  double k = fmin(floor((t_h - event->at) / event->every) + 1.0, (double)(event->count - 1));
  while (k >= 0 && event->at + k * event->every > t_h) k--;
  return fmax(k, -1.0);
}

double stimulus_before_h(const struct dose_event *event, double t_h) {
  double k = repeat_at(event, t_h);
  if (!lasts(event) || k < 0) return -INFINITY;
  double begin = event->at + k * event->every, end = begin + event->over;
  return end <= t_h ? end : begin;
}

double stimulus_after_h(const struct dose_event *event, double t_h) {
  double k = repeat_at(event, t_h);
  if (!lasts(event)) return INFINITY;
  double end = event->at + k * event->every + event->over;
  if (k >= 0 && end > t_h) return end;
  return k + 1 < (double)event->count ? event->at + (k + 1) * event->every : INFINITY;
}

/* Is it on at any time from t0 to t1? */
static bool is_on(const struct dose_event *event, double t0_h, double t1_h) {
  double k = repeat_at(event, t1_h);
  return k >= 0 && event->at + k * event->every + event->over >= t0_h;
}

static void window_h(const struct experiment *experiment, int w, double *t0_h, double *t1_h) {
  *t0_h = experiment->window[w].at - windows_settle_s(experiment, w) / 3600.0;
  *t1_h = experiment->window[w].at + experiment->window[w].duration / 3600.0;
}

double stimulus_felt_h(const struct experiment *experiment, const struct dose_event *event) {
  for (int w = 0; w < experiment->n_windows; w++) {
    double t0_h, t1_h;
    window_h(experiment, w, &t0_h, &t1_h);
    if (event->at > t0_h && event->at < t1_h) return t0_h;
  }
  return event->at;
}

void stimuli_meet_windows(const struct experiment *experiment) {
  for (int e = 0; e < experiment->n_events && !experiment->quick; e++) {
    const struct dose_event *event = &experiment->event[e];
    bool met = !stimulus_is(event);
    char path[48];
    for (int w = 0; w < experiment->n_windows && !met; w++) {
      double t0_h, t1_h;
      window_h(experiment, w, &t0_h, &t1_h);
      met = is_on(event, t0_h, t1_h);
    }
    snprintf(path, sizeof path, "protocol.events.[%d]", e);
    if (!met) config_fault(experiment->config, path, "falls into no window: no cell would feel it");
  }
}
