/* irregularity.h — firing rates and the coefficient of variation (CV) of interspike intervals, cell by cell,
 * without keeping spikes. */
#ifndef CIRCUITS_SIGNALS_IRREGULARITY_H
#define CIRCUITS_SIGNALS_IRREGULARITY_H

#include "window.h"

/* Cells with fewer spikes have no CV: its estimate from few intervals is biased. */
enum { IRREGULARITY_SPIKES = 10 };

struct irregularity {
  const struct network *network;
  struct irregularity_cells {
    uint32_t *spikes;
    int64_t *last;         /* tick of the latest spike */
    double *sum, *squares; /* of intervals, ticks */
  } * cells;               /* per population */
};

/* Fails: NO_MEMORY. Free with irregularity_free (accepts a zeroed one). */
MUST_USE enum status irregularity_new(struct irregularity *irregularity, const struct network *network);
void irregularity_free(struct irregularity *irregularity);
void irregularity_clear(struct irregularity *irregularity);

/* Note a spike of cell i. */
static inline void irregularity_note(struct irregularity_cells *cells, uint32_t i, int64_t tick) {
  if (cells->spikes[i]++ > 0) {
    double interval = (double)(tick - cells->last[i]);
    cells->sum[i] += interval;
    cells->squares[i] += interval * interval;
  }
  cells->last[i] = tick;
}

struct observer irregularity_observer(struct irregularity *irregularity);

/* Mean over the cells of population p that have at least IRREGULARITY_SPIKES spikes of SD/mean of their
 * intervals (sample variance), and the number of these cells; NAN if there is none. */
double irregularity_cv(const struct irregularity *irregularity, int p, int *cells);
uint64_t irregularity_spikes(const struct irregularity *irregularity, int p);

MUST_USE enum status irregularity_visit(struct irregularity *irregularity, struct visitor *visitor);

#endif
