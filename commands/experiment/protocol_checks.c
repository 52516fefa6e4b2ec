/* protocol_checks.c — faults of a protocol as a whole. See protocol_checks.h. */
#include "protocol_checks.h"
#include "stimuli.h"
#include "windows.h"
#include <stdio.h>

void protocol_check_order(struct experiment *experiment) {
  for (int w = 1; w < experiment->n_windows; w++) {
    char path[48];
    snprintf(path, sizeof path, "protocol.windows.[%d]", w);
    if (experiment->window[w].at < experiment->window[w - 1].at)
      config_fault(experiment->config, path, "at %g h, before the window above it, at %g h: in order of time",
                   experiment->window[w].at, experiment->window[w - 1].at);
  }
}

/* A dose after the end would never act, nor would a repeat. */
static void check_events(const struct experiment *experiment) {
  for (int e = 0; e < experiment->n_events; e++) {
    const struct dose_event *event = &experiment->event[e];
    double last = event->at + (double)(event->count - 1) * event->every;
    char path[48];
    snprintf(path, sizeof path, "protocol.events.[%d]", e);
    if (event->at > experiment->end_h)
      config_fault(experiment->config, path, "at %g h, after the protocol has ended, at %g h", event->at,
                   experiment->end_h);
    else if (last > experiment->end_h)
      config_fault(experiment->config, path,
                   "the last of %lld times is at %g h, after the protocol has ended, at %g h",
                   (long long)event->count, last, experiment->end_h);
  }
}

/* Do two arms get the same events? */
static bool alike(const struct experiment *experiment, int a, int b) {
  for (int e = 0; e < experiment->n_events; e++) {
    uint32_t arms = experiment->event[e].arms;
    if ((arms >> a & 1u) != (arms >> b & 1u)) return false;
  }
  return true;
}

static void check_arms(const struct experiment *experiment) {
  for (int b = 1; b < experiment->n_arms; b++) {
    int a = 0;
    while (a < b && !alike(experiment, a, b)) a++;
    if (a == b) continue;
    char path[32];
    snprintf(path, sizeof path, "arms.[%d]", b);
    config_fault(experiment->config, path,
                 "no event tells arm \"%s\" from arm \"%s\": name it in the `arms` of an event",
                 experiment->arm[b], experiment->arm[a]);
  }
}

static void check_automatic(const struct experiment *experiment, double end_h) {
  struct config *config = experiment->config;
  double first = windows_first_event_h(experiment), settle_h = experiment->simulation.settle / 3600.0;
  double needed = settle_h + experiment->automatic.baseline / 3600.0 + 1.0 / 60;
  if (!(end_h > 0))
    config_fault(config, "protocol.windows", "automatic windows need the `end` of the protocol");
  else if (first < 2 * needed)
    config_fault(config, "protocol.events",
                 "the first event, at %g min, leaves no time for a baseline before it: begin at %.2g min",
                 60 * first, 120 * needed);
}

void protocol_check(struct experiment *experiment, double end_h) {
  struct config *config = experiment->config;
  if (experiment->automatic.on) {
    check_automatic(experiment, end_h);
  } else {
    if (end_h > 0 && end_h < experiment->end_h)
      config_fault(config, "protocol.end", "%g h is before the last window ends, at %g h", end_h,
                   experiment->end_h);
    if (config_sound(config)) stimuli_meet_windows(experiment);
  }
  if (experiment->end_h > 0) check_events(experiment);
  if (config_sound(config)) check_arms(experiment); /* an arm that was misspelt gets nothing */
}
