/* rhythm.h — spikes of every population in every millisecond, and what their spectrum says of the cells'
 * common rhythm.
 *
 * N cells that fire at rate r, each at random for itself, give a flat density (spectrum.h): twice the mean
 * count over the sampling rate. The density relative to that is 1 + (N − 1) c(f) with c the coherence of a
 * pair, as long as the train of one cell alone is flat there, which holds above the firing rate. */
#ifndef CIRCUITS_SIGNALS_RHYTHM_H
#define CIRCUITS_SIGNALS_RHYTHM_H

#include "signals/spectrum.h"
#include "signals/trace.h"
#include "window.h"

enum { RHYTHM_PENDING = 10 };

struct rhythm {
  const struct network *network;
  double *spikes;  /* per population: in this millisecond */
  double *pending; /* of the milliseconds that were not yet taken */
  int n_pending;
  struct trace trace; /* state */
};

/* Fails: NO_MEMORY. Free with rhythm_free (accepts a zeroed one). */
MUST_USE enum status rhythm_new(struct rhythm *rhythm, size_t samples, const struct network *network);
void rhythm_free(struct rhythm *rhythm);

struct observer rhythm_observer(struct rhythm *rhythm);

/* What was counted since the latest call goes to the trace if it belongs to the measurement. At least every
 * RHYTHM_PENDING milliseconds. */
void rhythm_take(struct rhythm *rhythm, bool measured);
/* A new measurement begins. */
void rhythm_clear(struct rhythm *rhythm);

/* The density of the spikes of population p relative to that of independent cells; `room` holds the samples
 * of the trace. NAN where there were none. */
void rhythm_density(const struct rhythm *rhythm, int p, struct spectrum *spectrum, double *room,
                    double *density);
/* c in a band, from that. */
double rhythm_coherence(const struct rhythm *rhythm, int p, const struct spectrum *spectrum,
                        const double *density, double low_Hz, double high_Hz);

MUST_USE enum status rhythm_visit(struct rhythm *rhythm, struct visitor *visitor);

#endif
