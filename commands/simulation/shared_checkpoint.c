/* shared_checkpoint.c — walks of the first process, on which the others go along. See shared_checkpoint.h. */
#include "shared_checkpoint.h"
#include "checkpoint.h"
#include "job.h"
#include "shared.h"

/* checkpoint_save counts what it is shown, then writes it. */
enum { WALKS_OF_SAVING = 2 };

/* The others begin a walk when the first process does. */
static enum status walk(void *context, struct visitor *visitor) {
  const struct shared_checkpoint *own = context;
  TRY(exchange_agree(own->exchange, STATUS_OK));
  if (own->result) TRY(result_visit(own->result, visitor));
  return shared_walk(own->exchange, visitor, visitor->loading, own->visit, own->context);
}

/* In the other processes: as many walks as the first one makes, and its end. */
static enum status follow(const struct shared_checkpoint *own, int walks, bool loading) {
  for (int k = 0; k < walks; k++) {
    TRY(exchange_agree(own->exchange, STATUS_OK));
    enum status status = shared_walk(own->exchange, NULL, loading, own->visit, own->context);
    if (status != STATUS_OK) return exchange_agree(own->exchange, status); /* as the first process does */
  }
  return exchange_agree(own->exchange, STATUS_OK);
}

enum status shared_checkpoint_save(const struct shared_checkpoint *checkpoint) {
  struct shared_checkpoint own = *checkpoint;
  if (job_rank() > 0) return follow(&own, WALKS_OF_SAVING, false);
  enum status status = own.result ? result_sync(own.result) : STATUS_OK;
  if (status == STATUS_OK) status = checkpoint_save(own.path, own.fingerprint, walk, &own);
  return exchange_agree(own.exchange, status);
}

enum status shared_checkpoint_load(const struct shared_checkpoint *checkpoint, const struct log *log) {
  struct shared_checkpoint own = *checkpoint;
  bool previous = false;
  if (job_rank() > 0) return follow(&own, 1, true);
  TRY(exchange_agree(own.exchange, checkpoint_load(own.path, own.fingerprint, walk, &own, &previous)));
  if (previous && log) log_warning(log, "%s: damaged or missing; went on from the one before", own.path);
  return STATUS_OK;
}
