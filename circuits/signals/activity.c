/* activity.c — gathering spikes from the history after every interval. */
#include "signals/activity.h"
#include "memory.h"
#include "spikes.h"
#include <stdio.h>
#include <string.h>

enum status activity_new(struct activity *activity, const struct network *network) {
  size_t n = (size_t)network->n_populations;
  *activity = (struct activity){.network = network};
  TRY(memory_new("activity", n, sizeof *activity->buffer, &activity->buffer));
  TRY(memory_new("activity", n, sizeof *activity->buffer_of, &activity->buffer_of));
  TRY(memory_new("activity", n, sizeof *activity->count, &activity->count));
  TRY(memory_new("activity", n, sizeof *activity->binned, &activity->binned));
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    TRY(memory_new("activity", (size_t)population->n, sizeof(uint32_t), &activity->count[p]));
    if (population->outside) continue;
    int k = 0;
    while (k < activity->n_buffers && strcmp(activity->buffer[k].region, population->region) != 0) k++;
    if (k == activity->n_buffers) activity->buffer[activity->n_buffers++].region = population->region;
    activity->buffer_of[p] = k;
  }
  return STATUS_OK;
}

void activity_free(struct activity *activity) {
  for (int k = 0; k < activity->n_buffers; k++) {
    memory_free(activity->buffer[k].time_ms);
    memory_free(activity->buffer[k].node);
  }
  for (int p = 0; activity->count && p < activity->network->n_populations; p++)
    memory_free(activity->count[p]);
  memory_free(activity->buffer);
  memory_free(activity->buffer_of);
  memory_free(activity->count);
  memory_free(activity->binned);
  *activity = (struct activity){0};
}

void activity_begin(struct activity *activity, int64_t tick, double start_ms) {
  activity->first_tick = tick;
  activity->start_ms = start_ms;
}

void activity_clear(struct activity *activity) {
  for (int p = 0; p < activity->network->n_populations; p++) {
    memset(activity->count[p], 0, (size_t)activity->network->population[p]->n * sizeof(uint32_t));
  }
}

static enum status reserve(struct activity_buffer *buffer, size_t n) {
  if (buffer->n + n <= buffer->capacity) return STATUS_OK;
  size_t capacity = 2 * (buffer->n + n) + 1024;
  TRY(memory_resize("spikes", buffer->n, capacity, sizeof(double), &buffer->time_ms));
  TRY(memory_resize("spikes", buffer->n, capacity, sizeof(uint64_t), &buffer->node));
  buffer->capacity = capacity;
  return STATUS_OK;
}

/* Spikes of one population in one tick; populations come in the order of their nodes. */
static enum status take(struct activity *activity, int p, int64_t tick) {
  const struct population *population = activity->network->population[p];
  const struct spike_list *list = spikes_at(activity->network, 0, p, tick);
  struct activity_buffer *buffer = &activity->buffer[activity->buffer_of[p]];
  double time_ms = activity->start_ms + clock_ms(&activity->network->clock, tick - activity->first_tick);
  activity->binned[p] += list->n;
  for (int s = 0; s < list->n; s++) activity->count[p][list->cell[s]]++;
  if (population->outside) return STATUS_OK; /* no node, so no spikes of one */
  TRY(reserve(buffer, (size_t)list->n));
  for (int s = 0; s < list->n; s++) {
    buffer->time_ms[buffer->n] = time_ms;
    buffer->node[buffer->n++] = population->first_node + list->cell[s];
  }
  return STATUS_OK;
}

static void gather(void *context, const struct network *network, int64_t first, int n) {
  struct activity *activity = context;
  for (int64_t tick = first; tick < first + n; tick++) {
    for (int p = 0; p < network->n_populations && activity->status == STATUS_OK; p++) {
      activity->status = take(activity, p, tick);
    }
  }
}

struct observer activity_observer(struct activity *activity) {
  return (struct observer){.context = activity, .interval = gather};
}

enum status activity_flush(struct activity *activity, struct recorder *recorder, bool spikes, double *rates) {
  if (activity->status != STATUS_OK) return status_fail(activity->status, "out of memory: spikes");
  for (int k = 0; k < activity->n_buffers; k++) {
    struct activity_buffer *buffer = &activity->buffer[k];
    if (spikes) TRY(recorder->spikes(recorder, buffer->region, buffer->time_ms, buffer->node, buffer->n));
    buffer->n = 0;
  }
  for (int p = 0; p < activity->network->n_populations; p++) {
    int n = activity->network->population[p]->n;
    rates[p] = n ? (double)activity->binned[p] / n * 1000.0 / ACTIVITY_BIN_MS : 0;
    activity->binned[p] = 0;
  }
  return STATUS_OK;
}

void activity_share(struct activity *activity) {
  const struct network *network = activity->network;
  for (int p = 0; p < network->n_populations; p++)
    exchange_tell(network->exchange, activity->count[p],
                  (size_t)network->population[p]->n * sizeof *activity->count[p]);
}

int64_t activity_spikes(const struct activity *activity, int p) {
  int64_t sum = 0;
  for (int i = 0; i < activity->network->population[p]->n; i++) sum += activity->count[p][i];
  return sum;
}

enum status activity_visit(struct activity *activity, struct visitor *visitor) {
  char name[64];
  TRY(visitor->array(visitor, "activity/first_tick", STATE_I64, 1, &activity->first_tick));
  TRY(visitor->array(visitor, "activity/start_ms", STATE_F64, 1, &activity->start_ms));
  for (int p = 0; p < activity->network->n_populations; p++) {
    const struct population *population = activity->network->population[p];
    snprintf(name, sizeof name, "%s/%s/spikes", population->region, population->name);
    TRY(visitor->array(visitor, name, STATE_U32, (size_t)population->n, activity->count[p]));
  }
  return STATUS_OK;
}
