/* defaults.h — the values that the tables of regions put in the place of a parameter's general default. */
#ifndef COMMANDS_DEFAULTS_H
#define COMMANDS_DEFAULTS_H

#include "params.h"

struct defaults;

/* Build every region from an empty config, as a run would. Fails: NO_MEMORY, CONFIG. Free with
 * defaults_close. */
MUST_USE enum status defaults_open(struct defaults **out);
void defaults_close(struct defaults *defaults); /* NULL is accepted */

/* All values of regions, populations, their mechanisms and pathways: resolved->path is concrete. */
int defaults_count(const struct defaults *defaults);
const struct resolved *defaults_at(const struct defaults *defaults, int i);

#endif
