/* course.h — concentrations of all substances of an arm as time goes on: in plasma, in the brain, and at the
 * sites of a region into which a dose was given. */
#ifndef COMMANDS_COURSE_H
#define COMMANDS_COURSE_H

#include "experiment/experiment.h"
#include "mechanism.h"

/* Concentrations at a time, and the body beside them. What doses into tissue and baths do follows from the
 * time alone and is no state. */
struct course {
  double time_h;
  double cooling_C; /* of the body, relative to normal */
  double state[DRUG_SUBSTANCES][KINETICS_STATES];
  double body[SYSTEMIC_COUNT]; /* moved by body_course.c */
};

/* Substances that were ever given by this time, before time 0 and in a bath too, and what the body makes of
 * them. Those into tissue are not among them. */
void course_given(const struct drugs *drugs, const struct arm_doses *doses, double t_h,
                  bool given[DRUG_SUBSTANCES]);

/* Advance concentrations to t_h (not before its time), family by family. Fails: DIVERGED, FAULT. */
MUST_USE enum status course_step(const struct drugs *drugs, const struct arm_doses *doses,
                                 struct course *course, double t_h);
/* Before that: what follows concentrations up to t_h: body temperature, and block in the areas that
 * background comes from (NULL: nobody asks). Fails: DIVERGED, FAULT. */
MUST_USE enum status course_follow(const struct experiment *experiment, const struct arm_doses *doses,
                                   struct course *course, struct afferents_block *block, double t_h);

/* Free concentration of a substance in the brain, µM: of doses and of baths. */
double course_brain_uM(const struct arm_doses *doses, const struct course *course, int substance);

/* Concentrations over the sheets of an experiment: per region, per substance that any arm gives into its
 * tissue, the share at each site. Free with places_free. */
struct places {
  int n_sites[EXPERIMENT_REGIONS];
  float *reach[EXPERIMENT_REGIONS][DRUG_SUBSTANCES]; /* NULL: it is given there by no arm */
  double *uM; /* of the sites of the largest region, while they are summed */
};
MUST_USE enum status places_new(const struct experiment *experiment, const struct sheet *const *sheets,
                                struct places *out);
void places_free(struct places *places);

/* Exposures of region r to a course (−1: what doses into tissue left out, `sheet` and `places` may be NULL),
 * without sites that a switch takes the drug from; `out` holds DRUG_SUBSTANCES × ACTION_COUNT and points into
 * `places`, which the next call for the same region overwrites. Gives their number. */
int course_exposures_at(const struct experiment *experiment, const struct arm_doses *doses,
                        const struct course *course, int r, const struct sheet *sheet,
                        const struct places *places, struct exposure *out);

/* Free concentration in the middle of the latest dose of a substance into a region's tissue, µM: what came
 * there with the needle and what is in the whole brain. */
double course_local_uM(const struct experiment *experiment, const struct arm_doses *doses,
                       const struct course *course, int region, int substance);

/* Visit the state. */
MUST_USE enum status course_visit(struct course *course, const char *name, struct visitor *visitor);

#endif
