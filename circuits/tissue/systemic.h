/* systemic.h — what the whole body shares: cytokines, and the raphe nuclei with what their serotonin sets
 * going, over minutes to weeks.
 *
 * Each mechanism is one file that gives the rates of its own states: inflammation.c, serotonin.c. They are
 * one small system per subject, solved by CVODE beside the course of the drugs; sites of tissue meet it as
 * inputs (signalling.h), windows as a factor on the uptake of glutamate, spines as a factor on their loss.
 * Time is in hours. */
#ifndef CIRCUITS_TISSUE_SYSTEMIC_H
#define CIRCUITS_TISSUE_SYSTEMIC_H

#include "params.h"
#include "stiff.h"

/* name, enumerator, resting value, meaning */
#define SYSTEMIC_STATES(X)                                                                                   \
  X(tnf, TNF, 1, "tumour necrosis factor in plasma, of rest")                                                \
  X(il6, IL6, 1, "interleukin 6 in plasma, of rest")                                                         \
  X(immune_tolerance, TOLERANCE, 0, "share of the cytokine response that a challenge has used up")           \
  X(inflamed, INFLAMED, 0, "inflammation of brain tissue, of the largest")                                   \
  X(microglia, MICROGLIA, 0, "share of microglia that is activated")                                         \
  X(autoreceptors, AUTORECEPTORS, 1, "sensitivity of serotonin autoreceptors, of rest")                      \
  X(serotonin, SEROTONIN, 0, "adaptation to raised serotonin, of the largest")

#define SYSTEMIC_ENUM(name, id, rest, meaning) SYSTEMIC_##id,
enum systemic_state { SYSTEMIC_STATES(SYSTEMIC_ENUM) SYSTEMIC_COUNT };
#undef SYSTEMIC_ENUM

/* What drives the body; constant during one step. */
struct systemic_input {
  double challenged;  /* share of the largest release of cytokines that a challenge calls for */
  double transporter; /* share of the serotonin transporter that a drug occupies */
};

struct inflammation {
  double tau_tnf, tnf_gain, tau_burst, tau_tolerance; /* min, 1, min, h */
  double tau_il6, il6_gain, il6_half;                 /* min, 1, 1 */
  double inflamed_half, tau_inflamed, tau_calm;       /* 1, h, h */
  double tau_activation, tau_microglia;               /* h, h */
  double uptake_loss, elimination_gain;
};
struct serotonin {
  double desensitised, tau_autoreceptors, tau_adaptation; /* share, h, h */
};

struct systemic {
  struct inflammation inflammation;
  struct serotonin serotonin;
};

/* Rates of change per hour of each mechanism's own states. */
void inflammation_rates(const struct inflammation *p, const struct systemic_input *in, const double *y,
                        double *dydt);
void serotonin_rates(const struct serotonin *p, const struct systemic_input *in, const double *y,
                     double *dydt);

/* Factors on the largest rate of glutamate uptake and on the loss of spines, by inflammation of the tissue
 * and the share of activated microglia. 1 at 0. */
double inflammation_uptake(const struct inflammation *p, double inflamed);
double inflammation_elimination(const struct inflammation *p, double microglia);

extern const struct param inflammation_params[], serotonin_params[];
extern const int n_inflammation_params, n_serotonin_params;

/* Read the groups tissue.inflammation and tissue.serotonin. */
void systemic_read(struct config *config, struct systemic *out);

/* Set a body to rest. */
void systemic_rest(double y[SYSTEMIC_COUNT]);

/* A solver for systemic_advance; free with stiff_free. Fails: NO_MEMORY. */
MUST_USE enum status systemic_solver(struct stiff **out);

/* Advance a body from t0_h to t1_h. Fails: DIVERGED. Not with the same solver in parallel. */
MUST_USE enum status systemic_advance(const struct systemic *systemic, const struct systemic_input *in,
                                      struct stiff *solver, double t0_h, double t1_h,
                                      double y[SYSTEMIC_COUNT]);

#endif
