/* calcium_entry.h — what block of calcium channels leaves of transmitter release.
 *
 *   release probability over baseline = v^m,  v: share of high-voltage-activated channels that is left
 * Release rises with a power of calcium entry, m about 3 (Dodge & Rahamimoff 1967; 2.5-4 for single channel
 * types at central synapses: Mintz, Sabatini & Regehr 1995, doi:10.1016/0896-6273(95)90155-8). All terminals
 * alike, glutamatergic and GABAergic, of the patch and of its afferents. */
#ifndef CIRCUITS_SYNAPSES_CALCIUM_ENTRY_H
#define CIRCUITS_SYNAPSES_CALCIUM_ENTRY_H

#include "mechanism.h"

struct calcium_entry {
  double cooperativity;
};
extern const struct param calcium_entry_params[];
extern const int n_calcium_entry_params;

/* Share of the channels at a site of the sheet that is blocked; 0 without drug. BDNF release depends on them
 * too (tissue/bdnf.c). */
double calcium_entry_blocked(const struct exposure *exposures, int n, int site);

/* Share of the release probability that is lost where so many channels are blocked; exactly 0 at 0. */
double calcium_entry_release_lost(const struct calcium_entry *p, double blocked);

#endif
