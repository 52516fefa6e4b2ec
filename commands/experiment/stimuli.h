/* stimuli.h — events that act on cells and not through a drug: a current, light on a population that carries
 * an opsin, a volley through its afferents; and the sham, which does nothing and only tells arms apart.
 *
 *   current   `current` into each cell                                             (drive/injection.h)
 *   light     an opsin's `conductance` with its `reversal`: near 0 mV it drives, below rest it silences
 *   pulse     at each time `volleys` background events onto each cell, on average, as from its tract
 * Of a region's population, of all populations of a cell type, or of all. A stimulus is on from `at` for
 * `over`, and again every `every`, `count` times. Cells feel it in windows; what lies between windows is told
 * by them, so one that lasts has a window in it, and a short one lies within a window. */
#ifndef COMMANDS_STIMULI_H
#define COMMANDS_STIMULI_H

#include "experiment.h"

bool stimulus_is(const struct dose_event *event);
bool sham_is(const struct dose_event *event);

/* Faults of an event of these kinds, and of their keys in events of another kind. */
void stimulus_check(struct experiment *experiment, const char *path, struct dose_event *event);
/* When the windows are known: does every stimulus meet one? Faults go to the config. */
void stimuli_meet_windows(const struct experiment *experiment);

/* Does the stimulus reach this population? */
bool stimulus_reaches(const struct dose_event *event, const char *name, const char *type);

/* The latest beginning or end at or before t, −INFINITY if there is none, and the earliest after t, INFINITY,
 * of a stimulus that lasts; a short one is a matter of its window. */
double stimulus_before_h(const struct dose_event *event, double t_h);
double stimulus_after_h(const struct dose_event *event, double t_h);
/* When spikes first feel it: a window is simulated from where it begins to settle. */
double stimulus_felt_h(const struct experiment *experiment, const struct dose_event *event);

#endif
