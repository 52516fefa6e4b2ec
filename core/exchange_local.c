/* exchange_local.c — messages of the ranks of one process; what goes beyond it is up to the kind. */
#include "exchange_parts.h"
#include "job.h"
#include "memory.h"
#include <string.h>

enum status exchange_make(int n_ranks, int first, int held, struct exchange **out) {
  size_t n = (size_t)n_ranks;
  TRY(memory_new("exchange", 1, sizeof **out, out));
  struct exchange *exchange = *out;
  exchange->n_ranks = n_ranks;
  exchange->first = first;
  exchange->held = held;
  enum status status = memory_new("messages", n * (size_t)held, sizeof *exchange->out, &exchange->out);
  if (status == STATUS_OK) status = memory_new("ranks", n, 1, &exchange->heard_by);
  if (status == STATUS_OK) status = memory_new("ranks", n, 1, &exchange->hears);
  if (status == STATUS_OK && held < n_ranks)
    status = memory_new("messages", n, sizeof *exchange->in, &exchange->in);
  if (status != STATUS_OK) {
    exchange_free(exchange);
    *out = NULL;
    return status;
  }
  for (int r = 0; r < n_ranks; r++) exchange->heard_by[r] = exchange->hears[r] = true;
  return STATUS_OK;
}

enum status exchange_new(int n_ranks, struct exchange **out) {
  if (job_ranks() == 1) return exchange_make(n_ranks, 0, n_ranks, out);
  if (n_ranks != 1)
    return status_fail(STATUS_USAGE, "--virtual-ranks: this job has %d ranks of its own", job_ranks());
  return job_exchange(out);
}

void exchange_free(struct exchange *exchange) {
  if (!exchange) return;
  if (exchange->kind) exchange->kind->free(exchange);
  for (int m = 0; exchange->out && m < exchange->n_ranks * exchange->held; m++)
    memory_free(exchange->out[m].bytes);
  for (int r = 0; exchange->in && r < exchange->n_ranks; r++) memory_free(exchange->in[r].bytes);
  memory_free(exchange->out);
  memory_free(exchange->in);
  memory_free(exchange->heard_by);
  memory_free(exchange->hears);
  memory_free(exchange);
}

int exchange_ranks(const struct exchange *exchange) { return exchange->n_ranks; }
int exchange_first(const struct exchange *exchange) { return exchange->first; }
int exchange_held(const struct exchange *exchange) { return exchange->held; }

bool exchange_holds(const struct exchange *exchange, int rank) {
  return rank >= exchange->first && rank < exchange->first + exchange->held;
}

bool exchange_whole(const struct exchange *exchange) { return !exchange || !exchange->kind; }

/* ---- messages ---- */

struct message *exchange_outgoing(struct exchange *exchange, int rank, int to) {
  return &exchange->out[(rank - exchange->first) * exchange->n_ranks + to];
}

const struct message *exchange_incoming(const struct exchange *exchange, int rank, int from) {
  if (!exchange_holds(exchange, from)) return &exchange->in[from];
  return &exchange->out[(from - exchange->first) * exchange->n_ranks + rank]; /* the sender's own copy */
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

void exchange_route(struct exchange *exchange, const bool *heard_by, const bool *hears) {
  memcpy(exchange->heard_by, heard_by, (size_t)exchange->n_ranks);
  memcpy(exchange->hears, hears, (size_t)exchange->n_ranks);
}

void exchange_begin(struct exchange *exchange) {
  if (exchange->kind) exchange->kind->begin(exchange);
}

enum status exchange_finish(struct exchange *exchange) {
  return exchange->kind ? exchange->kind->finish(exchange) : STATUS_OK;
}

struct traffic exchange_traffic(const struct exchange *exchange) {
  return exchange->traffic;
}

/* ---- meetings ---- */

void exchange_sum(struct exchange *exchange, int64_t *values, size_t n) {
  if (!exchange_whole(exchange)) exchange->kind->sum(exchange, values, n);
}

void exchange_sum32(struct exchange *exchange, int32_t *counts, size_t n) {
  if (!exchange_whole(exchange)) exchange->kind->sum32(exchange, counts, n);
}

void exchange_most(struct exchange *exchange, double *values, size_t n) {
  if (!exchange_whole(exchange)) exchange->kind->most(exchange, values, n);
}

void exchange_unite(struct exchange *exchange, void *data, size_t bytes) {
  if (!exchange_whole(exchange)) exchange->kind->unite(exchange, data, bytes);
}

void exchange_tell(struct exchange *exchange, void *data, size_t bytes) {
  if (!exchange_whole(exchange)) exchange->kind->tell(exchange, data, bytes);
}

enum status exchange_collect(struct exchange *exchange, const void *own, size_t bytes, void **all,
                             size_t *total) {
  int me = exchange->first;
  uint64_t size = bytes;
  enum status status = STATUS_OK;
  *all = NULL;
  *total = 0;
  if (me > 0) {
    exchange->kind->send(exchange, 0, &size, sizeof size);
    TRY(exchange_agree(exchange, STATUS_OK));
    exchange->kind->send(exchange, 0, own, bytes);
    return STATUS_OK;
  }
  uint64_t *each = NULL;
  TRY(memory_new("parts", (size_t)exchange->n_ranks, sizeof *each, &each));
  each[0] = size;
  for (int r = 1; r < exchange->n_ranks; r++) exchange->kind->receive(exchange, r, &each[r], sizeof *each);
  for (int r = 0; r < exchange->n_ranks; r++) *total += (size_t)each[r];
  TRY_GOTO(exchange_agree(exchange, memory_new("what all processes have", *total, 1, all)), done);
  memcpy(*all, own, bytes);
  for (size_t r = 1, at = bytes; r < (size_t)exchange->n_ranks; at += (size_t)each[r++])
    exchange->kind->receive(exchange, (int)r, (char *)*all + at, (size_t)each[r]);
done:
  memory_free(each);
  return status;
}

enum status exchange_deal(struct exchange *exchange, const void *all, const size_t *begin, void **own,
                          size_t *bytes) {
  uint64_t size = 0;
  bool first = exchange->first == 0;
  *own = NULL;
  for (int r = 1; r < exchange->n_ranks && first; r++) {
    uint64_t part = begin[r + 1] - begin[r];
    exchange->kind->send(exchange, r, &part, sizeof part);
  }
  if (first)
    size = begin[1] - begin[0];
  else
    exchange->kind->receive(exchange, 0, &size, sizeof size);
  TRY(exchange_agree(exchange, memory_new("what this process holds", (size_t)size, 1, own)));
  *bytes = (size_t)size;
  if (!first) exchange->kind->receive(exchange, 0, *own, *bytes);
  if (first) memcpy(*own, (const char *)all + begin[0], *bytes);
  for (int r = 1; r < exchange->n_ranks && first; r++)
    exchange->kind->send(exchange, r, (const char *)all + begin[r], begin[r + 1] - begin[r]);
  return STATUS_OK;
}

enum status exchange_agree(struct exchange *exchange, enum status status) {
  enum { MESSAGE = 512 };
  struct said {
    int32_t status;
    char message[MESSAGE];
  } said = {0};
  if (exchange_whole(exchange)) return status;
  double first = status == STATUS_OK ? 0 : exchange->n_ranks - exchange->first, most = first;
  exchange_most(exchange, &most, 1);
  if (most == 0) return STATUS_OK;
  if (first == most) {
    said.status = status;
    strncat(said.message, status_message(), MESSAGE - 1);
  }
  exchange_unite(exchange, &said, sizeof said);
  return status_fail((enum status)said.status, "%s", said.message);
}

enum status job_agree(enum status status) {
  struct exchange *exchange = NULL;
  if (job_ranks() == 1) return status;
  TRY(job_exchange(&exchange));
  status = exchange_agree(exchange, status);
  exchange_free(exchange);
  return status;
}

enum status job_tell(void *data, size_t bytes) {
  struct exchange *exchange = NULL;
  if (job_ranks() == 1) return STATUS_OK;
  TRY(job_exchange(&exchange));
  exchange_tell(exchange, data, bytes);
  exchange_free(exchange);
  return STATUS_OK;
}
