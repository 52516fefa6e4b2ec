/* potentials.c — membrane potentials of single cells. See potentials.h. */
#include "signals/potentials.h"
#include <string.h>

void potentials_new(struct potentials *potentials, const struct network *network, const int *cells) {
  *potentials = (struct potentials){.network = network};
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    for (int k = 0; k < cells[p] && potentials->n < POTENTIALS_CELLS; k++) {
      int cell = (int)((2 * (int64_t)k + 1) * population->n / (2 * (int64_t)cells[p]));
      potentials->cell[potentials->n++] = (struct potentials_cell){population, cell};
    }
  }
}

/* Cells of a block that are looked at. */
static void look(void *context, int thread, const struct population *population, int b) {
  struct potentials *potentials = context;
  const struct block *block = &population->block[b];
  (void)thread;
  for (int k = 0; k < potentials->n; k++) {
    const struct potentials_cell *own = &potentials->cell[k];
    int i = own->cell - block->first;
    if (own->population != population || i < 0 || i >= block->n) continue;
    const void *V = block->cell_column[0];
    potentials->latest[k] = population->cell->fields[0].type == STATE_F64 ? ((const double *)V)[i]
                                                                          : (double)((const float *)V)[i];
  }
}

static void sample(void *context, const struct network *network, int64_t tick) {
  struct potentials *potentials = context;
  (void)tick;
  if (potentials->n_pending == POTENTIALS_PENDING) return;
  double *pending = potentials->pending[potentials->n_pending++];
  memcpy(pending, potentials->latest, sizeof potentials->latest); /* 0 where another process has the cell */
  exchange_unite(network->exchange, pending, (size_t)potentials->n * sizeof *pending);
}

struct observer potentials_observer(struct potentials *potentials) {
  return (struct observer){.context = potentials, .block = look, .millisecond = sample};
}

const double *potentials_pending(const struct potentials *potentials, int i) {
  return potentials->pending[i];
}

void potentials_take(struct potentials *potentials) { potentials->n_pending = 0; }
