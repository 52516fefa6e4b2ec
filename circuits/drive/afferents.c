/* afferents.c — rates of the areas that background comes from. The equations stand in afferents.h. */
#include "drive/afferents.h"
#include "drugs/action.h"
#include <math.h>

/* In the order of struct afferent_rates. */
#define AREAS(a)                                                                                             \
  { &(a)->relay, &(a)->pyramidal, &(a)->entorhinal }

#define HALF "about half, the same for all cells here, so that differences come from subunits and potentials"
#define BALANCE "inhibition takes about half of excitation in vivo"
#define AS_HERE                                                                                              \
  "2026-11, so that cortex elsewhere answers ketamine as the simulated mPFC does whose afferents see none: " \
  "docs/model.md, afferents"
#define FLAT                                                                                                 \
  "so that up to 6 uM of free ketamine change it by a tenth at most: entorhinal cortex of the mouse did "    \
  "not "                                                                                                     \
  "change after 30 mg/kg, Schobel et al. 2013, PMC3966570; against: doi:10.1038/s41467-023-41750-4"
#define ACTIVATED "2 Hz at a synapse times 75 ms, as of the cells of the regions"

const struct param afferent_params[] = {
    PARAM_NUM(struct afferent_receptors, Mg, "mM", 1, 0, 10, ASSUMED,
              "interstitial Mg is 0.7-1.0 mM in vivo, usually 1 in slices", "extracellular magnesium"),
    PARAM_NUM(struct afferent_receptors, activated, "1", 0.15, 1e-6, 1, ASSUMED, ACTIVATED,
              "share of NMDA receptors that glutamate holds at a time"),
    PARAM_NUM(struct afferent_receptors, nicotinic, "1", 0.2, 0, 1, ASSUMED,
              "nicotinic receptors excite thalamocortical terminals, Lambe et al. 2005, PMC6724823; by how "
              "much at rest is not measured",
              "share of release at thalamic terminals that nicotinic receptors give at rest"),
};
const int n_afferent_params = COUNT_OF(afferent_params);

#define AREA(member, unit, standard, low, high, standing, source, meaning)                                   \
  PARAM_NUM(struct afferent_area, member, unit, standard, low, high, standing, source, meaning)
#define COMMON                                                                                               \
  AREA(nmda_share, "1", 0.5, 0, 1, ASSUMED, HALF, "NMDA share of the excitation of principal cells"),        \
      AREA(nmda_share_inhibitory, "1", 0.5, 0, 1, ASSUMED, HALF,                                             \
           "NMDA share of the excitation of inhibitory cells")
#define INHIBITION(standard, standing, source)                                                               \
  AREA(inhibition, "1", standard, 0, 0.95, standing, source,                                                 \
       "share of the excitation of principal cells that inhibition takes at rest")
#define AREA_SHARES(prefix, cells, source, a, b, c, d)                                                       \
  AREA(prefix##_2A, "1", a, 0, 1, ASSUMED, source, "GluN2A share of NMDA conductance, " cells),              \
      AREA(prefix##_2B, "1", b, 0, 1, ASSUMED, source, "GluN2B share, " cells),                              \
      AREA(prefix##_2C, "1", c, 0, 1, ASSUMED, source, "GluN2C share, " cells),                              \
      AREA(prefix##_2D, "1", d, 0, 1, ASSUMED, source, "GluN2D share, " cells)

#define RETICULAR                                                                                            \
  "half GluN2C: the NMDA current of reticular cells hardly rectifies, and does without GluN2C, Zhang et "    \
  "al. 2012, doi:10.1371/journal.pone.0041908"
const struct param afferent_relay_params[] = {
    AREA(V, "mV", -60, -90, -20, ASSUMED, "relay cells of waking animals fire tonically from near -60 mV",
         "potential of relay cells"),
    AREA(V_inhibitory, "mV", -65, -90, -20, ASSUMED,
         "rest of reticular cells, from which NMDA receptors depolarise them, Zhang et al. 2009, "
         "doi:10.3389/neuro.04.020.2009",
         "potential of cells of the reticular nucleus"),
    COMMON,
    INHIBITION(0.5, ASSUMED, BALANCE),
    AREA_SHARES(share, "relay cells", "as adult principal cells of cortex", .6, .4, 0, 0),
    AREA_SHARES(inhibitory, "reticular cells", RETICULAR, .3, .2, .5, 0),
};
const int n_afferent_relay_params = COUNT_OF(afferent_relay_params);

#define CORTICAL_POTENTIALS                                                                                  \
  AREA(V, "mV", -58, -90, -20, ASSUMED, "mean potential of pyramidal cells in vivo, -58 mV or below",        \
       "potential of pyramidal cells"),                                                                      \
      AREA(V_inhibitory, "mV", -52, -90, -20, ASSUMED,                                                       \
           "interneurons are nearer threshold than pyramidal cells", "potential of interneurons")
#define CORTICAL_SHARES                                                                                      \
  AREA_SHARES(share, "pyramidal cells", "as those of the regions", .6, .4, 0, 0),                            \
      AREA_SHARES(inhibitory, "interneurons", "between PV and SST cells of the regions", .325, .375, .05,    \
                  .25)
const struct param afferent_pyramidal_params[] = {
    CORTICAL_POTENTIALS,
    COMMON,
    INHIBITION(0.86, CALIBRATED, AS_HERE),
    CORTICAL_SHARES,
};
const int n_afferent_pyramidal_params = COUNT_OF(afferent_pyramidal_params);

const struct param afferent_entorhinal_params[] = {
    CORTICAL_POTENTIALS,
    COMMON,
    INHIBITION(0.78, ASSUMED, FLAT),
    CORTICAL_SHARES,
};
const int n_afferent_entorhinal_params = COUNT_OF(afferent_entorhinal_params);

static void check_shares(struct config *config, const char *path, const struct afferent_area *area) {
  double principal = area->share_2A + area->share_2B + area->share_2C + area->share_2D;
  double inhibitory = area->inhibitory_2A + area->inhibitory_2B + area->inhibitory_2C + area->inhibitory_2D;
  if (fabs(principal - 1.0) > 1e-6 || fabs(inhibitory - 1.0) > 1e-6)
    config_fault(config, path, "the shares of GluN2A, 2B, 2C and 2D do not sum to 1");
}

void afferents_read(struct config *config, struct afferents *out) {
  config_has(config, "drive.afferents.relay");
  config_has(config, "drive.afferents.pyramidal");
  config_has(config, "drive.afferents.entorhinal");
  params_read(config, "drive.afferents", afferent_params, n_afferent_params, NULL, 0, &out->receptors);
  params_read(config, "drive.afferents.relay", afferent_relay_params, n_afferent_relay_params, NULL, 0,
              &out->relay);
  params_read(config, "drive.afferents.pyramidal", afferent_pyramidal_params, n_afferent_pyramidal_params,
              NULL, 0, &out->pyramidal);
  params_read(config, "drive.afferents.entorhinal", afferent_entorhinal_params, n_afferent_entorhinal_params,
              NULL, 0, &out->entorhinal);
  check_shares(config, "drive.afferents.relay", &out->relay);
  check_shares(config, "drive.afferents.pyramidal", &out->pyramidal);
  check_shares(config, "drive.afferents.entorhinal", &out->entorhinal);
}

/* ---- block ---- */

static struct afferent_channels channels(const struct afferents *afferents, double temperature_C) {
  return afferent_channels(afferents->receptors.Mg, afferents->receptors.activated, temperature_C);
}

void afferents_advance(const struct afferents *afferents, double temperature_C,
                       const struct exposure *exposures, int n, double time_ms,
                       struct afferents_block *block) {
  const struct afferent_area *const area[AFFERENT_AREAS] = AREAS(afferents);
  const struct afferent_channels here = channels(afferents, temperature_C);
  for (int a = 0; a < AFFERENT_AREAS; a++) {
    afferent_block_advance(&here, area[a]->V, exposures, n, time_ms, &block->principal[a]);
    afferent_block_advance(&here, area[a]->V_inhibitory, exposures, n, time_ms, &block->inhibitory[a]);
  }
}

/* Share of AMPA receptors that competitive antagonists hold, α. */
static double ampa_held(const struct exposure *exposures, int n) {
  double occupied = 0;
  for (int e = 0; e < n; e++) {
    if (exposures[e].action != ACTION_AMPA_COMPETITIVE) continue;
    const struct ampa_competitive *drug = exposures[e].properties;
    occupied += exposures[e].free_uM / drug->K_B;
  }
  return occupied / (1.0 + occupied);
}

/* ---- rates ---- */

/* NMDA and AMPA current that is lost, of what excites one kind of cells: n β + (1 − n) α. */
static double lost(double nmda_share, double nmda_taken, double ampa_taken) {
  return nmda_share * nmda_taken + (1.0 - nmda_share) * ampa_taken;
}

static double area_rate(const struct afferent_channels *here, const struct afferent_area *area,
                        const struct exposure *exposures, int n, const struct afferent_blocked *principal,
                        const struct afferent_blocked *inhibitory) {
  const double of_principal[SUBUNITS] = {area->share_2A, area->share_2B, area->share_2C, area->share_2D};
  const double of_inhibitory[SUBUNITS] = {area->inhibitory_2A, area->inhibitory_2B, area->inhibitory_2C,
                                          area->inhibitory_2D};
  double alpha = ampa_held(exposures, n);
  double beta = afferent_block_taken(here, of_principal, area->V, exposures, n, principal);
  double beta_inhibitory =
      afferent_block_taken(here, of_inhibitory, area->V_inhibitory, exposures, n, inhibitory);
  double excitation = lost(area->nmda_share, beta, alpha);
  double inhibition = lost(area->nmda_share_inhibitory, beta_inhibitory, alpha);
  inhibition = area->inhibition * (inhibition < 1.0 ? inhibition : 1.0);
  double rate = 1.0 - (excitation - inhibition) / (1.0 - area->inhibition);
  return rate > 0.0 ? rate : 0.0;
}

struct afferent_rates afferents_rates(const struct afferents *afferents, double temperature_C,
                                      const struct exposure *exposures, int n,
                                      const struct afferents_block *block) {
  const struct afferent_area *const area[AFFERENT_AREAS] = AREAS(afferents);
  const struct afferent_channels here = channels(afferents, temperature_C);
  double rate[AFFERENT_AREAS];
  for (int a = 0; a < AFFERENT_AREAS; a++)
    rate[a] = area_rate(&here, area[a], exposures, n, &block->principal[a], &block->inhibitory[a]);
  return (struct afferent_rates){rate[0], rate[1], rate[2]};
}

double afferents_factor(const struct afferents *afferents, struct afferent_rates rates,
                        struct afferent_origin origin, const struct exposure *exposures, int n, int site) {
  double nicotinic_lost = 1.0 - action_channels_left(exposures, n, ACTION_NICOTINIC, site);
  double relay = rates.relay * (1.0 - afferents->receptors.nicotinic * nicotinic_lost);
  double rest = 1.0 - origin.thalamic - origin.entorhinal;
  return 1.0 + origin.thalamic * (relay - 1.0) + origin.entorhinal * (rates.entorhinal - 1.0) +
         rest * (rates.pyramidal - 1.0);
}
