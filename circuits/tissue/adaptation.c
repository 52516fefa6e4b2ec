/* adaptation.c — what reads TrkB adapts to a lasting want of its signal: the level Q from which arms count.
 *
 *   Q' = (max(min(T, 1), least) − Q)/τ,   τ = τ_want where T < Q, else τ_return;   the arms see T/Q
 * T: TrkB signal, of rest (bdnf.c). Cells read growth factors against a background: the peak of phospho-Akt
 * follows the fold change of EGF and HGF, the memory of the background being how many receptors it left at
 * the surface (Lyashenko et al. 2020, doi:10.7554/eLife.50342). From above rest bdnf.c has that memory: bound
 * receptors are lost, and six days of BDNF take 80 % of TrkB from the hippocampus of adult rats (Frank et al.
 * 1996, doi:10.1111/j.1460-9568.1996.tb01290.x). From below it is slower: catalytic TrkB mRNA is up after ten
 * days of daily immobilisation and not after one session, though BDNF mRNA is down after either (hippocampus:
 * Nibuya et al. 1999, doi:10.1016/S0304-3940(99)00335-3; Shi et al. 2010, doi:10.3349/ymj.2010.51.5.661).
 * Q stands for receptors and all that couples them, and does not exceed 1: what antidepressants raise for
 * weeks stays raised. It returns as receptors that are bound again are lost, within a day or so. Against:
 * TrkB protein of frontal cortex is lower after three weeks of corticosterone (Kutiyanawalla et al. 2011,
 * doi:10.1371/journal.pone.0026153); then what adapts lies behind the receptor, since ketamine acts there
 * all the same (Moda-Sava et al. 2019, doi:10.1126/science.aat8078). */
#include "fields.h"
#include "tissue/signalling.h"

const struct param adaptation_params[] = {
    PARAM_NUM(struct adaptation, tau_want, "h", 168, 1, 100000, ASSUMED,
              "TrkB mRNA is up after ten days of stress, not after one: Nibuya et al. 1999, "
              "doi:10.1016/S0304-3940(99)00335-3",
              "time constant of the adaptation to a signal below the level"),
    PARAM_NUM(struct adaptation, tau_return, "h", 24, 1, 100000, ASSUMED,
              "between the hours in which saturating BDNF takes TrkB from the surface, "
              "doi:10.1111/jnc.13676, and the 35 h of its turnover at rest",
              "time constant of the return"),
    PARAM_NUM(struct adaptation, least, "1", 0.3, 0.01, 1, ASSUMED,
              "some bound: how far it goes is not known", "lowest level, of rest"),
};
const int n_adaptation_params = COUNT_OF(adaptation_params);

void adaptation_rates(const struct adaptation *p, double trkb_signal, const double *y, double *dydt) {
  double level = y[SIGNALLING_LEVEL], end = trkb_signal < p->least ? p->least : trkb_signal;
  if (end > 1) end = 1;
  dydt[SIGNALLING_LEVEL] = (end - level) / (end < level ? p->tau_want : p->tau_return);
}
