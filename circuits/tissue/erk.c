/* erk.c — activity of ERK, the arm beside mTORC1: fed by TrkB and by calcium that AMPA receptors let in.
 *
 *   K' = (H((1 − c) T + c F)/(1 + w D) − K)/τ,   D' = (max(K − 1, 0) − D)/τ_D        H: Hill curve
 * T: TrkB signal, F: what AMPA-driven calcium does relative to rest, the same curve as release of BDNF
 * (bdnf.c). D: dual-specificity phosphatases, genes that ERK itself switches on within the hour and that end
 * its activity while the drive goes on (Caunt & Keyse 2013, doi:10.1111/j.1742-4658.2012.08716.x);
 * phospho-ERK is up 30–60 min after ketamine and back by 2 h (Li et al. 2010, doi:10.1126/science.1190287).
 * Without them firing that stays higher makes proteins and spines for ever, which make firing higher. No
 * inhibitor of mTORC1 reaches ERK. In mice after social defeat the effect of S-ketamine goes with
 * rapamycin and not with the MEK inhibitor SL327, that of R-ketamine with SL327 and not with rapamycin
 * (Yang et al. 2018, doi:10.1016/j.biopsych.2017.05.016); nothing here knows an enantiomer, so the
 * difference can come out only where the two differ in what they do to T and F. What ERK does to synaptic
 * proteins stands in proteins.c. */
#include "fields.h"
#include "tissue/signalling.h"

#define LI "phospho-ERK up at 30-60 min, back by 2 h: Li et al. 2010, doi:10.1126/science.1190287"

const struct param erk_params[] = {
    PARAM_NUM(struct erk, tau, "min", 10, 0.1, 1000, ASSUMED, "phosphorylated within minutes of BDNF",
              "time constant of activation"),
    PARAM_NUM(struct erk, half, "1", 1.5, 0.1, 100, ASSUMED,
              "somewhat above rest, so that it can rise and fall", "drive of half activation, of rest"),
    PARAM_NUM(struct erk, hill, "1", 2, 0.5, 8, ASSUMED, "less steep than mTORC1", "steepness of activation"),
    PARAM_NUM(struct erk, calcium, "1", 0.5, 0, 1, ASSUMED, "both feed it; the share is not known",
              "share of its drive that is calcium, the rest TrkB"),
    PARAM_NUM(struct erk, phosphatase_weight, "1", 1.5, 0, 100, ASSUMED, LI,
              "strength of the phosphatases that it switches on"),
    PARAM_NUM(struct erk, tau_phosphatase, "min", 60, 1, 10000, ASSUMED, LI, "their time constant"),
};
const int n_erk_params = COUNT_OF(erk_params);

void erk_rates(const struct erk *p, double trkb_signal, double calcium, const double *y, double *dydt) {
  double drive = (1.0 - p->calcium) * trkb_signal + p->calcium * calcium;
  double phosphatase = y[SIGNALLING_PHOSPHATASE] > 0 ? y[SIGNALLING_PHOSPHATASE] : 0;
  double excess = y[SIGNALLING_ERK] > 1 ? y[SIGNALLING_ERK] - 1 : 0;
  double driven = signalling_hill(drive, p->half, p->hill) / (1.0 + p->phosphatase_weight * phosphatase);
  dydt[SIGNALLING_ERK] = (driven - y[SIGNALLING_ERK]) * 60.0 / p->tau;
  dydt[SIGNALLING_PHOSPHATASE] = (excess - y[SIGNALLING_PHOSPHATASE]) * 60.0 / p->tau_phosphatase;
}
