/* gut.c — bacteria of the gut that make butyrate, under stress.
 *
 *   Butyricimonas: B' = r B (1 − B/κ),  κ = 1 − c L (1 − Q)
 *   butyrate:      U' = (B − U)/τ_U
 * κ is what the gut bears. Stress lowers it, by inflammation of the gut, in proportion to the load L
 * (stress.c); what suppresses NF-kappaB in the intestine (Q, inflammation.c) takes that away. Less
 * Butyricimonas was found in mice that are susceptible to social defeat, and more again after either
 * enantiomer (Yang et al. 2017, PMC5802627; one study). Communities turn over within days: logistic growth.
 * Butyrate inhibits histone deacetylases and NF-kappaB: given for days it restores hippocampal BDNF that
 * restraint had lowered (Han et al. 2014, doi:10.1016/j.neuropharm.2014.02.017), and raises its mRNA in
 * frontal cortex by half for hours (Schroeder et al. 2007, doi:10.1016/j.biopsych.2006.06.036):
 *   synthesis of BDNF × (1 + h (U − 1));  cytokines at rest × (1 + y (1 − U)) (inflammation.c)
 * The switch `gut` holds U at 1 where it acts. Against: in healthy rats other genera changed (Getachew et al.
 * 2018, doi:10.1186/s12866-018-1373-7). Left out: diet, antibiotics, the vagus nerve, other bacteria. */
#include "fields.h"
#include "tissue/systemic.h"

const struct param gut_params[] = {
    PARAM_NUM(struct gut, growth, "1/d", 0.5, 0.001, 100, ASSUMED,
              "communities are new 2-10 days after a perturbation: 0.3-1 a day", "rate of logistic growth"),
    PARAM_NUM(struct gut, stress_loss, "1", 0.6, 0, 0.99, ASSUMED,
              "lower in susceptible mice, Yang et al. 2017, PMC5802627; the size is not known",
              "share of the bacteria that is lost under the whole load of stress"),
    PARAM_NUM(struct gut, tau_butyrate, "h", 12, 0.1, 1000, ASSUMED, "a day's meals",
              "time constant of butyrate"),
    PARAM_NUM(struct gut, bdnf_gain, "1", 0.2, 0, 10, ASSUMED,
              "BDNF mRNA x1.5 for hours at doses far above what bacteria make, Schroeder et al. 2007, "
              "doi:10.1016/j.biopsych.2006.06.036",
              "change of the synthesis of BDNF with butyrate, of rest"),
};
const int n_gut_params = COUNT_OF(gut_params);

void gut_rates(const struct gut *p, const struct systemic_input *in, const double *y, double *dydt) {
  double load = in->stress_apart ? 0 : y[SYSTEMIC_STRESS], bacteria = y[SYSTEMIC_BUTYRICIMONAS];
  double borne = 1 - p->stress_loss * load * (1 - y[SYSTEMIC_SUPPRESSION]);
  dydt[SYSTEMIC_BUTYRICIMONAS] = p->growth / 24 * bacteria * (1 - bacteria / borne);
  dydt[SYSTEMIC_BUTYRATE] = (bacteria - y[SYSTEMIC_BUTYRATE]) / p->tau_butyrate;
}

double gut_bdnf(const struct gut *p, double butyrate) { return 1 + p->bdnf_gain * (butyrate - 1); }
