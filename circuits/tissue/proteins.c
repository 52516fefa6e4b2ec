/* proteins.c — synaptic proteins (GluA1, PSD-95, synapsin I), translated in bursts under mTORC1 and ERK.
 *
 *   P' = (1 + (G s(M) + G_K s(K)) (P_max − P)/(P_max − 1) − P)/τ,   s(x) = mⁿ/(mⁿ + kⁿ),  m = max(x − 1, 0)
 * M: mTORC1, K: ERK. At rest and below it mTORC1 does not matter (the supply "1" is independent of it),
 * so that an inhibitor alone costs no synapses; what mTORC1 adds above rest is switch-like, so that an
 * hour's pulse leaves proteins raised for days (up from 2 h to 72 h: Li et al. 2010,
 * doi:10.1126/science.1190287) while the noise of resting activity leaves nothing. Synapses take up no
 * more than P_max, however long mTORC1 stays up: what is added goes with the room that is left. Part of
 * the AMPA content of synapses follows: content = scale · (1 + g (P − 1)).
 *
 * Proteins last: half-lives of nearly all synaptic ones are 2–5 days in cortical cultures (Cohen et al. 2013,
 * doi:10.1371/journal.pone.0063191), and longer in cortex and CA1 (Bulovaite et al. 2022,
 * doi:10.1016/j.neuron.2022.09.009). */
#include "fields.h"
#include "maths.h"
#include "tissue/signalling.h"

#define LI "proteins x1.4-2 at 24 h, up from 2 h to 72 h: Li et al. 2010, doi:10.1126/science.1190287"

const struct param proteins_params[] = {
    PARAM_NUM(
        struct proteins, tau, "h", 72, 1, 1000, PUBLISHED,
        "half-lives of 2-5 days, the shortest taken: Cohen et al. 2013, doi:10.1371/journal.pone.0063191",
        "time constant of turnover"),
    PARAM_NUM(struct proteins, gain, "1", 100, 0, 1000, CALIBRATED, "2026-11, with the course of mTORC1; " LI,
              "largest synthesis above rest"),
    PARAM_NUM(struct proteins, half, "1", 0.5, 0.01, 10, ASSUMED, LI,
              "mTORC1 above rest that gives half of it"),
    PARAM_NUM(struct proteins, hill, "1", 5, 1, 8, ASSUMED, "a pulse must count, noise of windows must not",
              "steepness"),
    PARAM_NUM(struct proteins, most, "1", 2.5, 1.01, 1000, ASSUMED,
              "a quarter above the largest that was seen in synaptoneurosomes, about x2, Li et al. 2010",
              "most that synapses hold, of rest"),
    PARAM_NUM(
        struct proteins, erk_gain, "1", 6, 0, 1000, ASSUMED,
        "a small part of gain: rapamycin takes next to all of the racemate's effect, Li et al. 2010; not "
        "all of R-ketamine's, Yang et al. 2018, doi:10.1016/j.biopsych.2017.05.016",
        "largest synthesis above rest by ERK"),
    PARAM_NUM(struct proteins, ampa_gain, "1", 0.1, 0, 2, ASSUMED,
              "GluA1 in old synapses rises less than in all tissue",
              "share of the proteins' rise that shows in AMPA content"),
};
const int n_proteins_params = COUNT_OF(proteins_params);

/* Step-like response to what an arm's activity, of rest, has above 1. */
static double response(const struct proteins *p, double activity) {
  double above = maths_pow(activity > 1 ? activity - 1 : 0, p->hill), half = maths_pow(p->half, p->hill);
  return above / (above + half);
}

void proteins_rates(const struct proteins *p, double erk, const double *y, double *dydt) {
  double driven = p->gain * response(p, y[SIGNALLING_MTORC1]) + p->erk_gain * response(p, erk);
  double room = (p->most - y[SIGNALLING_PROTEINS]) / (p->most - 1.0);
  dydt[SIGNALLING_PROTEINS] = (1.0 + driven * (room > 0 ? room : 0) - y[SIGNALLING_PROTEINS]) / p->tau;
}

double proteins_ampa_content(const struct proteins *p, const double *y) {
  return y[SIGNALLING_SCALE] * (1.0 + p->ampa_gain * (y[SIGNALLING_PROTEINS] - 1.0));
}
