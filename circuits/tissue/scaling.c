/* scaling.c — homeostatic scaling: a site whose pyramidal cells fire too much loses AMPA receptors and gains
 * GABA-A receptors, too little the other way round.
 *
 *   α' = α (1 − r)/τ,    β' = −β (1 − r)/τ_β,   each within its bounds     r: firing rate over baseline
 *   r = r_w (e s/(e_w s_w))^γ,   s = α/β        r_w: in the latest window, at s_w and e_w
 *                                               e: AMPA of the cells' spines and in each synapse, without α
 *   A' = (r_w − A)/τ_A                          what the site has fired over the past day, for its spines
 * Over a step of h: s ← s l^(−1/γ), l = r + (1 − r) e^(−γ h k), k = 1/τ + 1/τ_β, of which α takes the share
 * 1/(τ k) of the logarithm and β the rest; a factor at its bound takes none. Exact with e held, and apart
 * from the other states, so that to hold the rate at baseline (the switch `homeostatic_scaling`) moves no bit
 * of them.
 * Windows may lie weeks apart: were r held at r_w, factors would run to their bounds before the next window
 * could tell, and spines come and go unanswered. With the true slope below 2 γ they find the rate's set
 * point however rare windows are. Firing rates in visual cortex return to their set point in 2–3 days (Hengen
 * et al. 2013, doi:10.1016/j.neuron.2013.08.038). What senses firing is inhibition more than AMPA receptors:
 * two days without spikes take half of the GABA-A receptors (Kilman et al. 2002,
 * doi:10.1523/JNEUROSCI.22-04-01328.2002), which is τ_β = 48 h/ln 2, while AMPA receptors follow transmission
 * (Fong et al. 2015, doi:10.1038/ncomms7339). The size of scaling is bounded (Turrigiano 2008,
 * doi:10.1016/j.cell.2008.10.008). */
#include "fields.h"
#include "maths.h"
#include "tissue/signalling.h"

const struct param scaling_params[] = {
    PARAM_NUM(struct scaling, tau, "h", 120, 1, 10000, PUBLISHED,
              "miniature currents x1.2 after 24 h of silence and x1.5 after 48 h, Turrigiano 2008, "
              "doi:10.1016/j.cell.2008.10.008; rates are back in 2-3 days, Hengen et al. 2013, "
              "doi:10.1016/j.neuron.2013.08.038",
              "time constant of scaling of AMPA receptors"),
    PARAM_NUM(struct scaling, low, "1", 0.7, 0.01, 1, ASSUMED,
              "as far as miniature currents are scaled in a day or two", "lowest factor on AMPA receptors"),
    PARAM_NUM(struct scaling, high, "1", 1.4, 1, 10, PUBLISHED,
              "miniature currents x1.2-1.5 after 24-48 h of silence, Turrigiano 2008, "
              "doi:10.1016/j.cell.2008.10.008",
              "highest factor on AMPA receptors"),
    PARAM_NUM(struct scaling, tau_gaba, "h", 69.25, 1, 100000, PUBLISHED,
              "half of the GABA-A receptors are gone after 48 h without spikes, Kilman et al. 2002, "
              "doi:10.1523/JNEUROSCI.22-04-01328.2002",
              "time constant of scaling of GABA-A receptors"),
    PARAM_NUM(struct scaling, low_gaba, "1", 0.5, 0.01, 1, PUBLISHED,
              "the same: no more than half was seen to go", "lowest factor on GABA-A receptors"),
    PARAM_NUM(struct scaling, high_gaba, "1", 2, 1, 10, ASSUMED, "as far up as down",
              "highest factor on GABA-A receptors"),
    PARAM_NUM(struct scaling, slope, "1", 2, 0.1, 10, ASSUMED,
              "steeper than in proportion; too high a value slows, too low a one lets rare windows overshoot",
              "power with which firing is taken to follow the factors and spines between windows"),
    PARAM_NUM(struct scaling, tau_activity, "h", 24, 0.1, 1000, ASSUMED, "slow against a burst of activity",
              "time over which activity is remembered"),
};
const int n_scaling_params = COUNT_OF(scaling_params);

void scaling_rates(const struct scaling *p, const struct signalling_input *in, const double *y,
                   double *dydt) {
  dydt[SIGNALLING_ACTIVITY] = (in->rate - y[SIGNALLING_ACTIVITY]) / p->tau_activity;
}

/* Rate of change of a factor's logarithm for a firing of 0, per hour; 0 at the bound to which it goes. */
static double pace(double factor, double tau, bool up, double low, double high) {
  return (up ? factor >= high : factor <= low) ? 0.0 : 1.0 / tau;
}

static double within(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

void scaling_advance(const struct scaling *p, const struct signalling_input *in, double hours, double *ampa,
                     double *gaba) {
  double now = *ampa / *gaba, then = in->scale_then > 0 ? in->scale_then : now;
  double rate = in->rate * maths_pow(in->excitation * now / then, p->slope);
  double a = pace(*ampa, p->tau, rate < 1, p->low, p->high);
  double g = pace(*gaba, p->tau_gaba, rate > 1, p->low_gaba, p->high_gaba);
  if (!(a + g > 0)) return;
  double left = rate + (1.0 - rate) * maths_exp(-p->slope * hours * (a + g));
  *ampa = within(*ampa * maths_pow(left, -a / ((a + g) * p->slope)), p->low, p->high);
  *gaba = within(*gaba * maths_pow(left, g / ((a + g) * p->slope)), p->low_gaba, p->high_gaba);
}
