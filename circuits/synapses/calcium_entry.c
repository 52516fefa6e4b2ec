/* calcium_entry.c — release and the calcium channels of terminals. The equation stands in calcium_entry.h. */
#include "synapses/calcium_entry.h"
#include "drugs/action.h"
#include "maths.h"

const struct param calcium_entry_params[] = {
    PARAM_NUM(struct calcium_entry, cooperativity, "1", 3, 0, 6, PUBLISHED,
              "2.5-4 at central synapses, Mintz, Sabatini & Regehr 1995, doi:10.1016/0896-6273(95)90155-8",
              "power of release over calcium entry"),
};
const int n_calcium_entry_params = COUNT_OF(calcium_entry_params);

double calcium_entry_blocked(const struct exposure *exposures, int n, int site) {
  return 1.0 - action_channels_left(exposures, n, ACTION_CALCIUM_CHANNEL, site);
}

double calcium_entry_release_lost(const struct calcium_entry *p, double blocked) {
  return blocked > 0.0 ? 1.0 - maths_pow(1.0 - blocked, p->cooperativity) : 0.0;
}
