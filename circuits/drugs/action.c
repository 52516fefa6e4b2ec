/* action.c — the sites of action as data, and what inhibitors leave of a site's activity. */
#include "action.h"
#include "maths.h"
#include <string.h>

#define OWN "no default: it is the drug's own"

/* A property without which the action has no meaning. */
#define PROPERTY(type, member, unit, low, high, meaning)                                                     \
  PARAM_NUM(struct type, member, unit, PARAM_REQUIRED, low, high, ASSUMED, OWN, meaning)

static const struct param nmda_channel[] = {
    PROPERTY(nmda_channel, K_d_2A, "uM", 1e-6, 1e6, "K_d at GluN2A, -66 mV, no magnesium"),
    PROPERTY(nmda_channel, K_d_2B, "uM", 1e-6, 1e6, "K_d at GluN2B, -66 mV, no magnesium"),
    PROPERTY(nmda_channel, K_d_2C, "uM", 1e-6, 1e6, "K_d at GluN2C, -66 mV, no magnesium"),
    PROPERTY(nmda_channel, K_d_2D, "uM", 1e-6, 1e6, "K_d at GluN2D, -66 mV, no magnesium"),
    PROPERTY(nmda_channel, k_on, "1/(uM ms)", 1e-9, 10, "binding rate to the open channel"),
    PROPERTY(nmda_channel, k_escape, "1/ms", 0, 10, "rate of leaving a closed channel; 0: stays trapped"),
    PROPERTY(nmda_channel, z_delta, "1", 0, 2, "charge times share of the membrane field at the site"),
    PARAM_NUM(struct nmda_channel, k_closed, "1/(uM ms)", 0, 0, 10, ASSUMED,
              "most blockers reach open channels only", "binding rate to a closed channel"),
    PARAM_NUM(struct nmda_channel, K_superficial, "uM", 0, 0, 1e6, ASSUMED, "most blockers have no such site",
              "K_d at -66 mV of a second site that does not trap; 0: none"),
    PARAM_NUM(struct nmda_channel, z_superficial, "1", 0, 0, 2, ASSUMED,
              "the site lies outside of the membrane field", "as z_delta, at the second site"),
};

#define SUBUNIT(s)                                                                                           \
  PARAM_NUM(struct nmda_subunit, IC50_2##s, "uM", 1e6, 1e-9, 1e6, ASSUMED, "the drug spares this subunit",   \
            "free concentration of half the effect at GluN2" #s)
#define MOST(s)                                                                                              \
  PARAM_NUM(struct nmda_subunit, most_2##s, "1", 1, 0, 1, ASSUMED, "complete where nothing else was found",  \
            "share of the opening of GluN2" #s " that saturation takes away")
static const struct param nmda_subunit[] = {SUBUNIT(A), SUBUNIT(B), SUBUNIT(C), SUBUNIT(D),
                                            MOST(A),    MOST(B),    MOST(C),    MOST(D)};
#undef SUBUNIT
#undef MOST

static const struct param nmda_allosteric[] = {
    PROPERTY(nmda_allosteric, K, "uM", 1e-9, 1e6, "free concentration of half the effect"),
    PROPERTY(nmda_allosteric, most, "1", 0, 1, "share of the opening that saturation takes away"),
};

static const struct param ampa_competitive[] = {
    PROPERTY(ampa_competitive, K_B, "uM", 1e-9, 1e6, "equilibrium constant of the antagonist"),
};

static const struct param mtorc1_inhibitor[] = {
    PROPERTY(mtorc1_inhibitor, IC50, "uM", 1e-9, 1e6, "free concentration that halves the activity"),
    PARAM_NUM(struct mtorc1_inhibitor, hill, "1", 1, 0.1, 10, ASSUMED, "one molecule inhibits one complex",
              "Hill coefficient"),
};

static const struct param bdnf_scavenger[] = {
    PROPERTY(bdnf_scavenger, K_d, "uM", 1e-9, 1e6, "dissociation constant; scavenger in excess of BDNF"),
};

static const struct param gaba_a_agonist[] = {
    PROPERTY(gaba_a_agonist, EC50, "uM", 1e-9, 1e6, "free concentration that opens half of the conductance"),
    PARAM_NUM(struct gaba_a_agonist, hill, "1", 1, 0.1, 10, ASSUMED, "one site", "Hill coefficient"),
    PARAM_NUM(struct gaba_a_agonist, efficacy, "1", 1, 0, 1, ASSUMED, "a full agonist",
              "share of the largest conductance at saturation"),
};

static const struct param gaba_a_modulator[] = {
    PROPERTY(gaba_a_modulator, K_d, "uM", 1e-9, 1e6, "dissociation constant"),
    PROPERTY(gaba_a_modulator, decay, "1", 0.1, 10, "factor on the decay time constant, all sites taken"),
    PROPERTY(gaba_a_modulator, amplitude, "1", 0.1, 10, "factor on the peak, all sites taken"),
};

static const struct param ampa_potentiator[] = {
    PROPERTY(ampa_potentiator, EC50, "uM", 1e-9, 1e6, "free concentration of half the effect"),
    PARAM_NUM(struct ampa_potentiator, hill, "1", 1, 0.1, 10, ASSUMED, "one site", "Hill coefficient"),
    PROPERTY(ampa_potentiator, current, "1", 0.1, 10, "factor on AMPA currents at saturation"),
    PROPERTY(ampa_potentiator, release, "1", 0.1, 10, "factor on release probability at saturation"),
};

static const struct param serotonin_reuptake[] = {
    PROPERTY(serotonin_reuptake, K_d, "uM", 1e-9, 1e6, "dissociation constant at the transporter"),
};

static const struct param immune_challenge[] = {
    PROPERTY(immune_challenge, EC50, "uM", 1e-12, 1e6, "concentration of half the largest release"),
    PARAM_NUM(struct immune_challenge, hill, "1", 1, 0.1, 10, ASSUMED, "one receptor", "Hill coefficient"),
};

static const struct param cytokine_suppressor[] = {
    PROPERTY(cytokine_suppressor, EC50, "uM", 1e-9, 1e6, "free concentration of half the suppression"),
    PARAM_NUM(struct cytokine_suppressor, hill, "1", 1, 0.1, 10, ASSUMED, "one site", "Hill coefficient"),
};

static const struct param glucocorticoid[] = {
    PROPERTY(glucocorticoid, K_d, "uM", 1e-9, 1e6, "dissociation constant at the glucocorticoid receptor"),
};

static const struct param mglur2_agonist[] = {
    PROPERTY(mglur2_agonist, EC50, "uM", 1e-9, 1e6, "free concentration of half activation, a full agonist"),
};

static const struct param hcn1[] = {
    PROPERTY(hcn1, EC50, "uM", 1e-6, 1e6, "free concentration that occupies half of the channels"),
    PROPERTY(hcn1, shift, "mV", -50, 50, "how far down half-activation is shifted where all are occupied"),
    PROPERTY(hcn1, block, "1", 0, 1, "share of the conductance that is lost where all are occupied"),
};

static const struct param nicotinic[] = {
    PROPERTY(nicotinic, IC50, "uM", 1e-6, 1e6, "free concentration that blocks half"),
    PARAM_NUM(struct nicotinic, hill, "1", 1, 0.1, 10, ASSUMED, "one molecule blocks one channel",
              "Hill coefficient"),
};

static const struct param calcium_channel[] = {
    PROPERTY(calcium_channel, IC50, "uM", 1e-6, 1e6, "free concentration of half of the largest block"),
    PARAM_NUM(struct calcium_channel, hill, "1", 1, 0.1, 10, ASSUMED, "one molecule blocks one channel",
              "Hill coefficient"),
    PARAM_NUM(struct calcium_channel, block, "1", 1, 0, 1, ASSUMED, "all channels are alike",
              "share of the channels that is blocked at most"),
};

static const struct param gaba_a_tonic[] = {
    PROPERTY(gaba_a_tonic, gain, "1/uM", 0, 1e6, "rise of the tonic conductance, relative to rest, per uM"),
};

static const struct param anaesthetic[] = {
    PROPERTY(anaesthetic, EC50, "uM", 1e-6, 1e6, "free concentration at which half lose righting"),
};

#define SITE(name, id, meaning) [ACTION_##id] = {#name, meaning, name, COUNT_OF(name), sizeof(struct name)},
const struct action_site action_sites[ACTION_COUNT] = {ACTIONS(SITE)};
#undef SITE

/* K and n of a drug at its site: those of the sites in the tissue and the body. */
struct affinity {
  double K_uM, hill;
};

static bool affinity_of(const struct exposure *exposure, struct affinity *out) {
  const void *drug = exposure->properties;
  switch (exposure->action) {
  case ACTION_MTORC1_INHIBITOR:
    *out = (struct affinity){((const struct mtorc1_inhibitor *)drug)->IC50,
                             ((const struct mtorc1_inhibitor *)drug)->hill};
    return true;
  case ACTION_BDNF_SCAVENGER:
    *out = (struct affinity){((const struct bdnf_scavenger *)drug)->K_d, 1};
    return true;
  case ACTION_SEROTONIN_REUPTAKE:
    *out = (struct affinity){((const struct serotonin_reuptake *)drug)->K_d, 1};
    return true;
  case ACTION_IMMUNE_CHALLENGE:
    *out = (struct affinity){((const struct immune_challenge *)drug)->EC50,
                             ((const struct immune_challenge *)drug)->hill};
    return true;
  case ACTION_CYTOKINE_SUPPRESSOR:
    *out = (struct affinity){((const struct cytokine_suppressor *)drug)->EC50,
                             ((const struct cytokine_suppressor *)drug)->hill};
    return true;
  case ACTION_GLUCOCORTICOID:
    *out = (struct affinity){((const struct glucocorticoid *)drug)->K_d, 1};
    return true;
  default:
    return false;
  }
}

/* (C/K)^n of a drug at its site; 0 if the site is none of these. */
static double occupation(const struct exposure *exposure, int site) {
  struct affinity drug;
  return affinity_of(exposure, &drug) ? maths_pow(exposure_uM(exposure, site) / drug.K_uM, drug.hill) : 0;
}

double action_share_left(const struct exposure *exposures, int n, enum action action, int site) {
  double left = 1;
  for (int e = 0; e < n; e++) {
    if (exposures[e].action == (int)action) left /= 1 + occupation(&exposures[e], site);
  }
  return left;
}

/* What a drug does at a channel: K, steepness and the largest block. False at sites of another kind. */
struct channel_block {
  double IC50_uM, hill, most;
};

static bool channel_block_of(const struct exposure *exposure, struct channel_block *out) {
  if (exposure->action == ACTION_NICOTINIC) {
    const struct nicotinic *drug = exposure->properties;
    *out = (struct channel_block){drug->IC50, drug->hill, 1};
    return true;
  }
  if (exposure->action == ACTION_CALCIUM_CHANNEL) {
    const struct calcium_channel *drug = exposure->properties;
    *out = (struct channel_block){drug->IC50, drug->hill, drug->block};
    return true;
  }
  return false;
}

double action_channels_left(const struct exposure *exposures, int n, enum action action, int site) {
  double all = 0, hill = 0, most = 0;
  for (int e = 0; e < n; e++) {
    struct channel_block drug;
    if (exposures[e].action != (int)action || !channel_block_of(&exposures[e], &drug)) continue;
    double relative = exposure_uM(&exposures[e], site) / drug.IC50_uM;
    all += relative;
    hill += relative * drug.hill;
    most += relative * drug.most;
  }
  if (!(all > 0)) return 1;
  double x = maths_pow(all, hill / all);
  return 1 - most / all * x / (1 + x);
}

double action_sum(const struct exposure *exposures, int n, enum action action, int site) {
  double sum = 0;
  for (int e = 0; e < n; e++) {
    if (exposures[e].action == (int)action) sum += occupation(&exposures[e], site);
  }
  return sum;
}

double action_share_taken(const struct exposure *exposures, int n, enum action action, int site) {
  double sum = action_sum(exposures, n, action, site);
  return sum / (1 + sum);
}

double action_release(const struct exposure *exposures, int n, int site) {
  double factor = 1;
  for (int e = 0; e < n; e++) {
    if (exposures[e].action != ACTION_AMPA_POTENTIATOR) continue;
    const struct ampa_potentiator *drug = exposures[e].properties;
    double x = maths_pow(exposure_uM(&exposures[e], site) / drug->EC50, drug->hill);
    factor *= 1 + (drug->release - 1) * x / (1 + x);
  }
  return factor;
}

double action_half_uM(const struct exposure *exposure) {
  const struct action_site *site = &action_sites[exposure->action];
  for (int p = 0; p < site->n_params; p++) {
    double value;
    if (site->params[p].type != PARAM_NUMBER || strcmp(site->params[p].unit, "uM") != 0) continue;
    memcpy(&value, (const char *)exposure->properties + site->params[p].offset, sizeof value);
    return value;
  }
  return 0;
}
