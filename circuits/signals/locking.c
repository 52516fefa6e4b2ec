/* locking.c — sums over spikes of where in theta they come. See locking.h. */
#include "signals/locking.h"
#include "memory.h"
#include "spikes.h"
#include <string.h>

enum status locking_new(struct locking *locking, const struct theta_clock *clock,
                        const struct network *network) {
  *locking = (struct locking){.network = network, .clock = clock};
  return memory_new("phases of spikes", (size_t)network->n_populations, sizeof *locking->sums,
                    &locking->sums);
}

void locking_free(struct locking *locking) {
  memory_free(locking->sums);
  *locking = (struct locking){0};
}

void locking_clear(struct locking *locking) {
  memset(locking->sums, 0, (size_t)locking->network->n_populations * sizeof *locking->sums);
}

static void gather(void *context, const struct network *network, int64_t first, int n) {
  struct locking *locking = context;
  for (int64_t tick = first; tick < first + n; tick++) {
    double turns = theta_turns(locking->clock, tick);
    double x = maths_cos_turns(turns), y = maths_cos_turns(turns - 0.25);
    for (int p = 0; p < network->n_populations; p++) {
      double spikes = spikes_at(network, 0, p, tick)->n;
      locking->sums[p].x += spikes * x;
      locking->sums[p].y += spikes * y;
      locking->sums[p].n += spikes;
    }
  }
}

struct observer locking_observer(struct locking *locking) {
  return (struct observer){.context = locking, .interval = gather};
}

void locking_measure(const struct locking *locking, int p, struct locking_measures *out) {
  const struct locking_sums *sums = &locking->sums[p];
  double square = sums->x * sums->x + sums->y * sums->y, degrees = atan2(sums->y, sums->x) * 180.0 / M_PI;
  out->phase = sums->n > 0 ? (degrees < 0 ? degrees + 360.0 : degrees) : NAN;
  out->length = sums->n > 1 ? sqrt(fmax(0, (square / sums->n - 1.0) / (sums->n - 1.0))) : NAN;
}

enum status locking_visit(struct locking *locking, struct visitor *visitor) {
  size_t n = 3 * (size_t)locking->network->n_populations;
  return visitor->array(visitor, "locking/sums", STATE_F64, n, locking->sums);
}
