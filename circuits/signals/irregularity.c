/* irregularity.c — running sums of interspike intervals. */
#include "signals/irregularity.h"
#include "memory.h"
#include "spikes.h"
#include <stdio.h>
#include <string.h>

enum status irregularity_new(struct irregularity *irregularity, const struct network *network) {
  *irregularity = (struct irregularity){.network = network};
  TRY(memory_new("intervals", (size_t)network->n_populations, sizeof *irregularity->cells,
                 &irregularity->cells));
  for (int p = 0; p < network->n_populations; p++) {
    struct irregularity_cells *cells = &irregularity->cells[p];
    size_t n = (size_t)network->population[p]->n;
    TRY(memory_new("intervals", n, sizeof *cells->spikes, &cells->spikes));
    TRY(memory_new("intervals", n, sizeof *cells->last, &cells->last));
    TRY(memory_new("intervals", n, sizeof *cells->sum, &cells->sum));
    TRY(memory_new("intervals", n, sizeof *cells->squares, &cells->squares));
  }
  return STATUS_OK;
}

void irregularity_free(struct irregularity *irregularity) {
  for (int p = 0; irregularity->cells && p < irregularity->network->n_populations; p++) {
    memory_free(irregularity->cells[p].spikes);
    memory_free(irregularity->cells[p].last);
    memory_free(irregularity->cells[p].sum);
    memory_free(irregularity->cells[p].squares);
  }
  memory_free(irregularity->cells);
  *irregularity = (struct irregularity){0};
}

void irregularity_clear(struct irregularity *irregularity) {
  for (int p = 0; p < irregularity->network->n_populations; p++) {
    size_t n = (size_t)irregularity->network->population[p]->n;
    memset(irregularity->cells[p].spikes, 0, n * sizeof(uint32_t));
    memset(irregularity->cells[p].sum, 0, n * sizeof(double));
    memset(irregularity->cells[p].squares, 0, n * sizeof(double));
  }
}

static void interval(void *context, const struct network *network, int64_t first, int n) {
  struct irregularity *irregularity = context;
  for (int p = 0; p < network->n_populations; p++) {
    for (int k = 0; k < n; k++) {
      const struct spike_list *list = spikes_at(network, 0, p, first + k);
      for (int s = 0; s < list->n; s++) irregularity_note(&irregularity->cells[p], list->cell[s], first + k);
    }
  }
}

struct observer irregularity_observer(struct irregularity *irregularity) {
  return (struct observer){.context = irregularity, .interval = interval};
}

double irregularity_cv(const struct irregularity *irregularity, int p, int *cells) {
  const struct irregularity_cells *own = &irregularity->cells[p];
  double total = 0;
  *cells = 0;
  for (int i = 0; i < irregularity->network->population[p]->n; i++) {
    if (own->spikes[i] < IRREGULARITY_SPIKES) continue;
    double n = own->spikes[i] - 1.0, mean = own->sum[i] / n;
    double variance = (own->squares[i] - n * mean * mean) / (n - 1.0);
    total += sqrt(variance > 0 ? variance : 0) / mean;
    ++*cells;
  }
  return *cells ? total / *cells : NAN;
}

uint64_t irregularity_spikes(const struct irregularity *irregularity, int p) {
  uint64_t spikes = 0;
  for (int i = 0; i < irregularity->network->population[p]->n; i++)
    spikes += irregularity->cells[p].spikes[i];
  return spikes;
}

enum status irregularity_visit(struct irregularity *irregularity, struct visitor *visitor) {
  char name[80];
  for (int p = 0; p < irregularity->network->n_populations; p++) {
    const struct population *population = irregularity->network->population[p];
    struct irregularity_cells *cells = &irregularity->cells[p];
    size_t n = (size_t)population->n;
    snprintf(name, sizeof name, "%s/%s/intervals", population->region, population->name);
    TRY(visitor->array(visitor, name, STATE_U32, n, cells->spikes));
    TRY(visitor->array(visitor, name, STATE_I64, n, cells->last));
    TRY(visitor->array(visitor, name, STATE_F64, n, cells->sum));
    TRY(visitor->array(visitor, name, STATE_F64, n, cells->squares));
  }
  return STATUS_OK;
}
