/* trace.h — samples of several channels, taken together once a millisecond, of a stretch of a window: what
 * spectra are made of. Its length is fixed, so that the memory of a long window stays bounded. */
#ifndef CIRCUITS_SIGNALS_TRACE_H
#define CIRCUITS_SIGNALS_TRACE_H

#include "state.h"

enum {
  TRACE_MOST = 60000, /* samples: a minute */
  TRACE_RATE_HZ = 1000
};

struct trace {
  int channels;
  size_t n, capacity; /* samples */
  float *value;       /* sample by sample */
};

/* Room for so many samples, at most TRACE_MOST. Fails: NO_MEMORY. Free with trace_free (accepts a zeroed
 * one). */
MUST_USE enum status trace_new(struct trace *trace, int channels, size_t samples);
void trace_free(struct trace *trace);

/* Take one more sample of all channels; what finds no room is left out. */
void trace_add(struct trace *trace, const double *values);

/* The n samples of one channel. */
void trace_channel(const struct trace *trace, int channel, double *out);

MUST_USE enum status trace_visit(struct trace *trace, const char *name, struct visitor *visitor);

#endif
