/* afferents.h — the areas that background comes from, and what a drug does to their rate.
 *
 * Background stands for cells elsewhere: relay cells of the thalamus, pyramidal cells of entorhinal cortex,
 * of other cortex and of hippocampus. They meet the drug too. Each area is one population of principal cells
 * and one that inhibits them, both driven through NMDA and AMPA receptors of their own:
 *   share of a cell's NMDA current that drugs take at its potential V, over subunits s:
 *     β = 1 − Σ_s f_s a_s F_s/(1 + m_s + σ_s) / Σ_s f_s/(1 + m_s)
 *     F_s: channels that are not blocked, a_s: not held by antagonists, σ_s: a second site (afferent_block.h)
 *   excitation left, relative to rest:     E = 1 − n β − (1 − n) α        α: AMPA that an antagonist takes
 *   inhibition, relative to rest:          I = max(E_inhibitory, 0)
 *   rate of principal cells over baseline: r = max(E − H I, 0)/(1 − H)
 * n is the NMDA share of excitation, H the share of it that inhibition cancels at rest. Block is that
 * of receptors/nmda.c, with the same constants of the drug, subunits and magnesium. Rates follow drive in
 * proportion, as those of balanced networks do (van Vreeswijk & Sompolinsky 1996,
 * doi:10.1126/science.274.5293.1724). Nothing says whether a drug raises or lowers an area.
 *
 * Cells of the reticular thalamic nucleus have NMDA receptors with GluN2C, which carry current at rest
 * (Zhang et al. 2009, doi:10.3389/neuro.04.020.2009; 2012, doi:10.1371/journal.pone.0041908); MK-801 there
 * lowers GABA in the mediodorsal nucleus and raises glutamate in mPFC, which MK-801 in mPFC does not (Okada
 * et al. 2019, doi:10.3390/biom9110746). Thalamocortical terminals release more under nicotinic receptors
 * (Lambe et al. 2003, doi:10.1038/sj.npp.1300032; 2005, PMC6724823): their tonic part goes with the block. */
#ifndef CIRCUITS_DRIVE_AFFERENTS_H
#define CIRCUITS_DRIVE_AFFERENTS_H

#include "drive/afferent_block.h"

/* One area: potentials in mV, shares. */
struct afferent_area {
  double V, V_inhibitory;                   /* of the cells' NMDA receptors when they open */
  double nmda_share, nmda_share_inhibitory; /* n */
  double inhibition;                        /* H */
  double share_2A, share_2B, share_2C, share_2D;
  double inhibitory_2A, inhibitory_2B, inhibitory_2C, inhibitory_2D;
};

struct afferents {
  struct afferent_area relay, pyramidal, entorhinal;
  struct afferent_receptors {
    double Mg, activated; /* mM; share of its receptors that glutamate holds at a time */
    double nicotinic;     /* share of release at thalamic terminals that nicotinic receptors give at rest */
  } receptors;
};
extern const struct param afferent_params[], afferent_relay_params[], afferent_pyramidal_params[],
    afferent_entorhinal_params[];
extern const int n_afferent_params, n_afferent_relay_params, n_afferent_pyramidal_params,
    n_afferent_entorhinal_params;

/* Read the group drive.afferents and those of its areas, relay, pyramidal and entorhinal. Faults go to the
 * config. */
void afferents_read(struct config *config, struct afferents *out);

/* Block in the principal cells of each area and in those that inhibit them: a state. */
enum { AFFERENT_AREAS = 3 };
struct afferents_block {
  struct afferent_blocked principal[AFFERENT_AREAS], inhibitory[AFFERENT_AREAS];
};

/* Advance it by `time_ms` at these exposures. */
void afferents_advance(const struct afferents *afferents, double temperature_C,
                       const struct exposure *exposures, int n, double time_ms,
                       struct afferents_block *block);

/* Rates of the areas over baseline at these exposures, with this block; exactly 1 where no drug acts. */
struct afferent_rates {
  double relay, pyramidal, entorhinal;
};
struct afferent_rates afferents_rates(const struct afferents *afferents, double temperature_C,
                                      const struct exposure *exposures, int n,
                                      const struct afferents_block *block);

/* Shares of a population's afferents that come from the thalamus and from entorhinal cortex; the rest comes
 * from cortex and hippocampus elsewhere. */
struct afferent_origin {
  double thalamic, entorhinal;
};

/* Factor on the background of cells at a site, at the exposures of their terminals. */
double afferents_factor(const struct afferents *afferents, struct afferent_rates rates,
                        struct afferent_origin origin, const struct exposure *exposures, int n, int site);

#endif
