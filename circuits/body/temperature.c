/* temperature.c — body temperature under anaesthesia. The equations stand in temperature.h. */
#include "body/temperature.h"
#include "drugs/action.h"
#include "maths.h"

#define UNWARMED "2-5 °C within 1-3 h of anaesthesia without warming; rapid: Planel et al. 2007, PMC6672474"

const struct param temperature_params[] = {
    PARAM_NUM(struct temperature, fall, "K", 5, 0, 30, ASSUMED, UNWARMED,
              "fall of body temperature that lasting anaesthesia leads to, at room temperature"),
    PARAM_NUM(
        struct temperature, steepness, "1", 3, 0.5, 20, ASSUMED,
        "loss of righting is steep: nearly all animals within a factor of 2 of the dose for half of them",
        "Hill coefficient of depth over concentration"),
    PARAM_NUM(struct temperature, cooling, "h", 1, 0.01, 100, ASSUMED, UNWARMED, "time constant of cooling"),
    PARAM_NUM(struct temperature, rewarming, "h", 1, 0.01, 100, ASSUMED, "as cooling",
              "time constant of rewarming"),
    PARAM_NUM(struct temperature, Q10, "1", 2.5, 1, 5, ASSUMED, "2-3 of enzymes",
              "factor on biochemical rates per 10 °C"),
};
const int n_temperature_params = COUNT_OF(temperature_params);

double temperature_depth(const struct temperature *p, const struct exposure *exposures, int n) {
  double units = 0;
  for (int e = 0; e < n; e++) {
    if (exposures[e].action != ACTION_ANAESTHETIC) continue;
    const struct anaesthetic *drug = exposures[e].properties;
    units += exposures[e].free_uM / drug->EC50;
  }
  double powered = maths_pow(units, p->steepness);
  return powered / (1.0 + powered);
}

double temperature_advance(const struct temperature *p, double depth, double hours, double x) {
  double target = 0.0 - p->fall * depth, tau = target < x ? p->cooling : p->rewarming;
  return x + (target - x) * (1.0 - maths_exp(-hours / tau));
}

double temperature_rate(const struct temperature *p, double x) { return maths_pow(p->Q10, 0.1 * x); }
