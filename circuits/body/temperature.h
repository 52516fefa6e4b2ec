/* temperature.h — body temperature under anaesthesia, and what it does to biochemical rates.
 *
 *   x' = (−D d − x)/τ,   d = u^n/(1 + u^n),   u = Σ_k C_k/EC50_k
 *   rates are multiplied by q = Q10^(x/10 °C)
 * x is the body's temperature relative to normal, °C; d the depth of anaesthesia, C_k the free concentrations
 * in the brain (potencies of anaesthetics add); τ is that of cooling or of rewarming. Ketamine lowers the
 * temperature of rats at 8 and 23 °C with dose and not at 31 °C, by less heat produced and more lost (Lin et
 * al. 1978, doi:10.1139/y78-153), so an animal that is kept warm keeps its temperature. Hypothermia under
 * anaesthesia is rapid and prolonged, and changes phosphorylation, which warming undoes (Planel et al. 2007,
 * PMC6672474). All rates of the slow half follow q alike: what it does to the balance of kinases and
 * phosphatases is left out, and so is what it does to channels and cells.
 *
 * Method: exact exponential step at constant depth. */
#ifndef CIRCUITS_BODY_TEMPERATURE_H
#define CIRCUITS_BODY_TEMPERATURE_H

#include "mechanism.h"

struct temperature {
  double fall, steepness, cooling, rewarming, Q10; /* °C, 1, h, h, 1 */
};
extern const struct param temperature_params[];
extern const int n_temperature_params;

/* Depth of anaesthesia, 0 … 1. */
double temperature_depth(const struct temperature *p, const struct exposure *exposures, int n);

/* Temperature relative to normal, °C, after some hours at a depth; from `x`. */
double temperature_advance(const struct temperature *p, double depth, double hours, double x);

/* Factor on the rates of biochemistry; exactly 1 at 0. */
double temperature_rate(const struct temperature *p, double x);

#endif
