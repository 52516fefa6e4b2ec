/* live.h — readable copies of results that are being written: DIR/live/<arm>.h5, for `run --live`.
 *
 * A result that grows is locked, and the rows that wait for their chunk are in its checkpoint. After every
 * checkpoint the two are joined in a copy (findings/joined.h), which takes the place of the one before by
 * renaming: whoever opens it has a whole, closed file of every finished window, without locks and without the
 * single-writer mode of HDF5, whose files browsers cannot open and a kill leaves unreadable.
 *
 * The run is not disturbed: a copy that cannot be made is told once, and the run goes on. All from one
 * thread of the process that has the files; NULL stands for no copies. */
#ifndef COMMANDS_LIVE_H
#define COMMANDS_LIVE_H

#include "directory.h"
#include "log.h"

struct live;

/* Make DIR/live and hold it. Directory and log must outlive it. Fails: IN_USE, WORLD, NO_MEMORY. */
MUST_USE enum status live_open(const struct directory *directory, const struct log *log, struct live **out);
/* An arm has a new checkpoint. */
void live_update(struct live *live, const char *arm);
/* An arm is closed, complete or not: its own file opens as it is, and the copy goes. */
void live_drop(struct live *live, const char *arm);
/* Remove DIR/live, if no copy is left in it. */
void live_close(struct live *live);

#endif
