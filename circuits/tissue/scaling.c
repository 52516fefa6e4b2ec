/* scaling.c — homeostatic scaling of AMPA receptors: a site whose pyramidal cells fire too much loses them,
 * too little gains them.
 *
 *   α' = α (1 − r)/τ,  α within [low, high]      r: firing rate relative to baseline
 * Firing rates in visual cortex return to their set point in 2–3 days (Hengen et al. 2013,
 * doi:10.1016/j.neuron.2013.08.038); the size of scaling is bounded (Turrigiano 2008,
 * doi:10.1016/j.cell.2008.10.008). The switch `homeostatic_scaling`. */
#include "fields.h"
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
};
const int n_scaling_params = COUNT_OF(scaling_params);

void scaling_rates(const struct scaling *p, const struct signalling_input *in, const double *y,
                   double *dydt) {
  double scale = y[SIGNALLING_SCALE], change = scale * (1.0 - in->rate) / p->tau;
  bool at_bound = (scale <= p->low && change < 0) || (scale >= p->high && change > 0);
  dydt[SIGNALLING_SCALE] = at_bound ? 0.0 : change;
}
