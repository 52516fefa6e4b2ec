/* bdnf.c — BDNF: synthesis, release by AMPA-driven activity, and its receptor TrkB.
 *
 *   synthesis:  S' = ((1 + e (1 − E)) (1 + q w) (1 − l A) (1 − σ) (1 + γ) − S)/τ_S
 *   release:    B' = (S F(v a) c − B)/τ_B      F: Hill curve of the AMPA throughput a through the share v of
 *                                              calcium channels that is left; c: share not scavenged
 *   TrkB:       R' = k (θ(1) (1 + r w) − max(θ(B), θ(1)) R),  θ(B) = B/(B + K)
 *   signal:     T = θ(B) R / θ(1)
 * E: phosphorylated eEF2 (eef2.c); w: adaptation to raised serotonin, times the region's 5-HT1A receptors
 * (serotonin.c); A: inflammation of the tissue (inflammation.c); σ: share that stress takes (stress.c);
 * γ: change by butyrate of the gut (gut.c).
 * Synthesis rises where eEF2 is less phosphorylated (Autry et al. 2011, doi:10.1038/nature10130; the switch
 * `direct_translation`). Release follows AMPA receptors through L-type calcium channels (Lepack et al. 2015,
 * doi:10.1093/ijnp/pyu033). Bound TrkB is internalised and degraded in 2–4 h at saturating BDNF
 * (doi:10.1111/jnc.13676) and returns over days, so that the response to a lasting rise fades while a brief
 * one is felt (Ji et al. 2010, doi:10.1038/nn.2505). Without BDNF receptors turn over as at rest, so R never
 * exceeds 1: else a scavenger would leave receptors in excess, and mTORC1 high, when it is gone. Weeks of
 * antidepressants raise the mRNA of both BDNF and TrkB in hippocampus (Nibuya et al. 1995, J
 * Neurosci 15:7539); inflammation lowers BDNF (review: PMC4273623). */
#include "fields.h"
#include "maths.h"
#include "tissue/signalling.h"

const struct param bdnf_params[] = {
    PARAM_NUM(struct bdnf, tau_supply, "min", 40, 1, 10000, ASSUMED,
              "BDNF protein is up 30 min after the dose and back by 8-24 h, Autry et al. 2011, "
              "doi:10.1038/nature10130",
              "time constant of synthesis"),
    PARAM_NUM(struct bdnf, translation_gain, "1", 1.1, 0, 100, ASSUMED,
              "protein x1.3-1.6 where phospho-eEF2 is x0.5-0.7: 0.45 over 0.4, Autry et al. 2011",
              "rise of synthesis when no eEF2 is phosphorylated"),
    PARAM_NUM(
        struct bdnf, serotonin_gain, "1", 0.5, 0, 10, ASSUMED,
        "BDNF mRNA x1.2-1.6 in hippocampus after 21 days, Nibuya et al. 1995, J Neurosci 15:7539",
        "rise of synthesis at full adaptation to serotonin"),
    PARAM_NUM(struct bdnf, serotonin_trkb, "1", 0.1, 0, 10, ASSUMED,
              "TrkB mRNA rises too, Nibuya et al. 1995; less than BDNF's",
              "rise of the supply of TrkB at full adaptation to serotonin"),
    PARAM_NUM(struct bdnf, inflammation_loss, "1", 0.35, 0, 1, ASSUMED,
              "hippocampal BDNF x0.6-0.8 a day after lipopolysaccharide, direction: PMC4273623",
              "share of synthesis that is lost in fully inflamed tissue"),
    PARAM_NUM(struct bdnf, tau_release, "min", 10, 1, 10000, ASSUMED,
              "release is up within 15-60 min, Lepack et al. 2015, doi:10.1093/ijnp/pyu033",
              "time constant of BDNF outside"),
    PARAM_NUM(struct bdnf, release_half, "1", 1.5, 0.1, 100, ASSUMED,
              "somewhat above rest, so that release can both rise and fall",
              "AMPA throughput of half release, of rest"),
    PARAM_NUM(struct bdnf, release_hill, "1", 2, 0.5, 8, ASSUMED, "calcium-dependent release is supralinear",
              "steepness of release"),
    PARAM_NUM(struct bdnf, trkb_half, "1", 9, 0.1, 1000, ASSUMED, "one receptor in ten is occupied at rest",
              "BDNF that occupies half of TrkB, of rest"),
    PARAM_NUM(
        struct bdnf, trkb_loss, "1/h", 0.2857, 0, 100, PUBLISHED,
        "half of surface TrkB gone in 2-3 h at saturating BDNF, doi:10.1111/jnc.13676: time constant 3.5 h",
        "rate at which occupied TrkB is lost"),
};
const int n_bdnf_params = COUNT_OF(bdnf_params);

double bdnf_calcium_signal(const struct bdnf *p, const struct signalling_input *in) {
  return signalling_hill(in->throughput * (1.0 - in->calcium_blocked), p->release_half, p->release_hill);
}

static double occupied(const struct bdnf *p, double bdnf) { return bdnf / (bdnf + p->trkb_half); }

void bdnf_rates(const struct bdnf *p, const struct signalling_input *in, const double *y, double *dydt) {
  double synthesis = (1.0 + p->translation_gain * (1.0 - y[SIGNALLING_EEF2])) *
                     (1.0 + p->serotonin_gain * in->serotonin) * (1.0 - p->inflammation_loss * in->inflamed) *
                     (1.0 - in->stress_lost) * (1.0 + in->gut_change);
  double release = y[SIGNALLING_BDNF_SUPPLY] * bdnf_calcium_signal(p, in);
  dydt[SIGNALLING_BDNF_SUPPLY] = (synthesis - y[SIGNALLING_BDNF_SUPPLY]) * 60.0 / p->tau_supply;
  dydt[SIGNALLING_BDNF] = (release * in->bdnf_left - y[SIGNALLING_BDNF]) * 60.0 / p->tau_release;
  double rest = occupied(p, 1.0), bound = occupied(p, y[SIGNALLING_BDNF]);
  double supply = rest * (1.0 + p->serotonin_trkb * in->serotonin);
  dydt[SIGNALLING_TRKB] = p->trkb_loss * (supply - (bound > rest ? bound : rest) * y[SIGNALLING_TRKB]);
}

double bdnf_trkb_signal(const struct bdnf *p, const double *y) {
  return occupied(p, y[SIGNALLING_BDNF]) * y[SIGNALLING_TRKB] / occupied(p, 1.0);
}
