/* eef2.c — phosphorylation of eukaryotic elongation factor 2, which the NMDA current of rest holds up.
 *
 *   E' = (ρ + (1 − ρ) H(1 − β) − E)/τ,    H(x) = (1 + Kⁿ) xⁿ/(Kⁿ + xⁿ)
 * β: share of that current which drugs take away. Calcium through NMDA receptors that open without action
 * potentials keeps eEF2 kinase active, and phospho-eEF2 holds dendritic translation down (Sutton et al. 2007,
 * doi:10.1016/j.neuron.2007.07.030). The part ρ is kept up by other kinases and calcium sources. Within half
 * an hour of ketamine or MK-801
 * phospho-eEF2 is ×0.5–0.7 in hippocampus (Autry et al. 2011, doi:10.1038/nature10130), after memantine it is
 * unchanged (Gideons et al. 2014, PNAS 111:8649). Which drug does what is nowhere put in: β is what a drug
 * takes of the current of pyramidal cells' receptors that ambient glutamate keeps open
 * (receptors/nmda_extrasynaptic.c), at their potential, under magnesium. The kinase is switched on by
 * calmodulin that holds two calcium ions, those of its N-lobe (Will et al. 2018,
 * doi:10.1016/j.jmb.2018.05.033; Lee et al. 2016, PMC5014583): the square of calcium, saturating. What E does
 * to BDNF stands in bdnf.c. Left out: inhibition of the kinase by mTORC1 and ERK. */
#include "fields.h"
#include "tissue/signalling.h"

const struct param eef2_params[] = {
    PARAM_NUM(struct eef2, tau, "min", 5, 0.1, 1000, ASSUMED,
              "translation rises within minutes of a block of miniature NMDA currents, Sutton et al. 2007",
              "time constant of phosphorylation"),
    PARAM_NUM(
        struct eef2, residue, "1", 0.5, 0, 1, ASSUMED,
        "x0.5-0.7 after ketamine and after MK-801, the lower end where next to all is blocked: Autry et "
        "al. 2011, doi:10.1038/nature10130",
        "share of phospho-eEF2 that does not hang on NMDA receptors"),
    PARAM_NUM(struct eef2, hill, "1", 2, 1, 8, PUBLISHED,
              "calmodulin binds the kinase with two calcium ions, doi:10.1016/j.jmb.2018.05.033, PMC5014583",
              "steepness with which calcium switches on the kinase"),
    PARAM_NUM(
        struct eef2, half, "1", 0.7, 0.01, 100, CALIBRATED,
        "2026-11, to pl05, pl06, ct01 and sp01 of configs/validation: phospho-eEF2 and BDNF after ketamine "
        "as with a line, less after memantine; two thirds of the kinase are on at rest",
        "calcium of half activation, of what the current of rest brings"),
};
const int n_eef2_params = COUNT_OF(eef2_params);

void eef2_rates(const struct eef2 *p, const struct signalling_input *in, const double *y, double *dydt) {
  double active = signalling_hill(1.0 - in->resting_blocked, p->half, p->hill);
  double held = p->residue + (1.0 - p->residue) * active;
  dydt[SIGNALLING_EEF2] = (held - y[SIGNALLING_EEF2]) * 60.0 / p->tau;
}
