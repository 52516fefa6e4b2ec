/* exchange.h — how the ranks of one run meet.
 *
 * A rank owns blocks of cells. Within an interval it reads only its own; then each rank writes a message to
 * every rank that hears it, and reads those that were written to it. Whatever else ranks need from each other
 * passes through here too, and only in forms whose result no order can change: sums and maxima of integers,
 * arrays of which each word has one owner, and what rank 0 says. So results do not depend on the number of
 * ranks.
 *
 * exchange_local.c keeps all ranks in one process (--virtual-ranks); exchange_mpi.c has one rank in each
 * process of a job of MPI (job.h). Whatever is marked "by all" is a meeting: every process of the job calls
 * it, on its first thread, in the same order; where all ranks are in one process it costs nothing. */
#ifndef CORE_EXCHANGE_H
#define CORE_EXCHANGE_H

#include "status.h"
#include <stdbool.h>
#include <stdint.h>

struct exchange;

struct message {
  unsigned char *bytes;
  size_t n, capacity;
};

/* n_ranks in this process, or, in a job of several processes, one rank in each (n_ranks: 1). Fails:
 * NO_MEMORY; USAGE (virtual ranks in such a job). By all. */
MUST_USE enum status exchange_new(int n_ranks, struct exchange **out);
void exchange_free(struct exchange *exchange);

/* Ranks of the run; those of this process are first … first + held − 1. */
int exchange_ranks(const struct exchange *exchange);
int exchange_first(const struct exchange *exchange);
int exchange_held(const struct exchange *exchange);
bool exchange_holds(const struct exchange *exchange, int rank);
/* Are all ranks in this process? NULL: yes. */
bool exchange_whole(const struct exchange *exchange);

/* ---- messages ---- */

/* The message that a rank of this process is writing to another: empty it with n = 0, add with
 * message_put. */
struct message *exchange_outgoing(struct exchange *exchange, int rank, int to);
/* Add n bytes. Fails: NO_MEMORY. */
MUST_USE enum status message_put(struct message *message, const void *bytes, size_t n);

/* Whether this process's rank will hear from another and be heard by it: per rank; all at first. What does
 * not hear is not sent. Both sides must say the same. */
void exchange_route(struct exchange *exchange, const bool *heard_by, const bool *hears);

/* All have written: send what goes to other processes, without waiting; then wait for what comes from them.
 * Between the two the messages of the own rank can be read, and none may be written. Fails: NO_MEMORY. */
void exchange_begin(struct exchange *exchange);
MUST_USE enum status exchange_finish(struct exchange *exchange);

/* What `rank`, of this process, got from rank `from`: empty if it does not hear it. */
const struct message *exchange_incoming(const struct exchange *exchange, int rank, int from);

/* Messages and bytes that this process sent to others, and the time it waited for theirs. */
struct traffic {
  int64_t messages, bytes, intervals;
  double wait_s;
};
struct traffic exchange_traffic(const struct exchange *exchange);

/* ---- meetings, by all ---- */

/* values[i] ← Σ over processes, exact (64 bits, modulo 2⁶⁴). */
void exchange_sum(struct exchange *exchange, int64_t *values, size_t n);
/* counts[i] ← Σ over processes. */
void exchange_sum32(struct exchange *exchange, int32_t *counts, size_t n);
/* values[i] ← maximum over processes; of numbers that are not negative. */
void exchange_most(struct exchange *exchange, double *values, size_t n);
/* Every byte has one owner, and is 0 in the other processes: afterwards all have all. */
void exchange_unite(struct exchange *exchange, void *data, size_t bytes);
/* All get what the process of rank 0 has. */
void exchange_tell(struct exchange *exchange, void *data, size_t bytes);
/* The bytes of all processes, one behind the other in the order of ranks, come to rank 0: *all and *total,
 * from memory_new; elsewhere NULL and 0. Not where all ranks are in one process. Fails: NO_MEMORY. */
MUST_USE enum status exchange_collect(struct exchange *exchange, const void *own, size_t bytes, void **all,
                                      size_t *total);
/* The way back: rank 0 has `all`, of which bytes begin[r] … begin[r + 1] − 1 go to rank r. */
MUST_USE enum status exchange_deal(struct exchange *exchange, const void *all, const size_t *begin,
                                   void **own, size_t *bytes);

/* If a process failed, all fail: with the status and message of the lowest rank that did. */
MUST_USE enum status exchange_agree(struct exchange *exchange, enum status status);

#endif
