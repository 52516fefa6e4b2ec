/* store_queue.c — full chunks on their way into the file: compressed by other threads, written by the one
 * that owns it. See store.h.
 *
 * What is written when depends only on what was appended, never on how far the compression is: a chunk
 * enters the file at the next flush, or when too many bytes wait behind it. So the bytes of a file are the
 * same for any number of threads. */
#include "memory.h"
#include "store.h"
#include "store_hdf5.h"
#include <string.h>

enum { QUEUE_BYTES = 4 << 20 }; /* that may wait: a chunk each of sixteen maps */

void store_share(struct store *store, struct packers *packers) { store->packers = packers; }

static struct queued *take_first(struct store *store) {
  struct queued *first = store->queue_first;
  store->queue_first = first->next;
  if (!store->queue_first) store->queue_last = NULL;
  store->queue_bytes -= first->work.n_values * first->work.value_size;
  return first;
}

static void free_queued(struct queued *queued) {
  memory_free(queued->work.bytes);
  memory_free(queued);
}

static enum status write_first(struct store *store) {
  struct queued *first = take_first(store);
  enum status status = packers_wait(store->packers, &first->work, store->pack);
  if (status == STATUS_OK) {
    bool good =
        store_note(store, H5Dset_extent(first->dataset, first->size) >= 0) &&
        store_write_chunk(store, first->dataset, first->offset, &first->work.packed, 0, first->work.bytes);
    if (!good) status = store_failed(store, "write", first->path);
  }
  free_queued(first);
  return status;
}

enum status store_drain(struct store *store) {
  while (store->queue_first) {
    TRY(store_writing(store, store->queue_first->path));
    TRY(write_first(store));
  }
  return STATUS_OK;
}

enum status store_enqueue(struct store *store, const struct queued *what, const void *values, size_t used) {
  struct queued *queued = NULL;
  size_t size = what->work.n_values * what->work.value_size;
  TRY(store_writing(store, what->path));
  TRY(memory_new(what->path, 1, sizeof *queued, &queued));
  *queued = *what;
  enum status status = memory_new(what->path, 1, size, &queued->work.bytes); /* zeros behind what is used */
  if (status != STATUS_OK) {
    memory_free(queued);
    return status;
  }
  memcpy(queued->work.bytes, values, used);
  queued->next = NULL;
  if (store->queue_last)
    store->queue_last->next = queued;
  else
    store->queue_first = queued;
  store->queue_last = queued;
  store->queue_bytes += size;
  packers_give(store->packers, &queued->work);
  while (store->queue_bytes > QUEUE_BYTES && store->queue_first->next) TRY(write_first(store));
  return STATUS_OK;
}

void store_forget(struct store *store) {
  while (store->queue_first) {
    struct queued *first = take_first(store);
    packers_forget(store->packers, &first->work);
    free_queued(first);
  }
}
