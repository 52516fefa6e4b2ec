/* drug.h — drugs as data: what a config's group `drugs` says of each, read once.
 *
 * A child of the group is either a substance (molar mass, actions, kinetics per species) or a mixture (parts:
 * substances with their share of the mass), such as a racemate. Events name either; a dose of a mixture is a
 * dose of each part. */
#ifndef CIRCUITS_DRUGS_DRUG_H
#define CIRCUITS_DRUGS_DRUG_H

#include "action.h"
#include "kinetics.h"

enum { DRUG_SUBSTANCES = 24, DRUG_MIXTURES = 12, DRUG_PARTS = 4 };

/* Most that is ever given at once, mg/kg: the highest dose of tests of acute toxicity, 2000 and exceptionally
 * 5000 mg/kg (OECD guideline 425). A larger one is a slip of the unit. */
#define DRUG_DOSE_MAX 5000.0

struct substance {
  const char *name, *title; /* owned by the config */
  double molar_mass;        /* g/mol */
  struct kinetics kinetics; /* for the subject's species */
  int family;               /* the lowest number of those that its metabolism connects it with */
  bool acts[ACTION_COUNT];
  int slot[ACTION_COUNT]; /* numbers the substances of the run that act at the same site, from 0 */
  union {
    struct nmda_channel nmda_channel;
    struct ampa_competitive ampa_competitive;
    struct mtorc1_inhibitor mtorc1_inhibitor;
    struct bdnf_scavenger bdnf_scavenger;
    struct mglur2_agonist mglur2_agonist;
    struct hcn1 hcn1;
    struct nicotinic nicotinic;
    struct calcium_channel calcium_channel;
    struct gaba_a_tonic gaba_a_tonic;
    struct anaesthetic anaesthetic;
    struct gaba_a_agonist gaba_a_agonist;
    struct gaba_a_modulator gaba_a_modulator;
    struct ampa_potentiator ampa_potentiator;
    struct serotonin_reuptake serotonin_reuptake;
    struct immune_challenge immune_challenge;
    struct cytokine_suppressor cytokine_suppressor;
    struct glucocorticoid glucocorticoid;
    struct nmda_subunit nmda_subunit;
    struct nmda_allosteric nmda_allosteric;
  } properties[ACTION_COUNT];
};

struct mixture {
  const char *name, *title; /* owned by the config */
  int n_parts;
  int substance[DRUG_PARTS];
  double share[DRUG_PARTS]; /* of the mass; they sum to 1 */
};

struct drugs {
  struct substance substance[DRUG_SUBSTANCES];
  int n_substances;
  struct mixture mixture[DRUG_MIXTURES];
  int n_mixtures;
};

/* Read the group `drugs` for a species (its name in kinetics groups; NULL: in vitro, where kinetics are of no
 * use, and a dose means nothing). A substance without actions or without kinetics for the species, kinetics
 * that contradict themselves, unknown actions, parts or metabolites, a metabolite that becomes itself again,
 * shares that do not sum to 1, more substances at a site than the site has slots: faults of the config.
 * Fails: NO_MEMORY. */
MUST_USE enum status drugs_read(struct config *config, const char *species, struct drugs *out);

/* Slots that the substances at a site take up. */
int drugs_slots(const struct drugs *drugs, enum action action);

/* May this be given? `name` is a substance or a mixture. Fails: CONFIG, with a message that says why not and
 * has no file or line (the caller knows them): no such drug, a negative dose or duration, more than
 * DRUG_DOSE_MAX, a route for which a part has no kinetics. */
MUST_USE enum status drugs_check_dose(const struct drugs *drugs, const char *name, double mg_per_kg,
                                      double over_h, enum route route);

/* Split a dose of the drug called `name` (substance or mixture) into doses of substances: fills at most
 * DRUG_PARTS rows, amounts in µmol/kg; n = 0 if there is no such drug. */
struct drug_share {
  int substance;
  double umol_per_kg;
};
int drugs_split(const struct drugs *drugs, const char *name, double mg_per_kg,
                struct drug_share out[DRUG_PARTS]);

/* The substances of a family, in their order: numbers into `member`; gives how many. */
int drugs_family(const struct drugs *drugs, int family, int member[KINETICS_FAMILY]);

/* Whoever was given brings its metabolites along: `given` is passed on to all it turns into. */
void drugs_add_metabolites(const struct drugs *drugs, bool given[DRUG_SUBSTANCES]);

/* Exposures of receptors to free concentrations brain_uM[substance], of which reach[substance] is the share
 * at each site (NULL: 1; reach NULL: 1 for all); substances at 0 are left out unless they were ever dosed
 * (`given`), so that a run without drug meets no exposure at all. Gives their number; `out` holds at least
 * DRUG_SUBSTANCES × ACTION_COUNT. */
int drugs_exposures(const struct drugs *drugs, const double *brain_uM, const bool *given,
                    const float *const *reach, struct exposure *out);

/* The tables of a substance, of a mixture and of one of its parts, for documentation. */
extern const struct param substance_params[], mixture_params[], part_params[];
extern const int n_substance_params, n_mixture_params, n_part_params;

#endif
