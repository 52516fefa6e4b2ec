/* stress_events.c — stressors, and when they are there. See stress_events.h. */
#include "stress_events.h"
#include "fields.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

const struct param stressor_params[] = {
    PARAM_STR(struct stressor, title, "", SETTING, "", "what it is, in words"),
    PARAM_NUM(struct stressor, drive, "1", PARAM_REQUIRED, 0, 1, ASSUMED,
              "no default: it is the stressor's own",
              "response of the adrenals that it calls for, of the largest"),
    PARAM_BOOL(struct stressor, predictable, 0, ASSUMED, "no default but novelty: it is the stressor's own",
               "it comes alike each time: the response habituates"),
};
const int n_stressor_params = COUNT_OF(stressor_params);

void stressors_read(struct experiment *experiment) {
  struct config *config = experiment->config;
  int n = config_count(config, "stressors");
  if (n > EXPERIMENT_STRESSORS)
    config_fault(config, "stressors", "%d stressors, at most %d", n, EXPERIMENT_STRESSORS);
  for (int k = 0; k < n && k < EXPERIMENT_STRESSORS; k++) {
    const char *name = config_child(config, "stressors", k);
    char path[96];
    if (!name) continue;
    struct stressor *stressor = &experiment->stressor[experiment->n_stressors++];
    stressor->name = name;
    snprintf(path, sizeof path, "stressors.%.80s", name);
    params_read(config, path, stressor_params, n_stressor_params, NULL, 0, stressor);
  }
}

int stressor_named(const struct experiment *experiment, const char *name) {
  for (int k = 0; k < experiment->n_stressors; k++) {
    if (strcmp(experiment->stressor[k].name, name) == 0) return k;
  }
  return -1;
}

bool stress_is(const struct dose_event *event) { return event->kind && strcmp(event->kind, "stress") == 0; }

void stress_check(struct experiment *experiment, const char *path, const struct dose_event *event) {
  struct config *config = experiment->config;
  const char *names[EXPERIMENT_STRESSORS];
  static const char *const foreign[] = {
      "drug", "dose", "amount", "concentration", "route", "region", "volume", "radius", "x", "y"};
  if (!stress_is(event)) {
    if (event->stressor && *event->stressor)
      config_fault(config, path, "a stressor belongs to the kind stress");
    return;
  }
  for (int k = 0; k < COUNT_OF(foreign); k++) {
    char key[96];
    snprintf(key, sizeof key, "%.70s.%s", path, foreign[k]);
    if (config_has(config, key))
      config_fault(config, key, "an event of the kind stress has no %s", foreign[k]);
  }
  for (int k = 0; k < experiment->n_stressors; k++) names[k] = experiment->stressor[k].name;
  if (!event->stressor || !*event->stressor)
    config_fault(config, path, "which stressor? Give the name of a child of `stressors`");
  else if (stressor_named(experiment, event->stressor) < 0)
    config_unknown(config, path, event->stressor, names, experiment->n_stressors);
  if (!(event->over > 0)) config_fault(config, path, "stress lasts: give `over`, the time of one session");
  if (event->count > 1 && event->over > event->every)
    config_fault(config, path, "a session lasts longer than the time to the next");
}

/* `intensity`, times and count of `from`, of the stressor that it names. */
static enum status add(const struct experiment *experiment, const char *name, double intensity,
                       const struct stress_sessions *from, struct arm_doses *out) {
  size_t old = (size_t)out->n_stress;
  int named = stressor_named(experiment, name);
  if (named < 0) return status_fail(STATUS_FAULT, "no stressor \"%s\"", name);
  const struct stressor *stressor = &experiment->stressor[named];
  TRY(memory_resize("stress", old, old + 1, sizeof *out->stress, &out->stress));
  struct stress_sessions *sessions = &out->stress[out->n_stress++];
  *sessions = *from;
  sessions->drive = fmin(1, stressor->drive * intensity);
  sessions->predictable = stressor->predictable;
  return STATUS_OK;
}

enum status stress_add(const struct experiment *experiment, const struct dose_event *event,
                       struct arm_doses *out) {
  const struct stress_sessions sessions = {
      .at_h = event->at, .over_h = event->over, .every_h = event->every, .count = event->count};
  return add(experiment, event->stressor, event->intensity, &sessions, out);
}

enum status stress_go_on(const struct experiment *experiment, struct arm_doses *out) {
  const struct condition_settings *condition = &experiment->condition;
  if (!condition->stressor || !condition->goes_on) return STATUS_OK;
  const struct stress_sessions sessions = {.over_h = condition->over,
                                           .every_h = condition->every,
                                           .count = (int64_t)(experiment->end_h / condition->every) + 1};
  return add(experiment, condition->stressor, condition->intensity, &sessions, out);
}

/* Time of sessions within a stretch. */
static double overlap_h(const struct stress_sessions *s, double t0_h, double t1_h) {
  double first = fmax(0, floor((t0_h - s->at_h - s->over_h) / s->every_h)), sum = 0;
  for (double k = first; k < (double)s->count && s->at_h + k * s->every_h < t1_h; k++) {
    double begin = s->at_h + k * s->every_h, from = fmax(begin, t0_h), to = fmin(begin + s->over_h, t1_h);
    if (to > from) sum += to - from;
  }
  return sum;
}

struct stress_drive stress_drive(const struct arm_doses *doses, double t0_h, double t1_h) {
  struct stress_drive drive = {0, 0};
  for (int k = 0; k < doses->n_stress && t1_h > t0_h; k++) {
    const struct stress_sessions *s = &doses->stress[k];
    *(s->predictable ? &drive.predictable : &drive.other) +=
        s->drive * (overlap_h(s, t0_h, t1_h) / (t1_h - t0_h));
  }
  drive.other = fmin(1, drive.other);
  drive.predictable = fmin(1 - drive.other, drive.predictable);
  return drive;
}

bool stress_begun(const struct arm_doses *doses, double t_h) {
  for (int k = 0; k < doses->n_stress; k++) {
    if (doses->stress[k].at_h <= t_h) return true;
  }
  return false;
}
