/* structure.h — when spines and dendrites change, and what the tissue and the body do to them.
 *
 * What acts on structure acts on rates of a site: on the loss of spines, on their formation, on the length to
 * which dendrites go (spines.h). Conditions of the body put their factors into body_effects_of. */
#ifndef COMMANDS_STRUCTURE_H
#define COMMANDS_STRUCTURE_H

#include "simulation.h"

/* Structure changes when remodel_step has passed, and at notable times when an hour has. */
bool structure_due(const struct simulation *simulation, const struct stage *stage);

/* Change it up to t_h. Fails: CONFIG (too many changes), NO_MEMORY, DIVERGED. */
MUST_USE enum status structure_change(struct simulation *simulation, double t_h);

#endif
