/* conditions.h — what drugs do at one time: the exposures of every region, and what they change in a window
 * beside receptors: the rate of the areas that background comes from, and release at the terminals. */
#ifndef COMMANDS_CONDITIONS_H
#define COMMANDS_CONDITIONS_H

#include "simulation.h"

struct conditions {
  struct exposure exposures[EXPERIMENT_REGIONS][DRUG_SUBSTANCES * ACTION_COUNT];
  struct step step[EXPERIMENT_REGIONS];
};

/* The steps of all regions at a course's concentrations. Gives the number of exposures. */
int conditions_at(const struct simulation *simulation, const struct course *course, struct conditions *out);

/* Set afferent rates and release of all populations, of the course of spikes; they hold until the next call,
 * and follow from the exposures and the block in afferent areas (course.h). Without drug everything is as
 * calibrated, to the bit. */
void conditions_set(struct simulation *simulation, const struct conditions *conditions);

#endif
