/* shared_checkpoint.h — the checkpoint of a run whose ranks may lie in several processes.
 *
 * Files belong to the first process of a job (job.h); the others take part in its walks, as many as it makes
 * (shared.h). */
#ifndef COMMANDS_SHARED_CHECKPOINT_H
#define COMMANDS_SHARED_CHECKPOINT_H

#include "exchange.h"
#include "log.h"
#include "result.h"

struct shared_checkpoint {
  struct exchange *exchange;
  /* of the first process; NULL in others */
  const char *path, *fingerprint;
  struct result *result; /* NULL: the state is of no result */
  /* the state of the run, beside that of its result */
  enum status (*visit)(void *context, struct visitor *visitor);
  void *context;
};

/* Bring the result down to the disk, and write the checkpoint. By all (exchange.h). Fails: as checkpoint_save
 * and result_sync. */
MUST_USE enum status shared_checkpoint_save(const struct shared_checkpoint *checkpoint);

/* Load it, and cut the result back to it; a warning where the one before had to be taken. By all. Fails: as
 * checkpoint_load. */
MUST_USE enum status shared_checkpoint_load(const struct shared_checkpoint *checkpoint,
                                            const struct log *log);

#endif
