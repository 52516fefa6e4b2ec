/* describe.h — a parameter's row as words: default, range, standing. */
#ifndef COMMANDS_DESCRIBE_H
#define COMMANDS_DESCRIBE_H

#include "params.h"

enum { DESCRIBE_MAX = 200 };

/* Must a config give it? */
bool describe_required(const struct param *param);

/* "75 ms", "true", "mouse", "required" */
void describe_default(const struct param *param, char text[DESCRIBE_MAX]);

/* "5 ms … 3 s", "mouse, rat or human", "true or false", "text" */
void describe_range(const struct param *param, char text[DESCRIBE_MAX]);

/* "published", "calibrated", "assumed", "setting" */
const char *describe_standing(enum standing standing);

#endif
