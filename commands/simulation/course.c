/* course.c — courses of concentrations, and exposures of receptors to them. See course.h. */
#include "course.h"
#include "experiment/bath.h"
#include "experiment/local_events.h"
#include "memory.h"
#include "state.h"
#include <math.h>

/* ---- the body ---- */

void course_given(const struct drugs *drugs, const struct arm_doses *doses, double t_h,
                  bool given[DRUG_SUBSTANCES]) {
  for (int s = 0; s < DRUG_SUBSTANCES; s++)
    given[s] = doses->carried[s] || (doses->n[s] > 0 && doses->dose[s][0].at_h <= t_h);
  drugs_add_metabolites(drugs, given);
  for (int s = 0; s < DRUG_SUBSTANCES; s++) given[s] |= bath_begun(doses, s, t_h);
}

double course_brain_uM(const struct arm_doses *doses, const struct course *course, int substance) {
  return kinetics_brain_uM(course->state[substance]) + bath_uM(doses, substance, course->time_h);
}

static enum status step_family(const struct drugs *drugs, const struct arm_doses *doses,
                               struct course *course, int family, double t_h) {
  struct kinetics_member member[KINETICS_FAMILY];
  int id[KINETICS_FAMILY], n = drugs_family(drugs, family, id);
  for (int m = 0; m < n; m++) {
    const struct substance *substance = &drugs->substance[id[m]];
    member[m] = (struct kinetics_member){
        id[m],           substance->name,     &substance->kinetics, doses->dose[id[m]],
        doses->n[id[m]], course->state[id[m]]};
  }
  return kinetics_advance(member, n, course->time_h, t_h);
}

enum status course_step(const struct drugs *drugs, const struct arm_doses *doses, struct course *course,
                        double t_h) {
  if (t_h <= course->time_h) return STATUS_OK;
  bool given[DRUG_SUBSTANCES], due[DRUG_SUBSTANCES] = {false};
  course_given(drugs, doses, t_h, given);
  for (int s = 0; s < drugs->n_substances; s++) due[drugs->substance[s].family] |= given[s];
  for (int s = 0; s < drugs->n_substances; s++) {
    if (due[s]) TRY(step_family(drugs, doses, course, s, t_h));
  }
  course->time_h = t_h;
  return STATUS_OK;
}

/* ---- what follows concentrations ---- */

/* Steps: this long at first, then this share of the time since the latest event. */
static const double FOLLOW_STEP_H = 2.0 / 60.0, FOLLOW_GROWTH = 0.1;

static bool any_acts(const struct experiment *experiment, const bool given[DRUG_SUBSTANCES],
                     enum action action) {
  for (int s = 0; s < experiment->drugs.n_substances; s++) {
    if (given[s] && experiment->drugs.substance[s].acts[action]) return true;
  }
  return false;
}

/* Can body temperature move? Not without an anaesthetic that was given, once it is normal. */
static bool cools(const struct experiment *experiment, const struct course *course,
                  const bool given[DRUG_SUBSTANCES]) {
  return !experiment->subject.warmed && experiment->signalling.temperature &&
         (course->cooling_C != 0 || any_acts(experiment, given, ACTION_ANAESTHETIC));
}

/* One step, at the concentrations of its middle. */
static void follow_step(const struct experiment *experiment, const bool given[DRUG_SUBSTANCES],
                        const struct exposure *exposures, int n, double step_h, struct course *course,
                        struct afferents_block *block) {
  const struct temperature *temperature = &experiment->temperature;
  if (cools(experiment, course, given))
    course->cooling_C = temperature_advance(temperature, temperature_depth(temperature, exposures, n), step_h,
                                            course->cooling_C);
  if (block)
    afferents_advance(&experiment->afferents, experiment->species.temperature, exposures, n, step_h * 3.6e6,
                      block);
}

/* In steps in which concentrations hardly change, on a copy of the course, whose own steps then do not depend
 * on it. */
enum status course_follow(const struct experiment *experiment, const struct arm_doses *doses,
                          struct course *course, struct afferents_block *block, double t_h) {
  struct course own = *course;
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  bool given[DRUG_SUBSTANCES];
  course_given(&experiment->drugs, doses, t_h, given);
  if (!experiment->signalling.afferents || !any_acts(experiment, given, ACTION_NMDA_CHANNEL)) block = NULL;
  if (!block && !cools(experiment, course, given)) return STATUS_OK;
  while (own.time_h < t_h) {
    double from = own.time_h, since = from - fmax(0, experiment_event_before_h(experiment, from));
    double to = fmin(from + fmax(FOLLOW_STEP_H, FOLLOW_GROWTH * since), t_h);
    to = fmin(to, experiment_event_after_h(experiment, from));
    TRY(course_step(&experiment->drugs, doses, &own, 0.5 * (from + to)));
    int n = course_exposures_at(experiment, doses, &own, -1, NULL, NULL, exposures);
    TRY(course_step(&experiment->drugs, doses, &own, to));
    follow_step(experiment, given, exposures, n, to - from, course, block);
  }
  return STATUS_OK;
}

enum status course_visit(struct course *course, const char *name, struct visitor *visitor) {
  TRY(visitor->array(visitor, name, STATE_F64, 1, &course->time_h));
  TRY(visitor->array(visitor, name, STATE_F64, 1, &course->cooling_C));
  TRY(visitor->array(visitor, name, STATE_F64, SYSTEMIC_COUNT, course->body));
  return visitor->array(visitor, name, STATE_F64, (size_t)DRUG_SUBSTANCES * KINETICS_STATES,
                        &course->state[0][0]);
}

/* ---- tissue ---- */

enum status places_new(const struct experiment *experiment, const struct sheet *const *sheets,
                       struct places *out) {
  int most = 1;
  *out = (struct places){0};
  for (int r = 0; r < experiment->n_regions; r++) {
    out->n_sites[r] = sheet_sites(sheets[r]);
    if (out->n_sites[r] > most) most = out->n_sites[r];
    for (int s = 0; s < experiment->drugs.n_substances; s++) {
      if (local_events_have(experiment, r, s))
        TRY(memory_new("reach", (size_t)out->n_sites[r], sizeof(float), &out->reach[r][s]));
    }
  }
  return memory_new("concentrations", (size_t)most, sizeof(double), &out->uM);
}

void places_free(struct places *places) {
  for (int r = 0; r < EXPERIMENT_REGIONS; r++) {
    for (int s = 0; s < DRUG_SUBSTANCES; s++) memory_free(places->reach[r][s]);
  }
  memory_free(places->uM);
  *places = (struct places){0};
}

/* Sum what doses into tissue of region r and the whole brain bring of a substance, as its highest value and
 * the share of that at each site. Gives false if no such dose was given yet. */
static bool spread(const struct arm_doses *doses, const struct kinetics *kinetics, double t_h, int r, int s,
                   const struct sheet *sheet, const struct places *places, double *brain_uM) {
  bool any = false;
  double highest = 0;
  for (int i = 0; i < places->n_sites[r]; i++) places->uM[i] = *brain_uM;
  for (int d = 0; d < doses->n_local; d++) {
    const struct local_dose *dose = &doses->local[d];
    if (dose->region != r || dose->substance != s || dose->at_h >= t_h) continue;
    local_add(dose, kinetics, t_h, sheet, places->uM);
    any = true;
  }
  if (!any) return false;
  for (int i = 0; i < places->n_sites[r]; i++) highest = fmax(highest, places->uM[i]);
  for (int i = 0; i < places->n_sites[r]; i++)
    places->reach[r][s][i] = highest > 0 ? (float)(places->uM[i] / highest) : 1.0f;
  *brain_uM = highest;
  return true;
}

/* Sites that a switch takes the drug from. */
static bool switched_off(const struct signalling *switches, int action) {
  switch (action) {
  case ACTION_HCN1:
    return !switches->hcn1;
  case ACTION_NICOTINIC:
    return !switches->nicotinic;
  case ACTION_CALCIUM_CHANNEL:
    return !switches->calcium_channel;
  case ACTION_GABA_A_TONIC:
    return !switches->gaba_a_tonic;
  case ACTION_AMPA_POTENTIATOR:
    return !switches->hnk_ampa;
  default:
    return false;
  }
}

int course_exposures_at(const struct experiment *experiment, const struct arm_doses *doses,
                        const struct course *course, int r, const struct sheet *sheet,
                        const struct places *places, struct exposure *out) {
  const struct drugs *drugs = &experiment->drugs;
  double brain_uM[DRUG_SUBSTANCES];
  bool given[DRUG_SUBSTANCES];
  const float *reach[DRUG_SUBSTANCES] = {NULL};
  course_given(drugs, doses, course->time_h, given);
  for (int s = 0; s < drugs->n_substances; s++) {
    brain_uM[s] = course_brain_uM(doses, course, s);
    if (r < 0 || !places->reach[r][s] ||
        !spread(doses, &drugs->substance[s].kinetics, course->time_h, r, s, sheet, places, &brain_uM[s]))
      continue;
    reach[s] = places->reach[r][s];
    given[s] = true;
  }
  int n = drugs_exposures(drugs, brain_uM, given, reach, out), kept = 0;
  for (int e = 0; e < n; e++) {
    if (!switched_off(&experiment->signalling, out[e].action)) out[kept++] = out[e];
  }
  return kept;
}

double course_local_uM(const struct experiment *experiment, const struct arm_doses *doses,
                       const struct course *course, int region, int substance) {
  const struct kinetics *kinetics = &experiment->drugs.substance[substance].kinetics;
  double uM = 0;
  for (int d = 0; d < doses->n_local; d++) {
    const struct local_dose *dose = &doses->local[d];
    if (dose->region == region && dose->substance == substance)
      uM = fmax(uM, local_ball_at(dose, kinetics, course->time_h).uM);
  }
  return uM + course_brain_uM(doses, course, substance);
}
