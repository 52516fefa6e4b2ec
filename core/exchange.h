/* exchange.h — the only way by which the parts (ranks) of a run meet.
 *
 * A run is split into ranks, each with its own blocks of cells and its own list of recent spikes. Once per
 * interval every rank sends one message to all; nothing else passes between them but sums of integers.
 * exchange_local.c keeps all ranks in one process (--virtual-ranks), which proves that the engine holds to
 * this contract; another implementation may put them on machines. Results do not depend on the number of
 * ranks. */
#ifndef CORE_EXCHANGE_H
#define CORE_EXCHANGE_H

#include "status.h"
#include <stdint.h>

struct exchange;

struct message {
  unsigned char *bytes;
  size_t n, capacity;
};

MUST_USE enum status exchange_new(int n_ranks, struct exchange **out);
void exchange_free(struct exchange *exchange);
int exchange_ranks(const struct exchange *exchange);

/* The message that a rank is writing: empty it with n = 0, add with message_put. */
struct message *exchange_outgoing(struct exchange *exchange, int rank);

/* After all ranks have written (a barrier lies between): what `rank` got from rank `from`. */
const struct message *exchange_incoming(const struct exchange *exchange, int rank, int from);

/* Add n bytes. Fails: NO_MEMORY. */
MUST_USE enum status message_put(struct message *message, const void *bytes, size_t n);

/* Sum over parts: out[i] = Σ_p parts[p][i], exact; parts may be threads of one rank or ranks. Called by one
 * thread. */
void exchange_sum(const struct exchange *exchange, int64_t *const *parts, int n_parts, int n, int64_t *out);

#endif
