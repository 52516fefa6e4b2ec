/* stimulation.c — from events to what the cells of a window get. See stimulation.h. */
#include "stimulation.h"
#include "drive/injection.h"
#include "experiment/stimuli.h"
#include <math.h>

enum { AT_ONCE = 256 }; /* stimuli of one population in one window */

static const double MS_PER_H = 3.6e6;

/* Add the repeats of an event that lie in a window of `length_ms` from start_h. */
static enum status add(const struct dose_event *event, double start_h, double length_ms,
                       struct injection out[AT_ONCE], int *n) {
  double begin_ms = (event->at - start_h) * MS_PER_H, over_ms = event->over * MS_PER_H,
         every_ms = event->every * MS_PER_H;
  double k = fmax(0, floor((-begin_ms - over_ms) / every_ms));
  for (; k < (double)event->count && begin_ms + k * every_ms < length_ms; k++) {
    double from = begin_ms + k * every_ms, to = fmin(from + over_ms, length_ms);
    bool volley = event->volleys > 0;
    if (volley ? from < 0 : to <= 0) continue;
    if (*n == AT_ONCE)
      return status_fail(STATUS_CONFIG, "more than %d stimuli of one population in one window", AT_ONCE);
    out[(*n)++] = (struct injection){.from_ms = fmax(from, 0),
                                    .to_ms = volley ? from : to,
                                    .current_pA = event->current,
                                    .conductance_nS = event->conductance,
                                    .reversal_mV = event->reversal,
                                    .volleys = event->volleys};
  }
  return STATUS_OK;
}

static enum status set_population(struct simulation *simulation, struct population *population,
                                  double start_h, double length_ms, int64_t first) {
  const struct experiment *experiment = simulation->experiment;
  struct injection stimuli[AT_ONCE];
  int n = 0;
  for (int e = 0; e < experiment->n_events; e++) {
    const struct dose_event *event = &experiment->event[e];
    bool here = stimulus_is(event) && event->arms >> simulation->arm & 1u &&
                event->region_index == population->region_index &&
                stimulus_reaches(event, population->name, population->type);
    if (here) TRY(add(event, start_h, length_ms, stimuli, &n));
  }
  return injection_set(population, stimuli, n, first, simulation->network->clock.dt_ms,
                      simulation->network->seed);
}

enum status stimulation_set(struct simulation *simulation, double start_h, double t1_h, int64_t first) {
  bool any = false;
  for (int e = 0; e < simulation->experiment->n_events; e++)
    any |= stimulus_is(&simulation->experiment->event[e]);
  for (int p = 0; p < simulation->network->n_populations && any; p++) {
    TRY(set_population(simulation, simulation->network->population[p], start_h, (t1_h - start_h) * MS_PER_H,
                       first));
  }
  return STATUS_OK;
}
