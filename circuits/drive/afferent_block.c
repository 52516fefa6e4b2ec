/* afferent_block.c — block of NMDA receptors elsewhere. See afferent_block.h. */
#include "drive/afferent_block.h"
#include "circuit.h"
#include "maths.h"
#include "receptors/magnesium.h"
#include "receptors/relax.h"
#include "receptors/trapping_drugs.h"
#include <string.h>

/* ---- constants ---- */

static double standard(const struct mechanism *mechanism, const char *key) {
  for (int p = 0; p < mechanism->n_params; p++) {
    if (strcmp(mechanism->params[p].key, key) == 0) return mechanism->params[p].standard;
  }
  return NAN;
}

struct afferent_channels afferent_channels(double Mg, double activated, double temperature_C) {
  static const char *const K0[SUBUNITS] = {"K0_2A", "K0_2B", "K0_2C", "K0_2D"};
  static const char *const peak[SUBUNITS] = {"P_2A", "P_2B", "P_2C", "P_2D"};
  struct afferent_channels out = {.RT_F_mV = 8.314462618 * (temperature_C + 273.15) / 96485.33212 * 1000.0};
  const struct mechanisms *mechanisms;
  if (circuit_mechanisms(&mechanisms) != STATUS_OK) return out; /* the run would have ended at its start */
  const struct mechanism *nmda = mechanism_find(mechanisms, "nmda");
  for (int s = 0; s < SUBUNITS; s++) {
    out.mg[s] = Mg / standard(nmda, K0[s]);
    out.open[s] = activated * standard(nmda, peak[s]);
  }
  return out;
}

/* ---- drugs at one subunit ---- */

/* m, σ and a of subunit s. */
struct pore {
  double m, superficial, active;
};

static struct pore pore_of(const struct afferent_channels *channels, int s, double V,
                           const struct exposure *exposures, int n) {
  struct pore pore = {.m = channels->mg[s] * maths_exp(-(double)MAGNESIUM_SLOPE_PER_MV * V)};
  struct trapping_site antagonists = {0};
  for (int e = 0; e < n; e++) {
    double uM = exposures[e].free_uM;
    if (exposures[e].action == ACTION_NMDA_CHANNEL) {
      const struct nmda_channel *drug = exposures[e].properties;
      if (drug->K_superficial > 0)
        pore.superficial +=
            uM / drug->K_superficial * maths_exp(-drug->z_superficial * (V + 66.0) / channels->RT_F_mV);
    } else if (exposures[e].action == ACTION_NMDA_SUBUNIT) {
      const struct nmda_subunit *drug = exposures[e].properties;
      const double IC50[SUBUNITS] = {drug->IC50_2A, drug->IC50_2B, drug->IC50_2C, drug->IC50_2D};
      const double most[SUBUNITS] = {drug->most_2A, drug->most_2B, drug->most_2C, drug->most_2D};
      trapping_compete(&antagonists, uM / IC50[s], most[s]);
    }
  }
  pore.active = trapping_left(&antagonists);
  return pore;
}

/* ---- block ---- */

static bool blocks(const struct exposure *exposure) {
  return exposure->action == ACTION_NMDA_CHANNEL && exposure->slot < ACTION_SLOTS;
}

/* What a blocker takes of a free channel of subunit s and what it leaves, 1/ms. */
static void rates(const struct afferent_channels *channels, int s, double V, const struct pore *pore,
                  const struct exposure *exposure, double *on, double *off) {
  const struct nmda_channel *drug = exposure->properties;
  const double K_d[SUBUNITS] = {drug->K_d_2A, drug->K_d_2B, drug->K_d_2C, drug->K_d_2D};
  double open = channels->open[s] * pore->active;
  double reached = open * drug->k_on + (1.0 - open) * drug->k_closed;
  *on = reached * exposure->free_uM / (1.0 + pore->m + pore->superficial);
  *off = reached * K_d[s] * maths_exp(drug->z_delta * (V + 66.0) / channels->RT_F_mV) + drug->k_escape;
}

void afferent_block_advance(const struct afferent_channels *channels, double V_mV,
                            const struct exposure *exposures, int n, double time_ms,
                            struct afferent_blocked *blocked) {
  relax_rows on, off, b;
  int slot[ACTION_SLOTS], n_blockers = 0;
  struct pore pore[SUBUNITS];
  for (int s = 0; s < SUBUNITS; s++) pore[s] = pore_of(channels, s, V_mV, exposures, n);
  for (int e = 0; e < n; e++) {
    if (!blocks(&exposures[e])) continue;
    int k = n_blockers++;
    slot[k] = exposures[e].slot;
    for (int i = 0; i < RELAX_CELLS; i++) { /* the subunits, over and over */
      int s = i % SUBUNITS;
      rates(channels, s, V_mV, &pore[s], &exposures[e], &on[k][i], &off[k][i]);
      b[k][i] = blocked->held[slot[k]][s];
    }
  }
  if (n_blockers == 0) return;
  relax_cells(on, off, n_blockers, time_ms, b);
  for (int k = 0; k < n_blockers; k++) {
    for (int s = 0; s < SUBUNITS; s++) blocked->held[slot[k]][s] = b[k][s];
  }
}

double afferent_block_taken(const struct afferent_channels *channels, const double share[SUBUNITS],
                            double V_mV, const struct exposure *exposures, int n,
                            const struct afferent_blocked *blocked) {
  double all = 0, taken = 0;
  for (int s = 0; s < SUBUNITS; s++) {
    const struct pore pore = pore_of(channels, s, V_mV, exposures, n);
    double held = 0, unblocked = 1.0 + pore.m;
    for (int k = 0; k < ACTION_SLOTS; k++) held += blocked->held[k][s];
    double left = pore.active * (1.0 - held) * unblocked / (unblocked + pore.superficial);
    all += share[s] / unblocked;
    taken += share[s] / unblocked * (1.0 - left);
  }
  return taken / all;
}
