/* erk.c — activity of ERK, the arm beside mTORC1: fed by TrkB and by calcium that AMPA receptors let in.
 *
 *   K' = (H((1 − c) T + c F) − K)/τ        H: Hill curve
 * T: TrkB signal, F: what AMPA-driven calcium does relative to rest, the same curve as release of BDNF
 * (bdnf.c). No inhibitor of mTORC1 reaches it. In mice after social defeat the effect of S-ketamine goes with
 * rapamycin and not with the MEK inhibitor SL327, that of R-ketamine with SL327 and not with rapamycin (Yang
 * et al. 2018, doi:10.1016/j.biopsych.2017.05.016); nothing here knows an enantiomer, so the difference can
 * come out only where the two differ in what they do to T and F. What ERK does to synaptic proteins stands in
 * proteins.c. */
#include "fields.h"
#include "tissue/signalling.h"

const struct param erk_params[] = {
    PARAM_NUM(struct erk, tau, "min", 10, 0.1, 1000, ASSUMED, "phosphorylated within minutes of BDNF",
              "time constant of activation"),
    PARAM_NUM(struct erk, half, "1", 1.5, 0.1, 100, ASSUMED, "somewhat above rest, as mTORC1",
              "drive of half activation, of rest"),
    PARAM_NUM(struct erk, hill, "1", 2, 0.5, 8, ASSUMED, "less steep than mTORC1", "steepness of activation"),
    PARAM_NUM(struct erk, calcium, "1", 0.5, 0, 1, ASSUMED, "both feed it; the share is not known",
              "share of its drive that is calcium, the rest TrkB"),
};
const int n_erk_params = COUNT_OF(erk_params);

void erk_rates(const struct erk *p, double trkb_signal, double calcium, const double *y, double *dydt) {
  double drive = (1.0 - p->calcium) * trkb_signal + p->calcium * calcium;
  dydt[SIGNALLING_ERK] = (signalling_hill(drive, p->half, p->hill) - y[SIGNALLING_ERK]) * 60.0 / p->tau;
}
