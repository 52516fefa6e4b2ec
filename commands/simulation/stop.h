/* stop.h — when a run has to stop before its end: signals and a time limit. Handlers set a flag and nothing
 * else. */
#ifndef COMMANDS_STOP_H
#define COMMANDS_STOP_H

#include "status.h"

/* Take SIGINT, SIGTERM and SIGUSR1 from now on; a second SIGINT ends the program at once. limit_s = 0: no
 * limit. */
void stop_watch(double limit_s);
/* Give the signals back. */
void stop_forget(void);

/* Has the run to stop? INTERRUPTED, TERMINATED, TIME_LIMIT (also SIGUSR1), or OK. */
MUST_USE enum status stop_wanted(void);

#endif
