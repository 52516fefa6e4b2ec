/* body_course.h — what the body makes of drugs and of stress, as time goes on, and what it does to tissue. */
#ifndef COMMANDS_BODY_COURSE_H
#define COMMANDS_BODY_COURSE_H

#include "course.h"
#include "region.h"

/* Does a substance act on the body? */
bool body_acts(const struct substance *substance);
/* Can the body of some arm be other than that of the healthy subject of reference? */
bool body_may_move(const struct experiment *experiment);

/* As course_step (course.h), with the body; its solver is from systemic_solver. Fails: DIVERGED, FAULT. */
MUST_USE enum status body_course_step(const struct experiment *experiment, const struct arm_doses *doses,
                                      struct stiff *solver, struct course *course, double t_h);

/* What a course's body does to the tissue of a region; all factors are 1, all shares and changes 0 at rest
 * and where switches are off. */
struct body_effects {
  double uptake;                               /* factor on glutamate uptake */
  double elimination_factor, formation_factor; /* on the rates of loss and of formation of spines */
  double dendrite_target;                      /* length to which dendrites go, of the start */
  double ampa;                                 /* factor on AMPA content */
  double inflamed, stress_lost, gut_change;    /* inputs of a site (signalling.h) */
  double felt;                                 /* load of stress that the region feels, of the largest */
};
struct body_effects body_effects_of(const struct experiment *experiment, const double body[SYSTEMIC_COUNT],
                                    const struct region_settings *region);

#endif
