/* mtorc1.c — activity of mTORC1, driven by TrkB, with the feedback of its own product.
 *
 *   M' = (r max(D(T)/(1 + w X), b) − M)/τ,  X' = (max(M − 1, 0) − X)/τ_X
 *   r: share that no inhibitor holds
 *   D = H(T) above rest, 1 − (1 − b)(1 − H(T)) below it
 * H is a Hill curve of the TrkB signal T; b is the share of resting activity that other inputs (nutrients,
 * insulin and its like) keep up where TrkB falls silent, since antagonists of AMPA receptors by themselves
 * leave phospho-mTOR where it is. The feedback stands for S6 kinase acting on IRS-1 and ends the
 * response within hours while TrkB is still active: phospho-mTOR is ×2–2.5 at 30–60 min and back by 2 h (Li
 * et al. 2010, doi:10.1126/science.1190287). */
#include "fields.h"
#include "tissue/signalling.h"

#define LI "phospho-mTOR up at 30-60 min, back by 2 h: Li et al. 2010, doi:10.1126/science.1190287"
#define COURSE                                                                                               \
  "2026-11, to a pulse within two hours that proteins of 24 h remember (pl01, pl03, fx13, fx15, ct01, "      \
  "fx25), Li et al. 2010, doi:10.1126/science.1190287"

const struct param mtorc1_params[] = {
    PARAM_NUM(struct mtorc1, tau, "min", 15, 1, 10000, ASSUMED, LI, "time constant of activation"),
    PARAM_NUM(struct mtorc1, half, "1", 3, 0.1, 100, CALIBRATED, COURSE,
              "TrkB signal of half activation, of rest"),
    PARAM_NUM(struct mtorc1, hill, "1", 3, 0.5, 8, ASSUMED, LI, "steepness of activation"),
    PARAM_NUM(struct mtorc1, other, "1", 0.9, 0, 1, ASSUMED,
              "nutrients and growth factors other than BDNF; NBQX alone is not known to lower phospho-mTOR",
              "share of resting activity that needs no TrkB"),
    PARAM_NUM(struct mtorc1, tau_feedback, "min", 180, 1, 10000, CALIBRATED, COURSE,
              "time constant of the feedback"),
    PARAM_NUM(struct mtorc1, feedback_weight, "1", 5, 0, 100, CALIBRATED, COURSE, "strength of the feedback"),
};
const int n_mtorc1_params = COUNT_OF(mtorc1_params);

void mtorc1_rates(const struct mtorc1 *p, const struct signalling_input *in, double trkb_signal,
                  const double *y, double *dydt) {
  double feedback = y[SIGNALLING_FEEDBACK] > 0 ? y[SIGNALLING_FEEDBACK] : 0;
  double excess = y[SIGNALLING_MTORC1] > 1 ? y[SIGNALLING_MTORC1] - 1 : 0;
  double change = signalling_hill(trkb_signal, p->half, p->hill) - 1.0;
  double drive = 1.0 + (change > 0 ? change : (1.0 - p->other) * change);
  double driven = fmax(drive / (1.0 + p->feedback_weight * feedback), p->other);
  dydt[SIGNALLING_MTORC1] = (in->mtorc1_left * driven - y[SIGNALLING_MTORC1]) * 60.0 / p->tau;
  dydt[SIGNALLING_FEEDBACK] = (excess - y[SIGNALLING_FEEDBACK]) * 60.0 / p->tau_feedback;
}
