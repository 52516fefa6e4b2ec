/* locking.h — at which phase of theta the cells of a population fire, and how strictly.
 *
 * Over the spikes of a window, φ the phase of the theta clock (drive/theta.h) at a spike:
 *   z = Σ e^(2πiφ)/n,   phase = arg z,   locking = √max(0, (n |z|² − 1)/(n − 1))
 * The square of the latter is pairwise phase consistency (Vinck et al. 2010,
 * doi:10.1016/j.neuroimage.2010.01.073): |z| without the bias of few spikes, 0 where spikes ignore the
 * phase, 1 where they come at one moment. */
#ifndef CIRCUITS_SIGNALS_LOCKING_H
#define CIRCUITS_SIGNALS_LOCKING_H

#include "drive/theta.h"
#include "window.h"

struct locking_sums {
  double x, y, n;
};

struct locking {
  const struct network *network;
  const struct theta_clock *clock;
  struct locking_sums *sums; /* per population, of the window */
};

struct locking_measures {
  double phase, length; /* degrees, 0 … 360; 1. NAN without spikes */
};

/* Fails: NO_MEMORY. Free with locking_free (accepts a zeroed one). */
MUST_USE enum status locking_new(struct locking *locking, const struct theta_clock *clock,
                                 const struct network *network);
void locking_free(struct locking *locking);

/* A window begins. */
void locking_clear(struct locking *locking);
struct observer locking_observer(struct locking *locking);
void locking_measure(const struct locking *locking, int p, struct locking_measures *out);
MUST_USE enum status locking_visit(struct locking *locking, struct visitor *visitor);

#endif
