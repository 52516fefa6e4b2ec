/* exchange_parts.h — what exchange_local.c and exchange_mpi.c share. */
#ifndef CORE_EXCHANGE_PARTS_H
#define CORE_EXCHANGE_PARTS_H

#include "exchange.h"

/* What crosses the borders of processes. */
struct exchange_kind {
  void (*free)(struct exchange *exchange);
  void (*begin)(struct exchange *exchange);
  enum status (*finish)(struct exchange *exchange);
  void (*sum)(struct exchange *exchange, int64_t *values, size_t n);
  void (*sum32)(struct exchange *exchange, int32_t *counts, size_t n);
  void (*most)(struct exchange *exchange, double *values, size_t n);
  void (*unite)(struct exchange *exchange, void *data, size_t bytes);
  void (*tell)(struct exchange *exchange, void *data, size_t bytes);
  void (*send)(struct exchange *exchange, int to, const void *data, size_t bytes);
  void (*receive)(struct exchange *exchange, int from, void *data, size_t bytes);
};

struct exchange {
  int n_ranks, first, held;
  struct message *out;              /* of held ranks: rank − first, to */
  struct message *in;               /* from each rank; NULL where all are held */
  bool *heard_by, *hears;           /* per rank */
  const struct exchange_kind *kind; /* NULL: all are held */
  void *wires;                      /* of the kind */
  struct traffic traffic;
};

/* With room for messages, all heard by all. Fails: NO_MEMORY. */
MUST_USE enum status exchange_make(int n_ranks, int first, int held, struct exchange **out);

#endif
