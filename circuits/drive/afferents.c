/* afferents.c — rates of the areas that background comes from. The equations stand in afferents.h.
 *
 * Subunits have the magnesium block and the peak open probability of receptors/nmda.c: the defaults of its
 * table. */
#include "drive/afferents.h"
#include "circuit.h"
#include "drugs/action.h"
#include "maths.h"
#include "receptors/magnesium.h"
#include <string.h>

enum { SUBUNITS = 4 };

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
#define SHARES(prefix, cells, source, a, b, c, d)                                                            \
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
    SHARES(share, "relay cells", "as adult principal cells of cortex", .6, .4, 0, 0),
    SHARES(inhibitory, "reticular cells", RETICULAR, .3, .2, .5, 0),
};
const int n_afferent_relay_params = COUNT_OF(afferent_relay_params);

#define CORTICAL_POTENTIALS                                                                                  \
  AREA(V, "mV", -58, -90, -20, ASSUMED, "mean potential of pyramidal cells in vivo, -58 mV or below",        \
       "potential of pyramidal cells"),                                                                      \
      AREA(V_inhibitory, "mV", -52, -90, -20, ASSUMED,                                                       \
           "interneurons are nearer threshold than pyramidal cells", "potential of interneurons")
#define CORTICAL_SHARES                                                                                      \
  SHARES(share, "pyramidal cells", "as those of the regions", .6, .4, 0, 0),                                 \
      SHARES(inhibitory, "interneurons", "between PV and SST cells of the regions", .325, .375, .05, .25)
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

/* What all NMDA receptors share: [Mg]/K0 and open probability of each subunit. */
struct receptor_constants {
  double mg[SUBUNITS], open[SUBUNITS], RT_F_mV;
};

static double standard(const struct mechanism *mechanism, const char *key) {
  for (int p = 0; p < mechanism->n_params; p++) {
    if (strcmp(mechanism->params[p].key, key) == 0) return mechanism->params[p].standard;
  }
  return NAN;
}

static struct receptor_constants constants(const struct afferent_receptors *receptors, double temperature_C) {
  static const char *const K0[SUBUNITS] = {"K0_2A", "K0_2B", "K0_2C", "K0_2D"};
  static const char *const peak[SUBUNITS] = {"P_2A", "P_2B", "P_2C", "P_2D"};
  struct receptor_constants out = {.RT_F_mV = 8.314462618 * (temperature_C + 273.15) / 96485.33212 * 1000.0};
  const struct mechanisms *mechanisms;
  if (circuit_mechanisms(&mechanisms) != STATUS_OK) return out; /* the run would have ended at its start */
  const struct mechanism *nmda = mechanism_find(mechanisms, "nmda");
  for (int s = 0; s < SUBUNITS; s++) {
    out.mg[s] = receptors->Mg / standard(nmda, K0[s]);
    out.open[s] = receptors->activated * standard(nmda, peak[s]);
  }
  return out;
}

/* Σ_k x_s,k: blocked over free channels of subunit s at V, m being its block by magnesium. */
static double blocked_over_free(const struct receptor_constants *c, int s, double V, double m,
                                const struct exposure *exposures, int n) {
  double sum = 0;
  for (int e = 0; e < n; e++) {
    if (exposures[e].action != ACTION_NMDA_CHANNEL) continue;
    const struct nmda_channel *drug = exposures[e].properties;
    const double K_d[SUBUNITS] = {drug->K_d_2A, drug->K_d_2B, drug->K_d_2C, drug->K_d_2D};
    double weaker = maths_exp(drug->z_delta * (V + 66.0) / c->RT_F_mV);
    double leaves = c->open[s] * drug->k_on * K_d[s] * weaker + drug->k_escape;
    sum += c->open[s] * drug->k_on * exposures[e].free_uM / (1.0 + m) / leaves;
  }
  return sum;
}

/* Share of the NMDA current that is blocked, β. */
static double blocked(const struct receptor_constants *c, const double share[SUBUNITS], double V,
                      const struct exposure *exposures, int n) {
  double voltage = maths_exp(-(double)MAGNESIUM_SLOPE_PER_MV * V), all = 0, held = 0;
  for (int s = 0; s < SUBUNITS; s++) {
    double m = c->mg[s] * voltage, x = blocked_over_free(c, s, V, m, exposures, n);
    all += share[s] / (1.0 + m);
    held += share[s] / (1.0 + m) * x / (1.0 + x);
  }
  return held / all;
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

static double area_rate(const struct receptor_constants *c, const struct afferent_area *area,
                        const struct exposure *exposures, int n) {
  const double principal[SUBUNITS] = {area->share_2A, area->share_2B, area->share_2C, area->share_2D};
  const double inhibitory[SUBUNITS] = {area->inhibitory_2A, area->inhibitory_2B, area->inhibitory_2C,
                                       area->inhibitory_2D};
  double alpha = ampa_held(exposures, n);
  double lost =
      area->nmda_share * blocked(c, principal, area->V, exposures, n) + (1.0 - area->nmda_share) * alpha;
  double lost_inhibitory =
      area->nmda_share_inhibitory * blocked(c, inhibitory, area->V_inhibitory, exposures, n) +
      (1.0 - area->nmda_share_inhibitory) * alpha;
  double inhibition_lost = area->inhibition * (lost_inhibitory < 1.0 ? lost_inhibitory : 1.0);
  double rate = 1.0 - (lost - inhibition_lost) / (1.0 - area->inhibition);
  return rate > 0.0 ? rate : 0.0;
}

struct afferent_rates afferents_rates(const struct afferents *afferents, double temperature_C,
                                      const struct exposure *exposures, int n) {
  struct receptor_constants c = constants(&afferents->receptors, temperature_C);
  return (struct afferent_rates){area_rate(&c, &afferents->relay, exposures, n),
                                 area_rate(&c, &afferents->pyramidal, exposures, n),
                                 area_rate(&c, &afferents->entorhinal, exposures, n)};
}

double afferents_factor(const struct afferents *afferents, struct afferent_rates rates,
                        struct afferent_origin origin, const struct exposure *exposures, int n, int site) {
  double nicotinic_lost = 1.0 - action_channels_left(exposures, n, ACTION_NICOTINIC, site);
  double relay = rates.relay * (1.0 - afferents->receptors.nicotinic * nicotinic_lost);
  double rest = 1.0 - origin.thalamic - origin.entorhinal;
  return 1.0 + origin.thalamic * (relay - 1.0) + origin.entorhinal * (rates.entorhinal - 1.0) +
         rest * (rates.pyramidal - 1.0);
}
