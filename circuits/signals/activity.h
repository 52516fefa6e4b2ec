/* activity.h — spikes as they are recorded: every spike in protocol time, firing rates in bins, counts per
 * cell. */
#ifndef CIRCUITS_SIGNALS_ACTIVITY_H
#define CIRCUITS_SIGNALS_ACTIVITY_H

#include "observer.h"
#include "window.h"

enum { ACTIVITY_BIN_MS = 10 };

/* Spikes of one region that wait to be written. */
struct activity_buffer {
  const char *region;
  size_t n, capacity;
  double *time_ms;
  uint64_t *node;
};

struct activity {
  const struct network *network;
  struct activity_buffer *buffer;
  int n_buffers;
  int *buffer_of;     /* per population */
  uint32_t **count;   /* per population, per cell: spikes since the latest clear */
  int64_t *binned;    /* per population: spikes since the latest flush */
  int64_t first_tick; /* of the window, at protocol time start_ms */
  double start_ms;
  enum status status; /* of an append that failed inside the loop */
};

/* Fails: NO_MEMORY. Free with activity_free (accepts a zeroed one). */
MUST_USE enum status activity_new(struct activity *activity, const struct network *network);
void activity_free(struct activity *activity);

/* From this tick on, which is protocol time start_ms. */
void activity_begin(struct activity *activity, int64_t tick, double start_ms);
/* Set the counts per cell to zero: when a window has settled. */
void activity_clear(struct activity *activity);

struct observer activity_observer(struct activity *activity);

/* Write the spikes since the latest flush and, for each population, their rate over ACTIVITY_BIN_MS:
 * rates[population] in Hz is filled. `spikes` false: they are counted only. Fails: as the recorder does. */
MUST_USE enum status activity_flush(struct activity *activity, struct recorder *recorder, bool spikes,
                                    double *rates);

/* All processes get the counts of that of rank 0, which alone hears all spikes: before they are used for more
 * than a record. By all (exchange.h). */
void activity_share(struct activity *activity);

/* Spikes of population p since the latest clear. */
int64_t activity_spikes(const struct activity *activity, int p);

MUST_USE enum status activity_visit(struct activity *activity, struct visitor *visitor);

#endif
