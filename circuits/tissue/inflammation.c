/* inflammation.c — cytokines at rest and after an immune challenge, and what they do to brain tissue.
 *
 *   TNF:        T' = (b_T + G_T a (1 − D) h − T)/τ_T          a: share of the largest release called for
 *   tolerance:  D' = a (1 − D)/τ_b − D/τ_D
 *   IL-6:       I' = (b_I + G_I H(T − 1) h − I)/τ_I           H(x) = xⁿ/(xⁿ + Kⁿ), 0 below 0
 *   at rest:    b  = (1 + ρ) (1 + g x) (1 + w L) (1 + y (1 − U)) h       of each cytokine, with its own g
 *   held back:  h  = 1 − k Q,   Q' = o (1 − Q)/τ_q − Q/τ_r    o: drug at what suppresses the response
 *   resistin:   R' = (1 + g_R x + G_R (T − 1)/(T − 1 + K_I)) h − R)/τ_R
 *   CRP:        C' = (I − C)/τ_C
 *   brain:      A' = s (1 − A)/τ_on − A/τ_off,                s = H(I − 1)
 *   microglia:  M' = A (1 − M)/τ_a − M/τ_M
 *   kynurenine: K' = (1 + G_K A − K)/τ_K
 *   uptake of glutamate: V_max (1 − u A);  loss of spines: × (1 + e M);  synthesis of BDNF: bdnf.c
 * x: body-mass index above that of reference, in 10 kg/m²; ρ: what a subject has more at rest; L: load of
 * stress (stress.c); U: butyrate (gut.c). All are relative to the healthy subject of reference.
 * TNF comes as one burst, however long the challenge lasts, peaks 60–90 min after it, leaves with a half-life
 * of 27 min, and a second challenge within three days finds 15 % of the first response (rat, PubMed 3315338).
 * IL-6 peaks at about 2 h and is back by 4–6 h after small doses (PMC540200). EAAT1 and EAAT2 are 23 and 25 %
 * lower in rat hippocampus 2 h after 200 µg/kg of lipopolysaccharide (Garcia et al. 2022,
 * doi:10.21203/rs.3.rs-2135374/v1). Microglia are altered for weeks
 * after one challenge, and spines lost in four weeks are 11.0 against 5.5 % (Kondo et al. 2011,
 * doi:10.1186/1756-6606-4-27); that spines also form faster then is left out. Microglial GLT-1 rises in
 * culture (doi:10.1002/glia.20191): against the loss of uptake.
 * Resistin of man comes from macrophages, through TNF and NF-kappaB (Lehrke et al. 2004,
 * doi:10.1371/journal.pmed.0010045). Subanaesthetic ketamine holds NF-kappaB, TNF and IL-6 back
 * in endotoxic rats (Sun et al. 2004, doi:10.3748/wjg.v10.i7.1028), and cytokines are lower a day after six
 * infusions (Zhan et al. 2020, doi:10.1038/s41398-020-00933-z); against: IL-6 is higher at 230 min after one
 * (Park et al. 2017, PubMed 27718369). Kynurenine is recorded and acts on nothing: its product quinolinate
 * reaches about 1 µM, where NMDA receptors need hundreds. */
#include "fields.h"
#include "maths.h"
#include "tissue/systemic.h"

#define RAT "rat, PubMed 3315338 (Clin Immunol Immunopathol 45:348, 1987)"
#define KONDO "Kondo et al. 2011, doi:10.1186/1756-6606-4-27"
#define LEHRKE "Lehrke et al. 2004, doi:10.1371/journal.pmed.0010045"
#define META "raised in depression by half a standard deviation, Dowlati et al. 2010, Haapakoski et al. 2015"

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
    PARAM_NUM(struct inflammation, il6_hill, "1", 2, 0.5, 8, ASSUMED,
              "TNF of obesity and depression, x1.2-1.4, sets off no burst", "steepness of that"),
    PARAM_NUM(struct inflammation, inflamed_half, "1", 10, 0.01, 1e6, ASSUMED,
              "levels of depression, x1.3-2, do little by themselves", "IL-6 above rest of half its effect"),
    PARAM_NUM(struct inflammation, inflamed_hill, "1", 3, 0.5, 8, ASSUMED,
              "x1.3-2 for weeks must not activate microglia as a challenge does", "steepness of its effect"),
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
    PARAM_NUM(struct inflammation, il6_adipose, "1", 0.45, 0, 10, PUBLISHED,
              "IL-6 30-60 % higher at a body-mass index of 35 than at 25",
              "rise of IL-6 at rest with 10 kg/m2 of body-mass index"),
    PARAM_NUM(struct inflammation, tnf_adipose, "1", 0.2, 0, 10, ASSUMED,
              "adipose tissue releases little TNF into blood", "the same of TNF"),
    PARAM_NUM(struct inflammation, stress_gain, "1", 0.5, 0, 10, ASSUMED, "IL-6 and TNF are " META,
              "rise of both at rest under the largest load of stress"),
    PARAM_NUM(struct inflammation, suppressed, "1", 0.3, 0, 1, ASSUMED,
              "the size at rest is not told by Zhan et al. 2020, doi:10.1038/s41398-020-00933-z",
              "share of the cytokine response that suppression takes at most"),
    PARAM_NUM(struct inflammation, tau_suppression, "h", 1, 0.01, 1000, ASSUMED,
              "NF-kappaB and TNF are lower within the hour, Sun et al. 2004, doi:10.3748/wjg.v10.i7.1028",
              "time constant with which suppression comes at full occupancy"),
    PARAM_NUM(struct inflammation, tau_release, "h", 72, 0.1, 10000, ASSUMED,
              "cytokines are lower 24 h after the last infusion, Zhan et al. 2020, "
              "doi:10.1038/s41398-020-00933-z",
              "time constant with which it goes"),
    PARAM_NUM(struct inflammation, butyrate_gain, "1", 0.2, 0, 10, ASSUMED,
              "butyrate inhibits NF-kappaB in macrophages of the gut; the size in blood is not known",
              "rise of cytokines at rest without any butyrate"),
    PARAM_NUM(struct inflammation, resistin_gain, "1", 4, 0, 1000, ASSUMED,
              "three- to fivefold after endotoxin in man, " LEHRKE, "largest rise of resistin by TNF"),
    PARAM_NUM(struct inflammation, resistin_adipose, "1", 0.1, 0, 10, ASSUMED,
              "associations with body-mass index are weak; with fat mass 0.02 ng/mL per kg, de Luis et al. "
              "2011, Clin Biochem 44:1280",
              "rise of resistin at rest with 10 kg/m2 of body-mass index"),
    PARAM_NUM(struct inflammation, tau_resistin, "h", 6, 0.1, 1000, ASSUMED,
              "rises for half a day after endotoxin, " LEHRKE, "time constant of resistin"),
    PARAM_NUM(struct inflammation, tau_crp, "h", 27, 1, 1000, PUBLISHED,
              "half-life 19 h, Vigushin et al. 1993, doi:10.1172/JCI116336",
              "time constant of C-reactive protein"),
    PARAM_NUM(struct inflammation, kynurenine_gain, "1", 1, 0, 100, ASSUMED,
              "brain kynurenine doubles a day after lipopolysaccharide (mouse)",
              "rise of kynurenine in fully inflamed tissue"),
    PARAM_NUM(struct inflammation, tau_kynurenine, "h", 6, 0.1, 1000, ASSUMED,
              "follows the induction of its enzyme by hours", "time constant of kynurenine"),
};
const int n_inflammation_params = COUNT_OF(inflammation_params);

static double above(double value) { return value > 1 ? value - 1 : 0; }
static double saturate(double x, double half, double hill) {
  double top = maths_pow(x, hill);
  return top / (top + maths_pow(half, hill));
}

/* Supply of a cytokine at rest, with its own slope over body mass. */
static double basal(const struct inflammation *p, const struct systemic_input *in, double adipose,
                    const double *y) {
  double fat = 1 + adipose * in->adiposity;
  double load = in->stress_apart ? 0 : y[SYSTEMIC_STRESS],
         butyrate = in->gut_apart ? 1 : y[SYSTEMIC_BUTYRATE];
  return (1 + in->raised) * (fat > 0 ? fat : 0) * (1 + p->stress_gain * load) *
         (1 + p->butyrate_gain * (1 - butyrate));
}

static void markers(const struct inflammation *p, const struct systemic_input *in, double held_back,
                    const double *y, double *dydt) {
  double fat = 1 + p->resistin_adipose * in->adiposity;
  double resistin = (fat > 0 ? fat : 0) + p->resistin_gain * saturate(above(y[SYSTEMIC_TNF]), p->il6_half, 1);
  dydt[SYSTEMIC_RESISTIN] = (resistin * held_back - y[SYSTEMIC_RESISTIN]) / p->tau_resistin;
  dydt[SYSTEMIC_CRP] = (y[SYSTEMIC_IL6] - y[SYSTEMIC_CRP]) / p->tau_crp;
  dydt[SYSTEMIC_KYNURENINE] =
      (1 + p->kynurenine_gain * y[SYSTEMIC_INFLAMED] - y[SYSTEMIC_KYNURENINE]) / p->tau_kynurenine;
}

void inflammation_rates(const struct inflammation *p, const struct systemic_input *in, const double *y,
                        double *dydt) {
  double calls = in->challenged * (1 - y[SYSTEMIC_TOLERANCE]);
  double tnf = above(y[SYSTEMIC_TNF]), il6 = above(y[SYSTEMIC_IL6]), held = y[SYSTEMIC_SUPPRESSION];
  double inflamed = y[SYSTEMIC_INFLAMED], microglia = y[SYSTEMIC_MICROGLIA];
  double left = 1 - p->suppressed * held;
  double release_T = basal(p, in, p->tnf_adipose, y) + p->tnf_gain * calls;
  double release_I = basal(p, in, p->il6_adipose, y) + p->il6_gain * saturate(tnf, p->il6_half, p->il6_hill);
  dydt[SYSTEMIC_TNF] = (release_T * left - y[SYSTEMIC_TNF]) * 60 / p->tau_tnf;
  dydt[SYSTEMIC_TOLERANCE] = calls * 60 / p->tau_burst - y[SYSTEMIC_TOLERANCE] / p->tau_tolerance;
  dydt[SYSTEMIC_IL6] = (release_I * left - y[SYSTEMIC_IL6]) * 60 / p->tau_il6;
  dydt[SYSTEMIC_INFLAMED] =
      saturate(il6, p->inflamed_half, p->inflamed_hill) * (1 - inflamed) / p->tau_inflamed -
      inflamed / p->tau_calm;
  dydt[SYSTEMIC_MICROGLIA] = inflamed * (1 - microglia) / p->tau_activation - microglia / p->tau_microglia;
  dydt[SYSTEMIC_SUPPRESSION] = in->suppressed * (1 - held) / p->tau_suppression - held / p->tau_release;
  markers(p, in, left, y, dydt);
}

double inflammation_uptake(const struct inflammation *p, double inflamed) {
  return 1 - p->uptake_loss * inflamed;
}

double inflammation_elimination(const struct inflammation *p, double microglia) {
  return 1 + p->elimination_gain * microglia;
}
