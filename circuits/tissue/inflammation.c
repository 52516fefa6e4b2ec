/* inflammation.c — cytokines after an immune challenge, and what they do to brain tissue.
 *
 *   TNF:        T' = (1 + G_T a (1 − D) − T)/τ_T             a: share of the largest release called for
 *   tolerance:  D' = a (1 − D)/τ_b − D/τ_D
 *   IL-6:       I' = (1 + G_I x/(x + K_I) − I)/τ_I,          x = max(T − 1, 0)
 *   brain:      A' = s (1 − A)/τ_on − A/τ_off,               s = z/(z + K_A), z = max(I − 1, 0)
 *   microglia:  M' = A (1 − M)/τ_a − M/τ_M
 *   uptake of glutamate: V_max (1 − u A);  loss of spines: × (1 + e M);  synthesis of BDNF: bdnf.c
 * TNF comes as one burst, however long the challenge lasts, peaks 60–90 min after it, leaves with a half-life
 * of 27 min, and a second challenge within three days finds 15 % of the first response (rat, PubMed 3315338).
 * IL-6 peaks at about 2 h and is back by 4–6 h after small doses (PMC540200). EAAT1 and EAAT2 are 23 and 25 %
 * lower in rat hippocampus 2 h after 200 µg/kg of lipopolysaccharide (Garcia et al. 2022,
 * doi:10.21203/rs.3.rs-2135374/v1). Microglia are altered for weeks
 * after one challenge, and spines lost in four weeks are 11.0 against 5.5 % (Kondo et al. 2011,
 * doi:10.1186/1756-6606-4-27); that spines also form faster then is left out. Microglial GLT-1 rises in
 * culture (doi:10.1002/glia.20191): against the loss of uptake. */
#include "fields.h"
#include "tissue/systemic.h"

#define RAT "rat, PubMed 3315338 (Clin Immunol Immunopathol 45:348, 1987)"
#define KONDO "Kondo et al. 2011, doi:10.1186/1756-6606-4-27"

const struct param inflammation_params[] = {
    PARAM_NUM(struct inflammation, tau_tnf, "min", 39, 1, 10000, PUBLISHED, "half-life 27 +- 7 min in " RAT,
              "time constant of TNF"),
    PARAM_NUM(struct inflammation, tnf_gain, "1", 300, 0, 1e6, ASSUMED,
              "TNF goes from some 10 pg/mL to ng/mL; effects saturate far below",
              "largest release of TNF, of rest"),
    PARAM_NUM(struct inflammation, tau_burst, "min", 45, 1, 10000, ASSUMED,
              "peak of TNF at 60-90 min in " RAT,
              "time constant with which a challenge exhausts the response"),
    PARAM_NUM(struct inflammation, tau_tolerance, "h", 300, 1, 10000, ASSUMED,
              "15 % of the response within three days of the first challenge in " RAT,
              "time constant with which the response returns"),
    PARAM_NUM(struct inflammation, tau_il6, "min", 60, 1, 10000, ASSUMED,
              "peak at 2 h, back by 4-6 h after small doses, PMC540200", "time constant of IL-6"),
    PARAM_NUM(struct inflammation, il6_gain, "1", 100, 0, 1e6, ASSUMED,
              "1,000 pg/mL at 2 h over some 10 at rest, PMC540200", "largest release of IL-6, of rest"),
    PARAM_NUM(struct inflammation, il6_half, "1", 30, 0.01, 1e6, ASSUMED, "released by cells that met TNF",
              "TNF above rest that gives half of it"),
    PARAM_NUM(struct inflammation, inflamed_half, "1", 10, 0.01, 1e6, ASSUMED,
              "levels of depression, x1.3-2, do little by themselves", "IL-6 above rest of half its effect"),
    PARAM_NUM(struct inflammation, tau_inflamed, "h", 2, 0.1, 1000, ASSUMED,
              "transporters are lower 2 h after a dose, doi:10.21203/rs.3.rs-2135374/v1",
              "time constant with which tissue is inflamed"),
    PARAM_NUM(struct inflammation, tau_calm, "h", 24, 0.1, 10000, ASSUMED,
              "sickness and despair are seen at 24 h and gone by 2-3 days",
              "time constant with which it calms down"),
    PARAM_NUM(struct inflammation, tau_activation, "h", 24, 0.1, 10000, ASSUMED,
              "microglia altered at two days, " KONDO, "time constant of the activation of microglia"),
    PARAM_NUM(struct inflammation, tau_microglia, "h", 672, 1, 100000, ASSUMED,
              "altered for weeks after one challenge, " KONDO, "time constant of their return"),
    PARAM_NUM(struct inflammation, uptake_loss, "1", 0.25, 0, 1, PUBLISHED,
              "EAAT2 -25 %, EAAT1 -23 %, rat hippocampus, doi:10.21203/rs.3.rs-2135374/v1",
              "share of glutamate uptake that is lost at most"),
    PARAM_NUM(struct inflammation, elimination_gain, "1", 3, 0, 100, CALIBRATED,
              "2026-11, to 11.0 against 5.5 % of spines lost in 28 days, " KONDO,
              "rise of the loss of spines when all microglia are activated"),
};
const int n_inflammation_params = COUNT_OF(inflammation_params);

static double above(double value) { return value > 1 ? value - 1 : 0; }
static double saturate(double x, double half) { return x / (x + half); }

void inflammation_rates(const struct inflammation *p, const struct systemic_input *in, const double *y,
                        double *dydt) {
  double calls = in->challenged * (1 - y[SYSTEMIC_TOLERANCE]);
  double tnf = above(y[SYSTEMIC_TNF]), il6 = above(y[SYSTEMIC_IL6]);
  double inflamed = y[SYSTEMIC_INFLAMED], microglia = y[SYSTEMIC_MICROGLIA];
  dydt[SYSTEMIC_TNF] = (1 + p->tnf_gain * calls - y[SYSTEMIC_TNF]) * 60 / p->tau_tnf;
  dydt[SYSTEMIC_TOLERANCE] = calls * 60 / p->tau_burst - y[SYSTEMIC_TOLERANCE] / p->tau_tolerance;
  dydt[SYSTEMIC_IL6] = (1 + p->il6_gain * saturate(tnf, p->il6_half) - y[SYSTEMIC_IL6]) * 60 / p->tau_il6;
  dydt[SYSTEMIC_INFLAMED] =
      saturate(il6, p->inflamed_half) * (1 - inflamed) / p->tau_inflamed - inflamed / p->tau_calm;
  dydt[SYSTEMIC_MICROGLIA] = inflamed * (1 - microglia) / p->tau_activation - microglia / p->tau_microglia;
}

double inflammation_uptake(const struct inflammation *p, double inflamed) {
  return 1 - p->uptake_loss * inflamed;
}

double inflammation_elimination(const struct inflammation *p, double microglia) {
  return 1 + p->elimination_gain * microglia;
}
