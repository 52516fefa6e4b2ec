/* rhythm.c — counting spikes by the millisecond. See rhythm.h. */
#include "signals/rhythm.h"
#include "memory.h"
#include "spikes.h"
#include <string.h>

enum status rhythm_new(struct rhythm *rhythm, size_t samples, const struct network *network) {
  size_t n = (size_t)network->n_populations;
  *rhythm = (struct rhythm){.network = network};
  TRY(memory_new("spikes of a millisecond", n, sizeof(double), &rhythm->spikes));
  TRY(memory_new("spikes of a millisecond", n * RHYTHM_PENDING, sizeof(double), &rhythm->pending));
  return trace_new(&rhythm->trace, network->n_populations, samples);
}

void rhythm_free(struct rhythm *rhythm) {
  memory_free(rhythm->spikes);
  memory_free(rhythm->pending);
  trace_free(&rhythm->trace);
  *rhythm = (struct rhythm){0};
}

static void gather(void *context, const struct network *network, int64_t first, int n) {
  struct rhythm *rhythm = context;
  for (int p = 0; p < network->n_populations; p++) {
    for (int k = 0; k < n; k++) rhythm->spikes[p] += spikes_at(network, 0, p, first + k)->n;
  }
}

static void sample(void *context, const struct network *network, int64_t tick) {
  struct rhythm *rhythm = context;
  size_t n = (size_t)network->n_populations;
  (void)tick;
  if (rhythm->n_pending < RHYTHM_PENDING)
    memcpy(rhythm->pending + n * (size_t)rhythm->n_pending++, rhythm->spikes, n * sizeof(double));
  memset(rhythm->spikes, 0, n * sizeof(double));
}

struct observer rhythm_observer(struct rhythm *rhythm) {
  return (struct observer){.context = rhythm, .interval = gather, .millisecond = sample};
}

void rhythm_take(struct rhythm *rhythm, bool measured) {
  for (int i = 0; i < rhythm->n_pending && measured; i++)
    trace_add(&rhythm->trace, rhythm->pending + i * rhythm->network->n_populations);
  rhythm->n_pending = 0;
}

void rhythm_clear(struct rhythm *rhythm) { rhythm->trace.n = 0; }

void rhythm_density(const struct rhythm *rhythm, int p, struct spectrum *spectrum, double *room,
                    double *density) {
  size_t n = rhythm->trace.n;
  double spikes = 0;
  trace_channel(&rhythm->trace, p, room);
  for (size_t k = 0; k < n; k++) spikes += room[k];
  spectrum_density(spectrum, room, n, density);
  double independent = n > 0 ? 2.0 * spikes / (double)n / TRACE_RATE_HZ : 0;
  for (int k = 0; k < spectrum_bins(spectrum); k++)
    density[k] = independent > 0 ? density[k] / independent : NAN;
}

double rhythm_coherence(const struct rhythm *rhythm, int p, const struct spectrum *spectrum,
                        const double *density, double low_Hz, double high_Hz) {
  int n = rhythm->network->population[p]->n;
  double mean = spectrum_mean(spectrum, density, low_Hz, high_Hz);
  return n > 1 ? (mean - 1.0) / (n - 1) : NAN;
}

enum status rhythm_visit(struct rhythm *rhythm, struct visitor *visitor) {
  return trace_visit(&rhythm->trace, "rhythm/trace", visitor);
}
