/* exchange_local.c — all ranks in one process. */
#include "exchange.h"
#include "memory.h"
#include <string.h>

struct exchange {
  int n_ranks;
  struct message *message;
};

enum status exchange_new(int n_ranks, struct exchange **out) {
  TRY(memory_new("exchange", 1, sizeof **out, out));
  (*out)->n_ranks = n_ranks;
  enum status status = memory_new("exchange", (size_t)n_ranks, sizeof(struct message), &(*out)->message);
  if (status != STATUS_OK) {
    memory_free(*out);
    *out = NULL;
  }
  return status;
}

void exchange_free(struct exchange *exchange) {
  if (!exchange) return;
  for (int r = 0; r < exchange->n_ranks; r++) memory_free(exchange->message[r].bytes);
  memory_free(exchange->message);
  memory_free(exchange);
}

int exchange_ranks(const struct exchange *exchange) { return exchange->n_ranks; }

struct message *exchange_outgoing(struct exchange *exchange, int rank) {
  return &exchange->message[rank];
}

const struct message *exchange_incoming(const struct exchange *exchange, int rank, int from) {
  (void)rank; /* in one process every rank reads the sender's own copy */
  return &exchange->message[from];
}

enum status message_put(struct message *message, const void *bytes, size_t n) {
  if (message->n + n > message->capacity) {
    size_t capacity = 2 * (message->n + n) + 1024;
    TRY(memory_resize("message", message->capacity, capacity, 1, &message->bytes));
    message->capacity = capacity;
  }
  if (n) memcpy(message->bytes + message->n, bytes, n);
  message->n += n;
  return STATUS_OK;
}

void exchange_sum(const struct exchange *exchange, int64_t *const *parts, int n_parts, int n, int64_t *out) {
  (void)exchange;
  for (int i = 0; i < n; i++) {
    int64_t sum = 0;
    for (int p = 0; p < n_parts; p++) sum += parts[p][i];
    out[i] = sum;
  }
}
