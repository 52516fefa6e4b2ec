/* scaling.c — homeostatic scaling of AMPA receptors: a site whose pyramidal cells fire too much loses them,
 * too little gains them.
 *
 *   α' = α (1 − r)/τ,  α within [low, high]      r: firing rate relative to baseline
 *   r = r_w (α/α_w)^γ                            r_w: in the latest window, at a factor of α_w
 *   A' = (r − A)/τ_A                             what the site has fired over the past day, for its spines
 * Over a step of h: α ← α (r + (1 − r) e^(−γ h/τ))^(−1/γ), cut at the bounds: exact, and apart from the other
 * states, so that to hold the rate at baseline (the switch `homeostatic_scaling`) moves no bit of them.
 * Windows may lie weeks apart: were r held at r_w, α would run to its bounds before the next window could
 * tell. With the true slope below 2 γ the factor finds the rate's set point however rare windows are. Firing
 * rates in visual cortex return to their set point in 2–3 days (Hengen et al. 2013,
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
    PARAM_NUM(struct scaling, slope, "1", 2, 0.1, 10, ASSUMED,
              "steeper than in proportion; too high a value slows, too low a one lets rare windows overshoot",
              "power with which firing is taken to follow the factor between windows"),
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
  double then = in->scale_then > 0 ? in->scale_then : scale;
  double rate = in->rate * maths_pow(scale / then, p->slope);
  double left = rate + (1.0 - rate) * maths_exp(-p->slope * hours / p->tau);
  double next = scale * maths_pow(left, -1.0 / p->slope);
  return next < p->low ? p->low : next > p->high ? p->high : next;
}
