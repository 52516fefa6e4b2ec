/* serotonin.c — what weeks of an occupied serotonin transporter set going.
 *
 *   autoreceptors:  N' = (1 − d o − N)/τ_N            o: share of the transporter that a drug occupies
 *   adaptation:     W' = (o (1 − N)/d − W)/τ_W
 * An occupied transporter raises serotonin within the hour, but the raphe cells' own 5-HT1A receptors then
 * stop their firing; over two weeks these lose their sensitivity (share d at full occupancy) and firing
 * returns (Blier & de Montigny 1994, Trends Pharmacol Sci 15:220). W stands for what raised serotonin
 * without that brake does downstream (cAMP, CREB). Two lags of a week in a row make the effect of a day 80
 * times smaller than that of three weeks: a single dose does next to nothing, and nothing here is acute. What
 * W does to BDNF and TrkB stands in bdnf.c, in proportion to a region's 5-HT1A receptors (region.h). Against:
 * the return of firing need not be due to desensitisation (Commons & Linnros 2019, PMC7340170); then N is to
 * be read as another slow change of the same pace. */
#include "fields.h"
#include "tissue/systemic.h"

#define BLIER                                                                                                \
  "raphe cells fire again, and agonists act less, after 2-3 weeks: Blier & de Montigny 1994, "               \
  "Trends Pharmacol Sci 15:220"

const struct param serotonin_params[] = {
    PARAM_NUM(struct serotonin, desensitised, "1", 0.7, 0.01, 1, ASSUMED,
              "agonists act two to four times less after weeks of treatment",
              "share of autoreceptor sensitivity that is lost at full occupancy"),
    PARAM_NUM(struct serotonin, tau_autoreceptors, "h", 168, 1, 100000, ASSUMED, BLIER,
              "time constant of autoreceptors"),
    PARAM_NUM(struct serotonin, tau_adaptation, "h", 168, 1, 100000, ASSUMED,
              "BDNF mRNA is up after 21 days and not after one: Nibuya et al. 1995, J "
              "Neurosci 15:7539",
              "time constant of the adaptation"),
};
const int n_serotonin_params = COUNT_OF(serotonin_params);

void serotonin_rates(const struct serotonin *p, const struct systemic_input *in, const double *y,
                     double *dydt) {
  double occupied = in->transporter, lost = 1 - y[SYSTEMIC_AUTORECEPTORS];
  dydt[SYSTEMIC_AUTORECEPTORS] = (lost - p->desensitised * occupied) / p->tau_autoreceptors;
  dydt[SYSTEMIC_SEROTONIN] = (occupied * lost / p->desensitised - y[SYSTEMIC_SEROTONIN]) / p->tau_adaptation;
}
