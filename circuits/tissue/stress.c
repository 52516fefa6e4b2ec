/* stress.c — stressors, the hormone they call for, and what weeks of it do to tissue.
 *
 *   corticosterone: C' = (1 + G (s + p (1 − h H)) − C)/τ_C
 *   habituation:    H' = p (1 − H)/τ_H − H/τ_n
 *   receptors:      θ = x/(1 + x),  x = E C + Σ D/K_d;   g = max(θ − θ_0, 0)/(1 − θ_0),  θ_0 at C = 1, D = 0
 *   expression:     X' = g (1 − X)/τ_on − X/τ_off
 *   load:           L' = (X − L)/τ_L
 * s, p: drive of stressors, of the largest, that cannot and that can be predicted; D: drugs at the receptor.
 * C is relative to the mean over a day at rest; its rhythm is left out. Mineralocorticoid receptors are full
 * at rest; glucocorticoid receptors, with K_d 2.5–5 nM, are filled by stress (Reul & de Kloet 1985,
 * doi:10.1210/endo-117-6-2505). What they express outlasts a session by about a day, and weeks of sessions
 * build up what a single one does not: X and L are the two lags. L does, in proportion to how much of it a
 * region feels (the key `stress` of a region):
 *   length that dendrites tend to × (1 − d L), d less in females;  loss of spines × (1 + e L), formation
 *   × (1 − f L);  AMPA content × (1 − a L);  synthesis of BDNF × (1 − b L);  uptake of glutamate × (1 − u L)
 * and, by a key of each population, less release of inhibitory transmitter (commands/simulation).
 * mPFC: apical length 0.71–0.82 after three weeks of restraint in males (Cook & Wellman 2004,
 * doi:10.1002/neu.20025), back in 7–10 days and little changed in females (PMC5555043); density of spines
 * 0.84 (Radley et al. 2006, doi:10.1093/cercor/bhi104); loss of spines up and formation down under
 * corticosterone (Moda-Sava et al. 2019, doi:10.1126/science.aat8078), and loss of spines that were stable
 * (Liston & Gan 2011, doi:10.1073/pnas.1110444108). Excitatory currents 0.5–0.6 after a week (Yuen et al.
 * 2012, doi:10.1016/j.neuron.2011.12.033). Against one direction for all: amygdala-projecting cells do not
 * shrink (PMC2742599), AMPA binding in cingulate cortex of depressed people is higher (PubMed 22036795).
 * Left out: mineralocorticoid receptors, feedback on the axis, adrenaline, the amygdala, what a single
 * session does within hours, and effects on NMDA receptors. */
#include "fields.h"
#include "tissue/systemic.h"

#define TURNOVER                                                                                             \
  "direction: Moda-Sava et al. 2019, doi:10.1126/science.aat8078, Liston & Gan 2011, "                       \
  "doi:10.1073/pnas.1110444108"

const struct param stress_params[] = {
    PARAM_NUM(struct stress, rise, "1", 8, 0, 1000, ASSUMED,
              "restraint: some 50 ng/mL over the day at rest, 300-500 ng/mL within half an hour",
              "largest rise of corticosterone, of the mean at rest"),
    PARAM_NUM(struct stress, tau_glucocorticoid, "min", 30, 1, 10000, ASSUMED,
              "peak at 15 min, back by 90 min after a short stressor, PMC3036983",
              "time constant of corticosterone"),
    PARAM_NUM(struct stress, habituated, "1", 0.5, 0, 1, ASSUMED,
              "the response to the same restraint falls, less so if it is interrupted, PMC4094544",
              "share of the response to a stressor that comes alike which is lost at most"),
    PARAM_NUM(struct stress, tau_habituation, "h", 24, 0.1, 10000, ASSUMED,
              "within four or five daily sessions, PMC4094544",
              "time under the largest predictable stressor in which habituation comes"),
    PARAM_NUM(struct stress, tau_novelty, "h", 336, 1, 100000, ASSUMED, "weeks without it",
              "time constant with which habituation goes"),
    PARAM_NUM(struct stress, rest_occupancy, "1", 0.2, 0.001, 0.99, ASSUMED,
              "glucocorticoid receptors are occupied to a small part at rest, Reul & de Kloet 1985, "
              "doi:10.1210/endo-117-6-2505",
              "share of glucocorticoid receptors that is occupied at rest"),
    PARAM_NUM(struct stress, tau_expression, "h", 1.5, 0.01, 1000, ASSUMED, "transcription takes hours",
              "time constant of expression with all receptors occupied"),
    PARAM_NUM(struct stress, tau_repression, "h", 24, 0.1, 10000, ASSUMED,
              "what a session makes lasts about a day", "time constant with which it goes"),
    PARAM_NUM(struct stress, tau_load, "h", 96, 1, 100000, ASSUMED,
              "currents are smaller after 5-7 days and not after one, Yuen et al. 2012, "
              "doi:10.1016/j.neuron.2011.12.033; dendrites are back in 7-10 days, PMC5555043",
              "time constant with which a load builds up and goes"),
    PARAM_NUM(struct stress, dendrites, "1", 0.35, 0, 0.9, PUBLISHED,
              "apical length x0.71-0.82 where two thirds of the load are reached, Cook & Wellman 2004, "
              "doi:10.1002/neu.20025",
              "share of dendritic length that is lost under the whole load"),
    PARAM_NUM(struct stress, female_dendrites, "1", 0.2, 0, 2, ASSUMED,
              "little change in females, PMC5555043", "factor on it in females"),
    PARAM_NUM(
        struct stress, elimination_gain, "1", 0.35, 0, 100, ASSUMED,
        "x1.2 where two thirds of the load are reached (0.6 before st01 was read: docs/model.md); " TURNOVER,
        "rise of the loss of spines under the whole load"),
    PARAM_NUM(
        struct stress, formation_loss, "1", 0.17, 0, 1, ASSUMED,
        "x0.9 where two thirds of the load are reached (0.3 before st01 was read: docs/model.md); " TURNOVER,
        "share of the formation of spines that is lost under the whole load"),
    PARAM_NUM(struct stress, ampa_loss, "1", 0.6, 0, 1, ASSUMED,
              "currents x0.5-0.6, GluA1 degraded: Yuen et al. 2012, doi:10.1016/j.neuron.2011.12.033",
              "share of AMPA receptors that is lost under the whole load"),
    PARAM_NUM(struct stress, bdnf_loss, "1", 0.4, 0, 1, ASSUMED,
              "hippocampal BDNF x0.6-0.8 in several studies; Han et al. 2014, "
              "doi:10.1016/j.neuropharm.2014.02.017",
              "share of the synthesis of BDNF that is lost under the whole load"),
    PARAM_NUM(struct stress, uptake_loss, "1", 0.3, 0, 1, PUBLISHED,
              "GLT-1 mostly lower, x0.7-0.9: review of 40 studies, PMC7206595",
              "share of glutamate uptake that is lost under the whole load"),
};
const int n_stress_params = COUNT_OF(stress_params);

double stress_occupied(const struct stress *p, double hormone, double drugs) {
  double rest = p->rest_occupancy / (1 - p->rest_occupancy), x = rest * hormone + drugs;
  double occupied = x / (1 + x), at_rest = rest / (1 + rest);
  return (occupied - at_rest) / (1 - at_rest);
}

void stress_rates(const struct stress *p, const struct systemic_input *in, const double *y, double *dydt) {
  double habituation = y[SYSTEMIC_HABITUATION], expression = y[SYSTEMIC_EXPRESSION];
  double drive = in->stressed + in->predictable * (1 - p->habituated * habituation);
  double above = stress_occupied(p, y[SYSTEMIC_GLUCOCORTICOID], in->agonists);
  if (above < 0) above = 0;
  dydt[SYSTEMIC_GLUCOCORTICOID] =
      (1 + p->rise * drive - y[SYSTEMIC_GLUCOCORTICOID]) * 60 / p->tau_glucocorticoid;
  dydt[SYSTEMIC_HABITUATION] =
      in->predictable * (1 - habituation) / p->tau_habituation - habituation / p->tau_novelty;
  dydt[SYSTEMIC_EXPRESSION] = above * (1 - expression) / p->tau_expression - expression / p->tau_repression;
  dydt[SYSTEMIC_STRESS] = (expression - y[SYSTEMIC_STRESS]) / p->tau_load;
}

struct stress_factors stress_factors(const struct stress *p, double felt, bool female) {
  double dendrites = p->dendrites * (female ? p->female_dendrites : 1);
  return (struct stress_factors){.dendrites = 1 - dendrites * felt,
                                 .elimination = 1 + p->elimination_gain * felt,
                                 .formation = 1 - p->formation_loss * felt,
                                 .ampa = 1 - p->ampa_loss * felt,
                                 .bdnf = 1 - p->bdnf_loss * felt,
                                 .uptake = 1 - p->uptake_loss * felt};
}
