/* signalling.h — from AMPA throughput to synaptic proteins, at one site of a sheet, over minutes to days.
 *
 * Each mechanism is one file that gives the rates of its own states from the site's inputs and states:
 * eef2.c, bdnf.c (synthesis, release, TrkB), adaptation.c, mtorc1.c and erk.c, its two arms, proteins.c.
 * They are held together as one small stiff system per site, solved by CVODE; scaling.c stands beside it with
 * a closed form. All states are relative to their resting value, 1 (feedback: 0); time is in hours. */
#ifndef CIRCUITS_TISSUE_SIGNALLING_H
#define CIRCUITS_TISSUE_SIGNALLING_H

#include "params.h"
#include "stiff.h"

/* name, enumerator, resting value, meaning */
#define SIGNALLING_STATES(X)                                                                                 \
  X(eef2, EEF2, 1, "phosphorylated eEF2")                                                                    \
  X(bdnf_supply, BDNF_SUPPLY, 1, "BDNF that is synthesised and ready for release")                           \
  X(bdnf, BDNF, 1, "extracellular BDNF")                                                                     \
  X(trkb, TRKB, 1, "TrkB receptors at the surface")                                                          \
  X(trkb_level, LEVEL, 1, "TrkB signal that mTORC1 and ERK count from")                                      \
  X(mtorc1, MTORC1, 1, "activity of mTORC1")                                                                 \
  X(mtorc1_feedback, FEEDBACK, 0, "inhibition of mTORC1 by what it activates")                               \
  X(erk, ERK, 1, "activity of ERK")                                                                          \
  X(erk_phosphatase, PHOSPHATASE, 0, "phosphatases that ERK switches on")                                    \
  X(proteins, PROTEINS, 1, "synaptic proteins: GluA1, PSD-95, synapsin I")                                   \
  X(activity, ACTIVITY, 1, "firing over the past day, of baseline")                                          \
  X(ampa_scale, SCALE, 1, "homeostatic factor on AMPA receptors")                                            \
  X(gaba_scale, GABA_SCALE, 1, "homeostatic factor on GABA-A receptors")

#define SIGNALLING_ENUM(name, id, rest, meaning) SIGNALLING_##id,
enum signalling_state { SIGNALLING_STATES(SIGNALLING_ENUM) SIGNALLING_COUNT };
#undef SIGNALLING_ENUM
enum { SIGNALLING_SOLVED = SIGNALLING_SCALE }; /* the states before this one are solved together */

/* What drives a site; constant during one step. */
struct signalling_input {
  double throughput;      /* recurrent AMPA throughput, relative to its baseline */
  double resting_blocked; /* share of the resting NMDA current of pyramidal cells that drugs take */
  double rate;            /* firing rate of pyramidal cells in the latest window, relative to its baseline */
  double scale_then;  /* factor on AMPA over that on GABA-A receptors in that window; 0: the present one */
  double excitation;  /* AMPA of the cells' synapses, without that factor, over what it was in that window */
  double bdnf_left;   /* share of released BDNF that no scavenger binds */
  double mtorc1_left; /* share of mTORC1 that no inhibitor holds */
  double serotonin;   /* adaptation to raised serotonin, times the region's 5-HT1A receptors; 0 at rest */
  double inflamed;    /* inflammation of the tissue, of the largest; 0 at rest */
  double stress_lost; /* share of BDNF's synthesis that stress takes */
  double gut_change;  /* change of BDNF's synthesis by what the gut makes; 0 at rest */
  double calcium_blocked; /* share of voltage-activated calcium channels that drugs block */
  double slowing;         /* share of all rates that a low body temperature takes */
};

struct eef2 {
  double tau, residue, hill, half;
};
struct bdnf {
  double tau_supply, translation_gain, serotonin_gain, serotonin_trkb, inflammation_loss;
  double tau_release, release_half, release_hill;
  double trkb_half, trkb_loss;
};
struct adaptation {
  double tau_want, tau_return, least;
};
struct mtorc1 {
  double tau, half, hill, other, tau_feedback, feedback_weight;
};
struct erk {
  double tau, half, hill, calcium, phosphatase_weight, tau_phosphatase;
};
struct proteins {
  double tau, gain, half, hill, most, erk_gain, ampa_gain;
};
struct scaling {
  double tau, low, high, tau_gaba, low_gaba, high_gaba, slope, tau_activity;
};

struct signalling {
  struct eef2 eef2;
  struct bdnf bdnf;
  struct adaptation adapting;
  struct mtorc1 mtorc1;
  struct erk erk;
  struct proteins proteins;
  struct scaling scaling;
  /* switches: mechanisms.<name> */
  bool direct_translation, erk_proteins, homeostatic_scaling, hnk_ampa, inflammation, stress, gut;
  bool disinhibition, pyramidal_block; /* of receptors/nmda.c */
  bool adaptation;                     /* of adaptation.c */
  bool mtorc1_route;                   /* of proteins.c */
  bool autoreceptors;                  /* of mglur2.c */
  bool gaba_b;                         /* of heteroreceptors.c */
  bool afferents, hcn1, nicotinic, calcium_channel, gaba_a_tonic, temperature;
  bool extrasynaptic, allosteric_site; /* of receptors/nmda_extrasynaptic.c */
};

/* Hill curve that is 1 at x = 1: (1 + Kⁿ) xⁿ / (Kⁿ + xⁿ). */
double signalling_hill(double x, double half, double n);

/* Rates of change per hour of each mechanism's own states. */
void eef2_rates(const struct eef2 *p, const struct signalling_input *in, const double *y, double *dydt);
void bdnf_rates(const struct bdnf *p, const struct signalling_input *in, const double *y, double *dydt);
/* Activation of TrkB by BDNF, and what AMPA-driven calcium does, relative to rest. */
double bdnf_trkb_signal(const struct bdnf *p, const double *y);
double bdnf_calcium_signal(const struct bdnf *p, const struct signalling_input *in);
void adaptation_rates(const struct adaptation *p, double trkb_signal, const double *y, double *dydt);
/* The two arms, with the signal as they see it: over the level to which they have adapted. */
void mtorc1_rates(const struct mtorc1 *p, const struct signalling_input *in, double trkb_signal,
                  const double *y, double *dydt);
void erk_rates(const struct erk *p, double trkb_signal, double calcium, const double *y, double *dydt);
/* `erk` as proteins see it: 1 where the switch is off. */
void proteins_rates(const struct proteins *p, double erk, const double *y, double *dydt);
void scaling_rates(const struct scaling *p, const struct signalling_input *in, const double *y, double *dydt);
/* All of them together, of one site. */
void signalling_rates(const struct signalling *signalling, const struct signalling_input *in, const double *y,
                      double *dydt);
/* A step of some hours of the homeostatic factors on AMPA and GABA-A receptors. */
void scaling_advance(const struct scaling *p, const struct signalling_input *in, double hours, double *ampa,
                     double *gaba);

/* AMPA content of a synapse at the site relative to baseline: homeostatic scale times receptors newly
 * synthesised. */
double proteins_ampa_content(const struct proteins *p, const double *y);

extern const struct param eef2_params[], bdnf_params[], adaptation_params[], mtorc1_params[], erk_params[],
    proteins_params[], scaling_params[], switch_params[];
extern const int n_eef2_params, n_bdnf_params, n_adaptation_params, n_mtorc1_params, n_erk_params,
    n_proteins_params, n_scaling_params, n_switch_params;

/* Read the groups of these tables in tissue, and the switches in mechanisms. */
void signalling_read(struct config *config, struct signalling *out);

/* Set a site to rest. */
void signalling_rest(double y[SIGNALLING_COUNT]);

/* A solver for signalling_advance; free with stiff_free. Fails: NO_MEMORY. */
MUST_USE enum status signalling_solver(struct stiff **out);

/* Advance one site from t0_h to t1_h. Fails: DIVERGED, naming `where`. Not with the same solver in
 * parallel. */
MUST_USE enum status signalling_advance(const struct signalling *signalling,
                                        const struct signalling_input *in, struct stiff *solver,
                                        const char *where, double t0_h, double t1_h,
                                        double y[SIGNALLING_COUNT]);

#endif
