/* body_course.h — what the body makes of drugs that act on it, as time goes on, and what it does to
 * tissue. */
#ifndef COMMANDS_BODY_COURSE_H
#define COMMANDS_BODY_COURSE_H

#include "course.h"

/* Does a substance act on the body? */
bool body_acts(const struct substance *substance);

/* As course_step (course.h), with the body; its solver is from systemic_solver. Fails: DIVERGED, FAULT. */
MUST_USE enum status body_course_step(const struct experiment *experiment, const struct arm_doses *doses,
                                      struct stiff *solver, struct course *course, double t_h);

/* What a course's body does to tissue: factors on glutamate uptake and on the rates of loss and of formation
 * of spines, the length to which dendrites go, of the start; inflammation that BDNF meets. At rest where the
 * switch is off. */
struct body_effects {
  double uptake, elimination_factor, formation_factor, dendrite_target, inflamed;
};
struct body_effects body_effects_of(const struct experiment *experiment, const struct course *course);

#endif
