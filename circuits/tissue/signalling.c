/* signalling.c — the slow system of one site: its mechanisms put together and advanced by CVODE. */
#include "tissue/signalling.h"
#include "fields.h"
#include "maths.h"
#include <string.h>

/* Tolerances of the solver: far below what windows of seconds can resolve. */
static const double RELATIVE_TOLERANCE = 1e-7, ABSOLUTE_TOLERANCE = 1e-9;

const struct param switch_params[] = {
    PARAM_BOOL(
        struct signalling, direct_translation, 1, SETTING,
        "for: Autry et al. 2011, Gideons et al. 2014; against: Emnett et al. 2013 (memantine blocks alike)",
        "block of resting NMDA receptors of pyramidal cells lowers phospho-eEF2, which raises BDNF "
        "synthesis; "
        "off: eEF2 sees no block"),
    PARAM_BOOL(
        struct signalling, erk_proteins, 1, SETTING,
        "for: Yang et al. 2018, doi:10.1016/j.biopsych.2017.05.016 (R-ketamine needs ERK, not mTORC1); "
        "against: rapamycin takes all of the racemate's effect, Li et al. 2010, doi:10.1126/science.1190287",
        "ERK adds to the synthesis of synaptic proteins; off: it sees ERK at rest"),
    PARAM_BOOL(struct signalling, homeostatic_scaling, 1, SETTING,
               "for: Turrigiano 2008; Kavalali & Monteggia 2012",
               "AMPA and GABA-A receptors scale with firing rate; off: scaling sees the baseline rate"),
    PARAM_BOOL(
        struct signalling, hnk_ampa, 1, SETTING,
        "for: Zanos et al. 2016, doi:10.1038/nature17998, Riggs et al. 2020, "
        "doi:10.1038/s41386-019-0443-3; against: no AMPA-evoked current changed in Shaffer et al. 2019, "
        "no effect on temporoammonic terminals (Riggs), NMDA currents blocked at 50 uM (Suzuki et al. "
        "2017), less improvement at higher plasma levels (PMC6746183)",
        "potentiators raise AMPA currents and release; off: both see none"),
    PARAM_BOOL(struct signalling, inflammation, 1, SETTING,
               "for: less uptake, BDNF and spines after lipopolysaccharide (Garcia et al. 2022; PMC4273623; "
               "Kondo et al. 2011); against: lipopolysaccharide raises microglial GLT-1 in culture, "
               "doi:10.1002/glia.20191, and IL-6 goes either way after an infusion (PubMed 27718369)",
               "cytokines act on uptake, BDNF and spines; off: tissue sees none"),
    PARAM_BOOL(
        struct signalling, stress, 1, SETTING,
        "for: Radley et al. 2006, Yuen et al. 2012, Moda-Sava et al. 2019; against: cells that project "
        "to the amygdala do not shrink (PMC2742599), AMPA binding is higher in depressed people "
        "(PubMed 22036795)",
        "lasting stress acts on tissue, cytokines and gut; off: they see no load"),
    PARAM_BOOL(
        struct signalling, gut, 1, SETTING,
        "for: Yang et al. 2017, PMC5802627, one study in mice; against: other genera change in healthy "
        "rats, Getachew et al. 2018, doi:10.1186/s12866-018-1373-7",
        "butyrate of the gut acts on BDNF and cytokines; off: they see that of rest"),
    PARAM_BOOL(
        struct signalling, disinhibition, 1, SETTING,
        "for: knock-down of GluN2B in SST or PV cells abolishes the effect, Gerhard et al. 2020, "
        "doi:10.1172/JCI130808; against: its deletion in pyramidal cells alone mimics and occludes it, "
        "Miller et al. 2014, doi:10.7554/eLife.03581",
        "drugs reach NMDA receptors of interneurons; off: these see no drug"),
    PARAM_BOOL(struct signalling, pyramidal_block, 1, SETTING,
               "for: Miller et al. 2014, Autry et al. 2011; against: Gerhard et al. 2020",
               "drugs reach NMDA receptors in synapses of cells that release glutamate; off: these see none"),
    PARAM_BOOL(
        struct signalling, adaptation, 1, SETTING,
        "for: Lyashenko et al. 2020, doi:10.7554/eLife.50342, Nibuya et al. 1999, "
        "doi:10.1016/S0304-3940(99)00335-3; against: TrkB protein of frontal cortex is lower after weeks of "
        "corticosterone, Kutiyanawalla et al. 2011, doi:10.1371/journal.pone.0026153",
        "mTORC1 and ERK adapt to a TrkB signal that stays low; off: they count from that of health"),
    PARAM_BOOL(
        struct signalling, mtorc1_route, 1, SETTING,
        "for: rapamycin abolishes the effect, Li et al. 2010, doi:10.1126/science.1190287; against: that "
        "of R-ketamine is spared, PMC6838457",
        "mTORC1 raises synaptic proteins; off: these see it at rest"),
    PARAM_BOOL(struct signalling, autoreceptors, 1, SETTING,
               "for: Kew et al. 2001, Hascup et al. 2010; against: no tone in most slices, and Schaffer "
               "collaterals of adults hardly respond",
               "mGlu2/3 receptors lower release; off: terminals see the receptors' activity of rest"),
    PARAM_BOOL(struct signalling, gaba_b, 1, SETTING,
               "for: Urban-Ciecko et al. 2015, PubMed 25728691; against: slices of sensory cortex; "
               "how much of it there is in prefrontal cortex in vivo is not measured",
               "GABA-B receptors at terminals of pyramidal cells follow SST cells; off: terminals see their "
               "activity of rest"),
    PARAM_BOOL(struct signalling, afferents, 1, SETTING,
               "for: Okada et al. 2019, doi:10.3390/biom9110746; Zurita et al. 1994; against: how much NMDA "
               "receptors drive afferent areas is assumed",
               "drugs change the rate of the areas that background comes from; off: they see no drug"),
    PARAM_BOOL(
        struct signalling, hcn1, 1, SETTING,
        "for: Chen et al. 2009, Zhou et al. 2013; against: human channels are ten times less sensitive",
        "drugs act on HCN1; off: the channels see no drug"),
    PARAM_BOOL(struct signalling, nicotinic, 1, SETTING,
               "for: Lambe et al. 2005; against: the tonic part is not measured",
               "block of nicotinic receptors lowers release from thalamic terminals; off: they see no drug"),
    PARAM_BOOL(struct signalling, calcium_channel, 1, SETTING,
               "for: doi:10.3881/j.issn.1000-503X.2010.04.018; against: no block below 10 uM",
               "drugs block calcium channels; off: release of transmitter and of BDNF sees no drug"),
    PARAM_BOOL(struct signalling, gaba_a_tonic, 1, SETTING,
               "for: Anesthesiology 2017 126:666; against: small",
               "drugs raise the tonic GABA-A conductance; off: it sees no drug"),
    PARAM_BOOL(struct signalling, temperature, 1, SETTING,
               "for: Lin et al. 1978, Planel et al. 2007; against: animals are often kept warm",
               "anaesthesia lowers body temperature; off: it stays"),
    PARAM_BOOL(struct signalling, extrasynaptic, 1, SETTING,
               "for: Miller et al. 2014, doi:10.7554/eLife.03581; against: Emnett et al. 2013",
               "drugs reach extrasynaptic NMDA receptors; off: these see no drug, their current stays"),
    PARAM_BOOL(
        struct signalling, allosteric_site, 1, SETTING,
        "for: PMC11948614 (memantine lacks it, as its want of effect asks: Gideons et al. 2014); against: "
        "recombinant receptors, not confirmed in neurons",
        "extrasynaptic NMDA receptors have the allosteric site; off: they have none"),
};
const int n_switch_params = COUNT_OF(switch_params);

double signalling_hill(double x, double half, double n) {
  double top = maths_pow(x, n), k = maths_pow(half, n);
  return (1.0 + k) * top / (k + top);
}

void signalling_read(struct config *config, struct signalling *out) {
  params_read(config, "tissue.eef2", eef2_params, n_eef2_params, NULL, 0, &out->eef2);
  params_read(config, "tissue.bdnf", bdnf_params, n_bdnf_params, NULL, 0, &out->bdnf);
  params_read(config, "tissue.adaptation", adaptation_params, n_adaptation_params, NULL, 0, &out->adapting);
  params_read(config, "tissue.mtorc1", mtorc1_params, n_mtorc1_params, NULL, 0, &out->mtorc1);
  params_read(config, "tissue.erk", erk_params, n_erk_params, NULL, 0, &out->erk);
  params_read(config, "tissue.proteins", proteins_params, n_proteins_params, NULL, 0, &out->proteins);
  params_read(config, "tissue.scaling", scaling_params, n_scaling_params, NULL, 0, &out->scaling);
  params_read(config, "mechanisms", switch_params, n_switch_params, NULL, 0, out);
}

void signalling_rest(double y[SIGNALLING_COUNT]) {
#define SIGNALLING_REST(name, id, rest, meaning) y[SIGNALLING_##id] = rest;
  SIGNALLING_STATES(SIGNALLING_REST)
#undef SIGNALLING_REST
}

struct site {
  const struct signalling *signalling;
  const struct signalling_input *in;
};

void signalling_rates(const struct signalling *s, const struct signalling_input *in, const double *y,
                      double *dydt) {
  double signal = bdnf_trkb_signal(&s->bdnf, y);
  double trkb = signal / (s->adaptation ? y[SIGNALLING_LEVEL] : 1.0); /* as its arms see it */
  eef2_rates(&s->eef2, in, y, dydt);
  bdnf_rates(&s->bdnf, in, y, dydt);
  adaptation_rates(&s->adapting, signal, y, dydt);
  mtorc1_rates(&s->mtorc1, in, trkb, y, dydt);
  erk_rates(&s->erk, trkb, bdnf_calcium_signal(&s->bdnf, in), y, dydt);
  double seen[SIGNALLING_COUNT]; /* what proteins see */
  memcpy(seen, y, SIGNALLING_SOLVED * sizeof *y);
  if (!s->mtorc1_route) seen[SIGNALLING_MTORC1] = 1.0;
  proteins_rates(&s->proteins, s->erk_proteins ? y[SIGNALLING_ERK] : 1.0, seen, dydt);
  scaling_rates(&s->scaling, in, y, dydt);
  for (int k = 0; k < SIGNALLING_SOLVED; k++) dydt[k] *= 1.0 - in->slowing;
}

static void rates(double t_h, const double *y, double *dydt, void *context) {
  (void)t_h;
  const struct site *site = context;
  signalling_rates(site->signalling, site->in, y, dydt);
}

enum status signalling_solver(struct stiff **out) {
  return stiff_new(SIGNALLING_SOLVED, RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE, out);
}

enum status signalling_advance(const struct signalling *signalling, const struct signalling_input *in,
                               struct stiff *solver, const char *where, double t0_h, double t1_h,
                               double y[SIGNALLING_COUNT]) {
  struct signalling_input clamped = *in;
  if (!signalling->direct_translation) clamped.resting_blocked = 0.0;
  if (!signalling->inflammation) clamped.inflamed = 0.0;
  if (!signalling->stress) clamped.stress_lost = 0.0;
  if (!signalling->gut) clamped.gut_change = 0.0;
  struct site site = {signalling, &clamped};
  TRY(stiff_advance(solver, rates, &site, where, t0_h, t1_h, y));
  if (!signalling->homeostatic_scaling) clamped.rate = clamped.excitation = 1.0, clamped.scale_then = 0;
  scaling_advance(&signalling->scaling, &clamped, (t1_h - t0_h) * (1.0 - clamped.slowing),
                  &y[SIGNALLING_SCALE], &y[SIGNALLING_GABA_SCALE]);
  return STATUS_OK;
}
