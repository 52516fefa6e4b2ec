/* signalling.h — from AMPA throughput to synaptic proteins, at one site of a sheet, over minutes to days.
 *
 * Each mechanism is one file that gives the rates of its own states from the site's inputs and states: bdnf.c
 * (synthesis, release, TrkB), mtorc1.c, proteins.c. They are held together as one small stiff system per
 * site, solved by CVODE; scaling.c stands beside it with a closed form. All states are relative to their
 * resting value, 1 (feedback: 0); time is in hours. */
#ifndef CIRCUITS_TISSUE_SIGNALLING_H
#define CIRCUITS_TISSUE_SIGNALLING_H

#include "params.h"
#include "stiff.h"

/* name, enumerator, resting value, meaning */
#define SIGNALLING_STATES(X)                                                                                 \
  X(bdnf_supply, BDNF_SUPPLY, 1, "BDNF that is synthesised and ready for release")                           \
  X(bdnf, BDNF, 1, "extracellular BDNF")                                                                     \
  X(trkb, TRKB, 1, "TrkB receptors at the surface")                                                          \
  X(mtorc1, MTORC1, 1, "activity of mTORC1")                                                                 \
  X(mtorc1_feedback, FEEDBACK, 0, "inhibition of mTORC1 by what it activates")                               \
  X(proteins, PROTEINS, 1, "synaptic proteins: GluA1, PSD-95, synapsin I")                                   \
  X(ampa_scale, SCALE, 1, "homeostatic factor on AMPA receptors")

#define SIGNALLING_ENUM(name, id, rest, meaning) SIGNALLING_##id,
enum signalling_state { SIGNALLING_STATES(SIGNALLING_ENUM) SIGNALLING_COUNT };
#undef SIGNALLING_ENUM
enum { SIGNALLING_SOLVED = SIGNALLING_SCALE }; /* the states before this one are solved together */

/* What drives a site; constant during one step. */
struct signalling_input {
  double throughput;      /* recurrent AMPA throughput, relative to its baseline */
  double nmda_blocked;    /* share of the NMDA charge of pyramidal cells that a drug blocks */
  double rate;            /* firing rate of pyramidal cells, relative to its baseline */
  double bdnf_left;       /* share of released BDNF that no scavenger binds */
  double mtorc1_left;     /* share of mTORC1 that no inhibitor holds */
  double serotonin;       /* adaptation to raised serotonin, times the region's 5-HT1A receptors; 0 at rest */
  double inflamed;        /* inflammation of the tissue, of the largest; 0 at rest */
  double calcium_blocked; /* share of voltage-activated calcium channels that drugs block */
  double slowing;         /* share of all rates that a low body temperature takes */
};

struct bdnf {
  double tau_supply, translation_gain, serotonin_gain, serotonin_trkb, inflammation_loss;
  double tau_release, release_half, release_hill;
  double trkb_half, trkb_loss;
};
struct mtorc1 {
  double tau, half, hill, tau_feedback, feedback_weight;
};
struct proteins {
  double tau, gain, half, hill, ampa_gain;
};
struct scaling {
  double tau, low, high;
};

struct signalling {
  struct bdnf bdnf;
  struct mtorc1 mtorc1;
  struct proteins proteins;
  struct scaling scaling;
  /* switches: mechanisms.<name> */
  bool direct_translation, homeostatic_scaling, hnk_ampa, inflammation;
  bool autoreceptors; /* of mglur2.c */
  bool afferents, hcn1, nicotinic, calcium_channel, gaba_a_tonic, temperature;
  bool extrasynaptic, allosteric_site; /* of receptors/nmda_extrasynaptic.c */
};

/* Hill curve that is 1 at x = 1: (1 + Kⁿ) xⁿ / (Kⁿ + xⁿ). */
double signalling_hill(double x, double half, double n);

/* Rates of change per hour of each mechanism's own states. */
void bdnf_rates(const struct bdnf *p, const struct signalling_input *in, const double *y, double *dydt);
/* Activation of TrkB by BDNF, relative to rest. */
double bdnf_trkb_signal(const struct bdnf *p, const double *y);
void mtorc1_rates(const struct mtorc1 *p, const struct signalling_input *in, double trkb_signal,
                  const double *y, double *dydt);
void proteins_rates(const struct proteins *p, const double *y, double *dydt);
/* The homeostatic factor after a step of some hours. */
double scaling_advance(const struct scaling *p, const struct signalling_input *in, double hours,
                       double scale);

/* AMPA content of a synapse at the site relative to baseline: homeostatic scale times receptors newly
 * synthesised. */
double proteins_ampa_content(const struct proteins *p, const double *y);

extern const struct param bdnf_params[], mtorc1_params[], proteins_params[], scaling_params[],
    switch_params[];
extern const int n_bdnf_params, n_mtorc1_params, n_proteins_params, n_scaling_params, n_switch_params;

/* Read the groups tissue.bdnf, tissue.mtorc1, tissue.proteins, tissue.scaling and the switches in mechanisms.
 * */
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
