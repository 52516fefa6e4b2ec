/* action.c — the sites of action as data, and what inhibitors leave of a site's activity. */
#include "action.h"
#include "maths.h"

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

#define SITE(name, id, meaning) [ACTION_##id] = {#name, meaning, name, COUNT_OF(name), sizeof(struct name)},
const struct action_site action_sites[ACTION_COUNT] = {ACTIONS(SITE)};
#undef SITE

/* (C/K)^n of an inhibitor at its site. */
static double occupation(const struct exposure *exposure, int site) {
  double free_uM = exposure_uM(exposure, site);
  if (exposure->action == ACTION_MTORC1_INHIBITOR) {
    const struct mtorc1_inhibitor *drug = exposure->properties;
    return maths_pow(free_uM / drug->IC50, drug->hill);
  }
  const struct bdnf_scavenger *drug = exposure->properties;
  return maths_pow(free_uM / drug->K_d, 1);
}

double action_share_left(const struct exposure *exposures, int n, enum action action, int site) {
  double left = 1;
  if (action != ACTION_MTORC1_INHIBITOR && action != ACTION_BDNF_SCAVENGER) return left;
  for (int e = 0; e < n; e++) {
    if (exposures[e].action == (int)action) left /= 1 + occupation(&exposures[e], site);
  }
  return left;
}
