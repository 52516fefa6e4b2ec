/* systemic.h — what the whole body shares: cytokines, stress and its hormone, the gut, and the raphe nuclei
 * with what their serotonin sets going, over minutes to weeks.
 *
 * Each mechanism is one file that gives the rates of its own states: inflammation.c, stress.c, gut.c,
 * serotonin.c. They are one small system per subject, solved by CVODE beside the course of the drugs; sites
 * of tissue meet it as inputs (signalling.h), windows as factors on the uptake of glutamate and on the
 * release of interneurons, spines as factors on their loss and formation. Time is in hours. */
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
  X(suppression, SUPPRESSION, 0, "suppression of the cytokine response by drugs, of the largest")            \
  X(resistin, RESISTIN, 1, "resistin in plasma, of rest")                                                    \
  X(crp, CRP, 1, "C-reactive protein in plasma, of rest")                                                    \
  X(kynurenine, KYNURENINE, 1, "kynurenine made of tryptophan in the brain, of rest")                        \
  X(glucocorticoid, GLUCOCORTICOID, 1, "corticosterone of the adrenals in plasma, of the mean at rest")      \
  X(habituation, HABITUATION, 0, "share of the response to a repeated stressor that is lost")                \
  X(stress_expression, EXPRESSION, 0, "what glucocorticoid receptors express above rest, of the largest")    \
  X(stress, STRESS, 0, "load of lasting stress, of the largest")                                             \
  X(butyricimonas, BUTYRICIMONAS, 1, "abundance of Butyricimonas in the gut, of rest")                       \
  X(butyrate, BUTYRATE, 1, "butyrate that it makes, of rest")                                                \
  X(autoreceptors, AUTORECEPTORS, 1, "sensitivity of serotonin autoreceptors, of rest")                      \
  X(serotonin, SEROTONIN, 0, "adaptation to raised serotonin, of the largest")

#define SYSTEMIC_ENUM(name, id, rest, meaning) SYSTEMIC_##id,
enum systemic_state { SYSTEMIC_STATES(SYSTEMIC_ENUM) SYSTEMIC_COUNT };
#undef SYSTEMIC_ENUM

/* What drives the body; constant during one step. All 0: a healthy subject of reference without drugs. */
struct systemic_input {
  double challenged;  /* share of the largest release of cytokines that a challenge calls for */
  double suppressed;  /* share of that response's receptors for suppression that a drug occupies */
  double transporter; /* share of the serotonin transporter that a drug occupies */
  double stressed;    /* drive of stressors that cannot be predicted, of the largest */
  double predictable; /* drive of stressors that come alike each time, of the largest */
  double agonists;    /* drugs at glucocorticoid receptors, summed C/K_d */
  double adiposity;   /* body-mass index above that of reference, in 10 kg/m² */
  double raised;      /* rise of the subject's cytokines at rest, whatever its cause */
  bool stress_apart;  /* switch `stress` is off: cytokines and gut see no load of stress */
  bool gut_apart;     /* switch `gut` is off: cytokines see the butyrate of rest */
};

struct inflammation {
  double tau_tnf, tnf_gain, tau_burst, tau_tolerance; /* min, 1, min, h */
  double tau_il6, il6_gain, il6_half, il6_hill;       /* min, 1, 1, 1 */
  double inflamed_half, inflamed_hill;                /* 1, 1 */
  double tau_inflamed, tau_calm;                      /* h, h */
  double tau_activation, tau_microglia;               /* h, h */
  double uptake_loss, elimination_gain;
  double il6_adipose, tnf_adipose, stress_gain;         /* 1: per 10 kg/m²; under the largest stress */
  double suppressed, tau_suppression, tau_release;      /* share, h, h */
  double butyrate_gain;                                 /* 1 */
  double resistin_gain, resistin_adipose, tau_resistin; /* 1, 1, h */
  double tau_crp, kynurenine_gain, tau_kynurenine;      /* h, 1, h */
};
struct stress {
  double rise, tau_glucocorticoid;                 /* 1, min */
  double habituated, tau_habituation, tau_novelty; /* share, h, h */
  double rest_occupancy;                           /* share */
  double tau_expression, tau_repression, tau_load; /* h, h, h */
  double dendrites, female_dendrites;              /* share lost; factor on it in females */
  double elimination_gain, formation_loss;         /* of spines */
  double ampa_loss, bdnf_loss, uptake_loss;        /* shares */
};
struct gut {
  double growth, stress_loss, tau_butyrate, bdnf_gain; /* 1/d, share, h, 1 */
};
struct serotonin {
  double desensitised, tau_autoreceptors, tau_adaptation; /* share, h, h */
};

struct systemic {
  struct inflammation inflammation;
  struct stress stress;
  struct gut gut;
  struct serotonin serotonin;
};

/* Rates of change per hour of each mechanism's own states. */
void inflammation_rates(const struct inflammation *p, const struct systemic_input *in, const double *y,
                        double *dydt);
void stress_rates(const struct stress *p, const struct systemic_input *in, const double *y, double *dydt);
void gut_rates(const struct gut *p, const struct systemic_input *in, const double *y, double *dydt);
void serotonin_rates(const struct serotonin *p, const struct systemic_input *in, const double *y,
                     double *dydt);

/* Factors on the largest rate of glutamate uptake and on the loss of spines, by inflammation of the tissue
 * and the share of activated microglia. 1 at 0. */
double inflammation_uptake(const struct inflammation *p, double inflamed);
double inflammation_elimination(const struct inflammation *p, double microglia);

/* Share of glucocorticoid receptors that is occupied above rest, of what is free at rest; less than 0 below
 * rest. */
double stress_occupied(const struct stress *p, double hormone, double drugs);
/* Factors that a load of stress, as a region feels it (0 … 1), has on tissue; all 1 at 0: length of dendrites
 * that a cell tends to, loss and formation of spines, AMPA content, synthesis of BDNF, glutamate uptake. */
struct stress_factors {
  double dendrites, elimination, formation, ampa, bdnf, uptake;
};
struct stress_factors stress_factors(const struct stress *p, double felt, bool female);

/* Factor that butyrate has on the synthesis of BDNF; 1 at rest. */
double gut_bdnf(const struct gut *p, double butyrate);

extern const struct param inflammation_params[], stress_params[], gut_params[], serotonin_params[];
extern const int n_inflammation_params, n_stress_params, n_gut_params, n_serotonin_params;

/* Read the groups tissue.inflammation, tissue.stress, tissue.gut and tissue.serotonin. */
void systemic_read(struct config *config, struct systemic *out);

/* Set the body of a healthy subject of reference to rest: all rates are 0 there, to the bit. */
void systemic_rest(double y[SYSTEMIC_COUNT]);
/* Set the body of a subject to what it rests at under a lasting input. Fails: DIVERGED. */
MUST_USE enum status systemic_settle(const struct systemic *systemic, const struct systemic_input *in,
                                     struct stiff *solver, double y[SYSTEMIC_COUNT]);

/* A solver for systemic_advance; free with stiff_free. Fails: NO_MEMORY. */
MUST_USE enum status systemic_solver(struct stiff **out);

/* Advance a body from t0_h to t1_h. Fails: DIVERGED. Not with the same solver in parallel. */
MUST_USE enum status systemic_advance(const struct systemic *systemic, const struct systemic_input *in,
                                      struct stiff *solver, double t0_h, double t1_h,
                                      double y[SYSTEMIC_COUNT]);

#endif
