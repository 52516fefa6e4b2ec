/* proteins.c — synaptic proteins (GluA1, PSD-95, synapsin I), translated in bursts under mTORC1.
 *
 *   P' = (1 + G mⁿ/(mⁿ + kⁿ) − P)/τ,  m = max(M − 1, 0)
 * At rest and below it mTORC1 does not matter (the supply "1" is independent of it), so that an inhibitor
 * alone costs no synapses; what mTORC1 adds above rest is switch-like, so that an hour's pulse leaves
 * proteins raised for days (up from 2 h to 72 h: Li et al. 2010, doi:10.1126/science.1190287) while the noise
 * of resting activity leaves nothing. Part of the AMPA content of synapses follows: content = scale · (1 + g
 * (P − 1)). */
#include "fields.h"
#include "maths.h"
#include "tissue/signalling.h"

#define LI "proteins x1.4-2 at 24 h, up from 2 h to 72 h: Li et al. 2010, doi:10.1126/science.1190287"

const struct param proteins_params[] = {
    PARAM_NUM(struct proteins, tau, "h", 36, 1, 1000, ASSUMED, LI, "time constant of turnover"),
    PARAM_NUM(struct proteins, gain, "1", 20, 0, 1000, ASSUMED, LI, "largest synthesis above rest"),
    PARAM_NUM(struct proteins, half, "1", 0.5, 0.01, 10, ASSUMED, LI,
              "mTORC1 above rest that gives half of it"),
    PARAM_NUM(struct proteins, hill, "1", 4, 1, 8, ASSUMED, "a pulse must count, noise of 5 % must not",
              "steepness"),
    PARAM_NUM(struct proteins, ampa_gain, "1", 0.15, 0, 2, ASSUMED,
              "GluA1 in old synapses rises less than in all tissue",
              "share of the proteins' rise that shows in AMPA content"),
};
const int n_proteins_params = COUNT_OF(proteins_params);

void proteins_rates(const struct proteins *p, const double *y, double *dydt) {
  double m = y[SIGNALLING_MTORC1] > 1 ? y[SIGNALLING_MTORC1] - 1 : 0;
  double above = maths_pow(m, p->hill), half = maths_pow(p->half, p->hill);
  dydt[SIGNALLING_PROTEINS] = (1.0 + p->gain * above / (above + half) - y[SIGNALLING_PROTEINS]) / p->tau;
}

double proteins_ampa_content(const struct proteins *p, const double *y) {
  return y[SIGNALLING_SCALE] * (1.0 + p->ampa_gain * (y[SIGNALLING_PROTEINS] - 1.0));
}
