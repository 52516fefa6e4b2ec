/* body_course.c — the body beside the concentrations. See body_course.h.  Where nothing acts on the body
 * it rests. Where something does, it meets the mean of what drives it at both ends of every drug_step, and
 * concentrations stop at these: so its course does not depend on who asks when. */
#include "body_course.h"
#include <math.h>

bool body_acts(const struct substance *substance) {
  return substance->acts[ACTION_IMMUNE_CHALLENGE] || substance->acts[ACTION_SEROTONIN_REUPTAKE];
}

/* Has a substance that acts on the body been given by this time? */
static bool is_driven(const struct drugs *drugs, const struct arm_doses *doses, double t_h) {
  bool given[DRUG_SUBSTANCES], driven = false;
  course_given(drugs, doses, t_h, given);
  for (int s = 0; s < drugs->n_substances; s++) driven |= given[s] && body_acts(&drugs->substance[s]);
  return driven;
}

static struct systemic_input input_of(const struct experiment *experiment, const struct arm_doses *doses,
                                      const struct course *course) {
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  int n = course_exposures_at(experiment, doses, course, -1, NULL, NULL, exposures);
  return (struct systemic_input){.challenged = action_share_taken(exposures, n, ACTION_IMMUNE_CHALLENGE, 0),
                                 .transporter =
                                     action_share_taken(exposures, n, ACTION_SEROTONIN_REUPTAKE, 0)};
}

enum status body_course_step(const struct experiment *experiment, const struct arm_doses *doses,
                             struct stiff *solver, struct course *course, double t_h) {
  const struct drugs *drugs = &experiment->drugs;
  double step = experiment->simulation.drug_step;
  if (!is_driven(drugs, doses, t_h)) return course_step(drugs, doses, course, t_h);
  while (t_h > course->time_h) {
    double from = course->time_h, next = fmin(t_h, (floor(from / step + 1e-9) + 1.0) * step);
    struct systemic_input before = input_of(experiment, doses, course), after;
    TRY(course_step(drugs, doses, course, next));
    after = input_of(experiment, doses, course);
    const struct systemic_input mean = {.challenged = 0.5 * (before.challenged + after.challenged),
                                        .transporter = 0.5 * (before.transporter + after.transporter)};
    TRY(systemic_advance(&experiment->systemic, &mean, solver, from, next, course->body));
  }
  return STATUS_OK;
}

struct body_effects body_effects_of(const struct experiment *experiment, const struct course *course) {
  const struct inflammation *inflammation = &experiment->systemic.inflammation;
  bool on = experiment->signalling.inflammation;
  double inflamed = on ? course->body[SYSTEMIC_INFLAMED] : 0;
  double microglia = on ? course->body[SYSTEMIC_MICROGLIA] : 0;
  return (struct body_effects){.uptake = inflammation_uptake(inflammation, inflamed),
                               .elimination_factor = inflammation_elimination(inflammation, microglia),
                               .formation_factor = 1,
                               .dendrite_target = 1,
                               .inflamed = inflamed};
}
