/* body_course.c — the body beside the concentrations. See body_course.h.  Where nothing acts on the body
 * it rests. Where something does, it meets the mean of what drives it at both ends of a step (of stress, over
 * the step), and concentrations stop at these: so its course does not depend on who asks when. */
#include "body_course.h"
#include "experiment/stress_events.h"
#include "experiment/subject.h"
#include <math.h>

bool body_acts(const struct substance *substance) {
  return substance->acts[ACTION_IMMUNE_CHALLENGE] || substance->acts[ACTION_SEROTONIN_REUPTAKE] ||
         substance->acts[ACTION_CYTOKINE_SUPPRESSOR] || substance->acts[ACTION_GLUCOCORTICOID];
}

bool body_may_move(const struct experiment *experiment) {
  bool moves = subject_is_other(experiment);
  for (int s = 0; s < experiment->drugs.n_substances; s++)
    moves |= body_acts(&experiment->drugs.substance[s]);
  for (int e = 0; e < experiment->n_events; e++) moves |= stress_is(&experiment->event[e]);
  return moves;
}

/* Has something that acts on the body come by this time? What lies behind the subject goes on. */
static bool is_driven(const struct experiment *experiment, const struct arm_doses *doses, double t_h) {
  const struct drugs *drugs = &experiment->drugs;
  bool given[DRUG_SUBSTANCES];
  bool driven = experiment->condition.stressor || subject_is_kept(experiment) || stress_begun(doses, t_h);
  course_given(drugs, doses, t_h, given);
  for (int s = 0; s < drugs->n_substances; s++) driven |= given[s] && body_acts(&drugs->substance[s]);
  return driven;
}

static struct systemic_input input_of(const struct experiment *experiment, const struct arm_doses *doses,
                                      const struct course *course) {
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  struct systemic_input in = subject_input(experiment);
  int n = course_exposures_at(experiment, doses, course, -1, NULL, NULL, exposures);
  in.challenged = action_share_taken(exposures, n, ACTION_IMMUNE_CHALLENGE, 0);
  in.suppressed = action_share_taken(exposures, n, ACTION_CYTOKINE_SUPPRESSOR, 0);
  in.transporter = action_share_taken(exposures, n, ACTION_SEROTONIN_REUPTAKE, 0);
  in.agonists = action_sum(exposures, n, ACTION_GLUCOCORTICOID, 0);
  return in;
}

static struct systemic_input mean_of(const struct systemic_input *a, const struct systemic_input *b,
                                     struct stress_drive drive) {
  struct systemic_input mean = *a;
  mean.challenged = 0.5 * (a->challenged + b->challenged);
  mean.suppressed = 0.5 * (a->suppressed + b->suppressed);
  mean.transporter = 0.5 * (a->transporter + b->transporter);
  mean.agonists = 0.5 * (a->agonists + b->agonists);
  mean.stressed = drive.other;
  mean.predictable = drive.predictable;
  return mean;
}

/* A day after the latest event drugs have gone so far that steps may be longer. Sessions of stress need no
 * short steps: the solver takes its own within a step, and a session's share of a step is exact. */
static const double QUIET_H = 24, QUIET_STEP_H = 0.5;

/* End of the step in which t lies: a multiple of its length, or an event. */
static double step_end_h(const struct experiment *experiment, double t_h) {
  double step = experiment->simulation.drug_step;
  bool quiet = t_h - experiment_event_before_h(experiment, t_h) > QUIET_H;
  if (quiet) step = fmax(step, QUIET_STEP_H);
  return fmin((floor(t_h / step + 1e-9) + 1.0) * step, experiment_event_after_h(experiment, t_h));
}

enum status body_course_step(const struct experiment *experiment, const struct arm_doses *doses,
                             struct stiff *solver, struct course *course, double t_h) {
  const struct drugs *drugs = &experiment->drugs;
  if (!is_driven(experiment, doses, t_h)) return course_step(drugs, doses, course, t_h);
  while (t_h > course->time_h) {
    double from = course->time_h, next = fmin(t_h, step_end_h(experiment, from));
    struct systemic_input before = input_of(experiment, doses, course), after;
    TRY(course_step(drugs, doses, course, next));
    after = input_of(experiment, doses, course);
    const struct systemic_input mean = mean_of(&before, &after, stress_drive(doses, from, next));
    TRY(systemic_advance(&experiment->systemic, &mean, solver, from, next, course->body));
  }
  return STATUS_OK;
}

struct body_effects body_effects_of(const struct experiment *experiment, const double body[SYSTEMIC_COUNT],
                                    const struct region_settings *region) {
  const struct systemic *systemic = &experiment->systemic;
  const struct signalling *on = &experiment->signalling;
  double inflamed = on->inflammation ? body[SYSTEMIC_INFLAMED] : 0;
  double microglia = on->inflammation ? body[SYSTEMIC_MICROGLIA] : 0;
  double at_rest = on->inflammation ? experiment->body_rest[SYSTEMIC_MICROGLIA] : 0;
  double felt = on->stress ? region->stress * body[SYSTEMIC_STRESS] : 0;
  felt = fmin(felt, 1);
  struct stress_factors stress =
      stress_factors(&systemic->stress, felt, experiment->subject.sex == SEX_FEMALE);
  /* the spines of the start are those that the subject has at rest */
  double immune = inflammation_elimination(&systemic->inflammation, microglia) /
                  inflammation_elimination(&systemic->inflammation, at_rest);
  return (struct body_effects){
      .uptake = inflammation_uptake(&systemic->inflammation, inflamed) * stress.uptake,
      .elimination_factor = immune * stress.elimination,
      .formation_factor = stress.formation,
      .dendrite_target = stress.dendrites,
      .ampa = stress.ampa,
      .inflamed = inflamed,
      .stress_lost = 1 - stress.bdnf,
      .gut_change = on->gut ? gut_bdnf(&systemic->gut, body[SYSTEMIC_BUTYRATE]) - 1 : 0,
      .felt = felt};
}
