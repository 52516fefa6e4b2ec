/* action.h — the sites at which a drug can act, and what a drug's file says about each.
 *
 * A row of ACTIONS is a site: its name in configs (drugs.<substance>.actions.<name>), the struct of its
 * properties, and what it is. The mechanism that is acted on reads the properties from its exposures
 * (mechanism.h); it asks for the action and never for the name of a drug. A new drug at a listed site is a
 * config file; a new site is a row here, a table of parameters in action.c, and the term in the equation of
 * the mechanism concerned. */
#ifndef CIRCUITS_DRUGS_ACTION_H
#define CIRCUITS_DRUGS_ACTION_H

#include "mechanism.h"

/* name in configs and struct, enumerator, meaning */
#define ACTIONS(X)                                                                                           \
  X(nmda_channel, NMDA_CHANNEL, "blocks the open channel of NMDA receptors and is trapped in it")            \
  X(ampa_competitive, AMPA_COMPETITIVE, "competes with glutamate at AMPA receptors")                         \
  X(mtorc1_inhibitor, MTORC1_INHIBITOR, "inhibits mTORC1")                                                   \
  X(bdnf_scavenger, BDNF_SCAVENGER, "binds released BDNF before it reaches TrkB")                            \
  X(mglur2_agonist, MGLUR2_AGONIST, "activates presynaptic mGlu2 and mGlu3 receptors")                       \
  X(hcn1, HCN1, "shifts and closes HCN channels that contain HCN1")                                          \
  X(nicotinic, NICOTINIC, "blocks nicotinic receptors (alpha4 beta2)")                                       \
  X(calcium_channel, CALCIUM_CHANNEL, "blocks high-voltage-activated calcium channels")                      \
  X(gaba_a_tonic, GABA_A_TONIC, "raises the tonic conductance of GABA-A receptors")                          \
  X(anaesthetic, ANAESTHETIC, "anaesthetises: righting and the control of body temperature are lost")        \
  X(gaba_a_agonist, GABA_A_AGONIST, "opens GABA-A receptors: a tonic conductance")                           \
  X(gaba_a_modulator, GABA_A_MODULATOR, "prolongs and enlarges what GABA opens at GABA-A synapses")          \
  X(ampa_potentiator, AMPA_POTENTIATOR, "raises AMPA currents and release, without block of NMDA receptors") \
  X(serotonin_reuptake, SEROTONIN_REUPTAKE, "occupies the serotonin transporter")                            \
  X(immune_challenge, IMMUNE_CHALLENGE, "makes immune cells release cytokines")                              \
  X(cytokine_suppressor, CYTOKINE_SUPPRESSOR, "holds the release of cytokines back")                         \
  X(glucocorticoid, GLUCOCORTICOID, "activates glucocorticoid receptors, as corticosterone does")            \
  X(nmda_subunit, NMDA_SUBUNIT, "keeps NMDA receptors with certain subunits from opening")                   \
  X(nmda_allosteric, NMDA_ALLOSTERIC, "lowers the opening of NMDA receptors that open all the time")

#define ACTION_ENUM(name, id, meaning) ACTION_##id,
enum action { ACTIONS(ACTION_ENUM) ACTION_COUNT };
#undef ACTION_ENUM

/* Substances of one run that can act at the same site: as many as a mechanism keeps the state of. */
enum { ACTION_SLOTS = 8 };

/* receptors/trapping_block.h has the equation of this and of the next two. */
struct nmda_channel {
  double K_d_2A, K_d_2B, K_d_2C, K_d_2D; /* dissociation constant at −66 mV without magnesium, µM */
  double k_on;                           /* binding rate to the open channel, 1/(µM ms) */
  double k_escape;                       /* rate of leaving a closed channel, 1/ms */
  double z_delta;                        /* charge times share of the membrane field at the site */
  double k_closed;                       /* binding rate to a closed channel, 1/(µM ms) */
  double K_superficial, z_superficial; /* second site, not trapping: µM at −66 mV (0: none); as z_delta */
};

struct nmda_subunit {
  double IC50_2A, IC50_2B, IC50_2C, IC50_2D; /* µM */
  double most_2A, most_2B, most_2C, most_2D; /* share of the opening that saturation takes away */
};

struct nmda_allosteric {
  double K, most; /* µM; share of the opening that saturation takes away */
};

struct ampa_competitive {
  double K_B; /* equilibrium constant of the antagonist, µM */
};

struct mtorc1_inhibitor {
  double IC50, hill; /* µM, 1 */
};

struct bdnf_scavenger {
  double K_d; /* µM */
};

/* receptors/gaba_a.c has the equations of the two. */
struct gaba_a_agonist {
  double EC50, hill, efficacy; /* µM, 1, share of the conductance that a full agonist opens */
};
struct gaba_a_modulator {
  double K_d;              /* µM */
  double decay, amplitude; /* factors on decay time constant and peak when all sites are taken */
};

/* receptors/ampa.c for the current; release is a factor at the terminals (action_release). */
struct ampa_potentiator {
  double EC50, hill;       /* µM, 1 */
  double current, release; /* factors on AMPA current and release probability at saturation */
};

struct serotonin_reuptake {
  double K_d; /* µM */
};

struct immune_challenge {
  double EC50, hill; /* µM, 1 */
};

/* tissue/inflammation.c and tissue/stress.c have the equations of the two. */
struct cytokine_suppressor {
  double EC50, hill; /* µM, 1 */
};
struct glucocorticoid {
  double K_d; /* µM */
};

/* tissue/presynaptic.h has the equation. */
struct mglur2_agonist {
  double EC50; /* of a full agonist, µM */
};

/* receptors/hcn.c has the equation. */
struct hcn1 {
  double EC50;  /* µM */
  double shift; /* of the half-activation potential where every channel is occupied, mV: positive is down */
  double block; /* share of the conductance that is lost there */
};

struct nicotinic {
  double IC50, hill; /* µM, 1 */
};

struct calcium_channel {
  double IC50, hill; /* µM, 1 */
  double block;      /* share that is blocked at most */
};

struct gaba_a_tonic {
  double gain; /* rise of the tonic conductance, relative to rest, 1/µM */
};

/* body/temperature.h has the equation. */
struct anaesthetic {
  double EC50; /* µM */
};

/* A site as data: its name, the parameters of a drug there. */
struct action_site {
  const char *name, *meaning;
  const struct param *params;
  int n_params;
  size_t size;
};
extern const struct action_site action_sites[ACTION_COUNT];

/* Share of a site's activity that competing or inhibiting drugs leave at `site` of the region's sheet: Π over
 * exposures at `action` of 1/(1 + (C/K)^n), with the constants that the action names. 1 if no drug acts
 * there. For MTORC1_INHIBITOR and BDNF_SCAVENGER. */
double action_share_left(const struct exposure *exposures, int n, enum action action, int site);

/* Share of the channels at a site of the sheet that blockers leave, which share a place in the channel as the
 * enantiomers of one drug do: 1 − B x/(1 + x), x = (Σ C/IC50)^n; n and the largest block B are the means over
 * them, by C/IC50. 1 if no drug acts there. For NICOTINIC and CALCIUM_CHANNEL. */
double action_channels_left(const struct exposure *exposures, int n, enum action action, int site);

/* Share of a site of action that competing drugs take together at `site` of the sheet: Σx/(1 + Σx), x =
 * (C/K)^n, over exposures at `action`. 0 if no drug acts there. For SEROTONIN_REUPTAKE, IMMUNE_CHALLENGE and
 * CYTOKINE_SUPPRESSOR. */
double action_share_taken(const struct exposure *exposures, int n, enum action action, int site);

/* The sum Σ(C/K)^n itself, where the body has a ligand of its own. For GLUCOCORTICOID. */
double action_sum(const struct exposure *exposures, int n, enum action action, int site);

/* Factor of potentiators on the release probability of terminals at `site`: Π (1 + (r − 1) x/(1 + x)), x =
 * (C/EC50)^n, over exposures at AMPA_POTENTIATOR. 1 if no drug acts there. */
double action_release(const struct exposure *exposures, int n, int site);

/* The concentration that names a drug's potency at its site, the first of the site's constants in µM; 0 if it
 * has none. */
double action_half_uM(const struct exposure *exposure);

/* Does a drug at one of two sites of action reach only a part of the sheet? */
static inline bool action_is_local(const struct step *step, enum action one, enum action other) {
  bool local = false;
  for (int e = 0; e < step->n_exposures; e++) {
    int action = step->exposures[e].action;
    local |= (action == (int)one || action == (int)other) && step->exposures[e].reach != NULL;
  }
  return local;
}

#endif
