/* scaling.c — homeostatic scaling of AMPA receptors: a site whose pyramidal cells fire too much loses them,
 * too little gains them.
 *
 *   α' = α (1 − r)/τ,  α within [low, high]      r: firing rate relative to baseline
 *   A' = (r − A)/τ_A                             what the site has fired over the past day, for its spines
 * At constant r, over a step of h: α ← α e^((1 − r) h/τ), cut at the bounds: exact, and apart from the other
 * states, so that to hold the rate at baseline (the switch `homeostatic_scaling`) moves no bit of them.
 * Firing rates in visual cortex return to their set point in 2–3 days (Hengen et al. 2013,
 * doi:10.1016/j.neuron.2013.08.038); the size of scaling is bounded (Turrigiano 2008,
 * doi:10.1016/j.cell.2008.10.008). */
#include "fields.h"
#include "maths.h"
#include "tissue/signalling.h"

const struct param scaling_params[] = {
    PARAM_NUM(struct scaling, tau, "h", 60, 1, 10000, PUBLISHED,
              "rates are back in 2-3 days, Hengen et al. 2013, doi:10.1016/j.neuron.2013.08.038",
              "time constant of scaling"),
    PARAM_NUM(struct scaling, low, "1", 0.7, 0.01, 1, ASSUMED,
              "as far as miniature currents are scaled in a day or two", "lowest factor"),
    PARAM_NUM(struct scaling, high, "1", 1.4, 1, 10, PUBLISHED,
              "miniature currents x1.2-1.5 after 24-48 h of silence, Turrigiano 2008, "
              "doi:10.1016/j.cell.2008.10.008",
              "highest factor"),
    PARAM_NUM(struct scaling, tau_activity, "h", 24, 0.1, 1000, ASSUMED, "slow against a burst of activity",
              "time over which activity is remembered"),
};
const int n_scaling_params = COUNT_OF(scaling_params);

void scaling_rates(const struct scaling *p, const struct signalling_input *in, const double *y,
                   double *dydt) {
  dydt[SIGNALLING_ACTIVITY] = (in->rate - y[SIGNALLING_ACTIVITY]) / p->tau_activity;
}

double scaling_advance(const struct scaling *p, const struct signalling_input *in, double hours,
                       double scale) {
  double next = scale * maths_exp((1.0 - in->rate) * hours / p->tau);
  return next < p->low ? p->low : next > p->high ? p->high : next;
}
