/* shared.c — what is shown in a walk goes to rank 0, and what is loaded comes from it. See shared.h. */
#include "shared.h"
#include "memory.h"
#include <stdio.h>

static void note(struct shared *shared, enum status status) {
  if (status == STATUS_OK || shared->failed != STATUS_OK) return;
  shared->failed = status;
  snprintf(shared->message, sizeof shared->message, "%s", status_message());
}

static bool in_order(const struct shared *shared) { return shared->inner && shared->failed == STATUS_OK; }

static enum status show_array(struct visitor *self, const char *name, enum state_type type, size_t count,
                              void *data) {
  struct shared *shared = (struct shared *)self;
  if (in_order(shared)) note(shared, shared->inner->array(shared->inner, name, type, count, data));
  return STATUS_OK;
}

static enum status show_list(struct visitor *self, const char *name, enum state_type type, size_t *count,
                             void **data) {
  struct shared *shared = (struct shared *)self;
  if (in_order(shared)) note(shared, shared->inner->list(shared->inner, name, type, count, data));
  return STATUS_OK;
}

static enum status load_array(struct visitor *self, const char *name, enum state_type type, size_t count,
                              void *data) {
  struct shared *shared = (struct shared *)self;
  struct visitor *inner = shared->inner;
  enum status status = inner ? inner->array(inner, name, type, count, data) : STATUS_OK;
  TRY(exchange_agree(shared->exchange, status));
  exchange_tell(shared->exchange, data, count * state_type_size(type));
  return STATUS_OK;
}

static enum status load_list(struct visitor *self, const char *name, enum state_type type, size_t *count,
                             void **data) {
  struct shared *shared = (struct shared *)self;
  struct visitor *inner = shared->inner;
  enum status status = inner ? inner->list(inner, name, type, count, data) : STATUS_OK;
  TRY(exchange_agree(shared->exchange, status));
  if (self->first) return STATUS_OK;
  uint64_t n = *count;
  exchange_tell(shared->exchange, &n, sizeof n);
  if (!inner) {
    memory_free(*data);
    *data = NULL;
    status = memory_new(name, (size_t)n, state_type_size(type), data);
    *count = (size_t)n;
  }
  TRY(exchange_agree(shared->exchange, status));
  exchange_tell(shared->exchange, *data, (size_t)n * state_type_size(type));
  return STATUS_OK;
}

struct visitor *shared_begin(struct shared *shared, struct exchange *exchange, struct visitor *inner,
                             bool loading) {
  bool first = exchange_whole(exchange) || exchange_first(exchange) == 0;
  *shared = (struct shared){.visitor = {.loading = loading,
                                        .array = loading ? load_array : show_array,
                                        .list = loading ? load_list : show_list},
                            .inner = first ? inner : NULL,
                            .exchange = exchange};
  return exchange_whole(exchange) ? inner : &shared->visitor;
}

enum status shared_end(struct shared *shared) {
  if (exchange_whole(shared->exchange)) return STATUS_OK;
  if (shared->failed != STATUS_OK) status_fail(shared->failed, "%s", shared->message);
  return exchange_agree(shared->exchange, shared->failed);
}

enum status shared_walk(struct exchange *exchange, struct visitor *inner, bool loading,
                        enum status (*walk)(void *context, struct visitor *visitor), void *context) {
  struct shared shared;
  struct visitor *visitor = shared_begin(&shared, exchange, inner, loading);
  TRY(walk(context, visitor));
  return shared_end(&shared);
}
