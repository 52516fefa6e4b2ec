/* stress_events.h — stressors as data, and events of the kind stress: sessions that begin at a time, last
 * `over`, and come again every `every`, `count` times.
 *
 * A stressor is a child of the group `stressors`: how much of the largest response of the adrenals it calls
 * for, and whether it comes alike each time, so that the response habituates (tissue/stress.c). */
#ifndef COMMANDS_STRESS_EVENTS_H
#define COMMANDS_STRESS_EVENTS_H

#include "experiment.h"

bool stress_is(const struct dose_event *event);

/* Read the group `stressors`. */
void stressors_read(struct experiment *experiment);
extern const struct param stressor_params[];
extern const int n_stressor_params;

/* Faults of an event of the kind stress, and of stress keys in events of another kind. */
void stress_check(struct experiment *experiment, const char *path, const struct dose_event *event);

/* Add an event's sessions to those of an arm. Fails: NO_MEMORY. */
MUST_USE enum status stress_add(const struct experiment *experiment, const struct dose_event *event,
                                struct arm_doses *out);

/* Add those of the subject's condition, if it goes on: from time 0 to the end. Fails: NO_MEMORY. */
MUST_USE enum status stress_go_on(const struct experiment *experiment, struct arm_doses *out);

/* Mean drive of an arm's stressors from t0_h to t1_h, of the largest, at most 1: those that come alike, and
 * the others. */
struct stress_drive {
  double predictable, other;
};
struct stress_drive stress_drive(const struct arm_doses *doses, double t0_h, double t1_h);

/* Did any session begin by this time? */
bool stress_begun(const struct arm_doses *doses, double t_h);

/* The number of a stressor by name; −1 if there is none. */
int stressor_named(const struct experiment *experiment, const char *name);

#endif
