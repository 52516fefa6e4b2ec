/* shared.h — one walk over the state of a run whose ranks lie in several processes.
 *
 * The file, or the hash, is with the process of rank 0. The others take part in the same walk, so that what
 * each of them holds is gathered where it is shown (population.h, projection.h, network.h); of what is
 * loaded, all get what rank 0 read. */
#ifndef CORE_SHARED_H
#define CORE_SHARED_H

#include "exchange.h"
#include "state.h"

struct shared {
  struct visitor visitor; /* for the walk */
  struct visitor *inner;  /* NULL in other processes than that of rank 0 */
  struct exchange *exchange;
  enum status failed; /* of the inner one; the walk goes on, since the others are on it */
  char message[512];
};

/* The visitor for a walk, of which `inner` (in the process of rank 0) is shown everything. Where all ranks
 * are in one process it is the inner one itself. By all, as the walk. */
struct visitor *shared_begin(struct shared *shared, struct exchange *exchange, struct visitor *inner,
                             bool loading);

/* After a walk that came to its end: did the inner one fail? By all. Fails: as it did. */
MUST_USE enum status shared_end(struct shared *shared);

/* A walk from its begin to its end: what `walk` shows of a context, to inner. */
MUST_USE enum status shared_walk(struct exchange *exchange, struct visitor *inner, bool loading,
                                 enum status (*walk)(void *context, struct visitor *visitor), void *context);

#endif
