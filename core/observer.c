/* observer.c — one recorder in front of several. See observer.h. */
#include "observer.h"
#include "memory.h"
#include <assert.h>
#include <string.h>

/* Each recorder numbers its groups as it likes; a handle of the tee is a row of theirs. A group that is
 * described again gets the row it has. */
static enum status tee_group(struct recorder *self, const struct signal_group *group, int *handle) {
  struct tee *tee = (struct tee *)self;
  struct tee_handles row = {{0}};
  for (int i = 0; i < tee->n; i++) TRY(tee->to[i]->group(tee->to[i], group, &row.handle[i]));
  for (int h = 0; h < tee->n_handles; h++) {
    if (memcmp(&tee->handles[h], &row, sizeof row) != 0) continue;
    *handle = h;
    return STATUS_OK;
  }
  size_t n = (size_t)tee->n_handles;
  if ((n & (n - 1)) == 0) /* room doubles at each power of two */
    TRY(memory_resize("handles of a tee", n, n == 0 ? 1 : 2 * n, sizeof row, &tee->handles));
  tee->handles[n] = row;
  *handle = tee->n_handles++;
  return STATUS_OK;
}

static enum status tee_append(struct recorder *self, int handle, double at, const double *values) {
  struct tee *tee = (struct tee *)self;
  if (handle < 0 || handle >= tee->n_handles)
    return status_fail(STATUS_FAULT, "no group of signals has handle %d", handle);
  for (int i = 0; i < tee->n; i++)
    TRY(tee->to[i]->append(tee->to[i], tee->handles[handle].handle[i], at, values));
  return STATUS_OK;
}

static enum status tee_spikes(struct recorder *self, const char *region, const double *time_ms,
                              const uint64_t *node, size_t n) {
  struct tee *tee = (struct tee *)self;
  for (int i = 0; i < tee->n; i++) TRY(tee->to[i]->spikes(tee->to[i], region, time_ms, node, n));
  return STATUS_OK;
}

static enum status tee_table(struct recorder *self, const struct table *table) {
  struct tee *tee = (struct tee *)self;
  for (int i = 0; i < tee->n; i++) TRY(tee->to[i]->table(tee->to[i], table));
  return STATUS_OK;
}

void tee_open(struct tee *tee, struct recorder *const *to, int n) {
  assert(n >= 0 && n <= OBSERVER_TEE_MAX);
  *tee = (struct tee){.recorder = {tee_group, tee_append, tee_spikes, tee_table}, .n = n};
  for (int i = 0; i < n; i++) tee->to[i] = to[i];
}

void tee_close(struct tee *tee) {
  memory_free(tee->handles);
  *tee = (struct tee){0};
}
