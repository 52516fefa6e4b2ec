/* signal_list.h — what a result may hold over time (docs/formats.md), from the tables of those who write. */
#ifndef COMMANDS_SIGNAL_LIST_H
#define COMMANDS_SIGNAL_LIST_H

#include "status.h"

/* One series or map: "/maps/<region>/bdnf", its unit as it stands in files, its meaning. */
typedef enum status each_signal(void *context, const char *path, const char *unit, const char *meaning);

/* Call `each` for every one. Fails: as `each` does. */
MUST_USE enum status signal_list_each(each_signal *each, void *context);

#endif
