/* afferent_block.h — what drugs do to the NMDA receptors of cells elsewhere, which afferents.h tells of: the
 * equation of receptors/trapping_block.h for cells that stay at one potential, with a constant share of their
 * receptors activated.
 *   db_k/dt = w k_on,k C_k F/(1 + m + σ) − (w k_on,k K_k(V) + k_esc,k) b_k,   F = 1 − Σ_k b_k
 *   w = P + (1 − P) k_closed,k/k_on,k,   P = P_peak · (activated share) · a
 * m: magnesium at V; K_k(V), σ, a: as there. Constants of subunits are the defaults of receptors/nmda.c.
 * Method: receptors/relax.h, at the concentrations of the exposures; their course is cut into short steps. */
#ifndef CIRCUITS_DRIVE_AFFERENT_BLOCK_H
#define CIRCUITS_DRIVE_AFFERENT_BLOCK_H

#include "drugs/action.h"
#include "receptors/glun2.h"

/* Share of the channels of a kind of cells that each blocker holds, by its slot and by subunit. */
struct afferent_blocked {
  double held[ACTION_SLOTS][SUBUNITS];
};

/* What all these receptors share: [Mg]/K0 and open probability of each subunit, RT/F in mV. */
struct afferent_channels {
  double mg[SUBUNITS], open[SUBUNITS], RT_F_mV;
};

/* At Mg, mM, with this share of the receptors activated. */
struct afferent_channels afferent_channels(double Mg, double activated, double temperature_C);

/* Advance the block in cells at V, mV, by `time_ms` at these exposures. */
void afferent_block_advance(const struct afferent_channels *channels, double V_mV,
                            const struct exposure *exposures, int n, double time_ms,
                            struct afferent_blocked *blocked);

/* Share of the NMDA current that drugs take of cells at V with these shares of conductance: 0 without. */
double afferent_block_taken(const struct afferent_channels *channels, const double share[SUBUNITS],
                            double V_mV, const struct exposure *exposures, int n,
                            const struct afferent_blocked *blocked);

#endif
