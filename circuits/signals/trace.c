/* trace.c — keeping and giving back samples. See trace.h. */
#include "signals/trace.h"
#include "memory.h"
#include <string.h>

enum status trace_new(struct trace *trace, int channels, size_t samples) {
  size_t capacity = samples < TRACE_MOST ? samples : TRACE_MOST;
  *trace = (struct trace){.channels = channels, .capacity = capacity};
  return memory_new("trace", capacity * (size_t)channels, sizeof *trace->value, &trace->value);
}

void trace_free(struct trace *trace) {
  memory_free(trace->value);
  *trace = (struct trace){0};
}

void trace_add(struct trace *trace, const double *values) {
  if (trace->n == trace->capacity) return;
  float *sample = trace->value + trace->n++ * (size_t)trace->channels;
  for (int c = 0; c < trace->channels; c++) sample[c] = (float)values[c];
}

void trace_channel(const struct trace *trace, int channel, double *out) {
  for (size_t k = 0; k < trace->n; k++)
    out[k] = (double)trace->value[k * (size_t)trace->channels + (size_t)channel];
}

enum status trace_visit(struct trace *trace, const char *name, struct visitor *visitor) {
  size_t channels = (size_t)trace->channels, count = trace->n * channels;
  void *values = visitor->loading ? NULL : trace->value;
  TRY(visitor->list(visitor, name, STATE_F32, &count, &values));
  if (!visitor->loading) return STATUS_OK;
  bool fits = channels == 0 ? count == 0 : count % channels == 0 && count / channels <= trace->capacity;
  if (fits && count > 0) memcpy(trace->value, values, count * sizeof *trace->value);
  if (fits) trace->n = channels ? count / channels : 0;
  memory_free(values);
  return fits ? STATUS_OK : status_fail(STATUS_CONFIG, "checkpoint: %s does not fit this window", name);
}
