/* packers.h — threads that pack chunks of numbers (pack.h) while their owner goes on.
 *
 * Work is taken up in the order in which it was given. Who waits for a piece that nobody has begun packs it
 * alone, so that no piece waits for a thread, and no thread need exist: what comes out is the same for any
 * number of them. The threads sleep while there is nothing to do, and take no signals. */
#ifndef OUTPUT_PACKERS_H
#define OUTPUT_PACKERS_H

#include "pack.h"

struct packers;

enum pack_state { PACK_IDLE, PACK_GIVEN, PACK_BEGUN, PACK_DONE };

/* A chunk and, once it is packed, what became of it, in the same bytes. */
struct pack_work {
  void *bytes; /* n_values of value_size each */
  size_t n_values, value_size;
  struct packed packed;   /* of DONE */
  enum pack_state state;  /* of the packers */
  struct pack_work *next; /* of the packers */
};

/* As many packers as are of use beside a number of threads that compute. */
int packers_beside(int threads);

/* n threads (n ≥ 0). Fails: NO_MEMORY; WORLD (the system gives fewer). Free with packers_free, when nothing
 * that was given to them is left. */
MUST_USE enum status packers_new(int n, struct packers **out);
void packers_free(struct packers *packers); /* NULL is accepted */

/* Let a chunk be packed (NULL for the packers: once it is waited for). It may not be touched until
 * packers_wait. */
void packers_give(struct packers *packers, struct pack_work *work);

/* Return when a chunk is packed; with `own` the calling thread packs it, if no other has begun. Fails:
 * NO_MEMORY. */
MUST_USE enum status packers_wait(struct packers *packers, struct pack_work *work, struct pack *own);

/* Return when no thread works at a chunk, packed or not: it is given up. */
void packers_forget(struct packers *packers, struct pack_work *work);

#endif
