/* bursts.h — bursts of extracellular glutamate: stretches of time in which the mean over a region is above a
 * threshold, and how they spread over the sheet.
 *
 * The threshold is mean + k SD of the region's mean over time, in one of two ways that may disagree:
 * CONTROL takes mean and SD of the baseline window, so that a rise of the level counts as well; OWN takes
 * those of the window itself, so that only what stands out from it counts. (Under NMDA block firing rises
 * while synchrony and bursting fall: Jackson et al. 2004, PMC420417; Molina et al. 2014.)
 *
 * A burst lasts at least `shortest`. Its size is the integral of what exceeds the mean. A site takes part
 * if it exceeds its own mean + k SD, by the same criterion, in the burst or in the two bins before; its
 * time is where it crosses, between bins by a straight line. The speed is that of the front as it leaves
 * the site that was first: the inverse slope of the times of sites over their distance from it, NAN where
 * fewer than four take part or distance explains less than half of the spread of times. Bursts at the ends
 * of a window are cut there. */
#ifndef CIRCUITS_SIGNALS_BURSTS_H
#define CIRCUITS_SIGNALS_BURSTS_H

#include "tissue/glutamate.h"

enum { BURSTS_BIN_MS = 5 };
enum bursts_criterion { BURSTS_CONTROL, BURSTS_OWN, BURSTS_CRITERIA };

struct bursts_params {
  bool on;
  double threshold, shortest; /* SD, ms */
};
extern const struct param bursts_params[];
extern const int n_bursts_params;

struct burst {
  double onset_ms; /* from the start of measurement */
  double duration_ms, size_uM_ms, peak_uM;
  double extent;    /* share of sites that take part */
  double speed_m_s; /* of the front */
};

/* Mean and SD over time. */
struct bursts_level {
  double mean, sd;
};

struct bursts {
  struct bursts_params params;
  const struct glutamate *glutamate;
  bool listening;
  int capacity;    /* bins */
  double *sum;     /* per site, of the bin that is being filled; empty between bins */
  int looks;       /* milliseconds in it */
  size_t n;        /* state: values in the series of this window */
  float *series;   /* state: bin by bin, site by site, µM */
  double *control; /* state: per site and for the region's mean (last): mean, SD of the baseline window */
};

/* Fails: NO_MEMORY. Free with bursts_free (accepts a zeroed one). */
MUST_USE enum status bursts_new(struct bursts *bursts, const struct bursts_params *params,
                                const struct glutamate *glutamate);
void bursts_free(struct bursts *bursts);

/* To follow the observer of `glutamate`; records while it listens. */
struct observer bursts_observer(struct bursts *bursts);

/* Room for a window of so many milliseconds; whether its settling is over. */
MUST_USE enum status bursts_listen(struct bursts *bursts, double window_ms, bool measuring);
/* Measurement begins: forget the series. */
void bursts_begin(struct bursts *bursts);
/* The baseline window is over: its means and SDs are the control's. */
void bursts_set_control(struct bursts *bursts);

/* The bursts of the window by a criterion, in order; *out from memory_new. Fails: NO_MEMORY. */
MUST_USE enum status bursts_find(const struct bursts *bursts, enum bursts_criterion criterion,
                                 struct burst **out, int *n);

MUST_USE enum status bursts_visit(struct bursts *bursts, const char *region, struct visitor *visitor);

#endif
